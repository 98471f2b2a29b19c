"""``vetline report``"""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from vetline.cli.group import Failure
from vetline.cli.ledgers import ledger_option, read_entries, write_output
from vetline.cli.moments import moment
from vetline.cli.options import no_color_option

if TYPE_CHECKING:
    from vetline.provenance.statistics import Contribution

_BY_SUFFIX = {".html": "html", ".htm": "html", ".json": "json"}


@click.command(short_help="Report on accepted code: how much, with which weaknesses, and what became of them.")
@click.option(
    "--since",
    metavar="SPAN|DATE|all",
    callback=moment,
    default="30d",
    show_default=True,
    help="From this time on: 30d, 12w, 6m, 1y, a date such as 2026-01-31, or all.",
)
@click.option(
    "--format",
    "format_",
    type=click.Choice(["text", "html", "json"]),
    help="What to write; as the name of --output ends, else text.",
)
@click.option("--output", "-o", metavar="FILE", type=click.Path(dir_okay=False, path_type=Path), help="Write to a file.")
@click.option(
    "--input",
    "inputs",
    metavar="FILE",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Report on what somebody has exported (`vetline ledger export`) in place of your ledger; several are merged.",
)
@click.option("--by-author", is_flag=True, help="Tell apart who accepted what, as far as the exports say who they are from.")
@ledger_option
@no_color_option
def report(
    since: float,
    format_: str | None,
    output: Path | None,
    inputs: tuple[Path, ...],
    by_author: bool,
    ledger_path: Path | None,
    no_color: bool,
) -> None:
    """Report on accepted code: how much there was, with which weaknesses, what became of them, and what to learn next."""
    if inputs and ledger_path is not None:
        raise click.UsageError("--input takes the place of the ledger; use it or --ledger.")
    if by_author and not inputs:
        raise click.UsageError("--by-author tells the authors of exports apart; name those with --input.")
    from vetline.provenance.statistics import Contribution, picture

    contributions = [_read(path) for path in inputs] if inputs else [Contribution(read_entries(ledger_path))]
    drawn = picture(contributions, None if since == float("-inf") else since, time.time(), by_author=by_author)
    match format_ or (_BY_SUFFIX.get(output.suffix.lower(), "text") if output else "text"):
        case "html":
            from vetline.cli.picture import html

            write_output(html.render(drawn), output)
        case "json":
            from vetline.cli.picture import json

            write_output(json.render(drawn), output)
        case _:
            from vetline.cli.picture import text

            write_output(text.render(drawn, is_for_terminal=output is None, no_color=no_color), output)


def _read(path: Path) -> Contribution:
    from vetline.provenance.ledger.exchange import NoExport, read_export
    from vetline.provenance.statistics import Contribution

    try:
        export = read_export(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not UTF-8 text"
        raise Failure(f"{path} can't be read: {reason}.") from error
    except NoExport as error:
        raise Failure(f"{path} can't be used: {error}.") from error
    return Contribution(export.entries, export.author)
