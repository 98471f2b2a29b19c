"""The one door to :func:`ast.parse`: quiet, and with one exception for all the ways in which it refuses a text."""

from __future__ import annotations

import ast
import warnings


class Unparsable(Exception):
    """The text is no Python for the interpreter that runs; ``line`` is the 1-based line that it stumbled on, or 0."""

    def __init__(self, line: int) -> None:
        super().__init__(f"line {line}")
        self.line = line


def parse(text: str) -> list[ast.stmt]:
    """Parse ``text`` as a module and return its statements.

    Raises:
        Unparsable: for syntax errors, and also for null bytes, lone surrogates, and nesting that is too deep.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # invalid escapes and the like are other tools' business
            return ast.parse(text).body
    except SyntaxError as error:
        raise Unparsable(error.lineno or 0) from error
    except (ValueError, RecursionError, MemoryError) as error:
        raise Unparsable(0) from error


def parses(text: str) -> bool:
    """Tell whether ``text`` is a valid module."""
    try:
        parse(text)
    except Unparsable:
        return False
    return True
