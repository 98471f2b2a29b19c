"""Vetline's reading of Bandit's files has the effect that Bandit's own has."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import tomlkit
import yaml
from bandit.core.config import BanditConfig as BanditsConfig
from bandit.core.extension_loader import MANAGER
from bandit.core.test_set import BanditTestSet
from bandit.core.utils import parse_ini_file
from hypothesis import given, settings
from hypothesis import strategies as st

from vetline.config import as_toml, load
from vetline.config.bandit_file import _WHOLE_TABLES
from vetline.config.rule_names import REMOVED_CHECKS, check_ids, option_tables
from vetline.core.config import BanditConfig
from vetline.core.severity import Confidence, Severity


def write(folder: Path, **files: str) -> Path:
    """Write ``pyproject``, ``ini`` (``.bandit``), ``vetline`` (``vetline.toml``) and ``yaml`` (``b.yaml``)."""
    names = {"pyproject": "pyproject.toml", "ini": ".bandit", "vetline": "vetline.toml", "yaml": "b.yaml"}
    for kind, text in files.items():
        (folder / names[kind]).write_text(text)
    return folder


def test_pyproject(tmp_path: Path) -> None:
    write(
        tmp_path,
        pyproject="""
            [tool.bandit]
            tests = ["B101", "B602"]
            skips = ["B105"]
            exclude_dirs = ["tests", "*/migrations/*"]
            assert_used = { skips = ["*_test.py"] }
            [tool.bandit.hardcoded_tmp_directory]
            tmp_dirs = ["/scratch"]
        """,
    )
    loaded = load(tmp_path / "src" / "a.py", workspace=tmp_path, user=None)
    assert loaded.problems == ()
    assert loaded.config.bandit == BanditConfig(
        tests=frozenset({"B101", "B602"}),
        skips=frozenset({"B105"}),
        exclude_dirs=("tests", "*/migrations/*"),
        options={"assert_used": {"skips": ["*_test.py"]}, "hardcoded_tmp_directory": {"tmp_dirs": ["/scratch"]}},
    )
    described = {key: (as_toml(setting.value), str(setting.origin)) for key, setting in loaded.settings.items()}
    path = tmp_path / "pyproject.toml"
    assert described["bandit.tests"] == ('["B101", "B602"]', f"{path}:3")
    assert described["bandit.skips"] == ('["B105"]', f"{path}:4")
    assert described["bandit.exclude-dirs"] == ('["tests", "*/migrations/*"]', f"{path}:5")
    assert described["bandit.options.assert_used"] == ('{ "skips" = ["*_test.py"] }', f"{path}:6")
    assert described["bandit.min-severity"] == ('"all"', "default")


def test_ini(tmp_path: Path) -> None:
    write(
        tmp_path,
        ini="[bandit]\ntests: B101,B602\nskips = B105\nexclude = tests,/venv\nlevel = 3\nconfidence = 4\nignore-nosec = 1\n",
    )
    loaded = load(tmp_path, user=None)
    assert loaded.problems == ()
    assert loaded.config.bandit == BanditConfig(
        tests=frozenset({"B101", "B602"}),
        skips=frozenset({"B105"}),
        exclude_dirs=("tests", "/venv"),
        ignore_nosec=True,
        min_severity=Severity.MEDIUM,
        min_confidence=Confidence.HIGH,
    )


def test_yaml_with_a_profile(tmp_path: Path) -> None:
    """A legacy profile goes by names, too, and the choice at the top of the file doesn't count beside it."""
    write(
        tmp_path,
        ini="[bandit]\nconfigfile = b.yaml\nprofile = web\nskips = B601\n",
        yaml="skips: [B101]\nprofiles: {web: {include: [yaml_load, B602, import_telnetlib], exclude: [exec_used]}}\n",
        pyproject='[tool.bandit]\nskips = ["B103"]\n',
    )
    bandit = load(tmp_path, user=None).config.bandit
    assert (set(bandit.tests), set(bandit.skips)) == ({"B506", "B602", "B401"}, {"B102", "B601"})


