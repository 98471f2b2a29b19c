"""Findings as JSON, for programs.  ``docs/check.schema.json`` describes it; what is there stays, more may come."""

from __future__ import annotations

import json
from collections.abc import Mapping

from vetline import __version__
from vetline.cli.formats.text import rule_name
from vetline.cli.report import Report, Reported
from vetline.core.finding import BanditCoordinates, Finding
from vetline.core.location import Position, Range

SCHEMA_VERSION = 1
"""Goes up when a program that reads the output has to be changed."""

Json = Mapping[str, object]


def render(report: Report) -> str:
    """Return the report as a JSON document."""
    document = {
        "version": SCHEMA_VERSION,
        "tool": {"name": "vetline", "version": __version__},
        "files": [file.name for file in report.files],
        "findings": [finding_json(file.name, reported) for file, reported in report.findings()],
        "errors": [
            {
                "kind": fault.kind.value,
                "path": file.name,
                "line": None if fault.line is None else fault.line + 1,
                "message": fault.message,
            }
            for file, fault in report.faults()
        ],
        "notes": [
            *({"kind": "configuration", "path": None, "range": None, "message": problem} for problem in report.problems),
            *(
                {
                    "kind": "not-parsed",
                    "path": file.name,
                    "range": range_json(range_),
                    "message": "could not be parsed and was left out",
                }
                for file in report.files
                for range_ in file.set_aside
            ),
        ],
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def range_json(range_: Range) -> Json:
    """Return a range with lines and columns that count from 1; columns are code points, the end is exclusive."""
    return {"start": _position(range_.start), "end": _position(range_.end)}


def _position(position: Position) -> Json:
    return {"line": position.line + 1, "column": position.column + 1}


def finding_json(name: str, reported: Reported) -> Json:
    """Return one finding in the file that is called ``name``."""
    finding = reported.finding
    document: dict[str, object] = {
        "rule_id": finding.rule_id,
        "name": rule_name(finding.rule_id) or None,
        "message": finding.message,
        "level": reported.level.value,
        "severity": str(finding.severity),
        "confidence": str(finding.confidence),
        "cwe": finding.cwe and {"id": finding.cwe.number, "url": finding.cwe.url},
        "path": name,
        "range": range_json(finding.range),
        "also": list(finding.also),
        "related": [{"path": step.name, "range": range_json(step.range), "message": step.message} for step in reported.steps],
        "fingerprint": reported.fingerprint,
    }
    if finding.bandit is not None:
        document["bandit"] = _as_bandit(finding, finding.bandit)
    return document


def _as_bandit(finding: Finding, place: BanditCoordinates) -> Json:
    """Return what ``bandit -f json`` says of the same finding (its formatter in Bandit 1.9)."""
    first, last = place.line_range
    return {
        "test_id": finding.rule_id,
        "line_number": place.line,
        "col_offset": place.column,
        "end_col_offset": place.end_column,
        "line_range": list(range(first, last + 1)),
        "issue_severity": finding.severity.name,
        "issue_confidence": finding.confidence.name,
    }
