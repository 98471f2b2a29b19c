"""Values that are put into the text of another language: a filter, a path, a template, a program."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from vetline.core.severity import Confidence, Severity
from vetline.flow.frame import SinkHit
from vetline.flow.taints import Taint
from vetline.flow.values import Text
from vetline.rules.base import CheckContext, Match
from vetline.rules.building import built_from
from vetline.rules.flows import STRANGERS, Labels, evidence_of, flow_into
from vetline.syntax.templates import HOLE


@dataclass(frozen=True, slots=True)
class Language:
    """What is reported of values in texts of one language.

    ``input`` is the message where a stranger's value gets into the text, with ``{source}`` for what it is.  ``value`` is the
    one for a value of which nothing is known, where ``shape`` says that it stands in the middle of a text of that language;
    in ``shape``, :data:`HOLE` (``\\0``) stands for the value.  ``takes_unknown`` tells that even a value that comes from no
    parameter is reported.
    """

    kinds: frozenset[str]
    input: str
    value: str = ""
    shape: re.Pattern[str] | None = None
    labels: Labels = field(default_factory=lambda: STRANGERS)
    takes_unknown: bool = False
    confidence: Confidence = Confidence.MEDIUM
    callees: re.Pattern[str] | None = None
    """Limits the findings of unknown values to calls of these functions."""

    def check(self, context: CheckContext) -> Iterator[Match]:
        """Yield the places in a block where such a value reaches a sink."""
        for hit in context.sinks(*self.kinds):
            if (found := self.judge(hit, context)) is not None:
                yield found

    def judge(self, hit: SinkHit, context: CheckContext) -> Match | None:
        """Return what is reported of one sink; None for nothing."""
        if (flow := flow_into(hit, self.labels)) is not None:
            return flow.match(self.input)
        if self.shape is None or hit.inner is not None or (self.callees and not self.callees.search(hit.callee)):
            return None
        taints = self._inserted(texts_of(hit, context), hit.kind)
        if taints is None:
            return None
        if not taints:
            return Match(hit.argument, self.value, Severity.MEDIUM, Confidence.LOW)
        worst = max(taints, key=lambda taint: taint.is_certain)
        confidence = self.confidence if worst.is_certain else Confidence.LOW
        return Match(hit.argument, self.value, Severity.MEDIUM, confidence, evidence_of(worst))

    def _inserted(self, texts: list[Text], kind: str) -> tuple[Taint, ...] | None:
        assert self.shape is not None
        for text in texts:
            for index, piece in enumerate(text):
                if isinstance(piece, str):
                    continue
                harmful = tuple(taint for taint in piece if taint.harms(kind))
                if (harmful or (self.takes_unknown and not piece)) and self.shape.search(_with_hole(text, index)):
                    return harmful
        return None


def _with_hole(text: Text, index: int) -> str:
    """Return what is known of a text, with :data:`HOLE` for one of its unknown parts, and nothing for the others."""
    return "".join(
        piece.replace(HOLE, " ") if isinstance(piece, str) else HOLE if at == index else "" for at, piece in enumerate(text)
    )


def texts_of(hit: SinkHit, context: CheckContext) -> list[Text]:
    """Return the texts that reach a sink; where they are too many, the pieces that they are made of as well."""
    found = list(hit.value.text or ())
    if hit.inner is None and hit.value.taints and not any(len(text) > 2 for text in found):
        found += (text for part in built_from(hit.argument, context) for text in context.value(part).text or ())
    return found
