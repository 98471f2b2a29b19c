"""Characters of a text that can't be seen, or that look like others."""

from __future__ import annotations

import builtins
import keyword
import re
import unicodedata
from collections.abc import Iterator, Sequence
from typing import Final

from vetline.core.location import Position, Range
from vetline.core.severity import Confidence, Severity
from vetline.rules.base import TextMatch
from vetline.rules.lookalikes import LOOKALIKES

_DIRECTIONS: Final = "\u202a-\u202e\u2066-\u2069"
_MARKS: Final = "\u200e\u200f\u061c"
_TAGS: Final = "\U000e0000-\U000e007f"
# Unicode's property Default_Ignorable_Code_Point (DerivedCoreProperties.txt of Unicode 16), ASCII and the above left out.
_IGNORABLE: Final = (
    "\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200d\u2060-\u2065\u206a-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0080-\U000e0fff"
)
_CODES: Final = "\x00\x08\x1b\x7f\x9b"
"""What makes a terminal take back, or hide, what stands before."""
_BREAKS: Final = "\u0085\u2028\u2029"
"""What some editors show as the end of a line, which it isn't for Python."""

_HIDDEN: Final = re.compile(f"[{_DIRECTIONS}{_MARKS}{_TAGS}{_IGNORABLE}{_CODES}{_BREAKS}]+")
_LOOKALIKE: Final = re.compile("[" + "".join(map(chr, LOOKALIKES)) + "]")
_TOKEN: Final = re.compile(
    r"#[^\r\n]*|\"\"\"(?:\\.|[^\\])*?\"\"\"|'''(?:\\.|[^\\])*?'''"
    r"|\"(?:\\.|[^\\\"\r\n])*\"|'(?:\\.|[^\\'\r\n])*'|[^\W\d]\w*",
    re.DOTALL,
)
_OWN: Final = frozenset({*dir(builtins), *keyword.kwlist, "self", "cls"})
_PAYLOAD: Final = 8
"""So many invisible characters in a row are a message."""


def concerns(text: str) -> bool:
    """Tell whether there is anything to look at in a text."""
    if text.isascii():
        return any(code in text for code in _CODES[:4])
    return _HIDDEN.search(text) is not None or _LOOKALIKE.search(text) is not None


def find(lines: Sequence[str]) -> Iterator[TextMatch]:
    """Yield the places where a text hides something."""
    text = "".join(lines)
    for row, line in enumerate(lines):
        for found in _HIDDEN.finditer(line):
            if (match := _hidden(found, row, line)) is not None:
                yield match
    if _LOOKALIKE.search(text) is not None:
        yield from _names(text, lines)


def _hidden(found: re.Match[str], row: int, line: str) -> TextMatch | None:
    run, start, end = found.group(), found.start(), found.end()
    before, behind = line[start - 1 : start], line[end : end + 1]
    place = Range.of(row, start, row, end)
    if re.search(f"[{_DIRECTIONS}]", run):
        confidence = Confidence.HIGH if "\u202e" in line or "\u202d" in line else Confidence.MEDIUM
        message = (
            f"{_named(run)} turns the text around, so that it reads otherwise than it runs: delete it, or write an escape."
        )
        return TextMatch(place, message, Severity.HIGH, confidence)
    if re.search(f"[{_TAGS}]", run):
        if before == "\U0001f3f4" and run.endswith("\U000e007f"):
            return None  # a regional flag
        message = "Tag characters hide a text here that only machines read, such as orders to a language model: delete them."
        return TextMatch(place, message, Severity.HIGH, Confidence.HIGH)
    if re.search(f"[{_CODES}]", run):
        message = f"The control code {_named(run)} hides code from whoever views this file in a terminal: write an escape."
        return TextMatch(place, message, Severity.MEDIUM, Confidence.MEDIUM)
    if _is_usual(run, before, behind, row, start):
        return None
    if re.search(f"[{_BREAKS}]", run):
        message = f"{_named(run)} looks like the end of a line in some editors, and is none for Python: write it as an escape."
        return TextMatch(place, message, Severity.LOW, Confidence.MEDIUM)
    if len(run) >= _PAYLOAD:
        message = f"{len(run)} invisible characters stand here, enough to hide a message or code: delete them."
        return TextMatch(place, message, Severity.HIGH, Confidence.HIGH)
    is_inside = _is_word(before) and _is_word(behind)
    is_name = any(character.isidentifier() for character in run)
    severity = Severity.MEDIUM if is_inside or is_name or len(run) > 1 else Severity.LOW
    return TextMatch(
        place, f"{_named(run)} can't be seen here: delete it, or write it as an escape.", severity, Confidence.MEDIUM
    )


