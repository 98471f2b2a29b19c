"""Statements are added where they are passed before what needs them, and look as if they had always been there."""

from __future__ import annotations

import pytest

from tests.fixes.snippets import edited, site_of
from vetline.rules.statements import add_after, add_before, guard

ADDED = {
    "a line": ("x = 1\neval(text)\n", "x = 1\ncheck()\neval(text)\n"),
    "a line in a suite": ("if x:\n    eval(text)\n", "if x:\n    check()\n    eval(text)\n"),
    "tabs": ("if x:\n\teval(text)\n", "if x:\n\tcheck()\n\teval(text)\n"),
    "CRLF": ("if x:\r\n    eval(text)\r\n", "if x:\r\n    check()\r\n    eval(text)\r\n"),
    "no newline at the end": ("eval(text)", "check()\neval(text)"),
    "a one-line if": ("if x: eval(text)\n", "if x: check(); eval(text)\n"),
    "a line with two statements": ("x = 1; eval(text)\n", "x = 1; check(); eval(text)\n"),
    "the condition of an if": ("if eval(text):\n    pass\n", "check()\nif eval(text):\n    pass\n"),
    "the head of a with": ("with eval(text) as x:\n    pass\n", "check()\nwith eval(text) as x:\n    pass\n"),
    "a decorator": ("@eval(text)\ndef f():\n    pass\n", "check()\n@eval(text)\ndef f():\n    pass\n"),
    "an argument over several lines": ("f(\n    1,\n    eval(text),\n)\n", "check()\nf(\n    1,\n    eval(text),\n)\n"),
    "the condition of an elif": ("if x:\n    pass\nelif eval(text):\n    pass\n", None),
    "the condition of a loop": ("while eval(text):\n    pass\n", None),
    "a lambda": ("f = lambda text: eval(text)\n", None),
    "a comprehension": ("x = [eval(text) for text in texts]\n", None),
}


@pytest.mark.parametrize("name", ADDED)
def test_a_statement_is_added_before(name: str) -> None:
    code, result = ADDED[name]
    site = site_of(code, "B307")
    edit = add_before(site, site.node, "check()")

    assert (None if edit is None else edited(code, (edit,))) == result


BEHIND = {
    "a line": ("if x:\n    eval(text)  # why\n", "if x:\n    eval(text)  # why\n    check()\n"),
    "the last line": ("eval(text)", "eval(text)\ncheck()"),
    "others on the line": ("eval(text); x = 1\n", None),
}


@pytest.mark.parametrize("name", BEHIND)
def test_a_statement_is_added_behind(name: str) -> None:
    code, result = BEHIND[name]
    site = site_of(code, "B307")
    edit = add_after(site, site.enclosing_statement(site.node), "check()")

    assert (None if edit is None else edited(code, (edit,))) == result


REFUSING = {
    "nothing known": ("def f():\n    eval(text)\n", 'raise ValueError("no")'),
    "Flask": ("from flask import abort\n\ndef f():\n    eval(text)\n", "abort(400)"),
    "FastAPI": ("from fastapi import HTTPException\n\ndef f():\n    eval(text)\n", 'raise HTTPException(400, "no")'),
    "outside of a function": ("import flask\n\nif x:\n    eval(text)\n", 'raise ValueError("no")'),
}


@pytest.mark.parametrize("name", REFUSING)
def test_a_guard_refuses_as_the_code_does(name: str) -> None:
    code, refusal = REFUSING[name]
    site = site_of(code, "B307")
    edit = guard(site, site.node, "not good", "no")

    assert edit is not None
    assert edited(code, (edit,)) == code.replace("    eval", f"    if not good:\n        {refusal}\n    eval")


def test_a_guard_is_a_line_of_its_own() -> None:
    site = site_of("if x: eval(text)\n", "B307")

    assert guard(site, site.node, "not good", "no") is None
