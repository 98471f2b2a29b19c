"""Django's `mark_safe` switches off the escaping that keeps user input from becoming HTML.

## Why it matters
A name such as `<script>...</script>` inside the string is run in the browser of everyone who sees the page, with their
session: cross-site scripting.  Assistants add `mark_safe` as soon as tags appear on the page as text, which
is just the escaping at work.

## How to fix it
Let Django escape the values and keep your own tags:

    format_html("<b>{}</b>", name)

For lists there is `format_html_join`; for HTML that users may write, clean it with a sanitizer such as `nh3` first.

## When it is fine
For a constant string of your own, and for the output of a sanitizer.

## References
- [Django: format_html](https://docs.djangoproject.com/en/stable/ref/utils/#django.utils.html.format_html)
- [Django: cross-site scripting](https://docs.djangoproject.com/en/stable/topics/security/#cross-site-scripting-xss-protection)
- [Bandit: B308](https://bandit.readthedocs.io/en/latest/blacklists/blacklist_calls.html#b308-mark-safe)
"""

from __future__ import annotations

from collections.abc import Iterator

from vetline.core.cwe import Cwe
from vetline.core.edit import Fix
from vetline.core.severity import Confidence, Severity
from vetline.rules.base import Example, FixSite, Rule
from vetline.rules.markup import formatted
from vetline.rules.superseded import left_to_vetline


def fix(site: FixSite) -> Iterator[Fix]:
    yield from formatted(site)


RULE = Rule(
    id="B308",
    name="mark-safe",
    cwe=Cwe(79),
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    message="`mark_safe` turns off escaping: user input in this string becomes HTML. Use `format_html`.",
    bad=(
        Example(
            "from django.utils.safestring import mark_safe\n\nlabel = mark_safe(f'<b>{user.name}</b>')\n",
            (
                "from django.utils.html import format_html\nfrom django.utils.safestring import mark_safe\n\n"
                "label = format_html('<b>{}</b>', user.name)\n"
            ),
        ),
        Example(
            ("from django.utils import safestring\n\n\ndef body(comment):\n    return safestring.mark_safe(comment.text)\n"),
            (
                "from django.utils import safestring\nfrom django.utils.html import escape\n\n\n"
                "def body(comment):\n    return escape(comment.text)\n"
            ),
        ),
    ),
    good=(
        "from django.utils.html import format_html\n\nlabel = format_html('<b>{}</b>', user.name)\n",
        (
            "from django.utils.html import format_html_join\n\n"
            "items = format_html_join('', '<li>{}</li>', ((name,) for name in names))\n"
        ),
    ),
    fix=fix,
    matters=left_to_vetline,
)
