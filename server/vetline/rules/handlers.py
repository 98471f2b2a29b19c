"""Exception handlers: what they catch, what they do about it, and what they stand around."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Sequence
from typing import TypeGuard

from vetline.rules.access import is_security_call, words
from vetline.rules.base import CheckContext
from vetline.rules.surroundings import function_around, name_of, parents
from vetline.semantics.scopes import own_nodes

_BROAD = frozenset({"Exception", "BaseException"})
_ENDING = frozenset(
    "cancel clear close disconnect dispose flush join kill quit release remove rmtree shutdown stop terminate unlink"
    " wait".split()
)
_HARMLESS = frozenset({"debug", "info", "print"})
_LASTING = frozenset(
    "audit authorize backup ban block book charge commit create debit delete deliver deploy disable drop enqueue"
    " execute executemany grant insert invoke lock log mail migrate move notify pay post publish purge push put record"
    " refund register rename restore revoke rotate run save scan send sendall sendmail store submit sync transfer"
    " update upload validate verify write".split()
)
"""Words in the names of functions whose failure somebody has to know of: what they do lasts, or is relied upon."""

_AT_THE_END = frozenset("atexit cache close cleanup debug del disconnect dispose exit shutdown stop teardown trace".split())
"""Words in the names of functions that nobody relies on any more, or that only make things faster."""


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
        (
            isinstance(statement, ast.Expr | ast.Delete)
            and all(name_of(call.func) in _ENDING for call in ast.walk(statement) if isinstance(call, ast.Call))
        )
        or (isinstance(statement, ast.If) and not statement.orelse and is_clean_up(statement.body))
        for statement in statements
    )


def loses_something(attempt: ast.Try | ast.TryStar, context: CheckContext) -> bool:
    """Tell whether something is missing behind an attempt that failed unheard, and nobody can tell.

    That is a decision on security, a thing that was to be done and last, or a variable that has no other value.  Where an
    attempt only looks for something better than there is, as by turning a text into a number, nothing is lost.
    """
    if is_clean_up(attempt.body):
        return False
    if any(security_calls(attempt.body, context)):
        return True
    if _is_last_resort(attempt, context):
        return False
    nodes = list(own_nodes(attempt.body))
    if any(isinstance(node, ast.Call) and words(name_of(node.func)) & _LASTING for node in nodes):
        return True
    return _leaves_unset({node.id for node in nodes if _is_stored(node)}, attempt, context)


def _is_last_resort(attempt: ast.Try | ast.TryStar, context: CheckContext) -> bool:
    """Tell whether something is failing or ending already, or only said what is going on."""
    function = function_around(attempt, context)
    if function is not None and words(function.name) & _AT_THE_END:
        return True
    return any(isinstance(parent, ast.ExceptHandler) for parent in parents(attempt, context))


def _leaves_unset(names: set[str], attempt: ast.Try | ast.TryStar, context: CheckContext) -> bool:
    """Tell whether one of the variables that are set in an attempt has no value before, and is used behind it."""
    function = function_around(attempt, context)
    if function is None or not names:
        return False
    end = attempt.end_lineno or attempt.lineno
    others = list(own_nodes(function.body))
    before = {node.id for node in others if _is_stored(node) and node.lineno < attempt.lineno}
    before |= {one.arg for one in (*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs)}
    after = {node.id for node in others if isinstance(node, ast.Name) and not _is_stored(node) and node.lineno > end}
    again = {node.id for node in others if _is_stored(node) and node.lineno > end}
    return bool((names - before - again) & after)


def _is_stored(node: ast.AST) -> TypeGuard[ast.Name]:
    return isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
