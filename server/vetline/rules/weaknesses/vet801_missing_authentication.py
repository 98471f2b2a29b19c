"""A route that changes something, or gives out one object, doesn't look who is asking, though others beside it do.

It compares the routes of a file: when some of them are protected by a decorator, a dependency or a check, those that aren't
stand out.  Without any to compare with, it reports only those whose name or path speaks of administration or of deleting.

## Why it matters
Whoever finds the URL can use it.  It needn't be linked anywhere: paths are guessed, and read from the page's scripts.
Assistants add a route by copying the body of another one, and not what stands above it.

## How to fix it
Protect it like the others:

    @app.post("/orders/<int:id>/cancel")
    @login_required
    def cancel(id): ...

Better still, protect all of them in one place (`before_request`, `dependencies=[Depends(current_user)]`, a middleware), and
except the few that are public.

## When it is fine
When it is meant to be public, or a gateway in front asks for a login.

## References
- [OWASP A01: broken access control](https://owasp.org/Top10/A01_2021-Broken_Access_Control/)
- [CWE-306: Missing Authentication for Critical Function](https://cwe.mitre.org/data/definitions/306.html)
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from typing import Final

from vetline.core.cwe import Cwe
from vetline.core.edit import Applicability, Fix, TextEdit
from vetline.core.severity import Confidence, Severity
from vetline.rules.access import PERMISSION, words
from vetline.rules.base import CheckContext, Comparison, Example, FixSite, Match, Note, Rule
from vetline.rules.building import written
from vetline.rules.guards import strangers_refused
from vetline.rules.routes import Route, asks_who, decorated, is_flask, is_guard, is_guarded, route_of
from vetline.rules.statements import indentation
from vetline.rules.surroundings import called_name, name_of
from vetline.semantics.scopes import Function, default_in, own_nodes, parameters

_GLOBAL: Final = "guard"
_KNOWN: Final = "known"
_GUARDING: Final = frozenset("dependencies auth_required before_request add_middleware HTTPBasicAuth add_url_rule".split())
_CRITICAL: Final = frozenset("admin delete destroy drop erase purge remove reset shutdown wipe".split())
_PRIVATE: Final = frozenset("account admin billing dashboard orders payments profile secret secrets settings".split())


def note(context: CheckContext) -> Iterator[Note]:
    for function in decorated(context):
        if context.parent_of(function) is None or isinstance(context.parent_of(function), ast.FunctionDef):
            yield from _of_function(function, context)
    for call in context.calls() if context.mentions(_GUARDING) else ():
        for keyword in call.keywords:
            if keyword.arg in ("dependencies", "auth_required") and called_name(call, context) in (
                "FastAPI",
                "APIRouter",
                "include_router",
            ):
                yield Note(call, _GLOBAL)
        if name_of(call.func) in ("before_request", "add_middleware", "HTTPBasicAuth", "add_url_rule") and call.args:
            given = " ".join(name_of(argument) for argument in call.args)
            if words(given) & PERMISSION:
                yield Note(call, _GLOBAL)


def _of_function(function: Function, context: CheckContext) -> Iterator[Note]:
    route = route_of(function, context)
    if route is not None:
        yield Note(function, route)
        return
    names = [name_of(one.func if isinstance(one, ast.Call) else one) for one in function.decorator_list]
    if any(name in ("before_request", "before_app_request", "middleware") for name in names):
        if is_guarded(function):
            yield Note(function, _GLOBAL)
    elif _is_view(function, context):
        yield Note(function, Route(function.name, "", frozenset(), is_guarded(function)))
    elif (
        not names
        and words(function.name) & PERMISSION
        and any(isinstance(one, ast.FunctionDef) for one in own_nodes(function.body))
    ):
        yield Note(function, _KNOWN)  # a decorator that asks for a login
    elif not names and not function.args.args and words(function.name) & _PRIVATE and _gives_page(function, context):
        yield Note(function, Route(function.name, "", frozenset({"page"}), is_guarded(function)))


def _is_view(function: Function, context: CheckContext) -> bool:
    """Tell whether a function is a view of Django's: it takes a request, and has decorators that say so."""
    first = function.args.args[:1]
    if not first or first[0].arg != "request":
        return False
    return any(
        isinstance(node, ast.Return) and node.value is not None and _is_page(written(node.value, context), context)
        for node in own_nodes(function.body)
    )


def _is_page(node: ast.expr, context: CheckContext) -> bool:
    return isinstance(node, ast.Call) and _is_response(called_name(node, context))


def _is_response(name: str) -> bool:
    return name in ("render", "redirect", "render_to_response") or name.endswith("Response") or name.startswith("HttpResponse")


def _gives_page(function: Function, context: CheckContext) -> bool:
    for node in own_nodes(function.body):
        match node:
            case ast.Return(value=ast.expr() as value):
                match written(value, context):
                    case ast.Constant(value=str() as text) if "<" in text:
                        return True
                    case ast.Call() as call if called_name(call, context) == "render_template":
                        return True
    return False


