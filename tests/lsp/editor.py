"""An editor that behaves well, made of pytest-lsp's client, which checks what it is sent against its own capabilities."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

from lsprotocol import types as lsp
from pygls.protocol import default_converter
from pytest_lsp import LanguageClient
from pytest_lsp.client import DEFAULT_CLIENT_FEATURES, register_lsp_features
from pytest_lsp.protocol import LanguageClientProtocol

from tests.lsp.texts import apply, at, edits_of, part_at, span
from tests.lsp.wire import PATIENCE

QUIET = 0.6
"""Seconds after which nothing more is to come, several times what it would take."""

_CONVERTER = default_converter()  # type: ignore[no-untyped-call]


def capabilities(
    *,
    pulls: bool = False,
    versions: bool = True,
    resolves: bool = True,
    configuration: bool = False,
    watches: bool = False,
    shows_documents: bool = True,
    formats: Sequence[lsp.MarkupKind] = (lsp.MarkupKind.Markdown, lsp.MarkupKind.PlainText),
) -> lsp.ClientCapabilities:
    """Return what an editor can do; as much as today's can unless something is left out."""
    resolving = lsp.ClientCodeActionResolveOptions(["edit"]) if resolves else None
    kinds = lsp.ClientCodeActionKindOptions([lsp.CodeActionKind.QuickFix, lsp.CodeActionKind.Source])
    return lsp.ClientCapabilities(
        workspace=lsp.WorkspaceClientCapabilities(
            workspace_edit=lsp.WorkspaceEditClientCapabilities(document_changes=versions),
            configuration=configuration,
            workspace_folders=True,
            did_change_configuration=lsp.DidChangeConfigurationClientCapabilities(dynamic_registration=True),
            did_change_watched_files=lsp.DidChangeWatchedFilesClientCapabilities(
                dynamic_registration=watches, relative_pattern_support=watches
            ),
            diagnostics=lsp.DiagnosticWorkspaceClientCapabilities(refresh_support=True),
        ),
        text_document=lsp.TextDocumentClientCapabilities(
            synchronization=lsp.TextDocumentSyncClientCapabilities(did_save=True),
            publish_diagnostics=lsp.PublishDiagnosticsClientCapabilities(
                related_information=True, version_support=True, code_description_support=True, data_support=True
            ),
            diagnostic=lsp.DiagnosticClientCapabilities() if pulls else None,
            hover=lsp.HoverClientCapabilities(content_format=list(formats)),
            code_action=lsp.CodeActionClientCapabilities(
                code_action_literal_support=lsp.ClientCodeActionLiteralOptions(kinds),
                is_preferred_support=True,
                data_support=resolves,
                resolve_support=resolving,
            ),
        ),
        window=lsp.WindowClientCapabilities(show_document=lsp.ShowDocumentClientCapabilities(support=shows_documents)),
        general=lsp.GeneralClientCapabilities(position_encodings=[lsp.PositionEncodingKind.Utf16]),
    )


class _Protocol(LanguageClientProtocol):
    """Leaves code actions as they come: lsprotocol 2025.0.0 takes one with a command for a bare command."""

    def get_result_type(self, method: str) -> type[Any] | None:  # type: ignore[override]  # pygls caches its own
        return None if method == lsp.TEXT_DOCUMENT_CODE_ACTION else super().get_result_type(method)


class EditorClient(LanguageClient):
    """pytest-lsp's client, which also keeps each publication and each registration."""

    def __init__(self) -> None:
        super().__init__(converter_factory=default_converter, protocol_cls=_Protocol)
        self.publications: list[lsp.PublishDiagnosticsParams] = []
        self.registrations: list[lsp.Registration] = []
        self.news = asyncio.Event()
        register_lsp_features(self, {**DEFAULT_CLIENT_FEATURES, **_FEATURES})


def _published(client: EditorClient, params: lsp.PublishDiagnosticsParams) -> None:
    client.publications.append(params)
    client.news.set()


def _registered(client: EditorClient, params: lsp.RegistrationParams) -> None:
    client.registrations += params.registrations
    client.news.set()


_FEATURES = {lsp.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS: _published, lsp.CLIENT_REGISTER_CAPABILITY: _registered}


