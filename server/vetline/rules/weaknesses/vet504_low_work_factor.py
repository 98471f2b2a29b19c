"""A password hash is told to do too little work.

## Why it matters
PBKDF2, bcrypt and scrypt protect passwords by the time that each guess takes. With a thousand rounds, a graphics card
makes millions of guesses a second, and most passwords fall within days. Assistants write numbers that were right
fifteen years ago, or small ones so that tests are fast.

## How to fix it
Take what is recommended today:

    hashlib.pbkdf2_hmac("sha256", password, salt, 600_000)
    bcrypt.gensalt(rounds=12)
    hashlib.scrypt(password, salt=salt, n=2**17, r=8, p=1, maxmem=2**28)

Keep the number beside the hash, so that it can grow.

## When it is fine
In tests, and where what is hashed is a long random key, which needs no stretching.

## References
- [CWE-916: Use of Password Hash With Insufficient Computational Effort](https://cwe.mitre.org/data/definitions/916.html)
- [OWASP: Password storage](https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html)
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import NamedTuple

from vetline.core.cwe import Cwe
from vetline.core.edit import Applicability, Fix
from vetline.core.severity import Confidence, Severity
from vetline.rules.base import CheckContext, Example, FixSite, Match, Rule
from vetline.rules.constants import fixed
from vetline.rules.locals import origin_of

_FEW_ROUNDS = 100_000
_VERY_FEW_ROUNDS = 10_000


class _Factor(NamedTuple):
    """Where a call takes its work factor, and the least that will do."""

    position: int
    keyword: str
    least: int
    recommended: int
    if_missing: int = 0
    """What it is by default, if that is too little."""


_ROUNDS = _Factor(3, "iterations", _FEW_ROUNDS, 600_000)
_FACTORS: dict[str, _Factor] = {
    "hashlib.pbkdf2_hmac": _ROUNDS,
    "cryptography.hazmat.primitives.kdf.pbkdf2.PBKDF2HMAC": _ROUNDS,
    "backports.pbkdf2.pbkdf2_hmac": _ROUNDS,
    "django.utils.crypto.pbkdf2": _Factor(2, "iterations", _FEW_ROUNDS, 600_000),
    "Crypto.Protocol.KDF.PBKDF2": _Factor(3, "count", _FEW_ROUNDS, 600_000, if_missing=1000),
    "Cryptodome.Protocol.KDF.PBKDF2": _Factor(3, "count", _FEW_ROUNDS, 600_000, if_missing=1000),
    "hashlib.scrypt": _Factor(-1, "n", 2**14, 2**14),
    "cryptography.hazmat.primitives.kdf.scrypt.Scrypt": _Factor(2, "n", 2**14, 2**17),
    "Crypto.Protocol.KDF.scrypt": _Factor(3, "N", 2**14, 2**17),
    "Cryptodome.Protocol.KDF.scrypt": _Factor(3, "N", 2**14, 2**17),
    "bcrypt.gensalt": _Factor(0, "rounds", 10, 12),
    "bcrypt.kdf": _Factor(3, "rounds", 50, 100),
    "Crypto.Protocol.KDF.bcrypt": _Factor(1, "cost", 10, 12),
    "Cryptodome.Protocol.KDF.bcrypt": _Factor(1, "cost", 10, 12),
    "flask_bcrypt.generate_password_hash": _Factor(1, "rounds", 10, 12),
    "flask_bcrypt.Bcrypt.generate_password_hash": _Factor(1, "rounds", 10, 12),
    "argon2.PasswordHasher": _Factor(1, "memory_cost", 7 * 1024, 19 * 1024),
    "cryptography.hazmat.primitives.kdf.argon2.Argon2id": _Factor(-1, "memory_cost", 7 * 1024, 19 * 1024),
}
for _scheme, _least, _recommended in (
    ("pbkdf2_sha256", _FEW_ROUNDS, 600_000),
    ("pbkdf2_sha512", _FEW_ROUNDS, 210_000),
    ("bcrypt", 10, 12),
    ("bcrypt_sha256", 10, 12),
    ("sha256_crypt", _FEW_ROUNDS, 535_000),
    ("sha512_crypt", _FEW_ROUNDS, 656_000),
):
    for _method in ("using", "hash", "encrypt"):
        _FACTORS[f"passlib.hash.{_scheme}.{_method}"] = _Factor(-1, "rounds", _least, _recommended)

_OF_WERKZEUG = "werkzeug.security.generate_password_hash"
_METHOD = re.compile(r"pbkdf2(?::\w+)?:(\d{1,9})\Z")
_ITERATIONS = "Only {given:,} rounds: a password can be guessed too fast. Use {recommended:,} or more."


def check(context: CheckContext) -> Iterator[Match]:
    for call in context.calls(*_FACTORS):
        for name in context.callees(call):
            factor = _FACTORS.get(name)
            if factor is not None:
                yield from _too_little(call, factor, context)
                break
    for call in context.calls(_OF_WERKZEUG):
        method = context.argument(call, 1, "method")
        known = fixed(method, context) if method is not None else None
        for text in known.texts if known else ():
            if isinstance(text, str) and (match := _METHOD.match(text)) and int(match.group(1)) < _FEW_ROUNDS:
                yield _match(method or call, int(match.group(1)), _ROUNDS)


def _too_little(call: ast.Call, factor: _Factor, context: CheckContext) -> Iterator[Match]:
    node = context.argument(call, factor.position, factor.keyword)
    if node is None:
        is_open = any(isinstance(one, ast.Starred) for one in call.args) or any(one.arg is None for one in call.keywords)
        if factor.if_missing and not is_open:
            yield _match(call, factor.if_missing, factor)
        return
    known = fixed(node, context)
    low = [one for one in known.numbers if 0 < one < factor.least] if known is not None else []
    if low:
        yield _match(node, min(low), factor)


def _match(node: ast.AST, given: int, factor: _Factor) -> Match:
    if factor.least == _FEW_ROUNDS:
        severity = Severity.MEDIUM if given < _VERY_FEW_ROUNDS else Severity.LOW
        return Match(node, _ITERATIONS.format(given=given, recommended=factor.recommended), severity)
    message = f"`{factor.keyword}` is only {given}: a password can be guessed too fast. Use {factor.recommended} or more."
    return Match(node, message, Severity.MEDIUM)


def fix(site: FixSite) -> Iterator[Fix]:
    node = site.node
    found = _ADVICE.search(site.finding.message)
    if found is None or not isinstance(node, ast.expr):
        return
    least = int(found[1].replace(",", ""))
    number = f"{least:_}" if least >= _VERY_FEW_ROUNDS else str(least)
    note = "Hashes take longer, and differ: what is stored already has to be checked with the old number."
    match origin_of(node, site):
        case ast.Constant(value=str() as method) as place:
            text = site.text_of(place).replace(method.rpartition(":")[2], str(least))
            edit = site.replace(place, text)
        case ast.Call() as call if call is node:
            edit = site.append_argument(call, f"count={number}")
        case place:
            edit = site.replace(place, number)
    if _keeps_factor(node, site):
        yield Fix(f"Use {number}", (edit,), Applicability.SAFE)
    else:
        yield Fix(f"Use {number}", (edit,), Applicability.REVIEW, note)


def _keeps_factor(node: ast.expr, site: FixSite) -> bool:
    """Tell whether the factor is part of each hash, so that those made before are still checked with theirs."""
    parent = site.parent_of(node)
    call = site.parent_of(parent) if isinstance(parent, ast.keyword) else parent
    name = (site.qualified_name(call.func) or "") if isinstance(call, ast.Call) else ""
    return name == "bcrypt.gensalt" or name.startswith(("argon2.", "flask_bcrypt.", "passlib.hash.", "werkzeug."))


_ADVICE = re.compile(r"Use ([\d,]+)")


RULE = Rule(
    id="VET504",
    name="low-work-factor",
    cwe=Cwe(916),
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    message="A password hash does too little work: a password can be guessed too fast.",
    bad=(
        Example(
            (
                "import hashlib\n\n\ndef hash_password(password, salt):\n"
                "    return hashlib.pbkdf2_hmac('sha256', password, salt, 1000)\n"
            ),
            (
                "import hashlib\n\n\ndef hash_password(password, salt):\n"
                "    return hashlib.pbkdf2_hmac('sha256', password, salt, 600_000)\n"
            ),
        ),
        Example(
            "import bcrypt\n\n\ndef register(password):\n    return bcrypt.hashpw(password, bcrypt.gensalt(rounds=4))\n",
            "import bcrypt\n\n\ndef register(password):\n    return bcrypt.hashpw(password, bcrypt.gensalt(rounds=12))\n",
        ),
        Example(
            "from cryptography.hazmat.primitives import hashes\n"
            "from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC\n\nITERATIONS = 10 * 1000\n\n\n"
            "def derive(password, salt):\n"
            "    return PBKDF2HMAC(hashes.SHA256(), 32, salt, ITERATIONS).derive(password)\n",
            (
                "from cryptography.hazmat.primitives import hashes\n"
                "from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC\n\nITERATIONS = 600_000\n\n"
                "\ndef derive(password, salt):\n"
                "    return PBKDF2HMAC(hashes.SHA256(), 32, salt, ITERATIONS).derive(password)\n"
            ),
        ),
        Example(
            "from Crypto.Protocol.KDF import PBKDF2\n\n\ndef key_of(password, salt):\n"
            "    return PBKDF2(password, salt, dkLen=32)\n",
            (
                "from Crypto.Protocol.KDF import PBKDF2\n\n\ndef key_of(password, salt):\n"
                "    return PBKDF2(password, salt, dkLen=32, count=600_000)\n"
            ),
        ),
        Example(
            "from werkzeug.security import generate_password_hash\n\n"
            'stored = generate_password_hash(password, method="pbkdf2:sha256:5000")\n',
            (
                "from werkzeug.security import generate_password_hash\n\n"
                'stored = generate_password_hash(password, method="pbkdf2:sha256:600000")\n'
            ),
        ),
        Example(
            (
                "import hashlib\n\n\ndef stretch(password, salt):\n"
                "    return hashlib.scrypt(password, salt=salt, n=1024, r=8, p=1)\n"
            ),
            (
                "import hashlib\n\n\ndef stretch(password, salt):\n"
                "    return hashlib.scrypt(password, salt=salt, n=16_384, r=8, p=1)\n"
            ),
        ),
        Example(
            "from argon2 import PasswordHasher\n\nstored = PasswordHasher(time_cost=1, memory_cost=512).hash(password)\n",
            ("from argon2 import PasswordHasher\n\nstored = PasswordHasher(time_cost=1, memory_cost=19_456).hash(password)\n"),
        ),
    ),
    good=(
        "import hashlib\n\nstored = hashlib.pbkdf2_hmac('sha256', password, salt, 600_000)\n",
        "import bcrypt\n\nstored = bcrypt.hashpw(password, bcrypt.gensalt())\n",
        (
            "from cryptography.hazmat.primitives import hashes\n"
            "from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC\n\n"
            "kdf = PBKDF2HMAC(algorithm=hashes.SHA256(), length=32, salt=salt, iterations=settings.ROUNDS)\n"
        ),
        "import hashlib\n\nkey = hashlib.scrypt(password, salt=salt, n=2**15, r=8, p=1)\n",
        "from passlib.hash import pbkdf2_sha256\n\nstored = pbkdf2_sha256.using(rounds=600_000).hash(password)\n",
        (
            "from werkzeug.security import generate_password_hash\n\n"
            "stored = generate_password_hash(password, method='pbkdf2:sha256:600000')\n"
        ),
    ),
    check=check,
    fix=fix,
)
