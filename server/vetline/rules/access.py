"""Words by which code speaks of who may do what, and calls that decide it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from vetline.rules.purpose import names_in
from vetline.rules.surroundings import name_of

_WORD: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z0-9]+")

PERMISSION: Final = frozenset(
    """
    acl admin admins administrator allow allowed auth authenticate authenticated authentication authorise authorised
    authorization authorize authorized csrf forbid forbidden grant granted guard jwt login logged oauth owner owns permission
    permissions permit permitted privilege privileged privileges role roles root scope scopes staff superuser unauthorized
    """.split()
)
"""Words that speak of permission and of who somebody is."""
_PROOF: Final = frozenset("certificate credential credentials hmac otp password passwd signature totp".split())
"""What somebody proves who they are with."""
_CHECKING: Final = frozenset("authenticate check compare match matches validate validates verified verifies verify".split())
_GUARDED: Final = PERMISSION | _PROOF | frozenset({"access", "token", "session", "user"})

_LIBRARY_CHECKS: Final = frozenset(
    """
    hmac.compare_digest secrets.compare_digest jwt.decode bcrypt.checkpw werkzeug.security.check_password_hash
    django.contrib.auth.authenticate django.contrib.auth.hashers.check_password jose.jwt.decode itsdangerous.loads
    argon2.PasswordHasher.verify passlib.context.CryptContext.verify ssl.match_hostname
    """.split()
)
_CRYPTO_MODULES: Final = ("cryptography.", "nacl.", "Crypto.", "OpenSSL.", "jwt.", "jose.", "itsdangerous.", "gnupg.")


def words(*names: str) -> frozenset[str]:
    """Return the words, in lower case, that names in snake or camel case are made of."""
    return _words(names[0]) if len(names) == 1 else frozenset().union(*map(_words, names))


@lru_cache(maxsize=20_000)
def _words(name: str) -> frozenset[str]:
    return frozenset(word.lower() for word in _WORD.findall(name))


def is_check_name(name: str) -> bool:
    """Tell whether a function of that name decides whether something is allowed, or genuine: ``verify_token``, ``is_admin``."""
    found = words(name)
    if found & _CHECKING and (found & _GUARDED or (len(found) == 1 and found & {"authenticate", "verify"})):
        return True
    first = name.lstrip("_").partition("_")[0].lower()
    asks = first in ("is", "has", "can", "may", "should", "require", "requires", "ensure", "check", "validate", "verify")
    return (asks and bool(found & (PERMISSION | _PROOF))) or bool(found & {"authenticate", "authorize", "authorise"})


def is_security_call(call: ast.Call, callees: Iterable[str]) -> bool:
    """Tell whether a call verifies, authenticates, authorises or deciphers something."""
    for callee in callees:
        if callee in _LIBRARY_CHECKS:
            return True
        last = callee.rpartition(".")[2]
        if callee.startswith(_CRYPTO_MODULES) and words(last) & {"verify", "decode", "decrypt", "loads", "unsign", "validate"}:
            return True
    return is_check_name(name_of(call.func)) or _is_verifying_method(call)


def _is_verifying_method(call: ast.Call) -> bool:
    match call.func:
        case ast.Attribute(value=owner, attr="verify" | "validate" | "check" | "decrypt" | "unsign" | "has_perm" | "test"):
            return bool(words(*names_in(owner)) & (_GUARDED | {"key", "signer", "cipher", "fernet", "verifier", "cert"}))
    return False
