"""Nodes stand where their text stands: whatever the indentation, the line ends, the characters, and the damage."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterator

import pytest
from hypothesis import given

from tests.corpus.blocks import blocks_of, set_aside
from tests.corpus.edits import examples, texts, valid_texts
from tests.corpus.sources import library_files, parsable, sample
from vetline.core.location import Range
from vetline.syntax.lines import Lines


def expressions(text: str) -> Iterator[tuple[ast.expr, Range]]:
    """Yield the expressions of ``text`` with their places, but for those that repair has put in.

    Left out is the inside of f-strings, whose positions are wrong before Python 3.12.
    """
    aside = set_aside(text)
    for block in blocks_of(text):
        skip = {
            id(below)
            for node in block.nodes()
            if isinstance(node, ast.JoinedStr)
            for below in ast.walk(node)
            if below is not node
        }
        skip |= {id(node.test) for node in block.nodes() if isinstance(node, ast.If) and isinstance(node.test, ast.Constant)}
        for node in block.nodes():
            if isinstance(node, ast.expr) and id(node) not in skip:
                range_ = block.tree.range_of(node).shifted(block.line)
                if not any(part.overlaps(range_) for part in aside):
                    yield node, range_


def assert_exact(text: str) -> None:
    """Check that the text at each expression's place is that expression."""
    lines = Lines(text)
    for node, range_ in expressions(text):
        assert lines.clamp(range_.start) == range_.start
        assert lines.clamp(range_.end) == range_.end
        source = lines.slice(range_)
        assert _plain(_parse(source, node)) == _plain(node), source


def _parse(source: str, node: ast.expr) -> ast.expr:
    """Parse the text of ``node`` on its own, in such brackets that it means the same as where it stood."""
    is_slice = isinstance(node, ast.Slice) or (isinstance(node, ast.Tuple) and any(isinstance(e, ast.Slice) for e in node.elts))
    before, behind = ("_[", "]") if is_slice else ("[", "]") if isinstance(node, ast.Starred) else ("(", ")")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = ast.parse(f"{before}\n{source}\n{behind}", mode="eval").body
    if isinstance(found, ast.Subscript) and is_slice:
        return found.slice
    return found.elts[0] if isinstance(found, ast.List) and isinstance(node, ast.Starred) else found


def _plain(node: ast.expr) -> str:
    dump = ast.dump(node)
    for context in ("Store()", "Del()"):
        dump = dump.replace(context, "Load()")
    return dump


@examples(150)
@given(valid_texts)
def test_in_valid_code(text: str) -> None:
    assert_exact(text)


PLACES = {
    "after emoji": "x = '😀é', eval(x)\nif '😀': exec(y)\n",
    "in CRLF": "def f():\r\n    '😀'; eval(\r\n        x,\r\n    )\r\n    exec(y)\r\n",
    "in CR": "def f():\r    return eval(x)\rexec(y)\r",
    "in tabs": "if a:\n\tif b:\n\t\teval(x)\n        \texec(y)\n",
    "behind a form feed": "\x0cdef f():\n  \x0c  return eval(x), exec(y)\n",
    "behind a byte order mark": "\ufeffeval(x)\nexec(\n    y)\n",
    "in a member": "class A:\n    x = 1\n\n    @eval(x)\n    def m(self, é=exec(y)): pass\n",
    "in a snippet that begins indented": "        eval(x)\n        return exec(y)\n",
    "of a line that was indented too much": "def f():\n    a()\n        é = eval(x)\n      exec(y)\n",
    "of a line that was indented too little": "def f():\n    if a:\n        b()\n      é = eval(x); exec(y)\n   c()\n",
    "behind a broken header": "def f(a, b\n      é = eval(x)\n      exec(y)\n",
    "behind a missing colon": "def f()\n\tif eval(x)  # é\n\t\texec(y)\n",
    "of a header that was left without a suite": "while eval(x):  # exec\nexec(y)\n",
    "of broken lines in a file with a byte order mark": "\ufeff  eval(x)\n  a b\n  exec(y)\n",
    "beside null bytes and lone surrogates": "def f():\n  '\0\ud83d'; eval(x)\n  # \0\n  exec(y)\n",
    "behind an empty line": "\n\n  \nclass A:\n\n  eval(x)\n\n  exec(y)\n",
    "where the text ends": "eval(x); exec(y)",
}


@pytest.mark.parametrize("text", PLACES.values(), ids=PLACES)
def test_calls(text: str) -> None:
    """Each of these texts calls ``eval(x)`` and ``exec(y)``."""
    lines = Lines(text)
    found = [
        "".join(lines.slice(range_).split()).replace(",)", ")")
        for node, range_ in expressions(text)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.args
    ]
    assert sorted(found) == ["eval(x)", "exec(y)"]


@examples(300)
@given(texts)
def test_in_broken_code(text: str) -> None:
    text = text.replace("\0", "").replace("\ud83d", "")  # Python can't parse these even in a piece
    assert_exact(text)


def test_in_real_code() -> None:
    for _, text, _ in parsable(sample(library_files(), 25), max_size=20_000):
        assert_exact(text)
