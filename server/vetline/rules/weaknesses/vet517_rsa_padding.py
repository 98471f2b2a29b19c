"""RSA encrypts with a padding that gives the message away, or with none.

## Why it matters
With the padding of PKCS #1 v1.5, who can send messages and sees whether they were understood decrypts any other, by a
million questions (Bleichenbacher's attack, found anew in TLS servers every few years). Without padding, equal
messages look equal, and short ones can be guessed. Assistants take `PKCS1v15` because it needs no parameters.

## How to fix it
Use OAEP:

    padding.OAEP(mgf=padding.MGF1(hashes.SHA256()), algorithm=hashes.SHA256(), label=None)
    PKCS1_OAEP.new(key)

## When it is fine
For signatures, where PKCS #1 v1.5 has no such weakness (PSS is better still), and where a protocol prescribes it.

## References
- [CWE-780: Use of RSA Algorithm without OAEP](https://cwe.mitre.org/data/definitions/780.html)
- [cryptography: RSA encryption](https://cryptography.io/en/latest/hazmat/primitives/asymmetric/rsa/#encryption)
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from vetline.core.cwe import Cwe
from vetline.core.edit import Applicability, Fix
from vetline.core.severity import Confidence, Severity
from vetline.rules.base import CheckContext, Example, FixSite, Match, Rule
from vetline.rules.building import written

_CIPHERS = ("Crypto.Cipher.PKCS1_v1_5.new", "Cryptodome.Cipher.PKCS1_v1_5.new")
_PADDING = "cryptography.hazmat.primitives.asymmetric.padding.PKCS1v15"
_OF_RSA = ("rsa.encrypt", "rsa.decrypt", "rsa.pkcs1.encrypt", "rsa.pkcs1.decrypt")
_KEYS = ("Crypto.PublicKey.RSA.", "Cryptodome.PublicKey.RSA.")
_METHODS = frozenset({"encrypt", "decrypt"})
_WAY_OUT = "Use OAEP."


def check(context: CheckContext) -> Iterator[Match]:
    for call in context.calls(*_CIPHERS, *_OF_RSA):
        yield Match(call, f"The padding of PKCS #1 v1.5 lets who asks often enough decrypt messages. {_WAY_OUT}")
    for node in context.walk(ast.Call):
        match node:
            case ast.Call(func=ast.Attribute(attr=method, value=owner), args=[_, padding]) if method in _METHODS:
                if _is_old_padding(padding, context):
                    yield Match(padding, f"The padding of PKCS #1 v1.5 lets who asks often enough decrypt messages. {_WAY_OUT}")
                elif method == "encrypt" and any(name.startswith(_KEYS) for name in context.value(owner).types):
                    yield Match(node, f"Without padding, RSA gives messages away. {_WAY_OUT}")


def _is_old_padding(node: ast.expr, context: CheckContext) -> bool:
    node = written(node, context)
    if isinstance(node, ast.Call):
        return _PADDING in context.callees(node)
    return any(name == _PADDING for name in context.value(node).types)


def fix(site: FixSite) -> Iterator[Fix]:
    call = site.node
    name = (site.qualified_name(call.func) or "") if isinstance(call, ast.Call) else ""
    if not isinstance(call, ast.Call):
        return
    if name.endswith(".PKCS1_v1_5.new"):
        oaep = site.use(".".join(name.split(".")[:2]), "PKCS1_OAEP")
        note = "Both sides have to use it; `decrypt` takes no second argument, and raises ValueError for what is wrong."
        yield Fix("Use OAEP", (site.replace(call.func, f"{oaep}.new"),), Applicability.REVIEW, note)
    elif name.endswith(".PKCS1v15") and not call.args:
        padding, hashes = _PADDINGS, f"{site.use('cryptography.hazmat.primitives', 'hashes')}.SHA256()"
        is_bare = isinstance(call.func, ast.Name)
        oaep, mgf = (site.use(padding, one) if is_bare else _beside(call.func, one, site) for one in ("OAEP", "MGF1"))
        text = f"{oaep}(mgf={mgf}({hashes}), algorithm={hashes}, label=None)"
        yield Fix("Use OAEP", (site.replace(call, text),), Applicability.REVIEW, "Both sides have to use it.")


_PADDINGS = "cryptography.hazmat.primitives.asymmetric.padding"


def _beside(callee: ast.expr, name: str, site: FixSite) -> str:
    """Return how to write another name of the module that ``callee`` belongs to."""
    return f"{site.text_of(callee.value)}.{name}" if isinstance(callee, ast.Attribute) else name


RULE = Rule(
    id="VET517",
    name="rsa-padding",
    cwe=Cwe(780),
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    message=f"The padding of PKCS #1 v1.5 lets who asks often enough decrypt messages. {_WAY_OUT}",
    bad=(
        Example(
            "from cryptography.hazmat.primitives.asymmetric import padding\n\n\ndef seal(public_key, data):\n"
            "    return public_key.encrypt(data, padding.PKCS1v15())\n",
            (
                "from cryptography.hazmat.primitives import hashes\n"
                "from cryptography.hazmat.primitives.asymmetric import padding\n\n\n"
                "def seal(public_key, data):\n"
                "    return public_key.encrypt(data, padding.OAEP(mgf=padding.MGF1(hashes.SHA256()), "
                "algorithm=hashes.SHA256(), label=None))\n"
            ),
        ),
        Example(
            "from Crypto.Cipher import PKCS1_v1_5\n\n\ndef seal(key, data):\n    return PKCS1_v1_5.new(key).encrypt(data)\n",
            (
                "from Crypto.Cipher import PKCS1_OAEP, PKCS1_v1_5\n\n\ndef seal(key, data):\n"
                "    return PKCS1_OAEP.new(key).encrypt(data)\n"
            ),
        ),
        Example("import rsa\n\nsealed = rsa.encrypt(data, public_key)\n"),
        Example(
            "from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15\n\n\nclass Reader:\n"
            "    def read(self, sealed):\n        return self.private_key.decrypt(sealed, PKCS1v15())\n",
            (
                "from cryptography.hazmat.primitives import hashes\n"
                "from cryptography.hazmat.primitives.asymmetric.padding import MGF1, OAEP, PKCS1v15\n\n\n"
                "class Reader:\n    def read(self, sealed):\n"
                "        return self.private_key.decrypt(sealed, OAEP(mgf=MGF1(hashes.SHA256()), "
                "algorithm=hashes.SHA256(), label=None))\n"
            ),
        ),
        Example(
            "from Cryptodome.Cipher import PKCS1_v1_5 as pkcs\n\ncipher = pkcs.new(private_key)\n"
            "message = cipher.decrypt(sealed, None)\n",
            (
                "from Cryptodome.Cipher import PKCS1_OAEP, PKCS1_v1_5 as pkcs\n\n"
                "cipher = PKCS1_OAEP.new(private_key)\nmessage = cipher.decrypt(sealed, None)\n"
            ),
        ),
    ),
    good=(
        (
            "from cryptography.hazmat.primitives import hashes\n"
            "from cryptography.hazmat.primitives.asymmetric import padding\n\n\ndef seal(public_key, data):\n"
            "    oaep = padding.OAEP(mgf=padding.MGF1(hashes.SHA256()), algorithm=hashes.SHA256(), label=None)\n"
            "    return public_key.encrypt(data, oaep)\n"
        ),
        "from Crypto.Cipher import PKCS1_OAEP\n\nsealed = PKCS1_OAEP.new(key).encrypt(data)\n",
        (
            "from cryptography.hazmat.primitives import hashes\n"
            "from cryptography.hazmat.primitives.asymmetric import padding\n\n\ndef sign(private_key, data):\n"
            "    return private_key.sign(data, padding.PKCS1v15(), hashes.SHA256())\n"
        ),
        "from Crypto.Signature import pkcs1_15\n\nsignature = pkcs1_15.new(key).sign(digest)\n",
        "from cryptography.fernet import Fernet\n\ntoken = Fernet(key).encrypt(data)\n",
    ),
    check=check,
    fix=fix,
)
