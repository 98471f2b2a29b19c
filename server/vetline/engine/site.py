"""What rules see of a block: its text, its nodes, and the names in force there."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import cast

from bandit.core.utils import _get_attr_qual_name

from vetline.core.location import Range
from vetline.rules.bandit.context import Names
from vetline.syntax.lines import Lines
from vetline.syntax.tree import Tree


class BlockSource:
    """A block as :class:`vetline.rules.base.CheckContext` describes it; ranges are relative to the block."""

    def __init__(self, tree: Tree, text: str, names: Names) -> None:
        self._tree = tree
        self._lines = Lines(text)
        self._names = names

    def range_of(self, node: ast.AST) -> Range:
        return self._tree.range_of(node)

    def text_of(self, node: ast.AST) -> str:
        return self.text_in(self.range_of(node))

    def text_in(self, range_: Range) -> str:
        return self._lines.slice(range_)

    def qualified_name(self, node: ast.AST) -> str | None:
        name = cast(str, _get_attr_qual_name(node, self._names.aliases))
        return name if name and not name.startswith(".") else None

    def parent_of(self, node: ast.AST) -> ast.AST | None:
        parent = getattr(node, "_bandit_parent", None)
        return parent if hasattr(parent, "_bandit_parent") and hasattr(parent, "lineno") else None

    def imports(self) -> frozenset[str]:
        return frozenset(self._names.imports)

    def walk(self, *types: type[ast.AST]) -> Iterator[ast.AST]:
        for statement in self._tree.body:
            for node in ast.walk(statement):
                if isinstance(node, types):
                    yield node
