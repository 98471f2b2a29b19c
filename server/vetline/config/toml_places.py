"""Where the keys and values of a TOML document stand.

:mod:`tomllib` gives values without positions.  This scanner gives positions without values: it walks a document that
tomllib has accepted, and notes where each key and value begins and ends.  It checks nothing, and where it loses its
way it keeps what it has found.
"""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_right
from contextlib import suppress
from itertools import accumulate
from typing import NamedTuple, Protocol

from vetline.core.location import Position, Range
from vetline.syntax.lines import split_lines

KeyPath = tuple[str | int, ...]
"""The way to a value from the top of a document: keys of tables, and indexes of arrays."""

_BLANK = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_SPACE = re.compile(r"[ \t]*")
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_BASIC = re.compile(r'"(?:[^"\\\n]|\\.)*"')
_LITERAL = re.compile(r"'[^'\n]*'")
_MULTILINE_BASIC = re.compile(r'"""(?:[^"\\]|\\.|"(?!""))*"{3,5}', re.DOTALL)
_MULTILINE_LITERAL = re.compile(r"'''(?:[^']|'(?!''))*'{3,5}")
_SCALAR = re.compile(r"[^,\]}#\r\n]+")


class Places(Protocol):
    """Tells where the parts of a document stand.  Of what it doesn't know it gives the nearest part around it."""

    def key(self, path: KeyPath) -> Range:
        """Return where the last key of ``path`` stands."""
        ...

    def value(self, path: KeyPath) -> Range:
        """Return where the value of ``path`` stands."""
        ...


class Span(NamedTuple):
    """Where a key and its value stand; offsets in code points."""

    key_start: int
    key_end: int
    value_start: int
    value_end: int


class Offsets:
    """Converts offsets of a text into positions."""

    def __init__(self, text: str) -> None:
        self._starts = [0, *accumulate(len(line) for line in split_lines(text)[:-1])]
        self._end = len(text)

    def position(self, offset: int) -> Position:
        """Return the position of ``offset``, which counts code points; one outside the text is clamped."""
        offset = max(0, min(offset, self._end))
        line = bisect_right(self._starts, offset) - 1
        return Position(line, offset - self._starts[line])

    def range(self, start: int, end: int) -> Range:
        """Return the range from one offset to another."""
        return Range(self.position(start), self.position(end))


class TomlPlaces:
    """The places of a TOML document; it is scanned when the first one is asked for."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._spans: dict[KeyPath, Span] | None = None
        self._offsets: Offsets | None = None

    def key(self, path: KeyPath) -> Range:
        """Return where the last key of ``path`` stands, quotes included; a table is named in its header."""
        span = self._nearest(path)
        return self._range(span.key_start, span.key_end)

    def value(self, path: KeyPath) -> Range:
        """Return where the value of ``path`` stands, quotes or brackets included."""
        span = self._nearest(path)
        return self._range(span.value_start, span.value_end)

    def _nearest(self, path: KeyPath) -> Span:
        if self._spans is None:
            self._spans = scan(self._text)
        while path and path not in self._spans:
            path = path[:-1]
        return self._spans.get(path, Span(0, 0, 0, 0))

    def _range(self, start: int, end: int) -> Range:
        if self._offsets is None:
            self._offsets = Offsets(self._text)
        return self._offsets.range(start, end)


def scan(text: str) -> dict[KeyPath, Span]:
    """Return the spans of all keys and array items of a valid TOML document; of any other text, of some."""
    scanner = _Scanner(text)
    with suppress(_LostError, tomllib.TOMLDecodeError, RecursionError):
        scanner.document()
    return scanner.spans


class _LostError(Exception):
    """The text isn't TOML as we know it."""


