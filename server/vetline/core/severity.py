"""How bad a finding is, how sure we are, and how loudly it is shown."""

from __future__ import annotations

from enum import IntEnum, StrEnum


class Severity(IntEnum):
    """The damage that a weakness allows; ordered, so that ``HIGH > LOW``."""

    UNDEFINED = 0
    LOW = 1
    MEDIUM = 2
    HIGH = 3

    def __str__(self) -> str:
        return self.name.lower()


class Confidence(IntEnum):
    """How likely a finding is to be true; ordered."""

    UNDEFINED = 0
    LOW = 1
    MEDIUM = 2
    HIGH = 3

    def __str__(self) -> str:
        return self.name.lower()


class Level(StrEnum):
    """How a finding is shown; what configuration sets for a rule."""

    ERROR = "error"
    WARNING = "warning"
    INFORMATION = "information"
    HINT = "hint"
    OFF = "off"
