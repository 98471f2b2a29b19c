"""Acceptances live with the buffer: they move, shrink, come back, and can be taken back."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.corpus.edits import examples
from vetline.core.location import Position, Range
from vetline.provenance.acceptances import Acceptance
from vetline.provenance.kinds import Kind
from vetline.provenance.rejection import Rejection, rejections
from vetline.provenance.splices import Splice, splice
from vetline.provenance.tracking import Recent, Tracked, Tracker
from vetline.syntax.lines import Lines, advance, line_body

COMPLETION = '    query = f"SELECT * FROM users WHERE id = {user}"\n    return db.execute(query)\n'


class Buffer:
    """A text with a tracker, and an undo list like an editor's."""

    def __init__(self, text: str) -> None:
        self.lines = Lines(text)
        self.tracker = Tracker()
        self.done: list[tuple[Position, str, str]] = []
        self.undone: list[tuple[Position, str, str]] = []

    @property
    def text(self) -> str:
        return self.lines.text

    def _edits(self, *edits: tuple[Range, str]) -> Iterator[Splice]:
        for range_, text in edits:
            yield splice(self.lines, range_, text, lambda r=range_, t=text: self.lines.replace(r, t))  # type: ignore[misc]

    def replace(self, range_: Range, text: str) -> Recent:
        self.done.append((range_.start, self.lines.slice(range_), text))
        return self.tracker.follow(None, 0, self._edits((range_, text)))

    def insert(self, line: int, column: int, text: str) -> Recent:
        return self.replace(Range.of(line, column, line, column), text)

    def accept(self, range_: Range, text: str, *, joins: bool = False) -> Tracked:
        return self.take(self.replace(range_, text), Acceptance(0, Kind.COMPLETION), joins=joins)

    def take(self, recent: Recent, acceptance: Acceptance, *, joins: bool = False) -> Tracked:
        return self.tracker.take(recent, acceptance, self.tracker.pieces_of(recent), joins=joins)

    def undo(self) -> None:
        start, removed, inserted = self.done.pop()
        self.undone.append((start, removed, inserted))
        self.tracker.follow(None, 0, self._edits((Range(start, advance(start, inserted)), removed)))

    def redo(self) -> None:
        start, removed, inserted = self.undone.pop()
        self.done.append((start, removed, inserted))
        self.tracker.follow(None, 0, self._edits((Range(start, advance(start, removed)), inserted)))

    def marked(self, tracked: Tracked) -> list[str]:
        return [self.lines.slice(range_) for range_ in self.tracker.marks.of(tracked.acceptance.id)]

    def rejections(self, tracked: Tracked) -> list[Rejection]:
        return rejections(tracked, self.tracker.marks, self.lines)

    def apply(self, rejection: Rejection) -> str:
        lines = self.lines.copy()
        for edit in reversed(rejection.edits):
            lines.replace(edit.range, edit.new_text)
        return lines.text


@pytest.fixture
def buffer() -> Buffer:
    return Buffer("def find(user, db):\n\n\nprint(1)\n")


def at(line: int, column: int) -> Range:
    return Range.of(line, column, line, column)


def test_an_acceptance_knows_its_size(buffer: Buffer) -> None:
    accepted = buffer.accept(at(1, 0), COMPLETION)
    assert (accepted.acceptance.lines, accepted.acceptance.characters) == (2, len(COMPLETION))
    assert buffer.marked(accepted) == [COMPLETION]


def test_what_is_written_by_hand_is_not_part_of_it(buffer: Buffer) -> None:
    accepted = buffer.accept(at(1, 0), COMPLETION)
    buffer.insert(1, 12, "_2")
    assert "".join(buffer.marked(accepted)) == COMPLETION
    buffer.replace(Range.of(1, 0, 2, 0), "")
    assert buffer.marked(accepted) == ["    return db.execute(query)\n"]
    buffer.replace(Range.of(1, 0, 2, 0), "")
    assert buffer.tracker.alive == []


def test_undo_brings_the_marks_back_and_redo_as_well(buffer: Buffer) -> None:
    accepted = buffer.accept(at(1, 0), COMPLETION)
    buffer.replace(Range.of(1, 4, 1, 20), "")
    assert "".join(buffer.marked(accepted)) != COMPLETION
    buffer.undo()
    assert buffer.marked(accepted) == [COMPLETION]
    buffer.undo()
    assert buffer.tracker.alive == []
    buffer.redo()
    assert buffer.marked(accepted) == [COMPLETION]


def test_what_was_deleted_key_by_key_comes_back_in_one_piece(buffer: Buffer) -> None:
    accepted = buffer.accept(at(1, 0), COMPLETION)
    for column in range(20, 10, -1):
        buffer.replace(Range.of(1, column - 1, 1, column), "")
    deleted = COMPLETION[10:20]
    buffer.insert(1, 10, deleted)
    assert buffer.marked(accepted) == [COMPLETION]


def test_marks_move_with_text_that_is_cut_and_pasted(buffer: Buffer) -> None:
    accepted = buffer.accept(at(1, 0), COMPLETION)
    buffer.replace(Range.of(1, 0, 3, 0), "")
    buffer.insert(3, 0, COMPLETION)
    assert buffer.tracker.marks.of(accepted.acceptance.id) == (Range.of(3, 0, 5, 0),)


