"""What is written to the ledger comes back from it, in another session too, and nobody waits for it."""

from __future__ import annotations

import logging
import stat
import sys
import tempfile
import threading
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.provenance.ledger.conftest import LINES, PIECE, PLACE, Desk, acceptance
from vetline.core.location import Range
from vetline.core.severity import Severity
from vetline.provenance.acceptances import Acceptance, Event
from vetline.provenance.kinds import Kind
from vetline.provenance.ledger import Happening, How, Ledger, Place

FOUND = Happening(Event.FOUND, "VET102:abc:3:11", "VET102", Severity.HIGH, at=1_700_000_001.0)
FIXED = Happening(Event.FIXED, "VET102:abc:3:11", "VET102", Severity.HIGH, How.QUICK_FIX, at=1_700_000_009.0)


def test_an_acceptance_is_known_in_the_next_session_wherever_its_code_is_by_then(desk: Desk) -> None:
    accepted = acceptance()
    first = desk.open()
    first.record(accepted, PLACE, [PIECE], LINES, replaced=True)
    first.happened(accepted.id, FOUND, FIXED)
    first.close()
    assert desk.recorded == [accepted.id]
    (found,) = desk.open().of_file(PLACE, ["# new\n", *LINES]).result()
    assert found.acceptance == accepted
    assert found.ranges == (PIECE.shifted(1),)
    assert found.entry.replaced
    assert [(one.event, one.how, one.at) for one in found.happened_to(FOUND.finding)] == [
        (Event.FOUND, How.UNKNOWN, FOUND.at),
        (Event.FIXED, How.QUICK_FIX, FIXED.at),
    ]
    assert found.happened_to("another") == ()
    assert desk.warnings == []


def test_other_files_and_projects_know_nothing_of_it(desk: Desk) -> None:
    ledger = desk.open()
    ledger.record(acceptance(), PLACE, [PIECE], LINES)
    for place in (Place(PLACE.project, "app/models.py"), Place("/projects/other/shop", PLACE.file)):
        assert ledger.of_file(place, LINES).result() == []


def test_what_moved_is_where_it_moved_to_and_what_is_gone_may_come_back(desk: Desk) -> None:
    accepted = acceptance()
    ledger = desk.open()
    ledger.record(accepted, PLACE, [PIECE], LINES)
    ledger.moved(PLACE, {accepted.id: [Range.of(3, 0, 4, 0)]}, LINES)
    (found,) = ledger.of_file(PLACE, LINES).result()
    assert found.ranges == (Range.of(3, 0, 4, 0),)
    ledger.moved(PLACE, {accepted.id: []}, LINES)
    assert ledger.of_file(PLACE, LINES).result() == []
    new_place = Place(PLACE.project, "app/renamed.py")
    ledger.moved(new_place, {accepted.id: [PIECE]}, LINES)
    (found,) = ledger.of_file(new_place, LINES).result()
    assert found.ranges == (PIECE,)
    assert ledger.of_file(PLACE, LINES).result() == []


def test_what_is_known_later_takes_the_place_of_what_was_known_at_first(desk: Desk) -> None:
    ledger = desk.open()
    guess = Acceptance(1_700_000_000.0, Kind.PASTE, confidence=0.6)
    ledger.record(guess, PLACE, [PIECE], LINES)
    ledger.happened(guess.id, FOUND)
    ledger.record(Acceptance(guess.at, Kind.COMPLETION, "Cursor", True, 1.0, id=guess.id), PLACE, [PIECE], LINES)
    (found,) = ledger.of_file(PLACE, LINES).result()
    assert (found.acceptance.kind, found.acceptance.tool, found.acceptance.is_exact) == (Kind.COMPLETION, "Cursor", True)
    assert len(found.entry.happenings) == 1


