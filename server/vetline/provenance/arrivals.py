"""Foreign code that comes into many files at once: what an agent does, and nobody by hand."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Final, Generic, TypeVar

T = TypeVar("T", bound=Hashable)

_MANY: Final = 3
_AT_ONCE: Final = 2.0
"""How many seconds lie between the first and the last of many files at most."""


class Arrivals(Generic[T]):
    """Knows into which buffers foreign code has just come."""

    def __init__(self) -> None:
        self._at: dict[T, float] = {}

    def came(self, buffer: T, at: float) -> list[T]:
        """Take note that foreign code came into a buffer; return all that it came into at once, if they are many.

        ``at`` is in seconds of any clock that doesn't go back.
        """
        recent = {other: then for other, then in self._at.items() if at - then <= _AT_ONCE}
        self._at = recent | {buffer: at}
        return list(self._at) if len(self._at) >= _MANY else []

    def forget(self, buffer: T) -> None:
        """Take note that a buffer is closed."""
        self._at.pop(buffer, None)
