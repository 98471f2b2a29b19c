"""Names in one scope: where they are given a value, and where it is read."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from vetline.syntax.nodes import children

Function = ast.FunctionDef | ast.AsyncFunctionDef
_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)


@dataclass(slots=True)
class Uses:
    """The uses of a name in a scope, and in the functions below it that see the same variable."""

    stores: list[ast.AST] = field(default_factory=list)
    """Everything that binds or deletes it: names, arguments, definitions, imports, handlers."""
    loads: list[ast.Name] = field(default_factory=list)
    is_shared: bool = False
    """Whether it is declared ``global`` or ``nonlocal`` somewhere."""


def parameters(function: Function | ast.Lambda) -> list[ast.arg]:
    """Return the parameters of ``function``."""
    found = function.args
    stars = [star for star in (found.vararg, found.kwarg) if star is not None]
    return [*found.posonlyargs, *found.args, *found.kwonlyargs, *stars]


def default_in(name: str, function: Function | ast.Lambda) -> ast.expr | None:
    """Return the default of the parameter ``name`` of ``function``; None if it has none."""
    found = function.args
    positional = [*found.posonlyargs, *found.args]
    defaults = zip(positional[len(positional) - len(found.defaults) :], found.defaults, strict=True)
    for argument, default in (*defaults, *zip(found.kwonlyargs, found.kw_defaults, strict=True)):
        if argument.arg == name:
            return default
    return None


def names_bound_by(node: ast.AST) -> Iterator[str]:
    """Yield the names that ``node`` itself binds or deletes, whatever is below it."""
    match node:
        case ast.Name(id=name, ctx=ast.Store() | ast.Del()):
            yield name
        case ast.arg(arg=name) | ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            yield name
        case ast.Import(names=aliases) | ast.ImportFrom(names=aliases):
            yield from (alias.asname or alias.name.partition(".")[0] for alias in aliases)
        case ast.ExceptHandler(name=str() as name) | ast.MatchAs(name=str() as name) | ast.MatchStar(name=str() as name):
            yield name
        case ast.MatchMapping(rest=str() as name):
            yield name


def own_nodes(statements: Iterable[ast.AST]) -> Iterator[ast.AST]:
    """Yield the nodes that belong to one scope, in no particular order; functions and classes are yielded, not entered."""
    waiting = list(statements)
    while waiting:
        node = waiting.pop()
        yield node
        match node:
            case ast.Lambda(args=arguments):
                waiting += _defaults(arguments)
            case ast.FunctionDef(args=arguments) | ast.AsyncFunctionDef(args=arguments):
                waiting += [*node.decorator_list, *_defaults(arguments)]
            case ast.ClassDef():
                waiting += [*node.decorator_list, *node.bases, *node.keywords]
            case _:
                waiting += children(node)


def names_in(bodies: Iterable[Iterable[ast.AST]]) -> frozenset[str]:
    """Return the names that the scope made of ``bodies`` binds, those not counted that it declares to be another's."""
    names: set[str] = set()
    foreign: set[str] = set()
    for body in bodies:
        for node in own_nodes(body):
            names.update(names_bound_by(node))
            if isinstance(node, ast.Global | ast.Nonlocal):
                foreign.update(node.names)
    return frozenset(names - foreign)


def bound_in(function: Function | ast.Lambda) -> frozenset[str]:
    """Return the names that are local to ``function``."""
    body = function.body if isinstance(function.body, list) else [function.body]
    return names_in([parameters(function), body])


def uses_of(name: str, statements: Iterable[ast.AST]) -> Uses:
    """Return the uses of ``name`` in the scope made of ``statements``."""
    uses = Uses()
    for node in own_nodes(statements):
        if name in names_bound_by(node):
            uses.stores.append(node)
        elif isinstance(node, ast.Name) and node.id == name:
            uses.loads.append(node)
        elif isinstance(node, ast.Global | ast.Nonlocal) and name in node.names:
            uses.is_shared = True
        if not isinstance(node, _SCOPES):
            continue
        if isinstance(node, ast.ClassDef) or name not in bound_in(node):
            below = uses_of(name, node.body if isinstance(node.body, list) else [node.body])
            uses.loads += below.loads
            uses.stores += below.stores
            uses.is_shared |= below.is_shared
    return uses


def _defaults(arguments: ast.arguments) -> list[ast.expr]:
    return [*arguments.defaults, *(default for default in arguments.kw_defaults if default is not None)]
