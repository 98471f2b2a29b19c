"""Readers: each takes one written value and returns what it means, or complains and returns None."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar

from vetline.config.documents import Entry
from vetline.config.problems import ProblemKind
from vetline.config.rule_names import is_rule_or_prefix, why_no_rule
from vetline.core.severity import Level
from vetline.core.wording import alternatives, kind_of, nearest, quoted

Reader = Callable[[Entry], Any]
"""Returns the meaning of an entry; None if it has none, after having complained."""

E = TypeVar("E", bound=StrEnum)
T = TypeVar("T")

_LEVEL_WORDS = {
    "critical": "error",
    "high": "error",
    "warn": "warning",
    "medium": "warning",
    "info": "information",
    "note": "information",
    "low": "information",
    "none": "off",
    "ignore": "off",
    "disable": "off",
    "disabled": "off",
}
"""What other tools call the levels; only to say what was probably meant."""

_STRAY_BACKSLASH = re.compile(r"\\[A-Za-z0-9_.]")


def wrong_type(entry: Entry, wanted: str) -> None:
    """Complain that the value is not of the type ``wanted`` (in words, with an example)."""
    entry.complain(ProblemKind.WRONG_TYPE, f"{quoted(entry.name)} must be {wanted}; this is {kind_of(entry.value)}")


def boolean(entry: Entry) -> bool | None:
    """Read true or false."""
    if isinstance(entry.value, bool):
        return entry.value
    wrong_type(entry, "true or false")
    return None


def whole_number(least: int, most: int) -> Reader:
    """Return a reader of integers from ``least`` to ``most``."""

    def read(entry: Entry) -> int | None:
        value = entry.value
        if isinstance(value, float) and entry.document.loose and value.is_integer():
            value = int(value)  # some editors have only one type of number
        if isinstance(value, bool) or not isinstance(value, int):
            wrong_type(entry, f"a whole number from {least} to {most}")
            return None
        if least <= value <= most:
            return value
        entry.complain(ProblemKind.BAD_VALUE, f'"{entry.name}" must be from {least} to {most}')
        return None

    return read


def choice(meanings: Mapping[str, T], hints: Mapping[str, str] | None = None) -> Callable[[Entry], T | None]:
    """Return a reader of one word out of ``meanings``.

    ``hints`` maps words that somebody may use instead to those that are right.
    """
    words = alternatives(f'"{word}"' for word in meanings)

    def read(entry: Entry) -> T | None:
        word = entry.value
        if not isinstance(word, str):
            wrong_type(entry, words)
            return None
        if word in meanings:
            return meanings[word]
        meant = (hints or {}).get(word.casefold()) or nearest(word, meanings)
        advice = f'did you mean "{meant}"? It must be {words}' if meant else f"it must be {words}"
        entry.complain(ProblemKind.BAD_VALUE, f"{quoted(entry.name)} can't be {quoted(word)}; {advice}")
        return None

    return read


def choice_of(words: type[E]) -> Callable[[Entry], E | None]:
    """Return a reader of the values of an enumeration."""
    return choice({word.value: word for word in words})


read_level = choice({level.value: level for level in Level}, _LEVEL_WORDS)
"""Reads the name of a level."""


def text_array(entry: Entry, example: str) -> list[Entry] | None:
    """Return the items of an array of strings; an item that isn't one is complained about and left out."""
    if not isinstance(entry.value, list | tuple):
        wrong_type(entry, f"an array of strings, such as {example}")
        return None
    texts = []
    for element in entry.elements():
        if isinstance(element.value, str):
            texts.append(element)
        else:
            message = f"{quoted(entry.name)} must hold strings only, such as {example}; this is {kind_of(element.value)}"
            element.complain(ProblemKind.WRONG_TYPE, message)
    return texts


def rule_array(entry: Entry) -> tuple[str, ...] | None:
    """Read rule ids and prefixes of them.  If none of several is right, nothing is set at all."""
    return _good_ones(entry, '["B602", "B3"]', _is_good_rule)


def pattern_array(entry: Entry) -> tuple[str, ...] | None:
    """Read patterns in the syntax of ``.gitignore`` (see ``man gitignore``)."""
    return _good_ones(entry, '["build/", "*_pb2.py"]', _is_good_pattern)


def file_path(entry: Entry) -> Path | None:
    """Read the path of a file; a relative one is taken from the document's folder, ``~`` is the user's home."""
    if not isinstance(entry.value, str):
        wrong_type(entry, 'a path, such as "bandit.yaml"')
        return None
    if not entry.value or "\0" in entry.value:
        entry.complain(ProblemKind.BAD_VALUE, f'"{entry.name}" must be the path of a file')
        return None
    written = Path(entry.value)
    try:
        written = written.expanduser()
    except RuntimeError:  # no such user
        entry.complain(ProblemKind.BAD_VALUE, f'"{entry.name}": the home folder of {quoted(written.parts[0])} isn\'t known')
        return None
    return (entry.document.folder or Path.cwd()) / written


def file_paths(entry: Entry) -> tuple[Path, ...] | None:
    """Read paths of files, as :func:`file_path` reads one."""
    texts = text_array(entry, '["models/ourlib.toml"]')
    if texts is None:
        return None
    good = tuple(path for element in texts if (path := file_path(element)) is not None)
    return good if good or not entry.value else None


def _good_ones(entry: Entry, example: str, is_good: Callable[[Entry], bool]) -> tuple[str, ...] | None:
    texts = text_array(entry, example)
    if texts is None:
        return None
    good = tuple(element.value for element in texts if is_good(element))
    # An empty array may mean "all of them", which is not what a misspelt one says.
    return good if good or not entry.value else None


def _is_good_rule(element: Entry) -> bool:
    if is_rule_or_prefix(element.value):
        return True
    element.complain(ProblemKind.UNKNOWN_RULE, why_no_rule(element.value))
    return False


def _is_good_pattern(element: Entry) -> bool:
    if fault := _pattern_fault(element.value):
        element.complain(ProblemKind.BAD_VALUE, f"{quoted(element.value)} {fault}")
    return not fault


def _pattern_fault(pattern: str) -> str:
    """Say what is wrong with a gitignore pattern; empty if nothing is."""
    from pathspec import GitIgnoreSpec

    if not pattern.strip():
        return "matches nothing; take it out"
    if pattern.startswith("#"):
        return r'is a comment in the syntax of .gitignore; write "\#" for a name that begins with "#"'
    if _STRAY_BACKSLASH.search(pattern):
        return 'has a backslash, which is no separator in a pattern; write "/"'
    try:
        (compiled,) = GitIgnoreSpec.from_lines([pattern]).patterns
    except (ValueError, re.error):
        return "is no valid pattern in the syntax of .gitignore; correct it or take it out"
    return "" if compiled.include is not None else "matches nothing; a bracket isn't closed"
