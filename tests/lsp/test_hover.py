"""Hover on a finding: what it is, why it matters, how to fix it, how to silence it."""

from __future__ import annotations

import asyncio

import pytest
from lsprotocol import types as lsp
from pygls.exceptions import JsonRpcException

from tests.lsp.conftest import StartEditor
from tests.lsp.editor import Editor, capabilities

pytestmark = pytest.mark.asyncio(loop_scope="session")

TEXT = """\
import requests

a = requests.get(eval(url))
b = 1
"""

MARKDOWN, PLAIN = lsp.MarkupKind.Markdown, lsp.MarkupKind.PlainText


def content(hover: lsp.Hover | None) -> lsp.MarkupContent:
    assert hover is not None
    assert isinstance(hover.contents, lsp.MarkupContent)
    return hover.contents


async def test_a_finding_is_explained(editor: Editor, uri: str) -> None:
    editor.open(uri, TEXT)

    hover = await editor.hover(uri, "requests.get")

    text = content(hover).value
    assert content(hover).kind is MARKDOWN
    assert text.startswith("**B113**: This request has no timeout")
    for part in (
        "**Why it matters**",
        "**How to fix it**",
        "[CWE-400: Uncontrolled Resource Consumption](https://cwe.mitre.org/data/definitions/400.html)",
        "Severity medium, confidence low",
        "`# nosec B113 # reason`",
    ):
        assert part in text
    assert hover is not None
    assert hover.range == lsp.Range(lsp.Position(2, 4), lsp.Position(2, 27))


async def test_findings_within_each_other_are_all_explained(editor: Editor, uri: str) -> None:
    editor.open(uri, TEXT)

    text = content(await editor.hover(uri, "eval")).value

    assert [part.split(":")[0].strip() for part in text.split("\n---\n")] == ["**B113**", "**B307**"]


async def test_the_same_explanation_is_not_given_twice(editor: Editor, uri: str) -> None:
    editor.open(uri, "x = eval(eval(eval(y)))\n")

    assert content(await editor.hover(uri, "y)))")).value.count("**Why it matters**") == 1


@pytest.mark.parametrize("place", ["import requests", "a =", "b = 1", "= 1"])
async def test_elsewhere_there_is_nothing_to_say(editor: Editor, uri: str, place: str) -> None:
    editor.open(uri, TEXT)

    assert await editor.hover(uri, place) is None


async def test_a_place_behind_the_text_has_nothing_to_say(editor: Editor, uri: str) -> None:
    editor.open(uri, TEXT)
    params = lsp.HoverParams(lsp.TextDocumentIdentifier(uri), lsp.Position(1000, 1000))

    assert await editor.client.text_document_hover_async(params) is None


async def test_a_place_in_a_text_that_changes_meanwhile_means_nothing_any_more(editor: Editor, uri: str) -> None:
    editor.open(uri, TEXT + "def f():\n    exec(x)\n\n\n" * 6000 + "#end")
    asked = asyncio.ensure_future(editor.hover(uri, "requests.get"))
    await asyncio.sleep(0.02)

    editor.insert(uri, "import", "# another line\n")

    with pytest.raises(JsonRpcException, match="changed meanwhile"):
        await asked
    assert content(await editor.hover(uri, "requests.get")).value.startswith("**B113**")


@pytest.mark.parametrize("formats", [(PLAIN,), (PLAIN, MARKDOWN)], ids=["alone", "first"])
async def test_a_client_may_prefer_plain_text(start_editor: StartEditor, uri: str, formats: tuple[lsp.MarkupKind, ...]) -> None:
    editor = await start_editor()
    await editor.initialize(capabilities(formats=formats))
    editor.open(uri, TEXT)

    hover = content(await editor.hover(uri, "requests.get"))

    assert hover.kind is PLAIN
    assert hover.value.startswith("B113: This request has no timeout")
    assert "**" not in hover.value
    assert "](" not in hover.value
    assert "https://cwe.mitre.org/data/definitions/400.html" in hover.value
