"""Columns in code units are what Python's own codecs make of a line."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vetline.syntax.encoding import PositionEncoding, column_of_byte, from_units, to_units

UTF8, UTF16, UTF32 = PositionEncoding.UTF8, PositionEncoding.UTF16, PositionEncoding.UTF32
CODECS = {UTF8: ("utf-8", 1), UTF16: ("utf-16-le", 2), UTF32: ("utf-32-le", 4)}

lines = st.text(alphabet="a\t\x0c\x00é߿ࠀ€\ud800\udfff\ufeff\uffff𐀀😀🏳️‍🌈", max_size=10) | st.text(max_size=10)
encodings = st.sampled_from(PositionEncoding)


def units_by_codec(text: str, encoding: PositionEncoding) -> int:
    codec, width = CODECS[encoding]
    return len(text.encode(codec, "surrogatepass")) // width


@given(lines, encodings)
def test_as_the_codec_has_it_and_back(line: str, encoding: PositionEncoding) -> None:
    for column in range(len(line) + 1):
        units = to_units(line, column, encoding)
        assert units == units_by_codec(line[:column], encoding)
        assert from_units(line, units, encoding) == column


@given(lines, encodings, st.integers(0, 60))
def test_a_place_inside_a_character_is_before_it(line: str, encoding: PositionEncoding, units: int) -> None:
    column = from_units(line, units, encoding)
    assert 0 <= column <= len(line)
    assert units_by_codec(line[:column], encoding) <= units
    assert column == len(line) or units_by_codec(line[: column + 1], encoding) > units


@pytest.mark.parametrize(
    "line, units, encoding, column",
    [
        ("a😀b", 1, UTF16, 1),
        ("a😀b", 2, UTF16, 1),  # inside the surrogate pair
        ("a😀b", 3, UTF16, 2),
        ("a😀b", 99, UTF16, 3),
        ("a😀b", 4, UTF8, 1),
        ("a😀b", 5, UTF8, 2),
        ("a😀b", 2, UTF32, 2),
        ("a😀b", 99, UTF32, 3),
        ("ab", 99, UTF8, 2),
        ("", 1, UTF16, 0),
    ],
)
def test_from_units(line: str, units: int, encoding: PositionEncoding, column: int) -> None:
    assert from_units(line, units, encoding) == column


@given(lines)
def test_column_of_byte(line: str) -> None:
    line = line.encode("utf-8", "replace").decode()  # a tree comes of text without lone surrogates
    for column in range(len(line) + 1):
        assert column_of_byte(line, units_by_codec(line[:column], UTF8)) == column
