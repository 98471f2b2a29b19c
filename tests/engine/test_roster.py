"""Leaving a rule alone never costs a finding."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import pytest

from tests.corpus.sources import decode, library_files, sample
from vetline.core.config import Config
from vetline.core.finding import Finding
from vetline.engine.document import Document, Engine
from vetline.engine.roster import Call, Roster
from vetline.engine.site import BlockSource
from vetline.rules.catalogue import own_rules

EXAMPLES = [code for rule in own_rules() for code in (*(example.code for example in rule.bad), *rule.good)]


class Wakeful(Roster):
    """Runs every rule on every block."""

    def awake(self, source: BlockSource) -> Iterator[tuple[Call, Callable[[], Sequence[Any]]]]:
        for call in self._calls:
            yield call, partial(self._ask, call, source)

    def _ask(self, call: Call, source: BlockSource) -> Sequence[Any]:
        return tuple(call.ask(source))


LEARNING = Engine.of(Config())
WAKEFUL = replace(LEARNING, checks=replace(LEARNING.checks, rules=Wakeful(own_rules())))


def findings(code: str, engine: Engine) -> list[Finding]:
    return Document(code, engine, "module.py").vet()


@pytest.mark.parametrize("start", range(10))
def test_examples_have_the_findings_that_asking_every_rule_gives(start: int) -> None:
    for code in EXAMPLES[start::30]:
        assert findings(code, LEARNING) == findings(code, WAKEFUL)


def test_real_code_has_the_findings_that_asking_every_rule_gives() -> None:
    for path in sample(library_files(), 8):
        try:
            text = decode(path.read_bytes())
        except (SyntaxError, UnicodeDecodeError, LookupError):
            continue
        assert findings(text, LEARNING) == findings(text, WAKEFUL), path


def test_most_rules_are_left_alone() -> None:
    roster = Roster(own_rules())
    engine = replace(LEARNING, checks=replace(LEARNING.checks, rules=roster))
    findings("import os\n\n\ndef f(x):\n    return os.path.basename(x) + 'a'\n", engine)
    awake: list[int] = []

    class Counting(Roster):
        def awake(self, source: BlockSource) -> Iterator[tuple[Call, Callable[[], Sequence[Any]]]]:
            found = list(roster.awake(source))
            awake.append(len(found))
            return iter(found)

    findings("def g(y):\n    return y.strip()\n", replace(engine, checks=replace(engine.checks, rules=Counting(own_rules()))))

    assert awake[-1] < len(roster) / 2