class _Scanner:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.spans: dict[KeyPath, Span] = {}
        self._last_element: dict[KeyPath, int] = {}  # of the arrays that [[headers]] make

    def document(self) -> None:
        table: KeyPath = ()
        while True:
            self._skip(_BLANK)
            if self.at >= len(self.text):
                return
            if self.text[self.at] == "[":
                table = self._header()
            else:
                self._pair(table)

    def _header(self) -> KeyPath:
        is_array = self.text.startswith("[[", self.at)
        self.at += 2 if is_array else 1
        path: KeyPath = ()
        keys = self._dotted_key()
        for number, (key, start, end) in enumerate(keys, 1):
            path = (*path, key)
            self.spans.setdefault(path, Span(start, end, start, end))
            if is_array and number == len(keys):
                self._last_element[path] = self._last_element.get(path, -1) + 1
            if path in self._last_element:
                path = (*path, self._last_element[path])
                self.spans.setdefault(path, Span(start, end, start, end))
        self._expect("]]" if is_array else "]")
        return path

    def _pair(self, table: KeyPath) -> None:
        path = table
        keys = self._dotted_key()
        for key, start, end in keys:
            path = (*path, key)
            self.spans.setdefault(path, Span(start, end, start, end))
        self._expect("=")
        _, start, end = keys[-1]
        value_start, value_end = self._value(path)
        self.spans[path] = Span(start, end, value_start, value_end)

    def _dotted_key(self) -> list[tuple[str, int, int]]:
        keys = [self._simple_key()]
        while self.text.startswith(".", self._skip(_SPACE)):
            self.at += 1
            keys.append(self._simple_key())
        return keys

    def _simple_key(self) -> tuple[str, int, int]:
        start = self._skip(_SPACE)
        for form in (_BARE_KEY, _BASIC, _LITERAL):
            if written := self._take(form):
                break
        else:
            raise _LostError
        if "\\" in written and written[0] == '"':
            key = str(tomllib.loads(f"key = {written}")["key"])
        else:
            key = written[1:-1] if written[0] in "\"'" else written
        return key, start, self.at

    def _value(self, path: KeyPath) -> tuple[int, int]:
        start = self._skip(_SPACE)
        opening = self.text[start : start + 1]
        if opening == "[":
            self._array(path)
        elif opening == "{":
            self._inline_table(path)
        elif opening in ('"', "'"):
            is_basic = opening == '"'
            if not self._take(_MULTILINE_BASIC if is_basic else _MULTILINE_LITERAL):
                self._expect_form(_BASIC if is_basic else _LITERAL)
        else:
            # A scalar ends where its line or its place in an array does; a date may hold a space.
            self.at = start + len(self._expect_form(_SCALAR).rstrip())
            if self.at == start:
                raise _LostError
        return start, self.at

    def _array(self, path: KeyPath) -> None:
        self.at += 1
        index = 0
        while not self.text.startswith("]", self._skip(_BLANK)):
            start, end = self._value((*path, index))
            self.spans[*path, index] = Span(start, end, start, end)
            index += 1
            self._skip(_BLANK)
            self._accept(",")
        self.at += 1

    def _inline_table(self, path: KeyPath) -> None:
        self.at += 1
        while not self.text.startswith("}", self._skip(_BLANK)):
            self._pair(path)
            self._skip(_BLANK)
            self._accept(",")
        self.at += 1

    def _skip(self, form: re.Pattern[str]) -> int:
        """Go on behind what ``form`` matches here, if anything, and return the new offset."""
        self._take(form)
        return self.at

    def _take(self, form: re.Pattern[str]) -> str:
        found = form.match(self.text, self.at)
        if found is None:
            return ""
        self.at = found.end()
        return found.group()

    def _expect_form(self, form: re.Pattern[str]) -> str:
        if not (taken := self._take(form)):
            raise _LostError
        return taken

    def _accept(self, text: str) -> None:
        if self.text.startswith(text, self.at):
            self.at += len(text)

    def _expect(self, text: str) -> None:
        if not self.text.startswith(text, self._skip(_SPACE)):
            raise _LostError
        self.at += len(text)
