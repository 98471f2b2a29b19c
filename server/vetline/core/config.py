"""The effective configuration, as frozen data.  Where it comes from is :mod:`vetline.config`'s business."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType
from typing import Any

from vetline.core.severity import Confidence, Level, Severity

_NOTHING: Mapping[str, Any] = MappingProxyType({})


class Profile(StrEnum):
    """A named set of defaults for what is shown, and how loudly."""

    DEFAULT = "default"
    """Vetline's view: noise is tamed."""
    BANDIT = "bandit"
    """Bandit's own view: its findings alone, at its severities, test code included."""


class OldCode(StrEnum):
    """At which level, at most, findings in old code are shown."""

    FULL = "full"
    """As in new code."""
    WARNING = "warning"
    INFORMATION = "information"
    HINT = "hint"
    OFF = "off"

    def tame(self, level: Level) -> Level:
        """Return the level to show a finding at that would be shown at ``level`` in new code."""
        return level if self is OldCode.FULL else max(level, Level(self.value), key=list(Level).index)


class Gate(StrEnum):
    """From which severity on a person is asked what to do."""

    OFF = "off"
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"

    def stops(self, severity: Severity) -> bool:
        """Tell whether a finding as severe as that is asked about."""
        return self is not Gate.OFF and severity >= Severity[self.name]


@dataclass(frozen=True, slots=True)
class BanditConfig:
    """What Bandit's own configuration says (``[tool.bandit]``, ``.bandit``, or a YAML file).

    ``tests`` and ``skips`` hold test ids; an empty ``tests`` means all.  ``options`` maps a plugin's configuration
    name (such as ``hardcoded_tmp_directory``) to its settings.
    """

    tests: frozenset[str] = frozenset()
    skips: frozenset[str] = frozenset()
    exclude_dirs: tuple[str, ...] = ()
    options: Mapping[str, Any] = field(default_factory=lambda: _NOTHING)
    ignore_nosec: bool = False
    min_severity: Severity = Severity.UNDEFINED
    min_confidence: Confidence = Confidence.UNDEFINED


@dataclass(frozen=True, slots=True)
class ModelFile:
    """A file that describes a library to the data-flow, as it was read: a change of ``text`` is another configuration."""

    path: Path
    text: str


@dataclass(frozen=True, slots=True)
class Config:
    """Everything that decides what is analysed and how it is shown.

    ``select`` and ``ignore`` hold rule ids or prefixes of them (``B``, ``B60``, ``B602``); an empty ``select`` means
    all.  ``levels`` maps the same to the level shown; the longest match wins.  ``test_paths`` are gitignore-style
    patterns of test code, in which the rules of ``test_ignore`` stay silent.
    """

    profile: Profile = Profile.DEFAULT
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    min_severity: Severity = Severity.UNDEFINED
    min_confidence: Confidence = Confidence.UNDEFINED
    levels: Mapping[str, Level] = field(default_factory=lambda: _NOTHING)
    exclude: tuple[str, ...] = ()
    respect_gitignore: bool = True
    test_paths: tuple[str, ...] = ("tests/", "test/", "test_*.py", "*_test.py", "conftest.py")
    test_ignore: tuple[str, ...] = ("B101",)
    typing_delay_ms: int = 150
    """Quiet time after a typed character before the buffer is vetted; insertions are vetted at once."""
    deep: bool = True
    """Whether other modules of the workspace are looked into, too, in a process of its own; an editor's session only."""
    deep_delay_ms: int = 500
    """Quiet time before that."""
    deep_timeout_ms: int = 5_000
    """Time that it may take for one buffer."""
    old_code: OldCode = OldCode.INFORMATION
    """How findings are shown in code that is as it was at the last commit; an editor's session only."""
    lenses: bool = True
    """Whether foreign code with findings has a line of actions above it; an editor's session only."""
    gate: Gate = Gate.OFF
    """Which findings in foreign code a person is asked about at once."""
    ledger: bool = True
    """Whether it is remembered, on this machine, what was accepted and what became of it; never the code."""
    ledger_days: int = 365
    """How long it is remembered."""
    models: tuple[ModelFile, ...] = ()
    """Descriptions of libraries besides Vetline's own, those that count first first."""
    bandit: BanditConfig = BanditConfig()
