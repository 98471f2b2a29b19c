"""Start-up time is a feature: what is heavy is imported when it is needed."""

from __future__ import annotations

import pytest

from tests.cli.conftest import PACKAGES, UNMEASURED, Project
from vetline import __version__
from vetline.cli.main import vetline

HEAVY = (
    *("asyncio", "bandit", "jedi", "jinja2", "lsprotocol", "multiprocessing"),
    *("pathspec", "pygls", "rich", "stevedore", "yaml"),
)

IMPORT_TIMES = ("-X", "importtime", "-m", "vetline")


@pytest.mark.parametrize(
    "args",
    [
        "--version",
        "--help",
        "check --help",
        "fix --help",
        "rules --help",
        "config --help",
        "serve --help",
        "demo --help",
        "report --help",
        "ledger --help",
    ],
)
def test_help_imports_nothing_heavy(project: Project, args: str) -> None:
    outcome = project.spawn(*args.split(), program=IMPORT_TIMES, env=UNMEASURED)
    assert outcome.code == 0
    imported = {line.rpartition("|")[2].strip() for line in outcome.err.splitlines()}
    assert "click" in imported
    assert imported.isdisjoint(HEAVY)


def test_checking_does_not_import_the_server(project: Project) -> None:
    outcome = project.write({"app.py": "eval(x)\n"}).spawn("check", program=IMPORT_TIMES, env=UNMEASURED)
    assert outcome.code == 1
    imported = {line.rpartition("|")[2].strip() for line in outcome.err.splitlines()}
    assert "bandit" in imported
    assert imported.isdisjoint({"asyncio", "jedi", "lsprotocol", "pygls"})


def test_the_version(project: Project) -> None:
    assert project.run("--version").out == f"vetline {__version__}\n"


def test_the_list_of_commands_says_what_the_commands_say(project: Project) -> None:
    import click

    context = click.Context(vetline)
    for name in vetline.list_commands(context):
        command = vetline.get_command(context, name)
        assert command is not None
        assert command.get_short_help_str(200) == vetline.lazy[name].summary


def test_the_manual_names_every_option() -> None:
    import click

    manual = (PACKAGES.parent / "docs" / "cli.md").read_text("utf-8")
    context = click.Context(vetline)
    for name in ("check", "fix", "rules", "config", "serve", "report", "ledger"):
        command = vetline.get_command(context, name)
        assert command is not None
        parameters = list(command.params)
        if isinstance(command, click.Group):
            parameters += [parameter for one in command.commands.values() for parameter in one.params]
        _, _, section = manual.partition(f"\n## `vetline {name}`\n")
        section = section.partition("\n## ")[0]
        for parameter in parameters:
            for option in (*parameter.opts, *parameter.secondary_opts):
                assert not option.startswith("--") or f"`{option}" in section, f"{name} {option}"
