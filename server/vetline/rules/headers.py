"""Headers of responses, as code sets them one by one."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import Final, NamedTuple

from vetline.rules.base import CheckContext

_SETTERS: Final = frozenset("set_header add_header send_header add set setdefault setHeader append".split())


class HeaderSet(NamedTuple):
    """A header that gets ``value``; ``name`` is in lower case, ``node`` the place to point at."""

    name: str
    value: ast.expr
    node: ast.AST


def headers_set(context: CheckContext) -> Sequence[HeaderSet]:
    """Return what may be headers: texts with a hyphen that something is set under."""
    return context.once(_headers_set)


def _headers_set(context: CheckContext) -> Sequence[HeaderSet]:
    given: list[tuple[ast.expr, ast.expr, ast.AST]] = []
    for node in context.walk(ast.Call, ast.Assign):
        match node:
            case ast.Call(func=ast.Attribute(attr=method), args=[name, value, *_]) if method in _SETTERS:
                given.append((name, value, node))
            case ast.Assign(targets=[ast.Subscript(slice=name)], value=value):
                given.append((name, value, node))
    known = ((context.value(name).constant, value, node) for name, value, node in given)
    return [HeaderSet(name.lower(), value, node) for name, value, node in known if isinstance(name, str) and "-" in name]
