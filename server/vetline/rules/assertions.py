"""What an ``assert`` is there for: an invariant of one's own, or a check that has to hold."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Final

from vetline.core.edit import Applicability, Fix
from vetline.rules.access import PERMISSION, is_security_call, words
from vetline.rules.base import CheckContext, FixSite, Source
from vetline.rules.purpose import names_in
from vetline.rules.statements import compound
from vetline.rules.surroundings import function_around

_DECISIVE: Final = PERMISSION - frozenset(
    {"root", "scope", "scopes", "guard", "grant", "auth", "login", "allow", "allowed", "owner"}
)
"""Words that speak of permission and hardly of anything else."""
_OWNERS: Final = frozenset({"owner", "owns", "author"})
_HARMFUL: Final = frozenset({"remote", "upload", "model"})


def checks_permission(node: ast.AST, source: Source) -> bool:
    """Tell whether an ``assert`` decides whether somebody may do something, or whether something is genuine."""
    if not isinstance(node, ast.Assert) or _is_in_test(node, source) or _is_about_type(node.test):
        return False
    found = words(*names_in(node.test))
    if found & _DECISIVE and not found & {"response", "resp", "status"}:
        return True
    if found & _OWNERS and found & {"user", "request"}:
        return True
    calls = (inner for inner in ast.walk(node.test) if isinstance(inner, ast.Call))
    return any(is_security_call(call, _callees(call, source)) for call in calls)


def checks_input(node: ast.AST, context: CheckContext) -> str | None:
    """Return what input from outside an ``assert`` looks at; None if it is none."""
    if not isinstance(node, ast.Assert) or _is_in_test(node, context) or _is_about_type(node.test):
        return None
    for inner in ast.walk(node.test):
        for taint in context.value(inner).taints if isinstance(inner, ast.expr) else ():
            if taint.origin.label in _HARMFUL:
                return taint.origin.what or "input"
    return None


def _callees(call: ast.Call, source: Source) -> tuple[str, ...]:
    name = source.qualified_name(call.func)
    return (name,) if name else ()


def _is_about_type(test: ast.expr) -> bool:
    """Tell whether a test is one of types, such as a type checker needs: ``x is not None``, ``isinstance(x, T)``."""
    match test:
        case ast.BoolOp(values=values):
            return all(_is_about_type(value) for value in values)
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return _is_about_type(operand)
        case ast.Compare(ops=[ast.Is() | ast.IsNot()], comparators=[ast.Constant(value=None)]):
            return True
        case ast.Call(func=ast.Name(id="isinstance" | "issubclass" | "callable" | "hasattr")):
            return True
        case ast.Constant():
            return True
    return False


def _is_in_test(node: ast.AST, source: Source) -> bool:
    function = function_around(node, source)
    return function is not None and function.name.startswith("test")


def raise_instead(site: FixSite, error: str, note: str) -> Iterator[Fix]:
    """Yield the fix that raises ``error`` where an ``assert`` fails."""
    statement = site.node
    if not isinstance(statement, ast.Assert) or "#" in site.text_of(statement):
        return
    given = f"({site.text_of(statement.msg)})" if statement.msg is not None else ""
    text = compound(site, statement, f"if {negated(statement.test, site)}:", f"raise {error}{given}")
    if text is not None:
        yield Fix("Raise an exception", (site.replace(statement, text),), Applicability.REVIEW, note)


def negated(test: ast.expr, source: Source) -> str:
    """Return the text of the condition that holds if ``test`` doesn't."""
    match test:
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return source.text_of(operand)
        case ast.Name() | ast.Attribute() | ast.Call() | ast.Subscript():
            return f"not {source.text_of(test)}"
        case ast.Compare(left=left, ops=[op], comparators=[right]) if other := _OPPOSITE.get(type(op)):
            return f"{source.text_of(left)} {other} {source.text_of(right)}"
    return f"not ({source.text_of(test)})"


_OPPOSITE: Final[dict[type[ast.cmpop], str]] = {
    ast.Eq: "!=",
    ast.NotEq: "==",
    ast.In: "not in",
    ast.NotIn: "in",
    ast.Is: "is not",
    ast.IsNot: "is",
}
"""Pairs of comparisons of which always one holds; ``<`` and ``>=`` are none, as with NaN."""
