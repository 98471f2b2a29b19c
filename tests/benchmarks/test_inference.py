"""What it costs to tell what a change is."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

import pytest

from vetline.core.location import Position
from vetline.provenance.changes import Change, Replacement
from vetline.provenance.inference import Inference

pytestmark = pytest.mark.benchmark

FILE = [f"    value_{number} = compute({number}, name='x{number}')  # one of many" for number in range(5_000)]
LINES = "\n".join(f"    new_{number} = other({number}, key={number}) + call(a, b)" for number in range(100))


def milliseconds(make: Callable[[int], Change], rounds: int) -> float:
    """Return the median time for the changes that ``make`` makes of the numbers of the rounds."""
    inference, times = Inference(FILE), []
    for number in range(rounds):
        change = make(number)
        start = time.perf_counter()
        inference.classify(change)
        times.append(time.perf_counter() - start)
    return statistics.median(times) * 1_000


def test_a_key_costs_less_than_a_tenth_of_a_millisecond() -> None:
    line = FILE[2_500]

    def key(number: int) -> Change:
        column = number % len(line)
        return Change(number / 5, (Replacement(Position(2_500, column), "", "x", line[:column], line[column:]),))

    assert milliseconds(key, 3_000) < 0.1


def test_a_hundred_lines_cost_less_than_a_millisecond() -> None:
    def lines(number: int) -> Change:
        return Change(number * 20.0, (Replacement(Position(number, 0), "", LINES + "\n" * number, "", FILE[number]),))

    assert milliseconds(lines, 100) < 1
