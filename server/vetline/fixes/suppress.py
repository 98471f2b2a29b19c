"""Silencing one finding with a comment that says why."""

from __future__ import annotations

import re
from collections.abc import Iterator

from vetline.core.edit import Applicability, Fix, TextEdit
from vetline.core.finding import Finding, Origin
from vetline.core.location import Position, Range
from vetline.engine.document import Document
from vetline.engine.entries import Spot
from vetline.fixes.offer import applied
from vetline.fixes.proof import proves
from vetline.syntax.comments import comment_columns
from vetline.syntax.lines import line_body

REASONS = ("false positive", "risk accepted", "test data only")
"""The reasons that are offered; a person can edit the comment afterwards."""

_NOSEC = re.compile(r"#\s*nosec\b:?[ \t]*(?P<ids>[^#]*?)[ \t]*(?=#|$)")
_IGNORE = re.compile(r"(#\s*vetline:\s*ignore\[)([^\]]*)(\])")


def suppressions(document: Document, finding: Finding) -> tuple[Fix, ...]:
    """Return one edit for each of :data:`REASONS` that silences ``finding``, proved like a fix.

    Bandit's findings get a ``# nosec`` comment that the ``bandit`` command understands too; Vetline's own a
    ``# vetline: ignore[…]``.  The comment goes to the first line of the finding that can take one.
    """
    spot = document.find(finding.key)
    place = _proved_place(document, spot) if spot is not None else None
    if place is None:
        return ()
    edits = ((reason, _edit(document, finding, *place, reason)) for reason in REASONS)
    return tuple(Fix(f"Suppress {finding.rule_id} here: {reason}", (edit,), Applicability.REVIEW) for reason, edit in edits)


def _proved_place(document: Document, spot: Spot) -> tuple[int, int | None] | None:
    """Return the first place where a comment silences the finding, and nothing else; its reason makes no difference."""
    for line, column in _places(spot):
        edits = (_edit(document, spot.finding, line, column, REASONS[0]),)
        copy = applied(document, edits)
        if copy is not None and proves(document, [spot.finding], edits, copy):
            return line, column
    return None


def _places(spot: Spot) -> Iterator[tuple[int, int | None]]:
    """Yield the lines that a comment for ``spot`` can go to, with the column of the comment that is there already."""
    columns = comment_columns("".join(spot.tree.lines))
    range_ = spot.finding.range
    wanted = [range_.start.line, range_.end.line]
    if (place := spot.finding.bandit) is not None:
        first, last = place.line_range
        wanted = [place.line - 1, *range(first - 1, last)]
    if not spot.tree.lines:
        yield range_.start.line, None
    for line in dict.fromkeys(wanted):
        row = line - spot.line
        if row in columns:
            column = columns[row]
            yield line, None if column is None else column + spot.tree.shifts.get(row, 0)


def _edit(document: Document, finding: Finding, line: int, column: int | None, reason: str) -> TextEdit:
    """Return the edit that puts the comment on ``line``, after or into the comment at ``column``."""
    body = line_body(document.lines[line])
    code, comment = (body, "") if column is None else (body[:column], body[column:])
    silenced = _nosec if finding.origin is Origin.BANDIT else _ignore
    new = silenced(comment, finding.rule_id, reason)
    if not comment:
        start = Position(line, len(body.rstrip()))
        return TextEdit(Range(start, Position(line, len(body))), f"  {new}")
    return TextEdit(Range(Position(line, len(code)), Position(line, len(body))), new)


def _nosec(comment: str, rule_id: str, reason: str) -> str:
    """Return ``comment`` with ``rule_id`` silenced in Bandit's syntax; ids that are there already stay."""
    if (match := _NOSEC.search(comment)) and match.group("ids"):
        end = match.end("ids")
        # A comma alone won't do: of "B101,B602" Bandit takes only the last.
        return f"{comment[:end]}, {rule_id}{comment[end:].rstrip()} # {rule_id}: {reason}"
    addition = f"# nosec {rule_id} # {reason}"
    return f"{comment.rstrip()}  {addition}" if comment else addition


def _ignore(comment: str, rule_id: str, reason: str) -> str:
    """Return ``comment`` with ``rule_id`` silenced in Vetline's syntax."""
    if match := _IGNORE.search(comment):
        return f"{comment[: match.end(2)]}, {rule_id}{comment[match.end(2) :].rstrip()}; {rule_id}: {reason}"
    addition = f"# vetline: ignore[{rule_id}] {reason}"
    return f"{comment.rstrip()}  {addition}" if comment else addition
