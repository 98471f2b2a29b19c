"""A session, or the cookie that carries it, lasts for months.

## Why it matters
A session that somebody else got hold of, on a shared computer, from a backup, by a script in a page, is good as long as
it lasts.  One that never ends is never lost again.

## How to fix it
Let it end after some hours or days without use, and ask for the password again before what matters:

    PERMANENT_SESSION_LIFETIME = timedelta(hours=12)

## When it is fine
For a device that its user has asked to be remembered on, with a token of its own that can be taken back.

## References
- [OWASP: Session expiration](https://cheatsheetseries.owasp.org/cheatsheets/Session_Management_Cheat_Sheet.html#session-expiration)
- [Django: SESSION_COOKIE_AGE](https://docs.djangoproject.com/en/stable/ref/settings/#session-cookie-age)
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import Final

from vetline.core.cwe import Cwe
from vetline.core.edit import Applicability, Fix
from vetline.core.severity import Confidence, Severity
from vetline.rules.base import CheckContext, Example, FixSite, Match, Rule
from vetline.rules.building import written
from vetline.rules.settings import settings, value_in
from vetline.rules.surroundings import called_name
from vetline.syntax.calls import keyword_of

_DAY: Final = 86_400
_UNITS: Final = {"weeks": 7 * _DAY, "days": _DAY, "hours": 3_600, "minutes": 60, "seconds": 1}
_SETTINGS: Final = frozenset(
    {"PERMANENT_SESSION_LIFETIME", "SESSION_COOKIE_AGE", "SESSION_LIFETIME", "SESSION_PERMANENT_LIFETIME"}
)
_MOST_DAYS: Final = 90
_SESSION: Final = re.compile(r"sess|^sid|sid$|auth|token|jwt|login", re.IGNORECASE)


def check(context: CheckContext) -> Iterator[Match]:
    for setting in settings(context, _SETTINGS):
        seconds = _seconds(setting.value, context)
        if seconds is not None and seconds > _MOST_DAYS * _DAY:
            yield Match(setting.node)
    for node in context.walk(ast.Assign):
        match node:
            case ast.Assign(targets=[ast.Attribute(attr="permanent_session_lifetime")], value=value):
                seconds = _seconds(value, context)
                if seconds is not None and seconds > _MOST_DAYS * _DAY:
                    yield Match(node)
    for call in context.walk(ast.Call):
        match call:
            case ast.Call(func=ast.Attribute(attr="set_cookie" | "set_secure_cookie")):
                name = context.argument(call, 0, "key")
                known = context.value(name).constant if name is not None else None
                age = keyword_of(call, "max_age")
                if age is None or not isinstance(known, str) or not _SESSION.search(known):
                    continue
                seconds = _seconds(age.value, context)
                if seconds is not None and seconds > _MOST_DAYS * _DAY:
                    yield Match(age.value, "The session's cookie lasts for months: who gets hold of it, keeps it.")


def _seconds(node: ast.expr, context: CheckContext) -> float | None:
    """Return a time in seconds: a number of them, or a ``timedelta``."""
    known = context.value(node).constant
    if isinstance(known, int | float) and not isinstance(known, bool):
        return known
    match written(node, context):
        case ast.Call(args=args, keywords=keywords) as call if called_name(call, context) == "timedelta":
            total = 0.0
            for unit, value in (*zip(("days", "seconds"), args, strict=False), *((k.arg, k.value) for k in keywords)):
                amount = context.value(value).constant
                if unit not in _UNITS or not isinstance(amount, int | float):
                    return None
                total += _UNITS[unit] * amount
            return total
    return None


def fix(site: FixSite) -> Iterator[Fix]:
    node = site.node
    value = value_in(node)
    if value is None:
        return
    note = "Who wasn't there for two weeks has to log in again."
    match value:
        case ast.Call(func=callee):
            edit = site.replace(value, f"{site.text_of(callee)}(days=14)")
        case _:
            edit = site.replace(value, "14 * 24 * 60 * 60")
    yield Fix("Let sessions end after two weeks", (edit,), Applicability.REVIEW, note)


RULE = Rule(
    id="VET707",
    name="session-lifetime",
    cwe=Cwe(613),
    severity=Severity.LOW,
    confidence=Confidence.HIGH,
    message="Sessions last for months: who gets hold of one, keeps it; let them end after hours or days.",
    bad=(
        Example("SESSION_COOKIE_AGE = 60 * 60 * 24 * 365\n", "SESSION_COOKIE_AGE = 14 * 24 * 60 * 60\n"),
        Example(
            "from datetime import timedelta\n\nfrom flask import Flask\n\napp = Flask(__name__)\n"
            "app.config['PERMANENT_SESSION_LIFETIME'] = timedelta(days=365)\n",
            (
                "from datetime import timedelta\n\nfrom flask import Flask\n\napp = Flask(__name__)\n"
                "app.config['PERMANENT_SESSION_LIFETIME'] = timedelta(days=14)\n"
            ),
        ),
        Example(
            "import datetime\n\nfrom flask import Flask\n\napp = Flask(__name__)\n"
            "app.permanent_session_lifetime = datetime.timedelta(weeks=100)\n",
            (
                "import datetime\n\nfrom flask import Flask\n\napp = Flask(__name__)\n"
                "app.permanent_session_lifetime = datetime.timedelta(days=14)\n"
            ),
        ),
        Example(
            "YEAR = 31536000\n\n\ndef login(response, token):\n"
            "    response.set_cookie('session', token, max_age=10 * YEAR, secure=True, httponly=True)\n",
            (
                "YEAR = 31536000\n\n\ndef login(response, token):\n"
                "    response.set_cookie('session', token, max_age=14 * 24 * 60 * 60, secure=True, httponly=True)\n"
            ),
        ),
        Example(
            "class Config:\n    PERMANENT_SESSION_LIFETIME = 100 * 24 * 3600\n",
            "class Config:\n    PERMANENT_SESSION_LIFETIME = 14 * 24 * 60 * 60\n",
        ),
    ),
    good=(
        "SESSION_COOKIE_AGE = 60 * 60 * 12\n",
        (
            "from datetime import timedelta\n\nfrom flask import Flask\n\napp = Flask(__name__)\n"
            "app.config['PERMANENT_SESSION_LIFETIME'] = timedelta(days=14)\n"
        ),
        "import os\n\nSESSION_COOKIE_AGE = int(os.environ['SESSION_HOURS']) * 3600\n",
        "def prefer(response):\n    response.set_cookie('theme', 'dark', max_age=31536000, secure=True)\n",
        "from datetime import timedelta\n\nCACHE_LIFETIME = timedelta(days=365)\n",
    ),
    check=check,
    fix=fix,
)
