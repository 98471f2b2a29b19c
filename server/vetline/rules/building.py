"""The expressions that a text is built of, over several statements of one function."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import NamedTuple

from vetline.rules.base import CheckContext, Source
from vetline.semantics.scopes import names_bound_by, own_nodes
from vetline.syntax.nodes import walk

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
_BINDING = (
    ast.Name,
    ast.arg,
    ast.FunctionDef,
    ast.AsyncFunctionDef,
    ast.ClassDef,
    ast.Import,
    ast.ImportFrom,
    ast.ExceptHandler,
    ast.MatchAs,
    ast.MatchStar,
    ast.MatchMapping,
    ast.Global,
    ast.Nonlocal,
)
_MOST = 40
"""How many expressions are looked at."""
_MOST_NAMES = 8
"""How many names of the same thing are followed."""
_MOST_PARTS = 400


def built_from(expression: ast.AST, source: CheckContext) -> list[ast.expr]:
    """Return ``expression`` and what is assigned, anywhere in the same scope, to the variables that it is made of."""
    found: list[ast.expr] = []
    if not isinstance(expression, ast.expr):
        return found
    waiting: list[ast.expr] = [expression]
    seen: set[str] = set()
    scope: list[ast.AST] | None = None
    while waiting and len(found) < _MOST:
        current = waiting.pop()
        found.append(current)
        if isinstance(current, ast.Call) and (same := source.given_back(current)) is not None:
            waiting.append(same)
        names = {chain for node in walk(current) if (chain := variable_name(node))} - seen
        if not names:
            continue
        if scope is None:
            scope = list(_scope_of(expression, source))
        seen |= names
        for node in scope:
            waiting += (value for target, value in _assigned(node) if variable_name(target) in names)
    return found


def written(node: ast.expr, context: CheckContext) -> ast.expr:
    """Return the expression that ``node`` is another name for, as far as one function, or statement, shows.

    That is what a variable was given, if it is given nothing else, and what a function hands back as it is.
    """
    for _ in range(_MOST_NAMES):
        match node:
            case ast.Name(id=name, ctx=ast.Load()):
                following = _only_value(name, node, context)
            case ast.Call():
                following = context.given_back(node)
            case _:
                return node
        if following is None:
            return node
        node = following
    return node


def written_parts(node: ast.AST, context: CheckContext) -> Iterator[ast.AST]:
    """Yield what :func:`ast.walk` does, and in the place of variables what they are another name for."""
    waiting: list[ast.AST] = [node]
    for _ in range(_MOST_PARTS):
        if not waiting:
            return
        current = waiting.pop()
        if isinstance(current, ast.Name | ast.Call) and (other := written(current, context)) is not current:
            waiting.append(other)
        else:
            yield current
            waiting += ast.iter_child_nodes(current)


def _only_value(name: str, at: ast.AST, context: CheckContext) -> ast.expr | None:
    """Return what the variable is given that ``at`` reads, in the only place where it is given anything."""
    bindings = context.once(_bindings)
    if name in bindings.shared or name not in bindings.names:
        return None
    scope: ast.AST | None = at
    while scope is not None:
        if isinstance(scope, _FUNCTIONS) and (id(scope), name) in bindings.places:
            break
        scope = context.parent_of(scope)
    places = bindings.places.get((0 if scope is None else id(scope), name), ())
    match context.parent_of(places[0]) if len(places) == 1 else None:
        case ast.Assign(targets=[ast.Name()], value=value) | ast.AnnAssign(target=ast.Name(), value=ast.expr() as value):
            return value
    return None


class _Bindings(NamedTuple):
    """Where the variables of a block are given something: by the identity of the function that they are in (0: none)."""

    places: dict[tuple[int, str], list[ast.AST]]
    names: set[str]
    shared: set[str]
    """Declared ``global`` or ``nonlocal`` somewhere."""


def _bindings(context: CheckContext) -> _Bindings:
    found = _Bindings({}, set(), set())
    for node in context.walk(*_BINDING):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            continue  # most are
        if isinstance(node, ast.Global | ast.Nonlocal):
            found.shared.update(node.names)
            continue
        for name in names_bound_by(node):
            scope = context.parent_of(node)
            while scope is not None and not isinstance(scope, _FUNCTIONS):
                scope = context.parent_of(scope)
            found.places.setdefault((0 if scope is None else id(scope), name), []).append(node)
            found.names.add(name)
    return found


def outermost(node: ast.AST, source: Source) -> ast.expr | None:
    """Return the whole expression that puts a text together of which ``node`` is a part: a sum, ``%``, an f-string."""
    if not isinstance(node, ast.expr):
        return None
    parent = source.parent_of(node)
    match parent:
        case ast.JoinedStr() | ast.BinOp(op=ast.Add() | ast.Mod()):
            return outermost(parent, source)
        case ast.Attribute(attr="format" | "replace" | "join") if isinstance(call := source.parent_of(parent), ast.Call):
            return outermost(call, source)
    return node


def is_part_of(node: ast.AST, expressions: list[ast.expr]) -> bool:
    """Tell whether ``node`` is one of ``expressions``, or below one."""
    return any(node is inner for expression in expressions for inner in walk(expression))


def variable_name(node: ast.AST) -> str:
    """Return the name of a variable, or of an attribute of ``self``; empty if ``node`` is none."""
    match node:
        case ast.Name(id=name):
            return name
        case ast.Attribute(value=ast.Name(id="self"), attr=name):
            return f"self.{name}"
    return ""


def _scope_of(node: ast.AST, source: Source) -> Iterator[ast.AST]:
    """Yield the nodes of the function, or of the top-level statement, that ``node`` is in."""
    last: ast.AST = node
    parent: ast.AST | None = node
    while parent is not None and not isinstance(parent, _FUNCTIONS):
        last, parent = parent, source.parent_of(parent)
    if parent is None:
        yield from own_nodes([last])
    else:
        body = parent.body if isinstance(parent.body, list) else [parent.body]
        yield from own_nodes(body)


def _assigned(node: ast.AST) -> Iterator[tuple[ast.expr, ast.expr]]:
    match node:
        case ast.Assign(targets=targets, value=value):
            for target in targets:
                if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple) and len(target.elts) == len(value.elts):
                    yield from zip(target.elts, value.elts, strict=True)
                else:
                    yield target, value
        case ast.AnnAssign(target=target, value=ast.expr() as value) | ast.AugAssign(target=target, value=value):
            yield target, value
        case ast.NamedExpr(target=target, value=value):
            yield target, value
