"""The blocks of a document, and what is known of each."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from vetline.core.finding import Finding
from vetline.core.location import Range
from vetline.engine.analysis import BlockAnalysis, Hit, keyed
from vetline.engine.judgement import Notes, confirmed
from vetline.flow.block import BlockFlow
from vetline.flow.taints import BlockId
from vetline.rules.ignores import silencer
from vetline.rules.weaknesses.vet002_suppression_in_foreign_code import smuggled
from vetline.semantics.imports import NO_IMPORTS, ImportState
from vetline.syntax.blocks import BlockSpan
from vetline.syntax.tree import Tree, parse_block

_ABOVE_ALL = -(10**9)
"""Added to the line numbers of statements above a block, so that they are smaller than any in it."""


@dataclass(frozen=True, slots=True)
class Spot:
    """A finding and where it was made: ``node`` in the ``tree`` of the block that begins at ``line``."""

    finding: Finding
    node: ast.AST
    tree: Tree
    line: int
    is_late: bool = False
    """Whether the deep tier found it: then a copy of the document with a fix in it can't prove that it's gone."""

    def range_of(self, node: ast.AST) -> Range:
        """Return where a node of the same block stands in the text."""
        return self.tree.range_of(node).shifted(self.line)


def _idle(hit: Hit) -> Hit:
    return replace(hit, finding=replace(hit.finding, is_idle=True))


def _is_on(hit: Hit, row: int) -> bool:
    return not hit.finding.is_idle and hit.finding.range.start.line <= row <= hit.finding.range.end.line


@dataclass(slots=True)
class Entry:
    """One block of a document, and what is known of it."""

    span: BlockSpan
    text: str
    id: BlockId = field(default_factory=BlockId)
    """Names this block, in the document and in copies of it, also when it is edited."""
    linked_as: str | None = None
    """The class as a member of which data-flow analysis knows it with this text; empty if it's none, None if it doesn't."""
    parsed: Tree | None = None
    analysis: BlockAnalysis | None = None
    above: ImportState | None = None
    """The imports that ``analysis`` is known to be right for."""
    below: ImportState = NO_IMPORTS
    flow: BlockFlow | None = None
    """The data-flow that ``judged`` is right for."""
    judged: tuple[Hit, ...] | None = None
    """What Vetline's rules found; None: they have to be run (again)."""
    imports_seen: frozenset[str] | None = None
    """What the file imports, if a rule has asked; None: none has."""
    idle: frozenset[str] = frozenset()
    """The keys of Bandit's findings that say nothing here, unless one of Vetline's says the same."""
    silenced: frozenset[str] = frozenset()
    """The keys of those that say the same as one of Vetline's that a comment silences."""
    notes: Notes = field(default_factory=dict)
    """What the rules that compare blocks keep of this one."""
    compared: tuple[Hit, ...] = ()
    """What they found in it."""
    refuted: frozenset[str] = frozenset()
    """The keys of Vetline's findings that the deep tier showed to be none."""
    late: tuple[Hit, ...] = ()
    """What the deep tier found in the block, as long as ``analysis`` stays."""
    distrusted: frozenset[int] = frozenset()
    """The lines, from 0, whose comments came in with foreign code, and silence nothing."""
    found: tuple[Hit, ...] | None = None
    """What :meth:`hits` gives; None: that has to be asked again."""
    wanted_by: object = None
    """Who has said which of ``found`` are wanted ..."""
    wanted: tuple[int, ...] = ()
    """... and which that are, by index."""
    placed_at: int = -1
    """The block's first line when ``spots`` were placed."""
    spots: dict[int, Spot] = field(default_factory=dict)
    """The places of those of ``found`` that somebody wanted, by index."""
    statements: Sequence[ast.stmt] | None = None
    """The block's statements as blocks below see them, with line numbers that count from ``numbered_from``."""
    numbered_from: int = 0

    def copy(self) -> Entry:
        return replace(self, statements=None)

    @property
    def tree(self) -> Tree:
        """The block's syntax tree."""
        if self.parsed is None:
            self.parsed = parse_block(self.span.kind, self.span.indent, self.text)
        return self.parsed

    def hits(self) -> tuple[Hit, ...]:
        """Return all that was found in the block."""
        assert self.analysis is not None
        bandit, own = self.analysis.hits, self.judged or ()
        if self.idle or self.silenced:
            valid = confirmed(bandit, [hit for hit in own if hit.finding.key not in self.refuted]) if self.idle else frozenset()
            idle = self.idle - valid | self.silenced
            bandit = tuple(_idle(hit) if hit.finding.key in idle else hit for hit in bandit)
        if self.refuted:
            own = tuple(_idle(hit) if hit.finding.key in self.refuted else hit for hit in own)
        hits = (*bandit, *own, *self.compared, *self.late)
        return (*keyed(list(self._smuggled(hits)), self.text), *hits) if self.distrusted else hits

    def _smuggled(self, hits: Sequence[Hit]) -> Iterator[Hit]:
        """Yield the comments that would silence findings; one that is for other tools only where there is one."""
        for row in sorted(self.distrusted):
            found = silencer(self.tree.lines[row]) if row < len(self.tree.lines) else None
            if found is not None and (found.is_sure or any(_is_on(hit, row) for hit in hits)):
                yield Hit(smuggled(Range.of(row, found.start, row, found.end)), ast.Pass())

    def seen_from_below(self, line: int) -> Sequence[ast.stmt]:
        """Return the block's statements, given that it begins at ``line``; they are parsed once, and moved when it moves."""
        if self.statements is None:
            self.statements = parse_block(self.span.kind, self.span.indent, self.text).body
            self.numbered_from = 0
        for statement in self.statements if self.numbered_from != line + _ABOVE_ALL else ():
            ast.increment_lineno(statement, line + _ABOVE_ALL - self.numbered_from)
        self.numbered_from = line + _ABOVE_ALL
        return self.statements
