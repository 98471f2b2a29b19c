"""SQL put together from values becomes a statement with parameters, or is left alone."""

from __future__ import annotations

import re
import sqlite3
import textwrap
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fixes.snippets import edited, fixed, fixes_of
from vetline.core.edit import Applicability

DRIVERS = {
    "sqlite3": ('"SELECT a FROM t WHERE b = ?", (x,)', Applicability.SAFE),
    "aiosqlite": ('"SELECT a FROM t WHERE b = ?", (x,)', Applicability.SAFE),
    "pyodbc": ('"SELECT a FROM t WHERE b = ?", (x,)', Applicability.SAFE),
    "duckdb": ('"SELECT a FROM t WHERE b = ?", [x]', Applicability.SAFE),
    "psycopg": ('"SELECT a FROM t WHERE b = %s", (x,)', Applicability.SAFE),
    "psycopg2.extras": ('"SELECT a FROM t WHERE b = %s", (x,)', Applicability.SAFE),
    "MySQLdb": ('"SELECT a FROM t WHERE b = %s", (x,)', Applicability.SAFE),
    "mysql.connector": ('"SELECT a FROM t WHERE b = %s", (x,)', Applicability.SAFE),
    "pymysql.cursors": ('"SELECT a FROM t WHERE b = %s", (x,)', Applicability.SAFE),
    "django.db": ('"SELECT a FROM t WHERE b = %s", [x]', Applicability.SAFE),
    "oracledb": ('"SELECT a FROM t WHERE b = :1", [x]', Applicability.SAFE),
    "asyncpg": ('"SELECT a FROM t WHERE b = $1", x', Applicability.REVIEW),
    "sqlalchemy": ('sqlalchemy.text("SELECT a FROM t WHERE b = :x"), {"x": x}', Applicability.SAFE),
}


@pytest.mark.parametrize("module", DRIVERS)
def test_the_placeholder_is_that_of_the_driver(module: str) -> None:
    code = f"import {module}\n\nrows = db.execute({{}})\n"
    (fix,) = fixes_of(code.format("f\"SELECT a FROM t WHERE b = '{x}'\""), "B608")
    result, applicability = DRIVERS[module]

    assert edited(code.format("f\"SELECT a FROM t WHERE b = '{x}'\""), fix.edits) == code.format(result)
    assert fix.applicability is applicability


@pytest.mark.parametrize(
    "code",
    [
        "import psycopg, sqlite3\n\ndef f(x):\n    db = sqlite3.connect('x')\n    db.execute(f'{}')\n",
        "import psycopg, sqlite3\n\ndef f(x):\n    db = sqlite3.connect('x').cursor()\n    db.execute(f'{}')\n",
        "import psycopg, sqlite3\n\ndef f(x):\n    with sqlite3.connect('x') as c:\n        c.cursor().execute(f'{}')\n",
        "import psycopg, sqlite3\n\ndef f(x, db: sqlite3.Connection):\n    db.cursor().execute(f'{}')\n",
        "import psycopg, sqlite3\n\nconnection = sqlite3.connect('x')\ncursor = connection.cursor()\ncursor.execute(f'{}')\n",
        "import psycopg, aiosqlite\n\nasync def f(x):\n    db = await aiosqlite.connect('x')\n    await db.execute(f'{}')\n",
        "import sqlalchemy, sqlite3\n\ndef f(x, cursor):\n    cursor.execute(f'{}')\n",
    ],
)
def test_the_driver_is_found_by_what_made_the_connection(code: str) -> None:
    statement = "SELECT a FROM t WHERE b = {x}"
    (fix,) = fixes_of(code.replace("{}", statement), "B608")

    assert edited(code.replace("{}", statement), fix.edits) == code.replace("f'{}'", "'SELECT a FROM t WHERE b = ?', (x,)")


def test_two_drivers_that_may_be_meant_give_a_fix_each_for_review() -> None:
    code = "import psycopg, sqlite3\n\ndef f(db, x):\n    db.execute(f'SELECT a FROM t WHERE b = {x}')\n"
    fixes = fixes_of(code, "B608")

    assert [fix.title for fix in fixes] == [
        "Pass the values as query parameters (%s)",
        "Pass the values as query parameters (?)",
    ]
    assert {fix.applicability for fix in fixes} == {Applicability.REVIEW}
    assert fixes[0].note == "The placeholder is that of psycopg; others write it differently."


