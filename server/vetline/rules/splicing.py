"""The values that become part of a text, each where it is put in, and how to put something around them."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from vetline.core.edit import TextEdit
from vetline.flow.texts import pieces_of
from vetline.flow.values import UNKNOWN, Value
from vetline.rules.base import FixSite
from vetline.rules.locals import definition_of, definitions_of, loads_of
from vetline.rules.surroundings import ancestors
from vetline.rules.values import type_name
from vetline.syntax.template_reader import read_template
from vetline.syntax.templates import HOLE, Hole, Template

_UNMOVABLE: Final = (ast.Starred, ast.Yield, ast.YieldFrom, ast.NamedExpr, ast.Lambda, ast.GeneratorExp)
"""Values that can't be an argument of a call as they are written."""
_PASSING: Final = frozenset("strip rstrip lstrip encode lower upper splitlines split".split())
"""Methods of a text that give the same text, more or less."""
_DEEPEST: Final = 8


@dataclass(frozen=True, slots=True)
class Splice:
    """A value that becomes part of a text.

    ``template`` is the text that it is put into, ``hole`` what it is there, and ``index`` the hole's place in the template's
    text; None, and -1, for what no literal stands around: all of a text, or an operand of a sum of variables.
    ``is_iterable`` tells that it holds several texts, which are joined.
    """

    node: ast.expr
    template: Template | None = None
    hole: Hole | None = None
    index: int = -1
    is_iterable: bool = False
    is_operand: bool = False
    """Whether it is a text itself, as an operand of a sum has to be."""
    is_further: bool = False
    """Whether the text has begun before the piece that it is in."""

    @property
    def before(self) -> str:
        """What is known of the text in front of it, with :data:`HOLE` for other values."""
        return "" if self.template is None else self.template.text[: self.index]

    @property
    def behind(self) -> str:
        """What is known of the text behind it."""
        return "" if self.template is None else self.template.text[self.index + 1 :]

    @property
    def is_whole(self) -> bool:
        """Whether nothing stands around it, as far as is known."""
        return not (self.is_operand or self.is_iterable or self.is_further or self.before or self.behind)

    @property
    def is_in_field(self) -> bool:
        """Whether it stands in a field of an f-string, where no quotes and backslashes may be added before Python 3.12."""
        return self.hole is not None and self.hole.place is not None

    @property
    def is_number(self) -> bool:
        """Whether it is formatted as a number, so that nothing else can be put in there."""
        return self.hole is not None and self.hole.spec[-1:] in tuple("diouxXeEfFgG")

    def source(self, site: FixSite) -> str:
        """Return the value's source."""
        return site.text_of(self.node) if self.hole is None else self.hole.source

    def value(self, site: FixSite) -> Value:
        """Return what is known of the value."""
        return UNKNOWN if site.block is None else site.block.value(self.node)

    def is_text(self, site: FixSite) -> bool:
        """Tell whether the value is surely a text."""
        if self.is_operand or (self.hole is not None and self.hole.is_text):
            return True
        value = self.value(site)
        return value.text is not None or value.types == ("builtins.str",) or type_name(self.node, site) == "str"

    def as_text(self, site: FixSite) -> str:
        """Return the source of the text that the value is put in as."""
        source = self.source(site)
        return source if self.is_text(site) or self.is_whole else f"str({source})"

    def replaced(self, new_source: str, site: FixSite) -> TextEdit:
        """Return the edit that puts ``new_source`` in its place."""
        if self.template is not None and self.hole is not None and self.hole.place is not None:
            return TextEdit(site.part_of(self.template.node, *self.hole.place), new_source)
        return site.replace(self.node, new_source)

    def inserted(self, text: str, position: int, site: FixSite) -> TextEdit:
        """Return the edit that inserts ``text`` before the character at ``position`` of the template's text."""
        assert self.template is not None
        spans = self.template.spans
        offset = spans[position][0] if position < len(spans) else spans[-1][1]
        return site.insert(site.part_of(self.template.node, offset, offset).start, text)


class Tangled(Exception):
    """How a text is put together can't be followed in all its parts."""


@dataclass(frozen=True, slots=True)
class Syntax:
    """What tells a piece of the language that a text is in from a value.

    A variable that is put into a text is a value, unless the known parts of what it holds match ``structure``, and
    ``is_quoted`` is false for what stands before it: then the values in that are meant.
    """

    structure: re.Pattern[str]
    is_quoted: Callable[[str], bool] = lambda _: False


