"""Work spread over processes, in a way that survives whatever a file does to the process that looks at it.

A pool of the standard library is lost as a whole when one of its processes dies.  Here each process has a line of its own,
and works on one item at a time: if it dies or takes too long, that item is lost, and another process takes over the rest.
"""

from __future__ import annotations

import contextlib
import logging
import os
import signal
import sys
import threading
import time
import traceback
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from multiprocessing import get_context, parent_process, resource_tracker
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from multiprocessing.reduction import ForkingPickler
from types import MappingProxyType
from typing import Any, Generic, Protocol, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")
Item_contra = TypeVar("Item_contra", contravariant=True)
Result_co = TypeVar("Result_co", covariant=True)

_START_LIMIT = 120.0
"""Seconds until a process that hasn't begun to work is given up."""

_SAFE_PATH = "PYTHONSAFEPATH"


class Task(Protocol[Item_contra, Result_co]):
    """What to do; it must be picklable, as must be the items and the results."""

    def prepare(self) -> Callable[[Item_contra], Result_co]:
        """Return what works on one item; called once in each process."""
        ...


@dataclass(frozen=True, slots=True)
class Lost:
    """An item that has no result: ``reason`` says what became of the process."""

    reason: str
    is_late: bool = False


class StartFailed(Exception):
    """The processes can't begin to work; the message is their traceback."""


def keep_logs_off_terminal() -> None:
    """Drop what libraries log, unless somebody wants it: results say what a user needs to know."""
    logging.getLogger().addHandler(logging.NullHandler())


def run(
    task: Task[Item, Result], items: Sequence[Item], workers: int, time_limit: float
) -> Iterator[tuple[int, Result | Lost]]:
    """Work on all ``items`` and yield each index with its result, in the order in which they are done.

    ``time_limit`` is in seconds, for one item.

    Raises:
        StartFailed: the task can't be prepared.
    """
    ForkingPickler.register(MappingProxyType, _reduce_mapping)  # configurations hold some
    pool = _Pool(task, deque(range(len(items))), time_limit)
    try:
        pool.workers += [pool.start() for _ in range(min(workers, len(items)))]
        while pool.workers:
            for worker in pool.ready():
                index = worker.index
                outcome = pool.outcome(worker)
                if index is not None and outcome is not None:
                    yield index, outcome
                pool.hand_out(worker, items)
        for worker in pool.finished:
            worker.process.join(1)
    finally:
        for worker in (*pool.workers, *pool.finished):
            worker.stop()


def run_here(task: Task[Item, Result], items: Sequence[Item]) -> Iterator[tuple[int, Result]]:
    """Do the same in this process: a few files are done before another process has started."""
    with contextlib.redirect_stdout(sys.stderr):
        work = task.prepare()
        for index, item in enumerate(items):
            yield index, work(item)


@dataclass(eq=False, slots=True)
class _Worker:
    """A process, our end of the line to it, and the item that it works on (None: it is starting)."""

    process: SpawnProcess
    line: Connection
    deadline: float
    index: int | None = None

    def stop(self) -> None:
        self.line.close()
        self.process.kill()
        self.process.join()


@dataclass(slots=True)
class _Pool(Generic[Item, Result]):
    task: Task[Item, Result]
    waiting: deque[int]
    time_limit: float
    workers: list[_Worker] = field(default_factory=list)
    finished: list[_Worker] = field(default_factory=list)

    def start(self) -> _Worker:
        context = get_context("spawn")  # the same everywhere, and safe in a program that has threads
        ours, theirs = context.Pipe()
        process = context.Process(target=_serve, args=(self.task, theirs), daemon=True)
        with _blind_to_current_folder():
            if sys.platform != "win32":
                # It would else be started along with the first process, and let interrupts through again meanwhile.
                resource_tracker.ensure_running()
            with _deaf_to_interrupts():
                process.start()
        theirs.close()
        return _Worker(process, ours, time.monotonic() + _START_LIMIT)

    def ready(self) -> list[_Worker]:
        """Wait for workers that have something to say, that have died, or that are late."""
        now = time.monotonic()
        earliest = min(worker.deadline for worker in self.workers)
        heard = wait([worker.line for worker in self.workers], max(earliest - now, 0))
        now = time.monotonic()
        return [worker for worker in self.workers if worker.line in heard or worker.deadline <= now]

    def outcome(self, worker: _Worker) -> Result | Lost | None:
        """Take what a worker has to say; None is that it has started."""
        if not worker.line.poll():
            worker.stop()
            lost = Lost(f"it took more than {self.time_limit:g} seconds", is_late=True)
        else:
            try:
                failure, result = worker.line.recv()
            except (EOFError, OSError):
                worker.process.join(1)
                code = worker.process.exitcode
                worker.stop()
                lost = Lost(f"the process that looked at it died (exit code {code})")
            else:
                if failure:
                    raise StartFailed(failure)
                worker.deadline = 0
                return result  # type: ignore[no-any-return]
        if worker.index is None:
            raise StartFailed(lost.reason)
        return lost

    def hand_out(self, worker: _Worker, items: Sequence[Item]) -> None:
        """Give a worker its next item, or let it go; a new one takes the place of one that is gone."""
        self.workers.remove(worker)
        if worker.line.closed:
            if self.waiting:
                self.workers.append(self.start())
            return
        if not self.waiting:
            worker.line.close()  # which tells it to end
            self.finished.append(worker)
            return
        worker.index = self.waiting.popleft()
        worker.deadline = time.monotonic() + self.time_limit
        with contextlib.suppress(OSError):  # it has just died, which we are about to hear
            worker.line.send(items[worker.index])
        self.workers.append(worker)


def _serve(task: Task[Any, Any], line: Connection) -> None:
    """Work in another process until the line is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides what an interrupt means
    _end_with_parent()
    keep_logs_off_terminal()
    sys.stdout = sys.stderr  # the parent's output may be a document
    try:
        work = task.prepare()
    except Exception:  # noqa: BLE001 - told to the parent
        line.send((traceback.format_exc(), None))
        return
    line.send((None, None))
    with contextlib.suppress(EOFError, OSError):
        while True:
            line.send((None, work(line.recv())))


def _end_with_parent() -> None:
    """End this process when the parent is gone, even in the middle of a file."""
    parent = parent_process()
    if parent is not None:
        sentinel = parent.sentinel
        threading.Thread(target=lambda: (wait([sentinel]), os._exit(1)), daemon=True).start()


@contextlib.contextmanager
def _deaf_to_interrupts() -> Iterator[None]:
    """Keep Ctrl+C from a process that is started here, from its first moment on; the parent gets it afterwards."""
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextlib.contextmanager
def _blind_to_current_folder() -> Iterator[None]:
    """Let an interpreter that is started here import nothing from the current folder: the code under analysis is there.

    It starts with ``-c``, for which Python would look there first (documentation of ``PYTHONSAFEPATH``).
    """
    before = os.environ.get(_SAFE_PATH)
    os.environ[_SAFE_PATH] = "1"
    try:
        yield
    finally:
        if before is None:
            del os.environ[_SAFE_PATH]
        else:
            os.environ[_SAFE_PATH] = before


def _reduce_mapping(mapping: MappingProxyType[Any, Any]) -> tuple[Any, ...]:
    return _read_only, (dict(mapping),)


def _read_only(mapping: dict[Any, Any]) -> MappingProxyType[Any, Any]:
    return MappingProxyType(mapping)
