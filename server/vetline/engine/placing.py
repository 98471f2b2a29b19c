"""Where the findings in a document's blocks stand in its text."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from vetline.core.finding import Finding, RelatedLocation
from vetline.engine.analysis import Hit
from vetline.engine.entries import Entry, Spot
from vetline.flow.taints import Step
from vetline.syntax.tree import NO_TREE

Wanted = Callable[[Finding], bool]
"""Tells which findings are of interest, by all but where they stand: their ranges are those in their blocks."""
Elsewhere = Callable[[Step], RelatedLocation | None]
"""Tells where a step of evidence stands that is in none of the document's blocks."""


def placed(
    entries: Sequence[Entry], starts: Sequence[int], whole_file: Sequence[Hit], elsewhere: Elsewhere, wanted: Wanted
) -> Iterator[Spot]:
    """Yield the findings that are wanted, each with the place in the code that it was made on, in block order.

    ``starts`` are the lines that the blocks begin at.
    Most of what Bandit finds isn't shown, so that only what is wanted is put together.  Blocks of the same text have findings
    of the same keys; they are numbered.
    """
    seen: dict[str, int] = {}
    for entry, line in zip(entries, starts, strict=True):
        if entry.found is None and entry.analysis is not None:
            entry.found, entry.placed_at, entry.wanted_by = entry.hits(), -1, None
        if entry.found:
            count = seen[entry.text] = seen.get(entry.text, -1) + 1
            if entry.wanted_by is not wanted:
                entry.wanted_by = wanted
                entry.wanted = tuple(index for index, hit in enumerate(entry.found) if wanted(hit.finding))
            if entry.wanted:
                if entry.placed_at != line:
                    entry.spots, entry.placed_at = {}, line
                yield from (_numbered(spot, count) for spot in _spots(entry, line, entries, elsewhere))
    for hit in whole_file:
        if wanted(hit.finding):
            yield Spot(hit.finding, hit.node, NO_TREE, 0)


def _spots(entry: Entry, line: int, entries: Sequence[Entry], elsewhere: Elsewhere) -> Iterator[Spot]:
    """Yield the wanted findings of one block, which begins at ``line``."""
    found = entry.found or ()
    for index in entry.wanted:
        spot = entry.spots.get(index)
        if spot is None:
            hit = found[index]
            is_late = index >= len(found) - len(entry.late)
            spot = _spot(hit, entry, line, entries, elsewhere, is_late=is_late)
            if all(step.block is entry.id for step in hit.evidence):  # else it moves with other blocks, too
                entry.spots[index] = spot
        yield spot


def _numbered(spot: Spot, count: int) -> Spot:
    """Tell a finding from those in the blocks of the same text further up."""
    if not count:
        return spot
    return replace(spot, finding=replace(spot.finding, key=f"{spot.finding.key}#{count}"))


def _spot(hit: Hit, entry: Entry, line: int, entries: Sequence[Entry], elsewhere: Elsewhere, *, is_late: bool) -> Spot:
    """Return a finding in its place in the text, with its evidence; its block begins at ``line``."""
    assert entry.analysis is not None
    finding = hit.finding.shifted(line)
    if hit.evidence:
        steps = (_located(step, entry, line, entries, elsewhere) for step in hit.evidence)
        finding = replace(finding, related=tuple(step for step in steps if step is not None))
    return Spot(finding, hit.node, entry.analysis.tree, line, is_late)


def _located(step: Step, entry: Entry, line: int, entries: Sequence[Entry], elsewhere: Elsewhere) -> RelatedLocation | None:
    """Return where a step of the evidence stands in the text."""
    if step.block is entry.id:
        return RelatedLocation(step.range.shifted(line), step.message)
    start = 0
    for other in entries:
        if other.id is step.block:
            return RelatedLocation(step.range.shifted(start), step.message)
        start += other.span.lines
    return elsewhere(step)
