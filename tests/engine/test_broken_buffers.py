"""A syntax error anywhere leaves the findings of all other statements in place."""

from __future__ import annotations

import ast
import sys
from collections import Counter
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import pytest

from tests.corpus.python_files import SAMPLES
from vetline.core.config import Config, Profile
from vetline.core.location import Position, Range
from vetline.engine.document import Document, Engine

ENGINE = Engine.of(Config(profile=Profile.BANDIT))

DAMAGE = ["(", ")", "[", "{", '"', "'", '"""', "x y ", "def f(", "if ", "@", "return (", "class A", "\\", "= ", "\0", "import "]

# Bandit looks at other statements for this one: at the assignments above.
LOOKS_ABOVE = {"B703"}

# These end with what is in a handler; but a broken handler mustn't bring them.
LOOKS_BELOW = {"B110", "B112"}


def found(document: Document, aside: range = range(0)) -> Counter[tuple[str, str]]:
    """Return what is found outside of the lines ``aside``, as rules with the text that each points at."""
    return Counter(
        (finding.rule_id, document.lines.slice(finding.range))
        for finding in document.vet()
        if finding.range.start.line not in aside and finding.rule_id not in LOOKS_ABOVE
    )


def statements(text: str) -> list[range]:
    """Return the lines, from 0, of each statement, those on the same lines taken together; of a compound one its header.

    Imports are left out: what is found below may depend on them.
    """
    spans: list[range] = []
    nodes = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.stmt)]
    for node in sorted(nodes, key=lambda node: node.lineno):
        span = range(node.lineno - 1, max(node.lineno, _end_of_header(node)))
        if spans and span.start < spans[-1].stop:
            spans[-1] = range(spans[-1].start, max(span.stop, spans[-1].stop))
        else:
            spans.append(span)
    imports = {node.lineno - 1 for node in nodes if isinstance(node, ast.Import | ast.ImportFrom)}
    return [span for span in spans if not imports.intersection(span)]


def _end_of_header(node: ast.stmt) -> int:
    match node:
        case ast.Match(cases=[first, *_]):
            return first.pattern.lineno - 1
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef() | ast.If() | ast.For() | ast.AsyncFor() | ast.While():
            pass
        case ast.With() | ast.AsyncWith() | ast.Try() | ast.TryStar():
            pass
        case _:
            return node.end_lineno or node.lineno
    decorators: list[ast.expr] = getattr(node.body[0], "decorator_list", [])
    return min(node.body[0].lineno, *(decorator.lineno for decorator in decorators), sys.maxsize) - 1


def damaged(path: Path) -> Iterator[tuple[range, int, str]]:
    """Yield each statement with the column that it begins at, and each damage."""
    text = path.read_text(encoding="utf-8")
    lines = text.split("\n")
    for span, damage in product(statements(text), DAMAGE):
        yield span, len(lines[span.start]) - len(lines[span.start].lstrip()), damage


def differences(path: Path, step: int) -> tuple[int, list[str]]:
    """Break the file in every ``step``-th way; return in how many, and what comes or goes outside of the damaged statements."""
    original = Document(path.read_text(encoding="utf-8"), ENGINE)
    original.vet()
    cases = list(damaged(path))[::step]
    differing = []
    for span, column, damage in cases:
        document = original.fork()
        document.edit(Range.of(span.start, column, span.start, column), damage)
        lost, made_up = found(original, span) - found(document), found(document, span) - found(original)
        where = f"{damage!r} in line {span.start + 1}"
        differing += [
            f"{where}: {finding}"
            for finding in (*lost.elements(), *made_up.elements())
            if finding in made_up or finding[0] not in LOOKS_BELOW
        ]
    return len(cases), differing


FILES = sorted(SAMPLES.glob("*.py"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_damage_in_a_statement(path: Path) -> None:
    """What differs elsewhere is very little, and that where quotes change their meaning."""
    cases, differing = differences(path, step=len(DAMAGE) + 2)
    assert cases > 2
    assert len(differing) <= 1, differing


@pytest.mark.slow
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_each_damage_in_each_statement(path: Path) -> None:
    cases, differing = differences(path, step=1)
    assert cases > 50
    assert len(differing) <= cases / 150, differing


def test_the_other_statements_of_a_function() -> None:
    text = "def f(a):\n    eval(a)\n    <>\n    exec(a)\n    return eval(a)\n\n\nclass A:\n    x = exec(f)\n"
    document = Document(text.replace("<>", "pass"), ENGINE)
    expected = ["B307", "B102", "B307", "B102"]
    assert [finding.rule_id for finding in document.vet()] == expected
    typed = "x = call(a, [b, {'c': \"d\", e: f\"{g}\"}]) if h else (lambda: 'i')\\"
    document.edit(Range.of(2, 4, 2, 8), "")
    for column, character in enumerate(typed, 4):
        document.edit(Range(Position(2, column), Position(2, column)), character)
        assert [finding.rule_id for finding in document.vet()] == expected, document.lines[2]


@pytest.mark.parametrize(
    "code",
    [
        "if x:\n\\\n    eval(a)\n",
        "if x:\n  \\\n    eval(a)\n",
        "if x:\n\\\n  \\\n        eval(a)\n",
        "if x:\n\\\n\\\n    eval(a)\n",
        "def f():\n\\\n    eval(a)\n\n\nclass A:\n\\\n    def g(self):\n        eval(b)\n",
        "\\\nimport os\n\\\ndef f(): eval(a)\n",
    ],
)
def test_a_line_may_begin_with_a_backslash(code: str) -> None:
    compile(code, "x", "exec")
    document = Document(code, ENGINE)

    assert {finding.rule_id for finding in document.vet()} == {"B307"}
    assert document.set_aside() == []
