"""Configuration files: what is wrong in them is shown in them, and a change takes effect at once."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types as lsp

from tests.lsp.conftest import StartEditor
from tests.lsp.editor import QUIET, Editor, capabilities, codes
from tests.lsp.wire import PATIENCE

pytestmark = pytest.mark.asyncio(loop_scope="session")

TEXT = "import requests\n\nrequests.get(url)\neval(x)\n"


def tell(editor: Editor, *paths: Path, kind: lsp.FileChangeType = lsp.FileChangeType.Changed) -> None:
    """Tell the server that files were changed on disk, as an editor that watches them does."""
    changes = [lsp.FileEvent(path.as_uri(), kind) for path in paths]
    editor.client.workspace_did_change_watched_files(lsp.DidChangeWatchedFilesParams(changes))


async def problems(editor: Editor, path: Path, count: int) -> Sequence[lsp.Diagnostic]:
    """Return the diagnostics of a configuration file when there are ``count`` of them."""
    uri = path.as_uri()
    async with asyncio.timeout(PATIENCE):
        while not editor.published(uri) or len(editor.published(uri)[-1].diagnostics) != count:
            await asyncio.sleep(0.01)
    return editor.published(uri)[-1].diagnostics


async def findings(editor: Editor, uri: str, expected: list[str]) -> None:
    """Wait until the newest publication has the ``expected`` findings."""
    async with asyncio.timeout(PATIENCE):
        while not editor.published(uri) or codes(editor.published(uri)[-1].diagnostics) != expected:
            await asyncio.sleep(0.01)


@pytest.mark.parametrize("name", ["vetline.toml", "pyproject.toml"])
async def test_a_mistake_is_shown_at_its_place_until_it_is_corrected(
    start_editor: StartEditor, tmp_path: Path, name: str
) -> None:
    header = "[tool.vetline]\n" if name == "pyproject.toml" else ""
    file = tmp_path / name
    file.write_text(f'# 😀\n{header}min-severty = "high"\nignore = ["é", "B113"]\n')
    editor = await start_editor()
    await editor.initialize(folders=[tmp_path.as_uri()])
    uri = (tmp_path / "app.py").as_uri()
    editor.open(uri, TEXT)

    unknown_key, unknown_rule = await problems(editor, file, 2)
    row = 1 + header.count("\n")
    assert unknown_key.range == lsp.Range(lsp.Position(row, 0), lsp.Position(row, 11))
    assert 'did you mean "min-severity"' in unknown_key.message
    assert (unknown_key.severity, unknown_key.source, unknown_key.code) == (
        lsp.DiagnosticSeverity.Error,
        "vetline",
        "unknown-key",
    )
    assert unknown_rule.range == lsp.Range(lsp.Position(row + 1, 10), lsp.Position(row + 1, 13))
    await findings(editor, uri, ["B307"])

    file.write_text(f'{header}ignore = ["B307"]\n')
    tell(editor, file)

    assert await problems(editor, file, 0) == ()
    await findings(editor, uri, ["B113"])


async def test_the_mistakes_of_a_workspace_are_shown_before_a_document_is_open(
    start_editor: StartEditor, tmp_path: Path
) -> None:
    (tmp_path / "vetline.toml").write_text("ignor = []\n")
    editor = await start_editor()
    await editor.initialize(folders=[tmp_path.as_uri()])

    assert len(await problems(editor, tmp_path / "vetline.toml", 1)) == 1


async def test_a_file_that_cannot_be_read_any_more_keeps_its_settings(start_editor: StartEditor, tmp_path: Path) -> None:
    file = tmp_path / "vetline.toml"
    file.write_text('ignore = ["B113"]\n')
    editor = await start_editor()
    await editor.initialize(folders=[tmp_path.as_uri()])
    uri = (tmp_path / "app.py").as_uri()
    editor.open(uri, TEXT)
    await findings(editor, uri, ["B307"])

    file.write_text('ignore = ["B113"\nselect = [\n')
    tell(editor, file)

    (problem,) = await problems(editor, file, 1)
    assert "stays in force" in problem.message
    editor.insert(uri, "eval", "exec(x)\n")
    assert codes(await editor.diagnostics(uri)) == ["B102", "B307"]

    file.write_text("")
    tell(editor, file)
    await problems(editor, file, 0)
    await findings(editor, uri, ["B113", "B102", "B307"])


async def test_a_file_may_appear_and_go(start_editor: StartEditor, tmp_path: Path) -> None:
    editor = await start_editor()
    await editor.initialize(folders=[tmp_path.as_uri()])
    uri = (tmp_path / "package" / "app.py").as_uri()
    editor.open(uri, TEXT)
    await findings(editor, uri, ["B113", "B307"])

    file = tmp_path / "package" / ".vetline.toml"
    file.parent.mkdir()
    file.write_text('ignore = ["B113"]\n')
    tell(editor, file, kind=lsp.FileChangeType.Created)
    await findings(editor, uri, ["B307"])

    file.unlink()
    tell(editor, file, kind=lsp.FileChangeType.Deleted)
    await findings(editor, uri, ["B113", "B307"])


async def test_bandits_files_count_as_well(start_editor: StartEditor, tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[tool.bandit]\nskips = ["B113"]\n')
    editor = await start_editor()
    await editor.initialize(folders=[tmp_path.as_uri()])
    uri = (tmp_path / "app.py").as_uri()
    editor.open(uri, TEXT)
    await findings(editor, uri, ["B307"])

    (tmp_path / ".bandit").write_text("[bandit]\nskips = B307\n")
    tell(editor, tmp_path / ".bandit", kind=lsp.FileChangeType.Created)

    await findings(editor, uri, [])


async def test_the_same_mistake_is_not_published_again_and_again(start_editor: StartEditor, tmp_path: Path) -> None:
    file = tmp_path / "vetline.toml"
    file.write_text("ignor = []\n")
    editor = await start_editor()
    await editor.initialize(folders=[tmp_path.as_uri()])
    for number in range(3):
        uri = (tmp_path / f"app{number}.py").as_uri()
        editor.open(uri, TEXT)
        editor.save(uri)
        await editor.diagnostics(uri)

    assert len(editor.published(file.as_uri())) == 1


async def test_a_change_that_concerns_nobody_makes_no_stir(start_editor: StartEditor, tmp_path: Path) -> None:
    (tmp_path / "vetline.toml").write_text('ignore = ["B113"]\n')
    editor = await start_editor()
    await editor.initialize(folders=[tmp_path.as_uri()])
    uri = (tmp_path / "app.py").as_uri()
    editor.open(uri, TEXT)
    await editor.diagnostics(uri)

    (tmp_path / "vetline.toml").write_text('# another line\nignore = ["B113"]\n')
    tell(editor, tmp_path / "vetline.toml", tmp_path / "app.py", tmp_path / "other.toml")
    editor.save(uri)

    await asyncio.sleep(QUIET / 2)
    assert len(editor.published(uri)) == 1


async def test_a_client_that_watches_nothing_has_files_looked_at_when_it_saves(
    start_editor: StartEditor, tmp_path: Path
) -> None:
    editor = await start_editor()
    await editor.initialize(folders=[tmp_path.as_uri()])
    uri = (tmp_path / "app.py").as_uri()
    editor.open(uri, TEXT)
    await findings(editor, uri, ["B113", "B307"])

    (tmp_path / "vetline.toml").write_text('ignore = ["B113"]\n')
    editor.save(uri)

    await findings(editor, uri, ["B307"])


class TestWatching:
    async def test_the_client_is_asked_to_watch(self, start_editor: StartEditor, tmp_path: Path) -> None:
        home = tmp_path / "home"
        workspace = tmp_path / "workspace"
        workspace.mkdir()
        editor = await start_editor(home)
        await editor.initialize(capabilities(watches=True), folders=[workspace.as_uri()])

        watched = await watchers(editor, 1)

        assert {w for w in watched if isinstance(w, str)} == {
            "**/vetline.toml",
            "**/.vetline.toml",
            "**/pyproject.toml",
            "**/.bandit",
            "**/*.py",
        }
        users = home / "xdg_config_home" / "vetline"
        assert [w for w in watched if not isinstance(w, str)] == [lsp.RelativePattern(users.as_uri(), "vetline.toml")]

    async def test_the_users_own_file_takes_effect_when_it_appears(self, start_editor: StartEditor, tmp_path: Path) -> None:
        home = tmp_path / "home"
        editor = await start_editor(home)
        await editor.initialize(capabilities(watches=True), options={"profile": "bandit"})
        editor.open("untitled:Untitled-1", TEXT)
        await findings(editor, "untitled:Untitled-1", ["B113", "B307"])

        file = home / "xdg_config_home" / "vetline" / "vetline.toml"
        file.parent.mkdir(parents=True)
        file.write_text('ignore = ["B113"]\n')
        tell(editor, file, kind=lsp.FileChangeType.Created)

        await findings(editor, "untitled:Untitled-1", ["B307"])

    async def test_a_file_that_is_named_elsewhere_is_watched_from_then_on(
        self, start_editor: StartEditor, tmp_path: Path
    ) -> None:
        workspace = tmp_path / "workspace"
        workspace.mkdir()
        shared = tmp_path / "shared.yaml"
        shared.write_text('skips: ["B113"]\n')
        editor = await start_editor()
        await editor.initialize(capabilities(watches=True), folders=[workspace.as_uri()])
        await watchers(editor, 1)
        uri = (workspace / "app.py").as_uri()
        editor.open(uri, TEXT)
        await findings(editor, uri, ["B113", "B307"])

        (workspace / "vetline.toml").write_text('bandit = { config = "../shared.yaml" }\n')
        tell(editor, workspace / "vetline.toml")

        await findings(editor, uri, ["B307"])
        assert lsp.RelativePattern(tmp_path.as_uri(), "shared.yaml") in await watchers(editor, 2)

    async def test_a_client_that_cannot_watch_is_not_asked(self, start_editor: StartEditor, tmp_path: Path) -> None:
        editor = await start_editor()
        await editor.initialize(capabilities(watches=False), folders=[tmp_path.as_uri()])
        uri = (tmp_path / "app.py").as_uri()
        editor.open(uri, TEXT)
        await editor.diagnostics(uri)

        assert watching(editor) == []


def watching(editor: Editor) -> list[lsp.Registration]:
    """Return what the client was asked to watch, request by request."""
    return [r for r in editor.client.registrations if r.method == "workspace/didChangeWatchedFiles"]


async def watchers(editor: Editor, count: int) -> list[str | lsp.RelativePattern]:
    """Return what the client is asked to watch when it was asked ``count`` times."""
    async with asyncio.timeout(PATIENCE):
        while len(watching(editor)) < count:
            await asyncio.sleep(0.01)
    assert len({registration.id for registration in watching(editor)}) == count
    options: list[Any] = [registration.register_options for registration in watching(editor)]
    patterns = [watcher["globPattern"] for option in options for watcher in option["watchers"]]
    return [p if isinstance(p, str) else lsp.RelativePattern(p["baseUri"], p["pattern"]) for p in patterns]
