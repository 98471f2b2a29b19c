"""The extension in the real workbench of VS Code, as a person uses it; each step leaves a screenshot in build/reports/."""

from __future__ import annotations

import os
import re
import signal
from pathlib import Path

import psutil
import pytest

from tests.editors.vscode.conftest import Open
from tests.editors.vscode.workbench import Workbench, until

pytestmark = pytest.mark.editor

SUGGESTIONS = {
    "def listing(folder):": '    command = "ls -l " + folder\n    return subprocess.run(command, shell=True, check=True)',
}
ASSISTED = {"assistant.suggestions": SUGGESTIONS, "vetline.assistant": "Robin"}
LINE = 11
"""Where the assistant has something to say."""
BEFORE = ["def listing(folder):", ""]


def lines(workbench: Workbench) -> list[str]:
    """Return what stands in the editor, without ghost text, in text order."""
    workbench.press("Control+Home")
    workbench.do("sleep", 200)
    return [text.rstrip() for text in sorted_lines(workbench)]


def sorted_lines(workbench: Workbench) -> list[str]:
    tops = workbench.do("attributes", ".editor-instance .view-line", "style")
    places = [float(match[1]) if (match := re.search(r"top:\s*([\d.]+)", style or "")) else 0.0 for style in tops]
    texts = workbench.texts(".editor-instance .view-line")
    return [text for _, text in sorted(zip(places, texts, strict=True))]


def accept(workbench: Workbench, *keys: str) -> None:
    """Have the assistant suggest its code, and take it: Tab indents first, which makes it suggest, then it accepts."""
    until(lambda: workbench.status() == "Vetline", "the server is ready")
    workbench.go_to(LINE)
    workbench.press("Tab")
    workbench.wait('.view-line [class*="ghost-text"]')
    for key in keys or ("Tab",):
        workbench.do("sleep", 300)  # nobody is faster than that
        workbench.press(key)


def quick_fixes(workbench: Workbench) -> list[str]:
    """Ask for the quick fixes at the cursor, as a person does: again, if the editor was busy with something else."""
    workbench.press("Control+.")
    workbench.do("sleep", 1000)
    return workbench.texts(".action-widget .monaco-list-row")


def servers(workbench: Workbench) -> list[psutil.Process]:
    """Return the processes of the server that the workbench has started."""
    home = workbench.env["HOME"]
    found = []
    for process in psutil.process_iter():
        try:
            if process.cmdline()[-2:] == ["vetline", "serve"] and process.environ().get("HOME") == home:
                found.append(process)
        except psutil.Error:
            continue
    return found


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_a_completion_is_vetted_shown_explained_and_taken_back(open_workbench: Open, *, dark: bool) -> None:
    workbench = open_workbench("orders.py", ASSISTED, dark=dark)
    accept(workbench)

    until(lambda: workbench.status() == "1 in accepted code", "the verdict is in the status bar")
    workbench.wait(".squiggly-warning, .squiggly-error")
    workbench.wait(".codelens-decoration")
    (lens,) = {text for text in workbench.texts(".codelens-decoration") if text}
    assert lens.startswith("1 finding in this completion, accepted just now from Robin · Fix")
    workbench.wait(".glyph-margin-widgets .cgmr")
    workbench.command("Vetline: Focus on To Review View")
    workbench.wait('.pane-body .monaco-list-row:has-text("from Robin")')
    workbench.shot("1-accepted")

    workbench.command("Vetline: Show Menu", asks=True)
    workbench.wait('.quick-input-list .monaco-list-row:has-text("1 to review, 1 finding")')
    workbench.shot("2-menu")
    workbench.press("Escape")

    workbench.command("Vetline: Open Report")
    workbench.wait('.tab:has-text("Vetline Report")')
    until(lambda: workbench.do("frames", "h1"), "the report is there")
    workbench.shot("3-report")

    workbench.command("Vetline: Vet Workspace")
    workbench.wait('.notification-toast:has-text("1 file")')
    workbench.shot("4-workspace")

    workbench.show("orders.py")
    workbench.command("Vetline: Review Accepted Code")
    workbench.go_to(LINE + 1, 28)
    workbench.command("Vetline: Explain Finding")
    until(lambda: "Why it matters" in workbench.do("frames", "h2"), "the rule is explained")
    workbench.shot("5-explanation")

    workbench.show("orders.py")
    workbench.go_to(LINE + 1, 28)
    workbench.command("Vetline: Reject This Completion")
    until(lambda: workbench.status() == "Vetline", "nothing is left of it")
    assert [text.rstrip() for text in lines(workbench)[-2:]] == BEFORE
    workbench.shot("6-rejected")


def test_a_quick_fix_is_applied_by_keyboard(open_workbench: Open) -> None:
    workbench = open_workbench("orders.py", ASSISTED)
    accept(workbench)
    until(lambda: workbench.status() == "1 in accepted code", "the verdict is in the status bar")

    workbench.go_to(LINE + 1, 28)
    until(lambda: quick_fixes(workbench), "the menu is open")
    workbench.shot("7-quick-fixes")
    workbench.press("Enter")

    until(lambda: workbench.status() == "Vetline", "the finding is gone")
    assert not any("shell=True" in line for line in lines(workbench))


