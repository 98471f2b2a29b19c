"""Who may speak when, and how a session ends (LSP 3.17, "Server lifecycle")."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.lsp.conftest import Start, environment
from tests.lsp.wire import PATIENCE, SERVE, Server, Wire

NOT_INITIALIZED = -32002
INVALID_REQUEST = -32600
METHOD_NOT_FOUND = -32601
INVALID_PARAMS = -32602
CANCELLED = -32800

INITIALIZE: dict[str, Any] = {"processId": None, "rootUri": None, "capabilities": {}}
URI = "file:///workspace/app.py"
INSECURE = "import requests\n\nrequests.get(url)\n"


def test_before_initialize_requests_fail_and_notifications_are_dropped(start: Start) -> None:
    server = start()

    server.open(URI, INSECURE)
    assert server.error_of("textDocument/hover", {"textDocument": {"uri": URI}, "position": {"line": 2, "character": 0}}) == (
        NOT_INITIALIZED
    )
    assert server.error_of("shutdown") == NOT_INITIALIZED
    assert server.error_of("no/such/method") == NOT_INITIALIZED

    server.initialize()
    assert server.request("textDocument/hover", {"textDocument": {"uri": URI}, "position": {"line": 2, "character": 0}}) is None
    assert server.published(URI) == []
    server.end()


def test_initialize_counts_once(start: Start) -> None:
    server = start()
    server.initialize()

    assert server.error_of("initialize", INITIALIZE) == INVALID_REQUEST

    server.open(URI, INSECURE)
    assert [d["code"] for d in server.diagnostics(URI, 1)] == ["B113"]
    server.end()


def test_a_wrong_initialize_can_be_tried_again(start: Start) -> None:
    server = start()

    assert server.error_of("initialize", {"processId": "seven", "rootUri": None, "capabilities": {}}) == INVALID_PARAMS
    assert server.error_of("initialize", {"processId": None}) == INVALID_PARAMS
    assert server.error_of("initialize") == INVALID_PARAMS

    server.initialize()
    server.end()


def test_after_shutdown_requests_fail_and_nothing_is_published(start: Start) -> None:
    server = start()
    server.initialize()
    server.open(URI, INSECURE)
    server.diagnostics(URI, 1)

    assert server.request("shutdown") is None
    server.change(URI, 2, {"text": INSECURE * 2})
    assert server.error_of("shutdown") == INVALID_REQUEST
    assert server.error_of("textDocument/codeAction", {}) == INVALID_REQUEST
    assert server.error_of("initialize", INITIALIZE) == INVALID_REQUEST
    assert len(server.published(URI)) == 1

    server.notify("exit")
    assert server.exit_code() == 0


def test_shutdown_gives_up_what_waits_to_be_vetted(start: Start) -> None:
    server = start()
    server.initialize(initializationOptions={"typingDelayMs": 300})
    server.open(URI, INSECURE)
    server.diagnostics(URI, 1)
    end = {"line": 3, "character": 0}
    server.change(URI, 2, {"range": {"start": end, "end": end}, "text": "x"})

    server.request("shutdown")

    time.sleep(0.6)
    assert len(server.published(URI)) == 1
    server.notify("exit")
    assert server.exit_code() == 0


def test_shutdown_works_while_a_request_of_the_servers_is_open(start: Start) -> None:
    """The page that is to be shown never gets an answer; nor does the command that waits for it, but for an error."""
    server = start()
    server.initialize({"window": {"showDocument": {"support": True}}})
    explain = server.ask("workspace/executeCommand", {"command": "vetline.explain", "arguments": ["B113"]})
    shown = server.wait_for(lambda m: m.get("method") == "window/showDocument")

    server.request("shutdown")

    assert server.answer_to(explain)["error"]["code"] == CANCELLED
    server.send({"id": shown["id"], "result": {"success": True}})
    server.notify("exit")
    assert server.exit_code() == 0
    assert server.log() == ""


@pytest.mark.parametrize("end", ["shutdown", "exit", "the end of the input", "Ctrl+C"])
def test_an_end_while_the_client_is_asked_for_its_settings_is_no_trouble(start: Start, end: str) -> None:
    server = start()
    server.initialize({"workspace": {"configuration": True}})
    server.wait_for(lambda m: m.get("method") == "workspace/configuration")

    if end == "shutdown":
        server.end()
    elif end == "exit":
        server.notify("exit")
    elif end == "Ctrl+C":
        server.process.send_signal(signal.SIGINT)
    else:
        server.hang_up()

    assert server.exit_code() == {"shutdown": 0, "Ctrl+C": 130}.get(end, 1)
    assert server.log().strip() == ""


@pytest.mark.parametrize("can", [{}, {"textDocument": {"diagnostic": {}}}], ids=["push", "pull"])
def test_a_client_that_does_not_answer_is_not_waited_for_long(start: Start, can: Mapping[str, Any]) -> None:
    server = start()
    server.initialize({"workspace": {"configuration": True}, **can})
    server.wait_for(lambda m: m.get("method") == "workspace/configuration")
    server.open(URI, INSECURE)

    if can:
        found = server.request("textDocument/diagnostic", {"textDocument": {"uri": URI}})["items"]
    else:
        found = server.diagnostics(URI, 1)

    assert [diagnostic["code"] for diagnostic in found] == ["B113"]
    server.end()


@pytest.mark.parametrize("moment", ["before initialize", "after initialize"])
def test_exit_without_shutdown_is_a_failure(start: Start, moment: str) -> None:
    server = start()
    if moment == "after initialize":
        server.initialize()

    server.notify("exit")

    assert server.exit_code() == 1


@pytest.mark.parametrize("moment", ["before initialize", "after initialize", "after shutdown", "in a message"])
def test_the_end_of_the_input_ends_the_server(start: Start, moment: str) -> None:
    server = start()
    if moment != "before initialize":
        server.initialize()
    if moment == "after shutdown":
        server.request("shutdown")
    if moment == "in a message":
        server.send_bytes(b'Content-Length: 100\r\n\r\n{"jsonrpc"')

    server.hang_up()

    assert server.exit_code() == 1
    assert server.log() == ""


def test_a_client_that_reads_nothing_any_more_ends_the_server(start: Start) -> None:
    server = start()
    server.initialize()
    server.stop_reading("textDocument/hover", {"textDocument": {"uri": URI}, "position": {"line": 0, "character": 0}})

    server.open(URI, INSECURE)

    assert server.exit_code() == 1
    assert server.log() == ""


def test_a_session_without_trouble_writes_messages_alone(start: Start) -> None:
    server = start()
    server.initialize()
    server.open(URI, INSECURE + 'print("x")\nassert "\\d"\n')
    server.diagnostics(URI, 1)
    server.close(URI)
    server.notify("$/setTrace", {"value": "verbose"})
    server.end()

    assert server.broken == []
    assert server.log() == ""


def test_what_something_prints_does_not_get_into_the_protocol(home: Path) -> None:
    """A plugin of Bandit's that prints, for one."""
    noisy = (
        "import os, subprocess, sys\n"
        "from vetline.lsp import server\n"
        "create = server.create_server\n"
        "def noisy():\n"
        "    print('printed', flush=True)\n"
        "    os.write(1, b'written\\n')\n"
        "    return create()\n"
        "import vetline.lsp.features.hover as hover\n"
        "plain = hover.explanation\n"
        "def explanation(finding):\n"
        "    print('printed', flush=True)\n"
        "    subprocess.run([sys.executable, '-c', 'print(\"by a child\", input() if 0 else \"\")'])\n"
        "    return plain(finding)\n"
        "hover.explanation = explanation\n"
        "raise SystemExit(server.serve_stdio())\n"
    )
    server = Server([sys.executable, "-c", noisy], environment(home))
    server.initialize()
    server.open(URI, INSECURE)
    server.diagnostics(URI, 1)
    hover = server.request("textDocument/hover", {"textDocument": {"uri": URI}, "position": {"line": 2, "character": 0}})
    server.end()

    assert "B113" in hover["contents"]["value"]
    assert server.broken == []
    assert server.log().split() == ["printed", "by", "a", "child"]


