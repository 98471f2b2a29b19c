"""``vetline demo``."""

from __future__ import annotations

from pathlib import Path

import click


@click.command()
@click.option("--fast", is_flag=True, help="Leave out the pauses and the drawing, as for CI.")
@click.option("--no-color", is_flag=True, help="Use no colours.")
@click.option(
    "--keep",
    metavar="DIR",
    type=click.Path(file_okay=False, path_type=Path),
    help="Work in this new or empty folder, and leave the project there.",
)
@click.pass_context
def demo(ctx: click.Context, fast: bool, no_color: bool, keep: Path | None) -> None:
    """Watch the server vet a developer's session.

    The real server is started, and a minute of work on a small Flask project is replayed against it: typing,
    completions of an assistant, findings, fixes.  No code of the project is run.  The exit code is 1 if anything is
    not as expected.
    """
    from tempfile import TemporaryDirectory

    if keep is not None:
        if keep.exists() and any(keep.iterdir()):
            raise click.BadParameter(f"the folder {keep} is not empty", ctx, param_hint="--keep")
        keep.mkdir(parents=True, exist_ok=True)
        success = _perform(keep.resolve(), fast=fast, no_color=no_color)
        click.echo(f"The project is in {keep}.")
    else:
        with TemporaryDirectory(prefix="shoplet-") as folder:
            success = _perform(Path(folder).resolve(), fast=fast, no_color=no_color)
    if not success:
        ctx.exit(1)


def _perform(project: Path, *, fast: bool, no_color: bool) -> bool:
    """Play the scenario in the folder ``project``, print the ending, and tell whether all was as expected."""
    import asyncio
    import sys

    from rich.console import Console

    from vetline.cli.demo.ending import print_ending
    from vetline.cli.demo.plain import PlainStage
    from vetline.cli.demo.run import lay_out, run, sample_files
    from vetline.cli.demo.scenario import SCENARIO
    from vetline.cli.demo.screen import SMALLEST, ScreenStage
    from vetline.cli.demo.stage import FAST, HUMAN
    from vetline.cli.demo.steps import as_written

    console = Console(no_color=no_color or None, highlight=False)
    lay_out(project)
    written = as_written({name: content.decode() for name, content in sample_files().items()}, SCENARIO)
    # Not what Rich thinks of it: with FORCE_COLOR, a pipe passes for a terminal.
    is_watched = sys.stdout.isatty() and not fast
    pace = HUMAN if is_watched else FAST
    is_roomy = console.width >= SMALLEST[0] and console.height >= SMALLEST[1]
    if is_watched and is_roomy and not console.is_dumb_terminal:
        with ScreenStage(console) as stage:
            record = asyncio.run(run(project, SCENARIO, stage, pace))
    else:
        record = asyncio.run(run(project, SCENARIO, PlainStage(console), pace))
        console.print()
    print_ending(console, record, written)
    return not record.problems
