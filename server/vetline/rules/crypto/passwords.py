"""Hashes of passwords."""

from __future__ import annotations

import ast

from vetline.rules.base import CheckContext
from vetline.rules.crypto.hashes import HashUse
from vetline.rules.purpose import is_password

_MAKING = frozenset("encode encrypt encrypted hash hashed hashing make save set store stored".split())
_LOOKUPS = frozenset("breach breached hibp leak leaked pwned pwnedpasswords realm".split())
_MANY = 1_000


def hashes_password(use: HashUse, context: CheckContext) -> bool:
    """Tell whether a password goes in, and what comes out is kept or compared."""
    words = use.words
    if {"digest", "header"} <= words:  # HTTP's digest authentication prescribes its hash
        return False
    if words & _LOOKUPS:  # the services that know leaked passwords take part of the SHA-1
        return False
    if not is_password(use.words_in) and not (is_password(use.words_out) and use.words_out & _MAKING):
        return False
    return not _is_repeated(use.call, context)


def _is_repeated(call: ast.Call, context: CheckContext) -> bool:
    """Tell whether a hash is one of very many rounds, in a loop."""
    parent = context.parent_of(call)
    while parent is not None and not isinstance(parent, ast.FunctionDef | ast.AsyncFunctionDef):
        match parent:
            case ast.For(iter=ast.Call(args=[*_, count])):
                value = context.value(count)
                if value.constants is None or any(isinstance(one, int) and one >= _MANY for one in value.constants):
                    return True
            case ast.While():
                return True
        parent = context.parent_of(parent)
    return False
