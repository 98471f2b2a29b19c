"""Pieces of code are found again by what is in them."""

from __future__ import annotations

import time
from collections.abc import Sequence
from itertools import pairwise
from textwrap import dedent

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vetline.core.location import Range
from vetline.provenance.anchoring import Anchor, anchor, excerpt, locate
from vetline.syntax.lines import split_lines

KEY = b"a key of this installation"


def lines_of(text: str) -> list[str]:
    return split_lines(dedent(text).lstrip("\n"))


def remembered(lines: Sequence[str], piece: Range) -> Anchor:
    return anchor(excerpt(lines, piece), KEY)


def text_in(lines: Sequence[str], piece: Range) -> str:
    whole = "".join(lines)
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line))
    return whole[starts[piece.start.line] + piece.start.column : starts[piece.end.line] + piece.end.column]


def found_again(before: str, after: str, first: str, last: str) -> list[str]:
    """Remember the lines from ``first`` to ``last`` (their beginnings) of one text, and return what of them is in the other."""
    old, new = lines_of(before), lines_of(after)
    start = next(at for at, line in enumerate(old) if line.strip().startswith(first))
    end = next(at for at, line in enumerate(old) if at >= start and line.strip().startswith(last))
    (places,) = locate([remembered(old, Range.of(start, 0, end + 1, 0))], new, KEY)
    return [text_in(new, place) for place in places]


BEFORE = """
    import os

    def load(path):
        with open(path) as file:
            return file.read()

    def run(command):
        result = subprocess.run(command, shell=True)
        if result.returncode:
            raise RuntimeError(command)
        return result.stdout

    def main():
        print(run("ls"))
"""
RUN = BEFORE[BEFORE.index("    def run") : BEFORE.index("    def main")].rstrip(" ")


def test_what_was_moved_is_found_as_a_whole() -> None:
    after = BEFORE.replace(RUN, "") + "\n" + RUN
    assert found_again(BEFORE, after, "def run", "return result.stdout") == [dedent(RUN).rstrip("\n") + "\n"]


def test_of_what_was_edited_the_lines_that_are_still_there_are_found() -> None:
    after = BEFORE.replace("command, shell=True", "shlex.split(command)").replace("import os", "import os\n    import shlex")
    assert found_again(BEFORE, after, "def run", "return result.stdout") == [
        "def run(command):\n",
        "    if result.returncode:\n        raise RuntimeError(command)\n    return result.stdout\n",
    ]


def test_a_line_that_was_taken_out_leaves_one_range() -> None:
    after = BEFORE.replace("            raise RuntimeError(command)\n", "")
    (place,) = found_again(BEFORE, after, "def run", "return result.stdout")
    assert place.startswith("def run")
    assert place.endswith("result.stdout\n")


def test_what_was_indented_by_a_formatter_or_a_block_around_it_is_found() -> None:
    after = BEFORE.replace("        result = subprocess", "            result=subprocess").replace(
        "return result.stdout", "return  result.stdout"
    )
    assert len("".join(found_again(BEFORE, after, "def run", "return result.stdout")).splitlines()) == 5


def test_what_is_gone_is_gone() -> None:
    assert (
        found_again(
            BEFORE, BEFORE.replace(RUN, "def run(command):\n        return spawn(command)\n"), "result =", "return result"
        )
        == []
    )


def test_a_place_alone_is_no_reason() -> None:
    before = "a_first_thing()\nvalue = compute_something()\na_last_thing()\n"
    after = "one_first_thing()\nother = compute_another()\none_last_thing()\n"
    assert found_again(before, after, "value", "value") == []


def test_a_line_that_is_everywhere_has_to_stand_where_it_stood() -> None:
    before = "def first():\n    prepare()\n    return None\n\ndef second():\n    finish_it_all()\n    return None\n"
    gone = before.replace("    finish_it_all()\n    return None\n", "    pass\n")
    old = lines_of(before)
    piece = remembered(old, Range.of(6, 4, 6, 15))
    assert locate([piece], lines_of(gone), KEY) == [()]
    assert locate([piece], ["# new\n", "\n", *old], KEY) == [(Range.of(8, 4, 8, 15),)]


def test_of_equal_pieces_the_surroundings_tell_which_is_which() -> None:
    before = """
        class First:
            def check(self):
                verify(self.token, strict=False)
                return self.token == self.expected

        class Second:
            def check(self):
                verify(self.token, strict=False)
                return self.token == self.expected
    """
    old = lines_of(before)
    piece = remembered(old, Range.of(7, 0, 9, 0))
    assert text_in(old, piece.range).count("\n") == 2
    swapped = [*old[5:9], "\n", *old[:4]]
    (places,) = locate([piece], swapped, KEY)
    assert [place.start.line for place in places] == [2]


def test_of_pieces_that_are_equal_all_around_the_nearest_is_taken_as_the_others_have_shifted() -> None:
    block = ["for item in items:\n", "    process_everything(item)\n", "    log_what_was_done(item)\n"]
    landmark = ["def landmark(of, the, text):\n", "    return of + the + text + 'landmark'\n", "    # end of the landmark\n"]
    old = [*block * 4, *landmark, *block * 4, ""]
    pieces = [remembered(old, Range.of(12, 0, 15, 0)), remembered(old, Range.of(18, 0, 21, 0))]
    new = [*block * 6, *landmark, *block * 4, ""]
    assert locate(pieces, new, KEY) == [(Range.of(18, 0, 21, 0),), (Range.of(24, 0, 27, 0),)]