def test_an_event_of_what_is_not_in_the_ledger_is_left_out(desk: Desk) -> None:
    ledger = desk.open()
    ledger.happened("nothing", FOUND)
    ledger.record(acceptance(), PLACE, [PIECE], LINES)
    assert ledger.flush()
    assert len(desk.recorded) == 1
    assert desk.warnings == []


def test_two_ledgers_on_one_file_see_what_the_other_wrote(desk: Desk) -> None:
    one, other = desk.open(), desk.open()
    for number in range(50):
        (one, other)[number % 2].record(acceptance(), Place("/p", f"{number}.py"), [PIECE], LINES)
    assert one.flush()
    assert other.flush()
    assert len(desk.entries()) == len(desk.recorded) == 50
    assert len(one.of_file(Place("/p", "1.py"), LINES).result()) == 1


def test_what_is_older_than_it_may_get_is_deleted(desk: Desk) -> None:
    old, young = acceptance(time.time() - 40 * 86_400), acceptance(time.time() - 20 * 86_400)
    ledger = desk.open()
    for one in (old, young):
        ledger.record(one, PLACE, [PIECE], LINES)
        ledger.happened(one.id, FOUND)
    ledger.close()
    desk.open(days=30).record(acceptance(time.time()), PLACE, [PIECE], LINES)
    desk.opened[-1].close()
    assert [entry.acceptance.id for entry in desk.entries()] == [young.id, desk.recorded[-1]]


@pytest.mark.skipif(sys.platform == "win32", reason="permissions are another matter there")
def test_nobody_else_can_read_it(desk: Desk) -> None:
    desk.open().record(acceptance(), PLACE, [PIECE], LINES)
    assert desk.opened[0].flush()
    files = list(desk.path.parent.iterdir())
    assert {path.name for path in files} >= {"ledger.sqlite3", "ledger.sqlite3-wal", "ledger.key"}
    assert [path.name for path in (desk.path.parent, *files) if stat.S_IMODE(path.stat().st_mode) & 0o077] == []


