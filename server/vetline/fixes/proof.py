"""The proof of a fix: it is applied to a copy, and the copy is vetted."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Sequence

from vetline.core.edit import TextEdit
from vetline.core.finding import Finding
from vetline.core.location import Position
from vetline.engine.document import Document
from vetline.rules.catalogue import find_rule
from vetline.syntax.blocks import BlockKind
from vetline.syntax.lines import split_lines
from vetline.syntax.newer import rewrite_newer
from vetline.syntax.parse import parses


def mover(edits: Sequence[TextEdit]) -> Callable[[Position], Position | None]:
    """Return a function that tells where a position is after non-overlapping ``edits``.

    It returns None if one of them replaced the position's surroundings.  An insertion at the position itself moves it.
    """
    ordered = sorted(edits, key=lambda e: e.range)
    starts = [edit.range.start for edit in ordered]
    shifts: list[tuple[int, int]] = []  # for what is behind an edit: lines, and columns on the line that it ends on
    lines = columns = 0
    line = -1
    for edit in ordered:
        start, end = edit.range.start, edit.range.end
        rows = split_lines(edit.new_text)
        begin = start.column + (columns if start.line == line else 0) if len(rows) == 1 else 0
        columns, line = begin + len(rows[-1]) - end.column, end.line
        lines += len(rows) - 1 - (end.line - start.line)
        shifts.append((lines, columns))

    def moved(position: Position) -> Position | None:
        index = bisect_right(starts, position) - 1
        if index < 0:
            return position
        end = ordered[index].range.end
        if position < end:
            return None
        lines, columns = shifts[index]
        return Position(position.line + lines, position.column + (columns if position.line == end.line else 0))

    return moved


def proves(before: Document, targets: Sequence[Finding], edits: Sequence[TextEdit], after: Document) -> bool:
    """Tell whether ``edits`` keep the promise of the fixes for ``targets``.

    ``before`` and ``after`` are vetted documents; the latter is a copy with ``edits`` applied.  The promise: everything that
    parsed still parses, the targets are gone, and nothing new appeared, but for findings that the rule of a target at least
    as severe says it leaves.
    """
    if len(after.set_aside()) > len(before.set_aside()) or _broken(after, before) > _broken(before, after):
        return False
    touched = {row for rows in _rows_after(sorted(edits, key=lambda e: e.range)) for row in rows}
    moved = mover(edits)
    old = before.findings()
    gone = {target.key for target in targets}
    is_of_many = len({target.range.start.line for target in targets}) > 1  # not one place that two checks report
    places = {(f.rule_id, moved(f.range.start)) for f in old if f.key not in gone}
    new = []
    for finding in after.findings():
        if (finding.rule_id, finding.range.start) not in places:
            if any(_leaves(target, finding) for target in targets) or _says_nothing_more(finding, targets):
                continue
            # Away from the edits, each finding must be an old one in its new place.
            if is_of_many or finding.range.start.line not in touched:
                return False
        new.append(finding)
    allowed = Counter(f.rule_id for f in old)
    allowed.subtract(target.rule_id for target in targets)
    return all(count <= allowed[rule] for rule, count in Counter(f.rule_id for f in new).items())


def _says_nothing_more(finding: Finding, targets: Sequence[Finding]) -> bool:
    """Tell whether Bandit goes on reporting what one of ``targets`` is about, though nothing is left of it: a quoted value."""
    rules = (find_rule(target.rule_id) for target in targets)
    return finding.is_idle and any(rule is not None and finding.rule_id in rule.supersedes for rule in rules)


def _leaves(target: Finding, finding: Finding) -> bool:
    """Tell whether code corrected by a fix of ``target`` may have ``finding``."""
    rule = find_rule(target.rule_id)
    if rule is None or finding.severity > target.severity:
        return False
    same = (find_rule(rule_id) for rule_id in rule.supersedes)
    return finding.rule_id in rule.leaves or any(finding.rule_id in other.leaves for other in same if other is not None)


def _broken(document: Document, other: Document) -> int:
    """Return how many of the top-level statements that only ``document`` has don't parse."""
    shared = {id(tree) for _, _, tree in other.trees()}
    starts: list[int] = []
    changed: set[int] = set()
    for line, kind, tree in document.trees():
        if kind is not BlockKind.MEMBER or not starts:
            starts.append(line)
        if id(tree) not in shared:
            changed.add(len(starts) - 1)
    ends = [*starts[1:], len(document.lines)]
    texts = ("".join(document.lines[starts[index] : ends[index]]) for index in changed)
    return sum(not _parses(text) and not _parses(rewrite_newer(text) or text) for text in texts)


def _parses(text: str) -> bool:
    """Tell whether a statement parses, which is indented in a fragment of a function or a class."""
    return parses(f"if 1:\n{text}" if text[:1] in (" ", "\t") else text)


def _rows_after(edits: Sequence[TextEdit]) -> list[range]:
    """Return the lines that each edit's new text takes once all are applied."""
    rows: list[range] = []
    shift = 0
    for edit in edits:
        added = len(split_lines(edit.new_text)) - 1
        start = edit.range.start.line + shift
        rows.append(range(start, start + added + 1))
        shift += added - (edit.range.end.line - edit.range.start.line)
    return rows