def compare(notes: Sequence[Note]) -> Iterator[Match]:
    if any(one.facts == _GLOBAL for one in notes):
        return
    routes = [(one.node, one.facts) for one in notes if isinstance(one.facts, Route)]
    guarded = next((route for _, route in routes if route.is_guarded and not route.is_public), None)
    knows = guarded is not None or any(one.facts == _KNOWN for one in notes)
    for node, route in routes:
        if route.is_guarded or route.is_public:
            continue
        critical = bool(words(route.name, route.path.replace("-", "_")) & _CRITICAL)
        if "page" in route.verbs:
            if knows:
                message = f"`{route.name}` looks like a page for people who are logged in, and doesn't look who is asking."
                yield Match(node, message, Severity.MEDIUM, Confidence.LOW)
        elif guarded is not None and (route.changes or critical):
            message = f"`{route.name}` doesn't look who is asking, though `{guarded.name}` in this file does: protect it, too."
            yield Match(node, message, Severity.MEDIUM, Confidence.MEDIUM)
        elif guarded is not None and route.names_an_object:
            message = (
                f"`{route.name}` gives out one object without looking who is asking, unlike `{guarded.name}` in this file."
            )
            yield Match(node, message, Severity.LOW, Confidence.LOW)
        elif critical and route.verbs:
            message = f"`{route.name}` speaks of something that not everybody may do, and doesn't look who is asking."
            yield Match(node, message, Severity.MEDIUM, Confidence.LOW)


def fix(site: FixSite) -> Iterator[Fix]:
    function = site.node
    if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
        return
    indent = indentation(function, site)
    if indent is None:
        return
    note = "Who isn't let in gets an error, or has to log in: see that it is meant for those whom the others are for."
    for other in _functions(site):
        for decorator in other.decorator_list:
            if other is not function and is_guard(decorator):
                yield _decorated(site.text_of(decorator), function, indent, note, site)
                return
        for parameter, default in _dependencies(other):
            if other is not function:
                edit = _with_parameter(function, parameter, default, site)
                if edit is not None:
                    yield Fix(f"Ask for `{parameter.arg}` as the others do", (edit,), Applicability.REVIEW, note)
                    return
    name = next((one.name for one in _functions(site) if words(one.name) & {"required", "requires"}), None)
    imported = {one.partition(".")[0] for one in site.imports()}
    if name is None and "django" in imported:
        name = site.use("django.contrib.auth.decorators", "login_required")
    if name is None and "flask_login" in imported:
        name = site.use("flask_login", "login_required")
    if name is not None:
        yield _decorated(name, function, indent, note, site)
    elif is_flask(site) and (first := _first_of(function)) is not None:
        yield from strangers_refused(first, site, "Who has no `{key}` in the session is refused: see that the login sets it.")


def _functions(site: FixSite) -> Iterator[Function]:
    for statement in site.statements:
        if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef):
            yield statement


def _decorated(name: str, function: Function, indent: str, note: str, site: FixSite) -> Fix:
    place = site.range_of(function).start
    edit = site.insert(place, f"@{name}{site.newline}{indent}")
    return Fix(f"Protect it with `{name.partition('(')[0]}`", (edit,), Applicability.REVIEW, note)


def _dependencies(function: Function) -> Iterator[tuple[ast.arg, ast.expr | None]]:
    """Yield the parameters by which a function finds out who is asking, with their defaults."""
    for parameter in parameters(function):
        default = default_in(parameter.arg, function)
        if default is not None and asks_who(default):
            yield parameter, default
        elif parameter.annotation is not None and asks_who(parameter.annotation):
            yield parameter, None


def _with_parameter(function: Function, parameter: ast.arg, default: ast.expr | None, site: FixSite) -> TextEdit | None:
    found = function.args
    if found.vararg or found.kwarg or found.kwonlyargs or any(one.arg == parameter.arg for one in parameters(function)):
        return None
    text = site.text_of(parameter) + (f" = {site.text_of(default)}" if default is not None else "")
    positional = [*found.posonlyargs, *found.args]
    if not positional:
        return None
    last = found.defaults[-1] if found.defaults else positional[-1]
    if found.defaults and default is None:
        return None
    return site.insert(site.range_of(last).end, f", {text}")


def _first_of(function: Function) -> ast.stmt | None:
    """Return the first statement behind the docstring."""
    match function.body:
        case [ast.Expr(value=ast.Constant(value=str())), second, *_]:
            return second
        case [ast.Expr(value=ast.Constant(value=str()))]:
            return None
        case [first, *_]:
            return first
    return None


