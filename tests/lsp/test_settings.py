"""Settings, in all the ways in which editors send them."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types as lsp

from tests.lsp.conftest import StartEditor
from tests.lsp.editor import QUIET, Editor, capabilities, codes
from tests.lsp.wire import PATIENCE

pytestmark = pytest.mark.asyncio(loop_scope="session")

TEXT = "import requests\n\nrequests.get(url)\neval(x)\nassert y\n"
"""Of medium severity are B113 and B307, B101 is low."""


async def eventually(editor: Editor, uri: str, expected: list[str]) -> None:
    """Wait until the newest publication for a document has the ``expected`` findings."""
    async with asyncio.timeout(PATIENCE):
        while not editor.published(uri) or codes(editor.published(uri)[-1].diagnostics) != expected:
            await asyncio.sleep(0.01)


class TestAtTheStart:
    @pytest.mark.parametrize(
        "options",
        [
            {"min-severity": "medium"},
            {"settings": {"minSeverity": "medium"}},
            {"settings": {"vetline": {"min_severity": "medium"}}},
            {"vetline": {"settings": {"minSeverity": "medium", "trace": {"server": "off"}}}},
        ],
        ids=["plainly, kebab-case", "below settings, camelCase", "below both, snake_case", "below the section"],
    )
    async def test_initialization_options_are_understood(self, start_editor: StartEditor, uri: str, options: Any) -> None:
        editor = await start_editor()
        await editor.initialize(options=options)
        editor.open(uri, TEXT)

        assert codes(await editor.diagnostics(uri)) == ["B113", "B307"]
        assert editor.client.messages == []

    @pytest.mark.parametrize("options", [[], "text", {"vetline": None, "settings": 7}], ids=repr)
    async def test_what_is_no_settings_is_none(self, start_editor: StartEditor, uri: str, options: Any) -> None:
        editor = await start_editor()
        await editor.initialize(options=options)
        editor.open(uri, TEXT)

        assert codes(await editor.diagnostics(uri)) == ["B113", "B307", "B101"]

    async def test_what_is_wrong_is_said_once_and_the_rest_holds(self, start_editor: StartEditor, uri: str) -> None:
        editor = await start_editor()
        await editor.initialize(options={"minSeverty": "medium", "ignore": ["B6022", "B101"]})
        for number in range(3):
            document = uri.replace(".py", f"_{number}.py")
            editor.open(document, TEXT)
            assert codes(await editor.diagnostics(document)) == ["B113", "B307"]

        (message,) = editor.client.messages
        assert message.type is lsp.MessageType.Warning
        assert 'did you mean "minSeverity"' in message.message or 'did you mean "min-severity"' in message.message
        assert '"B6022"' in message.message


class TestPushed:
    @pytest.mark.parametrize(
        "settings", [{"vetline": {"ignore": ["B1"]}}, {"ignore": ["B1"]}, {"settings": {"vetline": {"ignore": ["B1"]}}}]
    )
    async def test_settings_take_effect_at_once(self, settable: Editor, uri: str, settings: Any) -> None:
        settable.set({"vetline": {"ignore": ["B3"]}})
        settable.open(uri, TEXT)
        await eventually(settable, uri, ["B113", "B101"])

        settable.set(settings)

        await eventually(settable, uri, ["B307"])

    async def test_settings_of_other_servers_are_not_ours(self, settable: Editor, uri: str) -> None:
        settable.set({"vetline": {"ignore": ["B3"]}})
        settable.open(uri, TEXT)
        await eventually(settable, uri, ["B113", "B101"])

        settable.set({"pylsp": {"plugins": {}}, "python": {"analysis": {}}})
        settable.set(None)

        await asyncio.sleep(QUIET / 2)
        assert len(settable.published(uri)) == 1
        assert settable.client.messages == []

    async def test_settings_that_are_taken_back_leave_those_of_the_start(self, start_editor: StartEditor, uri: str) -> None:
        editor = await start_editor()
        await editor.initialize(options={"ignore": ["B101"]})
        editor.open(uri, TEXT)
        await eventually(editor, uri, ["B113", "B307"])
        editor.set({"vetline": {"ignore": ["B307"]}})
        await eventually(editor, uri, ["B113", "B101"])

        editor.set({"vetline": {}})

        await eventually(editor, uri, ["B113", "B307"])

    async def test_the_pause_of_typing_can_be_set(self, settable: Editor, uri: str) -> None:
        settable.set({"vetline": {"typingDelayMs": 9_999}})
        settable.open(uri, "eval\n")
        await settable.diagnostics(uri)
        settable.insert(uri, "\n", "(")
        settable.insert(uri, "\n", "x")

        settable.set({"vetline": {"typingDelayMs": 0}})
        settable.insert(uri, "\n", ")")

        async with asyncio.timeout(5):
            assert codes(await settable.diagnostics(uri)) == ["B307"]


class TestAskedFor:
    async def test_the_client_is_asked_to_tell_of_changes(self, start_editor: StartEditor) -> None:
        """VS Code's doesn't, otherwise."""
        editor = await start_editor()
        await editor.initialize()

        async with asyncio.timeout(PATIENCE):
            while not editor.client.registrations:
                await asyncio.sleep(0.01)

        (registration,) = editor.client.registrations
        assert registration.method == "workspace/didChangeConfiguration"
        assert registration.register_options == {"section": "vetline"}

    async def test_the_client_is_asked_when_the_session_begins(self, start_editor: StartEditor, uri: str) -> None:
        editor = await start_editor()
        editor.client.set_configuration({"vetline": {"ignore": ["B1"]}})
        await editor.initialize(capabilities(configuration=True), options={"ignore": ["B3"]})
        editor.open(uri, TEXT)

        await eventually(editor, uri, ["B307"])

    async def test_nothing_is_shown_before_the_answer(self, start_editor: StartEditor, uri: str) -> None:
        editor = await start_editor()
        editor.client.set_configuration({"vetline": {"ignore": ["B1"]}})
        await editor.initialize(capabilities(configuration=True))
        editor.open(uri, TEXT)

        assert codes(await editor.diagnostics(uri)) == ["B307"]
        assert len(editor.published(uri)) == 1

    async def test_a_client_that_asks_for_diagnostics_gets_them_by_its_settings(
        self, start_editor: StartEditor, uri: str
    ) -> None:
        """Neovim 0.11 asks at once, and can't be told to ask again."""
        editor = await start_editor()
        editor.client.set_configuration({"vetline": {"ignore": ["B1"]}})
        await editor.initialize(capabilities(configuration=True, pulls=True))
        editor.open(uri, TEXT)

        report = await editor.pull(uri)

        assert isinstance(report, lsp.RelatedFullDocumentDiagnosticReport)
        assert codes(report.items) == ["B307"]

    async def test_the_client_is_asked_when_it_says_that_something_changed(self, start_editor: StartEditor, uri: str) -> None:
        editor = await start_editor()
        await editor.initialize(capabilities(configuration=True))
        editor.open(uri, TEXT)
        await eventually(editor, uri, ["B113", "B307", "B101"])

        editor.client.set_configuration({"vetline": {"ignore": ["B1"]}})
        editor.set(None)
        await eventually(editor, uri, ["B307"])

        editor.client.set_configuration({"vetline": {}})
        editor.set(None)
        await eventually(editor, uri, ["B113", "B307", "B101"])

    @pytest.mark.parametrize("answer", [None, {}, "text"])
    async def test_a_client_without_settings_leaves_those_of_the_start(
        self, start_editor: StartEditor, uri: str, answer: Any
    ) -> None:
        editor = await start_editor()
        editor.client.set_configuration({"vetline": answer})
        await editor.initialize(capabilities(configuration=True), options={"ignore": ["B1"]})
        editor.set(None)
        editor.open(uri, TEXT)

        assert codes(await editor.diagnostics(uri)) == ["B307"]
        await asyncio.sleep(QUIET / 2)
        assert len(editor.published(uri)) == 1

    async def test_a_client_that_only_pushes_what_it_could_be_asked_for_is_believed(
        self, start_editor: StartEditor, uri: str
    ) -> None:
        editor = await start_editor()
        await editor.initialize(capabilities(configuration=True))
        editor.open(uri, TEXT)

        editor.set({"vetline": {"ignore": ["B1"]}})

        await eventually(editor, uri, ["B307"])

    async def test_a_folder_may_have_settings_of_its_own(self, start_editor: StartEditor, tmp_path: Path) -> None:
        editor = await start_editor()
        one, two = (tmp_path / name for name in ("one", "two"))
        editor.client.set_configuration({"vetline": {"ignore": ["B1"]}})
        editor.client.set_configuration({"vetline": {"ignore": ["B3"]}}, scope_uri=two.as_uri())
        await editor.initialize(capabilities(configuration=True), folders=[one.as_uri(), two.as_uri()])
        expected = {one: ["B307"], two: ["B113", "B101"], tmp_path: ["B307"]}
        for folder in expected:
            editor.open((folder / "app.py").as_uri(), TEXT)

        for folder, found in expected.items():
            await eventually(editor, (folder / "app.py").as_uri(), found)


