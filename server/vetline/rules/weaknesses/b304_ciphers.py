"""A cipher that is broken or out of date: RC2, RC4, DES, 3DES, Blowfish, CAST5, IDEA, SEED or XOR.

## Why it matters
DES keys are found by trying them all; RC4's output betrays the plaintext; ciphers with 64-bit blocks (DES, Triple DES,
Blowfish, CAST5, IDEA) leak data once some tens of gigabytes have gone through one key (the Sweet32 attack).  Assistants
copy them from examples that are older than AES-GCM.

## How to fix it
Use an authenticated cipher, with a new nonce for every message:

    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    nonce = os.urandom(12)
    sealed = nonce + AESGCM(key).encrypt(nonce, data, None)

Where a complete recipe is enough, `cryptography.fernet.Fernet` makes these choices for you.

## When it is fine
To read what an old system has written.  `cryptography` keeps such ciphers in its `decrepit` package.

## References
- [cryptography: authenticated encryption](https://cryptography.io/en/latest/hazmat/primitives/aead/)
- [Sweet32](https://sweet32.info/)
- [Bandit: B304](https://bandit.readthedocs.io/en/latest/blacklists/blacklist_calls.html#b304-b305-ciphers-and-modes)
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
    id="B304",
    name="ciphers",
    cwe=Cwe(327),
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    message="This cipher is broken or out of date; use AES-GCM or ChaCha20-Poly1305.",
    bad=(
        Example(
            "from Crypto.Cipher import DES\n\ncipher = DES.new(key, DES.MODE_CBC, iv)\n",
            "from Crypto.Cipher import AES, DES\n\ncipher = AES.new(key, AES.MODE_GCM)\n",
        ),
        Example(
            "from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes\n\n"
            "cipher = Cipher(algorithms.TripleDES(key), modes.CBC(iv))\n",
            (
                "import os\n\nfrom cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes\n\n"
                "cipher = Cipher(algorithms.AES(key), modes.GCM(os.urandom(12)))\n"
            ),
        ),
    ),
    good=(
        (
            "import os\n\nfrom cryptography.hazmat.primitives.ciphers.aead import AESGCM\n\n"
            "nonce = os.urandom(12)\nsealed = nonce + AESGCM(key).encrypt(nonce, data, None)\n"
        ),
        "from cryptography.fernet import Fernet\n\nsealed = Fernet(key).encrypt(data)\n",
    ),
    fix=fix,
)
