"""Which of Bandit's checks to run, and how they are configured."""

from __future__ import annotations

import ast
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from vetline.core.config import BanditConfig

FILE = "File"
"""The pseudo node type of checks that look at a whole file."""

_MOST_NAMES: Final = 20_000
"""How many names of calls are kept; then they are learnt anew."""
_LOCK = threading.Lock()  # Bandit keeps a check's configuration on the check itself, for all of the process


@dataclass(frozen=True, slots=True)
class BanditCheck:
    """One check with its configuration bound."""

    name: str
    test_id: str
    run: Callable[[Any], Any]
    """Takes a Bandit context; returns a Bandit issue or None."""


class KnownCalls:
    """The checks that may find something at the calls of a name, for names that were seen before."""

    def __init__(self) -> None:
        self._checks: dict[str, Sequence[BanditCheck]] = {}

    def get(self, node: ast.Call, qualname: str) -> Sequence[BanditCheck] | None:
        """Return the checks to run on a call of ``qualname``; None: all of them, it isn't known which."""
        if isinstance(node.func, ast.Name) and node.func.id == "__import__":
            return None
        return self._checks.get(qualname)

    def learn(self, qualname: str, checks: Sequence[BanditCheck]) -> None:
        """Run only ``checks`` at the calls of ``qualname`` from now on."""
        if len(self._checks) >= _MOST_NAMES:
            self._checks.clear()
        self._checks[qualname] = tuple(checks)


@dataclass(frozen=True, slots=True)
class BanditChecks:
    """The checks to run, by the name of the node type that they look at."""

    by_node_type: Mapping[str, Sequence[BanditCheck]]
    calls: KnownCalls = field(default_factory=KnownCalls)

    def of(self, node_type: str) -> Sequence[BanditCheck]:
        return self.by_node_type.get(node_type, ())


def load_checks(config: BanditConfig) -> BanditChecks:
    """Load Bandit's checks, those of installed plugins included, as ``config`` selects and configures them.

    Unknown ids in ``config`` are ignored here; :mod:`vetline.config` has reported them.
    """
    from bandit.core.config import BanditConfig as BanditOwnConfig
    from bandit.core.test_set import BanditTestSet

    with _LOCK:
        own = BanditOwnConfig()
        own.config.update(config.options)
        tests = BanditTestSet(own, {"include": set(config.tests), "exclude": set(config.skips)}).tests
        return BanditChecks({kind: tuple(_bind(test) for test in found) for kind, found in tests.items()})


def register() -> Any:
    """Return Bandit's register of all installed checks, a ``bandit.core.extension_loader.Manager``."""
    from bandit.core.extension_loader import MANAGER

    return MANAGER


def known_ids() -> frozenset[str]:
    """Return the ids of all installed checks."""
    installed = register()
    return frozenset(installed.plugins_by_id) | frozenset(installed.blacklist_by_id)


def _bind(test: Any) -> BanditCheck:
    """Take down what configuration ``test`` has now; another configuration may overwrite it later."""
    name, test_id = test.__name__, test._test_id
    if not hasattr(test, "_config"):
        return BanditCheck(name, test_id, test)
    settings = test._config
    return BanditCheck(name, test_id, lambda context: test(context, settings))
