"""The command ``vetline.explain``."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlparse

import pytest
from lsprotocol import types as lsp
from pygls.exceptions import JsonRpcInvalidParams

from tests.lsp.conftest import StartEditor
from tests.lsp.editor import Editor, capabilities

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def run(editor: Editor, *arguments: Any) -> Any:
    params = lsp.ExecuteCommandParams("vetline.explain", list(arguments))
    return await editor.client.workspace_execute_command_async(params)


async def test_the_page_of_a_rule_is_opened(editor: Editor) -> None:
    editor.client.shown_documents.clear()

    page = await run(editor, "B113")

    (shown,) = editor.client.shown_documents
    assert shown.take_focus
    assert Path(unquote(urlparse(shown.uri).path)).read_text(encoding="utf-8") == page
    assert page.startswith("# B113: request-without-timeout\n")
    assert "## Why it matters" in page


async def test_a_client_that_opens_no_documents_gets_a_message(start_editor: StartEditor) -> None:
    editor = await start_editor()
    await editor.initialize(capabilities(shows_documents=False))

    page = await run(editor, "B113")

    (message,) = editor.client.messages
    assert message.type is lsp.MessageType.Info
    assert message.message.startswith("B113: A network request without a timeout")
    assert "`" not in message.message
    assert page.startswith("# B113")


async def test_where_no_page_can_be_written_there_is_a_message(start_editor: StartEditor, tmp_path: Path) -> None:
    (tmp_path / "xdg_cache_home").write_text("a file where a folder would have to be")
    editor = await start_editor(tmp_path)
    await editor.initialize()

    await run(editor, "B113")

    assert editor.client.shown_documents == []
    assert len(editor.client.messages) == 1


async def test_the_action_on_a_finding_is_that_command(editor: Editor, uri: str) -> None:
    editor.open(uri, "eval(x)\n")

    action = next(a for a in await editor.actions(uri, "eval(x)") if a.title.startswith("Explain"))

    assert action.command == lsp.Command("Explain B307", "vetline.explain", arguments=("B307",))


@pytest.mark.parametrize("arguments", [(), ("B999",), ("../../etc/passwd",), ("B113", "B113"), (7,), (None,), ({},)])
async def test_anything_but_the_id_of_a_rule_is_refused(editor: Editor, arguments: tuple[Any, ...]) -> None:
    with pytest.raises(JsonRpcInvalidParams):
        await run(editor, *arguments)


async def test_an_unknown_command_is_refused(editor: Editor) -> None:
    with pytest.raises(JsonRpcInvalidParams):
        await editor.client.workspace_execute_command_async(lsp.ExecuteCommandParams("vetline.unheard-of", []))


async def test_arguments_may_be_missing(editor: Editor) -> None:
    with pytest.raises(JsonRpcInvalidParams):
        await editor.client.workspace_execute_command_async(lsp.ExecuteCommandParams("vetline.explain"))
