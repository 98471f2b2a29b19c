"""Findings as JUnit XML, in the form that Jenkins and GitLab read: a test case for each file, a failure for each finding."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

from vetline.cli.report import FileReport, Report, Reported, line_spans

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that no XML 1.0 document may hold, not even escaped."""


def render(report: Report) -> str:
    """Return the report as an XML document."""
    suite = ET.Element("testsuite", name="vetline")
    for file in report.files:
        suite.append(_case(file))
    if report.problems:
        ET.SubElement(suite, "system-err").text = _text("\n".join(report.problems))
    counts = {
        "tests": len(report.files),
        "failures": sum(1 for _ in suite.iter("failure")),
        "errors": sum(1 for _ in suite.iter("error")),
        "skipped": 0,
        "time": f"{sum(file.seconds for file in report.files):.3f}",
    }
    for key, value in counts.items():
        suite.set(key, str(value))
    root = ET.Element("testsuites", name="vetline")
    root.append(suite)
    ET.indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ET.tostring(root, encoding="unicode")}\n'


def _case(file: FileReport) -> ET.Element:
    name = _text(file.name)
    case = ET.Element("testcase", classname="vetline", name=name, file=name, time=f"{file.seconds:.3f}")
    if file.fault is not None:
        ET.SubElement(case, "error", type=file.fault.kind.value, message=_text(file.fault.message))
    for reported in file.findings:
        case.append(_failure(file, reported))
    if file.set_aside and file.fault is None:
        message = f"could not be parsed and left out: {line_spans(file.set_aside)}; everything else was checked"
        ET.SubElement(case, "system-out").text = message
    return case


def _failure(file: FileReport, reported: Reported) -> ET.Element:
    finding = reported.finding
    place = f"{file.name}:{finding.range.start.line + 1}:{finding.range.start.column + 1}"
    cwe = f" ({finding.cwe} {finding.cwe.name})" if finding.cwe else ""
    message = f"{finding.rule_id} {finding.message}"
    failure = ET.Element("failure", type=reported.level.value, message=_text(f"{place}: {message}"))
    code = "\n".join(f"    {line}" for line in reported.excerpt.lines)
    failure.text = _text(f"{place}: {reported.level.value}: {message}{cwe}\n\n{code}\n")
    return failure


def _text(text: str) -> str:
    return _NOT_XML.sub("\N{REPLACEMENT CHARACTER}", text)
