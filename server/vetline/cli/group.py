"""The group of commands: lazy, and with exit codes that mean something."""

from __future__ import annotations

import contextlib
import os
import sys
import traceback
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import click

EXIT_FINDINGS = 1
EXIT_ERROR = 2
EXIT_INTERRUPTED = 130
"""128 + SIGINT: what a shell reports of a command that Ctrl+C ended."""
EXIT_BROKEN_PIPE = 141
"""128 + SIGPIPE: what a shell reports of a command whose reader went away."""


class Failure(click.ClickException):
    """The command can't do its work; the message says why.  Ends with exit code 2."""

    exit_code = EXIT_ERROR


@dataclass(frozen=True, slots=True)
class Lazy:
    """A command that is imported when it is called: ``module:attribute``, and the line for the list of commands."""

    target: str
    summary: str


class LazyGroup(click.Group):
    """A group whose commands are imported when they are called, not to show the list of them."""

    def __init__(self, *args: Any, lazy: Mapping[str, Lazy], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lazy = lazy

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """Return the names in the order in which they were given."""
        return list(self.lazy)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Import a command."""
        if cmd_name not in self.lazy:
            return None
        module, _, attribute = self.lazy[cmd_name].target.partition(":")
        command = getattr(import_module(module), attribute)
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """Write the list of commands without importing any."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, command.summary) for name, command in self.lazy.items()])

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command that was asked for; whatever happens to it becomes an exit code."""
        try:
            result = super().invoke(ctx)
            sys.stdout.flush()
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except BrokenPipeError:
            _forget_output()
            ctx.exit(EXIT_BROKEN_PIPE)
        except KeyboardInterrupt:
            ctx.exit(EXIT_INTERRUPTED)
        except Exception:  # noqa: BLE001 - Python's own exit code for this is 1, which means findings here
            traceback.print_exc()
            click.echo("\nThis is a fault of Vetline's; please report it with the lines above.", err=True)
            ctx.exit(EXIT_ERROR)
        return result


def _forget_output() -> None:
    """Send what is still buffered for standard output nowhere, or Python complains about it at its end."""
    with contextlib.suppress(OSError, ValueError):  # no file, as in tests
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
