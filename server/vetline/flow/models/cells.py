"""Readers of single values in a model file: each returns what the value means, or complains and returns None."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

from vetline.core.wording import alternatives, kind_of, nearest, quoted
from vetline.flow.models.effects import Argument, Conditions, Constant
from vetline.flow.models.kinds import ALL, KINDS, LABELS
from vetline.flow.models.problems import KeyPath, ModelProblem

_STEPS = r"(?:\.(?:[^\W\d]\w*|\*)|\(\)|\[\])*"
_RELATIVE_NAME = re.compile(rf"(?:[^\W\d]\w*|\*){_STEPS}")
_UNKNOWN_NAME = re.compile(rf"\?(?:[^\W\d]\w*)?{_STEPS}")
_ABSOLUTE_NAME = re.compile(rf"(?:\{{module\}}|\??[^\W\d]\w*|\?){_STEPS}")
_DOTTED = re.compile(r"[^\W\d]\w*(?:\.[^\W\d]\w*)*")
_POSITIONS_FROM = re.compile(r"\d*\*")
_WORD = re.compile(r"[^\W\d]\w*")
_KEYWORD_OR_POSITION = re.compile(r"[^\W\d]\w*|\d+|\[\]")

UNKNOWN = "?"
"""In place of a module: something of which nothing is known."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One value as it is written, and where.

    ``of_unknown`` says that the file is about the module :data:`UNKNOWN`, so its names begin with that.
    """

    value: Any
    at: KeyPath
    path: Path
    problems: list[ModelProblem] = field(repr=False)
    of_unknown: bool = False

    def child(self, step: str | int) -> Cell:
        """Return what is at a key of this table, or at an index of this array."""
        return replace(self, value=self.value[step], at=(*self.at, step))

    def elements(self) -> Iterator[Cell]:
        """Yield the items of this array."""
        for index in range(len(self.value)):
            yield self.child(index)

    def complain(self, message: str, *, of_key: bool = False) -> None:
        """Note that the value, or its key, is wrong."""
        self.problems.append(ModelProblem(self.path, self.at, message, of_key))

    def wrong_type(self, wanted: str) -> None:
        """Complain that the value is not ``wanted`` (in words, with an example)."""
        self.complain(f"must be {wanted}; this is {kind_of(self.value)}")


Reader = Callable[[Cell], Any]
"""Returns the meaning of a cell; None if it has none, after having complained."""


def not_one_of(word: str, known: Iterable[str], what: str) -> str:
    """Say that ``word`` isn't ``what`` ("a kind", "a key of [[sinks]]"), and which one was probably meant."""
    known = list(known)
    meant = nearest(word, known)
    advice = f'did you mean "{meant}"?' if meant else f"it must be {alternatives(known)}"
    return f"{quoted(word)} is not {what}; {advice}"


def text(cell: Cell) -> str | None:
    """Read a string."""
    if isinstance(cell.value, str):
        return cell.value
    cell.wrong_type("a string")
    return None


def word_of(known: Iterable[str], what: str) -> Callable[[Cell], str | None]:
    """Return a reader of one word out of ``known``; ``what`` they are, with an article."""
    words = tuple(known)

    def read(cell: Cell) -> str | None:
        word = text(cell)
        if word is None or word in words:
            return word
        cell.complain(not_one_of(word, words, what))
        return None

    return read


label = word_of(LABELS, "a label")
kind = word_of(KINDS, "a kind")


def clears(cell: Cell) -> frozenset[str] | None:
    """Read kinds of sinks, or "all"."""
    return frozenset({ALL}) if cell.value == ALL else _kinds(cell, '"all" or an array of kinds')


def kinds(cell: Cell) -> frozenset[str] | None:
    """Read kinds of sinks."""
    return _kinds(cell, "an array of kinds")


def _kinds(cell: Cell, wanted: str) -> frozenset[str] | None:
    example = '["html", "xml"]'
    if not isinstance(cell.value, list):
        cell.wrong_type(f"{wanted}, such as {example}")
        return None
    found = [kind(element) for element in cell.elements() if _is_text(element, example)]
    return frozenset(filter(None, found)) or None


def name_array(example: str, *, of_functions: bool = False) -> Callable[[Cell], tuple[str, ...] | None]:
    """Return a reader of names that are relative to the file's modules.

    Names ``of_functions`` stand without their ``()``; one in the middle is fine.
    """

    def read(cell: Cell) -> tuple[str, ...] | None:
        if not isinstance(cell.value, list):
            cell.wrong_type(f"an array of names, such as {example}")
            return None
        names = []
        for element in cell.elements():
            if not _is_text(element, example):
                continue
            if of_functions and element.value.endswith("()"):
                element.complain(f'{quoted(element.value)} must be the function\'s name, without the "()" at its end')
            elif is_relative_name(element):
                names.append(element.value)
        return tuple(names) or None

    return read


