"""``vetline mark``"""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import click

from vetline.cli.configuration import Configurations
from vetline.cli.files.paths import absolute, display_name
from vetline.cli.files.source import Unreadable, read_source
from vetline.cli.group import Failure
from vetline.cli.ledgers import ledger_option
from vetline.cli.options import Selection
from vetline.cli.vetting import Vetter
from vetline.core.finding import Finding
from vetline.core.location import Range
from vetline.provenance.acceptances import Acceptance, Event
from vetline.provenance.baseline import committed, repository_of, unchanged
from vetline.provenance.commits import CommitMade, NoCommit, read_commit
from vetline.provenance.kinds import Kind
from vetline.provenance.ledger import Happening, Ledger, Place, ledger_file
from vetline.provenance.marks import Mark, Marks
from vetline.syntax.lines import Lines

_LONGEST_NAME = 64
_PATIENCE_SECONDS = 10.0


@click.command(short_help="Say that an agent has written what is new in files.")
@click.option("--agent", metavar="NAME", help="Who it was, as people call it: “Claude Code”.")
@click.option(
    "--commit",
    "revision",
    metavar="REV",
    is_flag=False,
    flag_value="HEAD",
    help="What this commit brought (HEAD if none is named), if it names an agent.",
)
@click.argument("files", nargs=-1, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@ledger_option
def mark(agent: str | None, revision: str | None, files: tuple[Path, ...], ledger_path: Path | None) -> None:
    """Say that an agent has written what is new in FILES, on disk behind the editor; or what a commit brought.

    New is what wasn't there at the last commit, and isn't known to have been accepted before; without a git repository it is
    the whole file.  It is vetted, and goes into the ledger with what is found.  Run this from the agent's hook, with the
    files that it has written.

    With --commit, it is what a commit brought and is still there, if the commit's message or note names an agent: in a trailer
    such as “Co-authored-by: Claude”, or “Assisted-by:” with any name.  Run that from git's hook post-commit or post-merge.
    """
    if revision is None:
        if agent is None or not files:
            raise click.UsageError("say who it was and what was written (--agent NAME FILES), or which commit (--commit)")
        given = [(file, _since_last_commit(absolute(file))) for file in files]
    else:
        made = _commit(revision)
        agent = agent or made.agent
        if not agent:
            click.echo(f"{revision} names no agent: nothing is marked")
            return
        wanted = {absolute(file) for file in files}
        given = [
            (Path(display_name(one.path)), _Span(one.before, one.after))
            for one in made.files
            if one.path.is_file() and (not wanted or one.path in wanted)
        ]
    name = agent.strip()[:_LONGEST_NAME]
    if not name.isprintable() or not name:
        raise click.BadParameter("the name of an agent is a few printable characters", param_hint="--agent")
    troubles: list[str] = []
    ledger = Ledger(ledger_path or ledger_file(), warn=troubles.append)
    configurations = Configurations(Selection({}))
    try:
        for file, span in given:
            new = _new_in(absolute(file), span, ledger)
            click.echo(f"{file}: {_record(new, name, ledger, configurations) if new.ranges else 'nothing new'}")
    finally:
        ledger.close(_PATIENCE_SECONDS)
    if troubles:
        raise Failure(troubles[0])


class _Span(NamedTuple):
    """The two texts of a file between which it was written: None where there was none before, or where it goes on till now."""

    before: str | None
    after: str | None


def _since_last_commit(file: Path) -> _Span:
    repository = repository_of(file)
    return _Span(committed(file, repository) if repository is not None else None, None)


def _commit(revision: str) -> CommitMade:
    repository = repository_of(Path.cwd() / "_")
    if repository is None:
        raise Failure("The current folder is in no git repository.")
    try:
        return read_commit(repository, revision)
    except NoCommit as error:
        raise Failure(f"Nothing can be marked: {error}.") from error


@dataclass(frozen=True, slots=True)
class _New:
    """What is new in a file: ``ranges`` of its ``lines``."""

    file: Path
    place: Place
    lines: Lines
    ranges: Sequence[Range]
    had_more: bool
    """Whether there was something before that it may have replaced."""


def _new_in(file: Path, span: _Span, ledger: Ledger) -> _New:
    """Find out what is new in a file.

    Raises:
        Failure: it can't be read.
    """
    try:
        lines = Lines(read_source(file).text)
    except Unreadable as error:
        raise Failure(f"{file.name}: {error}") from error
    place = Place.of(file, repository_of(file) or Path.cwd())
    known = [] if span.before is None else unchanged(span.before, lines)
    known += (range_ for one in ledger.of_file(place, lines).result(_PATIENCE_SECONDS) for range_ in one.ranges)
    everything = [Range.of(0, 0, lines.end.line, lines.end.column)] if lines.text else []
    new = Marks(Mark(range_, "new") for range_ in (everything if span.after is None else unchanged(span.after, lines)))
    for range_ in known:
        new.add(range_, "known")
    ranges = [range_ for range_ in new.of("new") if lines.slice(range_).strip()]
    return _New(file, place, lines, ranges, span.before is not None)


def _record(new: _New, agent: str, ledger: Ledger, configurations: Configurations) -> str:
    """Vet what is new in a file, write it to the ledger, and say what it is.

    Raises:
        Failure: the configuration can't be read, or keeps no ledger.
    """
    loaded = configurations.of_folder(new.file.parent)
    if not loaded.config.ledger:
        raise Failure(f"The configuration of {new.file.name} says `ledger = false`: nothing is remembered.")
    texts = [new.lines.slice(range_) for range_ in new.ranges]
    count, characters = sum(len(text.splitlines()) for text in texts), sum(map(len, texts))
    acceptance = Acceptance(time.time(), Kind.AGENT, agent, is_exact=True, lines=count, characters=characters)
    ledger.record(acceptance, new.place, new.ranges, new.lines, replaced=new.had_more)
    found = list(_findings(new, Vetter.of(loaded.config, loaded.root)))
    ledger.happened(acceptance.id, *(Happening(Event.FOUND, one.key, one.rule_id, one.severity) for one in found))
    return f"{_number(count, 'new line')} by {agent}, {_number(len(found), 'finding')}"


def _findings(new: _New, vetter: Vetter) -> Iterable[Finding]:
    """Yield the findings that are shown in what is new."""
    document = vetter.document(new.lines.text, new.file, str(new.file))
    marks = Marks(Mark(range_, "new") for range_ in new.ranges)
    for shown in vetter.policy.show(document.vet(), new.file):
        if marks.overlapping(shown.finding.range):
            yield shown.finding


def _number(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"
