"""A text under analysis, followed edit by edit.

Invariant: after any sequence of edits the findings are exactly those of a fresh :class:`Document` of the same text.
"""

from __future__ import annotations

import ast
import sys
from collections import deque
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum, auto
from functools import partial

from vetline.core.config import Config, Profile
from vetline.core.edit import TextEdit
from vetline.core.finding import Finding
from vetline.core.location import Position, Range
from vetline.engine.analysis import Checks, Hit, analyse_block
from vetline.engine.entries import Entry, Spot
from vetline.engine.judgement import judge
from vetline.engine.noted import NotedBlocks
from vetline.engine.placing import Elsewhere, Wanted, placed
from vetline.engine.project import View
from vetline.engine.roster import Roster
from vetline.engine.site import BlockSource
from vetline.engine.whole_file import WholeFile, may_concern, vet_whole_file
from vetline.flow.linking import Links, Stretch
from vetline.flow.models import models_of
from vetline.flow.taints import BlockId
from vetline.flow.units import Unit, unit_of
from vetline.rules.bandit.checks import load_checks
from vetline.rules.catalogue import own_rules
from vetline.semantics.facts import Surroundings
from vetline.semantics.imports import NO_IMPORTS, ImportState
from vetline.semantics.renames import NO_RENAMES, Renames
from vetline.syntax.blocks import BlockChange, BlockKind, BlockList, BlockSpan
from vetline.syntax.lines import Lines
from vetline.syntax.tree import Tree, parse_block


class Stage(Enum):
    """What is done with a block."""

    CHECKS = auto()
    """Bandit's checks are run on it."""
    FLOW = auto()
    """Its data-flow is followed; again, if what it uses of other blocks turns out to be different."""
    RULES = auto()
    """Vetline's rules are run on it."""


@dataclass(frozen=True, slots=True)
class Engine:
    """What the analysis of many documents shares: the configured checks."""

    config: Config
    checks: Checks

    @classmethod
    def of(cls, config: Config) -> Engine:
        """Prepare the analysis; imports Bandit.  In Bandit's profile there are no other checks, and no data-flow is
        followed."""
        bandit = load_checks(config.bandit)
        is_bandit_only = config.profile is Profile.BANDIT
        rules = Roster(() if is_bandit_only else own_rules())
        models = None if is_bandit_only else models_of(config.models)
        return cls(config, Checks(bandit, rules, config.bandit.ignore_nosec, "<unknown>", "", models=models))

    def for_path(self, path: str) -> Checks:
        """Return the checks for a file; ``path`` needs not exist."""
        from bandit.core.utils import InvalidModulePath, get_module_qualname_from_path

        try:
            namespace = get_module_qualname_from_path(path)
        except InvalidModulePath:
            namespace = ""
        return replace(self.checks, path=path, namespace=namespace)


@dataclass(frozen=True, slots=True)
class _Stale:
    """The blocks of which something may be out of date: those from ``first`` up to ``end``."""

    first: int
    end: int

    def after(self, change: BlockChange) -> _Stale:
        """Return what is stale once blocks were exchanged, too."""
        grown = len(change.spans) - (change.end - change.first)
        end = max(self.end, change.end) + grown
        return _Stale(min(self.first, change.first), end)


_NOTHING_STALE = _Stale(sys.maxsize, 0)


