"""Which of the names that a text uses may come from other modules of its project."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from vetline.semantics.bindings import STAR, Imported, chain_of, imports_of
from vetline.semantics.renames import Chain
from vetline.semantics.scopes import names_bound_by
from vetline.syntax.module import parse_text

_DEEPEST = 4
"""Attributes that are followed behind an imported name."""


@dataclass(frozen=True, slots=True)
class Usage:
    """What a text imports from elsewhere than the standard library, and what it uses of that.

    ``imports`` maps each import to the attributes (``("yaml", "load")`` for ``compat.yaml.load``) that are used of it.
    ``stars`` are the modules that all names are imported from, and ``unbound`` the names that may come from there: those
    that neither the text nor Python gives a value.
    """

    imports: Mapping[Imported, Sequence[Chain]]
    stars: Sequence[Imported]
    unbound: Sequence[str]

    def __bool__(self) -> bool:
        return bool(self.imports or self.stars)


def usage_of(text: str) -> Usage:
    """Return what ``text`` uses of what it imports, whatever the scope; never fails."""
    nodes = [node for _, _, tree in parse_text(text) for statement in tree.body for node in ast.walk(statement)]
    by_local: dict[str, list[Imported]] = {}
    chains: dict[Imported, dict[Chain, None]] = {}
    submodules: dict[Chain, Imported] = {}
    stars: dict[Imported, None] = {}
    for node in nodes:
        for local, alias, imported in imports_of(node):
            if imported.is_standard:
                continue
            if imported.name == STAR:
                stars[imported] = None
                continue
            by_local.setdefault(local, []).append(imported)
            chains.setdefault(imported, {})
            if isinstance(node, ast.Import) and alias.name != imported.module:
                submodules[tuple(alias.name.split("."))] = Imported(0, alias.name)
    if not by_local and not stars:
        return Usage({}, (), ())
    for root, *attributes in _chains_in(nodes):
        for imported in by_local.get(root, ()):
            base, rest = _nearest(imported, (root, *attributes), submodules)
            chains.setdefault(base, {}).update(dict.fromkeys(rest[:count] for count in range(1, len(rest[:_DEEPEST]) + 1)))
    return Usage(
        {imported: sorted(used, key=lambda chain: (len(chain), chain)) for imported, used in chains.items()},
        tuple(stars),
        _unbound(nodes) if stars else (),
    )


def _chains_in(nodes: Iterable[ast.AST]) -> Iterable[Chain]:
    """Return the dotted names of at least one attribute."""
    found = (chain_of(node) for node in nodes if isinstance(node, ast.Attribute))
    return dict.fromkeys(chain for chain in found if chain is not None)


def _nearest(imported: Imported, chain: Chain, submodules: Mapping[Chain, Imported]) -> tuple[Imported, Chain]:
    """Return the import that ``chain`` is best followed from, and the attributes behind it: a submodule has its own."""
    if imported.name is None:
        for count in range(len(chain), 1, -1):
            if chain[:count] in submodules:
                return submodules[chain[:count]], chain[count:]
    return imported, chain[1:]


def _unbound(nodes: Iterable[ast.AST]) -> Sequence[str]:
    """Return the names that are read and never given a value, in the text or by Python itself."""
    loads: dict[str, None] = {}
    bound: set[str] = set()
    for node in nodes:
        bound.update(names_bound_by(node))
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            loads[node.id] = None
    return tuple(name for name in loads if name not in bound and not hasattr(builtins, name))
