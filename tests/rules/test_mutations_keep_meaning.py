"""Mutations change the shape of a program, not what it does: programs of our own give the same before and after."""

from __future__ import annotations

import sys
from types import ModuleType

import pytest

from tests.rules.mutations import Mutant, mutated, mutations
from tests.rules.mutations.mutation import BESIDE

PROGRAMS = {
    "texts": '''\
import json
from os import path

NAMES = ["a", "b"]


def shout(text, mark="!"):
    loud = text.upper()
    rest = loud + mark
    return "<" + rest + ">"


def describe(name, count):
    """Say how many."""
    line = f"{name}: {count}"
    if count > 1:
        line = "%s (%s)" % (line, path.join("x", name))
    parts = "{}-{}".format(name, shout(line))
    return json.dumps({"line": line, "parts": parts})


result = [describe(name, count=len(name) + 1) for name in NAMES] + [shout("c", mark="?")]
print_later = describe("d", 1)
result.append(print_later)
''',
    "order": """\
import itertools

seen = []


def note(value):
    seen.append(value)
    return value


def total(numbers):
    found = 0
    for number in note(numbers):
        if number and note(number) > 1:
            found += note(number) * note(2)
    with open(__file__ if False else "/dev/null") as file:
        text = file.read()
    first = [note(1), note("b")][note(0)]
    rest = list(itertools.chain(note([3]), note([4])))
    return found, text, first, rest, note(5) if found else note(6)


result = (total([0, 1, 2, 3]), seen)
""",
}


def outcome(mutant: Mutant) -> object:
    """Return what a program leaves in ``result``."""
    if mutant.code_beside is not None:
        beside = ModuleType(BESIDE)
        exec(mutant.code_beside, beside.__dict__)
        sys.modules[BESIDE] = beside
    try:
        names: dict[str, object] = {"__name__": "program", "__file__": "program.py"}
        exec(mutant.code, names)
    finally:
        sys.modules.pop(BESIDE, None)
    return names[next(name for name in ("result", "the_result") if name in names)]


@pytest.mark.parametrize("name", sorted(set(mutations()) - {"make_async", "move_script_into_function"}))
@pytest.mark.parametrize("program", PROGRAMS)
def test_a_mutant_does_what_the_program_does(program: str, name: str) -> None:
    code = PROGRAMS[program]
    before = mutated(code, ())
    mutant = mutated(code, [mutations()[name]])
    if mutant is None or before is None:
        pytest.skip("doesn't apply")

    assert mutant.code != before.code
    assert outcome(mutant) == outcome(before)