VALUES = {
    # How the string is put together.
    "f-string": ("f\"a = '{x}' AND b = {y}\"", '"a = ? AND b = ?", (x, y)'),
    "f-string in single quotes": ("f'a = \"{x}\" AND b = {y}'", "'a = ? AND b = ?', (x, y)"),
    "escaped quotes": ("f'a = \\'{x}\\''", "'a = ?', (x,)"),
    "repr for quotes": ('f"a = {x!r}"', '"a = ?", (x,)'),
    "raw": ("rf\"a = '{x}' AND b = '\\d'\"", "r\"a = ? AND b = '\\d'\", (x,)"),
    "braces": ("f\"a = '{x}' AND b = '{{}}'\"", "\"a = ? AND b = '{}'\", (x,)"),
    "percent": ("\"a = '%s' AND b = %d\" % (x, y)", '"a = ? AND b = ?", (x, y)'),
    "percent, one value": ("\"a = '%s'\" % x", '"a = ?", (x,)'),
    "percent, named": ("\"a = '%(p)s' AND b LIKE 'x%%'\" % {'p': x}", "\"a = ? AND b LIKE 'x%'\", (x,)"),
    "percent, repr": ('"a = %r" % x', '"a = ?", (x,)'),
    "format": ("\"a = '{}' AND b = {}\".format(x, y)", '"a = ? AND b = ?", (x, y)'),
    "format, numbered": ("\"a = '{1}' AND b = {0} OR c = '{1}'\".format(x, y)", '"a = ? AND b = ? OR c = ?", (y, x, y)'),
    "format, named": ("\"a = '{p}' AND b = '{{}}'\".format(p=x)", "\"a = ? AND b = '{}'\", (x,)"),
    "sum": ('"a = \'" + x + "\' AND b = " + str(y)', '"a = ? AND b = ?", (x, y)'),
    "sum, other quotes": ("\"a = '\" + x + '\\' AND b = 1'", "\"a = ?\" ' AND b = 1', (x,)"),
    "sum with an f-string": ('"a = \'" + x + f"\' AND b = {y}"', '"a = ? AND b = ?", (x, y)'),
    "adjacent literals": ('"a = " f"{x} AND " "b = " f"\'{y}\'"', '"a = " "? AND " "b = " "?", (x, y)'),
    "quotes in another literal": ('"a = \'" f"{x}" "\'"', '"a = ?", (x,)'),
    # Which values.
    "an attribute": ("f\"a = '{x.name}'\"", '"a = ?", (x.name,)'),
    "an item": ("f\"a = '{x['name']}'\"", "\"a = ?\", (x['name'],)"),
    "a call": ('f"a = {int(x)}"', '"a = ?", (int(x),)'),
    "a sum": ('f"a = {x + 1}"', '"a = ?", (x + 1,)'),
    "str goes": ('f"a = {str(x)}"', '"a = ?", (x,)'),
    "str stays in quotes": ("f\"a = '{str(x)}'\"", '"a = ?", (str(x),)'),
    "a number in quotes": ("f\"a = '{n}'\"", '"a = ?", (str(n),)'),
    "an awaited value": ('f"a = {await get()}"', '"a = ?", (await get(),)'),
    # Where they stand.
    "LIKE": ("f\"a LIKE '%{x}%'\"", '"a LIKE ?", (f"%{x}%",)'),
    "NOT LIKE": ("f\"a NOT LIKE '{x}%' ESCAPE '!'\"", '"a NOT LIKE ? ESCAPE \'!\'", (f"{x}%",)'),
    "LIKE, the whole pattern": ("f\"a LIKE '{x}'\"", '"a LIKE ?", (x,)'),
    "text around the value": ("f\"a >= '{y:04d}-{x}-01'\"", '"a >= ?", (f"{y:04d}-{x}-01",)'),
    "BETWEEN": ('f"a BETWEEN {x} AND {y} AND b = 1"', '"a BETWEEN ? AND ? AND b = 1", (x, y)'),
    "several IN": ("f\"a IN ('{x}', '{y}')\"", '"a IN (?, ?)", (x, y)'),
    "a function": ("f\"LOWER(a) = LOWER('{x}')\"", '"LOWER(a) = LOWER(?)", (x,)'),
    "arithmetic": ('f"a = b + {x} OR a < {y} * c"', '"a = b + ? OR a < ? * c", (x, y)'),
    "in parentheses": ("f\"(a = '{x}' OR (b = {y}))\"", '"(a = ? OR (b = ?))", (x, y)'),
    "a cast": ("f\"a = '{x}'::date\"", '"a = ?::date", (x,)'),
    "a subquery": ('f"a IN (SELECT id FROM u WHERE b = {x})"', '"a IN (SELECT id FROM u WHERE b = ?)", (x,)'),
    "a question mark in a string": ("f\"a = 'why?' AND b = '{x}'\"", "\"a = 'why?' AND b = ?\", (x,)"),
    "a comment": ("f\"a = '{x}' -- it's\\n AND b = 1\"", '"a = ? -- it\'s\\n AND b = 1", (x,)'),
}