def splices_of(expression: ast.expr, syntax: Syntax, site: FixSite) -> list[Splice]:
    """Return the values that ``expression`` is put together from, through variables and several statements.

    Raises:
        Tangled: the text can't be followed.
    """
    return list(_Reader(syntax, site).read(expression))


def may_harm(value: Value, kind: str, *, if_unknown: bool) -> bool:
    """Tell whether ``value`` may do the harm of ``kind``; ``if_unknown`` is the answer for one of which nothing is known."""
    for text in pieces_of(value):
        for piece in text:
            if isinstance(piece, str):
                continue
            if any(taint.harms(kind) for taint in piece) if piece else if_unknown:
                return True
    return False


def wrapped(
    expression: ast.AST,
    syntax: Syntax,
    wrap: Callable[[Splice], Sequence[TextEdit] | None],
    site: FixSite,
) -> tuple[TextEdit, ...]:
    """Return the edits of ``wrap`` for all values in a text; none if one of them has None, or the text can't be followed.

    Of a call of the project's own function, at which a finding stands for what that does, the texts are the arguments.
    """
    expressions = [expression]
    if isinstance(expression, ast.Call) and _is_handed_on(expression, site):
        expressions = [*expression.args, *(keyword.value for keyword in expression.keywords)]
    edits: list[TextEdit] = []
    for each in expressions:
        if not isinstance(each, ast.expr):
            return ()
        try:
            splices = splices_of(each, syntax, site)
        except Tangled:
            return ()
        for splice in splices:
            made = wrap(splice)
            if made is None:
                return ()
            edits += made
    return tuple(dict.fromkeys(edits))


def around_values(
    node: ast.AST,
    kind: str,
    syntax: Syntax,
    around: Callable[[Splice], str | None],
    site: FixSite,
    *,
    if_unknown: bool = False,
) -> tuple[TextEdit, ...]:
    """Return the edits that put ``around``'s source in the place of the values in a text that may do the harm of ``kind``.

    A value whose source is given back as it is stays.  There are none if ``around`` knows no source for one of the values, if
    one is formatted in a way of its own, or can't be followed.
    """

    def wrap(splice: Splice) -> Sequence[TextEdit] | None:
        if splice.is_number or not may_harm(splice.value(site), kind, if_unknown=if_unknown):
            return ()
        if not is_reachable(splice, site) or splice.is_iterable or (splice.hole is not None and not splice.hole.is_plain):
            return None
        source = around(splice)
        if source is None:
            return None
        return () if source == splice.source(site) else (splice.replaced(source, site),)

    return wrapped(node, syntax, wrap, site)


def _is_handed_on(call: ast.Call, site: FixSite) -> bool:
    """Tell whether the arguments of ``call`` end up in a text elsewhere: in a function of the project's own, in a template."""
    if site.block is None:
        return False
    if isinstance(call.func, ast.Attribute) and call.func.attr == "render":
        return True
    return bool(site.block.value(call.func).closures) or any(":" in name for name in site.block.callees(call))


