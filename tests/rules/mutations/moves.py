"""The same code in another place: a helper function, a class, another file."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from tests.rules.mutations.mutation import BESIDE, Mutant, mutation
from tests.rules.mutations.trees import (
    FUNCTIONS,
    FreshNames,
    Names,
    body_start,
    copied,
    functions_of,
    has,
    is_plain,
    load,
    loads_in,
    own_bindings,
    parameter_names,
)
from vetline.semantics.scopes import Function, bound_in, names_bound_by

_FRAMEWORKS_OWN = frozenset({"lambda_handler", "handler", "main"})
"""Functions that somebody calls by their name."""


@mutation
def move_tail_into_helper(module: ast.Module) -> ast.Module:
    """The second half of each function becomes a function of its own."""
    return _with_tails_apart(module)


@mutation
def move_tail_into_other_file(module: ast.Module) -> Mutant | None:
    """The same, and the new functions go into another file."""
    before = {one.name for one in functions_of(module)}
    changed = _with_tails_apart(module)
    return _moved(changed, [one for one in functions_of(changed) if one.name not in before])


@mutation
def move_helpers_into_other_file(module: ast.Module) -> Mutant | None:
    """Functions that the code itself calls go into another file, and are imported from there."""
    names = Names.of(module)
    return _moved(module, [one for one in functions_of(module) if is_plain(one) and one.name in names.loads])


@mutation
def move_functions_into_other_file(module: ast.Module) -> Mutant | None:
    """All functions without a decorator go into another file, and are imported from there."""
    return _moved(module, [one for one in functions_of(module) if is_plain(one)])


@mutation
def make_static_methods(module: ast.Module) -> ast.Module | None:
    """Functions become static methods of a class."""
    moved = _movable(module)
    if not moved:
        return None
    name = FreshNames(module).take("Service")
    _Renaming({one.name: load(name, one.name) for one in moved}).visit(module)
    for function in moved:
        function.decorator_list = [load("staticmethod")]
    return _in_class(module, moved, name)


@mutation
def make_methods(module: ast.Module) -> ast.Module | None:
    """Functions become methods, which call each other through ``self``; the rest of the module makes an instance."""
    moved = _movable(module)
    if not moved or "self" in Names.of(module).all:
        return None
    name = FreshNames(module).take("Service")
    inside = _Renaming({one.name: load("self", one.name) for one in moved})
    instance = ast.Call(load(name), [], [])
    outside = _Renaming({one.name: ast.Attribute(instance, one.name, ast.Load()) for one in moved})
    for statement in module.body:
        if statement in moved and isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef):
            statement.body = [inside.visit(one) for one in statement.body]
            statement.args.args.insert(0, ast.arg("self"))
        else:
            outside.visit(statement)
    return _in_class(module, moved, name)


def _with_tails_apart(module: ast.Module) -> ast.Module:
    fresh = FreshNames(module)
    body: list[ast.stmt] = []
    for statement in module.body:
        if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef):
            helper = _tail_of(statement, fresh)
            if helper is not None:
                body.append(helper)
        body.append(statement)
    module.body = body
    return module


def _tail_of(function: Function, fresh: FreshNames) -> Function | None:
    """Cut a function in two, and return the second part as a function; None if that can't be done."""
    start = body_start(function.body)
    cut = start + (len(function.body) - start + 1) // 2
    head, tail = function.body[:cut], function.body[cut:]
    is_special = has(function.body, ast.Yield, ast.YieldFrom, ast.Global, ast.Nonlocal) or Names.of(function).sees_names
    if not tail or is_special or "super" in loads_in(tail):
        return None
    bound = bound_in(function)
    given = sorted(loads_in(tail) & bound & (parameter_names(function) | set(own_bindings(head))))
    certain = parameter_names(function) | set(_surely_bound(head))
    shared = set(own_bindings(tail)) & _seen_by_closures(head)
    deleted = {
        node.id for one in tail for node in ast.walk(one) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Del)
    }
    if not certain.issuperset(given) or shared or deleted:
        return None
    name = fresh.take(f"{function.name}_rest")
    parameters = ast.arguments([], [ast.arg(one) for one in given], None, [], [], None, [])
    kind = type(function)
    call: ast.expr = ast.Call(load(name), [load(one) for one in given], [])
    if kind is ast.AsyncFunctionDef:
        call = ast.Await(call)
    function.body = [*head, ast.Return(call)]
    return kind(name, parameters, tail, [], lineno=0)


def _surely_bound(body: Iterable[ast.stmt]) -> Iterator[str]:
    """Yield the names that are bound once ``body`` has run, as far as that is plain to see."""
    for statement in body:
        match statement:
            case ast.With(body=inner) | ast.AsyncWith(body=inner):
                yield from own_bindings([ast.With(statement.items, [])])
                yield from _surely_bound(inner)
            case ast.If(body=inner, orelse=other) if inner and other:
                yield from set(_surely_bound(inner)) & set(_surely_bound(other))
            case ast.Try(body=inner, handlers=handlers):
                ways = [set(_surely_bound(inner)), *(set(_surely_bound(h.body)) for h in handlers if not _leaves(h.body))]
                yield from set.intersection(*ways)
            case ast.For() | ast.AsyncFor() | ast.While() | ast.If() | ast.Match() | ast.TryStar():
                continue
            case _:
                yield from own_bindings([statement])


