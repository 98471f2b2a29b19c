"""Many files, several processes: the same report, whatever a file does to the process that looks at it."""

from __future__ import annotations

import json
import os
import re
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from tests.cli.conftest import PACKAGES, Project
from tests.cli.test_json import VARIED
from vetline.cli import running

pytestmark = pytest.mark.usefixtures("bandits_profile")

PLUGIN = """\
import os, pathlib, sys, time
from bandit.core import test_properties as test


@test.checks("Call")
@test.test_id("X901")
def misbehave(context):
    name = context.call_function_name
    if name == "crash_here":
        os._exit(11)
    if name == "exit_here":
        sys.exit("gone")
    if name == "hang_here":
        pathlib.Path("hanging").touch()
        time.sleep(600)
    if name == "print_here":
        print("noise")
"""

ENTRY_POINTS = "[bandit.plugins]\nmisbehave = misbehaving:misbehave\n"
METADATA = "Metadata-Version: 2.1\nName: misbehaving\nVersion: 1.0\n"


@pytest.fixture
def with_plugin(tmp_path: Path) -> dict[str, str]:
    """Return the environment in which a Bandit plugin is installed that crashes, hangs and prints on demand."""
    folder = tmp_path / "plugins"
    (folder / "misbehaving-1.0.dist-info").mkdir(parents=True)
    (folder / "misbehaving.py").write_text(PLUGIN)
    (folder / "misbehaving-1.0.dist-info" / "entry_points.txt").write_text(ENTRY_POINTS)
    (folder / "misbehaving-1.0.dist-info" / "METADATA").write_text(METADATA)
    return {"PYTHONPATH": os.pathsep.join([str(PACKAGES), str(folder)])}


def many(count: int = 40) -> dict[str, str]:
    return {f"f{number:02}.py": f"eval(x{number})\n" for number in range(count)}


def eventually(condition: Callable[[], bool], seconds: float = 20) -> bool:
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True


@pytest.mark.parametrize("format_", ["json", "sarif"])
def test_any_number_of_processes_gives_the_same_report(project: Project, monkeypatch: pytest.MonkeyPatch, format_: str) -> None:
    project.write({**many(), **VARIED, "vetline.toml": 'exclude = ["f07.py"]\n[severity]\nB307 = "error"\n'})
    one, three = (project.run("check", "--format", format_, "--jobs", jobs) for jobs in ("1", "3"))
    monkeypatch.setattr(running, "_WORTH_PROCESSES", 1000)
    here = project.run("check", "--format", format_)
    assert one.code == three.code == here.code == 1
    assert len(one.out) > 10_000
    assert one.out == three.out == here.out


def test_a_file_that_kills_a_process_is_reported_and_no_other_is_lost(project: Project, with_plugin: dict[str, str]) -> None:
    project.write({**many(), "f05.py": "crash_here()\n", "f06.py": "exit_here()\n", "f39.py": "crash_here()\n"})
    outcome = project.spawn("check", "--format", "json", "--jobs", "2", "--exit-zero", env=with_plugin)
    document = json.loads(outcome.out)
    assert outcome.code == 2
    assert [(error["kind"], error["path"]) for error in document["errors"]] == [
        ("internal", "f05.py"),
        ("internal", "f06.py"),
        ("internal", "f39.py"),
    ]
    assert "exit code 11" in document["errors"][0]["message"]
    assert len(document["findings"]) == 37


def test_a_file_that_takes_too_long_is_reported_and_no_other_is_lost(project: Project, with_plugin: dict[str, str]) -> None:
    project.write({**many(), "f00.py": "hang_here()\n"})
    outcome = project.spawn("check", "--format", "json", "--time-limit", "1", env=with_plugin)
    document = json.loads(outcome.out)
    assert outcome.code == 2
    (error,) = document["errors"]
    assert (error["kind"], error["path"], error["message"]) == ("timeout", "f00.py", "it took more than 1 seconds")
    assert len(document["findings"]) == 39


@pytest.mark.parametrize("count", [1, 40], ids=["in this process", "in others"])
def test_what_a_plugin_prints_is_not_in_the_report(project: Project, with_plugin: dict[str, str], count: int) -> None:
    project.write({**many(count), "f00.py": "print_here()\n"})
    outcome = project.spawn("check", "--format", "json", env=with_plugin)
    assert json.loads(outcome.out)["errors"] == []
    assert "noise" in outcome.err


