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
from vetline.core.edit import Applicability, Fix
from vetline.core.severity import Confidence, Severity
from vetline.rules.base import CheckContext, Example, FixSite, Match, Rule
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


def fix(site: FixSite) -> Iterator[Fix]:
    call = site.node
    if not isinstance(call, ast.Call):
        return
    name = site.qualified_name(call.func) or ""
    last = name.rpartition(".")[2]
    if last == "ECB":
        gcm = f"{_prefix(call.func, site)}GCM({site.use('os')}.urandom(12))"
        yield Fix("Encrypt with GCM", (site.replace(call, gcm),), Applicability.REVIEW, _NONCE)
    elif name.startswith(("Crypto.Cipher.", "Cryptodome.Cipher.")) and last == "new" and call.args:
        is_aes = isinstance(call.func, ast.Attribute) and name.endswith(".AES.new")
        aes = _prefix(call.func, site)[:-1] if is_aes else site.use(".".join(name.split(".")[:2]), "AES")
        text = f"{aes}.new({site.text_of(call.args[0])}, {aes}.MODE_GCM)"
        yield Fix("Encrypt with AES-GCM", (site.replace(call, text),), Applicability.REVIEW, _TAG if is_aes else _KEY)
    elif name.startswith("cryptography.hazmat.") and len(call.args) == 1:
        aes = site.use("cryptography.hazmat.primitives.ciphers.algorithms", "AES")
        edits = [site.replace(call.func, aes)]
        cipher = site.parent_of(call)
        if isinstance(cipher, ast.Call) and (mode := _mode_of(cipher, call)) is not None:
            gcm = f"{site.use('cryptography.hazmat.primitives.ciphers.modes', 'GCM')}({site.use('os')}.urandom(12))"
            edits.append(site.replace(mode, gcm))
        yield Fix("Encrypt with AES-GCM", tuple(edits), Applicability.REVIEW, _KEY)


_NONCE = "Keep nonce and tag beside the message, leave the padding out; what is encrypted already has to be read as before."
_TAG = (
    "Keep `nonce` and the tag of `encrypt_and_digest` beside the message; what is encrypted already has to be read as before."
)
_KEY = "The key has to have 16, 24 or 32 bytes; keep nonce and tag; what is encrypted already has to be read as before."


def _prefix(callee: ast.expr, site: FixSite) -> str:
    """Return what stands before the last part of a dotted name, with the module imported where nothing does."""
    if isinstance(callee, ast.Attribute):
        return f"{site.text_of(callee.value)}."
    return f"{site.use('cryptography.hazmat.primitives.ciphers', 'modes')}."


def _mode_of(cipher: ast.Call, algorithm: ast.Call) -> ast.expr | None:
    if algorithm in cipher.args[:1]:
        return next(
            (one.value for one in cipher.keywords if one.arg == "mode"), cipher.args[1] if len(cipher.args) > 1 else None
        )
    return None


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
            "    return cipher.encrypt(data)\n",
            (
                "from Crypto.Cipher import AES\n\n\ndef encrypt(key, data):\n"
                "    cipher = AES.new(key, AES.MODE_GCM)\n    return cipher.encrypt(data)\n"
            ),
        ),
        Example(
            "from Crypto.Cipher import DES3\nfrom Crypto.Random import get_random_bytes\n\n\ndef seal(key, data):\n"
            "    return DES3.new(key, DES3.MODE_CFB, get_random_bytes(8)).encrypt(data)\n",
            (
                "from Crypto.Cipher import AES, DES3\nfrom Crypto.Random import get_random_bytes\n\n\n"
                "def seal(key, data):\n    return AES.new(key, AES.MODE_GCM).encrypt(data)\n"
            ),
        ),
        Example(
            "from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes\n\n\nclass Box:\n"
            "    def __init__(self, key):\n        self.cipher = Cipher(algorithms.AES(key), modes.ECB())\n",
            (
                "import os\n\nfrom cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes\n\n"
                "\nclass Box:\n    def __init__(self, key):\n"
                "        self.cipher = Cipher(algorithms.AES(key), modes.GCM(os.urandom(12)))\n"
            ),
        ),
        Example(
            "from cryptography.hazmat.primitives.ciphers import Cipher, algorithms\n"
            "from cryptography.hazmat.decrepit.ciphers.algorithms import ARC4\n\n"
            "stream = Cipher(ARC4(key), mode=None).encryptor()\n",
            (
                "import os\n\nfrom cryptography.hazmat.primitives.ciphers import Cipher, algorithms\n"
                "from cryptography.hazmat.decrepit.ciphers.algorithms import ARC4\n"
                "from cryptography.hazmat.primitives.ciphers.modes import GCM\n\n"
                "stream = Cipher(algorithms.AES(key), mode=GCM(os.urandom(12))).encryptor()\n"
            ),
        ),
        Example(
            "import Crypto.Cipher.AES as aes\n\nMODE = aes.MODE_ECB\n\n\ndef encrypt(key, data):\n    mode = MODE\n"
            "    return aes.new(key, mode).encrypt(data)\n",
            (
                "import Crypto.Cipher.AES as aes\n\nMODE = aes.MODE_ECB\n\n\ndef encrypt(key, data):\n"
                "    mode = MODE\n    return aes.new(key, aes.MODE_GCM).encrypt(data)\n"
            ),
        ),
        Example("import pyaes\n\ncipher = pyaes.AESModeOfOperationECB(key)\n"),
        Example(
            "from Cryptodome.Cipher import Blowfish as bf\n\nbox = bf.new(key, bf.MODE_CBC, iv)\n",
            "from Cryptodome.Cipher import AES, Blowfish as bf\n\nbox = AES.new(key, AES.MODE_GCM)\n",
        ),
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
    fix=fix,
    supersedes=frozenset({"B304", "B305"}),
)
