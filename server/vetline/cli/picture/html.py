"""The report as a web page: one file that asks for nothing, runs nothing, and prints well."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from importlib.resources import files

from vetline import __version__
from vetline.cli.picture.wording import count, day, duration, percent, short_day
from vetline.cli.terminal import visible
from vetline.provenance.statistics import UNNAMED, Interval, Outcome, Picture, Tally

_MOST_TICKS = 4


@dataclass(frozen=True, slots=True)
class Bar:
    """A rectangle of a chart whose height is 100 units: a label for those who point at it, and the parts of it.

    ``fine`` and ``risky`` are the heights of acceptances without and with findings.
    """

    label: str
    x: float
    width: float
    fine: float
    risky: float


@dataclass(frozen=True, slots=True)
class Segment:
    """A part of a band that is 100 units long."""

    outcome: Outcome
    number: int
    x: float
    width: float


def render(picture: Picture) -> str:
    """Return the page."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("vetline.cli.picture", "."),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"count": count, "percent": percent, "duration": duration, "day": day, "visible": visible}
    style = files("vetline.cli.picture").joinpath("report.css").read_text(encoding="utf-8")
    most = max((one.tally.acceptances for one in picture.timeline), default=0)
    top = _round_up(most)
    return environment.get_template("report.html.jinja").render(
        picture=picture,
        version=__version__,
        style=style,
        style_hash=b64encode(sha256(style.encode()).digest()).decode(),
        bars=_bars(picture.timeline, top, picture.unit),
        top=top,
        ticks=_ticks(picture.timeline),
        segments=_segments(picture.total),
        most_findings=max((one.findings for one in picture.weaknesses), default=0),
        most_in_category=max((number for _, number in picture.categories), default=0),
        named=[
            (title, groups)
            for title, groups in (("tool", picture.tools), ("project", picture.projects), ("author", picture.authors))
            if groups
        ],
        outcomes=list(Outcome),
        where=_where(picture),
        interval_name=lambda interval: _interval_name(interval, picture.unit),
    )


def _where(picture: Picture) -> str:
    """Say how many projects the page is about, as far as that is known."""
    names = [group.name for group in picture.projects if group.name != UNNAMED]
    if len(names) == 1:
        return f", in {visible(names[0])}"
    return f", in {len(names)} projects" if len(names) == len(picture.projects) > 1 else ""


def _bars(timeline: Sequence[Interval], top: int, unit: str) -> list[Bar]:
    step = 100 / max(1, len(timeline))
    gap = step * 0.18
    return [
        Bar(
            f"{_interval_name(one, unit)}: {one.tally.acceptances:,} accepted, {one.tally.with_findings:,} with findings",
            round(index * step + gap / 2, 3),
            round(step - gap, 3),
            round(100 * (one.tally.acceptances - one.tally.with_findings) / top, 3),
            round(100 * one.tally.with_findings / top, 3),
        )
        for index, one in enumerate(timeline)
    ]


def _interval_name(interval: Interval, unit: str) -> str:
    match unit:
        case "day":
            return day(interval.first)
        case "week":
            return f"Week from {day(interval.first)}"
        case _:
            return f"{interval.first:%B %Y}"


def _ticks(timeline: Sequence[Interval]) -> list[str]:
    """Return labels for the axis of time: those of the first and the last interval, and a few between."""
    if len(timeline) <= _MOST_TICKS:
        return [short_day(one.first) for one in timeline]
    last = len(timeline) - 1
    return [short_day(timeline[round(last * tick / (_MOST_TICKS - 1))].first) for tick in range(_MOST_TICKS)]


def _round_up(most: int) -> int:
    """Return a round number that is at least ``most``, for the end of an axis; an even one, so that its half is round, too."""
    power = 1
    while True:
        for step in (2, 4, 6, 8, 10, 12, 16, 20, 24, 30, 40, 50, 60, 80):
            if most <= step * power:
                return step * power
        power *= 10


def _segments(total: Tally) -> list[Segment]:
    return list(_laid_out((outcome, total.outcomes[outcome]) for outcome in Outcome if total.outcomes[outcome]))


def _laid_out(parts: Iterable[tuple[Outcome, int]]) -> list[Segment]:
    listed = list(parts)
    whole = sum(number for _, number in listed)
    segments: list[Segment] = []
    x = 0.0
    for outcome, number in listed:
        width = 100 * number / whole
        segments.append(Segment(outcome, number, round(x, 3), round(width, 3)))
        x += width
    return segments
