"""Large and deep texts: nothing crashes, and cost grows no faster than the text."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.corpus.growth import growth
from vetline.core.config import Config, Profile
from vetline.core.location import Range
from vetline.engine.document import Document, Engine
from vetline.engine.progress import Stage
from vetline.flow.known_calls import KNOWN_CALLS
from vetline.flow.values import Value
from vetline.syntax.blocks import BlockKind
from vetline.syntax.tree import Tree, parse_block

ENGINE = Engine.of(Config(profile=Profile.BANDIT))
SAFE = "from django.utils.safestring import mark_safe\n"

LARGE: dict[str, Callable[[int], str]] = {
    "a dictionary": lambda n: "D = {\n" + '    "password": ["v", "/tmp/x", eval(x)],\n' * n + "}\n",
    "a list": lambda n: "L = [\n" + '    ("password", "/tmp/x", 1.5),\n' * n + "]\n",
    "functions": lambda n: "".join(f"def f{i}(a, password='x'):\n    return eval(a)\n" for i in range(n)),
    "methods": lambda n: "class A:\n" + "".join(f"    def m{i}(self): return eval(self)\n" for i in range(n)),
    "one function": lambda n: "def f(a):\n" + "    if a:\n        subprocess.run(a, shell=True)\n" * n,
    "comments that silence": lambda n: "def f(a):\n" + "    eval(a)  # nosec B307\n" * n,
    "variables that are safe": lambda n: SAFE + "".join(f"x{i} = 'a'\ny = 1\n" for i in range(n)) + "mark_safe(x1)\n" * 10,
    "an f-string": lambda n: 'x = f"select a from ' + "{x}" * n + '"\n',
    "open brackets": lambda n: "x = eval(\n" * n,
}


def vet(text: str) -> int:
    return len(Document(text, ENGINE).vet())


@pytest.mark.parametrize("name", LARGE)
def test_cost_grows_with_the_text(name: str) -> None:
    assert growth(LARGE[name], vet, 100) < 10, "4 is linear, 16 is quadratic"


def test_a_literal_of_nine_thousand_lines() -> None:
    assert vet("D = {\n" + '    "password": [1, "/srv"],\n' * 9000 + "}\neval(D)\n") == 1


DEEP = {
    "parentheses": "x = " + "(" * 5000 + "1" + ")" * 5000 + "\n",
    "brackets": "x = " + "[" * 90 + "1" + "]" * 90 + "\n",
    "additions": "x = " + " + ".join(["a"] * 3000) + "\n",
    "strings": "x = " + " + ".join(['"select a from"'] * 1200) + "\n",
    "strings in safe places": SAFE + "mark_safe('%s' % (" + " + ".join(["a"] * 2500) + "))\n",
    "attributes": "x = a" + ".b" * 2500 + "(eval(x))\n",
    "calls": "x = a" + ".b()" * 1200 + "\n",
    "clauses": "if a:\n    b()\n" + "elif a:\n    b()\n" * 2000,
    "literals": "f(" + "[" * 80 + "]" * 80 + ", shell=" + "(" * 80 + ")" * 80 + ")\n",
}


@pytest.mark.parametrize("name", DEEP)
def test_a_deep_expression_costs_nothing_around_it(name: str) -> None:
    document = Document(f"eval(before)\n{DEEP[name]}eval(behind)\n", ENGINE)
    lines = [finding.range.start.line for finding in document.vet() if finding.rule_id == "B307"]
    assert {0, len(document.lines) - 2} <= set(lines)


def test_what_is_below_too_many_attributes_is_found() -> None:
    assert vet(DEEP["attributes"]) == 1


def test_an_edit_of_a_long_file_analyses_what_it_touches() -> None:
    text = "import pickle\n" + "".join(f"def f{i}(a):\n    return pickle.loads(a)\n\n\nx{i} = 1\n" for i in range(4000))
    document = Document(text, ENGINE)
    assert len(document.lines) > 20_000
    assert len(document.vet()) == 4001
    inserted = "def completed(query):\n" + "    execute(query)\n" * 10 + "    return eval(query)\n"
    document.edit(Range.of(10_001, 0, 10_001, 0), inserted)
    assert len(list(document.vet_stepwise())) <= 2 * len(Stage)
    assert [finding.rule_id for finding in document.findings() if 10_001 <= finding.range.start.line < 10_013] == ["B307"]


@pytest.mark.parametrize("subject", ["mark_safe(x1)\n", "class A:\n    y = mark_safe(x1)\n"])
def test_what_depends_on_the_code_above_parses_it_once(subject: str, monkeypatch: pytest.MonkeyPatch) -> None:
    parsed: list[str] = []

    def counting(kind: BlockKind, indent: int, text: str) -> Tree:
        parsed.append(text)
        return parse_block(kind, indent, text)

    monkeypatch.setattr("vetline.engine.entries.parse_block", counting)
    text = SAFE + "".join(f"x{i} = 'a'\n" for i in range(50)) + subject * 20
    assert vet(text) > 0
    assert parsed.count("x1 = 'a'\n") == 2, "once for itself, once for all below"
    document = Document(text, ENGINE)
    found = document.vet()
    parsed.clear()
    document.edit(Range.of(1, 0, 1, 0), "\n# comment\n")
    assert document.vet() == [finding.shifted(2) if finding.range.start.line else finding for finding in found]
    assert parsed == [], "a comment is no code"


@pytest.mark.provokes_errors
def test_a_block_whose_flow_breaks_costs_only_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    engine = Engine.of(Config())
    text = "import os\n\n\ndef f(x):\n    repr(x)\n\n\ndef g():\n    os.system('ls ' + input())\n"
    before = Document(text, engine).vet()

    def broken(*_: object) -> Value:
        raise ZeroDivisionError

    monkeypatch.setitem(KNOWN_CALLS, "builtins.repr", broken)

    assert Document(text, engine).vet() == before
    assert any(finding.rule_id == "VET102" for finding in before)
