"""After any edits a document knows exactly what a fresh one does."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.corpus.edits import Edit, dependent_texts, edits, examples, import_edits, link_edits, linked_texts, texts
from vetline.core.config import Config, Profile
from vetline.core.edit import TextEdit
from vetline.core.finding import Finding, Origin
from vetline.core.location import Position, Range
from vetline.engine.document import Document, Engine
from vetline.engine.progress import Stage

ENGINE = Engine.of(Config())
BANDIT = Engine.of(Config(profile=Profile.BANDIT))
PATH = "/project/package/module.py"


def fresh(text: str, engine: Engine = ENGINE) -> Document:
    return Document(text, engine, PATH)


def checked(document: Document) -> int:
    """Vet a document, and return how many blocks Bandit's checks were run on."""
    return list(document.vet_stepwise()).count(Stage.CHECKS)


def view(document: Document) -> list[tuple[Finding, str]]:
    """Return all findings with all that is in them, and the text that each is about."""
    return [(finding, document.lines.slice(finding.range)) for finding in document.vet()]


def assert_as_fresh(document: Document) -> None:
    other = fresh(document.text)
    assert view(document) == view(other)
    assert document.set_aside() == other.set_aside()
    assert document.imported() == other.imported()
    assert [(line, kind) for line, kind, _ in document.trees()] == [(line, kind) for line, kind, _ in other.trees()]


@dataclass(frozen=True)
class Abandon:
    """Begin to vet, and stop after so many steps, as when the next change arrives."""

    steps: int


@dataclass(frozen=True)
class Fork:
    """Go on with a copy; ``edit`` is made in the original, which must not concern the copy."""

    edit: Edit


VET = "vet"
NOTHING = "nothing"

Change = tuple[Edit, str | Abandon | Fork]


def changes(edit: st.SearchStrategy[Edit]) -> st.SearchStrategy[list[Change]]:
    """Return a strategy for edits, each with what happens afterwards."""
    afterwards = st.just(VET) | st.just(VET) | st.just(NOTHING) | st.builds(Abandon, st.integers(0, 12)) | st.builds(Fork, edit)
    return st.lists(st.tuples(edit, afterwards), max_size=8)


@examples(150)
@given(texts | dependent_texts, changes(edits | import_edits))
def test_after_edits_a_document_is_as_a_fresh_one(text: str, changes: list[Change]) -> None:
    follow(text, changes)


@examples(150)
@given(linked_texts, changes(link_edits | edits))
def test_after_edits_what_flows_between_blocks_is_as_in_a_fresh_document(text: str, changes: list[Change]) -> None:
    follow(text, changes)


def follow(text: str, changes: list[Change]) -> None:
    """Make the changes one by one, and compare with a fresh analysis wherever it is asked for, and at the end."""
    document = fresh(text)
    document.vet()
    for edit, then in changes:
        document.edit(edit.range_in(document.lines), edit.new_text)
        match then:
            case "vet":
                assert_as_fresh(document)
            case Abandon(steps):
                vetting = document.vet_stepwise()
                for _ in range(steps):
                    next(vetting, None)
            case Fork(other):
                original, document = document, document.fork()
                original.edit(other.range_in(original.lines), other.new_text)
                assert_as_fresh(original)
    assert_as_fresh(document)


DEPENDENT = "x = 1\np.loads(a)\ny = 1\np.loads(b)\np.loads(c)\np.loads(d)\n"


@pytest.mark.parametrize("steps", range(7))
def test_an_abandoned_analysis_is_finished_later(steps: int) -> None:
    document = fresh(DEPENDENT, BANDIT)
    assert view(document) == []
    document.edit(Range.of(0, 0, 0, 5), "import pickle as p")
    vetting = document.vet_stepwise()
    for _ in range(steps):
        next(vetting, None)
    assert len(document.findings()) <= 5
    assert [finding.rule_id for finding in document.vet()] == ["B403", "B301", "B301", "B301", "B301"]


@pytest.mark.parametrize("steps", range(7))
def test_an_abandoned_analysis_is_overtaken_by_its_opposite(steps: int) -> None:
    document = fresh(DEPENDENT, BANDIT)
    document.vet()
    document.edit(Range.of(0, 0, 0, 5), "import pickle as p")
    vetting = document.vet_stepwise()
    for _ in range(steps):
        next(vetting, None)
    document.edit(Range.of(0, 0, 0, 18), "x = 1")
    assert view(document) == []


@examples(150)
@given(st.lists(st.integers(0, 1), min_size=40, max_size=40))
def test_of_two_analyses_that_take_turns_each_that_ends_has_found_everything(turns: list[int]) -> None:
    """A request may ask for what is being vetted already."""
    document = fresh(DEPENDENT)
    document.vet()
    document.edit(Range.of(0, 0, 0, 5), "import pickle as p")
    expected = fresh(document.text).vet()
    assert {"B301", "VET301"} <= {finding.rule_id for finding in expected}
    vetting = [document.vet_stepwise(), document.vet_stepwise()]
    for turn in turns:
        if next(vetting[turn], "ended") == "ended":
            assert document.findings() == expected
            break
    else:
        pytest.fail("neither has ended")


def test_findings_of_untouched_blocks_keep_their_keys_and_move() -> None:
    document = fresh("import os\n\ndef f(x):\n    eval(x)\n\nexec(x)\n")
    before = {finding.key: finding for finding in document.vet()}
    document.edit(Range.of(1, 0, 1, 0), "# one\n# two\nassert x\n")
    after = {finding.key: finding for finding in document.vet()}
    assert len(after) == len(before) + 1
    assert all(after[key] == finding.shifted(3) for key, finding in before.items())


