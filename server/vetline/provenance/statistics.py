"""Numbers about what was accepted: how much, with which weaknesses, and what became of them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from itertools import pairwise
from statistics import median

from vetline.core.cwe import Cwe
from vetline.core.owasp import OwaspCategory, owasp_categories
from vetline.core.severity import Severity
from vetline.provenance.acceptances import Event
from vetline.provenance.kinds import FOREIGN, Kind
from vetline.provenance.ledger.records import Entry
from vetline.rules.catalogue import documentation, find_rule

_LESSONS = 5
UNNAMED = "not named"
"""The project or the author that an export doesn't tell."""
_UNNAMED_TOOLS = {
    Kind.COMPLETION: "completion, tool not known",
    Kind.PASTE: "pasted",
    Kind.AGENT: "agent, tool not known",
}


class Outcome(StrEnum):
    """What became of a finding."""

    FIXED = "fixed"
    REJECTED = "rejected"
    KEPT = "kept"
    SUPPRESSED = "suppressed"
    OPEN = "open"


_OUTCOMES: Mapping[Event, Outcome] = {
    Event.FOUND: Outcome.OPEN,
    Event.FIXED: Outcome.FIXED,
    Event.REJECTED: Outcome.REJECTED,
    Event.KEPT: Outcome.KEPT,
    Event.SUPPRESSED: Outcome.SUPPRESSED,
}
_OF_THE_WHOLE = frozenset({Event.REJECTED, Event.KEPT, Event.FIXED, Event.SUPPRESSED})


@dataclass(slots=True)
class Fate:
    """A finding in accepted code, and what became of it."""

    rule: str
    severity: Severity
    found_at: float
    outcome: Outcome = Outcome.OPEN
    fixed_at: float | None = None

    def take(self, outcome: Outcome, at: float) -> None:
        """Note what happened to it."""
        self.outcome = outcome
        self.fixed_at = at if outcome is Outcome.FIXED else None


def fates(entry: Entry) -> list[Fate]:
    """Return the findings of an acceptance.  What happened to the whole of it happened to those that were open."""
    found: dict[str, Fate] = {}
    for happening in entry.happenings:
        outcome = _OUTCOMES.get(happening.event)
        if outcome is None:
            continue
        if happening.finding:
            fate = found.setdefault(happening.finding, Fate(happening.rule, happening.severity, happening.at))
            fate.take(outcome, happening.at)
        elif happening.event in _OF_THE_WHOLE:
            for fate in found.values():
                if fate.outcome is Outcome.OPEN:
                    fate.take(outcome, happening.at)
    return list(found.values())


@dataclass(slots=True)
class Tally:
    """How much was accepted, and what was found in it."""

    acceptances: int = 0
    lines: int = 0
    with_findings: int = 0
    outcomes: Counter[Outcome] = field(default_factory=Counter)

    def add(self, entry: Entry, found: Sequence[Fate]) -> None:
        """Count an acceptance."""
        self.acceptances += 1
        self.lines += entry.acceptance.lines
        self.with_findings += bool(found)
        self.outcomes.update(fate.outcome for fate in found)

    @property
    def findings(self) -> int:
        return self.outcomes.total()

    @property
    def share(self) -> float:
        """The share of acceptances that something was found in, from 0 to 1."""
        return self.with_findings / self.acceptances if self.acceptances else 0.0


@dataclass(frozen=True, slots=True)
class Interval:
    """A day, a week or a month: from ``first`` to before ``end``."""

    first: date
    end: date
    tally: Tally


@dataclass(frozen=True, slots=True)
class Group:
    """What one tool, project or person accepted."""

    name: str
    tally: Tally


@dataclass(frozen=True, slots=True)
class RuleNote:
    """A rule that found something: its id, and what it is about in a sentence (empty for a check of a Bandit plugin)."""

    id: str
    summary: str


@dataclass(frozen=True, slots=True)
class Weakness:
    """A class of weaknesses in accepted code; ``cwe`` is None for what no rule of ours knows."""

    cwe: Cwe | None
    name: str
    categories: tuple[OwaspCategory, ...]
    rules: tuple[RuleNote, ...]
    severity: Severity
    acceptances: int
    outcomes: Counter[Outcome]

    @property
    def findings(self) -> int:
        return self.outcomes.total()


