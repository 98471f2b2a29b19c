"""Evidence from the source to the sink, and what Bandit says of the same place, in each format."""

from __future__ import annotations

import json
from textwrap import dedent
from typing import Any

import pytest

from tests.cli.conftest import Project
from tests.cli.test_json import check_json
from tests.cli.test_sarif import check_sarif

APP = """\
from flask import request

from shell import run


def handle():
    '😀'; wanted = request.args["file"]
    run(wanted)
"""
SHELL = """\
import subprocess


def run(name):
    command = "convert " + name
    subprocess.run(command, shell=True)
"""
SELECT = ("--select", "VET102,B602")

STEPS = [
    ("app.py", 7, 19, "The query string comes in here"),
    ("app.py", 7, 10, "Goes into `wanted`"),
    ("app.py", 8, 5, "Is passed to `run`"),
    ("shell.py", 5, 1, "Goes into `command`"),
    ("shell.py", 6, 1, "Reaches `subprocess.run`"),
]
"""Of another file a step has whole lines only."""


@pytest.fixture
def across(project: Project) -> Project:
    """A project in which input goes from one file to another."""
    return project.write({"app.py": APP, "shell.py": SHELL, "vetline.toml": ""})


def test_text_lists_the_steps(across: Project) -> None:
    assert across.run("check", *SELECT, "app.py").out == dedent(
        """\
        app.py:8:5: error: VET102 command-injection: The query string becomes part of a command: its sender can run \
commands of their own. Pass a list of arguments.
          |
        8 |     run(wanted)
          |     ^^^^^^^^^^^
          = note: app.py:7:19: The query string comes in here
          = note: app.py:7:10: Goes into `wanted`
          = note: app.py:8:5: Is passed to `run`
          = note: shell.py:5:1: Goes into `command`
          = note: shell.py:6:1: Reaches `subprocess.run`
          = CWE-78: OS Command Injection
          = help: `vetline fix --diff` may fix this; add --unsafe for fixes to review

        Found 1 finding in 1 of 1 checked file: 1 error.
        `vetline fix --diff` shows what can be fixed; `vetline rules ID` explains a rule.
        """
    )


def test_json_has_the_steps(across: Project) -> None:
    (finding,) = check_json(across, *SELECT, "app.py")["findings"]

    starts = [(step["path"], step["range"]["start"], step["message"]) for step in finding["related"]]
    assert [(path, start["line"], start["column"], message) for path, start, message in starts] == STEPS


def test_sarif_has_them_as_a_flow_that_ends_at_the_finding(across: Project) -> None:
    (result,) = check_sarif(across, *SELECT, "app.py")["results"]

    def place(location: Any) -> tuple[str, int, int, str]:
        physical = location["physicalLocation"]
        region = physical["region"]
        return physical["artifactLocation"]["uri"], region["startLine"], region["startColumn"], location["message"]["text"]

    units = [(path, line, column + 1 if line == 7 else column, message) for path, line, column, message in STEPS]
    assert [place(location) for location in result["relatedLocations"]] == units, "columns are UTF-16 code units"
    ((flow,),) = (one["threadFlows"] for one in result["codeFlows"])
    steps = [place(one["location"]) for one in flow["locations"]]
    assert steps == [*units, ("app.py", 8, 5, result["message"]["text"])]


def test_without_a_look_at_other_files_there_is_nothing(across: Project) -> None:
    across.write({"vetline.toml": "deep = false\n"})

    assert check_json(across, *SELECT, "app.py")["findings"] == []


def test_one_finding_stands_for_both(across: Project) -> None:
    (finding,) = check_json(across, *SELECT, "shell.py")["findings"]
    (result,) = check_sarif(across, *SELECT, "shell.py")["results"]

    assert (finding["rule_id"], finding["also"]) == ("VET102", ["B602"])
    assert finding["message"].endswith(" (B602)")
    assert "bandit" not in finding
    assert (result["ruleId"], result["properties"]["also"]) == ("VET102", ["B602"])


def test_fix_counts_what_is_shown_as_one(across: Project) -> None:
    head = "import sqlite3\n\n\ndef find(db, name):\n"
    across.write({"db.py": head + "    db.execute(f\"SELECT 1 FROM a WHERE b = '{name}'\")\n"})

    outcome = across.run("fix", "--select", "VET101,B608", "db.py")

    assert across.read("db.py").decode() == head + '    db.execute("SELECT 1 FROM a WHERE b = ?", (name,))\n'
    assert (outcome.out, outcome.err) == ("db.py: fixed VET101\n", "Fixed 1 finding in 1 file.\n")


def test_bandits_profile_is_bandits(across: Project) -> None:
    found = json.loads(across.run("check", "--profile", "bandit", "--format", "json").out)["findings"]

    assert [(finding["rule_id"], finding["also"], finding["related"]) for finding in found] == [
        ("B404", [], []),
        ("B602", [], []),
    ]
