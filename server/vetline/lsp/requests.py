"""Requests about a place in a document: the client chose it in the text that it had then."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pygls.exceptions import JsonRpcContentModified

from vetline.core.location import Range
from vetline.lsp.convert import from_range

if TYPE_CHECKING:
    from lsprotocol import types as lsp

    from vetline.lsp.server import VetlineServer
    from vetline.session.buffer import Buffer


async def vetted_place(server: VetlineServer, uri: str, range_: lsp.Range) -> tuple[Buffer, Range] | None:
    """Return a buffer with its findings up to date, and ``range_`` in it; None if it isn't open.

    Raises:
        JsonRpcContentModified: the text was changed while it was vetted, so nobody knows which place is meant.
    """
    buffer = server.session.buffers.get(uri)
    if buffer is None:
        return None
    edits = buffer.edits
    place = from_range(range_, buffer.document.lines, server.encoding)
    if await server.session.vetted(uri) is not buffer or buffer.edits != edits:
        raise JsonRpcContentModified("the text was changed meanwhile")
    return buffer, place
