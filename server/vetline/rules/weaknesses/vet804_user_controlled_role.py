"""A request says which role its sender has, or whom an object belongs to.

## Why it matters
Registration that stores `request.json["role"]` makes administrators of whoever asks to be one.  An object whose owner is in
the form can be given to others, or taken.  The field is hidden in the page, and a request is easily written by hand.
Assistants store every field that the model has.

## How to fix it
Take both from the server's side:

    user = User(name=data["name"], role="member")
    order.owner_id = current_user.id

Let only administrators change roles, and only to those in a list.

## When it is fine
In a handler that has made sure that an administrator is asking.

## References
- [OWASP A01: broken access control](https://owasp.org/Top10/A01_2021-Broken_Access_Control/)
- [CWE-269: Improper Privilege Management](https://cwe.mitre.org/data/definitions/269.html)
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Final

from vetline.core.cwe import Cwe
from vetline.core.edit import Applicability, Fix
from vetline.core.severity import Confidence, Severity
from vetline.rules.access import words
from vetline.rules.base import CheckContext, Example, FixSite, Match, Rule
from vetline.rules.flows import evidence_of
from vetline.rules.purpose import names_in
from vetline.rules.routes import is_guard
from vetline.rules.statements import remove
from vetline.rules.surroundings import function_around, name_of

_ROLES: Final = frozenset(
    "role roles user_role is_admin admin is_staff is_superuser superuser permissions permission_level access_level account_type"
    " user_type privileges is_verified email_verified".split()
)
_OWNERS: Final = frozenset("owner owner_id user_id author_id created_by account_id tenant_id".split())
_ADMINS: Final = frozenset("admin admins administrator superuser staff permission permissions role roles forbidden".split())


def check(context: CheckContext) -> Iterator[Match]:
    for assignment in context.walk(ast.Assign):
        match assignment:
            case ast.Assign(targets=[ast.Attribute(attr=name, value=owner)], value=value) if name in _ROLES | _OWNERS:
                if not isinstance(owner, ast.Name) or owner.id not in ("self", "cls", "args", "g"):
                    yield from _given(name, value, assignment, context)
    for call in context.calls():
        last = name_of(call.func)
        if last[:1].isupper() or last in (
            "create",
            "create_user",
            "insert",
            "update",
            "update_or_create",
            "values",
            "register",
        ):
            for keyword in call.keywords:
                if keyword.arg in _ROLES or (
                    keyword.arg in _OWNERS and last != "update" and not last.endswith(("Query", "Filter"))
                ):
                    yield from _given(keyword.arg or "", keyword.value, keyword, context)


def _given(name: str, value: ast.expr, place: ast.AST, context: CheckContext) -> Iterator[Match]:
    taint = next((t for t in context.value(value).taints if t.origin.label == "remote" and t.is_certain), None)
    if taint is None or _asks_administrators(place, context):
        return
    what = taint.origin.what or "input"
    if name in _ROLES:
        message = f"{what[:1].upper() + what[1:]} decides on `{name}`: whoever sends it gives themselves rights."
        yield Match(place, message, Severity.HIGH, Confidence.MEDIUM, evidence_of(taint))
    else:
        message = f"{what[:1].upper() + what[1:]} decides on `{name}`: take it from who is logged in."
        yield Match(place, message, Severity.LOW, Confidence.LOW, evidence_of(taint))


def _asks_administrators(node: ast.AST, context: CheckContext) -> bool:
    """Tell whether the handler around makes sure that somebody who may do it is asking."""
    function = function_around(node, context)
    if function is None:
        return False
    guards = [one for one in function.decorator_list if is_guard(one)]
    if any(words(*names_in(one)) & _ADMINS or any(_is_text_of(one, word) for word in _ADMINS) for one in guards):
        return True
    tests = (inner.test for inner in ast.walk(function) if isinstance(inner, ast.If | ast.IfExp | ast.Assert))
    if any(words(*names_in(test)) & _ADMINS - {"role"} and "current" in words(*names_in(test)) | {"current"} for test in tests):
        return True
    defaults = (*function.args.defaults, *function.args.kw_defaults)
    return any(default is not None and words(*names_in(default)) & _ADMINS for default in defaults)


def _is_text_of(node: ast.AST, word: str) -> bool:
    return any(isinstance(inner, ast.Constant) and inner.value == word for inner in ast.walk(node))


def fix(site: FixSite) -> Iterator[Fix]:
    node = site.node
    note = "Nobody gets rights by a request any more: give them where an administrator does."
    match node:
        case ast.keyword(value=ast.Call(func=ast.Attribute(attr="get"), args=[_, ast.Constant() as default])):
            edit = site.replace(node.value, site.text_of(default))
            yield Fix("Take the default", (edit,), Applicability.REVIEW, note)
        case ast.keyword() if isinstance(call := site.parent_of(node), ast.Call):
            yield Fix("Leave it to the default", (site.remove_argument(call, node),), Applicability.REVIEW, note)
        case ast.Assign():
            yield Fix("Leave it as it is", (remove(site, node),), Applicability.REVIEW, note)


RULE = Rule(
    id="VET804",
    name="user-controlled-role",
    cwe=Cwe(269),
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    message="The request decides on a role: whoever sends it gives themselves rights.",
    bad=(
        Example(
            """\