def test_two_pieces_on_one_line_stay_two() -> None:
    old = ["result = compute_total(first_number, second_number)\n", ""]
    pieces = [remembered(old, Range.of(0, 9, 0, 23)), remembered(old, Range.of(0, 23, 0, 51))]
    assert locate(pieces, ["# a comment\n", *old], KEY) == [(Range.of(1, 9, 1, 23),), (Range.of(1, 23, 1, 51),)]


def test_equal_pieces_get_places_of_their_own() -> None:
    old = ["subprocess.run(command, shell=True)\n", "other_things()\n", "subprocess.run(command, shell=True)\n", ""]
    pieces = [remembered(old, Range.of(at, 0, at + 1, 0)) for at in (0, 2)]
    assert locate(pieces, old, KEY) == [(pieces[0].range,), (pieces[1].range,)]
    assert locate(pieces, ["other_things()\n", "subprocess.run(command, shell=True)\n", ""], KEY) == [
        (),
        (Range.of(1, 0, 2, 0),),
    ]


def test_another_key_finds_nothing() -> None:
    old = lines_of(BEFORE)
    assert locate([remembered(old, Range.of(6, 0, 11, 0))], old, b"another") == [()]


def test_an_anchor_has_no_code_in_it() -> None:
    assert b"subprocess" not in repr(remembered(lines_of(BEFORE), Range.of(6, 0, 11, 0))).encode()


def test_a_checkout_and_back() -> None:
    """Another branch has the function elsewhere, and in part; on the way back all of it is found from what was remembered."""
    here = lines_of(BEFORE)
    there = lines_of(
        """
        # The other branch
        import os
        import sys

        def main():
            print(run(sys.argv[1]))

        class Runner:
            def run(command):
                result = subprocess.run(command, shell=True)
                if result.returncode:
                    log(command)
                return result.stdout
        """
    )
    first = remembered(here, Range.of(6, 0, 11, 0))
    ((top, bottom),) = locate([first], there, KEY)
    assert text_in(there, top).count("\n") == 3
    assert text_in(there, bottom).strip() == "return result.stdout"
    (back,) = locate([first], here, KEY)
    assert back == (first.range,)


WORDS = st.sampled_from("alpha beta gamma delta epsilon zeta eta theta".split())
LINE = st.builds(
    lambda indent, words, end: " " * indent + " ".join(words) + end,
    st.sampled_from([0, 4, 8]),
    st.lists(WORDS, max_size=4),
    st.sampled_from(["\n", "\r\n"]),
)
TEXT = st.builds(lambda lines, last: [*lines, last], st.lists(LINE, max_size=30), st.sampled_from(["", "eta", "    zeta"]))


@st.composite
def pieces_of_texts(draw: st.DrawFn) -> tuple[list[str], Range]:
    lines = draw(TEXT)
    ends = [draw(st.integers(0, len(lines) - 1)) for _ in range(2)]
    columns = [draw(st.integers(0, len(lines[line].rstrip("\r\n")))) for line in sorted(ends)]
    start, end = sorted(zip(sorted(ends), columns, strict=True))
    return lines, Range.of(*start, *end)


@given(pieces_of_texts())
def test_in_the_same_text_everything_is_where_it_was(case: tuple[list[str], Range]) -> None:
    lines, piece = case
    (places,) = locate([remembered(lines, piece)], lines, KEY)
    assert places == (() if piece.is_empty else (piece,))


@given(TEXT, TEXT, TEXT, st.lists(st.integers(100, 10**6), min_size=3, max_size=12, unique=True))
def test_a_block_that_is_like_no_other_is_found_wherever_it_goes(
    before: list[str], after: list[str], elsewhere: list[str], numbers: list[int]
) -> None:
    block = [f"call_number_{number}(argument)\n" for number in numbers]
    old = [*before[:-1], *block, *after]
    piece = remembered(old, Range.of(len(before) - 1, 0, len(before) - 1 + len(block), 0))
    for around in (elsewhere, after, before):
        for at in range(len(around)):
            (places,) = locate([piece], [*around[:at], *block, *around[at:]], KEY)
            assert places == (Range.of(at, 0, at + len(block), 0),)


@given(st.lists(pieces_of_texts(), min_size=1, max_size=4), TEXT)
def test_what_is_found_was_remembered_and_belongs_to_one_piece_only(
    cases: list[tuple[list[str], Range]], new: list[str]
) -> None:
    """Whatever became of the text: each line of a range that was found is one of the piece's, and no two ranges overlap."""
    pieces = [remembered(lines, piece) for lines, piece in cases]
    found = locate(pieces, new, KEY)
    everything = sorted(place for places in found for place in places)
    assert all(one.end <= other.start for one, other in pairwise(everything))
    for (lines, piece), places in zip(cases, found, strict=True):
        known = {"".join(line.split()) for line in lines[piece.start.line : piece.end.line + 1]} | {""}
        for place in places:
            whole = new[place.start.line : place.end.line + (place.end.column > 0)]
            assert all("".join(line.split()) in known for line in whole)


@pytest.mark.parametrize("same", [True, False])
def test_a_long_text_takes_no_longer_than_its_lines(same: bool) -> None:
    line = "    the_same_line(everywhere, always)\n"
    lines = [line if same else f"    line_{at}(value_{at % 7})\n" for at in range(20_000)]
    pieces = [remembered(lines, Range.of(at, 0, at + 20, 0)) for at in range(100, 20_000, 1_000)]
    start = time.process_time()
    found = locate(pieces, lines, KEY)
    assert time.process_time() - start < 2
    assert found == [(piece.range,) for piece in pieces]
