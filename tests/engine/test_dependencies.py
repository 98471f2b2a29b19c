"""What is above a block, or around it, and changes what is found in it."""

from __future__ import annotations

import pytest

from vetline.core.config import Config, Profile
from vetline.core.location import Position, Range
from vetline.engine.document import Document, Engine

ENGINE = Engine.of(Config(profile=Profile.BANDIT))


def edited(before: str, after: str) -> Document:
    """Return a document of the text ``after`` that was ``before``, and was changed in its differing middle only."""
    document = Document(before, ENGINE)
    document.vet()
    start = 0
    while start < min(len(before), len(after)) and before[start] == after[start]:
        start += 1
    end = 0
    while end < min(len(before), len(after)) - start and before[-1 - end] == after[-1 - end]:
        end += 1
    document.edit(Range(_position(before, start), _position(before, len(before) - end)), after[start : len(after) - end])
    assert document.text == after
    return document


def _position(text: str, offset: int) -> Position:
    return Position(text.count("\n", 0, offset), offset - (text.rfind("\n", 0, offset) + 1))


# Two texts, and the findings in the last block of each, which is the same in both.
CHANGES = {
    "an import appears": ("", "import pickle as p\n", "p.loads(x)\n", [], ["B301"]),
    "an import gets another name": ("import pickle as p\n", "import pickle as q\n", "p.loads(x)\n", ["B301"], []),
    "an alias gets another meaning": ("import pickle as p\n", "import json as p\n", "p.loads(x)\n", ["B301"], []),
    "a later import takes the alias": (
        "import pickle as p\n",
        "import pickle as p\nimport json as p\n",
        "p.loads(x)\n",
        ["B301"],
        [],
    ),
    "an import moves into a function": (
        "from pickle import loads\n",
        "def f():\n    from pickle import loads\n",
        "loads(x)\n",
        ["B301"],
        ["B301"],
    ),
    "an import breaks": ("import pickle as p\n", "import pickle as\n", "p.loads(x)\n", ["B301"], []),
    "an import is swallowed by a string": (
        "import pickle as p\n'''a'''\n",
        "'''\nimport pickle as p\n'''\n",
        "p.loads(x)\n",
        ["B301"],
        [],
    ),
    "an import moves below": (
        "import pickle as p\nclass A:\n    def m(self):\n        p.loads(x)\n",
        "class A:\n    def m(self):\n        p.loads(x)\nimport pickle as p\n",
        "y = 1\n",
        [],
        [],
    ),
    "a module of that name, however deep, is imported": (
        "import django\n",
        "from django.utils.safestring import SafeText\n",
        "mark_safe(x)\n",
        [],
        ["B703"],
    ),
    "a variable gets a constant value": (
        "from django.utils.safestring import mark_safe\nx = y\n",
        "from django.utils.safestring import mark_safe\nx = 'y'\n",
        "mark_safe(x)\n",
        ["B308", "B703"],
        ["B308"],
    ),
    "a variable is assigned in a branch": (
        "from django.utils.safestring import mark_safe\nx = 'y'\n",
        "from django.utils.safestring import mark_safe\nx = 'y'\nif z:\n    x = y\n",
        "mark_safe(x)\n",
        ["B308"],
        ["B308", "B703"],
    ),
    "a variable that another is assigned from": (
        "from django.utils.safestring import mark_safe\nw = 'y'\nx = w\n",
        "from django.utils.safestring import mark_safe\nw = y\nx = w\n",
        "\n# more\nmark_safe(x)\n",
        ["B308"],
        ["B308", "B703"],
    ),
    "a module becomes a function": (
        "from django.utils.safestring import mark_safe\nx = 'y'\nif z:\n    pass\n",
        "from django.utils.safestring import mark_safe\nx = 'y'\ndef f():\n    pass\n",
        "    mark_safe(x)\n",
        ["B308"],
        ["B308", "B703"],
    ),
    "a comment between": ("import pickle as p\n", "import pickle as p\n# nosec\n", "p.loads(x)\n", ["B301"], ["B301"]),
}


@pytest.mark.parametrize("before, after, last, found, expected", CHANGES.values(), ids=CHANGES)
def test_a_change_above(before: str, after: str, last: str, found: list[str], expected: list[str]) -> None:
    for first, second, wanted in [(before, after, expected), (after, before, found)]:
        document = edited(first + last, second + last)
        line = second.count("\n")
        assert [finding.rule_id for finding in document.vet() if finding.range.start.line >= line] == wanted
        assert document.vet() == Document(document.text, ENGINE).vet()


def test_what_is_set_aside_imports_nothing_but_all_else_does() -> None:
    document = Document("import pickle as p, marshal as\nfrom pickle import loads\nloads(x), p.loads(x)\n", ENGINE)
    assert [(finding.rule_id, finding.range.start) for finding in document.vet()] == [
        ("B403", Position(1, 0)),
        ("B301", Position(2, 0)),
    ]


@pytest.mark.parametrize(
    "comment, silenced",
    [
        ("# nosec", True),
        ("# nosec B307", True),
        ("# nosec: B307, B101", True),
        ("# nosec B101", False),
        ("# no sec", False),
        ("# why # nosec", True),
    ],
)
@pytest.mark.parametrize("place", ["eval(x)  <>\n", "eval(\n    x,  <>\n)\n", "class A:\n    x = eval(x)  <>\n    y = 1\n"])
def test_a_comment_silences_as_soon_as_it_is_typed(place: str, comment: str, silenced: bool) -> None:
    document = edited(place.replace("<>", "#"), place.replace("<>", comment))
    assert [finding.rule_id for finding in document.vet()] == ([] if silenced else ["B307"])
    document = edited(place.replace("<>", comment), place.replace("<>", "#"))
    assert [finding.rule_id for finding in document.vet()] == ["B307"]


def test_a_comment_silences_in_broken_code_too() -> None:
    document = Document("def f(x:\n    eval(x)  # nosec\n    exec(x)  # nosec B307\n    eval((\n", ENGINE)
    assert [finding.rule_id for finding in document.vet()] == ["B102"]


def test_bidirectional_characters_anywhere() -> None:
    document = Document("x = 1\ny = 2\n", ENGINE)
    document.vet()
    document.edit(Range.of(1, 5, 1, 5), "  # \u202e")
    assert [(f.rule_id, f.range) for f in document.vet() if f.rule_id == "B613"] == [("B613", Range.of(1, 9, 1, 10))]
    document.edit(Range.of(0, 0, 0, 0), "# comment\n")
    assert [finding.range for finding in document.vet()] == [Range.of(2, 9, 2, 10)]
    document.edit(Range.of(2, 0, 2, 5), "y = (")
    assert [finding.range for finding in document.vet()] == [Range.of(2, 9, 2, 10)]
    document.edit(Range.of(2, 9, 2, 10), "")
    assert document.vet() == []


@pytest.mark.parametrize("head", ["", "\ufeff", "a\x0cb\u2028c\x85 = 1\n"])
def test_bidirectional_characters_are_pointed_at(head: str) -> None:
    document = Document(f"{head}x = '\u2067'\n", ENGINE)
    (finding,) = (finding for finding in document.vet() if finding.rule_id == "B613")
    assert document.lines.slice(finding.range) == "\u2067"
