"""What is shown of the findings, and how loudly: the one place where noise is tamed.

``docs/configuration.md`` states these defaults for users.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatch
from pathlib import Path, PurePath

from pathspec import GitIgnoreSpec

from vetline.core.config import Config, Profile
from vetline.core.finding import Finding, Origin
from vetline.core.severity import Confidence, Level, Severity
from vetline.rules.base import is_same
from vetline.rules.catalogue import find_rule

_BY_SEVERITY = {
    Severity.HIGH: Level.ERROR,
    Severity.MEDIUM: Level.WARNING,
    Severity.LOW: Level.INFORMATION,
    Severity.UNDEFINED: Level.INFORMATION,
}
_MILD_IN_TESTS = ("VET5", "VET601", "VET603", "VET604", "VET605", "VET606", "VET607", "VET608", "B105", "B106", "B107")
"""Keys and passwords of test code open nothing, as a rule; a provider's key (VET602) does, wherever it is."""
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
        self._levels: dict[tuple[str, str, Severity, Confidence, Origin, bool, bool], Level] = {}
        self._in_tests: dict[PurePath, bool] = {}
        self._may_show: dict[bool, Callable[[Finding], bool]] = {}

    def is_test(self, path: PurePath) -> bool:
        """Tell whether ``path`` holds test code."""
        known = self._in_tests.get(path)
        if known is None:
            known = self._in_tests[path] = self._tests.match_file(self._relative(path))
        return known

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
        in_test = self._counts_as_test(path)
        shown = [
            Shown(finding, level) for finding in findings if (level := self._level(finding, in_test=in_test)) is not Level.OFF
        ]
        # One of ours that is too mild to be shown still speaks for Bandit's of the same, which ranks it by the call alone.
        together = shown if self.config.profile is Profile.BANDIT else merged(shown)
        return [one for one in together if self._is_grave(one.finding)]

    def report(self, findings: Iterable[Finding], path: PurePath | None) -> list[Shown]:
        """Return what a report says: what is shown, but for hints that nobody has asked for.

        They are for whoever is writing that code; with hundreds of files before one, they stand in the way.
        """
        wanted = self.config.select
        return [
            one
            for one in self.show(findings, path)
            if one.level is not Level.HINT or self._configured(one.finding) or _matches(one.finding.rule_id, wanted)
        ]

    def quieten(self, shown: Iterable[Shown], is_old: Callable[[Finding], bool]) -> list[Shown]:
        """Return what is left to show, and how, where it ``is_old``: in code that nobody has just written."""
        if self.config.profile is Profile.BANDIT:
            return list(shown)
        tamed = (replace(one, level=self.config.old_code.tame(one.level)) if is_old(one.finding) else one for one in shown)
        return [one for one in tamed if one.level is not Level.OFF]

    def may_show(self, path: PurePath | None) -> Callable[[Finding], bool]:
        """Return what tells of each finding in a file whether :meth:`show` could show it, by all but where it is."""
        in_test = self._counts_as_test(path)
        if in_test not in self._may_show:  # the same each time, so that its answers can be kept
            self._may_show[in_test] = lambda finding: self._level(finding, in_test=in_test) is not Level.OFF
        return self._may_show[in_test]

    def _counts_as_test(self, path: PurePath | None) -> bool:
        return path is not None and self.config.profile is Profile.DEFAULT and self.is_test(path)

    def _is_grave(self, finding: Finding) -> bool:
        """Tell whether a finding is as severe and as certain as the configuration wants it."""
        config = self.config
        return finding.severity >= config.min_severity and finding.confidence >= config.min_confidence

    def _level(self, finding: Finding, *, in_test: bool) -> Level:
        """Return the level of a finding; it is the same for all that agree in a few traits."""
        traits = (
            finding.rule_id,
            finding.basis,
            finding.severity,
            finding.confidence,
            finding.origin,
            finding.is_idle,
            in_test,
        )
        level = self._levels.get(traits)
        if level is None:
            level = self._levels[traits] = self._decide(finding, in_test=in_test)
        return level

    def _decide(self, finding: Finding, *, in_test: bool) -> Level:
        config = self.config
        rule = finding.rule_id
        if finding.is_idle and config.profile is not Profile.BANDIT:
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
        if configured := self._configured(finding):
            return configured
        level = _BY_SEVERITY[finding.severity]
        if config.profile is Profile.BANDIT:
            return level
        if preset := _longest(rule, _DEFAULT_LEVELS):
            return preset
        is_mild = finding.confidence is Confidence.LOW or (in_test and _matches(rule, _MILD_IN_TESTS))
        return Level.INFORMATION if is_mild else level

    def _configured(self, finding: Finding) -> Level | None:
        """Return the level that the configuration names for a finding."""
        return _longest(finding.rule_id, self.config.levels) or _longest(finding.basis, self.config.levels)

    def _relative(self, path: PurePath) -> str:
        if self._root is not None and path.is_relative_to(self._root):
            path = path.relative_to(self._root)
        elif path.is_absolute():
            path = PurePath(path.name)
        return path.as_posix()


def merged(shown: Sequence[Shown]) -> list[Shown]:
    """Return what is shown with one finding where two speak of the same thing: that of the rule that supersedes, which names
    both."""
    hidden: set[int] = set()
    named: dict[int, list[str]] = {}
    by_rule: dict[str, list[int]] = {}
    for place, other in enumerate(shown):
        by_rule.setdefault(other.finding.basis or other.finding.rule_id, []).append(place)
    for index, one in enumerate(shown):
        rule = find_rule(one.finding.rule_id) if one.finding.origin is Origin.VETLINE else None
        if rule is None or not rule.supersedes:
            continue
        for place in (place for rule_id in sorted(rule.supersedes) for place in by_rule.get(rule_id, ())):
            other = shown[place]
            if is_same(rule, one.finding, other.finding):
                hidden.add(place)
                if other.finding.rule_id not in named.setdefault(index, []):
                    named[index].append(other.finding.rule_id)
    return [
        Shown(_naming(one.finding, named[index]), one.level) if index in named else one
        for index, one in enumerate(shown)
        if index not in hidden
    ]


def _naming(finding: Finding, others: Sequence[str]) -> Finding:
    return replace(finding, message=f"{finding.message} ({', '.join(others)})", also=tuple(others))


def _matches(rule: str, prefixes: Iterable[str]) -> bool:
    return any(rule.startswith(prefix) for prefix in prefixes)


def _longest(rule: str, levels: Mapping[str, Level]) -> Level | None:
    """Return the level of the longest prefix of ``rule`` in ``levels``."""
    found = max((prefix for prefix in levels if rule.startswith(prefix)), key=len, default=None)
    return None if found is None else levels[found]
