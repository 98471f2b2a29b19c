"""The rules and Bandit checks that a configuration may name.  Bandit is imported when they are first asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Any

from vetline.core.wording import nearest, quoted

ALL_BLACKLISTS = "B001"
"""Bandit's id for all of its blacklist checks (B3xx, B4xx) together."""

REMOVED_CHECKS = frozenset({"B309", "B320", "B322", "B325", "B410", "B414"})
"""Checks that Bandit once had (module docstrings of ``bandit.blacklists.calls`` and ``imports``, Bandit 1.9)."""

_SIMILAR_ID = 0.8
# An id that differs in one digit is another rule rather than a misspelt one; one too many or too few is a slip.


@cache
def check_ids() -> frozenset[str]:
    """Return the ids of all installed Bandit checks, plugins' included."""
    from vetline.rules.bandit.checks import known_ids

    return known_ids()


@cache
def rule_ids() -> frozenset[str]:
    """Return the ids of everything that can report a finding."""
    from vetline.rules import catalogue

    return check_ids() | frozenset(catalogue.rule_ids())


@cache
def check_names() -> Mapping[str, str]:
    """Map the names of Bandit's checks, such as ``assert_used``, to their ids."""
    from vetline.rules.bandit.checks import register

    installed = register()
    names = {name: entry["id"] for name, entry in installed.blacklist_by_name.items()}
    names.update((name, plugin.plugin._test_id) for name, plugin in installed.plugins_by_name.items())
    return MappingProxyType(names)


@cache
def rule_names() -> Mapping[str, str]:
    """Map the names of all rules, in either spelling, to their ids."""
    from vetline.rules import catalogue

    names = {rule.name: rule.id for rule_id in catalogue.rule_ids() if (rule := catalogue.find_rule(rule_id))}
    return MappingProxyType(names | dict(check_names()))


@dataclass(frozen=True, slots=True)
class OptionTable:
    """A table of options for some of Bandit's checks, as ``[tool.bandit]`` may have it.

    ``defaults`` is what Bandit uses without the table; None if a plugin doesn't say.
    """

    name: str
    checks: tuple[str, ...]
    defaults: Mapping[str, Any] | None


@cache
def option_tables() -> Mapping[str, OptionTable]:
    """Return the tables of options that the installed Bandit checks read, by name."""
    from importlib import import_module

    from vetline.rules.bandit.checks import register

    readers: dict[str, list[Any]] = {}
    for plugin in register().plugins:
        if name := getattr(plugin.plugin, "_takes_config", None):
            readers.setdefault(name, []).append(plugin.plugin)
    tables = {}
    for name, plugins in readers.items():
        generators = (getattr(import_module(plugin.__module__), "gen_config", None) for plugin in plugins)
        found = (generate(name) for generate in generators if generate is not None)
        defaults = next((default for default in found if isinstance(default, Mapping)), None)
        tables[name] = OptionTable(name, tuple(sorted(plugin._test_id for plugin in plugins)), defaults)
    return MappingProxyType(tables)


@cache
def option_table_of(check_name: str) -> str | None:
    """Return the name of the option table that the check of that name reads, or None."""
    from vetline.rules.bandit.checks import register

    plugin = register().plugins_by_name.get(check_name)
    return getattr(plugin.plugin, "_takes_config", None) if plugin else None


def is_rule_or_prefix(name: str) -> bool:
    """Tell whether ``name`` is a rule's id, or the beginning of one or more."""
    return bool(name) and any(rule_id.startswith(name) for rule_id in rule_ids())


def why_no_rule(name: str) -> str:
    """Say what is wrong with a ``name`` that is neither a rule's id nor a prefix of one."""
    if not name:
        return 'an empty name stands for every rule; write the letters that they begin with, such as "B"'
    if rule_id := rule_names().get(name):
        return f'{quoted(name)} is a rule\'s name; write its id "{rule_id}"'
    if name in REMOVED_CHECKS:
        return f"{quoted(name)} was removed from Bandit; take it out"
    if meant := _meant(name, rule_ids()):
        return f'{quoted(name)} names no rule; did you mean "{meant}"?'
    return f"{quoted(name)} names no rule; `vetline rules` lists them"


def why_no_check(name: str) -> str:
    """Say what is wrong with a ``name`` that Bandit doesn't take for the id of one of its checks."""
    if name != name.strip() and name.strip() in check_ids():
        return f'Bandit doesn\'t find "{name.strip()}" because of the blanks around it; write commas without blanks'
    if check_id := check_names().get(name):
        return f'{quoted(name)} is a check\'s name, and Bandit wants its id here; write "{check_id}"'
    if name in REMOVED_CHECKS:
        return f"{quoted(name)} was removed from Bandit; take it out"
    if name and any(check_id.startswith(name) for check_id in check_ids()):
        return f"{quoted(name)} only begins some ids, and Bandit wants whole ones; write them out"
    if meant := _meant(name.strip(), check_ids()):
        return f'{quoted(name)} names no check of Bandit; did you mean "{meant}"?'
    return f"{quoted(name)} names no check of Bandit; `vetline rules` lists them"


def _meant(name: str, ids: frozenset[str]) -> str | None:
    begins_with = [known for known in ids if name.upper().startswith(known)]
    return begins_with[0] if len(begins_with) == 1 else nearest(name, ids, _SIMILAR_ID)
