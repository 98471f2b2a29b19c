"""Calls that make and read JSON Web Tokens."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from vetline.flow.values import Value
from vetline.rules.base import CheckContext, FixSite

DECODES = (
    "jwt.decode",
    "jwt.api_jwt.decode",
    "jwt.PyJWT.decode",
    "jwt.api_jwt.PyJWT.decode",
    "jwt.decode_complete",
    "jose.jwt.decode",
    "jose.jws.verify",
)
"""Functions that take a token, a key and ``algorithms``."""
ENCODES = ("jwt.encode", "jwt.api_jwt.encode", "jwt.PyJWT.encode", "jwt.api_jwt.PyJWT.encode", "jose.jwt.encode")

_CHECKS = "verify_signature"


def decodes(context: CheckContext) -> Iterator[ast.Call]:
    """Yield the calls that read a token, and check it or not."""
    yield from context.calls(*DECODES)


def option(call: ast.Call, name: str, context: CheckContext) -> Value | None:
    """Return what an entry of ``options=`` is; None if it isn't there."""
    options = context.argument(call, 3, "options")
    if options is None:
        return None
    items = context.value(options).items
    return items.get(name) if items else None


def is_unverified(call: ast.Call, context: CheckContext) -> bool:
    """Tell whether a call is told not to check the signature."""
    verify = context.argument(call, -1, "verify")
    if verify is not None and context.value(verify).constants == (False,):
        return True
    given = option(call, _CHECKS, context)
    return given is not None and given.constants == (False,)


def algorithms_of(call: ast.Call, context: CheckContext) -> Value | None:
    """Return what ``algorithms`` is; None if the call doesn't say."""
    node = context.argument(call, 2, "algorithms")
    if node is None:
        node = context.argument(call, -1, "algorithm")
    return None if node is None else context.value(node)


def names_in(value: Value) -> list[str]:
    """Return the names of algorithms that are surely in a list (or are the one string)."""
    constants = list(value.constants or ())
    for item in (value.items or {}).values():
        constants += item.constants or ()
    return [one for one in constants if isinstance(one, str)]


_ALGORITHMS = "RS256 ES256 EdDSA PS256 RS384 RS512 ES384 ES512 PS384 PS512 HS384 HS512".split()


def signed_with(site: FixSite) -> str:
    """Return the algorithm that the file's other tokens have, as far as it says so; else the usual one for a shared key."""
    return next((name for name in _ALGORITHMS if site.mentions(rf"\balgorithms?\s*=\s*[\[(]?[\"']{name}[\"']")), "HS256")
