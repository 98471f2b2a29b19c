"""What was committed before is shown quietly, what is new in full."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.lsp.conftest import environment
from tests.lsp.wire import SERVE, Message, Server

OLD = "import subprocess\n\n\ndef old(name):\n    subprocess.run('ls ' + name, shell=True)\n"
WARNING, INFORMATION = 2, 3


@pytest.fixture(scope="module")
def server(bare_home: Path) -> Iterator[Server]:
    server = Server(SERVE, environment(bare_home))
    server.initialize()
    yield server
    server.kill()


@pytest.fixture
def module(tmp_path: Path) -> Path:
    """A file that is committed."""
    path = tmp_path / "app.py"
    path.write_text(OLD)
    for command in (["init"], ["add", "."], ["commit", "--message", "x"]):
        who = ["-c", "user.name=A", "-c", "user.email=a@example.com"]
        subprocess.run(["git", *who, *command], cwd=tmp_path, check=True, capture_output=True)
    return path


def levels(diagnostics: list[Message]) -> dict[int, int]:
    """Return the level of the finding of each line."""
    return {one["range"]["start"]["line"]: one["severity"] for one in diagnostics if one["code"].startswith("VET")}


def inserted(line: int, text: str) -> Message:
    place = {"line": line, "character": 0}
    return {"range": {"start": place, "end": place}, "text": text}


def test_old_code_is_information_and_new_code_what_it_is(server: Server, module: Path) -> None:
    uri = module.as_uri()
    server.open(uri, OLD)
    assert levels(server.diagnostics(uri, 1)) == {4: INFORMATION}

    server.change(uri, 2, inserted(0, "import os\n"), inserted(6, "    os.system('rm ' + name)\n"))

    assert levels(server.diagnostics(uri, 2)) == {5: INFORMATION, 6: WARNING}


def test_what_is_changed_is_new(server: Server, module: Path) -> None:
    uri = module.as_uri()
    server.open(uri, OLD)
    server.change(uri, 2, inserted(4, "    # a comment\n"))
    assert levels(server.diagnostics(uri, 2)) == {5: INFORMATION}

    place = {"line": 5, "character": 19}
    server.change(uri, 3, {"range": {"start": place, "end": place}, "text": "'-' + "})
    assert levels(server.diagnostics(uri, 3)) == {5: WARNING}


def test_old_code_that_something_new_reaches_is_shown_in_full(server: Server, module: Path) -> None:
    uri = module.as_uri()
    server.open(uri, OLD)
    server.change(uri, 2, inserted(4, "    name = name.strip()\n"))

    assert levels(server.diagnostics(uri, 2)) == {5: WARNING}


def test_without_a_repository_everything_is_new(server: Server, tmp_path: Path) -> None:
    uri = (tmp_path / "app.py").as_uri()
    server.open(uri, OLD)

    assert levels(server.diagnostics(uri, 1)) == {4: WARNING}


def test_the_level_is_configurable(bare_home: Path, module: Path) -> None:
    for setting, expected in (("full", {4: WARNING}), ("off", {})):
        server = Server(SERVE, environment(bare_home))
        server.initialize(initializationOptions={"oldCode": setting})
        server.open(module.as_uri(), OLD)
        assert levels(server.diagnostics(module.as_uri(), 1)) == expected
        server.kill()


def test_a_commit_makes_code_old_when_the_file_is_saved(server: Server, module: Path) -> None:
    uri = module.as_uri()
    text = OLD + "    subprocess.run('rm ' + name, shell=True)\n"
    server.open(uri, text)
    assert levels(server.diagnostics(uri, 1)) == {4: INFORMATION, 5: WARNING}
    before = len(server.published(uri))

    module.write_text(text)
    who = ["-c", "user.name=A", "-c", "user.email=a@example.com"]
    subprocess.run(["git", *who, "commit", "-am", "x"], cwd=module.parent, check=True, capture_output=True)
    server.notify("textDocument/didSave", {"textDocument": {"uri": uri}})

    server.wait_for(lambda _: len(server.published(uri)) > before)
    assert levels(server.published(uri)[-1]["diagnostics"]) == {4: INFORMATION, 5: INFORMATION}
