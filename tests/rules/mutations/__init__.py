"""Changes of a program's shape that leave its meaning as it is.

A :data:`Mutation` is a function from a tree to another one, or to None where it doesn't apply; it never touches the tree that
it is given.  One that needs a second file gives a :class:`Mutant` with it.  :func:`mutations` has all of them, by name.
"""

from __future__ import annotations

from collections.abc import Mapping

from tests.rules.mutations import arguments, calls, imports, moves, names, suites, texts
from tests.rules.mutations.mutation import Mutant, Mutation, mutated, registered

__all__ = ["Mutant", "Mutation", "mutated", "mutations"]

MODULES = (names, imports, calls, arguments, suites, texts, moves)


def mutations() -> Mapping[str, Mutation]:
    """Return all mutations, by the names of their functions."""
    return registered(MODULES)
