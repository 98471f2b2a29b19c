"""Diagnostics: pushed to clients that only listen, and pulled by those that ask.

Only findings of the current text are sent: a push carries the version that it is for, and a pull waits for it.
"""

from __future__ import annotations

import json
from hashlib import blake2b
from typing import TYPE_CHECKING

from lsprotocol import types as lsp

from vetline.engine.policy import Shown
from vetline.lsp.convert import Wire, to_wire
from vetline.session.buffer import Buffer

if TYPE_CHECKING:
    from vetline.lsp.server import VetlineServer


def register(server: VetlineServer) -> None:
    """Register the handlers."""

    @server.feature(
        lsp.TEXT_DOCUMENT_DIAGNOSTIC,
        lsp.DiagnosticOptions(inter_file_dependencies=False, workspace_diagnostics=False, identifier="vetline"),
    )
    async def document_diagnostic(params: lsp.DocumentDiagnosticParams) -> Wire:
        await server.settled.wait()
        buffer = await server.session.vetted(params.text_document.uri)
        items = _diagnostics(server, buffer) if buffer is not None else []
        result_id = _digest(items)
        if params.previous_result_id == result_id:
            return {"kind": "unchanged", "resultId": result_id}
        return {"kind": "full", "resultId": result_id, "items": items}


def announce(server: VetlineServer, buffer: Buffer) -> None:
    """Send the findings of ``buffer``, which is vetted, to a client that doesn't ask for them."""
    if not pulls(server) and server.settled.is_set():
        _publish(server, buffer.uri, _diagnostics(server, buffer), buffer.version)


def retract(server: VetlineServer, uri: str) -> None:
    """Take back what was sent for a document that is closed now."""
    if not pulls(server):
        _publish(server, uri, [], None)


def refresh(server: VetlineServer) -> None:
    """Have a client that pulls ask again, because there is something new without a change of the text."""
    workspace = server.client_capabilities.workspace
    if pulls(server) and workspace and workspace.diagnostics and workspace.diagnostics.refresh_support:
        server.workspace_diagnostic_refresh(None)


def pulls(server: VetlineServer) -> bool:
    """Tell whether the client asks for diagnostics; it isn't sent any then, so that none shows up twice."""
    text_document = server.client_capabilities.text_document
    return text_document is not None and text_document.diagnostic is not None


def _diagnostics(server: VetlineServer, buffer: Buffer) -> list[Wire]:
    return [diagnostic(server, buffer, shown) for shown in buffer.shown()]


def diagnostic(server: VetlineServer, buffer: Buffer, shown: Shown) -> Wire:
    """Return a finding as a diagnostic, marked if it is in foreign code that nobody has reviewed."""
    tracked = buffer.origin_of(shown.finding)
    return to_wire(shown, buffer.uri, buffer.document.lines, server.encoding, tracked, buffer.vetted_at)


def _digest(diagnostics: list[Wire]) -> str:
    """Return a name for these diagnostics, the same whenever they are the same, in another session too."""
    return blake2b(json.dumps(diagnostics).encode(), digest_size=8).hexdigest()


def _publish(server: VetlineServer, uri: str, diagnostics: list[Wire], version: int | None) -> None:
    params = {"uri": uri, "diagnostics": diagnostics} | ({} if version is None else {"version": version})
    server.protocol.notify_wire(lsp.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS, params)