from flask import request


def register():
    data = request.get_json()
    user = User(name=data['name'], role=data.get('role', 'member'))
    db.session.add(user)
    return 'ok'
""",
            """\
from flask import request


def register():
    data = request.get_json()
    user = User(name=data['name'], role='member')
    db.session.add(user)
    return 'ok'
""",
        ),
        Example(
            """\
from django.http import HttpResponse


def update(request):
    request.user.is_staff = request.POST.get('staff') == 'on'
    member = Member.objects.get(user=request.user)
    member.is_admin = request.POST['is_admin']
    member.save()
    return HttpResponse()
""",
            """\
from django.http import HttpResponse


def update(request):
    request.user.is_staff = request.POST.get('staff') == 'on'
    member = Member.objects.get(user=request.user)
    member.save()
    return HttpResponse()
""",
        ),
        Example(
            """\
from fastapi import FastAPI, Request

app = FastAPI()


@app.post('/users')
async def create(request: Request):
    body = await request.json()
    return await users.create(name=body['name'], permissions=body['permissions'])
""",
            """\
from fastapi import FastAPI, Request

app = FastAPI()


@app.post('/users')
async def create(request: Request):
    body = await request.json()
    return await users.create(name=body['name'])
""",
        ),
        Example(
            """\
from aiohttp import web


async def signup(request):
    form = await request.post()
    level = form['level']
    account = Account(login=form['login'])
    account.access_level = level
    await account.save()
    return web.Response()
""",
            """\
from aiohttp import web


async def signup(request):
    form = await request.post()
    level = form['level']
    account = Account(login=form['login'])
    await account.save()
    return web.Response()
""",
        ),
        Example(
            """\
from flask import request


def order():
    item = Order(product=request.form['product'], owner_id=request.form['owner'])
    db.session.add(item)
    return 'ok'
""",
            """\
from flask import request


def order():
    item = Order(product=request.form['product'])
    db.session.add(item)
    return 'ok'
""",
        ),
    ),
    good=(
        """\
from flask import request


def register():
    data = request.get_json()
    user = User(name=data['name'], role='member')
    db.session.add(user)
    return 'ok'
""",
        """\
from flask import abort, request

ROLES = ('member', 'editor')


def register():
    role = request.json['role']
    if role not in ROLES:
        abort(400)
    return User(role=role).save()
""",
        """\
from flask import request


@app.post('/users')
@admin_required
def create():
    return User(name=request.json['name'], role=request.json['role']).save()
""",
        """\
from flask import request
from flask_login import current_user


def order():
    return Order(product=request.form['product'], owner_id=current_user.id).save()
""",
        """\
class Account:
    def __init__(self, name, role):
        self.name = name
        self.role = role
""",
        """\
from django.http import HttpResponse


def promote(request):
    if not request.user.is_superuser:
        return HttpResponse(status=403)
    user.role = request.POST['role']
    user.save()
    return HttpResponse()
""",
    ),
    check=check,
    fix=fix,
)
