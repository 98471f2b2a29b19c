"""Vetline's own rules, run on a block once its data-flow is known."""

from __future__ import annotations

import ast
import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from vetline.core.finding import Finding, Origin
from vetline.core.location import Range
from vetline.engine.analysis import BlockAnalysis, Hit, keyed, visible_range
from vetline.engine.roster import Roster
from vetline.engine.site import BlockSource
from vetline.rules.bandit.nodes import parent_of
from vetline.rules.bandit.nosec import is_silenced
from vetline.rules.base import Match, Note, Rule, is_same
from vetline.rules.catalogue import find_rule
from vetline.rules.ignores import ignored_ids
from vetline.syntax.tree import FIRST_LINE

log = logging.getLogger(__name__)

Notes = Mapping[str, tuple[Note, ...]]
"""What the comparing rules keep of a block, by the rule's id."""


class Verdict(NamedTuple):
    """What Vetline's rules say of a block.

    ``hits`` are their findings, ``idle`` the keys of those of Bandit's that say nothing here, unless one of ``hits`` says the
    same, ``silenced`` the keys of those that say the same as one that a comment silences.
    """

    hits: tuple[Hit, ...]
    idle: frozenset[str]
    silenced: frozenset[str]
    notes: Notes


def judge(roster: Roster, source: BlockSource, analysis: BlockAnalysis, text: str) -> Verdict:
    """Run the rules on a block."""
    found: list[Hit] = []
    silenced: set[str] = set()
    notes: dict[str, tuple[Note, ...]] = {}
    for call, ask in roster.awake(source):
        rule = call.rule
        if not (matches := _run(rule, ask)):
            continue
        if call.is_note:
            notes[rule.id] = tuple(matches)
            continue
        hits, ignored = _hits(rule, matches, analysis, text)
        found += hits
        silenced.update(other.finding.key for one in ignored for other in analysis.hits if is_same(rule, one, other.finding))
    return Verdict(keyed(found, text), frozenset(_idle(analysis.hits, source)), frozenset(silenced), notes)


def confirmed(bandit: Iterable[Hit], own: Sequence[Hit]) -> frozenset[str]:
    """Return the keys of Bandit's findings that one of Vetline's own says, too."""
    rules = [(rule, hit.finding) for hit in own if (rule := find_rule(hit.finding.rule_id)) is not None and rule.supersedes]
    return frozenset(
        other.finding.key for other in bandit if any(is_same(rule, finding, other.finding) for rule, finding in rules)
    )


def compare(rules: Iterable[Rule], blocks: Sequence[tuple[BlockAnalysis, str, Notes]]) -> list[tuple[Hit, ...]]:
    """Return what the comparing rules find in each of a file's blocks: their analysis, texts, notes, in text order."""
    found: list[list[Hit]] = [[] for _ in blocks]
    for rule in rules:
        if rule.comparison is None:
            continue
        notes = [note for _, _, noted in blocks for note in noted.get(rule.id, ())]
        if not notes:
            continue
        places = {id(note.node): index for index, (_, _, noted) in enumerate(blocks) for note in noted.get(rule.id, ())}
        for match in _compared(rule, notes):
            index = places[id(match.node)]
            analysis, text, _ = blocks[index]
            found[index] += _hits(rule, (match,), analysis, text)[0]
    return [keyed(hits, text) for hits, (_, text, _) in zip(found, blocks, strict=True)]


def _hits(rule: Rule, matches: Sequence[Match], analysis: BlockAnalysis, text: str) -> tuple[list[Hit], list[Finding]]:
    """Return the findings of a rule in a block, and those that a comment for this rule silences."""
    tree = analysis.tree
    ignores: Mapping[int, frozenset[str]] = ignored_ids(tree.lines) if matches and "vetline:" in text else {}
    hits: list[Hit] = []
    ignored: list[Finding] = []
    seen: set[int] = set()
    for match in matches:
        if id(match.node) in seen:  # another value of the same call: whoever looks at one sees all
            continue
        seen.add(id(match.node))
        range_ = visible_range(match.node, tree)
        lines = (range_.start.line, range_.end.line)
        finding = _finding(rule, match, range_)
        if any(rule.id in ignores.get(line, ()) for line in lines if line not in analysis.distrusted):
            ignored.append(finding)
        elif not _is_silenced(rule, match.node, range_, analysis):
            hits.append(Hit(finding, match.node, match.evidence))
    return hits, ignored


def _is_silenced(rule: Rule, node: ast.AST, range_: Range, analysis: BlockAnalysis) -> bool:
    """Tell whether somebody has silenced Bandit's check of the same thing there, or everything.

    Bandit's checks are about whole calls, and heed a comment on any line of one.
    """
    if not analysis.nosec:
        return False
    first, last = range_.start.line, range_.end.line
    if (call := _call_around(node)) is not None:
        around = analysis.tree.range_of(call)
        first, last = min(first, around.start.line), max(last, around.end.line)
    rows = range(first + FIRST_LINE, last + FIRST_LINE + 1)
    return any(is_silenced(rule_id, None, rows, analysis.nosec) for rule_id in (rule.id, *rule.supersedes))


def _call_around(node: ast.AST) -> ast.Call | None:
    """Return the call that an expression is an argument of, or a part of one."""
    around = parent_of(node)
    while isinstance(around, ast.expr | ast.keyword) and not isinstance(around, ast.Call | ast.Lambda):
        around = parent_of(around)
    return around if isinstance(around, ast.Call) else None


def _run(rule: Rule, ask: Callable[[], Sequence[Any]]) -> Sequence[Any]:
    """Run one check; one that fails on strange code doesn't take the others with it."""
    try:
        return ask()
    except Exception:
        log.warning("%s failed", rule.id, exc_info=True)
        return ()


def _compared(rule: Rule, notes: Sequence[Note]) -> tuple[Match, ...]:
    assert rule.comparison is not None
    try:
        return tuple(rule.comparison.compare(notes))
    except Exception:
        log.warning("The comparison of %s failed", rule.id, exc_info=True)
        return ()


def _finding(rule: Rule, match: Match, range_: Range) -> Finding:
    message = match.message or rule.message
    assert message is not None, f"{rule.id} has no message"
    severity, confidence = match.severity or rule.severity, match.confidence or rule.confidence
    return Finding(rule.id, range_, message, severity, confidence, match.cwe or rule.cwe, "", Origin.VETLINE)


def _idle(hits: Iterable[Hit], source: BlockSource) -> Iterator[str]:
    """Yield the keys of the findings of Bandit's that its rule, which knows more of the code, takes for idle."""
    for hit in hits:
        rule = find_rule(hit.finding.rule_id)
        if rule is None or rule.matters is None:
            continue
        try:
            if not rule.matters(source, hit.node):
                yield hit.finding.key
        except Exception:
            log.warning("%s can't tell whether a finding matters", rule.id, exc_info=True)
