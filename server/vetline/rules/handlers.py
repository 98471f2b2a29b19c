"""Exception handlers: what they catch, what they do about it, and what they stand around."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Sequence

from vetline.rules.access import is_security_call
from vetline.rules.base import CheckContext
from vetline.rules.surroundings import name_of
from vetline.semantics.scopes import own_nodes

_BROAD = frozenset({"Exception", "BaseException"})
_ENDING = frozenset(
    "cancel clear close disconnect flush join kill quit release remove rmtree shutdown stop terminate unlink wait".split()
)
_HARMLESS = frozenset({"debug", "info", "print"})


def catches_all(handler: ast.ExceptHandler) -> bool:
    """Tell whether a handler catches every exception."""
    match handler.type:
        case None:
            return True
        case ast.Tuple(elts=types):
            return any(name_of(one) in _BROAD for one in types)
        case one:
            return name_of(one) in _BROAD


def swallows(handler: ast.ExceptHandler) -> bool:
    """Tell whether a handler lets the program go on as if nothing had happened."""
    return all(_is_idle(statement) for statement in handler.body)


def _is_idle(statement: ast.stmt) -> bool:
    match statement:
        case ast.Pass() | ast.Continue():
            return True
        case ast.Expr(value=ast.Constant()):
            return True
        case ast.Expr(value=ast.Call(func=callee)):
            return name_of(callee) in _HARMLESS
    return False


def security_calls(statements: Iterable[ast.stmt], context: CheckContext) -> Iterator[ast.Call]:
    """Yield the calls in ``statements`` that verify, authenticate, authorise or decipher something."""
    for node in own_nodes(statements):
        if isinstance(node, ast.Call) and is_security_call(node, context.callees(node)):
            yield node


def try_around(handler: ast.AST, context: CheckContext) -> ast.Try | ast.TryStar | None:
    """Return the statement that a handler belongs to."""
    parent = context.parent_of(handler)
    return parent if isinstance(parent, ast.Try | ast.TryStar) else None


def is_clean_up(statements: Sequence[ast.stmt]) -> bool:
    """Tell whether all that is tried is to end something, which may have ended already."""
    return all(
        isinstance(statement, ast.Expr | ast.Delete)
        and all(name_of(call.func) in _ENDING for call in ast.walk(statement) if isinstance(call, ast.Call))
        for statement in statements
    )
