"""What is shown of the findings, and how loudly: the one place where noise is tamed.

``docs/configuration.md`` states these defaults for users.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path, PurePath

from pathspec import GitIgnoreSpec

from vetline.core.config import Config, Profile
from vetline.core.finding import Finding, Origin
from vetline.core.severity import Confidence, Level, Severity

_BY_SEVERITY = {
    Severity.HIGH: Level.ERROR,
    Severity.MEDIUM: Level.WARNING,
    Severity.LOW: Level.INFORMATION,
    Severity.UNDEFINED: Level.INFORMATION,
}
_DEFAULT_LEVELS = {"B4": Level.HINT}
"""Findings of a mere import are no weakness in themselves."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A finding with the level that it is shown at; never :attr:`Level.OFF`."""

    finding: Finding
    level: Level


class Policy:
    """Applies one configuration to findings.

    ``root`` is the folder that the configuration's path patterns are relative to.
    """

    def __init__(self, config: Config, root: Path | None = None) -> None:
        self.config = config
        self._root = root
        self._tests = GitIgnoreSpec.from_lines(config.test_paths)
        self._excluded = GitIgnoreSpec.from_lines(config.exclude)
        self._levels: dict[tuple[str, str, Severity, Confidence, Origin, bool], Level] = {}

    def is_test(self, path: PurePath) -> bool:
        """Tell whether ``path`` holds test code."""
        return self._tests.match_file(self._relative(path))

    def is_excluded(self, path: PurePath) -> bool:
        """Tell whether the configuration leaves ``path`` out, Vetline's part of it or Bandit's.

        Bandit's patterns are no gitignore: each is a glob for the whole path, or any part of it, and Bandit's paths begin
        with ``./``.
        """
        relative = self._relative(path)
        if self._excluded.match_file(relative):
            return True
        dotted = f"./{relative}"
        return any(fnmatch(dotted, pattern) or pattern in dotted for pattern in self.config.bandit.exclude_dirs)

    def show(self, findings: Iterable[Finding], path: PurePath | None) -> list[Shown]:
        """Return the findings of one file that are shown, with their levels; ``path`` is None for a buffer without one."""
        in_test = path is not None and self.config.profile is Profile.DEFAULT and self.is_test(path)
        return [
            Shown(finding, level) for finding in findings if (level := self._level(finding, in_test=in_test)) is not Level.OFF
        ]

    def _level(self, finding: Finding, *, in_test: bool) -> Level:
        """Return the level of a finding; it is the same for all that agree in a few traits."""
        traits = (finding.rule_id, finding.basis, finding.severity, finding.confidence, finding.origin, in_test)
        level = self._levels.get(traits)
        if level is None:
            level = self._levels[traits] = self._decide(finding, in_test=in_test)
        return level

    def _decide(self, finding: Finding, *, in_test: bool) -> Level:
        config = self.config
        rule = finding.rule_id
        if finding.severity < config.min_severity or finding.confidence < config.min_confidence:
            return Level.OFF
        if config.select and not _matches(rule, config.select):
            return Level.OFF
        ignored = (*config.ignore, *config.test_ignore) if in_test else config.ignore
        if _matches(rule, ignored) or _matches(finding.basis, ignored):
            return Level.OFF
        if finding.origin is Origin.BANDIT or finding.basis:
            bandit = config.bandit
            if finding.severity < bandit.min_severity or finding.confidence < bandit.min_confidence:
                return Level.OFF
        if finding.origin is not Origin.BANDIT and config.profile is Profile.BANDIT:
            return Level.OFF
        if configured := _longest(rule, config.levels) or _longest(finding.basis, config.levels):
            return configured
        level = _BY_SEVERITY[finding.severity]
        if config.profile is Profile.BANDIT:
            return level
        if preset := _longest(rule, _DEFAULT_LEVELS):
            return preset
        return Level.INFORMATION if finding.confidence is Confidence.LOW else level

    def _relative(self, path: PurePath) -> str:
        if self._root is not None and path.is_relative_to(self._root):
            path = path.relative_to(self._root)
        elif path.is_absolute():
            path = PurePath(path.name)
        return path.as_posix()


def _matches(rule: str, prefixes: Iterable[str]) -> bool:
    return any(rule.startswith(prefix) for prefix in prefixes)


def _longest(rule: str, levels: Mapping[str, Level]) -> Level | None:
    """Return the level of the longest prefix of ``rule`` in ``levels``."""
    found = max((prefix for prefix in levels if rule.startswith(prefix)), key=len, default=None)
    return None if found is None else levels[found]
