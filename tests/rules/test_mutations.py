"""Whatever shape the same code has, the verdict on it is the same.

In the fast suite Hypothesis picks examples of the rules and mutations of them; the slow one tries every mutation on every
example.
"""

from __future__ import annotations

import ast
import functools
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, NamedTuple

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from tests.fixes.snippets import engine
from tests.rules.mutations import Mutant, Mutation, mutated, mutations
from tests.rules.mutations.mutation import BESIDE
from vetline.engine.document import Document
from vetline.engine.project import Project
from vetline.rules.base import Rule
from vetline.rules.catalogue import own_rules

RULES = [rule for rule in own_rules() if rule.has_check]
ALL = mutations()
CUTTING = ("move_tail_into_helper", "move_tail_into_other_file")
"""They cut a function in two.  Most rules judge what one function shows, and of a function that is called they know what
becomes of its arguments, not what the caller knows of these: of which class they are, that they were checked.  So these two
keep most verdicts, not all."""
MOVES_OUT = frozenset(
    name for name in ALL if name.startswith(("move_functions", "move_helpers", "make_")) and name != "make_async"
)
WHOLE = {name: mutation for name, mutation in ALL.items() if name not in CUTTING}


class Case(NamedTuple):
    """An example of a rule; ``number`` is its place among the bad or the good ones."""

    rule: Rule
    is_bad: bool
    number: int

    @property
    def code(self) -> str:
        return self.rule.bad[self.number].code if self.is_bad else self.rule.good[self.number]

    def __repr__(self) -> str:
        return f"{self.rule.id}-{'bad' if self.is_bad else 'good'}-{self.number}"


LOST: Final = {
    ("VET102-bad-2", "give_by_keyword"): "whether `shlex.split` splits a command is told by its first argument alone",
    ("VET103-bad-5", "split_statements"): "a whole command is an argument's own only where it is split in the call",
    ("VET103-bad-5", "pass_through_helper"): "the same",
    ("VET103-bad-5", "pass_through_static_method"): "the same",
    ("VET207-good-1", "split_statements"): "a size is a limit by the name of what is added up, two variables away",
    ("VET301-good-0", "split_statements"): "a digest is compared with another one where that is made, not one variable further",
    ("VET501-good-0", "split_statements"): "a protocol's digest is told by its constant in the call",
    ("VET501-good-1", "split_statements"): "the size of a digest is asked for where it is made",
    ("VET605-good-0", "split_statements"): "a number is told by the arithmetic in the call",
    ("VET605-good-3", "rename_variables"): "a parser's tokens are told by what they are called",
    ("VET803-good-0", "pass_through_helper"): "a handler hands on what it got to its own class, not to a helper",
    ("VET803-good-0", "pass_through_static_method"): "the same",
    ("VET809-good-0", "pass_through_helper"): "who manages processes gets their numbers as arguments, not from a helper",
    ("VET809-good-0", "pass_through_static_method"): "the same",
    ("VET405-good-5", "split_statements"): "a prefix is a scheme where it stands in the condition",
    ("VET402-bad-3", "split_statements"): "a version's use is told by the name of the variable",
    ("VET402-bad-4", "alias_imported_names"): "a version is known by its own name",
    ("VET508-bad-3", "split_statements"): "what a random value is for is told by the expression around it",
    ("VET508-bad-4", "split_statements"): "the same",
    ("VET508-bad-5", "split_statements"): "the same",
    ("VET513-bad-4", "split_statements"): "the names of what is compared are the evidence",
    ("VET605-good-2", "rename_variables"): "a bare `token` is as like as not a word of a text; `the_token` isn't",
    ("VET803-bad-2", "pass_through_helper"): "a field is set by its name where `setattr` is told the loop's own variables",
    ("VET803-bad-2", "pass_through_static_method"): "the same",
    ("VET803-bad-5", "split_statements"): "`update` of anything is a table's only where a query stands before it",
    (
        "VET518-bad-1",
        "move_functions_into_other_file",
    ): "the library is known by an import that the function itself doesn't use",
}
"""Verdicts that are lost by one mutation, and why."""


