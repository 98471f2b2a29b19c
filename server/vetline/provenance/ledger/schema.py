"""The tables of the ledger, version by version."""

from __future__ import annotations

import sqlite3
from typing import Final

STEPS: Final = (
    """
    CREATE TABLE acceptances (
        id TEXT PRIMARY KEY,
        at REAL NOT NULL,
        project TEXT NOT NULL,
        project_name TEXT NOT NULL,
        file TEXT NOT NULL,
        tool TEXT NOT NULL,
        kind TEXT NOT NULL,
        is_exact INTEGER NOT NULL,
        confidence REAL NOT NULL,
        lines INTEGER NOT NULL,
        characters INTEGER NOT NULL,
        replaced INTEGER NOT NULL
    ) WITHOUT ROWID;
    CREATE INDEX acceptances_by_file ON acceptances (project, file);
    CREATE INDEX acceptances_by_time ON acceptances (at);

    CREATE TABLE anchors (
        acceptance TEXT NOT NULL REFERENCES acceptances ON DELETE CASCADE,
        start_line INTEGER NOT NULL,
        start_column INTEGER NOT NULL,
        end_line INTEGER NOT NULL,
        end_column INTEGER NOT NULL,
        lines BLOB NOT NULL,
        before BLOB NOT NULL,
        after BLOB NOT NULL,
        scope BLOB NOT NULL,
        lead INTEGER NOT NULL,
        tail INTEGER NOT NULL
    );
    CREATE INDEX anchors_by_acceptance ON anchors (acceptance);

    CREATE TABLE events (
        acceptance TEXT NOT NULL REFERENCES acceptances ON DELETE CASCADE,
        at REAL NOT NULL,
        event TEXT NOT NULL,
        finding TEXT NOT NULL,
        rule TEXT NOT NULL,
        severity INTEGER NOT NULL,
        how TEXT NOT NULL
    );
    CREATE INDEX events_by_acceptance ON events (acceptance);
    """,
)
"""What leads from each version of the schema to the next.  A step that was released is never changed."""


class NewerSchema(Exception):
    """The database was made by a version of Vetline that knows more tables."""


class NotOurs(Exception):
    """A database, but of something else."""


def migrate(connection: sqlite3.Connection, steps: tuple[str, ...] = STEPS) -> None:
    """Bring a database to the newest schema, in one transaction; several processes may try at once.

    Raises:
        NewerSchema: it has a newer one; nothing was changed.
        NotOurs: it has other tables, and no version.
        sqlite3.Error: it can't be read or written.
    """
    if _version(connection, len(steps)) == len(steps):
        return
    connection.execute("BEGIN IMMEDIATE")
    try:
        version = _version(connection, len(steps))  # another process may have been faster
        if version == 0 and connection.execute("SELECT 1 FROM sqlite_master").fetchone():
            raise NotOurs
        for step in steps[version:]:
            for statement in step.split(";"):
                connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {len(steps)}")
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def _version(connection: sqlite3.Connection, newest: int) -> int:
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    assert isinstance(version, int)
    if version > newest:
        raise NewerSchema
    return version