@dataclass(frozen=True, slots=True)
class Picture:
    """Everything that a report says.  Times are UTC; what came most comes first in every sequence but ``timeline``.

    ``unit`` is what the intervals of ``timeline`` are: day, week or month.  ``authors`` is empty unless it was asked for.
    ``time_to_fix`` is the median, in seconds.
    """

    since: date
    until: date
    unit: str
    total: Tally
    inferred: int
    timeline: tuple[Interval, ...]
    weaknesses: tuple[Weakness, ...]
    categories: tuple[tuple[OwaspCategory, int], ...]
    tools: tuple[Group, ...]
    projects: tuple[Group, ...]
    authors: tuple[Group, ...]
    time_to_fix: float | None

    @property
    def lessons(self) -> tuple[Weakness, ...]:
        """The weaknesses that came in most often: what is worth learning about."""
        return tuple(weakness for weakness in self.weaknesses if weakness.cwe is not None)[:_LESSONS]


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one ledger has: of the person at this machine, or exported by somebody."""

    entries: Sequence[Entry]
    author: str = ""


def picture(contributions: Sequence[Contribution], since: float | None, until: float, *, by_author: bool = False) -> Picture:
    """Count what was accepted from ``since`` (None: from the start) to ``until``, in seconds since 1970.

    An acceptance that several ledgers have counts once.  Nothing tells who wrote what unless ``by_author`` is set: of several
    ledgers, projects without a name are then one, too, since each would be one person's.
    """
    merged: dict[str, tuple[Entry, str]] = {}
    for contribution in contributions:
        for entry in contribution.entries:
            if (
                entry.acceptance.kind in FOREIGN
                and (since is None or entry.acceptance.at >= since)
                and entry.acceptance.at <= until
            ):
                merged.setdefault(entry.acceptance.id, (entry, contribution.author))
    rows = [(entry, author, fates(entry)) for entry, author in merged.values()]
    is_merged = len(contributions) > 1
    first = _day(since if since is not None else min((entry.acceptance.at for entry, _, _ in rows), default=until))
    unit, timeline = _timeline(first, _day(until), rows)
    total = Tally()
    for entry, _, found in rows:
        total.add(entry, found)
    times = [
        fate.fixed_at - fate.found_at
        for _, _, found in rows
        for fate in found
        if fate.fixed_at is not None and fate.outcome is Outcome.FIXED
    ]
    weaknesses = _weaknesses(rows)
    return Picture(
        since=first,
        until=_day(until),
        unit=unit,
        total=total,
        inferred=sum(not entry.acceptance.is_exact for entry, _, _ in rows),
        timeline=timeline,
        weaknesses=weaknesses,
        categories=_categories(weaknesses),
        tools=_groups(rows, lambda entry, _: entry.acceptance.tool or _UNNAMED_TOOLS.get(entry.acceptance.kind, "")),
        projects=_groups(rows, lambda entry, _: _project(entry, is_merged=is_merged)),
        authors=_groups(rows, lambda _, author: author or UNNAMED) if by_author else (),
        time_to_fix=median(times) if times else None,
    )


_Row = tuple[Entry, str, list[Fate]]


def _project(entry: Entry, *, is_merged: bool) -> str:
    if entry.project:
        return entry.project
    return UNNAMED if is_merged or not entry.project_key else f"project {entry.project_key[:6]}"


def _groups(rows: Iterable[_Row], name_of: Callable[[Entry, str], str]) -> tuple[Group, ...]:
    tallies: dict[str, Tally] = defaultdict(Tally)
    for entry, author, found in rows:
        tallies[name_of(entry, author)].add(entry, found)
    groups = (Group(name, tally) for name, tally in tallies.items())
    return tuple(sorted(groups, key=lambda group: (-group.tally.acceptances, group.name)))


def _weaknesses(rows: Iterable[_Row]) -> tuple[Weakness, ...]:
    outcomes: dict[str, Counter[Outcome]] = defaultdict(Counter)
    where: dict[str, set[str]] = defaultdict(set)
    severities: dict[str, Severity] = {}
    for entry, _, found in rows:
        for fate in found:
            outcomes[fate.rule][fate.outcome] += 1
            where[fate.rule].add(entry.acceptance.id)
            severities[fate.rule] = max(fate.severity, severities.get(fate.rule, Severity.UNDEFINED))
    rules: dict[Cwe | str, list[str]] = defaultdict(list)
    for rule_id in outcomes:
        rule = find_rule(rule_id)
        rules[rule.cwe if rule else rule_id].append(rule_id)
    found_weaknesses = [
        Weakness(
            cwe=key if isinstance(key, Cwe) else None,
            name=key.name if isinstance(key, Cwe) else key,
            categories=owasp_categories(key) if isinstance(key, Cwe) else (),
            rules=tuple(_note(rule_id) for rule_id in sorted(ids, key=lambda one: (-outcomes[one].total(), one))),
            severity=max(severities[rule_id] for rule_id in ids),
            acceptances=len(set().union(*(where[rule_id] for rule_id in ids))),
            outcomes=sum((outcomes[rule_id] for rule_id in ids), Counter()),
        )
        for key, ids in rules.items()
    ]
    return tuple(sorted(found_weaknesses, key=lambda one: (-one.acceptances, -one.findings, -one.severity, one.name)))


def _note(rule_id: str) -> RuleNote:
    text = documentation(rule_id)
    return RuleNote(rule_id, text.summary if text else "")


def _categories(weaknesses: Iterable[Weakness]) -> tuple[tuple[OwaspCategory, int], ...]:
    """Count findings by the categories of the newest edition of the OWASP Top 10."""
    counts: Counter[OwaspCategory] = Counter()
    for weakness in weaknesses:
        if weakness.categories:
            counts[max(weakness.categories)] += weakness.findings
    newest = max((category.year for category in counts), default=0)
    listed = [(category, number) for category, number in counts.items() if category.year == newest]
    return tuple(sorted(listed, key=lambda one: (-one[1], one[0])))


def _day(at: float) -> date:
    return datetime.fromtimestamp(at, UTC).date()


def _timeline(first: date, last: date, rows: Iterable[_Row]) -> tuple[str, tuple[Interval, ...]]:
    days = (last - first).days + 1
    unit = "day" if days <= 35 else "week" if days <= 380 else "month"
    starts = _starts(first, last, unit)
    intervals = [Interval(start, end, Tally()) for start, end in pairwise(starts)]
    for entry, _, found in rows:
        day = _day(entry.acceptance.at)
        interval = next(one for one in reversed(intervals) if one.first <= day)
        interval.tally.add(entry, found)
    return unit, tuple(intervals)


def _starts(first: date, last: date, unit: str) -> list[date]:
    """Return the first days of the intervals from the one that ``first`` is in on, and that of the one behind ``last``."""
    start = {"day": first, "week": first - timedelta(first.weekday()), "month": first.replace(day=1)}[unit]
    starts = [start]
    while starts[-1] <= last:
        step = starts[-1]
        match unit:
            case "day":
                starts.append(step + timedelta(1))
            case "week":
                starts.append(step + timedelta(7))
            case _:
                starts.append((step + timedelta(31)).replace(day=1))
    return starts
