"""Foreign code: what the client says of it, and what it is told (``docs/protocol.md``)."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from lsprotocol import types as lsp
from pygls.exceptions import JsonRpcInvalidParams

from vetline.core.edit import TextEdit
from vetline.lsp.convert import Wire, acceptance_wire, from_range, levels_wire, to_wire_range
from vetline.lsp.edits import apply_edits
from vetline.lsp.messages import ACCEPTED, VERDICT
from vetline.provenance.kinds import Kind
from vetline.provenance.ledger import How
from vetline.provenance.rejection import rejections
from vetline.provenance.tracking import Tracked
from vetline.provenance.watch import Signal
from vetline.provenance.words import thing
from vetline.session.buffer import Buffer
from vetline.session.verdicts import Verdict

if TYPE_CHECKING:
    from vetline.lsp.server import VetlineServer

log = logging.getLogger(__name__)

FIX, REJECT, REVIEWED = "vetline.fixAcceptance", "vetline.rejectAcceptance", "vetline.reviewed"

Action = tuple[str, tuple[TextEdit, ...]]
"""What can be done about an acceptance as a whole: a title, and edits of the buffer."""

_KINDS = {str(kind): kind for kind in Kind if kind is not Kind.FIX}
_LONGEST_NAME = 64


def register(server: VetlineServer) -> None:
    """Register the handlers."""

    @server.feature(ACCEPTED)
    def accepted(params: Any) -> Wire | None:
        """Take note of foreign code; to a request, the answer is the acceptance if it is here already."""
        uri, signal = _signal(server, params)
        tracked = server.session.told(uri, signal)
        return None if tracked is None else acceptance_wire(tracked)

    @server.command(FIX)
    async def fix_acceptance(*arguments: Any) -> bool:
        """Fix what can be fixed of the findings in an acceptance; tell whether the client has applied it."""
        return await fix(server, *_named(FIX, arguments))

    @server.command(REJECT)
    async def reject_acceptance(*arguments: Any) -> bool:
        """Take an acceptance back, in the truest way that there is; tell whether the client has applied it."""
        return await reject(server, *_named(REJECT, arguments))

    @server.command(REVIEWED)
    def reviewed(*arguments: Any) -> bool:
        """Take an acceptance for reviewed; tell whether there is such a one."""
        return server.session.reviewed(*_named(REVIEWED, arguments))


async def fix(server: VetlineServer, uri: str, owner: str) -> bool:
    """Have the client apply the fixes of all findings in an acceptance; tell whether it did."""
    return await _apply(server, uri, owner, fixes_of, How.FIX_COMPLETION)


async def reject(server: VetlineServer, uri: str, owner: str) -> bool:
    """Have the client take an acceptance back; tell whether it did."""
    return await _apply(server, uri, owner, rejections_of, How.COMMAND)


async def _apply(
    server: VetlineServer, uri: str, owner: str, actions: Callable[[Buffer, Tracked], Iterator[Action]], how: How
) -> bool:
    buffer = await server.session.vetted(uri)
    tracked = buffer.watch.tracker.get(owner) if buffer is not None else None
    if buffer is None or tracked is None or (action := next(actions(buffer, tracked), None)) is None:
        return False
    title, edits = action
    buffer.offer(how, edits)
    return await apply_edits(server, buffer, title, edits)


def announce_verdict(server: VetlineServer, buffer: Buffer, verdict: Verdict) -> None:
    """Tell the client what was found in an acceptance."""
    lines = buffer.document.lines
    params = {
        "uri": buffer.uri,
        "acceptance": acceptance_wire(verdict.tracked),
        "ranges": [to_wire_range(range_, lines, server.encoding) for range_ in verdict.ranges],
        "findings": levels_wire(verdict.findings),
        "milliseconds": round(verdict.seconds * 1000, 1),
    }
    server.protocol.notify_wire(VERDICT, params | ({} if buffer.version is None else {"version": buffer.version}))


def fixes_of(buffer: Buffer, tracked: Tracked) -> Iterator[Action]:
    """Yield what fixes the findings in an acceptance together, if anything does."""
    what = thing(tracked.acceptance)
    shown = buffer.shown_from(tracked)
    keys = {one.finding.key for one in shown}
    fixed = buffer.remedies.all_of([one.finding for one in shown])
    if count := sum(finding.key in keys for finding in fixed.fixed):
        every = "both" if count == 2 else f"all {count}"
        some = every if count == len(shown) else f"{count} of {len(shown)}"
        yield f"Fix {some} findings in this {what}" if len(shown) > 1 else f"Fix the finding in this {what}", fixed.edits


def rejections_of(buffer: Buffer, tracked: Tracked) -> Iterator[Action]:
    """Yield the ways to take an acceptance back, the truest first."""
    what = thing(tracked.acceptance)
    for rejection in rejections(tracked, buffer.watch.tracker.marks, buffer.document.lines, what):
        yield rejection.title, rejection.edits


def _named(command: str, arguments: tuple[Any, ...]) -> tuple[str, str]:
    """Return the URI and the id that a command is called with.

    Raises:
        JsonRpcInvalidParams: it's called with anything else.
    """
    match arguments:
        case (str() as uri, str() as owner):
            return uri, owner
    raise JsonRpcInvalidParams(f"{command} takes a document's URI and an acceptance's id")


def _signal(server: VetlineServer, params: Any) -> tuple[str, Signal]:
    """Read what a client says; positions are those of the version that it names.

    Raises:
        JsonRpcInvalidParams: it isn't what the protocol says; a notification is dropped then.
    """
    document = params.get("textDocument") if isinstance(params, Mapping) else None
    if not isinstance(document, Mapping) or not isinstance(uri := document.get("uri"), str):
        raise JsonRpcInvalidParams(f"{ACCEPTED} needs a textDocument with a uri")
    version, kind, tool = document.get("version"), params.get("kind", "completion"), params.get("tool", "")
    if not (version is None or isinstance(version, int)) or kind not in _KINDS or not isinstance(tool, str):
        raise JsonRpcInvalidParams(
            f"{ACCEPTED} takes a number as version, a name as tool, and one of {', '.join(_KINDS)} as kind"
        )
    buffer = server.session.buffers.get(uri)
    ranges = params.get("ranges", [])
    try:
        asked = [lsp.Range(lsp.Position(**one["start"]), lsp.Position(**one["end"])) for one in ranges]
    except (TypeError, KeyError) as error:
        raise JsonRpcInvalidParams(f"the ranges of {ACCEPTED} are not such") from error
    # Of a version that isn't here yet nobody can tell where columns are; the change itself says where it was.
    is_here = buffer is not None and buffer.version == version
    lines = buffer.document.lines if buffer is not None else []
    placed = tuple(from_range(one, lines, server.encoding) for one in asked) if is_here else ()
    return uri, Signal(version, placed, _KINDS[kind], tool[:_LONGEST_NAME])
