"""Edits of a buffer, as the client takes them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from lsprotocol import converters
from lsprotocol import types as lsp

from vetline.core.edit import TextEdit
from vetline.lsp.convert import Wire, to_wire_edit

if TYPE_CHECKING:
    from vetline.lsp.server import VetlineServer
    from vetline.session.buffer import Buffer


def workspace_edit(server: VetlineServer, buffer: Buffer, edits: Sequence[TextEdit]) -> Wire:
    """Return the edits as the client can take them, bound to the version that they are for where it can."""
    converted = [to_wire_edit(edit, buffer.document.lines, server.encoding) for edit in edits]
    workspace = server.client_capabilities.workspace
    if workspace and workspace.workspace_edit and workspace.workspace_edit.document_changes:
        identifier = {"uri": buffer.uri, "version": buffer.version}
        return {"documentChanges": [{"textDocument": identifier, "edits": converted}]}
    return {"changes": {buffer.uri: converted}}


async def apply_edits(server: VetlineServer, buffer: Buffer, title: str, edits: Sequence[TextEdit]) -> bool:
    """Have the client apply edits of the buffer as it is now; tell whether it did."""
    workspace = server.client_capabilities.workspace
    if workspace is None or not workspace.apply_edit:
        return False
    edit = converters.get_converter().structure(workspace_edit(server, buffer, edits), lsp.WorkspaceEdit)
    return (await server.workspace_apply_edit_async(lsp.ApplyWorkspaceEditParams(edit, title))).applied
