"""Input that becomes part of a page without being escaped runs as a script in the browser of whoever sees it.

## Why it matters
A name such as `<img src=x onerror=...>` is markup as soon as it stands in a page: the browser runs it with the rights
of the visitor, who then sends orders, gives away a session or types a password into a form that isn't yours.  With
input from a request a link is enough to do that to somebody; with what comes from a database it happens to everyone.
Assistants return `f"<h1>Hello {name}</h1>"` from a handler, because it works in the example.

## How to fix it
Let a template escape it.  Flask, Django and Starlette do that for HTML templates unless they are told not to:

    return render_template("hello.html", name=name)

Where there is no template, escape each value:

    from markupsafe import escape

    return f"<h1>Hello {escape(name)}</h1>"

`Markup`, `mark_safe` and `|safe` say that a text *is* safe; they don't make it so.  For markup that users may write,
clean it with a library such as nh3 or bleach.  What is no page shouldn't be sent as one: use `jsonify`, or
`Content-Type: text/plain`.

## When it is fine
When the value is a number, is one of a fixed set, or was escaped or cleaned in a way that the analysis doesn't know.

## References
- [OWASP: Cross-site scripting prevention](https://cheatsheetseries.owasp.org/cheatsheets/Cross_Site_Scripting_Prevention_Cheat_Sheet.html)
- [Flask: HTML escaping](https://flask.palletsprojects.com/en/stable/quickstart/#html-escaping)
- [Django: cross-site scripting protection](https://docs.djangoproject.com/en/stable/topics/security/#cross-site-scripting-xss-protection)
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import Final

from vetline.core.cwe import Cwe
from vetline.core.edit import Fix
from vetline.core.severity import Confidence, Severity
from vetline.flow.frame import SinkHit
from vetline.flow.taints import PARAMETER, Taint
from vetline.flow.values import Value
from vetline.rules.base import CheckContext, Example, FixSite, Match, Rule
from vetline.rules.building import written
from vetline.rules.flows import evidence_of, flow_into, of_labels
from vetline.rules.html_escaping import cleaned, escaped, json_for_script, sent_as_it_is
from vetline.rules.surroundings import calls_named, function_around
from vetline.rules.web import is_html, is_page, spliced_in
from vetline.syntax.calls import keyword_of

_LABELS: Final = of_labels(
    Severity.HIGH, "remote", "upload", stored=Severity.MEDIUM, response=Severity.MEDIUM, file=Severity.LOW
)
_SPLICED: Final = of_labels(Severity.MEDIUM, "remote", "upload", error=Severity.MEDIUM)
"""What harms in a text with tags: whether it is for a page, and not for a mail or for data, isn't known."""
_DECLARED_SAFE: Final = frozenset(
    {"markupsafe.Markup", "django.utils.safestring.mark_safe", "django.utils.safestring.SafeString"}
)
_MARKDOWN: Final = (
    "markdown.markdown",
    "markdown",
    "markdown.Markdown.convert",
    "markdown2.markdown",
    "mistune.html",
    "mistune.markdown",
    "commonmark.commonmark",
)
_JSON_MAKERS: Final = ("json.dumps", "simplejson.dumps", "ujson.dumps")
_MARKED: Final = "Markdown may hold any HTML: clean what comes out of it, with nh3 or bleach, before a page shows it."
_CLEANING: Final = re.compile(r"clean|sanit|bleach|escape|safe|purif", re.IGNORECASE)
_TEMPLATES: Final = ("flask.render_template_string", "quart.render_template_string")
_TEMPLATE_TAG: Final = re.compile(
    r"(?:^|\.)(?:tag|simple_tag|filter|template_filter|template_global|simple_block_tag|assignment_tag)$"
)
_SAFE_FILTER: Final = re.compile(r"\{\{[-\s]*(\w+)(?:\.\w+|\[[^\]]*\])*\s*(?:\|[^}|]*)*\|\s*safe\b")
_UNESCAPED: Final = re.compile(
    r"\{%-?\s*autoescape\s+(?:false|off)\s*-?%\}(.*?)(?:\{%-?\s*endautoescape|$)", re.DOTALL | re.IGNORECASE
)
_PLACEHOLDER: Final = re.compile(r"\{\{[-\s]*(\w+)")

