"""A cookie, header or parameter that says "I am the administrator" is believed.

## Why it matters
Everything in a request is written by its sender.  A cookie `is_admin=true`, a header `X-User-Role` or a hidden field can be
set with the browser's own tools.  Assistants keep the role in a cookie, since the page needs it too.

## How to fix it
Look it up on the server, by the session:

    if not current_user.is_admin:
        abort(403)

or keep it in a signed session or token, and check the signature.

## When it is fine
When a proxy in front sets the header, and removes the one that a client has sent.

## References
- [CWE-807: Reliance on Untrusted Inputs in a Security Decision](https://cwe.mitre.org/data/definitions/807.html)
- [CWE-565: Reliance on Cookies without Validation](https://cwe.mitre.org/data/definitions/565.html)
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
from vetline.rules.base import CheckContext, Example, FixSite, Match, Rule
from vetline.rules.building import written
from vetline.rules.flows import evidence_of
from vetline.rules.locals import origin_of
from vetline.rules.routes import is_flask

_CLAIM: Final = re.compile(
    r"\['(?:x[-_])?(?:is[-_]?)?(?:user[-_]?)?(?:admin|administrator|role|roles|authenticated|auth(?:orized)?|logged[-_]?in|loggedin|superuser|staff"
    r"|privileges?|access[-_]?level|permissions?|verified|premium)'\]",
    re.IGNORECASE,
)
"""In the key of an origin: the name of what was read, if it is a claim of rights."""
_REMOTE_USER: Final = re.compile(
    r"\['(?:http[-_])?x[-_](?:remote|forwarded|auth(?:enticated)?)[-_]?user(?:[-_]?id)?'\]", re.IGNORECASE
)


def check(context: CheckContext) -> Iterator[Match]:
    for test in _tests(context):
        for part in _parts(test):
            taint = _claim(part, context)
            if taint is not None:
                is_cookie = "cookie" in taint.origin.key.lower()
                message = f"{_capital(taint)} says what its sender may do, and is believed: look it up on the server."
                cwe = Cwe(565) if is_cookie else None
                yield Match(test, message, evidence=evidence_of(taint), cwe=cwe)
                break


def _capital(taint: Taint) -> str:
    what = taint.origin.what or "input"
    return what[:1].upper() + what[1:]


def _tests(context: CheckContext) -> Iterator[ast.expr]:
    for node in context.walk(ast.If, ast.IfExp, ast.While):
        assert isinstance(node, ast.If | ast.IfExp | ast.While)
        yield from _operands(node.test)
    for node in context.walk(ast.Return):
        if isinstance(node, ast.Return) and node.value is not None:
            value = written(node.value, context)
            if isinstance(value, ast.Compare):
                yield value


def _operands(test: ast.expr) -> Iterator[ast.expr]:
    match test:
        case ast.BoolOp(values=values):
            for value in values:
                yield from _operands(value)
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            yield from _operands(operand)
        case _:
            yield test


def _parts(test: ast.expr) -> Iterator[ast.expr]:
    match test:
        case ast.Compare(left=left, ops=[ast.Eq() | ast.NotEq() | ast.In()], comparators=[right]):
            yield from (left, right)
        case ast.Name() | ast.Call() | ast.Subscript() | ast.Attribute():
            yield test


def _claim(part: ast.expr, context: CheckContext) -> Taint | None:
    """Return the taint of a value that was read from the request under a name that claims rights."""
    value = context.value(part)
    for taint in value.taints:
        if taint.origin.label == "remote" and taint.is_certain and _CLAIM.search(taint.origin.key):
            return taint
        if taint.origin.label == "remote" and _REMOTE_USER.search(taint.origin.key):
            return taint
    if isinstance(part, ast.Call) and isinstance(part.func, ast.Attribute) and part.func.attr in ("lower", "upper", "strip"):
        return _claim(part.func.value, context)
    return None


def fix(site: FixSite) -> Iterator[Fix]:
    imported = {name.partition(".")[0] for name in site.imports()}
    for reader in _readers(site.node, site):
        owner, request = reader
        if is_flask(site):
            session = site.use("flask", "session")
        elif imported & {"django", "fastapi", "starlette"}:
            session = f"{request}.session"
        else:
            return
        note = "What it says has to be put into the session when somebody logs in."
        yield Fix("Read it from the session", (site.replace(owner, session),), Applicability.REVIEW, note)
        return


def _readers(node: ast.AST, site: FixSite) -> Iterator[tuple[ast.expr, str]]:
    """Yield ``request.cookies``, and the like, that a decision is read from, and how the request is written."""
    for inner in ast.walk(node):
        found = [inner]
        if isinstance(inner, ast.Name) and (origin := origin_of(inner, site)) is not inner:
            found = list(ast.walk(origin))
        for one in found:
            match one:
                case ast.Attribute(value=request, attr="cookies" | "COOKIES" | "args" | "headers" | "GET" | "POST" | "form"):
                    yield one, site.text_of(request)
                case ast.Attribute(value=request, attr="query_params" | "values"):
                    yield one, site.text_of(request)


RULE = Rule(
    id="VET808",
    name="client-side-decision",
    cwe=Cwe(807),
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    message="The request says what its sender may do, and is believed: look it up on the server.",
    bad=(
        Example(
            """\
