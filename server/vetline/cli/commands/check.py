"""``vetline check``"""

from __future__ import annotations

from pathlib import Path
from typing import Unpack

import click

from vetline.cli.options import (
    Effort,
    Selection,
    SelectionOptions,
    jobs_option,
    no_color_option,
    quiet_option,
    selection_options,
    stdin_filename_option,
    time_limit_option,
)

FORMATS = ("text", "json", "sarif", "github", "junit")


@click.command(short_help="Vet files and folders.")
@click.argument("paths", nargs=-1, metavar="[PATHS]...")
@selection_options
@click.option("--format", "format_", type=click.Choice(FORMATS), default="text", show_default=True, help="What to write.")
@click.option("--output", "-o", metavar="FILE", type=click.Path(dir_okay=False, path_type=Path), help="Write to a file.")
@click.option("--fixes/--no-fixes", default=None, help="Put fixes into the SARIF output; on by default there.")
@click.option("--exit-zero", is_flag=True, help="End with 0 in spite of findings and of files that can't be checked.")
@stdin_filename_option
@jobs_option
@time_limit_option
@quiet_option
@no_color_option
@click.pass_context
def check(
    ctx: click.Context,
    paths: tuple[str, ...],
    format_: str,
    output: Path | None,
    fixes: bool | None,
    exit_zero: bool,
    stdin_filename: str | None,
    jobs: int | None,
    time_limit: float,
    quiet: bool,
    no_color: bool,
    **selection: Unpack[SelectionOptions],
) -> None:
    """Vet files and folders; the current folder if none is named.

    In folders, Python files (.py, .pyi, .pyw) are checked, but for those that git or the configuration leaves out. A file
    that is named is checked whatever it is called. A - stands for standard input.

    Ends with 0 if there is nothing to report, 1 if there are findings, and 2 if something could not be checked.
    """
    from vetline.cli.check_run import CheckRequest, run_check

    request = CheckRequest(
        paths=paths,
        selection=Selection.of(**selection),
        effort=Effort(jobs, time_limit, show_progress=not quiet),
        format=format_,
        output=output,
        fixes=fixes,
        exit_zero=exit_zero,
        stdin_filename=stdin_filename,
        quiet=quiet,
        no_color=no_color,
    )
    ctx.exit(run_check(request))
