"""Rules about values that come from outside and reach where they do harm."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from vetline.core.severity import Confidence, Severity
from vetline.flow.frame import SinkHit
from vetline.flow.taints import PARAMETER, Step, Taint
from vetline.rules.base import Check, CheckContext, Match

REMOTE = ("remote", "upload")
"""Labels of what a stranger controls.  What a language model wrote (``model``) is VET901's, whatever it does harm to."""

Labels = Mapping[str, Severity]
"""Which labels of taints harm, and how much."""


def of_labels(severity: Severity, *labels: str, **others: Severity) -> Labels:
    """Return that ``labels`` harm with ``severity``, and others, by keyword, with theirs."""
    return {**dict.fromkeys(labels, severity), **others}


STRANGERS = of_labels(Severity.HIGH, *REMOTE)
"""What harms where only input from strangers is to blame: an open file, a fetched URL."""


@dataclass(frozen=True, slots=True)
class Flow:
    """Tainted values that reach one sink, worst first; never none."""

    hit: SinkHit
    taints: tuple[Taint, ...]
    severity: Severity

    @property
    def worst(self) -> Taint:
        return self.taints[0]

    @property
    def confidence(self) -> Confidence:
        """How sure it is that the value comes through unchanged."""
        if self.worst.origin.label == PARAMETER:
            return Confidence.MEDIUM if self.worst.is_certain else Confidence.LOW
        return Confidence.HIGH if self.worst.is_certain else Confidence.MEDIUM

    @property
    def source(self) -> str:
        """What the worst value is, as part of a sentence: ``the query string``."""
        return self.worst.origin.what or "input"

    def match(self, message: str, *, severity: Severity | None = None, confidence: Confidence | None = None) -> Match:
        """Return a match at the sink, with the way from the source as evidence; ``{source}`` in ``message`` says what comes
        in."""
        return Match(
            self.place,
            _capital(message.replace("{source}", self.source)),
            severity or self.severity,
            confidence or self.confidence,
            evidence_of(self.worst),
        )

    @property
    def place(self) -> ast.AST:
        """The node to point at: the argument; of a call of one's own function, the call."""
        return self.hit.node if self.hit.inner is not None else self.hit.argument


def evidence_of(taint: Taint) -> tuple[Step, ...]:
    """Return the way of a tainted value, its origin included."""
    origin = taint.origin.step._replace(message=f"{_capital(taint.origin.what) or 'Input'} comes in here")
    return (origin, *(step._replace(message=_capital(step.message)) for step in taint.steps))


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def flows(context: CheckContext, kinds: Iterable[str], labels: Labels) -> Iterator[Flow]:
    """Yield the flows into sinks of ``kinds`` that do harm, one for each sink.

    A sink in a function is a flow there only if strangers' input is in it there; where it's the caller's argument, the call is.
    """
    for hit in context.sinks(*kinds):
        if (found := flow_into(hit, labels)) is not None:
            yield found


def flow_into(hit: SinkHit, labels: Labels) -> Flow | None:
    """Return the flow into one sink; None if nothing in it does harm."""
    harmful = [taint for taint in hit.taints if taint.origin.label in labels]
    if not harmful:
        return None
    harmful.sort(key=lambda taint: (-labels[taint.origin.label].value, not taint.is_certain))
    return Flow(hit, tuple(harmful), labels[harmful[0].origin.label])


def check_flows(message: str, *kinds: str, labels: Labels = STRANGERS) -> Check:
    """Return a check for flows into sinks of ``kinds``; ``{source}`` in ``message`` says what comes in."""

    def check(context: CheckContext) -> Iterator[Match]:
        for flow in flows(context, kinds, labels):
            yield flow.match(message)

    return check
