"""Something that decides on security is set from outside, or by one request for all.

It reports security settings that are taken from the environment, the command line or a file as they stand, and variables of a
module, such as `IS_ADMIN`, that a request sets for everybody.

## Why it matters
Variables of a module are shared: once one administrator has logged in, everybody is one.  A setting `VERIFY_TLS` or
`AUTH_ENABLED` from the environment is text: `"false"` and `"0"` are true, and whoever can set a variable switches the
protection off.  Assistants reach for `global` since it works with one user, who is the developer.

## How to fix it
Keep who somebody is in their session:

    session["is_admin"] = True

Read settings through one function that knows the allowed values, and that refuses others.

## When it is fine
When it is a start-up option of a tool that its own user runs.

## References
- [CWE-454: External Initialization of Trusted Variables or Data Stores](https://cwe.mitre.org/data/definitions/454.html)
- [Python: os.environ](https://docs.python.org/3/library/os.html#os.environ)
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Final

from vetline.core.cwe import Cwe
from vetline.core.edit import Applicability, Fix
from vetline.core.severity import Confidence, Severity
from vetline.rules.access import PERMISSION, words
from vetline.rules.base import CheckContext, Example, FixSite, Match, Rule
from vetline.rules.flows import evidence_of
from vetline.rules.routes import is_flask
from vetline.rules.statements import remove
from vetline.rules.surroundings import name_of
from vetline.semantics.scopes import Function, own_nodes, parameters

_STATE: Final = (
    PERMISSION | frozenset({"access", "current", "session", "authenticated", "user", "username", "token"})
) - frozenset({"oauth", "jwt", "scope", "scopes", "guard", "root"})
_SETTINGS: Final = frozenset(
    """
    verify auth authenticate authentication csrf insecure trusted allow admin ssl tls
    """.split()
)
_SWITCH: Final = frozenset(
    """
    enable enabled disable disabled require required skip verify check allow is debug
    """.split()
)


def check(context: CheckContext) -> Iterator[Match]:
    if context.walk(ast.Global):
        for function in context.walk(ast.FunctionDef, ast.AsyncFunctionDef):
            assert isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
            yield from _shared_state(function, context)
    for node in context.walk(ast.Assign):
        match node:
            case ast.Assign(targets=[ast.Name(id=name) | ast.Attribute(attr=name)], value=value):
                yield from _switch(name, value, context)


def _shared_state(function: Function, context: CheckContext) -> Iterator[Match]:
    """Yield where a function that answers requests sets, for everybody, who somebody is."""
    nodes = list(own_nodes(function.body))
    shared = {name for node in nodes if isinstance(node, ast.Global) for name in node.names if words(name) & _STATE}
    if not shared or not _answers_requests(function, context):
        return
    for node in nodes:
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=value) if name in shared and not _resets(value):
                yield Match(
                    node, f"`{name}` is everybody's: once one request has set it, it holds for all. Keep it in the session."
                )


def _resets(value: ast.expr) -> bool:
    return isinstance(value, ast.Constant) and not value.value


def _answers_requests(function: Function, context: CheckContext) -> bool:
    if any(parameter.arg in ("request", "req") for parameter in parameters(function)):
        return True
    if any(isinstance(one, ast.Call) and isinstance(one.func, ast.Attribute) for one in function.decorator_list):
        return True
    return any(
        taint.origin.label == "remote"
        for node in own_nodes(function.body)
        if isinstance(node, ast.Call | ast.Subscript)
        for taint in context.value(node).taints
    )


def _switch(name: str, value: ast.expr, context: CheckContext) -> Iterator[Match]:
    """Yield where a security switch is text from the environment, of which every value but the empty one is true."""
    match value:
        case ast.Call(func=ast.Name(id="bool"), args=[inner]):
            pass
        case _:
            inner = value
    if not isinstance(inner, ast.Call | ast.Subscript):
        return
    taint = next((t for t in context.value(inner).taints if t.origin.label in ("local", "remote")), None)
    if taint is not None and _is_read(inner, context) and words(name) & _SETTINGS and words(name) & _SWITCH:
        message = f"`{name}` is text from outside: `false` and `0` are true. Compare it with the values that are allowed."
        yield Match(value, message, evidence=evidence_of(taint))


def _is_read(node: ast.expr, context: CheckContext) -> bool:
    """Tell whether ``node`` itself reads the setting, so that nothing has been done with it."""
    match node:
        case ast.Subscript():
            return True
        case ast.Call():
            return bool({"os.getenv", "os.environ.get"} & set(context.callees(node))) or (
                isinstance(node.func, ast.Attribute) and node.func.attr == "get"
            )
    return False


def fix(site: FixSite) -> Iterator[Fix]:
    node = site.node
    if isinstance(node, ast.Assign):
        yield from _in_session(node, site)
    elif isinstance(node, ast.Call):
        yield from _compared_with_text(node, site)


def _compared_with_text(call: ast.Call, site: FixSite) -> Iterator[Fix]:
    """Yield the fix that takes only some texts of the environment for true."""
    reader = call.args[0] if name_of(call.func) == "bool" and call.args else call
    if not isinstance(reader, ast.Call) or not reader.args:
        return
    default = reader.args[1] if len(reader.args) > 1 else None
    is_on = isinstance(default, ast.Constant) and default.value in (True, 1, "1", "true", "True")
    read = f'{site.text_of(reader.func)}({site.text_of(reader.args[0])}, "{"true" if is_on else ""}")'
    edit = site.replace(call, f'{read}.lower() in ("1", "true", "yes", "on")')
    yield Fix("Compare it with what means yes", (edit,), Applicability.REVIEW, "Other texts, such as `false`, mean no.")


def _in_session(assignment: ast.Assign, site: FixSite) -> Iterator[Fix]:
    """Yield the fix that keeps in the session what one function writes into a variable of the module."""
    function = site.enclosing_function(assignment)
    target = assignment.targets[0]
    if function is None or not isinstance(target, ast.Name):
        return
    name = target.id
    imported = {one.partition(".")[0] for one in site.imports()}
    if is_flask(site):
        session = site.use("flask", "session")
    elif any(one.arg == "request" for one in parameters(function)) and not imported & {"aiohttp", "fastapi"}:
        session = "request.session"
    else:
        return
    key = name.lower().lstrip("_")
    before = next(
        (site.text_of(one.value) for one in site.top_level if _defines(one, name) and isinstance(one, ast.Assign)), ""
    )
    default = f", {before}" if before and before != "None" else ""
    edits = []
    for node in ast.walk(function):
        match node:
            case ast.Global(names=[_]) if node.names == [name]:
                edits.append(remove(site, node))
            case ast.Global(names=names) if name in names:
                others = ", ".join(one for one in names if one != name)
                edits.append(site.replace(node, f"global {others}"))
            case ast.Name(id=same, ctx=ast.Store()) if same == name:
                edits.append(site.replace(node, f'{session}["{key}"]'))
            case ast.Name(id=same, ctx=ast.Load()) if same == name:
                edits.append(site.replace(node, f'{session}.get("{key}"{default})'))
    ordered = tuple(sorted(edits, key=lambda edit: edit.range))
    note = "What others read from the variable they have to read from the session."
    yield Fix("Keep it in the session", ordered, Applicability.REVIEW, note)


def _defines(statement: ast.stmt, name: str) -> bool:
    match statement:
        case ast.Assign(targets=[ast.Name(id=target)], value=ast.Constant()):
            return target == name
    return False


RULE = Rule(
    id="VET829",
    name="uninitialised-trust",
    cwe=Cwe(454),
    severity=Severity.MEDIUM,
    confidence=Confidence.LOW,
    message="What decides on security is set from outside.",
    bad=(
        Example(
            """\