def test_a_completion_may_be_taken_word_by_word_and_is_one(open_workbench: Open) -> None:
    workbench = open_workbench("orders.py", ASSISTED)
    accept(workbench, *["Control+ArrowRight"] * 9)
    workbench.do("sleep", 500)
    workbench.press("Tab")

    until(lambda: workbench.status() == "1 in accepted code", "the verdict is in the status bar")
    workbench.command("Vetline: Focus on To Review View")
    workbench.wait('.pane-body .monaco-list-row:has-text("from Robin")')
    rows = workbench.texts(".pane-body .monaco-list-row")
    assert [row for row in rows if row.startswith("Accepted")] == [row for row in rows[:1] if "from Robin" in row]


def test_tab_stays_what_it_is(open_workbench: Open) -> None:
    """It indents, it accepts an item of the list, and it does so with our extension's server gone, too."""
    workbench = open_workbench("orders.py", {"assistant.items": ["totalise_orders"], "vetline.path": "/nowhere/vetline"})
    until(lambda: "Vetline" in workbench.status(), "the extension is there")
    workbench.go_to(LINE)
    workbench.press("Tab")
    workbench.type("totalis")
    workbench.wait(".suggest-widget.visible .monaco-list-row.focused")
    workbench.press("Tab")
    workbench.do("sleep", 500)
    assert lines(workbench)[-1] == "    totalise_orders"


def test_an_item_of_the_list_is_accepted_code(open_workbench: Open) -> None:
    workbench = open_workbench("orders.py", {"assistant.items": ["eval(input())"]})
    until(lambda: workbench.status() == "Vetline", "the server is ready")
    workbench.go_to(LINE)
    workbench.press("Tab")
    workbench.type("eva")
    workbench.wait(".suggest-widget.visible .monaco-list-row.focused")
    workbench.press("Enter")
    until(lambda: "in accepted code" in workbench.status(), "the verdict is in the status bar")
    workbench.wait('.codelens-decoration:has-text("accepted just now")')


def test_what_an_agent_edits_is_seen_without_any_signal(open_workbench: Open) -> None:
    workbench = open_workbench("orders.py")
    until(lambda: workbench.status() == "Vetline", "the server is ready")
    workbench.command("Assistant: Edit as an Agent")
    until(lambda: "in accepted code" in workbench.status(), "the verdict is in the status bar")
    workbench.wait('.codelens-decoration:has-text("inserted")')


def test_a_server_that_is_killed_comes_back_twice_and_then_says_so(open_workbench: Open) -> None:
    workbench = open_workbench("orders.py")
    for _ in range(3):
        until(lambda: workbench.status() == "Vetline" and servers(workbench), "the server is ready")
        (server,) = servers(workbench)
        os.kill(server.pid, signal.SIGKILL)
        until(lambda gone=server.pid: gone not in [one.pid for one in servers(workbench)], "it is gone")  # type: ignore[misc]
    workbench.wait('.notification-toast:has-text("has ended three times in a row")')
    workbench.shot("8-crashed")

    workbench.do("click", '.notification-toast a:has-text("Restart")')
    until(lambda: workbench.status() == "Vetline" and servers(workbench), "the server is back")


def test_without_a_python_it_says_what_to_do(open_workbench: Open, tmp_path: Path) -> None:
    empty = tmp_path / "bin"
    empty.mkdir()
    for name in ("sh", "bash", "dirname", "readlink", "uname", "cat", "sed", "ps", "grep", "env"):
        if path := next((Path(folder) / name for folder in ("/bin", "/usr/bin") if (Path(folder) / name).exists()), None):
            (empty / name).symlink_to(path)
    workbench = open_workbench("orders.py", env={"PATH": str(empty)})
    workbench.wait('.notification-toast:has-text("needs Python 3.11 or newer")')
    workbench.wait('.notification-toast a:has-text("Get Python")')
    workbench.shot("9-no-python")


def test_an_interpreter_that_is_too_old_or_broken_is_named(open_workbench: Open, tmp_path: Path) -> None:
    old = tmp_path / "python3.9"
    old.write_text('#!/bin/sh\necho \'{"version": [3, 9, 18], "executable": "x"}\'\n', encoding="utf-8")
    old.chmod(0o755)
    workbench = open_workbench("orders.py", env={"PATH": os.environ["PATH"]})
    machine = workbench.machine_settings
    machine.parent.mkdir(parents=True, exist_ok=True)
    machine.write_text(f'{{"vetline.interpreter": "{old}"}}', encoding="utf-8")
    workbench.wait('.notification-toast:has-text("is Python 3.9.18")')
    workbench.wait('.notification-toast a:has-text("Open Settings")')
    workbench.shot("10-old-python")