def test_processes_that_cannot_even_start_end_the_run(project: Project, with_plugin: dict[str, str]) -> None:
    plugin = Path(with_plugin["PYTHONPATH"].split(os.pathsep)[1], "misbehaving.py")
    plugin.write_text("import multiprocessing as m, os\n\nif m.current_process().name != 'MainProcess':\n    os._exit(12)\n")
    outcome = project.write(many()).spawn("check", "--exit-zero", env=with_plugin)
    assert (outcome.code, outcome.out) == (2, "")
    assert "the analysis can't start" in outcome.err
    assert "exit code 12" in outcome.err


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
def test_ctrl_c_ends_all_processes_quietly(project: Project, with_plugin: dict[str, str]) -> None:
    project.write({**many(), "f00.py": "hang_here()\n"})
    with project.start("check", env=with_plugin, start_new_session=True) as process:
        assert eventually((project.root / "hanging").exists)
        children = psutil.Process(process.pid).children(recursive=True)
        os.killpg(process.pid, signal.SIGINT)
        out, err = process.communicate(timeout=20)
    assert (process.returncode, out, err) == (130, b"", b"")
    assert children
    assert eventually(lambda: not any(child.is_running() for child in children))


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_no_process_hears_of_an_interrupt_from_its_first_moment_on(project: Project, with_plugin: dict[str, str]) -> None:
    project.write({**many(), "f00.py": "hang_here()\n"})
    with project.start("check", "--jobs", "2", env=with_plugin) as process:
        assert eventually((project.root / "hanging").exists)
        workers = [child for child in psutil.Process(process.pid).children() if "spawn_main" in " ".join(child.cmdline())]
        status = [Path(f"/proc/{worker.pid}/status").read_text() for worker in workers]
        process.kill()
        process.communicate(timeout=20)
    blocked = [int(mask, 16) for text in status for mask in re.findall(r"^SigBlk:\s*(\w+)$", text, re.MULTILINE)]
    assert [bool(mask & 1 << (signal.SIGINT - 1)) for mask in blocked] == [True, True]


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
def test_processes_end_with_the_command(project: Project, with_plugin: dict[str, str]) -> None:
    project.write({**many(), "f00.py": "hang_here()\n"})
    with project.start("check", env=with_plugin) as process:
        assert eventually((project.root / "hanging").exists)
        children = psutil.Process(process.pid).children(recursive=True)
        process.kill()
        process.communicate(timeout=20)
    assert children
    assert eventually(lambda: not any(child.is_running() for child in children))


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX pipes")
def test_a_reader_that_goes_away_is_no_error(project: Project) -> None:
    project.write({"app.py": "eval(x)\n" * 2000})
    with project.start("check") as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline().startswith(b"app.py:1:1")
        process.stdout.close()
        err = process.stderr.read()
    assert (process.returncode, err) == (141, b"")


@pytest.mark.parametrize("way", ["script", "module"])
def test_nothing_that_is_checked_is_imported(project: Project, tmp_path: Path, way: str) -> None:
    """A project may hold files that are called like modules that Python, Vetline or Bandit import."""
    touched = tmp_path / "touched"
    trap = f"open({str(touched)!r}, 'a').write(__name__ + ' ')\n"
    names = {"click", "rich", "bandit", "pathspec", "stevedore", "yaml", "platformdirs", "plugin"}
    if way == "script":  # with "python -m", Python itself has imported some of these before we can do anything about it
        names |= {*sys.stdlib_module_names, "vetline", "sitecustomize", "usercustomize"} - {"__main__"}
    project.write({f"{name}.py": trap for name in names} | many())
    project.write({"evil-1.0.dist-info/METADATA": METADATA, "evil.py": trap})
    project.write({"evil-1.0.dist-info/entry_points.txt": "[bandit.plugins]\nevil = evil:plugin\n"})
    script = tmp_path / "bin" / "vetline"
    script.parent.mkdir()
    script.write_text("from vetline.cli.main import main\n\nif __name__ == '__main__':\n    main()\n")
    outcome = project.spawn("check", "--quiet", program=[str(script)] if way == "script" else ["-m", "vetline"])
    assert (outcome.code, outcome.err) == (1, "")
    assert outcome.out.count("B307") == 40
    assert not touched.exists()
