"""A number from a request is divided by, or text from it taken for a number, without a check.

## Why it matters
`0` in the request is a division by zero, `abc` a `ValueError`: a server error that anybody can bring about, with a traceback
where debugging is on, and half of the work done.  Assistants think of the numbers that people mean.

## How to fix it
Check it where it comes in, and answer 400:

    try:
        parts = int(request.args["parts"])
    except ValueError:
        abort(400)
    if parts < 1:
        abort(400)

With FastAPI `parts: int = Query(ge=1)` does both.

## When it is fine
Where an error handler of the application answers such errors.

## References
- [CWE-369: Divide By Zero](https://cwe.mitre.org/data/definitions/369.html)
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from vetline.core.cwe import Cwe
from vetline.core.edit import Applicability, Fix
from vetline.core.severity import Confidence, Severity
from vetline.rules.base import CheckContext, Example, FixSite, Match, Rule
from vetline.rules.flows import evidence_of
from vetline.rules.statements import guard
from vetline.rules.surroundings import function_around, parents
from vetline.semantics.scopes import Function, own_nodes


def check(context: CheckContext) -> Iterator[Match]:
    for node in context.walk(ast.BinOp):
        match node:
            case ast.BinOp(op=ast.Div() | ast.FloorDiv() | ast.Mod(), left=left, right=right):
                taint = next((t for t in context.value(right).taints if t.origin.label in ("remote", "upload")), None)
                if taint is None or not _is_number(node, left, right, context):
                    continue
                function = function_around(node, context)
                if function is not None and _is_checked(right, node, function, context):
                    continue
                what = taint.origin.what or "input"
                message = (
                    f"{what[:1].upper() + what[1:]} may be 0 here, and whoever sends it breaks off what follows: check it."
                )
                yield Match(node, message, evidence=evidence_of(taint))


def _is_number(node: ast.BinOp, left: ast.expr, right: ast.expr, context: CheckContext) -> bool:
    """Tell whether this is arithmetic: neither a path that is joined nor a text that is formatted."""
    value = context.value(left)
    if value.text is not None or any("Path" in one or one == "builtins.str" for one in value.types):
        return False
    types = context.value(right).types
    return "builtins.int" in types or "builtins.float" in types or (isinstance(node.op, ast.FloorDiv) and not types)


def _is_checked(divisor: ast.expr, node: ast.AST, function: Function, context: CheckContext) -> bool:
    """Tell whether something above compares the divisor, or the error is caught."""
    names = {inner.id for inner in ast.walk(divisor) if isinstance(inner, ast.Name)}
    for parent in parents(node, context):
        if isinstance(parent, ast.Try) and any(_catches(handler) for handler in parent.handlers):
            return True
    for inner in own_nodes(function.body):
        if isinstance(inner, ast.If | ast.IfExp | ast.While | ast.Assert):
            tested = {one.id for one in ast.walk(inner.test) if isinstance(one, ast.Name)}
            if names & tested and inner.lineno <= getattr(node, "lineno", 0):
                return True
        if isinstance(inner, ast.Call) and isinstance(inner.func, ast.Name) and inner.func.id == "max":
            return True
    return any(isinstance(inner, ast.BoolOp) for inner in ast.walk(divisor)) or _is_declared(function)


def _is_declared(function: Function) -> bool:
    """Tell whether a parameter is declared to be larger than zero."""
    markers = (*function.args.defaults, *function.args.kw_defaults, *(one.annotation for one in function.args.args))
    keywords = (
        inner for marker in markers if marker is not None for inner in ast.walk(marker) if isinstance(inner, ast.keyword)
    )
    return any(keyword.arg in ("gt", "ge") for keyword in keywords)


def _catches(handler: ast.ExceptHandler) -> bool:
    caught = (
        {inner.id for inner in ast.walk(handler.type) if isinstance(inner, ast.Name)}
        if handler.type is not None
        else {"Exception"}
    )
    return bool(caught & {"Exception", "BaseException", "ZeroDivisionError", "ArithmeticError"})


def fix(site: FixSite) -> Iterator[Fix]:
    match site.node:
        case ast.BinOp(right=ast.Name(id=name)):
            edit = guard(site, site.node, f"{name} == 0", f"{name} must not be 0")
            if edit is not None:
                yield Fix("Refuse 0", (edit,), Applicability.SAFE)


RULE = Rule(
    id="VET826",
    name="unchecked-number",
    cwe=Cwe(369),
    severity=Severity.LOW,
    confidence=Confidence.MEDIUM,
    message="This number may be 0, and whoever sends it breaks off what follows: check it.",
    bad=(
        Example(
            """\
from flask import request


def share():
    parts = int(request.args['parts'])
    return str(100 / parts)
""",
            """\
from flask import abort, request


def share():
    parts = int(request.args['parts'])
    if parts == 0:
        abort(400)
    return str(100 / parts)
""",
        ),
        Example(
            """\
from django.http import JsonResponse


def average(request):
    count = float(request.GET['count'])
    return JsonResponse({'average': TOTAL / count})
""",
            """\
from django.core.exceptions import SuspiciousOperation
from django.http import JsonResponse


def average(request):
    count = float(request.GET['count'])
    if count == 0:
        raise SuspiciousOperation("count must not be 0")
    return JsonResponse({'average': TOTAL / count})
""",
        ),
        Example(
            """\
from fastapi import FastAPI

app = FastAPI()


@app.get('/pages')
def pages(total: int, size: int):
    return total // size
""",
            """\
from fastapi import FastAPI, HTTPException

app = FastAPI()


@app.get('/pages')
def pages(total: int, size: int):
    if size == 0:
        raise HTTPException(400, "size must not be 0")
    return total // size
""",
        ),
        Example(
            """\
from flask import request


def divide(a, b):
    return a / b


def view():
    left, right = int(request.json['left']), int(request.json['right'])
    return str(left / right)
""",
            """\
from flask import abort, request


def divide(a, b):
    return a / b


def view():
    left, right = int(request.json['left']), int(request.json['right'])
    if right == 0:
        abort(400)
    return str(left / right)
""",
        ),
        Example(
            """\
from aiohttp import web


class View(web.View):
    async def get(self):
        step = int(self.request.query['step'])
        return web.json_response(1000 % step)
""",
            """\
from aiohttp import web


class View(web.View):
    async def get(self):
        step = int(self.request.query['step'])
        if step == 0:
            raise web.HTTPBadRequest(reason="step must not be 0")
        return web.json_response(1000 % step)
""",
        ),
    ),
    good=(
        """\
from flask import abort, request


def share():
    parts = int(request.args['parts'])
    if parts < 1:
        abort(400)
    return str(100 / parts)
""",
        """\
from django.http import JsonResponse


def average(request):
    try:
        result = TOTAL / float(request.GET['count'])
    except (ValueError, ZeroDivisionError):
        return JsonResponse({}, status=400)
    return JsonResponse({'average': result})
""",
        """\
from fastapi import FastAPI, Query

app = FastAPI()


@app.get('/pages')
def pages(total: int, size: int = Query(ge=1)):
    return total // size
""",
        """\
from pathlib import Path

from flask import request


def where():
    return str(Path('x') / request.args['name'])
""",
        """\
def share(total, parts):
    return total / parts
""",
        """\
from flask import request


def greet():
    return 'Hello %s' % request.args['name']
""",
    ),
    check=check,
    fix=fix,
)
