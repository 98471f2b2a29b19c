"""What names of a module stand for: what it imports, and what it assigns from that."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from vetline.core.location import Position, Range
from vetline.semantics.renames import Chain
from vetline.semantics.scopes import own_nodes
from vetline.syntax.blocks import BlockKind
from vetline.syntax.module import parse_text

STAR = "*"


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import statement brings: ``from module import name`` with ``level`` leading dots.

    ``name`` is None for ``import module``, and :data:`STAR` for all of the module's names.
    """

    level: int
    module: str
    name: str | None = None

    @property
    def spelling(self) -> str:
        """The dotted name as Bandit has it, which knows no leading dots."""
        return ".".join(part for part in (self.module, self.name) if part)

    @property
    def is_standard(self) -> bool:
        """Whether it comes from Python's standard library."""
        return self.level == 0 and self.module.partition(".")[0] in sys.stdlib_module_names

    def statement(self, local: str) -> str:
        """Return an import statement that brings the same under the name ``local``."""
        if self.name is None:
            return f"import {self.module} as {local}"
        line = f"from {'.' * self.level}{self.module} import {self.name}"
        return line if self.name == STAR else f"{line} as {local}"

    def home(self) -> Imported | None:
        """Return the import of the module itself; None if that is the package around, which has no name here."""
        if self.level == 0:
            return Imported(0, self.module)
        package, _, name = self.module.rpartition(".")
        return Imported(self.level, package, name) if name else None


@dataclass(frozen=True, slots=True)
class Bound:
    """A name that is given a value at ``range``: by an import, or from a dotted name."""

    name: str
    range: Range
    value: Imported | Chain


class Bindings:
    """The names that a module imports, or takes from names that it has; whatever is inside functions is left out."""

    def __init__(self, text: str) -> None:
        self._all: list[Bound] = []
        for line, kind, tree in parse_text(text):
            if kind is not BlockKind.MEMBER:
                for node in own_nodes(tree.body):
                    self._all += (Bound(n, tree.range_of(at).shifted(line), value) for n, at, value in _bound_by(node))
        self._all.sort(key=lambda bound: bound.range)

    def at(self, place: Position) -> Bound | None:
        """Return the binding that stands at ``place``."""
        return next((bound for bound in self._all if bound.range.contains(place)), None)

    def of(self, name: str) -> Bound | None:
        """Return the last binding of ``name`` in the text; as Bandit counts, the last one holds."""
        return next((bound for bound in reversed(self._all) if bound.name == name), None)

    def stars(self) -> Iterator[tuple[Imported, int]]:
        """Yield the imports of all names of some module, each with its line."""
        for bound in self._all:
            if bound.name == STAR and isinstance(bound.value, Imported):
                yield bound.value, bound.range.start.line


def imports_of(node: ast.AST) -> Iterator[tuple[str, ast.alias, Imported]]:
    """Yield what an import statement binds: the local name, where it stands, and what it stands for."""
    match node:
        case ast.Import(names=aliases):
            for alias in aliases:
                # Without "as", a dotted import binds the outermost package.
                module = alias.name if alias.asname else alias.name.partition(".")[0]
                yield alias.asname or module, alias, Imported(0, module)
        case ast.ImportFrom(names=aliases):
            for alias in aliases:
                yield alias.asname or alias.name, alias, Imported(node.level, node.module or "", alias.name)


def chain_of(node: ast.AST) -> Chain | None:
    """Return a dotted name in its parts; None if ``node`` is something else."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    return (node.id, *reversed(parts)) if isinstance(node, ast.Name) else None


def _bound_by(node: ast.AST) -> Iterable[tuple[str, ast.AST, Imported | Chain]]:
    match node:
        case ast.Import() | ast.ImportFrom():
            yield from imports_of(node)
        case ast.Assign(targets=targets, value=value) if chain := chain_of(value):
            yield from ((target.id, target, chain) for target in targets if isinstance(target, ast.Name))
        case ast.AnnAssign(target=ast.Name(id=name) as target, value=ast.expr() as value) if chain := chain_of(value):
            yield name, target, chain
