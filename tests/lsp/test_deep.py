"""The deep tier through the real server: its findings come and go, and whatever its process does, the others don't wait."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
import pytest

from tests.lsp.conftest import Start
from tests.lsp.wire import PATIENCE, Message, Server

FAULT = "VETLINE_TEST_DEEP_FAULT"
COMPAT = "import os\n\nshell = os.system\nquiet = print\n"
APP = "import json\nimport compat\n\n\ndef f(name):\n    compat.shell(name)\n\n\ndef g(code):\n    eval(code)\n"
BOTH = ["VET001", "B307"]
SETTINGS = {"profile": "default", "select": BOTH, "deepDelayMs": 50}
PROMPT = 2.0
"""Seconds in which instant findings are there on the slowest machine; the deep process is waited for longer."""

linux_only = pytest.mark.skipif(sys.platform != "linux", reason="other systems don't limit the address space")
posix_only = pytest.mark.skipif(sys.platform == "win32", reason="POSIX alone has these signals")


class Editor:
    """A document that is open in a server for a workspace of two files."""

    def __init__(self, server: Server, root: Path, settings: Message, capabilities: Message | None = None) -> None:
        root.mkdir(exist_ok=True)
        self.compat = root / "compat.py"
        self.compat.write_text(COMPAT)
        self.server = server
        self.root = root
        self.uri = (root / "app.py").as_uri()
        folder = {"uri": root.as_uri(), "name": root.name}
        server.initialize(capabilities, workspaceFolders=[folder], initializationOptions={**SETTINGS, **settings})

    def open(self, text: str = APP, name: str = "app.py") -> None:
        self.uri = (self.root / name).as_uri()
        self.server.open(self.uri, text)

    def replace(self, version: int, line: int, start: int, end: int, text: str) -> float:
        """Change a part of a line, and return the seconds until findings of that version are there."""
        began = time.monotonic()
        range_ = {"start": {"line": line, "character": start}, "end": {"line": line, "character": end}}
        self.server.change(self.uri, version, {"range": range_, "text": text})
        self.server.diagnostics(self.uri, version)
        return time.monotonic() - began

    def wait_for(self, codes: list[str], version: int | None = None) -> list[Message]:
        """Return the diagnostics that were published last, once they have these codes (and are for that version)."""

        def is_so() -> bool:
            published = self.server.published(self.uri)
            return bool(published) and (
                version in (None, published[-1].get("version")) and codes == self.codes(published[-1]["diagnostics"])
            )

        wait_until(is_so)
        diagnostics: list[Message] = self.server.published(self.uri)[-1]["diagnostics"]
        return diagnostics

    @staticmethod
    def codes(diagnostics: list[Message]) -> list[str]:
        return [diagnostic["code"] for diagnostic in diagnostics]

    @property
    def deep(self) -> psutil.Process:
        """The deep process."""
        found: list[psutil.Process] = []

        def is_there() -> bool:
            found[:] = [child for child in children(self.server) if "deep" in " ".join(child.cmdline())]
            return bool(found)

        wait_until(is_there)
        return found[0]


def wait_until(is_so: Callable[[], bool], patience: float = PATIENCE) -> None:
    end = time.monotonic() + patience
    while not is_so():
        assert time.monotonic() < end, "it never came to that"
        time.sleep(0.02)


def children(server: Server) -> list[psutil.Process]:
    return [child for child in psutil.Process(server.process.pid).children() if is_alive(child)]


def is_alive(process: psutil.Process) -> bool:
    try:
        return bool(process.is_running() and process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


@pytest.fixture
def edit(start: Start, tmp_path: Path) -> Callable[..., Editor]:
    """Start a server, and return its editor: ``edit(capabilities, fault=…, setting=…)``."""

    def begin(capabilities: Message | None = None, fault: str = "", **settings: Any) -> Editor:
        server = start("--log-level", "info", env={FAULT: fault})
        return Editor(server, tmp_path / "workspace", settings, capabilities)

    return begin


def test_a_finding_arrives_behind_the_instant_ones(edit: Callable[..., Editor]) -> None:
    editor = edit()
    editor.open()

    assert editor.codes(editor.server.diagnostics(editor.uri, 1)) == ["B307"]
    late, _ = editor.wait_for(BOTH, version=1)

    assert late["range"] == {"start": {"line": 5, "character": 4}, "end": {"line": 5, "character": 22}}
    assert late["message"].startswith("This is `os.system`, reached through compat.py: ")
    assert late["data"]["basis"] == "B605"
    (step,) = late["relatedInformation"]
    assert step["location"]["uri"] == editor.compat.as_uri()
    assert step["location"]["range"] == {"start": {"line": 2, "character": 0}, "end": {"line": 3, "character": 0}}
    editor.server.end()


def test_it_stays_through_edits_elsewhere_and_is_published_once(edit: Callable[..., Editor]) -> None:
    editor = edit()
    editor.open()
    editor.wait_for(BOTH)

    for version in range(2, 6):
        editor.replace(version, 3, 0, 0, f"x{version} = 1\n")
    time.sleep(1)

    published = editor.server.published(editor.uri)
    assert [editor.codes(one["diagnostics"]) for one in published] == [["B307"], *[BOTH] * 5], "no flicker, none twice"
    assert [one["version"] for one in published] == [1, 1, 2, 3, 4, 5], "and no publication without news"
    assert published[-1]["diagnostics"][0]["range"]["start"]["line"] == 9
    editor.server.end()


def test_it_is_gone_when_the_import_or_its_own_line_changes(edit: Callable[..., Editor]) -> None:
    editor = edit()
    editor.open()
    editor.wait_for(BOTH)

    editor.replace(2, 5, 11, 16, "quiet")
    assert editor.codes(editor.server.diagnostics(editor.uri, 2)) == ["B307"]

    editor.replace(3, 5, 11, 16, "shell")
    editor.wait_for(BOTH, version=3)
    editor.replace(4, 1, 7, 13, "other as compat")
    assert editor.codes(editor.server.diagnostics(editor.uri, 4)) == ["B307"]
    time.sleep(0.5)
    assert editor.codes(editor.server.published(editor.uri)[-1]["diagnostics"]) == ["B307"]
    editor.server.end()


def test_saving_the_other_module_brings_a_new_look(edit: Callable[..., Editor]) -> None:
    editor = edit()
    editor.open()
    editor.wait_for(BOTH)
    later = time.time() + 2

    editor.compat.write_text(COMPAT.replace("os.system", "quiet").replace("quiet = print", ""))
    os.utime(editor.compat, (later, later))
    editor.server.notify("textDocument/didSave", {"textDocument": {"uri": editor.compat.as_uri()}})

    editor.wait_for(["B307"], version=1)
    editor.server.end()


def test_hover_and_actions_know_it(edit: Callable[..., Editor]) -> None:
    editor = edit()
    editor.open()
    late, _ = editor.wait_for(BOTH)
    identifier = {"uri": editor.uri}

    hover = editor.server.request("textDocument/hover", {"textDocument": identifier, "position": late["range"]["start"]})
    context = {"diagnostics": [late]}
    params = {"textDocument": identifier, "range": late["range"], "context": context}
    titles = [action["title"] for action in editor.server.request("textDocument/codeAction", params)]

    assert "os.system" in str(hover["contents"])
    assert any(title.startswith("Suppress VET001 here") for title in titles)
    assert "Explain VET001" in titles
    editor.server.end()


def test_clients_that_pull_are_told_to_ask_again(edit: Callable[..., Editor]) -> None:
    diagnostics = {"textDocument": {"diagnostic": {}}, "workspace": {"diagnostics": {"refreshSupport": True}}}
    editor = edit(diagnostics)
    editor.open()
    params: Message = {"textDocument": {"uri": editor.uri}}
    first = editor.server.request("textDocument/diagnostic", params)
    assert editor.codes(first["items"]) == ["B307"]

    editor.server.answer("workspace/diagnostic/refresh", None)
    second = editor.server.request("textDocument/diagnostic", {**params, "previousResultId": first["resultId"]})
    third = editor.server.request("textDocument/diagnostic", {**params, "previousResultId": second["resultId"]})

    assert editor.codes(second["items"]) == BOTH
    assert third["kind"] == "unchanged"
    assert editor.server.published(editor.uri) == []
    editor.server.end()


@pytest.mark.parametrize("settings", [{"deep": False}, {"profile": "bandit"}, {"ignore": ["B605"]}])
def test_it_can_be_switched_off(edit: Callable[..., Editor], settings: Message) -> None:
    editor = edit(**settings)
    editor.open()
    editor.server.diagnostics(editor.uri, 1)
    time.sleep(1.5)

    assert len(editor.server.published(editor.uri)) == 1
    assert bool(children(editor.server)) == ("ignore" in settings), "no process that isn't needed"
    editor.server.end()


@posix_only
@pytest.mark.parametrize("signal_number", [signal.SIGSTOP, signal.SIGKILL])
def test_instant_findings_come_as_ever_whatever_befalls_the_process(
    edit: Callable[..., Editor], signal_number: signal.Signals
) -> None:
    editor = edit(deepTimeoutMs=3000)
    editor.open()
    editor.wait_for(BOTH)
    victim = editor.deep
    victim.send_signal(signal_number)

    times = [editor.replace(version, 5, 22, 22, f"  # {version}") for version in range(2, 8)]

    assert max(times) < PROMPT
    assert all("B307" in editor.codes(one["diagnostics"]) for one in editor.server.published(editor.uri))
    wait_until(lambda: not is_alive(victim))
    editor.replace(8, 5, 4, 4, "pass; ")
    editor.wait_for(BOTH, version=8)
    editor.server.end()


@pytest.mark.parametrize(
    "fault",
    ["hang", "crash", pytest.param("memory", marks=pytest.mark.skipif(sys.platform != "linux", reason="no such limit"))],
)
def test_a_fault_is_kept_from_the_server(edit: Callable[..., Editor], fault: str) -> None:
    limit = {"deepTimeoutMs": 5000} if fault == "hang" else {}  # a good file has to be done within it, too
    editor = edit(fault=f"{fault}:bad.py", **limit)
    editor.open(name="bad.py")
    times = [editor.replace(version, 2, 0, 0, f"x{version} = 1\n") for version in range(2, 6)]
    assert max(times) < PROMPT
    wait_until(lambda: len(children(editor.server)) == 1)
    before = psutil.Process(editor.server.process.pid).memory_info().rss
    victim = editor.deep
    wait_until(lambda: not is_alive(victim))

    editor.open(name="good.py")
    editor.wait_for(BOTH)

    assert psutil.Process(editor.server.process.pid).memory_info().rss < before + (64 << 20)
    editor.server.end()


def test_after_three_crashes_it_is_off_and_everything_else_goes_on(edit: Callable[..., Editor]) -> None:
    editor = edit(fault="crash")
    editor.open()
    for version in range(2, 60):  # a text is given up with the process that it ended, so each needs another one
        if "3 times in a row" in editor.server.log_so_far:
            break
        editor.replace(version, 2, 0, 0, f"x{version} = 1\n")
        time.sleep(1)
    wait_until(lambda: not children(editor.server))

    assert editor.codes(editor.server.published(editor.uri)[-1]["diagnostics"]) == ["B307"]
    editor.server.end()
    log = editor.server.log()
    assert log.count("3 times in a row") == 1
    assert "compat.shell" not in log


@posix_only
@pytest.mark.parametrize("end", ["shutdown", "exit", "hang up", "kill"])
@pytest.mark.parametrize("state", ["idle", "busy"])
def test_no_process_is_left_behind(edit: Callable[..., Editor], end: str, state: str) -> None:
    editor = edit(fault="hang" if state == "busy" else "")
    editor.open()
    if state == "idle":
        editor.wait_for(BOTH)
    deep = editor.deep
    if state == "busy":
        time.sleep(1.5)

    server = editor.server
    match end:
        case "shutdown":
            server.end()
        case "exit":
            server.notify("exit")
            assert server.exit_code() == 1
        case "hang up":
            server.hang_up()
            server.exit_code()
        case "kill":
            server.kill()

    wait_until(lambda: not is_alive(deep), patience=5)


@posix_only
def test_a_stopped_process_is_not_left_behind_either(edit: Callable[..., Editor]) -> None:
    editor = edit()
    editor.open()
    editor.wait_for(BOTH)
    deep = editor.deep
    deep.suspend()

    editor.server.end()

    wait_until(lambda: not is_alive(deep), patience=5)
