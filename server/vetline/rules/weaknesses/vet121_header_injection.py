"""Input that becomes a response header lets its sender write headers, and with line breaks a whole answer, of their own.

## Why it matters
A header ends at a line break.  Where the server doesn't refuse one, `x\\r\\nSet-Cookie: session=...` adds a header, and
two line breaks begin a page that the attacker has written.  Today's Flask, Django, Tornado and aiohttp refuse line
breaks; Python's own `http.server` and many small servers don't.  Even without them, whoever chooses the value of
`Content-Type` or `Content-Disposition` chooses what the browser makes of the answer.

## How to fix it
Choose the value from your own, or let only harmless characters through:

    if not re.fullmatch(r"[\\w.-]{1,64}", name):
        abort(400)
    response.headers["X-Report"] = name

## When it is fine
When the value is a number or one of a fixed set, and where the server refuses line breaks and the header means nothing
to a browser.

## References
- [OWASP: HTTP response splitting](https://owasp.org/www-community/attacks/HTTP_Response_Splitting)
- [Python: http.server](https://docs.python.org/3/library/http.server.html#http-server-security)
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Final

from vetline.core.cwe import Cwe
from vetline.core.edit import Applicability, Fix
from vetline.core.severity import Confidence, Severity
from vetline.rules.base import CheckContext, Example, FixSite, Match, Rule
from vetline.rules.flows import flow_into, of_labels
from vetline.rules.guards import guarded
from vetline.rules.line_breaks import on_one_line

_LABELS: Final = of_labels(Severity.LOW, "remote", "upload")
_RAW: Final = ("http.server.", "wsgiref.", "?.send_header")
"""What sends a header as it is."""
_POWERFUL: Final = frozenset({"content-type", "content-disposition", "content-security-policy", "set-cookie", "refresh"})
_OTHERS: Final = frozenset({"location", "access-control-allow-origin"})
"""Headers of which other rules speak."""


def check(context: CheckContext) -> Iterator[Match]:
    for hit in context.sinks("header", "cookie"):
        if (flow := flow_into(hit, _LABELS)) is None:
            continue
        name = _header(hit.node, context)
        if name in _OTHERS or _is_of_request(hit.node):
            continue
        if "header" in flow.worst.origin.what and name not in _POWERFUL:
            continue  # a header of the request can't have a line break itself
        is_harmful = hit.callee.startswith(_RAW) or name in _POWERFUL
        yield flow.match(
            f"The {hit.kind} is set to {{source}}: its sender chooses what the browser gets; line breaks add other headers.",
            severity=Severity.MEDIUM if is_harmful else Severity.LOW,
        )


def _is_of_request(node: ast.AST) -> bool:
    """Tell whether it is a request's header that is set: one that the program sends itself."""
    match node:
        case ast.Subscript(value=ast.Attribute(value=ast.Name(id=name) | ast.Attribute(attr=name), attr="headers")):
            return name in ("request", "req", "session")
    return False


def _header(node: ast.AST, context: CheckContext) -> str:
    """Return the name of the header that is set, in lower case; empty if unknown."""
    key: ast.expr | None = None
    match node:
        case ast.Subscript(slice=key):
            pass
        case ast.Attribute(attr="content_type" | "mimetype"):
            return "content-type"
        case ast.Call(func=ast.Attribute(), args=[key, _, *_]):
            pass
    constant = context.value(key).constant if key is not None else None
    return constant.lower() if isinstance(constant, str) else ""


_TYPES: Final = "Put the types of content that are meant in place of the examples."


def fix(site: FixSite) -> Iterator[Fix]:
    node = site.node
    parent = site.parent_of(node)
    value = parent.value if isinstance(node, ast.Subscript | ast.Attribute) and isinstance(parent, ast.Assign) else node
    if not isinstance(value, ast.expr):
        return
    if site.block is not None and _header(node, site.block) == "content-type":
        edits = guarded(
            value, "content_type", lambda source: f'{source} not in ("text/plain", "application/json")', "unknown type", site
        )
        if edits:
            yield Fix("Refuse types that aren't in a list", edits, Applicability.REVIEW, _TYPES)
        return
    yield from on_one_line(value, "header", site)


