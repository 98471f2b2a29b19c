"""A text as a list of lines behaves as the plain string does."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.corpus.edits import Edit, edits, examples, texts
from vetline.core.location import Position, Range
from vetline.syntax.lines import Lines, line_body, split_lines

line_ends = st.text(alphabet="\r\n\x0b\x0c\x1c\x85\u2028ab😀", max_size=12)


def offset_of(text: str, position: Position) -> int:
    """Return the offset in ``text`` of a position that exists, found without looking at any of our code."""
    rest, offset = position.line, 0
    while rest:
        ends = [(text.find(end, offset), -len(end)) for end in ("\r\n", "\n", "\r") if end in text[offset:]]
        start, length = min(ends)
        offset = start - length
        rest -= 1
    return offset + position.column


@pytest.mark.parametrize(
    "text, lines",
    [
        ("", [""]),
        ("a", ["a"]),
        ("a\n", ["a\n", ""]),
        ("a\r\nb\rc\n", ["a\r\n", "b\r", "c\n", ""]),
        ("\r\r\n\n\r", ["\r", "\r\n", "\n", "\r", ""]),
        ("a\x0cb\x0bc\x85d\u2028e\x1cf\n", ["a\x0cb\x0bc\x85d\u2028e\x1cf\n", ""]),
        ("\ufeffa\n\x00\ud800", ["\ufeffa\n", "\x00\ud800"]),
    ],
)
def test_split(text: str, lines: list[str]) -> None:
    assert split_lines(text) == lines
    assert Lines(text).text == text


@given(line_ends | texts)
def test_join_undoes_split(text: str) -> None:
    lines = split_lines(text)
    assert "".join(lines) == text
    assert all(line_body(line) + line[len(line_body(line)) :] == line for line in lines)
    assert all(line.endswith(("\r", "\n")) for line in lines[:-1])
    assert not lines[-1].endswith(("\r", "\n"))


@examples(300)
@given(line_ends | texts, st.lists(st.tuples(edits, st.none() | line_ends), max_size=6))
def test_replacing_is_what_it_is_on_a_string(text: str, changes: list[tuple[Edit, str | None]]) -> None:
    lines = Lines(text)
    for edit, other in changes:
        range_, new_text = edit.range_in(lines), edit.new_text if other is None else other
        before = list(lines)
        text = text[: offset_of(text, range_.start)] + new_text + text[offset_of(text, range_.end) :]
        first, removed, added = lines.replace(range_, new_text)
        assert lines.text == text
        assert list(lines) == split_lines(text)
        assert list(lines) == before[:first] + lines[first : first + added] + before[first + removed :]


@given(line_ends, edits)
def test_a_slice_is_what_it_is_of_a_string(text: str, edit: Edit) -> None:
    lines = Lines(text)
    range_ = edit.range_in(lines)
    assert lines.slice(range_) == text[offset_of(text, range_.start) : offset_of(text, range_.end)]


@pytest.mark.parametrize(
    "text, range_, new_text, change, lines",
    [
        ("a\rb\nc", Range.of(1, 0, 1, 1), "", (0, 2, 1), ["a\r\n", "c"]),
        ("a\r\nb", Range.of(0, 1, 0, 1), "\r", (0, 1, 2), ["a\r", "\r\n", "b"]),
        ("a\n", Range.of(0, 1, 1, 0), "\r\n", (0, 2, 2), ["a\r\n", ""]),
        ("a\rb", Range.of(1, 0, 1, 0), "\n", (0, 2, 2), ["a\r\n", "b"]),
        ("a\nb\nc", Range.of(2, 0, 0, 1), "", (0, 3, 1), ["ac"]),
    ],
    ids=["CR and LF meet", "CR before CRLF", "LF to CRLF", "LF behind CR", "backwards"],
)
def test_edits_at_line_ends(text: str, range_: Range, new_text: str, change: tuple[int, int, int], lines: list[str]) -> None:
    edited = Lines(text)
    assert edited.replace(range_, new_text) == change
    assert list(edited) == lines


@pytest.mark.parametrize(
    "position, nearest",
    [
        (Position(-1, 5), Position(0, 0)),
        (Position(0, -1), Position(0, 0)),
        (Position(0, 2), Position(0, 2)),
        (Position(0, 3), Position(0, 2)),  # not behind the line end, nor between its two characters
        (Position(0, 99), Position(0, 2)),
        (Position(1, 99), Position(1, 1)),
        (Position(2, 0), Position(1, 1)),
        (Position(9, 9), Position(1, 1)),
    ],
)
def test_clamp(position: Position, nearest: Position) -> None:
    assert Lines("ab\r\nc").clamp(position) == nearest


@pytest.mark.parametrize("text, newline", [("", "\n"), ("a", "\n"), ("a\nb\r\n", "\n"), ("\r\na\n", "\r\n"), ("a\r", "\r")])
def test_newline(text: str, newline: str) -> None:
    assert Lines(text).newline == newline


def test_a_copy_is_independent() -> None:
    lines = Lines("a\nb")
    copy = lines.copy()
    copy.replace(Range.of(0, 0, 0, 1), "x")
    assert (lines.text, copy.text) == ("a\nb", "x\nb")
