"""Following a value through a local variable, as far as that is certain."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator

from vetline.core.location import Range
from vetline.rules.base import FixSite
from vetline.semantics.scopes import Uses, bound_in, default_in, own_nodes, parameters, uses_of

Assignment = ast.Assign | ast.AnnAssign

_PURE_FUNCTIONS = frozenset("abs float int len max min round str".split())
_PURE_METHODS = frozenset("get getlist isoformat lower lstrip removeprefix removesuffix replace rstrip strip upper".split())
"""Functions and methods that give the same again as long as their arguments are the same."""
_LOOPS = (ast.For, ast.AsyncFor, ast.While)
_SUITES = ("body", "orelse", "finalbody")


def definition_of(name: str, at: ast.AST, site: FixSite) -> Assignment | None:
    """Return the assignment whose value the variable has at ``at``, where only one comes into question."""
    return _definition(uses_of(name, site.scope_of(at)), at, site)


def origin_of(node: ast.expr, site: FixSite) -> ast.expr:
    """Return the expression that gives ``node`` its value: of a variable, what it is given in the only place; else itself.

    The place may be in the same function, among the defaults of its parameters, or at the file's top level.
    """
    match node:
        case ast.Subscript(value=ast.Name() as owner, slice=ast.Constant(value=key)):
            match origin_of(owner, site):
                case ast.Dict(keys=keys, values=values):
                    pairs = zip(keys, values, strict=True)
                    return next((value for one, value in pairs if isinstance(one, ast.Constant) and one.value == key), node)
    if not isinstance(node, ast.Name):
        return node
    definition = definition_of(node.id, node, site)
    if definition is not None:
        return definition.value or node
    function = site.enclosing_function(node)
    while function is not None:
        if node.id in bound_in(function):
            break
        function = site.enclosing_function(function)
    if function is not None and (default := default_in(node.id, function)) is not None:
        return default
    stores = uses_of(node.id, site.top_level if function is None else function.body).stores
    if function is not None and any(one.arg == node.id for one in parameters(function)):
        return node
    match [site.parent_of(store) for store in stores]:
        case [ast.Assign(targets=[ast.Name()], value=value) | ast.AnnAssign(target=ast.Name(), value=ast.expr() as value)]:
            return value
    return node


def definitions_of(name: str, at: ast.AST, site: FixSite) -> list[ast.expr] | None:
    """Return what the variable may be given before ``at``, piece by piece where ``+=`` adds to it; None if not certain."""
    uses = uses_of(name, site.scope_of(at))
    place = site.range_of(at).start
    stores = sorted((s for s in uses.stores if site.range_of(s).start < place), key=lambda store: site.range_of(store).start)
    stores = [store for store in stores if not _contains(site.enclosing_statement(store), at, site)]
    if uses.is_shared:
        return None
    values: list[ast.expr] = []
    for store in reversed(stores):
        match site.parent_of(store):
            case ast.Assign(targets=[only], value=value) as statement if only is store:
                pass
            case ast.AnnAssign(value=ast.expr() as value) as statement:
                pass
            case ast.AugAssign(op=ast.Add(), value=value):
                values.append(value)
                continue
            case _:
                return None
        values.append(value)
        if leads_to(statement, at, site):
            return values[::-1]
    function = site.enclosing_function(at)
    is_parameter = function is not None and any(argument.arg == name for argument in parameters(function))
    return None if is_parameter or not values else values[::-1]  # else one of the branches has given it


def loads_of(
    definition: Assignment, name: str, site: FixSite, *, ignoring: Callable[[ast.Name], bool] = lambda _: False
) -> list[ast.Name] | None:
    """Return all places, other than those to be ignored, that read the value which ``definition`` gives the variable; None if
    that isn't certain."""
    uses = uses_of(name, site.scope_of(definition))
    place = site.range_of(definition)
    loads = []
    for load in uses.loads:
        if ignoring(load):
            continue
        is_near = site.enclosing_function(load) is site.enclosing_function(definition)
        found = _definition(uses, load, site) if is_near else None  # a function below reads whenever it is called
        if found is definition:
            loads.append(load)
        elif found is None and (site.range_of(load).start > place.start or any(_loops_around(definition, site))):
            is_anew = is_set_anew(uses, definition, load, site)
            if not is_anew:
                return None
    return loads


def is_set_anew(uses: Uses, definition: Assignment, load: ast.Name, site: FixSite) -> bool:
    """Tell whether the variable gets another value on each way from ``definition`` to ``load``, which is below it."""
    for store in uses.stores:
        statement = site.parent_of(store)
        if not isinstance(statement, Assignment) or not leads_to(statement, load, site):
            continue
        if site.range_of(definition).end <= site.range_of(statement).start < site.range_of(load).start:
            return True
    return False


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
        if _changed_by(node) & names:
            place = site.range_of(node)
            if between.start <= place.start < between.end or any(loop.start <= place.start < loop.end for loop in loops):
                return False
    if not any(_depends_on_time(node) for value in values for node in ast.walk(value)):
        return True
    statements = (node for node in own_nodes(scope) if isinstance(node, ast.stmt))
    return not any(between.start <= site.range_of(node).start < between.end for node in statements) and not loops


def _definition(uses: Uses, at: ast.AST, site: FixSite) -> Assignment | None:
    """Return the last assignment before ``at``, if every way to ``at`` leads through it and none through a later one."""
    place = site.range_of(at)
    stores = []
    for store in uses.stores:
        statement = site.parent_of(store)
        is_of_own_statement = isinstance(statement, Assignment | ast.AugAssign) and _contains(statement, at, site)
        if not is_of_own_statement:
            stores.append(store)
    before = [store for store in stores if site.range_of(store).start < place.start]
    if uses.is_shared or not before:
        return None
    last = max(before, key=lambda store: site.range_of(store).start)
    match site.parent_of(last):
        case ast.Assign(targets=[only]) as assignment if only is last:
            pass
        case ast.AnnAssign(value=ast.expr()) as assignment:
            pass
        case _:
            return None
    if not leads_to(assignment, at, site):
        return None
    for loop in _loops_around(at, site):  # what is set below may be read above, a turn later
        if not _contains(loop, assignment, site) and any(_contains(loop, store, site) for store in stores):
            return None
    return assignment


def leads_to(statement: ast.stmt, at: ast.AST, site: FixSite) -> bool:
    """Tell whether ``at`` stands in the same suite of statements, or in one below."""
    parent = site.parent_of(statement)
    node: ast.AST | None = at
    while node is not None and site.parent_of(node) is not parent:
        node = site.parent_of(node)
    if parent is None or node is None:
        return node is not None
    suites = [getattr(parent, name, []) for name in _SUITES]
    return any(isinstance(suite, list) and statement in suite and node in suite for suite in suites)


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
