"""A decision about access relies on a header that every client can set.

## Why it matters
`X-Forwarded-For: 127.0.0.1` is one option of curl.  Only a proxy of yours that overwrites the header makes it
trustworthy, and the leftmost address of it never is.  The same goes for `X-Real-IP`, and for headers such as `X-User`
or `X-Admin` that a gateway is meant to set: whoever reaches the application directly is whoever they say they are.

## How to fix it
Use the connection's own address, `request.remote_addr`.  Behind a proxy, let the framework read the header, for exactly
the proxies that you have:

    app.wsgi_app = ProxyFix(app.wsgi_app, x_for=1)

An address says where somebody is, not who: protect what matters with a login.

## When it is fine
For logs and statistics, and where the network makes sure that all requests come through your proxy.

## References
- [CWE-348: Use of less trusted source](https://cwe.mitre.org/data/definitions/348.html)
- [MDN: X-Forwarded-For](https://developer.mozilla.org/en-US/docs/Web/HTTP/Reference/Headers/X-Forwarded-For)
- [Flask: Tell Flask it is behind a proxy](https://flask.palletsprojects.com/en/stable/deploying/proxy_fix/)
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
from vetline.rules.flows import evidence_of

_ADDRESS: Final = re.compile(
    r"\['(?:HTTP_)?(?:(?:X[-_])?(?:Forwarded(?:[-_]For)?|Client[-_]IP|True[-_]Client[-_]IP|CF[-_]Connecting[-_]IP)"
    r"|X[-_](?:Real[-_]IP|Originating[-_]IP|Remote[-_](?:IP|Addr)|Cluster[-_]Client[-_]IP|Host|Forwarded[-_]Host))'\]",
    re.IGNORECASE,
)
_IDENTITY: Final = re.compile(
    r"\['(?:HTTP_)?X[-_](?:(?:Auth(?:enticated)?|Remote|Forwarded|Current|Internal)[-_])?"
    r"(?:User(?:[-_](?:Id|Name|Role))?|Roles?|Admin|Is[-_]Admin|Internal|Permissions?|Groups?|Authenticated)'\]",
    re.IGNORECASE,
)
_DECIDING: Final = re.compile(
    r"(?:^|_)(?:allow|permit|trust|white_?list|is_(?:admin|internal|local|private|trusted|allowed)|authori[sz]ed?)",
    re.IGNORECASE,
)
_DECIDING_ATTRIBUTES: Final = frozenset({"is_private", "is_loopback", "is_global", "is_link_local"})


def check(context: CheckContext) -> Iterator[Match]:
    for node in context.walk(ast.Compare):
        assert isinstance(node, ast.Compare)
        if not isinstance(node.ops[0], ast.Eq | ast.NotEq | ast.In | ast.NotIn) or _asks_for_presence(node, context):
            continue
        for side in (node.left, *node.comparators):
            if (match := _match(node, side, context)) is not None:
                yield match
                break
    for node in context.walk(ast.Call, ast.Attribute):
        match node:
            case ast.Call(func=ast.Attribute(value=owner, attr="startswith"), args=[prefix]) if context.value(
                prefix
            ).is_constant:
                found = _match(node, owner, context)
            case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name), args=[argument, *_]) if _DECIDING.search(name):
                found = _match(node, argument, context)
            case ast.Attribute(value=owner, attr=name) if name in _DECIDING_ATTRIBUTES:
                found = _match(node, owner, context)
            case _:
                continue
        if found is not None:
            yield found


def _match(node: ast.AST, side: ast.expr, context: CheckContext) -> Match | None:
    for taint in context.value(side).all_taints():
        if taint.origin.label == "remote" and (message := _message(taint)):
            return Match(node, message, evidence=evidence_of(taint))
    return None


def _message(taint: Taint) -> str:
    if _ADDRESS.search(taint.origin.key):
        return (
            "Every client can write this address: decide by the connection's own (`remote_addr`), or let a known proxy set it."
        )
    if _IDENTITY.search(taint.origin.key):
        return "Every client can set this header: decide by who has logged in."
    return ""


def _asks_for_presence(node: ast.Compare, context: CheckContext) -> bool:
    """Tell whether the comparison is only with nothing: None, an empty text, a part of it such as a comma."""
    for side in (node.left, *node.comparators):
        constants = context.value(side).constants
        if constants is not None and all(one is None or (isinstance(one, str) and len(one) < 3) for one in constants):
            return True
    return False


RULE = Rule(
    id="VET129",
    name="trusted-forwarded-header",
    cwe=Cwe(348),
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    message="A decision about access relies on a header that every client can set.",
    bad=(
        Example(
            "from flask import Flask, abort, request\n\napp = Flask(__name__)\n\n\n"
            "@app.route('/admin')\ndef admin():\n    address = request.headers.get('X-Forwarded-For', request.remote_addr)\n"
            "    if address != '127.0.0.1':\n        abort(403)\n    return 'welcome'\n"
        ),
        Example(
            "ALLOWED = {'10.0.0.5'}\n\n\ndef metrics(request):\n    forwarded = request.META.get('HTTP_X_FORWARDED_FOR', '')\n"
            "    client = forwarded.split(',')[0].strip()\n    return client in ALLOWED\n"
        ),
        Example(
            "from fastapi import FastAPI, HTTPException, Request\n\napp = FastAPI()\n\n\n"
            "@app.delete('/users/{number}')\ndef remove(request: Request, number: int):\n"
            "    if request.headers.get('X-User-Role') != 'admin':\n        raise HTTPException(403)\n    return {}\n"
        ),
        Example(
            "import ipaddress\n\nfrom flask import Flask, abort, request\n\napp = Flask(__name__)\n\n\n"
            "@app.before_request\ndef only_us():\n    address = ipaddress.ip_address(request.headers['X-Real-IP'])\n"
            "    if not address.is_private:\n        abort(403)\n"
        ),
        Example(
            "import tornado.web\n\n\nclass Admin(tornado.web.RequestHandler):\n    def get(self):\n"
            "        address = self.request.headers.get('X-Forwarded-For')\n        if address.startswith('192.168.'):\n"
            "            self.finish('welcome')\n"
        ),
    ),
    good=(
        (
            "from flask import Flask, abort, request\n\napp = Flask(__name__)\n\n\n"
            "@app.route('/admin')\ndef admin():\n    if request.remote_addr != '127.0.0.1':\n        abort(403)\n"
            "    return 'welcome'\n"
        ),
        (
            "import logging\n\n\ndef visit(request):\n    forwarded = request.META.get('HTTP_X_FORWARDED_FOR')\n"
            "    if forwarded is None:\n        forwarded = request.META['REMOTE_ADDR']\n"
            "    logging.info('visit from %r', forwarded)\n"
        ),
        (
            "from fastapi import FastAPI, HTTPException, Request\n\napp = FastAPI()\n\n\n"
            "@app.get('/')\ndef index(request: Request):\n    if request.headers.get('X-Requested-With') != 'XMLHttpRequest':\n"
            "        raise HTTPException(400)\n    return {}\n"
        ),
        (
            "def addresses(request):\n    forwarded = request.META.get('HTTP_X_FORWARDED_FOR', '')\n"
            "    return forwarded.split(',') if ',' in forwarded else []\n"
        ),
        (
            "from flask import Flask\nfrom werkzeug.middleware.proxy_fix import ProxyFix\n\napp = Flask(__name__)\n"
            "app.wsgi_app = ProxyFix(app.wsgi_app, x_for=1)\n"
        ),
    ),
    check=check,
    why_no_fix="Which proxies stand in front of the application only you know.",
)
