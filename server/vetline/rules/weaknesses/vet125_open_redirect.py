"""A redirect to an address from the request sends your visitors wherever an attacker wants.

## Why it matters
`https://your-bank.example/login?next=https://your-bank.evil.example` begins with an address that people trust, and ends
on a page that asks for their password once more.  Tokens that a login appends to the address go there, too.  Assistants
write `redirect(request.args.get("next"))`, for that is how a login leads back to where one came from.

## How to fix it
Redirect to one of your own pages by name, `redirect(url_for("dashboard"))`.  To lead back, accept only a path on your
own site:

    target = request.args.get("next", "")
    parts = urlsplit(target.replace("\\\\", "/"))
    if parts.scheme or parts.netloc or not target.startswith("/") or target.startswith("//"):
        target = url_for("index")
    return redirect(target)

Django has `url_has_allowed_host_and_scheme` for that.  `target.startswith("/")` alone isn't enough: `//evil.example`
is another host.

## When it is fine
When the address is one of a fixed set, or its host is compared as a whole with those that you know.

## References
- [OWASP: Unvalidated redirects and forwards](https://cheatsheetseries.owasp.org/cheatsheets/Unvalidated_Redirects_and_Forwards_Cheat_Sheet.html)
- [Django: url_has_allowed_host_and_scheme](https://github.com/django/django/blob/main/django/utils/http.py)
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Final

from vetline.core.cwe import Cwe
from vetline.core.edit import Applicability, Fix
from vetline.core.severity import Confidence, Severity
from vetline.rules.addresses import quoted_in_path
from vetline.rules.base import CheckContext, Example, FixSite, Match, Rule
from vetline.rules.building import written
from vetline.rules.flows import flow_into, of_labels
from vetline.rules.guards import guarded
from vetline.rules.surroundings import function_around
from vetline.semantics.scopes import parameters

_LABELS: Final = of_labels(Severity.MEDIUM, "remote", "upload")
_OWN: Final = frozenset(
    "url path full_path base_url uri path_info path_qs get_full_path build_absolute_uri get_full_path_info".split()
)
"""Attributes and methods of requests that say where the visitor is already."""

_URL: Final = "the request's URL"


def check(context: CheckContext) -> Iterator[Match]:
    reported: set[int] = set()
    for hit in context.sinks("redirect"):
        if id(hit.node) in reported or (flow := flow_into(hit, _LABELS)) is None:
            continue
        if hit.inner is None and (_is_own_address(hit.argument, context) or _is_checked(hit.argument, context)):
            continue
        if (
            "referrer" in flow.worst.origin.key
            or "'Referer'" in flow.worst.origin.key
            or "HTTP_REFERER" in flow.worst.origin.key
        ):
            # Who can choose where a visitor comes from has him on a page of theirs already.
            yield flow.match(_MESSAGE, severity=Severity.LOW, confidence=Confidence.LOW)
        elif flow.worst.origin.what == _URL:
            confidence = Confidence.MEDIUM if flow.worst.is_certain else Confidence.LOW
            yield flow.match(_MESSAGE, severity=Severity.LOW, confidence=confidence)
        else:
            yield flow.match(_MESSAGE)
        reported.add(id(hit.node))


def _is_checked(node: ast.AST, context: CheckContext) -> bool:
    """Tell whether the function looks for all that leads off the site: no slash, two of them, and a backslash, which browsers
    take for one."""
    function = function_around(node, context)
    if function is None:
        return False
    if isinstance(assigned := context.parent_of(node), ast.Assign) and node in assigned.targets:
        node = assigned.value  # a header that is set
    place = ast.dump(written(node, context)) if isinstance(node, ast.expr) else ""
    found: set[object] = set()
    for test in ast.walk(function):
        match test:
            case ast.Call(func=ast.Attribute(value=tested, attr="startswith"), args=[prefix]):
                if ast.dump(written(tested, context)) == place:
                    known = context.value(prefix)
                    found.update(known.constants or ())
                    found.update(item.constant for item in (known.items or {}).values())
            case ast.Compare(left=ast.Constant(value="\\"), ops=[ast.In() | ast.NotIn()], comparators=[tested]):
                if ast.dump(written(tested, context)) == place:
                    found.add("/\\")
    return {"/", "//", "/\\"} <= {one for each in found for one in (each if isinstance(each, tuple) else (each,))}


def _is_own_address(node: ast.AST, context: CheckContext) -> bool:
    """Tell whether ``node`` is the address of the request itself, perhaps with another scheme put in its place."""
    match node:
        case ast.BinOp(op=ast.Add(), left=inner) | ast.JoinedStr(values=[ast.FormattedValue(value=inner), *_]):
            return _is_own_address(inner, context)
        case ast.Call(func=ast.Attribute(attr="replace" | "rstrip", value=inner)):
            return _is_own_address(inner, context)
        case ast.Call(func=ast.Attribute(attr=name)):
            return name in _OWN
    names = context.names_of(node)
    return bool(names) and all(name.rpartition(".")[2] in _OWN for name in names)


_MESSAGE: Final = "The redirect goes where {source} says: accept only paths on your own site, or hosts from a list."


_DJANGO: Final = "Addresses of other sites are refused."
_PATHS: Final = "Only paths are let in: no addresses with a host in them."
_HOSTS: Final = "Put the hosts that are meant in place of the example."


def fix(site: FixSite) -> Iterator[Fix]:
    node = _target(site)
    if node is None:
        return
    yield from quoted_in_path(node, "redirect", site)
    function = site.enclosing_function(node)
    request = next((argument.arg for argument in parameters(function) if argument.arg == "request"), "") if function else ""
    is_django = any(name.partition(".")[0] == "django" for name in site.imports())

    texts = (site.block.value(node).text if site.block is not None else None) or ()
    has_host = any(isinstance(text[0], str) and "//" in text[0] for text in texts if text)

    def leads_off(source: str) -> str:
        if is_django and request:
            allowed = site.use("django.utils.http", "url_has_allowed_host_and_scheme")
            return f"not {allowed}({source}, allowed_hosts={{{request}.get_host()}})"
        if has_host:
            return f'{site.use("urllib.parse", "urlsplit")}({source}).hostname not in ("example.com",)'
        return f'not {source}.startswith("/") or {source}.startswith(("//", "/\\\\"))'

    edits = guarded(node, "url", leads_off, "the address leads to another site", site)
    if edits:
        note = (
            "Addresses of other sites are refused." if is_django else "Only paths are let in: no addresses with a host in them."
        )
        yield Fix("Refuse addresses of other sites", edits, Applicability.REVIEW, note)


def _target(site: FixSite) -> ast.expr | None:
    """Return the address that is redirected to."""
    match site.node:
        case ast.Subscript(ctx=ast.Store()) as place:
            assignment = site.parent_of(place)
            return assignment.value if isinstance(assignment, ast.Assign) else None
        case ast.expr() as node:
            return node
    return None


RULE = Rule(
    id="VET125",
    name="open-redirect",
    cwe=Cwe(601),
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    message="A redirect goes where the request says.",
    bad=(
        Example(
            "from flask import Flask, redirect, request\n\napp = Flask(__name__)\n\n\n"
            "@app.route('/go')\ndef go():\n    target = request.args.get('next', '/')\n    return redirect(target)\n",
            (
                "from flask import Flask, abort, redirect, request\n\napp = Flask(__name__)\n"
                "\n\n@app.route('/go')\ndef go():\n    target = request.args.get('next', '/')\n"
                '    if not target.startswith("/") or target.startswith(("//", "/\\\\")):\n'
                "        abort(400)\n    return redirect(target)\n"
            ),
        ),
        Example(
            "from flask import Flask, Response, request\n\napp = Flask(__name__)\n\n\n"
            "@app.route('/go')\ndef go():\n    response = Response('moved', 302)\n"
            "    response.headers['Location'] = request.args['to']\n"
            "    return response\n",
            (
                "from flask import Flask, Response, abort, request\n\napp = Flask(__name__)\n"
                "\n\n@app.route('/go')\ndef go():\n    response = Response('moved', 302)\n"
                '    url = request.args[\'to\']\n    if not url.startswith("/") or url.startswith(("//", "/\\\\")):\n'
                "        abort(400)\n    response.headers['Location'] = url\n    return response\n"
            ),
        ),
        Example(
            "from django.http import HttpResponseRedirect\n\n\ndef after_login(request):\n"
            "    following = request.POST.get('next') or '/'\n    return HttpResponseRedirect(following)\n",
            (
                "from django.core.exceptions import SuspiciousOperation\n"
                "from django.http import HttpResponseRedirect\n"
                "from django.utils.http import url_has_allowed_host_and_scheme\n"
                "\n\ndef after_login(request):\n    following = request.POST.get('next') or '/'\n"
                "    if not url_has_allowed_host_and_scheme(following, allowed_hosts={request.get_host()}):\n"
                '        raise SuspiciousOperation("the address leads to another site")\n'
                "    return HttpResponseRedirect(following)\n"
            ),
        ),
        Example(
            "from fastapi import FastAPI\nfrom fastapi.responses import RedirectResponse\n\napp = FastAPI()\n\n\n"
            "@app.get('/out')\ndef out(url: str):\n    return RedirectResponse(url=url)\n",
            (
                "from fastapi import FastAPI, HTTPException\n"
                "from fastapi.responses import RedirectResponse\n\napp = FastAPI()\n"
                "\n\n@app.get('/out')\ndef out(url: str):\n"
                '    if not url.startswith("/") or url.startswith(("//", "/\\\\")):\n'
                '        raise HTTPException(400, "the address leads to another site")\n'
                "    return RedirectResponse(url=url)\n"
            ),
        ),
        Example(
            "from flask import Flask, redirect, request\n\napp = Flask(__name__)\n\n\n"
            "@app.route('/back')\ndef back():\n    target = request.args['next']\n    if target.startswith('/'):\n"
            "        return redirect(target)\n    return redirect('/')\n",
            (
                "from flask import Flask, abort, redirect, request\n\napp = Flask(__name__)\n"
                "\n\n@app.route('/back')\ndef back():\n    target = request.args['next']\n"
                "    if target.startswith('/'):\n"
                '        if not target.startswith("/") or target.startswith(("//", "/\\\\")):\n'
                "            abort(400)\n        return redirect(target)\n    return redirect('/')\n"
            ),
        ),
        Example(
            "import tornado.web\n\n\nclass Leave(tornado.web.RequestHandler):\n    def get(self):\n"
            "        self.redirect('https://' + self.get_argument('host') + '/welcome')\n",
            (
                "from urllib.parse import urlsplit\n\nimport tornado.web\n\n\n"
                "class Leave(tornado.web.RequestHandler):\n    def get(self):\n"
                "        url = 'https://' + self.get_argument('host') + '/welcome'\n"
                '        if urlsplit(url).hostname not in ("example.com",):\n'
                '            raise tornado.web.HTTPError(400, "the address leads to another site")\n'
                "        self.redirect(url)\n"
            ),
        ),
        Example(
            "from aiohttp import web\n\n\nasync def leave(request: web.Request) -> web.Response:\n"
            "    raise web.HTTPFound(request.query['url'])\n",
            (
                "from aiohttp import web\n\n\nasync def leave(request: web.Request) -> web.Response:\n"
                "    url = request.query['url']\n"
                '    if not url.startswith("/") or url.startswith(("//", "/\\\\")):\n'
                '        raise web.HTTPBadRequest(reason="the address leads to another site")\n'
                "    raise web.HTTPFound(url)\n"
            ),
        ),
    ),
    good=(
        (
            "from flask import Flask, redirect, request, url_for\n\napp = Flask(__name__)\n\n\n"
            "@app.route('/back')\ndef back():\n    target = request.args.get('next', '')\n"
            "    if not target.startswith('/') or target.startswith(('//', '/\\\\')):\n"
            "        target = url_for('index')\n    return redirect(target)\n"
        ),
        (
            "from django.shortcuts import redirect\n\n\ndef back(request):\n    target = request.GET.get('next', '')\n"
            "    if target.startswith('/') and not target.startswith('//') and '\\\\' not in target:\n"
            "        return redirect(target)\n    return redirect('/')\n"
        ),
        (
            "from flask import Flask, redirect, request, url_for\n\napp = Flask(__name__)\n\n\n"
            "@app.route('/go')\ndef go():\n    return redirect(url_for('item', number=request.args['number']))\n"
        ),
        (
            "from flask import Flask, redirect, request\n\napp = Flask(__name__)\n\n\n"
            "@app.route('/go')\ndef go():\n    return redirect('/items/' + request.args['name'])\n"
        ),
        (
            "from flask import Flask, redirect, request\n\napp = Flask(__name__)\nPAGES = {'home': '/', 'help': '/help'}\n\n\n"
            "@app.route('/go')\ndef go():\n    return redirect(PAGES.get(request.args['page'], '/'))\n"
        ),
        (
            "from django.http import HttpResponseRedirect\nfrom django.utils.http import url_has_allowed_host_and_scheme\n\n\n"
            "def after_login(request):\n    following = request.POST.get('next', '/')\n"
            "    if not url_has_allowed_host_and_scheme(following, allowed_hosts={request.get_host()}):\n"
            "        following = '/'\n"
            "    return HttpResponseRedirect(following)\n"
        ),
        (
            "from urllib.parse import urlparse\n\nfrom flask import Flask, abort, redirect, request\n\napp = Flask(__name__)\n"
            "HOSTS = {'example.com', 'docs.example.com'}\n\n\n"
            "@app.route('/out')\ndef out():\n    url = request.args['url']\n    if urlparse(url).netloc not in HOSTS:\n"
            "        abort(400)\n"
            "    return redirect(url)\n"
        ),
        (
            "from fastapi import FastAPI\nfrom fastapi.responses import RedirectResponse\n\napp = FastAPI()\n\n\n"
            "@app.get('/docs/{page}')\ndef docs(page: str):\n    return RedirectResponse(f'https://docs.example.com/{page}')\n"
        ),
        (
            "import tornado.web\n\n\nclass Home(tornado.web.RequestHandler):\n    def get(self):\n"
            "        self.redirect('/welcome?name=' + self.get_argument('name'))\n"
        ),
    ),
    check=check,
    fix=fix,
)
