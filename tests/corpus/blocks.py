"""Texts taken apart as a document does it, for tests of the syntax layer alone."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import NamedTuple

from vetline.core.location import Range
from vetline.syntax.blocks import BlockList, BlockSpan
from vetline.syntax.lines import Lines
from vetline.syntax.tree import Tree, parse_block


class Block(NamedTuple):
    """One block of a text: its first line, its shape, and its tree."""

    line: int
    span: BlockSpan
    tree: Tree

    def nodes(self) -> Iterator[ast.AST]:
        """Yield all nodes of the tree."""
        for statement in self.tree.body:
            yield from ast.walk(statement)


def blocks_of(text: str) -> Iterator[Block]:
    """Yield the blocks of ``text`` in order, those without code too."""
    lines = Lines(text)
    line = 0
    for span in BlockList(lines).spans:
        yield Block(line, span, parse_block(span.kind, span.indent, "".join(lines[line : line + span.code_lines])))
        line += span.lines


def set_aside(text: str) -> list[Range]:
    """Return the ranges in ``text`` of all that is set aside, in order."""
    return [range_.shifted(block.line) for block in blocks_of(text) for range_ in block.tree.set_aside]


def calls(text: str) -> list[str]:
    """Return the calls that the trees of ``text`` hold, as source, in no particular order."""
    return [ast.unparse(node) for block in blocks_of(text) for node in block.nodes() if isinstance(node, ast.Call)]
