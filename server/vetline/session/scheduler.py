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
"""How long vetting may keep the event loop at a time: long enough to finish a completion's blocks in one turn."""


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
        while not buffer.is_vetted:
            await self._in_turns(buffer)

    def _begin(self, buffer: Buffer) -> None:
        self._timers.pop(buffer.uri, None)
        steps = buffer.vet_stepwise()
        deadline = time.perf_counter() + TURN_SECONDS
        for _ in steps:
            if time.perf_counter() > deadline:
                task = asyncio.get_running_loop().create_task(self._finish(buffer))
                self._tasks[buffer.uri] = task
                return
        self._on_vetted(buffer)

    async def _finish(self, buffer: Buffer) -> None:
        try:
            await asyncio.sleep(0)
            await self.vetted(buffer)
        except asyncio.CancelledError:
            raise
        except Exception:
            log.exception("Vetting a buffer failed")
            return
        self._tasks.pop(buffer.uri, None)
        self._on_vetted(buffer)

    async def _in_turns(self, buffer: Buffer) -> None:
        deadline = time.perf_counter() + TURN_SECONDS
        for _ in buffer.vet_stepwise():
            if time.perf_counter() > deadline:
                await asyncio.sleep(0)
                deadline = time.perf_counter() + TURN_SECONDS
