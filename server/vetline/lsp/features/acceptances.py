"""Foreign code: what the client says of it, and what it is told (``docs/protocol.md``)."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from lsprotocol import types as lsp
from pygls.exceptions import JsonRpcInvalidParams

from vetline.core.edit import TextEdit
from vetline.lsp.convert import Wire, acceptance_wire, from_range, to_wire_range
from vetline.provenance.kinds import Kind
from vetline.provenance.rejection import rejections
from vetline.provenance.tracking import Tracked
from vetline.provenance.watch import Signal
from vetline.provenance.words import thing
from vetline.session.buffer import Buffer
from vetline.session.verdicts import Verdict

if TYPE_CHECKING:
    from vetline.lsp.server import VetlineServer

log = logging.getLogger(__name__)

ACCEPTED = "vetline/accepted"
VERDICT = "vetline/verdict"
REVIEWED = "vetline.reviewed"

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

    @server.command(REVIEWED)
    def reviewed(*arguments: Any) -> bool:
        """Take an acceptance, given by URI and id, for reviewed; tell whether there is such a one."""
        if len(arguments) != 2 or not all(isinstance(one, str) for one in arguments):
            raise JsonRpcInvalidParams(f"{REVIEWED} takes a document's URI and an acceptance's id")
        return server.session.reviewed(*arguments)


def announce_verdict(server: VetlineServer, buffer: Buffer, verdict: Verdict) -> None:
    """Tell the client what was found in an acceptance."""
    lines = buffer.document.lines
    levels = [one.level for one in verdict.findings]
    params = {
        "uri": buffer.uri,
        "acceptance": acceptance_wire(verdict.tracked),
        "ranges": [to_wire_range(range_, lines, server.encoding) for range_ in verdict.ranges],
        "findings": {str(level): levels.count(level) for level in dict.fromkeys(levels)},
        "milliseconds": round(verdict.seconds * 1000, 1),
    }
    server.protocol.notify_wire(VERDICT, params | ({} if buffer.version is None else {"version": buffer.version}))


def actions_on(buffer: Buffer, tracked: Tracked) -> Iterator[tuple[str, tuple[TextEdit, ...]]]:
    """Yield what can be done about an acceptance as a whole: titles, and edits of the buffer."""
    what = thing(tracked.acceptance)
    shown = buffer.shown_from(tracked)
    keys = {one.finding.key for one in shown}
    fixed = buffer.remedies.all_of([one.finding for one in shown])
    if count := sum(finding.key in keys for finding in fixed.fixed):
        some = f"all {count}" if count == len(shown) else f"{count} of {len(shown)}"
        yield f"Fix {some} findings in this {what}" if len(shown) > 1 else f"Fix the finding in this {what}", fixed.edits
    for rejection in rejections(tracked, buffer.watch.tracker.marks, buffer.document.lines, what):
        yield rejection.title, rejection.edits


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
