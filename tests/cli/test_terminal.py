"""On a terminal: colours, a progress bar on standard error, and nothing of that elsewhere."""

from __future__ import annotations

import os
import sys

import pytest

from tests.cli.conftest import Project
from tests.cli.test_workers import many

pytestmark = pytest.mark.usefixtures("bandits_profile")

if sys.platform == "win32":
    pytest.skip("needs POSIX terminals", allow_module_level=True)
else:
    import pty


def on_terminal(project: Project, *args: str, streams: tuple[str, ...], **env: str) -> tuple[int, str]:
    """Run the command with some of its streams on a terminal; return the exit code and what the terminal got."""
    ours, theirs = pty.openpty()
    environment = {"TERM": "xterm-256color", **env}
    with project.start(*args, env=environment, **dict.fromkeys(streams, theirs)) as process:
        os.close(theirs)
        chunks = []
        while True:
            try:
                chunk = os.read(ours, 65536)
            except OSError:  # the last one has closed the terminal
                break
            if not chunk:
                break
            chunks.append(chunk)
        process.communicate(timeout=30)
    os.close(ours)
    return process.returncode, b"".join(chunks).decode()


def test_findings_are_coloured(project: Project) -> None:
    code, shown = on_terminal(project.write({"app.py": "eval(x)\n"}), "check", streams=("stdout",))
    assert code == 1
    assert "\x1b[33m\x1b[1mwarning\x1b[0m: \x1b[1mB307\x1b[0m" in shown


@pytest.mark.parametrize("env", [{"NO_COLOR": "1"}, {"TERM": "dumb"}], ids=["NO_COLOR", "dumb"])
def test_colours_can_be_turned_off_in_the_environment(project: Project, env: dict[str, str]) -> None:
    for args in (["check"], ["rules", "B307"]):
        _, shown = on_terminal(project.write({"app.py": "eval(x)\n"}), *args, streams=("stdout",), **env)
        assert "B307" in shown
        assert "\x1b[3" not in shown


def test_colours_can_be_turned_off_on_the_command_line(project: Project) -> None:
    project.write({"app.py": "eval(x)\n"})
    _, shown = on_terminal(project, "check", "--no-color", streams=("stdout", "stderr"))
    assert "\x1b" not in shown


def test_progress_is_shown_on_standard_error_and_taken_away_again(project: Project) -> None:
    _, shown = on_terminal(project.write(many()), "check", streams=("stderr",))
    assert "Vetting" in shown
    assert "40/40" in shown or "/40 files" in shown
    assert shown.rstrip().endswith(("\x1b[2K", "\x1b[?25h", "\x1b[1A\x1b[2K"))


@pytest.mark.parametrize("args", [["check", "--quiet"], ["check", "app.py"]], ids=["quiet", "one file"])
def test_progress_is_not_shown_without_need(project: Project, args: list[str]) -> None:
    _, shown = on_terminal(project.write(many() | {"app.py": "eval(x)\n"}), *args, streams=("stderr",))
    assert shown == ""


def test_a_coloured_diff_obeys_no_control_characters(project: Project) -> None:
    project.write({"app.py": "import requests\n\nx = '\x1b[2J'\nrequests.get(url)\n"})
    _, shown = on_terminal(project, "fix", "--diff", streams=("stdout",))
    assert "\x1b[32m+requests.get(url, timeout=10)\x1b[0m" in shown
    assert "\x1b[2J" not in shown
    assert "\\x1b[2J" in shown