_MESSAGE: Final = (
    "The page contains {source} as it comes in: escape it, or whoever wrote it runs scripts in the visitor's browser."
)


def check(context: CheckContext) -> Iterator[Match]:
    reported: set[str] = set()
    for hit in context.sinks("html"):
        if (match := _into_page(hit, context)) is not None:
            reported |= {taint.origin.key for taint in hit.taints}
            yield match
    yield from _past_the_templates(context)
    yield from _for_templates(context)
    yield from _put_into_html(context, reported)


def _into_page(hit: SinkHit, context: CheckContext) -> Match | None:
    """Report what reaches a page, or is declared safe for one."""
    flow = flow_into(hit, _LABELS)
    if flow is not None:
        severity = flow.severity if flow.worst.is_certain else min(flow.severity, Severity.MEDIUM)
        return flow.match(_MESSAGE, severity=severity) if is_page(hit, context) else None
    errors = [taint for taint in hit.taints if taint.origin.label == "error"] if is_html(hit.value.texts) else []
    if errors and is_page(hit, context):
        return _match(hit.argument, errors[0], _MESSAGE, Severity.MEDIUM, Confidence.MEDIUM)
    if hit.callee in _DECLARED_SAFE and hit.inner is None:
        taints = tuple(taint for taint in spliced_in(hit.value, "html", (PARAMETER,)) if taint.is_certain)
        if taints:
            return _match(
                hit.argument,
                taints[0],
                "`{source}` is declared safe HTML without being escaped.",
                Severity.MEDIUM,
                Confidence.MEDIUM,
            )
        if any(name in _MARKDOWN for call in _calls_in(hit.argument, context) for name in context.callees(call)):
            return Match(
                hit.argument,
                "Markdown may hold any HTML: clean what comes out of it before it is declared safe.",
                Severity.MEDIUM,
            )
        if any(name.endswith(".dumps") for call in _calls_in(hit.argument, context) for name in context.callees(call)):
            return Match(hit.argument, _JSON, Severity.MEDIUM, Confidence.MEDIUM)
    return None


_JSON: Final = (
    "JSON may hold `</script>`, which ends the script around it: use the template's `tojson` or `json_script` filter."
)


def _calls_in(node: ast.AST, context: CheckContext) -> Iterator[ast.Call]:
    """Yield the call that ``node`` is, and those that it is put together from."""
    match written(node, context) if isinstance(node, ast.expr) else node:
        case ast.Call() as call:
            yield call
        case ast.BinOp(left=left, right=right):
            yield from _calls_in(left, context)
            yield from _calls_in(right, context)
        case ast.JoinedStr(values=values) | ast.Tuple(elts=values):
            for value in values:
                yield from _calls_in(value, context)
        case ast.FormattedValue(value=value):
            yield from _calls_in(value, context)


def _match(node: ast.AST, taint: Taint, message: str, severity: Severity, confidence: Confidence) -> Match:
    source = taint.origin.parameter if taint.origin.label == PARAMETER else taint.origin.what
    return Match(node, message.replace("{source}", source or "input"), severity, confidence, evidence_of(taint))


def _past_the_templates(context: CheckContext) -> Iterator[Match]:
    """Report input that a template, known here, puts into its page with ``|safe``."""
    for call in context.calls(*_TEMPLATES):
        assert isinstance(call, ast.Call)
        template = context.argument(call, 0, "source")
        text = context.value(template).constant if template is not None else None
        if not isinstance(text, str) or ("safe" not in text and "autoescape" not in text):
            continue
        unescaped = set(_SAFE_FILTER.findall(text))
        for part in _UNESCAPED.findall(text):
            unescaped.update(_PLACEHOLDER.findall(part))
        for keyword in call.keywords:
            if keyword.arg in unescaped and (taint := _worst(context.value(keyword.value))) is not None:
                yield _match(keyword.value, taint, _MESSAGE, Severity.HIGH, Confidence.HIGH)


