"""The model files that come with Vetline."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

from vetline.flow.models.library import Library, read_library
from vetline.flow.models.problems import ModelError

_MODULES = re.compile(r"^modules\s*=\s*\[([^\]]*)\]", re.MULTILINE)
_QUOTED = re.compile(r'"([^"]*)"')
_HEAD = 2_000
"""How many characters of a file are searched for its modules."""


def files() -> tuple[Path, ...]:
    """Return all of them, sorted."""
    return tuple(sorted(Path(__file__).parent.glob("*.toml")))


@cache
def files_by_module() -> Mapping[str, tuple[Path, ...]]:
    """Return the files that describe each module.  They aren't parsed for that: most of them are never needed."""
    found: dict[str, list[Path]] = {}
    for path in files():
        with path.open(encoding="utf-8") as file:
            head = _MODULES.search(file.read(_HEAD))
        for module in _QUOTED.findall(head[1]) if head else ():
            found.setdefault(module, []).append(path)
    return MappingProxyType({module: tuple(paths) for module, paths in found.items()})


@cache
def library(path: Path) -> Library:
    """Return what one of the files says.

    Raises:
        ModelError: it is wrong.
    """
    found, problems = read_library(path, path.read_text(encoding="utf-8"))
    if problems:
        raise ModelError(problems)
    return found
