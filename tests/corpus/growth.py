"""How the cost of something grows with the size of its input."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def growth(make: Callable[[int], T], run: Callable[[T], object], small: int, factor: int = 4) -> float:
    """Return how many times longer ``run`` takes for an input that ``make`` makes ``factor`` times as large.

    About ``factor`` if the cost is linear, its square if it is quadratic.  Each is the best of three, in processor time.
    """
    return _best(make(small * factor), run) / max(_best(make(small), run), 0.001)


def _best(value: T, run: Callable[[T], object]) -> float:
    times = []
    for _ in range(3):
        start = time.process_time()
        run(value)
        times.append(time.process_time() - start)
    return min(times)