from flask import abort, request


def panel():
    if request.cookies.get('is_admin') != 'true':
        abort(403)
    return show()
""",
            """\
from flask import abort, request, session


def panel():
    if session.get('is_admin') != 'true':
        abort(403)
    return show()
""",
        ),
        Example(
            """\
from django.http import HttpResponse


def panel(request):
    role = request.COOKIES.get('role', 'guest')
    if role == 'admin':
        return HttpResponse(secrets())
    return HttpResponse(status=403)
""",
            """\
from django.http import HttpResponse


def panel(request):
    role = request.session.get('role', 'guest')
    if role == 'admin':
        return HttpResponse(secrets())
    return HttpResponse(status=403)
""",
        ),
        Example(
            """\
from fastapi import FastAPI, HTTPException, Request

app = FastAPI()


@app.get('/users')
async def users(request: Request):
    if request.headers.get('X-User-Role') == 'admin':
        return everybody()
    raise HTTPException(403)
""",
            """\
from fastapi import FastAPI, HTTPException, Request

app = FastAPI()


@app.get('/users')
async def users(request: Request):
    if request.session.get('X-User-Role') == 'admin':
        return everybody()
    raise HTTPException(403)
""",
        ),
        Example(
            """\
from flask import request


def is_admin():
    return request.args.get('admin') == '1'
""",
            """\
from flask import request, session


def is_admin():
    return session.get('admin') == '1'
""",
        ),
        Example(
            """\
from aiohttp import web


async def export(request):
    logged_in = request.cookies['logged_in']
    if not logged_in:
        raise web.HTTPForbidden()
    return web.Response(body=dump())
"""
        ),
    ),
    good=(
        """\
from flask import abort
from flask_login import current_user


def panel():
    if not current_user.is_admin:
        abort(403)
    return show()
""",
        """\
from flask import request, session


def panel():
    if session.get('is_admin'):
        return show()
    return ''
""",
        """\
from flask import request


def theme():
    if request.cookies.get('theme') == 'dark':
        return DARK
    return LIGHT
""",
        """\
from django.http import HttpResponse


def panel(request):
    if request.user.is_staff:
        return HttpResponse(secrets())
    return HttpResponse(status=403)
""",
        """\
import jwt
from flask import request


def panel():
    claims = jwt.decode(request.cookies['token'], KEY, algorithms=['HS256'])
    if claims['sub'] in ADMINS:
        return show()
    return ''
""",
        """\
def choose(form):
    if form.role == 'admin':
        return 1
    return 0
""",
    ),
    check=check,
    fix=fix,
)
