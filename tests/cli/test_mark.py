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


def git(folder: Path, *command: str) -> None:
    who = ["-c", "user.name=A", "-c", "user.email=a@example.com"]
    subprocess.run(["git", *who, *command], cwd=folder, check=True, capture_output=True)


def commit(folder: Path, message: str = "x") -> None:
    for command in (["init"], ["add", "."], ["commit", "--message", message]):
        git(folder, *command)


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
        (["app.py"], "--agent NAME FILES"),
        (["--agent", "x"], "--agent NAME FILES"),
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


BY_CLAUDE = "Add a second one\n\nCo-authored-by: Claude Fable <noreply@example.com>\nSigned-off-by: A <a@example.com>\n"


def of_commit(project: Project, ledger: Path, *arguments: str) -> str:
    outcome = project.run("mark", "--ledger", str(ledger), *arguments)
    assert outcome.code == 0, outcome.err
    return outcome.out


def test_what_a_commit_brought_is_the_agents_that_it_names(project: Project, ledger: Path) -> None:
    project.write({"app.py": FIRST, "other.py": FIRST})
    commit(project.root)
    project.write({"app.py": FIRST + SECOND, "notes.txt": "x\n", "new.py": FIRST})
    commit(project.root, BY_CLAUDE)
    project.write({"app.py": FIRST + SECOND + "\n\ndef mine():\n    return 3\n"})

    assert of_commit(project, ledger, "--commit") == (
        "app.py: 4 new lines by Claude Fable, 1 finding\nnew.py: 5 new lines by Claude Fable, 0 findings\n"
    )
    assert of_commit(project, ledger, "--commit") == "app.py: nothing new\nnew.py: nothing new\n"


def test_a_commit_is_marked_as_far_as_it_is_still_there(project: Project, ledger: Path) -> None:
    project.write({"app.py": FIRST})
    commit(project.root)
    project.write({"app.py": FIRST + SECOND})
    commit(project.root, BY_CLAUDE)
    project.write({"app.py": FIRST + SECOND.replace("'ls '", "'ls -l '")})
    commit(project.root, "Mine")

    assert of_commit(project, ledger, "--commit", "HEAD") == "HEAD names no agent: nothing is marked\n"
    git(project.root, "branch", "elsewhere")
    assert of_commit(project, ledger, "--commit", "elsewhere") == "elsewhere names no agent: nothing is marked\n"
    assert of_commit(project, ledger, "--commit", "HEAD~1") == "app.py: 3 new lines by Claude Fable, 0 findings\n"


@pytest.mark.parametrize(
    "trailer, agent",
    [
        ("Assisted-by: Some Tool 3", "Some Tool 3"),
        ("Generated-by: x <x@example.com>", "x"),
        ("Co-Authored-By: GitHub Copilot <copilot@example.com>", "GitHub Copilot"),
        ("Co-authored-by: Ann Person <ann@example.com>", ""),
    ],
)
def test_trailers_of_messages_and_notes(project: Project, ledger: Path, trailer: str, agent: str) -> None:
    project.write({"app.py": FIRST})
    commit(project.root, f"Begin\n\n{trailer}\n")

    said = of_commit(project, ledger, "--commit")
    assert said == (f"app.py: 5 new lines by {agent}, 0 findings\n" if agent else "HEAD names no agent: nothing is marked\n")

    project.write({"other.py": FIRST})
    commit(project.root, "Go on")
    git(project.root, "notes", "add", "--message", trailer)
    said = of_commit(project, ledger, "--commit")
    assert said == (f"other.py: 5 new lines by {agent}, 0 findings\n" if agent else "HEAD names no agent: nothing is marked\n")


def test_a_commit_that_is_not_there(project: Project, ledger: Path) -> None:
    outcome = project.run("mark", "--ledger", str(ledger), "--commit")
    assert (outcome.code, "is in no git repository" in outcome.err) == (2, True)

    project.write({"app.py": FIRST})
    commit(project.root)
    outcome = project.run("mark", "--ledger", str(ledger), "--commit", "nowhere")
    assert (outcome.code, "there is no commit nowhere" in outcome.err) == (2, True)


def test_nothing_is_remembered_where_the_ledger_is_off(project: Project, ledger: Path) -> None:
    project.write({"app.py": FIRST, "vetline.toml": "ledger = false\n"})

    outcome = project.run("mark", "--ledger", str(ledger), "--agent", "x", "app.py")

    assert outcome.code == 2
    assert "says `ledger = false`" in outcome.err
