"""What the deep tier looks at, when, and what becomes of it when its process misbehaves.

The process is :mod:`tests.session.fake_deep_process`, which does what the text says.
"""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import sys
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import psutil
import pytest

from tests.session import fake_deep_process
from vetline.core.config import Config, Profile
from vetline.core.location import Range
from vetline.engine.document import Engine
from vetline.engine.policy import Policy
from vetline.session.buffer import Buffer, Rulebook
from vetline.session.changes import Change
from vetline.session.deep import tier as tier_module
from vetline.session.deep.tier import DeepTier

ENGINE = Engine.of(Config())
IMPORT = "import compat\n"


async def until(is_so: Callable[[], object], patience: float = 20.0) -> None:
    """Wait until something is so."""
    end = time.monotonic() + patience
    while not is_so():
        assert time.monotonic() < end, "it never came to that"
        await asyncio.sleep(0.01)


class Bench:
    """A tier with buffers, and what came of it."""

    def __init__(self, root: Path, command: list[str] | None = None) -> None:
        self.root = root
        self.diary = root / "diary"
        self.diary.touch()
        (root / "compat.py").touch()
        fake = [sys.executable, fake_deep_process.__file__, str(self.diary)]
        self.tier = DeepTier(self._found, command or fake)
        self.found: list[tuple[str, list[int]]] = []
        self.config = Config(deep_delay_ms=10, deep_timeout_ms=10_000)

    def open(self, text: str, name: str = "app.py") -> Buffer:
        path = self.root / name
        buffer = Buffer(path.as_uri(), path, 1, IMPORT + text, self.rulebook)
        self.vet(buffer)
        return buffer

    @property
    def rulebook(self) -> Rulebook:
        return Rulebook(ENGINE, Policy(self.config, self.root))

    def vet(self, buffer: Buffer) -> None:
        for _ in buffer.vet_stepwise():
            pass
        self.tier.schedule(buffer, self.root)

    def edit(self, buffer: Buffer, range_: Range, text: str) -> None:
        buffer.change((buffer.version or 0) + 1, [Change(range_, text)])
        self.vet(buffer)

    def rewrite(self, buffer: Buffer, text: str) -> None:
        buffer.change((buffer.version or 0) + 1, [Change(None, IMPORT + text)])
        self.vet(buffer)

    @property
    def asked(self) -> list[tuple[int, str, str]]:
        """The process, the file's name and the text (without its import) of each request."""
        lines = (line.split(" ", 2) for line in self.diary.read_text(encoding="utf-8").splitlines())
        return [(int(pid), name, eval(text).removeprefix(IMPORT)) for pid, name, text in lines]

    @property
    def processes(self) -> list[int]:
        """The processes that have been asked, in order."""
        return list(dict.fromkeys(pid for pid, _, _ in self.asked))

    def _found(self, buffer: Buffer) -> None:
        self.found.append((Path(buffer.name).name, rows(buffer)))


def rows(buffer: Buffer) -> list[int]:
    """Return the lines of the late findings that are shown, the first being 0 behind the import."""
    return [shown.finding.range.start.line - 1 for shown in buffer.shown() if shown.finding.rule_id == "VET001"]


def is_gone(pid: int) -> bool:
    try:
        return bool(psutil.Process(pid).status() == psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return True


@pytest.fixture
async def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Bench]:
    monkeypatch.setattr(tier_module, "BACK_OFF_SECONDS", 0.01)
    bench = Bench(tmp_path)
    yield bench
    bench.tier.end()
    await until(lambda: all(map(is_gone, bench.processes)))


async def test_findings_come_when_it_has_been_quiet(bench: Bench) -> None:
    buffer = bench.open("x = 1\nBAD\n")
    assert rows(buffer) == []

    await until(lambda: bench.found)

    assert bench.found == [("app.py", [1])]
    assert [text for _, _, text in bench.asked] == ["x = 1\nBAD\n"]


async def test_nothing_is_told_when_nothing_has_changed(bench: Bench) -> None:
    buffer = bench.open("BAD\n")
    await until(lambda: bench.found)

    bench.edit(buffer, Range.of(2, 0, 2, 0), "\n\nx = 1\n")
    await until(lambda: len(bench.asked) == 2)
    await asyncio.sleep(0.1)

    assert bench.found == [("app.py", [0])]
    assert rows(buffer) == [0]


async def test_findings_stay_through_edits_elsewhere_and_go_with_their_block(bench: Bench) -> None:
    buffer = bench.open("BAD\n\nSLOW and BAD\n")
    await until(lambda: bench.found)

    bench.edit(buffer, Range.of(1, 0, 1, 3), "other")

    assert rows(buffer) == [2], "at once, before the process has looked at it again"


