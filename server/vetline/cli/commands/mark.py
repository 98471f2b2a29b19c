"""``vetline mark``"""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path

import click

from vetline.cli.files.paths import absolute
from vetline.cli.group import Failure
from vetline.cli.ledgers import ledger_option
from vetline.core.location import Range
from vetline.provenance.acceptances import Acceptance
from vetline.provenance.baseline import committed, repository_of, unchanged
from vetline.provenance.kinds import Kind
from vetline.provenance.ledger import Ledger, Place, ledger_file
from vetline.provenance.marks import Mark, Marks
from vetline.syntax.lines import Lines

_LONGEST_NAME = 64


@click.command(short_help="Say that an agent has written what is new in files.")
@click.option("--agent", metavar="NAME", required=True, help="Who it was, as people call it: “Claude Code”.")
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@ledger_option
def mark(agent: str, files: tuple[Path, ...], ledger_path: Path | None) -> None:
    """Say that an agent has written what is new in FILES, on disk behind the editor.

    New is what wasn't there at the last commit, and isn't known to have been accepted before; without a git repository it is
    the whole file.  Run it from the agent's hook, with the files that it has written.
    """
    name = agent.strip()[:_LONGEST_NAME]
    if not name.isprintable() or not name:
        raise click.BadParameter("the name of an agent is a few printable characters", param_hint="--agent")
    troubles: list[str] = []
    ledger = Ledger(ledger_path or ledger_file(), warn=troubles.append)
    try:
        for file in files:
            count = _mark(ledger, absolute(file), name)
            what = f"{count} new line{'' if count == 1 else 's'} by {name}" if count else "nothing new"
            click.echo(f"{file}: {what}")
    finally:
        ledger.close(timeout=10)
    if troubles:
        raise Failure(troubles[0])


def _mark(ledger: Ledger, file: Path, agent: str) -> int:
    """Record what is new in a file; return how many lines that is."""
    try:
        lines = Lines(file.read_bytes().decode("utf-8-sig"))
    except (OSError, UnicodeDecodeError) as error:
        raise Failure(f"{file.name} can't be read: {error}") from error
    repository = repository_of(file)
    place = Place.of(file, repository)
    new = Marks([Mark(Range.of(0, 0, lines.end.line, lines.end.column), agent)] if lines.text else [])
    before = committed(file, repository) if repository is not None else None
    for range_ in [] if before is None else unchanged(before, lines):
        new.add(range_, "")
    for remembered in ledger.of_file(place, lines).result(timeout=10):
        for range_ in remembered.ranges:
            new.add(range_, "")
    ranges = [range_ for range_ in new.of(agent) if lines.slice(range_).strip()]
    count = sum(_rows(ranges, lines))
    if count:
        characters = sum(len(lines.slice(range_)) for range_ in ranges)
        acceptance = Acceptance(time.time(), Kind.AGENT, agent, is_exact=True, lines=count, characters=characters)
        ledger.record(acceptance, place, ranges, lines, replaced=before is not None)
    return count


def _rows(ranges: Sequence[Range], lines: Lines) -> list[int]:
    """Return how many lines each range holds."""
    return [len(lines.slice(range_).splitlines()) for range_ in ranges]
