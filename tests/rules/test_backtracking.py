"""Which patterns take long, by the ambiguity of their automata."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vetline.rules.regex.ambiguity import Growth, slowness_of

EXPONENTIAL = [
    r"(a+)+$",
    r"(a*)*b",
    r"(a|a)*c",
    r"(a|b|ab)*c",
    r"(?:\r\n|\n|\r)*x",
    r"(x+x+)+y",
    r"^(\w+\s?)*$",
    r"(\s*\w+\s*)*$",
    r"^(([a-z])+.)+[A-Z]([a-z])+$",
    r"(a{1,30}){1,30}$",
    r"^([a-zA-Z0-9_.-])+@(([a-zA-Z0-9-])+\.)+([a-zA-Z0-9]{2,4})+$",
    r"^(?:(?:\d+,?)+;)*$",
    r"(?x) ( a+ \s? )+ $  # spaces don't count",
]
POLYNOMIAL = [
    r"\d+E?\d+$",
    r"\s*\s*x",
    r"^\s*(\w+)\s*=\s*(.*?)\s*$",
    r"<.*>.*</.*>",
    r".*.*=.*",
    r"^\w*\d*!",
    r"(?i)^a*A*b",
]
QUICK = [
    r"(a+)+",
    r"(\w+\s?)*",
    r"(a+)+[\s\S]",
    r"(?>a+)+b",
    r"(?:a++)+b",
    r'"(?:[^"\\]|\\.)*"',
    r"^\d+(,\d+)*$",
    r"[a-z]+@[a-z]+\.[a-z]+$",
    r"^[\w.-]+@[\w-]+\.[\w.]+$",
    r"\d{1,6}\d{1,6}x",
    r"(\d+)-(\d+)",
    r"\w+\s*:\s*\w+",
    r"\s+$",
    r"(",
    r"a{,",
    "x" * 5_000 + "*",
]


@pytest.mark.parametrize("pattern", EXPONENTIAL)
def test_a_loop_with_two_ways_back_takes_exponential_time(pattern: str) -> None:
    found = slowness_of(pattern)

    assert found is not None
    assert found.growth is Growth.EXPONENTIAL


@pytest.mark.parametrize("pattern", POLYNOMIAL)
def test_two_loops_for_the_same_text_take_polynomial_time(pattern: str) -> None:
    found = slowness_of(pattern)

    assert found is not None
    assert found.growth is Growth.POLYNOMIAL


@pytest.mark.parametrize("pattern", QUICK)
def test_where_there_is_one_way_the_time_is_linear(pattern: str) -> None:
    assert slowness_of(pattern) is None


def test_what_may_end_anywhere_is_slow_only_if_all_has_to_match() -> None:
    assert slowness_of(r"(\w+\s?)*") is None
    assert slowness_of(r"(\w+\s?)*", is_whole=True) is not None


def test_flags_count() -> None:
    assert slowness_of(r"(.|\n)*x") is None
    assert slowness_of(r"(.|\n)*x", re.DOTALL) is not None
    assert slowness_of(r"^( *)(.*)$", re.MULTILINE) is None
    assert slowness_of(r"^( *)(.*)$") is not None


@pytest.mark.slow
@pytest.mark.parametrize("pattern", [p for p in EXPONENTIAL if p.endswith("$")])
def test_the_text_that_is_named_makes_it_slow(pattern: str) -> None:
    found = slowness_of(pattern)
    assert found is not None
    prefix = "a@a." if "@" in pattern else ""
    start = time.perf_counter()
    for count in range(1, 200):
        re.match(pattern, prefix + found.pump * count + "\n\n!")
        if time.perf_counter() - start > 0.5:
            break

    assert count < 60


@given(st.text(alphabet="ab.*+?()|[]{}\\,1d^$", max_size=25))
def test_any_text_is_judged_in_no_time(pattern: str) -> None:
    start = time.perf_counter()
    slowness_of(pattern)

    assert time.perf_counter() - start < 2