NO_VALUES = {
    "a column": 'f"{x} = 1"',
    "part of a name": 'f"a_{x} = 1"',
    "a qualified name": 'f"{x}.a = 1"',
    "the column of a table": 'f"a = b.{x}"',
    "a name in quotes": "f'\"{x}\" = 1'",
    "a name in backticks": 'f"`{x}` = 1"',
    "an operator": 'f"a {x} 1"',
    "a condition": 'f"a = 1 {x}"',
    "a condition behind AND": 'f"a = 1 AND {x}"',
    "a list": 'f"a IN ({x})"',
    "a list in parentheses of its own": 'f"a IN {x}"',
    "a list in quotes": "f\"a IN ('{x}')\"",
    "an order": 'f"a = 1 ORDER BY {x}"',
    "an order in quotes": "f\"a = 1 ORDER BY '{x}'\"",
    "a direction": 'f"a = 1 ORDER BY b {x}"',
    "a group": 'f"a = 1 GROUP BY {x}"',
    "an argument of a function": 'f"a = (SELECT COUNT({x}) FROM u)"',
    "an interval": "f\"a > NOW() - INTERVAL '{x} days'\"",
    "an escaped string": "f\"a = E'{x}'\"",
    "a string with a backslash": "f\"a = 'x\\\\'{x}'\"",
    "a string with quotes": "f\"a = 'it''s {x}'\"",
    "an open string": 'f"a = \'{x}"',
    "a comment": 'f"a = 1 -- {x}"',
    "a second statement": "f\"a = '{x}'; DROP TABLE t\"",
    "a value among a name": "f\"a = '{x}' ORDER BY {y}\"",
    "two values side by side": 'f"a = {x}{y}"',
    "text without quotes": "f\"a = {'b' if x else 'c'}\"",
    "text from a function": 'f"a = {quote(x)}"',
    "text that was escaped": "f\"a = '{escape(x)}'\"",
    "text that was escaped by hand": "f\"a = '{x.replace(chr(39), '')}' AND b = '{y.replace('\\'', '')}'\"",
    "a format": 'f"a = {x:.2f}"',
    "a piece of SQL by its name": 'f"a = {subquery}"',
    "a list by its name": 'f"a = {x.columns}"',
    "a star": '"a = %s" % (*x,)',
    "a variable with values": '"a = %s AND b = %s" % x',
    "a comment that would go": "\"a = '%s'\" % (\n    x  # name\n)",
    "a sum with a comment": '"a = \'" + (\n    x  # name\n) + "\'"',
    "a parameter that is there without placeholder": 'f"a = {x}", (y,)',
    "a placeholder that is there without parameter": 'f"a = {x} AND b = ?"',
}


def where(condition: str) -> str:
    """Return the call of a function of sqlite3's whose statement ends in ``condition``."""
    first, quote, rest = condition.partition(next(c for c in condition if c in "'\""))
    return f"import sqlite3\n\nasync def f(db, x, y, n: int):\n    db.execute({first}{quote}SELECT a FROM t WHERE {rest})\n"


@pytest.mark.parametrize("before, after", VALUES.values(), ids=VALUES.keys())
def test_a_value_becomes_a_parameter(before: str, after: str) -> None:
    assert fixed(where(before), "B608") == where(after)


@pytest.mark.parametrize("before", NO_VALUES.values(), ids=NO_VALUES.keys())
def test_what_may_be_no_value_is_left_alone(before: str) -> None:
    assert fixed(where(before), "B608") is None