def test_which_of_bandits_files_counts(tmp_path: Path) -> None:
    """What Vetline names comes before what .bandit names, and that before the nearest [tool.bandit]."""
    write(tmp_path, pyproject='[tool.bandit]\nskips = ["B101"]\n')
    (tmp_path / "one.yaml").write_text("skips: [B102]\n")
    (tmp_path / "two.toml").write_text('[tool.bandit]\nskips = ["B103"]\n')
    (tmp_path / "a").mkdir()
    assert load(tmp_path / "a", user=None).config.bandit.skips == {"B101"}
    write(tmp_path, ini="[bandit]\nconfigfile = one.yaml\n")
    assert load(tmp_path / "a", user=None).config.bandit.skips == {"B102"}
    named = load(tmp_path / "a", workspace=tmp_path, editor={"bandit": {"config": "two.toml"}}, user=None)
    assert named.config.bandit.skips == {"B103"}
    assert str(named.settings["bandit.config"].origin) == "editor settings"


def test_vetlines_word_on_nosec_counts_before_bandits(tmp_path: Path) -> None:
    write(tmp_path, ini="[bandit]\nignore-nosec = yes\n")
    assert load(tmp_path, user=None).config.bandit.ignore_nosec
    assert not load(tmp_path, editor={"bandit": {"ignoreNosec": False}}, user=None).config.bandit.ignore_nosec


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """Bandit logs what it doesn't like."""
    logging.disable()
    yield
    logging.disable(logging.NOTSET)


IDS = st.sampled_from(["B101", "B102", "B301", "B404", "B602", "B608", "B703", "B001", "B999", "B60", "exec_used", "", "B414"])
NAMES = IDS | st.sampled_from(["yaml_load", "pickle", "import_telnetlib", "nonsense"])
LISTS = st.lists(IDS, max_size=4, unique=True)
CONFIGS = st.fixed_dictionaries(
    {},
    optional={
        "tests": LISTS,
        "skips": LISTS,
        "skip": LISTS,
        "exclude_dirs": st.lists(st.sampled_from(["tests", "*/venv/*"]), max_size=2),
        "profiles": st.dictionaries(
            st.sampled_from(["one", "two"]),
            st.fixed_dictionaries(
                {}, optional={"include": st.lists(NAMES, max_size=3), "exclude": st.lists(NAMES, max_size=3)}
            ),
        ),
        "assert_used": st.fixed_dictionaries({"skips": st.just(["*_test.py"])}),
        "any_other_function_with_shell_equals_true": st.just({"shell": []}),
    },
)
INIS = st.fixed_dictionaries(
    {},
    optional={
        "tests": LISTS.map(",".join),
        "skips": LISTS.map(", ".join) | LISTS.map(",".join),
        "exclude": st.sampled_from(["a,b", "docs"]),
        "profile": st.sampled_from(["one", "two"]),
        "ignore-nosec": st.sampled_from(["", "true", "false"]),
    },
)


def bandits_view(config_file: Path, ini_file: Path) -> tuple[set[str], list[str], bool, dict[str, Any]] | None:
    """Return what Bandit makes of the files, after ``bandit.cli.main``; None if it refuses to run.

    The parts are: ids of the checks to run, paths to exclude, whether ``# nosec`` is ignored, and the options.
    """
    ini = parse_ini_file(str(ini_file)) or {}
    config = BanditsConfig(str(config_file))
    if ini.get("profile"):
        profile = (config.get_option("profiles") or {}).get(ini["profile"])
        if profile is None:
            return None
    else:
        profile = {"include": set(config.get_option("tests") or []), "exclude": set(config.get_option("skips") or [])}
    profile["include"].update(ini["tests"].split(",") if ini.get("tests") else [])
    profile["exclude"].update(ini["skips"].split(",") if ini.get("skips") else [])
    if profile["include"] & profile["exclude"] or not BanditTestSet(config, profile).tests:
        return None
    checks = BanditTestSet._get_filter(config, profile) & check_ids()
    exclude = list(config.get_option("exclude_dirs") or []) + (ini["exclude"].split(",") if ini.get("exclude") else [])
    options = {name: config.get_option(name) for name in option_tables() if config.get_option(name) is not None}
    return checks, exclude, bool(ini.get("ignore-nosec")), options


