"""The deep tier's analysis: what a text's findings are once the other modules of its workspace are known, too.

It takes as long as reading those modules does, and more memory; so :mod:`vetline.session.deep` has a process for it.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from vetline.core.finding import Finding
from vetline.engine.document import Document, Engine, Spot
from vetline.rules.ignores import ignored_ids
from vetline.rules.weaknesses.vet001_insecure_re_export import RULE, reached
from vetline.semantics.bindings import chain_of
from vetline.semantics.renames import ReExport, Renames, final_name
from vetline.semantics.resolution import resolve


def vet_deeply(text: str, name: str, path: Path | None, root: Path, engine: Engine) -> list[Finding]:
    """Return the findings of ``text`` that only a look into other modules below ``root`` brings, in text order.

    ``name`` is what checks see as its file name; ``path`` is the file, or None.  Neither is read.  What Bandit's checks find
    as soon as names stand for what they finally are, and don't find otherwise, is a finding of :mod:`VET001
    <vetline.rules.weaknesses.vet001_insecure_re_export>`.

    Raises:
        MemoryError: there is not enough for the modules concerned.
    """
    renames = resolve(text, path, root)
    if not renames:
        return []
    bandit_only = replace(engine, checks=replace(engine.checks, rules=()))
    document = Document(text, bandit_only, name, renames)
    document.vet()
    found = list(_through_modules(document, renames, root))
    if not found:
        return []
    direct = {(finding.rule_id, finding.range) for finding in Document(text, bandit_only, name).vet()}
    return [finding for finding in found if (finding.basis, finding.range) not in direct]


def _through_modules(document: Document, renames: Renames, root: Path) -> Iterator[Finding]:
    """Yield the findings about names that ``renames`` concern."""
    for spot in document.spots():
        if (reason := _reason(spot, document, renames)) and not _is_silenced(spot):
            name, end = reason
            yield reached(spot.finding, name, end, end.path.relative_to(root).as_posix())


def _reason(spot: Spot, document: Document, renames: Renames) -> tuple[str, ReExport] | None:
    """Return the first name at ``spot`` that is renamed, as what it finally is; the called function comes first."""
    aliases = document.names_at(spot)
    chains = (chain_of(node) for node in ast.walk(spot.node) if isinstance(node, ast.Name | ast.Attribute))
    ends = (final_name(chain, aliases, renames) for chain in chains if chain is not None)
    return next((end for end in ends if end is not None), None)


def _is_silenced(spot: Spot) -> bool:
    ignores = ignored_ids(spot.tree.lines)
    range_ = spot.finding.range.shifted(-spot.line)
    return any(RULE.id in ignores.get(line, ()) for line in (range_.start.line, range_.end.line))
