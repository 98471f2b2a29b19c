"""Pages of any other site may read what the application answers.

## Why it matters
A browser keeps one site from reading another's answers, unless the other one allows it.  With `*` any page may; with
credentials, or with the origin sent back as it came, any page that a user looks at reads what they may read, and acts
in their name.  Assistants allow all origins, because it makes the error in the console go away.

## How to fix it
Name the origins of your own front ends:

    app.add_middleware(CORSMiddleware, allow_origins=["https://shop.example.com"], allow_credentials=True)

## When it is fine
For public data that needs no login.

## References
- [MDN: Cross-origin resource sharing](https://developer.mozilla.org/en-US/docs/Web/HTTP/Guides/CORS)
- [FastAPI: CORS](https://fastapi.tiangolo.com/tutorial/cors/)
- [Flask-CORS](https://flask-cors.readthedocs.io/)
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import Final

from vetline.core.cwe import Cwe
from vetline.core.edit import Applicability, Fix
from vetline.core.severity import Confidence, Severity
from vetline.flow.values import Value
from vetline.rules.base import CheckContext, Example, FixSite, Match, Rule
from vetline.rules.flows import evidence_of
from vetline.rules.headers import headers_set
from vetline.rules.locals import origin_of
from vetline.rules.settings import settings
from vetline.rules.surroundings import function_around
from vetline.syntax.calls import has_unpacking, keyword_of

_FLASK: Final = (
    "flask_cors.CORS",
    "flask_cors.cross_origin",
    "flask_cors.extension.CORS",
    "flask_cors.decorator.cross_origin",
    "quart_cors.cors",
)
_SETTINGS: Final = frozenset({"CORS_ALLOW_ALL_ORIGINS", "CORS_ORIGIN_ALLOW_ALL"})
_ORIGIN: Final = "access-control-allow-origin"
_CREDENTIALS: Final = "access-control-allow-credentials"
_MIDDLEWARE: Final = frozenset({"add_middleware", "CORSMiddleware", "Middleware", "ResourceOptions"})
_ANY_PATTERN: Final = re.compile(r"^\^?(?:https?\??://|\(https\?\|http\)://)?\.[*+]\$?$|^\*$")
_UNESCAPED: Final = re.compile(r"[a-z0-9](?<!\\)\.(?=(?:com|org|net|io|dev|app)\b)", re.IGNORECASE)

_WITH: Final = "Pages of any site may read the answers, with the visitor's login; name the origins of your own front ends."
_WITHOUT: Final = "Pages of any site may read the answers; name the origins of your own front ends."
_REFLECTED: Final = "The origin is allowed as it comes in, so that every site is; compare it with a list of your own."


def check(context: CheckContext) -> Iterator[Match]:
    for call in context.calls(*_FLASK):
        yield from _of_flask(call, context)
    for call in context.calls() if context.mentions(_MIDDLEWARE) else ():
        if any(name.rpartition(".")[2] in _MIDDLEWARE for name in context.callees(call)):
            yield from _of_middleware(call, context)
    for header in headers_set(context):
        if header.name == _ORIGIN:
            yield from _of_header(header.value, header.node, context)
    for display in context.walk(ast.Dict):
        assert isinstance(display, ast.Dict)
        for key, value in zip(display.keys, display.values, strict=True):
            if isinstance(key, ast.Constant) and isinstance(key.value, str) and key.value.lower() == _ORIGIN:
                yield from _of_header(value, value, context)
    for setting in settings(context, _SETTINGS):
        if context.value(setting.value).constants == (True,):
            yield Match(setting.node, _WITHOUT, Severity.MEDIUM, Confidence.MEDIUM)


def _of_flask(call: ast.Call, context: CheckContext) -> Iterator[Match]:
    if has_unpacking(call):
        return
    credentials = keyword_of(call, "supports_credentials") or keyword_of(call, "allow_credentials")
    with_credentials = credentials is not None and context.value(credentials.value).constants == (True,)
    origins = keyword_of(call, "origins") or keyword_of(call, "origin") or keyword_of(call, "allow_origin")
    resources = keyword_of(call, "resources")
    if origins is not None:
        allowed = context.value(origins.value)
    elif resources is not None:
        named = [item for item in (context.value(resources.value).items or {}).values() if item.items]
        given = [item.items.get("origins") for item in named if item.items]
        if not named or not any(one is not None and _is_any(one) for one in given):
            return
        allowed = Value(constants=("*",))
    else:
        allowed = Value(constants=("*",))
    if _is_any(allowed):
        yield Match(call, _WITH if with_credentials else _WITHOUT, Severity.HIGH if with_credentials else Severity.LOW)


def _of_middleware(call: ast.Call, context: CheckContext) -> Iterator[Match]:
    origins = keyword_of(call, "allow_origins")
    pattern = keyword_of(call, "allow_origin_regex")
    credentials = keyword_of(call, "allow_credentials")
    with_credentials = credentials is not None and context.value(credentials.value).constants == (True,)
    severity = Severity.HIGH if with_credentials else Severity.LOW
    if origins is not None and _is_any(context.value(origins.value)):
        yield Match(origins.value, _WITH if with_credentials else _WITHOUT, severity)
    elif pattern is not None and isinstance(text := context.value(pattern.value).constant, str):
        if _ANY_PATTERN.match(text):
            yield Match(pattern.value, _WITH if with_credentials else _WITHOUT, severity)
        elif _UNESCAPED.search(text):
            yield Match(
                pattern.value,
                "A dot in a pattern matches any character: `exampleXcom` is allowed, too; write `\\.`.",
                Severity.MEDIUM,
            )


def _is_any(value: Value) -> bool:
    """Tell whether all origins are among those allowed."""
    if value.constants is not None:
        return any(isinstance(one, str) and _ANY_PATTERN.match(one) for one in value.constants)
    return any(_is_any(item) for item in (value.items or {}).values() if item.items is None)


def _of_header(value: ast.expr, node: ast.AST, context: CheckContext) -> Iterator[Match]:
    allowed = context.value(value)
    with_credentials = _allows_credentials(node, context)
    if allowed.constants == ("*",):
        yield Match(node, _WITHOUT, Severity.LOW)
        return
    for taint in allowed.all_taints():
        if taint.origin.label == "remote" and taint.harms("header"):
            severity = Severity.HIGH if with_credentials else Severity.MEDIUM
            yield Match(node, _REFLECTED, severity, evidence=evidence_of(taint))
            return


def _allows_credentials(node: ast.AST, context: CheckContext) -> bool:
    """Tell whether the function around ``node`` sends the header that lets credentials through."""
    function = function_around(node, context)
    return function is not None and any(
        isinstance(inner, ast.Constant) and isinstance(inner.value, str) and inner.value.lower() == _CREDENTIALS
        for inner in ast.walk(function)
    )


def fix(site: FixSite) -> Iterator[Fix]:
    node = site.node
    note = "CORS_ORIGINS has to be set, to the origins of your front ends with commas between them; others are refused."
    listed = f'{site.use("os")}.environ["CORS_ORIGINS"].split(",")'
    single = f'{site.use("os")}.environ["CORS_ORIGIN"]'
    title = "Take the origins from the environment"
    match node:
        case (
            ast.Assign(targets=[ast.Name()], value=ast.Constant(value=True) as value)
            | ast.AnnAssign(value=ast.Constant(value=True) as value)
        ):
            off = "Name the allowed origins in CORS_ALLOWED_ORIGINS; others are refused."
            yield Fix("Allow named origins only", (site.replace(value, "False"),), Applicability.REVIEW, off)
        case ast.Assign(value=value) | ast.Call(func=ast.Attribute(), args=[ast.Constant(), value]):
            one = "CORS_ORIGIN has to be set, to the origin of your front end; others are refused."
            yield Fix("Take the origin from the environment", (site.replace(value, single),), Applicability.REVIEW, one)
        case ast.Call():
            keyword = keyword_of(node, "origins") or keyword_of(node, "origin") or keyword_of(node, "allow_origin")
            stars = [inner for inner in ast.walk(node) if isinstance(inner, ast.Constant) and inner.value == "*"]
            if keyword is not None:
                edit = site.replace(keyword.value, listed)
            elif keyword_of(node, "resources") is not None and len(stars) == 1:
                edit = site.replace(stars[0], listed)
            else:
                edit = site.append_argument(node, f"origins={listed}")
            yield Fix(title, (edit,), Applicability.REVIEW, note)
        case ast.Constant(value=str()) if "dot" in site.finding.message:
            escaped = _UNESCAPED.sub(lambda match: f"{match[0][0]}\\.", site.text_of(node))
            text = escaped if escaped[:1] in "rR" else f"r{escaped}"
            if "\\" not in site.text_of(node) or site.text_of(node)[:1] in "rR":
                yield Fix("Escape the dots", (site.replace(node, text),), Applicability.SAFE)
        case ast.expr():
            match site.parent_of(node):
                case ast.keyword(arg="allow_origin_regex") as pattern:
                    edit = site.replace(pattern, f"allow_origins={listed}")
                case _:
                    edit = site.replace(origin_of(node, site), listed)
            yield Fix(title, (edit,), Applicability.REVIEW, note)


RULE = Rule(
    id="VET704",
    name="cors-any-origin",
    cwe=Cwe(942),
    severity=Severity.LOW,
    confidence=Confidence.HIGH,
    message=_WITHOUT,
    bad=(
        Example(
            "from fastapi import FastAPI\nfrom fastapi.middleware.cors import CORSMiddleware\n\napp = FastAPI()\n"
            "app.add_middleware(CORSMiddleware, allow_origins=['*'], allow_credentials=True, allow_methods=['*'])\n",
            (
                "import os\n\nfrom fastapi import FastAPI\n"
                "from fastapi.middleware.cors import CORSMiddleware\n\napp = FastAPI()\n"
                'app.add_middleware(CORSMiddleware, allow_origins=os.environ["CORS_ORIGINS"].split(","), '
                "allow_credentials=True, allow_methods=['*'])\n"
            ),
        ),
        Example(
            "from flask import Flask\nfrom flask_cors import CORS\n\napp = Flask(__name__)\nCORS(app)\n",
            (
                "import os\n\nfrom flask import Flask\nfrom flask_cors import CORS\n\napp = Flask(__name__)\n"
                'CORS(app, origins=os.environ["CORS_ORIGINS"].split(","))\n'
            ),
        ),
        Example(
            "from flask import Flask\nfrom flask_cors import CORS\n\napp = Flask(__name__)\n"
            "CORS(app, resources={r'/api/*': {'origins': '*'}}, supports_credentials=True)\n",
            (
                "import os\n\nfrom flask import Flask\nfrom flask_cors import CORS\n\napp = Flask(__name__)\n"
                "CORS(app, resources={r'/api/*': {'origins': os.environ[\"CORS_ORIGINS\"].split(\",\")}}, "
                "supports_credentials=True)\n"
            ),
        ),
        Example(
            "CORS_ALLOW_ALL_ORIGINS = True\nCORS_ALLOW_CREDENTIALS = True\n",
            "CORS_ALLOW_ALL_ORIGINS = False\nCORS_ALLOW_CREDENTIALS = True\n",
        ),
        Example(
            "from flask import Flask, request\n\napp = Flask(__name__)\n\n\n"
            "@app.after_request\ndef allow(response):\n"
            "    response.headers['Access-Control-Allow-Origin'] = request.headers.get('Origin')\n"
            "    response.headers['Access-Control-Allow-Credentials'] = 'true'\n    return response\n",
            (
                "import os\n\nfrom flask import Flask, request\n\napp = Flask(__name__)\n\n\n"
                "@app.after_request\ndef allow(response):\n"
                "    response.headers['Access-Control-Allow-Origin'] = os.environ[\"CORS_ORIGIN\"]\n"
                "    response.headers['Access-Control-Allow-Credentials'] = 'true'\n    return response\n"
            ),
        ),
        Example(
            "import tornado.web\n\n\nclass Api(tornado.web.RequestHandler):\n    def set_default_headers(self):\n"
            "        self.set_header('Access-Control-Allow-Origin', '*')\n",
            (
                "import os\n\nimport tornado.web\n\n\nclass Api(tornado.web.RequestHandler):\n"
                "    def set_default_headers(self):\n"
                "        self.set_header('Access-Control-Allow-Origin', os.environ[\"CORS_ORIGIN\"])\n"
            ),
        ),
        Example(
            "from starlette.applications import Starlette\nfrom starlette.middleware import Middleware\n"
            "from starlette.middleware.cors import CORSMiddleware\n\nORIGINS = ['*']\n"
            "app = Starlette(middleware=[Middleware(CORSMiddleware, allow_origins=ORIGINS)])\n",
            (
                "import os\n\nfrom starlette.applications import Starlette\n"
                "from starlette.middleware import Middleware\n"
                "from starlette.middleware.cors import CORSMiddleware\n\n"
                'ORIGINS = os.environ["CORS_ORIGINS"].split(",")\n'
                "app = Starlette(middleware=[Middleware(CORSMiddleware, allow_origins=ORIGINS)])\n"
            ),
        ),
    ),
    good=(
        (
            "from fastapi import FastAPI\nfrom fastapi.middleware.cors import CORSMiddleware\n\napp = FastAPI()\n"
            "app.add_middleware(CORSMiddleware, allow_origins=['https://shop.example.com'], allow_credentials=True)\n"
            ""
        ),
        (
            "from flask import Flask\nfrom flask_cors import CORS\n\napp = Flask(__name__)\n"
            "CORS(app, origins=['https://shop.example.com'], supports_credentials=True)\n"
        ),
        "CORS_ALLOW_ALL_ORIGINS = False\nCORS_ALLOWED_ORIGINS = ['https://shop.example.com']\n",
        (
            "from flask import Flask, request\n\napp = Flask(__name__)\nORIGINS = {'https://shop.example.com'}\n\n\n"
            "@app.after_request\ndef allow(response):\n    origin = request.headers.get('Origin')\n    if origin in ORIGINS:\n"
            "        response.headers['Access-Control-Allow-Origin'] = origin\n    return response\n"
        ),
        (
            "import tornado.web\n\n\nclass Api(tornado.web.RequestHandler):\n    def set_default_headers(self):\n"
            "        self.set_header('Access-Control-Allow-Origin', 'https://shop.example.com')\n"
        ),
        (
            "import os\n\nfrom flask import Flask\nfrom flask_cors import CORS\n\napp = Flask(__name__)\n"
            "CORS(app, resources={r'/api/*': {'origins': os.environ['ORIGINS'].split(',')}})\n"
        ),
    ),
    check=check,
    fix=fix,
)
