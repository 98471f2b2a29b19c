"""One open buffer: its text follows the editor, its findings the text and the rules."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.session.vetting import URI, buffer, insertion, rulebook, rules, vet
from vetline.core.edit import TextEdit
from vetline.core.location import Range
from vetline.core.severity import Level
from vetline.engine.policy import Policy
from vetline.provenance.ledger import How
from vetline.session.buffer import Buffer, Rulebook
from vetline.session.changes import Change, Urgency

TEXT = "import requests\n\nrequests.get(url)\neval(x)\n"


def test_a_change_makes_the_findings_stale_until_it_is_vetted() -> None:
    opened = vet(buffer(TEXT))
    assert rules(opened) == ["B113", "B307"]

    opened.change(2, [insertion(2, "exec(x)\n")])

    assert not opened.is_vetted
    assert opened.version == 2
    assert rules(vet(opened)) == ["B102", "B113", "B307"]


def test_changes_are_applied_one_after_the_other_as_they_are_drawn() -> None:
    opened = buffer("a\n")
    seen = []

    def changes() -> Iterator[Change]:
        for line in ("b\n", "c\n"):
            yield insertion(0, line)
            seen.append(opened.document.text)

    assert opened.change(2, changes()) is Urgency.TYPING
    assert seen == ["b\na\n", "c\nb\na\n"]


def test_a_change_of_everything_keeps_the_analysis_of_the_rest() -> None:
    opened = vet(buffer("def f():\n    eval(x)\n\n\ndef g():\n    exec(y)\n"))
    before = [tree for _, _, tree in opened.document.trees()]

    opened.change(2, [Change(None, opened.document.text.replace("exec(y)", "exec(z)"))])
    vet(opened)

    after = [tree for _, _, tree in opened.document.trees()]
    assert [new is old for new, old in zip(after, before, strict=True)] == [True, False]


IMPORTED = "import ast\nimport json\nimport logging\n"


def test_an_offer_is_ours_also_if_the_editor_tells_of_its_edits_one_by_one() -> None:
    opened = vet(buffer(TEXT))
    below, above = TextEdit(Range.of(3, 0, 3, 4), "ast.literal_eval"), TextEdit(Range.of(0, 0, 0, 0), IMPORTED)
    opened.offer(How.QUICK_FIX, (above, below))

    opened.change(2, [Change(Range.of(3, 0, 3, 0), "ast.literal_")])
    hows = [opened.last_how]
    opened.change(3, [Change(Range.of(0, 7, 0, 7), IMPORTED.removeprefix("import ") + "import ")])
    hows.append(opened.last_how)

    assert opened.document.text == IMPORTED + TEXT.replace("eval", "ast.literal_eval")
    assert hows == [How.QUICK_FIX, How.QUICK_FIX]
    assert opened.watch.tracker.alive == []


def test_an_offer_is_no_longer_open_once_something_else_has_changed() -> None:
    opened = vet(buffer(TEXT))
    opened.offer(How.QUICK_FIX, (TextEdit(Range.of(0, 0, 0, 0), IMPORTED),))

    opened.change(2, [insertion(4, "#")])
    opened.change(3, [insertion(0, IMPORTED)])

    assert len(opened.watch.tracker.alive) == 1


def test_other_rules_make_the_findings_stale_and_keep_the_trees_where_bandits_part_is_the_same() -> None:
    opened = vet(buffer(TEXT))
    document = opened.document
    engine = opened.rulebook.engine

    opened.use(Rulebook(engine, Policy(replace(engine.config, ignore=("B113",)))))

    assert not opened.is_vetted
    assert opened.document is document
    assert rules(vet(opened)) == ["B307"]

    opened.use(rulebook())
    assert opened.document is not document
    assert rules(vet(opened)) == ["B113", "B307"]


def test_vetting_ends_early_when_the_text_changes_meanwhile() -> None:
    opened = buffer("def f():\n    eval(x)\n\n\n" * 5)
    steps = opened.vet_stepwise()
    next(steps)

    opened.change(2, [insertion(0, "exec(x)\n")])

    assert list(steps) == []
    assert not opened.is_vetted
    assert rules(vet(opened)) == ["B102"] + ["B307"] * 5


def test_each_change_of_text_or_rules_has_a_revision_of_its_own_and_only_text_counts_as_an_edit() -> None:
    opened = buffer(TEXT)
    revisions = [opened.revision]
    opened.change(2, [insertion(0, "\n")])
    revisions.append(opened.revision)
    opened.use(rulebook())
    revisions.append(opened.revision)

    assert revisions == sorted(set(revisions))
    assert opened.edits == 1


def test_findings_are_shown_by_the_policy() -> None:
    opened = vet(buffer(TEXT, levels={"B307": Level.HINT, "B113": Level.OFF}))

    assert [(shown.finding.rule_id, shown.level) for shown in opened.shown()] == [("B307", Level.HINT)]
    assert [opened.is_shown(finding) for finding in opened.document.findings()] == [False, True]


def test_nothing_is_shown_of_an_excluded_file() -> None:
    excluded = Buffer(URI, Path("generated/app.py"), 1, TEXT, rulebook(exclude=("generated/",)))

    assert rules(vet(excluded)) == []
    assert not any(map(excluded.is_shown, excluded.document.findings()))


def test_findings_are_found_by_their_place() -> None:
    opened = vet(buffer(TEXT))

    assert [shown.finding.rule_id for shown in opened.shown_in(Range.of(2, 17, 2, 17))] == ["B113"]
    assert [shown.finding.rule_id for shown in opened.shown_in(Range.of(2, 3, 3, 0))] == ["B113", "B307"]
    assert opened.shown_in(Range.of(1, 0, 1, 0)) == []


class TestRemedies:
    def test_they_are_worked_out_once_for_a_state_of_the_buffer(self, monkeypatch: pytest.MonkeyPatch) -> None:
        opened = vet(buffer(TEXT))
        finding = opened.document.findings()[0]
        first = opened.remedies.fixes(finding), opened.remedies.suppressions(finding), opened.remedies.all_safe()
        for name in ("offer", "suppressions", "proved_fixes", "fix_all"):
            monkeypatch.delattr(f"vetline.session.remedies.{name}")

        again = opened.remedies.fixes(finding), opened.remedies.suppressions(finding), opened.remedies.all_safe()

        assert again == first
        assert [fix.title for fix in first[0]] == ["Add a timeout of 10 seconds"]
        assert len(first[1]) == 3
        assert [edit.new_text for edit in first[2]] == [", timeout=10"]
        assert opened.remedies.has_safe_fix(finding)

    def test_they_are_forgotten_with_the_next_change(self) -> None:
        opened = vet(buffer(TEXT))
        assert opened.remedies.all_safe()

        opened.change(2, [Change(None, "eval(x)\n")])

        assert vet(opened).remedies.all_safe() == ()

    def test_whether_there_is_a_safe_fix_is_known_without_all_fixes(self) -> None:
        opened = vet(buffer(TEXT + "import pickle\n"))

        assert {f.rule_id: opened.remedies.has_safe_fix(f) for f in opened.document.findings()}["B113"]
        assert not {f.rule_id: opened.remedies.has_safe_fix(f) for f in opened.document.findings()}["B403"]

    def test_what_is_not_shown_is_not_fixed(self) -> None:
        opened = vet(buffer(TEXT, ignore=("B113",)))

        assert opened.remedies.all_safe() == ()

    def test_there_are_none_before_the_buffer_is_vetted(self) -> None:
        with pytest.raises(AssertionError):
            _ = buffer(TEXT).remedies
