"""Finds pieces of code again in a text that was changed while nobody looked, by what is in them.

An *anchor* is what is remembered of a piece: a keyed hash of each of its lines and of some lines around it, and where it
was.  The code itself can't be had from it.  A place alone never counts: it only tells equal candidates apart.
"""

from __future__ import annotations

from bisect import bisect
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from vetline.core.location import Position, Range
from vetline.provenance.claims import Claims
from vetline.provenance.surroundings import (
    ABOVE,
    DIGEST_SIZE,
    NEAR,
    above,
    below,
    column_behind,
    common,
    digest,
    headers,
    indentation,
    last_line,
    solid,
    split_digests,
    substance,
)
from vetline.syntax.lines import line_body

_COMMON = 32
"""A line that comes up more often than that is no place to begin a search from."""
_MOST_CANDIDATES = 256

_ENOUGH = 2.5
"""From this substance on, equal code is the same code wherever it is."""
_SOME = 1.0
"""From this substance on it is if there is no other such place, or if a line around it is the same."""


@dataclass(frozen=True, slots=True)
class Excerpt:
    """The part of a text that an anchor is made of; taken at once, so that the text may change afterwards.

    ``first`` is the number of the first of ``lines`` in the whole text; ``is_end`` tells whether they go on to its end.
    """

    range: Range
    first: int
    lines: Sequence[str]
    is_end: bool


@dataclass(frozen=True, slots=True)
class Anchor:
    """What is remembered of a piece of code.

    ``range`` is where it was.  Then come hashes: of its ``lines``; of lines ``before`` and ``after`` it, the nearest first, up
    to the text's end (which counts as one); and of the headers that it stands below (``scope``), the innermost first.
    ``lead`` and ``tail`` count the characters other than white space that are in front of the piece on its first line, and in
    front of its end on its last; ``tail`` is -1 for a piece that takes that line's end in.
    """

    range: Range
    lines: bytes
    before: bytes
    after: bytes
    scope: bytes
    lead: int
    tail: int


def excerpt(lines: Sequence[str], piece: Range) -> Excerpt:
    """Take what an anchor of ``piece`` needs out of a text; cheap, and independent of its length."""
    first = max(0, piece.start.line - ABOVE)
    end = piece.end.line + 1 + NEAR
    return Excerpt(piece, first, lines[first:end], end >= len(lines))


def anchor(source: Excerpt, key: bytes) -> Anchor:
    """Return what to remember of a piece of code.  ``key`` has up to 64 bytes; :func:`locate` needs the same."""
    text, piece = source.lines, source.range
    start, last = piece.start.line - source.first, last_line(piece) - source.first

    def digests(indices: Iterable[int | None]) -> bytes:
        return b"".join(_EDGE if index is None else digest(text[index], key) for index in indices)

    return Anchor(
        piece,
        digests(range(start, last + 1)),
        digests(above(text, start, is_start=source.first == 0)),
        digests(below(text, last, is_end=source.is_end)),
        digests(headers(text, start)),
        solid(text[start][: piece.start.column]),
        solid(text[last][: piece.end.column]) if last + source.first == piece.end.line else -1,
    )


def locate(
    anchors: Sequence[Anchor], lines: Sequence[str], key: bytes, claims: Claims | None = None
) -> list[tuple[Range, ...]]:
    """Find pieces of code in a text: for each of ``anchors`` the ranges of what is still there, in text order.

    A piece that is there as a whole has one range, wherever it was moved to.  Of one that was edited, the lines that are as
    they were are found.  No two pieces get the same place, nor one of ``claims``, if there are others.  Takes time in
    proportion to the lines.
    """
    text = _Text(lines, key)
    found: list[tuple[Range, ...]] = [()] * len(anchors)
    claims = claims or Claims()
    for index, at in _whole(anchors, text):
        if not found[index]:
            place = text.range_of(anchors[index], 0, text.count(anchors[index]), at)
            if claims.take(place):
                found[index] = (place,)
    for index, lost in enumerate(anchors):
        if not found[index]:
            found[index] = _parts(lost, text, claims)
    return found


_EDGE: Final = bytes(DIGEST_SIZE)
"""Stands for the start and the end of a text where lines around a piece are compared."""


