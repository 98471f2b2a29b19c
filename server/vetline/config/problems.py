"""What is wrong in a configuration, and where a setting comes from."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from vetline.core.location import Range

START = Range.of(0, 0, 0, 0)
"""The range of what has no place in a text."""


class Layer(StrEnum):
    """Where a setting may come from; Vetline's own layers stand in ascending order of precedence."""

    BANDIT = "Bandit's configuration"
    DEFAULT = "default"
    USER = "user"
    PROJECT = "project"
    EDITOR = "editor settings"
    COMMAND_LINE = "command line"


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a setting comes from: its layer, and for a file also the path and the range of the value in it."""

    layer: Layer
    path: Path | None = None
    range: Range = START

    def __str__(self) -> str:
        """Return ``path:line`` (from 1) for a file, else the layer's name."""
        return f"{self.path}:{self.range.start.line + 1}" if self.path else str(self.layer)


class ProblemKind(StrEnum):
    """The ways in which a configuration can be wrong."""

    SYNTAX = "syntax"
    """The whole file can't be read; what it said when it last could stays in force."""
    UNKNOWN_KEY = "unknown-key"
    WRONG_TYPE = "wrong-type"
    BAD_VALUE = "bad-value"
    UNKNOWN_RULE = "unknown-rule"
    NO_EFFECT = "no-effect"
    """It is understood, and does nothing, or not what it seems to say."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault of a configuration.  The faulty value is ignored; everything else holds.

    ``path`` is None for editor settings and the command line; ``range`` is then empty.  ``key`` is the dotted key, as
    written.  ``message`` says what is wrong and what to do.
    """

    layer: Layer
    path: Path | None
    range: Range
    kind: ProblemKind
    key: str
    message: str

    def __str__(self) -> str:
        """Return one line for a terminal; lines and columns count from 1 there."""
        if self.path is None:
            return f"{self.layer}: {self.message}"
        return f"{self.path}:{self.range.start.line + 1}:{self.range.start.column + 1}: {self.message}"

    @property
    def order(self) -> tuple[str, Range, str]:
        """What to sort problems by: file, then place."""
        return (str(self.path or ""), self.range, self.message)
