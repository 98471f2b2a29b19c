"""Put the server into the extension: ``python scripts/bundle.py``, and ``--lock`` to take newer dependencies first.

``bundled/libs`` gets Vetline's wheel and the locked versions of what it needs, as pure Python: the same files whatever machine
this runs on, and they run on every platform and every Python that Vetline supports.  The compiled parts of PyYAML and
MarkupSafe only make these faster, and are left out.  psutil has no other part: its compiled module works on every Python, and
``bundled/native`` has it for each platform, in a folder that the extension asks the interpreter for
(``src/server/probe.ts``).
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path

EXTENSION = Path(__file__).resolve().parent.parent
ROOT = EXTENSION.parent.parent
BUNDLED = EXTENSION / "bundled"
LOCK, NATIVE_LOCK = BUNDLED / "requirements.txt", BUNDLED / "requirements-native.txt"

OLDEST_PYTHON = "3.11"
PURE = "manylinux2014_x86_64"
"""Whose wheels of PyYAML and MarkupSafe are taken; without their compiled parts they are all the same."""
NATIVE = {
    "linux-x86_64": "manylinux2014_x86_64",
    "linux-aarch64": "manylinux2014_aarch64",
    "linux-musl-x86_64": "musllinux_1_2_x86_64",
    "linux-musl-aarch64": "musllinux_1_2_aarch64",
    "macosx-x86_64": "macosx_10_9_x86_64",
    "macosx-arm64": "macosx_11_0_arm64",
    "win-amd64": "win_amd64",
    "win-arm64": "win_arm64",
}
"""The platforms, as the extension calls them, and their tags of wheels."""

WINDOWS = ("colorama",)
"""What Bandit and click need on Windows only, so that pip elsewhere doesn't think of it."""

COMPILED = ("**/*.so", "**/*.pyd", "**/*.pyx", "**/*.c")
NEEDLESS = ("bin", "share", "*/tests", "**/__pycache__", "*.dist-info/RECORD", "*.dist-info/direct_url.json")


def main(arguments: Sequence[str]) -> None:
    """Bundle the server, with newer dependencies if ``arguments`` say so."""
    if arguments == ["--lock"]:
        LOCK.write_text("\n".join(_locked()) + "\n", encoding="utf-8")
        NATIVE_LOCK.write_text("\n".join(_locked_native()) + "\n", encoding="utf-8")
    elif arguments:
        sys.exit(f"unknown: {' '.join(arguments)}")
    libs, native = BUNDLED / "libs", BUNDLED / "native"
    for folder in (libs, native):
        shutil.rmtree(folder, ignore_errors=True)
    _install(libs, PURE, "--require-hashes", "--requirement", str(LOCK))
    with tempfile.TemporaryDirectory() as wheels:
        _pip("wheel", "--no-deps", "--wheel-dir", wheels, str(ROOT))
        _install(libs, PURE, *map(str, Path(wheels).glob("vetline-*.whl")))
    _remove(libs, COMPILED)
    for name, tag in NATIVE.items():
        _install(native / name, tag, "--require-hashes", "--requirement", str(NATIVE_LOCK))
    for folder in (libs, *native.iterdir()):
        _remove(folder, NEEDLESS)


def _locked() -> Iterator[str]:
    """Yield the newest versions of what Vetline needs that are pure Python, or are so in the main."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [requirement for requirement in project["dependencies"] if not requirement.startswith("psutil")]
    for wheel in _resolved(PURE, [*wanted, *WINDOWS]):
        yield _pinned([wheel])


def _locked_native() -> Iterator[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    (psutil,) = (requirement for requirement in project["dependencies"] if requirement.startswith("psutil"))
    yield _pinned([_resolved(tag, [psutil])[0] for tag in NATIVE.values()])


def _resolved(tag: str, requirements: Sequence[str]) -> list[dict[str, object]]:
    """Return pip's report on the wheels that it would install, by name."""
    options = ["--dry-run", "--ignore-installed", "--report", "-", *_target(Path("nowhere"), tag)]
    report = json.loads(_pip("install", *options, *requirements))
    return sorted(report["install"], key=lambda wheel: wheel["metadata"]["name"].casefold())


def _pinned(wheels: Sequence[dict[str, object]]) -> str:
    """Return a line of a lock file: one version, and the hashes of its wheels."""
    found = json.loads(json.dumps(wheels))
    name, version = found[0]["metadata"]["name"], found[0]["metadata"]["version"]
    hashes = sorted({wheel["download_info"]["archive_info"]["hashes"]["sha256"] for wheel in found})
    return " \\\n    ".join([f"{name}=={version}", *(f"--hash=sha256:{one}" for one in hashes)])


def _install(target: Path, tag: str, *what: str) -> None:
    _pip("install", "--no-deps", "--no-compile", *_target(target, tag), *what)


def _target(target: Path, tag: str) -> list[str]:
    python = ["--implementation", "cp", "--python-version", OLDEST_PYTHON, "--only-binary", ":all:"]
    return ["--target", str(target), "--platform", tag, *python]


def _remove(folder: Path, patterns: Sequence[str]) -> None:
    for path in [path for pattern in patterns for path in folder.glob(pattern)]:
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)


def _pip(*arguments: str) -> str:
    command = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", *arguments]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout


if __name__ == "__main__":
    main(sys.argv[1:])
