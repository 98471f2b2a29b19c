"""MD4, MD5 or SHA-1 from `hashlib`, or an old method of `crypt`, too weak for security.

## Why it matters
Two files with the same MD5 or SHA-1 digest can be made, so a digest no longer proves that a download or a signed
document is the one that was meant.  As a password hash, MD5 lets a graphics card try billions of guesses a second.
Assistants write `hashlib.md5` out of habit, for cache keys and passwords alike.

## How to fix it
To protect data against change:

    digest = hashlib.sha256(data).hexdigest()

For passwords, use a slow hash: `hashlib.scrypt`, or the `argon2-cffi` package.  Where it has nothing to do with
security, such as a cache key, say so (Python 3.9 and later):

    key = hashlib.md5(url.encode(), usedforsecurity=False).hexdigest()

## When it is fine
For checksums against accidents, cache keys and formats that prescribe it (Git's object ids), with
`usedforsecurity=False`.

## References
- [Python: hashlib](https://docs.python.org/3/library/hashlib.html)
- [OWASP: Password storage](https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html)
- [Bandit: B324](https://bandit.readthedocs.io/en/latest/plugins/b324_hashlib.html)
"""

from __future__ import annotations

from vetline.core.cwe import Cwe
from vetline.core.severity import Confidence, Severity
from vetline.rules.base import Example, Rule

RULE = Rule(
    id="B324",
    name="hashlib-insecure-functions",
    cwe=Cwe(327),
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    message="This hash is too weak for security: use SHA-256, a password hash, or say `usedforsecurity=False`.",
    bad=(
        Example("import hashlib\n\ndigest = hashlib.md5(data).hexdigest()\n"),
        Example("import hashlib\n\ndigest = hashlib.new('sha1', data)  # of the download\n"),
        Example("import crypt\n\nstored = crypt.crypt(password, crypt.METHOD_MD5)\n"),
    ),
    good=(
        "import hashlib\n\ndigest = hashlib.sha256(data).hexdigest()\n",
        "import hashlib\n\nkey = hashlib.md5(url.encode(), usedforsecurity=False).hexdigest()\n",
        "import hashlib\n\nstored = hashlib.scrypt(password, salt=salt, n=2**17, r=8, p=1, maxmem=2**28)\n",
    ),
)
