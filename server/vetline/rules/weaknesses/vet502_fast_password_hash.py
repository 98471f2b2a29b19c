"""A password is hashed by a function that is made to be fast.

## Why it matters
A graphics card computes billions of MD5 or SHA-256 digests a second.  Whoever gets hold of the table of hashes, by an
injection or a lost backup, tries every password of eight characters in hours, with a salt or without.  Assistants
write `hashlib.sha256(password.encode()).hexdigest()` because SHA-256 is known to be secure.  It is, for everything
but passwords.

## How to fix it
Use a hash that is slow on purpose, and brings its own salt:

    from argon2 import PasswordHasher

    stored = PasswordHasher().hash(password)

`bcrypt.hashpw(password, bcrypt.gensalt())`, `werkzeug.security.generate_password_hash` and Django's `make_password`
are right, too, and the standard library has `hashlib.scrypt(password, salt=os.urandom(16), n=2**17, r=8, p=1,
maxmem=2**28)`.  A key that is made of a password wants the same.

## When it is fine
When the "password" is a long random string that a machine made.

## References
- [CWE-916: Use of Password Hash With Insufficient Computational Effort](https://cwe.mitre.org/data/definitions/916.html)
- [OWASP: Password storage](https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html)
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from vetline.core.cwe import Cwe
from vetline.core.edit import Applicability, Fix
from vetline.core.location import Position, Range
from vetline.core.severity import Confidence, Severity
from vetline.rules.base import CheckContext, Example, FixSite, Match, Rule
from vetline.rules.constants import fixed
from vetline.rules.crypto.hashes import hash_uses
from vetline.rules.crypto.passwords import hashes_password
from vetline.rules.crypto.stretching import hash_slowly

_WAY_OUT = "Use Argon2, scrypt or bcrypt."
_WEAK_HASHER = re.compile(
    r"(?i)(?:\.|^)(?:unsalted_?)?(?:md5|sha1|crypt)(?:passwordhasher)?\Z|Unsalted(?:MD5|SHA1)PasswordHasher\Z"
)
_WEAK_METHOD = re.compile(r"(?i)plain\Z|(?:hmac:)?(?:md5|sha1|sha224|sha256|sha384|sha512)\Z")
_WEAK_SCHEME = re.compile(
    r"(?i)\A(?:hex_|ldap_|django_(?:salted_)?)?(?:salted_)?"
    r"(?:md5|sha1|md4|lmhash|nthash|plaintext|des_crypt|md5_crypt|sha256|sha512)\Z"
)
_OF_PASSLIB = (
    "md5_crypt des_crypt lmhash nthash msdcc hex_md4 hex_sha256 hex_sha512 ldap_md5 ldap_sha1 ldap_salted_md5 ldap_salted_sha1"
    " plaintext mysql323 apr_md5_crypt"
).split()
_SCHEMES = tuple(f"passlib.hash.{name}.{method}" for name in _OF_PASSLIB for method in ("hash", "encrypt", "using"))
_ONE_WAY = ("werkzeug.security.generate_password_hash",)
_DJANGO = ("django.contrib.auth.hashers.make_password",)
_OF_DJANGO = frozenset({"PASSWORD_HASHERS"})
_CONTEXT = ("passlib.context.CryptContext", "passlib.apps.CryptContext")


def check(context: CheckContext) -> Iterator[Match]:
    for use in hash_uses(context):
        if hashes_password(use, context):
            yield Match(
                use.call, f"One round of {_name(use.algorithm)} is too fast for a password: it can be guessed. {_WAY_OUT}"
            )
    yield from _methods(context)
    yield from _schemes(context)


def _methods(context: CheckContext) -> Iterator[Match]:
    """Yield calls of password hashes that are told to use a fast one."""
    for call in context.calls(*_SCHEMES):
        yield Match(call, f"This password hash is far too fast. {_WAY_OUT}")
    for call in context.calls(*_ONE_WAY):
        yield from _named(context.argument(call, 1, "method"), _WEAK_METHOD, context)
    for call in context.calls(*_DJANGO):
        yield from _named(context.argument(call, 2, "hasher"), _WEAK_HASHER, context)


def _named(node: ast.expr | None, pattern: re.Pattern[str], context: CheckContext) -> Iterator[Match]:
    known = fixed(node, context) if node is not None else None
    if node is not None and known is not None and any(isinstance(one, str) and pattern.search(one) for one in known.constants):
        yield Match(node, f"This method of hashing passwords is far too fast. {_WAY_OUT}")


def _schemes(context: CheckContext) -> Iterator[Match]:
    """Yield settings whose first, and so preferred, password hash is a fast one."""
    for call in context.calls(*_CONTEXT):
        schemes = context.argument(call, 0, "schemes")
        if schemes is not None:
            yield from _first(schemes, _WEAK_SCHEME, context)
    for node in context.walk(ast.Assign) if context.mentions(_OF_DJANGO) else ():
        match node:
            case ast.Assign(targets=[ast.Name(id="PASSWORD_HASHERS")], value=value):
                yield from _first(value, _WEAK_HASHER, context)


def _first(node: ast.expr, pattern: re.Pattern[str], context: CheckContext) -> Iterator[Match]:
    first = context.value(node).element(0)
    if any(isinstance(one, str) and pattern.search(one) for one in first.constants or ()):
        yield Match(node, f"The hash for new passwords is far too fast. {_WAY_OUT}")


def _name(algorithm: str) -> str:
    return re.sub(r"^SHA(?=\d)", "SHA-", algorithm.upper().replace("_", "-"))


_HASHERS = "django.contrib.auth.hashers."
_STORED = "Hashes take longer to make; those that are stored already stay as they are."


def fix(site: FixSite) -> Iterator[Fix]:
    node = site.node
    match node:
        case ast.Call():
            yield from hash_slowly(site)
        case ast.Constant(value=str()):
            slow = "pbkdf2_sha256" if site.mentions(r"\bmake_password\b") else "scrypt"
            yield Fix(f"Use {slow}", (site.replace(node, f'"{slow}"'),), Applicability.SAFE)
        case ast.List(elts=[first, *_]) | ast.Tuple(elts=[first, *_]):
            name = "pbkdf2_sha256"
            if "Hasher" in site.text_of(first):
                name = "django.contrib.auth.hashers.PBKDF2PasswordHasher"
            place = site.range_of(first).start
            before = site.text_in(Range(Position(place.line, 0), place))
            separator = " " if before.strip() else f"{site.newline}{before}"
            edit = site.insert(place, f'"{name}",{separator}')
            yield Fix("Hash new passwords with PBKDF2", (edit,), Applicability.SAFE)


RULE = Rule(
    id="VET502",
    name="fast-password-hash",
    cwe=Cwe(916),
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    message=f"A fast hash is no protection for a password: it can be guessed. {_WAY_OUT}",
    bad=(
        Example(
            "import hashlib\n\n\ndef register(name, password):\n"
            "    save(name, hashlib.sha256(password.encode()).hexdigest())\n",
            (
                "import hashlib\nimport os\n\n\ndef register(name, password):\n    salt = os.urandom(16)\n"
                "    save(name, (salt + hashlib.scrypt(password.encode(), salt=salt, n=2**14, r=8, p=5)).hex())\n"
            ),
        ),
        Example(
            "import hashlib\n\n\ndef store_login(user, pwd):\n    hasher = hashlib.new('md5')\n"
            "    hasher.update(pwd)\n    return update_login(user, hasher.digest())\n",
            (
                "import hashlib\nimport os\n\n\ndef store_login(user, pwd):\n    salt = os.urandom(16)\n"
                "    hasher = hashlib.scrypt(pwd, salt=salt, n=2**14, r=8, p=5)\n"
                "    return update_login(user, (salt + hasher))\n"
            ),
        ),
        Example(
            "from flask import Flask, request\nimport hashlib\n\napp = Flask(__name__)\n\n\n@app.post('/signup')\n"
            "def signup():\n    data = request.form['password']\n"
            "    digest = hashlib.sha1(data.encode('utf-8')).hexdigest()\n"
            "    db.execute('INSERT INTO users VALUES (?)', (digest,))\n    return 'welcome'\n",
            (
                "from flask import Flask, request\nimport hashlib\nimport os\n\napp = Flask(__name__)\n\n\n"
                "@app.post('/signup')\ndef signup():\n    data = request.form['password']\n"
                "    salt = os.urandom(16)\n"
                "    digest = (salt + hashlib.scrypt(data.encode('utf-8'), salt=salt, n=2**14, r=8, p=5)).hex()\n"
                "    db.execute('INSERT INTO users VALUES (?)', (digest,))\n    return 'welcome'\n"
            ),
        ),
        Example(
            "from Crypto.Hash import SHA256\n\n\ndef hash_password(text, salt):\n"
            "    return SHA256.new(salt + text).hexdigest()\n",
            (
                "import hashlib\nimport os\n\nfrom Crypto.Hash import SHA256\n\n\n"
                "def hash_password(text, salt):\n    new_salt = os.urandom(16)\n"
                "    return (new_salt + hashlib.scrypt(salt + text, salt=new_salt, n=2**14, r=8, p=5)).hex()\n"
            ),
        ),
        Example(
            "from werkzeug.security import generate_password_hash\n\n"
            "stored = generate_password_hash(password, method='sha256')\n",
            (
                "from werkzeug.security import generate_password_hash\n\n"
                'stored = generate_password_hash(password, method="scrypt")\n'
            ),
        ),
        Example(
            "PASSWORD_HASHERS = [\n    'django.contrib.auth.hashers.MD5PasswordHasher',\n]\n",
            (
                'PASSWORD_HASHERS = [\n    "django.contrib.auth.hashers.PBKDF2PasswordHasher",\n'
                "    'django.contrib.auth.hashers.MD5PasswordHasher',\n]\n"
            ),
        ),
        Example(
            "import hashlib\nfrom cryptography.fernet import Fernet\n\n\nclass Vault:\n"
            "    def __init__(self, passphrase):\n        self.key = hashlib.sha256(passphrase.encode()).digest()\n",
            (
                "import hashlib\nimport os\nfrom cryptography.fernet import Fernet\n\n\nclass Vault:\n"
                "    def __init__(self, passphrase):\n        salt = os.urandom(16)\n"
                "        self.key = hashlib.scrypt(passphrase.encode(), salt=salt, n=2**14, r=8, p=5, dklen=32)\n"
            ),
        ),
        Example(
            "from passlib.context import CryptContext\n\n"
            "pwd_context = CryptContext(schemes=['md5_crypt'], deprecated='auto')\n",
            (
                "from passlib.context import CryptContext\n\n"
                "pwd_context = CryptContext(schemes=[\"pbkdf2_sha256\", 'md5_crypt'], deprecated='auto')\n"
            ),
        ),
    ),
    good=(
        (
            "import bcrypt\n\n\ndef register(name, password):\n"
            "    save(name, bcrypt.hashpw(password.encode(), bcrypt.gensalt()))\n"
        ),
        (
            "import hashlib\nimport os\n\n\ndef hash_password(password):\n    salt = os.urandom(16)\n"
            "    return salt + hashlib.pbkdf2_hmac('sha256', password.encode(), salt, 600_000)\n"
        ),
        (
            "import hashlib\n\n\ndef is_pwned(password):\n"
            "    digest = hashlib.sha1(password.encode()).hexdigest().upper()\n"
            "    return digest[5:] in ask_hibp(digest[:5])\n"
        ),
        (
            "from werkzeug.security import generate_password_hash\n\n"
            "stored = generate_password_hash(password, method='scrypt')\n"
        ),
        "import hashlib\n\n\ndef etag(body):\n    return hashlib.sha256(body).hexdigest()\n",
        (
            "from passlib.context import CryptContext\n\n"
            "pwd_context = CryptContext(schemes=['argon2', 'md5_crypt'], deprecated='auto')\n"
        ),
        (
            "PASSWORD_HASHERS = [\n    'django.contrib.auth.hashers.Argon2PasswordHasher',\n"
            "    'django.contrib.auth.hashers.PBKDF2PasswordHasher',\n]\n"
        ),
    ),
    check=check,
    fix=fix,
    supersedes=frozenset({"B303", "B324"}),
)
