"""``vetline config``"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Unpack

import click

from vetline.cli.configuration import load_configuration
from vetline.cli.group import EXIT_ERROR
from vetline.cli.options import ConfigOptions, Selection, config_options, no_color_option
from vetline.cli.terminal import Style, use_color, visible
from vetline.config import Loaded, ProblemKind, Setting, as_toml


@click.command(short_help="Show the configuration in force, and where it comes from.")
@click.argument("path", type=click.Path(path_type=Path), default=Path())
@click.option("--format", "format_", type=click.Choice(["text", "json"]), default="text", show_default=True)
@config_options
@no_color_option
@click.pass_context
def config(ctx: click.Context, path: Path, format_: str, no_color: bool, **selection: Unpack[ConfigOptions]) -> None:
    """Show the configuration for a file or folder; for the current folder if none is named.

    Each value is followed by where it was set. What is wrong in a file is written to standard error; the exit code is 2 if
    a file can't be read at all.
    """
    loaded = load_configuration(path, Selection.of(**selection))
    style = Style(use_color(sys.stdout, no_color=no_color))
    if format_ == "json":
        click.echo(json.dumps(_json(loaded), indent=2, ensure_ascii=False))
    else:
        _write_table(loaded, style)
    for problem in loaded.problems:
        click.echo(str(problem), err=True)
    ctx.exit(EXIT_ERROR if any(problem.kind is ProblemKind.SYNTAX for problem in loaded.problems) else 0)


def _write_table(loaded: Loaded, style: Style) -> None:
    click.echo(style(f"# Patterns are relative to {visible(str(loaded.root))}", dim=True), color=style.color)
    written = {name: f"{name} = {visible(as_toml(setting.value))}" for name, setting in sorted(loaded.settings.items())}
    width = min(max(map(len, written.values())), 60)
    for name, line in written.items():
        origin = visible(str(loaded.settings[name].origin))
        click.echo(f"{line:<{width}}  {style(f'# {origin}', dim=True)}", color=style.color)


def _json(loaded: Loaded) -> Mapping[str, object]:
    return {
        "root": loaded.root and str(loaded.root),
        "settings": {name: _setting(setting) for name, setting in sorted(loaded.settings.items())},
        "problems": [str(problem) for problem in loaded.problems],
    }


def _setting(setting: Setting) -> Mapping[str, object]:
    origin = setting.origin
    return {
        "value": _plain(setting.value),
        "layer": str(origin.layer),
        "path": origin.path and str(origin.path),
        "line": origin.range.start.line + 1 if origin.path else None,
    }


def _plain(value: object) -> object:
    """Return a setting's value in the types of JSON, written as a configuration file would write it."""
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if value is None or isinstance(value, bool):
        return value
    written = as_toml(value)
    return json.loads(written) if written[:1] in '"0123456789-' else written
