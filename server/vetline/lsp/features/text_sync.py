"""Text synchronization: ``didOpen``, ``didChange``, ``didSave``, ``didClose``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types as lsp

from vetline.lsp.convert import from_range, path_of
from vetline.lsp.features.diagnostics import refresh, retract
from vetline.session.changes import Change

if TYPE_CHECKING:
    from vetline.lsp.server import VetlineServer

_LANGUAGES = ("python", "")
"""What we vet, in any case; an editor that leaves the language out has been told to send us Python only."""


def register(server: VetlineServer) -> None:
    """Register the handlers."""

    @server.feature(lsp.TEXT_DOCUMENT_DID_OPEN)
    def did_open(params: lsp.DidOpenTextDocumentParams) -> None:
        document = params.text_document
        if document.language_id.casefold() in _LANGUAGES:
            server.session.open(document.uri, path_of(document.uri), document.version, document.text)

    @server.feature(lsp.TEXT_DOCUMENT_DID_CHANGE)
    def did_change(params: lsp.DidChangeTextDocumentParams) -> None:
        document = params.text_document
        if document.uri in server.session.buffers:
            changes = (_to_change(server, document.uri, event) for event in params.content_changes)
            server.session.change(document.uri, document.version, changes)

    @server.feature(lsp.TEXT_DOCUMENT_DID_SAVE)
    def did_save(params: lsp.DidSaveTextDocumentParams) -> None:
        # Not every client watches files; where none has changed, this costs next to nothing.
        path = path_of(params.text_document.uri)
        server.session.saved(params.text_document.uri)
        if server.session.files_changed([path] if path else []) or server.session.configure():
            refresh(server)

    @server.feature(lsp.TEXT_DOCUMENT_DID_CLOSE)
    def did_close(params: lsp.DidCloseTextDocumentParams) -> None:
        uri = params.text_document.uri
        if uri in server.session.buffers:
            server.session.close(uri)
            server.acceptance_lists.forget(uri)
            retract(server, uri)


def _to_change(server: VetlineServer, uri: str, change: lsp.TextDocumentContentChangeEvent) -> Change:
    """Convert one change, whose positions are those of the text behind the one before it."""
    if isinstance(change, lsp.TextDocumentContentChangePartial):
        lines = server.session.buffers[uri].document.lines
        return Change(from_range(change.range, lines, server.encoding), change.text)
    return Change(None, change.text)
