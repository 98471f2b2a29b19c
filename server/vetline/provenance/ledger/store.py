"""The ledger's database: what is asked of it, in SQL."""

from __future__ import annotations

import contextlib
import sqlite3
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

from vetline.core.location import Range
from vetline.core.severity import Severity
from vetline.provenance.acceptances import Acceptance, Event
from vetline.provenance.anchoring import Anchor, locate
from vetline.provenance.claims import Claims
from vetline.provenance.kinds import Kind
from vetline.provenance.ledger.files import identity, installation_key, make_private
from vetline.provenance.ledger.records import Entry, Happening, How, Place, Remembered, keyed_hash
from vetline.provenance.ledger.schema import migrate

_LONGEST_NAME = 64
_LONGEST_PATH = 1024

_TABLES = ("acceptances", "anchors", "events")
# What a newer version of Vetline may have written besides, in the same tables, is passed over.
_KINDS = frozenset(Kind)
_EVENTS = frozenset(Event)


class Store:
    """A database with the ledger's tables; one thread at a time.  All methods may raise :class:`sqlite3.Error`."""

    def __init__(self, connection: sqlite3.Connection, key: bytes, path: Path | None = None) -> None:
        self._connection = connection
        self.key = key
        self.path = path
        self.identity = identity(path) if path else None
        """What tells the file from another one that took its name."""

    @classmethod
    def open(cls, path: Path, patience: float) -> Store:
        """Open the database, which is made if there is none, and see whether it is sound.

        ``patience`` is how long to wait for other processes, in seconds.

        Raises:
            OSError, sqlite3.Error, NewerSchema, NotOurs: see :func:`~vetline.provenance.ledger.trouble.trouble_of`.
        """
        make_private(path)
        connection = sqlite3.connect(path, timeout=patience, isolation_level=None)
        try:
            _prepare(connection, time.monotonic() + patience)
            return cls(connection, installation_key(path.parent), path)
        except BaseException:
            connection.close()
            raise

    @classmethod
    def in_memory(cls, key: bytes) -> Store:
        """Return an empty one that lasts as long as this object."""
        connection = sqlite3.connect(":memory:", isolation_level=None)
        connection.execute("PRAGMA foreign_keys = ON")
        migrate(connection)
        return cls(connection, key)

    def close(self) -> None:
        """Close the database."""
        self._connection.close()

    @property
    def is_in_place(self) -> bool:
        """Tell whether the file is still the one that was opened: it may have been set aside or deleted."""
        return self.path is None or identity(self.path) == self.identity

    @contextlib.contextmanager
    def transaction(self) -> Iterator[None]:
        """Do all of what follows, or nothing of it."""
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield
            self._connection.execute("COMMIT")
        except BaseException:
            with contextlib.suppress(sqlite3.Error):
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
            raise

    def record(self, acceptance: Acceptance, place: Place, anchors: Iterable[Anchor], *, replaced: bool) -> None:
        """Write an acceptance, or write it anew if more is known of it now."""
        self._connection.execute(
            """
            INSERT INTO acceptances
            (id, at, project, project_name, file, tool, kind, is_exact, confidence, lines, characters, replaced)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (id) DO UPDATE SET
            tool = excluded.tool, kind = excluded.kind, is_exact = excluded.is_exact, confidence = excluded.confidence,
            lines = excluded.lines, characters = excluded.characters, replaced = excluded.replaced
            """,
            (
                acceptance.id,
                acceptance.at,
                keyed_hash(place.project, self.key),
                _plain(place.name, _LONGEST_NAME),
                _plain(place.file, _LONGEST_PATH),
                _plain(acceptance.tool, _LONGEST_NAME),
                str(acceptance.kind),
                acceptance.is_exact,
                acceptance.confidence,
                acceptance.lines,
                acceptance.characters,
                replaced,
            ),
        )
        self._anchor(acceptance.id, anchors)

    def happened(self, acceptance: str, happening: Happening) -> None:
        """Write an event; one of an acceptance that isn't there (any more) is left out."""
        self._connection.execute(
            """
            INSERT INTO events (acceptance, at, event, finding, rule, severity, how)
            SELECT id, ?, ?, ?, ?, ?, ? FROM acceptances WHERE id = ?
            """,
            (
                happening.at,
                str(happening.event),
                keyed_hash(happening.finding, self.key),
                _plain(happening.rule, _LONGEST_NAME),
                int(happening.severity),
                str(happening.how),
                acceptance,
            ),
        )

    def moved(self, acceptance: str, place: Place, anchors: Iterable[Anchor]) -> None:
        """Write where the pieces of an acceptance are now."""
        self._connection.execute(
            "UPDATE acceptances SET project = ?, project_name = ?, file = ? WHERE id = ?",
            (
                keyed_hash(place.project, self.key),
                _plain(place.name, _LONGEST_NAME),
                _plain(place.file, _LONGEST_PATH),
                acceptance,
            ),
        )
        self._anchor(acceptance, anchors)

    def _anchor(self, acceptance: str, anchors: Iterable[Anchor]) -> None:
        self._connection.execute("DELETE FROM anchors WHERE acceptance = ?", (acceptance,))
        self._connection.executemany(
            "INSERT INTO anchors SELECT id, ?, ?, ?, ?, ?, ?, ?, ?, ?, ? FROM acceptances WHERE id = ?",
            [
                (
                    one.range.start.line,
                    one.range.start.column,
                    one.range.end.line,
                    one.range.end.column,
                    one.lines,
                    one.before,
                    one.after,
                    one.scope,
                    one.lead,
                    one.tail,
                    acceptance,
                )
                for one in anchors
            ],
        )

    def of_file(self, place: Place, lines: Sequence[str]) -> list[Remembered]:
        """Return the acceptances in a file of which something is left in its ``lines``, the oldest first.

        Where two lay claim to the same place, it belongs to the one that somebody has told of, else to the one written last.
        """
        place_here = keyed_hash(place.project, self.key), _plain(place.file, _LONGEST_PATH)
        entries = self.entries("project = ? AND file = ?", place_here)
        rows = self._connection.execute(
            """
            SELECT acceptance, start_line, start_column, end_line, end_column,
                anchors.lines, before, after, scope, lead, tail, is_exact
            FROM anchors JOIN acceptances ON acceptances.id = acceptance
            WHERE project = ? AND file = ? ORDER BY is_exact DESC, anchors.rowid DESC
            """,
            place_here,
        ).fetchall()
        found: dict[str, list[Range]] = defaultdict(list)
        claims = Claims()
        for _, some in groupby(rows, key=lambda row: row[-1]):
            group = list(some)
            anchors = [Anchor(Range.of(*row[1:5]), *row[5:-1]) for row in group]
            for row, ranges in zip(group, locate(anchors, lines, self.key, claims), strict=True):
                found[row[0]] += ranges
        return [
            Remembered(entry, tuple(sorted(found[entry.acceptance.id])), self.key)
            for entry in entries
            if found.get(entry.acceptance.id)
        ]

    def entries(self, condition: str = "1", values: Sequence[object] = ()) -> list[Entry]:
        """Return acceptances and what happened to them, the oldest first; ``condition`` is SQL on ``acceptances``."""
        happenings: dict[str, list[Happening]] = defaultdict(list)
        for row in self._connection.execute(
            f"""
            SELECT acceptance, event, finding, rule, severity, how, at FROM events
            WHERE acceptance IN (SELECT id FROM acceptances WHERE {condition}) ORDER BY at, rowid
            """,  # noqa: S608 - never from outside
            values,
        ):
            if row[1] in _EVENTS:
                happenings[row[0]].append(_happening(row[1:]))
        rows = self._connection.execute(
            f"""
            SELECT id, at, kind, tool, is_exact, confidence, lines, characters, project, project_name, file, replaced
            FROM acceptances WHERE {condition} ORDER BY at, id
            """,  # noqa: S608 - never from outside
            values,
        )
        return [_entry(row, happenings) for row in rows if row[2] in _KINDS]

    def forget(self, condition: str, values: Sequence[object] = ()) -> int:
        """Delete acceptances with all that belongs to them, and return how many; ``condition`` is SQL on ``acceptances``."""
        with self.transaction():
            return self._connection.execute(f"DELETE FROM acceptances WHERE {condition}", values).rowcount  # noqa: S608

    def shrink(self) -> None:
        """Take what was deleted out of the files, too; where others are at work, as soon as they let that happen."""
        with contextlib.suppress(sqlite3.OperationalError):
            self._connection.execute("VACUUM")
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def copy_into(self, other: Store) -> None:
        """Write everything into another store that has nothing yet."""
        with other.transaction():
            for table in _TABLES:
                for row in self._connection.execute(f"SELECT * FROM {table}"):  # noqa: S608 - a name of ours
                    marks = ", ".join("?" * len(row))
                    other._connection.execute(f"INSERT INTO {table} VALUES ({marks})", row)  # noqa: S608


