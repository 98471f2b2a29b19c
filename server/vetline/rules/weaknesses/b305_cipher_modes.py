"""ECB mode encrypts equal blocks to equal blocks.

## Why it matters
The ciphertext shows where the plaintext repeats: the outline of a picture, equal passwords, equal fields of a record.
Since every block stands alone, an attacker can also swap, repeat or drop blocks unseen.  Adobe's leaked passwords of
2013, encrypted in ECB mode, could be guessed by comparing them.  Assistants pick ECB because it needs no
initialisation vector and so makes the shortest example.

## How to fix it
Use an authenticated mode, with a new nonce for every message:

    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    nonce = os.urandom(12)
    sealed = nonce + AESGCM(key).encrypt(nonce, data, None)

## When it is fine
As a building block on a single random block, such as inside another mode or a key-wrapping scheme that prescribes it.

## References
- [cryptography: ECB](https://cryptography.io/en/latest/hazmat/primitives/symmetric-encryption/)
- [Bandit: B305](https://bandit.readthedocs.io/en/latest/blacklists/blacklist_calls.html#b304-b305-ciphers-and-modes)
"""

from __future__ import annotations

from collections.abc import Iterator

from vetline.core.cwe import Cwe
from vetline.core.edit import Fix
from vetline.core.severity import Confidence, Severity
from vetline.rules.base import Example, FixSite, Rule
from vetline.rules.weaknesses import vet505_weak_cipher


def fix(site: FixSite) -> Iterator[Fix]:
    yield from vet505_weak_cipher.fix(site)


RULE = Rule(
    id="B305",
    name="cipher-modes",
    cwe=Cwe(327),
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    message="ECB encrypts equal blocks alike, so patterns show through; use an authenticated mode such as AES-GCM.",
    bad=(
        Example(
            "from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes\n\n"
            "cipher = Cipher(algorithms.AES(key), modes.ECB())\n",
            (
                "import os\n\nfrom cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes\n\n"
                "cipher = Cipher(algorithms.AES(key), modes.GCM(os.urandom(12)))\n"
            ),
        ),
        Example(
            "from cryptography.hazmat.primitives.ciphers.modes import ECB\n\nmode = ECB()\n",
            (
                "import os\n\nfrom cryptography.hazmat.primitives.ciphers import modes\n\n"
                "from cryptography.hazmat.primitives.ciphers.modes import ECB\n\n"
                "mode = modes.GCM(os.urandom(12))\n"
            ),
        ),
    ),
    good=(
        (
            "import os\n\nfrom cryptography.hazmat.primitives.ciphers.aead import AESGCM\n\n"
            "nonce = os.urandom(12)\nsealed = nonce + AESGCM(key).encrypt(nonce, data, None)\n"
        ),
        (
            "from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes\n\n"
            "cipher = Cipher(algorithms.AES(key), modes.GCM(nonce))\n"
        ),
    ),
    fix=fix,
)
