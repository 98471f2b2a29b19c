"""``vetline mark``"""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Project

FIRST = "import os\n\n\ndef first():\n    return 1\n"
SECOND = "\n\ndef second(name):\n    os.system('ls ' + name)\n"


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    return tmp_path / "state" / "ledger.sqlite3"


def marked(project: Project, ledger: Path) -> list[dict[str, Any]]:
    return list(json.loads(project.run("ledger", "show", "--format", "json", "--ledger", str(ledger)).out)["acceptances"])


def mark(project: Project, ledger: Path, *files: str, agent: str = "Claude Code") -> str:
    outcome = project.run("mark", "--agent", agent, "--ledger", str(ledger), *files)
    assert outcome.code == 0, outcome.err
    return outcome.out


def commit(folder: Path) -> None:
    who = ["-c", "user.name=A", "-c", "user.email=a@example.com"]
    for command in (["init"], ["add", "."], ["commit", "--message", "x"]):
        subprocess.run(["git", *who, *command], cwd=folder, check=True, capture_output=True)


def test_what_is_new_since_the_last_commit_is_the_agents(project: Project, ledger: Path) -> None:
    project.write({"app.py": FIRST})
    commit(project.root)
    project.write({"app.py": FIRST + SECOND})

    assert mark(project, ledger, "app.py") == "app.py: 4 new lines by Claude Code, 1 finding\n"

    (one,) = marked(project, ledger)
    assert (one["tool"], one["kind"], one["exact"], one["lines"]) == ("Claude Code", "agent", True, 4)
    assert [(event["event"], event["rule"]) for event in one["events"]] == [("found", "VET102")]
    assert mark(project, ledger, "app.py", agent="Another") == "app.py: nothing new\n"


def test_without_a_repository_it_is_the_whole_file(project: Project, ledger: Path) -> None:
    project.write({"one.py": FIRST})
    project.write({"two.py": ""})

    assert mark(project, ledger, "one.py", "two.py") == "one.py: 5 new lines by Claude Code, 0 findings\ntwo.py: nothing new\n"


@pytest.mark.parametrize(
    "arguments, message",
    [
        (["app.py"], "--agent"),
        (["--agent", "x"], "FILES"),
        (["--agent", "x", "missing.py"], "missing.py"),
        (["--agent", "  ", "app.py"], "printable"),
        (["--agent", "x", "binary.py"], "binary.py: "),
    ],
)
def test_says_what_is_wrong(project: Project, ledger: Path, arguments: list[str], message: str) -> None:
    project.write({"app.py": FIRST})
    (project.root / "binary.py").write_bytes(b"\xff\xfe\x00")

    outcome = project.run("mark", "--ledger", str(ledger), *arguments)

    assert outcome.code == 2
    assert message in outcome.err


def test_nothing_is_remembered_where_the_ledger_is_off(project: Project, ledger: Path) -> None:
    project.write({"app.py": FIRST, "vetline.toml": "ledger = false\n"})

    outcome = project.run("mark", "--ledger", str(ledger), "--agent", "x", "app.py")

    assert outcome.code == 2
    assert "says `ledger = false`" in outcome.err