def _for_templates(context: CheckContext) -> Iterator[Match]:
    """Report what templates are bound to put into a page as it is: JSON for a script, and what Markdown makes."""
    for call in context.calls(*_JSON_MAKERS):
        if not keyword_of(call, "cls") and _is_for_template(call, context):
            yield Match(call, _JSON, Severity.LOW, Confidence.LOW)
    for call in context.calls(*_MARKDOWN):
        if _makes_unclean(call, context):
            yield Match(call, _MARKED, Severity.LOW, Confidence.MEDIUM)


def _is_for_template(call: ast.Call, context: CheckContext) -> bool:
    """Tell whether the result is one of the values that a template is given."""
    return any(
        part is call
        for rendering in calls_named(context, _RENDERING)
        for given in (*rendering.args, *(keyword.value for keyword in rendering.keywords))
        for part in _values_of(written(given, context), context)
    )


def _values_of(node: ast.expr, context: CheckContext) -> Iterator[ast.expr]:
    """Yield an argument of a template; of a dictionary, its values."""
    yield node
    for value in node.values if isinstance(node, ast.Dict) else ():
        yield from _values_of(written(value, context), context)


_RENDERING: Final = frozenset({"render", "render_to_response", "render_template", "TemplateResponse", "render_to_string"})


def _makes_unclean(call: ast.Call, context: CheckContext) -> bool:
    """Tell whether what Markdown makes of some text is kept, returned or handed on, and not cleaned on the way."""
    if not call.args or keyword_of(call, "safe_mode") or context.value(call.args[0]).is_constant:
        return False
    parent = context.parent_of(call)
    match parent:
        case ast.Assign(targets=[ast.Attribute() | ast.Subscript()]) | ast.Return() | ast.keyword() | ast.Dict():
            return True
        case ast.Assign(targets=[ast.Name(id=name)]) if (function := function_around(call, context)) is not None:
            return not any(
                isinstance(node, ast.Call) and _cleans(node, context) and _reads(node, name) for node in ast.walk(function)
            )
    return False


def _cleans(call: ast.Call, context: CheckContext) -> bool:
    return any(_CLEANING.search(name) for name in (ast.unparse(call.func), *context.callees(call)))


def _reads(call: ast.Call, name: str) -> bool:
    return any(isinstance(node, ast.Name) and node.id == name for argument in call.args for node in ast.walk(argument))


def _worst(value: Value) -> Taint | None:
    return next(
        (taint for taint in value.all_taints() if taint.origin.label in ("remote", "upload") and taint.harms("html")), None
    )


def _put_into_html(context: CheckContext, reported: set[str]) -> Iterator[Match]:
    """Report input that is put into a text with HTML tags, wherever that goes."""
    inner: set[int] = set()
    for node in context.walk(ast.JoinedStr, ast.BinOp, ast.Call):
        if id(node) in inner or not _is_text(node):
            continue
        inner.update(id(part) for part in ast.walk(node))
        value = context.value(node)
        if value.texts is None or not is_html(value.texts):
            continue
        taints = [taint for taint in spliced_in(value, "html", _SPLICED) if taint.origin.key not in reported]
        if taints and not _is_logged(node, context):
            reported |= {taint.origin.key for taint in taints}
            yield _match(node, taints[0], _MESSAGE, _SPLICED[taints[0].origin.label], Confidence.MEDIUM)
            continue
        taints = list(spliced_in(value, "html", (PARAMETER,)))
        if taints and _is_template_tag(node, context):
            yield _match(
                node,
                taints[0],
                "`{source}` becomes part of the page unescaped: use `format_html`.",
                Severity.MEDIUM,
                Confidence.LOW,
            )


def _is_text(node: ast.AST) -> bool:
    match node:
        case ast.JoinedStr() | ast.BinOp(op=ast.Add() | ast.Mod()):
            return True
        case ast.Call(func=ast.Attribute(attr="format" | "format_map")):
            return True
    return False


