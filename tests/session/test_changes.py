"""How urgent a change is, and what a change of everything comes down to."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.corpus.edits import examples
from vetline.core.location import Range
from vetline.session.changes import Change, Urgency, narrowed, urgency_of
from vetline.syntax.lines import Lines

TYPING, AT_ONCE = Urgency.TYPING, Urgency.AT_ONCE


def inserted(text: str) -> Change:
    return Change(Range.of(3, 4, 3, 4), text)


@pytest.mark.parametrize(
    "what, change, urgency",
    [
        ("a letter", inserted("e"), TYPING),
        ("a bracket with its counterpart", inserted("()"), TYPING),
        ("a blank", inserted(" "), TYPING),
        ("Enter with an indentation", inserted("\n        "), TYPING),
        ("Enter on Windows", inserted("\r\n    "), TYPING),
        ("an indentation", inserted("    "), TYPING),
        ("Enter between brackets", inserted("\n        \n    "), TYPING),
        ("Backspace", Change(Range.of(3, 4, 3, 5), ""), TYPING),
        ("Backspace at the start of a line", Change(Range.of(2, 9, 3, 0), ""), TYPING),
        ("an overwritten letter", Change(Range.of(3, 4, 3, 5), "x"), TYPING),
        ("a word", inserted("requests"), AT_ONCE),
        ("a line", inserted("eval(x)\n"), AT_ONCE),
        ("several lines", inserted("def f():\n    eval(x)\n"), AT_ONCE),
        ("short lines", inserted("a\nb"), AT_ONCE),
        ("a word cut out", Change(Range.of(3, 4, 3, 12), ""), AT_ONCE),
        ("lines cut out", Change(Range.of(3, 0, 9, 0), ""), AT_ONCE),
        ("a line break and more", Change(Range.of(2, 9, 3, 4), ""), AT_ONCE),
        ("a word replaced by a letter", Change(Range.of(3, 4, 3, 12), "x"), AT_ONCE),
        ("a name that is completed", Change(Range.of(3, 4, 3, 7), "requests"), AT_ONCE),
        ("everything", Change(None, "x"), AT_ONCE),
    ],
)
def test_a_key_that_is_pressed_can_wait_and_code_that_arrives_or_leaves_cannot(
    what: str, change: Change, urgency: Urgency
) -> None:
    assert urgency_of([change]) is urgency, what


def test_several_cursors_type_too() -> None:
    assert urgency_of([inserted("x"), inserted("x"), Change(Range.of(7, 0, 7, 1), "x")]) is TYPING


def test_one_piece_of_code_among_keys_is_enough() -> None:
    assert urgency_of([inserted("x"), inserted("eval(x)"), inserted("x")]) is AT_ONCE


def test_no_change_can_wait() -> None:
    assert urgency_of([]) is TYPING


@pytest.mark.parametrize(
    "old, new, expected",
    [
        ("a\nb\nc\n", "a\nbx\nc\n", Change(Range.of(1, 1, 1, 1), "x")),
        ("a\nb\nc\n", "a\nc\n", Change(Range.of(1, 0, 2, 0), "")),
        ("a\nc\n", "a\nb\nc\n", Change(Range.of(1, 0, 1, 0), "b\n")),
        ("a\nb", "a\nb\n", Change(Range.of(1, 1, 1, 1), "\n")),
        ("", "a\n", Change(Range.of(0, 0, 0, 0), "a\n")),
        ("a\n", "", Change(Range.of(0, 0, 1, 0), "")),
        ("if x:\n    y\n", "if x:\n    \n    y\n", Change(Range.of(1, 0, 1, 0), "    \n")),
        ("a\r\nb", "a\nb", Change(Range.of(0, 1, 1, 0), "\n")),
        ("a\rb", "a\r\nb", Change(Range.of(0, 1, 1, 0), "\r\n")),
        ("a\r\nbb", "\r\nbb", Change(Range.of(0, 0, 0, 1), "")),
        ("\r\nbb", "a\r\nbb", Change(Range.of(0, 0, 0, 0), "a")),
        ("x = '😀'\n", "x = '😀😀'\n", Change(Range.of(0, 6, 0, 6), "😀")),
    ],
)
def test_a_change_of_everything_is_narrowed_to_what_differs(old: str, new: str, expected: Change) -> None:
    assert narrowed(Lines(old), new) == expected


def test_typing_is_typing_even_if_everything_is_sent() -> None:
    text = "def f():\n    eval\n"

    assert urgency_of([narrowed(Lines(text), text.replace("eval", "eval("))]) is TYPING
    assert urgency_of([narrowed(Lines(text), text.replace("eval", "eval(x)\n    exec"))]) is AT_ONCE


LINES = st.lists(st.sampled_from(["a", "b", "", "\n", "\r\n", "\r", "    ", "😀"]), max_size=12).map("".join)


@examples(1000)
@given(LINES, LINES)
def test_a_narrowed_change_makes_the_new_text(old: str, new: str) -> None:
    lines = Lines(old)
    change = narrowed(lines, new)
    assert change.range is not None

    lines.replace(change.range, change.text)

    assert lines.text == new


@examples(1000)
@given(LINES, LINES, LINES)
def test_a_narrowed_change_takes_no_more_than_what_was_changed(head: str, middle: str, tail: str) -> None:
    change = narrowed(Lines(head + tail), head + middle + tail)

    assert len(change.text) <= len(middle) + 2  # a line end that the middle completes or cuts counts as a whole
