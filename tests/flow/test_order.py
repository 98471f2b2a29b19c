"""Labels that keep the text order of things."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from vetline.flow.order import TextOrder


def test_text_order_survives_many_insertions_at_one_place() -> None:
    order = TextOrder[int]()
    order.place([0, 1], None, None)
    for number in range(2, 200):
        order.place([number], 0, number - 1 if number > 2 else 1)

    assert list(order.sorted(range(200))) == [0, *range(199, 1, -1), 1]


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 3), st.integers(0, 3)), max_size=40))
def test_the_order_is_that_of_a_list(changes: list[tuple[int, int, int]]) -> None:
    order = TextOrder[int]()
    things: list[int] = []
    fresh = iter(range(10_000))
    for place, removed, added in changes:
        first = min(place, len(things))
        gone, new = things[first : first + removed], [next(fresh) for _ in range(added)]
        things[first : first + removed] = new
        order.forget(gone)
        after = things[first - 1] if first else None
        end = first + len(new)
        order.place(new, after, things[end] if end < len(things) else None)

    assert list(order.sorted(list(reversed(things)))) == things
