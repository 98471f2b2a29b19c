"""Where the ledger's thread puts things: the file, and memory as long as the file can't be used."""

from __future__ import annotations

import contextlib
import logging
import secrets
import sqlite3
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from vetline.provenance.ledger.files import identity, set_aside
from vetline.provenance.ledger.jobs import Record, Write
from vetline.provenance.ledger.records import Place, Remembered
from vetline.provenance.ledger.schema import NewerSchema, NotOurs
from vetline.provenance.ledger.store import Store, Unsound
from vetline.provenance.ledger.trouble import Trouble, trouble_of

_log = logging.getLogger(__name__)

_DAY: Final = 86_400.0
_PAUSE: Final = 60.0
"""How long to leave a file alone that could not be written, in seconds."""
_MOST_UNSAVED: Final = 100_000

_FAILURES = (sqlite3.Error, OSError, NewerSchema, NotOurs)


class Vault:
    """Keeps things in the file at ``path``, or in memory.  For one thread.

    A damaged file is set aside and a new one begun.  What can't be written is kept in memory, and written later if that becomes
    possible.  Nothing raises.
    """

    def __init__(self, path: Path | None, *, days: int, warn: Callable[[str], None], patience: float) -> None:
        self._path = path
        self._days = days
        self._warn = warn
        self._patience = patience
        self._store: Store | None = None
        self._told: set[Trouble] = set()
        self._retry_at: float | None = None if path is None else 0.0
        self._unsaved: list[Write] = []
        self._tidied_at: float | None = None

    def write(self, writes: Sequence[Write]) -> list[str]:
        """Write things; returns the ids of the acceptances that are safe in the file now."""
        if not writes:
            return []
        store = self._current()
        if store.path is None:
            self._write_one_by_one(store, writes)
            self._keep(writes)
            return self._try_again(self._patience) if self._may_try_again else []
        try:
            with store.transaction():
                for write in writes:
                    write.apply(store)
        except _FAILURES as error:
            return self._rescue(error, writes)
        except Exception:  # noqa: BLE001 - one of them is at fault: the others need not go with it
            writes = self._write_one_by_one(store, writes)
        self._tidy(store)
        return _acceptances(writes)

    def of_file(self, place: Place, lines: Sequence[str]) -> list[Remembered]:
        """Return the acceptances in a file of which something is left in its ``lines``; asking creates no database."""
        if self._store is None and self._path is not None and not self._path.exists() and not self._unsaved:
            return []
        try:
            return self._current().of_file(place, lines)
        except _FAILURES as error:
            self._rescue(error, [])
            with contextlib.suppress(*_FAILURES):
                return self._current().of_file(place, lines)
        return []

    def close(self) -> list[str]:
        """Close the file, after a last try to write what could not be written before.  Returns what :meth:`write` does."""
        saved = self._try_again(min(1.0, self._patience)) if self._unsaved and self._retry_at is not None else []
        if self._store is not None:
            with contextlib.suppress(*_FAILURES):
                self._store.close()
            self._store = None
        return saved

    def too_slow(self) -> None:
        """Tell the user that things are lost because there are too many."""
        self._tell(Trouble.SLOW)

    def _current(self) -> Store:
        """Return the store to use: the file if possible."""
        if self._store is not None and not self._store.is_in_place:
            with contextlib.suppress(*_FAILURES):
                self._store.close()
            self._store = None
        if self._store is None:
            if self._retry_at is not None:
                try:
                    self._store = self._open(self._patience)
                except _FAILURES as error:
                    self._rescue(error, [])
            if self._store is None:
                self._store = Store.in_memory(secrets.token_bytes(32))
        return self._store

    def _open(self, patience: float) -> Store:
        assert self._path is not None
        # Between two failures of another process's, which sets a damaged file aside at the same time, all may be well.
        for _ in range(3):
            found = identity(self._path)
            try:
                store = Store.open(self._path, patience)
            except _FAILURES as error:
                if trouble_of(error) is Trouble.DAMAGED:
                    self._set_aside(found or identity(self._path))
                elif identity(self._path) == found:  # else another process has just exchanged it
                    raise
            else:
                self._tidied_at = None
                return store
        raise Unsound

    def _set_aside(self, damaged: tuple[int, int] | None) -> None:
        assert self._path is not None
        aside = set_aside(self._path, damaged)
        if aside is not None:
            self._warn(
                f"The ledger of accepted code, {self._path}, was damaged. It was set aside as {aside.name}, and a new one "
                "begun; what was accepted before isn't known any more."
            )

    def _rescue(self, error: Exception, writes: Sequence[Write]) -> list[str]:
        """Go on after a failure of the file: with a new one if it was damaged, else in memory."""
        assert self._path is not None
        failed, self._store = self._store, None
        trouble = trouble_of(error)
        is_exchanged = failed is not None and failed.identity != identity(self._path)
        if trouble is Trouble.DAMAGED or is_exchanged:
            damaged = failed.identity if failed is not None else identity(self._path)
            if failed is not None:
                with contextlib.suppress(*_FAILURES):
                    failed.close()
            try:
                self._set_aside(damaged)
                store = self._store = self._open(self._patience)
                with store.transaction():
                    for write in writes:
                        write.apply(store)
                return _acceptances(writes)
            except _FAILURES as again:
                trouble = trouble_of(again)
                self._store = None
        self._tell(trouble)
        self._retry_at = time.monotonic() + _PAUSE if trouble.may_pass else None
        memory = Store.in_memory(failed.key if failed else secrets.token_bytes(32))
        if failed is not None and trouble is not Trouble.DAMAGED:
            with contextlib.suppress(*_FAILURES):
                failed.copy_into(memory)
            with contextlib.suppress(*_FAILURES):
                failed.close()
        self._store = memory
        self._write_one_by_one(memory, writes)
        self._keep(writes)
        return []

    @property
    def _may_try_again(self) -> bool:
        return self._retry_at is not None and time.monotonic() >= self._retry_at

    def _try_again(self, patience: float) -> list[str]:
        """Write to the file what could not be written before; returns what :meth:`write` does."""
        self._retry_at = time.monotonic() + _PAUSE
        store, done = None, self._unsaved
        try:
            store = self._open(patience)
            with store.transaction():
                for write in done:
                    write.apply(store)
        except _FAILURES as error:
            _log.info("the ledger still can't be written: %s", type(error).__name__)
            if store is not None:
                store.close()
            return []
        except Exception:  # noqa: BLE001 - one of them is at fault: the others need not go with it
            assert store is not None
            done = self._write_one_by_one(store, done)
        saved, self._unsaved = _acceptances(done), []
        if self._store is not None:
            self._store.close()
        self._store = store
        return saved

    def _keep(self, writes: Sequence[Write]) -> None:
        if self._retry_at is not None and len(self._unsaved) + len(writes) <= _MOST_UNSAVED:
            self._unsaved += writes

    def _tidy(self, store: Store) -> None:
        """Delete what is older than it may get, once a day."""
        now = time.monotonic()
        if self._tidied_at is None or now - self._tidied_at >= _DAY:
            self._tidied_at = now
            with contextlib.suppress(*_FAILURES):
                store.forget("at < ?", (time.time() - self._days * _DAY,))

    def _tell(self, trouble: Trouble) -> None:
        if trouble not in self._told and self._path is not None:
            self._told.add(trouble)
            self._warn(trouble.about(self._path))

    @staticmethod
    def _write_one_by_one(store: Store, writes: Sequence[Write]) -> list[Write]:
        """Write what can be written, and return that."""
        done = []
        for write in writes:
            try:
                with store.transaction():
                    write.apply(store)
            except Exception as error:  # noqa: BLE001 - the others need not go with it
                _log.error("the ledger can't take a %s: %s", type(write).__name__, type(error).__name__)
            else:
                done.append(write)
        return done


def _acceptances(writes: Sequence[Write]) -> list[str]:
    return [write.acceptance.id for write in writes if isinstance(write, Record)]
