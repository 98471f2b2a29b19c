"""Finds rules.  A rule's module is imported when the rule is first asked for, because start-up time is a feature."""

from __future__ import annotations

import pkgutil
from functools import cache
from importlib import import_module

from vetline.rules import weaknesses
from vetline.rules.base import Documentation, Rule

_OWN_PREFIX = "VET"


@cache
def _modules() -> dict[str, str]:
    """Map rule ids to module names; the id is what a module's name begins with."""
    names = (info.name for info in pkgutil.iter_modules(weaknesses.__path__))
    return {name.partition("_")[0].upper(): f"{weaknesses.__name__}.{name}" for name in sorted(names)}


def rule_ids() -> tuple[str, ...]:
    """Return the ids of all rules, sorted."""
    return tuple(sorted(_modules()))


@cache
def find_rule(rule_id: str) -> Rule | None:
    """Return the rule of that id, or None if we have none, as for the checks of a third-party Bandit plugin."""
    name = _modules().get(rule_id.upper())
    if name is None:
        return None
    rule = import_module(name).RULE
    assert isinstance(rule, Rule)
    return rule


@cache
def documentation(rule_id: str) -> Documentation | None:
    """Return the explanation of a rule, or None if we have no such rule."""
    name = _modules().get(rule_id.upper())
    return Documentation.parse(import_module(name).__doc__ or "") if name else None


@cache
def own_rules() -> tuple[Rule, ...]:
    """Return the rules whose check is Vetline's own."""
    found = (find_rule(rule_id) for rule_id in rule_ids() if rule_id.startswith(_OWN_PREFIX))
    return tuple(rule for rule in found if rule is not None and rule.has_check)
