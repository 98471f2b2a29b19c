"""The gate: when a grave finding comes in with foreign code, a person is asked at once what to do.  Off by default."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types as lsp

from vetline.lsp.features.acceptances import fix, reject
from vetline.provenance.words import thing

if TYPE_CHECKING:
    from vetline.lsp.server import VetlineServer
    from vetline.session.buffer import Buffer
    from vetline.session.verdicts import Verdict

_FIX, _KEEP, _REJECT = "Fix", "Keep", "Reject"


def is_stopped(buffer: Buffer, verdict: Verdict) -> bool:
    """Tell whether the configuration wants a person to be asked about what was found."""
    gate = buffer.rulebook.policy.config.gate
    return any(gate.stops(one.finding.severity) for one in verdict.findings)


async def ask(server: VetlineServer, buffer: Buffer, verdict: Verdict) -> None:
    """Ask what to do with an acceptance, and do it."""
    gravest = max(verdict.findings, key=lambda one: one.finding.severity).finding
    others = f" (and {len(verdict.findings) - 1} more)" if len(verdict.findings) > 1 else ""
    message = f"This {thing(verdict.tracked.acceptance)} brings in {gravest.rule_id}{others}: {gravest.message}"
    actions = [lsp.MessageActionItem(title) for title in (_FIX, _KEEP, _REJECT)]
    params = lsp.ShowMessageRequestParams(lsp.MessageType.Warning, message, actions)
    answer = await server.window_show_message_request_async(params)
    owner = verdict.tracked.acceptance.id
    if answer is not None and answer.title == _FIX:
        await fix(server, buffer.uri, owner)
    elif answer is not None and answer.title == _REJECT:
        await reject(server, buffer.uri, owner)
