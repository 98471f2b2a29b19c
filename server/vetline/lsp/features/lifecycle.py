"""The start and the end of a session: ``initialize``, ``initialized``, ``shutdown``."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from lsprotocol import types as lsp

from vetline.lsp.features.configuration import (
    follow_settings,
    has_settings,
    initial_settings,
    update_settings,
    workspace_folders,
)
from vetline.lsp.lifetime import watch_parent

if TYPE_CHECKING:
    from vetline.lsp.server import VetlineServer

_PATIENCE_SECONDS = 1.0
"""How long a client that can be asked for its settings may take to say them before something is shown."""


def register(server: VetlineServer) -> None:
    """Register the handlers."""

    @server.feature(lsp.INITIALIZE)
    def initialize(params: lsp.InitializeParams) -> None:
        server.initial_settings = initial_settings(params.initialization_options)
        server.session.configure(workspace_folders(server), server.initial_settings)
        if params.process_id is not None:
            watch_parent(params.process_id)
        patience = _PATIENCE_SECONDS if has_settings(server) else 0.0
        asyncio.get_running_loop().call_later(patience, server.settle)

    @server.feature(lsp.INITIALIZED)
    async def initialized(_: lsp.InitializedParams) -> None:
        server.session.begin()
        follow_settings(server)
        await update_settings(server, None)
        server.settle()
        await server.session.warm_up()

    @server.feature(lsp.SHUTDOWN)
    def shutdown(_: None) -> None:
        server.session.end()
