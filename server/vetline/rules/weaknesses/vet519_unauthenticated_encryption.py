"""Data is encrypted, but nothing would notice if it was changed.

## Why it matters
CBC, CTR, CFB and OFB hide what a message says, and nothing more. Who can change the encrypted bytes changes the
message in ways that can be foreseen, and where an error shows whether the padding was right, reads it byte by byte.
Assistants write AES-CBC because most examples on the web do.

## How to fix it
Use a mode that authenticates: Fernet, AES-GCM or ChaCha20-Poly1305.

    nonce = os.urandom(12)
    sealed = nonce + AESGCM(key).encrypt(nonce, data, None)

Or compute an HMAC over the initialisation vector and the encrypted data, with a second key, and check it before
anything is decrypted.

## When it is fine
Where a signature, TLS or another layer protects the whole message, or a format prescribes the mode. Vetline says
nothing in files that compute an HMAC.

## References
- [CWE-353: Missing Support for Integrity Check](https://cwe.mitre.org/data/definitions/353.html)
- [cryptography: authenticated encryption](https://cryptography.io/en/latest/hazmat/primitives/aead/)
"""

from __future__ import annotations

from collections.abc import Iterator

from vetline.core.cwe import Cwe
from vetline.core.severity import Confidence, Severity
from vetline.rules.base import CheckContext, Example, Match, Rule
from vetline.rules.crypto.ciphers import MODES, block_ciphers

_MODES = frozenset("CBC CTR CFB CFB8 OFB".split())
_OF_HAZMAT = tuple(name for name, mode in MODES.items() if mode in _MODES)
_OTHERS = (
    "pyaes.AESModeOfOperationCBC",
    "pyaes.AESModeOfOperationCTR",
    "pyaes.AESModeOfOperationCFB",
    "pyaes.AESModeOfOperationOFB",
)


def check(context: CheckContext) -> Iterator[Match]:
    found = [
        (cipher.call, cipher.mode) for cipher in block_ciphers(context) if cipher.algorithm == "AES" and cipher.mode in _MODES
    ]
    for call in context.calls(*_OF_HAZMAT):
        found += [(call, MODES[name]) for name in context.callees(call) if name in MODES][:1]
    found += [(call, context.callees(call)[0][-3:]) for call in context.calls(*_OTHERS)]
    if found and not any(_authenticates(name) for name in context.imports()):
        for call, mode in found:
            yield Match(
                call, f"{mode} doesn't notice when the encrypted data is changed. Use AES-GCM or Fernet, or add an HMAC."
            )


def _authenticates(name: str) -> bool:
    return any(part.lower() in ("hmac", "cmac", "poly1305") for part in name.split("."))


RULE = Rule(
    id="VET519",
    name="unauthenticated-encryption",
    cwe=Cwe(353),
    severity=Severity.LOW,
    confidence=Confidence.LOW,
    message="This mode doesn't notice when the encrypted data is changed. Use AES-GCM or Fernet, or add an HMAC.",
    bad=(
        Example(
            "import os\nfrom cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes\n\n\n"
            "def encrypt(key, data):\n    iv = os.urandom(16)\n"
            "    encryptor = Cipher(algorithms.AES(key), modes.CBC(iv)).encryptor()\n"
            "    return iv + encryptor.update(data) + encryptor.finalize()\n"
        ),
        Example(
            "from Crypto.Cipher import AES\nfrom Crypto.Random import get_random_bytes\n\n\ndef encrypt(key, data):\n"
            "    iv = get_random_bytes(16)\n    return iv + AES.new(key, AES.MODE_CBC, iv).encrypt(data)\n"
        ),
        Example("from Cryptodome.Cipher import AES\n\ncipher = AES.new(key, mode=AES.MODE_CTR, nonce=nonce)\n"),
        Example("import pyaes\n\ncipher = pyaes.AESModeOfOperationCTR(key)\n"),
        Example(
            "import os\nfrom cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes as m\n\n\n"
            "class Sealer:\n    def __init__(self, key):\n        self.mode = m.CFB(os.urandom(16))\n"
            "        self.cipher = Cipher(algorithms.AES(key), self.mode)\n"
        ),
    ),
    good=(
        (
            "import os\nfrom cryptography.hazmat.primitives.ciphers.aead import AESGCM\n\nnonce = os.urandom(12)\n"
            "sealed = nonce + AESGCM(key).encrypt(nonce, data, None)\n"
        ),
        (
            "import hmac\nimport os\nfrom cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes\n\n"
            "\ndef encrypt(key, mac_key, data):\n    iv = os.urandom(16)\n"
            "    encryptor = Cipher(algorithms.AES(key), modes.CBC(iv)).encryptor()\n"
            "    sealed = iv + encryptor.update(data) + encryptor.finalize()\n"
            "    return sealed + hmac.digest(mac_key, sealed, 'sha256')\n"
        ),
        "from cryptography.fernet import Fernet\n\ntoken = Fernet(key).encrypt(data)\n",
        "from Crypto.Cipher import AES\n\ncipher = AES.new(key, AES.MODE_EAX)\n",
        "from Cryptodome.Cipher import ChaCha20_Poly1305\n\ncipher = ChaCha20_Poly1305.new(key=key)\n",
    ),
    check=check,
    why_no_fix="Another mode can't read what is encrypted already, and keeps a tag beside the message.",
)
