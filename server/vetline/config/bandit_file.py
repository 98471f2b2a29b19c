"""Reads Bandit's configuration file: ``[tool.bandit]`` of a TOML file, or YAML.

Bandit (1.9, ``bandit.core.config``) takes the keys that it knows and is silent about all others, so that a misspelt
``skips`` skips nothing.  Here each of them is reported; what Bandit would do with the rest is done exactly.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from vetline.config.documents import Entry
from vetline.config.problems import Origin, ProblemKind
from vetline.config.rule_names import (
    ALL_BLACKLISTS,
    OptionTable,
    check_ids,
    check_names,
    option_table_of,
    option_tables,
    why_no_check,
)
from vetline.config.values import text_array, wrong_type
from vetline.core.wording import kind_of, nearest, quoted

LISTS = ("tests", "skips", "exclude_dirs")
LEGACY_BLACKLISTS = frozenset({"blacklist_calls", "blacklist_imports"})
NOT_OURS = frozenset({"include", "targets", "plugin_name_pattern", "log_format"})
"""Keys that are right, and mean nothing to Vetline, which finds and prints in its own way."""

INI_ONLY = {"exclude": "exclude_dirs", "skip": "skips", "test": "tests"}
INI_KEYS = frozenset({"profile", "level", "confidence", "ignore-nosec", "ignore_nosec", "configfile", "recursive"})
"""What a ``.bandit`` file or the command line may say, and a configuration file may not."""

_LEGACY_NAMES = LEGACY_BLACKLISTS | {"blacklist_import_func"}

# The checks that read these tables index them (``config["shell"]``), and fail without a word if a key is missing.
_WHOLE_TABLES = frozenset(
    {"shell_injection", "ssl_with_bad_version", "try_except_continue", "try_except_pass", "weak_cryptographic_key"}
)

Checks = Mapping[str, Origin]
"""Check ids, and where each is named."""


@dataclass(frozen=True, slots=True)
class CheckChoice:
    """Which checks to run: those of ``include`` (all, if empty) without those of ``exclude``."""

    include: Checks = field(default_factory=dict)
    exclude: Checks = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class BanditFile:
    """What a configuration file of Bandit's says."""

    path: Path | None
    choice: CheckChoice = field(default_factory=CheckChoice)
    profiles: Mapping[str, CheckChoice] = field(default_factory=dict)
    exclude_dirs: tuple[str, ...] = ()
    options: Mapping[str, Any] = field(default_factory=dict)
    origins: Mapping[str, Origin] = field(default_factory=dict)
    """Where each top-level key stands."""


def read_bandit(root: Entry) -> BanditFile:
    """Read Bandit's settings out of ``root``; the entry's list of problems gets what is wrong."""
    if not isinstance(root.value, Mapping):
        wrong_type(root, "a table")
        return BanditFile(root.document.path)
    checks: dict[str, Checks] = {}
    exclude_dirs: tuple[str, ...] = ()
    profiles: Mapping[str, CheckChoice] = {}
    options: dict[str, Any] = {}
    origins: dict[str, Origin] = {}
    for key, entry in root.items():
        origins[key] = entry.origin
        if entry.value is None:  # as a YAML key without a value is; Bandit takes its default
            continue
        if key in {"tests", "skips"}:
            checks[key] = read_checks(entry)
        elif key == "exclude_dirs":
            exclude_dirs = tuple(element.value for element in text_array(entry, '["tests", "*/venv/*"]') or ())
        elif key == "profiles":
            profiles = _read_profiles(entry)
        elif key in option_tables():
            if (table := _read_options(entry, option_tables()[key])) is not None:
                options[key] = table
        elif key in LEGACY_BLACKLISTS:
            message = f"Vetline doesn't read \"{key}\"; choose Bandit's own blacklists by id (B3xx, B4xx) instead"
            entry.complain(ProblemKind.NO_EFFECT, message, of_key=True)
        elif key not in NOT_OURS:
            kind = ProblemKind.NO_EFFECT if key in INI_KEYS else ProblemKind.UNKNOWN_KEY
            entry.complain(kind, _why_unknown(key), of_key=True)
    choice = CheckChoice(checks.get("tests", {}), checks.get("skips", {}))
    return BanditFile(root.document.path, choice, profiles, exclude_dirs, options, origins)


