"""What was accepted is remembered: across closing, restarts and crashes, and what became of it is written down."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.lsp.conftest import environment
from tests.lsp.test_acceptances import BASE, CAN, COMPLETION, accepted, actions, inserted, range_, titled, verdict
from tests.lsp.wire import SERVE, Message, Server

SECRET = "hunter2-very-secret"
Start = Callable[..., Server]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def module(tmp_path: Path) -> Path:
    path = tmp_path / "project" / "app.py"
    path.parent.mkdir()
    path.write_text(BASE)
    return path


@pytest.fixture
def serve(home: Path) -> Iterator[Start]:
    """Start servers that share a home."""
    servers: list[Server] = []

    def start(**options: Any) -> Server:
        servers.append(Server(SERVE, environment(home)))
        servers[-1].initialize(CAN, **options)
        return servers[-1]

    yield start
    for server in servers:
        server.kill()


def accept(server: Server, uri: str, text: str = COMPLETION) -> Message:
    """Open the file, accept a completion, and return its verdict once the ledger has it."""
    server.open(uri, BASE)
    accepted(server, uri, tool="Copilot")
    server.change(uri, 2, inserted(text))
    said = verdict(server, uri, "Copilot")
    recorded(server, said["acceptance"]["id"])
    return said


def recorded(server: Server, acceptance: str) -> None:
    server.wait_for(lambda m: m.get("method") == "vetline/recorded" and m["params"]["acceptance"] == acceptance)


def shown(home: Path) -> list[dict[str, Any]]:
    """Return the entries of the ledger, as the command line shows them."""
    command = [sys.executable, "-m", "vetline", "ledger", "show", "--format", "json"]
    output = subprocess.run(command, env=environment(home), capture_output=True, check=True, text=True).stdout
    return list(json.loads(output)["acceptances"])


def events(home: Path, wanted: int) -> list[str]:
    """Return what has happened, once so much has."""
    for _ in range(100):
        found = [one["event"] for entry in shown(home) for one in entry["events"]]
        if len(found) >= wanted:
            break
        time.sleep(0.05)
    return sorted(found)


def test_an_acceptance_outlives_the_server(serve: Start, module: Path, home: Path) -> None:
    uri = module.as_uri()
    server = serve()
    said = accept(server, uri)
    module.write_text(server_text := "# moved\n" + BASE.replace("    pass\n", COMPLETION + "    pass\n"))
    os.kill(server.process.pid, signal.SIGKILL)

    again = serve()
    again.open(uri, server_text)

    remembered = verdict(again, uri, "Copilot")
    assert remembered["acceptance"]["id"] == said["acceptance"]["id"]
    assert remembered["ranges"] == [range_((5, 0), (7, 0))]
    assert "accepted" in next(one["message"] for one in again.published(uri)[-1]["diagnostics"])
    titled(actions(again, uri, 5), "Delete what is left of this completion")
    assert events(home, 2) == ["found", "found"], "nothing is found twice"


def test_an_acceptance_outlives_the_buffer(serve: Start, module: Path) -> None:
    uri = module.as_uri()
    server = serve()
    said = accept(server, uri)
    server.close(uri)
    server.open(uri, BASE.replace("    pass\n", COMPLETION + "    pass\n"), version=7)

    assert verdict(server, uri, "Copilot", version=7)["acceptance"]["id"] == said["acceptance"]["id"]


def test_what_becomes_of_findings_is_written_down(serve: Start, module: Path, home: Path) -> None:
    uri = module.as_uri()
    server = serve()
    accept(server, uri)
    assert events(home, 2) == ["found", "found"]

    edit = titled(actions(server, uri, 5, 12), "Read the text with ast.literal_eval")["edit"]["changes"][uri]
    server.change(uri, 3, *({"range": one["range"], "text": one["newText"]} for one in sorted(edit, key=str, reverse=True)))
    server.diagnostics(uri, 3)
    assert events(home, 3) == ["fixed", "found", "found"]

    edit = titled(actions(server, uri, 5), "Re")["edit"]["changes"][uri]
    server.change(uri, 4, *({"range": one["range"], "text": one["newText"]} for one in sorted(edit, key=str, reverse=True)))
    server.diagnostics(uri, 4)
    assert events(home, 5) == ["fixed", "found", "found", "rejected", "rejected"]


def test_the_ledger_holds_no_code(serve: Start, module: Path, home: Path) -> None:
    server = serve()
    accept(server, module.as_uri(), f'    password = "{SECRET}"\n    eval(name)  # {SECRET}\n')
    events(home, 2)
    server.request("shutdown")
    server.notify("exit")
    server.exit_code()

    written = [path.read_bytes() for path in home.rglob("*") if path.is_file()]
    assert written
    assert not any(part in data for data in written for part in (SECRET.encode(), b"eval(name)", b"password ="))


def test_it_is_off_with_one_setting(serve: Start, module: Path, home: Path) -> None:
    server = serve(initializationOptions={"ledger": False})
    server.open(module.as_uri(), BASE)
    accepted(server, module.as_uri(), tool="Copilot")
    server.change(module.as_uri(), 2, inserted())
    verdict(server, module.as_uri(), "Copilot")

    assert shown(home) == []


def test_a_broken_ledger_costs_nothing_but_a_warning(serve: Start, module: Path, home: Path) -> None:
    first = serve()
    accept(first, module.as_uri())
    first.kill()
    (database,) = home.rglob("*.sqlite3")
    for path in database.parent.iterdir():
        path.write_bytes(b"no database" * 1000)

    server = serve()
    server.open(module.as_uri(), BASE)
    server.change(module.as_uri(), 2, inserted())

    assert len([one for one in server.diagnostics(module.as_uri(), 2) if "inserted" in one["message"]]) == 2
    server.wait_for(lambda message: message.get("method") == "window/showMessage")


def test_a_locked_ledger_costs_nothing(serve: Start, module: Path, home: Path) -> None:
    accept(serve(), module.as_uri())
    (database,) = home.rglob("*.sqlite3")
    with sqlite3.connect(database) as connection:
        connection.execute("BEGIN EXCLUSIVE")
        server = serve()
        server.open(module.as_uri(), BASE)
        server.change(module.as_uri(), 2, inserted())
        assert len(server.diagnostics(module.as_uri(), 2)) >= 2
        connection.rollback()


def test_what_an_agent_has_written_on_disk_is_marked_once_the_editor_says_so(serve: Start, module: Path, home: Path) -> None:
    uri = module.as_uri()
    server = serve()
    server.open(uri, BASE)
    text = BASE.replace("    pass\n", COMPLETION)
    module.write_text(text)
    command = [sys.executable, "-m", "vetline", "mark", "--agent", "Claude Code", str(module)]
    subprocess.run(command, env=environment(home), check=True, capture_output=True)
    server.notify("textDocument/didChange", {"textDocument": {"uri": uri, "version": 2}, "contentChanges": [{"text": text}]})
    server.notify("workspace/didChangeWatchedFiles", {"changes": [{"uri": uri, "type": 2}]})

    said = verdict(server, uri, "Claude Code")

    assert (said["acceptance"]["kind"], said["acceptance"]["exact"]) == ("agent", True)
    assert any(
        "written" in one["message"] and "by Claude Code" in one["message"] for one in server.published(uri)[-1]["diagnostics"]
    )