def test_text_that_somebody_types_again_is_his_own(buffer: Buffer) -> None:
    accepted = buffer.accept(at(1, 0), COMPLETION)
    buffer.replace(Range.of(1, 4, 1, 9), "")
    buffer.insert(3, 0, "query")
    assert buffer.marked(accepted) == [COMPLETION[:4] + COMPLETION[9:]]


def test_words_that_are_accepted_one_by_one_are_one_acceptance(buffer: Buffer) -> None:
    accepted = buffer.accept(at(1, 0), "    return ")
    assert buffer.accept(at(1, 11), "db.execute(", joins=True) is accepted
    buffer.accept(at(1, 22), "query)", joins=True)
    assert buffer.marked(accepted) == ["    return db.execute(query)"]
    (rejection,) = buffer.rejections(accepted)
    assert buffer.apply(rejection) == "def find(user, db):\n\n\nprint(1)\n"


def test_a_client_that_tells_later_makes_it_exact(buffer: Buffer) -> None:
    recent = buffer.insert(1, 0, COMPLETION)
    guessed = buffer.take(recent, Acceptance(5, Kind.PASTE, confidence=0.6))
    buffer.insert(0, 0, "# typed\n")
    told = buffer.take(recent, Acceptance(6, Kind.COMPLETION, "Copilot", is_exact=True))
    assert told is guessed
    assert told.acceptance.tool == "Copilot"
    assert (told.acceptance.at, told.acceptance.lines) == (5, 2)
    assert buffer.marked(told) == [COMPLETION]


def test_only_what_is_new_counts_where_a_completion_repeats_what_was_typed(buffer: Buffer) -> None:
    buffer.insert(1, 0, "    pri")
    accepted = buffer.accept(Range.of(1, 4, 1, 7), "print(user)")
    assert buffer.marked(accepted) == ["nt(user)"]
    (rejection,) = buffer.rejections(accepted)
    assert buffer.apply(rejection) == "def find(user, db):\n    pri\n\nprint(1)\n"


def test_rejecting_after_edits_elsewhere_restores_what_was_there(buffer: Buffer) -> None:
    accepted = buffer.accept(Range.of(3, 0, 3, 8), COMPLETION)
    buffer.insert(0, 0, "import os\n\n")
    buffer.insert(len(buffer.lines) - 1, 0, "done()\n")
    (rejection,) = buffer.rejections(accepted)
    assert rejection.is_exact
    assert buffer.apply(rejection) == "import os\n\ndef find(user, db):\n\n\nprint(1)\ndone()\n"


def test_rejecting_what_was_edited_offers_what_can_truly_be_done(buffer: Buffer) -> None:
    accepted = buffer.accept(Range.of(3, 0, 3, 8), COMPLETION)
    buffer.insert(4, 0, "    # mine\n")
    keep, drop = buffer.rejections(accepted)
    assert not keep.is_exact
    assert not drop.is_exact
    assert buffer.apply(keep) == "def find(user, db):\n\n\n    # mine\n\n"
    assert buffer.apply(drop) == "def find(user, db):\n\n\nprint(1)\n"


TEXTS = st.text(alphabet="ab \n\r", min_size=1, max_size=10)
ELSEWHERE = st.lists(st.tuples(st.integers(0, 99), st.integers(0, 99), TEXTS), max_size=10)


@examples(300)
@given(TEXTS, TEXTS, TEXTS, TEXTS, ELSEWHERE)
def test_rejecting_is_exact_whatever_was_edited_elsewhere(
    head: str, replaced: str, inserted: str, tail: str, edits: list[tuple[int, int, str]]
) -> None:
    """The text before, in and behind the acceptance is kept apart by lines, so that edits can't reach over its borders."""
    before, after = f"{head}\n# <\n", f"\n# >\n{tail}"
    buffer = Buffer(before + replaced + after)
    first, last = _behind(before), _behind(before + replaced)
    if buffer.lines.clamp(first) != first or buffer.lines.clamp(last) != last:
        return
    accepted = buffer.accept(Range(first, last), inserted)
    for start, end, text in edits:
        known = [Position(row, column) for row, line in enumerate(buffer.lines) for column in range(len(line_body(line)) + 1)]
        one, other = sorted((known[start % len(known)], known[end % len(known)]))
        top, bottom = buffer.lines.text.find("# <\n"), buffer.lines.text.find("# >\n")
        begin, stop = _offset(one, buffer.lines), _offset(other, buffer.lines)
        if stop <= top and begin <= top:
            before = before[:begin] + text + before[stop:]
        elif begin >= bottom + 4 + 1:
            shift = len(buffer.text) - len(after)
            after = after[: begin - shift] + text + after[stop - shift :]
        else:
            continue
        buffer.replace(Range(one, other), text)
        if buffer.text.count("# <\n") != 1 or buffer.text.count("# >\n") != 1:
            return
    found = buffer.rejections(accepted)
    if buffer.marked(accepted):
        assert [buffer.apply(one) for one in found if one.is_exact] == [before + replaced + after]


def _behind(text: str) -> Position:
    return advance(Position(0, 0), text)


def _offset(position: Position, lines: Lines) -> int:
    return sum(map(len, lines[: position.line])) + position.column
