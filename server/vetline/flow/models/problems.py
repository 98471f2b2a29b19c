"""What is wrong in a model file."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

KeyPath = tuple[str | int, ...]
"""The way to a value from the top of a file: keys of tables, and indexes of arrays."""


@dataclass(frozen=True, slots=True)
class ModelProblem:
    """One fault.  ``at`` is the way to the value, or to its key if ``of_key``; empty if it is the whole file."""

    path: Path
    at: KeyPath
    message: str
    of_key: bool = False

    def __str__(self) -> str:
        """Return one line for a terminal."""
        place = in_words(self.at)
        return f"{self.path}: {place}: {self.message}" if place else f"{self.path}: {self.message}"


class ModelError(Exception):
    """Model files can't be used as they are.  ``problems`` holds all that is wrong with them."""

    def __init__(self, problems: Iterable[ModelProblem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))


def in_words(at: KeyPath) -> str:
    """Return a place as ``[[sinks]] 2, arguments``: elements count from 1 there."""
    match at:
        case ("modules", *rest):
            head = "modules"
        case (str(table), int(number), *rest):
            head = f"[[{table}]] {number + 1}"
        case (str(table), str(key), *rest):
            head = f'[{table}] "{key}"'
        case (str(key), *rest):
            head = key
        case _:
            return ""
    return ", ".join([head, *(step for step in rest if isinstance(step, str))])
