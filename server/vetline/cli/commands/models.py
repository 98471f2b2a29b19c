"""``vetline models``"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path

import click

from vetline.cli.configuration import load_configuration
from vetline.cli.group import EXIT_ERROR, EXIT_FINDINGS, Failure
from vetline.cli.options import Selection, no_color_option
from vetline.cli.terminal import Style, terminal_width, use_color, visible
from vetline.config import FileKind, check_text
from vetline.flow.models import builtin
from vetline.flow.models.effects import Effect
from vetline.flow.models.library import Library, read_library


@click.group(short_help="List the libraries that the data-flow knows, or check and test descriptions of your own.")
def models() -> None:
    """Show what the data-flow knows of libraries.

    What a library's functions take in and do is described in files; "docs/models.md" says how to write one.
    """


@models.command("list", short_help="List the libraries that are described, and what is known of them.")
@click.argument("module", required=False)
@click.option("--format", "format_", type=click.Choice(["text", "json"]), default="text", show_default=True)
@no_color_option
def list_(module: str | None, format_: str, no_color: bool) -> None:
    """List the files that describe libraries, the configured ones first; of a MODULE, the names that they know."""
    libraries = [*_configured(), *map(builtin.library, builtin.files())]
    if module is not None:
        libraries = [library for library in libraries if module in library.modules]
        if not libraries:
            raise Failure(f"No file describes {module!r}; `vetline models list` shows what there is.")
    style = Style(use_color(sys.stdout, no_color=no_color))
    if format_ == "json":
        documents = [_json(library, module) for library in libraries]
        click.echo(json.dumps(documents, indent=2, ensure_ascii=False))
    elif module is not None:
        _write_names(libraries, module, style)
    else:
        _write_files(libraries, style)


@models.command(short_help="Say what is wrong in files that describe libraries.")
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@click.pass_context
def check(ctx: click.Context, files: tuple[Path, ...]) -> None:
    """Check FILES that describe libraries; those of the configuration if none is named.

    Ends with 1 if something is wrong in them, and with 2 if one can't be read.
    """
    paths = _named_or_configured(files, "check")
    texts = _texts(paths)
    problems = [problem for path, text in texts.items() for problem in check_text(path, text, FileKind.MODELS)]
    for problem in problems:
        click.echo(visible(str(problem)))
    is_readable = len(texts) == len(paths)
    if not problems and is_readable:
        click.echo(f"{_count(len(paths), 'file')}, nothing wrong.")
    ctx.exit(EXIT_ERROR if not is_readable else EXIT_FINDINGS if problems else 0)


@models.command(short_help="Run the tests in files that describe libraries.")
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@click.option("--format", "format_", type=click.Choice(["text", "json"]), default="text", show_default=True)
@no_color_option
@click.pass_context
def test(ctx: click.Context, files: tuple[Path, ...], format_: str, no_color: bool) -> None:
    """Run the tests in FILES that describe libraries; those of the configuration if none is named.

    All that the configuration names is in force, too.  Ends with 1 if a test fails or something is wrong in a file, and
    with 2 if one can't be read.
    """
    from vetline.cli.formats.model_tests import json_report, text_report
    from vetline.cli.model_tests import run_files

    paths = _named_or_configured(files, "test")
    texts = _texts(paths)
    outcomes = run_files(texts, _configured())
    if format_ == "json":
        click.echo(json_report(outcomes), nl=False)
    else:
        style = Style(use_color(sys.stdout, no_color=no_color))
        click.echo(text_report(outcomes, style, terminal_width()), nl=False, color=style.color)
    if len(texts) < len(paths):
        ctx.exit(EXIT_ERROR)
    ctx.exit(EXIT_FINDINGS if any(outcome.wrong or outcome.failed for outcome in outcomes) else 0)


def _named_or_configured(files: tuple[Path, ...], verb: str) -> tuple[Path, ...]:
    """Return the files to look at, each once.

    Raises:
        Failure: there are none.
    """
    paths = files or load_configuration(Path(), Selection({})).settings["models"].value
    if not paths:
        raise Failure(f"There is nothing to {verb}: name files, or set `models` in the configuration.")
    return tuple(dict.fromkeys(paths))


def _texts(paths: Iterable[Path]) -> dict[Path, str]:
    """Read files; of those that can't be read, say so."""
    found = {}
    for path in paths:
        try:
            found[path] = path.read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            reason = error.strerror if isinstance(error, OSError) else "not UTF-8 text"
            click.echo(f"{visible(str(path))}: can't be read: {reason}", err=True)
    return found


def _configured() -> list[Library]:
    """Return the libraries that the current folder's configuration names."""
    loaded = load_configuration(Path(), Selection({}))
    return [read_library(file.path, file.text)[0] for file in loaded.config.models]


def _write_files(libraries: Iterable[Library], style: Style) -> None:
    for library in libraries:
        names = ", ".join(library.modules)
        parts = ", ".join(_count(number, what) for what, number in _parts(library).items())
        click.echo(f"{style(visible(library.path.name), bold=True)}: {visible(names)}", color=style.color)
        click.echo(f"    {style(parts, dim=True)}", color=style.color)


def _write_names(libraries: Iterable[Library], module: str, style: Style) -> None:
    for library in libraries:
        click.echo(style(f"# {visible(str(library.path))}", dim=True), color=style.color)
        for name, effect in sorted(library.effects(module).items()):
            if known := describe(effect):
                click.echo(f"{visible(name)}: {style(known, dim=True)}", color=style.color)


def describe(effect: Effect) -> str:
    """Say in a line what is known of a name; empty if that is only that it's a class."""
    parts = []
    if effect.source is not None:
        parts.append(f"{effect.source.label} source")
    parts += [f"{kind} sink" for kind in dict.fromkeys(sink.kind for sink in effect.sinks)]
    if effect.clears:
        parts.append("sanitizer")
    if effect.guard is not None:
        parts.append("guard")
    if effect.passes is not None:
        parts.append("passes on")
    if any((effect.decorates, effect.overridden, effect.registers)):
        parts.append("handler")
    if effect.never_returns:
        parts.append("never returns")
    if effect.alias:
        parts.append(f"is {effect.alias}")
    return ", ".join(parts)


def _parts(library: Library) -> Counter[str]:
    """Count what a file knows, in words."""
    found: Counter[str] = Counter()
    for _, effect in library.names:
        found["source"] += effect.source is not None
        found["sink"] += len(effect.sinks)
        found["sanitizer"] += bool(effect.clears)
        found["guard"] += effect.guard is not None
        found["handler"] += any((effect.decorates, effect.overridden, effect.registers))
        found["type"] += effect.type is not None
    return +found


def _json(library: Library, module: str | None) -> Mapping[str, object]:
    document: dict[str, object] = {"path": str(library.path), "modules": list(library.modules), "known": dict(_parts(library))}
    if module is not None:
        effects = sorted(library.effects(module).items())
        document["names"] = {name: known for name, effect in effects if (known := describe(effect))}
    return document


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"
