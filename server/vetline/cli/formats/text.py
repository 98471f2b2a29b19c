"""Findings for people: where, what, and the code with the place underlined."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from vetline.cli.report import Fault, FaultKind, FileReport, Report, Reported, line_spans
from vetline.cli.terminal import Style, lay_out, visible
from vetline.core.severity import Level
from vetline.rules.catalogue import find_rule

LABELS: Mapping[Level, tuple[str, str]] = {
    Level.ERROR: ("error", "red"),
    Level.WARNING: ("warning", "yellow"),
    Level.INFORMATION: ("info", "blue"),
    Level.HINT: ("hint", "cyan"),
}
"""What a level is called, and its colour."""


def render(report: Report, style: Style, width: int) -> str:
    """Return the report for a terminal (or a file) that has ``width`` columns; empty if there is nothing to say."""
    parts = [part for file in report.files for part in _file(file, style, width)]
    return "".join(f"{part}\n" for part in parts)


def summary(report: Report, style: Style) -> str:
    """Return one line, or a few, on the whole."""
    counts = report.counts()
    total = sum(counts.values())
    checked = sum(1 for file in report.files if file.fault is None or file.findings)
    lines = []
    if total:
        levels = ", ".join(style(plural(count, LABELS[level][0]), LABELS[level][1]) for level, count in counts.items())
        affected = sum(1 for file in report.files if file.findings)
        found = style(f"Found {plural(total, 'finding')}", bold=True)
        lines.append(f"{found} in {affected} of {_files(checked)}: {levels}.")
        if any(has_fix(reported) for _, reported in report.findings()):
            lines.append("`vetline fix --diff` shows what can be fixed; `vetline rules ID` explains a rule.")
    elif checked:
        lines.append(f"{style('No findings', 'green', bold=True)} in {_files(checked)}.")
    elif not report.files:
        lines.append("There are no Python files to check.")
    if faults := sum(1 for _ in report.faults()):
        lines.append(style(f"{plural(faults, 'path')} could not be checked, or not wholly.", "red"))
    return "\n".join(lines)


def fault_line(name: str, fault: Fault, style: Style, outcome: str = "") -> str:
    """Return one line on what could not be checked; ``outcome`` says so in other words."""
    outcome = outcome or ("not wholly checked" if fault.kind is FaultKind.BROKEN else "not checked")
    place = visible(name) if fault.line is None else f"{visible(name)}:{fault.line + 1}:1"
    return f"{style(place, bold=True)}: {style('error', 'red', bold=True)}: {outcome}: {visible(fault.message)}"


def has_fix(reported: Reported) -> bool:
    """Tell whether the rule knows a fix; whether it applies at this place is another question."""
    rule = find_rule(reported.finding.rule_id)
    return rule is not None and rule.fix is not None


def rule_name(rule_id: str) -> str:
    """Return the readable name of a rule; empty for a plugin's, which has none."""
    rule = find_rule(rule_id)
    return rule.name if rule else ""


def plural(count: int, word: str) -> str:
    """Return ``1 finding`` or ``2 findings``; "info" stays as it is."""
    return f"{count} {word}" if count == 1 or word == "info" else f"{count} {word}s"


def _files(count: int) -> str:
    return f"{count} checked file" if count == 1 else f"{count} checked files"


def _file(file: FileReport, style: Style, width: int) -> Iterator[str]:
    if file.fault is not None:
        yield fault_line(file.name, file.fault, style)
    elif file.set_aside:
        start = file.set_aside[0].start
        place = style(f"{visible(file.name)}:{start.line + 1}:{start.column + 1}", bold=True)
        yield (
            f"{place}: {style('note', bold=True)}: could not be parsed and {_was(file)} left out:"
            f" {line_spans(file.set_aside)}; everything else was checked"
        )
    for reported in file.findings:
        yield from finding_lines(file.name, reported, style, width)


def _was(file: FileReport) -> str:
    return "was" if len(file.set_aside) == 1 else "were"


def finding_lines(name: str, reported: Reported, style: Style, width: int) -> Iterator[str]:
    """Yield the lines on one finding in what is called ``name``: the place, the code, the evidence, and an empty one."""
    finding = reported.finding
    label, color = LABELS[reported.level]
    start, end = finding.range.start, finding.range.end
    place = style(f"{visible(name)}:{start.line + 1}:{start.column + 1}", bold=True)
    rule = " ".join(filter(None, (style(finding.rule_id, bold=True), rule_name(finding.rule_id))))
    yield f"{place}: {style(label, color, bold=True)}: {rule}: {visible(finding.message)}"
    number = str(start.line + 1)
    margin = " " * len(number)
    bar = style("|", "blue")
    if reported.excerpt.lines:
        line = reported.excerpt.lines[0]
        code = lay_out(line, start.column, end.column if end.line == start.line else len(line), width - len(number) - 3)
        yield f"{margin} {bar}"
        yield f"{style(number, 'blue')} {bar} {code.text}"
        marks = " " * code.start + style("^" * (code.end - code.start), color, bold=True)
        yield f"{margin} {bar} {marks}{f' to line {end.line + 1}' if end.line > start.line else ''}"
    for step in reported.steps:
        at = f"{visible(step.name)}:{step.range.start.line + 1}:{step.range.start.column + 1}"
        yield _remark(margin, "note", f"{at}: {visible(step.message)}", style)
    if finding.cwe is not None:
        yield _remark(margin, str(finding.cwe), finding.cwe.name, style)
    if has_fix(reported):
        yield _remark(margin, "help", "`vetline fix --diff` may fix this; add --unsafe for fixes to review", style)
    yield ""


def _remark(margin: str, label: str, text: str, style: Style) -> str:
    return f"{margin} {style('=', 'blue')} {style(label, bold=True)}: {text}"
