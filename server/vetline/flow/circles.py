"""Groups of things that depend on each other."""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterator, Sequence
from typing import TypeVar

T = TypeVar("T", bound=Hashable)


def circles(things: Sequence[T], used: Callable[[T], Collection[T]]) -> list[set[T]]:
    """Return ``things`` grouped into circles (of one, mostly), each behind those that it uses.

    ``used`` says what each depends on, in the order in which to look at it; what isn't among ``things`` is passed over.  That
    is Tarjan's algorithm for strongly connected components, with a stack of its own in place of recursion.
    """
    within = set(things)
    found: list[set[T]] = []
    numbers: dict[T, int] = {}
    lowest: dict[T, int] = {}
    open_: dict[T, None] = {}
    for root in things:
        stack: list[tuple[T, Iterator[T]]] = [(root, iter(()))] if root not in numbers else []
        while stack:
            thing, rest = stack.pop()
            if thing not in numbers:
                numbers[thing] = lowest[thing] = len(numbers)
                open_[thing] = None
                rest = iter([other for other in used(thing) if other in within])
            for other in rest:
                if other not in numbers:
                    stack += [(thing, rest), (other, iter(()))]
                    break
                if other in open_:
                    lowest[thing] = min(lowest[thing], lowest[other])
            else:
                if lowest[thing] == numbers[thing]:
                    circle: set[T] = set()
                    while thing not in circle:
                        circle.add(open_.popitem()[0])
                    found.append(circle)
                elif stack:
                    below = stack[-1][0]
                    lowest[below] = min(lowest[below], lowest[thing])
    return found
