"""SQL that is put together from strings lets its values rewrite the query.

## Why it matters
A value such as `' OR 1=1 --` ends the string in the query and goes on as SQL: others read, change or delete the whole
table.  Injection has been in every OWASP Top Ten since the first one, of 2003.  Assistants build queries with f-strings
because that is how they build every other text.

## How to fix it
Leave a placeholder in the query, without quotes, and pass the values beside it.  Its style depends on the driver, which the
quick fix takes from the connection or the imports:

    cursor.execute("SELECT id FROM users WHERE name = ?", (name,))      # sqlite3
    cursor.execute("SELECT id FROM users WHERE name = %s", (name,))     # psycopg, MySQL
    session.execute(text("SELECT id FROM users WHERE name = :name"), {"name": name})    # SQLAlchemy

Names of tables and columns, directions and lists can't be parameters.  Choose them from a fixed set:

    column = {"name": "name", "date": "created_at"}[sort]

## When it is fine
When every part that is put in is a constant of your own, such as a list of columns, or the string isn't SQL.

## References
- [Python: placeholders in sqlite3](https://docs.python.org/3/library/sqlite3.html#sqlite3-placeholders)
- [PEP 249: paramstyle](https://peps.python.org/pep-0249/#paramstyle)
- [Bandit: B608](https://bandit.readthedocs.io/en/latest/plugins/b608_hardcoded_sql_expressions.html)
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from vetline.core.cwe import Cwe
from vetline.core.edit import Applicability, Fix, TextEdit
from vetline.core.severity import Confidence, Severity
from vetline.rules.base import Example, FixSite, Rule
from vetline.rules.locals import holds_until
from vetline.rules.sql.drivers import SQLALCHEMY, Driver, Style
from vetline.rules.sql.execution import Execution, Item, NoPlace, execution_of, parameter_edits
from vetline.rules.sql.parameters import NoParameter, bind_names, marks_of, parameter, placeholders_for
from vetline.rules.sql.rewriting import CannotRewrite, Replacement, rewritten
from vetline.rules.sql.statement import read_statement
from vetline.syntax.template_reader import read_template
from vetline.syntax.templates import Template

_UNKNOWN = "The placeholder is that of {}; others write it differently."
_COUNT = "LIMIT and OFFSET take numbers only: convert a text with int()."
_COMPARED = "Text and numbers compare differently here: pass the value in the type that is meant."
_STRICT = "asyncpg takes each value in the type of its column: convert a text where that is another."


def fix(site: FixSite) -> Iterator[Fix]:
    expression = _expression(site.node, site)
    template = None if expression is None else read_template(expression, site)
    if template is None:
        return
    if not template.holes:
        edits = _edits(template, (), site)
        if isinstance(template.node, ast.JoinedStr):
            yield Fix("Make it a plain string: no value is put in", edits, Applicability.SAFE)
        return
    execution = execution_of(template.node, site)
    if execution is None:
        return
    drivers = execution.drivers(site)
    for driver in drivers:
        try:
            yield _parameterised(template, execution, driver, site, is_known=len(drivers) == 1)
        except (NoParameter, NoPlace, CannotRewrite):
            continue


def _expression(node: ast.AST, site: FixSite) -> ast.expr | None:
    """Return the expression that puts the string together of which ``node`` is a part."""
    if not isinstance(node, ast.expr):
        return None
    parent = site.parent_of(node)
    match parent:
        case ast.JoinedStr():
            return _expression(parent, site)
        case ast.BinOp(op=ast.Add() | ast.Mod()):
            return _expression(parent, site)
        case ast.Attribute(attr="format") if isinstance(call := site.parent_of(parent), ast.Call):
            return call
    return node


def _edits(
    template: Template, replacements: Sequence[Replacement], site: FixSite, *, double_percent: bool = False
) -> tuple[TextEdit, ...]:
    changes = rewritten(template, replacements, double_percent=double_percent)
    return tuple(TextEdit(site.part_of(template.node, *span), text) for span, text in changes)


def _parameterised(template: Template, execution: Execution, driver: Driver, site: FixSite, *, is_known: bool) -> Fix:
    """Return the fix for one driver.

    Raises:
        NoParameter: something that is put in may be no value.
        NoPlace: the call can't take the parameters.
        CannotRewrite: the source of the statement can't be changed.
    """
    statement = read_statement(template.text, double_quotes_are_strings=driver.double_quotes_are_strings)
    if statement is None:
        raise NoParameter
    marks = marks_of(driver.style, statement, template.text)
    sources = [parameter(place, template, driver, site) for place in statement.places]
    if execution.definition is not None:
        values = [value for hole in template.holes if (value := hole.expression()) is not None]
        if not holds_until(execution.definition, execution.argument, values, site):
            raise NoParameter
    names = bind_names(sources, statement.places, marks) if driver.style is Style.NAMED else [""] * len(sources)
    placeholders = placeholders_for(driver.style, names, marks)
    replacements = [
        Replacement(place.start, place.end, text) for place, text in zip(statement.places, placeholders, strict=True)
    ]
    double_percent = driver.style is Style.FORMAT and driver.doubles_percent and not marks
    edits = [*_edits(template, replacements, site, double_percent=double_percent)]
    if driver is SQLALCHEMY and execution.wrapper is None:
        place, text = site.range_of(execution.argument), site.use("sqlalchemy", "text")
        edits += [site.insert(place.start, f"{text}("), site.insert(place.end, ")")]
    items = [Item(*each) for each in zip(statement.places, sources, names, strict=True)]
    edits += parameter_edits(execution, driver, items, marks, site)
    notes = [] if is_known else [_UNKNOWN.format(driver.examples)]
    notes += [_COUNT] if any(place.is_count for place in statement.places) else []
    notes += [_STRICT] if driver.is_strict else []
    notes += [_COMPARED] if not all(place.is_certain or place.is_count for place in statement.places) else []
    title = "Pass the values as query parameters" + ("" if is_known else f" ({driver.style.value})")
    return Fix(title, tuple(edits), Applicability.REVIEW if notes else Applicability.SAFE, " ".join(notes))


RULE = Rule(
    id="B608",
    name="hardcoded-sql-expressions",
    cwe=Cwe(89),
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    message="The values put into this string can rewrite the query: pass them as parameters.",
    bad=(
        Example(
            "import sqlite3\n\ncursor.execute(f\"SELECT id FROM users WHERE name = '{name}'\")\n",
            'import sqlite3\n\ncursor.execute("SELECT id FROM users WHERE name = ?", (name,))\n',
        ),
        Example(
            "import psycopg\n\ncursor.execute(\"DELETE FROM users WHERE name LIKE '%s%%'\" % prefix)  # all of them\n",
            'import psycopg\n\ncursor.execute("DELETE FROM users WHERE name LIKE %s", (f"{prefix}%",))  # all of them\n',
        ),
        Example(
            'import pymysql\n\ncursor.execute(\n    "SELECT id FROM users "\n    "WHERE id = {}".format(user_id)\n)\n',
            'import pymysql\n\ncursor.execute(\n    "SELECT id FROM users "\n    "WHERE id = %s",\n    (user_id,),\n)\n',
        ),
        Example(
            "import sqlite3\n\n\ndef rename(db, user, name):\n"
            '    query = "UPDATE users SET name = \'" + name + "\' WHERE id = " + str(user.id)\n'
            "    db.execute(query)\n",
            "import sqlite3\n\n\ndef rename(db, user, name):\n"
            '    query = "UPDATE users SET name = ? WHERE id = ?"\n'
            "    db.execute(query, (name, user.id))\n",
        ),
        Example(
            "from sqlalchemy import select\n\nrows = session.execute(f\"SELECT * FROM users WHERE name = '{form['name']}'\")\n",
            "from sqlalchemy import select, text\n\n"
            'rows = session.execute(text("SELECT * FROM users WHERE name = :name"), {"name": form[\'name\']})\n',
        ),
        Example(
            "import asyncpg\n\n\nasync def find(connection, age):\n"
            '    return await connection.fetch(f"SELECT * FROM users WHERE age > {age}")\n',
            "import asyncpg\n\n\nasync def find(connection, age):\n"
            '    return await connection.fetch("SELECT * FROM users WHERE age > $1", age)\n',
        ),
        Example(
            'import sqlite3\n\nrows = db.execute(f"SELECT id FROM users")\n',
            'import sqlite3\n\nrows = db.execute("SELECT id FROM users")\n',
        ),
        # With no driver in sight, one fix for each of the two common styles is offered, for review.
        Example(
            'cursor.execute("SELECT id FROM users WHERE id = {}".format(user_id))\n',
            'cursor.execute("SELECT id FROM users WHERE id = ?", (user_id,))\n',
        ),
        # A table can't be a parameter.
        Example('import sqlite3\n\ncursor.execute(f"SELECT * FROM {table}")\n'),
        # Nothing shows how this is executed.
        Example('query = "UPDATE users SET name = \'" + name + "\' WHERE id = 1"\n'),
    ),
    good=(
        'cursor.execute("SELECT id FROM users WHERE name = ?", (name,))\n',
        'cursor.execute("DELETE FROM users WHERE name = %s", (name,))\n',
        'from sqlalchemy import text\n\nsession.execute(text("SELECT id FROM users WHERE name = :name"), {"name": name})\n',
    ),
    fix=fix,
)
