"""What is left to read when a session is over: the diff, the findings, and the figures."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from difflib import unified_diff
from statistics import median

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.padding import Padding
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from vetline.cli.demo.board import Fate
from vetline.cli.demo.look import BOLD, GREEN, GREY, LEVELS, RED, TEAL, Signs, fate, milliseconds, signs_for
from vetline.cli.demo.record import Record


def diff_of(before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[str]:
    """Yield the lines of a unified diff between two sets of files, without line ends; in the order of the names."""
    for name in sorted(after):
        old, new = before[name].splitlines(), after[name].splitlines()
        yield from unified_diff(old, new, f"a/{name}", f"b/{name}", n=2, lineterm="")


def print_ending(console: Console, record: Record, written: Mapping[str, str]) -> None:
    """Print what ``record`` came to; ``written`` are the files as they would be without the fixes."""
    signs = signs_for(console)
    if record.texts:
        _print_diff(console, diff_of(written, record.texts))
    if record.board.cards:
        console.print(_findings(console, record, signs))
        console.print(Padding(_figures(record), (1, 2), expand=False))
    _print_verdict(console, record, signs)


def _print_diff(console: Console, lines: Iterable[str]) -> None:
    console.print(Rule(Text("What the fixes changed in what the assistant had written", BOLD), style=GREY, align="left"))
    for line in lines:
        style = next((style for start, style in _DIFF_STYLES if line.startswith(start)), "")
        console.print(Text(line, style), soft_wrap=True)
    console.print()


_DIFF_STYLES = (("---", BOLD), ("+++", BOLD), ("@@", TEAL), ("-", RED), ("+", GREEN))


def _findings(console: Console, record: Record, signs: Signs) -> Table:
    table = Table(
        title=Text("Findings, in the order of their arrival", BOLD),
        title_justify="left",
        box=SIMPLE_HEAD,
        show_edge=False,
        border_style=GREY,
        header_style=GREY,
        width=min(console.width, 100),
    )
    table.add_column("Where", no_wrap=True)
    table.add_column("Rule", no_wrap=True)
    table.add_column("What", no_wrap=True, overflow=signs.overflow, ratio=1)
    table.add_column("After", no_wrap=True, justify="right")
    table.add_column("Became", no_wrap=True)
    for card in record.board.cards:
        after = milliseconds(card.latency)
        rule = Text(card.rule, LEVELS[card.diagnostic.level])
        table.add_row(card.place, rule, card.weakness, after, fate(card, signs))
    return table


def _figures(record: Record) -> Table:
    cards = record.board.cards
    fates = {wanted: sum(card.fate is wanted for card in cards) for wanted in Fate}
    table = Table.grid(padding=(0, 3))
    table.add_column(style=BOLD)
    table.add_column()
    insecure = record.completions - record.secure
    table.add_row(
        "Completions accepted", f"{record.completions}: {record.secure} secure, {insecure} not; {record.taken_back} taken back"
    )
    became = [f"{count} {name}" for name, count in fates.items() if count]
    table.add_row("Findings", f"{len(cards)}: {', '.join(became)}")
    latencies = record.latencies
    for name, values, remark in (
        ("Answer to a completion", latencies.completions, ""),
        ("Answer to a fix", latencies.fixes, ""),
        ("Answer to typing", latencies.typing, " (pause included)"),
    ):
        if values:
            table.add_row(name, f"median {milliseconds(median(values))}, slowest {milliseconds(max(values))}{remark}")
    return table


def _print_verdict(console: Console, record: Record, signs: Signs) -> None:
    if not record.problems:
        console.print(
            Text(f"{signs.good} All {record.expectations} expectations were met, in {record.seconds:.0f} s.", GREEN + BOLD)
        )
        return
    count = len(record.problems)
    console.print(Text(f"{signs.bad} {count} thing{'s' if count != 1 else ''} did not happen as expected:", RED + BOLD))
    for problem in record.problems:
        console.print(Padding(Text(f"{signs.dot} {problem}"), (0, 0, 0, 2), expand=False))
