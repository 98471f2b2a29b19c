"""How far two sequences are the same, compared item by item."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from vetline.syntax.agreement import agreement, shared_ends

TEXTS = st.text(alphabet="ab", max_size=12)


@given(TEXTS, TEXTS)
def test_texts_agree_up_to_the_first_difference(first: str, second: str) -> None:
    count = agreement(first, second)

    assert first[:count] == second[:count]
    assert first[count : count + 1] != second[count : count + 1] or count == len(first) == len(second)
    assert agreement(list(first), list(second)) == count


@given(TEXTS, TEXTS)
def test_the_ends_do_not_overlap(first: str, second: str) -> None:
    head, tail = shared_ends(first, second)

    assert head == agreement(first, second)
    assert head + tail <= min(len(first), len(second))
    assert first[len(first) - tail :] == second[len(second) - tail :]
