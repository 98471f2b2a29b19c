"""``vetline ledger``"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import click

from vetline.cli.group import Failure
from vetline.cli.ledgers import condition, ledger_option, open_ledger, project_option, read_entries, write_output
from vetline.cli.moments import moment
from vetline.cli.options import no_color_option
from vetline.cli.terminal import use_color, visible
from vetline.provenance.ledger.exchange import as_json
from vetline.provenance.ledger.records import Entry

_MOST_ROWS = 50

since_option = click.option(
    "--since",
    metavar="SPAN|DATE",
    callback=moment,
    help="Only from this time on: 30d, 12w, 6m, 1y, or a date such as 2026-01-31.",
)
output_option = click.option(
    "--output", "-o", metavar="FILE", type=click.Path(dir_okay=False, path_type=Path), help="Write to a file."
)


@click.group(short_help="Show, export or delete what is remembered of accepted code.")
def ledger() -> None:
    """Show, export or delete what is remembered of accepted code.

    The ledger is on this machine.  It holds hashes, ranges, times, names of files and ids of rules, and no code.
    """


@ledger.command(short_help="Show what was accepted, and what became of its findings.")
@since_option
@project_option
@click.option(
    "--last", "-n", metavar="N", type=click.IntRange(min=1), help="Only so many, the newest; 50 as text, all as JSON."
)
@click.option("--format", "format_", type=click.Choice(["text", "json"]), default="text", show_default=True)
@ledger_option
@no_color_option
def show(
    since: float | None, project: str | None, last: int | None, format_: str, ledger_path: Path | None, no_color: bool
) -> None:
    """Show what was accepted, the newest first, and what became of its findings."""
    entries = read_entries(ledger_path, since=since, project=project)[::-1]
    shown = entries[: last or (_MOST_ROWS if format_ == "text" else None)]
    if format_ == "json":
        click.echo(json.dumps(as_json(shown, with_paths=True), indent=2, ensure_ascii=False))
    elif not entries:
        is_restricted = since is not None or project is not None
        click.echo(
            "Nothing that fits is in the ledger."
            if is_restricted
            else "Nothing is in the ledger yet: it fills while you accept completions in an editor with Vetline."
        )
    else:
        _write_table(shown, len(entries) - len(shown), no_color=no_color)


@ledger.command(short_help="Write the ledger as JSON, to keep or to merge into a report.")
@since_option
@project_option
@click.option("--with-paths", is_flag=True, help="Include the names of projects and files.")
@click.option("--author", metavar="NAME", default="", help="Say whose it is, for `vetline report --by-author`.")
@output_option
@ledger_option
def export(
    since: float | None, project: str | None, with_paths: bool, author: str, output: Path | None, ledger_path: Path | None
) -> None:
    """Write the ledger as JSON, to keep, or for "vetline report --input".

    Unless you say otherwise, projects go by a number that only means something to your machine, files aren't told, and neither
    is who you are.
    """
    entries = read_entries(ledger_path, since=since, project=project)
    write_output(json.dumps(as_json(entries, with_paths=with_paths, author=author), indent=1, ensure_ascii=False), output)


@ledger.command(short_help="Delete what is remembered.")
@click.option("--before", metavar="SPAN|DATE", callback=moment, help="What is older than this: 30d, 12w, or a date.")
@project_option
@click.option("--all", "everything", is_flag=True, help="Everything.")
@click.option("--yes", "-y", is_flag=True, help="Don't ask.")
@ledger_option
def purge(before: float | None, project: str | None, everything: bool, yes: bool, ledger_path: Path | None) -> None:
    """Delete what is remembered: what is older, what belongs to a project (or both), or everything."""
    if everything == (before is not None or project is not None):
        raise click.UsageError("Say what to delete: --before and --project, or --all.")
    if before == float("-inf"):
        raise click.UsageError("--before takes a span or a date; use --all to delete everything.")
    with open_ledger(ledger_path) as store:
        if store is None:
            click.echo("There is nothing to delete.")
            return
        where = condition(store, before=before, project=project)
        number = len(store.entries(*where))
        if not number:
            click.echo("There is nothing to delete.")
            return
        what = f"{number} acceptance{'' if number == 1 else 's'} and what became of {'it' if number == 1 else 'them'}"
        if not yes:
            if not sys.stdin.isatty():
                raise Failure(f"This would delete {what}; add --yes if that is meant.")
            click.confirm(f"Delete {what}?", abort=True)
        store.forget(*where)
        store.shrink()
    click.echo(f"Deleted {what}.")


def _write_table(entries: Sequence[Entry], left_out: int, *, no_color: bool) -> None:
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    is_terminal = sys.stdout.isatty()
    color = use_color(sys.stdout, no_color=no_color)
    console = Console(no_color=not color, highlight=False, width=None if is_terminal else 110, force_terminal=is_terminal)
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    table.add_column("Accepted (UTC)", no_wrap=True)
    table.add_column("File", overflow="fold")
    table.add_column("From", overflow="fold")
    table.add_column("Lines", justify="right")
    table.add_column("Findings", overflow="fold")
    for entry in entries:
        accepted = entry.acceptance
        table.add_row(
            f"{datetime.fromtimestamp(accepted.at, UTC):%Y-%m-%d %H:%M}",
            Text(visible(f"{entry.project}/{entry.file}")),
            Text(visible(_source(entry))),
            str(accepted.lines),
            Text(visible(_findings(entry))),
        )
    console.print(table)
    if left_out:
        console.print(f"{left_out} more; --last shows them.")


def _source(entry: Entry) -> str:
    """Say where the code came from, and that this is inferred if nobody said so."""
    accepted = entry.acceptance
    known = f"{accepted.tool} ({accepted.kind})" if accepted.tool else str(accepted.kind)
    return known if accepted.is_exact else f"{known}, inferred ({accepted.confidence:.0%} sure)"


def _findings(entry: Entry) -> str:
    from vetline.provenance.statistics import fates

    counts = Counter((fate.rule, str(fate.outcome)) for fate in fates(entry))
    return ", ".join(
        f"{rule} {outcome}{f' ({number} times)' if number > 1 else ''}" for (rule, outcome), number in counts.items()
    )
