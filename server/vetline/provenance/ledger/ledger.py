"""The ledger as a session uses it: whatever happens to its file, nobody waits for it and nothing fails."""

from __future__ import annotations

import contextlib
import logging
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Final, TypeVar

from vetline.core.location import Range
from vetline.provenance.acceptances import Acceptance
from vetline.provenance.anchoring import Excerpt, excerpt
from vetline.provenance.ledger.jobs import Close, Flush, Happened, Job, Moved, OfFile, Record, worth_writing
from vetline.provenance.ledger.records import Happening, Place, Remembered
from vetline.provenance.ledger.vault import Vault

_log = logging.getLogger(__name__)

T = TypeVar("T")

_MOST_WAITING: Final = 20_000
_MOST_AT_ONCE: Final = 500


class Ledger:
    """Writes what was accepted, and what becomes of it, in a thread of its own.

    No method waits for the disk (but :meth:`flush` and :meth:`close`, as they say), and none raises.  ``path`` is that of the
    database; with None, everything is remembered as long as this object only.  ``days`` is how long an acceptance is kept.

    ``recorded`` is called with the id of each acceptance that is safe in the file: it survives the end of the process.
    ``warn`` is called with a sentence for the user, once for each thing that is wrong.  Both are called in the ledger's thread.
    """

    def __init__(
        self,
        path: Path | None,
        *,
        days: int = 365,
        recorded: Callable[[str], None] | None = None,
        warn: Callable[[str], None] | None = None,
        patience: float = 5.0,
    ) -> None:
        self._recorded = recorded
        self._warn = warn
        self._vault = Vault(path, days=days, warn=self._tell, patience=patience)
        self._jobs: SimpleQueue[Job] = SimpleQueue()
        self._thread: threading.Thread | None = None
        self._starting = threading.Lock()
        self._is_closed = False
        self._is_overrun = False

    def record(
        self, acceptance: Acceptance, place: Place, ranges: Iterable[Range], lines: Sequence[str], *, replaced: bool = False
    ) -> None:
        """Write an acceptance: ``ranges`` of ``lines`` (those of the whole text), and whether something gave way to it.

        The same one may be recorded again when more is known of it, such as the tool.
        """
        self._put(Record(acceptance, place, _excerpts(ranges, lines), replaced))

    def happened(self, acceptance: str, *happenings: Happening) -> None:
        """Write what happened to findings in an acceptance, or to the whole of it."""
        self._put(Happened(acceptance, happenings))

    def moved(self, place: Place, pieces: Mapping[str, Iterable[Range]], lines: Sequence[str]) -> None:
        """Write where acceptances of a file are now, by their ids.  No ranges: nothing is left of it, until it moves again."""
        self._put(Moved(place, {name: _excerpts(ranges, lines) for name, ranges in pieces.items()}))

    def of_file(self, place: Place, lines: Sequence[str]) -> Future[list[Remembered]]:
        """Look for what is known of a file, in the text that it has now; ``lines`` must not change meanwhile.

        The future never has an exception; its callbacks are called in the ledger's thread.
        """
        answer: Future[list[Remembered]] = Future()
        if not self._put(OfFile(place, lines, answer)):
            answer.set_result([])
        return answer

    def flush(self, timeout: float | None = None) -> bool:
        """Wait until everything so far is written (or remembered, if it can't be); returns False if time is over before."""
        done: Future[None] = Future()
        if self._thread is None or not self._put(Flush(done)):
            return True
        return _wait(done, timeout)

    def close(self, timeout: float = 2.0) -> None:
        """Write what is left, and end; wait for it at most so long, in seconds.  What comes later is ignored."""
        with self._starting:
            if self._is_closed:
                return
            self._is_closed = True
        if self._thread is not None:
            self._jobs.put(Close())
            self._thread.join(timeout)

    def _put(self, job: Job) -> bool:
        if self._is_closed:
            return False
        if self._thread is None:
            with self._starting:
                if self._thread is None:
                    self._thread = threading.Thread(target=self._run, name="vetline-ledger", daemon=True)
                    self._thread.start()
        if self._jobs.qsize() >= _MOST_WAITING:
            self._is_overrun = True
            return False
        self._jobs.put(job)
        return True

    def _run(self) -> None:
        while True:
            batch = [self._jobs.get()]
            with contextlib.suppress(Empty):
                while len(batch) < _MOST_AT_ONCE:
                    batch.append(self._jobs.get_nowait())
            is_last = any(isinstance(job, Close) for job in batch)
            try:
                self._work(batch, is_last=is_last)
            except Exception as error:  # noqa: BLE001 - the thread must go on
                _log.error("the ledger failed: %s", type(error).__name__)
            for job in batch:
                match job:  # whoever waits, waits no longer
                    case OfFile(answer=answer) if not answer.done():
                        answer.set_result([])
                    case Flush(done=done):
                        done.set_result(None)
            if is_last:
                return

    def _work(self, batch: Sequence[Job], *, is_last: bool) -> None:
        if self._is_overrun:
            self._vault.too_slow()
        for name in self._vault.write(worth_writing(batch)):
            _call(self._recorded, name)
        for job in batch:
            if isinstance(job, OfFile):
                _answer(job.answer, self._vault.of_file(job.place, job.lines))
        if is_last:
            for name in self._vault.close():
                _call(self._recorded, name)

    def _tell(self, sentence: str) -> None:
        _log.warning("%s", sentence)
        _call(self._warn, sentence)


def _excerpts(ranges: Iterable[Range], lines: Sequence[str]) -> list[Excerpt]:
    return [excerpt(lines, piece) for piece in ranges if not piece.is_empty]


def _call(callback: Callable[[str], None] | None, argument: str) -> None:
    if callback is not None:
        try:
            callback(argument)
        except Exception as error:  # noqa: BLE001 - whoever listens must not end the ledger
            _log.error("a listener of the ledger failed: %s", type(error).__name__)


def _answer(future: Future[T], answer: T) -> None:
    if future.set_running_or_notify_cancel():
        future.set_result(answer)


def _wait(future: Future[None], timeout: float | None) -> bool:
    try:
        future.result(timeout)
    except TimeoutError:
        return False
    return True