def is_relative_name(cell: Cell, *, of_key: bool = False) -> bool:
    """Tell whether the cell's value (or its key) is a name as it stands on the left of a table; complain if not."""
    name = str(cell.at[-1]) if of_key else cell.value
    if (_UNKNOWN_NAME if cell.of_unknown else _RELATIVE_NAME).fullmatch(name):
        return True
    if _UNKNOWN_NAME.fullmatch(name):
        why = f'begins with "{UNKNOWN}", which only names in a file with modules = ["{UNKNOWN}"] do'
    elif cell.of_unknown and _RELATIVE_NAME.fullmatch(name):
        why = f'must begin with "{UNKNOWN}", as all names in a file with modules = ["{UNKNOWN}"] do'
    else:
        example = '"?.execute" or "?Request.args"' if cell.of_unknown else '"Class.method", "call()" or "request.files[]"'
        why = f"is not a name; one looks like {example}"
    cell.complain(f"{quoted(name)} {why}", of_key=of_key)
    return False


def absolute_name(cell: Cell) -> str | None:
    """Read the full name of something, such as ``sqlite3.Cursor``; ``{module}`` may stand for the module."""
    name = text(cell)
    if name is None or _ABSOLUTE_NAME.fullmatch(name):
        return name
    cell.complain(f'{quoted(name)} is not a full name; one looks like "flask.Request" or "{{module}}.Cursor"')
    return None


def absolute_names(cell: Cell) -> tuple[str, ...] | None:
    """Read a full name, or several in an array."""
    if isinstance(cell.value, list):
        return tuple(filter(None, map(absolute_name, cell.elements()))) or None
    name = absolute_name(cell)
    return (name,) if name else None


def module_array(cell: Cell) -> tuple[str, ...] | None:
    """Read the names of modules; :data:`UNKNOWN` may be one of them."""
    example = '["sqlite3"]'
    if not isinstance(cell.value, list) or not cell.value:
        cell.wrong_type(f"an array of modules, such as {example}")
        return None
    names = []
    for element in cell.elements():
        if not _is_text(element, example):
            continue
        if element.value == UNKNOWN or _DOTTED.fullmatch(element.value):
            names.append(element.value)
        else:
            element.complain(f'{quoted(element.value)} is not the name of a module; one looks like "flask" or "os.path"')
    return tuple(names) or None


def word_array(example: str) -> Callable[[Cell], tuple[str, ...] | None]:
    """Return a reader of plain identifiers."""

    def read(cell: Cell) -> tuple[str, ...] | None:
        if not isinstance(cell.value, list):
            cell.wrong_type(f"an array of names, such as {example}")
            return None
        words = []
        for element in cell.elements():
            if _is_text(element, example):
                if _WORD.fullmatch(element.value):
                    words.append(element.value)
                else:
                    element.complain(f"{quoted(element.value)} is not a plain name, such as those in {example}")
        return tuple(words) or None

    return read


def arguments(cell: Cell) -> tuple[Argument, ...] | None:
    """Read which arguments of a call are meant; ``"*"`` is all positions."""
    if not isinstance(cell.value, list) or not cell.value:
        cell.wrong_type('an array of positions and keywords, such as [0, "sql"]')
        return None
    return tuple(found for element in cell.elements() if (found := _argument(element)) is not None) or None


def _argument(cell: Cell) -> Argument | None:
    match cell.value:
        case bool():
            pass
        case int(position) if position >= 0:
            return position
        case "*":
            return "0*"
        case "**":
            return "**"
        case str(word) if _POSITIONS_FROM.fullmatch(word) or _WORD.fullmatch(word):
            return word
    cell.complain(
        f"{quoted(str(cell.value))} is not an argument; one is a position from 0, a keyword, "
        '"self", "1*" for all positions from 1 on, or "**" for all keywords'
    )
    return None


def conditions(cell: Cell) -> Conditions | None:
    """Read values by keyword or position; each may be an array of several that will do."""
    if not isinstance(cell.value, Mapping):
        cell.wrong_type("a table of keywords and values, such as { shell = true }")
        return None
    found: dict[str, tuple[Constant, ...]] = {}
    for key in cell.value:
        one = cell.child(key)
        if not _KEYWORD_OR_POSITION.fullmatch(key):
            one.complain(f"{quoted(key)} is not a keyword, nor a position from 0", of_key=True)
        values = list(one.elements()) if isinstance(one.value, list) else [one]
        good = tuple(value.value for value in values if isinstance(value.value, str | int | float | bool))
        if len(good) < len(values) or not good:
            one.wrong_type("a string, a number, true or false, or an array of those")
        else:
            found[key] = good
    return MappingProxyType(found)


def types_of_parameters(cell: Cell) -> Mapping[str, str] | None:
    """Read classes by the name or the position of a parameter."""
    if not isinstance(cell.value, Mapping):
        cell.wrong_type('a table of parameters and classes, such as { request = "django.http.HttpRequest" }')
        return None
    found = {}
    for key in cell.value:
        one = cell.child(key)
        if not _KEYWORD_OR_POSITION.fullmatch(key):
            one.complain(f"{quoted(key)} is not the name of a parameter, nor a position from 0", of_key=True)
        elif name := absolute_name(one):
            found[key] = name
    return MappingProxyType(found)


def _is_text(element: Cell, example: str) -> bool:
    if isinstance(element.value, str):
        return True
    element.wrong_type(f"a string, as in {example}")
    return False