def _is_logged(node: ast.AST, context: CheckContext) -> bool:
    """Tell whether a text goes to a log, an exception or the terminal only."""
    parent = context.parent_of(node)
    match parent:
        case ast.Raise():
            return True
        case ast.Call(func=callee):
            name = (context.qualified_name(callee) or "").lower()
            last = name.rpartition(".")[2]
            return (
                "log" in name.split(".")[0]
                or last in ("print", "debug", "info", "warning", "error")
                or last.endswith(("error", "exception"))
            )
    return False


def _is_template_tag(node: ast.AST, context: CheckContext) -> bool:
    """Tell whether ``node`` is in a function that templates call for a part of a page."""
    function = function_around(node, context)
    for decorator in function.decorator_list if function is not None else ():
        target = decorator.func if isinstance(decorator, ast.Call) else decorator
        if _TEMPLATE_TAG.search(context.qualified_name(target) or ""):
            return True
    return False


def fix(site: FixSite) -> Iterator[Fix]:
    if "Markdown" in site.finding.message:
        yield from cleaned(site.node, _MARKDOWN, site)
        return
    if "JSON" in site.finding.message:
        yield from json_for_script(site.node, site)
        return
    fixes = [*escaped(site.node, site)]
    yield from fixes or sent_as_it_is(site.node, site)


