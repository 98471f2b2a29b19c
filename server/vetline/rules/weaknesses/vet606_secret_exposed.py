"""A password or key is part of an answer to a client, or of the text of an exception.

## Why it matters
What is in the answer is in the browser, in proxies and caches; what is in an exception is in logs, in error trackers
of other companies, and with debugging on in the browser, too. Nobody needs a password back. Assistants return a whole
user, or put "what went wrong" with all values into the message.

## How to fix it
Return what the client needs:

    return jsonify(id=user.id, name=user.name)

and say in an exception what is wrong with a value, not the value.

## When it is fine
Where a new token is handed to who has just logged in: Vetline reports passwords, and keys from the settings.

## References
- [CWE-200: Exposure of Sensitive Information to an Unauthorized Actor](https://cwe.mitre.org/data/definitions/200.html)
- [OWASP: Error handling](https://cheatsheetseries.owasp.org/cheatsheets/Error_Handling_Cheat_Sheet.html)
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from vetline.core.cwe import Cwe
from vetline.core.edit import Applicability, Fix
from vetline.core.severity import Confidence, Severity
from vetline.rules.base import CheckContext, Example, FixSite, Match, Rule
from vetline.rules.building import written
from vetline.rules.flows import evidence_of
from vetline.rules.secrets.hiding import hide, without
from vetline.rules.secrets.leaks import Leak, leaks_in
from vetline.rules.secrets.names import Kind

_ANSWERS = (
    "flask.jsonify",
    "flask.make_response",
    "flask.Response",
    "django.http.JsonResponse",
    "django.http.HttpResponse",
    "rest_framework.response.Response",
    "fastapi.responses.JSONResponse",
    "starlette.responses.JSONResponse",
    "starlette.responses.PlainTextResponse",
    "aiohttp.web.json_response",
    "sanic.response.json",
    "flask.render_template",
)
_ANSWER = "A {thing} goes out with the answer. Return only what the client needs."
_RAISED = "A {thing} is part of the exception's text, which ends up in logs and error reports."


def check(context: CheckContext) -> Iterator[Match]:
    seen: set[int] = set()
    for hit in context.sinks("html"):
        if isinstance(hit.argument, ast.expr) and hit.inner is None:
            yield from _matches(hit.argument, _ANSWER, Severity.MEDIUM, context, seen)
    for call in context.calls(*_ANSWERS):
        for argument in (*call.args, *(keyword.value for keyword in call.keywords)):
            yield from _matches(argument, _ANSWER, Severity.MEDIUM, context, seen)
    for node in context.walk(ast.Raise):
        match node:
            case ast.Raise(exc=ast.Call(args=args, keywords=keywords)):
                for argument in (*args, *(keyword.value for keyword in keywords)):
                    if isinstance(written(argument, context), ast.JoinedStr | ast.BinOp | ast.Call | ast.Tuple):
                        yield from _matches(argument, _RAISED, Severity.LOW, context, seen)


def _matches(node: ast.expr, message: str, severity: Severity, context: CheckContext, seen: set[int]) -> Iterator[Match]:
    for leak in leaks_in(node, context):
        if id(leak.node) not in seen and _is_harmful(leak):
            seen.add(id(leak.node))
            thing = "password" if leak.kind is Kind.PASSWORD else "key"
            evidence = evidence_of(leak.taint) if leak.taint is not None else ()
            yield Match(leak.node, message.format(thing=thing), severity, Confidence.MEDIUM, evidence)


def _is_harmful(leak: Leak) -> bool:
    """Tell whether it is a password, or a secret of the application's own."""
    if leak.kind is Kind.PASSWORD:
        return True
    return leak.taint is not None and leak.taint.origin.label in ("secret", "local")


