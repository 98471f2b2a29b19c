"""How long a backtracking engine may take for a pattern, from the ambiguity of its automaton.

Weber and Seidl, "On the degree of ambiguity of finite automata" (1991): the number of ways to read a text grows exponentially
if and only if one state gets back to itself in two ways with the same text, and polynomially if with one text a state stays
where it is, another one does, too, and the first leads to the second.  The engine tries all these ways before it gives up, so
a text must exist that doesn't match in the end.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from typing import Final, TypeVar

from vetline.rules.regex.automaton import Automaton, Unclear, automaton_of

_Node = TypeVar("_Node", bound=Hashable)
_MOST_PAIRS: Final = 40_000
"""States of the products that are looked at for one pattern."""


class Growth(Enum):
    """How the time grows with the length of the text."""

    POLYNOMIAL = "polynomial"
    EXPONENTIAL = "exponential"


@dataclass(frozen=True, slots=True)
class Slowness:
    """``pump`` is a text which, repeated, makes the time grow so."""

    growth: Growth
    pump: str


@lru_cache(maxsize=2048)
def slowness_of(pattern: str, flags: int = 0, *, is_whole: bool = False) -> Slowness | None:
    """Return how slow a pattern can be; None if it isn't, or if that can't be told.

    ``is_whole`` says that it has to match all of a text.
    """
    if not any(sign in pattern for sign in "*+{"):
        return None
    try:
        pump = _exponential(automaton_of(pattern, flags, is_whole=is_whole))
        if pump is not None:
            return Slowness(Growth.EXPONENTIAL, pump)
        pump = _polynomial(automaton_of(pattern, flags, is_whole=is_whole, unroll=True))
    except Unclear:
        return None
    return None if pump is None else Slowness(Growth.POLYNOMIAL, pump)


def _exponential(automaton: Automaton) -> str | None:
    """Return a text that leads from a position back to it in two ways."""
    for loop in _loops(automaton):
        pump = _repeated_edge(automaton, loop) or _two_ways(automaton, loop)
        if pump is not None and _may_fail(automaton, loop, pump):
            return pump
    return None


def _repeated_edge(automaton: Automaton, loop: frozenset[int]) -> str | None:
    """Return a text that leads through a loop by a step that can be taken in two ways."""

    def steps(position: int) -> Iterator[int]:
        return (other for other in automaton.follow[position] if other in loop)

    for position in sorted(loop):
        for other, ways in automaton.follow[position].items():
            if ways > 1 and other in loop:
                path = [other] if other == position else [other, *_path(other, position, loop, steps)]
                return "".join(_character(automaton, automaton.masks[one]) for one in path)
    return None


def _two_ways(automaton: Automaton, loop: frozenset[int]) -> str | None:
    def steps(pair: tuple[int, int]) -> Iterator[tuple[int, int]]:
        for one in automaton.follow[pair[0]]:
            for other in automaton.follow[pair[1]]:
                if one in loop and other in loop and automaton.masks[one] & automaton.masks[other]:
                    yield one, other

    reached = _reachable([(position, position) for position in loop], steps)
    for component in _components(reached, steps):
        same = next((pair for pair in component if pair[0] == pair[1]), None)
        if same is None or all(one == other for one, other in component):
            continue
        within = frozenset(component)
        apart = next(pair for pair in sorted(within) if pair[0] != pair[1])
        path = [*_path(same, apart, within, steps), *_path(apart, same, within, steps)]
        return "".join(_character(automaton, automaton.masks[one] & automaton.masks[other]) for one, other in path)
    return None


def _polynomial(automaton: Automaton) -> str | None:
    """Return a text with which one loop may go on, or give way to another one that takes the same."""
    loops = list(_loops(automaton))
    for first in loops:
        behind = _reachable(first, lambda position: iter(automaton.follow[position]))
        for second in loops:
            if second is first or not second <= behind:
                continue
            pump = _shared(automaton, first, second, behind)
            if pump is not None and _may_fail(automaton, first | second, pump):
                return pump
    return None


def _shared(automaton: Automaton, first: frozenset[int], second: frozenset[int], behind: frozenset[int]) -> str | None:
    masks, follow = automaton.masks, automaton.follow

    def steps(state: tuple[int, int, int]) -> Iterator[tuple[int, int, int]]:
        for one in follow[state[0]]:
            if one not in first:
                continue
            for two in follow[state[1]]:
                both = masks[one] & masks[two]
                if not both or two not in behind:
                    continue
                for three in follow[state[2]]:
                    if three in second and both & masks[three]:
                        yield one, two, three

    for one in first:
        for two in second:
            start, end = (one, one, two), (one, two, two)
            reached = _reachable([start], steps)
            if end in reached:
                path = _path(start, end, reached, steps)
                return "".join(_character(automaton, masks[a] & masks[b] & masks[c]) for a, b, c in path)
    return None


def _may_fail(automaton: Automaton, loops: frozenset[int], pump: str) -> bool:
    """Tell whether a text with ``pump`` repeated in it may not match: no position that it leads to ends the match."""
    taken = sum(1 << automaton.alphabet.index(character) for character in set(pump))
    follow, masks = automaton.follow, automaton.masks
    reached = _reachable(loops, lambda position: (other for other in follow[position] if masks[other] & taken))
    return automaton.accepting.isdisjoint(reached)


def _loops(automaton: Automaton) -> Iterator[frozenset[int]]:
    """Yield the sets of positions that lead to each other."""

    def steps(position: int) -> Iterator[int]:
        return iter(automaton.follow[position])

    for component in _components(_reachable(automaton.first, steps), steps):
        if len(component) > 1 or component[0] in automaton.follow[component[0]]:
            yield frozenset(component)


def _character(automaton: Automaton, mask: int) -> str:
    """Return one of the characters of ``mask``, one that can be shown if there is any."""
    found = [character for index, character in enumerate(automaton.alphabet) if mask >> index & 1]
    return min(found, key=lambda character: (not character.isalnum(), not character.isprintable(), character != "a", character))


def _reachable(starts: Iterable[_Node], steps: Callable[[_Node], Iterator[_Node]]) -> frozenset[_Node]:
    found = set(starts)
    waiting = list(found)
    while waiting:
        for node in steps(waiting.pop()):
            if node not in found:
                found.add(node)
                waiting.append(node)
        if len(found) > _MOST_PAIRS:
            raise Unclear
    return frozenset(found)


def _path(start: _Node, end: _Node, within: frozenset[_Node], steps: Callable[[_Node], Iterator[_Node]]) -> list[_Node]:
    """Return the nodes on a shortest way from ``start`` to ``end``, of at least one step, without ``start``."""
    before: dict[_Node, _Node] = {}
    waiting = deque([start])
    while waiting:
        node = waiting.popleft()
        for other in steps(node):
            if other in within and other not in before:
                before[other] = node
                waiting.append(other)
                if other == end:
                    waiting.clear()
                    break
    path = [end]
    while (node := before[path[-1]]) != start:
        path.append(node)
    return path[::-1]


def _components(nodes: Iterable[_Node], steps: Callable[[_Node], Iterator[_Node]]) -> Iterator[list[_Node]]:
    """Yield the strongly connected components (Tarjan, 1972), without recursion."""
    numbers: dict[_Node, int] = {}
    lowest: dict[_Node, int] = {}
    stack: list[_Node] = []
    on_stack: set[_Node] = set()
    for root in nodes:
        if root in numbers:
            continue
        work: list[tuple[_Node, Iterator[_Node]]] = [(root, steps(root))]
        numbers[root] = lowest[root] = len(numbers)
        stack.append(root)
        on_stack.add(root)
        while work:
            node, rest = work[-1]
            for other in rest:
                if other not in numbers:
                    numbers[other] = lowest[other] = len(numbers)
                    stack.append(other)
                    on_stack.add(other)
                    work.append((other, steps(other)))
                    break
                if other in on_stack:
                    lowest[node] = min(lowest[node], numbers[other])
            else:
                work.pop()
                if work:
                    lowest[work[-1][0]] = min(lowest[work[-1][0]], lowest[node])
                if lowest[node] == numbers[node]:
                    component = []
                    while True:
                        member = stack.pop()
                        on_stack.discard(member)
                        component.append(member)
                        if member == node:
                            break
                    yield component