HAS_ADMIN_ACCESS = False


def log_in(request):
    global HAS_ADMIN_ACCESS
    if check(request.POST['name'], request.POST['password']):
        HAS_ADMIN_ACCESS = True
    return HAS_ADMIN_ACCESS
""",
            """\
HAS_ADMIN_ACCESS = False


def log_in(request):
    if check(request.POST['name'], request.POST['password']):
        request.session["has_admin_access"] = True
    return request.session.get("has_admin_access", False)
""",
        ),
        Example(
            """\
from flask import Flask, request

app = Flask(__name__)
current_user = None


@app.post('/login')
def login():
    global current_user
    current_user = find(request.form['name'])
    return 'ok'
"""
        ),
        Example(
            """\
import os

VERIFY_TLS = os.environ.get('VERIFY_TLS', True)
""",
            """\
import os

VERIFY_TLS = os.environ.get('VERIFY_TLS', "true").lower() in ("1", "true", "yes", "on")
""",
        ),
        Example(
            """\
import os


class Settings:
    auth_required = bool(os.getenv('AUTH_REQUIRED'))
""",
            """\
import os


class Settings:
    auth_required = os.getenv('AUTH_REQUIRED', "").lower() in ("1", "true", "yes", "on")
""",
        ),
        Example(
            """\
from aiohttp import web

logged_in = False


async def enter(request):
    global logged_in
    form = await request.post()
    logged_in = form['code'] == CODE
    return web.Response()
"""
        ),
    ),
    good=(
        """\
from flask import Flask, request, session

app = Flask(__name__)


@app.post('/login')
def login():
    session['user'] = find(request.form['name'])
    return 'ok'
""",
        """\
import os

VERIFY_TLS = os.environ.get('VERIFY_TLS', 'true').lower() != 'false'
""",
        """\
import os

HOME = os.environ['HOME']
""",
        """\
COUNT = 0


def count(request):
    global COUNT
    COUNT = COUNT + 1
    return COUNT
""",
        """\
ADMIN_CACHE = None


def admins():
    global ADMIN_CACHE
    if ADMIN_CACHE is None:
        ADMIN_CACHE = load()
    return ADMIN_CACHE
""",
    ),
    check=check,
    fix=fix,
)
