"""Each setting from each source, and which source wins."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from vetline.config import KEYS, Files, Layer, Loaded, Origin, as_toml, load
from vetline.core.config import Config, Gate, OldCode, Profile
from vetline.core.location import Range
from vetline.core.severity import Confidence, Level, Severity


@dataclass(frozen=True)
class Case:
    """A setting: its dotted key, a value as written in TOML and as a program hands it over, and what it means."""

    key: str
    toml: str
    data: Any
    meaning: Any
    field: str

    def in_program(self, *, camel: bool) -> dict[str, Any]:
        """Return the setting as nested mappings, in camelCase (an editor) or snake_case (the command line)."""
        *tables, key = self.key.split(".")
        if camel:
            first, *rest = key.split("-")
            key = first + "".join(word.capitalize() for word in rest)
        nested: dict[str, Any] = {key.replace("-", "_"): self.data}
        for table in reversed(tables):
            nested = {table: nested}
        return nested


CASES = [
    Case("profile", '"bandit"', "bandit", Profile.BANDIT, "profile"),
    Case("select", '["B602", "B3"]', ["B602", "B3"], ("B602", "B3"), "select"),
    Case("ignore", "[]", [], (), "ignore"),
    Case("min-severity", '"medium"', "medium", Severity.MEDIUM, "min_severity"),
    Case("min-confidence", '"all"', "all", Confidence.UNDEFINED, "min_confidence"),
    Case("exclude", '["build/", "!build/keep.py"]', ["build/", "!build/keep.py"], ("build/", "!build/keep.py"), "exclude"),
    Case("respect-gitignore", "false", False, False, "respect_gitignore"),
    Case("typing-delay-ms", "0", 0, 0, "typing_delay_ms"),
    Case("deep", "false", False, False, "deep"),
    Case("deep-delay-ms", "1000", 1000, 1000, "deep_delay_ms"),
    Case("deep-timeout-ms", "100", 100, 100, "deep_timeout_ms"),
    Case("old-code", '"hint"', "hint", OldCode.HINT, "old_code"),
    Case("foreign.code-lens", "false", False, False, "lenses"),
    Case("foreign.gate", '"high"', "high", Gate.HIGH, "gate"),
    Case("ledger", "false", False, False, "ledger"),
    Case("ledger-days", "30", 30, 30, "ledger_days"),
    Case("tests.paths", '["spec/"]', ["spec/"], ("spec/",), "test_paths"),
    Case("tests.ignore", '["B1", "B404"]', ["B1", "B404"], ("B1", "B404"), "test_ignore"),
    Case("bandit.ignore-nosec", "true", True, True, "bandit.ignore_nosec"),
]
BY_KEY = pytest.mark.parametrize("case", CASES, ids=[case.key for case in CASES])
IN_PROJECTS = [case for case in CASES if not KEYS[case.key].personal]
BY_PROJECTS_KEY = pytest.mark.parametrize("case", IN_PROJECTS, ids=[case.key for case in IN_PROJECTS])


def test_no_setting_is_left_out_here() -> None:
    assert {case.key for case in CASES} | {"bandit.config", "models"} == set(KEYS)


def field_of(loaded: Loaded, name: str) -> Any:
    value: Any = loaded.config
    for step in name.split("."):
        value = getattr(value, step)
    return value


def check(loaded: Loaded, case: Case, layer: Layer, path: Path | None = None) -> Origin:
    assert loaded.problems == ()
    assert field_of(loaded, case.field) == case.meaning
    setting = loaded.settings[case.key]
    assert setting.value == case.meaning
    assert (setting.origin.layer, setting.origin.path) == (layer, path)
    return setting.origin


@BY_PROJECTS_KEY
@pytest.mark.parametrize("name", ["vetline.toml", ".vetline.toml"])
def test_from_vetlines_own_file(case: Case, name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_text(f"# first line\n{case.key} = {case.toml}\n")
    origin = check(load(tmp_path / "a.py", user=None), case, Layer.PROJECT, path)
    assert origin.range == Range.of(1, len(case.key) + 3, 1, len(case.key) + 3 + len(case.toml))
    assert str(origin) == f"{path}:2"


@BY_PROJECTS_KEY
def test_from_pyproject(case: Case, tmp_path: Path) -> None:
    path = tmp_path / "pyproject.toml"
    path.write_text(f"[project]\nname = 'x'\n[tool.vetline]\n{case.key} = {case.toml}\n")
    origin = check(load(tmp_path / "a.py", user=None), case, Layer.PROJECT, path)
    assert origin.range.start.line == 3


@BY_KEY
def test_from_the_users_file(case: Case, tmp_path: Path) -> None:
    path = tmp_path / "home" / "vetline.toml"
    path.parent.mkdir()
    path.write_text(f"{case.key} = {case.toml}\n")
    check(load(tmp_path / "a.py", user=path), case, Layer.USER, path)


@BY_KEY
def test_from_the_editor(case: Case) -> None:
    camel = case.in_program(camel=True)
    assert str(check(load(editor=camel, user=None), case, Layer.EDITOR)) == "editor settings"
    check(load(editor={"vetline": camel}, user=None), case, Layer.EDITOR)
    check(load(editor={**camel, "unset": None, "trace": {"server": "off"}}, user=None), case, Layer.EDITOR)


@BY_KEY
def test_from_the_command_line(case: Case) -> None:
    loaded = load(command_line=case.in_program(camel=False), user=None)
    assert str(check(loaded, case, Layer.COMMAND_LINE)) == "command line"


@BY_KEY
def test_default(case: Case) -> None:
    loaded = load(user=None)
    assert loaded.config == Config()
    assert loaded.settings[case.key].value == field_of(loaded, case.field)
    assert str(loaded.settings[case.key].origin) == "default"


@BY_KEY
def test_prints_as_it_is_written(case: Case) -> None:
    assert as_toml(case.meaning) == case.toml


@pytest.mark.parametrize("level", list(Level))
def test_levels_from_each_source(level: Level, tmp_path: Path) -> None:
    (tmp_path / "vetline.toml").write_text(f'[severity]\nB404 = "{level}"\nB6 = "{level}"\n')
    for loaded in (
        load(tmp_path, user=None),
        load(editor={"severity": {"B404": str(level), "B6": str(level)}}, user=None),
        load(command_line={"severity": {"B404": str(level), "B6": str(level)}}, user=None),
    ):
        assert loaded.problems == ()
        assert loaded.config.levels == {"B404": level, "B6": level}


def test_the_path_of_bandits_file_is_relative_to_where_it_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for folder, check_id in (("home", "B101"), ("project", "B102"), ("cwd", "B103"), (".", "B104")):
        (tmp_path / folder).mkdir(exist_ok=True)
        (tmp_path / folder / "b.yaml").write_text(f"skips: [{check_id}]\n")
    for folder in ("home", "project"):
        (tmp_path / folder / "vetline.toml").write_text('bandit.config = "b.yaml"\n')
    monkeypatch.chdir(tmp_path / "cwd")
    (tmp_path / "elsewhere").mkdir()
    user = tmp_path / "home" / "vetline.toml"
    named = {"bandit": {"config": "b.yaml"}}
    assert load(tmp_path / "elsewhere", user=user).config.bandit.skips == {"B101"}
    assert load(tmp_path / "project", user=user).config.bandit.skips == {"B102"}
    assert load(tmp_path / "project", command_line=named, user=None).config.bandit.skips == {"B103"}
    assert load(tmp_path / "project", workspace=tmp_path, editor=named, user=None).config.bandit.skips == {"B104"}
    absolute = {"bandit": {"config": str(tmp_path / "home" / "b.yaml")}}
    assert load(tmp_path, editor=absolute, user=None).config.bandit.skips == {"B101"}


def test_nothing_turns_the_ledger_on_if_the_user_has_turned_it_off(tmp_path: Path) -> None:
    user = tmp_path / "user.toml"
    user.write_text("ledger = false\n")
    (tmp_path / "vetline.toml").write_text("ledger = true\n")
    loaded = load(tmp_path, user=user, editor={"ledger": True})
    assert not loaded.config.ledger
    assert loaded.settings["ledger"].origin.path == user
    user.write_text("ledger = true\n")
    assert not load(tmp_path, user=user, editor={"ledger": False}).config.ledger
    (tmp_path / "vetline.toml").write_text("ledger = false\n")
    assert not load(tmp_path, user=user).config.ledger


def test_how_long_something_is_remembered_is_no_business_of_a_project(tmp_path: Path) -> None:
    (tmp_path / "vetline.toml").write_text("ledger-days = 1\n")
    loaded = load(tmp_path, user=None)
    assert loaded.config.ledger_days == 365
    (problem,) = loaded.problems
    assert problem.message == '"ledger-days" has no effect in a project\'s file; set it in your own vetline.toml'


@pytest.fixture
def everywhere(tmp_path: Path) -> dict[str, Any]:
    """A typing delay in each of the sources: 1 for the user, 2 for the project, 3 for the editor, 4 on the command line."""
    (tmp_path / "user.toml").write_text("typing-delay-ms = 1\n")
    (tmp_path / "vetline.toml").write_text("typing-delay-ms = 2\n")
    return {
        "user": tmp_path / "user.toml",
        "path": tmp_path / "a.py",
        "editor": {"typingDelayMs": 3},
        "command_line": {"typing_delay_ms": 4},
    }


@pytest.mark.parametrize(
    "absent, winner",
    [
        ([], 4),
        (["command_line"], 3),
        (["command_line", "editor"], 2),
        (["command_line", "editor", "path"], 1),
    ],
)
def test_later_sources_win(everywhere: dict[str, Any], absent: list[str], winner: int) -> None:
    sources = everywhere | dict.fromkeys(absent)
    assert load(sources.pop("path"), **sources).config.typing_delay_ms == winner


def test_arrays_replace_and_levels_add_up(tmp_path: Path) -> None:
    (tmp_path / "vetline.toml").write_text('ignore = ["B1"]\nseverity = { B404 = "off", B6 = "error" }\n')
    loaded = load(tmp_path, editor={"ignore": ["B3"], "severity": {"B404": "hint", "B105": "off"}}, user=None)
    assert loaded.config.ignore == ("B3",)
    assert loaded.config.levels == {"B404": Level.HINT, "B6": Level.ERROR, "B105": Level.OFF}
    assert str(loaded.settings["severity.B404"].origin) == "editor settings"
    assert str(loaded.settings["severity.B6"].origin) == f"{tmp_path / 'vetline.toml'}:2"


def test_a_profile_brings_its_own_defaults_and_nothing_more() -> None:
    bandit = load(command_line={"profile": "bandit"}, user=None)
    assert bandit.config == Config(profile=Profile.BANDIT, test_ignore=())
    chosen = load(command_line={"profile": "bandit"}, editor={"tests": {"ignore": ["B105"]}}, user=None)
    assert chosen.config.test_ignore == ("B105",)


def test_numbers_of_editors_that_know_only_floats() -> None:
    assert load(editor={"typingDelayMs": 200.0}, user=None).config.typing_delay_ms == 200
    (problem,) = load(editor={"typingDelayMs": float("nan")}, user=None).problems
    assert "must be a whole number" in problem.message


def test_settings_are_listed_in_the_order_of_the_documentation(tmp_path: Path) -> None:
    (tmp_path / "vetline.toml").write_text('severity.B1 = "off"\nselect = ["B"]\n')
    names = list(load(tmp_path, user=None, files=Files()).settings)
    assert names[:3] == ["profile", "select", "ignore"]
    assert names[-2:] == ["severity.B1", "bandit.config"]
