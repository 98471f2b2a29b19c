"""A cipher, or the mode that it is used in, is broken.

## Why it matters
DES keys are found by trying them all, RC4 leaks what it encrypts, and ciphers with blocks of 64 bits (3DES, Blowfish,
CAST5, IDEA) give away parts of long messages. ECB encrypts equal blocks to equal blocks: the outline of a picture
stays visible, and blocks can be exchanged. Assistants write `AES.MODE_ECB` because it needs no initialisation vector.

## How to fix it
Use authenticated encryption, which also notices changes:

    from cryptography.fernet import Fernet

    token = Fernet(key).encrypt(data)

or, where the format is your own, `AESGCM(key).encrypt(nonce, data, None)` with a fresh nonce of `os.urandom(12)`.

## When it is fine
To read old data, or to speak with a device that knows nothing else; and ECB of one single block, as a building block
of another construction.

## References
- [CWE-327: Use of a Broken or Risky Cryptographic Algorithm](https://cwe.mitre.org/data/definitions/327.html)
- [Sweet32: birthday attacks on 64-bit block ciphers](https://sweet32.info/)
- [cryptography: Fernet](https://cryptography.io/en/latest/fernet/)
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from vetline.core.cwe import Cwe
from vetline.core.severity import Confidence, Severity
from vetline.rules.base import CheckContext, Example, Match, Rule
from vetline.rules.crypto.ciphers import ALGORITHMS, MODES, block_ciphers

_WEAK = {
    "DES": "DES",
    "DES3": "3DES",
    "TripleDES": "3DES",
    "ARC2": "RC2",
    "RC2": "RC2",
    "ARC4": "RC4",
    "RC5": "RC5",
    "Blowfish": "Blowfish",
    "CAST": "CAST5",
    "CAST5": "CAST5",
    "IDEA": "IDEA",
    "SEED": "SEED",
    "XOR": "XOR",
}
_WAY_OUT = "Use Fernet, or AES-GCM."
_ECB = tuple(name for name, mode in MODES.items() if mode == "ECB")
_OTHERS = {
    "pyDes.des": "DES",
    "pyDes.triple_des": "3DES",
    "arc4.ARC4": "RC4",
    "blowfish.Cipher": "Blowfish",
    "pyaes.AESModeOfOperationECB": "",
    "M2Crypto.EVP.Cipher": "",
}
"""Constructors of other packages; those with no name are ECB, or get the name of the algorithm."""
_WEAK_NAMES = ("des", "rc4", "rc2", "bf_", "cast5", "idea")


def check(context: CheckContext) -> Iterator[Match]:
    for cipher in block_ciphers(context):
        if name := _WEAK.get(cipher.algorithm):
            yield Match(cipher.call, f"{name} is broken or close to it. {_WAY_OUT}")
        elif cipher.mode == "ECB":
            yield Match(cipher.call, f"ECB encrypts equal blocks to equal blocks. {_WAY_OUT}")
        elif cipher.mode_node is None and not any(one.arg is None for one in cipher.call.keywords):
            yield Match(cipher.call, f"Without a mode this is ECB, which encrypts equal blocks to equal blocks. {_WAY_OUT}")
    for call in context.calls(*ALGORITHMS):
        for callee in context.callees(call):
            if name := _WEAK.get(ALGORITHMS.get(callee, "")):
                yield Match(call, f"{name} is broken or close to it. {_WAY_OUT}")
                break
    for call in context.calls(*_ECB):
        yield Match(call, f"ECB encrypts equal blocks to equal blocks. {_WAY_OUT}")
    yield from _of_others(context)


def _of_others(context: CheckContext) -> Iterator[Match]:
    for call in context.calls(*_OTHERS):
        callee = next(name for name in context.callees(call) if name in _OTHERS)
        if name := _OTHERS[callee]:
            yield Match(call, f"{name} is broken or close to it. {_WAY_OUT}")
        elif callee.endswith("ECB"):
            yield Match(call, f"ECB encrypts equal blocks to equal blocks. {_WAY_OUT}")
        elif call.args and isinstance(named := context.value(call.args[0]).constant, str) and _is_weak_name(named.lower()):
            yield Match(call, f"This cipher is broken or close to it. {_WAY_OUT}")


def _is_weak_name(name: str) -> bool:
    return name.startswith(_WEAK_NAMES) or name.endswith("_ecb")


def is_weak(context: CheckContext, node: ast.AST) -> bool:
    """Tell whether what Bandit reports is one of this rule's findings, too."""
    return any(match.node is node for match in check(context))


RULE = Rule(
    id="VET505",
    name="weak-cipher",
    cwe=Cwe(327),
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    message=f"This cipher is broken or close to it. {_WAY_OUT}",
    bad=(
        Example(
            "from Crypto.Cipher import AES\n\n\ndef encrypt(key, data):\n    cipher = AES.new(key, AES.MODE_ECB)\n"
            "    return cipher.encrypt(data)\n"
        ),
        Example(
            "from Crypto.Cipher import DES3\nfrom Crypto.Random import get_random_bytes\n\n\ndef seal(key, data):\n"
            "    return DES3.new(key, DES3.MODE_CFB, get_random_bytes(8)).encrypt(data)\n"
        ),
        Example(
            "from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes\n\n\nclass Box:\n"
            "    def __init__(self, key):\n        self.cipher = Cipher(algorithms.AES(key), modes.ECB())\n"
        ),
        Example(
            "from cryptography.hazmat.primitives.ciphers import Cipher, algorithms\n"
            "from cryptography.hazmat.decrepit.ciphers.algorithms import ARC4\n\n"
            "stream = Cipher(ARC4(key), mode=None).encryptor()\n"
        ),
        Example(
            "import Crypto.Cipher.AES as aes\n\nMODE = aes.MODE_ECB\n\n\ndef encrypt(key, data):\n    mode = MODE\n"
            "    return aes.new(key, mode).encrypt(data)\n"
        ),
        Example("import pyaes\n\ncipher = pyaes.AESModeOfOperationECB(key)\n"),
        Example("from Cryptodome.Cipher import Blowfish as bf\n\nbox = bf.new(key, bf.MODE_CBC, iv)\n"),
    ),
    good=(
        "from cryptography.fernet import Fernet\n\ntoken = Fernet(key).encrypt(data)\n",
        (
            "from Crypto.Cipher import AES\n\n\ndef encrypt(key, data):\n    cipher = AES.new(key, AES.MODE_GCM)\n"
            "    ciphertext, tag = cipher.encrypt_and_digest(data)\n    return cipher.nonce + tag + ciphertext\n"
        ),
        (
            "import os\nfrom cryptography.hazmat.primitives.ciphers.aead import AESGCM\n\nnonce = os.urandom(12)\n"
            "sealed = nonce + AESGCM(key).encrypt(nonce, data, None)\n"
        ),
        "from Cryptodome.Cipher import ChaCha20_Poly1305\n\ncipher = ChaCha20_Poly1305.new(key=key)\n",
        (
            "import os\nfrom cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes\n\n"
            "cipher = Cipher(algorithms.AES(key), modes.GCM(os.urandom(12)))\n"
        ),
    ),
    check=check,
    why_no_fix="Another cipher needs another key or a nonce beside the message, and can't read what is encrypted already.",
    supersedes=frozenset({"B304", "B305"}),
)
