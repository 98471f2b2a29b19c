"""The text order of things, kept up to date without counting them all anew."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Sequence
from typing import Final, Generic, TypeVar

T = TypeVar("T", bound=Hashable)

_ROOM: Final = 1 << 32
"""What is left between two labels, for what comes between them later."""


class TextOrder(Generic[T]):
    """Gives things labels that grow in text order, with room between them: where something is new, the others keep theirs."""

    def __init__(self) -> None:
        self._labels: dict[T, int] = {}

    def copy(self) -> TextOrder[T]:
        """Return an independent copy."""
        clone = TextOrder[T]()
        clone._labels = dict(self._labels)
        return clone

    def __contains__(self, thing: T) -> bool:
        return thing in self._labels

    def label(self, thing: T) -> int:
        """Return a number that is greater than those of all things above; 0 for what isn't there."""
        return self._labels.get(thing, 0)

    def place(self, things: Sequence[T], after: T | None, before: T | None) -> None:
        """Put ``things``, old or new ones, between two others; None is the head or the end of the text."""
        low = None if after is None else self._labels[after]
        high = None if before is None else self._labels[before]
        if low is not None and high is not None and high - low <= len(things):
            self._spread(things, low)
            return
        step = _ROOM if low is None or high is None else (high - low) // (len(things) + 1)
        first = low + step if low is not None else 0 if high is None else high - step * len(things)
        self._labels.update((thing, first + step * index) for index, thing in enumerate(things))

    def forget(self, things: Iterable[T]) -> None:
        """Take things out; those that aren't there are passed over."""
        for thing in things:
            self._labels.pop(thing, None)

    def sorted(self, things: Collection[T]) -> Sequence[T]:
        """Return those of ``things`` that are there, in text order."""
        there = [thing for thing in things if thing in self._labels]
        return there if len(there) < 2 else sorted(there, key=self._labels.__getitem__)

    def _spread(self, things: Sequence[T], low: int) -> None:
        """Give all new labels, with ``things`` behind the one that has the label ``low``."""
        self.forget(things)
        all_ = sorted(self._labels, key=self._labels.__getitem__)
        place = sum(label <= low for label in self._labels.values())
        all_[place:place] = things
        self._labels = {thing: _ROOM * index for index, thing in enumerate(all_)}
