"""The checks that look at a whole file instead of its syntax tree: Bandit's, and those of Vetline's rules."""

from __future__ import annotations

import ast
import io
import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from bandit.core.context import Context

from vetline.core.cwe import Cwe
from vetline.core.finding import Finding, Origin
from vetline.core.location import Position, Range
from vetline.engine.analysis import Checks, Hit
from vetline.rules.bandit.checks import FILE
from vetline.rules.bandit.nosec import nosec_lines
from vetline.rules.bandit.visitor import BanditHit, to_hit
from vetline.rules.base import Rule, TextMatch
from vetline.rules.catalogue import find_rule
from vetline.rules.ignores import ignored_ids
from vetline.syntax.encoding import file_bytes
from vetline.syntax.lines import Lines, line_body
from vetline.syntax.logical import BOM

log = logging.getLogger(__name__)

_TROJAN_SOURCE = "B613"


@cache
def _bidirectional() -> re.Pattern[str]:
    from bandit.plugins.trojansource import BIDI_CHARACTERS

    return re.compile("[" + "".join(BIDI_CHARACTERS) + "]")


@dataclass(frozen=True, slots=True)
class WholeFile:
    """What the whole-file checks found.  ``is_quiet`` tells that none had anything to look at, silenced or not."""

    hits: tuple[Hit, ...]
    is_quiet: bool


def may_concern(text: str, checks: Checks) -> bool:
    """Tell whether ``text``, put into a quiet file, may bring a whole-file finding."""
    return any(_may_report(check.test_id, text) for check in checks.bandit.of(FILE)) or any(
        rule.text.concerns(text) for rule in checks.rules if rule.text is not None
    )


def _may_report(test_id: str, text: str) -> bool:
    # Bandit's own check reads every line ten times; this asks the same question at once.
    return test_id != _TROJAN_SOURCE or (not text.isascii() and _bidirectional().search(text) is not None)


def vet_whole_file(lines: Lines, checks: Checks) -> WholeFile:
    """Run the whole-file checks on a text."""
    text = lines.text
    if not may_concern(text, checks):
        return WholeFile((), is_quiet=True)
    return WholeFile((*_from_bandit(lines, text, checks), *_from_rules(lines, text, checks)), is_quiet=False)


def _from_rules(lines: Lines, text: str, checks: Checks) -> Iterator[Hit]:
    """Yield what Vetline's own rules find in the text."""
    for rule in checks.rules:
        if rule.text is None or not rule.text.concerns(text):
            continue
        ignores = ignored_ids(lines) if "vetline:" in text else {}
        try:
            matches = tuple(rule.text.find(lines))
        except Exception:
            log.warning("The check of %s failed", rule.id, exc_info=True)
            continue
        for match in matches:
            start = match.range.start
            if rule.id not in ignores.get(start.line, ()):
                yield Hit(_own_finding(rule, match), ast.Module([], []))


def _own_finding(rule: Rule, match: TextMatch) -> Finding:
    start = match.range.start
    return Finding(
        rule_id=rule.id,
        range=match.range,
        message=match.message or rule.message or "",
        severity=match.severity or rule.severity,
        confidence=match.confidence or rule.confidence,
        cwe=rule.cwe,
        key=f"{rule.id}:file:{start.line}:{start.column}",
        origin=Origin.VETLINE,
    )


def _from_bandit(lines: Lines, text: str, checks: Checks) -> Iterator[Hit]:
    to_run = [check for check in checks.bandit.of(FILE) if _may_report(check.test_id, text)]
    if not to_run:
        return
    nosec = {} if checks.ignore_nosec else nosec_lines(text)
    for check in to_run:
        values: dict[str, Any] = {
            "file_data": io.BytesIO(file_bytes(text)),
            "filename": checks.path,
            "lineno": 0,
            "linerange": [0, 1],
            "col_offset": 0,
            "node": ast.Module([], []),
        }
        try:
            issue = check.run(Context(values))
        except Exception:  # Bandit goes on after a check that fails, and so do we
            log.debug("Bandit's check %s failed", check.test_id, exc_info=True)
            continue
        if issue is not None and (hit := to_hit(check, issue, {**values, "linerange": range(2)}, nosec)):
            yield Hit(_finding(hit, lines, text), hit.node)


def _finding(hit: BanditHit, lines: Lines, text: str) -> Finding:
    rule = find_rule(hit.test_id)
    return Finding(
        rule_id=hit.test_id,
        range=_range(hit, lines, text),
        message=rule.message if rule and rule.message else hit.text,
        severity=hit.severity,
        confidence=hit.confidence,
        cwe=Cwe(hit.cwe) if hit.cwe else rule.cwe if rule else None,
        key=f"{hit.test_id}:file:{hit.place.line}:{hit.place.column}",
        bandit=hit.place,
    )


def _range(hit: BanditHit, lines: Lines, text: str) -> Range:
    """Return the place of a hit in our lines; Bandit's end at form feeds and Unicode separators too."""
    marked = text.startswith(BOM)  # Bandit's columns don't count it
    rows = text[marked:].splitlines(keepends=True)
    row = max(hit.place.line - 1, 0)
    if hit.test_id != _TROJAN_SOURCE or row >= len(rows):
        row = min(row, len(lines) - 1)
        return Range.of(row, 0, row, len(line_body(lines[row])))
    offset = marked + sum(map(len, rows[:row])) + max(hit.place.column - 1, 0)
    for line, content in enumerate(lines):
        if offset < len(content):
            return Range(Position(line, offset), Position(line, offset + 1))
        offset -= len(content)
    return Range(lines.end, lines.end)
