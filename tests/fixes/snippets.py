"""What the tests of fixes share: a snippet in, the snippet with a fix applied out."""

from __future__ import annotations

import functools
import io

from vetline.core.config import Config, Profile
from vetline.core.edit import Fix, TextEdit
from vetline.core.finding import Finding
from vetline.engine.document import Document, Engine
from vetline.engine.entries import Spot
from vetline.fixes.imports import FileImports
from vetline.fixes.offer import applied, offer
from vetline.fixes.site import Site

PATH = "project/module.py"


@functools.cache
def engine(profile: Profile = Profile.DEFAULT) -> Engine:
    return Engine.of(Config(profile=profile))


def vetted(code: str, profile: Profile = Profile.DEFAULT) -> Document:
    document = Document(code, engine(profile), PATH)
    document.vet()
    return document


def findings(code: str, rule_id: str) -> list[Finding]:
    return [finding for finding in vetted(code).findings() if finding.rule_id == rule_id]


def site_of(code: str, rule_id: str) -> Site:
    """Return the place of the first finding of a rule, as its fix sees it."""
    document = vetted(code)
    return Site(document, spot_of(document, rule_id), FileImports(document))


def spot_of(document: Document, rule_id: str) -> Spot:
    return next(spot for spot in document.spots() if spot.finding.rule_id == rule_id)


def fixes_of(code: str, rule_id: str) -> tuple[Fix, ...]:
    """Return the fixes that are offered for the first finding of a rule."""
    document = vetted(code)
    return offer(document, next(finding for finding in document.findings() if finding.rule_id == rule_id))


def fixed(code: str, rule_id: str, choice: int = 0) -> str | None:
    """Apply one of the fixes that are offered for the first finding of a rule; None if it isn't offered."""
    fixes = fixes_of(code, rule_id)
    return edited(code, fixes[choice].edits) if choice < len(fixes) else None


def edited(code: str, edits: tuple[TextEdit, ...]) -> str:
    document = applied(vetted(code), edits)
    assert document is not None, "the edits overlap"
    return document.text


def bandit_ids(code: str) -> list[tuple[int, str]]:
    """Return what Bandit itself reports: line and id, sorted."""
    from bandit.core.config import BanditConfig
    from bandit.core.manager import BanditManager

    manager = BanditManager(BanditConfig(), "file", profile={"include": set(), "exclude": set()})
    manager._parse_file(PATH, io.BytesIO(code.encode()), [PATH])
    assert not manager.skipped, manager.skipped
    return sorted((issue.lineno, issue.test_id) for issue in manager.results)
