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
from vetline.core.severity import Confidence, Severity
from vetline.rules.access import PERMISSION, words
from vetline.rules.base import CheckContext, Example, Match, Rule
from vetline.rules.flows import evidence_of
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
"""
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
        Example("""\
import os

VERIFY_TLS = os.environ.get('VERIFY_TLS', True)
"""),
        Example("""\
import os


class Settings:
    auth_required = bool(os.getenv('AUTH_REQUIRED'))
"""),
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
    why_no_fix="Where the application keeps who somebody is isn't known here.",
)