RULE = Rule(
    id="VET120",
    name="cross-site-scripting",
    cwe=Cwe(79),
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    message="Input becomes part of a page without being escaped.",
    bad=(
        Example(
            "from flask import Flask, request\n\napp = Flask(__name__)\n\n\n"
            "@app.route('/hello')\ndef hello():\n    name = request.args.get('name', 'stranger')\n"
            "    return f'<h1>Hello {name}</h1>'\n",
            (
                "from flask import Flask, request\nfrom markupsafe import escape\n"
                "\napp = Flask(__name__)\n\n\n@app.route('/hello')\ndef hello():\n"
                "    name = request.args.get('name', 'stranger')\n    return f'<h1>Hello {escape(name)}</h1>'\n"
            ),
        ),
        Example(
            "from flask import Flask, make_response, request\n\napp = Flask(__name__)\n\n\n"
            "@app.post('/search')\ndef search():\n    term = request.form['q']\n    body = 'Nothing found for ' + term\n"
            "    response = make_response(body)\n    response.headers['X-Search'] = 'done'\n    return response\n",
            (
                "import html\n\nfrom flask import Flask, make_response, request\n"
                "\napp = Flask(__name__)\n\n\n@app.post('/search')\ndef search():\n    term = request.form['q']\n"
                "    body = 'Nothing found for ' + html.escape(term)\n    response = make_response(body)\n"
                "    response.headers['X-Search'] = 'done'\n    return response\n"
            ),
        ),
        Example(
            "from django.http import HttpResponse\n\n\n"
            "def profile(request):\n    name = request.GET.get('name', '')\n"
            "    return HttpResponse('<p>Profile of %s</p>' % name)\n",
            (
                "from django.http import HttpResponse\nfrom django.utils.html import escape\n"
                "\n\ndef profile(request):\n    name = request.GET.get('name', '')\n"
                "    return HttpResponse('<p>Profile of %s</p>' % escape(name))\n"
            ),
        ),
        Example(
            "from django.utils.safestring import mark_safe\n\n\ndef badge(label):\n"
            "    return mark_safe(f'<span class=\"badge\">{label}</span>')\n",
            (
                "from django.utils.html import escape\nfrom django.utils.safestring import mark_safe\n"
                "\n\ndef badge(label):\n    return mark_safe(f'<span class=\"badge\">{escape(label)}</span>')\n"
            ),
        ),
        Example(
            "from fastapi import FastAPI\nfrom fastapi.responses import HTMLResponse\n\napp = FastAPI()\n\n\n"
            "@app.get('/greet')\ndef greet(name: str):\n    page = '<html><body>Hi {}</body></html>'.format(name)\n"
            "    return HTMLResponse(page)\n",
            (
                "import html\n\nfrom fastapi import FastAPI\nfrom fastapi.responses import HTMLResponse\n"
                "\napp = FastAPI()\n\n\n@app.get('/greet')\ndef greet(name: str):\n"
                "    page = '<html><body>Hi {}</body></html>'.format(html.escape(name))\n"
                "    return HTMLResponse(page)\n"
            ),
        ),
        Example(
            "import tornado.web\n\n\nclass Greeter(tornado.web.RequestHandler):\n"
            "    def get(self):\n        self.write('<b>' + self.get_argument('name') + '</b>')\n",
            (
                "import tornado.web\nfrom tornado.escape import xhtml_escape\n\n\n"
                "class Greeter(tornado.web.RequestHandler):\n    def get(self):\n"
                "        self.write('<b>' + xhtml_escape(self.get_argument('name')) + '</b>')\n"
            ),
        ),
        Example(
            "from aiohttp import web\n\nroutes = web.RouteTableDef()\n\n\n@routes.get('/')\nasync def index(request):\n"
            "    return web.Response(text=f\"<p>{request.query['q']}</p>\", content_type='text/html')\n",
            (
                "import html\n\nfrom aiohttp import web\n\nroutes = web.RouteTableDef()\n"
                "\n\n@routes.get('/')\nasync def index(request):\n"
                "    return web.Response(text=f\"<p>{html.escape(str(request.query['q']))}</p>\", content_type='text/ht"
                "ml')\n"
            ),
        ),
        Example(
            "from flask import Flask, render_template_string, request\n\napp = Flask(__name__)\n\n\n"
            "@app.route('/note')\ndef note():\n"
            "    return render_template_string('<div>{{ text|safe }}</div>', text=request.args['text'])\n",
            (
                "from flask import Flask, render_template_string, request\nfrom markupsafe import escape\n"
                "\napp = Flask(__name__)\n\n\n@app.route('/note')\ndef note():\n"
                "    return render_template_string('<div>{{ text|safe }}</div>', text=escape(request.args['text']))\n"
            ),
        ),
        Example(
            "import sqlite3\n\nfrom flask import Flask\n\napp = Flask(__name__)\n\n\n"
            "@app.route('/comments')\ndef comments():\n"
            "    rows = sqlite3.connect('blog.db').execute('SELECT body FROM comments').fetchall()\n"
            "    items = ''\n    for row in rows:\n        items += f'<li>{row[0]}</li>'\n"
            "    return '<ul>' + items + '</ul>'\n",
            (
                "import sqlite3\n\nfrom flask import Flask\nfrom markupsafe import escape\n"
                "\napp = Flask(__name__)\n\n\n@app.route('/comments')\ndef comments():\n"
                "    rows = sqlite3.connect('blog.db').execute('SELECT body FROM comments').fetchall()\n"
                "    items = ''\n    for row in rows:\n        items += f'<li>{escape(row[0])}</li>'\n"
                "    return '<ul>' + items + '</ul>'\n"
            ),
        ),
        Example(
            "import markdown\n\n\ndef show(articles):\n    for article in articles:\n"
            "        article.page = markdown.markdown(article.text, extensions=['tables'])\n    return articles\n",
            (
                "import markdown\nimport nh3\n\n\ndef show(articles):\n    for article in articles:\n"
                "        article.page = nh3.clean(markdown.markdown(article.text, extensions=['tables']))\n"
                "    return articles\n"
            ),
        ),
        Example(
            "import json\n\nfrom django.shortcuts import render\n\n\ndef board(request, state):\n"
            "    return render(request, 'board.html', {'state_json': json.dumps(state)})\n",
            (
                "import json\n\nfrom django.shortcuts import render\n\n\ndef board(request, state):\n"
                "    return render(request, 'board.html', {'state_json': json.dumps(state).replace(\"<\", \"\\\\u003c\")})\n"
            ),
        ),
        Example(
            "import json\n\nfrom markupsafe import Markup\n\n\ndef state(data):\n    return Markup(json.dumps(data))\n",
            (
                "import json\n\nfrom markupsafe import Markup\n\n\ndef state(data):\n"
                '    return Markup(json.dumps(data).replace("<", "\\\\u003c"))\n'
            ),
        ),
    ),
    good=(
        (
            "import tornado.web\n\n\nclass Search(tornado.web.RequestHandler):\n    def get(self):\n"
            "        self.write({'query': self.get_argument('q')})\n"
        ),
        (
            "from flask import Flask, render_template_string, request\n\napp = Flask(__name__)\n"
            "PAGE = '<h1>Hello {{ name }}</h1>'\n\n\n@app.route('/')\ndef hello():\n"
            "    page = render_template_string(PAGE, name=request.args['name'])\n    return page\n"
        ),
        (
            "from flask import Flask, request\nfrom markupsafe import escape\n\napp = Flask(__name__)\n\n\n"
            "@app.route('/hello')\ndef hello():\n    name = request.args.get('name', 'stranger')\n"
            "    return f'<h1>Hello {escape(name)}</h1>'\n"
        ),
        (
            "from flask import Flask, jsonify, request\n\napp = Flask(__name__)\n\n\n"
            "@app.route('/hello')\ndef hello():\n    return jsonify(greeting='Hello ' + request.args['name'])\n"
        ),
        (
            "from flask import Flask, request\n\napp = Flask(__name__)\n\n\n"
            "@app.route('/echo')\ndef echo():\n    return {'echo': request.args.get('text')}\n"
        ),
        (
            "from flask import Flask, make_response, request\n\napp = Flask(__name__)\n\n\n"
            "@app.route('/echo')\ndef echo():\n    response = make_response(request.args['text'])\n"
            "    response.headers['Content-Type'] = 'text/plain; charset=utf-8'\n    return response\n"
        ),
        (
            "from flask import Flask, abort, request\n\napp = Flask(__name__)\nCOLOURS = ('red', 'green', 'blue')\n\n\n"
            "@app.route('/paint')\ndef paint():\n    colour = request.args.get('colour')\n    if colour not in COLOURS:\n"
            "        abort(400)\n"
            "    return f'<p style=\"color: {colour}\">Painted</p>'\n"
        ),
        (
            "from django.http import HttpResponse\nfrom django.utils.html import format_html\n\n\n"
            "def profile(request):\n    return HttpResponse(format_html('<p>{}</p>', request.GET.get('name', '')))\n"
        ),
        (
            "from flask import Flask\n\napp = Flask(__name__)\n\n\n"
            "@app.route('/item/<int:number>')\ndef item(number: int):\n    return f'<p>Item {number}</p>'\n"
        ),
        (
            "from fastapi import FastAPI\n\napp = FastAPI()\n\n\n"
            "@app.get('/greet')\ndef greet(name: str):\n    return f'Hello {name}'\n"
        ),
        (
            "import bleach\nfrom flask import Flask, request\n\napp = Flask(__name__)\n\n\n"
            "@app.post('/preview')\ndef preview():\n"
            "    return '<article>' + bleach.clean(request.form['body']) + '</article>'\n"
        ),
        (
            "import bleach\nimport markdown\n\n\ndef show(article):\n    page = markdown.markdown(article.text)\n"
            "    return bleach.clean(page, tags={'p', 'b'})\n"
        ),
        (
            "import json\n\nfrom django.http import HttpResponse\n\n\ndef board(request, state):\n"
            "    return HttpResponse(json.dumps(state), content_type='application/json')\n"
        ),
        (
            "import tornado.escape\nimport tornado.web\n\n\nclass Greeter(tornado.web.RequestHandler):\n"
            "    def get(self):\n        self.write('<b>' + tornado.escape.xhtml_escape(self.get_argument('name')) + '</b>')\n"
        ),
    ),
    check=check,
    fix=fix,
    supersedes=frozenset({"B308", "B703", "B704"}),
)