async def test_an_edit_while_the_process_is_at_work_makes_its_answer_worthless(bench: Bench) -> None:
    buffer = bench.open("SLOW\nBAD\n")
    await until(lambda: bench.asked)

    bench.rewrite(buffer, "fine = 1\n\n\nBAD\n")
    await until(lambda: bench.found)

    assert bench.found == [("app.py", [3])]


async def test_of_each_buffer_only_the_newest_text_waits(bench: Bench) -> None:
    first = bench.open("SLOW\n")
    second = bench.open("x = 0\n", "other.py")
    await until(lambda: bench.asked)

    for number in range(1, 5):
        bench.rewrite(first, f"x = {number}\nBAD\n")
        bench.rewrite(second, f"x = {number}\nBAD\n")
        await asyncio.sleep(0.03)
    await until(lambda: len(bench.found) == 2)

    assert sorted((name, text) for _, name, text in bench.asked) == [
        ("app.py", "SLOW\n"),
        ("app.py", "x = 4\nBAD\n"),
        ("other.py", "x = 4\nBAD\n"),
    ]
    assert len(bench.processes) == 1


async def test_a_closed_buffer_is_not_looked_at_and_told_nothing(bench: Bench) -> None:
    waiting = bench.open("BAD\n", "waiting.py")
    bench.tier.forget(waiting)
    running = bench.open("SLOW\nBAD\n", "running.py")
    await until(lambda: bench.asked)
    bench.tier.forget(running)
    bench.open("BAD\n")
    await until(lambda: bench.found)

    assert bench.found == [("app.py", [0])]
    assert [name for _, name, _ in bench.asked] == ["running.py", "app.py"]


@pytest.mark.parametrize("config", [Config(deep=False), Config(profile=Profile.BANDIT)])
async def test_it_can_be_switched_off(bench: Bench, config: Config) -> None:
    buffer = bench.open("BAD\n")
    await until(lambda: bench.found)

    bench.config = config
    buffer.use(bench.rulebook)
    bench.vet(buffer)
    await asyncio.sleep(0.1)

    assert rows(buffer) == []
    assert len(bench.asked) == 1


@pytest.mark.parametrize("text", ["import os\nBAD\n", "import requests\nBAD\n", "BAD\n"])
async def test_a_text_that_imports_nothing_of_the_workspace_starts_no_process(bench: Bench, text: str) -> None:
    path = bench.root / "app.py"
    bench.vet(Buffer(path.as_uri(), path, 1, text, bench.rulebook))
    await asyncio.sleep(0.2)

    assert bench.asked == []
    assert bench.tier._task is None


async def test_without_a_folder_there_is_nothing_to_look_at(bench: Bench) -> None:
    buffer = Buffer("untitled:1", None, 1, IMPORT + "BAD\n", bench.rulebook)
    for _ in buffer.vet_stepwise():
        pass
    bench.tier.schedule(buffer, None)
    await asyncio.sleep(0.1)

    assert bench.asked == []


async def test_a_process_that_hangs_is_killed_and_others_get_their_turn(bench: Bench) -> None:
    bench.config = Config(deep_delay_ms=10, deep_timeout_ms=300)
    bench.open("HANG\n")
    await until(lambda: bench.asked)
    bench.config = Config(deep_delay_ms=10)
    bench.open("BAD\n", "other.py")
    await until(lambda: bench.found)

    hung, fine = bench.processes
    assert is_gone(hung)
    assert not is_gone(fine)
    assert bench.found == [("other.py", [0])]


async def test_a_text_that_was_the_end_of_a_process_waits_for_a_change(bench: Bench) -> None:
    buffer = bench.open("CRASH\nBAD\n")
    await until(lambda: bench.asked)
    for _ in range(3):
        bench.vet(buffer)  # as after a change of the configuration
        await asyncio.sleep(0.05)
    assert len(bench.asked) == 1

    bench.rewrite(buffer, "BAD\n")
    await until(lambda: bench.found)

    assert bench.found == [("app.py", [0])]
    assert len(bench.processes) == 2


@pytest.mark.parametrize("fault", ["CRASH", "BABBLE"])
async def test_after_three_failures_in_a_row_it_stays_off_and_says_so_once(
    bench: Bench, caplog: pytest.LogCaptureFixture, fault: str
) -> None:
    buffer = bench.open("x = 0\n")
    with caplog.at_level(logging.WARNING):
        for number in range(6):
            bench.rewrite(buffer, f"{fault}  # {number}\n")
            await asyncio.sleep(0.05)
            await until(lambda: bench.tier._task is None or not bench.tier._waiting)
        await until(lambda: bench.tier._task is None)
        bench.rewrite(buffer, "BAD\n")
        await asyncio.sleep(0.1)

    assert len(bench.processes) == 3 + (not bench.asked[0][2].startswith(fault))
    assert rows(buffer) == []
    said = [record.getMessage() for record in caplog.records if record.name == tier_module.__name__]
    assert len(said) == 1
    assert "3 times in a row" in said[0]
    assert "BAD" not in said[0]


