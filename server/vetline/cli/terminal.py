"""What a terminal can show: colours, and code whose every character can be seen and counted."""

from __future__ import annotations

import os
import shutil
import sys
import unicodedata
from dataclasses import dataclass
from typing import TextIO

import click

_TAB = 4
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
"""Unicode categories that steer a terminal, or hide in one, instead of showing."""


def use_color(stream: TextIO, *, no_color: bool) -> bool:
    """Tell whether to write in colour (https://no-color.org)."""
    if no_color or os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return False
    return stream.isatty()


@dataclass(frozen=True, slots=True)
class Style:
    """Colours text, or leaves it alone."""

    color: bool

    def __call__(self, text: str, fg: str | None = None, *, bold: bool = False, dim: bool = False) -> str:
        if not self.color:
            return text
        return click.style(text, fg=fg, bold=bold or None, dim=dim or None)


def terminal_width(default: int = 120) -> int:
    """Return how many columns there are to write to; ``default`` where standard output is no terminal."""
    return shutil.get_terminal_size((default, 24)).columns if sys.stdout.isatty() else default


def visible(text: str) -> str:
    """Return one line of ``text`` with nothing in it that a terminal obeys: as escapes as in Python."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(_shown(character) for character in text)


def _shown(character: str) -> str:
    if unicodedata.category(character) not in _UNSEEN:
        return character
    code = ord(character)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def _cells(character: str) -> int:
    """Return how many columns a visible character takes."""
    if unicodedata.category(character) in {"Mn", "Me"}:
        return 0
    return 2 if unicodedata.east_asian_width(character) in {"W", "F"} else 1


@dataclass(frozen=True, slots=True)
class CodeLine:
    """A line of code as it is shown, and the columns on the screen that a part of it takes."""

    text: str
    start: int
    end: int


def lay_out(line: str, start: int, end: int, width: int) -> CodeLine:
    """Lay out a line without its line end, so that the part from column ``start`` to ``end`` can be underlined.

    Columns count code points.  Tabs become spaces, unseen characters escapes, and of a line longer than ``width`` the part
    around ``start`` is shown.
    """
    pieces: list[tuple[str, int]] = []
    offsets = [0]
    for character in line:
        column = offsets[-1]
        text = " " * (_TAB - column % _TAB) if character == "\t" else _shown(character)
        cells = sum(map(_cells, text))
        pieces.append((text, cells))
        offsets.append(column + cells)
    first, last = offsets[min(start, len(line))], offsets[min(end, len(line))]
    if offsets[-1] <= width:
        return CodeLine("".join(text for text, _ in pieces), first, max(last, first + 1))
    left = max(0, min(first - width // 4, offsets[-1] - width + 2)) if last > width - 1 else 0
    right = left + width - 2
    inside = [index for index in range(len(pieces)) if left <= offsets[index] and offsets[index + 1] <= right]
    if not inside:
        return CodeLine("", 0, 1)
    head, tail = "…" * (inside[0] > 0), "…" * (inside[-1] + 1 < len(pieces))
    shift = len(head) - offsets[inside[0]]
    shown_end = min(last, offsets[inside[-1] + 1]) + shift
    text = head + "".join(pieces[index][0] for index in inside) + tail
    return CodeLine(text, first + shift, max(shown_end, first + shift + 1))
