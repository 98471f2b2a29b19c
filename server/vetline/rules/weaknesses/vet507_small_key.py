"""A key is too short to last.

## Why it matters
An RSA or DSA key of 1,024 bits is within the reach of large organisations, one of 512 bits costs an afternoon in the
cloud. Whoever finds the private key reads what was encrypted, also what was recorded years ago, and signs in its
owner's name. Assistants take 1024 from old examples, or because it is faster.

## How to fix it
Use 3,072 bits for RSA and DSA (2,048 is the least), and curves of 256 bits or more:

    key = rsa.generate_private_key(public_exponent=65537, key_size=3072)
    key = ec.generate_private_key(ec.SECP256R1())

Ed25519 is shorter, faster, and hard to use wrongly.

## When it is fine
In tests, where the key protects nothing.

## References
- [CWE-326: Inadequate Encryption Strength](https://cwe.mitre.org/data/definitions/326.html)
- [NIST SP 800-57: Recommendation for key management](https://csrc.nist.gov/pubs/sp/800/57/pt1/r5/final)
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from vetline.core.cwe import Cwe
from vetline.core.edit import Applicability, Fix
from vetline.core.severity import Confidence, Severity
from vetline.rules.base import CheckContext, Example, FixSite, Match, Rule
from vetline.rules.constants import fixed
from vetline.rules.locals import origin_of

_LEAST = 2048
_BROKEN = 1024
_CURVE_LEAST = 224

_SIZES: dict[str, tuple[int, str]] = {
    "cryptography.hazmat.primitives.asymmetric.rsa.generate_private_key": (1, "key_size"),
    "cryptography.hazmat.primitives.asymmetric.dsa.generate_private_key": (0, "key_size"),
    "cryptography.hazmat.primitives.asymmetric.dsa.generate_parameters": (0, "key_size"),
    "cryptography.hazmat.primitives.asymmetric.dh.generate_parameters": (1, "key_size"),
    "Crypto.PublicKey.RSA.generate": (0, "bits"),
    "Crypto.PublicKey.DSA.generate": (0, "bits"),
    "Crypto.PublicKey.ElGamal.generate": (0, "bits"),
    "Cryptodome.PublicKey.RSA.generate": (0, "bits"),
    "Cryptodome.PublicKey.DSA.generate": (0, "bits"),
    "Cryptodome.PublicKey.ElGamal.generate": (0, "bits"),
    "rsa.newkeys": (0, "nbits"),
    "rsa.key.newkeys": (0, "nbits"),
    "paramiko.RSAKey.generate": (0, "bits"),
    "paramiko.rsakey.RSAKey.generate": (0, "bits"),
    "paramiko.DSSKey.generate": (0, "bits"),
    "OpenSSL.crypto.PKey.generate_key": (1, "bits"),
    "M2Crypto.RSA.gen_key": (0, "bits"),
    "asyncssh.generate_private_key": (-1, "key_size"),
    "jwcrypto.jwk.JWK.generate": (-1, "size"),
}
"""By dotted name: the position and the name of the argument that gives the size in bits."""

_CURVES = re.compile(r"(?i)(?:sec[pt]|p-?|prime|nist[pbk]-?|sect|wtls|brainpoolp?)(\d{2,3})")
_CURVE_CALLS = (
    "Crypto.PublicKey.ECC.generate",
    "Cryptodome.PublicKey.ECC.generate",
    "ecdsa.SigningKey.generate",
    "ecdsa.keys.SigningKey.generate",
)
_EC = "cryptography.hazmat.primitives.asymmetric.ec."
_CURVE_CLASSES = tuple(f"{_EC}{name}" for name in "SECP192R1 SECT163K1 SECT163R2".split())


def check(context: CheckContext) -> Iterator[Match]:
    for call in context.calls(*_SIZES):
        for name in context.callees(call):
            if name in _SIZES:
                yield from _too_small(call, *_SIZES[name], context)
                break
    for call in context.calls(*_CURVE_CLASSES):
        yield Match(call, "This curve is too small to last: use `SECP256R1`, or Ed25519.")
    for call in context.calls(*_CURVE_CALLS):
        node = context.argument(call, 0, "curve")
        if node is None:
            continue
        names = [str(one) for one in context.value(node).constants or ()] or [
            name.rpartition(".")[2] for name in context.names_of(node)
        ]
        if any((match := _CURVES.match(name)) and int(match.group(1)) < _CURVE_LEAST for name in names):
            yield Match(node, "This curve is too small to last: use P-256, or Ed25519.")


def _too_small(call: ast.Call, position: int, keyword: str, context: CheckContext) -> Iterator[Match]:
    node = context.argument(call, position, keyword)
    known = fixed(node, context) if node is not None else None
    small = [one for one in known.numbers if 0 < one < _LEAST and one not in (256, 384, 521)] if known is not None else []
    if node is not None and small:
        severity = Severity.HIGH if min(small) < _BROKEN else Severity.MEDIUM
        yield Match(node, f"A key of {min(small):,} bits is too small to last: use 3,072, or 2,048 at the least.", severity)


def fix(site: FixSite) -> Iterator[Fix]:
    node = site.node
    slower = "Larger keys take longer to make and to use."
    match node:
        case ast.Call(func=ast.Attribute(value=owner)):
            edit = site.replace(node, f"{site.text_of(owner)}.SECP256R1()")
            yield Fix("Use P-256", (edit,), Applicability.REVIEW, slower)
        case ast.Call(func=ast.Name()):
            edit = site.replace(node, f"{site.use('cryptography.hazmat.primitives.asymmetric.ec', 'SECP256R1')}()")
            yield Fix("Use P-256", (edit,), Applicability.REVIEW, slower)
        case ast.Attribute(value=owner) if "curve" in site.finding.message:
            yield Fix("Use P-256", (site.replace(node, f"{site.text_of(owner)}.NIST256p"),), Applicability.REVIEW, slower)
        case ast.expr():
            origin = origin_of(node, site)
            if isinstance(origin, ast.Constant) and isinstance(origin.value, str):
                yield Fix("Use P-256", (site.replace(origin, '"P-256"'),), Applicability.REVIEW, slower)
            elif not isinstance(origin, ast.Attribute):
                edit = site.replace(origin, "3072")
                if re.search(r"(?i)rsa|\bdsa\b", site.text_of(site.enclosing_statement(node))):
                    yield Fix("Use 3072 bits", (edit,), Applicability.SAFE)
                else:
                    yield Fix("Use 3072 bits", (edit,), Applicability.REVIEW, slower)


RULE = Rule(
    id="VET507",
    name="small-key",
    cwe=Cwe(326),
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    message="This key is too small to last: use 3,072 bits, or 2,048 at the least.",
    bad=(
        Example(
            (
                "from Crypto.PublicKey import RSA\n\n\ndef create_key():\n    key = RSA.generate(1024)\n"
                "    return key.export_key()\n"
            ),
            (
                "from Crypto.PublicKey import RSA\n\n\ndef create_key():\n    key = RSA.generate(3072)\n"
                "    return key.export_key()\n"
            ),
        ),
        Example(
            (
                "from cryptography.hazmat.primitives.asymmetric import rsa\n\n"
                "key = rsa.generate_private_key(public_exponent=65537, key_size=512)\n"
            ),
            (
                "from cryptography.hazmat.primitives.asymmetric import rsa\n\n"
                "key = rsa.generate_private_key(public_exponent=65537, key_size=3072)\n"
            ),
        ),
        Example(
            "from cryptography.hazmat.primitives.asymmetric import dsa\n\nKEY_BITS = 1024\n\n\n"
            "def new_key(bits=KEY_BITS):\n    return dsa.generate_private_key(key_size=bits)\n",
            (
                "from cryptography.hazmat.primitives.asymmetric import dsa\n\nKEY_BITS = 1024\n\n\n"
                "def new_key(bits=3072):\n    return dsa.generate_private_key(key_size=bits)\n"
            ),
        ),
        Example(
            "from cryptography.hazmat.primitives.asymmetric import ec\n\nkey = ec.generate_private_key(ec.SECP192R1())\n",
            ("from cryptography.hazmat.primitives.asymmetric import ec\n\nkey = ec.generate_private_key(ec.SECP256R1())\n"),
        ),
        Example(
            "import rsa\n\n\nclass Keys:\n    size = 1024\n\n    def fresh(self):\n        return rsa.newkeys(self.size)\n"
        ),
        Example(
            (
                "from OpenSSL import crypto\n\n\ndef make():\n    pair = crypto.PKey()\n"
                "    pair.generate_key(crypto.TYPE_RSA, 1024)\n    return pair\n"
            ),
            (
                "from OpenSSL import crypto\n\n\ndef make():\n    pair = crypto.PKey()\n"
                "    pair.generate_key(crypto.TYPE_RSA, 3072)\n    return pair\n"
            ),
        ),
    ),
    good=(
        "from Crypto.PublicKey import RSA\n\nkey = RSA.generate(2048)\n",
        (
            "from cryptography.hazmat.primitives.asymmetric import rsa\n\n"
            "key = rsa.generate_private_key(public_exponent=65537, key_size=4096)\n"
        ),
        "from cryptography.hazmat.primitives.asymmetric import ec\n\nkey = ec.generate_private_key(ec.SECP256R1())\n",
        (
            "from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey\n\n"
            "key = Ed25519PrivateKey.generate()\n"
        ),
        "import paramiko\n\nkey = paramiko.RSAKey.generate(bits=settings.key_bits)\n",
        "from Crypto.PublicKey import ECC\n\nkey = ECC.generate(curve='P-256')\n",
    ),
    check=check,
    fix=fix,
    supersedes=frozenset({"B505"}),
)
