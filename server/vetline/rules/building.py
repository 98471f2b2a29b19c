"""The expressions that a text is built of, over several statements of one function."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from vetline.rules.base import Source
from vetline.semantics.scopes import own_nodes
from vetline.syntax.nodes import walk

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
_MOST = 40
"""How many expressions are looked at."""


def built_from(expression: ast.AST, source: Source) -> list[ast.expr]:
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
        names = {chain for node in walk(current) if (chain := variable_name(node))} - seen
        if not names:
            continue
        if scope is None:
            scope = list(_scope_of(expression, source))
        seen |= names
        for node in scope:
            waiting += (value for target, value in _assigned(node) if variable_name(target) in names)
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
