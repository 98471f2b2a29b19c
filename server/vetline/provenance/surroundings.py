"""What tells one line of a text from another: what is in it, and what is around it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from hashlib import blake2b
from typing import Final

from vetline.core.location import Range
from vetline.syntax.lines import line_body

DIGEST_SIZE: Final = 8
"""Bytes of a line's hash: two different lines of one file have the same in one of 2**64 cases."""

ABOVE: Final = 200
"""How far up the headers of what a line is in are looked for."""
NEAR: Final = 40
"""How far up and down lines with something in them are looked for."""
_NEIGHBOURS = 3
"""How many of them count, and how many headers."""

_WORD = re.compile(r"\w+")


def digest(line: str, key: bytes) -> bytes:
    """Hash a line without its white space, which a formatter or an editor may change; empty ones are all the same."""
    return blake2b("".join(line.split()).encode("utf-8", "surrogatepass"), digest_size=DIGEST_SIZE, key=key).digest()


def split_digests(digests: bytes) -> list[bytes]:
    """Return the hashes that follow upon each other in ``digests``."""
    return [digests[at : at + DIGEST_SIZE] for at in range(0, len(digests), DIGEST_SIZE)]


def substance(line: str) -> float:
    """Return how much a line says, from 0 (brackets) to 1."""
    letters = sum(map(len, _WORD.findall(line)))
    return min(1.0, letters / 16) if letters > 2 else 0.0


def common(wanted: bytes, present: Sequence[bytes]) -> tuple[float, float]:
    """Return whether the nearest of some lines is the nearest here, too (1), and how many of the others are near."""
    lines = split_digests(wanted)
    is_next = bool(lines) and lines[:1] == list(present[:1])
    return float(is_next), float(sum(line in present for line in lines) - is_next)


def last_line(piece: Range) -> int:
    """Return the last line that a piece has something of: a range that ends at the start of a line has nothing of that."""
    return max(piece.start.line, piece.end.line - (piece.end.column == 0))


def above(lines: Sequence[str], at: int, *, is_start: bool) -> list[int | None]:
    """Return the nearest lines above ``at`` that say something, then None where the text begins (if ``is_start``)."""
    found: list[int | None] = []
    for index in range(at - 1, max(-1, at - 1 - NEAR), -1):
        if substance(lines[index]):
            found.append(index)
            if len(found) == _NEIGHBOURS:
                return found
    return [*found, None] if is_start and at <= NEAR else found


def below(lines: Sequence[str], last: int, *, is_end: bool) -> list[int | None]:
    """Return the nearest lines below ``last`` that say something, then None where the text ends (if ``is_end``)."""
    found: list[int | None] = []
    for index in range(last + 1, min(len(lines), last + 1 + NEAR)):
        if substance(lines[index]):
            found.append(index)
            if len(found) == _NEIGHBOURS:
                return found
    return [*found, None] if is_end and len(lines) <= last + 1 + NEAR else found


def headers(lines: Sequence[str], at: int) -> list[int]:
    """Return the lines above ``at`` that it is indented below, the nearest first."""
    margin = indentation(lines[at])
    found: list[int] = []
    for index in range(at - 1, max(-1, at - 1 - ABOVE), -1):
        if margin == 0 or len(found) == _NEIGHBOURS:
            break
        if lines[index].strip() and (margin_here := indentation(lines[index])) < margin:
            found.append(index)
            margin = margin_here
    return found


def indentation(line: str) -> int:
    """Return how many characters of white space a line begins with."""
    return len(line) - len(line.lstrip())


def solid(text: str) -> int:
    """Count the characters other than white space."""
    return len("".join(text.split()))


def column_behind(line: str, count: int, old: int) -> int:
    """Return the column behind ``count`` characters that aren't white space; the ``old`` one if it is such a place, too."""
    body = line_body(line)
    if old <= len(body) and solid(body[:old]) == count:
        return old
    column = 0
    while column < len(body) and count:
        count -= not body[column].isspace()
        column += 1
    return column
