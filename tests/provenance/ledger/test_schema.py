"""A ledger of any older version becomes one of this version, and loses nothing."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from vetline.provenance.ledger.schema import STEPS, NewerSchema, migrate
from vetline.provenance.ledger.store import Store

FUTURE = (
    *STEPS,
    "ALTER TABLE acceptances ADD COLUMN branch TEXT NOT NULL DEFAULT ''; CREATE INDEX by_kind ON acceptances (kind)",
)

SAMPLE = """
    INSERT INTO acceptances VALUES ('a1', 1700000000.5, 'f00d', 'shop', 'app.py', 'Copilot', 'completion', 1, 1.0, 3, 80, 0);
    INSERT INTO anchors VALUES ('a1', 2, 0, 5, 0, x'00', x'01', x'02', x'', 0, -1);
    INSERT INTO events VALUES ('a1', 1700000001.5, 'found', 'beef', 'VET102', 3, '');
"""
"""Rows as version 1 writes them."""


def tables(connection: sqlite3.Connection) -> set[str]:
    return {sql for (sql,) in connection.execute("SELECT sql FROM sqlite_master WHERE sql NOT NULL")}


@pytest.mark.parametrize("steps", [STEPS, FUTURE], ids=["now", "with one more step"])
@pytest.mark.parametrize("version", range(len(FUTURE)))
def test_every_older_version_is_brought_up_to_date(tmp_path: Path, steps: tuple[str, ...], version: int) -> None:
    connection = sqlite3.connect(tmp_path / "old.sqlite3", isolation_level=None)
    if version:
        migrate(connection, FUTURE[:version])
        connection.executescript(SAMPLE)
    migrate(connection, steps)
    fresh = sqlite3.connect(":memory:", isolation_level=None)
    migrate(fresh, steps)
    assert tables(connection) == tables(fresh)
    assert connection.execute("PRAGMA user_version").fetchone() == (len(steps),)
    if version and steps is STEPS:
        (entry,) = Store(connection, b"").entries()
        assert (entry.acceptance.tool, entry.file, len(entry.happenings)) == ("Copilot", "app.py", 1)


def test_a_step_that_fails_leaves_everything_as_it_was(tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / "old.sqlite3", isolation_level=None)
    migrate(connection)
    before = tables(connection)
    with pytest.raises(sqlite3.OperationalError):
        migrate(connection, (*STEPS, "CREATE TABLE half (x); CREATE TABLE acceptances (y)"))
    assert tables(connection) == before
    assert connection.execute("PRAGMA user_version").fetchone() == (len(STEPS),)


def test_a_newer_version_is_not_touched(tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / "new.sqlite3", isolation_level=None)
    migrate(connection, FUTURE)
    with pytest.raises(NewerSchema):
        migrate(connection)


def test_what_a_newer_version_wrote_into_the_same_tables_is_passed_over(tmp_path: Path) -> None:
    connection = sqlite3.connect(":memory:", isolation_level=None)
    migrate(connection)
    connection.executescript(SAMPLE)
    connection.executescript(
        """
        INSERT INTO acceptances SELECT 'a2', at, project, project_name, file, tool, 'telepathy', 1, 1, 3, 8, 0 FROM acceptances;
        INSERT INTO events VALUES ('a1', 1700000002.5, 'forgiven', 'beef', 'VET102', 3, '');
        INSERT INTO events VALUES ('a1', 1700000003.5, 'fixed', 'beef', 'VET102', 3, 'by magic');
        """
    )
    (entry,) = Store(connection, b"").entries()
    assert [str(happening.event) for happening in entry.happenings] == ["found", "fixed"]
    assert entry.happenings[1].how == ""
