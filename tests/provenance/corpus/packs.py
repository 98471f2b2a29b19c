"""Code for the scripts: what a project has, and what is typed, proposed and pasted into it."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

CODE = Path(__file__).parent / "code"

Edits = tuple[tuple[str, str], ...]
"""Old texts, and the new ones that take their places."""


@dataclass(frozen=True)
class Begun:
    """Behind the line with ``anchor``, ``typed`` is begun and ``rest`` proposed; both may have several lines."""

    anchor: str
    typed: str
    rest: str


@dataclass(frozen=True)
class Item:
    """Behind ``anchor``, ``typed`` ends with the start of a name; ``item`` is chosen, and the import ``extra`` comes along."""

    anchor: str
    typed: str
    item: str
    extra: str


@dataclass(frozen=True)
class Pack:
    """A module, and moves that fit it."""

    name: str
    base: str
    block: str  # whole lines of the module, to comment out, indent and move
    untidy: str  # another module, and the same formatted
    tidy: str
    rewritten: str  # the module, as a program rewrites it
    pastes: tuple[str, ...]  # whole lines, for the module's level
    words: tuple[tuple[str, ...], ...]  # what is composed with an input method, step by step
    typed: tuple[tuple[str, str], ...]  # an anchor, and what is typed behind it
    begun: tuple[Begun, ...]
    items: tuple[Item, ...]
    fragments: tuple[tuple[str, str], ...]  # a place in a line, and what is pasted there
    selections: Edits  # what is pasted over selections
    renames: Edits
    next_edits: tuple[Edits, ...]
    agents: tuple[Edits, ...]
    refactorings: tuple[Edits, ...]


def known_packs() -> list[Pack]:
    """Return the code that the inference was built with."""
    return _packs("known")


def unseen_packs() -> list[Pack]:
    """Return the code that the inference wasn't built with: what is measured on it is what may be expected elsewhere."""
    return _packs("unseen")


def _packs(folder: str) -> list[Pack]:
    return [
        _pack(path.stem, tomllib.loads(path.read_text(encoding="utf-8"))) for path in sorted((CODE / folder).glob("*.toml"))
    ]


def _pack(name: str, data: dict[str, Any]) -> Pack:
    return Pack(
        name=name,
        base=data["base"],
        block=data["block"],
        untidy=data["untidy"],
        tidy=data["tidy"],
        rewritten=data["rewritten"],
        pastes=tuple(data["pastes"]),
        words=tuple(map(tuple, data["words"])),
        typed=_pairs(data["typed"]),
        begun=tuple(Begun(**entry) for entry in data["begun"]),
        items=tuple(Item(**entry) for entry in data["items"]),
        fragments=_pairs(data["fragments"]),
        selections=_pairs(data["selections"]),
        renames=_pairs(data["renames"]),
        next_edits=tuple(_pairs(entry["edits"]) for entry in data["next_edits"]),
        agents=tuple(_pairs(entry["edits"]) for entry in data["agents"]),
        refactorings=tuple(_pairs(entry["edits"]) for entry in data["refactorings"]),
    )


def _pairs(entries: Sequence[dict[str, str]]) -> Edits:
    return tuple((first, second) for first, second in (entry.values() for entry in entries))
