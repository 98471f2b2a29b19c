"""How people are told where code came from."""

from __future__ import annotations

import time

from vetline.provenance.acceptances import Acceptance
from vetline.provenance.kinds import Kind

_JUST_NOW = 2.0
_MINUTE, _HOUR, _DAY = 60, 3600, 86_400

_DONE = {Kind.COMPLETION: "accepted", Kind.PASTE: "pasted", Kind.AGENT: "written"}
_THINGS = {Kind.COMPLETION: "completion", Kind.PASTE: "pasted code", Kind.AGENT: "edit"}


def thing(acceptance: Acceptance) -> str:
    """Return what to call an acceptance: ``completion``; ``insertion`` if nobody has said what it was."""
    return _THINGS.get(acceptance.kind, "insertion") if acceptance.is_exact else "insertion"


def origin(acceptance: Acceptance, now: float) -> str:
    """Say how and when code came in: ``accepted 3 s ago from Copilot``.

    What was only inferred is called ``inserted``, whatever it looks like.  ``now`` is in seconds since 1970.
    """
    done = _DONE.get(acceptance.kind, "inserted") if acceptance.is_exact else "inserted"
    source = f" {'by' if acceptance.kind is Kind.AGENT else 'from'} {acceptance.tool}" if acceptance.tool else ""
    return f"{done} {_ago(acceptance.at, now)}{source}"


def _ago(then: float, now: float) -> str:
    seconds = now - then
    if seconds < _JUST_NOW:
        return "just now"
    if seconds < _MINUTE:
        return f"{seconds:.0f} s ago"
    if seconds < _HOUR:
        return f"{seconds / _MINUTE:.0f} min ago"
    if seconds < _DAY:
        return f"{seconds / _HOUR:.0f} h ago"
    return time.strftime("on %Y-%m-%d", time.localtime(then))