def _leaves(body: list[ast.stmt]) -> bool:
    return isinstance(body[-1], ast.Return | ast.Raise)


def _seen_by_closures(body: Iterable[ast.stmt]) -> set[str]:
    """Return the names that functions in ``body`` read."""
    inner = [node for one in body for node in ast.walk(one) if isinstance(node, (*FUNCTIONS, ast.Lambda, ast.ClassDef))]
    return loads_in(inner)


def _moved(module: ast.Module, wanted: list[Function]) -> Mutant | None:
    """Move functions to another file, with the imports that they need and the constants that they read.

    What needs more of the module than that, or changes something of it, stays.
    """
    imports = {name: one for one in module.body if isinstance(one, ast.Import | ast.ImportFrom) for name in own_bindings([one])}
    constants = _constants(module)
    defined = Names.of(module)
    own = set(own_bindings(module.body))
    names = {one.name for one in wanted}
    for _ in wanted:  # what calls one that stays has to stay
        names = {
            one.name
            for one in wanted
            if one.name in names
            and _needs(one) & own <= names | imports.keys() | constants.keys()
            and not any(isinstance(node, ast.Global) for node in ast.walk(one))
        }
    moved = [one for one in wanted if one.name in names]
    if not moved or BESIDE in defined.all:
        return None
    needed = set().union(*(_needs(one) for one in moved))
    future = [one for one in module.body if isinstance(one, ast.ImportFrom) and one.module == "__future__"]
    used_imports = [one for one in dict.fromkeys(imports.values()) if needed & set(own_bindings([one])) and one not in future]
    used_constants = [one for one in dict.fromkeys(constants.values()) if needed & set(own_bindings([one]))]
    beside = ast.Module([*future, *map(copied, used_imports), *map(copied, used_constants), *moved], [])
    place = module.body.index(moved[0])
    module.body = [one for one in module.body if one not in moved]
    aliases = [ast.alias(one.name) for one in moved]
    module.body.insert(min(place, len(module.body)), ast.ImportFrom(BESIDE, aliases, 0))
    return Mutant(module, beside)


def _needs(function: Function) -> set[str]:
    """Return the names that a function reads of the module around it."""
    return loads_in([function]) - bound_in(function) | loads_in([function.args])


def _constants(module: ast.Module) -> dict[str, ast.stmt]:
    """Return the assignments of names that are given one value, made of literals, and never changed; by the name."""
    bound = [name for node in ast.walk(module) for name in names_bound_by(node)]
    changed = {
        node.value.id
        for node in ast.walk(module)
        if isinstance(node, ast.Attribute | ast.Subscript) and isinstance(node.value, ast.Name)
        if isinstance(node, ast.Attribute) or not isinstance(node.ctx, ast.Load)
    }
    found: dict[str, ast.stmt] = {}
    for one in module.body:
        match one:
            case ast.Assign(targets=[ast.Name(id=name)], value=value) if bound.count(name) == 1 and _is_literal(value):
                if name not in changed or isinstance(value, ast.Constant):
                    found[name] = one
    return found


def _is_literal(value: ast.expr) -> bool:
    return not any(
        isinstance(node, ast.Call | ast.Name | ast.Attribute | ast.Subscript | ast.Lambda) for node in ast.walk(value)
    )


def _movable(module: ast.Module) -> list[Function]:
    """Return the functions that may become methods: nobody outside calls them by their name, and their head needs nothing of
    the module."""
    found: list[Function] = []
    names = Names.of(module)
    own = set(own_bindings(module.body)) - names.imported
    others = names.variables | names.parameters | names.imported | names.shared | names.attributes | names.classes
    for one in functions_of(module):
        head = [one.args, *([one.returns] if one.returns else [])]
        if is_plain(one) and one.name not in others | _FRAMEWORKS_OWN and not loads_in(head) & own:
            found.append(one)
    return [] if names.sees_names else found


class _Renaming(ast.NodeTransformer):
    def __init__(self, new: dict[str, ast.expr]) -> None:
        self._new = new

    def visit_Name(self, node: ast.Name) -> ast.expr:  # ast's naming
        return copied(self._new[node.id]) if node.id in self._new else node


def _in_class(module: ast.Module, members: list[Function], name: str) -> ast.Module:
    """Put functions into a class that stands where the first of them did."""
    place = module.body.index(members[0])
    rest = [one for one in module.body if one not in members]
    rest.insert(place, ast.ClassDef(name, [], [], list(members), []))
    module.body = rest
    return module
