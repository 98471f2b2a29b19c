"""The ``vetline.explain`` command: a rule's whole page, in the editor."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from lsprotocol import types as lsp

from vetline.lsp.convert import uri_of
from vetline.rules.base import HOW
from vetline.rules.catalogue import documentation
from vetline.rules.explanation import plain, rule_page

if TYPE_CHECKING:
    from vetline.lsp.server import VetlineServer

EXPLAIN = "vetline.explain"


def register(server: VetlineServer) -> None:
    """Register the command."""

    @server.command(EXPLAIN)
    async def explain(rule_id: str) -> str | None:
        """Show the page of ``rule_id``, and return it as Markdown; None if there is no such rule."""
        page = rule_page(rule_id)
        document = documentation(rule_id)
        if page is None or document is None:
            return None
        if _shows_documents(server):
            path = _write(rule_id, page)
            await server.window_show_document_async(lsp.ShowDocumentParams(uri_of(path), take_focus=True))
        else:
            text = plain(f"{rule_id}: {document.summary}\n\n{document.sections[HOW]}")
            server.window_show_message(lsp.ShowMessageParams(lsp.MessageType.Info, text))
        return page


def _shows_documents(server: VetlineServer) -> bool:
    window = server.client_capabilities.window
    return bool(window and window.show_document and window.show_document.support)


def _write(rule_id: str, page: str) -> Path:
    """Write the page where an editor can open it."""
    from platformdirs import user_cache_path

    path = user_cache_path("vetline", appauthor=False) / "rules" / f"{rule_id}.md"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(page, encoding="utf-8")
    return path
