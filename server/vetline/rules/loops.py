"""Loops: whether they can end, and what decides how long they take."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from typing import Final

from vetline.semantics.scopes import names_bound_by, own_nodes

_CHANGING: Final = frozenset(
    "add append appendleft clear discard extend get insert next pop popitem popleft put push read readline recv remove send"
    " setdefault shift update write".split()
)


def can_leave(body: Iterable[ast.stmt]) -> bool:
    """Tell whether something in a loop's body leads out of it, or gives others the time to change something."""
    for node in own_nodes(body):
        if isinstance(node, ast.Return | ast.Raise | ast.Yield | ast.YieldFrom | ast.Await | ast.AsyncFor | ast.AsyncWith):
            return True
    return any(_breaks(statement) for statement in body)


def _breaks(statement: ast.stmt) -> bool:
    """Tell whether a statement of a loop's body breaks that loop."""
    match statement:
        case ast.Break():
            return True
        case ast.While(orelse=orelse) | ast.For(orelse=orelse) | ast.AsyncFor(orelse=orelse):
            return any(_breaks(one) for one in orelse)
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
            return False
        case ast.Match(cases=cases):
            return any(_breaks(one) for case in cases for one in case.body)
        case ast.Try(handlers=handlers) | ast.TryStar(handlers=handlers):
            bodies = [statement.body, statement.orelse, statement.finalbody, *(handler.body for handler in handlers)]
            return any(_breaks(one) for body in bodies for one in body)
        case ast.If() | ast.With() | ast.AsyncWith():
            return any(_breaks(one) for one in (*statement.body, *(statement.orelse if isinstance(statement, ast.If) else ())))
    return False


def variables_of(test: ast.expr) -> frozenset[str] | None:
    """Return the variables that a condition is made of; None if it depends on anything else: a call, an attribute."""
    names = set()
    for node in ast.walk(test):
        match node:
            case ast.Name(id=name):
                names.add(name)
            case ast.Call(func=ast.Name(id="len"), args=[ast.Name()], keywords=[]):
                pass
            case ast.Compare() | ast.BoolOp() | ast.UnaryOp() | ast.BinOp() | ast.Constant() | ast.Load():
                pass
            case ast.cmpop() | ast.boolop() | ast.unaryop() | ast.operator():
                pass
            case _:
                return None
    return frozenset(names - {"len"})


def changes(body: Iterable[ast.stmt], names: frozenset[str]) -> bool:
    """Tell whether a loop's body may change one of these variables, or what they hold."""
    for node in own_nodes(body):
        if names & set(names_bound_by(node)):
            return True
        match node:
            case ast.Global() | ast.Nonlocal() | ast.Delete():
                return True
            case ast.Subscript(value=ast.Name(id=name), ctx=ast.Store() | ast.Del()) if name in names:
                return True
            case ast.Call(func=ast.Attribute(value=ast.Name(id=name))) if name in names:
                return True
            case ast.Call(args=arguments):
                if any(isinstance(argument, ast.Name) and argument.id in names for argument in arguments) and not _is_plain(
                    node
                ):
                    return True
            case ast.AugAssign(target=ast.Name(id=name)) if name in names:
                return True
    return False


def _is_plain(call: ast.Call) -> bool:
    """Tell whether a call surely leaves its arguments as they are."""
    return isinstance(call.func, ast.Name) and call.func.id in (
        "print",
        "len",
        "str",
        "int",
        "range",
        "float",
        "repr",
        "abs",
        "max",
        "min",
    )
