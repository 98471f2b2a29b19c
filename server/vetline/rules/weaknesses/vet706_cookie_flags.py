"""A cookie without its flags goes over unencrypted connections, and scripts can read it.

## Why it matters
Without `Secure` the browser sends the cookie over plain HTTP as well: whoever shares the café's wireless reads it on
the first link to `http://`.  Without `HttpOnly` a script that got into a page takes it away.  For a session or a login
token either one is as good as the password.  Assistants write `response.set_cookie("session", token)`, and all flags
are off by default.

## How to fix it
    response.set_cookie("session", token, secure=True, httponly=True, samesite="Lax")

In settings: `SESSION_COOKIE_SECURE = True`, and leave `SESSION_COOKIE_HTTPONLY` on.

## When it is fine
For a cookie that says nothing of its user, such as a language, and one that scripts must read, such as a CSRF token
(that still wants `Secure`).

## References
- [MDN: Secure and HttpOnly cookies](https://developer.mozilla.org/en-US/docs/Web/HTTP/Guides/Cookies#block_access_to_your_cookies)
- [OWASP: Session management](https://cheatsheetseries.owasp.org/cheatsheets/Session_Management_Cheat_Sheet.html#cookies)
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import Final

from vetline.core.cwe import Cwe
from vetline.core.edit import Applicability, Fix, TextEdit
from vetline.core.severity import Confidence, Severity
from vetline.rules.base import CheckContext, Example, FixSite, Match, Rule
from vetline.rules.settings import settings
from vetline.syntax.calls import has_unpacking, keyword_of

_SENSITIVE: Final = re.compile(
    r"sess|sid$|^sid|auth|token|jwt|login|user_?id|uid$|remember|secret|passw|credential|api_?key|access|refresh|identity",
    re.IGNORECASE,
)
_FOR_SCRIPTS: Final = re.compile(r"csrf|xsrf", re.IGNORECASE)
_METHODS: Final = frozenset({"set_cookie", "set_secure_cookie", "set_signed_cookie"})
_TELLING: Final = _METHODS | {"SessionMiddleware", "add_middleware"}
_SETTINGS: Final = frozenset(
    "SESSION_COOKIE_SECURE SESSION_COOKIE_HTTPONLY CSRF_COOKIE_SECURE REMEMBER_COOKIE_SECURE REMEMBER_COOKIE_HTTPONLY"
    " JWT_COOKIE_SECURE LANGUAGE_COOKIE_SECURE SESSION_COOKIE_SAMESITE".split()
)
_FLAG: Final = re.compile(r";\s*secure\b", re.IGNORECASE)


def check(context: CheckContext) -> Iterator[Match]:
    for call in context.walk(ast.Call) if context.mentions(_TELLING) else ():
        assert isinstance(call, ast.Call)
        match call.func:
            case ast.Attribute(attr=method) if method in _METHODS:
                yield from _of_cookie(call, context)
            case ast.Name(id="SessionMiddleware") | ast.Attribute(attr="SessionMiddleware" | "add_middleware"):
                yield from _of_middleware(call, context)
    for setting in settings(context, _SETTINGS):
        value = context.value(setting.value)
        if setting.name.endswith("SAMESITE"):
            if value.constants in (("None",), (False,)):
                yield Match(
                    setting.node, f'`{setting.name}` lets other sites send the cookie; use "Lax" or "Strict".', Severity.LOW
                )
        elif value.constants in ((False,), (0,)):
            loss = "scripts can read it" if setting.name.endswith("HTTPONLY") else "it goes over unencrypted connections, too"
            yield Match(setting.node, f"`{setting.name}` is off: of this cookie, {loss}.", _severity_of(setting.name))
    for hit in context.sinks("header", "cookie"):
        if (match := _of_header(hit.node, context)) is not None:
            yield match


def _severity_of(setting: str) -> Severity:
    return Severity.MEDIUM if setting.startswith(("SESSION", "JWT", "REMEMBER")) else Severity.LOW


def _of_cookie(call: ast.Call, context: CheckContext) -> Iterator[Match]:
    if not (call.args or call.keywords) or has_unpacking(call) or _keeps(call, context):
        return
    name_node = context.argument(call, 0, "key") or context.argument(call, 0, "name")
    known = context.value(name_node).constant if name_node is not None else None
    name = known if isinstance(known, str) else ast.unparse(name_node) if name_node is not None else ""
    if _deletes(call, context):
        return
    is_sensitive = _SENSITIVE.search(name) is not None
    is_for_scripts = _FOR_SCRIPTS.search(name) is not None
    missing = []
    if _is_off(call, "secure", 5, context):
        missing.append("Secure")
    if (is_sensitive and not is_for_scripts and _is_off(call, "httponly", 6, context)) or _is_set_off(
        call, "httponly", context
    ):
        missing.append("HttpOnly")
    samesite = keyword_of(call, "samesite")
    if samesite is not None and str(context.value(samesite.value).constant).lower() == "none" and not missing:
        value = context.value(samesite.value).constants
        if value == ("None",) and is_sensitive:
            yield Match(call, 'The cookie is sent along with requests of other sites; use `samesite="Lax"`.', Severity.LOW)
        return
    if missing:
        yield Match(
            call,
            f"The cookie lacks {' and '.join(missing)}: {_loss(missing)}.",
            Severity.MEDIUM if is_sensitive else Severity.LOW,
        )


def _keeps(call: ast.Call, context: CheckContext) -> bool:
    """Tell whether a client's jar is given a cookie to keep, which a server has sent with the flags that it has."""
    match call:
        case ast.Call(args=[ast.Constant() | ast.JoinedStr()]):
            return False
        case ast.Call(args=[cookie], keywords=[]):
            return not isinstance(context.value(cookie).constant, str)
    return False