RULE = Rule(
    id="VET121",
    name="header-injection",
    cwe=Cwe(113),
    severity=Severity.LOW,
    confidence=Confidence.HIGH,
    message="A response header is set to what the request says.",
    bad=(
        Example(
            "from flask import Flask, Response, request\n\napp = Flask(__name__)\n\n\n"
            "@app.route('/')\ndef index():\n    response = Response()\n"
            "    response.headers['Content-Type'] = request.args.get('type')\n    return response\n",
            (
                "from flask import Flask, Response, abort, request\n\napp = Flask(__name__)\n"
                "\n\n@app.route('/')\ndef index():\n    response = Response()\n"
                "    content_type = request.args.get('type')\n"
                '    if content_type not in ("text/plain", "application/json"):\n'
                "        abort(400)\n    response.headers['Content-Type'] = content_type\n"
                "    return response\n"
            ),
        ),
        Example(
            "from http.server import BaseHTTPRequestHandler\nfrom urllib.parse import parse_qs, urlparse\n\n\n"
            "class Handler(BaseHTTPRequestHandler):\n    def do_GET(self):\n"
            "        query = parse_qs(urlparse(self.path).query)\n"
            "        self.send_response(200)\n        self.send_header('X-User', query['user'][0])\n"
            "        self.end_headers()\n",
            (
                "from http.server import BaseHTTPRequestHandler\nfrom urllib.parse import parse_qs, urlparse\n"
                "\n\nclass Handler(BaseHTTPRequestHandler):\n    def do_GET(self):\n"
                "        query = parse_qs(urlparse(self.path).query)\n        self.send_response(200)\n"
                '        self.send_header(\'X-User\', str(query[\'user\'][0]).replace("\\r", "").replace("\\n", ""))\n'
                "        self.end_headers()\n"
            ),
        ),
        Example(
            "from django.http import HttpResponse\n\n\ndef export(request):\n"
            "    response = HttpResponse('', content_type='text/csv')\n"
            "    name = request.GET['name']\n    response['Content-Disposition'] = f'attachment; filename={name}.csv'\n"
            "    return response\n"
        ),
        Example(
            "import tornado.web\n\n\nclass Language(tornado.web.RequestHandler):\n"
            "    def get(self):\n        self.set_header('Content-Language', self.get_argument('lang'))\n",
            (
                "import tornado.web\n\n\nclass Language(tornado.web.RequestHandler):\n"
                "    def get(self):\n"
                "        self.set_header('Content-Language', str(self.get_argument('lang')).replace(\"\\r\","
                ' "").replace("\\n", ""))\n'
            ),
        ),
        Example(
            "from flask import Flask, make_response, request\n\napp = Flask(__name__)\n\n\n"
            "@app.post('/theme')\ndef theme():\n    response = make_response('ok')\n"
            "    response.set_cookie('theme', request.form['theme'], secure=True, httponly=True)\n    return response\n"
        ),
    ),
    good=(
        # What it sends itself, and to whom its own configuration says.
        (
            "class Signer:\n    def add_auth(self, request):\n        if 'host' not in request.headers:\n"
            "            request.headers['host'] = request.url.split('/')[2]\n"
            "        request.headers['Authorization'] = self.sign(request.headers['host'])\n        return request\n"
        ),
        (
            "import re\n\nfrom flask import Flask, Response, abort, request\n\napp = Flask(__name__)\n\n\n"
            "@app.route('/')\ndef index():\n    name = request.args.get('name', '')\n"
            "    if not re.fullmatch(r'[a-z]{1,20}', name):\n        abort(400)\n"
            "    response = Response()\n    response.headers['X-Name'] = name\n    return response\n"
        ),
        (
            "from flask import Flask, Response, request\n\napp = Flask(__name__)\n\n\n"
            "@app.route('/')\ndef index():\n    response = Response()\n"
            "    response.headers['X-Page'] = str(int(request.args['page']))\n    return response\n"
        ),
        (
            "from urllib.parse import quote_plus\n\nfrom django.http import HttpResponse\n\n\n"
            "def export(request):\n    response = HttpResponse('', content_type='text/csv')\n"
            "    response['X-Query'] = quote_plus(request.GET['q'])\n    return response\n"
        ),
        (
            "from flask import Flask, Response, request\n\napp = Flask(__name__)\n"
            "TYPES = {'text': 'text/plain', 'page': 'text/html'}\n\n\n"
            "@app.route('/')\ndef index():\n    response = Response()\n"
            "    response.headers['Content-Type'] = TYPES[request.args['type']]\n    return response\n"
        ),
        (
            "import tornado.web\n\n\nclass Version(tornado.web.RequestHandler):\n"
            "    def get(self):\n        self.set_header('X-Version', '1.2')\n        self.finish()\n"
        ),
    ),
    check=check,
    fix=fix,
)
