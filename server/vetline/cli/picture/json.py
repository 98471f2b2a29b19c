"""The report as JSON, for programs: what is there keeps its name and meaning, more may come."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

from vetline.provenance.statistics import Group, Outcome, Picture, Tally, Weakness

VERSION = 1
"""Goes up when a program that reads the document has to be changed."""

Json = Mapping[str, object]


def render(picture: Picture) -> str:
    """Return the report as a JSON document.  Times are in seconds, days are UTC's."""
    document = {
        "version": VERSION,
        "since": picture.since.isoformat(),
        "until": picture.until.isoformat(),
        "total": {**_tally(picture.total), "inferred": picture.inferred},
        "median_time_to_fix": picture.time_to_fix,
        "unit": picture.unit,
        "timeline": [{"first_day": one.first.isoformat(), **_tally(one.tally)} for one in picture.timeline],
        "weaknesses": [_weakness(one) for one in picture.weaknesses],
        "owasp": [
            {"id": category.code, "name": category.title, "url": category.url, "findings": number}
            for category, number in picture.categories
        ],
        "tools": _groups(picture.tools),
        "projects": _groups(picture.projects),
        **({"authors": _groups(picture.authors)} if picture.authors else {}),
        "learn_next": [one.cwe.number for one in picture.lessons if one.cwe],
    }
    return json.dumps(document, indent=2, ensure_ascii=False)


def _tally(tally: Tally) -> Json:
    return {
        "acceptances": tally.acceptances,
        "lines": tally.lines,
        "with_findings": tally.with_findings,
        "share_with_findings": round(tally.share, 4),
        "findings": tally.findings,
        **{str(outcome): tally.outcomes[outcome] for outcome in Outcome},
    }


def _groups(groups: Iterable[Group]) -> list[Json]:
    return [{"name": group.name, **_tally(group.tally)} for group in groups]


def _weakness(one: Weakness) -> Json:
    return {
        "cwe": one.cwe.number if one.cwe else None,
        "name": one.name,
        "url": one.cwe.url if one.cwe else None,
        "owasp": [category.code for category in one.categories],
        "rules": [rule.id for rule in one.rules],
        "severity": str(one.severity),
        "acceptances": one.acceptances,
        "findings": one.findings,
        **{str(outcome): one.outcomes[outcome] for outcome in Outcome},
    }
