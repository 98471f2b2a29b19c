"""A broken hash function from `cryptography` or PyCryptodome: MD2, MD4, MD5 or SHA-1.

B324 reports those of `hashlib`.

## Why it matters
Two different documents with the same MD5 or SHA-1 digest can be made, so such a digest no longer shows that a
download, a certificate or a signed contract is the one that was meant.  In 2012 the Flame malware passed as a Windows
update by means of an MD5 collision.  Assistants repeat these names from years of older code.

## How to fix it
Use SHA-256, SHA-3 or BLAKE2:

    digest = hashes.Hash(hashes.SHA256())

For passwords use a password hash (Argon2, scrypt), never a plain digest.

## When it is fine
Where a protocol prescribes it in a place that collisions don't touch, such as HMAC-SHA-1 in TOTP codes, and for
checksums against accidents.

## References
- [cryptography: message digests](https://cryptography.io/en/latest/hazmat/primitives/cryptographic-hashes/)
- [PyCryptodome: hashes](https://pycryptodome.readthedocs.io/en/latest/src/hash/hash.html)
- [Bandit: B303](https://bandit.readthedocs.io/en/latest/blacklists/blacklist_calls.html#b303-md5)
"""

from __future__ import annotations

from collections.abc import Iterator

from vetline.core.cwe import Cwe
from vetline.core.edit import Fix
from vetline.core.severity import Confidence, Severity
from vetline.rules.base import Example, FixSite, Rule
from vetline.rules.crypto.hashes import may_be_forged
from vetline.rules.weaknesses import vet501_weak_hash


def fix(site: FixSite) -> Iterator[Fix]:
    yield from vet501_weak_hash.fix(site)


RULE = Rule(
    id="B303",
    name="md5",
    cwe=Cwe(327),
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    message="This hash is broken: different data can be given the same digest. Use SHA-256 or BLAKE2.",
    bad=(
        Example(
            "from Crypto.Hash import MD5\n\ndigest = MD5.new(data).hexdigest()\n",
            "from Crypto.Hash import MD5, SHA256\n\ndigest = SHA256.new(data).hexdigest()\n",
        ),
        Example(
            "from cryptography.hazmat.primitives import hashes\n\n\ndef sign(key, data, padding):\n"
            "    return key.sign(data, padding, hashes.SHA1())\n",
            (
                "from cryptography.hazmat.primitives import hashes\n\n\ndef sign(key, data, padding):\n"
                "    return key.sign(data, padding, hashes.SHA256())\n"
            ),
        ),
        Example(
            ("from cryptography.hazmat.primitives import hashes\n\ndigest = hashes.Hash(hashes.SHA1())\ndigest.update(data)\n"),
            (
                "from cryptography.hazmat.primitives import hashes\n\ndigest = hashes.Hash(hashes.SHA256())\n"
                "digest.update(data)\n"
            ),
        ),
    ),
    good=(
        "from Crypto.Hash import SHA256\n\ndigest = SHA256.new(data).hexdigest()\n",
        "from cryptography.hazmat.primitives import hashes\n\ndigest = hashes.Hash(hashes.SHA256())\n",
        (
            "from cryptography.hazmat.primitives import hashes\n"
            "from cryptography.hazmat.primitives.asymmetric import padding\n\n"
            "OAEP = padding.OAEP(padding.MGF1(hashes.SHA1()), hashes.SHA1(), None)\n"
        ),
    ),
    fix=fix,
    matters=may_be_forged,
)
