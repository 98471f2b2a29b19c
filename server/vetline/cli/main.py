"""The ``vetline`` command."""

from __future__ import annotations

import sys
from io import TextIOWrapper

import click

from vetline import __version__
from vetline.cli.group import Lazy, LazyGroup

_COMMANDS = {
    "check": Lazy("vetline.cli.commands.check:check", "Vet files and folders."),
    "fix": Lazy("vetline.cli.commands.fix:fix", "Apply the safe fixes, or show what they would change."),
    "rules": Lazy("vetline.cli.commands.rules:rules", "List the rules, or explain one."),
    "models": Lazy(
        "vetline.cli.commands.models:models",
        "List the libraries that the data-flow knows, or check and test descriptions of your own.",
    ),
    "report": Lazy(
        "vetline.cli.commands.report:report",
        "Report on accepted code: how much, with which weaknesses, and what became of them.",
    ),
    "mark": Lazy("vetline.cli.commands.mark:mark", "Say that an agent has written what is new in files."),
    "ledger": Lazy("vetline.cli.commands.ledger:ledger", "Show, export or delete what is remembered of accepted code."),
    "config": Lazy("vetline.cli.commands.config:config", "Show the configuration in force, and where it comes from."),
    "serve": Lazy("vetline.cli.commands.serve:serve", "Run the language server for an editor."),
    "demo": Lazy("vetline.cli.demo.command:demo", "Watch the server vet a developer's session."),
}


@click.group(cls=LazyGroup, lazy=_COMMANDS, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, "-V", "--version", prog_name="vetline", message="%(prog)s %(version)s")
def vetline() -> None:
    """Vet Python code for weaknesses.

    Nothing leaves this machine, and no code is run.  "vetline COMMAND --help" explains a command.
    """


def main() -> None:
    """Run the command line; doesn't return.  ``docs/cli.md`` lists the exit codes."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            # Code under analysis may hold any character, and a terminal's encoding may not know it.
            stream.reconfigure(errors="backslashreplace")
    vetline(prog_name="vetline")
