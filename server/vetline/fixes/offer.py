"""The fixes of one finding, each proved before it is offered."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

from vetline.core.edit import Fix, TextEdit
from vetline.core.finding import Finding, Origin
from vetline.engine.document import Document
from vetline.engine.entries import Spot
from vetline.fixes.imports import FileImports, merged
from vetline.fixes.proof import proves
from vetline.fixes.site import Site
from vetline.rules.base import is_same
from vetline.rules.catalogue import find_rule

log = logging.getLogger(__name__)


_WORD = r"(?<![\w.]){}(?!\w)"


def offer(document: Document, finding: Finding) -> tuple[Fix, ...]:
    """Return the proved fixes of ``finding``, best first.

    ``document`` must be vetted, and ``finding`` one of its own; a finding that it no longer has gets no fix.
    """
    return tuple(fix for fix, _ in proved_fixes(document, finding))


def proved_fixes(
    document: Document, finding: Finding, wanted: Callable[[Fix], bool] = lambda _: True
) -> Iterator[tuple[Fix, Document]]:
    """Yield the proved fixes of ``finding`` that are ``wanted``, each with a vetted copy of the document that has it."""
    spot = document.find(finding.key)
    proposals = () if spot is None else proposed_fixes(document, spot, FileImports(document))
    targets = [finding, *(other.finding for other in _reported_by_bandit(document, finding))]
    for fix in filter(wanted, proposals):
        copy = applied(document, fix.edits)
        if copy is not None and proves(document, targets, fix.edits, copy):
            yield fix, copy
        else:
            log.debug("A fix of %s was withheld: its proof failed", finding.rule_id)


def proposed_fixes(document: Document, spot: Spot, imports: FileImports) -> Sequence[Fix]:
    """Return the fixes that the rule of a finding proposes, unproved, with the imports that they need.

    Where Bandit reports the same, which isn't shown a second time, those for that finding follow.
    """
    fixes = list(_own_fixes(document, spot, imports))
    known = {fix.title for fix in fixes} | {fix.edits for fix in fixes}
    for other in _reported_by_bandit(document, spot.finding):
        fixes += [fix for fix in _own_fixes(document, other, imports) if known.isdisjoint((fix.title, fix.edits))]
    return fixes


def _own_fixes(document: Document, spot: Spot, imports: FileImports) -> Sequence[Fix]:
    rule = find_rule(spot.finding.rule_id)
    if rule is None or rule.fix is None or spot.is_late:
        return ()
    site = Site(document, spot, imports)
    try:
        proposals = list(rule.fix(site))
    except Exception:  # a fix that stumbles over strange code is no reason to lose the finding
        log.exception("The fix of %s failed", spot.finding.rule_id)
        return ()
    return [replace(fix, edits=_with_imports(fix.edits, site.planned_imports())) for fix in proposals]


def _reported_by_bandit(document: Document, finding: Finding) -> list[Spot]:
    """Return Bandit's findings of the same thing as one of Vetline's."""
    rule = find_rule(finding.rule_id)
    if rule is None or not rule.supersedes:
        return []
    return [
        other for other in document.spots() if other.finding.origin is Origin.BANDIT and is_same(rule, finding, other.finding)
    ]


def _with_imports(edits: tuple[TextEdit, ...], imports: Mapping[str, TextEdit]) -> tuple[TextEdit, ...]:
    """Return sorted ``edits``, and with them the imports of the expressions that they use."""
    new_text = "\n".join(edit.new_text for edit in edits)
    needed = [edit for expression, edit in imports.items() if re.search(_WORD.format(re.escape(expression)), new_text)]
    return tuple(sorted((*merged(needed), *edits), key=lambda e: e.range))


def applied(document: Document, edits: tuple[TextEdit, ...]) -> Document | None:
    """Return a vetted copy of ``document`` with sorted ``edits`` applied; None if they overlap."""
    if any(second.range.start < first.range.end for first, second in pairwise(edits)):
        return None
    copy = document.fork()
    copy.apply(edits)
    copy.vet()
    return copy