STATEMENTS = {
    "INSERT": (
        "f\"INSERT INTO t (a, b) VALUES ('{x}', {y})\"",
        '"INSERT INTO t (a, b) VALUES (?, ?)", (x, y)',
    ),
    "INSERT of several rows": (
        "f\"INSERT INTO t (a, b) VALUES ('{x}', 1), ('{y}', LENGTH('{x}'))\"",
        '"INSERT INTO t (a, b) VALUES (?, 1), (?, LENGTH(?))", (x, y, x)',
    ),
    "INSERT without columns": ('f"INSERT INTO t VALUES ({x}, {y})"', '"INSERT INTO t VALUES (?, ?)", (x, y)'),
    "INSERT of as many values as a text holds": ('f"INSERT INTO t VALUES ({x})"', None),
    "INSERT of another number of values": ('f"INSERT INTO t (a, b) VALUES ({x})"', None),
    "INSERT into columns": ('f"INSERT INTO t ({x}) VALUES (1)"', None),
    "INSERT into a table": ("f\"INSERT INTO {x} (a) VALUES ('{y}')\"", None),
    "UPDATE": (
        "f\"UPDATE t SET a = '{x}', b = b + {y} WHERE c = {n}\"",
        '"UPDATE t SET a = ?, b = b + ? WHERE c = ?", (x, y, n)',
    ),
    "UPDATE of columns": ('f"UPDATE t SET {x} WHERE c = 1"', None),
    "DELETE": ('f"DELETE FROM t WHERE a = {x};"', '"DELETE FROM t WHERE a = ?;", (x,)'),
    "WITH": (
        "f\"WITH u AS (SELECT a FROM t WHERE b = '{x}') SELECT * FROM u\"",
        '"WITH u AS (SELECT a FROM t WHERE b = ?) SELECT * FROM u", (x,)',
    ),
    "SELECT of a constant": ("f\"SELECT '{x}', a FROM t\"", '"SELECT ?, a FROM t", (x,)'),
    "SELECT of a column": ('f"SELECT {x} FROM t"', None),
    "a view": ("f\"CREATE VIEW v AS SELECT a FROM t WHERE b = '{x}'\"", None),
    "a statement in a value": ('f"{x} SELECT a FROM t"', None),
    "no values at all": ("f\"SELECT a FROM t WHERE b = '{{}}'\"", "\"SELECT a FROM t WHERE b = '{}'\""),
    "parameters that are there": (
        "f\"SELECT a FROM t WHERE b = ? AND c = '{x}' AND d = ?\", (y, n)",
        '"SELECT a FROM t WHERE b = ? AND c = ? AND d = ?", (y, x, n)',
    ),
    "a single one": (
        "f\"SELECT a FROM t WHERE b = ? AND c = '{x}'\", (y,)",
        '"SELECT a FROM t WHERE b = ? AND c = ?", (y, x)',
    ),
    "a list of them": (
        "f\"SELECT a FROM t WHERE b = '{x}' AND c = ?\", [y]",
        '"SELECT a FROM t WHERE b = ? AND c = ?", [x, y]',
    ),
    "some in a variable, before": (
        "f\"SELECT a FROM t WHERE b = ? AND c = ? AND d = '{x}'\", y",
        '"SELECT a FROM t WHERE b = ? AND c = ? AND d = ?", (*y, x)',
    ),
    "some in a variable, around": ("f\"SELECT a FROM t WHERE b = ? AND c = '{x}' AND d = ?\", y", None),
    "more placeholders than parameters": ("f\"SELECT a FROM t WHERE b = ? AND c = '{x}' AND d = ?\", (y,)", None),
    "keywords": ("f\"SELECT a FROM t WHERE b = '{x}'\", timeout=3", '"SELECT a FROM t WHERE b = ?", (x,), timeout=3'),
    "parameters as keyword": ("f\"SELECT a FROM t WHERE b = '{x}'\", parameters=y", None),
    "unknown arguments": ("f\"SELECT a FROM t WHERE b = '{x}'\", *y", None),
}


@pytest.mark.parametrize("before, after", STATEMENTS.values(), ids=STATEMENTS.keys())
def test_a_statement(before: str, after: str | None) -> None:
    code = "import sqlite3\n\ndef f(db, x, y, n: int):\n    db.execute({})\n"

    assert fixed(code.replace("{}", before, 1), "B608") == (after and code.replace("{}", after, 1))


