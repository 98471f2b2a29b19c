"""Every module of ``vetline.rules.weaknesses`` keeps its promises.  A new rule is tested here without being named."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from importlib import import_module
from pkgutil import iter_modules

import pytest
from _pytest.mark import ParameterSet

from tests.fixes.snippets import edited, findings, fixes_of
from vetline.core.edit import Applicability
from vetline.rules import weaknesses
from vetline.rules.base import Documentation, Example, Rule
from vetline.rules.catalogue import find_rule, own_rules, rule_ids
from vetline.syntax.parse import parses

MODULES = sorted(info.name for info in iter_modules(weaknesses.__path__))
RULES = [rule for rule_id in rule_ids() if (rule := find_rule(rule_id)) is not None]


def bad_examples() -> Iterator[ParameterSet]:
    for rule in RULES:
        for number, example in enumerate(rule.bad):
            if not rule.looks_around:  # such a rule's examples need the files beside them; tests/semantics has those
                yield pytest.param(rule, example, id=f"{rule.id}-{number}")


def good_examples() -> Iterator[ParameterSet]:
    for rule in RULES:
        for number, code in enumerate(rule.good):
            yield pytest.param(rule, code, id=f"{rule.id}-{number}")


@pytest.mark.parametrize("module", MODULES)
def test_a_module_is_named_after_its_rule(module: str) -> None:
    rule = import_module(f"{weaknesses.__name__}.{module}").RULE

    assert module == f"{rule.id}_{rule.name}".lower().replace("-", "_")
    assert find_rule(rule.id) is rule


@pytest.mark.parametrize("module", MODULES)
def test_a_docstring_says_what_why_and_how(module: str) -> None:
    parsed = Documentation.parse(import_module(f"{weaknesses.__name__}.{module}").__doc__ or "")

    assert re.fullmatch(r".*\w.*\.", parsed.summary), "one sentence"
    assert all(parsed.sections.values()), "no heading without text"


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_a_rule_is_complete(rule: Rule) -> None:
    assert rule.bad
    assert rule.good
    assert bool(rule.fix) != bool(rule.why_no_fix), "a fix, or a reason for having none"
    assert not rule.has_check or rule.message is not None
    assert rule.cwe.name != str(rule.cwe), "a weakness that we can name"


@pytest.mark.parametrize("rule, example", list(bad_examples()))
def test_a_bad_example_is_reported(rule: Rule, example: Example) -> None:
    assert parses(example.code)
    assert findings(example.code, rule.id)


@pytest.mark.parametrize("rule, code", list(good_examples()))
def test_a_good_example_is_not_reported(rule: Rule, code: str) -> None:
    assert parses(code)
    assert not [finding for finding in findings(code, rule.id) if not finding.is_idle]


@pytest.mark.parametrize("rule, example", list(bad_examples()))
def test_the_first_fix_of_a_bad_example_is_as_shown(rule: Rule, example: Example) -> None:
    fixes = fixes_of(example.code, rule.id)
    result = edited(example.code, fixes[0].edits) if fixes else None

    assert result == example.fixed


@pytest.mark.parametrize("rule, example", list(bad_examples()))
def test_every_fix_of_a_bad_example_removes_its_finding_and_says_what_it_does(rule: Rule, example: Example) -> None:
    for fix in fixes_of(example.code, rule.id):
        result = edited(example.code, fix.edits)

        assert len(findings(result, rule.id)) < len(findings(example.code, rule.id))
        assert re.fullmatch(r"[A-Z][^.].*[^.]", fix.title), "an imperative with a capital and no full stop"
        assert fix.note or fix.applicability is Applicability.SAFE, "what may change"


def test_a_rule_that_has_a_fix_shows_one() -> None:
    with_fix = [rule for rule in RULES if rule.fix is not None]

    assert [rule.id for rule in with_fix if not any(example.fixed for example in rule.bad)] == []


@pytest.mark.parametrize("rule", own_rules(), ids=lambda rule: rule.id)
def test_a_rule_has_five_examples_of_each_kind_that_differ_in_more_than_names(rule: Rule) -> None:
    assert len({shape_of(example.code) for example in rule.bad}) >= 5
    assert len({shape_of(code) for code in rule.good}) >= 5


def shape_of(code: str) -> str:
    """Return what is left of a text without its layout, constants and the names of variables."""
    tree = ast.parse(code)
    for node in ast.walk(tree):
        match node:
            case ast.Name():
                node.id = "_"
            case ast.arg():
                node.arg = "_"
            case ast.Constant(value=str() | bytes() | int()):
                node.value = ""
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                node.name = "_"
    return ast.dump(tree)
