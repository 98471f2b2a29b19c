"""A regular expression as a position automaton (Glushkov, 1961), made of the tree that Python's own parser gives.

A *position* is a place in the pattern that takes one character.  ``follow`` says which positions may come behind one, and in
how many ways, for that is what backtracking tries: in ``(a+)+`` the one position follows itself in two.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from re import _constants as codes  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any, Final

LONGEST: Final = 1_000
"""Characters of a pattern that is looked at."""
_MOST_POSITIONS: Final = 250
_MOST_STEPS: Final = 60_000
_MOST_COPIES: Final = 4
_LARGE: Final = 8
"""From how many repetitions on a bounded repetition behaves like an unbounded one, for those who have to wait."""

_SAMPLE: Final = tuple(map(chr, range(9, 127))) + tuple("é€\u2003\u0663\u4e2d\x85")
"""Characters that stand for all others: what a pattern tells apart, it tells apart among them."""


class Unclear(Exception):
    """The pattern isn't one that can be followed: too large, or no pattern at all."""


@dataclass(slots=True)
class Automaton:
    """``masks`` are the characters of each position, as bits for those of ``alphabet``.

    ``accepting`` are the positions behind which the match may end, whatever comes then.
    """

    alphabet: tuple[str, ...]
    masks: list[int] = field(default_factory=list)
    follow: list[dict[int, int]] = field(default_factory=list)
    first: dict[int, int] = field(default_factory=dict)
    accepting: set[int] = field(default_factory=set)
    is_anchored: bool = False
    """Whether a match can only begin where the text does."""


def automaton_of(pattern: str, flags: int = 0, *, is_whole: bool = False, unroll: bool = False) -> Automaton:
    """Return the automaton of ``pattern``.

    ``is_whole`` says that all of the text has to match.  ``unroll`` keeps bounded repetitions bounded.

    Raises:
        Unclear: it is no pattern, or too large a one.
    """
    if len(pattern) > LONGEST:
        raise Unclear
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = parser.parse(pattern, flags)
    except (re.error, RecursionError, OverflowError, ValueError, TypeError):
        raise Unclear from None
    builder = _Builder(tree.state.flags, pattern, unroll=unroll)
    end = builder.sequence(tree, 0)
    return builder.finished(end, is_whole=is_whole, is_anchored=_is_anchored(tree))


def _is_anchored(tree: Iterable[Any]) -> bool:
    for code, argument in tree:
        if code is codes.AT:
            return argument in (codes.AT_BEGINNING, codes.AT_BEGINNING_STRING)
        if code is codes.SUBPATTERN:
            return _is_anchored(argument[-1])
        return False
    return False


def _is_rest_of_line(item: Any) -> bool:
    """Tell whether an item is ``.*`` or ``(.*)``, which takes all up to the end of the line."""
    match item:
        case (codes.SUBPATTERN, (_, _, _, inner)):
            return len(inner) == 1 and _is_rest_of_line(inner[0])
        case (codes.MAX_REPEAT, (_, codes.MAXREPEAT, inner)):
            return len(inner) == 1 and inner[0][0] is codes.ANY
    return False


