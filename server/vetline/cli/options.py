"""The options that several commands share, and what they mean for the configuration."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypedDict, TypeVar, Unpack

import click

from vetline.core.config import Profile
from vetline.core.severity import Confidence, Severity

F = TypeVar("F", bound=Callable[..., Any])

_SEVERITIES = ("all", *(str(severity) for severity in list(Severity)[1:]))
_CONFIDENCES = ("all", *(str(confidence) for confidence in list(Confidence)[1:]))


class ConfigOptions(TypedDict):
    """The parameters that :func:`config_options` adds to a command."""

    config: Path | None
    isolated: bool


class SelectionOptions(ConfigOptions, total=False):
    """The parameters that :func:`selection_options` adds to a command."""

    select: tuple[str, ...]
    ignore: tuple[str, ...]
    min_severity: str | None
    min_confidence: str | None
    profile: str | None


@dataclass(frozen=True, slots=True)
class Selection:
    """What the command line says about the configuration.

    ``settings`` holds settings as a file would.  ``file`` takes the place of the project's configuration files;
    ``isolated`` is to read no file at all.
    """

    settings: dict[str, object]
    file: Path | None = None
    isolated: bool = False

    @classmethod
    def of(cls, **options: Unpack[SelectionOptions]) -> Selection:
        """Take the values of the options of :func:`selection_options`, or of :func:`config_options`.

        Raises:
            click.UsageError: two of them contradict each other.
        """
        file, isolated = options["config"], options["isolated"]
        if file is not None and isolated:
            raise click.UsageError("--config names a file to read, and --isolated says to read none; use one of them.")
        settings: dict[str, object] = {
            "select": _names(options.get("select", ())),
            "ignore": _names(options.get("ignore", ())),
            "min-severity": options.get("min_severity"),
            "min-confidence": options.get("min_confidence"),
            "profile": options.get("profile"),
        }
        return cls({key: value for key, value in settings.items() if value}, file, isolated)


@dataclass(frozen=True, slots=True)
class Effort:
    """How to work: with how many processes (None: as many as there are cores), how long, and whether to show progress."""

    jobs: int | None
    time_limit: float
    show_progress: bool


def selection_options(command: F) -> F:
    """Add the options that choose rules and configuration."""
    for option in reversed(
        (
            click.option(
                "--select",
                metavar="RULES",
                multiple=True,
                help="Report only these rules: ids or prefixes of them (B, B60, B602), separated by commas.",
            ),
            click.option(
                "--ignore",
                metavar="RULES",
                multiple=True,
                help="Don't report these rules. Like --select, takes the place of what is configured.",
            ),
            click.option("--min-severity", type=click.Choice(_SEVERITIES), help="Report findings from this severity on."),
            click.option("--min-confidence", type=click.Choice(_CONFIDENCES), help="Report findings from this confidence on."),
            click.option(
                "--profile",
                type=click.Choice([profile.value for profile in Profile]),
                help="Defaults to start from; bandit is Bandit's own view.",
            ),
            *_CONFIG_OPTIONS,
        )
    ):
        command = option(command)
    return command


def config_options(command: F) -> F:
    """Add the options that choose the configuration file."""
    for option in reversed(_CONFIG_OPTIONS):
        command = option(command)
    return command


_CONFIG_OPTIONS = (
    click.option(
        "--config",
        metavar="FILE",
        type=click.Path(exists=True, dir_okay=False, path_type=Path),
        help="Read this file in place of the project's; its patterns are relative to the current folder.",
    ),
    click.option("--isolated", is_flag=True, help="Read no configuration file at all."),
)

quiet_option = click.option("--quiet", "-q", is_flag=True, help="No progress bar and no summary.")
no_color_option = click.option("--no-color", is_flag=True, help="No colours; so does the environment variable NO_COLOR.")
stdin_filename_option = click.option("--stdin-filename", metavar="PATH", help="With -, the file that it is taken for.")
jobs_option = click.option(
    "--jobs", "-j", metavar="N", type=click.IntRange(min=1), help="Processes to work with; as many as there are cores."
)
time_limit_option = click.option(
    "--time-limit",
    metavar="SECONDS",
    type=click.FloatRange(min=0, min_open=True),
    default=120.0,
    show_default=True,
    help="Give up on a file after this time, and report that. Only where several processes work.",
)


def _names(values: tuple[str, ...]) -> list[str]:
    return [name for value in values for part in value.split(",") if (name := part.strip())]
