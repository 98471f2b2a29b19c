"""Marks stay where their text is: as if every character knew whose it is."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.corpus.edits import examples
from vetline.core.location import Position, Range
from vetline.provenance.marks import Mark, Marks
from vetline.provenance.splices import Splice, splice
from vetline.syntax.lines import Lines, line_body

TEXTS = st.text(alphabet="ab \n\r", max_size=12)
OWNERS = st.sampled_from(["", "first", "second"])
EDITS = st.tuples(st.integers(0, 60), st.integers(0, 60), TEXTS, OWNERS)


class Reference:
    """A text whose characters know whose they are."""

    def __init__(self, text: str) -> None:
        self.characters = [(character, "") for character in text]

    def replace(self, start: int, end: int, text: str, owner: str) -> None:
        self.characters[start:end] = [(character, owner) for character in text]

    @property
    def owners(self) -> list[str]:
        return [owner for _, owner in self.characters]


def offset_of(position: Position, lines: Lines) -> int:
    return sum(map(len, lines[: position.line])) + position.column


def places(lines: Lines) -> list[Position]:
    """Return where a client can edit: everywhere but within a line end."""
    return [Position(row, column) for row, line in enumerate(lines) for column in range(len(line_body(line)) + 1)]


def owners_of(marks: Marks, lines: Lines) -> list[str]:
    owners = [""] * len(lines.text)
    for mark in marks:
        start, end = offset_of(mark.range.start, lines), offset_of(mark.range.end, lines)
        assert start < end
        assert owners[start:end] == [""] * (end - start), "marks overlap"
        owners[start:end] = [mark.owner] * (end - start)
    return owners


def edited(lines: Lines, start: int, end: int, text: str) -> Splice:
    known = places(lines)
    first, last = sorted((known[start % len(known)], known[end % len(known)]))
    range_ = Range(first, last)
    return splice(lines, range_, text, lambda: lines.replace(range_, text))


@examples(400)
@given(TEXTS, st.lists(EDITS, max_size=12))
def test_marks_are_where_their_characters_are(text: str, edits: list[tuple[int, int, str, str]]) -> None:
    lines, marks, reference = Lines(text), Marks(), Reference(text)
    for start, end, inserted, owner in edits:
        before = reference.owners
        edit = edited(lines, start, end, inserted)
        at = offset_of(edit.range.start, lines)
        cut = marks.move(edit)
        removed = before[at : at + len(edit.removed)]
        assert [piece.owner for piece in cut for _ in range(piece.start, piece.end)] == [one for one in removed if one]
        if owner:
            marks.add(edit.range, owner)
        reference.replace(at, at + len(edit.removed), inserted, owner)
        assert lines.text == "".join(character for character, _ in reference.characters)
        assert owners_of(marks, lines) == reference.owners


@examples(200)
@given(TEXTS, st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60), OWNERS), max_size=8))
def test_the_last_to_mark_a_place_has_it(text: str, added: list[tuple[int, int, str]]) -> None:
    lines, marks, reference = Lines(text), Marks(), [""] * len(text)
    known = places(lines)
    for start, end, owner in added:
        first, last = sorted((known[start % len(known)], known[end % len(known)]))
        marks.add(Range(first, last), owner or "third")
        begin, stop = offset_of(first, lines), offset_of(last, lines)
        reference[begin:stop] = [owner or "third"] * (stop - begin)
    assert owners_of(marks, lines) == reference


def test_text_that_is_typed_into_marked_text_is_not_marked() -> None:
    lines, marks = Lines("alpha beta\n"), Marks([Mark(Range.of(0, 0, 0, 10), "copilot")])
    marks.move(splice(lines, Range.of(0, 5, 0, 5), "bet", lambda: lines.replace(Range.of(0, 5, 0, 5), "bet")))
    assert marks.of("copilot") == (Range.of(0, 0, 0, 5), Range.of(0, 8, 0, 13))
