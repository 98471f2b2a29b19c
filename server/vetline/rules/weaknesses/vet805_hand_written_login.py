"""A login or registration of one's own lacks what keeps guessing out.

It reports functions that check or store a password from a request with no sign of a limit on attempts, or of requirements on
passwords.

## Why it matters
Without a limit a program tries a million passwords a day, starting with those that leaked elsewhere.  Without requirements
some of the accounts have `123456`.  Both are missing from the first version of nearly every login, an assistant's too, since
it works without.

## How to fix it
Count failed attempts by account and by address, and slow down or lock:

    @app.post("/login")
    @limiter.limit("5 per minute")
    def login(): ...

Ask for a length (12 or more), and refuse passwords known from leaks.  Better, use what the framework brings along
(`django.contrib.auth`, Flask-Security), or somebody else's login (OpenID Connect).

## When it is fine
When a proxy or middleware does it.

## References
- [OWASP: authentication](https://cheatsheetseries.owasp.org/cheatsheets/Authentication_Cheat_Sheet.html)
- [NIST SP 800-63B: passwords](https://pages.nist.gov/800-63-4/sp800-63b.html)
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import Final

from vetline.core.cwe import Cwe
from vetline.core.severity import Confidence, Severity
from vetline.flow.taints import Taint
from vetline.rules.access import words
from vetline.rules.base import CheckContext, Example, Match, Rule
from vetline.rules.purpose import names_in
from vetline.rules.surroundings import calls_named, function_around, name_of, text_of_constant
from vetline.semantics.scopes import Function

_PASSWORD: Final = re.compile(r"\['(?:password|passwd|pwd|pass|pin|new_?password|password1)'\]|\(password\)$", re.IGNORECASE)
_LIMITS: Final = frozenset(
    "attempt attempts axes captcha cooldown failed failures limit limiter limits lockout locked ratelimit recaptcha retries"
    " throttle throttled tries turnstile".split()
)
_REQUIREMENTS: Final = frozenset(
    """
    complexity length policy regex requirements score strength strong validate validator validators zxcvbn
    """.split()
)
_COMPARING: Final = frozenset(
    {"check_password_hash", "checkpw", "verify", "check_password", "compare_digest", "authenticate", "verify_password"}
)
_STORING: Final = frozenset(
    {"generate_password_hash", "hashpw", "hash", "set_password", "make_password", "hash_password", "create_user"}
)


def check(context: CheckContext) -> Iterator[Match]:
    found: dict[Function, frozenset[str]] = {}
    reported: set[Function] = set()
    for node, is_stored in _uses_of_passwords(context):
        function = function_around(node, context)
        if function is None or function in reported:
            continue
        if function not in found:
            found[function] = _words_in(function)
        if is_stored and not found[function] & _REQUIREMENTS and not _measures(function):
            reported.add(function)
            message = "Passwords of any kind are accepted here: ask for twelve characters, and refuse known ones."
            yield Match(function, message, cwe=Cwe(521))
        elif not is_stored and not found[function] & _LIMITS:
            reported.add(function)
            yield Match(function)


def _uses_of_passwords(context: CheckContext) -> Iterator[tuple[ast.AST, bool]]:
    """Yield where a password from a request is compared or stored, and which of the two it is."""
    for names in (_COMPARING, _STORING):
        for call in calls_named(context, names):
            given = [*call.args, *(keyword.value for keyword in call.keywords)]
            if _given_password(given, context):
                yield call, names is _STORING
    for node in context.walk(ast.Compare):
        match node:
            case ast.Compare(left=left, ops=[ast.Eq() | ast.NotEq()], comparators=[right]):
                others = [side for side in (left, right) if _given_password([side], context) is None]
                if len(others) == 1 and not _is_empty(others[0]) and not _is_given(others[0], context):
                    yield node, False


def _words_in(function: Function) -> frozenset[str]:
    decorators = [name for one in function.decorator_list for name in names_in(one)]
    texts = [text_of_constant(one) for one in ast.walk(function) if isinstance(one, ast.Constant)]
    return words(*decorators, *names_in(function), *(text for text in texts if len(text) < 30))


def _given_password(nodes: list[ast.expr], context: CheckContext) -> Taint | None:
    """Return the taint of a password that comes from a request, among the values of ``nodes``."""
    for node in nodes:
        for taint in context.value(node).all_taints():
            if taint.origin.label == "remote" and _PASSWORD.search(taint.origin.key):
                return taint
    return None


def _is_given(node: ast.expr, context: CheckContext) -> bool:
    """Tell whether something comes with the request, too, as a password that is typed a second time."""
    return any(taint.origin.label == "remote" for taint in context.value(node).all_taints())


def _is_empty(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value in ("", None)


def _measures(function: Function) -> bool:
    return any(
        isinstance(node, ast.Call) and name_of(node.func) in ("len", "search", "match", "fullmatch")
        for node in ast.walk(function)
    )


RULE = Rule(
    id="VET805",
    name="hand-written-login",
    cwe=Cwe(307),
    severity=Severity.LOW,
    confidence=Confidence.LOW,
    message="Passwords may be tried here as often as one likes: count the attempts, and slow down.",
    bad=(
        Example(
            """\
from flask import request
from werkzeug.security import check_password_hash


def login():
    user = User.query.filter_by(name=request.form['name']).first()
    if user and check_password_hash(user.hash, request.form['password']):
        return start(user)
    return 'no'
"""
        ),
        Example(
            """\
from django.contrib.auth import authenticate
from django.http import HttpResponse


def sign_in(request):
    user = authenticate(username=request.POST['username'], password=request.POST['password'])
    return HttpResponse(status=200 if user else 401)
"""
        ),
        Example(
            """\
from flask import request
from werkzeug.security import generate_password_hash


def register():
    user = User(name=request.form['name'], hash=generate_password_hash(request.form['password']))
    return save(user)
"""
        ),
        Example(
            """\
import bcrypt
from aiohttp import web


async def login(request):
    form = await request.post()
    password = form['password'].encode()
    if bcrypt.checkpw(password, await stored(form['name'])):
        return web.Response()
    raise web.HTTPUnauthorized()
"""
        ),
        Example(
            """\
from flask import request, session


class Auth:
    def post(self):
        pin = request.json['pin']
        if pin == self.load():
            session['in'] = True
        return ''
"""
        ),
    ),
    good=(
        """\
from flask import request


def change():
    if request.form['password'] != request.form['again']:
        return 'They differ.'
    return keep()
""",
        """\
from flask import request
from werkzeug.security import check_password_hash


@limiter.limit('5 per minute')
def login():
    if check_password_hash(stored(), request.form['password']):
        return start()
    return 'no'
""",
        """\
from flask import abort, request
from werkzeug.security import generate_password_hash


def register():
    password = request.form['password']
    if len(password) < 12:
        abort(400)
    return save(generate_password_hash(password))
""",
        """\
def check(user, password):
    return user.check_password(password)
""",
        """\
from flask import request


def page():
    if request.args['page'] == 'home':
        return home()
    return ''
""",
        """\
from django.contrib.auth.password_validation import validate_password
from django.http import HttpResponse


def join(request):
    validate_password(request.POST['password'])
    User.objects.create_user(request.POST['name'], password=request.POST['password'])
    return HttpResponse()
""",
    ),
    check=check,
    why_no_fix="Where attempts are counted, and how, depends on the application.",
)
