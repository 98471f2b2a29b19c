"""`Markup(...)` declares a string safe for HTML without looking at it.

## Why it matters
Everything in the string goes into the page unescaped, in Flask and Jinja as well: a script that a user put there runs in the
browser of everyone who opens it.  The escaping that `Markup` does begins only after it is made.  Assistants
put an f-string into it, which is filled before `Markup` sees it.

## How to fix it
Make the markup from a constant, and fill it afterwards; `format` and `%` then escape the values:

    from markupsafe import Markup

    badge = Markup("<b>{}</b>").format(user.name)

For text alone there is `markupsafe.escape(text)`.

## When it is fine
For HTML that was cleaned just before, for example by nh3.  Bandit can be told of such functions with the option
`allowed_calls` of `markupsafe_xss`.

## References
- [MarkupSafe: Markup](https://markupsafe.palletsprojects.com/en/stable/escaping/#markupsafe.Markup)
- [MarkupSafe: string formatting](https://markupsafe.palletsprojects.com/en/stable/formatting/)
- [Bandit: B704](https://bandit.readthedocs.io/en/latest/plugins/b704_markupsafe_markup_xss.html)
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
    id="B704",
    name="markupsafe-markup-xss",
    cwe=Cwe(79),
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    message='Nothing in here gets escaped: write `Markup("<b>{}</b>").format(value)` instead.',
    bad=(
        Example(
            'from markupsafe import Markup\n\nbadge = Markup(f"<b>{user.name}</b>")\n',
            'from markupsafe import Markup\n\nbadge = Markup("<b>{}</b>").format(user.name)\n',
        ),
        Example(
            'import markupsafe\n\nbadge = markupsafe.Markup("<b>%s</b>" % user.name)\n',
            'import markupsafe\n\nbadge = markupsafe.Markup("<b>{}</b>").format(user.name)\n',
        ),
        Example(
            'import flask\n\nbadge = flask.Markup("<b>" + user.name + "</b>")\n',
            'import flask\n\nbadge = flask.Markup("<b>{}</b>").format(user.name)\n',
        ),
    ),
    good=(
        """\
from markupsafe import Markup


def mark_safe(value):
    return Markup(value)
""",
        """\
from markupsafe import Markup


def text_of(value):
    return Markup(value).striptags()
""",
        'from markupsafe import Markup\n\nbadge = Markup("<b>{}</b>").format(user.name)\n',
        "from markupsafe import escape\n\nname = escape(user.name)\n",
    ),
    fix=fix,
    matters=may_hold_others_markup,
)
