"""Cryptography comes from a module that nobody maintains.

## Why it matters
Nobody repairs what is found in it. PyCrypto has had no release since 2013, and a hole through which a crafted
initialisation vector runs code (CVE-2013-7459). `crypt` is gone from Python 3.13, `md5`, `sha` and `rotor` since
Python 3. What only these have, such as `Crypto.Cipher.XOR` or `Crypto.Util.randpool`, is weak on top. Assistants
repeat imports from old answers.

## How to fix it
Use `cryptography` for ciphers and signatures, `hashlib` for digests, and `argon2-cffi` or `bcrypt` for passwords:

    from cryptography.fernet import Fernet

## When it is fine
To read data that was written long ago.

## References
- [CWE-1104: Use of Unmaintained Third Party Components](https://cwe.mitre.org/data/definitions/1104.html)
- [NVD: CVE-2013-7459](https://nvd.nist.gov/vuln/detail/CVE-2013-7459)
- [PEP 594: removing dead batteries from the standard library](https://peps.python.org/pep-0594/)
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from vetline.core.cwe import Cwe
from vetline.core.edit import Applicability, Fix
from vetline.core.severity import Confidence, Severity
from vetline.rules.base import CheckContext, Example, FixSite, Match, Rule
from vetline.rules.import_swaps import imports_of, references_to, remove_unused

_GONE = {
    "md5": "`md5` is gone since Python 3, and broken. Use `hashlib.sha256`.",
    "sha": "`sha` is gone since Python 3, and broken. Use `hashlib.sha256`.",
    "rotor": "`rotor` is gone since Python 2.4, and was never secure. Use `cryptography`.",
    "crypt": "`crypt` is gone since Python 3.13, and most of its methods are weak. Use `argon2-cffi` or `bcrypt`.",
    "M2Crypto": "`M2Crypto` is hardly maintained. Use `cryptography`.",
    "Crypto.Cipher.XOR": "Only the abandoned PyCrypto has this, and it is no encryption. Use `cryptography`.",
    "Crypto.Cipher.IDEA": "Only the abandoned PyCrypto has this. Use `cryptography`.",
    "Crypto.Cipher.RC5": "Only the abandoned PyCrypto has this. Use `cryptography`.",
    "Crypto.Util.randpool": "Only the abandoned PyCrypto has this. Use `secrets`.",
    "Crypto.Util.winrandom": "Only the abandoned PyCrypto has this. Use `secrets`.",
}


def check(context: CheckContext) -> Iterator[Match]:
    for node in context.walk(ast.Import, ast.ImportFrom):
        if message := complaint(node):
            yield Match(node, message)

    if context.imports() & _PACKAGES:
        for node in context.walk(ast.Attribute):
            for name in context.names_of(node):
                if name in _GONE and "." in name:
                    yield Match(node, _GONE[name])


_PACKAGES = frozenset({"Crypto", "Crypto.Cipher", "Crypto.Util"})


def is_abandoned(context: CheckContext, node: ast.AST) -> bool:
    """Tell whether an import that Bandit reports is of something that only the abandoned package has."""
    del context
    return bool(complaint(node))


def complaint(node: ast.AST) -> str:
    """Return what is wrong with an import; empty if nothing is."""
    match node:
        case ast.Import(names=names):
            found = [alias.name for alias in names]
        case ast.ImportFrom(module=str() as module, names=names, level=0):
            found = [module, *(f"{module}.{alias.name}" for alias in names)]
        case _:
            return ""
    return next((_GONE[name] for name in found if name in _GONE), "")


def fix(site: FixSite) -> Iterator[Fix]:
    match site.node:
        case ast.Import(names=[ast.alias(name="md5" | "sha" as module)]):
            yield from _with_hashlib(module, site)
        case _:
            yield from remove_unused(site)


def _with_hashlib(module: str, site: FixSite) -> Iterator[Fix]:
    """Yield the fix for a module of Python 2 that had one hash."""
    edits = []
    for imported in imports_of(module, site):
        for reference in references_to(imported, site):
            attribute = site.parent_of(reference)
            if not isinstance(attribute, ast.Attribute) or attribute.attr not in ("new", module):
                return
            edits.append(site.replace(attribute, "hashlib.sha256"))
        edits.append(site.replace(imported.statement, "import hashlib"))
    note = "The digest is longer, and another one: what is stored already no longer matches."
    yield Fix("Use SHA-256", tuple(sorted(edits, key=lambda edit: edit.range)), Applicability.REVIEW, note)


RULE = Rule(
    id="VET515",
    name="abandoned-crypto",
    cwe=Cwe(1104),
    severity=Severity.LOW,
    confidence=Confidence.HIGH,
    message="Nobody maintains this module. Use `cryptography`.",
    bad=(
        Example("from Crypto.Cipher import XOR\n\nbox = XOR.new(key)\n"),
        Example("from Crypto.Util.randpool import RandomPool\n\npool = RandomPool()\n"),
        Example("import crypt\n\nstored = crypt.crypt(word, crypt.mksalt())\n"),
        Example(
            "def digest(data):\n    import md5\n\n    return md5.new(data).hexdigest()\n",
            "def digest(data):\n    import hashlib\n\n    return hashlib.sha256(data).hexdigest()\n",
        ),
        Example("try:\n    import M2Crypto\nexcept ImportError:\n    M2Crypto = None\n"),
    ),
    good=(
        "from cryptography.fernet import Fernet\n",
        "from Crypto.Cipher import AES\n",
        "import hashlib\n",
        "from . import crypt\n",
        "from Cryptodome.Random import get_random_bytes\n",
    ),
    check=check,
    fix=fix,
    supersedes=frozenset({"B413"}),
)