def fix(site: FixSite) -> Iterator[Fix]:
    node = site.node
    if not isinstance(node, ast.expr):
        return
    note = "Clients that read it don't get it any more."
    match site.parent_of(node):
        case ast.keyword() as keyword if isinstance(call := site.parent_of(keyword), ast.Call):
            yield Fix("Leave it out", (site.remove_argument(call, keyword),), Applicability.REVIEW, note)
        case ast.Dict() as display if (edit := without(display, node, site)) is not None:
            yield Fix("Leave it out", (edit,), Applicability.REVIEW, note)
        case _ if edits := hide(node, site):
            if isinstance(site.enclosing_statement(node), ast.Raise):
                yield Fix("Write stars in its place", tuple(edits), Applicability.SAFE)
            else:
                yield Fix("Write stars in its place", tuple(edits), Applicability.REVIEW, note)


RULE = Rule(
    id="VET606",
    name="secret-exposed",
    cwe=Cwe(200),
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    message=_ANSWER.format(thing="secret"),
    bad=(
        Example(
            'from flask import Flask, jsonify\n\napp = Flask(__name__)\n\n\n@app.get("/users/<int:number>")\n'
            "def show(number):\n    user = find(number)\n"
            "    return jsonify(id=user.id, name=user.name, password=user.password)\n",
            (
                "from flask import Flask, jsonify\n\napp = Flask(__name__)\n\n\n"
                '@app.get("/users/<int:number>")\ndef show(number):\n    user = find(number)\n'
                "    return jsonify(id=user.id, name=user.name)\n"
            ),
        ),
        Example(
            "from django.http import JsonResponse\n\n\ndef profile(request):\n    user = request.user\n"
            '    return JsonResponse({"name": user.username, "password": user.password})\n',
            (
                "from django.http import JsonResponse\n\n\ndef profile(request):\n    user = request.user\n"
                '    return JsonResponse({"name": user.username})\n'
            ),
        ),
        Example(
            "def connect(host, password):\n    if not reachable(host):\n"
            '        raise ConnectionError(f"can\'t log in at {host} with {password}")\n',
            (
                "def connect(host, password):\n    if not reachable(host):\n"
                '        raise ConnectionError(f"can\'t log in at {host} with ***")\n'
            ),
        ),
        Example(
            'import os\nfrom flask import Flask, make_response\n\napp = Flask(__name__)\n\n\n@app.route("/debug")\n'
            'def debug():\n    key = os.environ["SECRET_KEY"]\n    return make_response("key: " + key)\n',
            (
                "import os\nfrom flask import Flask, make_response\n\napp = Flask(__name__)\n\n\n"
                '@app.route("/debug")\ndef debug():\n    key = os.environ["SECRET_KEY"]\n'
                '    return make_response("key: " + "***")\n'
            ),
        ),
        Example(
            "from fastapi.responses import JSONResponse\n\n\nclass Users:\n    def read(self, user):\n"
            '        return JSONResponse({"user": user.name, "pwd": user.pwd})\n',
            (
                "from fastapi.responses import JSONResponse\n\n\nclass Users:\n    def read(self, user):\n"
                '        return JSONResponse({"user": user.name})\n'
            ),
        ),
    ),
    good=(
        # The key signs the token, and isn't in it.
        (
            "import jwt\nfrom flask import Flask, current_app, g, jsonify\n\napp = Flask(__name__)\n\n\n"
            "@app.get('/token')\ndef token():\n"
            "    return jsonify(token=jwt.encode({'sub': g.user.id}, current_app.config['SECRET_KEY'], 'HS256'))\n"
        ),
        (
            'from flask import Flask, jsonify\n\napp = Flask(__name__)\n\n\n@app.get("/users/<int:number>")\n'
            "def show(number):\n    user = find(number)\n    return jsonify(id=user.id, name=user.name)\n"
        ),
        (
            "from flask import jsonify\n\n\ndef login(user):\n    access_token = issue(user)\n"
            "    return jsonify(access_token=access_token)\n"
        ),
        (
            "def check(password):\n    if len(password) < 12:\n"
            '        raise ValueError(f"the password has {len(password)} characters, 12 are needed")\n'
        ),
        (
            "from django.http import JsonResponse\n\n\ndef policy(request):\n"
            '    return JsonResponse({"password_min_length": 12, "password_required": True})\n'
        ),
        (
            'def load(password):\n    if not password:\n        raise ValueError("password is missing")\n'
            "    raise LoginFailed(password)\n"
        ),
    ),
    check=check,
    fix=fix,
)