class TestFolders:
    """Where files are looked for; what they say is tested with them."""

    @pytest.fixture
    def workspace(self, tmp_path: Path) -> Path:
        for name, rule in (("one", "B113"), ("two", "B307"), ("two/inner", "B101")):
            folder = tmp_path / name
            folder.mkdir()
            (folder / "vetline.toml").write_text(f'ignore = ["{rule}"]\n')
        return tmp_path

    async def test_each_folder_has_its_own_configuration(self, start_editor: StartEditor, workspace: Path) -> None:
        editor = await start_editor()
        await editor.initialize(folders=[(workspace / "one").as_uri(), (workspace / "two").as_uri()])
        expected = {"one": ["B307", "B101"], "two": ["B113", "B101"], "two/inner": ["B113", "B307"]}

        for name, found in expected.items():
            uri = (workspace / name / "app.py").as_uri()
            editor.open(uri, TEXT)
            assert codes(await editor.diagnostics(uri)) == found

    async def test_an_untitled_document_belongs_to_the_first_folder(self, start_editor: StartEditor, workspace: Path) -> None:
        editor = await start_editor()
        await editor.initialize(folders=[(workspace / "two").as_uri(), (workspace / "one").as_uri()])

        editor.open("untitled:Untitled-1", TEXT)

        assert codes(await editor.diagnostics("untitled:Untitled-1")) == ["B113", "B101"]

    async def test_an_older_editor_has_a_root(self, start_editor: StartEditor, workspace: Path) -> None:
        editor = await start_editor()
        await editor.initialize(lsp.ClientCapabilities(), root=(workspace / "one").as_uri())

        editor.open("untitled:Untitled-1", TEXT)

        assert codes(await editor.diagnostics("untitled:Untitled-1")) == ["B307", "B101"]

    async def test_there_may_be_no_folder(self, start_editor: StartEditor, workspace: Path) -> None:
        editor = await start_editor()
        await editor.initialize()
        uri = (workspace / "one" / "app.py").as_uri()

        editor.open("untitled:Untitled-1", TEXT)
        editor.open(uri, TEXT)

        assert codes(await editor.diagnostics("untitled:Untitled-1")) == ["B113", "B307", "B101"]
        assert codes(await editor.diagnostics(uri)) == ["B307", "B101"]

    async def test_folders_may_come_and_go(self, start_editor: StartEditor, workspace: Path) -> None:
        editor = await start_editor()
        one, two = (lsp.WorkspaceFolder((workspace / name).as_uri(), name) for name in ("one", "two"))
        await editor.initialize(folders=[one.uri])
        editor.open("untitled:Untitled-1", TEXT)
        await eventually(editor, "untitled:Untitled-1", ["B307", "B101"])

        for event, found in (
            (lsp.WorkspaceFoldersChangeEvent([two], [one]), ["B113", "B101"]),
            (lsp.WorkspaceFoldersChangeEvent([], [two]), ["B113", "B307", "B101"]),
        ):
            editor.client.workspace_did_change_workspace_folders(lsp.DidChangeWorkspaceFoldersParams(event))
            await eventually(editor, "untitled:Untitled-1", found)
