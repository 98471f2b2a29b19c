"""A text under analysis, followed edit by edit.

Invariant: after any sequence of edits the findings are exactly those of a fresh :class:`Document` of the same text.
"""

from __future__ import annotations

import ast
from bisect import bisect_left
from collections import deque
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from vetline.core.config import Config, Profile
from vetline.core.edit import TextEdit
from vetline.core.finding import Finding
from vetline.core.location import Position, Range
from vetline.engine.analysis import Checks, Hit, analyse_block
from vetline.engine.entries import Entry, Spot
from vetline.engine.following import Following
from vetline.engine.placing import Elsewhere, Wanted, placed
from vetline.engine.progress import NOTHING_STALE, Stage, Stale
from vetline.engine.project import View
from vetline.engine.roster import Roster
from vetline.engine.site import BlockSource
from vetline.engine.whole_file import WholeFile, may_concern, vet_whole_file
from vetline.flow.linking import Links
from vetline.flow.models import models_of
from vetline.rules.bandit.checks import load_checks
from vetline.rules.catalogue import own_rules
from vetline.semantics.facts import Surroundings
from vetline.semantics.imports import NO_IMPORTS, ImportState
from vetline.semantics.renames import NO_RENAMES, Renames
from vetline.syntax.blocks import BlockKind, BlockList, BlockSpan
from vetline.syntax.lines import Lines
from vetline.syntax.tree import Tree, parse_block


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
        self._stale = Stale(0, len(self._entries))
        """The blocks that may have to be analysed."""
        self._has_wide_facts = False
        self._distrusts = False
        """Whether comments of some lines silence nothing."""
        self._whole_file: WholeFile | None = None
        self._imported: frozenset[str] | None = None
        """What the text imports; None: to be gathered anew."""
        self._project = project
        self._following: Following | None = None
        """None: only Bandit's checks are run."""
        if (models := self._checks.models) is not None:
            links = Links(models) if project is None else Links(models, project.name, project.answer)
            self._following = Following(links, self._checks.rules, self._entries)

    def fork(self) -> Document:
        """Return an independent copy that shares what is known already; for trying an edit out."""
        clone = Document.__new__(Document)
        clone.lines = self.lines.copy()
        clone._checks = self._checks
        clone._blocks = self._blocks.copy()
        clone._entries = [entry.copy() for entry in self._entries]
        clone._stale = self._stale
        clone._has_wide_facts = self._has_wide_facts
        clone._distrusts = self._distrusts
        clone._whole_file = self._whole_file
        clone._imported = self._imported
        clone._project = self._project
        clone._following = None if self._following is None else self._following.copy(clone._entries)
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
        if self._following is not None:
            self._following.exchange(change, gone, fresh)
        if any(entry.analysis is not None and entry.analysis.delta.modules for entry in gone):
            self._imported = None
        self._stale = self._stale.after(change)
        if self._whole_file is None or not self._whole_file.is_quiet or may_concern(new_text, self._checks):
            self._whole_file = None

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
                if self._following is not None:
                    self._following.has_changed(entry)
                # Abandoned here, the next analysis has to go on behind: the imports may differ in all that follow.
                self._stale = Stale(index + 1, max(self._stale.end, index + 1))
                yield Stage.CHECKS
        self._stale = NOTHING_STALE
        if self._following is not None:
            yield from self._following.follow(self._entries, self.imported)
        if self._whole_file is None:
            self._whole_file = vet_whole_file(self.lines, self._checks)

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
                self._stale |= index
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
        entry = self._entry_of(spot)
        if entry is None or entry.analysis is None:
            return {}
        return {**(entry.above or NO_IMPORTS).aliases, **entry.analysis.delta.aliases}

    def source_at(self, spot: Spot) -> BlockSource | None:
        """Return the block of ``spot`` as rules see it; None if its data-flow isn't followed, as in Bandit's profile."""
        entry = self._entry_of(spot)
        flow = None if entry is None or self._following is None else self._following.links.flow_of(entry.id)
        return None if flow is None or entry is None else BlockSource(spot.tree, entry.text, flow, self.imported)

    def _entry_of(self, spot: Spot) -> Entry | None:
        """Return the block that a finding is in; None if it's none of a block's, or of another text's."""
        index = bisect_left(self._blocks.starts, spot.line)
        is_there = index < len(self._entries) and self._blocks.starts[index] == spot.line
        return self._entries[index] if is_there else None

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
