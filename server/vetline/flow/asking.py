"""What one block sees of the code around it."""

from __future__ import annotations

from collections.abc import Callable

from vetline.flow.functions import ClassInfo, Summary
from vetline.flow.models import NO_EFFECT, Models
from vetline.flow.units import ABOVE, ATTRIBUTE, CLASS, IMPORTED, SUMMARY, VALUE, Answer, Question
from vetline.flow.values import Value

Ask = Callable[[Question], Answer]


class Asking:
    """Puts a block's questions; implements :class:`vetline.flow.outside.Outside`.

    ``ask`` answers them.  A block that ``runs_at_import`` knows names as they are above it.
    """

    __slots__ = ("_ask", "_models", "_values")

    def __init__(self, ask: Ask, models: Models, *, runs_at_import: bool) -> None:
        self._ask = ask
        self._models = models
        self._values = ABOVE if runs_at_import else VALUE

    def value(self, name: str) -> Value | None:
        answer = self._ask(Question(self._values, name))
        if answer is None:
            answer = self._ask(Question(VALUE, "*"))
            return self._from_star(name, answer) if isinstance(answer, Value) else None
        return answer if isinstance(answer, Value) else None

    def _from_star(self, name: str, stars: Value) -> Value | None:
        """Return what a name is that may come in by ``from module import *``."""
        for module in stars.names:
            dotted = f"{module}.{name}"
            if (found := self.imported(dotted)) is not None:
                return found
            effect = self._models.effect(dotted)
            if effect is not NO_EFFECT or self._models.effect(f"{dotted}()") is not NO_EFFECT:
                return Value(names=(effect.alias or dotted,), types=(effect.type,) if effect.type else ())
        return None

    def summary(self, name: str) -> Summary | None:
        answer = self._ask(Question(SUMMARY, name))
        return answer if isinstance(answer, Summary) else None

    def class_info(self, name: str) -> ClassInfo | None:
        answer = self._ask(Question(CLASS, name))
        return answer if isinstance(answer, ClassInfo) else None

    def attribute(self, name: str) -> Value | None:
        answer = self._ask(Question(ATTRIBUTE, name))
        return answer if isinstance(answer, Value) else None

    def imported(self, name: str) -> Value | None:
        answer = self._ask(Question(IMPORTED, name))
        return answer if isinstance(answer, Value) else None
