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
from collections.abc import Iterator

from vetline.core.cwe import Cwe
from vetline.core.edit import Fix
from vetline.core.severity import Confidence, Severity
from vetline.rules.base import CheckContext, Example, FixSite, Rule
from vetline.rules.building import built_from, is_part_of, outermost
from vetline.rules.sql.holes import is_statement, worst_place
from vetline.rules.sql.injection import injections, may_execute
from vetline.rules.sql.parameterising import parameterised


def fix(site: FixSite) -> Iterator[Fix]:
    expression = outermost(site.node, site)
    if expression is not None:
        yield from parameterised(expression, site)


def matters(context: CheckContext, node: ast.AST) -> bool:
    """Tell whether a value of the code's own stands in what is surely SQL, and VET101 doesn't say so where it is executed."""
    expression = outermost(node, context)
    if expression is None:
        return True
    texts = [text for text in context.value(expression).text or () if is_statement(text)]
    if worst_place(texts) is None:
        return False
    parent = context.parent_of(expression)
    if isinstance(parent, ast.Raise) or (isinstance(parent, ast.Call) and not may_execute(parent, context)):
        return False
    for found in injections(context):
        if is_part_of(expression, built_from(found.statement, context)):
            # On the same lines, one finding names both.
            mine, other = context.range_of(node), context.range_of(found.match.node)
            return mine.start.line <= other.end.line and other.start.line <= mine.end.line
    return True


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
    matters=matters,
)
