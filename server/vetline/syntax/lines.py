"""A text as a list of lines that can be edited in place."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from typing import overload

from vetline.core.location import Position, Range

_LINE_ENDS = "\r\n"


def split_lines(text: str) -> list[str]:
    """Split ``text`` at ``\\n``, ``\\r\\n`` and ``\\r``, line ends kept.

    Neither form feed nor Unicode's separators end a line, unlike in :meth:`str.splitlines`: Python's tokenizer and the
    Language Server Protocol agree on that.  The last line has no line end; it is empty if the text ends with one, so
    there is always at least one line, and ``"".join(lines) == text``.
    """
    lines = list(io.StringIO(text, newline=""))
    if not lines or lines[-1][-1] in _LINE_ENDS:
        lines.append("")
    return lines


def line_body(line: str) -> str:
    """Return ``line`` without its line end."""
    return line.rstrip(_LINE_ENDS)


def advance(start: Position, text: str) -> Position:
    """Return the position behind ``text`` that begins at ``start``."""
    rows = split_lines(text)
    if len(rows) == 1:
        return Position(start.line, start.column + len(text))
    return Position(start.line + len(rows) - 1, len(rows[-1]))


class Lines(Sequence[str]):
    """An editable text.  Reading a line is O(1); an edit costs what it touches."""

    __slots__ = ("_lines",)

    def __init__(self, text: str = "") -> None:
        self._lines = split_lines(text)

    def copy(self) -> Lines:
        """Return an independent copy; the strings are shared."""
        clone = Lines.__new__(Lines)
        clone._lines = self._lines.copy()
        return clone

    def __len__(self) -> int:
        return len(self._lines)

    @overload
    def __getitem__(self, index: int) -> str: ...
    @overload
    def __getitem__(self, index: slice) -> list[str]: ...
    def __getitem__(self, index: int | slice) -> str | list[str]:
        return self._lines[index]

    def __iter__(self) -> Iterator[str]:
        return iter(self._lines)

    @property
    def text(self) -> str:
        """The whole text."""
        return "".join(self._lines)

    @property
    def end(self) -> Position:
        """The position behind the last character."""
        return Position(len(self._lines) - 1, len(self._lines[-1]))

    @property
    def newline(self) -> str:
        """The line end that the text uses (that of its first line; ``\\n`` for a single line)."""
        first = self._lines[0]
        return first[len(line_body(first)) :] or "\n"

    def clamp(self, position: Position) -> Position:
        """Return the nearest position that exists; columns stop before the line end, as LSP demands."""
        if position.line < 0:
            return Position(0, 0)
        if position.line >= len(self._lines):
            return self.end
        return Position(position.line, max(0, min(position.column, len(line_body(self._lines[position.line])))))

    def clamped(self, range_: Range) -> Range:
        """Return the nearest range that exists, its start in front of its end."""
        start, end = self.clamp(range_.start), self.clamp(range_.end)
        return Range(start, end) if start <= end else Range(end, start)

    def slice(self, range_: Range) -> str:
        """Return the text in ``range_``, which may end at the head of a line behind the last one."""
        start, end = range_.start, range_.end
        if start.line == end.line:
            return self._lines[start.line][start.column : end.column]
        parts = [self._lines[start.line][start.column :]]
        parts += self._lines[start.line + 1 : end.line]
        parts += [line[: end.column] for line in self._lines[end.line : end.line + 1]]
        return "".join(parts)

    def replace(self, range_: Range, new_text: str) -> tuple[int, int, int]:
        """Replace the text in ``range_`` (clamped first) and return what became of the lines.

        Returns ``(first, removed, added)``: from line ``first`` on, ``removed`` lines gave way to ``added`` ones; all
        other lines are untouched.
        """
        range_ = self.clamped(range_)
        start, end = range_.start, range_.end
        first, last = start.line, end.line
        middle = self._lines[first][: start.column] + new_text + self._lines[last][end.column :]
        # A "\r" and a "\n" that an edit brings together are one line end, so a neighbour may be drawn in.
        if middle.startswith("\n") and first > 0 and self._lines[first - 1].endswith("\r"):
            first -= 1
            middle = self._lines[first] + middle
        if middle.endswith("\r") and last + 1 < len(self._lines) and self._lines[last + 1].startswith("\n"):
            last += 1
            middle += self._lines[last]
        new_lines = split_lines(middle)
        if last + 1 < len(self._lines) and new_lines[-1] == "":
            new_lines.pop()
        self._lines[first : last + 1] = new_lines
        return first, last - first + 1, len(new_lines)
