"""`mark_safe` switches off Django's escaping for a string that isn't constant.

## Why it matters
What a user put into that string becomes part of the page: a script in it runs in the browser of everyone who opens it, and
acts in their name.  `mark_safe` checks and cleans nothing; it only promises.  Assistants use it to get markup through a
template, together with the user's text in the same f-string.

## How to fix it
Keep the markup constant and let Django escape the values:

    from django.utils.html import format_html

    badge = format_html("<b>{}</b>", user.name)

For lists there is `format_html_join`.  HTML that users may write themselves has to be cleaned first, for example
with nh3.

## When it is fine
When all that was put in is escaped or cleaned.  Bandit follows simple assignments only, so it reports that too.

## References
- [Django: format_html](https://docs.djangoproject.com/en/stable/ref/utils/#django.utils.html.format_html)
- [Django: mark_safe](https://docs.djangoproject.com/en/stable/ref/utils/#django.utils.safestring.mark_safe)
- [Bandit: B703](https://bandit.readthedocs.io/en/latest/plugins/b703_django_mark_safe.html)
"""

from __future__ import annotations

from collections.abc import Iterator

from vetline.core.cwe import Cwe
from vetline.core.edit import Fix
from vetline.core.severity import Confidence, Severity
from vetline.rules.base import Example, FixSite, Rule
from vetline.rules.markup import formatted
from vetline.rules.web import may_hold_others_markup


def fix(site: FixSite) -> Iterator[Fix]:
    yield from formatted(site)


RULE = Rule(
    id="B703",
    name="django-mark-safe",
    cwe=Cwe(80),
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    message="Unescaped values may get into the page here: build this with `format_html`.",
    bad=(
        Example(
            'from django.utils.safestring import mark_safe\n\nbadge = mark_safe(f"<b>{user.name}</b>")\n',
            (
                "from django.utils.html import format_html\nfrom django.utils.safestring import mark_safe\n\n"
                'badge = format_html("<b>{}</b>", user.name)\n'
            ),
        ),
        Example(
            ("from django.utils import safestring\n\n\ndef show(comment):\n    return safestring.mark_safe(comment)\n"),
            (
                "from django.utils import safestring\nfrom django.utils.html import escape\n\n\n"
                "def show(comment):\n    return escape(comment)\n"
            ),
        ),
        Example(
            "from django.utils.safestring import SafeString\n\nlink = SafeString(\"<a href='%s'>\" % url)\n",
            (
                "from django.utils.html import format_html\nfrom django.utils.safestring import SafeString\n\n"
                "link = format_html(\"<a href='{}'>\", url)\n"
            ),
        ),
    ),
    good=(
        'from django.utils.html import format_html\n\nbadge = format_html("<b>{}</b>", user.name)\n',
        'from django.utils.safestring import mark_safe\n\nrule = mark_safe("<hr>")\n',
    ),
    fix=fix,
    matters=may_hold_others_markup,
)
