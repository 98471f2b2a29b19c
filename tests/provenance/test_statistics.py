"""What the report counts."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vetline.core.severity import Severity
from vetline.provenance.acceptances import Acceptance, Event
from vetline.provenance.kinds import Kind
from vetline.provenance.ledger import Entry, Happening, How
from vetline.provenance.ledger.exchange import NoExport, as_json, read_export
from vetline.provenance.statistics import Contribution, Outcome, fates, picture

NOON = datetime(2026, 3, 10, 12, tzinfo=UTC).timestamp()
DAY = 86_400.0


def entry(
    *happenings: Happening, days_ago: float = 1, tool: str = "Copilot", project: str = "shop", kind: Kind = Kind.COMPLETION
) -> Entry:
    accepted = Acceptance(NOON - days_ago * DAY, kind, tool, True, lines=10)
    return Entry(accepted, f"hash of {project}", project, "app.py", False, happenings)


def event(event: Event, finding: str = "one", rule: str = "VET102", after: float = 0) -> Happening:
    return Happening(event, finding, rule, Severity.HIGH if rule == "VET102" else Severity.LOW, How.HAND, NOON + after)


FOUND, FIXED, KEPT, REJECTED = Event.FOUND, Event.FIXED, Event.KEPT, Event.REJECTED


@pytest.mark.parametrize(
    "happenings, outcomes",
    [
        ([], []),
        ([event(FOUND)], ["open"]),
        ([event(FOUND), event(FIXED)], ["fixed"]),
        ([event(FOUND), event(FIXED), event(FOUND)], ["open"]),
        ([event(FOUND), event(FOUND, "two"), event(FIXED), event(REJECTED, "")], ["fixed", "rejected"]),
        ([event(FOUND), event(KEPT, ""), event(FOUND, "two")], ["kept", "open"]),
        ([event(FOUND), event(Event.REVIEWED, "")], ["open"]),
        ([event(Event.SUPPRESSED)], ["suppressed"]),
    ],
)
def test_what_became_of_a_finding_is_what_happened_last(happenings: list[Happening], outcomes: list[str]) -> None:
    assert [str(fate.outcome) for fate in fates(entry(*happenings))] == outcomes


def test_counts() -> None:
    entries = [
        entry(event(FOUND), event(FOUND, "two", "VET501"), event(FIXED, after=60)),
        entry(event(FOUND), event(FIXED, after=180), days_ago=3, tool="", kind=Kind.PASTE),
        entry(days_ago=5, project="billing"),
        entry(event(FOUND), days_ago=50),
        entry(kind=Kind.TYPED),
    ]
    drawn = picture([Contribution(entries)], NOON - 30 * DAY, NOON)
    assert (drawn.total.acceptances, drawn.total.lines, drawn.total.with_findings, drawn.total.findings) == (3, 30, 2, 3)
    assert drawn.total.outcomes == {Outcome.FIXED: 2, Outcome.OPEN: 1}
    assert drawn.time_to_fix == 120
    assert [(group.name, group.tally.acceptances) for group in drawn.tools] == [("Copilot", 2), ("pasted", 1)]
    assert [(group.name, group.tally.acceptances) for group in drawn.projects] == [("shop", 2), ("billing", 1)]
    assert [(one.cwe and one.cwe.number, one.acceptances, one.findings) for one in drawn.weaknesses] == [
        (78, 2, 2),
        (328, 1, 1),
    ]
    assert [category.code for category, _ in drawn.categories] == ["A05:2025", "A04:2025"]
    assert [rule.id for one in drawn.lessons for rule in one.rules] == ["VET102", "VET501"]
    assert drawn.authors == ()


def test_a_check_that_no_rule_explains_is_counted_and_teaches_nothing() -> None:
    drawn = picture([Contribution([entry(event(FOUND, rule="X900"))])], None, NOON)
    (weakness,) = drawn.weaknesses
    assert (weakness.cwe, weakness.name, weakness.findings) == (None, "X900", 1)
    assert drawn.lessons == ()


@pytest.mark.parametrize("days, unit, number", [(0, "day", 1), (30, "day", 31), (90, "week", 14), (800, "month", 28)])
def test_the_timeline_has_every_interval(days: int, unit: str, number: int) -> None:
    entries = [entry(days_ago=0), entry(days_ago=days)]
    drawn = picture([Contribution(entries)], NOON - days * DAY, NOON)
    assert (drawn.unit, len(drawn.timeline)) == (unit, number)
    assert sum(one.tally.acceptances for one in drawn.timeline) == 2
    assert drawn.timeline[0].tally.acceptances > 0
    assert drawn.timeline[-1].tally.acceptances > 0


def test_nothing_at_all() -> None:
    drawn = picture([Contribution([])], None, NOON)
    assert drawn.total.acceptances == 0
    assert (drawn.since, drawn.until) == (date(2026, 3, 10), date(2026, 3, 10))


def test_merged_ledgers_do_not_tell_who_wrote_what() -> None:
    """Nor does a project that only one of them has, unless its name is told."""
    ours, theirs = entry(event(FOUND)), entry(project="")
    contributions = [Contribution([ours, entry(project="")], "Ada"), Contribution([theirs, ours], "Grace")]
    drawn = picture(contributions, None, NOON)
    assert drawn.authors == ()
    assert drawn.total.acceptances == 3  # what both have counts once
    assert [(group.name, group.tally.acceptances) for group in drawn.projects] == [("not named", 2), ("shop", 1)]
    drawn = picture([*contributions, Contribution([entry()])], None, NOON, by_author=True)
    assert {group.name: group.tally.acceptances for group in drawn.authors} == {"Ada": 2, "Grace": 1, "not named": 1}


def test_an_export_comes_back_as_it_was_with_paths_and_without_says_nothing_of_them() -> None:
    import json

    whole = entry(event(FOUND), event(FIXED, after=2))
    export = read_export(json.dumps(as_json([whole], with_paths=True, author="Ada")))
    assert (export.entries, export.author) == ((whole,), "Ada")
    text = json.dumps(as_json([whole], with_paths=False))
    assert "app.py" not in text
    assert "Ada" not in text
    assert '"project"' not in text
    (back,) = read_export(text).entries
    assert (back.project, back.file, back.acceptance) == ("", "", whole.acceptance)


@pytest.mark.parametrize(
    "text, why",
    [
        ("{", "not valid JSON"),
        ("[" * 100_000, "not valid JSON"),
        ("[]", "no export"),
        ('{"format": "vetline-ledger", "version": 2, "acceptances": []}', "newer version"),
        ('{"format": "vetline-ledger", "version": 1}', "isn't as it should be"),
        ('{"format": "vetline-ledger", "version": 1, "acceptances": [{"id": 1}]}', "isn't as it should be"),
        ('{"format": "vetline-ledger", "version": 1, "acceptances": 7}', "isn't as it should be"),
    ],
)
def test_what_is_no_export_says_why(text: str, why: str) -> None:
    with pytest.raises(NoExport, match=why):
        read_export(text)


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)
)


@given(JSON, st.sampled_from(["id", "at", "kind", "lines", "events", "project_key", "tool"]))
def test_nothing_else_comes_of_a_bad_export(value: object, name: str) -> None:
    import json

    document = json.loads(json.dumps(as_json([entry(event(FOUND))], with_paths=False)))
    document["acceptances"][0][name] = value
    try:
        (back,) = read_export(json.dumps(document)).entries
    except NoExport:
        return
    picture([Contribution([back])], None, NOON)
