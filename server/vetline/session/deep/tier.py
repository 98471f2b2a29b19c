"""What is looked at more deeply, and when.

A buffer's turn comes when its instant findings are out and it has been quiet for a moment.  One text is looked at at a time,
and of each buffer only the newest waits; what is no longer current when its turn or its answer comes is dropped.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path

from vetline.core.config import Config, Profile
from vetline.core.finding import Finding
from vetline.session.buffer import Buffer
from vetline.session.deep.need import may_lead_inside
from vetline.session.deep.process import COMMAND, DeepProcess, ProcessFailed, ProcessLate
from vetline.session.deep.wire import READY, Request

log = logging.getLogger(__name__)

IDLE_SECONDS = 60.0
"""How long the process waits for another buffer when the last one was closed."""
BACK_OFF_SECONDS = 1.0
"""How long we wait after a failure before another process is started; twice as long after each further one in a row."""
LONGEST_BACK_OFF_SECONDS = 60.0
MOST_CRASHES = 3
"""Crashes in a row after which we give up for the session.  Lateness doesn't count: the machine may just be busy."""


@dataclass(frozen=True, slots=True)
class _Job:
    """A buffer that is to be looked at, and the folder around it whose modules count."""

    buffer: Buffer
    root: Path


class DeepTier:
    """Looks at buffers in a process of its own; on the event loop's thread only.

    ``on_found`` is called with each buffer whose findings have changed by that.  ``command`` starts the process.
    """

    def __init__(self, on_found: Callable[[Buffer], None], command: Sequence[str] = COMMAND) -> None:
        self._on_found = on_found
        self._command = command
        self._live: dict[str, Buffer] = {}
        self._timers: dict[str, asyncio.TimerHandle] = {}
        self._waiting: dict[str, _Job] = {}
        self._task: asyncio.Task[None] | None = None
        self._news = asyncio.Event()
        self._requests = READY
        self._failures = self._crashes = 0
        self._refused: dict[str, bytes] = {}
        """Digests of the texts that the process failed on, by URI: they would be its end again."""
        self._has_given_up = False

    def schedule(self, buffer: Buffer, root: Path | None) -> None:
        """Look at a vetted ``buffer`` once it has been quiet for a while; ``root`` is the workspace that it belongs to.

        Without one, and where the configuration says so, it isn't looked at, and what was found before is taken back.
        """
        self.forget(buffer)
        self._live[buffer.uri] = buffer
        config = buffer.rulebook.policy.config
        if root is None or not _is_wanted(config):
            self._take(buffer, ())
        elif not self._has_given_up:
            delay = config.deep_delay_ms / 1000
            timer = asyncio.get_running_loop().call_later(delay, self._enqueue, _Job(buffer, root))
            self._timers[buffer.uri] = timer

    def forget(self, buffer: Buffer) -> None:
        """Stop caring for ``buffer``."""
        if timer := self._timers.pop(buffer.uri, None):
            timer.cancel()
        self._waiting.pop(buffer.uri, None)
        if self._live.pop(buffer.uri, None):
            self._news.set()  # it may have been the last one

    def end(self) -> None:
        """End the process, for good."""
        self._has_given_up = True
        for timer in self._timers.values():
            timer.cancel()
        if self._task is not None:
            self._task.cancel()

    def _enqueue(self, job: _Job) -> None:
        self._timers.pop(job.buffer.uri, None)
        buffer = job.buffer
        if self._has_given_up or not buffer.is_vetted:
            return  # it will be scheduled again when it is
        text = buffer.document.text
        if not may_lead_inside(text, buffer.document.imported(), buffer.path, job.root):
            self._take(buffer, ())
            return
        if self._refused.get(buffer.uri) == _digest(text):
            return
        self._waiting[buffer.uri] = job
        self._news.set()
        if self._task is None:
            self._task = asyncio.get_running_loop().create_task(self._work(), name="vetline-deep")

    async def _work(self) -> None:
        """Run a process as long as there is anything to do for it."""
        process: DeepProcess | None = None
        try:
            while not self._has_given_up and (job := await self._next_job()) is not None:
                try:
                    if process is None or process.has_ended:
                        process = await self._start(job)
                    await self._run(job, process)
                except ProcessFailed as failure:
                    if process is not None:
                        await process.stop()
                    process = None
                    await self._recover(failure)
        except Exception:
            log.exception("The deep tier failed")
            self._has_given_up = True
        finally:
            self._task = None
            if process is not None:
                await process.stop()

    async def _next_job(self) -> _Job | None:
        """Return the buffer that has waited longest; None when it has been long since any was open."""
        while not self._waiting:
            self._news.clear()
            try:
                async with asyncio.timeout(None if self._live else IDLE_SECONDS):
                    await self._news.wait()
            except TimeoutError:
                return None
        return self._waiting.pop(next(iter(self._waiting)))

    async def _start(self, job: _Job) -> DeepProcess:
        try:
            return await DeepProcess.start(self._command)
        except ProcessFailed:
            self._waiting.setdefault(job.buffer.uri, job)  # the text isn't to blame
            raise

    async def _run(self, job: _Job, process: DeepProcess) -> None:
        buffer = job.buffer
        revision, text = buffer.revision, buffer.document.text
        if not self._is_current(buffer, revision):
            return
        self._requests += 1
        config = buffer.rulebook.policy.config
        request = Request(
            number=self._requests,
            text=text,
            name=buffer.name,
            path=buffer.path,
            root=job.root,
            bandit=config.bandit,
            seconds=config.deep_timeout_ms / 1000,
            models=config.models,
        )
        try:
            reply = await process.ask(request)
        except ProcessFailed:
            self._refused[buffer.uri] = _digest(text)
            raise
        except (TypeError, ValueError) as error:
            log.warning("Bandit's configuration can't be sent to the deep process (%s)", type(error).__name__)
            return
        self._failures = self._crashes = 0
        if reply.failure:
            self._refused[buffer.uri] = _digest(text)
            log.warning("The deep analysis of a file failed: %s", reply.failure)
        elif self._is_current(buffer, revision):
            self._take(buffer, reply.findings, reply.refuted)

    def _is_current(self, buffer: Buffer, revision: int) -> bool:
        """Tell whether what is found in ``revision`` of a buffer is still of interest."""
        return buffer.is_vetted and buffer.revision == revision and self._live.get(buffer.uri) is buffer

    def _take(self, buffer: Buffer, findings: Sequence[Finding], refuted: Sequence[str] = ()) -> None:
        if buffer.take_late(findings, refuted):
            self._on_found(buffer)

    async def _recover(self, failure: ProcessFailed) -> None:
        """Wait a moment after a failure; after too many crashes in a row, give up."""
        self._failures += 1
        self._crashes += not isinstance(failure, ProcessLate)
        log.info("The deep process %s", failure)
        if self._crashes >= MOST_CRASHES:
            self._has_given_up = True
            log.warning("The deep process %s. It has failed %d times in a row and stays off now", failure, self._crashes)
        else:
            await asyncio.sleep(min(BACK_OFF_SECONDS * 2 ** (self._failures - 1), LONGEST_BACK_OFF_SECONDS))


def _is_wanted(config: Config) -> bool:
    return config.deep and config.profile is not Profile.BANDIT


def _digest(text: str) -> bytes:
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()
