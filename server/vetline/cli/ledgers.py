"""The ledger for commands: which file it is, and what in it is meant."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, TypeVar

import click

from vetline.cli.files.paths import absolute
from vetline.cli.files.writing import write_whole
from vetline.cli.group import Failure
from vetline.provenance.ledger.files import ledger_file
from vetline.provenance.ledger.reading import Unusable, opened
from vetline.provenance.ledger.records import Entry, keyed_hash
from vetline.provenance.ledger.store import Store

F = TypeVar("F", bound=Callable[..., Any])

ledger_option = click.option(
    "--ledger",
    "ledger_path",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Another ledger than yours.",
)
project_option = click.option(
    "--project", metavar="NAME|PATH", help="Only what was accepted in this project: the name of its folder, or the path."
)


@contextlib.contextmanager
def open_ledger(path: Path | None) -> Iterator[Store | None]:
    """Open the user's ledger, or the one at ``path``; None if there is none yet.

    Raises:
        Failure: it can't be used, or there is none at ``path``.
    """
    if path is not None and not path.exists():
        raise Failure(f"There is no file {path}.")
    try:
        with opened(path or ledger_file()) as store:
            yield store
    except Unusable as error:
        raise Failure(str(error)) from error


def condition(
    store: Store, *, since: float | None = None, before: float | None = None, project: str | None
) -> tuple[str, list[object]]:
    """Return what to ask the ledger for, in SQL, and its values."""
    parts, values = ["1"], list[object]()
    if since is not None and since != float("-inf"):
        parts.append("at >= ?")
        values.append(since)
    if before is not None:
        parts.append("at < ?")
        values.append(before)
    if project is not None:
        path = absolute(Path(project))
        parts.append("(project = ? OR project_name = ?)")
        values += [keyed_hash(str(path), store.key), project]
    return " AND ".join(parts), values


def read_entries(path: Path | None, *, since: float | None = None, project: str | None = None) -> Sequence[Entry]:
    """Return what is in the user's ledger, or the one at ``path``, the oldest first.

    Raises:
        Failure: it can't be read.
    """
    with open_ledger(path) as store:
        return [] if store is None else store.entries(*condition(store, since=since, project=project))


def write_output(text: str, output: Path | None) -> None:
    """Write to a file, or else to standard output.

    Raises:
        Failure: the file can't be written.
    """
    if output is None:
        click.echo(text)
        return
    try:
        write_whole(output, f"{text}\n".encode())
    except OSError as error:
        raise Failure(f"{output} can't be written: {error.strerror or error}.") from error