class Editor:
    """The open documents of a session, and what a user does with them.  Positions count UTF-16 units."""

    def __init__(self, client: EditorClient) -> None:
        self.client = client
        self.texts: dict[str, str] = {}
        self.versions: dict[str, int] = {}

    async def initialize(
        self,
        can: lsp.ClientCapabilities | None = None,
        *,
        folders: Sequence[str] | None = None,
        root: str | None = None,
        options: Any = None,
    ) -> lsp.InitializeResult:
        """Open the session for workspace ``folders``, or a ``root`` as older editors have it; both are URIs."""
        given = [lsp.WorkspaceFolder(uri, uri.rpartition("/")[2]) for uri in folders] if folders is not None else None
        params = lsp.InitializeParams(
            can or capabilities(), workspace_folders=given, root_uri=root, initialization_options=options
        )
        return await self.client.initialize_session(params)

    def set(self, settings: Any) -> None:
        """Push other settings, in the form in which the protocol has them: an object with a key for each section."""
        self.client.workspace_did_change_configuration(lsp.DidChangeConfigurationParams(settings))

    def open(self, uri: str, text: str, version: int = 1, language: str = "python") -> None:
        self.texts[uri], self.versions[uri] = text, version
        document = lsp.TextDocumentItem(uri, language, version, text)
        self.client.text_document_did_open(lsp.DidOpenTextDocumentParams(document))

    def replace(self, uri: str, old: str, new: str) -> None:
        """Replace the only place where ``old`` stands."""
        text = self.texts[uri]
        self._send(uri, text.replace(old, new), lsp.TextDocumentContentChangePartial(_range(span(text, old)), new))

    def insert(self, uri: str, before: str, new: str) -> None:
        """Insert ``new`` in front of the only place where ``before`` stands."""
        text = self.texts[uri]
        change = lsp.TextDocumentContentChangePartial(_range(at(text, before)), new)
        self._send(uri, text.replace(before, new + before), change)

    def set_text(self, uri: str, text: str) -> None:
        """Send the whole text."""
        self._send(uri, text, lsp.TextDocumentContentChangeWholeDocument(text))

    def save(self, uri: str) -> None:
        self.client.text_document_did_save(lsp.DidSaveTextDocumentParams(lsp.TextDocumentIdentifier(uri)))

    def close(self, uri: str) -> None:
        del self.texts[uri]
        self.client.text_document_did_close(lsp.DidCloseTextDocumentParams(lsp.TextDocumentIdentifier(uri)))

    def published(self, uri: str) -> list[lsp.PublishDiagnosticsParams]:
        """Return what was published for a document so far."""
        return [params for params in self.client.publications if params.uri == uri]

    async def diagnostics(self, uri: str) -> list[lsp.Diagnostic]:
        """Return what is published for the current version, once it is."""
        async with asyncio.timeout(PATIENCE):
            while not (found := [p for p in self.published(uri) if p.version == self.versions[uri]]):
                await self._wait()
        return list(found[-1].diagnostics)

    async def publication(self, uri: str, after: int) -> lsp.PublishDiagnosticsParams:
        """Return what is published for a document next, when it has had ``after`` publications."""
        async with asyncio.timeout(PATIENCE):
            while len(self.published(uri)) <= after:
                await self._wait()
        return self.published(uri)[after]

    async def pull(self, uri: str, previous: str | None = None) -> lsp.DocumentDiagnosticReport:
        """Ask for the diagnostics of a document."""
        params = lsp.DocumentDiagnosticParams(lsp.TextDocumentIdentifier(uri), previous_result_id=previous)
        async with asyncio.timeout(PATIENCE):
            return await self.client.text_document_diagnostic_async(params)

    async def actions(
        self,
        uri: str,
        place: lsp.Range | str,
        diagnostics: Sequence[lsp.Diagnostic] = (),
        only: Sequence[str] | None = None,
    ) -> list[lsp.CodeAction]:
        """Return the code actions for a range, or for the only place where some text stands."""
        range_ = _range(span(self.texts[uri], place)) if isinstance(place, str) else place
        context = lsp.CodeActionContext(list(diagnostics), only=None if only is None else list(only))
        params = lsp.CodeActionParams(lsp.TextDocumentIdentifier(uri), range_, context)
        async with asyncio.timeout(PATIENCE):
            actions: Any = await self.client.text_document_code_action_async(params)
        return [_CONVERTER.structure(action, lsp.CodeAction) for action in actions]

    async def hover(self, uri: str, before: str) -> lsp.Hover | None:
        """Return the hover in front of the only place where ``before`` stands."""
        position = _range(at(self.texts[uri], before)).start
        async with asyncio.timeout(PATIENCE):
            return await self.client.text_document_hover_async(lsp.HoverParams(lsp.TextDocumentIdentifier(uri), position))

    def applied(self, uri: str, action: lsp.CodeAction) -> str:
        """Return the text with an action's edits."""
        return apply(self.texts[uri], edits_of(_CONVERTER.unstructure(action), uri))

    def marked(self, uri: str, place: lsp.Diagnostic | lsp.Location) -> str:
        """Return the text that a diagnostic underlines, or that a location in the same document leads to."""
        return part_at(self.texts[uri], _CONVERTER.unstructure(place.range))

    def whole(self, uri: str) -> lsp.Range:
        """Return the range of a whole text."""
        text = self.texts[uri]
        return lsp.Range(lsp.Position(0, 0), lsp.Position(text.count("\n") + 1, 0))

    async def _wait(self) -> None:
        self.client.news.clear()
        await self.client.news.wait()

    def _send(self, uri: str, text: str, *changes: lsp.TextDocumentContentChangeEvent) -> None:
        self.texts[uri] = text
        self.versions[uri] += 1
        identifier = lsp.VersionedTextDocumentIdentifier(self.versions[uri], uri)
        self.client.text_document_did_change(lsp.DidChangeTextDocumentParams(identifier, list(changes)))


def codes(diagnostics: Sequence[lsp.Diagnostic]) -> list[str]:
    """Return the ids of the rules that diagnostics name."""
    return [str(diagnostic.code) for diagnostic in diagnostics]


def _range(wire: Any) -> lsp.Range:
    range_ = _CONVERTER.structure(wire, lsp.Range)
    assert isinstance(range_, lsp.Range)
    return range_