def is_demanded(case: Case, name: str) -> bool:
    """Tell whether a verdict has to survive a mutation."""
    if (repr(case), name) in LOST:
        return False
    if name in MOVES_OUT:
        # A comparison holds the functions of one file against each other, and VET926 looks at what a set-up script itself does.
        return case.rule.comparison is None and case.rule.id != "VET926"
    if name == "split_statements":
        # At the top of a module each statement is looked at alone: of the variables above, only what they may be is known.
        return any(isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) for one in ast.parse(case.code).body)
    return True


def cases() -> Iterator[Case]:
    for rule in RULES:
        for is_bad, examples in ((True, rule.bad), (False, rule.good)):
            yield from (Case(rule, is_bad, number) for number in range(len(examples)))


@functools.cache
def readable(case: Case) -> bool:
    """Tell whether the verdict doesn't hang on what a tree forgets: comments, how a character is written."""
    return (case.rule.id in found_in(Mutant(ast.parse(case.code)))) is case.is_bad


def found_in(mutant: Mutant) -> set[str]:
    """Return the ids of what is found in a mutant, in both of its files, as ``vetline check`` looks at them."""
    if mutant.code_beside is None:
        return ids_in(mutant.code)
    texts = {"module.py": mutant.code, f"{BESIDE}.py": mutant.code_beside}
    models = engine().checks.models
    assert models is not None
    with TemporaryDirectory() as folder:
        root = Path(folder)
        for name, text in texts.items():
            (root / name).write_text(text, encoding="utf-8")
        project = Project(root, models)
        return set().union(*(ids_in(text, root / name, project) for name, text in texts.items()))


def ids_in(text: str, path: Path = Path("module.py"), project: Project | None = None) -> set[str]:
    document = Document(text, engine(), "project/module.py", project=None if project is None else project.seen_from(path))
    document.vet()
    return {finding.rule_id for finding in document.findings()}


def keeps_verdict(case: Case, *chain: Mutation) -> bool | None:
    """Tell whether an example gets the same verdict after mutations; None if they don't apply to it."""
    mutant = mutated(case.code, chain)
    return None if mutant is None else (case.rule.id in found_in(mutant)) is case.is_bad


@settings(max_examples=300, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.filter_too_much])
@given(
    st.sampled_from([case for case in cases() if case.is_bad]),
    st.lists(st.sampled_from(sorted(WHOLE)), min_size=1, max_size=2, unique=True),
)
def test_a_chain_of_mutations_keeps_a_finding(case: Case, names: list[str]) -> None:
    assume(all(is_demanded(case, name) for name in names) and readable(case))

    assert keeps_verdict(case, *(WHOLE[name] for name in names)) is not False


@pytest.mark.slow
@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_every_mutation_keeps_every_verdict(rule: Rule) -> None:
    changed = [
        f"{case!r} {name}"
        for case in cases()
        if case.rule is rule and readable(case)
        for name, mutation in WHOLE.items()
        if is_demanded(case, name) and keeps_verdict(case, mutation) is False
    ]

    assert changed == []


@pytest.mark.slow
@pytest.mark.parametrize("name", CUTTING)
@pytest.mark.parametrize("is_bad, least", [(True, 0.78), (False, 0.89)])
def test_most_verdicts_survive_when_a_function_is_cut_in_two(name: str, is_bad: bool, least: float) -> None:
    kept = [keeps_verdict(case, ALL[name]) for case in cases() if case.is_bad is is_bad]
    told = [one for one in kept if one is not None]

    assert len(told) > 200
    assert sum(told) / len(told) >= least


@pytest.mark.parametrize("name", sorted(ALL))
def test_a_mutation_applies_to_some_examples_and_leaves_the_tree_alone(name: str) -> None:
    applied = 0
    for case in list(cases())[::3]:
        tree = ast.parse(case.code)
        before = ast.dump(tree)
        applied += ALL[name](tree) is not None
        assert ast.dump(tree) == before
        if applied == 3:
            return
    assert applied


def test_only_characters_and_comments_are_lost_in_a_tree() -> None:
    assert {case.rule.id for case in cases() if not readable(case)} <= {rule.id for rule in RULES if rule.text is not None}
