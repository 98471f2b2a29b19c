"""Code for the scripts: what a project has, and what is typed, proposed and pasted into it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Begun:
    """Behind the line with ``anchor``, ``typed`` is begun and ``rest`` proposed; both may have several lines."""

    anchor: str
    typed: str
    rest: str


@dataclass(frozen=True)
class Pack:
    """A module, and moves that fit it.  Pairs are an old text and a new one."""

    name: str
    base: str
    typed: tuple[tuple[str, str], ...]  # an anchor, and what is typed in the lines below
    begun: tuple[Begun, ...]
    items: tuple[tuple[str, str, str, str], ...]  # an anchor, the start of a name, the item chosen, the import that comes along
    pastes: tuple[str, ...]  # whole lines, for the module's level
    fragments: tuple[tuple[str, str], ...]  # a place in a line, and what is pasted there
    selections: tuple[tuple[str, str], ...]  # a selection, and what is pasted over it
    next_edits: tuple[tuple[tuple[str, str], ...], ...]
    agents: tuple[tuple[tuple[str, str], ...], ...]
    rewritten: str
    renames: tuple[tuple[str, str], ...]
    refactorings: tuple[tuple[tuple[str, str], ...], ...]
    untidy: str
    tidy: str
    words: tuple[tuple[str, ...], ...]  # what is composed with an input method, step by step
    block: str  # whole lines of the module, to comment out, indent and move