def _prepare(connection: sqlite3.Connection, deadline: float) -> None:
    """Set a connection up, and the file if it is new; wait for other processes that do the same."""
    while True:
        try:
            migrate(connection)  # first, because what isn't ours must not be changed
            connection.execute("PRAGMA journal_mode = WAL")
            # A commit survives the end of the process, however sudden; a power failure may cost the last few.
            connection.execute("PRAGMA synchronous = NORMAL")
            connection.execute("PRAGMA foreign_keys = ON")
            connection.execute("PRAGMA secure_delete = ON")
            break
        except sqlite3.OperationalError as error:
            # The change to WAL doesn't wait by itself.
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
            time.sleep(0.02)
    (verdict,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    if verdict != "ok":
        raise Unsound(verdict)


class Unsound(sqlite3.DatabaseError):
    """SQLite's own check finds something wrong in the file."""

    sqlite_errorcode = sqlite3.SQLITE_CORRUPT


def _plain(text: str, longest: int) -> str:
    """Return a name on one line, at most so long, of characters that can be stored."""
    line = "".join(character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in text)
    return line.encode("utf-8", "replace").decode()[:longest]


def _happening(row: Sequence[Any]) -> Happening:
    event, finding, rule, severity, how, at = row
    return Happening(Event(event), finding, rule, Severity(severity), How(how), at)


def _entry(row: Sequence[Any], happenings: dict[str, list[Happening]]) -> Entry:
    id_, at, kind, tool, is_exact, confidence, lines, characters, project, name, file, replaced = row
    acceptance = Acceptance(at, Kind(kind), tool, bool(is_exact), confidence, lines, characters, id_)
    return Entry(acceptance, project, name, file, bool(replaced), tuple(happenings.get(id_, ())))