LAYOUTS = {
    "triple quotes": (
        '''
        import pymysql

        cursor.execute(f"""
            SELECT a, '100%'  -- all
            FROM t
            WHERE b = "{x}" AND c LIKE '%{y}%'
        """)
        ''',
        '''
        import pymysql

        cursor.execute("""
            SELECT a, '100%%'  -- all
            FROM t
            WHERE b = %s AND c LIKE %s
        """, (x, f"%{y}%"))
        ''',
    ),
    "adjacent literals with comments": (
        """
        import sqlite3

        cursor.execute(
            f"SELECT a "  # what
            f"FROM t "
            f"WHERE b = '{x}' "  # which
            f"AND c = {y}"
        )
        """,
        """
        import sqlite3

        cursor.execute(
            "SELECT a "  # what
            "FROM t "
            "WHERE b = ? "  # which
            "AND c = ?",
            (x, y),
        )
        """,
    ),
    "a sum over several lines": (
        """
        import sqlite3

        cursor.execute("SELECT a FROM t WHERE b = '" + x +
                       "' AND c = " + str(y) +
                       " ORDER BY d")  # sorted
        """,
        """
        import sqlite3

        cursor.execute("SELECT a FROM t WHERE b = ?"
                       " AND c = ?"
                       " ORDER BY d", (x, y))  # sorted
        """,
    ),
    "operators in front": (
        """
        import sqlite3

        cursor.execute("SELECT a FROM t WHERE b = '"
                       + x
                       + "' AND c = 1")
        """,
        """
        import sqlite3

        cursor.execute("SELECT a FROM t WHERE b = ?"
                       " AND c = 1", (x,))
        """,
    ),
    "a format in parentheses": (
        """
        import sqlite3

        cursor.execute(
            ("SELECT a FROM t "
             "WHERE b = '{}'").format(x),
        )
        """,
        """
        import sqlite3

        cursor.execute(
            ("SELECT a FROM t "
             "WHERE b = ?"),
            (x,),
        )
        """,
    ),
    "SQLAlchemy's text": (
        """
        from sqlalchemy import text
        from sqlalchemy.orm import Session

        def f(session: Session, form, user):
            return session.scalars(
                text(f"SELECT a FROM t WHERE b = '{form['name']}' AND c = {user.id} AND d = {user.id}")
            ).all()
        """,
        """
        from sqlalchemy import text
        from sqlalchemy.orm import Session

        def f(session: Session, form, user):
            return session.scalars(
                text("SELECT a FROM t WHERE b = :name AND c = :id AND d = :id"),
                {"name": form['name'], "id": user.id},
            ).all()
        """,
    ),
    "SQLAlchemy's parameters": (
        """
        from sqlalchemy import text

        db.session.execute(text(f"SELECT a FROM t WHERE b = :x AND c = '{y.x}' AND d = {1 + z}"), {"x": x})
        """,
        """
        from sqlalchemy import text

        db.session.execute(text("SELECT a FROM t WHERE b = :x AND c = :x_2 AND d = :d"), {"x": x, "x_2": y.x, "d": 1 + z})
        """,
    ),
    "a text in a variable": (
        """
        from sqlalchemy import text

        def f(session, x):
            statement = text(f"SELECT a FROM t WHERE b = '{x}'")
            return session.execute(statement)
        """,
        """
        from sqlalchemy import text

        def f(session, x):
            statement = text("SELECT a FROM t WHERE b = :x")
            return session.execute(statement, {"x": x})
        """,
    ),
    "a variable in a text": (
        """
        import sqlalchemy as sa

        def f(session, x):
            statement = f"SELECT a FROM t WHERE b = '{x}'"
            return session.execute(sa.text(statement))
        """,
        """
        import sqlalchemy as sa

        def f(session, x):
            statement = "SELECT a FROM t WHERE b = :x"
            return session.execute(sa.text(statement), {"x": x})
        """,
    ),
    "asyncpg": (
        """
        import asyncpg

        async def f(pool, x, y):
            async with pool.acquire() as connection:
                return await connection.fetchval(f"SELECT a FROM t WHERE b = $1 AND c = '{x}'", y)
        """,
        """
        import asyncpg

        async def f(pool, x, y):
            async with pool.acquire() as connection:
                return await connection.fetchval("SELECT a FROM t WHERE b = $1 AND c = $2", y, x)
        """,
    ),
    "oracledb": (
        """
        import oracledb

        cursor.execute(f"SELECT a FROM t WHERE b = :1 AND c = '{x}' AND d = :2", [y, z])
        """,
        """
        import oracledb

        cursor.execute("SELECT a FROM t WHERE b = :1 AND c = :3 AND d = :2", [y, x, z])
        """,
    ),
    "Django's raw queries": (
        """
        from django.db import models

        def f(request):
            return User.objects.raw("SELECT * FROM t WHERE a = '%s' AND b LIKE 'x%%'" % request.GET["a"])
        """,
        """
        from django.db import models

        def f(request):
            return User.objects.raw("SELECT * FROM t WHERE a = %s AND b LIKE 'x%%'", [request.GET["a"]])
        """,
    ),
    "pandas": (
        """
        import pandas as pd
        import sqlite3

        with sqlite3.connect("x.db") as connection:
            frame = pd.read_sql_query(f"SELECT a FROM t WHERE b = '{x}'", connection, index_col="a")
        """,
        """
        import pandas as pd
        import sqlite3

        with sqlite3.connect("x.db") as connection:
            frame = pd.read_sql_query("SELECT a FROM t WHERE b = ?", connection, index_col="a", params=(x,))
        """,
    ),
    "mysql.connector leaves a percent sign alone": (
        """
        import mysql.connector

        cursor.execute("SELECT a FROM t WHERE b = '%s' AND c LIKE '5%%'" % x)
        """,
        """
        import mysql.connector

        cursor.execute("SELECT a FROM t WHERE b = %s AND c LIKE '5%'", (x,))
        """,
    ),
    "parameters over several lines": (
        """
        import sqlite3

        cursor.execute(
            f"SELECT a FROM t WHERE b = ? AND c = '{x}'",
            (
                y,  # first
            ),
        )
        """,
        None,
    ),
}


