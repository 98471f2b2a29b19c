"""A password hash or a derived key has a salt that is always the same, or none.

## Why it matters
A salt makes equal passwords look different, so that each has to be attacked on its own. If it stands in the code,
everybody has the same: one table of hashes serves for all users, and who has the code can compute it before the
database leaks. Assistants write `salt = b"some_salt"` to get an example that runs.

## How to fix it
Make a salt for each password, and keep it beside the hash:

    salt = os.urandom(16)
    stored = salt + hashlib.pbkdf2_hmac("sha256", password, salt, 600_000)

`bcrypt.gensalt()`, `argon2.PasswordHasher` and `werkzeug.security.generate_password_hash` do it on their own.

## When it is fine
Where one key is derived from one passphrase, and has to be the same each time, without anything to store a salt in.
Even then a salt for each installation is better.

## References
- [CWE-760: Use of a One-Way Hash with a Predictable Salt](https://cwe.mitre.org/data/definitions/760.html)
- [OWASP: Password storage](https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html#salting)
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from vetline.core.cwe import Cwe
from vetline.core.edit import Applicability, Fix
from vetline.core.severity import Confidence, Severity
from vetline.rules.base import CheckContext, Example, FixSite, Match, Rule
from vetline.rules.constants import fixed
from vetline.rules.locals import origin_of
from vetline.rules.purpose import words_from, words_of

_WAY_OUT = "Make one with `os.urandom(16)` and keep it beside the hash."
_GUESSED = frozenset("email login mail uid user userid username".split())


def check(context: CheckContext) -> Iterator[Match]:
    for hit in context.sinks("salt"):
        known = fixed(hit.argument, context, hit.value)
        if known is not None and known.texts:
            if any(len(one) == 0 for one in known.texts):
                yield Match(hit.argument, f"There is no salt: equal passwords get equal hashes. {_WAY_OUT}")
            else:
                yield Match(
                    hit.argument, f"This salt is always the same, so one table of hashes serves for all users. {_WAY_OUT}"
                )
        elif any(taint.origin.label == "random" for taint in hit.taints):
            message = "This salt comes from `random`, which can be predicted. Make one with `os.urandom(16)`."
            yield Match(hit.argument, message, Severity.LOW)
        elif hit.value.texts is None and _is_guessed(words_of(hit.argument), words_from(hit.taints)):
            message = f"A salt made of the user's name is known before the hashes leak. {_WAY_OUT}"
            yield Match(hit.argument, message, Severity.LOW, Confidence.MEDIUM)


def _is_guessed(words: frozenset[str], words_in: frozenset[str]) -> bool:
    """Tell whether a salt is a user's name or address, as far as names tell."""
    return "salt" not in words and bool((words or words_in) & _GUESSED)


def fix(site: FixSite) -> Iterator[Fix]:
    node = site.node
    if not isinstance(node, ast.expr):
        return
    parent = site.parent_of(node)
    call = site.parent_of(parent) if isinstance(parent, ast.keyword) else parent
    name = (site.qualified_name(call.func) or "") if isinstance(call, ast.Call) else ""
    if name.endswith(".make_password") and isinstance(call, ast.Call) and isinstance(argument := parent, ast.keyword):
        edit = site.remove_argument(call, argument)
        yield Fix("Let Django make the salt", (edit,), Applicability.SAFE)
        return
    salt = f"{site.use('bcrypt')}.gensalt()" if name == "bcrypt.hashpw" else f"{site.use('os')}.urandom(16)"
    note = "Each hash has a salt of its own: keep it beside the hash, and check what is stored already with the old one."
    origin = origin_of(node, site)
    is_here = origin is not node and site.enclosing_function(origin) is site.enclosing_function(node)
    is_default = isinstance(site.parent_of(origin), ast.arguments)
    place = origin if is_here and not is_default else node
    yield Fix("Make a new salt each time", (site.replace(place, salt),), Applicability.REVIEW, note)


