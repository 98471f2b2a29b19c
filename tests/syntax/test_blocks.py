"""Where blocks begin, and that they stay right while the text is edited."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from pathlib import Path
from textwrap import dedent

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.corpus.edits import Edit, dependent_texts, edits, examples, texts
from tests.corpus.sources import library_files, package_files, parsable, sample
from vetline.core.location import Range
from vetline.syntax.blocks import BlockKind, BlockList
from vetline.syntax.lines import Lines, split_lines

# What stands in front of each line: the kind of the block that begins there, or a bar within one.
SPLITS = {
    "statements": """
        trivia    | # comment
                  |
        statement | import os
        statement | x = [
                  |     1,
                  | ]
                  | # behind x
        statement | def f():
                  |     pass
                  |
                  |     return
        statement | y = 1; z = 2
    """,
    "clauses belong to their statement": """
        statement | if a:
                  |     pass
                  | # comment
                  | elif b: pass
                  | else:
                  |     pass
        statement | try: pass
                  | except A: pass
                  | else: pass
                  | finally: pass
    """,
    "a class is split into header and members": """
        class     | @decorator(
                  |     a
                  | )
                  | class A(
                  |     B
                  | ):
        member    |     '''Doc.'''
        member    |     x = 1
                  |
                  |     # about m
        member    |     @property
                  |     def m(self):
                  |         pass
        member    |     class Inner:
                  |         y = 1
                  |
        statement | class B: pass
        class     | class C:
        member    |   pass
    """,
    "a class in something else is not": """
        statement | if a:
                  |     class A:
                  |         x = 1
    """,
    "strings hold no code": """
        statement | x = '''
                  | def f(): pass
                  | ''' + \\
                  |     y
        statement | z = 'a\\
                  | class A:\\
                  | '
    """,
    "an open bracket ends before what can't be inside it": """
        statement | x = f(
                  |     1,
        statement | @decorator
                  | def g(): pass
        statement | y = [
        class     | class A:
        member    |     z = (
        member    |     async def h(self): pass
        statement | w = {
        statement | import os
    """,
    "an open quote ends with its line": """
        statement | x = 'a
        statement | y = 1
    """,
    "an open triple quote ends with its line if what follows is code": """
        statement | x = '''a
        statement | def f():
                  |     '''Doc.'''
        statement | y = 1
    """,
    "a docstring that shows code isn't to blame for one left open below": """
        statement | '''Doc.
                  |
                  |     import a
                  |     @b
                  | '''
        statement | def f():
                  |     '''Open.
                  |     pass
        statement | def g():
                  |     '''Doc.'''
        statement | def h():
                  |     '''Doc.'''
    """,
    "a snippet that begins indented": """
        statement |         return x
        statement |     else:
                  |         pass
        statement | def f(): pass
    """,
    "nothing": """
        trivia    |
    """,
}


def annotate(text: str) -> str:
    """Return ``text`` with the kind of each block in front of its first line."""
    lines, line = Lines(text), 0
    kinds: dict[int, str] = {}
    for span in BlockList(lines).spans:
        kinds[line] = span.kind
        line += span.lines
    assert line == len(lines)
    rows = list(lines)[: None if lines[-1] else -1] or [""]
    return "\n".join(f"{kinds.get(row, ''):9} | {content}".rstrip() for row, content in enumerate(rows))


@pytest.mark.parametrize("annotated", SPLITS.values(), ids=SPLITS)
def test_split(annotated: str) -> None:
    rows = dedent(annotated).strip("\n").split("\n")
    text = "".join(row[12:] + "\n" for row in rows) if len(rows) > 1 else ""
    assert annotate(text).split("\n") == [row.rstrip() for row in rows]


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_line_ends_make_no_difference(newline: str) -> None:
    text = 'class A:\n    x = """\n    def f(): pass\n    """ + \\\n        y\n    def m(self): pass\n\nz = 1\n'
    assert list(BlockList(split_lines(text.replace("\n", newline))).spans) == list(BlockList(split_lines(text)).spans)


@pytest.mark.parametrize("head", ["class A:\n    x = 1\n", "@d\ndef f(): pass\n", "# comment\nx = 1\n", "\n"])
def test_a_byte_order_mark_makes_no_difference(head: str) -> None:
    assert list(BlockList(split_lines("\ufeff" + head)).spans) == list(BlockList(split_lines(head)).spans)


def test_an_edit_touches_its_block_and_the_one_before() -> None:
    lines = Lines("".join(f"def f{n}():\n    return {n}\n" for n in range(50)))
    blocks = BlockList(lines)
    change = blocks.update(lines, *lines.replace(Range.of(41, 4, 41, 10), "x = 1\n    yield"))
    assert (change.first, change.end) == (19, 21)
    assert [(span.kind, span.lines) for span in change.spans] == [(BlockKind.STATEMENT, 2), (BlockKind.STATEMENT, 3)]


@examples(300)
@given(texts | dependent_texts, st.lists(edits, max_size=10))
def test_after_edits_the_blocks_are_those_of_a_fresh_split(text: str, changes: list[Edit]) -> None:
    lines = Lines(text)
    blocks = BlockList(lines)
    for edit in changes:
        before = list(blocks.spans)
        change = blocks.update(lines, *lines.replace(edit.range_in(lines), edit.new_text))
        assert blocks.spans == BlockList(lines).spans
        assert before[: change.first] + list(change.spans) + before[change.end :] == blocks.spans


@examples(100)
@given(texts)
def test_blocks_cover_every_line(text: str) -> None:
    lines = Lines(text)
    spans = BlockList(lines).spans
    assert sum(span.lines for span in spans) == len(lines)
    for index, span in enumerate(spans):
        assert 0 <= span.code_lines <= span.lines > 0
        assert (span.kind is BlockKind.TRIVIA) == (span.code_lines == 0)
        assert span.kind is not BlockKind.TRIVIA or index == 0
        assert span.kind is not BlockKind.MEMBER or spans[index - 1].kind in (BlockKind.CLASS, BlockKind.MEMBER)


def starts_of(text: str, tree: ast.Module) -> set[int]:
    """Return the lines, from 0, that blocks begin at, according to a tree of the whole text."""
    lines = split_lines(text)
    starts = set()
    for statement in tree.body:
        starts.add(_first_line(statement))
        if isinstance(statement, ast.ClassDef):
            first = statement.body[0]
            if not lines[first.lineno - 1].encode()[: first.col_offset].strip():  # not on the header's line
                starts.update(_first_line(member) for member in statement.body)
    return starts


def _first_line(statement: ast.stmt) -> int:
    decorators: list[ast.expr] = getattr(statement, "decorator_list", [])
    return min([statement.lineno, *(decorator.lineno for decorator in decorators)]) - 1


def differing(files: Sequence[Path]) -> list[tuple[str, list[int]]]:
    """Return those of ``files`` that are split at other lines than the tree says, with these lines."""
    found = []
    for path, text, tree in parsable(files):
        line, starts = 0, set()
        for span in BlockList(split_lines(text)).spans:
            if span.kind is not BlockKind.TRIVIA:
                starts.add(line)
            line += span.lines
        if different := sorted(starts ^ starts_of(text, tree)):
            found.append((str(path), different))
    return found


def test_blocks_of_valid_files_begin_where_statements_do() -> None:
    assert differing(sample(library_files(), 100)) == []


@pytest.mark.slow
def test_blocks_of_all_valid_files_begin_where_statements_do() -> None:
    assert differing(library_files() + package_files()) == []
