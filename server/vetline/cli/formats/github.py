"""Findings as workflow commands, which GitHub Actions shows beside the code.

The syntax is that of GitHub's "Workflow commands for GitHub Actions"; how to escape is in ``command.ts`` of
actions/toolkit.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from vetline.cli.formats.text import rule_name
from vetline.cli.report import FileReport, Report, Reported, line_spans
from vetline.core.severity import Level

_COMMANDS: Mapping[Level, str] = {
    Level.ERROR: "error",
    Level.WARNING: "warning",
    Level.INFORMATION: "notice",
    Level.HINT: "notice",
}


def render(report: Report) -> str:
    """Return one command per line."""
    return "".join(f"{line}\n" for line in _commands(report))


def _commands(report: Report) -> Iterator[str]:
    for problem in report.problems:
        yield _command("warning", {"title": "Vetline: configuration"}, problem)
    for file in report.files:
        if file.fault is not None:
            line = 0 if file.fault.line is None else file.fault.line
            yield _command("error", {"file": file.name, "line": line + 1, "title": "Vetline: not checked"}, file.fault.message)
        elif file.set_aside:
            place = {"file": file.name, "line": file.set_aside[0].start.line + 1, "title": "Vetline: not parsed"}
            message = f"could not be parsed and left out: {line_spans(file.set_aside)}; everything else was checked"
            yield _command("notice", place, message)
        for reported in file.findings:
            yield _finding(file, reported)


def _finding(file: FileReport, reported: Reported) -> str:
    finding = reported.finding
    start, end = finding.range.start, finding.range.end
    properties: dict[str, object] = {"file": file.name, "line": start.line + 1, "endLine": end.line + 1}
    properties["col"] = start.column + 1
    if end.line == start.line:  # GitHub takes no end column over several lines
        properties["endColumn"] = end.column + 1
    name = rule_name(finding.rule_id)
    properties["title"] = f"Vetline: {finding.rule_id}{f' {name}' if name else ''}"
    message = f"{finding.message} ({finding.cwe})" if finding.cwe else finding.message
    return _command(_COMMANDS[reported.level], properties, message)


def _command(name: str, properties: Mapping[str, object], message: str) -> str:
    inside = ",".join(f"{key}={_escape_property(str(value))}" for key, value in properties.items())
    return f"::{name} {inside}::{_escape(message)}"


def _escape(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _escape_property(text: str) -> str:
    return _escape(text).replace(":", "%3A").replace(",", "%2C")