@pytest.mark.parametrize("before, after", LAYOUTS.values(), ids=LAYOUTS.keys())
def test_a_layout(before: str, after: str | None) -> None:
    assert fixed(textwrap.dedent(before), "B608") == (after and textwrap.dedent(after))


VARIABLES = {
    "right before": ("query = {}", "db.execute(query)"),
    "with something in between": ("query = {}\n    cursor = db.cursor()", "cursor.execute(query)"),
    "shown in between": ("query = {}\n    print(query)\n    log.debug('%s', query)", "db.execute(query)"),
    "annotated": ("query: str = {}", "db.execute(query)"),
    "in a block below": ("query = {}\n    if db:\n        with db:", "    db.execute(query)"),
    "in a loop that changes nothing": ("query = {}\n    for z in range(3):", "db.execute(query)"),
    "a name that is used again": ("query = 1\n    query = {}\n    db.x()", "db.execute(query); query = 2; run(query)"),
    "a name that is used again in each turn": (
        "for z in y:\n        query = {}\n        db.execute(query)\n        query = z\n        print(query)\n        z",
        "pass",
    ),
}


@pytest.mark.parametrize("definition, use", VARIABLES.values(), ids=VARIABLES.keys())
def test_a_statement_in_a_variable(definition: str, use: str) -> None:
    lines = definition.splitlines()
    indent = " " * (len(lines[-1]) - len(lines[-1].lstrip()) + (4 if lines[-1].endswith(":") else 0)) or "    "
    code = f"import sqlite3\n\ndef f(db, x, y):\n    {definition}\n{indent}{use.strip()}\n"
    result = code.replace("{}", '"SELECT a FROM t WHERE b = ?"').replace("execute(query)", "execute(query, (x,))")

    assert fixed(code.replace("{}", "f\"SELECT a FROM t WHERE b = '{x}'\""), "B608") == result


@pytest.mark.parametrize(
    "between",
    [
        pytest.param("if y: query = ''", id="the statement may be another"),
        pytest.param("while y:\n        db.execute(query)\n        query = y", id="the statement is another in the next turn"),
        pytest.param("for query in y: pass", id="the statement changes in a loop"),
        pytest.param("with y as query: pass", id="the statement changes in a block"),
        pytest.param("del query", id="the statement is gone"),
        pytest.param("query += ' LIMIT 1'", id="the statement changes"),
        pytest.param("query = query if y else ''", id="the statement has two sources"),
        pytest.param("other = query", id="the statement is used otherwise"),
        pytest.param("run(query)", id="the statement is passed on"),
        pytest.param("db.execute(query)", id="the statement is used twice"),
        pytest.param("def g(): return query", id="the statement is used in a function"),
        pytest.param("global query", id="the variable is another's"),
    ],
)
def test_a_variable_that_is_not_certain(between: str) -> None:
    query = "query = f\"SELECT a FROM t WHERE b = '{x}'\""
    code = f"import sqlite3\n\ndef f(db, x, y):\n    {query}\n    {between}\n    db.execute(query)\n"

    assert fixed(code, "B608") is None


@pytest.mark.parametrize("between", ["x = 2", "x.name = 2", "for x in y: pass"])
def test_a_value_that_changes_is_kept_as_it_was(between: str) -> None:
    code = f"import sqlite3\n\ndef f(db, x, y):\n    query = {{}}\n    {between}\n    db.execute(query{{}})\n"

    kept = code.format('"SELECT a FROM t WHERE b = ?"', ", parameters").replace(
        "    query", "    parameters = (x,)\n    query", 1
    )
    assert fixed(code.format("f\"SELECT a FROM t WHERE b = '{x}'\"", ""), "B608") == kept


def test_a_call_is_not_moved_over_other_statements() -> None:
    code = "import sqlite3\n\ndef f(db):\n    q = f\"SELECT a FROM t WHERE b = '{{get()}}'\"\n{}    db.execute(q)\n"

    assert "    db.execute(q, (get(),))\n" in (fixed(code.format(""), "B608") or "")
    assert "    parameters = (get(),)\n" in (fixed(code.format("    refill()\n"), "B608") or "")


