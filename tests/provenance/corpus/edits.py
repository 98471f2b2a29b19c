"""Edits of a text: made, taken back, and found between two texts."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable

from tests.provenance.corpus.clients import Edit


def applied(text: str, edits: Iterable[Edit]) -> str:
    """Make simultaneous edits."""
    for edit in sorted(edits, key=lambda edit: -edit.start):
        text = text[: edit.start] + edit.text + text[edit.end :]
    return text


def inverse(text: str, edits: Iterable[Edit]) -> tuple[Edit, ...]:
    """Return the edits that take ``edits`` of ``text`` back."""
    shift, back = 0, []
    for edit in sorted(edits, key=lambda edit: edit.start):
        back.append(Edit(edit.start + shift, edit.start + shift + len(edit.text), text[edit.start : edit.end]))
        shift += len(edit.text) - (edit.end - edit.start)
    return tuple(back)


def narrow(old: str, new: str) -> Edit:
    """Return the one edit that makes ``new`` of ``old``."""
    head = len(_prefix(old, new))
    tail = len(_prefix(old[head:][::-1], new[head:][::-1]))
    return Edit(head, len(old) - tail, new[head : len(new) - tail])


def _prefix(first: str, second: str) -> str:
    for index, (a, b) in enumerate(zip(first, second, strict=False)):
        if a != b:
            return first[:index]
    return first[: min(len(first), len(second))]


def hunks(old: str, new: str) -> list[Edit]:
    """Return what differs by lines, as an editor that reloads a file finds it."""
    before, after = old.splitlines(keepends=True), new.splitlines(keepends=True)
    offsets = [0]
    for line in before:
        offsets.append(offsets[-1] + len(line))
    blocks = difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
    return [Edit(offsets[i], offsets[j], "".join(after[k:m])) for tag, i, j, k, m in blocks if tag != "equal"]


def minimal(old: str, new: str) -> list[Edit]:
    """Return what differs by words in the lines that differ, as editors find it in what a formatter gives."""
    edits = []
    for hunk in hunks(old, new):
        before, after = re.findall(r"\w+|\s|[^\w\s]", old[hunk.start : hunk.end]), re.findall(r"\w+|\s|[^\w\s]", hunk.text)
        offsets = [hunk.start]
        for word in before:
            offsets.append(offsets[-1] + len(word))
        blocks = difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
        edits += [Edit(offsets[i], offsets[j], "".join(after[k:m])) for tag, i, j, k, m in blocks if tag != "equal"]
    return edits
