"""A signature or a certificate rests on MD5 or SHA-1.

## Why it matters
A signature signs the digest. Two documents, or two certificates, with the same MD5 or SHA-1 digest can be made, and
have the same signature: the harmless one is signed, the other one is used. This has been done with certificates.
Assistants copy `sign(key, "sha1")` from old examples.

## How to fix it
Use SHA-256:

    builder.sign(private_key, hashes.SHA256())
    certificate.sign(private_key, "sha256")

## When it is fine
To verify what was signed long ago, if nothing depends on it.

## References
- [CWE-328: Use of Weak Hash](https://cwe.mitre.org/data/definitions/328.html)
- [SHAttered: the first SHA-1 collision](https://shattered.io/)
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from vetline.core.cwe import Cwe
from vetline.core.edit import Applicability, Fix
from vetline.core.severity import Confidence, Severity
from vetline.rules.base import CheckContext, Example, FixSite, Match, Rule
from vetline.rules.building import written
from vetline.rules.locals import origin_of
from vetline.rules.surroundings import calls_named

_WEAK_CLASSES = frozenset(f"cryptography.hazmat.primitives.hashes.{name}" for name in ("MD5", "SHA1"))
_WEAK_NAMES = frozenset({"md5", "sha1", "md2", "md4"})
_METHODS = frozenset({"sign", "verify"})
_WAY_OUT = "Use SHA-256."
_PREHASHED = "cryptography.hazmat.primitives.asymmetric.utils.Prehashed"


def check(context: CheckContext) -> Iterator[Match]:
    for call in calls_named(context, _METHODS):
        for argument in (*call.args, *(keyword.value for keyword in call.keywords)):
            if _is_weak(argument, context):
                yield Match(argument, f"What is signed by such a digest can be exchanged for something else. {_WAY_OUT}")


def _is_weak(node: ast.expr, context: CheckContext) -> bool:
    node = written(node, context)
    match node:
        case ast.Call(func=_, args=[inner]) if _PREHASHED in context.callees(node):
            return _is_weak(inner, context)
        case ast.Call():
            return not _WEAK_CLASSES.isdisjoint(context.callees(node)) or _is_ecdsa(node, context)
    value = context.value(node)
    if not _WEAK_CLASSES.isdisjoint(value.types):
        return True
    is_weak = bool(value.constants) and all(
        isinstance(one, str) and one.lower() in _WEAK_NAMES for one in value.constants or ()
    )
    return is_weak and any(name.startswith(("OpenSSL", "rsa")) for name in context.imports())


def _is_ecdsa(node: ast.Call, context: CheckContext) -> bool:
    """Tell whether ``ec.ECDSA(hashes.SHA1())`` says how a signature is made."""
    return any(name.endswith(".ec.ECDSA") for name in context.callees(node)) and any(
        _is_weak(one, context) for one in node.args
    )


def fix(site: FixSite) -> Iterator[Fix]:
    if not isinstance(site.node, ast.expr):
        return
    note = "Signatures that were made with the old digest no longer match."
    place = origin_of(site.node, site)
    if isinstance(place, ast.Constant) and isinstance(place.value, str):
        new = '"SHA-256"' if place.value.isupper() and not site.mentions(r"\bOpenSSL\b") else '"sha256"'
        yield Fix("Use SHA-256", (site.replace(place, new),), Applicability.REVIEW, note)
        return
    for inner in ast.walk(place):
        match inner:
            case ast.Attribute(value=owner, attr="MD5" | "SHA1"):
                edit = site.replace(inner, f"{site.text_of(owner)}.SHA256")
                yield Fix("Use SHA-256", (edit,), Applicability.REVIEW, note)
                return
            case ast.Call(func=ast.Name() as callee) if (site.qualified_name(callee) or "").endswith((".MD5", ".SHA1")):
                edit = site.replace(callee, site.use("cryptography.hazmat.primitives.hashes", "SHA256"))
                yield Fix("Use SHA-256", (edit,), Applicability.REVIEW, note)
                return


RULE = Rule(
    id="VET518",
    name="weak-signature-hash",
    cwe=Cwe(328),
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    message=f"What is signed by such a digest can be exchanged for something else. {_WAY_OUT}",
    bad=(
        Example(
            (
                "from cryptography import x509\nfrom cryptography.hazmat.primitives import hashes\n\n\n"
                "def issue(builder, private_key):\n    return builder.sign(private_key, hashes.SHA1())\n"
            ),
            (
                "from cryptography import x509\nfrom cryptography.hazmat.primitives import hashes\n\n\n"
                "def issue(builder, private_key):\n    return builder.sign(private_key, hashes.SHA256())\n"
            ),
        ),
        Example(
            (
                'from OpenSSL import crypto\n\n\ndef issue(certificate, key):\n    certificate.sign(key, "md5")\n'
                "    return certificate\n"
            ),
            (
                'from OpenSSL import crypto\n\n\ndef issue(certificate, key):\n    certificate.sign(key, "sha256")\n'
                "    return certificate\n"
            ),
        ),
        Example(
            (
                "from cryptography.hazmat.primitives import hashes\n"
                "from cryptography.hazmat.primitives.asymmetric import padding\n\n\nclass Signer:\n"
                "    def sign(self, data):\n"
                "        return self.key.sign(data, padding.PKCS1v15(), algorithm=hashes.MD5())\n"
            ),
            (
                "from cryptography.hazmat.primitives import hashes\n"
                "from cryptography.hazmat.primitives.asymmetric import padding\n\n\nclass Signer:\n"
                "    def sign(self, data):\n"
                "        return self.key.sign(data, padding.PKCS1v15(), algorithm=hashes.SHA256())\n"
            ),
        ),
        Example(
            "from cryptography.hazmat.primitives.asymmetric import ec\n"
            "from cryptography.hazmat.primitives import hashes as h\n\n\ndef check(public_key, signature, data):\n"
            "    public_key.verify(signature, data, ec.ECDSA(h.SHA1()))\n",
            (
                "from cryptography.hazmat.primitives.asymmetric import ec\n"
                "from cryptography.hazmat.primitives import hashes as h\n\n\n"
                "def check(public_key, signature, data):\n"
                "    public_key.verify(signature, data, ec.ECDSA(h.SHA256()))\n"
            ),
        ),
        Example(
            'import rsa\n\nMETHOD = "SHA1"\n\n\ndef sign(message, key):\n'
            "    return rsa.PrivateKey.sign(message, key, METHOD)\n",
            (
                'import rsa\n\nMETHOD = "SHA-256"\n\n\ndef sign(message, key):\n'
                "    return rsa.PrivateKey.sign(message, key, METHOD)\n"
            ),
        ),
    ),
    good=(
        (
            "from cryptography.hazmat.primitives import hashes\n\n\ndef issue(builder, private_key):\n"
            "    return builder.sign(private_key, hashes.SHA256())\n"
        ),
        "from OpenSSL import crypto\n\ncertificate.sign(key, 'sha256')\n",
        (
            "from cryptography.hazmat.primitives import hashes\n"
            "from cryptography.hazmat.primitives.asymmetric import padding\n\n\ndef sign(key, data):\n"
            "    return key.sign(data, padding.PSS(padding.MGF1(hashes.SHA256()), 32), hashes.SHA256())\n"
        ),
        (
            "from cryptography.hazmat.primitives import hashes\n"
            "from cryptography.hazmat.primitives.asymmetric import padding\n\n"
            "oaep = padding.OAEP(mgf=padding.MGF1(hashes.SHA1()), algorithm=hashes.SHA1(), label=None)\n"
        ),
        (
            "from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey\n\n"
            "signature = Ed25519PrivateKey.generate().sign(data)\n"
        ),
    ),
    check=check,
    fix=fix,
)