@pytest.mark.parametrize(
    "statement, result",
    [
        ("f\"SELECT a FROM {y} WHERE b = '{x}'\"", 'f"SELECT a FROM {y} WHERE b = ?"'),
        ("f\"SELECT a FROM {y} WHERE b = '{x}' AND c = '{{}}'\"", "f\"SELECT a FROM {y} WHERE b = ? AND c = '{{}}'\""),
        ('"SELECT a FROM " + y + " WHERE b = \'" + x + "\'"', '"SELECT a FROM " + y + " WHERE b = ?"'),
    ],
)
def test_the_name_of_a_table_stays(statement: str, result: str) -> None:
    code = "import sqlite3\n\ndef f(db, x, y):\n    db.execute({})\n"

    assert fixed(code.format(statement), "VET101") == code.format(f"{result}, (x,)")


def test_a_function_of_ones_own_has_to_pass_the_parameters_on() -> None:
    code = "import sqlite3\n\ndef f(store, x):\n    store.run(1, f\"SELECT a FROM t WHERE b = '{x}'\")\n"

    (fix,) = fixes_of(code, "VET101")
    assert not fix.is_safe
    assert "`run` has to take the parameters" in fix.note
    assert fixed(code, "VET101") == code.replace('f"SELECT', '"SELECT').replace("'{x}'\"", '?", (x,)')


@pytest.mark.parametrize(
    "code, placeholder",
    [
        ("def f(self, x):\n    self.cnx.execute({})\n", "%s"),
        ("def f(db, x):\n    try:\n        db.execute({})\n    except sqlite3.Error:\n        pass\n", "?"),
        ("def f(db, x):\n    db.execute({})\n    db.execute('CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT)')\n", "?"),
        ("def f(db, x):\n    db.execute({})\n    db.execute('SELECT a FROM t WHERE a ILIKE b')\n", "%s"),
    ],
)
def test_a_fragment_tells_which_driver_it_is(code: str, placeholder: str) -> None:
    statement = "f\"SELECT a FROM t WHERE b = '{x}'\""

    assert fixed(code.format(statement), "VET101") == code.format(f'"SELECT a FROM t WHERE b = {placeholder}", (x,)')
    assert fixes_of(code.format(statement), "VET101")[0].is_safe


@pytest.mark.parametrize(
    "condition, note",
    [
        ('f"a = 1 LIMIT {x} OFFSET {y}"', "LIMIT and OFFSET take numbers only: convert a text with int()."),
        ('f"COUNT(*) > {x}"', "Text and numbers compare differently here: pass the value in the type that is meant."),
        ('f"a IN ({x}, {y})"', "Text and numbers compare differently here: pass the value in the type that is meant."),
    ],
)
def test_where_the_type_matters_a_person_has_to_look(condition: str, note: str) -> None:
    (fix,) = fixes_of(where(condition), "B608")

    assert (fix.applicability, fix.note) == (Applicability.REVIEW, note)


NAMES = st.sampled_from(["Ada", "Bob", "Eve", "x%", "", "ÅÉ😀"])
NUMBERS = st.integers(-3, 40)
CONDITIONS = st.sampled_from(
    [
        "name = '{n}'",
        "name <> '{n}'",
        "LOWER(name) = LOWER('{n}')",
        "name LIKE '{n}%'",
        "name LIKE '%{n}%'",
        "name || '!' = '{n}' || '!'",
        "name IN ('{n}', 'Bob')",
        "name > '{n}' AND name < 'zz'",
        "age = {a}",
        "age + {a} > 30",
        "age BETWEEN {a} AND 30",
        "(age < {a} OR name = '{n}')",
        "age IN (1, {a})",
        "age >= {a} LIMIT 2",
        "name = {n!r}",
        "id = 1 LIMIT {a}",
    ]
)


def as_percent(text: str) -> str:
    values = "".join("n, " if part.startswith("n") else "a, " for part in text.split("{")[1:])
    text = text.replace("%", "%%").replace("{n!r}", "%r").replace("{n}", "%s").replace("{a}", "%d")
    return f'"{text}" % ({values})'


BUILDERS: dict[str, Callable[[str], str]] = {
    "f-string": lambda text: f'f"{text}"',
    "triple": lambda text: f'f"""\n  {text}\n"""',
    "format": lambda text: f'"{text}".format(n=n, a=a)',
    "percent": as_percent,
}


def rows(code: str, n: str, a: int) -> Any:
    """Run a snippet of ours against a small table, and return the rows that it selects."""
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT, age INTEGER)")
    connection.executemany("INSERT INTO users (name, age) VALUES (?, ?)", [("Ada", 36), ("Bob", 7), ("ada", 30), ("x%", 0)])
    names: dict[str, Any] = {"connection": connection, "n": n, "a": a}
    exec(code, names)
    return names["rows"]


