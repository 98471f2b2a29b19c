"""The formats of CI systems: GitHub's workflow commands and JUnit XML."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

import pytest

from tests.cli.conftest import Project
from tests.cli.test_json import VARIED

pytestmark = pytest.mark.usefixtures("bandits_profile")

COMMAND = re.compile(r"::(?P<command>error|warning|notice) (?P<properties>[^:]+?)::(?P<message>.+)")
PROPERTIES = {"file", "line", "endLine", "col", "endColumn", "title"}


def parse_commands(out: str) -> list[tuple[str, dict[str, str], str]]:
    """Read workflow commands as GitHub's runner does (ActionCommand.cs of actions/runner)."""

    def unescaped(text: str, *, of_property: bool = False) -> str:
        for code, character in [("%0D", "\r"), ("%0A", "\n")] + [("%3A", ":"), ("%2C", ",")] * of_property + [("%25", "%")]:
            text = text.replace(code, character)
        return text

    commands = []
    for line in out.splitlines():
        found = COMMAND.fullmatch(line)
        assert found, line
        pairs = dict(pair.split("=", 1) for pair in found["properties"].split(","))
        assert pairs.keys() <= PROPERTIES
        properties = {key: unescaped(value, of_property=True) for key, value in pairs.items()}
        commands.append((found["command"], properties, unescaped(found["message"])))
    return commands


def test_findings_are_workflow_commands(project: Project) -> None:
    project.write({"app.py": "import subprocess\n\nsubprocess.run(\n    c, shell=True)\n"})
    hint, error = parse_commands(project.run("check", "--format", "github").out)
    assert hint[:2] == (
        "notice",
        {
            "file": "app.py",
            "line": "1",
            "endLine": "1",
            "col": "1",
            "endColumn": "18",
            "title": "Vetline: B404 import-subprocess",
        },
    )
    assert error[0] == "error"
    assert error[2].endswith("(CWE-78)")


def test_everything_in_a_varied_project_can_be_read(project: Project) -> None:
    project.write({**VARIED, "a,b:c%0A.py": "eval(x)\n", "bad.py": b"\xff", "broken.py": "x = = 1\ny = 1\nz = 1\n"})
    commands = parse_commands(project.run("check", "--format", "github").out)
    assert {command[1]["file"] for command in commands} == {*VARIED, "a,b:c%0A.py", "bad.py", "broken.py"} - {"pkg/__init__.py"}
    titles = [command[1]["title"] for command in commands]
    assert "Vetline: not checked" in titles
    assert "Vetline: not parsed" in titles


@pytest.mark.skipif("sys.platform == 'win32'", reason="no such file names there")
def test_a_line_break_in_a_file_name_starts_no_command(project: Project) -> None:
    project.write({"x\n::error::gotcha.py": "eval(x)\n"})
    ((_, properties, _),) = parse_commands(project.run("check", "--format", "github").out)
    assert properties["file"] == "x\n::error::gotcha.py"


def test_junit_has_a_case_for_each_file(project: Project) -> None:
    project.write({**VARIED, "clean.py": "", "bad.py": b"\xff\n", "broken.py": "x = = 1\ny = 1\nz = 1\n"})
    outcome = project.run("check", "--format", "junit")
    (suite,) = ET.fromstring(outcome.out_bytes)
    cases = {case.get("name"): case for case in suite.iter("testcase")}
    assert suite.get("tests") == str(len(cases)) == "8"
    assert suite.get("failures") == str(len(list(suite.iter("failure"))))
    assert suite.get("errors") == "1"
    assert [child.tag for child in cases["clean.py"]] == []
    assert [child.tag for child in cases["bad.py"]] == ["error"]
    assert [child.tag for child in cases["broken.py"]] == ["system-out"]
    (failure,) = [failure for failure in cases["app.py"].iter("failure") if "B307" in str(failure.get("message"))]
    assert failure.get("type") == "warning"
    assert "eval(self.key)" in str(failure.text)


def test_junit_is_xml_whatever_the_code_holds(project: Project) -> None:
    project.write({"app.py": "eval('\x01 ]]> & < \x1b \ufffe 👩')\n"})
    root = ET.fromstring(project.run("check", "--format", "junit").out_bytes)
    (failure,) = root.iter("failure")
    assert "eval('� ]]> & < � � 👩')" in str(failure.text)


@pytest.mark.parametrize("format_", ["json", "sarif", "github", "junit"])
def test_documents_are_utf8_in_any_locale(project: Project, format_: str) -> None:
    project.write({"\xe4日.py": "eval(x)\n"})
    options = ("check", "--format", format_)
    outcome = project.spawn(*options, env={"PYTHONIOENCODING": "latin-1"})
    assert "B307" in outcome.out_bytes.decode("utf-8")
    assert "\xe4日.py" in outcome.out or "%C3%A4%E6%97%A5.py" in outcome.out
    project.spawn(*options, "-o", "out", env={"PYTHONIOENCODING": "latin-1"})
    untimed = re.compile(rb' time="[\d.]+"')
    assert untimed.sub(b"", project.read("out")) == untimed.sub(b"", outcome.out_bytes)
