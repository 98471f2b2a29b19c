"""The foreign code in a document, for clients that show it: asked for, or followed (``docs/protocol.md``)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pygls.exceptions import JsonRpcInvalidParams

from vetline.core.config import Profile
from vetline.lsp.convert import Wire, acceptance_wire, levels_wire, to_wire_range
from vetline.lsp.messages import ACCEPTANCES
from vetline.provenance.tracking import Tracked
from vetline.session.buffer import Buffer

if TYPE_CHECKING:
    from vetline.lsp.server import VetlineServer


def register(server: VetlineServer) -> None:
    """Register the handler."""

    @server.feature(ACCEPTANCES)
    async def acceptances(params: Any) -> Wire | None:
        """Answer with what foreign code there is in a document, by its newest text; null if it isn't open."""
        match params:
            case {"textDocument": {"uri": str() as uri}}:
                buffer = await server.session.vetted(uri)
                return None if buffer is None else _list(server, buffer)
        raise JsonRpcInvalidParams(f"{ACCEPTANCES} needs a textDocument with a uri")


class AcceptanceLists:
    """Tells a client that follows the foreign code in its documents what has changed of it."""

    def __init__(self, server: VetlineServer) -> None:
        self._server = server
        self._said: dict[str, Wire] = {}

    def announce(self, buffer: Buffer) -> None:
        """Say what foreign code there is in a vetted buffer, unless that was said already."""
        if not (buffer.watch.tracker.marks or buffer.uri in self._said) or not self._is_wanted():
            return
        listed = _list(self._server, buffer)
        if listed["acceptances"]:
            before = self._said.get(buffer.uri)
            self._said[buffer.uri] = listed
        else:
            before = self._said.pop(buffer.uri, None)
        if before is None or before["acceptances"] != listed["acceptances"]:
            self._server.protocol.notify_wire(ACCEPTANCES, listed)

    def forget(self, uri: str) -> None:
        """Forget a document that is closed; the client knows that by itself."""
        self._said.pop(uri, None)

    def _is_wanted(self) -> bool:
        """Tell whether the client follows: its capability ``experimental.vetline.acceptances`` is true."""
        match self._server.client_capabilities.experimental:
            case {"vetline": {"acceptances": True}}:
                return self._server.settled.is_set()
        return False


def _list(server: VetlineServer, buffer: Buffer) -> Wire:
    is_marked = buffer.rulebook.policy.config.profile is not Profile.BANDIT
    alive = buffer.watch.tracker.alive if is_marked else []
    found = {"uri": buffer.uri, "acceptances": [_entry(server, buffer, tracked) for tracked in alive]}
    return found | ({} if buffer.version is None else {"version": buffer.version})


def _entry(server: VetlineServer, buffer: Buffer, tracked: Tracked) -> Wire:
    ranges = buffer.watch.tracker.marks.of(tracked.acceptance.id)
    return {
        "acceptance": acceptance_wire(tracked),
        "ranges": [to_wire_range(range_, buffer.document.lines, server.encoding) for range_ in ranges],
        "findings": levels_wire(buffer.shown_from(tracked)),
    }