def test_a_value_no_longer_rewrites_the_query() -> None:
    code = "import sqlite3\nrows = connection.execute(f\"SELECT name FROM users WHERE name = '{n}'\").fetchall()\n"
    injected = "' OR 1=1 --"
    result = fixed(code, "B608")

    assert result is not None
    assert (len(rows(code, injected, 0)), len(rows(result, injected, 0))) == (4, 0)


@given(st.lists(CONDITIONS, min_size=1, max_size=3), st.sampled_from(sorted(BUILDERS)), NAMES, NUMBERS)
@settings(max_examples=300, deadline=None)
def test_the_same_rows_are_selected(conditions: list[str], builder: str, n: str, a: int) -> None:
    limits = [condition for condition in conditions if "LIMIT" in condition]
    conditions = ["age <> {a}", "name <> '{n}x'", *(c for c in conditions if c not in limits), *limits[:1]]
    expression = BUILDERS[builder]("SELECT id, name FROM users WHERE " + " AND ".join(conditions))
    code = f"import sqlite3\nrows = connection.execute({expression}).fetchall()\n"
    result = fixed(code, "B608")

    assert result is not None
    assert result.count("?") == len(re.findall(r"\{[na]", " ".join(conditions)))
    assert rows(result, n, a) == rows(code, n, a)


def test_a_statement_that_grows_has_its_values_collected() -> None:
    code = (
        "import sqlite3\n\n\ndef find(db: sqlite3.Connection, name, words, day):\n"
        '    query = "SELECT a FROM t WHERE b = \'" + name + "\'"\n    if day:\n'
        "        query += f\" AND c = '{day}'\"  # of that day\n    for word in words:\n"
        "        query += \" AND d LIKE '%{}%'\".format(word)\n    query += ' ORDER BY a'\n    return db.execute(query)\n"
    )

    assert fixed(code, "VET101") == (
        "import sqlite3\n\n\ndef find(db: sqlite3.Connection, name, words, day):\n"
        '    parameters = [name]\n    query = "SELECT a FROM t WHERE b = ?"\n    if day:\n'
        '        query += " AND c = ?"  # of that day\n        parameters.append(day)\n    for word in words:\n'
        '        query += " AND d LIKE ?"\n        parameters.append(f"%{word}%")\n'
        "    query += ' ORDER BY a'\n    return db.execute(query, parameters)\n"
    )
    assert fixes_of(code, "VET101")[0].is_safe


@pytest.mark.parametrize(
    "code, kept",
    [
        pytest.param("q += f\" AND c = '{y}'\"", '    parameters["y"] = y\n', id="another value"),
        pytest.param('if y:\n        q += f" AND c = {y}"', '        parameters["y"] = y\n', id="perhaps"),
        pytest.param("for z in y:\n        q += f\" AND c = '{z}'\"", None, id="one name in each turn"),
        pytest.param("q += f\" AND c = '{x}'\"", None, id="one name for two"),
        pytest.param("q += y", None, id="what may be SQL"),
        pytest.param("q = q + f\" AND c = '{y}'\"", None, id="it is given anew"),
        pytest.param("q += f\" AND c = '{y}'\"; run(q)", None, id="it is used otherwise"),
        pytest.param('q += f" AND c = \'{y}"\n    q += "\'"', None, id="quotes in two pieces"),
    ],
)
def test_named_values_of_a_statement_that_grows(code: str, kept: str | None) -> None:
    text = (
        "from sqlalchemy import text\nfrom sqlalchemy.orm import Session\n\n\ndef f(session: Session, x, y):\n"
        f"    q = f\"SELECT a FROM t WHERE b = '{{x}}'\"\n    {code}\n    return session.execute(text(q))\n"
    )
    result = fixed(text, "VET101")

    assert (result is None) == (kept is None)
    assert kept is None or (kept in str(result) and 'parameters = {"x": x}\n' in str(result))


def test_a_variable_that_holds_one_statement_after_another() -> None:
    code = (
        "import sqlite3\n\n\ndef f(db: sqlite3.Connection, x, y):\n    q = 'SELECT 1'\n    db.execute(q)\n"
        "    q = 'SELECT a FROM t WHERE '\n    q += f\"b = '{x}'\"\n    db.execute(q)\n"
        "    q = 'SELECT 2'\n    return db.execute(q)\n"
    )

    assert fixed(code, "VET101") == code.replace("    q = 'SELECT a", "    parameters = []\n    q = 'SELECT a").replace(
        "f\"b = '{x}'\"\n    db.execute(q)", '"b = ?"\n    parameters.append(x)\n    db.execute(q, parameters)'
    )
    assert fixed(code.replace("    q = 'SELECT 2'\n", ""), "VET101") is None
