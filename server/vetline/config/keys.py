"""The settings of Vetline: what each is called, what it means, and how it is read.

The table in ``docs/configuration.md`` says the same in more words; a test holds it to this one.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType

from vetline.config.values import (
    Reader,
    boolean,
    choice,
    choice_of,
    file_path,
    file_paths,
    pattern_array,
    rule_array,
    whole_number,
)
from vetline.core.config import Gate, OldCode, Profile
from vetline.core.severity import Confidence, Severity

SEVERITY = "severity"
"""The table that maps rule ids and prefixes to levels."""

LEDGER = "ledger"
"""Whether anything is remembered; a user's no can't be overruled."""


@dataclass(frozen=True, slots=True)
class Key:
    """One setting.  ``name`` is its dotted key, ``field`` the attribute of ``Config`` that it sets (dotted, too).

    A ``personal`` one has no place in a project's files, because it is about more than the project.
    """

    name: str
    field: str
    read: Reader
    meaning: str
    personal: bool = False


_SEVERITIES = {"all": Severity.UNDEFINED} | {str(severity): severity for severity in list(Severity)[1:]}
_CONFIDENCES = {"all": Confidence.UNDEFINED} | {str(confidence): confidence for confidence in list(Confidence)[1:]}

_KEYS = (
    Key("profile", "profile", choice_of(Profile), "named set of defaults"),
    Key("select", "select", rule_array, "rules to report; none means all"),
    Key("ignore", "ignore", rule_array, "rules not to report"),
    Key("min-severity", "min_severity", choice(_SEVERITIES), "least severity that is reported"),
    Key("min-confidence", "min_confidence", choice(_CONFIDENCES), "least confidence that is reported"),
    Key("exclude", "exclude", pattern_array, "files and folders that are not analysed"),
    Key("respect-gitignore", "respect_gitignore", boolean, "leave out what git ignores"),
    Key("typing-delay-ms", "typing_delay_ms", whole_number(0, 10_000), "quiet time after typing, in milliseconds"),
    Key("deep", "deep", boolean, "look into other modules of the workspace, too"),
    Key("deep-delay-ms", "deep_delay_ms", whole_number(0, 60_000), "quiet time before that, in milliseconds"),
    Key("deep-timeout-ms", "deep_timeout_ms", whole_number(100, 60_000), "time that it may take, in milliseconds"),
    Key("old-code", "old_code", choice_of(OldCode), "highest level of findings in code that was committed before"),
    Key("foreign.code-lens", "lenses", boolean, "actions above foreign code that has findings"),
    Key("foreign.gate", "gate", choice_of(Gate), "least severity in foreign code that is asked about at once"),
    Key(LEDGER, "ledger", boolean, "remember what was accepted"),
    Key("ledger-days", "ledger_days", whole_number(1, 36_500), "how long that is remembered, in days", personal=True),
    Key("models", "", file_paths, "files that describe libraries"),
    Key("tests.paths", "test_paths", pattern_array, "files that are test code"),
    Key("tests.ignore", "test_ignore", rule_array, "rules not to report in test code"),
    Key("bandit.config", "", file_path, "Bandit's configuration file, YAML or TOML"),
    Key("bandit.ignore-nosec", "bandit.ignore_nosec", boolean, "report in spite of `# nosec`"),
)

KEYS = MappingProxyType({key.name: key for key in _KEYS})
"""All settings but those in the table :data:`SEVERITY`, by their dotted key."""

TABLES = frozenset({"tests", "foreign", "bandit"})
"""The tables that hold some of them."""

CLIENT_KEYS = frozenset({"trace"})
"""What an editor's settings for Vetline may hold besides, for the editor itself (``vetline.trace.server``)."""

FOREIGN_KEYS = MappingProxyType(
    {
        "skip": "ignore",
        "skips": "ignore",
        "disable": "ignore",
        "extend-ignore": "ignore",
        "enable": "select",
        "extend-select": "select",
        "exclude-dirs": "exclude",
        "extend-exclude": "exclude",
        "level": "min-severity",
        "confidence": "min-confidence",
        "levels": SEVERITY,
        "ignore-nosec": "bandit.ignore-nosec",
    }
)
"""What other tools, Bandit first, call our settings; only to say what was probably meant."""
