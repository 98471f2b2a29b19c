"""A configuration as it was written: nested values, each of which knows its place."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from vetline.config.problems import START, Layer, Origin, Problem, ProblemKind
from vetline.config.toml_places import KeyPath, Offsets, Places, TomlPlaces
from vetline.core.location import Position, Range

_ERROR_PLACE = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")


class Nowhere:
    """The places of what isn't a text, such as an editor's settings."""

    def key(self, path: KeyPath) -> Range:  # noqa: ARG002
        """Return the empty range at the start."""
        return START

    def value(self, path: KeyPath) -> Range:  # noqa: ARG002
        """Return the empty range at the start."""
        return START


@dataclass(frozen=True, slots=True)
class Document:
    """One source of settings: its values, and what it takes to say where they are.

    ``base`` is where the settings begin in the text, such as ``("tool", "vetline")``; ``data`` is what is there.
    ``folder`` is what a relative path in it is relative to.  A ``loose`` document isn't a text but a program's own
    data: its keys may be written in camelCase or snake_case, and null means that nothing is set.
    """

    layer: Layer
    data: object
    path: Path | None = None
    folder: Path | None = None
    base: KeyPath = ()
    places: Places = field(default_factory=Nowhere)
    loose: bool = False

    def entry(self, problems: list[Problem]) -> Entry:
        """Return the whole as an entry; what is wrong with it or below it is added to ``problems``."""
        return Entry(self.data, (), self, problems)


@dataclass(frozen=True, slots=True)
class Entry:
    """One value as it was written, and where."""

    value: Any
    path: KeyPath
    document: Document
    problems: list[Problem] = field(repr=False)

    @property
    def name(self) -> str:
        """The dotted key, as written; an item of an array goes by the array's, and the whole by its header."""
        steps = [step for step in self.path if isinstance(step, str)] or map(str, self.document.base)
        return ".".join(steps) or "the whole"

    @property
    def origin(self) -> Origin:
        """Where the value stands."""
        return Origin(self.document.layer, self.document.path, self._range(of_key=False))

    def child(self, step: str | int) -> Entry:
        """Return what is at a key of this table, or at an index of this array."""
        return Entry(self.value[step], (*self.path, step), self.document, self.problems)

    def items(self) -> Iterator[tuple[str, Entry]]:
        """Yield the keys and entries of this table; a key that isn't a string (YAML has them) as its text."""
        if isinstance(self.value, Mapping):
            for key, value in self.value.items():
                if not (self.document.loose and value is None):
                    yield str(key), Entry(value, (*self.path, str(key)), self.document, self.problems)

    def elements(self) -> Iterator[Entry]:
        """Yield the items of this array."""
        if isinstance(self.value, list | tuple):
            for index in range(len(self.value)):
                yield self.child(index)

    def complain(self, kind: ProblemKind, message: str, *, of_key: bool = False) -> None:
        """Note that the value, or its key, is wrong."""
        at = self._range(of_key)
        self.problems.append(Problem(self.document.layer, self.document.path, at, kind, self.name, message))

    def _range(self, of_key: bool) -> Range:
        path = self.document.base + self.path
        return self.document.places.key(path) if of_key else self.document.places.value(path)


@dataclass(frozen=True, slots=True)
class SyntaxFault:
    """Why a whole text can't be read, and where."""

    range: Range
    message: str


def without_bom(text: str) -> str:
    """Return ``text`` without a byte order mark, which is no part of what an editor shows."""
    return text.removeprefix("\ufeff")


def parse_toml(text: str) -> tuple[Mapping[str, Any], Places] | SyntaxFault:
    """Parse a TOML document; never raises."""
    text = without_bom(text)
    try:
        return tomllib.loads(text), TomlPlaces(text)
    except tomllib.TOMLDecodeError as error:
        return _toml_fault(text, str(error))
    except ValueError as error:  # a number with too many digits for Python
        return SyntaxFault(START, f"not readable as TOML: {str(error).partition(':')[0]}")
    except RecursionError:
        return SyntaxFault(START, "not readable as TOML: nested too deeply")


def _toml_fault(text: str, message: str) -> SyntaxFault:
    """Find the place in a message of tomllib, which counts lines at ``\\n`` only, from 1, and columns from 1."""
    place = _ERROR_PLACE.search(message)
    line, column = (place[1], place[2]) if place else (None, None)
    offset = len(text)
    if line and column:
        before = text.split("\n")[: int(line) - 1]
        offset = sum(map(len, before)) + len(before) + int(column) - 1
    at = Offsets(text).position(offset)
    return SyntaxFault(Range(at, _end_of_word(text, offset, at)), f"not valid TOML: {_ERROR_PLACE.sub('', message)}")


def _end_of_word(text: str, offset: int, at: Position) -> Position:
    """Return where the word at ``offset`` ends, so that an editor has something to underline."""
    word = re.compile(r"[^\s,\]}=]+|[^\s]|").match(text, offset)
    return Position(at.line, at.column + (len(word.group()) if word else 0))


def table_at(data: object, path: KeyPath) -> object:
    """Return what is at ``path`` in nested mappings, or None."""
    for step in path:
        if not isinstance(data, Mapping) or step not in data:
            return None
        data = data[step]
    return data