def _loss(missing: list[str]) -> str:
    if missing == ["HttpOnly"]:
        return "scripts can read it"
    return "it goes over unencrypted connections, too" + (", and scripts can read it" if len(missing) > 1 else "")


def _is_off(call: ast.Call, flag: str, position: int, context: CheckContext) -> bool:
    """Tell whether a flag is missing, or surely off."""
    argument = context.argument(call, position, flag) if _is_werkzeug(call, context) else None
    if argument is None:
        keyword = keyword_of(call, flag)
        if keyword is None:
            return True
        argument = keyword.value
    constants = context.value(argument).constants
    return constants is not None and any(one in (False, 0, None, "") for one in constants)


def _is_set_off(call: ast.Call, flag: str, context: CheckContext) -> bool:
    keyword = keyword_of(call, flag)
    return keyword is not None and context.value(keyword.value).constants == (False,)


def _is_werkzeug(call: ast.Call, context: CheckContext) -> bool:
    return any(name.startswith(("flask.", "werkzeug.", "quart.")) for name in context.callees(call))


def _deletes(call: ast.Call, context: CheckContext) -> bool:
    """Tell whether the call empties a cookie, or lets it expire at once."""
    value = context.argument(call, 1, "value")
    known = context.value(value).constants if value is not None else None
    for name in ("max_age", "expires"):
        keyword = keyword_of(call, name)
        if keyword is not None and context.value(keyword.value).constants == (0,):
            return True
    return known == ("",)


def _of_middleware(call: ast.Call, context: CheckContext) -> Iterator[Match]:
    """Report Starlette's session cookie where it is said to go over plain HTTP, with other sites' requests."""
    names = [name for node in (call.func, *call.args[:1]) for name in context.names_of(node)]
    if any(name.endswith("SessionMiddleware") for name in names):
        same = keyword_of(call, "same_site")
        only = keyword_of(call, "https_only")
        if same is not None and context.value(same.value).constant == "none":
            yield Match(
                same.value,
                'The session\'s cookie is sent along with requests of other sites; use `same_site="lax"`.',
                Severity.LOW,
            )
        if only is not None and context.value(only.value).constants == (False,):
            yield Match(
                only.value,
                "The session's cookie goes over unencrypted connections, too; use `https_only=True`.",
                Severity.MEDIUM,
            )


def _of_header(node: ast.AST, context: CheckContext) -> Match | None:
    """Report a ``Set-Cookie`` header that is written by hand, without the flag."""
    key: ast.expr
    value: ast.expr
    match node:
        case ast.Subscript(slice=key) if isinstance(parent := context.parent_of(node), ast.Assign):
            value = parent.value
        case ast.Call(args=[key, value, *_]):
            pass
        case _:
            return None
    name = context.value(key).constant
    texts = context.value(value).text
    if not isinstance(name, str) or name.lower() != "set-cookie" or not texts:
        return None
    whole = ["".join(piece if isinstance(piece, str) else "x" for piece in text) for text in texts]
    if all(_FLAG.search(text) for text in whole) or not all("=" in text for text in whole):
        return None
    is_sensitive = any(_SENSITIVE.search(text.partition("=")[0]) for text in whole)
    return Match(
        node,
        "The cookie lacks Secure: it goes over unencrypted connections, too.",
        Severity.MEDIUM if is_sensitive else Severity.LOW,
    )


