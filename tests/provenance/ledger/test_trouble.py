"""Whatever is wrong with the file, the session goes on, and the user is told once what to do."""

from __future__ import annotations

import sqlite3
import threading
from pathlib import Path

import pytest

from tests.provenance.ledger.conftest import LINES, PIECE, PLACE, Desk, acceptance
from vetline.core.location import Range
from vetline.provenance.ledger import vault
from vetline.provenance.ledger.schema import STEPS
from vetline.provenance.ledger.store import Store


def fill(desk: Desk, number: int = 200) -> None:
    ledger = desk.open(patience=5)
    for _ in range(number):
        ledger.record(acceptance(), PLACE, [PIECE], LINES)
    ledger.close()
    desk.recorded.clear()


def works(desk: Desk, *, is_saved: bool) -> None:
    """Accept something, and see that it is remembered; and whether it is safe."""
    ledger = desk.open()
    accepted = acceptance()
    ledger.record(acceptance(), PLACE, [PIECE], LINES)
    ledger.record(accepted, PLACE, [PIECE], LINES)
    assert accepted.id in [found.acceptance.id for found in ledger.of_file(PLACE, LINES).result(20)]
    assert (accepted.id in desk.recorded) == is_saved
    ledger.close()


def overwrite(path: Path, at: int, data: bytes) -> None:
    with path.open("r+b") as file:
        file.seek(at)
        file.write(data)


