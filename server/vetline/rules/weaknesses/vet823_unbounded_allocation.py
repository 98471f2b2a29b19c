"""A number from a request decides how much memory or time is spent.

## Why it matters
`"x" * n`, `range(n)`, `2 ** n`, `time.sleep(n)` or an image of `n` by `n` pixels cost the sender one short request and the
server gigabytes or hours.  A few of them take the service down.  Assistants turn the text into an `int`, and regard it as
validated.

## How to fix it
Say how much is enough, and refuse or cut off what is above:

    count = int(request.args["count"])
    if not 0 < count <= 1_000:
        abort(400)

or `min(count, 1_000)`; with FastAPI `count: int = Query(le=1_000)`.

## When it is fine
Where the number is bounded by something that isn't seen here, such as a gateway or the type of a database column.

## References
- [CWE-770: Allocation of Resources Without Limits or Throttling](https://cwe.mitre.org/data/definitions/770.html)
- [OWASP API Security: unrestricted resource consumption](https://owasp.org/API-Security/editions/2023/en/0xa4-unrestricted-resource-consumption/)
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from vetline.core.cwe import Cwe
from vetline.core.edit import Applicability, Fix
from vetline.core.severity import Confidence, Severity
from vetline.flow.frame import SinkHit
from vetline.rules.base import CheckContext, Example, FixSite, Match, Rule
from vetline.rules.flows import flows, of_labels
from vetline.rules.statements import guard

_COPYING = frozenset({"builtins.bytes", "builtins.bytearray"})
"""What makes as many bytes as a number says, and a copy of anything else."""
_NUMBERS = frozenset({"builtins.int", "builtins.float"})


def check(context: CheckContext) -> Iterator[Match]:
    for flow in flows(context, ("allocation",), of_labels(Severity.MEDIUM, "remote", "upload")):
        if not _is_copy(flow.hit):
            yield flow.match("{source} decides how much memory or time this takes: set a limit.")


def _is_copy(hit: SinkHit) -> bool:
    return hit.callee in _COPYING and _NUMBERS.isdisjoint(hit.value.types)


def fix(site: FixSite) -> Iterator[Fix]:
    node = site.node
    if not isinstance(node, ast.expr):
        return
    text = site.text_of(node)
    edit = guard(site, node, f"{text} > {_MOST}", "too much") if isinstance(node, ast.Name) else None
    if edit is not None:
        note = "What is more than a thousand is refused: choose the limit that fits."
        yield Fix("Refuse more than 1,000", (edit,), Applicability.REVIEW, note)
    elif not isinstance(site.parent_of(node), ast.Expr):
        note = "What is more than a thousand counts as a thousand: choose the limit that fits."
        yield Fix("Take 1,000 at most", (site.replace(node, f"min({text}, {_MOST})"),), Applicability.REVIEW, note)


_MOST = "1_000"


RULE = Rule(
    id="VET823",
    name="unbounded-allocation",
    cwe=Cwe(770),
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    message="A number from outside decides how much memory or time this takes: set a limit.",
    bad=(
        Example(
            """\
from flask import request


def pad():
    n = int(request.args['n'])
    return 'x' * n
""",
            """\
from flask import abort, request


def pad():
    n = int(request.args['n'])
    if n > 1_000:
        abort(400)
    return 'x' * n
""",
        ),
        Example(
            """\
from fastapi import FastAPI

app = FastAPI()


@app.get('/rows')
def rows(count: int):
    return [row() for _ in range(count)]
""",
            """\
from fastapi import FastAPI

app = FastAPI()


@app.get('/rows')
def rows(count: int):
    return [row() for _ in range(min(count, 1_000))]
""",
        ),
        Example(
            """\
import time
from django.http import HttpResponse


def wait(request):
    time.sleep(float(request.GET.get('seconds', 1)))
    return HttpResponse('done')
""",
            """\
import time
from django.http import HttpResponse


def wait(request):
    time.sleep(min(float(request.GET.get('seconds', 1)), 1_000))
    return HttpResponse('done')
""",
        ),
        Example(
            """\
import secrets

from aiohttp import web


async def token(request):
    length = int(request.query['length'])
    return web.json_response({'token': secrets.token_hex(length)})
""",
            """\
import secrets

from aiohttp import web


async def token(request):
    length = int(request.query['length'])
    if length > 1_000:
        raise web.HTTPBadRequest(reason="too much")
    return web.json_response({'token': secrets.token_hex(length)})
""",
        ),
        Example("""\
import numpy as np
from flask import request


def grid(width, height):
    return np.zeros((height, width))


def view():
    size = int(request.json['size'])
    return str(grid(size, size).sum())
"""),
        Example(
            """\
from flask import request


def power():
    base, exponent = int(request.form['base']), int(request.form['exponent'])
    return str(base ** exponent)
""",
            """\
from flask import abort, request


def power():
    base, exponent = int(request.form['base']), int(request.form['exponent'])
    if exponent > 1_000:
        abort(400)
    return str(base ** exponent)
""",
        ),
    ),
    good=(
        """\
import socket


def take(port):
    connection = socket.create_connection(("localhost", port), timeout=5)
    return bytes(connection.recv(4096))
""",
        """\
from flask import abort, request


def pad():
    n = int(request.args['n'])
    if n > 1000:
        abort(400)
    return 'x' * n
""",
        """\
from fastapi import FastAPI, Query

app = FastAPI()


@app.get('/rows')
def rows(count: int = Query(10, ge=1, le=100)):
    return [row() for _ in range(count)]
""",
        """\
import time
from django.http import HttpResponse


def wait(request):
    time.sleep(min(float(request.GET.get('seconds', 1)), 5))
    return HttpResponse('done')
""",
        """\
from flask import request

SIZES = {'small': 10, 'large': 100}


def pad():
    return 'x' * SIZES.get(request.args['size'], 10)
""",
        """\
from flask import request


def double():
    return str(2 * int(request.args['n']))
""",
        """\
import sys


def main():
    print('-' * int(sys.argv[1]))
""",
        """\
def repeat(text, times):
    return text * times
""",
    ),
    check=check,
    fix=fix,
)