@given(CONFIGS, INIS, st.booleans())
@settings(deadline=None, max_examples=150)
def test_reads_as_bandit_does(config: dict[str, Any], ini: dict[str, str], as_yaml: bool) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        config_file, ini_file = folder / ("b.yaml" if as_yaml else "pyproject.toml"), folder / ".bandit"
        config_file.write_text(yaml.safe_dump(config) if as_yaml else tomlkit.dumps({"tool": {"bandit": config}}))
        lines = [f"{key} = {value}" for key, value in ini.items()]
        ini_file.write_text("\n".join(["[bandit]", f"configfile = {config_file.name}", *lines]))
        loaded = load(folder, user=None)
        theirs = bandits_view(config_file, ini_file)
    ours = loaded.config.bandit
    if theirs is None:
        assert loaded.problems, "Bandit refuses this, and so there must be something wrong"
        return
    checks = BanditTestSet._get_filter(None, {"include": set(ours.tests), "exclude": set(ours.skips)}) & check_ids()
    assert (checks, list(ours.exclude_dirs), ours.ignore_nosec, dict(ours.options)) == theirs


CODE = """\
import pickle
import subprocess
assert subprocess
exec("1")
password = "hunter2"
open("/tmp/x")
pickle.loads(b"")  # nosec
subprocess.call("ls", shell=True)
"""


@pytest.mark.parametrize(
    "files, arguments",
    [
        ({}, []),
        ({"pyproject": '[tool.bandit]\nskips = ["B101", "B404"]\n'}, ["-c", "pyproject.toml"]),
        ({"pyproject": '[tool.bandit]\nhardcoded_tmp_directory.tmp_dirs = ["/var"]\n'}, ["-c", "pyproject.toml"]),
        ({"ini": "[bandit]\ntests = B101,B301,B404\nignore-nosec = false\n"}, []),
        ({"ini": "[bandit]\nskips = B101, B404\n"}, []),
        (
            {"yaml": "profiles: {web: {include: [assert_used, exec_used]}}\n", "vetline": 'bandit.config = "b.yaml"\n'}
            | {"ini": "[bandit]\nprofile = web\n"},
            ["-c", "b.yaml"],
        ),
    ],
    ids=["nothing", "skips", "options", "ini", "blanks", "profile"],
)
def test_the_command_finds_what_the_configuration_lets_through(
    tmp_path: Path, files: dict[str, str], arguments: list[str]
) -> None:
    """The real ``bandit`` command, against Bandit's checks run with the configuration that Vetline has read."""
    write(tmp_path, **files)
    (tmp_path / "code.py").write_text(CODE)
    command = [sys.executable, "-m", "bandit", "-q", "-r", "-f", "json", *arguments, "."]
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    theirs = {(found["test_id"], found["line_number"]) for found in json.loads(run.stdout)["results"]}

    from bandit.core.manager import BanditManager

    ours = load(tmp_path / "code.py", user=None).config.bandit
    config = BanditsConfig()
    config.config.update(ours.options)
    profile = {"include": set(ours.tests), "exclude": set(ours.skips)}
    manager = BanditManager(config, "file", profile=profile, ignore_nosec=ours.ignore_nosec)
    manager.discover_files([str(tmp_path / "code.py")])
    manager.run_tests()
    assert {(issue.test_id, issue.lineno) for issue in manager.get_issue_list()} == theirs
    assert theirs, "a comparison of nothing shows nothing"


def test_bandit_still_fails_on_tables_that_lack_a_key() -> None:
    """Vetline reports a missing key for these tables only: the other checks bring their own default for one."""
    indexing = set()
    for plugin in MANAGER.plugins:
        name = getattr(plugin.plugin, "_takes_config", None)
        if name and any(f'config["{key}"]' in source_of(plugin.plugin) for key in option_tables()[name].defaults or ()):
            indexing.add(name)
    assert indexing - {"hardcoded_tmp_directory"} == _WHOLE_TABLES, "and that one looks before it takes"


def source_of(check: Any) -> str:
    return Path(sys.modules[check.__module__].__file__ or "").read_text()


def test_what_is_said_to_be_removed_is_gone() -> None:
    assert not REMOVED_CHECKS & check_ids()
