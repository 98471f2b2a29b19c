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

import ast
from collections.abc import Iterator

from vetline.core.cwe import Cwe
from vetline.core.edit import Applicability, Fix
from vetline.core.severity import Confidence, Severity
from vetline.rules.base import CheckContext, Example, FixSite, Match, Rule
from vetline.rules.crypto.ciphers import MODES, block_ciphers
from vetline.syntax.calls import keyword_of

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


def fix(site: FixSite) -> Iterator[Fix]:
    call = site.node
    if not isinstance(call, ast.Call):
        return
    name = site.qualified_name(call.func) or ""
    if name.startswith("cryptography.") and isinstance(call.func, ast.Attribute):
        edit = site.replace(call.func, f"{site.text_of(call.func.value)}.GCM")
        yield Fix("Encrypt with GCM", (edit,), Applicability.REVIEW, _OF_CRYPTOGRAPHY)
    elif name.startswith(("Crypto.", "Cryptodome.")) and call.args and isinstance(call.func, ast.Attribute):
        mode = keyword_of(call, "mode") or (call.args[1] if len(call.args) > 1 else None)
        value = mode.value if isinstance(mode, ast.keyword) else mode
        if value is not None:
            edits = [site.replace(value, f"{site.text_of(call.func.value)}.MODE_GCM")]
            if (initial := keyword_of(call, "iv") or keyword_of(call, "IV")) is not None:
                edits.append(site.replace(initial, f"nonce={site.text_of(initial.value)}"))
            yield Fix("Encrypt with GCM", tuple(edits), Applicability.REVIEW, _OF_PYCRYPTODOME)


_OF_CRYPTOGRAPHY = "Keep the encryptor's `tag`, give it to GCM for decrypting; leave the padding out."
_OF_PYCRYPTODOME = "Use `encrypt_and_digest` and `decrypt_and_verify`, keep the tag beside the message; leave the padding out."


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
            "    return iv + encryptor.update(data) + encryptor.finalize()\n",
            (
                "import os\nfrom cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes\n\n\n"
                "def encrypt(key, data):\n    iv = os.urandom(16)\n"
                "    encryptor = Cipher(algorithms.AES(key), modes.GCM(iv)).encryptor()\n"
                "    return iv + encryptor.update(data) + encryptor.finalize()\n"
            ),
        ),
        Example(
            "from Crypto.Cipher import AES\nfrom Crypto.Random import get_random_bytes\n\n\ndef encrypt(key, data):\n"
            "    iv = get_random_bytes(16)\n    return iv + AES.new(key, AES.MODE_CBC, iv).encrypt(data)\n",
            (
                "from Crypto.Cipher import AES\nfrom Crypto.Random import get_random_bytes\n\n\n"
                "def encrypt(key, data):\n    iv = get_random_bytes(16)\n"
                "    return iv + AES.new(key, AES.MODE_GCM, iv).encrypt(data)\n"
            ),
        ),
        Example(
            "from Cryptodome.Cipher import AES\n\ncipher = AES.new(key, mode=AES.MODE_CTR, nonce=nonce)\n",
            "from Cryptodome.Cipher import AES\n\ncipher = AES.new(key, mode=AES.MODE_GCM, nonce=nonce)\n",
        ),
        Example("import pyaes\n\ncipher = pyaes.AESModeOfOperationCTR(key)\n"),
        Example(
            "import os\nfrom cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes as m\n\n\n"
            "class Sealer:\n    def __init__(self, key):\n        self.mode = m.CFB(os.urandom(16))\n"
            "        self.cipher = Cipher(algorithms.AES(key), self.mode)\n",
            (
                "import os\n"
                "from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes as m\n\n\n"
                "class Sealer:\n    def __init__(self, key):\n        self.mode = m.GCM(os.urandom(16))\n"
                "        self.cipher = Cipher(algorithms.AES(key), self.mode)\n"
            ),
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
    fix=fix,
)
