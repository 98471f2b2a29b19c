"""Every key and value of a TOML document is found where it stands."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from typing import Any

import pytest
import tomlkit
from hypothesis import example, given
from hypothesis import strategies as st

from vetline.config.toml_places import KeyPath, Offsets, TomlPlaces, scan
from vetline.core.location import Position, Range
from vetline.syntax.lines import Lines

DOCUMENT = '''\
# a comment with "quotes" and [brackets]
title = "one"
"quoted key" = 'literal'
"esc\\u0061ped" = 1
a.b . "c" = 1979-05-27 07:32:00 # behind
list = [ "x", # one
  [1, 2],
  { deep = 'y' },
]
text = """
two "quotes", then five: """""
raw = \'\'\'it''s\'\'\'

[tool.vetline] # a table
select = ["B602"]
table = { in = { line = true }, k = [] }

[[fruit]]
name = "apple"
[fruit.physical]
color = "red"
[[fruit.variety]]
name = "red delicious"
[[fruit]]
name = "banana"
[[fruit.variety]]
name = "plantain"
'''


@pytest.mark.parametrize(
    "path, key, value",
    [
        (("title",), "title", '"one"'),
        (("quoted key",), '"quoted key"', "'literal'"),
        (("escaped",), '"esc\\u0061ped"', "1"),
        (("a",), "a", "a"),
        (("a", "b", "c"), '"c"', "1979-05-27 07:32:00"),
        (("list", 0), '"x"', '"x"'),
        (("list", 1, 1), "2", "2"),
        (("list", 2, "deep"), "deep", "'y'"),
        (("text",), "text", '"""\ntwo "quotes", then five: """""'),
        (("raw",), "raw", "'''it''s'''"),
        (("tool", "vetline"), "vetline", "vetline"),
        (("tool", "vetline", "select", 0), '"B602"', '"B602"'),
        (("tool", "vetline", "table", "in", "line"), "line", "true"),
        (("tool", "vetline", "table", "k"), "k", "[]"),
        (("fruit", 0, "physical", "color"), "color", '"red"'),
        (("fruit", 0, "variety", 0, "name"), "name", '"red delicious"'),
        (("fruit", 1, "name"), "name", '"banana"'),
        (("fruit", 1, "variety", 0, "name"), "name", '"plantain"'),
    ],
)
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_finds_keys_and_values(path: KeyPath, key: str, value: str, newline: str) -> None:
    text = DOCUMENT.replace("\n", newline)
    places, lines = TomlPlaces(text), Lines(text)
    assert lines.slice(places.key(path)) == key
    assert lines.slice(places.value(path)) == value.replace("\n", newline)


def test_what_does_not_exist_goes_by_what_is_around_it() -> None:
    places = TomlPlaces("[tests]\npaths = []\n")
    assert places.key(("tests", "nope", "deeper")) == places.key(("tests",)) == Range.of(0, 1, 0, 6)
    assert places.key(("nope",)) == Range.of(0, 0, 0, 0)


def test_columns_count_code_points() -> None:
    assert TomlPlaces('"naïve 🦜" = {k = "é"}').value(("naïve 🦜", "k")) == Range.of(0, 17, 0, 20)


def test_offsets_follow_the_line_ends_of_the_protocol() -> None:
    offsets = Offsets("a\r\nb\rc\x0cd\ne")
    assert [offsets.position(offset) for offset in (0, 3, 5, 7, 9, 99)] == [
        Position(0, 0),
        Position(1, 0),
        Position(2, 0),
        Position(2, 2),
        Position(3, 0),
        Position(3, 1),
    ]


TRICKY = "ab1 _-.,=#[]{}\"'\\\t\n\ré🦜"
SCALARS = st.one_of(
    st.text(TRICKY, max_size=8), st.integers(-999, 999), st.booleans(), st.floats(allow_nan=False), st.dates(), st.datetimes()
)
KEYS = st.text(TRICKY, max_size=5)
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3), max_leaves=12
)


def paths_of(value: Any, path: KeyPath = ()) -> Iterator[tuple[KeyPath, Any]]:
    if path:
        yield path, value
    steps = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, inner in steps:
        yield from paths_of(inner, (*path, step))


@given(st.dictionaries(KEYS, VALUES, max_size=4))
@example({"a": {"b": [{"c": "]"}, {"c": '"}'}]}, "d": "#"})
def test_agrees_with_tomllib(data: dict[str, Any]) -> None:
    """Each path of the parsed document has a span, no other has one, and the text in it has the value."""
    text = tomlkit.dumps(data)
    parsed = tomllib.loads(text)
    spans = scan(text)
    expected = dict(paths_of(parsed))
    assert spans.keys() == expected.keys()
    for path, value in expected.items():
        span = spans[path]
        if not isinstance(value, dict | list):
            assert tomllib.loads(f"v = {text[span.value_start : span.value_end]}")["v"] == value
        if isinstance(path[-1], str):
            assert tomllib.loads(f"{text[span.key_start : span.key_end]} = 1") == {path[-1]: 1}


@given(st.text(TRICKY))
@example("a = [\x0b]")
@example("a = [,,]")
@example("[[[")
@example('"\\1" = 2')
@example("a = " + "[" * 5000)
def test_is_never_lost_for_good(text: str) -> None:
    for span in scan(text).values():
        assert 0 <= span.key_start <= span.key_end <= len(text)
        assert 0 <= span.value_start <= span.value_end <= len(text)
