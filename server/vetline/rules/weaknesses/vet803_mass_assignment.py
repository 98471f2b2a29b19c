"""All fields that a request sends become attributes of a stored object.

It reports models that are made or updated from a request's data as a whole: `User(**request.json)`, loops of `setattr`,
`update(**data)`, `__dict__.update(data)`, documents that are stored as they came, and forms with all of a model's fields.

## Why it matters
The form has a name and an address; the request can have `is_admin`, `balance` or `owner_id` too.  Whoever adds them sets them,
and nothing in the code mentions them.  Assistants write `**data` because it works for every field, those to come included.

## How to fix it
Name what may be set:

    user = User(name=data["name"], email=data["email"])

    for field in ("name", "email"):
        setattr(user, field, data[field])

or have a schema do it (Pydantic, marshmallow, a form with `fields`).

## When it is fine
When the data has been through a schema that drops what it doesn't know.

## References
- [OWASP: mass assignment](https://cheatsheetseries.owasp.org/cheatsheets/Mass_Assignment_Cheat_Sheet.html)
- [CWE-915: Improperly Controlled Modification of Dynamically-Determined Object Attributes](https://cwe.mitre.org/data/definitions/915.html)
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import Final

from vetline.core.cwe import Cwe
from vetline.core.severity import Confidence, Severity
from vetline.flow.taints import Taint
from vetline.rules.base import CheckContext, Example, Match, Rule
from vetline.rules.building import written_parts
from vetline.rules.flows import evidence_of
from vetline.rules.surroundings import function_around, name_of
from vetline.semantics.scopes import own_nodes

_INPUT: Final = frozenset({"remote"})
_SCHEMA: Final = re.compile(
    r"(?:Schema|Form|Request|Response|Input|DTO|Dto|Payload|Params|Args|Query|Validator|Serializer|Settings|Config|Error|Exception|Filter|Model"
    r"|Create|Update|In|Out|Base|Data|Event|Message)$"
)
"""Ends of names of classes that check what they are given, or are stored nowhere."""
_STORING: Final = frozenset({"add", "save", "commit", "create", "insert", "merge", "bulk_create", "put", "flush", "persist"})
_SETATTR: Final = frozenset({"setattr"})
_FIELDS: Final = frozenset({"fields"})
_MAKERS: Final = frozenset(
    {"create", "update", "update_or_create", "get_or_create", "values", "from_dict", "construct", "model_construct"}
)
_DOCUMENTS: Final = frozenset({"insert_one", "insert_many", "replace_one", "update_one", "update_many", "find_one_and_update"})
_SCHEMED: Final = frozenset(
    {"dict", "model_dump", "load", "validate", "cleaned_data", "validated_data", "parse_args", "is_valid"}
)


def check(context: CheckContext) -> Iterator[Match]:
    for call in context.calls():
        yield from _of_call(call, context)
    for hit in context.sinks("fields"):
        is_handed_on = isinstance(hit.node, ast.Call) and any(_hands_all_on(hit.node, k, context) for k in hit.node.keywords)
        if hit.inner is not None and _is_of_model(hit.callee) and not is_handed_on:
            taint = next((t for t in hit.taints if t.origin.label in _INPUT and t.is_certain), None)
            if taint is not None:
                message = (
                    f"Whatever fields {taint.origin.what or 'input'} has are set, {_examples()} too: name those that may be."
                )
                yield Match(hit.node, message, None, Confidence.MEDIUM, evidence_of(taint))
    for loop in context.walk(ast.Call) if context.mentions(_SETATTR) else ():
        match loop:
            case ast.Call(func=ast.Name(id="setattr"), args=[owner, name, _]):
                if _names_itself(owner) and (taint := _whole(name, context)) is not None:
                    message = f"{_capital(taint)} decides which attributes are set, {_examples()} too: name those that may be."
                    yield Match(loop, message, evidence=evidence_of(taint))
    for node in context.walk(ast.Assign) if context.mentions(_FIELDS) else ():
        match node:
            case ast.Assign(targets=[ast.Name(id="fields")], value=ast.Constant(value="__all__")):
                if isinstance(parent := context.parent_of(node), ast.ClassDef) and parent.name == "Meta":
                    message = (
                        "Every field of the model may be set by a request, those to come included: list the ones that may."
                    )
                    yield Match(node, message, Severity.LOW, Confidence.MEDIUM)


def _hands_all_on(call: ast.Call, keyword: ast.keyword, context: CheckContext) -> bool:
    """Tell whether a handler leaves its work, with all that it was given, to another: ``create(request, *args, **kwargs)``."""
    function = function_around(call, context)
    match keyword.value:
        case ast.Name(id=name) if function is not None and function.args.kwarg is not None:
            return name == function.args.kwarg.arg and any(isinstance(one, ast.Starred) for one in call.args)
    return False


def _of_call(call: ast.Call, context: CheckContext) -> Iterator[Match]:
    last = name_of(call.func)
    for keyword in call.keywords:
        if (
            keyword.arg is None
            and not _hands_all_on(call, keyword, context)
            and (taint := _whole(keyword.value, context)) is not None
            and not _is_schemed(keyword.value, context)
        ):
            if not _is_of_model(last):
                continue
            stored = last in _MAKERS or _is_stored(call, context)
            confidence = Confidence.HIGH if stored and taint.is_certain else Confidence.MEDIUM if stored else Confidence.LOW
            message = f"Whatever fields {taint.origin.what or 'input'} has are set, {_examples()} too: name those that may be."
            yield Match(keyword, message, None, confidence, evidence_of(taint))
    match call:
        case ast.Call(func=ast.Attribute(value=owner, attr="update"), args=[data]) if _is_attributes(owner):
            if (taint := _whole(data, context)) is not None and not _is_schemed(data, context):
                message = (
                    f"Whatever fields {taint.origin.what or 'input'} has are set, {_examples()} too: name those that may be."
                )
                yield Match(call, message, None, Confidence.HIGH, evidence_of(taint))
        case ast.Call(func=ast.Attribute(value=ast.Call(func=ast.Attribute(attr=before)), attr="update"), args=[data]):
            if (
                before in ("filter_by", "filter", "where")
                and (taint := _whole(data, context)) is not None
                and not _is_schemed(data, context)
            ):
                message = (
                    f"Whatever fields {taint.origin.what or 'input'} has are stored, {_examples()} too: name those that may be."
                )
                yield Match(data, message, None, Confidence.MEDIUM, evidence_of(taint))
        case ast.Call(func=ast.Attribute(attr=method), args=[*_, data]) if method in _DOCUMENTS:
            if isinstance(data, ast.Dict) and data.values:
                data = data.values[0]
            if (taint := _whole(data, context)) is not None and not _is_schemed(data, context):
                message = (
                    f"Whatever fields {taint.origin.what or 'input'} has are stored, {_examples()} too: name those that may be."
                )
                yield Match(data, message, None, Confidence.MEDIUM, evidence_of(taint))


def _is_of_model(callee: str) -> bool:
    """Tell whether what is called makes or changes an object that is stored, as far as its name tells."""
    last = callee.rpartition(".")[2].rpartition(":")[2]
    is_class = last[:1].isupper() and not last.isupper() and _SCHEMA.search(last) is None
    return is_class or last in _MAKERS or last == "setattr"


def _examples() -> str:
    return "`is_admin` or `owner_id`"


def _capital(taint: Taint) -> str:
    what = taint.origin.what or "input"
    return what[:1].upper() + what[1:]


def _whole(node: ast.expr, context: CheckContext) -> Taint | None:
    """Return the taint of a mapping that a request sends, as it came."""
    value = context.value(node)
    if value.items and not value.taints:
        return None  # a mapping of one's own, whatever is in it
    for taint in value.taints:
        if taint.origin.label in _INPUT and taint.is_certain:
            return taint
    return None


def _is_schemed(node: ast.expr, context: CheckContext) -> bool:
    """Tell whether what is unpacked comes from a schema: ``form.cleaned_data``, ``item.model_dump()``."""
    for inner in written_parts(node, context):
        match inner:
            case ast.Call(func=ast.Attribute(attr=name)) | ast.Attribute(attr=name):
                if name in _SCHEMED:
                    return True
    return False


def _is_attributes(owner: ast.expr) -> bool:
    match owner:
        case ast.Attribute(attr="__dict__"):
            return True
        case ast.Call(func=ast.Name(id="vars"), args=[_]):
            return True
    return False


def _names_itself(owner: ast.expr) -> bool:
    return isinstance(owner, ast.Name | ast.Attribute | ast.Subscript)


def _is_stored(call: ast.Call, context: CheckContext) -> bool:
    """Tell whether a function stores something, once it has made an object."""
    function = function_around(call, context)
    return function is not None and any(
        isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _STORING
        for node in own_nodes(function.body)
    )


RULE = Rule(
    id="VET803",
    name="mass-assignment",
    cwe=Cwe(915),
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    message="Whatever fields the request has are set, `is_admin` or `owner_id` too: name those that may be.",
    bad=(
        Example(
            """\
