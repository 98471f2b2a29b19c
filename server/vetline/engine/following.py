"""A document's data-flow, and what the rules say of it, kept up to date block by block."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from functools import partial

from vetline.engine.entries import Entry
from vetline.engine.judgement import judge
from vetline.engine.noted import NotedBlocks
from vetline.engine.progress import NOTHING_STALE, Stage, Stale
from vetline.engine.roster import Roster
from vetline.engine.site import BlockSource
from vetline.flow.linking import Links, Stretch
from vetline.flow.taints import BlockId
from vetline.flow.units import Unit, unit_of
from vetline.syntax.blocks import BlockChange, BlockKind

Imported = Callable[[], frozenset[str]]
"""Returns the dotted names that the text imports."""


class Following:
    """Follows the data-flow of a document's blocks, and runs the rules where that is news."""

    def __init__(self, links: Links, rules: Roster, entries: Sequence[Entry]) -> None:
        self.links = links
        self._rules = rules
        self._by_id = {entry.id: entry for entry in entries}
        self._unlinked = Stale(0, len(entries))
        """The blocks that data-flow analysis may not know yet ..."""
        self._gone: set[BlockId] = set()
        """... and those that it knows, and that are no more."""
        self._unjudged: set[BlockId] = set()
        """The blocks that the rules may have to be run on (again)."""
        self._judged_by: frozenset[str] | None = None
        """What the text imported when all blocks were judged last ..."""
        self._import_readers: set[BlockId] = set()
        """... and the blocks of which the findings depend on that."""
        self._notes = NotedBlocks()

    def copy(self, entries: Sequence[Entry]) -> Following:
        """Return an independent copy, for copies of the document's blocks."""
        clone = Following(self.links.copy(), self._rules, entries)
        clone._unlinked = self._unlinked
        clone._gone = set(self._gone)
        clone._unjudged = set(self._unjudged)
        clone._judged_by = self._judged_by
        clone._import_readers = set(self._import_readers)
        clone._notes = self._notes.copy()
        return clone

    def exchange(self, change: BlockChange, gone: Sequence[Entry], fresh: Sequence[Entry]) -> None:
        """Go over to a text that has ``fresh`` blocks in the place of those ``gone``."""
        for entry in gone:
            del self._by_id[entry.id]
        self._by_id.update((entry.id, entry) for entry in fresh)
        self._gone.update(entry.id for entry in gone)
        self._gone.difference_update(entry.id for entry in fresh)
        self._unlinked = self._unlinked.after(change)
        self._notes.exchange(gone, fresh)

    def has_changed(self, entry: Entry) -> None:
        """Have the rules run on a block of which something else is known now."""
        self._unjudged.add(entry.id)

    def follow(self, entries: Sequence[Entry], imported: Imported) -> Iterator[Stage]:
        """Bring the data-flow and the rules' findings in ``entries``, all blocks, up to date, pausing after each step.

        What was done is kept when the iterator is abandoned.
        """
        stretch, fresh = self._unlinked_stretch(entries), self._fresh_units(entries)
        self._unlinked, self._gone = NOTHING_STALE, set()
        for block in self.links.update(stretch, fresh):
            self._unjudged.add(block)
            yield Stage.FLOW
        imports = imported()
        if imports is not self._judged_by:
            self._unjudged |= self._import_readers
            self._judged_by = imports
        for entry in self._in_text_order(self._unjudged):
            flow = self.links.flow_of(entry.id)
            is_other = entry.imports_seen is not None and entry.imports_seen is not imports and entry.imports_seen != imports
            if entry.judged is None or flow is not entry.flow or is_other:
                if entry.analysis is None:
                    continue
                assert flow is not None
                source = BlockSource(entry.tree, entry.text, flow, partial(self._imported_for, entry, imported))
                entry.refuted, entry.imports_seen = frozenset(), None
                verdict = judge(self._rules, source, entry.analysis, entry.text)
                entry.judged, entry.idle, entry.silenced = verdict.hits, verdict.idle, verdict.silenced
                self._notes.put(entry, verdict.notes)
                entry.flow, entry.found = flow, None
                self._unjudged.discard(entry.id)
                yield Stage.RULES
            self._unjudged.discard(entry.id)
        self._unjudged.intersection_update(self._by_id)
        self._notes.compare(self._rules, self._in_text_order)

    def _in_text_order(self, blocks: Collection[BlockId]) -> list[Entry]:
        """Return those of ``blocks`` that are there, in text order."""
        return [self._by_id[block] for block in self.links.in_text_order(blocks)]

    def _imported_for(self, entry: Entry, imported: Imported) -> frozenset[str]:
        """Return what the text imports, and note that the findings in ``entry`` depend on it."""
        entry.imports_seen = imported()
        self._import_readers.add(entry.id)
        return entry.imports_seen

    def _unlinked_stretch(self, entries: Sequence[Entry]) -> Stretch:
        """Return the blocks whose place data-flow analysis may not know yet."""
        first, end = min(self._unlinked.first, len(entries)), min(self._unlinked.end, len(entries))
        blocks = [entry.id for entry in entries[first:end]]
        after = entries[first - 1].id if first else None
        return Stretch(blocks, after, entries[end].id if end < len(entries) else None, self._gone)

    def _fresh_units(self, entries: Sequence[Entry]) -> dict[BlockId, Unit]:
        """Return the blocks that data-flow analysis doesn't know yet, or knows as members of another class."""
        fresh: dict[BlockId, Unit] = {}
        owner = ""
        first = min(self._unlinked.first, len(entries))
        while first and entries[first - 1].span.kind is BlockKind.MEMBER:
            first -= 1
        for index in range(max(first - 1, 0), len(entries)):  # from the header of the class that the first one is in
            entry = entries[index]
            kind = entry.span.kind
            if index >= self._unlinked.end and kind is not BlockKind.MEMBER:
                break
            unit, owner = unit_of(entry.id, kind, entry.tree, owner, self.links.file)
            if entry.linked_as != unit.owner:
                fresh[entry.id] = unit
                entry.linked_as = unit.owner
        return fresh
