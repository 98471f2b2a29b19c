"""The least that a server written with pygls does: keep the text, and answer each change with one diagnostic."""

from __future__ import annotations

from lsprotocol import types as lsp
from pygls.lsp.server import LanguageServer

server = LanguageServer("noop", "1")


def _publish(uri: str, version: int | None, diagnostics: list[lsp.Diagnostic]) -> None:
    server.text_document_publish_diagnostics(lsp.PublishDiagnosticsParams(uri, diagnostics, version))


@server.feature(lsp.TEXT_DOCUMENT_DID_OPEN)
def did_open(params: lsp.DidOpenTextDocumentParams) -> None:
    """Answer without having looked."""
    _publish(params.text_document.uri, params.text_document.version, [])


@server.feature(lsp.TEXT_DOCUMENT_DID_CHANGE)
def did_change(params: lsp.DidChangeTextDocumentParams) -> None:
    """Report the change itself."""
    change = params.content_changes[0]
    assert isinstance(change, lsp.TextDocumentContentChangePartial)
    found = [lsp.Diagnostic(change.range, "changed")] if change.text else []
    _publish(params.text_document.uri, params.text_document.version, found)


if __name__ == "__main__":
    server.start_io()
