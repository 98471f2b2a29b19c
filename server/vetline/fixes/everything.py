"""Fixing many findings at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from vetline.core.edit import Fix, TextEdit
from vetline.core.finding import Finding
from vetline.core.location import Position, Range
from vetline.engine.document import Document
from vetline.fixes.imports import FileImports
from vetline.fixes.offer import applied, proposed_fixes, proved_fixes
from vetline.fixes.proof import mover, proves
from vetline.syntax.lines import Lines


@dataclass(frozen=True, slots=True)
class FixedText:
    """The outcome: the new ``text``, the ``edits`` that lead to it from the original, and the findings that are gone.

    ``edits`` and ``fixed`` are in positions of the original text.
    """

    text: str
    edits: tuple[TextEdit, ...]
    fixed: tuple[Finding, ...]


def fix_all(document: Document, wanted: Callable[[Finding], bool], *, unsafe: bool = False) -> FixedText:
    """Fix the ``wanted`` findings of a vetted document, until none of them can be fixed any more.

    Findings are taken in text order: where the fixes of two meet, the first one wins, and the second is made anew for what
    the first has left.  Fixes that don't meet are proved together; if that fails, fewer of them.  Safe fixes only, unless
    ``unsafe``.  ``document`` itself stays as it is.
    """
    current = document
    history = _History(document.lines)
    left: list[tuple[Finding, Position]] = [(finding, finding.range.start) for finding in document.findings()]
    passed_over: set[str] = set()

    def is_wanted(fix: Fix) -> bool:
        return unsafe or fix.is_safe

    while True:
        batch = _batch(current, lambda finding: finding.key not in passed_over and wanted(finding), is_wanted)
        if not batch:
            break
        step = _proved_together(current, batch) or next(_proved_alone(current, batch[0][0], is_wanted), None)
        if step is None:
            passed_over.add(batch[0][0].key)
            continue
        edits, current = step
        history.record(edits)
        left = list(_still_there(left, edits, current.findings()))
    still = {finding.key for finding, _ in left}
    fixed = tuple(finding for finding in document.findings() if finding.key not in still)
    return FixedText(current.text, tuple(history.edits()), fixed)


_Batch = list[tuple[Finding, tuple[TextEdit, ...]]]
_Step = tuple[tuple[TextEdit, ...], Document]


def _batch(document: Document, wanted: Callable[[Finding], bool], is_wanted: Callable[[Fix], bool]) -> _Batch:
    """Return fixes, not proved yet, that don't meet: the first one that is wanted of each finding, as far as possible."""
    batch: _Batch = []
    taken: set[TextEdit] = set()
    imports = FileImports(document)
    spots = {spot.finding.key: spot for spot in document.spots()}
    for finding in filter(wanted, document.findings()):
        fix = next(filter(is_wanted, proposed_fixes(document, spots[finding.key], imports)), None)
        if fix is None:
            continue
        new = [edit for edit in fix.edits if edit not in taken]  # an import that two of them need is made once
        if not any(edit.range.overlaps(other.range) for edit in new for other in taken):
            taken.update(new)
            batch.append((finding, fix.edits))
    return batch


def _proved_together(document: Document, batch: _Batch) -> _Step | None:
    """Return the edits of as many fixes from the head of ``batch`` as can be proved at once; None if fewer than two."""
    while len(batch) > 1:
        edits = tuple(sorted(dict.fromkeys(edit for _, edits in batch for edit in edits), key=lambda e: e.range))
        copy = applied(document, edits)
        if copy is not None and proves(document, [finding for finding, _ in batch], edits, copy):
            return edits, copy
        batch = batch[: len(batch) // 2]
    return None


def _proved_alone(document: Document, finding: Finding, is_wanted: Callable[[Fix], bool]) -> Iterator[_Step]:
    for fix, copy in proved_fixes(document, finding, is_wanted):
        yield fix.edits, copy


def _still_there(
    tracked: list[tuple[Finding, Position]], edits: tuple[TextEdit, ...], now: list[Finding]
) -> Iterator[tuple[Finding, Position]]:
    """Yield those of the ``tracked`` findings that ``now`` still has after ``edits``, with their new places.

    A finding whose beginning was replaced is there if more of its rule are left than can be accounted for.
    """
    places = Counter((finding.rule_id, finding.range.start) for finding in now)
    moved = mover(edits)
    unsettled = []
    for finding, position in tracked:
        place = moved(position)
        if place is not None and places[finding.rule_id, place]:
            places[finding.rule_id, place] -= 1
            yield finding, place
        elif place is None:
            unsettled.append(finding)
    for finding in unsettled:
        rest = (place for (rule_id, place), count in places.items() if rule_id == finding.rule_id and count)
        if (found := next(rest, None)) is not None:
            places[finding.rule_id, found] -= 1
            yield finding, found


class _History:
    """Sums up the edits made to a text, one after the other, as edits of the text that they began with."""

    def __init__(self, lines: Lines) -> None:
        self._old = lines.copy()
        self._new = lines.copy()
        self._origins: list[int | None] = list(range(len(lines)))
        """For each line of the new text, which line of the old one it is; None for a line that was touched."""

    def record(self, edits: Sequence[TextEdit]) -> None:
        """Apply edits as :meth:`Document.apply` does."""
        for edit in sorted(edits, key=lambda e: e.range)[::-1]:
            first, removed, added = self._new.replace(edit.range, edit.new_text)
            self._origins[first : first + removed] = [None] * added

    def edits(self) -> Iterator[TextEdit]:
        """Yield the edits: one for each run of touched lines, cut down to the characters that differ."""
        old_line = new_line = 0
        for line, origin in enumerate([*self._origins, len(self._old)]):
            if origin is None:
                continue
            if line > new_line or origin > old_line:
                yield from self._edit(old_line, origin, "".join(self._new[new_line:line]))
            old_line, new_line = origin + 1, line + 1

    def _edit(self, first: int, end: int, after: str) -> Iterator[TextEdit]:
        before = "".join(self._old[first:end])
        if before == after:
            return
        head = _common_prefix(before, after)
        if before[:head].endswith("\r"):
            head -= 1  # a line end is never cut in two
        tail = _common_prefix(before[head:][::-1], after[head:][::-1])
        if before[len(before) - tail - 1 : len(before) - tail + 1] == "\r\n":
            tail -= 1
        start = _position(self._old, first, before[:head])
        stop = _position(self._old, first, before[: len(before) - tail])
        yield TextEdit(Range(start, stop), after[head : len(after) - tail])


def _common_prefix(first: str, second: str) -> int:
    """Return the length of what both texts begin with."""
    count = 0
    for a, b in zip(first, second, strict=False):
        if a != b:
            break
        count += 1
    return count


def _position(lines: Lines, line: int, text: str) -> Position:
    """Return the position behind ``text``, which begins at the start of line ``line``."""
    rows = Lines(text)
    row, column = line + len(rows) - 1, len(rows[-1])
    return lines.end if row >= len(lines) else Position(row, column)
