"""What a client does with positions, written anew from the specification: the server's own arithmetic is under test."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

_LINE_END = re.compile(r"(\r\n|\r|\n)")
_UNIT = {"utf-8": 1, "utf-16": 2, "utf-32": 4}
"""Bytes in a code unit."""
_CODEC = {"utf-8": "utf-8", "utf-16": "utf-16-le", "utf-32": "utf-32-le"}

Json = Mapping[str, Any]


def place(text: str, offset: int, encoding: str = "utf-16") -> dict[str, int]:
    """Return the position of the character at ``offset``."""
    for number, (start, body, end) in enumerate(_lines(text)):
        if offset <= start + len(body) or offset < end:
            units = len(body[: offset - start].encode(_CODEC[encoding])) // _UNIT[encoding]
            return {"line": number, "character": units}
    raise AssertionError(f"{offset} is behind the text")


def span(text: str, part: str, encoding: str = "utf-16") -> dict[str, dict[str, int]]:
    """Return the range of the only place where ``part`` stands."""
    assert text.count(part) == 1, f"{part!r} is there {text.count(part)} times"
    start = text.index(part)
    return {"start": place(text, start, encoding), "end": place(text, start + len(part), encoding)}


def at(text: str, part: str, encoding: str = "utf-16") -> dict[str, dict[str, int]]:
    """Return the empty range in front of the only place where ``part`` stands."""
    start = span(text, part, encoding)["start"]
    return {"start": start, "end": start}


def offset_of(text: str, position: Json, encoding: str = "utf-16") -> int:
    """Return the offset of a position that exists, and that splits no character."""
    start, body, _ = _lines(text)[position["line"]]
    units = body.encode(_CODEC[encoding])
    size = position["character"] * _UNIT[encoding]
    assert size <= len(units), f"{position} is behind the end of its line"
    return start + len(units[:size].decode(_CODEC[encoding]))


def part_at(text: str, range_: Json, encoding: str = "utf-16") -> str:
    """Return the text in a range."""
    return text[offset_of(text, range_["start"], encoding) : offset_of(text, range_["end"], encoding)]


def apply(text: str, edits: Sequence[Json], encoding: str = "utf-16") -> str:
    """Apply edits, all in positions of ``text``, as LSP 3.17 has it: none may overlap, insertions keep their order."""
    spans = [
        (offset_of(text, edit["range"]["start"], encoding), offset_of(text, edit["range"]["end"], encoding), edit["newText"])
        for edit in edits
    ]
    spans.sort(key=lambda found: found[:2])
    result, last = [], 0
    for start, end, new in spans:
        assert last <= start <= end, f"edits overlap: {edits}"
        result += [text[last:start], new]
        last = end
    return "".join([*result, text[last:]])


def edits_of(action: Json, uri: str) -> list[Json]:
    """Return the text edits of a code action, which must all be for one document."""
    edit = action["edit"]
    if "documentChanges" in edit:
        (change,) = edit["documentChanges"]
        assert change["textDocument"]["uri"] == uri
        return list(change["edits"])
    assert list(edit["changes"]) == [uri]
    return list(edit["changes"][uri])


def _lines(text: str) -> list[tuple[int, str, int]]:
    """Return the lines: where each starts, its text, and where the next one starts."""
    lines, start = [], 0
    bodies_and_ends = [*_LINE_END.split(text), ""]
    for body, end in zip(bodies_and_ends[::2], bodies_and_ends[1::2], strict=True):
        lines.append((start, body, start + len(body) + len(end)))
        start = lines[-1][2]
    return lines
