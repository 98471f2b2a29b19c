"""Hypothesis strategies for texts as editors hold them, and for edits to them."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from tests.corpus.pieces import CALLERS, FRAGMENTS, HELPERS, IMPORTS, STATEMENTS, USES
from vetline.core.location import Position, Range

_FACTOR = int(os.environ.get("VETLINE_EXAMPLES", "1"))


def examples(count: int) -> settings:
    """Try ``count`` examples, or that times ``VETLINE_EXAMPLES``, an environment variable for a longer hunt."""
    return settings(max_examples=count * _FACTOR, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@dataclass(frozen=True, slots=True)
class Edit:
    """An edit to any text: its numbers are taken modulo what the text has."""

    line: int
    column: int
    lines: int
    """How many line ends it deletes."""
    end_column: int
    new_text: str

    def range_in(self, lines: Sequence[str]) -> Range:
        """Return the range to replace in a text of these lines."""
        start = self._position(lines, self.line % len(lines), self.column)
        if self.lines < 0:
            return Range(start, start)
        end = self._position(lines, min(start.line + self.lines, len(lines) - 1), self.end_column)
        return Range(start, max(start, end))

    @staticmethod
    def _position(lines: Sequence[str], line: int, column: int) -> Position:
        return Position(line, column % (len(lines[line].rstrip("\r\n")) + 1))


_small = st.integers(0, 3) | st.integers(0, 80)
_fragment = st.sampled_from(FRAGMENTS)
_statement = st.sampled_from(STATEMENTS)
_dependent = st.sampled_from(IMPORTS) | st.sampled_from(USES)
_inserted = _fragment | _statement | _dependent | st.just("") | st.lists(_fragment, max_size=4).map("".join)

edits = st.builds(Edit, st.integers(0, 5) | st.integers(0, 80), _small, st.just(-1) | st.integers(-1, 4), _small, _inserted)
"""One realistic edit: something typed, pasted, replaced or deleted."""

import_edits = st.builds(Edit, st.integers(0, 3), st.just(0), st.sampled_from([-1, 1]), st.just(0), _dependent)
"""A statement put into or in the place of another near the beginning, so that findings below change."""

dependent_texts = st.lists(_dependent, min_size=3, max_size=12).map("".join)
"""Texts in which much depends on what is above."""

_linked = st.sampled_from(HELPERS) | st.sampled_from(CALLERS)

linked_texts = st.lists(_linked, min_size=3, max_size=12).map("".join)
"""Texts of functions, classes and globals that use each other, so that values flow between blocks, and in circles."""

link_edits = st.builds(
    Edit, st.integers(0, 40), st.just(0), st.sampled_from([-1, -1, 1, 2, 3]), st.just(0), _linked | st.just("")
)
"""A definition put somewhere, in the place of another, or taken away, so that what flows through it changes."""


def _finish(parts: list[str], newline: str, head: str, tail: str) -> str:
    return head + "".join(parts).replace("\n", newline) + tail


valid_texts = st.builds(
    _finish,
    st.lists(_statement | _dependent, max_size=12),
    st.sampled_from(["\n", "\n", "\r\n", "\r"]),
    st.sampled_from(["", "", "\ufeff", "# coding: utf-8\n"]),
    st.just(""),
)
"""Texts of whole statements."""

texts = st.builds(
    _finish,
    st.lists(_statement | _dependent | _fragment, max_size=12),
    st.sampled_from(["\n", "\n", "\r\n", "\r"]),
    st.sampled_from(["", "", "", "\ufeff", "        return eval(x)\n"]),
    st.sampled_from(["", "x = eval(y", "    return exec("]),
)
"""Texts in any state of repair."""
