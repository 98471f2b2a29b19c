"""Following a value through a local variable, as far as that is certain."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from vetline.core.location import Range
from vetline.rules.base import FixSite
from vetline.semantics.scopes import own_nodes, parameters, uses_of

_PURE_FUNCTIONS = frozenset("abs float int len max min round str".split())
_PURE_METHODS = frozenset("get getlist isoformat lower lstrip removeprefix removesuffix replace rstrip strip upper".split())
"""Functions and methods that give the same again as long as their arguments are the same."""
_LOOPS = (ast.For, ast.AsyncFor, ast.While)


def definition_of(name: str, at: ast.AST, site: FixSite) -> ast.Assign | ast.AnnAssign | None:
    """Return the assignment that gives the variable its value, if it is the only one and stands above ``at``, in its scope."""
    uses = uses_of(name, site.scope_of(at))
    function = site.enclosing_function(at)
    if uses.is_shared or len(uses.stores) != 1 or (function and any(p.arg == name for p in parameters(function))):
        return None
    target = uses.stores[0]
    match site.parent_of(target):
        case ast.Assign(targets=[only]) as assignment if only is target:
            pass
        case ast.AnnAssign(value=ast.expr()) as assignment:
            pass
        case _:
            return None
    return assignment if site.range_of(assignment).end <= site.range_of(at).start else None


def holds_until(assignment: ast.stmt, use: ast.expr, values: list[ast.expr], site: FixSite) -> bool:
    """Tell whether ``values``, read by ``assignment``, are still the same at ``use``.

    They may only be moved there if they are: so no variable in them is set in between, and a call that may have another
    value at another time has no other statement in between.
    """
    if site.enclosing_function(assignment) is not site.enclosing_function(use):
        return False
    scope = site.scope_of(use)
    statement = site.enclosing_statement(use)
    between = Range(site.range_of(assignment).end, site.range_of(statement).start)
    loops = [site.range_of(loop) for loop in _loops_around(use, site) if not _contains(loop, assignment, site)]
    names = {node.id for value in values for node in ast.walk(value) if isinstance(node, ast.Name)}
    for node in own_nodes(scope):
        changed = _changed_by(node)
        if changed & names:
            place = site.range_of(node)
            if between.start <= place.start < between.end or any(loop.start <= place.start < loop.end for loop in loops):
                return False
    if not any(_depends_on_time(node) for value in values for node in ast.walk(value)):
        return True
    statements = (node for node in own_nodes(scope) if isinstance(node, ast.stmt))
    return not any(between.start <= site.range_of(node).start < between.end for node in statements) and not loops


def _depends_on_time(node: ast.AST) -> bool:
    match node:
        case ast.Call(func=ast.Name(id=name)):
            return name not in _PURE_FUNCTIONS
        case ast.Call(func=ast.Attribute(attr=name)):
            return name not in _PURE_METHODS
    return isinstance(node, ast.Call | ast.Await | ast.Yield | ast.YieldFrom | ast.NamedExpr)


def _changed_by(node: ast.AST) -> set[str]:
    """Return the names of variables that ``node`` sets, wholly or in part."""
    match node:
        case ast.Name(id=name, ctx=ast.Store() | ast.Del()):
            return {name}
        case ast.Attribute(value=owner, ctx=ast.Store() | ast.Del()) | ast.Subscript(value=owner, ctx=ast.Store() | ast.Del()):
            while isinstance(owner, ast.Attribute | ast.Subscript):
                owner = owner.value
            return {owner.id} if isinstance(owner, ast.Name) else set()
    return set()


def _loops_around(node: ast.AST, site: FixSite) -> Iterator[ast.AST]:
    parent = site.parent_of(node)
    while parent is not None and not isinstance(parent, ast.FunctionDef | ast.AsyncFunctionDef):
        if isinstance(parent, _LOOPS):
            yield parent
        parent = site.parent_of(parent)


def _contains(outer: ast.AST, inner: ast.AST, site: FixSite) -> bool:
    place, wanted = site.range_of(outer), site.range_of(inner)
    return place.start <= wanted.start and wanted.end <= place.end