def read_checks(entry: Entry, *, names: bool = False) -> Checks:
    """Read an array of check ids; with ``names``, their names are right, too, as in a legacy profile."""
    checks: dict[str, Origin] = {}
    for element in text_array(entry, '["B101", "B602"]') or ():
        name = check_names().get(element.value, element.value) if names else element.value
        if names and name in _LEGACY_NAMES:
            message = f'Vetline takes "{name}" for all of Bandit\'s blacklists; name those that you mean by id (B3xx, B4xx)'
            element.complain(ProblemKind.NO_EFFECT, message)
            name = ALL_BLACKLISTS
        if is_check(name):
            checks[name] = element.origin
        else:
            element.complain(ProblemKind.UNKNOWN_RULE, why_no_check(name))
    return checks


def is_check(name: str) -> bool:
    """Tell whether Bandit takes ``name`` for the id of a check."""
    return name == ALL_BLACKLISTS or name in check_ids()


def _read_profiles(entry: Entry) -> dict[str, CheckChoice]:
    if not isinstance(entry.value, Mapping):
        wrong_type(entry, "a table of profiles")
        return {}
    profiles = {}
    for name, profile in entry.items():
        if not isinstance(profile.value, Mapping):
            wrong_type(profile, 'a table with "include" and "exclude"')
            continue
        chosen: dict[str, Checks] = {}
        for key, checks in profile.items():
            if key in {"include", "exclude"}:
                chosen[key] = read_checks(checks, names=True) if checks.value is not None else {}
            else:
                meant = nearest(key, ["include", "exclude"])
                advice = f'did you mean "{meant}"?' if meant else 'a profile has "include" and "exclude"'
                checks.complain(ProblemKind.UNKNOWN_KEY, f"Bandit ignores {quoted(checks.name)}; {advice}", of_key=True)
        profiles[name] = CheckChoice(chosen.get("include", {}), chosen.get("exclude", {}))
    return profiles


def _read_options(entry: Entry, table: OptionTable) -> dict[str, Any] | None:
    """Read the options of some checks.  An option of the wrong type is replaced by Bandit's default."""
    if not isinstance(entry.value, Mapping):
        wrong_type(entry, "a table of options")
        return None
    defaults = table.defaults
    options: dict[str, Any] = {}
    for key, option in entry.items():
        if defaults is None:
            options[key] = option.value
        elif key not in defaults:
            meant = nearest(key, defaults)
            advice = f'did you mean "{meant}"?' if meant else f"{table.name} has {_quoted(defaults)}"
            option.complain(ProblemKind.UNKNOWN_KEY, f"Bandit ignores {quoted(option.name)}; {advice}", of_key=True)
        else:
            options[key] = _option_value(option, defaults[key])
    missing = (defaults or {}).keys() - options.keys() if table.name in _WHOLE_TABLES else ()
    if missing:
        message = (
            f"{quoted(entry.name)} lacks {_quoted(missing)}; Bandit takes nothing from its defaults then, "
            f"and {', '.join(table.checks)} may find nothing: add the rest"
        )
        entry.complain(ProblemKind.BAD_VALUE, message, of_key=True)
    return options


def _option_value(option: Entry, default: object) -> object:
    """Return the value of an option if it has the type of its default; else complain, and return the default."""
    if isinstance(default, list):
        texts = text_array(option, '["one", "two"]')
        return default if texts is None else [text.value for text in texts]
    if type(option.value) is type(default):
        return option.value
    wrong_type(option, f"{kind_of(default)}, such as {str(default).lower()}")
    return default


def _why_unknown(key: str) -> str:
    if key in INI_KEYS:
        return f'Bandit reads "{key}" in a .bandit file only; here it has no effect'
    table = option_table_of(key)
    if table:
        return f'Bandit ignores {quoted(key)}; the options of that check are read from "{table}"'
    if key in check_names():
        return f"Bandit ignores {quoted(key)}; that check has no options"
    known = {*LISTS, "profiles", *option_tables()}
    if meant := INI_ONLY.get(key) or nearest(key, known):
        return f'Bandit ignores {quoted(key)}; did you mean "{meant}"?'
    return f"Bandit ignores {quoted(key)}; it knows {', '.join(sorted(known))}"


def _quoted(names: Mapping[str, Any] | set[str]) -> str:
    return ", ".join(f'"{name}"' for name in sorted(names))
