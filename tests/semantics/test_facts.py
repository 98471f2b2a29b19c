"""Imports as Bandit counts them, and the facts that a block's findings depend on."""

from __future__ import annotations

import ast
from collections.abc import Callable

import pytest

from vetline.semantics.facts import Facts, Subject, Surroundings
from vetline.semantics.imports import NO_IMPORTS, ImportDelta, ImportState


def state(*modules: str, **aliases: str) -> ImportState:
    return ImportState(frozenset(modules), aliases)


def test_imports_add_up() -> None:
    after = state("os", o="os").after(ImportDelta(frozenset({"json"}), {"j": "json", "o": "json"}))
    assert after == state("os", "json", o="json", j="json")


@pytest.mark.parametrize(
    "delta",
    [ImportDelta(), ImportDelta(frozenset({"os"})), ImportDelta(frozenset(), {"o": "os"})],
    ids=["none", "name", "alias"],
)
def test_a_state_that_nothing_changes_stays_the_same_object(delta: ImportDelta) -> None:
    before = state("os", "json", o="os")
    assert before.after(delta) is before


def test_an_empty_delta_is_false() -> None:
    assert not ImportDelta()
    assert ImportDelta(frozenset({"os"}))
    assert ImportDelta(frozenset(), {"o": "os"})


def surroundings(
    imports: ImportState = NO_IMPORTS, *, header: str = "", above: int = 0, whole: Callable[[], str] = lambda: ""
) -> Surroundings:
    return Surroundings(
        imports,
        lambda: (header, ast.ClassDef(name=header, bases=[], keywords=[], body=[], decorator_list=[])),
        lambda: above,
        list,
        whole,
    )


BASE = state("os.path", "yaml", p="os.path", y="yaml")

# What is asked, and surroundings in which the answer is another one.
QUESTIONS = {
    "an alias": ((Subject.ALIAS, "p"), surroundings(state("os.path", "yaml", p="json", y="yaml"))),
    "an alias that there isn't": ((Subject.ALIAS, "q"), surroundings(state("os.path", q="yaml"))),
    "an import": ((Subject.IMPORTED, "yaml"), surroundings(state("os.path"))),
    "an import that there isn't": ((Subject.IMPORTED, "os"), surroundings(state("os"))),
    "a part of an import": ((Subject.IMPORTED_LIKE, "path"), surroundings(state("yaml"))),
    "all imports": ((Subject.ALL_IMPORTS, ""), surroundings(state("os.path"))),
    "all aliases": ((Subject.ALL_ALIASES, ""), surroundings(state("os.path", "yaml", p="os.path"))),
    "the class": ((Subject.CLASS_HEADER, ""), surroundings(BASE, header="class B:")),
    "the code above": ((Subject.CODE_ABOVE, ""), surroundings(BASE, above=1)),
    "the text": ((Subject.WHOLE_TEXT, ""), surroundings(BASE, whole=lambda: "x")),
}


@pytest.mark.parametrize("question, otherwise", QUESTIONS.values(), ids=QUESTIONS)
def test_facts_hold_as_long_as_the_answers_stay(question: tuple[Subject, str], otherwise: Surroundings) -> None:
    facts = Facts(surroundings(BASE))
    facts.ask(*question)
    facts.seal()
    assert facts.still_hold(surroundings(BASE))
    assert facts.still_hold(surroundings(BASE.after(ImportDelta(frozenset({"json"}), {"j": "json"})))) == (
        question[0] not in (Subject.ALL_IMPORTS, Subject.ALL_ALIASES)
    ), "an import that nobody asked for"
    assert not facts.still_hold(otherwise)


def test_only_questions_beyond_imports_make_facts_wide() -> None:
    for question, _ in QUESTIONS.values():
        facts = Facts(surroundings(BASE))
        facts.ask(*question)
        assert facts.wide == (question[0] in (Subject.CLASS_HEADER, Subject.CODE_ABOVE, Subject.WHOLE_TEXT))


def test_no_question_no_fact() -> None:
    facts = Facts(surroundings(BASE))
    facts.seal()
    assert facts.still_hold(surroundings(whole=lambda: pytest.fail("nobody asked")))
