"""Where the unknown parts of SQL text stand, and what is surely SQL."""

from __future__ import annotations

import re

import pytest

from vetline.flow.values import Text
from vetline.rules.sql.holes import Place, holes_of, is_statement


def text_of(template: str) -> Text:
    """Return the text of a template in which ``{}`` stands for what is unknown."""
    return tuple(() if part == "{}" else part for part in re.split(r"(\{\})", template) if part)


@pytest.mark.parametrize(
    "template, places",
    [
        ("SELECT a FROM {} WHERE b = '{}'", [Place.OTHER, Place.QUOTED]),
        ("SELECT {} FROM t ORDER BY {} {}", [Place.OTHER, Place.OTHER, Place.OTHER]),
        ("INSERT INTO {} (a, {}) VALUES ({}, '{}')", [Place.OTHER, Place.OTHER, Place.VALUE, Place.QUOTED]),
        ("INSERT INTO t VALUES ({})", [Place.LIST]),
        ("SELECT a FROM t WHERE b IN ({}) LIMIT {}", [Place.LIST, Place.COUNT]),
        ("SELECT a FROM t WHERE b BETWEEN {} AND {} AND {}", [Place.VALUE, Place.VALUE, Place.OTHER]),
        ("SELECT a FROM t WHERE b LIKE '%{}%'", [Place.QUOTED]),
        ("UPDATE t SET {} WHERE id = {}", [Place.OTHER, Place.VALUE]),
        ("UPDATE t SET a = a + {}", [Place.VALUE]),
        ('UPDATE t SET a = "{}" WHERE "{}" = 1', [Place.QUOTED, Place.OTHER]),
        ("SELECT a FROM t_{} JOIN {}.u ON t.a = u.{}", [Place.OTHER, Place.OTHER, Place.OTHER]),
        (" AND name = '{}", [Place.QUOTED]),
    ],
)
def test_values_are_told_from_names_and_pieces(template: str, places: list[Place]) -> None:
    assert [hole.place for hole in holes_of(text_of(template))] == places


@pytest.mark.parametrize(
    "template, expected",
    [
        ("select * from t where a = {}", True),
        ("  -- all\n DELETE FROM {}", True),
        ("WITH x AS (SELECT 1) SELECT * FROM x", True),
        ("(SELECT a FROM t)", True),
        ("CREATE USER {}", True),
        ("Select a file from {}", False),
        ("update: {} is set", False),
        ("{} WHERE a = 1", False),
        ("insert {}", False),
    ],
)
def test_what_is_surely_sql(template: str, expected: bool) -> None:
    assert is_statement(text_of(template)) is expected
