"""Reads the source of a string into a :class:`~vetline.syntax.templates.Template`."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Sequence
from string import Formatter
from typing import Protocol

from vetline.core.location import Range
from vetline.syntax.newer_tokens import TRIVIA, Field, Kind, Token, tokenize
from vetline.syntax.templates import HOLE, Hole, Literal, Span, Template

_ESCAPE = re.compile(r"""\\(?:\r\n|[\r\n\\'"abfnrtv]|[0-7]{1,3}|x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|N\{[^}]*\})""")
_DOUBLED = re.compile(r"\\N\{|\{\{|\}\}")
_PERCENT = re.compile(r"%(?:\((?P<key>[^)]*)\))?(?P<spec>[#0\- +]*[\d.*]*)[hlL]?(?P<type>.)", re.DOTALL)
_BRACES = re.compile(r"\{\{|\}\}|\{(?P<field>[^{}]*)\}")


class Source(Protocol):
    """What is asked about nodes; see :class:`vetline.rules.base.Source`."""

    def range_of(self, node: ast.AST) -> Range: ...

    def text_of(self, node: ast.AST) -> str: ...


def read_template(node: ast.expr, source: Source) -> Template | None:
    """Return what ``node`` puts together; None if it is no string, or one that can't be followed in all its parts."""
    text = source.text_of(node)
    try:
        match node:
            case ast.BinOp(op=ast.Add()):
                return _sum(node, text, source).template(node, text)
            case _:
                builder = _part(node, text, tokenize(text), source)
                return None if builder is None else builder.template(node, text)
    except _Unclear:
        return None


def _part(node: ast.expr, text: str, tokens: Sequence[Token], source: Source) -> _Builder | None:
    """Read what is no sum; None if it is no string in sight.  ``tokens`` are those of ``node``, in the text of the template."""
    match node:
        case ast.Constant(value=str()) | ast.JoinedStr():
            return _literals(text, tokens, _fields_of(node))
        case ast.BinOp(op=ast.Mod(), left=ast.Constant(value=str()), right=right):
            return _percent(text, tokens, right, source)
        case ast.Call(func=ast.Attribute(value=ast.Constant(value=str()), attr="format")):
            return _format(node, text, tokens, source)
    return None


def unescaped(text: str, raw: bool) -> Iterator[tuple[str, Span]]:
    """Yield the characters that a literal's content stands for, each with its span; an escape may stand for none."""
    position = 0
    while position < len(text):
        match = None if raw else _ESCAPE.match(text, position)
        end = match.end() if match else position + 1
        if match:
            value = ast.literal_eval(f'"""{match.group()}"""')
        else:
            if text.startswith("\r\n", position):
                end += 1
            value = "\n" if text[position] == "\r" else text[position]
        if len(value) != 1:
            value = ""
        yield value, (position, end)
        position = end


class _Unclear(Exception):
    """The string can't be followed."""


class _Builder:
    """Collects the characters of a template."""

    def __init__(self) -> None:
        self.characters: list[tuple[str, Span]] = []
        self.holes: list[Hole] = []
        self.literals: list[Literal] = []
        self.rests: list[Span] = []

    def hole(self, hole: Hole, span: Span) -> None:
        self.holes.append(hole)
        self.characters.append((HOLE, span))

    def content(self, text: str, span: Span, raw: bool) -> None:
        """Add literal content."""
        if HOLE in (content := text[slice(*span)]):
            raise _Unclear
        for value, (start, end) in unescaped(content, raw):
            if value == HOLE:
                raise _Unclear
            if value:
                self.characters.append((value, (span[0] + start, span[0] + end)))

    def add(self, part: _Builder) -> None:
        """Add what was read of a part of the template."""
        self.characters += part.characters
        self.holes += part.holes
        self.literals += part.literals
        self.rests += part.rests

    def template(self, node: ast.expr, source: str) -> Template:
        text = "".join(value for value, _ in self.characters)
        spans = tuple(span for _, span in self.characters)
        return Template(node, source, text, spans, tuple(self.holes), tuple(self.literals), tuple(self.rests))


def _fields_of(node: ast.expr) -> Iterator[ast.expr]:
    """Yield the values in the fields of an f-string, in order."""
    if isinstance(node, ast.JoinedStr):
        yield from (part.value for part in node.values if isinstance(part, ast.FormattedValue))


def _literals(text: str, tokens: Sequence[Token], values: Iterable[ast.expr] = ()) -> _Builder:
    """Read adjacent literals; ``text`` is that of the template's node, whose tokens ``tokens`` are part of.

    ``values`` are the expressions in the fields.
    """
    builder = _Builder()
    waiting = iter(values)
    for token in tokens:
        if token.kind in TRIVIA:
            continue
        if token.kind not in (Kind.STRING, Kind.FSTRING):
            raise _Unclear
        prefix = token.text[: token.body - len(token.quote) - token.start].lower()
        is_formatted = token.kind is Kind.FSTRING
        if "b" in prefix or "t" in prefix or ("f" in prefix) != is_formatted or not token.text.endswith(token.quote):
            raise _Unclear
        builder.literals.append(Literal(token.start, token.body, token.tail, token.end, token.quote, prefix))
        raw = "r" in prefix
        position = token.body
        for field in token.fields:
            _braced_content(builder, text, (position, field.start), raw)
            builder.hole(_field_hole(field, text, next(waiting, None)), (field.start, field.end))
            position = field.end
        if is_formatted:
            _braced_content(builder, text, (position, token.tail), raw)
        else:
            builder.content(text, (position, token.tail), raw)
    return builder


def _braced_content(builder: _Builder, text: str, span: Span, raw: bool) -> None:
    """Read content in which braces are doubled."""
    position, end = span
    while position < end:
        # A name in "\N{...}" has braces of its own.
        found = _DOUBLED.search(text, position, end)
        if found is None:
            builder.content(text, (position, end), raw)
            return
        if found.group().startswith("\\"):
            close = text.index("}", found.end()) + 1
            builder.content(text, (position, close), raw)
            position = close
            continue
        builder.content(text, (position, found.start()), raw)
        builder.characters.append((found.group()[0], found.span()))
        position = found.end()


def _field_hole(field: Field, text: str, value: ast.expr | None) -> Hole:
    if text[field.stop] == "=" or any(token.kind is Kind.COMMENT for token in field.tokens):
        raise _Unclear
    code = [token for token in field.tokens if token.kind not in TRIVIA]
    place = (code[0].start, code[-1].end)
    end = field.end - 1
    conversion = text[field.stop : field.colon if field.colon >= 0 else end].strip(" \t\f!")
    spec = text[field.colon + 1 : end] if field.colon >= 0 else ""
    return Hole(text[slice(*place)], conversion, spec, node=value, place=place)


def _head(text: str, tokens: Sequence[Token]) -> tuple[_Builder, int]:
    """Read the literal that ``%`` or ``.format`` works on; return it, and the index of the token behind it."""
    depth = 0
    strings: list[Token] = []
    for index, token in enumerate(tokens):
        if token.text == "(" and not strings:
            depth += 1
        elif token.text == ")" and depth and strings:
            depth -= 1
        elif token.kind in (Kind.STRING, Kind.FSTRING) or token.kind in TRIVIA:
            strings.append(token)
        elif not depth:
            return _literals(text, strings), index
        else:
            break
    raise _Unclear


def _end_before(tokens: Sequence[Token], index: int) -> int:
    """Return where the last token before ``index`` ends that isn't trivia."""
    return next(token.end for token in reversed(tokens[:index]) if token.kind not in TRIVIA)


def _percent(text: str, tokens: Sequence[Token], right: ast.expr, source: Source) -> _Builder:
    builder, operator = _head(text, tokens)
    if tokens[operator].text != "%":
        raise _Unclear
    keys: dict[str, ast.expr] = {}
    values: list[ast.expr] = []
    match right:
        case ast.Tuple(elts=elements):
            values = elements
        case ast.Dict(keys=names, values=items):
            for name, item in zip(names, items, strict=True):
                if not isinstance(name, ast.Constant) or not isinstance(name.value, str):
                    raise _Unclear
                keys[name.value] = item
        case _:
            values = [right]
    if any(isinstance(value, ast.Starred) for value in values):
        raise _Unclear
    plain, spans = "".join(c for c, _ in builder.characters), [span for _, span in builder.characters]
    waiting = iter(values)
    made = _Builder()
    made.literals = builder.literals
    position = 0
    for match in _PERCENT.finditer(plain):
        made.characters += builder.characters[position : match.start()]
        span = (spans[match.start()][0], spans[match.end() - 1][1])
        position = match.end()
        if match["type"] == "%" and match["key"] is None:
            made.characters.append(("%", span))
            continue
        value = keys.get(match["key"]) if match["key"] is not None else next(waiting, None)
        if value is None or "*" in match["spec"] or match["type"] not in "sdiufFeEgGxXora":
            raise _Unclear
        made.hole(_percent_hole(value, match["spec"], match["type"], source), span)
    if next(waiting, None) is not None or "%" in plain[position:] or not made.holes:
        raise _Unclear
    made.characters += builder.characters[position:]
    made.rests = [(_end_before(tokens, operator), _end_before(tokens, len(tokens)))]
    return made


def _percent_hole(value: ast.expr, flags: str, kind: str, source: Source) -> Hole:
    if kind in "sra":
        return Hole(source.text_of(value), "" if kind == "s" else kind, flags, node=value)
    return Hole(source.text_of(value), "", flags + kind, node=value)


def _format(node: ast.Call, text: str, tokens: Sequence[Token], source: Source) -> _Builder:
    builder, dot = _head(text, tokens)
    if tokens[dot].text != "." or any(isinstance(argument, ast.Starred) for argument in node.args):
        raise _Unclear
    keywords = {keyword.arg: keyword.value for keyword in node.keywords}
    plain, spans = "".join(c for c, _ in builder.characters), [span for _, span in builder.characters]
    made = _Builder()
    made.literals = builder.literals
    position = count = 0
    used: set[str] = set()
    for match in _BRACES.finditer(plain):
        if "{" in plain[position : match.start()] or "}" in plain[position : match.start()]:
            raise _Unclear
        made.characters += builder.characters[position : match.start()]
        span = (spans[match.start()][0], spans[match.end() - 1][1])
        position = match.end()
        if match["field"] is None:
            made.characters.append((match.group()[0], span))
            continue
        ((_, name, spec, conversion),) = Formatter().parse(match.group())
        name = name or str(count)
        count += 1
        value = node.args[int(name)] if name.isdecimal() and int(name) < len(node.args) else keywords.get(name)
        if value is None:
            raise _Unclear
        used.add(name)
        made.hole(Hole(source.text_of(value), conversion or "", spec or "", node=value), span)
    made.characters += builder.characters[position:]
    if "{" in plain[position:] or "}" in plain[position:] or len(used) != len(node.args) + len(keywords):
        raise _Unclear
    made.rests = [(_end_before(tokens, dot), _end_before(tokens, len(tokens)))]
    return made


def _sum(node: ast.BinOp, text: str, source: Source) -> _Builder:
    """Read a sum of literals and values; the span of a value is its operand, parentheses included."""
    builder = _Builder()
    operands, parts = _operands(node), _split_at_plus(tokenize(text))
    if len(operands) != len(parts):  # some are in parentheses of their own, or have a sign
        raise _Unclear
    for operand, tokens in zip(operands, parts, strict=True):
        if (part := _part(operand, text, tokens, source)) is not None:
            builder.add(part)
            continue
        if isinstance(operand, ast.BinOp) and any(
            isinstance(inner, ast.Constant) and isinstance(inner.value, str) for inner in ast.walk(operand)
        ):
            raise _Unclear
        code = [token for token in tokens if token.kind not in TRIVIA]
        span = (code[0].start, code[-1].end)
        builder.hole(Hole(source.text_of(operand), is_text=True, node=operand), span)
    if not builder.literals:
        raise _Unclear
    return builder


def _operands(node: ast.expr) -> list[ast.expr]:
    """Return the operands of a chain of sums."""
    operands: list[ast.expr] = []
    while isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        operands.append(node.right)
        node = node.left
    operands.append(node)
    return operands[::-1]


def _split_at_plus(tokens: Sequence[Token]) -> list[list[Token]]:
    """Split at the ``+`` operators outside brackets."""
    parts: list[list[Token]] = [[]]
    depth = 0
    for token in tokens:
        if token.kind is Kind.OPERATOR:
            depth += token.text in "([{"
            depth -= token.text in ")]}"
            if token.text == "+" and not depth:
                parts.append([])
                continue
        parts[-1].append(token)
    if not all(any(token.kind not in TRIVIA for token in part) for part in parts):
        raise _Unclear
    return parts
