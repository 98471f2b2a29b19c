"""Broken code with a margin that says what is set aside.

A line of code stands behind ``| `` if it is analysed, and behind ``> `` if it is set aside.
"""

from __future__ import annotations

from textwrap import dedent

from tests.corpus.blocks import set_aside
from vetline.syntax.lines import line_body, split_lines


def source_of(marked: str) -> str:
    """Return the code without its margin."""
    return "".join(f"{line[2:]}\n" for line in dedent(marked).strip("\n").split("\n"))


def marked(source: str) -> str:
    """Return ``source`` with a margin for what the trees of its blocks leave out."""
    aside = {row for range_ in set_aside(source) for row in range(range_.start.line, range_.end.line + 1)}
    bodies = [line_body(line) for line in split_lines(source)]
    if not bodies[-1]:
        bodies.pop()
    return "\n".join(f"{'>' if row in aside else '|'} {body}".rstrip() for row, body in enumerate(bodies))


def expected_of(marked: str) -> str:
    """Return marked code in the form that :func:`marked` has."""
    return "\n".join(line.rstrip() for line in dedent(marked).strip("\n").split("\n"))
