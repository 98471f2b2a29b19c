"""``vetline fix``"""

from __future__ import annotations

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


@click.command(short_help="Apply the safe fixes, or show what they would change.")
@click.argument("paths", nargs=-1, metavar="[PATHS]...")
@click.option("--diff", is_flag=True, help="Write what would change, and change nothing.")
@click.option("--unsafe", is_flag=True, help="Include fixes that a person should review: they may change behaviour.")
@selection_options
@stdin_filename_option
@jobs_option
@time_limit_option
@quiet_option
@no_color_option
@click.pass_context
def fix(
    ctx: click.Context,
    paths: tuple[str, ...],
    diff: bool,
    unsafe: bool,
    stdin_filename: str | None,
    jobs: int | None,
    time_limit: float,
    quiet: bool,
    no_color: bool,
    **selection: Unpack[SelectionOptions],
) -> None:
    """Apply the safe fixes to files and folders; to the current folder if none is named.

    Each fix is tried out on a copy first: the result parses, the finding is gone, and there is no new one. With - for
    standard input, the fixed text goes to standard output.

    Ends with 0 if nothing is left to do, 1 if findings are left (with --diff: if something would change), and 2 if a file
    could not be fixed.
    """
    from vetline.cli.fix_run import FixRequest, run_fix

    request = FixRequest(
        paths=paths,
        selection=Selection.of(**selection),
        effort=Effort(jobs, time_limit, show_progress=not quiet),
        diff=diff,
        unsafe=unsafe,
        stdin_filename=stdin_filename,
        quiet=quiet,
        no_color=no_color,
    )
    ctx.exit(run_fix(request))