from flask import request


def change(user, data):
    for name, value in data.items():
        setattr(user, name, value)


def make(fields):
    user = User(**fields)
    db.session.add(user)


def save(user_id):
    change(User.query.get(user_id), request.json)
    return "ok"
"""
        ),
        Example(
            """\
from flask import Flask, request

app = Flask(__name__)


@app.post("/users")
def create():
    user = User(**request.json)
    db.session.add(user)
    db.session.commit()
    return {"id": user.id}
"""
        ),
        Example(
            """\
from django.http import JsonResponse


def update(request, pk):
    profile = Profile.objects.get(pk=pk)
    for field, value in request.POST.items():
        setattr(profile, field, value)
    profile.save()
    return JsonResponse({})
"""
        ),
        Example(
            """\
from fastapi import FastAPI, Request

app = FastAPI()


@app.patch("/accounts/{account_id}")
async def patch(account_id: int, request: Request):
    data = await request.json()
    account = await find(account_id)
    account.__dict__.update(data)
    return account
"""
        ),
        Example(
            """\
import json

from django.http import HttpResponse


class Members:
    def post(self, request):
        fields = json.loads(request.body)
        Member.objects.create(**fields)
        return HttpResponse(status=201)
"""
        ),
        Example(
            """\
from flask import request


def save(order_id):
    changes = request.get_json()
    Order.query.filter_by(id=order_id).update(changes)
    db.session.commit()
    return "ok"
