"""A check that says yes when it fails lets everybody in who can make it fail.

## Why it matters
A timeout of the directory server, a token that can't be parsed, a missing key: an attacker brings about errors as easily as
right answers.  `except Exception: return True` in `is_allowed` makes each of them a permission, and so does a default of True
where nothing is known of a user.  Assistants write it so that "a bug in the check doesn't lock anybody out".

## How to fix it
Refuse, unless the check has positively succeeded:

    def is_allowed(user, document):
        try:
            return policy.evaluate(user, document)
        except PolicyError:
            logger.exception("policy not available")
            return False

## When it is fine
Where being let in does no harm, such as a rate limit that is switched off while its store is down, and somebody has decided
so.

## References
- [OWASP: fail securely](https://owasp.org/www-community/Fail_securely)
- [CWE-636: Not Failing Securely](https://cwe.mitre.org/data/definitions/636.html)
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from vetline.core.cwe import Cwe
from vetline.core.edit import Applicability, Fix
from vetline.core.severity import Confidence, Severity
from vetline.rules.access import PERMISSION, is_check_name, words
from vetline.rules.base import CheckContext, Example, FixSite, Match, Rule
from vetline.rules.building import written
from vetline.rules.handlers import security_calls, try_around
from vetline.rules.surroundings import function_around, text_of_constant

_RIGHTS = frozenset(
    """
    is_admin is_staff is_superuser admin superuser is_authenticated authenticated authorized is_authorized
    """.split()
)
_REFUSING = frozenset(
    "deny denied block blocked forbid forbidden reject rejected expire expired revoked invalid required".split()
)


def check(context: CheckContext) -> Iterator[Match]:
    for handler in context.walk(ast.ExceptHandler):
        assert isinstance(handler, ast.ExceptHandler)
        if (yes := _yes_in(handler, context)) is not None and (attempt := try_around(handler, context)) is not None:
            function = function_around(handler, context)
            name = function.name if function is not None else ""
            if words(name) & _REFUSING or any(_returns_true(statement) for statement in attempt.body if _is_bare(attempt)):
                continue
            if is_check_name(name) or next(security_calls(attempt.body, context), None) is not None:
                yield Match(yes)
    for call in context.walk(ast.Call):
        match call:
            case ast.Call(func=ast.Attribute(attr="get" | "pop"), args=[key, ast.Constant(value=True) as default]) if (
                text_of_constant(key).lower() in _RIGHTS
            ):
                yield Match(
                    default, f"Whoever has no `{text_of_constant(key)}` has the right all the same: make the default False."
                )
            case ast.Call(func=ast.Name(id="getattr"), args=[_, key, ast.Constant(value=True) as default]) if (
                text_of_constant(key).lower() in _RIGHTS
            ):
                yield Match(
                    default, f"Whoever has no `{text_of_constant(key)}` has the right all the same: make the default False."
                )


def _is_bare(attempt: ast.Try | ast.TryStar) -> bool:
    """Tell whether all that is tried is to give an answer."""
    return len(attempt.body) == 1


def _returns_true(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Return) and isinstance(statement.value, ast.Constant) and statement.value.value is True


def _yes_in(handler: ast.ExceptHandler, context: CheckContext) -> ast.AST | None:
    """Return what in a handler says yes: ``return True``, or ``allowed = True``."""
    for statement in handler.body:
        match statement:
            case ast.Return(value=ast.expr() as yes) if _is_true(written(yes, context)):
                return yes
            case (
                ast.Assign(targets=[ast.Name(id=name) | ast.Attribute(attr=name)], value=yes)
                | ast.AnnAssign(target=ast.Name(id=name) | ast.Attribute(attr=name), value=ast.expr() as yes)
            ) if _is_true(written(yes, context)):
                found = words(name)
                if found & (PERMISSION | {"valid", "verified", "genuine", "trusted"}) and not found & _REFUSING:
                    return yes
    return None


def _is_true(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is True


def fix(site: FixSite) -> Iterator[Fix]:
    if isinstance(site.node, ast.Constant) and site.node.value is True:
        note = "Whoever relied on being let in when the check fails is refused."
        yield Fix("Refuse when the check fails", (site.replace(site.node, "False"),), Applicability.REVIEW, note)


RULE = Rule(
    id="VET822",
    name="fail-open",
    cwe=Cwe(755),
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    message="When the check fails, its answer is yes: whoever makes it fail is let in. Answer no.",
    bad=(
        Example(
            """\
def is_allowed(user, page):
    try:
        return policy.evaluate(user, page)
    except Exception:
        return True
""",
            """\
def is_allowed(user, page):
    try:
        return policy.evaluate(user, page)
    except Exception:
        return False
""",
        ),
        Example(
            """\
import jwt
from flask import request


def load():
    try:
        claims = jwt.decode(request.headers["X-Token"], KEY, algorithms=["HS256"])
    except jwt.ExpiredSignatureError:
        return True
    return claims["ok"]
""",
            """\
import jwt
from flask import request


def load():
    try:
        claims = jwt.decode(request.headers["X-Token"], KEY, algorithms=["HS256"])
    except jwt.ExpiredSignatureError:
        return False
    return claims["ok"]
""",
        ),
        Example(
            """\
async def handle(request):
    try:
        allowed = await acl.check(request)
    except OSError:
        allowed = True
    return await serve(request) if allowed else refuse()
""",
            """\
async def handle(request):
    try:
        allowed = await acl.check(request)
    except OSError:
        allowed = False
    return await serve(request) if allowed else refuse()
""",
        ),
        Example(
            """\
from django.contrib.auth.backends import BaseBackend


class Backend(BaseBackend):
    def has_permission(self, user, name):
        try:
            return self.directory.ask(user, name)
        except TimeoutError:
            log.warning('no directory')
            return True
""",
            """\
from django.contrib.auth.backends import BaseBackend


class Backend(BaseBackend):
    def has_permission(self, user, name):
        try:
            return self.directory.ask(user, name)
        except TimeoutError:
            log.warning('no directory')
            return False
""",
        ),
        Example(
            """\
def menu(session):
    return ADMIN_MENU if session.get('is_admin', True) else MENU
""",
            """\
def menu(session):
    return ADMIN_MENU if session.get('is_admin', False) else MENU
""",
        ),
    ),
    good=(
        """\
def is_allowed(user, page):
    try:
        return policy.evaluate(user, page)
    except Exception:
        return False
""",
        """\
def remove(path):
    try:
        os.remove(path)
    except FileNotFoundError:
        return True
    return True
""",
        """\
def is_blocked(user):
    try:
        return blocklist.has(user)
    except OSError:
        return True
""",
        """\
def is_token_expired(token):
    try:
        return token.age() > 60
    except ValueError:
        return True
""",
        """\
def menu(session):
    return ADMIN_MENU if session.get('is_admin', False) else MENU
""",
        """\
def check(options):
    return options.get('verbose', True)
""",
    ),
    check=check,
    fix=fix,
)
