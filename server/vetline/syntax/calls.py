"""Edits to the arguments of a call that keep its layout and comments."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Sequence

from vetline.core.edit import TextEdit
from vetline.core.location import Position, Range
from vetline.syntax.lines import Lines, advance, line_body
from vetline.syntax.logical import indent_text

RangeOf = Callable[[ast.AST], Range]
"""Tells where a node stands in the text, in absolute lines."""

_GAP = re.compile(r"#[^\r\n]*|[),]")


def has_unpacking(call: ast.Call) -> bool:
    """Tell whether ``call`` takes arguments that can't be seen, through ``*`` or ``**``."""
    return any(isinstance(a, ast.Starred) for a in call.args) or any(k.arg is None for k in call.keywords)


def keyword_of(call: ast.Call, name: str) -> ast.keyword | None:
    """Return the keyword argument ``name`` of ``call``, if it is written out."""
    return next((keyword for keyword in call.keywords if keyword.arg == name), None)


def set_keyword(call: ast.Call, name: str, value: str, lines: Lines, range_of: RangeOf) -> TextEdit:
    """Give ``call`` the keyword argument ``name=value``: in place of the value it has, else behind its last argument."""
    if (present := keyword_of(call, name)) is not None:
        return TextEdit(range_of(present.value), value)
    return append_argument(call, f"{name}={value}", lines, range_of)


def append_argument(call: ast.Call, text: str, lines: Lines, range_of: RangeOf) -> TextEdit:
    """Write ``text`` behind the last argument of ``call``: one argument, or several separated by commas."""
    arguments = arguments_of(call, range_of)
    close = _before_last_character(range_of(call).end)
    if not arguments:
        return TextEdit.insert(close, text)
    last = range_of(arguments[-1])
    if len(arguments) == 1 and isinstance(arguments[0], ast.GeneratorExp) and last.end == range_of(call).end:
        # A generator that shares its parentheses with the call needs some of its own now.
        inner = lines.slice(Range(_after_first_character(last.start), _before_last_character(last.end)))
        return TextEdit(last, f"(({inner}), {text})")
    end, comma = _end_of_argument(last.end, close, lines)
    if end.line == close.line:
        return TextEdit.insert(end, f", {text}")
    return _on_own_line(text, end, comma, close, lines, [range_of(argument).start for argument in arguments])


def add_positional(call: ast.Call, text: str, lines: Lines, range_of: RangeOf) -> TextEdit:
    """Give ``call`` one more positional argument, or several separated by commas, behind those that it has."""
    if call.args and call.keywords:
        end, _ = _end_of_argument(range_of(call.args[-1]).end, range_of(call.keywords[0]).start, lines)
        return TextEdit.insert(end, f", {text}")
    if call.keywords:
        return TextEdit.insert(range_of(call.keywords[0]).start, f"{text}, ")
    return append_argument(call, text, lines, range_of)


def remove_argument(call: ast.Call, argument: ast.expr | ast.keyword, lines: Lines, range_of: RangeOf) -> TextEdit:
    """Take ``argument`` out of ``call``, with its comma, and with its line where it has one to itself."""
    place = range_of(argument)
    close = _before_last_character(range_of(call).end)
    end, comma = _end_of_argument(place.end, close, lines)
    behind = comma or end
    row = lines[place.start.line]
    alone = not row[: place.start.column].strip() and place.start.line == behind.line < close.line
    if alone and not line_body(row)[behind.column :].strip():
        return TextEdit(Range(Position(place.start.line, 0), Position(place.start.line + 1, 0)), "")
    before = [range_of(node) for node in arguments_of(call, range_of) if range_of(node).end <= place.start]
    if before:
        previous_end, _ = _end_of_argument(before[-1].end, place.start, lines)
        if "#" not in lines.slice(Range(previous_end, place.start)):
            return TextEdit(Range(previous_end, end), "")
    following = lines[behind.line][behind.column :]
    spaces = len(following) - len(following.lstrip(" "))
    return TextEdit(Range(place.start, Position(behind.line, behind.column + spaces)), "")


def arguments_of(call: ast.Call, range_of: RangeOf) -> list[ast.expr | ast.keyword]:
    """Return the arguments of ``call`` in the order in which they are written (``f(a=1, *b)`` is allowed)."""
    return sorted((*call.args, *call.keywords), key=range_of)


def _end_of_argument(after: Position, stop: Position, lines: Lines) -> tuple[Position, Position | None]:
    """Return where an argument ends that reaches at least to ``after``, and the place behind its comma, if there is one.

    A node ends before the parentheses around it, an argument behind them.
    """
    gap = lines.slice(Range(after, stop))
    end = after
    for match in _GAP.finditer(gap):
        if match.group() == ")":
            end = advance(after, gap[: match.end()])
        elif match.group() == ",":
            return end, advance(after, gap[: match.end()])
    return end, None


def _on_own_line(
    text: str, end: Position, comma: Position | None, close: Position, lines: Lines, starts: Sequence[Position]
) -> TextEdit:
    """Append an argument to a call whose closing parenthesis stands on a line behind its last argument."""
    newline = lines.newline
    if lines[close.line][: close.column].strip():  # the parenthesis follows something else, such as another's end
        return TextEdit.insert(end, f", {text}")
    indent = _indent_of_arguments(lines, starts)
    if comma is not None:
        return TextEdit.insert(Position(close.line, 0), f"{indent}{text},{newline}")
    gap = Range(end, Position(close.line, 0))
    return TextEdit(gap, f",{lines.slice(gap)}{indent}{text},{newline}")


def _indent_of_arguments(lines: Lines, starts: Sequence[Position]) -> str:
    """Return the white space before the last argument that begins a line, or what brings one below the first."""
    before = [lines[start.line][: start.column] for start in starts]
    if beginning := [text for text in before if not text.strip()]:
        return beginning[-1]
    space = indent_text(before[0])
    return space + " " * len(before[0][len(space) :])


def _before_last_character(end: Position) -> Position:
    return Position(end.line, end.column - 1)


def _after_first_character(start: Position) -> Position:
    return Position(start.line, start.column + 1)
