"""When buffers are vetted: at once or after a pause, in turns, and never for a text that is no longer current."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Iterator

import pytest

from tests.session.vetting import buffer, insertion, rules
from vetline.session import scheduler as module
from vetline.session.buffer import Buffer
from vetline.session.changes import Urgency
from vetline.session.scheduler import Scheduler, Turns

LARGE = "def f():\n    eval(x)\n\n\n" * 300


class Heard:
    """What a scheduler announced: versions, and the findings that were shown then."""

    def __init__(self) -> None:
        self.scheduler = Scheduler(self._vetted)
        self.announced: list[tuple[int | None, int]] = []

    @property
    def versions(self) -> list[int | None]:
        return [version for version, _ in self.announced]

    def _vetted(self, buffer: Buffer) -> None:
        assert buffer.is_vetted
        self.announced.append((buffer.version, len(buffer.shown())))

    async def anything(self, count: int = 1) -> None:
        async with asyncio.timeout(10):
            while len(self.announced) < count:
                await asyncio.sleep(0.001)


@pytest.fixture
def short_turns(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let others have the event loop after each block."""
    monkeypatch.setattr(module, "TURN_SECONDS", 0.0)


async def test_what_is_urgent_and_small_is_vetted_before_anything_else_happens() -> None:
    heard = Heard()

    heard.scheduler.schedule(buffer("eval(x)\n"), Urgency.AT_ONCE)

    assert heard.announced == [(1, 1)]


async def test_typing_is_vetted_once_when_it_pauses() -> None:
    heard = Heard()
    opened = buffer("eval(x)\n", typing_delay_ms=60)
    for version in range(2, 8):
        opened.change(version, [insertion(0, "\n")])
        heard.scheduler.schedule(opened, Urgency.TYPING)
        await asyncio.sleep(0.01)
        assert heard.announced == []

    await heard.anything()

    await asyncio.sleep(0.15)
    assert heard.announced == [(7, 1)]


async def test_an_urgent_change_does_not_wait_for_typing_before_it() -> None:
    heard = Heard()
    opened = buffer("eval(x)\n", typing_delay_ms=50)
    heard.scheduler.schedule(opened, Urgency.TYPING)
    opened.change(2, [insertion(0, "exec(x)\n")])

    heard.scheduler.schedule(opened, Urgency.AT_ONCE)

    assert heard.announced == [(2, 2)]
    await asyncio.sleep(0.1)
    assert heard.announced == [(2, 2)]


@pytest.mark.usefixtures("short_turns")
async def test_a_large_text_is_vetted_in_turns() -> None:
    heard = Heard()
    heard.scheduler.schedule(buffer(LARGE), Urgency.AT_ONCE)
    turns = 0

    while not heard.announced:
        turns += 1
        await asyncio.sleep(0)

    assert turns > 100
    assert heard.announced == [(1, 300)]


@pytest.mark.usefixtures("short_turns")
async def test_a_text_that_was_changed_meanwhile_is_not_announced() -> None:
    heard = Heard()
    opened = buffer(LARGE)
    heard.scheduler.schedule(opened, Urgency.AT_ONCE)
    for version in range(2, 30):
        await asyncio.sleep(0)
        opened.change(version, [insertion(version * 4, "exec(x)\n")])
        heard.scheduler.schedule(opened, Urgency.AT_ONCE)

    await heard.anything()

    await asyncio.sleep(0.05)
    assert heard.announced == [(29, 328)]


@pytest.mark.usefixtures("short_turns")
async def test_what_is_cancelled_is_not_announced() -> None:
    heard = Heard()
    opened, typed = buffer(LARGE), buffer("eval(x)\n", typing_delay_ms=10)
    typed.uri = "file:///workspace/typed.py"
    heard.scheduler.schedule(opened, Urgency.AT_ONCE)
    heard.scheduler.schedule(typed, Urgency.TYPING)
    await asyncio.sleep(0)

    heard.scheduler.cancel(opened)
    heard.scheduler.cancel(typed)

    await asyncio.sleep(0.1)
    assert heard.announced == []


@pytest.mark.usefixtures("short_turns")
async def test_buffers_do_not_wait_for_each_other() -> None:
    heard = Heard()
    large, small = buffer(LARGE), buffer("eval(x)\n")
    small.uri, small.version = "file:///workspace/small.py", 7
    heard.scheduler.schedule(large, Urgency.AT_ONCE)

    heard.scheduler.schedule(small, Urgency.AT_ONCE)
    await heard.anything(2)

    assert heard.versions == [7, 1]


class TestWaiting:
    @pytest.mark.usefixtures("short_turns")
    async def test_one_who_waits_gets_the_findings_of_the_newest_text(self) -> None:
        heard = Heard()
        opened = buffer(LARGE)
        waiting = asyncio.create_task(heard.scheduler.vetted(opened))
        for version in range(2, 6):
            await asyncio.sleep(0)
            opened.change(version, [insertion(0, "exec(x)\n")])

        await asyncio.wait_for(waiting, 10)

        assert opened.is_vetted
        assert len(rules(opened)) == 304

    async def test_typing_is_not_waited_for(self) -> None:
        heard = Heard()
        opened = buffer("eval(x)\n", typing_delay_ms=10_000)
        heard.scheduler.schedule(opened, Urgency.TYPING)

        await asyncio.wait_for(heard.scheduler.vetted(opened), 5)

        assert rules(opened) == ["B307"]
        heard.scheduler.cancel(opened)

    @pytest.mark.usefixtures("short_turns")
    async def test_several_may_wait_and_one_may_leave(self) -> None:
        heard = Heard()
        opened = buffer(LARGE)
        heard.scheduler.schedule(opened, Urgency.AT_ONCE)
        waiting = [asyncio.create_task(heard.scheduler.vetted(opened)) for _ in range(3)]
        await asyncio.sleep(0)

        waiting[0].cancel()

        await asyncio.wait_for(asyncio.gather(*waiting[1:]), 10)
        await heard.anything()
        assert heard.announced == [(1, 300)]


class TestFailure:
    @pytest.mark.provokes_errors
    @pytest.mark.usefixtures("short_turns")
    @pytest.mark.parametrize("after", [0, 5])
    async def test_it_is_logged_and_the_next_change_is_vetted(
        self, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, after: int
    ) -> None:
        heard = Heard()
        opened = buffer(LARGE)

        def fail() -> Iterator[None]:
            yield from [None] * after
            raise RuntimeError

        with monkeypatch.context() as patch, caplog.at_level(logging.ERROR):
            patch.setattr(opened.document, "vet_stepwise", fail)
            heard.scheduler.schedule(opened, Urgency.AT_ONCE)
            await asyncio.sleep(0.05)
        assert [record.message for record in caplog.records] == ["Vetting a buffer failed"]
        assert heard.announced == []

        opened.change(2, [insertion(0, "exec(x)\n")])
        heard.scheduler.schedule(opened, Urgency.AT_ONCE)
        await heard.anything()

        assert heard.announced == [(2, 301)]


async def test_a_turn_is_over_when_its_time_is(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 100.0
    monkeypatch.setattr(time, "perf_counter", lambda: now)
    turns = Turns()
    assert [turns.is_over] == [False]

    now += module.TURN_SECONDS * 1.5
    assert [turns.is_over] == [True]

    await turns.pause_if_over()
    assert not turns.is_over
