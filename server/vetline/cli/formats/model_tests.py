"""What came of the tests in model files, for people and for programs."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence

from vetline.cli.formats.json import finding_json, range_json
from vetline.cli.formats.text import finding_lines, plural
from vetline.cli.model_tests import SNIPPET, Expected, FileOutcome, Outcome
from vetline.cli.report import line_spans
from vetline.cli.terminal import Style, visible
from vetline.core.location import Position


def text_report(files: Sequence[FileOutcome], style: Style, width: int) -> str:
    """Return all of it for a terminal that has ``width`` columns."""
    lines = [line for file in files for line in _file(file, style, width)]
    total, failed = sum(len(file.tests) for file in files), sum(file.failed for file in files)
    summary = style(plural(total, "test"), bold=True)
    if failed:
        summary += f": {style(f'{failed} failed', 'red', bold=True)}, {total - failed} passed"
    elif total:
        summary += f", {style('all passed' if total > 1 else 'passed', 'green', bold=True)}"
    return "".join(f"{line}\n" for line in (*lines, f"{summary}."))


def json_report(files: Sequence[FileOutcome]) -> str:
    """Return all of it as a JSON document; lines and columns in it count from 1."""
    total, failed = sum(len(file.tests) for file in files), sum(file.failed for file in files)
    document = {"passed": total - failed, "failed": failed, "files": [_file_json(file) for file in files]}
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _file(file: FileOutcome, style: Style, width: int) -> Iterator[str]:
    yield from (visible(str(problem)) for problem in file.wrong)
    if not file.tests:
        yield f"{style(visible(file.name), bold=True)}: there are no tests in it"
        return
    for place, outcome in file.tests:
        at = style(f"{visible(file.name)}:{place.line + 1}:{place.column + 1}", bold=True)
        verdict = style("passed", "green") if outcome.has_passed else style("FAILED", "red", bold=True)
        yield f"{at}: {verdict}: {visible(outcome.test.name)}"
        if not outcome.has_passed:
            yield from (f"    {line}".rstrip() for line in _failure(outcome, style, width - 4))
    if file.unnoticed:
        yield f"{style(visible(file.name), bold=True)}: {style('note', bold=True)}: no test depends on these entries:"
        yield from (f"    [{entry.table}] {visible(entry.name)}" for entry in file.unnoticed)


def _failure(outcome: Outcome, style: Style, width: int) -> Iterator[str]:
    if outcome.found.set_aside:
        yield f"can't be parsed: {line_spans(outcome.found.set_aside)} of the code"
    rows = outcome.test.code.splitlines()
    for one in outcome.missing:
        expected = f"line {one.line + 1}: {style(one.rule_id, bold=True)} is expected"
        if one.rule_id in outcome.unknown:
            yield f"{expected}, but there is no rule of this name"
        else:
            yield f"{expected}, and not found; {_there_instead(one, outcome)}"
        if one.line < len(rows):
            yield f"{one.line + 1} {style('|', 'blue')} {visible(rows[one.line])}"
    for found in outcome.unexpected:
        at = f"line {found.finding.range.start.line + 1}"
        yield f"{at}: {style(found.finding.rule_id, bold=True)} is found, and not expected:"
        yield from finding_lines(SNIPPET, found, style, width)


def _there_instead(expected: Expected, outcome: Outcome) -> str:
    """Say where the expected rule does report something, or that nothing does."""
    findings = [found.finding for found in outcome.found.findings]
    if not findings:
        return "nothing is found in this code"
    same = [finding.range for finding in findings if finding.rule_id == expected.rule_id]
    return f"it is found in {line_spans(same)}" if same else "other rules find something"


def _file_json(file: FileOutcome) -> Mapping[str, object]:
    return {
        "path": file.name,
        "problems": [{"range": range_json(problem.range), "message": problem.message} for problem in file.wrong],
        "tests": [_test_json(place, outcome) for place, outcome in file.tests],
        "unnoticed": None if file.unnoticed is None else [{"table": one.table, "name": one.name} for one in file.unnoticed],
    }


def _test_json(place: Position, outcome: Outcome) -> Mapping[str, object]:
    return {
        "name": outcome.test.name,
        "line": place.line + 1,
        "passed": outcome.has_passed,
        "missing": [{"rule_id": one.rule_id, "line": one.line + 1} for one in outcome.missing],
        "unexpected": [finding_json(SNIPPET, found) for found in outcome.unexpected],
        "found": [finding_json(SNIPPET, found) for found in outcome.found.findings],
        "not_parsed": [range_json(range_) for range_ in outcome.found.set_aside],
    }
