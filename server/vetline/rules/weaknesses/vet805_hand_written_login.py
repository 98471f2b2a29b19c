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
from vetline.core.edit import Applicability, Fix
from vetline.core.severity import Confidence, Severity
from vetline.flow.taints import Taint
from vetline.rules.access import words
from vetline.rules.base import CheckContext, Example, FixSite, Match, Rule
from vetline.rules.purpose import names_in
from vetline.rules.statements import add_after, add_compound_after, guard, indentation, refusal
from vetline.rules.surroundings import calls_named, function_around, name_of, text_of_constant
from vetline.semantics.scopes import Function, parameters

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


def fix(site: FixSite) -> Iterator[Fix]:
    function = site.node
    if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
        return
    if site.finding.message.startswith("Passwords of any kind"):
        yield from _of_length(function, site)
        return
    indent = indentation(function, site)
    imported = {name.partition(".")[0] for name in site.imports()}
    takes_request = any(one.arg == "request" for one in parameters(function))
    place = site.range_of(function).start
    if indent is None or isinstance(function, ast.AsyncFunctionDef):
        return
    if takes_request and not imported & {"flask", "fastapi", "aiohttp", "starlette"}:
        limit = f'@{site.use("django_ratelimit.decorators", "ratelimit")}(key="ip", rate="10/m", block=True)'
        note = "It takes the package django-ratelimit, and a cache that all processes share."
        edit = site.insert(place, f"{limit}{site.newline}{indent}")
        yield Fix("Allow ten attempts a minute", (edit,), Applicability.REVIEW, note)
    elif "flask" in imported and (application := _application(site)) is not None:
        statement, name = application
        limiter = f"{site.use('flask_limiter', 'Limiter')}({site.use('flask_limiter.util', 'get_remote_address')}, app={name})"
        made = add_after(site, statement, f"limiter = {limiter}")
        if made is not None:
            edit = site.insert(place, f'@limiter.limit("10 per minute"){site.newline}{indent}')
            note = "It takes the package Flask-Limiter, and a store that all processes share."
            yield Fix("Allow ten attempts a minute", (made, edit), Applicability.REVIEW, note)


def _application(site: FixSite) -> tuple[ast.stmt, str] | None:
    """Return where the Flask application is made, and its name."""
    for statement in site.top_level:
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Call(func=callee)):
                if (site.qualified_name(callee) or "") == "flask.Flask":
                    return statement, name
    return None


def _of_length(function: Function, site: FixSite) -> Iterator[Fix]:
    """Yield the fix that refuses short passwords where one is taken from the request."""
    note = "Shorter passwords are refused; those that exist go on working."
    for statement in ast.walk(function):
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)], value=value) if _names_password(value):
                edit = add_compound_after(site, statement, f"if len({name}) < 12:", refusal(site, "the password is too short"))
                if edit is not None:
                    yield Fix("Ask for twelve characters", (edit,), Applicability.REVIEW, note)
                    return
    for node in ast.walk(function):
        if isinstance(node, ast.Subscript) and _names_password(node):
            edit = guard(site, node, f"len({site.text_of(node)}) < 12", "the password is too short")
            if edit is not None:
                yield Fix("Ask for twelve characters", (edit,), Applicability.REVIEW, note)
                return


def _names_password(value: ast.expr) -> bool:
    """Tell whether a value is what was typed as a password: ``request.form["password"]``."""
    match value:
        case ast.Subscript(slice=ast.Constant(value=str() as key)):
            return _KEY.fullmatch(key) is not None
        case ast.Call(func=ast.Attribute(attr="get" | "pop"), args=[ast.Constant(value=str() as key), *_]):
            return _KEY.fullmatch(key) is not None
        case (
            ast.Call(func=ast.Attribute(attr="encode" | "strip", value=inner)) | ast.Call(func=ast.Name(id="str"), args=[inner])
        ):
            return _names_password(inner)
    return False


_KEY: Final = re.compile(r"(?i)password|passwd|pwd|pass|new_?password|password1")


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
""",
            """\
from django.contrib.auth import authenticate
from django.http import HttpResponse
from django_ratelimit.decorators import ratelimit


@ratelimit(key="ip", rate="10/m", block=True)
def sign_in(request):
    user = authenticate(username=request.POST['username'], password=request.POST['password'])
    return HttpResponse(status=200 if user else 401)
""",
        ),
        Example(
            """\
from flask import request
from werkzeug.security import generate_password_hash


def register():
    user = User(name=request.form['name'], hash=generate_password_hash(request.form['password']))
    return save(user)
""",
            """\
from flask import request
from werkzeug.security import generate_password_hash


def register():
    if len(request.form['password']) < 12:
        raise ValueError("the password is too short")
    user = User(name=request.form['name'], hash=generate_password_hash(request.form['password']))
    return save(user)
""",
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
    fix=fix,
)
