"""A value that becomes part of an SQL statement can turn it into another statement.

## Why it matters
The database can't tell the statement that you wrote from what was pasted into it.  `' OR 1=1 --` as a user name logs in as
anybody, `'; DELETE FROM orders --` empties a table, and a `UNION SELECT` reads the passwords.  Assistants write
`f"SELECT … WHERE name = '{name}'"` because it reads like the statement that is meant, and it works in every test that has no
quote in it.

A finding is *high* where what a stranger sends gets into the statement, and *medium* where it is a value of which the code
doesn't show where it comes from: today's caller may be careful, tomorrow's isn't.

## How to fix it
Leave a placeholder in the statement, without quotes, and pass the value beside it.  The driver then sends it apart from the
SQL:

    cursor.execute("SELECT id FROM users WHERE name = ?", (name,))                    # sqlite3
    cursor.execute("SELECT id FROM users WHERE name = %s", (name,))                   # psycopg, MySQL, Django
    session.execute(text("SELECT id FROM users WHERE name = :name"), {"name": name})  # SQLAlchemy

For a list, make as many placeholders as there are values: `", ".join("?" * len(ids))`.  The name of a table or a column and the
direction of a sort can't be parameters; take them from a fixed set of your own:

    column = {"name": "name", "date": "created_at"}[sort]

## When it is fine
When the value is a number by type, or one of a few that the code has compared it with.

## References
- [OWASP: SQL injection prevention](https://cheatsheetseries.owasp.org/cheatsheets/SQL_Injection_Prevention_Cheat_Sheet.html)
- [PEP 249: paramstyle](https://peps.python.org/pep-0249/#paramstyle)
- [SQLAlchemy: text()](https://docs.sqlalchemy.org/en/20/core/sqlelement.html#sqlalchemy.sql.expression.text)
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from vetline.core.cwe import Cwe
from vetline.core.edit import Fix
from vetline.core.severity import Confidence, Severity
from vetline.rules.base import CheckContext, Example, FixSite, Match, Rule
from vetline.rules.locals import definition_of
from vetline.rules.sql.growing import grown
from vetline.rules.sql.injection import injections
from vetline.rules.sql.parameterising import parameterised


def check(context: CheckContext) -> Iterator[Match]:
    for injection in injections(context):
        yield injection.match


def fix(site: FixSite) -> Iterator[Fix]:
    expression = _statement(site.node, site)
    if expression is not None:
        yield from parameterised(expression, site)
    elif isinstance(site.node, ast.Name):
        yield from grown(site.node, site)


def _statement(node: ast.AST, site: FixSite) -> ast.expr | None:
    """Return the expression that puts the statement together which ``node`` stands for, or executes."""
    match node:
        case ast.Call(func=ast.Attribute(value=ast.Constant(), attr="format")):
            return node
        case ast.Call(args=arguments):
            return next((found for one in arguments if (found := _statement(one, site)) is not None), None)
        case ast.Name(id=name):
            definition = definition_of(name, node, site)
            return None if definition is None or definition.value is None else _statement(definition.value, site)
        case ast.BinOp() | ast.JoinedStr():
            return node
    return None


RULE = Rule(
    id="VET101",
    name="sql-injection",
    cwe=Cwe(89),
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    message="Values become part of this SQL statement and can rewrite it: pass them as parameters.",
    bad=(
        Example(
            (
                "import sqlite3\nfrom flask import request\n\n\ndef find():\n    db = sqlite3.connect('app.db')\n"
                "    return db.execute(f\"SELECT * FROM users WHERE name = '{request.args['name']}'\").fetchone()\n"
            ),
            (
                "import sqlite3\nfrom flask import request\n\n\ndef find():\n    db = sqlite3.connect('app.db')\n"
                "    return db.execute(\"SELECT * FROM users WHERE name = ?\", (request.args['name'],)).fetchone()\n"
            ),
        ),
        # Over several statements, from whoever calls this.
        Example(
            "import psycopg2\n\n\ndef orders_of(customer, status):\n"
            "    cursor = psycopg2.connect(DSN).cursor()\n"
            '    query = "SELECT id, total FROM orders WHERE customer = \'" + customer + "\'"\n    if status:\n'
            "        query += \" AND status = '%s'\" % status\n    cursor.execute(query)\n"
            "    return cursor.fetchall()\n",
            (
                "import psycopg2\n\n\ndef orders_of(customer, status):\n"
                "    cursor = psycopg2.connect(DSN).cursor()\n    parameters = [customer]\n"
                '    query = "SELECT id, total FROM orders WHERE customer = %s"\n'
                '    if status:\n        query += " AND status = %s"\n        parameters.append(status)\n'
                "    cursor.execute(query, parameters)\n    return cursor.fetchall()\n"
            ),
        ),
        # Through the project's own function; where the statement is executed isn't in sight.
        Example(
            "class Spaces:\n    def get(self, space_id):\n"
            "        return self.store.execute_query(f\"SELECT * FROM spaces WHERE space_id = '{space_id}'\")\n",
            (
                "class Spaces:\n    def get(self, space_id):\n"
                '        return self.store.execute_query("SELECT * FROM spaces WHERE space_id = ?", (space_id,))\n'
            ),
        ),
        Example(
            "from django.http import JsonResponse\nfrom shop.models import Product\n\n\ndef search(request):\n"
            '    products = Product.objects.raw("SELECT * FROM product WHERE name LIKE \'%%%s%%\'" % request.GET["q"])\n'
            '    return JsonResponse({"products": [product.name for product in products]})\n',
            "from django.http import JsonResponse\nfrom shop.models import Product\n\n\ndef search(request):\n"
            '    products = Product.objects.raw("SELECT * FROM product WHERE name LIKE %s", (f\'%{request.GET["q"]}%\',))\n'
            '    return JsonResponse({"products": [product.name for product in products]})\n',
        ),
        # Not even a value, but what a stranger sends.
        Example(
            "from fastapi import FastAPI\nfrom sqlalchemy import create_engine, text\n\napp = FastAPI()\n"
            'engine = create_engine("postgresql://localhost/shop")\n\n\n@app.get("/users")\n'
            'def users(sort: str = "name"):\n    with engine.connect() as connection:\n'
            '        return connection.execute(text("SELECT id, name FROM users ORDER BY " + sort)).mappings().all()\n'
        ),
        Example(
            (
                "import asyncpg\n\n\nasync def by_email(pool: asyncpg.Pool, email):\n"
                "    async with pool.acquire() as connection:\n"
                "        return await connection.fetchrow(f\"SELECT * FROM users WHERE email = '{email}'\")\n"
            ),
            (
                "import asyncpg\n\n\nasync def by_email(pool: asyncpg.Pool, email):\n"
                "    async with pool.acquire() as connection:\n"
                '        return await connection.fetchrow("SELECT * FROM users WHERE email = $1", email)\n'
            ),
        ),
        Example(
            (
                "import pandas as pd\nimport sqlite3\n\n\ndef sales(day):\n"
                '    connection = sqlite3.connect("sales.db")\n'
                "    return pd.read_sql(f\"SELECT * FROM sales WHERE day = '{day}'\", connection)\n"
            ),
            (
                "import pandas as pd\nimport sqlite3\n\n\ndef sales(day):\n"
                '    connection = sqlite3.connect("sales.db")\n'
                '    return pd.read_sql("SELECT * FROM sales WHERE day = ?", connection, params=(day,))\n'
            ),
        ),
        Example(
            "import sqlite3\n\n\ndef search(db: sqlite3.Connection, words):\n"
            '    query = "SELECT * FROM notes WHERE 1 = 1"\n    for word in words:\n'
            '        query += " AND body LIKE \'%" + word + "%\'"\n    return db.execute(query).fetchall()\n',
            (
                "import sqlite3\n\n\ndef search(db: sqlite3.Connection, words):\n    parameters = []\n"
                '    query = "SELECT * FROM notes WHERE 1 = 1"\n    for word in words:\n'
                '        query += " AND body LIKE ?"\n        parameters.append(f"%{word}%")\n'
                "    return db.execute(query, parameters).fetchall()\n"
            ),
        ),
    ),
    good=(
        (
            "import sqlite3\nfrom flask import request\n\n\ndef find():\n    db = sqlite3.connect('app.db')\n"
            "    return db.execute(\"SELECT * FROM users WHERE name = ?\", (request.args['name'],)).fetchone()\n"
        ),
        (
            'TABLE = "users"\n\n\ndef find(cursor, table, name):\n'
            '    cursor.execute(f"SELECT * FROM {TABLE} WHERE name = %s", (name,))\n'
            '    cursor.execute(f"SELECT * FROM {table} WHERE name = %s", (name,))\n'
        ),
        (
            'import psycopg2\n\n\ndef delete(ids):\n    marks = ", ".join(["%s"] * len(ids))\n'
            "    with psycopg2.connect(DSN) as connection, connection.cursor() as cursor:\n"
            '        cursor.execute(f"DELETE FROM sessions WHERE id IN ({marks})", ids)\n'
        ),
        (
            "import sqlite3\nfrom flask import abort, request\n\n\ndef order():\n"
            '    number = request.args["number"]\n    if not number.isdigit():\n        abort(400)\n'
            '    db = sqlite3.connect("app.db")\n'
            '    db.execute("SELECT * FROM orders WHERE number = " + number)\n'
            "    return db.execute(f\"SELECT * FROM items LIMIT {int(request.args['count'])}\").fetchall()\n"
        ),
        (
            "from fastapi import FastAPI\nfrom sqlalchemy import create_engine, text\n\napp = FastAPI()\n"
            'engine = create_engine("postgresql://localhost/shop")\n'
            'COLUMNS = {"name": "name", "date": "created_at"}\n\n\n@app.get("/users/{group}")\n'
            'def users(group: int, sort: str = "name"):\n    with engine.connect() as connection:\n'
            '        query = f"SELECT id FROM users WHERE group_id = {group} ORDER BY {COLUMNS[sort]}"\n'
            "        return connection.execute(text(query)).mappings().all()\n"
        ),
        (
            "def matching(cursor, name, city):\n    where, values = [], []\n    if name:\n"
            '        where.append("name = ?")\n        values.append(name)\n    if city:\n'
            '        where.append("city = ?")\n        values.append(city)\n'
            '    cursor.execute("SELECT * FROM people WHERE " + " AND ".join(where), values)\n'
        ),
        (
            "import logging\n\n\ndef explain(name):\n"
            "    logging.debug(\"SELECT * FROM users WHERE name = '%s'\" % name)\n"
            "    raise LookupError(f\"DELETE FROM users WHERE name = '{name}' has failed\")\n"
        ),
        (
            "from psycopg2 import sql\n\n\ndef count(cursor, table, name):\n"
            '    cursor.execute(sql.SQL("SELECT count(*) FROM {} WHERE name = %s").format(sql.Identifier(table)), [name])\n'
        ),
    ),
    check=check,
    fix=fix,
    supersedes=frozenset({"B608", "B610", "B611"}),
)
