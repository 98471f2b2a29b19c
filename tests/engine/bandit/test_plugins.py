"""Third-party plugins for Bandit run block by block as they run on a file."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from shutil import copy

import pytest

from tests.engine.bandit.findings import Found, differences, of_command

SAMPLES = Path(__file__).parent / "samples"
ROOT = Path(__file__).parents[3]

CHECKS = {
    "H001": "imported_calls",
    "H002": "renamed_calls",
    "H003": "strings_in_models",
    "H004": "lines_of_the_file",
    "H005": "forbidden_words",
    "H006": "names",
    "H007": "limited",
    "H008": "failing",
}


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder that is to Python as if the plugin were installed in it."""
    folder = tmp_path_factory.mktemp("site")
    copy(SAMPLES / "house_rules.py", folder)
    metadata = folder / "house_rules-1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: house-rules\nVersion: 1.0\n")
    points = [f"{name} = house_rules:{name}" for name in CHECKS.values()]
    (metadata / "entry_points.txt").write_text("\n".join(["[bandit.plugins]", *points, ""]))
    return folder


@pytest.fixture(scope="module")
def watched(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("watched")
    copy(SAMPLES / "watched.py", folder)
    return folder


@pytest.fixture(scope="module")
def theirs(installed: Path, watched: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Found]]:
    cache = tmp_path_factory.mktemp("cache")  # of the entry points, which Bandit's loader keeps
    return of_command(watched, PYTHONPATH=str(installed), XDG_CACHE_HOME=str(cache))


def of_vetline(installed: Path, watched: Path, *arguments: str) -> dict[str, list[Found]]:
    """Vet a folder in a process that has the plugin installed."""
    path = os.pathsep.join([str(installed), str(ROOT), str(ROOT / "server")])
    run = subprocess.run(
        [sys.executable, "-m", "tests.engine.bandit.vet_folder", str(watched), *arguments],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": path, "XDG_CACHE_HOME": str(installed / "cache")},
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    return {name: [Found(*found) for found in issues] for name, issues in json.loads(run.stdout).items()}


def test_the_plugin_is_found(theirs: dict[str, list[Found]]) -> None:
    assert {issue.test_id for issue in theirs["watched.py"]} >= CHECKS.keys() - {"H008"}


def test_plugins_find_what_they_find_in_bandit(installed: Path, watched: Path, theirs: dict[str, list[Found]]) -> None:
    assert differences(of_vetline(installed, watched), theirs) == []


def test_plugins_find_it_after_edits(installed: Path, watched: Path, theirs: dict[str, list[Found]]) -> None:
    assert differences(of_vetline(installed, watched, "edited"), theirs) == []