def fix(site: FixSite) -> Iterator[Fix]:
    node = site.node
    title = "Set the cookie's flags"
    match node:
        case ast.Call(func=ast.Attribute(attr=method)) if method in _METHODS and not has_unpacking(node):
            if (same := keyword_of(node, "samesite")) is not None and "samesite" in site.finding.message:
                edit = site.replace(same.value, '"Lax"')
                yield Fix("Keep it to requests of the own site", (edit,), Applicability.REVIEW, _OTHERS)
                return
            edits = []
            added = []
            for flag in ("secure", "httponly"):
                keyword = keyword_of(node, flag)
                if keyword is None:
                    added.append(f"{flag}=True")
                elif not (isinstance(keyword.value, ast.Constant) and keyword.value.value):
                    edits.append(site.replace(keyword.value, "True"))
            if _FOR_SCRIPTS.search(site.text_of(node)):
                added = [one for one in added if not one.startswith("httponly")]
            if added:
                edits.append(site.append_argument(node, ", ".join(added)))
            if edits:
                yield Fix(title, tuple(edits), Applicability.SAFE)
        case ast.Call(args=[_, header, *_]) | ast.Assign(value=header) | ast.AnnAssign(value=ast.expr() as header):
            if isinstance(header, ast.Constant) and header.value is False:
                yield Fix("Switch the flag on", (site.replace(header, "True"),), Applicability.SAFE)
            elif isinstance(header, ast.Constant) and str(header.value).lower() == "none":
                edit = site.replace(header, '"Lax"')
                yield Fix("Keep it to requests of the own site", (edit,), Applicability.REVIEW, _OTHERS)
            elif isinstance(header, ast.Constant | ast.JoinedStr):
                text = site.text_of(header)
                quote = 3 if text.endswith(('"""', "'''")) else 1
                place = site.part_of(header, len(text) - quote, len(text) - quote)
                yield Fix(
                    title,
                    (TextEdit(place, "; Secure; HttpOnly" if "httponly" not in text.lower() else "; Secure"),),
                    Applicability.SAFE,
                )
        case ast.Subscript() if isinstance(statement := site.parent_of(node), ast.Assign):
            text = site.text_of(statement.value)
            if isinstance(statement.value, ast.Constant | ast.JoinedStr):
                place = site.part_of(statement.value, len(text) - 1, len(text) - 1)
                yield Fix(title, (TextEdit(place, "; Secure"),), Applicability.SAFE)
        case ast.Constant(value=False):
            yield Fix("Switch the flag on", (site.replace(node, "True"),), Applicability.SAFE)
        case ast.Constant(value=str()):
            edit = site.replace(node, '"lax"')
            yield Fix("Keep it to requests of the own site", (edit,), Applicability.REVIEW, _OTHERS)


_OTHERS = "Requests that other sites' pages send come without the cookie."


