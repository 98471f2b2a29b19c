"""Names that stand for something else than their import says, because a module of the project passes them on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

Chain = tuple[str, ...]
"""A dotted name in its parts: a local name, and attributes."""


@dataclass(frozen=True, slots=True)
class ReExport:
    """What a name finally is: the dotted ``name`` of something outside of the workspace, such as ``yaml.load``.

    ``path`` and ``line`` (from 0) are the place in the workspace that passes it on last.
    """

    name: str
    path: Path
    line: int


Renames = Mapping[str, ReExport]
"""What dotted names finally are: names as Bandit spells them from the imports of a text, such as ``compat.load``.

Bandit leaves out the dots of a relative import, so that ``from .compat import load`` is ``compat.load``, too.  What comes
in by ``from compat import *`` is spelt as it is used: ``load``.
"""

NO_RENAMES: Renames = MappingProxyType({})


def imported_by(renames: Renames) -> frozenset[str]:
    """Return the dotted names that a text would have to import to have those of ``renames`` directly."""
    names: set[str] = set()
    for re_export in renames.values():
        parts = re_export.name.split(".")
        names.update(".".join(parts[:count]) for count in range(1, len(parts) + 1))
    return frozenset(names)


def final_name(chain: Chain, aliases: Mapping[str, str], renames: Renames) -> tuple[str, ReExport] | None:
    """Return what a dotted name finally is, and the re-export that says so; None if none of ``renames`` concerns it.

    ``aliases`` maps local names to what the text's imports say of them.
    """
    spelling = ""
    for count, part in enumerate(chain, 1):
        spelling = f"{spelling}.{part}" if spelling else part
        spelling = aliases.get(spelling, spelling)
        if end := renames.get(spelling):
            return ".".join((end.name, *chain[count:])), end
    return None
