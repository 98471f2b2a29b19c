"""Calls of libraries whose functions move from module to module between versions."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator
from functools import cache

from vetline.rules.base import CheckContext

Packages = tuple[str, ...] | frozenset[str]
"""Names of packages, written down once and for all."""


def calls_of(context: CheckContext, names: Collection[str], *packages: str) -> Iterator[tuple[ast.Call, str]]:
    """Yield calls of functions with one of the last ``names``, wherever in ``packages`` they are, and that name."""
    for call in context.calls() if context.mentions(frozenset(names)) else ():
        for callee in context.callees(call):
            module, _, last = callee.rpartition(".")
            if last in names and is_of(module, packages):
                yield call, last
                break


def is_of(module: str, packages: Packages) -> bool:
    """Tell whether a module is one of ``packages``, or in it."""
    return module in packages or module.startswith(_prefixes(packages))


@cache
def _prefixes(packages: Packages) -> tuple[str, ...]:
    return tuple(f"{package}." for package in packages)


def flag(context: CheckContext, call: ast.Call, keyword: str) -> ast.keyword | None:
    """Return a keyword argument that is, or may be, True."""
    for argument in call.keywords:
        if argument.arg == keyword:
            constants = context.value(argument.value).constants
            return argument if constants is not None and True in constants else None
    return None