class _Builder:
    """Collects nodes with empty edges between them, and positions behind nodes."""

    def __init__(self, flags: int, pattern: str, *, unroll: bool) -> None:
        self.flags = flags
        self.unroll = unroll
        self.alphabet = tuple(dict.fromkeys((*_SAMPLE, *pattern)))
        self.everything = (1 << len(self.alphabet)) - 1
        self.categories: dict[str, int] = {}
        self.empty: list[list[tuple[int, bool]]] = [[]]
        """For each node: where one gets without a character, and whether there is a condition."""
        self.starting: list[list[int]] = [[]]
        """For each node: the positions that begin there."""
        self.behind: list[int] = []
        """For each position: the node behind it."""
        self.masks: list[int] = []

    def node(self) -> int:
        self.empty.append([])
        self.starting.append([])
        return len(self.empty) - 1

    def edge(self, start: int, end: int, *, conditional: bool = False) -> None:
        self.empty[start].append((end, conditional))

    def position(self, start: int, mask: int) -> int:
        if len(self.masks) >= _MOST_POSITIONS:
            raise Unclear
        self.masks.append(mask)
        self.starting[start].append(len(self.masks) - 1)
        end = self.node()
        self.behind.append(end)
        return end

    def sequence(self, items: Iterable[Any], start: int) -> int:
        before: Any = None
        for code, argument in items:
            if code is codes.AT and argument is codes.AT_END and self.flags & re.MULTILINE and _is_rest_of_line(before):
                continue  # nothing but the end of the line can come there
            start = self.item(code, argument, start)
            before = (code, argument)
        return start

    def item(self, code: Any, argument: Any, start: int) -> int:
        match str(code):
            case "LITERAL" | "NOT_LITERAL" | "ANY" | "IN" | "CATEGORY" | "RANGE":
                return self.position(start, self.mask(code, argument))
            case "SUBPATTERN":
                return self.sequence(argument[-1], start)
            case "BRANCH":
                return self.alternatives(argument[1], start)
            case "MAX_REPEAT" | "MIN_REPEAT":
                least, most, body = argument
                return self.repeated(least, most, body, start)
            case "GROUPREF_EXISTS":
                return self.alternatives([argument[1], argument[2] or []], start)
            case "ATOMIC_GROUP" | "POSSESSIVE_REPEAT":  # no way back into these
                end = self.position(start, self.everything)
                self.edge(start, end)
                return end
            case "FAILURE":
                return self.node()
        end = self.node()  # an anchor, a look around, a reference back
        self.edge(start, end, conditional=True)
        return end

    def alternatives(self, branches: Iterable[Any], start: int) -> int:
        end = self.node()
        for branch in branches:
            inner = self.node()
            self.edge(start, inner)
            self.edge(self.sequence(branch, inner), end)
        return end

    def repeated(self, least: int, most: Any, body: Any, start: int) -> int:
        is_endless = most is codes.MAXREPEAT or (int(most) > _LARGE and not self.unroll)
        for _ in range(min(least - 1 if is_endless and least else least, _MOST_COPIES)):
            start = self.sequence(body, start)
        if not is_endless:
            end = self.node()
            for _ in range(min(int(most) - least, _MOST_COPIES)):
                self.edge(start, end)
                inner = self.node()
                self.edge(start, inner)
                start = self.sequence(body, inner)
            self.edge(start, end)
            return end
        inner, end = self.node(), self.node()
        self.edge(start, inner)
        if not least:
            self.edge(start, end)
        last = self.sequence(body, inner)
        self.edge(last, inner)
        self.edge(last, end)
        return end

    def mask(self, code: Any, argument: Any) -> int:
        """Return the characters that one item takes."""
        match str(code):
            case "LITERAL":
                return self.range(argument, argument)
            case "NOT_LITERAL":
                return self.everything & ~self.range(argument, argument)
            case "RANGE":
                return self.range(*argument)
            case "ANY":
                return self.everything if self.flags & re.DOTALL else self.everything & ~self.range(10, 10)
            case "CATEGORY":
                return self.category(str(argument))
        found = 0
        is_negated = bool(argument) and str(argument[0][0]) == "NEGATE"
        for inner, value in argument[1:] if is_negated else argument:
            found |= self.mask(inner, value)
        return self.everything & ~found if is_negated else found

    def range(self, low: int, high: int) -> int:
        found = 0
        for index, character in enumerate(self.alphabet):
            if low <= ord(character) <= high or (
                self.flags & re.IGNORECASE
                and any(len(other) == 1 and low <= ord(other) <= high for other in (character.lower(), character.upper()))
            ):
                found |= 1 << index
        return found

    def category(self, name: str) -> int:
        if name not in self.categories:
            members = [_is_of(name, character, self.flags) for character in self.alphabet]
            self.categories[name] = sum(1 << index for index, is_member in enumerate(members) if is_member)
        return self.categories[name]

    def finished(self, end: int, *, is_whole: bool, is_anchored: bool) -> Automaton:
        found = Automaton(self.alphabet, self.masks, is_anchored=is_anchored)
        found.first, _ = self._reached(0, end)
        for position, node in enumerate(self.behind):
            ways, is_over = self._reached(node, end)
            found.follow.append(ways)
            if is_over and not is_whole:
                found.accepting.add(position)
        return found

    def _reached(self, start: int, end: int) -> tuple[dict[int, int], bool]:
        """Return the positions that come next, with the number of ways there (at most two), and whether the end does."""
        ways: dict[int, int] = {}
        is_over = False
        for node, is_free in self._paths(start):
            for position in self.starting[node]:
                ways[position] = min(ways.get(position, 0) + 1, 2)
            is_over = is_over or (node == end and is_free)
        return ways, is_over

    def _paths(self, start: int) -> Iterator[tuple[int, bool]]:
        """Yield each node as often as there is a way to it without a character, and whether that has no condition."""
        steps = 0
        waiting: list[tuple[int, bool, tuple[int, ...]]] = [(start, True, (start,))]
        while waiting:
            node, is_free, path = waiting.pop()
            yield node, is_free
            for other, is_conditional in self.empty[node]:
                steps += 1
                if steps > _MOST_STEPS:
                    raise Unclear
                if other not in path:
                    waiting.append((other, is_free and not is_conditional, (*path, other)))


def _is_of(category: str, character: str, flags: int) -> bool:
    is_negated = "NOT_" in category
    is_ascii = character.isascii() or not flags & re.ASCII
    if "DIGIT" in category:
        return (character.isdigit() and is_ascii) is not is_negated
    if "SPACE" in category:
        return (character.isspace() and is_ascii) is not is_negated
    if "WORD" in category:
        return ((character.isalnum() or character == "_") and is_ascii) is not is_negated
    return (character == "\n") is not is_negated
