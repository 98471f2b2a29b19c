"""Configuration files written together with what is wrong in them.

A line of the file stands behind ``| ``.  A line behind ``> `` says what is reported in the line above it: carets under the
place, then the message.  A range that ends on a later line is marked to the end of its first line, and ``...`` follows.
"""

from __future__ import annotations

from collections.abc import Iterable
from textwrap import dedent

from vetline.config import Problem
from vetline.syntax.lines import line_body, split_lines


def source_of(annotated: str) -> str:
    """Return the file without its annotations."""
    lines = dedent(annotated).strip("\n").split("\n")
    return "".join(f"{line[2:]}\n" for line in lines if line.startswith("|"))


def annotate(text: str, problems: Iterable[Problem]) -> str:
    """Return ``text`` with annotations for ``problems``."""
    by_line: dict[int, list[Problem]] = {}
    for problem in sorted(problems, key=lambda problem: problem.order):
        by_line.setdefault(problem.range.start.line, []).append(problem)
    lines: list[str] = []
    bodies = [line_body(line) for line in split_lines(text)]
    if not bodies[-1] and len(bodies) - 1 not in by_line:
        bodies.pop()
    for number, body in enumerate(bodies):
        lines.append(f"| {body}".rstrip())
        for problem in by_line.get(number, ()):
            start, end = problem.range.start, problem.range.end
            goes_on = end.line > start.line
            length = (len(body) if goes_on else end.column) - start.column
            marks = " " * start.column + "^" * max(length, 1) + ("..." if goes_on else "")
            lines.append(f"> {marks} {problem.message}")
    return "\n".join(lines)


def expected_of(annotated: str) -> str:
    """Return the annotations in the form that :func:`annotate` has."""
    return "\n".join(line.rstrip() for line in dedent(annotated).strip("\n").split("\n"))
