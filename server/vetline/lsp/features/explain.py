"""The ``vetline.explain`` command: a rule's whole page, in the editor."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lsprotocol import types as lsp
from pygls.exceptions import JsonRpcException, JsonRpcInvalidParams

from vetline.lsp.convert import uri_of
from vetline.rules.base import HOW
from vetline.rules.catalogue import documentation
from vetline.rules.explanation import plain, rule_page

if TYPE_CHECKING:
    from vetline.lsp.server import VetlineServer

log = logging.getLogger(__name__)

EXPLAIN = "vetline.explain"


def register(server: VetlineServer) -> None:
    """Register the command."""

    @server.command(EXPLAIN)
    async def explain(*arguments: Any) -> str:
        """Show the page of the rule whose id is the one argument, and return it as Markdown."""
        if len(arguments) != 1 or not isinstance(arguments[0], str) or (page := rule_page(arguments[0])) is None:
            raise JsonRpcInvalidParams(f"{EXPLAIN} takes the id of a rule of Vetline")
        rule_id = arguments[0].upper()
        if not await _show_page(server, rule_id, page):
            _show_summary(server, rule_id)
        return page


async def _show_page(server: VetlineServer, rule_id: str, page: str) -> bool:
    """Have the client open the page; tell whether it did."""
    window = server.client_capabilities.window
    if not (window and window.show_document and window.show_document.support):
        return False
    try:
        params = lsp.ShowDocumentParams(uri_of(_write(rule_id, page)), take_focus=True)
        return (await server.window_show_document_async(params)).success
    except (OSError, JsonRpcException):
        log.info("The page of %s could not be shown", rule_id, exc_info=True)
        return False


def _show_summary(server: VetlineServer, rule_id: str) -> None:
    document = documentation(rule_id)
    assert document is not None, rule_id
    text = plain(f"{rule_id}: {document.summary}\n\n{document.sections[HOW]}")
    server.window_show_message(lsp.ShowMessageParams(lsp.MessageType.Info, text))


def _write(rule_id: str, page: str) -> Path:
    """Write the page where the client can open it."""
    from platformdirs import user_cache_path

    path = user_cache_path("vetline", appauthor=False) / "rules" / f"{rule_id}.md"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(page, encoding="utf-8")
    return path