def _is_word(character: str) -> bool:
    return character.isascii() and (character.isalnum() or character == "_")


def _named(run: str) -> str:
    return f"U+{ord(run[0]):04X} ({unicodedata.name(run[0], 'a control character').lower()})"


def _is_usual(run: str, before: str, behind: str, row: int, start: int) -> bool:
    """Tell whether invisible characters stand where a script, or an emoji, needs them."""
    if row == 0 and start == 0:
        return run == "\ufeff"
    if len(run) > 2 or not before or before.isspace():
        return False
    around = {unicodedata.category(c) for c in (before, behind) if c}
    is_emoji = bool(around & {"So", "Sk", "Me", "Sm", "Po", "Nd"}) or before == "\u200d"
    if set(run) <= set("\ufe0e\ufe0f\u200d"):
        return (is_emoji and not (before.isascii() and behind != "\u20e3")) or _is_foreign(before)
    if len(run) > 1:
        return False
    if set(run) <= set("\u200c\u200d\u034f\u180b\u180c\u180d\u180e\u180f\u17b4\u17b5\u200e\u200f\u061c\u115f\u1160"):
        return _is_foreign(before) or _is_foreign(behind)
    if "\ufe00" <= run <= "\ufe0f" or run >= "\U000e0100":
        return _is_foreign(before) or not before.isascii()
    return False


def _is_foreign(character: str) -> bool:
    """Tell whether a letter, or a mark on one, belongs to a script that isn't Latin."""
    return bool(character) and ord(character) > 0x2AF and unicodedata.category(character)[0] in "LM"


def _names(text: str, lines: Sequence[str]) -> Iterator[TextMatch]:
    """Yield the names that look like others, or like Latin words."""
    tokens = [token for token in _TOKEN.finditer(text) if token.group()[0] not in "#\"'"]
    known = {token.group() for token in tokens} | _OWN
    starts = _starts(lines) if any(not token.group().isascii() for token in tokens) else []
    for token in tokens:
        name = token.group()
        if name.isascii():
            continue
        latin = unicodedata.normalize("NFKC", name).translate(LOOKALIKES)
        if not latin.isascii() or latin == unicodedata.normalize("NFKC", name):
            continue
        collides = latin in known and len(latin) > 1
        others = {unicodedata.name(c, "").partition(" ")[0] for c in name if ord(c) in LOOKALIKES}
        is_mixed = sum(c.isascii() and c.isalpha() for c in name) > 1 and not others <= {"GREEK", "LATIN", "MATHEMATICAL"}
        if not collides and not is_mixed:
            continue
        odd = next(c for c in name if ord(c) in LOOKALIKES)
        message = f"This name looks like `{latin}` and isn't: it has {_named(odd)} in it. " + (
            "The two are different names for Python." if collides else "Spell it in one script."
        )
        start, end = _position(token.start(), starts), _position(token.end(), starts)
        yield TextMatch(Range(start, end), message, Severity.HIGH if collides else Severity.MEDIUM, Confidence.HIGH)


def _starts(lines: Sequence[str]) -> list[int]:
    starts, offset = [], 0
    for line in lines:
        starts.append(offset)
        offset += len(line)
    return starts


def _position(offset: int, starts: Sequence[int]) -> Position:
    from bisect import bisect_right

    row = bisect_right(starts, offset) - 1
    return Position(row, offset - starts[row])
