"""Close a CI run the way that pytest closes one: its steps, what failed, then one line of counts.

    python .ci/summary.py STEPS SECONDS

STEPS is a file with a line for each step: its name, exit code, seconds, and the path of its JUnit report (empty if it has
none), separated by tabs.  Of a test that was tried again (``junit-3.11-again.xml`` beside ``junit-3.11.xml``), the second
outcome counts.  A step without a report counts as one test.  A step that failed although its report shows no failing test
(it crashed, ran out of time, or found no tests) counts as one error.  The exit code is 1 if anything failed.
"""

from __future__ import annotations

import sys
import xml.etree.ElementTree as ET
from collections import Counter
from pathlib import Path

WIDTH = 100


def main(steps: Path, seconds: int) -> int:
    """Print the summary and return the exit code."""
    counts: Counter[str] = Counter()
    again: list[str] = []
    failures: list[str] = []
    for line in steps.read_text(encoding="utf-8").splitlines():
        name, status, took, report = line.split("\t")
        print(f"{'passed' if status == '0' else 'FAILED'} {int(took):5} s  {name}")
        failed_tests = []
        first = _read(Path(report)) if report else {}
        second = _read(Path(report.replace(".xml", "-again.xml"))) if report else {}
        for test, outcome in (first | second).items():
            counts[outcome] += 1
            if outcome == "passed" and first.get(test, outcome) != outcome:
                again.append(f"PASSED when it was tried again: {test} [{name}]")
            if outcome in ("failed", "error"):
                failed_tests.append(f"{outcome.upper()} {test} [{name}]")
        if status == "0":
            counts["passed"] += not report
        elif not failed_tests:
            counts["error"] += 1
            failed_tests.append(f"ERROR {name} (exit code {status})")
        failures += failed_tests
    for notable in (*again, *failures):
        print(notable)
    total = ", ".join(f"{counts[outcome]} {outcome}" for outcome in ("failed", "passed", "skipped", "error") if counts[outcome])
    clock = f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    print(f" {total} in {seconds}.00s ({clock}) ".center(WIDTH, "="))
    return 1 if failures else 0


def _read(report: Path) -> dict[str, str]:
    """Return the tests of a JUnit report, each with its outcome; none if there is no whole report."""
    try:
        cases = list(ET.parse(report).iter("testcase"))
    except (OSError, ET.ParseError):
        return {}
    return {f"{case.get('classname')}::{case.get('name')}": _outcome(case) for case in cases}


def _outcome(case: ET.Element) -> str:
    for tag, outcome in (("failure", "failed"), ("error", "error"), ("skipped", "skipped")):
        if case.find(tag) is not None:
            return outcome
    return "passed"


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), int(sys.argv[2])))
