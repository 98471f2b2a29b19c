"""A fix is offered only if applying it to a copy keeps its promise."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from tests.fixes.snippets import fixes_of, vetted
from vetline.core.edit import Applicability, Fix, TextEdit
from vetline.core.location import Position, Range
from vetline.fixes import offer as offering
from vetline.fixes import proof
from vetline.fixes.offer import applied, proved_fixes
from vetline.fixes.proof import mover, proves
from vetline.rules.base import Fixer, FixSite, Rule
from vetline.rules.catalogue import find_rule

CODE = "import pickle\n\nfirst = eval(text)\nsecond = eval(text)\n"
FIRST_CALL = Range.of(2, 8, 2, 18)


def offered(monkeypatch: pytest.MonkeyPatch, fixer: Fixer, code: str = CODE, **changes: object) -> list[str]:
    """Return what the fixes offered for the first ``eval`` make of ``code`` when ``fixer`` proposes them."""
    rule = find_rule("B307")
    assert rule is not None
    changed: Rule = replace(rule, fix=fixer, **changes)  # type: ignore[arg-type]
    monkeypatch.setattr(offering, "find_rule", lambda _: changed)
    monkeypatch.setattr(proof, "find_rule", lambda _: changed)
    document = vetted(code)
    finding = next(finding for finding in document.findings() if finding.rule_id == "B307")
    return [copy.text for _, copy in proved_fixes(document, finding)]


def replacing(new_text: str) -> Fixer:
    def fixer(site: FixSite) -> Iterator[Fix]:
        yield Fix("Replace it", (site.replace(site.node, new_text),), Applicability.REVIEW)

    return fixer


def test_a_fix_that_removes_the_finding_is_offered(monkeypatch: pytest.MonkeyPatch) -> None:
    assert offered(monkeypatch, replacing("read(text)")) == [CODE.replace("eval(text)", "read(text)", 1)]


@pytest.mark.parametrize(
    "new_text",
    [
        pytest.param("eval(text )", id="leaves the finding"),
        pytest.param("pickle.loads(text)", id="adds another"),
        pytest.param("[read(text), pickle.loads(text)]", id="adds another, beside"),
        pytest.param("read(text", id="no longer parses"),
        pytest.param("read(text)\n  x = 1", id="no longer parses in the next line"),
        pytest.param("'''", id="swallows what follows"),
        pytest.param("[eval(text), eval(text)]", id="doubles it"),
    ],
)
def test_a_fix_that_breaks_its_promise_is_withheld(monkeypatch: pytest.MonkeyPatch, new_text: str) -> None:
    assert offered(monkeypatch, replacing(new_text)) == []


def test_a_fix_that_removes_another_finding_instead_is_withheld(monkeypatch: pytest.MonkeyPatch) -> None:
    def fixer(site: FixSite) -> Iterator[Fix]:
        yield Fix("Replace the other", (TextEdit(Range.of(3, 9, 3, 19), "1"),), Applicability.SAFE)

    assert offered(monkeypatch, fixer) == [], "the finding is still there"


def test_a_fix_that_moves_a_finding_away_is_withheld(monkeypatch: pytest.MonkeyPatch) -> None:
    def fixer(site: FixSite) -> Iterator[Fix]:
        function = TextEdit.insert(Position(1, 0), "def helper(text):\n    return eval(text)\n")
        yield Fix("Hide it", (function, site.replace(site.node, "helper(text)")), Applicability.SAFE)

    assert offered(monkeypatch, fixer) == []


def test_what_did_not_parse_before_need_not_after(monkeypatch: pytest.MonkeyPatch) -> None:
    code = f"{CODE}def broken(:\n    return (\n"

    assert offered(monkeypatch, replacing("read(text)"), code) == [code.replace("eval(text)", "read(text)", 1)]


def test_edits_that_overlap_are_withheld(monkeypatch: pytest.MonkeyPatch) -> None:
    def fixer(site: FixSite) -> Iterator[Fix]:
        yield Fix("Replace it twice", (site.replace(site.node, "a"), site.replace(site.node, "b")), Applicability.SAFE)

    assert offered(monkeypatch, fixer) == []


@pytest.mark.provokes_errors
def test_a_fixer_that_stumbles_costs_only_its_fixes(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    def fixer(site: FixSite) -> Iterator[Fix]:
        raise KeyError("strange code")

    assert offered(monkeypatch, fixer) == []
    assert "The fix of B307 failed" in caplog.text


def test_a_milder_finding_may_stay_if_the_rule_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    fixer = replacing("assert_(text) if __debug__ else random.random()")
    code = f"import random\n{CODE}"
    result = code.replace("eval(text)", "assert_(text) if __debug__ else random.random()", 1)

    assert offered(monkeypatch, fixer, code) == []
    assert offered(monkeypatch, fixer, code, leaves=frozenset({"B311"})) == [result]


def test_a_graver_one_may_not(monkeypatch: pytest.MonkeyPatch) -> None:
    code = f"import hashlib\n{CODE}"

    assert offered(monkeypatch, replacing("hashlib.md5(text)"), code, leaves=frozenset({"B324"})) == []


def test_an_import_goes_only_with_the_fixes_that_use_it() -> None:
    code = "from jinja2 import Environment\n\nenvironment = Environment()\n"
    by_name, for_all = fixes_of(code, "B701")

    assert [edit.new_text for edit in by_name.edits] == [", select_autoescape", "autoescape=select_autoescape()"]
    assert [edit.new_text for edit in for_all.edits] == ["autoescape=True"]


def test_insertions_at_one_place_keep_their_order() -> None:
    here = Position(0, 3)
    document = applied(vetted("a()\n"), (TextEdit.insert(here, ".b()"), TextEdit.insert(here, ".c()")))

    assert document is not None
    assert document.text == "a().b().c()\n"


def test_a_document_that_has_changed_offers_nothing() -> None:
    document = vetted(CODE)
    finding = document.findings()[1]
    document.edit(FIRST_CALL, "1")
    document.vet()

    assert list(proved_fixes(document, replace(finding, key="gone"))) == []


def test_moved_positions() -> None:
    edits = [
        TextEdit.insert(Position(0, 0), "import ast\n"),
        TextEdit(Range.of(2, 4, 2, 6), "longer"),
        TextEdit(Range.of(2, 8, 3, 2), "\n\n"),
    ]

    moved = mover(edits)

    assert moved(Position(0, 0)) == Position(1, 0), "an insertion moves what it is made before"
    assert moved(Position(1, 5)) == Position(2, 5)
    assert moved(Position(2, 3)) == Position(3, 3)
    assert moved(Position(2, 5)) is None, "it was replaced"
    assert moved(Position(2, 7)) == Position(3, 11)
    assert moved(Position(3, 5)) == Position(5, 3), "the rest of a line that was joined"
    assert moved(Position(4, 5)) == Position(6, 5)


def test_nothing_is_proved_by_no_edits() -> None:
    document = vetted(CODE)

    assert not proves(document, document.findings()[1:2], (), document.fork())