"""
        ),
        Example(
            """\
from aiohttp import web


async def register(request):
    body = await request.json()
    await request.app["db"].users.insert_one(body)
    return web.Response()
"""
        ),
        Example(
            """\
from django import forms


class UserForm(forms.ModelForm):
    class Meta:
        model = User
        fields = '__all__'
"""
        ),
    ),
    good=(
        """\
from rest_framework.generics import GenericAPIView
from rest_framework.mixins import CreateModelMixin


class CreateView(CreateModelMixin, GenericAPIView):
    def post(self, request, *args, **kwargs):
        return self.create(request, *args, **kwargs)
""",
        """\
from flask import request


def change(user, data):
    for name, value in data.items():
        if name in EDITABLE:
            setattr(user, name, value)


def save(user_id):
    change(User.query.get(user_id), request.json)
    return "ok"
""",
        """\
from flask import request


def create():
    data = request.json
    user = User(name=data["name"], email=data["email"])
    db.session.add(user)
    db.session.commit()
    return {"id": user.id}
""",
        """\
from django.http import JsonResponse

EDITABLE = ("name", "city")


def update(request, pk):
    profile = Profile.objects.get(pk=pk)
    for field, value in request.POST.items():
        if field in EDITABLE:
            setattr(profile, field, value)
    profile.save()
    return JsonResponse({})
""",
        """\
from fastapi import FastAPI
from pydantic import BaseModel

app = FastAPI()


class Item(BaseModel):
    name: str


@app.post("/items")
def create(item: Item):
    row = ItemRow(**item.model_dump())
    db.add(row)
    return row
""",
        """\
from flask import jsonify, render_template, request


def search():
    if request.is_json:
        return jsonify(**request.json)
    return render_template("search.html", **request.args)
""",
        """\
class Settings:
    def __init__(self, **options):
        for name, value in options.items():
            setattr(self, name, value)
""",
        """\
from flask import request


def create():
    data = UserSchema().load(request.json)
    user = User(**data)
    db.session.add(user)
    return 'ok'
""",
        """\
from django import forms


class UserForm(forms.ModelForm):
    class Meta:
        model = User
        fields = ['name']
""",
    ),
    check=check,
    why_no_fix="Which fields may be set, only its author knows.",
)
