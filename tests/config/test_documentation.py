"""``docs/configuration.md`` says what the code does."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from vetline.config import KEYS, SEVERITY, WATCH_GLOBS, as_toml, check_text, load
from vetline.config.bandit_file import LEGACY_BLACKLISTS
from vetline.config.bandit_file import NOT_OURS as NOT_OURS_IN_FILE
from vetline.config.bandit_ini import KEYS as INI_KEYS
from vetline.config.bandit_ini import NOT_OURS as NOT_OURS_IN_INI
from vetline.core.severity import Level

PAGE = (Path(__file__).parents[2] / "docs" / "configuration.md").read_text(encoding="utf-8")
ROWS = {
    cells[0].strip("` "): [cell.strip() for cell in cells[1:]]
    for line in PAGE.partition("## All settings")[2].partition("## What is shown")[0].splitlines()
    if line.startswith("| `")
    for cells in [line.strip("|").split("|")]
}
TOML = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)


def test_the_table_has_all_settings() -> None:
    assert set(ROWS) == {*KEYS, SEVERITY}


@pytest.mark.parametrize("name", [name for name in ROWS if name not in {SEVERITY, "bandit.config"}])
def test_the_table_has_the_right_defaults(name: str) -> None:
    _, default, _ = ROWS[name]
    assert default == f"`{as_toml(load(user=None).settings[name].value)}`"


@pytest.mark.parametrize("name", [name for name, (kind, _, _) in ROWS.items() if kind.startswith('`"')])
def test_the_table_has_all_words(name: str) -> None:
    for word in re.findall(r'"(\w+)"', ROWS[name][0]):
        assert not check_text(Path("vetline.toml"), f'{name} = "{word}"')
    (problem,) = check_text(Path("vetline.toml"), f"{name} = 0")
    assert re.findall(r'"(\w+)"', ROWS[name][0]) == re.findall(r'"(\w+)"', problem.message.partition("must be")[2])


def test_the_table_has_all_levels() -> None:
    assert re.findall(r'"(\w+)"', ROWS[SEVERITY][2]) == [str(level) for level in Level]


def test_names_each_key_of_bandits_files() -> None:
    section = PAGE.partition("## Bandit's own configuration")[2].partition("## Mistakes")[0]
    named = set(re.findall(r"`([\w-]+)`", section))
    assert named >= NOT_OURS_IN_FILE | NOT_OURS_IN_INI | INI_KEYS | LEGACY_BLACKLISTS | {
        "tests",
        "skips",
        "exclude_dirs",
        "profiles",
    }


def test_names_the_files() -> None:
    for glob in WATCH_GLOBS:
        assert f"`{glob.removeprefix('**/')}`" in PAGE


def test_the_toml_examples_are_right() -> None:
    pyproject, own = TOML
    assert check_text(Path("pyproject.toml"), pyproject) == ()
    assert tomllib.loads(pyproject)["tool"].keys() == {"vetline", "bandit"}
    assert check_text(Path("vetline.toml"), own) == ()


def test_the_settings_in_the_table_of_noise_are_right() -> None:
    section = PAGE.partition("## What is shown")[2].partition("### Profiles")[0]
    settings = re.findall(r"`([a-z.-]+ = [^`]+)`", section)
    assert len(settings) == len(re.findall(r"`[^`]* = [^`]*`", section)) > 6
    for setting in settings:
        assert check_text(Path("vetline.toml"), setting) == ()


def test_the_json_example_is_right() -> None:
    import json

    (text,) = re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)
    loaded = load(editor=json.loads(text), user=None)
    assert loaded.problems == ()
    assert loaded.config.test_paths == ("spec/",)


def test_the_mistakes_are_reported_in_these_words() -> None:
    written = PAGE.partition("## Mistakes")[2].partition("## An example")[0]
    for name, text in (
        ("pyproject.toml", '[tool.vetline]\nmin-severty = "high"\nselect = ["B6022"]\n'),
        (".bandit", "[bandit]\nskips = B101, B404\n"),
    ):
        problems = check_text(Path(name), text)
        assert problems
        for problem in problems:
            assert f":{problem.range.start.column + 1}: {problem.message}\n" in written