RULE = Rule(
    id="VET801",
    name="missing-authentication",
    cwe=Cwe(306),
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    message="This route doesn't look who is asking: protect it like the others.",
    bad=(
        Example(
            """\
from flask import Flask
from flask_login import login_required

app = Flask(__name__)


@app.post("/orders/<int:id>/cancel")
@login_required
def cancel(id):
    return cancel_order(id)


@app.post("/orders/<int:id>/refund")
def refund(id):
    return refund_order(id)
""",
            """\
from flask import Flask
from flask_login import login_required

app = Flask(__name__)


@app.post("/orders/<int:id>/cancel")
@login_required
def cancel(id):
    return cancel_order(id)


@app.post("/orders/<int:id>/refund")
@login_required
def refund(id):
    return refund_order(id)
""",
        ),
        Example(
            """\
from fastapi import APIRouter, Depends

router = APIRouter()


@router.get("/items/{item_id}")
async def read(item_id: int, user: User = Depends(get_current_user)):
    return await items.get(item_id)


@router.delete("/items/{item_id}")
async def remove(item_id: int):
    await items.delete(item_id)
""",
            """\
from fastapi import APIRouter, Depends

router = APIRouter()


@router.get("/items/{item_id}")
async def read(item_id: int, user: User = Depends(get_current_user)):
    return await items.get(item_id)


@router.delete("/items/{item_id}")
async def remove(item_id: int, user: User = Depends(get_current_user)):
    await items.delete(item_id)
""",
        ),
        Example(
            """\
from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect, render


@login_required
def profile(request):
    return render(request, "profile.html")


def delete_profile(request, pk):
    Profile.objects.filter(pk=pk).delete()
    return redirect("home")
""",
            """\
from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect, render


@login_required
def profile(request):
    return render(request, "profile.html")


@login_required
def delete_profile(request, pk):
    Profile.objects.filter(pk=pk).delete()
    return redirect("home")
""",
        ),
        Example(
            """\
from flask import Blueprint, jsonify

admin = Blueprint("admin", __name__)


@admin.route("/admin/users/<user_id>", methods=["DELETE"])
def delete_user(user_id):
    users.pop(user_id)
    return jsonify(ok=True)
""",
            """\
from flask import Blueprint, abort, jsonify, session

admin = Blueprint("admin", __name__)


@admin.route("/admin/users/<user_id>", methods=["DELETE"])
def delete_user(user_id):
    if "user_id" not in session:
        abort(401)
    users.pop(user_id)
    return jsonify(ok=True)
""",
        ),
        Example(
            """\
from functools import wraps

from flask import Flask, redirect, session

app = Flask(__name__)


def login_required(view):
    @wraps(view)
    def wrapped(*args, **kwargs):
        if "user" not in session:
            return redirect("/login")
        return view(*args, **kwargs)

    return wrapped


def dashboard():
    return "<h1>Your accounts</h1>"
""",
            """\
from functools import wraps

from flask import Flask, redirect, session

app = Flask(__name__)


def login_required(view):
    @wraps(view)
    def wrapped(*args, **kwargs):
        if "user" not in session:
            return redirect("/login")
        return view(*args, **kwargs)

    return wrapped


@login_required
def dashboard():
    return "<h1>Your accounts</h1>"
""",
        ),
        Example(
            """\
from aiohttp import web

routes = web.RouteTableDef()


@routes.get("/documents")
async def documents(request):
    user = await get_current_user(request)
    return web.json_response(user.documents)


@routes.put("/documents/{doc_id}")
async def update(request):
    await save(request.match_info["doc_id"], await request.json())
    return web.Response()
"""
        ),
    ),
    good=(
        """\
from flask import Flask
from flask_login import login_required

app = Flask(__name__)


@app.post("/orders/<int:id>/cancel")
@login_required
def cancel(id):
    return cancel_order(id)


@app.post("/login")
def login():
    return check_login()


@app.get("/products")
def products():
    return list_products()
""",
        """\
from fastapi import APIRouter, Depends

router = APIRouter(dependencies=[Depends(get_current_user)])


@router.get("/items/{item_id}")
async def read(item_id: int, user: User = Depends(get_current_user)):
    return await items.get(item_id)


@router.delete("/items/{item_id}")
async def remove(item_id: int):
    await items.delete(item_id)
""",
        """\
from flask import Flask, abort, session

app = Flask(__name__)


@app.before_request
def only_members():
    if "user" not in session:
        abort(401)


@app.post("/admin/delete")
def delete():
    return erase()
""",
        """\
from flask import Flask

app = Flask(__name__)


@app.post('/votes')
def vote():
    return count()
""",
        """\
from django.contrib.auth.decorators import login_required
from django.shortcuts import render


@login_required
def profile(request):
    return render(request, "profile.html")


def about(request):
    return render(request, "about.html")
""",
        """\
from flask import Flask, abort, request, session

app = Flask(__name__)


@app.route("/admin/purge", methods=["POST"])
def purge():
    if session.get("role") != "admin":
        abort(403)
    return erase()
""",
    ),
    comparison=Comparison(note, compare),
    fix=fix,
)