async def test_a_process_that_is_late_is_given_another_chance_each_time(bench: Bench) -> None:
    bench.config = Config(deep_delay_ms=10, deep_timeout_ms=100)
    buffer = bench.open("HANG\n")
    for number in range(1, 5):
        await until(lambda number=number: len(bench.processes) == number)  # type: ignore[misc]
        bench.rewrite(buffer, f"HANG  # {number}\n")
    await until(lambda: len(bench.processes) == 5)

    bench.rewrite(buffer, "BAD\n")
    await until(lambda: bench.found)


async def test_failures_with_successes_between_them_are_survived(bench: Bench) -> None:
    buffer = bench.open("CRASH\n")
    for number in range(4):
        await until(lambda number=number: len(bench.asked) == 2 * number + 1)  # type: ignore[misc]
        bench.rewrite(buffer, f"BAD\n# {number}\n")
        await until(lambda: rows(buffer) == [0])
        bench.rewrite(buffer, f"CRASH  # {number}\n")

    assert len(bench.processes) == 5


async def test_each_failure_is_waited_for_longer(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tier_module, "BACK_OFF_SECONDS", 0.3)
    buffer = bench.open("CRASH\n")
    times = []
    for number in range(1, 4):
        await until(lambda number=number: len(bench.asked) == number)  # type: ignore[misc]
        times.append(time.monotonic())
        bench.rewrite(buffer, f"CRASH  # {number}\n")

    assert times[1] - times[0] >= 0.3
    assert times[2] - times[1] >= 0.6


async def test_a_command_that_cannot_be_started_is_tried_three_times(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(tier_module, "BACK_OFF_SECONDS", 0.01)
    bench = Bench(tmp_path, [str(tmp_path / "missing")])
    with caplog.at_level(logging.INFO):
        buffer = bench.open("BAD\n")
        await until(lambda: "stays off" in caplog.text)

    assert caplog.text.count("can't be started") == 4, "each time, and once more for good"
    assert rows(buffer) == []


async def test_a_process_that_somebody_ended_while_it_was_idle_is_replaced(bench: Bench) -> None:
    buffer = bench.open("BAD\n")
    await until(lambda: bench.found)
    os.kill(bench.processes[0], signal.SIGKILL)
    await until(lambda: is_gone(bench.processes[0]))
    await asyncio.sleep(0.1)

    bench.rewrite(buffer, "x = 1\n\n\nBAD\n")
    await until(lambda: len(bench.found) > 1)

    assert bench.found[-1] == ("app.py", [3])
    assert len(bench.processes) == 2


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGSTOP")
async def test_a_process_that_was_stopped_is_replaced(bench: Bench) -> None:
    bench.config = Config(deep_delay_ms=10, deep_timeout_ms=500)
    buffer = bench.open("BAD\n")
    await until(lambda: bench.found)
    stopped = bench.processes[0]
    os.kill(stopped, signal.SIGSTOP)

    # More than a pipe holds: not even the request gets through.
    bench.rewrite(buffer, "#" * 200_000 + "\n")
    await until(lambda: is_gone(stopped))
    bench.rewrite(buffer, "BAD\nBAD\n")
    await until(lambda: rows(buffer) == [0, 1])


async def test_an_analysis_that_fails_is_no_end_of_the_process(bench: Bench, caplog: pytest.LogCaptureFixture) -> None:
    buffer = bench.open("FAIL\n")
    await until(lambda: "ValueError in somewhere" in caplog.text)

    bench.rewrite(buffer, "BAD\n")
    await until(lambda: bench.found)

    assert len(bench.processes) == 1


async def test_the_process_ends_some_time_after_the_last_buffer_was_closed(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tier_module, "IDLE_SECONDS", 0.2)
    first, second = bench.open("BAD\n"), bench.open("BAD\n", "other.py")
    await until(lambda: len(bench.found) == 2)
    (pid,) = bench.processes

    bench.tier.forget(first)
    await asyncio.sleep(0.4)
    assert not is_gone(pid)
    bench.tier.forget(second)
    await until(lambda: is_gone(pid))

    bench.open("BAD\n", "third.py")
    await until(lambda: len(bench.found) == 3)


async def test_the_end_of_the_session_is_the_end_of_the_process(bench: Bench) -> None:
    bench.open("HANG\n")
    await until(lambda: bench.asked)

    bench.tier.end()

    await until(lambda: is_gone(bench.processes[0]), patience=5)
    bench.open("BAD\n", "other.py")
    await asyncio.sleep(0.1)
    assert len(bench.asked) == 1
