"""The analysis of one block."""

from __future__ import annotations

import ast
import logging
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from hashlib import blake2b

from vetline.core.cwe import Cwe
from vetline.core.finding import Finding
from vetline.core.location import Position, Range
from vetline.engine.roster import Roster
from vetline.flow.models import Models
from vetline.flow.taints import Step
from vetline.rules.bandit.checks import BanditChecks
from vetline.rules.bandit.nosec import NosecLines, nosec_lines
from vetline.rules.bandit.visitor import BanditHit, BlockVisitor
from vetline.rules.catalogue import find_rule
from vetline.semantics.facts import Facts, Surroundings
from vetline.semantics.imports import ImportDelta
from vetline.semantics.renames import NO_RENAMES, Renames
from vetline.syntax.blocks import BlockKind
from vetline.syntax.lines import line_body
from vetline.syntax.tree import FIRST_LINE, Tree

log = logging.getLogger(__name__)

_COMPOUND = (
    ast.FunctionDef,
    ast.AsyncFunctionDef,
    ast.ClassDef,
    ast.If,
    ast.For,
    ast.AsyncFor,
    ast.While,
    ast.Try,
    ast.TryStar,
    ast.With,
    ast.AsyncWith,
    ast.Match,
    ast.ExceptHandler,
)
"""Nodes that are pointed at by their first line: underlining a whole function helps nobody."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A finding, in lines of its block, and the node that it was made on; ``evidence`` is how it came about, in any blocks."""

    finding: Finding
    node: ast.AST
    evidence: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True)
class BlockAnalysis:
    """All that is known of one block; valid as long as its text stays and ``facts`` hold."""

    tree: Tree
    hits: tuple[Hit, ...]
    delta: ImportDelta
    facts: Facts
    nosec: NosecLines = field(default_factory=dict)
    """The block's ``# nosec`` comments, by line of its tree."""
    distrusted: frozenset[int] = frozenset()
    """The lines, from 0, whose comments silence nothing."""


@dataclass(frozen=True, slots=True)
class Checks:
    """What is run on each block, what Bandit calls the file, and what names stand for beyond what its imports say.

    ``models`` says what is known of libraries; None: data-flow isn't followed, and only Bandit's checks are run.
    """

    bandit: BanditChecks
    rules: Roster
    ignore_nosec: bool
    path: str
    namespace: str
    renames: Renames = field(default_factory=lambda: NO_RENAMES)
    models: Models | None = None


def analyse_block(
    kind: BlockKind,
    tree: Tree,
    text: str,
    around: Surroundings,
    checks: Checks,
    distrusted: frozenset[int] = frozenset(),
) -> BlockAnalysis:
    """Run Bandit's checks on one block; never fails.  Comments in the lines ``distrusted`` silence nothing."""
    facts = Facts(around)
    nosec = {} if checks.ignore_nosec else _nosec_of(kind, text, tree)
    if distrusted:
        nosec = {line: ids for line, ids in nosec.items() if line - FIRST_LINE not in distrusted}
    visitor = BlockVisitor(checks.bandit, facts, nosec, checks.path, checks.namespace, checks.renames)
    visitor.visit_block(tree.body, in_class=kind is BlockKind.MEMBER)
    hits = keyed([Hit(finding, node) for finding, node in _from_bandit(visitor.hits, tree)], text)
    facts.seal()
    return BlockAnalysis(tree, hits, visitor.names.delta(), facts, nosec, distrusted)


def _nosec_of(kind: BlockKind, text: str, tree: Tree) -> NosecLines:
    """Return the block's ``# nosec`` comments by line number of its tree."""
    if "nosec" not in text:
        return {}
    prefix = "class _:\n" if kind is BlockKind.MEMBER else "if 1:\n" if text[:1] in " \t\f" else "\n"
    return nosec_lines(prefix + "".join(tree.lines))


def keyed(hits: Sequence[Hit], text: str) -> tuple[Hit, ...]:
    """Give each finding its key, made of the rule, the block's text and the place in it."""
    if not hits:
        return ()
    digest = blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()
    seen: dict[str, int] = {}
    found = []
    for hit in hits:
        start = hit.finding.range.start
        key = f"{hit.finding.rule_id}:{digest}:{start.line}:{start.column}"
        seen[key] = seen.get(key, -1) + 1
        found.append(replace(hit, finding=replace(hit.finding, key=key if not seen[key] else f"{key}:{seen[key]}")))
    return tuple(found)


def _from_bandit(hits: Iterable[BanditHit], tree: Tree) -> Iterator[tuple[Finding, ast.AST]]:
    for hit in hits:
        rule = find_rule(hit.test_id)
        yield (
            Finding(
                rule_id=hit.test_id,
                range=_range_of_hit(hit, tree),
                message=rule.message if rule and rule.message else hit.text,
                severity=hit.severity,
                confidence=hit.confidence,
                cwe=Cwe(hit.cwe) if hit.cwe else rule.cwe if rule else None,
                key="",
                bandit=hit.place.shifted(-FIRST_LINE + 1),
            ),
            hit.node,
        )


def _range_of_hit(hit: BanditHit, tree: Tree) -> Range:
    """Return what to underline for a Bandit hit, in lines of the block.

    Bandit's own columns belong to the node even where it names the line of one of its arguments.
    """
    node = hit.node
    if getattr(node, "lineno", None) == hit.place.line:
        return visible_range(node, tree)
    for keyword in getattr(node, "keywords", ()):
        if keyword.value.lineno == hit.place.line:
            return tree.range_of(keyword)
    line = hit.place.line - FIRST_LINE
    body = line_body(tree.lines[line]) if 0 <= line < len(tree.lines) else ""
    return Range.of(max(line, 0), len(body) - len(body.lstrip()), max(line, 0), len(body))


def visible_range(node: ast.AST, tree: Tree) -> Range:
    """Return what to underline for a finding on ``node``, in lines of the block."""
    range_ = tree.range_of(node)
    if isinstance(node, _COMPOUND) and range_.end.line > range_.start.line:
        code = line_body(tree.lines[range_.start.line]).rstrip()
        return Range(range_.start, Position(range_.start.line, len(code) + tree.shifts.get(range_.start.line, 0)))
    return range_