RULE = Rule(
    id="VET706",
    name="cookie-flags",
    cwe=Cwe(614),
    severity=Severity.LOW,
    confidence=Confidence.HIGH,
    message="The cookie lacks flags that protect it.",
    bad=(
        Example(
            "from flask import Flask, make_response\n\napp = Flask(__name__)\n\n\n"
            "@app.route('/login')\ndef login():\n    response = make_response('ok')\n"
            "    response.set_cookie('session_id', new_session())\n    return response\n",
            "from flask import Flask, make_response\n\napp = Flask(__name__)\n\n\n"
            "@app.route('/login')\ndef login():\n    response = make_response('ok')\n"
            "    response.set_cookie('session_id', new_session(), secure=True, httponly=True)\n    return response\n",
        ),
        Example(
            "from django.http import HttpResponse\n\n\ndef prefer(request):\n    response = HttpResponse('ok')\n"
            "    response.set_cookie('theme', 'dark', secure=False, httponly=True)\n    return response\n",
            "from django.http import HttpResponse\n\n\ndef prefer(request):\n    response = HttpResponse('ok')\n"
            "    response.set_cookie('theme', 'dark', secure=True, httponly=True)\n    return response\n",
        ),
        Example("SESSION_COOKIE_SECURE = False\n", "SESSION_COOKIE_SECURE = True\n"),
        Example(
            "from flask import Flask\n\napp = Flask(__name__)\napp.config['SESSION_COOKIE_HTTPONLY'] = False\n",
            "from flask import Flask\n\napp = Flask(__name__)\napp.config['SESSION_COOKIE_HTTPONLY'] = True\n",
        ),
        Example(
            "from fastapi import FastAPI, Response\n\napp = FastAPI()\n\n\n"
            "@app.post('/login')\ndef login(response: Response):\n"
            "    response.set_cookie(key='access_token', value=make(), httponly=True)\n"
            "    return {}\n",
            "from fastapi import FastAPI, Response\n\napp = FastAPI()\n\n\n"
            "@app.post('/login')\ndef login(response: Response):\n"
            "    response.set_cookie(key='access_token', value=make(), httponly=True, secure=True)\n    return {}\n",
        ),
        Example(
            "from http.server import BaseHTTPRequestHandler\n\n\nclass Handler(BaseHTTPRequestHandler):\n"
            "    def do_GET(self):\n        self.send_response(200)\n"
            "        self.send_header('Set-Cookie', f'sid={self.new()}; HttpOnly')\n        self.end_headers()\n",
            (
                "from http.server import BaseHTTPRequestHandler\n\n\nclass Handler(BaseHTTPRequestHandler):\n"
                "    def do_GET(self):\n        self.send_response(200)\n"
                "        self.send_header('Set-Cookie', f'sid={self.new()}; HttpOnly; Secure')\n"
                "        self.end_headers()\n"
            ),
        ),
        Example(
            "from flask import Flask, make_response\n\napp = Flask(__name__)\nFLAGS = {'strict': False}\n\n\n"
            "@app.route('/')\ndef index():\n    response = make_response('ok')\n    safe = FLAGS['strict']\n"
            "    response.set_cookie('visited', '1', secure=safe, httponly=True)\n    return response\n",
            (
                "from flask import Flask, make_response\n\napp = Flask(__name__)\nFLAGS = {'strict': False}\n"
                "\n\n@app.route('/')\ndef index():\n    response = make_response('ok')\n"
                "    safe = FLAGS['strict']\n"
                "    response.set_cookie('visited', '1', secure=True, httponly=True)\n    return response\n"
            ),
        ),
    ),
    good=(
        (
            "import requests\n\n\ndef copied(jar):\n    session = requests.Session()\n    for cookie in jar:\n"
            "        session.cookies.set_cookie(cookie)\n    return session\n"
        ),
        (
            "from flask import Flask, make_response\n\napp = Flask(__name__)\n\n\n"
            "@app.route('/login')\ndef login():\n    response = make_response('ok')\n"
            "    response.set_cookie('session_id', new_session(), secure=True, httponly=True, samesite='Lax')\n"
            "    return response\n"
        ),
        (
            "from django.http import HttpResponse\n\n\ndef leave(request):\n    response = HttpResponse('ok')\n"
            "    response.set_cookie('session', '', max_age=0)\n    return response\n"
        ),
        "SESSION_COOKIE_SECURE = True\nCSRF_COOKIE_SECURE = True\nSESSION_COOKIE_HTTPONLY = True\n",
        (
            "from fastapi import FastAPI, Request, Response\n\napp = FastAPI()\n\n\n"
            "@app.post('/login')\ndef login(request: Request, response: Response):\n"
            "    response.set_cookie('token', make(), httponly=True, secure=request.url.scheme == 'https')\n    return {}\n"
        ),
        (
            "from flask import Flask, make_response\n\napp = Flask(__name__)\nFLAGS = {'secure': True, 'httponly': True}\n\n\n"
            "@app.route('/')\ndef index():\n    response = make_response('ok')\n"
            "    response.set_cookie('auth', make(), **FLAGS)\n"
            "    return response\n"
        ),
        "class TestingConfig:\n    SESSION_COOKIE_SECURE = False\n",
    ),
    check=check,
    fix=fix,
)
