"""A project of files to check, and two ways to run the command on it: in this process, and as a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from vetline.cli.main import vetline
from vetline.config.discovery import user_file

PACKAGES = Path(__file__).parents[2] / "server"

UNMEASURED = dict.fromkeys(("COVERAGE_PROCESS_CONFIG", "COVERAGE_PROCESS_START"), "")
"""The environment of a process that coverage, which imports a lot itself, keeps out of."""


@dataclass(frozen=True)
class Outcome:
    """What a command left behind."""

    code: int
    out: str
    err: str
    out_bytes: bytes


@dataclass(frozen=True)
class Project:
    """A folder; commands run in it, and nothing of the user's own configuration is seen."""

    root: Path

    def write(self, files: Mapping[str, str | bytes]) -> Project:
        for name, content in files.items():
            path = self.root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content.encode() if isinstance(content, str) else content)
        return self

    def read(self, name: str) -> bytes:
        return (self.root / name).read_bytes()

    def run(self, *args: str | Path, stdin: str | bytes | None = None) -> Outcome:
        """Run the command in this process."""
        result = CliRunner().invoke(vetline, [str(arg) for arg in args], input=stdin, prog_name="vetline")
        return Outcome(result.exit_code, result.stdout, result.stderr, result.stdout_bytes)

    def start(self, *args: str | Path, **options: Any) -> subprocess.Popen[bytes]:
        """Start the command as a process of its own."""
        pipes = {name: options.pop(name, subprocess.PIPE) for name in ("stdin", "stdout", "stderr")}
        env = {**os.environ, "PYTHONPATH": str(PACKAGES), **options.pop("env", {})}
        command = [sys.executable, *options.pop("program", ["-m", "vetline"]), *map(str, args)]
        return subprocess.Popen(command, cwd=self.root, env=env, **pipes, **options)

    def spawn(self, *args: str | Path, stdin: bytes = b"", **options: Any) -> Outcome:
        """Run the command as a process of its own."""
        with self.start(*args, **options) as process:
            out, err = process.communicate(stdin, timeout=60)
        return Outcome(process.returncode, out.decode(errors="replace"), err.decode(errors="replace"), out)


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Project]:
    root = tmp_path / "project"
    root.mkdir()
    monkeypatch.chdir(root)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "no-config"))
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("NO_COLOR", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)
    user_file.cache_clear()
    yield Project(root)
    user_file.cache_clear()


@pytest.fixture
def bandits_profile(project: Project) -> None:
    """Let the user have chosen Bandit's profile, for tests that are not about what is found: no new rule changes it."""
    settings = Path(os.environ["XDG_CONFIG_HOME"]) / "vetline" / "vetline.toml"
    settings.parent.mkdir(parents=True)
    settings.write_text('profile = "bandit"\n')