def test_no_code_gets_into_it(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    """Neither in the database, nor what is beside it, nor in the log, nor in what the user is told."""
    caplog.set_level(logging.DEBUG)
    planted = ["planted_name", "hunter2-planted", "a planted comment", "plantedkey"]
    lines = [f"planted_name = 'hunter2-planted'  # a planted comment {number}\n" for number in range(20)]
    ledger = desk.open()
    accepted = acceptance()
    ledger.record(accepted, PLACE, [Range.of(2, 0, 9, 0), Range.of(12, 4, 12, 20)], lines)
    ledger.happened(accepted.id, Happening(Event.FOUND, "VET601:plantedkey:1", "VET601", Severity.LOW))
    ledger.moved(PLACE, {accepted.id: [Range.of(3, 0, 9, 0)]}, lines)
    ledger.record(acceptance(), Place("/p\udcff", "f\udcff.py"), [PIECE], ["\udcffplanted_name"] * 9)
    assert ledger.flush()
    assert len(desk.recorded) == 2
    written = b"".join(path.read_bytes() for path in desk.path.parent.iterdir())
    assert b"app/views.py" in written
    told = "".join([caplog.text, *desk.warnings])
    assert [text for text in planted if text.encode() in written or text in told] == []
    assert PLACE.project.encode() not in written


def test_nobody_waits_and_nothing_fails(desk: Desk) -> None:
    """While another program holds the file, too: the caller's side takes microseconds."""
    ledger = desk.open(patience=5)
    ledger.record(acceptance(), PLACE, [PIECE], LINES)
    assert ledger.flush()
    import sqlite3

    holder = sqlite3.connect(desk.path, isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")
    start = time.perf_counter()
    for _ in range(200):
        ledger.record(acceptance(), PLACE, [PIECE], LINES * 1000)
    answer = ledger.of_file(PLACE, LINES)
    assert time.perf_counter() - start < 0.2
    assert not answer.done()
    assert not ledger.flush(0.05)
    holder.execute("ROLLBACK")
    assert len(answer.result(20)) > 0
    assert ledger.flush(20)
    assert len(desk.recorded) == 201
    assert desk.warnings == []
    holder.close()


def test_listeners_that_fail_do_not_matter(tmp_path: Path) -> None:
    calls = []

    def fail(what: str) -> None:
        calls.append(what)
        raise ValueError(what)

    ledger = Ledger(tmp_path / "ledger.sqlite3", recorded=fail)
    ledger.record(acceptance(), PLACE, [PIECE], LINES)
    ledger.record(acceptance(), PLACE, [PIECE], LINES)
    assert ledger.flush()
    assert len(calls) == 2
    ledger.close()


def test_what_cannot_be_written_takes_nothing_else_along(desk: Desk) -> None:
    ledger = desk.open()
    good = acceptance()
    ledger.record(good, PLACE, [PIECE], LINES)
    ledger.record(acceptance(), PLACE, [Range.of(90, 0, 99, 0)], LINES)  # there is no such place
    ledger.happened(good.id, FOUND)
    assert ledger.flush()
    assert desk.recorded == [good.id]
    assert len(desk.entries()[0].happenings) == 1


def test_a_closed_ledger_does_nothing(desk: Desk) -> None:
    ledger = desk.open()
    ledger.close()
    ledger.close()
    ledger.record(acceptance(), PLACE, [PIECE], LINES)
    assert ledger.of_file(PLACE, LINES).result(0) == []
    assert ledger.flush()
    assert not desk.path.exists()


def test_without_a_file_it_remembers_for_the_session(desk: Desk) -> None:
    ledger = Ledger(None, recorded=desk.recorded.append, warn=desk.warnings.append)
    ledger.record(acceptance(), PLACE, [PIECE], LINES)
    assert len(ledger.of_file(PLACE, LINES).result()) == 1
    assert (desk.recorded, desk.warnings) == ([], [])
    ledger.close()
    assert not any(thread.name == "vetline-ledger" for thread in threading.enumerate())


NAMES = st.text(max_size=30)
HAPPENINGS = st.builds(
    Happening,
    st.sampled_from(Event),
    st.text(max_size=10),
    st.sampled_from(["VET102", "B602", "X1"]),
    st.sampled_from(Severity),
    st.sampled_from(How),
    st.floats(1e9, 2e9),
)


@given(
    st.sampled_from(Kind),
    NAMES,
    st.booleans(),
    st.floats(0, 1),
    st.integers(0, 10**6),
    st.floats(1e9, 2e9),
    st.lists(HAPPENINGS, max_size=4),
    st.booleans(),
)
@settings(max_examples=25, deadline=None)
def test_whatever_is_written_comes_back(
    kind: Kind,
    tool: str,
    is_exact: bool,
    confidence: float,
    size: int,
    at: float,
    happenings: list[Happening],
    replaced: bool,
) -> None:
    accepted = Acceptance(at, kind, tool, is_exact, confidence, size, size * 2)
    with tempfile.TemporaryDirectory() as folder:
        ledger = Ledger(Path(folder) / "ledger.sqlite3", days=36_500)
        ledger.record(accepted, PLACE, [PIECE], LINES, replaced=replaced)
        ledger.happened(accepted.id, *happenings)
        (found,) = ledger.of_file(PLACE, LINES).result()
        ledger.close()
    back = found.entry
    assert (back.project, back.file, back.replaced) == ("shop", PLACE.file, replaced)
    assert back.acceptance.tool.isprintable()
    if tool.isprintable():
        assert back.acceptance == accepted
    expected = sorted(happenings, key=lambda happening: happening.at)
    assert [(one.event, one.rule, one.severity, one.how, one.at) for one in back.happenings] == [
        (one.event, one.rule, one.severity, one.how, one.at) for one in expected
    ]
    assert [bool(one.finding) for one in back.happenings] == [bool(one.finding) for one in expected]
