"""Vetline's types as the protocol's, and back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from lsprotocol import types as lsp
from pygls.uris import to_fs_path

from vetline.core.edit import TextEdit
from vetline.core.finding import Finding, RelatedLocation
from vetline.core.location import Position, Range
from vetline.core.severity import Level
from vetline.engine.policy import Shown
from vetline.provenance.tracking import Tracked
from vetline.provenance.words import origin
from vetline.syntax.encoding import PositionEncoding, from_units, to_units
from vetline.syntax.lines import Lines, line_body

SOURCE = "vetline"

Wire = Mapping[str, object]
"""A piece of a message as JSON has it."""

_SEVERITIES = {
    Level.ERROR: int(lsp.DiagnosticSeverity.Error),
    Level.WARNING: int(lsp.DiagnosticSeverity.Warning),
    Level.INFORMATION: int(lsp.DiagnosticSeverity.Information),
    Level.HINT: int(lsp.DiagnosticSeverity.Hint),
}


def path_of(uri: str) -> Path | None:
    """Return the file that ``uri`` names; None for an untitled buffer and other documents without one."""
    path = to_fs_path(uri.replace(";", "%3B"))  # which pygls would take for the start of parameters
    return Path(path) if path else None


def uri_of(path: Path) -> str:
    """Return the URI of a file."""
    return path.as_uri()


def to_position(position: Position, lines: Sequence[str], encoding: PositionEncoding) -> lsp.Position:
    """Convert a position to the client's units."""
    line = lines[position.line] if position.line < len(lines) else ""
    return lsp.Position(position.line, to_units(line, position.column, encoding))


def to_range(range_: Range, lines: Sequence[str], encoding: PositionEncoding) -> lsp.Range:
    """Convert a range to the client's units."""
    return lsp.Range(to_position(range_.start, lines, encoding), to_position(range_.end, lines, encoding))


def from_position(position: lsp.Position, lines: Sequence[str], encoding: PositionEncoding) -> Position:
    """Convert a position from the client's units; one behind a line's end is the end."""
    if position.line >= len(lines):
        return Position(len(lines) - 1, len(lines[-1]))
    return Position(position.line, from_units(line_body(lines[position.line]), position.character, encoding))


def from_range(range_: lsp.Range, lines: Sequence[str], encoding: PositionEncoding) -> Range:
    """Convert a range from the client's units."""
    return Range(from_position(range_.start, lines, encoding), from_position(range_.end, lines, encoding))


def to_wire(
    shown: Shown, uri: str, lines: Lines, encoding: PositionEncoding, tracked: Tracked | None = None, now: float = 0.0
) -> Wire:
    """Convert a finding to a diagnostic as it goes over the wire; ``tracked`` is the foreign code that it is in.

    All of a buffer's diagnostics are sent at every change, so they are made without a detour through lsprotocol's classes,
    which takes longer than the analysis.  ``data`` holds the finding's key, by which a code action finds it again, and what
    else a client may want to show (``docs/protocol.md``).
    """
    finding = shown.finding
    wire: dict[str, object] = {
        "range": to_wire_range(finding.range, lines, encoding),
        "severity": _SEVERITIES[shown.level],
        "code": finding.rule_id,
        "source": SOURCE,
        "message": finding.message,
        "data": _data(finding),
    }
    if tracked is not None:
        wire["data"] = {**_data(finding), "acceptance": acceptance_wire(tracked)}
        if not tracked.is_reviewed:
            wire["message"] = f"{finding.message} ({origin(tracked.acceptance, now)})"
    if finding.cwe:
        wire["codeDescription"] = {"href": finding.cwe.url}
    if finding.related:
        wire["relatedInformation"] = [
            {"location": _wire_location(step, uri, lines, encoding), "message": step.message} for step in finding.related
        ]
    return wire


def acceptance_wire(tracked: Tracked) -> Wire:
    """Convert an acceptance to what the client is told of it."""
    acceptance = tracked.acceptance
    wire: dict[str, object] = {
        "id": acceptance.id,
        "kind": str(acceptance.kind),
        "exact": acceptance.is_exact,
        "at": round(acceptance.at * 1000),
        "lines": acceptance.lines,
        "reviewed": tracked.is_reviewed,
    }
    return wire | ({"tool": acceptance.tool} if acceptance.tool else {"confidence": round(acceptance.confidence, 2)})


def levels_wire(shown: Iterable[Shown]) -> Wire:
    """Return how many findings there are of each level; one that none has is left out."""
    levels = [one.level for one in shown]
    return {str(level): levels.count(level) for level in dict.fromkeys(levels)}


def to_wire_edit(edit: TextEdit, lines: Lines, encoding: PositionEncoding) -> Wire:
    """Convert an edit of the text ``lines``."""
    return {"range": to_wire_range(edit.range, lines, encoding), "newText": edit.new_text}


def to_wire_range(range_: Range, lines: Lines, encoding: PositionEncoding) -> Wire:
    """Convert a range to the client's units, as it goes over the wire."""
    start, end = range_.start, range_.end
    return {
        "start": {"line": start.line, "character": to_units(lines[start.line], start.column, encoding)},
        "end": {"line": end.line, "character": to_units(lines[end.line], end.column, encoding)},
    }


def _wire_location(step: RelatedLocation, uri: str, lines: Lines, encoding: PositionEncoding) -> Wire:
    if step.path is None:
        return {"uri": uri, "range": to_wire_range(step.range, lines, encoding)}
    # Of another file we have whole lines only, and these are the same in each encoding.
    start, end = step.range.start.line, step.range.end.line
    return {
        "uri": uri_of(step.path),
        "range": {"start": {"line": start, "character": 0}, "end": {"line": end, "character": 0}},
    }


def _data(finding: Finding) -> Wire:
    data: dict[str, object] = {
        "key": finding.key,
        "severity": str(finding.severity),
        "confidence": str(finding.confidence),
    }
    if finding.cwe:
        data["cwe"] = finding.cwe.number
    if finding.basis:
        data["basis"] = finding.basis
    if finding.also:
        data["also"] = list(finding.also)
    if (place := finding.bandit) is not None:
        data["bandit"] = {"line": place.line, "column": place.column, "endColumn": place.end_column}
    return data


def key_of(diagnostic: lsp.Diagnostic) -> str | None:
    """Return the key of the finding that a diagnostic was made of, if the client kept it."""
    if isinstance(diagnostic.data, dict):
        key = diagnostic.data.get("key")
        return key if isinstance(key, str) else None
    return None