class Document:
    """The analysis of one text.

    ``path`` is the name that checks see; nothing is read from there.  ``renames`` are in force beyond what the text's imports
    say.  ``project`` answers for the other files, if they are to be looked into.
    """

    def __init__(
        self,
        text: str,
        engine: Engine,
        path: str = "<unknown>",
        renames: Renames = NO_RENAMES,
        project: View | None = None,
    ) -> None:
        self.lines = Lines(text)
        self._checks = replace(engine.for_path(path), renames=renames)
        self._blocks = BlockList(self.lines)
        self._entries = list(self._fresh_entries(0, self._blocks.spans, {}))
        self._by_id = {entry.id: entry for entry in self._entries}
        self._stale = _Stale(0, len(self._entries))
        """The blocks that may have to be analysed."""
        self._unlinked = self._stale
        """The blocks that data-flow analysis may not know yet ..."""
        self._gone: set[BlockId] = set()
        """... and those that it knows, and that are no more."""
        self._unjudged: set[BlockId] = set()
        """The blocks that the rules may have to be run on (again)."""
        self._notes = NotedBlocks()
        self._has_wide_facts = False
        self._distrusts = False
        """Whether comments of some lines silence nothing."""
        self._whole_file: WholeFile | None = None
        self._imported: frozenset[str] | None = None
        """What the text imports; None: to be gathered anew."""
        self._judged_by: frozenset[str] | None = None
        """What it imported when all blocks were judged last ..."""
        self._import_readers: set[BlockId] = set()
        """... and the blocks of which the findings depend on that."""
        self._project = project
        self._links: Links | None = None
        if (models := self._checks.models) is not None:
            self._links = Links(models) if project is None else Links(models, project.name, project.answer)

    def fork(self) -> Document:
        """Return an independent copy that shares what is known already; for trying an edit out."""
        clone = Document.__new__(Document)
        clone.lines = self.lines.copy()
        clone._checks = self._checks
        clone._blocks = self._blocks.copy()
        clone._entries = [entry.copy() for entry in self._entries]
        clone._by_id = {entry.id: entry for entry in clone._entries}
        clone._stale = self._stale
        clone._unlinked = self._unlinked
        clone._gone = set(self._gone)
        clone._unjudged = set(self._unjudged)
        clone._notes = self._notes.copy()
        clone._has_wide_facts = self._has_wide_facts
        clone._distrusts = self._distrusts
        clone._whole_file = self._whole_file
        clone._imported = self._imported
        clone._judged_by = self._judged_by
        clone._import_readers = set(self._import_readers)
        clone._project = self._project
        clone._links = None if self._links is None else self._links.copy()
        return clone

    @property
    def text(self) -> str:
        return self.lines.text

    def edit(self, range_: Range, new_text: str) -> None:
        """Replace the text in ``range_``; what is known of untouched blocks stays."""
        first, removed, added = self.lines.replace(range_, new_text)
        change = self._blocks.update(self.lines, first, removed, added)
        gone = self._entries[change.first : change.end]
        known = {entry.text: entry for entry in gone}
        line = self._blocks.starts[change.first] if change.spans else 0
        self._entries[change.first : change.end] = fresh = list(self._fresh_entries(line, change.spans, known))
        _name_alike(gone, fresh)
        self._take_over(gone, fresh)
        if any(entry.analysis is not None and entry.analysis.delta.modules for entry in gone):
            self._imported = None
        self._stale = self._stale.after(change)
        self._unlinked = self._unlinked.after(change)
        if self._whole_file is None or not self._whole_file.is_quiet or may_concern(new_text, self._checks):
            self._whole_file = None

    def _take_over(self, gone: Sequence[Entry], fresh: Sequence[Entry]) -> None:
        """Note which blocks there are now, ``fresh`` in the place of ``gone``."""
        for entry in gone:
            del self._by_id[entry.id]
        self._by_id.update((entry.id, entry) for entry in fresh)
        self._gone.update(entry.id for entry in gone)
        self._gone.difference_update(entry.id for entry in fresh)
        self._notes.exchange(gone, fresh)

    def apply(self, edits: Sequence[TextEdit]) -> None:
        """Apply non-overlapping edits, all in positions of the text before any of them.

        Insertions at one position end up in the order in which they are given.
        """
        for edit in sorted(edits, key=lambda e: e.range)[::-1]:
            self.edit(edit.range, edit.new_text)

    def vet(self) -> list[Finding]:
        """Bring the analysis up to date and return the findings, in text order."""
        for _ in self.vet_stepwise():
            pass
        return self.findings()

    def vet_stepwise(self) -> Iterator[Stage]:
        """Bring the analysis up to date, pausing after each stage of each block that had to be analysed.

        Abandon the iterator when the text changes; what it has done is kept.  Several may take turns.
        """
        entries = self._entries
        first = 0 if self._has_wide_facts else min(self._stale.first, len(entries))
        state = entries[first - 1].below if first else NO_IMPORTS
        header = self._header_before(first)
        digests = [0]
        for index in range(first, len(entries)):
            entry = entries[index]
            is_new = False
            # Asked anew in each round: another iterator may have come further, and be about to go on there.
            if index >= self._stale.end and entry.above is state and not self._has_wide_facts:
                break  # whatever comes is as it was
            if entry.analysis is None or entry.above is not state or entry.analysis.facts.wide:
                around = self._surroundings(index, state, header if entry.span.kind is BlockKind.MEMBER else None, digests)
                if entry.analysis is None or not entry.analysis.facts.still_hold(around):
                    kind, tree, distrusted = entry.span.kind, entry.tree, entry.distrusted
                    entry.analysis = analyse_block(kind, tree, entry.text, around, self._checks, distrusted)
                    entry.late, entry.judged, entry.found = (), None, None
                    if entry.analysis.delta.modules:
                        self._imported = None
                    self._has_wide_facts |= entry.analysis.facts.wide
                    is_new = True
                below = state.after(entry.analysis.delta)
                if below is state or below != entry.below:  # an equal state keeps its identity, by which the next is judged
                    entry.below = below
                entry.above = state
            state = entry.below
            if entry.span.kind is not BlockKind.MEMBER:
                header = entry
            if is_new:
                self._unjudged.add(entry.id)
                # Abandoned here, the next analysis has to go on behind: the imports may differ in all that follow.
                self._stale = _Stale(index + 1, max(self._stale.end, index + 1))
                yield Stage.CHECKS
        self._stale = _NOTHING_STALE
        yield from self._follow_flow()
        if self._whole_file is None:
            self._whole_file = vet_whole_file(self.lines, self._checks)

    def _follow_flow(self) -> Iterator[Stage]:
        """Bring the data-flow up to date, and run the rules where it is news."""
        if self._links is None:
            return
        stretch, fresh = self._unlinked_stretch(), self._fresh_units()
        self._unlinked, self._gone = _NOTHING_STALE, set()
        for block in self._links.update(stretch, fresh):
            self._unjudged.add(block)
            yield Stage.FLOW
        imports = self.imported()
        if imports is not self._judged_by:
            self._unjudged |= self._import_readers
            self._judged_by = imports
        for entry in self._in_text_order(self._unjudged):
            flow = self._links.flow_of(entry.id)
            is_other = entry.imports_seen is not None and entry.imports_seen is not imports and entry.imports_seen != imports
            if entry.judged is None or flow is not entry.flow or is_other:
                if entry.analysis is None:
                    continue
                assert flow is not None
                source = BlockSource(entry.tree, entry.text, flow, partial(self._imported_for, entry))
                entry.refuted, entry.imports_seen = frozenset(), None
                verdict = judge(self._checks.rules, source, entry.analysis, entry.text)
                entry.judged, entry.idle, entry.silenced = verdict.hits, verdict.idle, verdict.silenced
                self._notes.put(entry, verdict.notes)
                entry.flow, entry.found = flow, None
                self._unjudged.discard(entry.id)
                yield Stage.RULES
            self._unjudged.discard(entry.id)
        self._unjudged.intersection_update(self._by_id)
        self._notes.compare(self._checks.rules, self._in_text_order)

    def _in_text_order(self, blocks: Collection[BlockId]) -> list[Entry]:
        """Return those of ``blocks`` that are there, in text order."""
        assert self._links is not None
        return [self._by_id[block] for block in self._links.in_text_order(blocks)]

    def _imported_for(self, entry: Entry) -> frozenset[str]:
        """Return what the text imports, and note that the findings in ``entry`` depend on it."""
        entry.imports_seen = self.imported()
        self._import_readers.add(entry.id)
        return entry.imports_seen

    def _unlinked_stretch(self) -> Stretch:
        """Return the blocks whose place data-flow analysis may not know yet."""
        entries = self._entries
        first, end = min(self._unlinked.first, len(entries)), min(self._unlinked.end, len(entries))
        blocks = [entry.id for entry in entries[first:end]]
        after = entries[first - 1].id if first else None
        return Stretch(blocks, after, entries[end].id if end < len(entries) else None, self._gone)

    def _fresh_units(self) -> dict[BlockId, Unit]:
        """Return the blocks that data-flow analysis doesn't know yet, or knows as members of another class."""
        assert self._links is not None
        fresh: dict[BlockId, Unit] = {}
        owner = ""
        first = min(self._unlinked.first, len(self._entries))
        while first and self._entries[first - 1].span.kind is BlockKind.MEMBER:
            first -= 1
        for index in range(max(first - 1, 0), len(self._entries)):  # from the header of the class that the first one is in
            entry = self._entries[index]
            kind = entry.span.kind
            if index >= self._unlinked.end and kind is not BlockKind.MEMBER:
                break
            unit, owner = unit_of(entry.id, kind, entry.tree, owner, self._links.file)
            if entry.linked_as != unit.owner:
                fresh[entry.id] = unit
                entry.linked_as = unit.owner
        return fresh

    def distrust(self, rows: Collection[int]) -> bool:
        """Have comments in these lines silence nothing, and report them; tell whether that is new.

        It counts for the text as it is, and has to be said anew for another one.
        """
        if not rows and not self._distrusts:
            return False
        self._distrusts = bool(rows)
        changed = False
        line = 0
        for index, entry in enumerate(self._entries):
            mine = frozenset(row - line for row in rows if line <= row < line + entry.span.lines)
            if mine != entry.distrusted:
                entry.distrusted, entry.analysis, entry.judged, entry.found = mine, None, None, None
                self._stale = _Stale(min(self._stale.first, index), max(self._stale.end, index + 1))
                changed = True
            line += entry.span.lines
        return changed

    def take_late(self, findings: Iterable[Finding], refuted: Iterable[str] = ()) -> bool:
        """Take over what the deep tier found in the text as it is now, which must be vetted.

        Each finding stays as long as its block does, and what the imports say of the names in it.  What was taken over before
        goes.  ``refuted`` are the keys of findings that it showed to be none.  Returns whether anything is different then.
        """
        gone = frozenset(refuted)
        waiting = deque(sorted(findings, key=_text_order))
        changed = False
        line = 0
        for entry in self._entries:
            mine = []
            while waiting and waiting[0].range.start.line < line + entry.span.lines:
                mine.append(waiting.popleft().shifted(-line))
            mine_gone = frozenset(hit.finding.key for hit in entry.judged or () if hit.finding.key in gone)
            if mine_gone != entry.refuted:
                entry.refuted, entry.found = mine_gone, None
                changed = True
            if entry.analysis is not None and mine != [hit.finding for hit in entry.late]:
                tree = entry.analysis.tree
                entry.late = tuple(Hit(finding, _statement_at(finding.range.start, tree)) for finding in mine)
                entry.found = None
                changed = True
            line += entry.span.lines
        return changed

    def spots(self, wanted: Wanted = lambda _: True) -> Iterator[Spot]:
        """Yield what is known so far: each finding with the place in the code that it was made on, in block order."""
        whole_file = () if self._whole_file is None else self._whole_file.hits
        elsewhere: Elsewhere = (lambda _: None) if self._project is None else self._project.located
        return placed(self._entries, self._blocks.starts, whole_file, elsewhere, wanted)

    def findings(self, wanted: Wanted = lambda _: True) -> list[Finding]:
        """Return what is known so far, in text order."""
        return sorted((spot.finding for spot in self.spots(wanted)), key=_text_order)

    def find(self, key: str) -> Spot | None:
        """Return the finding with that key, and its place; None if there is none (any more)."""
        return next((spot for spot in self.spots() if spot.finding.key == key), None)

    def names_at(self, spot: Spot) -> Mapping[str, str]:
        """Return what local names stand for through imports in the block of ``spot``."""
        line = 0
        for entry in self._entries:
            if line == spot.line and entry.analysis is not None:
                return {**(entry.above or NO_IMPORTS).aliases, **entry.analysis.delta.aliases}
            line += entry.span.lines
        return {}

    def source_at(self, spot: Spot) -> BlockSource | None:
        """Return the block of ``spot`` as rules see it; None if its data-flow isn't followed, as in Bandit's profile."""
        line = 0
        for entry in self._entries:
            if line == spot.line and entry.analysis is not None:
                flow = None if self._links is None else self._links.flow_of(entry.id)
                return None if flow is None else BlockSource(spot.tree, entry.text, flow, self.imported)
            line += entry.span.lines
        return None

    def imported(self) -> frozenset[str]:
        """Return the dotted names that the text imports, anywhere in it."""
        if self._imported is None:
            analyses = (entry.analysis for entry in self._entries if entry.analysis is not None)
            self._imported = frozenset().union(*(analysis.delta.modules for analysis in analyses))
        return self._imported

    def trees(self) -> Iterator[tuple[int, BlockKind, Tree]]:
        """Yield the tree of each block that has been analysed, with the block's first line and kind."""
        line = 0
        for entry in self._entries:
            if entry.analysis is not None:
                yield line, entry.span.kind, entry.analysis.tree
            line += entry.span.lines

    def set_aside(self) -> list[Range]:
        """Return the ranges of statements that could not be parsed."""
        ranges, line = [], 0
        for entry in self._entries:
            if entry.analysis is not None:
                ranges += [range_.shifted(line) for range_ in entry.analysis.tree.set_aside]
            line += entry.span.lines
        return ranges

    def _fresh_entries(self, line: int, spans: Sequence[BlockSpan], known: dict[str, Entry]) -> Iterator[Entry]:
        """Yield entries for ``spans``, the first of which begins at ``line``, reusing those ``known`` by their text."""
        for span in spans:
            text = "".join(self.lines[line : line + span.code_lines])
            entry = known.pop(text, None)
            if entry is not None and (entry.span.kind, entry.span.indent) == (span.kind, span.indent):
                entry.span = span
                yield entry
            else:
                yield Entry(span, text)
            line += span.lines

    def _header_before(self, index: int) -> Entry | None:
        """Return the last block before ``index`` that is no member: the header of the class that ``index`` is in, if any."""
        for entry in reversed(self._entries[:index]):
            if entry.span.kind is not BlockKind.MEMBER:
                return entry
        return None

    def _surroundings(self, index: int, state: ImportState, header: Entry | None, digests: list[int]) -> Surroundings:
        """Return what is around the block ``index``; ``digests`` are of the code above the first blocks, as far as known."""

        def class_header() -> tuple[str, ast.ClassDef | None]:
            if header is None:
                return "", None
            body = parse_block(header.span.kind, header.span.indent, header.text).body
            return header.text, body[-1] if body and isinstance(body[-1], ast.ClassDef) else None

        def digest_above() -> int:
            for entry in self._entries[len(digests) - 1 : index]:
                digests.append(hash((digests[-1], entry.text)))
            return digests[index]

        def statements_above() -> Sequence[ast.stmt]:
            statements: list[ast.stmt] = []
            start = 0
            for entry in self._entries[:index]:
                if entry.span.kind is not BlockKind.MEMBER:
                    statements += entry.seen_from_below(start)
                start += entry.span.lines
            return statements

        return Surroundings(state, class_header, digest_above, statements_above, lambda: self.lines.text)


def _name_alike(gone: Sequence[Entry], fresh: Sequence[Entry]) -> None:
    """Let a block that was edited keep its name, so that what others know of it is the same where its text is."""
    old = [entry for entry in gone if all(entry is not other for other in fresh)]
    new = [entry for entry in fresh if all(entry is not other for other in gone)]
    if len(old) == len(new):
        for before, after in zip(old, new, strict=True):
            after.id = before.id


def _statement_at(position: Position, tree: Tree) -> ast.stmt:
    """Return the statement at ``position``, which is relative to the block."""
    return next((statement for statement in tree.body if tree.range_of(statement).contains(position)), ast.Pass())


def _text_order(finding: Finding) -> tuple[int, int, int, int, str]:
    """Return what to sort findings by."""
    start, end = finding.range.start, finding.range.end
    return start.line, start.column, end.line, end.column, finding.rule_id