def test_keys_tell_equal_findings_apart() -> None:
    document = fresh("eval(x); eval(x)\nexec(y)\nexec(y)\n# \u202e\n")
    everything = [finding.key for finding in document.vet()]
    assert len(everything) == len(set(everything))
    keys = [finding.key for finding in document.vet() if finding.rule_id in ("B307", "B102", "B613")]
    assert len(keys) == 5
    spots = [document.find(key) for key in keys]
    assert [spot and spot.finding.range.start for spot in spots] == [
        Position(0, 0),
        Position(0, 9),
        Position(1, 0),
        Position(2, 0),
        Position(3, 2),
    ]
    assert document.find("B307:of:another:text") is None


def test_only_what_an_edit_concerns_is_analysed_again() -> None:
    functions = [f"def f{n}(x):\n    p.loads(x)\n" for n in range(100)] + [f"def g{n}(): pass\n" for n in range(100)]
    document = fresh("import pickle as p\n" + "".join(functions))
    assert checked(document) == 201
    document.edit(Range.of(100, 4, 100, 4), "if x: ")
    assert checked(document) == 1, "the block itself"
    document.edit(Range.of(0, 17, 0, 18), "q")
    assert checked(document) == 101, "the import, and what calls something of p"
    document.edit(Range.of(0, 0, 0, 0), "import json\n")
    assert checked(document) == 1, "nobody asks for json"
    document.edit(Range(document.lines.end, document.lines.end), "# comment")
    assert checked(document) == 0, "a comment behind a block is no part of it"


def followed(document: Document) -> int:
    """Vet a document, and return how often a block was followed."""
    return list(document.vet_stepwise()).count(Stage.FLOW)


def test_only_what_an_edit_concerns_is_followed_again() -> None:
    callers = "".join(f"def f{n}(x):\n    return helper(x)\n" for n in range(50))
    others = "".join(f"def g{n}(x):\n    return x\n" for n in range(50))
    document = fresh(f"def helper(x):\n    return x\n{callers}{others}")
    assert followed(document) == 101
    document.edit(Range.of(3, 4, 3, 4), "if x: ")
    assert followed(document) == 1, "the block itself"
    document.edit(Range.of(1, 11, 1, 12), "int(x)")
    assert followed(document) == 51, "the helper, and those that call it"
    document.edit(Range.of(2, 0, 2, 0), "# The others:\n\n")
    assert followed(document) == 0, "what stands below has only moved"
    document.edit(Range(document.lines.end, document.lines.end), "def last(x):\n    return unknown(x)\n")
    assert followed(document) == 1


def test_edits_together_are_in_positions_of_the_text_before() -> None:
    document = fresh("a = 1\nb = 2\n")
    document.apply(
        [
            TextEdit(Range.of(1, 0, 1, 1), "eval(x)\nc"),
            TextEdit.insert(Position(0, 0), "first\n"),
            TextEdit.insert(Position(0, 0), "second\n"),
            TextEdit(Range.of(0, 4, 0, 5), "2"),
        ]
    )
    assert document.text == "first\nsecond\na = 2\neval(x)\nc = 2\n"
    assert_as_fresh(document)


def test_an_empty_text() -> None:
    document = fresh("")
    assert view(document) == []
    document.edit(Range.of(0, 0, 9, 9), "eval(x)")
    assert [finding.range for finding in document.vet()] == [Range.of(0, 0, 0, 7)]
    document.edit(Range.of(0, 0, 9, 9), "")
    assert view(document) == []


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("head", ["", "\ufeff", "'😀é'\n\x0c\n", "x = '''\n\x0c\u2028\n'''\n"])
def test_ranges_are_exact(newline: str, head: str) -> None:
    text = head + "class A:\n\tdef m(self, é):\n\t\t'😀', eval(\n\t\t\té\n\t\t); assert é\n"
    document = fresh(text.replace("\n", newline), BANDIT)
    found = {f.rule_id: document.lines.slice(f.range) for f in document.vet()}
    assert found == {"B307": "eval(\n\t\t\té\n\t\t)".replace("\n", newline), "B101": "assert é"}


def test_compound_statements_are_pointed_at_by_their_first_line() -> None:
    document = fresh("try:\n    f()\n    \nexcept Exception:  # why\n    # nothing\n    pass\n", BANDIT)
    assert [document.lines.slice(finding.range) for finding in document.vet()] == ["except Exception:  # why"]


def test_an_argument_on_a_line_of_its_own_is_pointed_at() -> None:
    document = fresh("requests.get(\n    url,\n    timeout=9,\n    verify=False,\n)\n", BANDIT)
    (finding,) = document.vet()
    assert document.lines.slice(finding.range) == "verify=False"
    assert finding.bandit is not None
    assert (finding.bandit.line, finding.bandit.column) == (4, 0)


def test_only_wanted_findings_are_put_in_place_under_the_keys_that_all_have() -> None:
    code = "def first(a):\n    eval(a)\n\n\n"
    document = fresh(code + code.replace("first", "second") + code)

    everything = {finding.key: finding for finding in document.vet()}
    bandit = document.findings(lambda finding: finding.origin is Origin.BANDIT)
    last = [finding for finding in bandit if finding.key.endswith("#1")]

    assert [finding.range.start.line for finding in last] == [9]
    assert everything[last[0].key] == last[0]
