"""The editors whose capabilities pytest-lsp has recorded, each as it introduces itself."""

from __future__ import annotations

import pytest
from lsprotocol import types as lsp
from pytest_lsp import LspSpecificationWarning, client_capabilities

from tests.lsp.conftest import StartEditor
from tests.lsp.editor import codes

pytestmark = [
    pytest.mark.asyncio(loop_scope="session"),
    pytest.mark.filterwarnings(f"error::{LspSpecificationWarning.__module__}.{LspSpecificationWarning.__name__}"),
]

TEXT = "import requests\n\nname = '😀'; requests.get(url)\n"


@pytest.mark.parametrize("name", ["visual_studio_code", "neovim@v0.6", "neovim@v0.11", "emacs"])
async def test_findings_arrive_and_are_fixed(start_editor: StartEditor, uri: str, name: str) -> None:
    can = client_capabilities(name)
    can.general = lsp.GeneralClientCapabilities(
        position_encodings=[lsp.PositionEncodingKind.Utf16]
    )  # what its stand-in counts in
    editor = await start_editor()
    await editor.initialize(can, folders=["file:///workspace"])
    editor.open(uri, TEXT)

    assert can.text_document
    if can.text_document.diagnostic:
        report = await editor.pull(uri)
        assert isinstance(report, lsp.RelatedFullDocumentDiagnosticReport)
        diagnostics = list(report.items)
        assert editor.published(uri) == []
    else:
        diagnostics = await editor.diagnostics(uri)
    actions = await editor.actions(uri, diagnostics[0].range, diagnostics)
    fix_all = actions[-1] if actions[-1].edit else await editor.client.code_action_resolve_async(actions[-1])

    assert codes(diagnostics) == ["B113"]
    assert editor.marked(uri, diagnostics[0]) == "requests.get(url)"
    assert editor.applied(uri, actions[0]) == editor.applied(uri, fix_all) == TEXT.replace("url", "url, timeout=10")
    assert await editor.hover(uri, "requests.get") is not None
