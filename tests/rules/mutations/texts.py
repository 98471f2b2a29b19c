"""Other ways to put values into a text."""

from __future__ import annotations

import ast
import string
from collections.abc import Callable, Sequence

from tests.rules.mutations.mutation import mutation

_Parts = Sequence[str | ast.expr]
"""A text's pieces: known ones, and expressions that are put in by ``str``."""
_Read = Callable[[ast.expr], _Parts | None]
_Write = Callable[[_Parts], ast.expr]


@mutation
def f_strings_to_percent(module: ast.Module) -> ast.Module:
    return _from(module, _of_f_string, _percent)


@mutation
def f_strings_to_format(module: ast.Module) -> ast.Module:
    return _from(module, _of_f_string, _format)


@mutation
def f_strings_to_plus(module: ast.Module) -> ast.Module:
    return _from(module, _of_f_string, _plus)


@mutation
def f_strings_to_join(module: ast.Module) -> ast.Module:
    return _from(module, _of_f_string, _join)


@mutation
def percent_to_f_strings(module: ast.Module) -> ast.Module:
    return _from(module, _of_percent, _f_string)


@mutation
def format_to_f_strings(module: ast.Module) -> ast.Module:
    return _from(module, _of_format, _f_string)


@mutation
def plus_to_f_strings(module: ast.Module) -> ast.Module:
    return _from(module, _of_plus, _f_string)


class _Rewriting(ast.NodeTransformer):
    def __init__(self, read: _Read, write: _Write) -> None:
        self._read, self._write = read, write

    def visit(self, node: ast.AST) -> ast.AST:
        parts = self._read(node) if isinstance(node, ast.expr) else None
        if parts is None or all(isinstance(part, str) for part in parts):
            found: ast.AST = self.generic_visit(node)
            return found
        return self._write([part if isinstance(part, str) else self._inner(part) for part in parts])

    def _inner(self, node: ast.expr) -> ast.expr:
        found = self.visit(node)
        assert isinstance(found, ast.expr)
        return found


def _from(module: ast.Module, read: _Read, write: _Write) -> ast.Module:
    changed = _Rewriting(read, write).visit(module)
    assert isinstance(changed, ast.Module)
    return changed


def _of_f_string(node: ast.expr) -> _Parts | None:
    if not isinstance(node, ast.JoinedStr):
        return None
    parts: list[str | ast.expr] = []
    for piece in node.values:
        match piece:
            case ast.Constant(value=str() as text):
                parts.append(text)
            case ast.FormattedValue(value=value, conversion=-1, format_spec=None):
                parts.append(value)
            case _:
                return None
    return parts


def _of_percent(node: ast.expr) -> _Parts | None:
    """Read ``"…%s…" % (a, b)``, or with one value that is surely no tuple."""
    match node:
        case ast.BinOp(left=ast.Constant(value=str() as text), op=ast.Mod(), right=ast.Tuple(elts=values)):
            pass
        case ast.BinOp(left=ast.Constant(value=str() as text), op=ast.Mod(), right=ast.Name() | ast.Attribute() as value):
            values = [value]  # a tuple would have to be of length one, to be of any use
        case _:
            return None
    texts = text.split("%s")
    if any("%" in one for one in texts) or len(texts) != len(values) + 1 or any(isinstance(v, ast.Starred) for v in values):
        return None
    return _alternating(texts, values)


def _of_format(node: ast.expr) -> _Parts | None:
    match node:
        case ast.Call(func=ast.Attribute(value=ast.Constant(value=str() as text), attr="format"), args=args, keywords=keywords):
            pass
        case _:
            return None
    given: dict[str, ast.expr] = {str(index): one for index, one in enumerate(args) if not isinstance(one, ast.Starred)}
    given |= {keyword.arg: keyword.value for keyword in keywords if keyword.arg}
    texts: list[str] = [""]
    values: list[ast.expr] = []
    try:
        fields = list(string.Formatter().parse(text))
    except ValueError:
        return None
    for before, name, spec, conversion in fields:
        texts[-1] += before
        if name is None:
            continue
        key = name or str(len(values))
        if spec or conversion or key not in given:
            return None
        values.append(given[key])
        texts.append("")
    is_each_once = len(set(map(id, values))) == len(values) == len(args) + len(keywords)
    return _alternating(texts, values) if is_each_once else None


def _of_plus(node: ast.expr) -> _Parts | None:
    """Read a chain of ``+`` that has a literal text in it, so that all of it are texts."""
    operands = _operands(node)
    if len(operands) < 2 or not any(isinstance(one, ast.Constant) and isinstance(one.value, str) for one in operands):
        return None
    parts: list[str | ast.expr] = []
    for one in operands:
        match one:
            case ast.Constant(value=str() as text):
                parts.append(text)
            case ast.Call(func=ast.Name(id="str"), args=[ast.expr() as value], keywords=[]):
                parts.append(value)
            case ast.JoinedStr():
                return None
            case _:
                parts.append(one)
    return parts


def _operands(node: ast.expr) -> list[ast.expr]:
    match node:
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            return [*_operands(left), right]
    return [node]


def _alternating(texts: Sequence[str], values: Sequence[ast.expr]) -> _Parts:
    parts: list[str | ast.expr] = [texts[0]]
    for value, text in zip(values, texts[1:], strict=True):
        parts += [value, text]
    return parts


def _f_string(parts: _Parts) -> ast.expr:
    return ast.JoinedStr(
        [ast.Constant(part) if isinstance(part, str) else ast.FormattedValue(part, -1) for part in parts if part != ""]
    )


def _percent(parts: _Parts) -> ast.expr:
    text = "".join(part.replace("%", "%%") if isinstance(part, str) else "%s" for part in parts)
    values = [part for part in parts if not isinstance(part, str)]
    return ast.BinOp(ast.Constant(text), ast.Mod(), ast.Tuple(values, ast.Load()))


def _format(parts: _Parts) -> ast.expr:
    text = "".join(part.replace("{", "{{").replace("}", "}}") if isinstance(part, str) else "{}" for part in parts)
    values = [part for part in parts if not isinstance(part, str)]
    return ast.Call(ast.Attribute(ast.Constant(text), "format", ast.Load()), values, [])


def _plus(parts: _Parts) -> ast.expr:
    pieces = _texts(parts)
    found = pieces[0]
    for piece in pieces[1:]:
        found = ast.BinOp(found, ast.Add(), piece)
    return found


def _join(parts: _Parts) -> ast.expr:
    return ast.Call(ast.Attribute(ast.Constant(""), "join", ast.Load()), [ast.List(_texts(parts), ast.Load())], [])


def _texts(parts: _Parts) -> list[ast.expr]:
    return [
        ast.Constant(part) if isinstance(part, str) else ast.Call(ast.Name("str", ast.Load()), [part], [])
        for part in parts
        if part != ""
    ]
