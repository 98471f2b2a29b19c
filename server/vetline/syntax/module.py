"""A whole text as syntax trees, for those who look at it once; :mod:`vetline.engine.document` follows its edits."""

from __future__ import annotations

from collections.abc import Iterator

from vetline.syntax.blocks import BlockKind, BlockList
from vetline.syntax.lines import Lines
from vetline.syntax.tree import Tree, parse_block


def parse_text(text: str) -> Iterator[tuple[int, BlockKind, Tree]]:
    """Yield the tree of each block of ``text``, with the block's first line (from 0) and kind; never fails."""
    lines = Lines(text)
    line = 0
    for span in BlockList(lines).spans:
        yield line, span.kind, parse_block(span.kind, span.indent, "".join(lines[line : line + span.code_lines]))
        line += span.lines
