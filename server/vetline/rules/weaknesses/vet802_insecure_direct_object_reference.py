"""A request names an object, and gets it whoever it belongs to.

It reports look-ups of personal things (orders, messages, documents, accounts …) by an id from the request in functions that
never look who is asking.

## Why it matters
Ids are counted up, or read off other pages.  Whoever changes the number in the URL reads, or deletes, what belongs to somebody
else; a login alone doesn't help.  It is the most frequent weakness of web interfaces, and assistants write `get(id)` since the
question doesn't mention an owner.

## How to fix it
Ask for the object among those of the person who is logged in:

    order = Order.query.filter_by(id=order_id, user_id=current_user.id).first_or_404()

## When it is fine
For what is public anyway, or when the check is made elsewhere.

## References
- [OWASP: insecure direct object references](https://cheatsheetseries.owasp.org/cheatsheets/Insecure_Direct_Object_Reference_Prevention_Cheat_Sheet.html)
- [CWE-639: Authorization Bypass Through User-Controlled Key](https://cwe.mitre.org/data/definitions/639.html)
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
from vetline.rules.flows import evidence_of
from vetline.rules.guards import strangers_refused
from vetline.rules.purpose import names_in
from vetline.rules.routes import is_flask, is_guarded
from vetline.rules.statements import add_compound_after
from vetline.rules.surroundings import calls_named, function_around, name_of
from vetline.semantics.scopes import Function, parameters

_PERSONAL: Final = frozenset(
    """
    account accounts address addresses appointment appointments bill billing booking bookings card cards cart chat
    contract contracts conversation customer customers document documents employee employees file files grade grades
    invoice invoices letter letters medical message messages note notes order orders patient patients payment payments
    payslip photo photos prescription profile profiles project projects receipt record records report reports salary
    subscription task tasks ticket tickets transaction transactions user users wallet
    """.split()
)
_PERSONS: Final = re.compile(
    r"\['(?:user|username|user_?id|uid|account|account_?id|owner|owner_?id|customer|customer_?id|member|member_?id|patient_?id|employee_?id|email)'\]$",
    re.IGNORECASE,
)
"""In the key of an origin: a request's value that says whose data are wanted."""
_LOOKUPS: Final = frozenset(
    {"get", "get_or_404", "get_object_or_404", "filter_by", "find_one", "find_by_id", "get_by_id", "delete_one", "first_or_404"}
)
_IDS: Final = frozenset({"id", "pk", "_id", "uuid"})


def check(context: CheckContext) -> Iterator[Match]:
    found: set[Function] = set()
    for call in calls_named(context, _LOOKUPS):
        if (taint := _named_object(call, context)) is not None:
            function = function_around(call, context)
            if function is not None and function not in found and not is_guarded(function):
                found.add(function)
                yield Match(call, evidence=evidence_of(taint))
    for hit in context.sinks("path", "sql"):
        if hit.inner is not None:
            continue
        taint = next((t for t in hit.value.all_taints() if t.origin.label == "remote" and _PERSONS.search(t.origin.key)), None)
        function = function_around(hit.node, context)
        if taint is not None and function is not None and function not in found and not is_guarded(function):
            found.add(function)
            message = "The request says whose data this is about, and nothing here looks who is asking."
            yield Match(hit.node, message, evidence=evidence_of(taint))


def _named_object(call: ast.Call, context: CheckContext) -> Taint | None:
    """Return the taint of the id that something personal is looked up by; None if it isn't."""
    if not words(*names_in(call)) & _PERSONAL or (name_of(call.func) == "get" and not _is_model(call.func)):
        return None
    named = (keyword.value for keyword in call.keywords if keyword.arg is None or _is_id(keyword.arg))
    for value in (*call.args, *named):
        for taint in context.value(value).all_taints():
            if taint.origin.label == "remote" and taint.is_certain:
                return taint
    return None


def _is_id(name: str) -> bool:
    return name in _IDS or name.endswith(("_id", "_pk"))


def _is_model(callee: ast.expr) -> bool:
    """Tell whether ``get`` is that of a table: ``Order.objects.get``, ``Order.query.get``, ``session.get(Order, …)``."""
    match callee:
        case ast.Attribute(value=ast.Attribute(attr="objects" | "query" | "session")):
            return True
        case ast.Attribute(value=ast.Name(id="session" | "db")):
            return True
        case ast.Attribute(value=ast.Call(func=ast.Attribute(attr="query" | "filter" | "select_related"))):
            return True
    return False


def fix(site: FixSite) -> Iterator[Fix]:
    call = site.node
    if not isinstance(call, ast.Call):
        return
    imported = {name.partition(".")[0] for name in site.imports()}
    function = site.enclosing_function(call)
    if function is not None and words(*names_in(function)) & {"password", "passwd"}:
        return  # that asks who somebody is
    takes_request = function is not None and any(one.arg == "request" for one in parameters(function))
    if (
        "django" in imported
        and takes_request
        and name_of(call.func) in ("get", "get_object_or_404", "filter_by", "first_or_404")
    ):
        note = "The field that says whose the object is may have another name than `owner`."
        narrowed = site.append_argument(call, "owner=request.user")
        yield Fix("Look among the visitor's own", (narrowed,), Applicability.REVIEW, note)
    elif (person := _person_in(function)) is not None and function is not None:
        yield from _compared(person, imported, site)
    elif is_flask(site) and function is not None:
        note = "Only who has `{key}` in the session gets further; compare it with whose the object is as well."
        yield from strangers_refused(call, site, note)


