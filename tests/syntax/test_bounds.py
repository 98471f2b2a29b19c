"""Large, deep and hopeless texts: nothing crashes, and cost grows no faster than the text."""

from __future__ import annotations

import pytest

from tests.corpus.blocks import blocks_of, set_aside
from tests.corpus.growth import growth
from tests.corpus.sources import library_files, parsable
from vetline.core.location import Range
from vetline.syntax.blocks import BlockList
from vetline.syntax.lines import Lines

JAVASCRIPT = "function f(a, b) {\n  const x = { a: [1, 2, };\n  return a.map((y) => { return (y * 2; });\n}\n"

SHAPES = {
    "statements": lambda n: "x = f(1)\n" * n,
    "a dictionary": lambda n: "D = {\n" + "    'k': [f(1), 'v'],\n" * n + "}\n",
    "a dictionary left open": lambda n: "D = {\n" + "    'k': [f(1), 'v'],\n" * n,
    "a broken function": lambda n: "def f():\n" + "    if a:\n        b(c)\n" * n + "    d(\n",
    "brackets left open": lambda n: "x = f(\n" * n,
    "brackets left open in a function": lambda n: "def f():\n" + "    x = f(\n" * n,
    "triple quotes left open": lambda n: "def f():\n" + "    x = '''\n" * (n | 1),
    "methods with triple quotes left open": lambda n: "class A:\n" + "    x = '''a\n    def f(self): pass\n" * n,
    "another language": lambda n: JAVASCRIPT * n,
    "prose": lambda n: "It isn't (yet: [a \"text's\n\n" * n,
    "continuations": lambda n: "x = 1 + \\\n" * n,
    "clauses of nothing": lambda n: "def f():\n" + "    else:\n" * n,
    "decorators of nothing": lambda n: "@d\n" * n,
    "one long line": lambda n: "x = [" + "1, " * (40 * n),
    "f-strings left open": lambda n: "x = f'{a\n" * n,
}


@pytest.mark.parametrize("name", SHAPES)
def test_cost_grows_with_the_text(name: str) -> None:
    assert growth(SHAPES[name], lambda text: list(blocks_of(text)), 200) < 10, "4 is linear, 16 is quadratic"


DEEP = {
    "parentheses": "x = " + "(" * 5000 + "1" + ")" * 5000 + "\n",
    "open parentheses": "x = " + "(" * 5000 + "\n",
    "additions": "x = " + " + ".join(["a"] * 3000) + "\n",
    "attributes": "x = a" + ".b" * 3000 + "()\n",
    "calls": "x = a" + "()" * 3000 + "\n",
    "conditions": "x = " + "a if b else " * 3000 + "c\n",
    "suites": "".join(" " * depth + "if a:\n" for depth in range(300)) + " " * 300 + "b()\n",
    "broken suites": "".join(" " * depth + "try:\n" for depth in range(300)) + " " * 300 + "b(\n",
    "clauses": "if a:\n    b()\n" + "elif a:\n    b()\n" * 3000,
    "f-strings": "x = " + "f'{" * 300 + "\n",
}


@pytest.mark.parametrize("name", DEEP)
def test_what_is_too_deep_for_python_costs_nothing_around_it(name: str) -> None:
    text = "before()\n" + DEEP[name] + "def f():\n    behind()\n"
    blocks = list(blocks_of(text))
    assert blocks[0].tree.body
    assert blocks[-1].tree.body
    assert all(0 < part.start.line < text.count("\n") - 2 for part in set_aside(text))


def test_too_many_clauses_keep_their_suites() -> None:
    blocks = list(blocks_of(DEEP["clauses"]))
    calls = [node for node in blocks[0].nodes() if type(node).__name__ == "Call"]
    assert len(calls) == 3001


def test_an_edit_of_a_long_text_scans_what_it_touches() -> None:
    """Counted in lines that are read."""
    text = next(text for _, text, _ in parsable(library_files(), max_size=60_000) if text.count("\n") > 1000)
    lines = Lines(text * (20_000 // text.count("\n")))
    blocks = BlockList(lines)
    middle = len(lines) // 2
    change = lines.replace(Range.of(middle, 0, middle, 0), "# comment\n")
    read: list[int] = []

    class Counting(Lines):
        def __getitem__(self, index):  # type: ignore[no-untyped-def]
            read.append(index)
            return lines[index]

        def __len__(self) -> int:
            return len(lines)

    blocks.update(Counting(), *change)
    assert len(lines) > 15_000
    assert 0 < len(read) < 1000
