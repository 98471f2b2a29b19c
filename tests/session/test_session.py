"""A session: buffers that come, change and go, and configuration that changes under them."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.session.vetting import insertion, rules
from vetline.config.discovery import user_file
from vetline.session.buffer import Buffer
from vetline.session.rulebooks import EditorSettings
from vetline.session.session import Problems, Session

TEXT = "import requests\n\nrequests.get(url)\neval(x)\n"


class Editor:
    """Keeps what a session says."""

    def __init__(self) -> None:
        self.session = Session(self._vetted, self._problems)
        self.vetted: list[tuple[str, int | None, list[str]]] = []
        self.problems: list[Problems] = []

    def _vetted(self, buffer: Buffer) -> None:
        self.vetted.append((buffer.uri, buffer.version, rules(buffer)))

    def _problems(self, problems: Problems) -> None:
        self.problems.append(problems)


@pytest.fixture(autouse=True)
def user(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """Let the user be somebody who likes Bandit's profile, which no new rule changes."""
    settings = tmp_path / "somebody" / "vetline" / "vetline.toml"
    settings.parent.mkdir(parents=True)
    settings.write_text('profile = "bandit"\n')
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "somebody"))
    user_file.cache_clear()
    yield
    user_file.cache_clear()


async def test_a_buffer_is_vetted_from_the_open_to_the_close(tmp_path: Path) -> None:
    editor = Editor()
    session = editor.session

    session.open("a", tmp_path / "a.py", 1, TEXT)
    session.change("a", 2, [insertion(0, "exec(x)\n")])
    session.close("a")
    session.change("a", 3, [insertion(0, "exec(x)\n")])

    assert editor.vetted == [("a", 1, ["B113", "B307"]), ("a", 2, ["B102", "B113", "B307"])]
    assert await session.vetted("a") is None


async def test_a_buffer_that_is_opened_again_is_another_one(tmp_path: Path) -> None:
    editor = Editor()
    editor.session.configure(settings=EditorSettings({"typingDelayMs": 20}))
    editor.session.open("a", tmp_path / "a.py", 9, TEXT)
    editor.session.change("a", 10, [insertion(0, "x")])

    editor.session.open("a", tmp_path / "a.py", 1, "eval(x)\n")

    await asyncio.sleep(0.08)
    assert editor.vetted == [("a", 9, ["B113", "B307"]), ("a", 1, ["B307"])]


async def test_other_settings_are_for_those_buffers_that_they_concern(tmp_path: Path) -> None:
    editor = Editor()
    session = editor.session
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "vetline.toml").write_text("")
    session.configure([tmp_path])
    session.open("a", tmp_path / "a.py", 1, TEXT)
    session.open("b", tmp_path / "own" / "b.py", 1, TEXT)
    editor.vetted.clear()

    (tmp_path / "vetline.toml").write_text('ignore = ["B113"]\n')
    assert session.files_changed([tmp_path / "vetline.toml"])
    assert editor.vetted == [("a", 1, ["B307"])]

    assert not session.configure()
    assert not session.files_changed([tmp_path / "a.toml"])
    assert session.configure(settings=EditorSettings({"ignore": ["B3"]}))
    assert editor.vetted[1:] == [("a", 1, ["B113"]), ("b", 1, ["B113"])]


async def test_problems_are_told_once_the_editor_is_there(tmp_path: Path) -> None:
    file = tmp_path / "vetline.toml"
    file.write_text("ignor = []\n")
    editor = Editor()
    editor.session.configure([tmp_path])
    assert editor.problems == []

    editor.session.begin()
    assert list(editor.problems[-1]) == [file]

    file.write_text("")
    editor.session.files_changed([file])
    assert list(editor.problems[-1]) == []


async def test_an_editor_that_opens_a_buffer_is_there(tmp_path: Path) -> None:
    (tmp_path / "vetline.toml").write_text("ignor = []\n")
    editor = Editor()
    editor.session.configure([tmp_path])

    editor.session.open("a", tmp_path / "a.py", 1, TEXT)

    assert list(editor.problems[-1]) == [tmp_path / "vetline.toml"]


async def test_the_end_gives_up_what_is_under_way(tmp_path: Path) -> None:
    editor = Editor()
    editor.session.configure(settings=EditorSettings({"typingDelayMs": 20}))
    editor.session.open("a", tmp_path / "a.py", 1, TEXT)
    editor.session.change("a", 2, [insertion(0, "x")])

    editor.session.end()

    await asyncio.sleep(0.08)
    assert len(editor.vetted) == 1
    assert editor.session.buffers == {}
