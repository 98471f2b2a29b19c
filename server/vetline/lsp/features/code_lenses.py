"""Code lenses: what was found in foreign code, and what can be done about it, in a line above it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from lsprotocol import types as lsp

from vetline.core.location import Position, Range
from vetline.lsp.convert import Wire, to_wire_range
from vetline.lsp.features.acceptances import FIX, REJECT, REVIEWED
from vetline.provenance.tracking import Tracked
from vetline.provenance.words import origin, thing
from vetline.session.buffer import Buffer

if TYPE_CHECKING:
    from vetline.lsp.server import VetlineServer


def register(server: VetlineServer) -> None:
    """Register the handler."""

    @server.feature(lsp.TEXT_DOCUMENT_CODE_LENS, lsp.CodeLensOptions(resolve_provider=False))
    async def code_lens(params: lsp.CodeLensParams) -> list[Wire]:
        buffer = await server.session.vetted(params.text_document.uri)
        if buffer is None or not buffer.rulebook.policy.config.lenses:
            return []
        return [lens for tracked in buffer.unreviewed() for lens in _lenses(server, buffer, tracked)]


def refresh_lenses(server: VetlineServer) -> None:
    """Have the client ask again, because something is new without a change of the text."""
    workspace = server.client_capabilities.workspace
    if workspace and workspace.code_lens and workspace.code_lens.refresh_support:
        server.workspace_code_lens_refresh(None)


def _lenses(server: VetlineServer, buffer: Buffer, tracked: Tracked) -> Iterator[Wire]:
    """Yield the lenses of one acceptance, all at its first line."""
    shown = buffer.shown_from(tracked)
    line = buffer.watch.tracker.marks.of(tracked.acceptance.id)[0].start.line
    place = to_wire_range(Range(Position(line, 0), Position(line, 0)), buffer.document.lines, server.encoding)
    count = "1 finding" if len(shown) == 1 else f"{len(shown)} findings"
    what = thing(tracked.acceptance)
    title = f"{count} in this {what}, {origin(tracked.acceptance, buffer.vetted_at)}"
    arguments = [buffer.uri, tracked.acceptance.id]
    for label, command in ((f"{title} · Fix", FIX), ("Reject", REJECT), ("Mark as reviewed", REVIEWED)):
        yield {"range": place, "command": {"title": label, "command": command, "arguments": arguments}}
