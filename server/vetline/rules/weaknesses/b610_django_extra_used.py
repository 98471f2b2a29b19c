"""`QuerySet.extra` puts its strings into the SQL as they are.

Bandit reports `extra` where a part of `select`, `where` or `tables` isn't a constant.

## Why it matters
Text from a request in one of them becomes part of the query, and others read or change data that isn't theirs.  Django
itself asks you to use `extra` only as a last resort, and means to deprecate it.  Assistants write it from answers that
are older than today's query expressions.

## How to fix it
Say it with the query API, which passes values as parameters:

    Article.objects.filter(title__iexact=title)

What the API can't say goes into `where` as a constant, with the values in `params`:

    Article.objects.extra(where=["lower(title) = lower(%s)"], params=[title])

## When it is fine
When every part is a constant of your own that Bandit can't see as one, such as a module's setting.

## References
- [Django: extra](https://docs.djangoproject.com/en/stable/ref/models/querysets/#extra)
- [Django: SQL injection protection](https://docs.djangoproject.com/en/stable/topics/security/#sql-injection-protection)
- [Bandit: B610](https://bandit.readthedocs.io/en/latest/plugins/b610_django_extra_used.html)
"""

from __future__ import annotations

from vetline.core.cwe import Cwe
from vetline.core.severity import Confidence, Severity
from vetline.rules.base import Example, Rule

RULE = Rule(
    id="B610",
    name="django-extra-used",
    cwe=Cwe(89),
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    message="The variable parts of this `extra()` go into the SQL as they are: pass values in `params`.",
    bad=(
        Example("Article.objects.extra(where=[f\"lower(title) = lower('{title}')\"])\n"),
        Example('Article.objects.extra(select={"hit": "title = \'%s\'" % title})\n'),
        Example("Article.objects.all().extra(tables=[table])\n"),
    ),
    good=(
        "Article.objects.filter(title__iexact=title)\n",
        'Article.objects.extra(where=["lower(title) = lower(%s)"], params=[title])\n',
    ),
    why_no_fix="The same query in Django's own terms depends on the models and their fields.",
)