RULE = Rule(
    id="VET503",
    name="constant-salt",
    cwe=Cwe(760),
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    message="This salt is always the same, so one table of hashes serves for all users.",
    bad=(
        Example(
            "import hashlib\n\n\ndef hash_password(password):\n"
            "    return hashlib.pbkdf2_hmac('sha256', password.encode(), b'static_salt', 200_000).hex()\n",
            (
                "import hashlib\nimport os\n\n\ndef hash_password(password):\n"
                "    return hashlib.pbkdf2_hmac('sha256', password.encode(), os.urandom(16), 200_000).hex()\n"
            ),
        ),
        Example(
            'import hashlib\n\nSALT = "s3cr3t-salt"\n\n\nclass Accounts:\n    def digest(self, password):\n'
            '        salt = SALT.encode("utf-8")\n'
            "        return hashlib.scrypt(password, salt=salt, n=2**14, r=8, p=1)\n",
            (
                'import hashlib\nimport os\n\nSALT = "s3cr3t-salt"\n\n\nclass Accounts:\n'
                "    def digest(self, password):\n        salt = os.urandom(16)\n"
                "        return hashlib.scrypt(password, salt=salt, n=2**14, r=8, p=1)\n"
            ),
        ),
        Example(
            "from cryptography.hazmat.primitives import hashes\n"
            "from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC\n\n\ndef derive(passphrase):\n"
            "    kdf = PBKDF2HMAC(algorithm=hashes.SHA256(), length=32, salt=bytes(16), iterations=600_000)\n"
            "    return kdf.derive(passphrase)\n",
            (
                "import os\n\nfrom cryptography.hazmat.primitives import hashes\n"
                "from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC\n\n\n"
                "def derive(passphrase):\n"
                "    kdf = PBKDF2HMAC(algorithm=hashes.SHA256(), length=32, salt=os.urandom(16), iterations=600_000)\n"
                "    return kdf.derive(passphrase)\n"
            ),
        ),
        Example(
            'from Crypto.Protocol.KDF import PBKDF2\n\n\ndef make_key(password, salt=b"12345678"):\n'
            "    return PBKDF2(password, salt, 32, count=500_000)\n",
            (
                "import os\n\nfrom Crypto.Protocol.KDF import PBKDF2\n\n\n"
                'def make_key(password, salt=b"12345678"):\n'
                "    return PBKDF2(password, os.urandom(16), 32, count=500_000)\n"
            ),
        ),
        Example(
            "import bcrypt\n\n\ndef register(password):\n"
            '    return bcrypt.hashpw(password.encode(), b"$2b$12$abcdefghijklmnopqrstuu")\n',
            ("import bcrypt\n\n\ndef register(password):\n    return bcrypt.hashpw(password.encode(), bcrypt.gensalt())\n"),
        ),
        Example(
            "import hashlib\n\n\ndef stretch(secret, salt):\n"
            '    return hashlib.pbkdf2_hmac("sha512", secret, salt, 300_000)\n\n\ndef store(user, password):\n'
            '    user.hash = stretch(password.encode(), b"")\n',
            (
                "import hashlib\nimport os\n\n\ndef stretch(secret, salt):\n"
                '    return hashlib.pbkdf2_hmac("sha512", secret, salt, 300_000)\n\n\n'
                "def store(user, password):\n    user.hash = stretch(password.encode(), os.urandom(16))\n"
            ),
        ),
        Example(
            'from django.contrib.auth.hashers import make_password\n\nuser.password = make_password(raw, salt="seasalt")\n',
            "from django.contrib.auth.hashers import make_password\n\nuser.password = make_password(raw)\n",
        ),
    ),
    good=(
        (
            "import hashlib\nimport os\n\n\ndef hash_password(password):\n    salt = os.urandom(16)\n"
            "    return salt + hashlib.pbkdf2_hmac('sha256', password.encode(), salt, 200_000)\n"
        ),
        (
            "import hashlib\n\n\ndef verify(password, stored):\n    salt, expected = stored[:16], stored[16:]\n"
            "    return hashlib.scrypt(password, salt=salt, n=2**14, r=8, p=1) == expected\n"
        ),
        "import bcrypt\n\n\ndef register(password):\n    return bcrypt.hashpw(password.encode(), bcrypt.gensalt())\n",
        (
            "from cryptography.hazmat.primitives import hashes\n"
            "from cryptography.hazmat.primitives.kdf.hkdf import HKDF\n\n\ndef subkey(master):\n"
            '    return HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=b"session").derive(master)\n'
        ),
        (
            "import secrets\nfrom Crypto.Protocol.KDF import scrypt\n\n\ndef make_key(password, salt=None):\n"
            "    salt = salt or secrets.token_bytes(16)\n"
            "    return salt, scrypt(password, salt, 32, N=2**15, r=8, p=1)\n"
        ),
        (
            "import hashlib\n\n\ndef hash_password(password, user):\n"
            "    return hashlib.pbkdf2_hmac('sha256', password.encode(), user.salt, 200_000)\n"
        ),
    ),
    check=check,
    fix=fix,
)
