"""The report as text, for a terminal."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from vetline.cli.picture.wording import count, day, duration, percent
from vetline.cli.terminal import use_color, visible
from vetline.provenance.statistics import Group, Outcome, Picture

if TYPE_CHECKING:
    from rich.console import Console

_BAR = 30


def render(picture: Picture, *, is_for_terminal: bool, no_color: bool) -> str:
    """Return the report; coloured and as wide as the terminal if it goes there."""
    from rich.console import Console

    is_terminal = is_for_terminal and sys.stdout.isatty()
    color = is_terminal and use_color(sys.stdout, no_color=no_color)
    width = Console().width if is_terminal else 110
    text = io.StringIO()
    console = Console(file=text, no_color=not color, highlight=False, width=width, force_terminal=is_terminal)
    console.print(f"[bold]Accepted code[/bold] from {day(picture.since)} to {day(picture.until)} (UTC)\n")
    if picture.total.acceptances:
        _write(picture, console)
    else:
        console.print(
            "Nothing was accepted in this time. The report fills while you accept completions in an editor with Vetline: how "
            "much there was, what was found in it, what became of that, and what is worth learning about."
        )
    return text.getvalue().rstrip("\n")


def _write(picture: Picture, console: Console) -> None:
    total = picture.total
    console.print(
        f"{count(total.acceptances, 'acceptance')} with {count(total.lines, 'line')}, {picture.inferred:,} of them inferred"
    )
    console.print(f"{percent(total.share)} of them had findings: {count(total.findings, 'finding')}")
    if total.findings:
        fates = ", ".join(f"{total.outcomes[outcome]:,} {outcome}" for outcome in Outcome if total.outcomes[outcome])
        console.print(f"Of those, {fates}; the median time to a fix is {duration(picture.time_to_fix)}")
    most = max(interval.tally.acceptances for interval in picture.timeline)
    rows = [
        (
            interval.first.isoformat(),
            str(interval.tally.acceptances),
            str(interval.tally.with_findings),
            _bar(interval.tally.acceptances, most),
        )
        for interval in picture.timeline
        if interval.tally.acceptances
    ]
    _table(console, f"By {picture.unit}", (f"{picture.unit.capitalize()} from", "#Accepted", "#With findings", ""), rows)
    if picture.weaknesses:
        _table(
            console,
            "By weakness",
            ("Weakness", "#Acceptances", "#Findings", "#Fixed", "#Open", "Rules"),
            [
                (
                    f"{one.cwe} {one.name}" if one.cwe else one.name,
                    str(one.acceptances),
                    str(one.findings),
                    str(one.outcomes[Outcome.FIXED]),
                    str(one.outcomes[Outcome.OPEN]),
                    ", ".join(rule.id for rule in one.rules),
                )
                for one in picture.weaknesses
            ],
        )
    for title, groups in (("By tool", picture.tools), ("By project", picture.projects), ("By author", picture.authors)):
        if groups:
            _table(console, title, ("Name", "#Accepted", "#Lines", "#With findings", "#Findings", "#Open"), _groups(groups))
    if picture.lessons:
        console.print("[bold]What to learn next[/bold]")
    for one in picture.lessons:
        console.print(f"  {one.cwe} {one.name}, {one.cwe.url if one.cwe else ''}", markup=False)
        for rule in one.rules:
            console.print(f"    vetline rules {rule.id}: {rule.summary}", markup=False)


def _groups(groups: Iterable[Group]) -> list[tuple[str, ...]]:
    return [
        (
            visible(group.name),
            f"{group.tally.acceptances:,}",
            f"{group.tally.lines:,}",
            percent(group.tally.share),
            f"{group.tally.findings:,}",
            f"{group.tally.outcomes[Outcome.OPEN]:,}",
        )
        for group in groups
    ]


def _table(console: Console, title: str, headings: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Write a table; a heading that begins with # is one of numbers."""
    from rich.box import SIMPLE_HEAD
    from rich.table import Table
    from rich.text import Text

    table = Table(box=SIMPLE_HEAD, pad_edge=False, title=title, title_justify="left", title_style="bold")
    for heading in headings:
        is_number = heading.startswith("#")
        table.add_column(heading.lstrip("#"), justify="right" if is_number else "left", overflow="fold")
    for row in rows:
        table.add_row(*map(Text, row))
    console.print()
    console.print(table)


def _bar(number: int, most: int) -> str:
    return "█" * max(1, round(_BAR * number / most))