@pytest.mark.parametrize("kind", ["no database", "truncated", "garbage", "header only", "of something else"])
def test_a_damaged_file_is_set_aside_and_a_new_one_begun(desk: Desk, kind: str) -> None:
    fill(desk)
    size = desk.path.stat().st_size
    match kind:
        case "no database":
            desk.path.write_text("Nothing that SQLite would know. " * 500)
        case "truncated":
            overwrite(desk.path, 0, desk.path.read_bytes())
            with desk.path.open("r+b") as file:
                file.truncate(size // 2 + 100)
        case "garbage":
            overwrite(desk.path, 8192, bytes(range(256)) * ((size - 8192) // 256))
        case "header only":
            with desk.path.open("r+b") as file:
                file.truncate(100)
        case "of something else":
            desk.path.unlink()
            connection = sqlite3.connect(desk.path)
            connection.execute("CREATE TABLE acceptances (of_another_kind)")
            connection.close()
    damaged = desk.path.read_bytes()
    works(desk, is_saved=True)
    (aside,) = desk.path.parent.glob("ledger.damaged-*.sqlite3")
    assert aside.read_bytes() == damaged
    (warning,) = desk.warnings
    assert "was damaged" in warning
    assert aside.name in warning
    assert desk.is_sound()
    assert len(desk.entries()) == 2


def test_one_that_has_it_open_goes_on_with_the_new_one_too(desk: Desk) -> None:
    fill(desk, 3)
    first, second = desk.open(), desk.open()
    assert len(first.of_file(PLACE, LINES).result()) == 1
    overwrite(desk.path, 4096, b"\xa5" * (desk.path.stat().st_size - 4096))
    for ledger in (second, first):
        ledger.record(acceptance(), PLACE, [PIECE], LINES)
        assert ledger.flush()
    assert len(desk.warnings) == len(list(desk.path.parent.glob("ledger.damaged-*.sqlite3"))) == 1
    assert [entry.acceptance.id for entry in desk.entries()] == sorted(desk.recorded)
    assert len(desk.recorded) == 2


def test_several_that_find_it_damaged_at_once_set_it_aside_once(desk: Desk) -> None:
    desk.path.parent.mkdir()
    desk.path.write_bytes(b"no database " * 1000)
    ledgers = [desk.open(patience=10) for _ in range(8)]
    for ledger in ledgers:
        ledger.record(acceptance(), PLACE, [PIECE], LINES)
    assert all(ledger.flush(30) for ledger in ledgers)
    assert len(list(desk.path.parent.glob("ledger.damaged-*.sqlite3"))) == 1
    assert len(desk.warnings) == 1
    assert {entry.acceptance.id for entry in desk.entries()} == set(desk.recorded)
    assert len(desk.recorded) == 8


def test_a_file_that_is_deleted_is_made_anew(desk: Desk) -> None:
    ledger = desk.open()
    ledger.record(acceptance(), PLACE, [PIECE], LINES)
    assert ledger.flush()
    for path in desk.path.parent.glob("ledger.sqlite3*"):
        path.unlink()
    ledger.record(acceptance(), PLACE, [PIECE], LINES)
    assert ledger.flush()
    assert [entry.acceptance.id for entry in desk.entries()] == desk.recorded[1:]


def test_a_locked_file_is_waited_for_and_written_later(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(desk, 3)
    ledger = desk.open()
    assert len(ledger.of_file(PLACE, LINES).result()) == 1
    holder = sqlite3.connect(desk.path, isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")
    elsewhere = [*LINES, "subprocess.call(argument_of_the_second)\n"]
    accepted = acceptance()
    ledger.record(accepted, PLACE, [Range.of(6, 0, 6, 10)], elsewhere)
    ledger.record(acceptance(), PLACE, [Range.of(90, 0, 99, 0)], LINES)  # there is no such place
    # What was there before is known, too.
    assert len(ledger.of_file(PLACE, elsewhere).result()) == 2
    assert desk.recorded == []
    (warning,) = desk.warnings
    assert "is locked by another program" in warning
    holder.execute("ROLLBACK")
    holder.close()
    monkeypatch.setattr(vault, "_PAUSE", 0)
    ledger.close()
    assert desk.recorded == [accepted.id]
    assert accepted.id in {entry.acceptance.id for entry in desk.entries()}
    assert len(desk.warnings) == 1


def test_a_full_disk_is_no_end(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    real = Store.open
    is_full = threading.Event()
    is_full.set()

    def open_on_a_full_disk(path: Path, patience: float) -> Store:
        store = real(path, patience)
        if is_full.is_set():
            store._connection.execute("PRAGMA max_page_count = 12")
        return store

    monkeypatch.setattr(Store, "open", open_on_a_full_disk)
    ledger = desk.open()
    for _ in range(300):
        ledger.record(acceptance(), PLACE, [PIECE], LINES)
    assert ledger.flush()
    (warning,) = desk.warnings
    assert "the disk is full" in warning
    is_full.clear()
    ledger.close()
    assert len(desk.recorded) == len(set(desk.recorded)) == 300
    assert len(desk.entries()) == 300


def test_a_file_that_cannot_be_written(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(desk, 1)
    real = Store.open

    def open_to_read(path: Path, patience: float) -> Store:
        store = real(path, patience)
        store._connection.execute("PRAGMA query_only = ON")
        return store

    monkeypatch.setattr(Store, "open", open_to_read)
    works(desk, is_saved=False)
    (warning,) = desk.warnings
    assert "Make the file and its folder readable and writable" in warning


@pytest.mark.parametrize("obstacle", ["a file for the folder", "a folder for the file"])
def test_a_place_where_no_file_can_be(desk: Desk, obstacle: str) -> None:
    if obstacle == "a file for the folder":
        desk.path.parent.write_text("")
    else:
        desk.path.mkdir(parents=True)
    works(desk, is_saved=False)
    (warning,) = desk.warnings
    assert "can't be written" in warning
    assert "`ledger = false`" in warning


def test_a_newer_one_is_left_alone(desk: Desk) -> None:
    fill(desk, 1)
    connection = sqlite3.connect(desk.path)
    connection.execute(f"PRAGMA user_version = {len(STEPS) + 1}")
    connection.execute("CREATE TABLE of_the_future (x)")
    connection.close()
    before = desk.path.read_bytes()
    works(desk, is_saved=False)
    works(desk, is_saved=False)
    assert desk.path.read_bytes() == before
    assert ["newer version" in warning for warning in desk.warnings] == [True, True]  # one for each session
    assert list(desk.path.parent.glob("*damaged*")) == []


def test_a_damaged_key_is_made_anew(desk: Desk) -> None:
    fill(desk, 1)
    (desk.path.parent / "ledger.key").write_bytes(b"short")
    works(desk, is_saved=True)
    assert desk.warnings == []