class _Text:
    """A text, hashed, and questions to it."""

    def __init__(self, lines: Sequence[str], key: bytes) -> None:
        self.lines = lines
        self.digests = [digest(line, key) for line in lines]
        self._all = b"".join(self.digests)

    @cached_property
    def index(self) -> dict[bytes, list[int]]:
        """The lines that each hash stands for."""
        found: dict[bytes, list[int]] = {}
        for at, line in enumerate(self.digests):
            found.setdefault(line, []).append(at)
        return found

    @cached_property
    def _parents(self) -> list[int]:
        """For each line, the nearest one above that is indented less; -1 for none."""
        found: list[int] = []
        open_: list[tuple[int, int]] = []
        for at, line in enumerate(self.lines):
            margin = indentation(line)
            if line.strip():
                while open_ and open_[-1][0] >= margin:
                    open_.pop()
            found.append(open_[-1][1] if open_ else -1)
            if line.strip():
                open_.append((margin, at))
        return found

    def _headers(self, at: int) -> Iterator[bytes]:
        while (at := self._parents[at]) >= 0:
            yield self.digests[at]

    @staticmethod
    def count(piece: Anchor) -> int:
        """Return how many lines a piece has."""
        return len(piece.lines) // DIGEST_SIZE

    def runs(self, piece: Anchor) -> list[int]:
        """Return the lines at which all of a piece begins, the one where it was first."""
        wanted, size = piece.lines, DIGEST_SIZE
        old = piece.range.start.line
        found = [old] if self._all[old * size : old * size + len(wanted)] == wanted else []
        at = self._all.find(wanted)
        while at >= 0 and len(found) < _MOST_CANDIDATES:
            if at % size == 0 and at // size != old:
                found.append(at // size)
            at = self._all.find(wanted, at + 1)
        return found

    def substance(self, first: int, count: int) -> float:
        """Return how much some lines say: about one for each that isn't only brackets or a keyword."""
        return sum(substance(self.lines[at]) for at in range(first, first + count))

    def agreement(self, piece: Anchor, first: int, count: int, at: int) -> Agreement:
        """Compare what is around ``count`` lines at ``at`` with what was around those of the piece, from its ``first`` on."""
        neighbours = around = 0.0
        if first == 0:
            neighbours, around = common(piece.before, self._around(above(self.lines, at, is_start=True)))
        if first + count == self.count(piece):
            next_, further = common(piece.after, self._around(below(self.lines, at + count - 1, is_end=True)))
            neighbours, around = neighbours + next_, around + further
        scope = split_digests(piece.scope)
        return Agreement(neighbours, around, len(set(scope).intersection(self._headers(at))) if scope else 0)

    def _around(self, indices: Iterable[int | None]) -> list[bytes]:
        return [_EDGE if index is None else self.digests[index] for index in indices]

    def range_of(self, piece: Anchor, first: int, count: int, at: int) -> Range:
        """Return the range of ``count`` lines at ``at``, which are a piece's from its line ``first`` on."""
        start = Position(at, 0)
        last = at + count - 1
        if first == 0:
            start = Position(at, column_behind(self.lines[at], piece.lead, piece.range.start.column))
        if first + count == self.count(piece) and piece.tail >= 0:
            return Range(start, Position(last, column_behind(self.lines[last], piece.tail, piece.range.end.column)))
        if last + 1 < len(self.lines):
            return Range(start, Position(last + 1, 0))
        return Range(start, Position(last, len(line_body(self.lines[last]))))


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far the surroundings of a place are those of a piece: lines next to it, lines around it, headers above it."""

    neighbours: float
    around: float
    scope: int

    @property
    def total(self) -> float:
        # Equal code in other surroundings still has similar lines around it, but seldom the same headers.
        return self.neighbours + self.around + 2 * self.scope


def _whole(anchors: Sequence[Anchor], text: _Text) -> list[tuple[int, int]]:
    """Return pairs of an anchor and a line at which all of its piece may be, the surest first.

    Where the same code is there several times, the surroundings decide; where those are the same, too, the place does: counted
    from pieces that there is no doubt about, since they tell how far the text has shifted.
    """
    candidates: list[tuple[float, int, int]] = []
    shifts: list[tuple[int, int]] = []
    for index, piece in enumerate(anchors):
        count, old = text.count(piece), piece.range.start.line
        places = text.runs(piece)
        says = text.substance(places[0], count) if places else 0.0
        for at in places:
            agreement = text.agreement(piece, 0, count, at)
            if _is_credible(says, agreement, is_only_one=len(places) == 1):
                candidates.append((agreement.total, index, at))
                if len(places) == 1:
                    shifts.append((old, at - old))

    def order(candidate: tuple[float, int, int]) -> tuple[float, int]:
        total, index, at = candidate
        old = anchors[index].range.start.line
        nearest = min(shifts, key=lambda shift: abs(shift[0] - old), default=(0, 0))
        return -total, abs(at - old - nearest[1])

    return [(index, at) for _, index, at in sorted(candidates, key=order)]


def _is_credible(substance: float, agreement: Agreement, *, is_only_one: bool) -> bool:
    """Tell whether lines that are equal to some of a piece are likely to be those of the piece."""
    if substance >= _ENOUGH:
        return True
    if substance >= _SOME:
        return is_only_one or agreement.total >= 1
    # `return None` is everywhere, and `)` even more so; it has to stand between what it stood between.
    return agreement.neighbours >= (1 if substance else 2) and agreement.neighbours + agreement.around >= 2


@dataclass(frozen=True, slots=True)
class _Run:
    """Lines of a piece, from ``first`` on, that a text has at ``at``."""

    first: int
    at: int
    count: int
    substance: float
    is_only_one: bool

    @property
    def shift(self) -> int:
        return self.at - self.first


def _parts(piece: Anchor, text: _Text, claims: Claims) -> tuple[Range, ...]:
    """Find what is left of a piece that isn't there as a whole."""
    old = piece.range.start.line
    agreements = {run: text.agreement(piece, run.first, run.count, run.at) for run in _common_runs(piece, text)}

    def order(run: _Run) -> tuple[float, int]:
        return -(run.substance + agreements[run].total / 4), abs(run.shift - old)

    is_found = bytearray(text.count(piece))
    in_order: list[tuple[int, int]] = []
    places: list[Range] = []
    for run in sorted(agreements, key=order):
        mine = slice(run.first, run.first + run.count)
        if any(is_found[mine]) or not run.substance:
            continue
        fits = _fits(run, in_order, len(is_found))
        if not fits and not _is_credible(run.substance, agreements[run], is_only_one=run.is_only_one):
            continue
        place = text.range_of(piece, run.first, run.count, run.at)
        if claims.take(place):
            is_found[mine] = b"\1" * run.count
            places.append(place)
            if fits or not in_order:
                in_order.insert(bisect(in_order, (run.first, run.at)), (run.first, run.at))
    return tuple(_joined(sorted(places), text.lines))


def _fits(run: _Run, in_order: Sequence[tuple[int, int]], most: int) -> bool:
    """Tell whether a run stands between others of the same piece as it did, and at most so many lines further away."""
    here = bisect(in_order, (run.first, run.at))
    neighbours = in_order[max(0, here - 1) : here + 1]
    return bool(neighbours) and all(
        (first < run.first) == (at < run.at) and abs(run.at - run.first - (at - first)) <= most for first, at in neighbours
    )


def _common_runs(piece: Anchor, text: _Text) -> Iterator[_Run]:
    """Yield the longest runs of lines that a piece and a text have in common; blank lines at their ends don't count."""
    wanted = split_digests(piece.lines)
    done: dict[int, int] = {}
    for here, line in enumerate(wanted):
        places = text.index.get(line, [])
        if len(places) > _COMMON:
            continue
        for place in places:
            shift = place - here
            if done.get(shift, 0) > here:
                continue
            first, end = here, here + 1
            while first > done.get(shift, 0) and first + shift > 0 and text.digests[first - 1 + shift] == wanted[first - 1]:
                first -= 1
            while end < len(wanted) and end + shift < len(text.digests) and text.digests[end + shift] == wanted[end]:
                end += 1
            done[shift] = end
            while first < end and not text.lines[first + shift].strip():
                first += 1
            while first < end and not text.lines[end - 1 + shift].strip():
                end -= 1
            if first < end:
                yield _Run(first, first + shift, end - first, text.substance(first + shift, end - first), len(places) == 1)


def _joined(places: Iterable[Range], lines: Sequence[str]) -> Iterator[Range]:
    """Yield ranges as one where nothing but blank lines is between them."""
    last: Range | None = None
    for place in places:
        if last is None:
            last = place
        elif last.end.column == 0 and not any(line.strip() for line in lines[last.end.line : place.start.line]):
            last = Range(last.start, place.end)
        else:
            yield last
            last = place
    if last is not None:
        yield last
