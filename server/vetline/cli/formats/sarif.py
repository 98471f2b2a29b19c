"""Findings in SARIF 2.1.0 (OASIS Standard), for code-scanning services and SARIF viewers."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from pathlib import PurePath
from urllib.parse import quote

from vetline import __version__
from vetline.cli.formats import sarif_types as sarif
from vetline.cli.formats.sarif_rules import RuleTable
from vetline.cli.report import FaultKind, FileReport, Report, Reported
from vetline.core.edit import Fix
from vetline.core.location import Range
from vetline.core.severity import Level

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
ROOT = "SRCROOT"
"""What paths are relative to: the folder that the command ran in."""

FINGERPRINT = "vetline/v1"

_NOT_PARSED = "not-parsed"
_NOTIFICATIONS = {
    FaultKind.MISSING.value: "There is no such file or folder.",
    FaultKind.UNREADABLE.value: "The operating system refused to read the file or folder.",
    FaultKind.BINARY.value: "The file is no Python source.",
    FaultKind.ENCODING.value: "The file's bytes are not text in its encoding.",
    FaultKind.BROKEN.value: "Most of the file could not be parsed.",
    FaultKind.TIMEOUT.value: "The analysis of the file took too long.",
    FaultKind.INTERNAL.value: "The analysis of the file failed.",
    _NOT_PARSED: "Statements that could not be parsed were left out.",
}

_LEVELS: Mapping[Level, sarif.SarifLevel] = {
    Level.ERROR: "error",
    Level.WARNING: "warning",
    Level.INFORMATION: "note",
    Level.HINT: "note",
}


def render(report: Report) -> str:
    """Return the report as a SARIF log with one run."""
    rules = RuleTable()
    results = [_result(file, reported, rules) for file, reported in report.findings()]
    run: sarif.Run = {
        "tool": {
            "driver": {
                "name": "Vetline",
                "semanticVersion": __version__,
                "rules": rules.descriptors,
                "notifications": [{"id": kind, "shortDescription": {"text": text}} for kind, text in _NOTIFICATIONS.items()],
            }
        },
        "automationDetails": {"id": "vetline/"},
        "columnKind": "utf16CodeUnits",
        "newlineSequences": ["\r\n", "\n", "\r"],
        "originalUriBaseIds": {ROOT: {"description": {"text": "The folder that Vetline ran in."}}},
        "invocations": [
            {
                "executionSuccessful": all(fault.is_in_file for _, fault in report.faults()),
                "toolExecutionNotifications": list(_notifications(report)),
                "toolConfigurationNotifications": [
                    {"level": "warning", "message": {"text": problem}} for problem in report.problems
                ],
            }
        ],
        "results": results,
    }
    log: sarif.Log = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(log, indent=2, ensure_ascii=False) + "\n"


def artifact_location(name: str) -> sarif.ArtifactLocation:
    """Return the URI of a file that is shown as ``name``; relative to the root if it lies in it."""
    path = PurePath(name)
    if path.is_absolute():
        return {"uri": path.as_uri()}
    return {"uri": quote(os.fsencode(name)), "uriBaseId": ROOT}


def _result(file: FileReport, reported: Reported, rules: RuleTable) -> sarif.Result:
    finding = reported.finding
    result: sarif.Result = {
        "ruleId": finding.rule_id,
        "ruleIndex": rules.index(finding),
        "level": _LEVELS[reported.level],
        "message": {"text": finding.message},
        "locations": [_location(file.name, _with_snippet(reported))],
        "partialFingerprints": {FINGERPRINT: reported.fingerprint},
        "properties": {"severity": str(finding.severity), "confidence": str(finding.confidence)},
    }
    if finding.cwe is not None:
        result["properties"]["cwe"] = str(finding.cwe)  # a rule's findings may be of several weakness classes
    if finding.also:
        result["properties"]["also"] = list(finding.also)
    if reported.steps:
        steps = [_location(step.name, _region(step.units), step.message) for step in reported.steps]
        result["relatedLocations"] = [{**step, "id": number} for number, step in enumerate(steps, 1)]
        last = _location(file.name, _region(reported.excerpt.units), finding.message)
        result["codeFlows"] = [{"threadFlows": [{"locations": [{"location": step} for step in (*steps, last)]}]}]
    if reported.fixes:
        result["fixes"] = [_fix(file, fix) for fix in reported.fixes]
    return result


def _location(name: str, region: sarif.Region | None = None, message: str = "") -> sarif.Location:
    physical: sarif.PhysicalLocation = {"artifactLocation": artifact_location(name)}
    if region is not None:
        physical["region"] = region
    location: sarif.Location = {"physicalLocation": physical}
    if message:
        location["message"] = {"text": message}
    return location


def _region(units: Range) -> sarif.Region:
    return {
        "startLine": units.start.line + 1,
        "startColumn": units.start.column + 1,
        "endLine": units.end.line + 1,
        "endColumn": units.end.column + 1,
    }


def _with_snippet(reported: Reported) -> sarif.Region:
    """Return a finding's region with its code, which is masked where it is secret."""
    range_ = reported.finding.range
    region = _region(reported.excerpt.units)
    lines = list(reported.excerpt.lines)
    if lines and len(lines) == range_.end.line - range_.start.line + 1:
        lines[-1] = lines[-1][: range_.end.column]
        lines[0] = lines[0][range_.start.column :]
        region["snippet"] = {"text": "\n".join(lines)}
    return region


def _fix(file: FileReport, fix: Fix) -> sarif.Fix:
    replacements: list[sarif.Replacement] = [
        {"deletedRegion": _region(edit.range), "insertedContent": {"text": edit.new_text}} for edit in fix.edits
    ]
    description = fix.title if fix.is_safe else f"{fix.title} (to review{f': {fix.note}' if fix.note else ''})"
    return {
        "description": {"text": description},
        "artifactChanges": [{"artifactLocation": artifact_location(file.name), "replacements": replacements}],
    }


def _notifications(report: Report) -> Iterator[sarif.Notification]:
    for file in report.files:
        if file.fault is not None:
            line = file.fault.line
            place = None if line is None else _region(Range.of(line, 0, line, 0))
            yield {
                "level": "error",
                "descriptor": {"id": file.fault.kind.value},
                "message": {"text": f"{file.name}: {file.fault.message}"},
                "locations": [_location(file.name, place)],
            }
        elif file.set_aside:
            yield {
                "level": "note",
                "descriptor": {"id": _NOT_PARSED},
                "message": {"text": f"{file.name}: some statements could not be parsed and were left out"},
                "locations": [_location(file.name, _region(range_)) for range_ in file.set_aside],
            }
