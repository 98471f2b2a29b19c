"""The deep tier's analysis: what a text's findings are once the other modules of its workspace are known, too.

It takes as long as reading those modules does, and more memory; so :mod:`vetline.session.deep` has a process for it.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from vetline.core.finding import Finding, Origin
from vetline.engine.document import Document, Engine
from vetline.engine.entries import Spot
from vetline.engine.project import Project
from vetline.engine.roster import Roster
from vetline.rules.ignores import ignored_ids
from vetline.rules.weaknesses.vet001_insecure_re_export import RULE, reached
from vetline.semantics.bindings import chain_of
from vetline.semantics.renames import ReExport, Renames, final_name
from vetline.semantics.resolution import resolve


@dataclass(frozen=True, slots=True)
class Deep:
    """What a look into a project's other modules changes in what is known of one text.

    ``found`` are further findings, in text order; ``refuted`` are keys of findings that turn out to be none, because what the
    text calls elsewhere makes the value harmless.
    """

    found: tuple[Finding, ...] = ()
    refuted: tuple[str, ...] = ()


def vet_deeply(text: str, name: str, path: Path | None, root: Path, engine: Engine, project: Project | None = None) -> Deep:
    """Return what the other modules below ``root`` have to say of the findings of ``text``.

    ``name`` is what checks see as its file name; ``path`` is the file, or None.  Neither is read.  What Bandit's checks find
    as soon as names stand for what they finally are, and don't find otherwise, is a finding of :mod:`VET001
    <vetline.rules.weaknesses.vet001_insecure_re_export>`.  ``project`` knows the modules already, as far as they were asked
    for.

    Raises:
        MemoryError: there is not enough for the modules concerned.
    """
    renamed = _re_exported(text, name, path, root, engine)
    if engine.checks.models is None:
        return Deep(tuple(renamed))
    view = (project or Project(root, engine.checks.models)).seen_from(path)
    shallow = _own(Document(text, engine, name))
    deep = _own(Document(text, engine, name, project=view))
    before, behind = ({(finding.rule_id, finding.range) for finding in findings} for findings in (shallow, deep))
    more = [finding for finding in deep if (finding.rule_id, finding.range) not in before]
    refuted = tuple(finding.key for finding in shallow if (finding.rule_id, finding.range) not in behind)
    return Deep(tuple(sorted([*renamed, *more], key=lambda finding: finding.range)), refuted)


def _own(document: Document) -> list[Finding]:
    return [finding for finding in document.vet() if finding.origin is Origin.VETLINE]


def _re_exported(text: str, name: str, path: Path | None, root: Path, engine: Engine) -> list[Finding]:
    """Return what Bandit's checks find once names stand for what they finally are, and not before."""
    renames = resolve(text, path, root)
    if not renames:
        return []
    bandit_only = replace(engine, checks=replace(engine.checks, rules=Roster(()), models=None))
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
