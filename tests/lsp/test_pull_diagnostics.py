"""Diagnostics that are asked for: ``textDocument/diagnostic``, its result ids, and ``workspace/diagnostic/refresh``."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from lsprotocol import types as lsp

from tests.lsp.conftest import StartEditor
from tests.lsp.editor import QUIET, Editor, capabilities, codes
from tests.lsp.wire import PATIENCE

pytestmark = pytest.mark.asyncio(loop_scope="session")

HEAD = "import requests\n\n"
COMPLETION = "def fetch(url):\n    return requests.get(url)\n\n\n"


def full(report: lsp.DocumentDiagnosticReport) -> lsp.RelatedFullDocumentDiagnosticReport:
    assert isinstance(report, lsp.RelatedFullDocumentDiagnosticReport)
    assert report.result_id
    return report


async def test_a_document_is_vetted_when_it_is_asked_for(puller: Editor, uri: str) -> None:
    puller.open(uri, HEAD + COMPLETION)

    report = full(await puller.pull(uri))

    assert codes(report.items) == ["B113"]
    assert puller.marked(uri, report.items[0]) == "requests.get(url)"


async def test_what_the_client_has_already_is_not_sent_again(puller: Editor, uri: str) -> None:
    puller.open(uri, HEAD + COMPLETION)
    first = full(await puller.pull(uri)).result_id

    again = await puller.pull(uri, first)

    assert isinstance(again, lsp.RelatedUnchangedDocumentDiagnosticReport)
    assert again.result_id == first


async def test_after_an_edit_the_answer_is_for_the_new_text(puller: Editor, uri: str) -> None:
    puller.open(uri, HEAD + COMPLETION)
    first = full(await puller.pull(uri)).result_id

    puller.insert(uri, "def", "eval(x)\n\n\n")
    second = full(await puller.pull(uri, first))
    assert codes(second.items) == ["B307", "B113"]

    puller.replace(uri, "eval(x)\n\n\n", "")
    assert codes(full(await puller.pull(uri, second.result_id)).items) == ["B113"]


async def test_typing_is_not_waited_for(settable: Editor, uri: str) -> None:
    editor = settable
    editor.set({"vetline": {"typingDelayMs": 9_999}})
    editor.open(uri, HEAD + "eval\n")
    await editor.pull(uri)
    editor.insert(uri, "\n\neval", ";")
    editor.replace(uri, "eval", "eval(x)")

    async with asyncio.timeout(5):
        assert codes(full(await editor.pull(uri)).items) == ["B307"]


async def test_an_edit_that_moves_nothing_changes_nothing(puller: Editor, uri: str) -> None:
    puller.open(uri, HEAD + COMPLETION + "x = 1\n")
    first = full(await puller.pull(uri)).result_id

    puller.replace(uri, "x = 1", "x = 2")

    assert isinstance(await puller.pull(uri, first), lsp.RelatedUnchangedDocumentDiagnosticReport)


async def test_a_result_id_of_before_a_close_means_nothing_for_another_text(puller: Editor, uri: str) -> None:
    puller.open(uri, HEAD + COMPLETION)
    first = full(await puller.pull(uri)).result_id
    puller.close(uri)
    puller.open(uri, "eval(x)\n")

    assert codes(full(await puller.pull(uri, first)).items) == ["B307"]


async def test_requests_at_the_same_time_get_the_same_answer(puller: Editor, uri: str) -> None:
    puller.open(uri, HEAD + "".join(f"def f{n}(url):\n    return requests.get(url)\n\n\n" for n in range(800)))

    reports = await asyncio.gather(*(puller.pull(uri) for _ in range(5)))

    assert {full(report).result_id for report in reports} == {full(reports[0]).result_id}
    assert len(full(reports[0]).items) == 800


async def test_a_document_that_is_not_open_has_none(puller: Editor, uri: str) -> None:
    assert full(await puller.pull(uri)).items == ()

    puller.open(uri, HEAD + COMPLETION)
    first = full(await puller.pull(uri)).result_id
    puller.close(uri)
    assert full(await puller.pull(uri, first)).items == ()


async def test_nothing_is_pushed_to_a_client_that_asks(puller: Editor, uri: str) -> None:
    puller.open(uri, HEAD + COMPLETION)
    await puller.pull(uri)
    puller.insert(uri, "def", "eval(x)\n\n\n")
    puller.close(uri)

    await asyncio.sleep(QUIET / 2)
    assert puller.published(uri) == []


async def test_a_client_that_waits_may_ask_nevertheless(editor: Editor, uri: str) -> None:
    editor.open(uri, HEAD + COMPLETION)

    assert codes(full(await editor.pull(uri)).items) == codes(await editor.diagnostics(uri)) == ["B113"]


class TestRefresh:
    async def test_other_settings_make_the_client_ask_again(self, start_editor: StartEditor, uri: str) -> None:
        editor = await start_editor()
        await editor.initialize(capabilities(pulls=True))
        editor.open(uri, HEAD + COMPLETION)
        first = full(await editor.pull(uri)).result_id
        editor.client.diagnostic_refresh_count = 0

        settings = {"vetline": {"ignore": ["B113"]}}
        editor.client.workspace_did_change_configuration(lsp.DidChangeConfigurationParams(settings))
        await refreshes(editor, 1)

        assert full(await editor.pull(uri, first)).items == ()

    async def test_settings_that_change_nothing_do_not(self, start_editor: StartEditor, uri: str) -> None:
        editor = await start_editor()
        await editor.initialize(capabilities(pulls=True))
        editor.open(uri, HEAD + COMPLETION)
        await editor.pull(uri)
        editor.client.diagnostic_refresh_count = 0

        editor.client.workspace_did_change_configuration(lsp.DidChangeConfigurationParams({"vetline": {"ignore": []}}))
        editor.client.workspace_did_change_configuration(lsp.DidChangeConfigurationParams({"other": {"ignore": ["B113"]}}))
        await editor.pull(uri)

        assert editor.client.diagnostic_refresh_count == 0

    @pytest.mark.parametrize("news", ["watched", "saved"])
    async def test_another_configuration_file_makes_the_client_ask_again(
        self, start_editor: StartEditor, tmp_path: Path, news: str
    ) -> None:
        editor = await start_editor()
        await editor.initialize(capabilities(pulls=True), folders=[tmp_path.as_uri()])
        uri = (tmp_path / "app.py").as_uri()
        editor.open(uri, HEAD + COMPLETION)
        first = full(await editor.pull(uri)).result_id
        editor.client.diagnostic_refresh_count = 0

        file = tmp_path / "vetline.toml"
        file.write_text('ignore = ["B113"]\n')
        if news == "saved":
            editor.save(uri)
        else:
            change = lsp.FileEvent(file.as_uri(), lsp.FileChangeType.Created)
            editor.client.workspace_did_change_watched_files(lsp.DidChangeWatchedFilesParams([change]))
        await refreshes(editor, 1)

        assert full(await editor.pull(uri, first)).items == ()


async def refreshes(editor: Editor, count: int) -> None:
    """Wait until the server asked so often for a refresh."""
    async with asyncio.timeout(PATIENCE):
        while editor.client.diagnostic_refresh_count < count:
            await asyncio.sleep(0.01)
