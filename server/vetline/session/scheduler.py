"""When buffers are vetted.

Typing is debounced, acceptance is not.  Vetting runs on the event loop in short turns, so that the server answers in
between; what is no longer current is given up, and never published.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable

from vetline.session.buffer import Buffer
from vetline.session.changes import Urgency

log = logging.getLogger(__name__)

TURN_SECONDS = 0.025
"""How long work may keep the event loop at a time: long enough to vet a completion's blocks in one turn."""
_STEPS_OF_OTHERS = 5
"""Rounds of the event loop between two turns: as many as lie between a request's arrival and its answer."""


class Turns:
    """Divides long work into turns.  The first one begins when this is made."""

    def __init__(self) -> None:
        self._end = time.perf_counter() + TURN_SECONDS

    @property
    def is_over(self) -> bool:
        """Whether the current turn has lasted long enough."""
        return time.perf_counter() > self._end

    async def pause_if_over(self) -> None:
        """Let others use the event loop, if it is their turn."""
        if self.is_over:
            await self.pause()

    async def pause(self) -> None:
        """Let others use the event loop, and begin another turn."""
        for _ in range(_STEPS_OF_OTHERS):
            await asyncio.sleep(0)
        self._end = time.perf_counter() + TURN_SECONDS


class Scheduler:
    """Vets buffers and calls ``on_vetted`` with each that is up to date; on the event loop's thread only."""

    def __init__(self, on_vetted: Callable[[Buffer], None]) -> None:
        self._on_vetted = on_vetted
        self._timers: dict[str, asyncio.TimerHandle] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}

    def schedule(self, buffer: Buffer, urgency: Urgency) -> None:
        """Vet ``buffer``, at once or when typing has paused; what was under way for it is given up.

        An urgent and small change is vetted before this returns.
        """
        self.cancel(buffer)
        if urgency is Urgency.TYPING:
            delay = buffer.rulebook.policy.config.typing_delay_ms / 1000
            self._timers[buffer.uri] = asyncio.get_running_loop().call_later(delay, self._begin, buffer)
        else:
            self._begin(buffer)

    def cancel(self, buffer: Buffer) -> None:
        """Give up what is under way for ``buffer``."""
        if timer := self._timers.pop(buffer.uri, None):
            timer.cancel()
        if task := self._tasks.pop(buffer.uri, None):
            task.cancel()

    async def vetted(self, buffer: Buffer) -> None:
        """Return when the findings of ``buffer`` are those of its current text, however often that changes meanwhile."""
        turns = Turns()
        while not buffer.is_vetted:
            for _ in buffer.vet_stepwise():
                await turns.pause_if_over()

    def _begin(self, buffer: Buffer) -> None:
        self._timers.pop(buffer.uri, None)
        turn = Turns()
        try:
            for _ in buffer.vet_stepwise():
                if turn.is_over:
                    self._tasks[buffer.uri] = asyncio.get_running_loop().create_task(self._finish(buffer))
                    return
            self._on_vetted(buffer)
        except Exception:
            log.exception("Vetting a buffer failed")

    async def _finish(self, buffer: Buffer) -> None:
        try:
            await asyncio.sleep(0)
            await self.vetted(buffer)
            self._on_vetted(buffer)
        except Exception:
            log.exception("Vetting a buffer failed")
        finally:
            if self._tasks.get(buffer.uri) is asyncio.current_task():
                del self._tasks[buffer.uri]
