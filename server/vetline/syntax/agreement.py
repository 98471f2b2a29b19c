"""How far two texts, or two lists of lines, are the same."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")


def agreement(first: Sequence[T], second: Sequence[T]) -> int:
    """Return how many items two sequences have in common from their start; by halves, as comparing slices is fast."""
    low, high = 0, min(len(first), len(second))
    if first[:high] == second[:high]:
        return high
    while high - low > 1:
        middle = (low + high) // 2
        if first[low:middle] == second[low:middle]:
            low = middle
        else:
            high = middle
    return low


def shared_ends(first: Sequence[T], second: Sequence[T]) -> tuple[int, int]:
    """Return how many items two sequences have in common at their start, and how many behind that at their end."""
    head = agreement(first, second)
    return head, agreement(first[head:][::-1], second[head:][::-1])
