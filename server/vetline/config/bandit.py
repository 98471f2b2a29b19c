"""Joins what Bandit's files say into one configuration, in the way of ``bandit.cli.main`` (1.9)."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType

from vetline.config.bandit_file import BanditFile, CheckChoice
from vetline.config.bandit_ini import BanditIni
from vetline.config.problems import Layer, Origin, Problem, ProblemKind
from vetline.config.settings import Setting
from vetline.core.config import BanditConfig
from vetline.core.severity import Confidence, Severity
from vetline.core.wording import nearest, quoted


@dataclass(frozen=True, slots=True)
class JoinedBandit:
    """Bandit's effective configuration; ``settings`` says the same by key, with origins."""

    config: BanditConfig
    settings: dict[str, Setting]
    problems: tuple[Problem, ...]


def join(file: BanditFile | None, ini: BanditIni | None) -> JoinedBandit:
    """Join a configuration file and a ``.bandit`` file.

    A profile replaces the file's own choice of checks; the INI's ``tests`` and ``skips`` are added to that, and its
    ``exclude`` to the file's ``exclude_dirs``.
    """
    file = file or BanditFile(None)
    ini = ini or BanditIni(None)
    problems: list[Problem] = []
    choice = _profile(file, ini, problems) or file.choice
    tests = {**choice.include, **ini.choice.include}
    skips = {**choice.exclude, **ini.choice.exclude}
    for check in sorted(tests.keys() & skips.keys()):
        message = f'"{check}" is selected and skipped at once, which Bandit refuses; Vetline skips it. Take one out'
        problems.append(_problem(skips[check], ProblemKind.BAD_VALUE, "skips", message))
    config = BanditConfig(
        tests=frozenset(tests),
        skips=frozenset(skips),
        exclude_dirs=(*file.exclude_dirs, *(ini.exclude or ())),
        options=MappingProxyType(dict(file.options)),
        ignore_nosec=bool(ini.ignore_nosec),
        min_severity=Severity.UNDEFINED if ini.min_severity is None else ini.min_severity,
        min_confidence=Confidence.UNDEFINED if ini.min_confidence is None else ini.min_confidence,
    )
    return JoinedBandit(config, _settings(config, file, ini, [tests, skips]), tuple(problems))


def _profile(file: BanditFile, ini: BanditIni, problems: list[Problem]) -> CheckChoice | None:
    name = ini.profile
    if name is None or name in file.profiles:
        return file.profiles[name] if name else None
    if file.path is None:
        where, advice = "a configuration file", "there is none; name one with configfile"
    elif meant := nearest(name, file.profiles):
        where, advice = file.path.name, f'did you mean "{meant}"?'
    else:
        where, advice = file.path.name, f"its profiles are: {', '.join(sorted(file.profiles)) or 'none'}"
    message = f"Bandit stops, because {quoted(name)} is no profile in {where}; {advice}"
    problems.append(_problem(ini.origins["profile"], ProblemKind.BAD_VALUE, "profile", message))
    return None


def _settings(config: BanditConfig, file: BanditFile, ini: BanditIni, chosen: list[dict[str, Origin]]) -> dict[str, Setting]:
    """Say what each setting is and where it comes from; of several places, the one that was read last."""
    default = Origin(Layer.DEFAULT)
    tests, skips = (next(reversed(checks.values()), default) for checks in chosen)
    exclude = ini.origins.get("exclude") or file.origins.get("exclude_dirs", default)
    settings = {
        "bandit.tests": Setting(tuple(sorted(config.tests)), tests),
        "bandit.skips": Setting(tuple(sorted(config.skips)), skips),
        "bandit.exclude-dirs": Setting(config.exclude_dirs, exclude),
        "bandit.min-severity": Setting(config.min_severity, ini.origins.get("level", default)),
        "bandit.min-confidence": Setting(config.min_confidence, ini.origins.get("confidence", default)),
        "bandit.ignore-nosec": Setting(config.ignore_nosec, ini.origins.get("ignore-nosec", default)),
    }
    for name, options in config.options.items():
        settings[f"bandit.options.{name}"] = Setting(options, file.origins[name])
    return settings


def _problem(at: Origin, kind: ProblemKind, key: str, message: str) -> Problem:
    return Problem(at.layer, at.path, at.range, kind, key, message)