_NAMED: Final = re.compile(
    r"^(?:user|username|user_?id|uid|account|account_?id|owner|owner_?id|customer|customer_?id|member|member_?id|email)$",
    re.IGNORECASE,
)


def _person_in(function: Function | None) -> ast.Assign | None:
    """Return the statement that takes from the request whose data are wanted."""
    for statement in function.body if function is not None else ():
        match statement:
            case ast.Assign(targets=[ast.Name()], value=value):
                for inner in ast.walk(value):
                    if isinstance(inner, ast.Constant) and isinstance(inner.value, str) and _NAMED.match(inner.value):
                        return statement
    return None


def _compared(person: ast.Assign, imported: set[str], site: FixSite) -> Iterator[Fix]:
    target = person.targets[0]
    name = site.text_of(target)
    if is_flask(site):
        known, refused = f'{site.use("flask", "session")}.get("{name}")', f"{site.use('flask', 'abort')}(403)"
        note = f"The session has to be given `{name}` when somebody logs in."
    elif "django" in imported:
        known = "request.user.get_username()" if "name" in name else f"str(request.user.{'email' if 'mail' in name else 'pk'})"
        refused = f"raise {site.use('django.core.exceptions', 'PermissionDenied')}"
        note = "Who isn't logged in, or is somebody else, gets an error."
    else:
        return
    edit = add_compound_after(site, person, f"if {name} != {known}:", refused)
    if edit is not None:
        yield Fix("Refuse who is somebody else", (edit,), Applicability.REVIEW, note)


RULE = Rule(
    id="VET802",
    name="insecure-direct-object-reference",
    cwe=Cwe(862),
    severity=Severity.MEDIUM,
    confidence=Confidence.LOW,
    message="The request says which object is meant, and nothing here looks whose it is.",
    bad=(
        Example(
            """\
from flask import Flask, jsonify

app = Flask(__name__)


@app.get('/orders/<int:order_id>')
def order(order_id):
    return jsonify(Order.query.get(order_id).as_dict())
""",
            """\
from flask import Flask, abort, jsonify, session

app = Flask(__name__)


@app.get('/orders/<int:order_id>')
def order(order_id):
    if "user_id" not in session:
        abort(401)
    return jsonify(Order.query.get(order_id).as_dict())
""",
        ),
        Example(
            """\
from django.http import JsonResponse
from django.shortcuts import get_object_or_404


def message(request):
    found = get_object_or_404(Message, pk=request.GET['id'])
    return JsonResponse({'text': found.text})
""",
            """\
from django.http import JsonResponse
from django.shortcuts import get_object_or_404


def message(request):
    found = get_object_or_404(Message, pk=request.GET['id'], owner=request.user)
    return JsonResponse({'text': found.text})
""",
        ),
        Example(
            """\
from fastapi import FastAPI

app = FastAPI()


@app.delete('/invoices/{invoice_id}')
async def remove(invoice_id: str):
    await db.invoices.delete_one({'_id': invoice_id})
"""
        ),
        Example(
            """\
from django.http import HttpResponse


def statement(request):
    name = request.GET['username']
    with open('./statements/' + name) as file:
        return HttpResponse(file.read())
""",
            """\
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse


def statement(request):
    name = request.GET['username']
    if name != request.user.get_username():
        raise PermissionDenied
    with open('./statements/' + name) as file:
        return HttpResponse(file.read())
""",
        ),
        Example(
            """\
import sqlite3

from flask import request


def balance():
    connection = sqlite3.connect('bank.db')
    account = request.args['account_id']
    return str(connection.execute(f'SELECT balance FROM accounts WHERE id = {account}').fetchone())
""",
            """\
import sqlite3

from flask import abort, request, session


def balance():
    connection = sqlite3.connect('bank.db')
    account = request.args['account_id']
    if account != session.get("account"):
        abort(403)
    return str(connection.execute(f'SELECT balance FROM accounts WHERE id = {account}').fetchone())
""",
        ),
    ),
    good=(
        """\
from flask import Flask, jsonify
from flask_login import current_user

app = Flask(__name__)


@app.get('/orders/<int:order_id>')
def order(order_id):
    found = Order.query.filter_by(id=order_id, user_id=current_user.id).first_or_404()
    return jsonify(found.as_dict())
""",
        """\
from django.http import JsonResponse
from django.shortcuts import get_object_or_404


def message(request):
    found = get_object_or_404(Message, pk=request.GET['id'], recipient=request.user)
    return JsonResponse({'text': found.text})
""",
        """\
from flask import Flask, jsonify

app = Flask(__name__)


@app.get('/products/<int:product_id>')
def product(product_id):
    return jsonify(Product.query.get(product_id).as_dict())
""",
        """\
def order(order_id):
    return Order.query.get(order_id)
""",
        """\
from flask import request


def language():
    return NOTES.get(request.args['language'])
""",
    ),
    check=check,
    fix=fix,
)
