"""A check is made, and nobody looks at the answer.

## Why it matters
Functions such as `check_password_hash`, `compare_digest` and `bcrypt.checkpw` answer with true or false, and raise
nothing. Called as a statement of their own they prove nothing: any password, any signature will do. Assistants
confuse them with functions that raise, such as `PasswordHasher.verify` of argon2.

## How to fix it
Act on the answer:

    if not check_password_hash(user.password_hash, password):
        abort(401)

## When it is fine
Where it is called for its time only, so that a missing user takes as long as a wrong password.

## References
- [CWE-252: Unchecked Return Value](https://cwe.mitre.org/data/definitions/252.html)
- [Werkzeug: check_password_hash](https://werkzeug.palletsprojects.com/en/stable/utils/#werkzeug.security.check_password_hash)
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from vetline.core.cwe import Cwe
from vetline.core.severity import Confidence, Severity
from vetline.rules.base import CheckContext, Example, Match, Rule
from vetline.rules.constants import function_around
from vetline.rules.purpose import split_words
from vetline.rules.weaknesses.vet827_unchecked_result import fix

_ANSWERING = frozenset(
    {
        "bcrypt.checkpw",
        "django.contrib.auth.authenticate",
        "django.contrib.auth.hashers.check_password",
        "django.utils.crypto.constant_time_compare",
        "flask_bcrypt.Bcrypt.check_password_hash",
        "flask_bcrypt.check_password_hash",
        "hmac.compare_digest",
        "itsdangerous.Signer.validate",
        "itsdangerous.TimestampSigner.validate",
        "passlib.context.CryptContext.verify",
        "secrets.compare_digest",
        "werkzeug.security.check_password_hash",
        "Crypto.Signature.PKCS1_v1_5.PKCS115_SigScheme.verify",
    }
)
_BY_NAME = frozenset({"?.check_password", "?.check_password_hash", "?.checkpw", "?.compare_digest", "?.verify_password"})
_LEGACY = ("Crypto.Signature.PKCS1_v1_5.new", "Crypto.Signature.PKCS1_PSS.new")


def check(context: CheckContext) -> Iterator[Match]:
    for node in context.walk(ast.Expr):
        if not isinstance(node, ast.Expr):
            continue
        call = node.value.value if isinstance(node.value, ast.Await) else node.value
        if isinstance(call, ast.Call) and _answers(call, context) and not _wastes_time(node, context):
            yield Match(call)


def _answers(call: ast.Call, context: CheckContext) -> bool:
    names = context.callees(call)
    if any(
        name in _ANSWERING or name in _BY_NAME or (name.startswith("passlib.hash.") and name.endswith(".verify"))
        for name in names
    ):
        return True
    match call.func:
        case ast.Attribute(attr="verify", value=ast.Call() as maker):
            return any(name in _LEGACY for name in context.callees(maker))
    return False


def _wastes_time(node: ast.stmt, context: CheckContext) -> bool:
    """Tell whether the check stands where there is no user: only so that it takes as long as with one."""
    function = function_around(node, context)
    names = [inner.id for inner in ast.walk(node) if isinstance(inner, ast.Name)]
    words = split_words([*names, function.name if function is not None else ""])
    return bool(words & {"dummy", "fake", "timing", "nobody"})


RULE = Rule(
    id="VET516",
    name="unchecked-verification",
    cwe=Cwe(252),
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    message="This check only answers, and nobody looks at the answer: whatever comes in is accepted.",
    bad=(
        Example(
            (
                "from werkzeug.security import check_password_hash\n\n\ndef login(user, password):\n"
                "    check_password_hash(user.password_hash, password)\n    return start_session(user)\n"
            ),
            (
                "from werkzeug.security import check_password_hash\n\n\ndef login(user, password):\n"
                "    if not check_password_hash(user.password_hash, password):\n        raise PermissionError\n"
                "    return start_session(user)\n"
            ),
        ),
        Example(
            (
                "import hmac\n\n\ndef webhook(body, signature, key):\n"
                '    hmac.compare_digest(hmac.digest(key, body, "sha256"), signature)\n    return handle(body)\n'
            ),
            (
                "import hmac\n\n\ndef webhook(body, signature, key):\n"
                '    if not hmac.compare_digest(hmac.digest(key, body, "sha256"), signature):\n'
                "        raise PermissionError\n    return handle(body)\n"
            ),
        ),
        Example(
            (
                "import bcrypt as b\n\n\nclass Accounts:\n    def login(self, name, password):\n"
                "        stored = self.find(name)\n        try:\n            b.checkpw(password, stored)\n"
                "        except ValueError:\n            return None\n        return name\n"
            ),
            (
                "import bcrypt as b\n\n\nclass Accounts:\n    def login(self, name, password):\n"
                "        stored = self.find(name)\n        try:\n            if not b.checkpw(password, stored):\n"
                "                raise PermissionError\n        except ValueError:\n            return None\n"
                "        return name\n"
            ),
        ),
        Example(
            (
                'def login(request):\n    user = find(request.POST["name"])\n'
                '    user.check_password(request.POST["password"])\n    return enter(user)\n'
            ),
            (
                'def login(request):\n    user = find(request.POST["name"])\n'
                '    if not user.check_password(request.POST["password"]):\n        raise PermissionError\n'
                "    return enter(user)\n"
            ),
        ),
        Example(
            (
                "from passlib.hash import argon2\n\n\ndef is_user(password, stored):\n"
                "    argon2.verify(password, stored)\n    return True\n"
            ),
            (
                "from passlib.hash import argon2\n\n\ndef is_user(password, stored):\n"
                "    if not argon2.verify(password, stored):\n        raise PermissionError\n    return True\n"
            ),
        ),
        Example(
            (
                'from passlib.context import CryptContext\n\npwd = CryptContext(schemes=["argon2"])\n\n\n'
                "def login(password, stored):\n    pwd.verify(password, stored)\n    return True\n"
            ),
            (
                'from passlib.context import CryptContext\n\npwd = CryptContext(schemes=["argon2"])\n\n\n'
                "def login(password, stored):\n    if not pwd.verify(password, stored):\n        raise PermissionError\n"
                "    return True\n"
            ),
        ),
    ),
    good=(
        (
            "from werkzeug.security import check_password_hash\n\n\ndef login(user, password):\n"
            "    if not check_password_hash(user.password_hash, password):\n        raise PermissionError\n"
            "    return start_session(user)\n"
        ),
        (
            "from argon2 import PasswordHasher\n\n\ndef login(stored, password):\n"
            "    PasswordHasher().verify(stored, password)\n    return True\n"
        ),
        "import hmac\n\n\ndef is_valid(expected, given):\n    return hmac.compare_digest(expected, given)\n",
        (
            'import bcrypt\n\nDUMMY = bcrypt.hashpw(b"dummy", bcrypt.gensalt())\n\n\ndef login(name, password):\n'
            "    user = find(name)\n    if user is None:\n        dummy = DUMMY\n"
            "        bcrypt.checkpw(password, dummy)\n        return None\n"
            "    return bcrypt.checkpw(password, user.hash)\n"
        ),
        "def login(user, password):\n    ok = user.check_password(password)\n    return enter(user) if ok else None\n",
    ),
    check=check,
    fix=fix,
    supersedes=frozenset({"VET827"}),
)
