"""Sessions that were recorded from real editors, with what was really done.

A recording has a line for the editor and the text at the start, and one for each message: the seconds, what it is, and its
changes, each as line and column of start and end and the new text.  VS Code's come from Monaco, which is its editor, in a
browser under scripted keys and commands; the others from a server that writes down what it is sent.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from tests.provenance.corpus.clients import Edit, Message, Mirror, offset
from tests.provenance.corpus.scripts import Sequence
from vetline.core.location import Position
from vetline.provenance.changes import Change
from vetline.provenance.kinds import Kind


def recordings() -> Iterator[Sequence]:
    """Return what was recorded, a sequence for each editor."""
    for path in sorted((Path(__file__).parent / "recorded").glob("*.jsonl")):
        head, *rows = map(json.loads, path.read_text(encoding="utf-8").splitlines())
        mirror = Mirror(head["start"])
        messages = []
        for at, label, changes in rows:
            replacements = [mirror.replace(_edit(mirror.text, *change)) for change in changes]
            messages.append(Message(Change(at, tuple(replacements)), (Kind(label),), label))
        yield Sequence(path.stem, head["editor"], head["start"], tuple(messages))


def _edit(text: str, line: int, column: int, end_line: int, end_column: int, new: str) -> Edit:
    return Edit(offset(text, Position(line, column)), offset(text, Position(end_line, end_column)), new)
