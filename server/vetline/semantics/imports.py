"""The imports that are in force at a block, as Bandit counts them: in text order, whatever their scope."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class ImportDelta:
    """What one block imports: dotted names, and what local names come to stand for."""

    modules: frozenset[str] = frozenset()
    aliases: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    def __bool__(self) -> bool:
        return bool(self.modules or self.aliases)


@dataclass(frozen=True, slots=True)
class ImportState:
    """All that has been imported above a block.

    ``modules`` holds dotted names (``os.path``, and ``os.path.join`` for ``from os.path import join``); ``aliases`` maps
    a local name to the dotted name that it stands for, where they differ.
    """

    modules: frozenset[str] = frozenset()
    aliases: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    def after(self, delta: ImportDelta) -> ImportState:
        """Return the state behind a block; the same object if nothing changes."""
        if delta.modules <= self.modules and all(self.aliases.get(k) == v for k, v in delta.aliases.items()):
            return self
        return ImportState(self.modules | delta.modules, {**self.aliases, **delta.aliases})


NO_IMPORTS = ImportState()
