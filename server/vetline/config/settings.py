"""Reads Vetline's own settings out of a document, one by one, so that a bad one spoils no other."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from vetline.config.documents import Entry
from vetline.config.keys import CLIENT_KEYS, FOREIGN_KEYS, KEYS, SEVERITY, TABLES
from vetline.config.problems import Layer, Origin, ProblemKind
from vetline.config.rule_names import is_rule_or_prefix, why_no_rule
from vetline.config.values import read_level, wrong_type
from vetline.core.severity import Confidence, Severity
from vetline.core.wording import nearest, quoted

_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


@dataclass(frozen=True, slots=True)
class Setting:
    """What one key is set to, and where."""

    value: Any
    origin: Origin


Settings = Mapping[str, Setting]
"""Settings by dotted key, such as ``bandit.ignore-nosec`` or ``severity.B404``."""


def as_toml(value: object) -> str:
    """Return the value of a setting as a TOML file would have it; empty for one that isn't set."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Severity | Confidence):
        return f'"{value or "all"}"'
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, Mapping):
        inside = ", ".join(f"{as_toml(str(key))} = {as_toml(item)}" for key, item in value.items())
        return f"{{ {inside} }}" if inside else "{}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(as_toml, value))}]"
    return json.dumps(str(value), ensure_ascii=False).replace("\x7f", "\\u007f")


def kebab_case(key: str) -> str:
    """Return ``minSeverity`` and ``min_severity`` as ``min-severity``."""
    return _HUMP.sub("-", key).replace("_", "-").lower()


def read_settings(root: Entry) -> dict[str, Setting]:
    """Return the settings that are right in ``root``; the entry's list of problems gets the others."""
    found: dict[str, Setting] = {}
    if isinstance(root.value, Mapping):
        _read_table(root, "", found)
    else:
        wrong_type(root, "a table")
    return found


def _read_table(table: Entry, prefix: str, found: dict[str, Setting]) -> None:
    for key, entry in table.items():
        name = prefix + (kebab_case(key) if entry.document.loose else key)
        if name in KEYS and KEYS[name].personal and entry.document.layer is Layer.PROJECT:
            message = f"{quoted(name)} has no effect in a project's file; set it in your own vetline.toml"
            entry.complain(ProblemKind.NO_EFFECT, message, of_key=True)
        elif name in KEYS:
            value = KEYS[name].read(entry)
            if value is not None:
                found[name] = Setting(value, entry.origin)
        elif name == SEVERITY:
            _read_levels(entry, found)
        elif name in TABLES:
            if isinstance(entry.value, Mapping):
                _read_table(entry, f"{name}.", found)
            else:
                wrong_type(entry, f"a table with {_named(name)}")
        elif not (entry.document.loose and name in CLIENT_KEYS):
            entry.complain(ProblemKind.UNKNOWN_KEY, _why_unknown(key, prefix), of_key=True)


def _read_levels(table: Entry, found: dict[str, Setting]) -> None:
    if not isinstance(table.value, Mapping):
        wrong_type(table, 'a table of rules and levels, such as {B404 = "off"}')
        return
    for rule, entry in table.items():
        if not is_rule_or_prefix(rule):
            entry.complain(ProblemKind.UNKNOWN_RULE, why_no_rule(rule), of_key=True)
        elif (level := read_level(entry)) is not None:
            found[f"{SEVERITY}.{rule}"] = Setting(level, entry.origin)


def _named(table: str) -> str:
    inside = [f'"{name.removeprefix(f"{table}.")}"' for name in KEYS if name.startswith(f"{table}.")]
    return " and ".join(inside)


def _why_unknown(key: str, prefix: str) -> str:
    """Say that there is no such key in the table at ``prefix``, and which one was probably meant."""
    what = f"{quoted(prefix + key)} is no setting of Vetline"
    if not prefix and key in {"tool", "vetline"}:
        return f'{what}; in this file its settings stand at the top, without "[tool.vetline]"'
    known = {SEVERITY, *TABLES, *KEYS}
    siblings = {name.removeprefix(prefix) for name in known if name.startswith(prefix)}
    plain = kebab_case(key)
    meant = plain if plain in siblings else None
    if not meant and not prefix and plain in FOREIGN_KEYS:
        return f'{what}; did you mean "{FOREIGN_KEYS[plain]}"?'
    if meant := meant or nearest(plain, siblings):
        return f'{what}; did you mean "{prefix}{meant}"?'
    if elsewhere := next((name for name in known if name.rpartition(".")[2] == plain), None):
        return f'{what}; did you mean "{elsewhere}"?'
    return f"{what}; it knows {', '.join(sorted(name for name in siblings if '.' not in name))}"