class _Reader:
    def __init__(self, syntax: Syntax, site: FixSite) -> None:
        self._syntax = syntax
        self._site = site
        self._seen: set[int] = set()
        self._has_begun = False
        """Whether what is read is added to a text that has begun."""

    def read(self, node: ast.expr, depth: int = _DEEPEST, *, is_operand: bool = False) -> Iterator[Splice]:
        if id(node) in self._seen:
            return
        self._seen.add(id(node))
        template = self._template(node)
        if template is not None:
            yield from self._holes(template, depth)
            return
        match node:
            case ast.Constant():
                pass
            case ast.JoinedStr():
                raise Tangled
            case ast.BinOp(op=ast.Mod(), left=ast.Constant(value=str())):
                raise Tangled
            case ast.Call(func=ast.Attribute(value=ast.Constant(value=str()), attr="format")):
                raise Tangled
            case ast.IfExp(body=first, orelse=second):
                yield from self.read(first, depth, is_operand=is_operand)
                yield from self.read(second, depth, is_operand=is_operand)
            case ast.BinOp(op=ast.Add(), left=left, right=right):
                yield from self.read(left, depth, is_operand=True)
                yield from self.read(right, depth, is_operand=True)
            case ast.Call(func=ast.Attribute(value=ast.Constant(value=str()), attr="join"), args=[joined]):
                yield from self._joined(joined, depth)
            case ast.List(elts=elements) | ast.Tuple(elts=elements):
                for element in elements:
                    if self._is_piece(element, depth):
                        yield from self.read(element, depth)
            case ast.Call(func=ast.Attribute(value=inner, attr=method), args=[]) if (
                method in _PASSING and depth and self._is_piece(inner, depth)
            ):
                yield from self.read(inner, depth - 1)
            case ast.Name(id=name) if depth and (values := definitions_of(name, node, self._site)):
                if all(self._is_followed(value, depth) for value in values):
                    had_begun = self._has_begun
                    for index, value in enumerate(values):
                        self._has_begun = had_begun or index > 0
                        yield from self.read(value, depth - 1, is_operand=is_operand or index > 0)
                    self._has_begun = had_begun
                else:
                    yield Splice(node, is_operand=is_operand, is_further=self._has_begun)
            case _:
                yield Splice(node, is_operand=is_operand, is_further=self._has_begun)

    def _template(self, node: ast.expr) -> Template | None:
        """Return the template that ``node`` is; the values of ``%`` may be in a variable that is used for nothing else."""
        match node:
            case ast.Name() | ast.Constant():
                return None
            case ast.BinOp(op=ast.Mod(), left=ast.Constant(value=str()), right=ast.Name(id=name) as variable):
                definition = definition_of(name, variable, self._site)
                if definition is not None and isinstance(definition.value, ast.Dict | ast.Tuple):
                    if loads_of(definition, name, self._site) != [variable]:
                        raise Tangled
                    filled = ast.BinOp(left=node.left, op=ast.Mod(), right=definition.value)
                    return read_template(ast.copy_location(filled, node), self._site)
        return read_template(node, self._site)

    def _holes(self, template: Template, depth: int) -> Iterator[Splice]:
        positions = [index for index, character in enumerate(template.text) if character == HOLE]
        for index, hole in zip(positions, template.holes, strict=True):
            if hole.node is None or isinstance(hole.node, _UNMOVABLE):
                raise Tangled
            is_in_sight = hole.place is None or isinstance(hole.node, ast.Name)
            is_piece = hole.is_plain and is_in_sight and depth and self._is_piece(hole.node, depth)
            if is_piece and not self._syntax.is_quoted(template.text[:index]):
                yield from self.read(hole.node, depth - 1, is_operand=hole.is_text)
            else:
                yield Splice(hole.node, template, hole, index, is_further=self._has_begun)

    def _joined(self, joined: ast.expr, depth: int) -> Iterator[Splice]:
        match joined:
            case ast.List(elts=elements) | ast.Tuple(elts=elements):
                for element in elements:
                    if not isinstance(element, ast.Starred):
                        yield from self.read(element, depth, is_operand=True)
                    else:
                        raise Tangled
            case ast.ListComp(elt=element) | ast.GeneratorExp(elt=element):
                yield from self.read(element, depth, is_operand=True)
            case _:
                yield Splice(joined, is_iterable=True, is_further=self._has_begun)

    def _is_followed(self, value: ast.expr, depth: int) -> bool:
        """Tell whether what a variable is given is put together in sight."""
        match value:
            case ast.Constant(value=str()) | ast.JoinedStr() | ast.BinOp(op=ast.Add() | ast.Mod()):
                return True
            case ast.Call(func=ast.Attribute(value=ast.Constant(value=str()), attr="format" | "join")):
                return True
            case ast.IfExp(body=first, orelse=second):
                return self._is_followed(first, depth) and self._is_followed(second, depth)
            case ast.Name() if depth:
                return True
        return False

    def _is_piece(self, node: ast.expr, depth: int) -> bool:
        """Tell whether ``node`` is put together from text that has the structure of the language."""
        if isinstance(node, ast.Name):
            values = definitions_of(node.id, node, self._site) if depth else None
            return bool(values) and any(self._is_piece(value, depth - 1) for value in values or ())
        if not self._is_followed(node, depth):
            return False
        return any(
            isinstance(part, ast.Constant) and isinstance(part.value, str) and self._syntax.structure.search(part.value)
            for part in ast.walk(node)
        )


def is_reachable(splice: Splice, site: FixSite) -> bool:
    """Tell whether the place of a value is known to the character, which it isn't within the field of an f-string."""
    return splice.is_in_field or not any(isinstance(parent, ast.JoinedStr) for parent in ancestors(splice.node, site))
