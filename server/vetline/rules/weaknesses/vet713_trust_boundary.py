"""A value from the request that is put into the session unchecked is trusted from then on.

## Why it matters
Code that reads `session["role"]` takes it for something that the server has found out, for a client can't change its
session.  If the value came from a form, the client has chosen it after all, only one request earlier.  Mixing both
kinds of values in one place is how the check gets lost: each side believes that the other one has made it.

## How to fix it
Put into the session what the server knows: the user that it has looked up, the choice that it has found in its own
list.

    user = User.query.filter_by(name=request.form["name"]).first_or_404()
    session["user_id"] = user.id

## When it is fine
For a value that nobody trusts, such as a text to be shown again in the form, and one that was checked in a way that the
analysis doesn't know.

## References
- [CWE-501: Trust boundary violation](https://cwe.mitre.org/data/definitions/501.html)
- [Flask: sessions](https://flask.palletsprojects.com/en/stable/quickstart/#sessions)
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
from vetline.rules.flows import Flow, evidence_of, flow_into, of_labels
from vetline.rules.statements import guard

_LABELS: Final = of_labels(Severity.LOW, "remote", "upload")
_AUTHORITY: Final = re.compile(
    r"admin|role|permission|privilege|group|scope|is_?auth|logged|verified|user_?id|uid\b|account|tenant|owner", re.IGNORECASE
)
_MESSAGE: Final = "The session gets {source} unchecked: what is read from there later counts as known to the server."
_SESSIONS: Final = re.compile(r"(?:^|\.)(?:SecureCookieSession|SessionBase|SessionStore|session|\?WebSession)$")


def check(context: CheckContext) -> Iterator[Match]:
    reported: set[int] = set()
    for hit in context.sinks("session"):
        if id(hit.node) not in reported and (flow := flow_into(hit, _LABELS)) is not None:
            reported.add(id(hit.node))
            yield _matched(flow, hit.node, context)
    for node in context.walk(ast.Subscript):
        assert isinstance(node, ast.Subscript)
        if isinstance(node.ctx, ast.Store) and id(node) not in reported and _is_session(context.value(node.value)):
            for taint in context.value(node.slice).all_taints():
                if taint.origin.label in _LABELS and taint.harms("session"):
                    yield Match(
                        node,
                        _MESSAGE.replace("{source}", taint.origin.what),
                        Severity.LOW,
                        _confidence(taint.is_certain),
                        evidence_of(taint),
                    )
                    break


def _matched(flow: Flow, node: ast.AST, context: CheckContext) -> Match:
    severity = Severity.LOW
    if isinstance(node, ast.Subscript):
        key = context.value(node.slice).constant
        if isinstance(key, str) and _AUTHORITY.search(key):
            severity = Severity.MEDIUM
    return flow.match(_MESSAGE, severity=severity, confidence=_confidence(flow.worst.is_certain))


def _confidence(is_certain: bool) -> Confidence:
    return Confidence.HIGH if is_certain else Confidence.MEDIUM


def _is_session(value: Value) -> bool:
    return any(_SESSIONS.search(name) for name in (*value.types, *value.names))


def fix(site: FixSite) -> Iterator[Fix]:
    statement = site.enclosing_statement(site.node)
    if not isinstance(statement, ast.Assign) or isinstance(site.node, ast.Constant):
        return
    value = statement.value
    names = [value] if _is_readable(value) else []
    match site.node:
        case ast.Subscript(slice=ast.Name() as key) if not names or isinstance(value, ast.Constant):
            names = [key]
    if not names:
        return
    test = f'not {site.use("re")}.fullmatch(r"[\\w .@-]{{1,64}}", str({site.text_of(names[0])}))'
    edit = guard(site, statement, test, "not a name")
    if edit is not None:
        note = "Write the pattern, or a list of the values, that may come here: this one takes names and numbers."
        yield Fix("Refuse what is no name", (edit,), Applicability.REVIEW, note)


def _is_readable(value: ast.expr) -> bool:
    """Tell whether an expression can be read twice."""
    match value:
        case ast.Name() | ast.Attribute() | ast.Subscript():
            return True
        case ast.Call(func=ast.Attribute(attr="get")):
            return True
    return False


RULE = Rule(
    id="VET713",
    name="trust-boundary",
    cwe=Cwe(501),
    severity=Severity.LOW,
    confidence=Confidence.HIGH,
    message="The session gets a value from the request unchecked.",
    bad=(
        Example(
            "from flask import Flask, request, session\n\napp = Flask(__name__)\n\n\n"
            "@app.post('/role')\ndef choose():\n    session['role'] = request.form['role']\n    return 'ok'\n"
        ),
        Example(
            "import flask\n\napp = flask.Flask(__name__)\n\n\n"
            "@app.route('/keep')\ndef keep():\n    name = flask.request.args.get('name', '')\n"
            "    flask.session[name] = '12345'\n    return 'ok'\n",
            (
                "import re\n\nimport flask\n\napp = flask.Flask(__name__)\n\n\n@app.route('/keep')\n"
                "def keep():\n    name = flask.request.args.get('name', '')\n"
                '    if not re.fullmatch(r"[\\w .@-]{1,64}", str(name)):\n        flask.abort(400)\n'
                "    flask.session[name] = '12345'\n    return 'ok'\n"
            ),
        ),
        Example(
            "def choose(request):\n    request.session['user_id'] = request.POST['user']\n",
            (
                "import re\n\n\ndef choose(request):\n"
                "    if not re.fullmatch(r\"[\\w .@-]{1,64}\", str(request.POST['user'])):\n"
                '        raise ValueError("not a name")\n'
                "    request.session['user_id'] = request.POST['user']\n"
            ),
        ),
        Example(
            "from flask import Flask, request, session\n\napp = Flask(__name__)\n\n\n"
            "@app.post('/step')\ndef step():\n    choice = 'plan-' + request.form['plan']\n    session['plan'] = choice\n"
            "    return 'ok'\n",
            (
                "import re\n\nfrom flask import Flask, abort, request, session\n\napp = Flask(__name__)\n\n\n"
                "@app.post('/step')\ndef step():\n    choice = 'plan-' + request.form['plan']\n"
                '    if not re.fullmatch(r"[\\w .@-]{1,64}", str(choice)):\n        abort(400)\n'
                "    session['plan'] = choice\n    return 'ok'\n"
            ),
        ),
        Example(
            "from fastapi import FastAPI, Request\n\napp = FastAPI()\n\n\n"
            "@app.get('/tenant')\ndef tenant(request: Request, name: str):\n    request.session['tenant'] = name\n"
            "    return {}\n",
            (
                "import re\n\nfrom fastapi import FastAPI, HTTPException, Request\n\napp = FastAPI()\n\n\n"
                "@app.get('/tenant')\ndef tenant(request: Request, name: str):\n"
                '    if not re.fullmatch(r"[\\w .@-]{1,64}", str(name)):\n'
                "        raise HTTPException(400, \"not a name\")\n    request.session['tenant'] = name\n"
                "    return {}\n"
            ),
        ),
    ),
    good=(
        (
            "from flask import Flask, abort, request, session\n\napp = Flask(__name__)\nPLANS = ('free', 'team')\n\n\n"
            "@app.post('/plan')\ndef plan():\n    choice = request.form['plan']\n    if choice not in PLANS:\n"
            "        abort(400)\n"
            "    session['plan'] = choice\n    return 'ok'\n"
        ),
        (
            "from flask import Flask, request, session\n\napp = Flask(__name__)\n\n\n"
            "@app.post('/page')\ndef page():\n    session['page'] = int(request.form['page'])\n    return 'ok'\n"
        ),
        (
            "from flask import Flask, request, session\n\napp = Flask(__name__)\n\n\n"
            "@app.post('/login')\ndef login():\n    form = {'a': request.form['name'], 'b': 'visitor'}\n"
            "    session['kind'] = form['b']\n    return 'ok'\n"
        ),
        "import secrets\n\n\ndef begin(request):\n    request.session['state'] = secrets.token_urlsafe(16)\n",
        (
            "from fastapi import FastAPI, Request\n\napp = FastAPI()\nTENANTS = {'a': 1, 'b': 2}\n\n\n"
            "@app.get('/tenant')\ndef tenant(request: Request, name: str):\n"
            "    request.session['tenant'] = TENANTS[name]\n    return {}\n"
        ),
    ),
    check=check,
    fix=fix,
)