class TestParent:
    """The server ends with the process that the client names, even if its input stays open."""

    def test_an_editor_that_is_killed_takes_the_server_along(self, home: Path) -> None:
        launcher = (
            "import json, subprocess, sys, time\n"
            "child = subprocess.Popen(sys.argv[1:])\n"
            "print(json.dumps(child.pid), file=sys.stderr, flush=True)\n"
            "time.sleep(600)\n"
        )
        pipe = subprocess.PIPE
        editor = subprocess.Popen(
            [sys.executable, "-c", launcher, *SERVE], stdin=pipe, stdout=pipe, stderr=pipe, env=environment(home)
        )
        assert editor.stdin
        assert editor.stdout
        assert editor.stderr
        server_id = json.loads(editor.stderr.readline())
        wire = Wire(editor.stdout, editor.stdin)
        wire.initialize(processId=editor.pid)

        editor.send_signal(signal.SIGKILL)
        editor.wait()

        assert ends(server_id, within=PATIENCE)

    def test_any_process_can_be_named(self, start: Start) -> None:
        other = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
        server = start()
        server.initialize(processId=other.pid)
        server.open(URI, INSECURE)
        server.diagnostics(URI, 1)

        other.kill()  # and not waited for: a zombie serves nobody either

        assert server.exit_code() == 1
        other.wait()

    def test_a_process_that_is_not_there_has_ended(self, start: Start) -> None:
        gone = subprocess.Popen([sys.executable, "-c", ""])
        gone.wait()
        server = start()

        server.initialize(processId=gone.pid)

        assert server.exit_code() == 1

    def test_a_number_that_names_no_process_is_no_reason_to_end(self, start: Start) -> None:
        servers = [start(), start()]
        for server, number in zip(servers, (0, -1), strict=True):
            server.initialize(processId=number)

        time.sleep(2)  # longer than the server waits between two looks

        for server in servers:
            server.end()
            assert "can't be noticed" in server.log()


def ends(process_id: int, within: float) -> bool:
    """Tell whether a process that isn't ours ends."""
    import psutil

    end = time.monotonic() + within
    while time.monotonic() < end:
        try:
            if psutil.Process(process_id).status() == psutil.STATUS_ZOMBIE:
                return True
        except psutil.NoSuchProcess:
            return True
        time.sleep(0.05)
    return False
