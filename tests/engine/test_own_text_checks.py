"""Vetline's own checks of a whole text, and those that hold the blocks of a file against each other."""

from __future__ import annotations

import random

import pytest

from vetline.core.config import Config
from vetline.core.location import Range
from vetline.engine.document import Document, Engine


@pytest.fixture(scope="module")
def engine() -> Engine:
    return Engine.of(Config())


def found(code: str, engine: Engine, rule: str) -> list[tuple[int, int, str]]:
    document = Document(code, engine)
    return [(f.range.start.line, f.range.start.column, f.message) for f in document.vet() if f.rule_id == rule]


def test_each_place_is_reported_and_none_is_for_a_byte_order_mark(engine: Engine) -> None:
    code = '\ufeffname = "x\u200by"\n\n# a\u202eb\n'

    assert [(line, column) for line, column, _ in found(code, engine, "VET924")] == [(0, 10), (2, 3)]


def test_a_comment_silences_a_line(engine: Engine) -> None:
    assert not found('name = "x\u200by"  # vetline: ignore[VET924]\n', engine, "VET924")


def test_a_name_is_told_from_a_word_in_a_string(engine: Engine) -> None:
    assert not found("print(\"p\u0430ssword\", '''\np\u0430ssword''')  # p\u0430ssword\n", engine, "VET924")
    assert found("p\u0430ssword = 1\n", engine, "VET924")


def test_edits_lead_where_a_fresh_look_leads(engine: Engine) -> None:
    pieces = ["a\u200bb", "\u202e", "p\u0430ss = 1\n", "#", '"', "\n", "x = 1\n", "def f():\n    pass\n", "\U000e0041"]
    chance = random.Random(5)  # the same edits each time
    document = Document("x = 1\n", engine)
    for _ in range(60):
        line = chance.randrange(len(document.lines))
        column = chance.randint(0, len(document.lines[line].rstrip("\n")))
        end = min(column + chance.choice((0, 0, 2)), len(document.lines[line].rstrip("\n")))
        document.edit(Range.of(line, column, line, end), chance.choice(pieces))

        assert document.vet() == Document(document.text, engine).vet()


ROUTES = """\
from flask import Flask
from flask_login import login_required

app = Flask(__name__)


@app.post("/orders/<id>/cancel")
@login_required
def cancel(id):
    return cancel_order(id)


@app.post("/orders/<id>/refund")
def refund(id):
    return refund_order(id)
"""


def test_routes_of_other_blocks_decide_and_edits_of_them_are_followed(engine: Engine) -> None:
    document = Document(ROUTES, engine)

    def reported() -> list[int]:
        return [f.range.start.line for f in document.vet() if f.rule_id == "VET801"]

    assert reported() == [13]
    document.edit(Range.of(7, 0, 8, 0), "")  # nobody looks any more
    assert reported() == []
    document.edit(Range.of(11, 0, 11, 0), "@login_required\n")
    assert reported() == [7]
    document.edit(Range.of(0, 0, 0, 0), "# moved\n")
    assert reported() == [8]
    assert document.vet() == Document(document.text, engine).vet()


def test_a_comment_silences_what_a_comparison_found(engine: Engine) -> None:
    assert not found(ROUTES.replace("def refund(id):", "def refund(id):  # vetline: ignore[VET801]"), engine, "VET801")
