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

The quick fix offers SHA-256 first, unless a name says cache, checksum, etag, shard or the like.  For a password it offers
nothing, because no single call is right there.

## When it is fine
For checksums against accidents, cache keys and formats that prescribe it (Git's object ids), with
`usedforsecurity=False`.

## References
- [Python: hashlib](https://docs.python.org/3/library/hashlib.html)
- [OWASP: Password storage](https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html)
- [Bandit: B324](https://bandit.readthedocs.io/en/latest/plugins/b324_hashlib.html)
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from vetline.core.cwe import Cwe
from vetline.core.edit import Applicability, Fix, TextEdit
from vetline.core.severity import Confidence, Severity
from vetline.rules.base import Example, FixSite, Rule
from vetline.rules.crypto.hashes import may_be_forged
from vetline.rules.purpose import is_checksum, is_evidence, is_password, words_for, words_of
from vetline.syntax.calls import has_unpacking, keyword_of

STRONGER = "A longer digest, and another one than before: what is stored or sent already no longer matches."
DECLARED = "The digest stays as weak as it is: right only where nobody gains by forging it."


def fix(site: FixSite) -> Iterator[Fix]:
    call = site.node
    if not isinstance(call, ast.Call) or has_unpacking(call):
        return
    name = site.qualified_name(call.func) or ""
    if name.startswith("crypt."):
        yield from _stronger_crypt(call, site)
        return
    words = words_of(call) | words_for(call, site)
    if is_password(words):  # no fast hash is right for these, and a slow one needs a salt to be stored
        return
    declared = _declared(call, site)
    if is_checksum(words) and declared is not None:
        # The names say that it isn't for security, so declaring it changes nothing.
        yield declared
        declared = None
    edit = _sha256(call, name, site)
    if edit is not None:
        yield Fix("Use SHA-256", (edit,), Applicability.REVIEW, STRONGER)
    if declared is not None and not is_evidence(words):
        yield declared


def _declared(call: ast.Call, site: FixSite) -> Fix | None:
    """Return the fix that says that the digest isn't for security, unless the call says that it is."""
    if keyword_of(call, "usedforsecurity") is not None:
        return None
    edits = (site.set_keyword(call, "usedforsecurity", "False"),)
    if is_checksum(words_of(call) | words_for(call, site)):
        return Fix("Declare that it isn't used for security", edits, Applicability.SAFE)
    return Fix("Declare that it isn't used for security", edits, Applicability.REVIEW, DECLARED)


def _sha256(call: ast.Call, name: str, site: FixSite) -> TextEdit | None:
    if name != "hashlib.new":
        return site.call_instead(call.func, "hashlib", "sha256")
    keyword = keyword_of(call, "name")
    algorithm = call.args[0] if call.args else keyword.value if keyword else None
    if algorithm is None or not (text := site.text_of(algorithm)).isascii() or text[:1] not in "'\"":
        return None
    return site.replace(algorithm, f"{text[0]}sha256{text[0]}")


def _stronger_crypt(call: ast.Call, site: FixSite) -> Iterator[Fix]:
    for method in [*call.args, *(keyword.value for keyword in call.keywords)]:
        if (site.qualified_name(method) or "").rpartition(".")[2] in ("METHOD_CRYPT", "METHOD_MD5", "METHOD_BLOWFISH"):
            yield Fix(
                "Use crypt.METHOD_SHA512",
                (site.call_instead(method, "crypt", "METHOD_SHA512"),),
                Applicability.REVIEW,
                "New hashes only; old ones name their method and still verify.  Not every platform has it.",
            )


RULE = Rule(
    id="B324",
    name="hashlib-insecure-functions",
    cwe=Cwe(327),
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    message="This hash is too weak for security: use SHA-256, a password hash, or say `usedforsecurity=False`.",
    bad=(
        Example(
            "import hashlib\n\ndigest = hashlib.md5(data).hexdigest()\n",
            "import hashlib\n\ndigest = hashlib.sha256(data).hexdigest()\n",
        ),
        Example(
            "import hashlib\n\ndigest = hashlib.new('sha1', data)  # of the download\n",
            "import hashlib\n\ndigest = hashlib.new('sha256', data)  # of the download\n",
        ),
        Example(
            "from hashlib import md5\n\ncache_key = md5(\n    url.encode(),\n).hexdigest()\n",
            "from hashlib import md5\n\ncache_key = md5(\n    url.encode(),\n    usedforsecurity=False,\n).hexdigest()\n",
        ),
        # No fast hash will do here.
        Example("import hashlib\n\nstored = hashlib.md5(password.encode()).hexdigest()\n"),
        Example(
            "import crypt\n\nstored = crypt.crypt(password, crypt.METHOD_MD5)\n",
            "import crypt\n\nstored = crypt.crypt(password, crypt.METHOD_SHA512)\n",
        ),
    ),
    good=(
        "import hashlib\n\ndigest = hashlib.sha256(data).hexdigest()\n",
        "import hashlib\n\nkey = hashlib.md5(url.encode(), usedforsecurity=False).hexdigest()\n",
        "import hashlib\n\nstored = hashlib.scrypt(password, salt=salt, n=2**17, r=8, p=1, maxmem=2**28)\n",
    ),
    fix=fix,
    matters=may_be_forged,
)
