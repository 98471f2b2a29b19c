"""Code actions: quick fixes, fix-all, suppression, explanation."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from lsprotocol import types as lsp
from pygls.exceptions import JsonRpcContentModified

from vetline.core.edit import Fix
from vetline.core.location import Range
from vetline.engine.policy import Shown
from vetline.lsp.convert import Wire, key_of
from vetline.lsp.edits import workspace_edit
from vetline.lsp.features.acceptances import REVIEWED, fixes_of, rejections_of
from vetline.lsp.features.diagnostics import diagnostic
from vetline.lsp.features.explain import EXPLAIN
from vetline.lsp.requests import vetted_place
from vetline.provenance.tracking import Tracked
from vetline.provenance.words import thing
from vetline.rules.catalogue import find_rule
from vetline.session.buffer import Buffer
from vetline.session.scheduler import Turns

if TYPE_CHECKING:
    from vetline.lsp.server import VetlineServer

QUICK_FIX = str(lsp.CodeActionKind.QuickFix.value)
FIX_ALL = "source.fixAll.vetline"

_AT_MOST = 20
"""Of how many findings in a selection the single actions are listed; nobody reads a longer menu."""


def register(server: VetlineServer) -> None:
    """Register the handlers."""

    @server.feature(
        lsp.TEXT_DOCUMENT_CODE_ACTION,
        lsp.CodeActionOptions(code_action_kinds=[QUICK_FIX, FIX_ALL], resolve_provider=True),
    )
    async def code_action(params: lsp.CodeActionParams) -> list[Wire]:
        place = await vetted_place(server, params.text_document.uri, params.range)
        if place is None:
            return []
        buffer, range_ = place
        actions: list[Wire] = []
        turns = _Turns(buffer)
        if _wanted(QUICK_FIX, params.context.only):
            tracked = buffer.watch.tracker.at(range_)
            meant = _meant(buffer, range_, params.context.diagnostics)
            # What repairs stands before what silences: across all findings, since many clients offer one flat menu.
            for kind in (_fixes, _suppressions, _explanation):
                first = len(actions)
                for shown in meant:
                    actions += kind(server, buffer, shown)
                    await turns.next()
                actions[first:] = sorted(actions[first:], key=_is_not_preferred)
            if tracked is not None:
                actions += _of_acceptance(server, buffer, tracked)
        if _wanted(FIX_ALL, params.context.only) and (action := await _fix_all(server, buffer, turns)):
            actions.append(action)
        return actions

    @server.feature(lsp.CODE_ACTION_RESOLVE)
    async def code_action_resolve(action: lsp.CodeAction) -> lsp.CodeAction | Wire:
        uri = action.data.get("uri") if isinstance(action.data, dict) else None
        buffer = await server.session.vetted(uri) if isinstance(uri, str) else None
        if buffer is None or action.kind != FIX_ALL or action.edit is not None:
            return action
        return _fix_all_action(buffer) | {"edit": workspace_edit(server, buffer, buffer.remedies.all_safe())}


class _Turns:
    """Turns of work on one state of a buffer."""

    def __init__(self, buffer: Buffer) -> None:
        self._buffer = buffer
        self._revision = buffer.revision
        self._turns = Turns()

    async def next(self) -> None:
        """Pause if it is time.

        Raises:
            JsonRpcContentModified: the buffer was changed meanwhile.
        """
        await self._turns.pause_if_over()
        if self._buffer.revision != self._revision:
            raise JsonRpcContentModified("the text was changed meanwhile")


def _wanted(kind: str, only: Sequence[str] | None) -> bool:
    """Tell whether the client asked for ``kind``, itself or by a kind above it."""
    return not only or any(not wanted or kind == wanted or kind.startswith(f"{wanted}.") for wanted in only)


def _meant(buffer: Buffer, range_: Range, diagnostics: Sequence[lsp.Diagnostic]) -> list[Shown]:
    """Return the findings that are meant: those in the range, or else those that the client names.

    Some clients name all findings of the document, wherever the cursor is.
    """
    found = buffer.shown_in(range_)
    if not found:
        keys = {key_of(diagnostic) for diagnostic in diagnostics}
        found = [shown for shown in buffer.shown() if shown.finding.key in keys]
    return found[:_AT_MOST]


def _is_not_preferred(action: Wire) -> bool:
    return "isPreferred" not in action


def _fixes(server: VetlineServer, buffer: Buffer, shown: Shown) -> Iterator[Wire]:
    for number, fix in enumerate(buffer.remedies.fixes(shown.finding)):
        preferred = {"isPreferred": True} if fix.is_safe and not number else {}
        yield _quick_fix(server, buffer, shown) | preferred | _edit_action(server, buffer, fix)


def _suppressions(server: VetlineServer, buffer: Buffer, shown: Shown) -> Iterator[Wire]:
    for fix in buffer.remedies.suppressions(shown.finding):
        yield _quick_fix(server, buffer, shown) | _edit_action(server, buffer, fix)


def _explanation(server: VetlineServer, buffer: Buffer, shown: Shown) -> Iterator[Wire]:
    rule_id = shown.finding.rule_id
    if find_rule(rule_id):
        title = f"Explain {rule_id}"
        command = {"title": title, "command": EXPLAIN, "arguments": [rule_id]}
        yield _quick_fix(server, buffer, shown) | {"title": title, "command": command}


def _quick_fix(server: VetlineServer, buffer: Buffer, shown: Shown) -> dict[str, object]:
    return {"kind": QUICK_FIX, "diagnostics": [diagnostic(server, buffer, shown)]}


def _edit_action(server: VetlineServer, buffer: Buffer, fix: Fix) -> dict[str, object]:
    title = f"{fix.title} ({fix.note})" if fix.note else fix.title
    return {"title": title, "edit": workspace_edit(server, buffer, fix.edits)}


def _of_acceptance(server: VetlineServer, buffer: Buffer, tracked: Tracked) -> Iterator[Wire]:
    """Yield what can be done about a whole acceptance."""
    for title, edits in (*fixes_of(buffer, tracked), *rejections_of(buffer, tracked)):
        yield {"title": title, "kind": QUICK_FIX, "edit": workspace_edit(server, buffer, edits)}
    if not tracked.is_reviewed:
        title = f"Mark this {thing(tracked.acceptance)} as reviewed"
        command = {"title": title, "command": REVIEWED, "arguments": [buffer.uri, tracked.acceptance.id]}
        yield {"title": title, "kind": QUICK_FIX, "command": command}


async def _fix_all(server: VetlineServer, buffer: Buffer, turns: _Turns) -> Wire | None:
    """Return the action that applies all safe fixes, if there is one to apply.

    Its edit is left for ``codeAction/resolve`` where the client can do that; it takes as long as all fixes together.
    """
    for shown in buffer.shown():
        if buffer.remedies.has_safe_fix(shown.finding):
            break
        await turns.next()
    else:
        return None
    action = _fix_all_action(buffer)
    if _resolves_edits(server):
        return action
    return action | {"edit": workspace_edit(server, buffer, buffer.remedies.all_safe())}


def _fix_all_action(buffer: Buffer) -> dict[str, object]:
    return {"title": "Fix all that Vetline can fix safely", "kind": FIX_ALL, "data": {"uri": buffer.uri}}


def _resolves_edits(server: VetlineServer) -> bool:
    text_document = server.client_capabilities.text_document
    support = text_document.code_action if text_document else None
    return bool(support and support.data_support and support.resolve_support and "edit" in support.resolve_support.properties)
