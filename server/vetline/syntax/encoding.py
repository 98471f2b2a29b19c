"""Columns in the units of others: LSP's UTF-8/16/32 code units, and the UTF-8 bytes of :mod:`ast`."""

from __future__ import annotations

import io
import tokenize
from enum import StrEnum


class PositionEncoding(StrEnum):
    """The unit in which a client counts columns (LSP 3.17, ``PositionEncodingKind``)."""

    UTF8 = "utf-8"
    UTF16 = "utf-16"
    UTF32 = "utf-32"


def _units(character: str, encoding: PositionEncoding) -> int:
    point = ord(character)
    if encoding is PositionEncoding.UTF16:
        return 2 if point > 0xFFFF else 1
    if point < 0x80:
        return 1
    if point < 0x800:
        return 2
    return 3 if point < 0x10000 else 4


def to_units(line: str, column: int, encoding: PositionEncoding) -> int:
    """Convert ``column`` (code points) of ``line`` to code units of ``encoding``."""
    if encoding is PositionEncoding.UTF32 or line.isascii():
        return column
    head = line[:column]
    if encoding is PositionEncoding.UTF16:
        return len(head) + sum(c > "\uffff" for c in head)
    return len(head.encode("utf-8", "surrogatepass"))


def from_units(line: str, units: int, encoding: PositionEncoding) -> int:
    """Convert ``units`` code units of ``encoding`` to a column (code points) of ``line``.

    A place inside a character counts as before it; one behind the line's end as the end.
    """
    if encoding is PositionEncoding.UTF32 or line.isascii():
        return min(units, len(line))
    seen = 0
    for column, character in enumerate(line):
        seen += _units(character, encoding)
        if seen > units:
            return column
    return len(line)


def file_bytes(text: str) -> bytes:
    """Return the bytes of a file that holds ``text``, in the encoding that the text itself names (PEP 263)."""
    data = text.encode("utf-8", "replace")
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
        return data if encoding.startswith("utf-8") else text.encode(encoding)
    except (SyntaxError, LookupError, UnicodeError):
        return data


def column_of_byte(line: str, byte_offset: int) -> int:
    """Convert a UTF-8 byte offset, as :mod:`ast` gives it, to a column (code points) of ``line``."""
    if line.isascii():
        return byte_offset
    return len(line.encode("utf-8", "surrogatepass")[:byte_offset].decode("utf-8", "ignore"))
