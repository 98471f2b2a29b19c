"""The analysis of one block."""

from __future__ import annotations

import ast
import logging
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from hashlib import blake2b

from vetline.core.cwe import Cwe
from vetline.core.finding import Finding, Origin
from vetline.core.location import Position, Range
from vetline.engine.site import BlockSource
from vetline.rules.bandit.checks import BanditChecks
from vetline.rules.bandit.nosec import NosecLines, nosec_lines
from vetline.rules.bandit.visitor import BanditHit, BlockVisitor
from vetline.rules.base import Match, Rule
from vetline.rules.catalogue import find_rule
from vetline.rules.ignores import ignored_ids
from vetline.semantics.facts import Facts, Surroundings
from vetline.semantics.imports import ImportDelta
from vetline.semantics.renames import NO_RENAMES, Renames
from vetline.syntax.blocks import BlockKind
from vetline.syntax.lines import line_body
from vetline.syntax.tree import FIRST_LINE, Tree, parse_block

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
    """A finding, in lines of its block, and the node that it was made on."""

    finding: Finding
    node: ast.AST


@dataclass(frozen=True, slots=True)
class BlockAnalysis:
    """All that is known of one block; valid as long as its text stays and ``facts`` hold."""

    tree: Tree
    hits: tuple[Hit, ...]
    delta: ImportDelta
    facts: Facts


@dataclass(frozen=True, slots=True)
class Checks:
    """What is run on each block, what Bandit calls the file, and what names stand for beyond what its imports say."""

    bandit: BanditChecks
    rules: tuple[Rule, ...]
    ignore_nosec: bool
    path: str
    namespace: str
    renames: Renames = field(default_factory=lambda: NO_RENAMES)


def analyse_block(kind: BlockKind, indent: int, text: str, around: Surroundings, checks: Checks) -> BlockAnalysis:
    """Analyse the code of one block; never fails."""
    tree = parse_block(kind, indent, text)
    facts = Facts(around)
    nosec = {} if checks.ignore_nosec else _nosec_of(kind, text, tree)
    visitor = BlockVisitor(checks.bandit, facts, nosec, checks.path, checks.namespace, checks.renames)
    visitor.visit_block(tree.body, in_class=kind is BlockKind.MEMBER)
    source = BlockSource(tree, text, visitor.names)
    digest = blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()
    findings = [*_from_bandit(visitor.hits, tree), *_from_rules(checks.rules, source, tree, text)]
    hits = tuple(Hit(replace(f, key=key), node) for (f, node), key in zip(findings, _keys(findings, digest), strict=True))
    facts.seal()
    return BlockAnalysis(tree, hits, visitor.names.delta(), facts)


def _nosec_of(kind: BlockKind, text: str, tree: Tree) -> NosecLines:
    """Return the block's ``# nosec`` comments by line number of its tree."""
    if "nosec" not in text:
        return {}
    prefix = "class _:\n" if kind is BlockKind.MEMBER else "if 1:\n" if text[:1] in " \t\f" else "\n"
    return nosec_lines(prefix + "".join(tree.lines))


def _keys(findings: Sequence[tuple[Finding, ast.AST]], digest: str) -> Iterator[str]:
    """Yield a key for each finding, made of the rule, the block's text and the place in it."""
    seen: dict[str, int] = {}
    for finding, _ in findings:
        start = finding.range.start
        key = f"{finding.rule_id}:{digest}:{start.line}:{start.column}"
        seen[key] = seen.get(key, -1) + 1
        yield key if not seen[key] else f"{key}:{seen[key]}"


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


def _from_rules(rules: Iterable[Rule], source: BlockSource, tree: Tree, text: str) -> Iterator[tuple[Finding, ast.AST]]:
    ignores = ignored_ids(tree.lines) if "vetline:" in text else {}
    for rule in rules:
        for match in _run(rule, source):
            range_ = _visible_range(match.node, tree)
            if not any(rule.id in ignores.get(line, ()) for line in (range_.start.line, range_.end.line)):
                yield _own_finding(rule, match, range_), match.node


def _run(rule: Rule, source: BlockSource) -> Sequence[Match]:
    """Run one check; one that fails on strange code doesn't take the others with it."""
    assert rule.check is not None
    try:
        return tuple(rule.check(source))
    except Exception:
        log.warning("The check of %s failed", rule.id, exc_info=True)
        return ()


def _own_finding(rule: Rule, match: Match, range_: Range) -> Finding:
    message = match.message or rule.message
    assert message is not None, f"{rule.id} has no message"
    return Finding(rule.id, range_, message, rule.severity, rule.confidence, rule.cwe, "", Origin.VETLINE)


def _range_of_hit(hit: BanditHit, tree: Tree) -> Range:
    """Return what to underline for a Bandit hit, in lines of the block.

    Bandit's own columns belong to the node even where it names the line of one of its arguments.
    """
    node = hit.node
    if getattr(node, "lineno", None) == hit.place.line:
        return _visible_range(node, tree)
    for keyword in getattr(node, "keywords", ()):
        if keyword.value.lineno == hit.place.line:
            return tree.range_of(keyword)
    line = hit.place.line - FIRST_LINE
    body = line_body(tree.lines[line]) if 0 <= line < len(tree.lines) else ""
    return Range.of(max(line, 0), len(body) - len(body.lstrip()), max(line, 0), len(body))


def _visible_range(node: ast.AST, tree: Tree) -> Range:
    range_ = tree.range_of(node)
    if isinstance(node, _COMPOUND) and range_.end.line > range_.start.line:
        code = line_body(tree.lines[range_.start.line]).rstrip()
        return Range(range_.start, Position(range_.start.line, len(code) + tree.shifts.get(range_.start.line, 0)))
    return range_
