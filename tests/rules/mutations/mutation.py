"""What a mutation is."""

from __future__ import annotations

import ast
import functools
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import ModuleType
from typing import TypeGuard

from tests.rules.mutations.trees import copied


@dataclass(frozen=True, slots=True)
class Mutant:
    """A changed program: its module, and the one that a part of it was moved to, which is imported as ``BESIDE``."""

    module: ast.Module
    beside: ast.Module | None = None

    @property
    def code(self) -> str:
        return ast.unparse(self.module) + "\n"

    @property
    def code_beside(self) -> str | None:
        return None if self.beside is None else ast.unparse(self.beside) + "\n"


BESIDE = "parts_of_it"
"""The name of a mutant's other module."""

Mutation = Callable[[ast.Module], Mutant | None]
_Change = Callable[[ast.Module], ast.Module | Mutant | None]


def mutation(change: _Change) -> Mutation:
    """Make a mutation of a function that may change the tree that it is given; to change nothing is not to apply."""

    @functools.wraps(change)
    def mutate(module: ast.Module) -> Mutant | None:
        changed = change(copied(module))
        mutant = Mutant(changed) if isinstance(changed, ast.Module) else changed
        if mutant is None or ast.dump(mutant.module) == ast.dump(module):
            return None
        ast.fix_missing_locations(mutant.module)
        if mutant.beside is not None:
            ast.fix_missing_locations(mutant.beside)
        return mutant

    mutate.__dict__["is_mutation"] = True
    return mutate


def _is_mutation(thing: object) -> TypeGuard[Mutation]:
    return getattr(thing, "is_mutation", False)


def registered(modules: Iterable[ModuleType]) -> Mapping[str, Mutation]:
    """Return the mutations that ``modules`` define, by name."""
    return {name: thing for module in modules for name, thing in vars(module).items() if _is_mutation(thing)}


def mutated(code: str, chain: Iterable[Mutation]) -> Mutant | None:
    """Return ``code`` changed by several mutations in turn; None if one doesn't apply, or what it gives is no Python.

    Only the last may move something to another file: those before it see the one module alone.
    """
    mutant: Mutant | None = Mutant(ast.parse(code))
    try:
        for mutate in chain:
            if mutant is None or mutant.beside is not None:
                return None
            mutant = mutate(ast.parse(mutant.code))
        for text in (mutant.code, mutant.code_beside or "") if mutant is not None else ():
            compile(text, BESIDE, "exec", dont_inherit=True)
    except ValueError:  # a text that this Python can't write in an f-string
        return None
    return mutant
