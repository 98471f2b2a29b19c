"""`RawSQL` puts its string into the query as it is.

## Why it matters
Text from a request in that string becomes part of the query, and others read or change data that isn't theirs.
Assistants use `RawSQL` with an f-string where they don't know the query expression for something.

## How to fix it
Keep the SQL constant and pass the values as its parameters; Django hands them to the driver apart from the query:

    queryset.annotate(score=RawSQL("similarity(title, %s)", (words,)))

Don't put quotes around `%s`: that would make it part of a string again.  Better still, use a query expression (this
one is for PostgreSQL):

    queryset.annotate(score=TrigramSimilarity("title", words))

## When it is fine
When the string is made of constants of your own that Bandit can't see as such.

## References
- [Django: raw SQL expressions](https://docs.djangoproject.com/en/stable/ref/models/expressions/#raw-sql-expressions)
- [Django: SQL injection protection](https://docs.djangoproject.com/en/stable/topics/security/#sql-injection-protection)
- [Bandit: B611](https://bandit.readthedocs.io/en/latest/plugins/b611_django_rawsql_used.html)
"""

from __future__ import annotations

from vetline.core.cwe import Cwe
from vetline.core.severity import Confidence, Severity
from vetline.rules.base import Example, Rule

RULE = Rule(
    id="B611",
    name="django-rawsql-used",
    cwe=Cwe(89),
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    message="This SQL isn't constant, so values can rewrite the query: write `%s` and pass them as parameters.",
    bad=(
        Example(
            "from django.db.models.expressions import RawSQL\n\n"
            "queryset.annotate(score=RawSQL(f\"similarity(title, '{words}')\", []))\n"
        ),
        Example(
            "from django.db.models.expressions import RawSQL\n\n"
            "sql = \"similarity(title, '%s')\" % words\n"
            "queryset.annotate(score=RawSQL(sql=sql, params=[]))\n"
        ),
    ),
    good=(
        (
            "from django.db.models.expressions import RawSQL\n\n"
            'queryset.annotate(score=RawSQL("similarity(title, %s)", (words,)))\n'
        ),
        (
            "from django.contrib.postgres.search import TrigramSimilarity\n\n"
            'queryset.annotate(score=TrigramSimilarity("title", words))\n'
        ),
    ),
    why_no_fix="Where the string was built, and which of its parts are values, can't be told here.",
)
