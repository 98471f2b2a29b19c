"""SQL that is put together from strings lets its values rewrite the query.

## Why it matters
A value such as `' OR 1=1 --` ends the string in the query and goes on as SQL: others read, change or delete the whole
table.  Injection has been in every OWASP Top Ten since the first one, of 2003.  Assistants build queries with f-strings
because that is how they build every other text.

## How to fix it
Leave a placeholder in the query and pass the values beside it.  Its style depends on the driver:

    cursor.execute("SELECT id FROM users WHERE name = ?", (name,))      # sqlite3
    cursor.execute("SELECT id FROM users WHERE name = %s", (name,))     # psycopg, MySQL
    session.execute(text("SELECT id FROM users WHERE name = :name"), {"name": name})    # SQLAlchemy

Names of tables and columns can't be parameters.  Choose them from a fixed set:

    column = {"name": "name", "date": "created_at"}[sort]

## When it is fine
When every part that is put in is a constant of your own, such as a list of columns, or the string isn't SQL.

## References
- [Python: placeholders in sqlite3](https://docs.python.org/3/library/sqlite3.html#sqlite3-placeholders)
- [PEP 249: paramstyle](https://peps.python.org/pep-0249/#paramstyle)
- [Bandit: B608](https://bandit.readthedocs.io/en/latest/plugins/b608_hardcoded_sql_expressions.html)
"""

from __future__ import annotations

from vetline.core.cwe import Cwe
from vetline.core.severity import Confidence, Severity
from vetline.rules.base import Example, Rule

RULE = Rule(
    id="B608",
    name="hardcoded-sql-expressions",
    cwe=Cwe(89),
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    message="The values put into this string can rewrite the query: pass them as parameters.",
    bad=(
        Example("cursor.execute(f\"SELECT id FROM users WHERE name = '{name}'\")\n"),
        Example("cursor.execute(\"DELETE FROM users WHERE name = '%s'\" % name)\n"),
        Example('cursor.execute("SELECT id FROM users WHERE id = {}".format(user_id))\n'),
        Example('query = "UPDATE users SET name = \'" + name + "\' WHERE id = 1"\n'),
    ),
    good=(
        'cursor.execute("SELECT id FROM users WHERE name = ?", (name,))\n',
        'cursor.execute("DELETE FROM users WHERE name = %s", (name,))\n',
        'from sqlalchemy import text\n\nsession.execute(text("SELECT id FROM users WHERE name = :name"), {"name": name})\n',
    ),
)
