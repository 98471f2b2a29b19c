"""A header that makes browsers more careful is switched off.

## Why it matters
`X-Frame-Options` keeps other sites from showing yours in a frame, where a visitor clicks on what they don't see.
`nosniff` keeps a browser from taking an uploaded picture for a page.  HSTS keeps it from ever using plain HTTP.  A
content security policy stops scripts that got into a page, unless it says `unsafe-inline`.  Each is switched off to
make one thing work, and stays off for all.

## How to fix it
Leave the framework's defaults, and make an exception where it is needed:

    X_FRAME_OPTIONS = "DENY"
    SECURE_CONTENT_TYPE_NOSNIFF = True
    SECURE_HSTS_SECONDS = 31536000

## When it is fine
Where the proxy in front sets the headers, and for a page that is meant for other sites' frames.

## References
- [OWASP: HTTP headers](https://cheatsheetseries.owasp.org/cheatsheets/HTTP_Headers_Cheat_Sheet.html)
- [Django: SecurityMiddleware](https://docs.djangoproject.com/en/stable/ref/middleware/#module-django.middleware.security)
- [MDN: Content security policy](https://developer.mozilla.org/en-US/docs/Web/HTTP/Guides/CSP)
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import Final

from vetline.core.cwe import Cwe
from vetline.core.edit import Applicability, Fix
from vetline.core.severity import Confidence, Severity
from vetline.rules.base import CheckContext, Example, FixSite, Match, Rule
from vetline.rules.headers import HeaderSet, headers_set
from vetline.rules.settings import settings, value_in
from vetline.rules.statements import remove_decorator

_SWITCHES: Final = frozenset(
    "SECURE_BROWSER_XSS_FILTER SECURE_CONTENT_TYPE_NOSNIFF SECURE_SSL_REDIRECT SECURE_HSTS_SECONDS"
    " SECURE_HSTS_INCLUDE_SUBDOMAINS".split()
)
_FRAMES: Final = "X_FRAME_OPTIONS"
_POLICIES: Final = frozenset({"CSP_SCRIPT_SRC", "CSP_DEFAULT_SRC", "CSP_OBJECT_SRC"})
_LAX_SOURCE: Final = re.compile(r"^(?:'unsafe-(?:inline|eval)'|\*|https?:|data:)$")
_LAX_POLICY: Final = re.compile(r"(?:script-src|default-src)[^;]*(?:'unsafe-(?:inline|eval)'|\s\*(?:[\s;]|$))", re.IGNORECASE)
_EXEMPT: Final = frozenset({"xframe_options_exempt"})
_TALISMAN: Final = ("flask_talisman.Talisman", "flask_talisman.talisman.Talisman")
_MESSAGE: Final = "A protection of browsers is switched off here."


def check(context: CheckContext) -> Iterator[Match]:
    for setting in settings(context, _SWITCHES | _POLICIES | {_FRAMES}):
        set_to = context.value(setting.value)
        if setting.name == _FRAMES:
            if set_to.constants is not None and not any(str(one).upper() in ("DENY", "SAMEORIGIN") for one in set_to.constants):
                yield Match(setting.node, _OF_FRAMES)
        elif setting.name in _POLICIES:
            items = [item.constant for item in (set_to.items or {}).values()] or [set_to.constant]
            if any(isinstance(one, str) and _LAX_SOURCE.match(one) for one in items):
                yield Match(setting.node, _OF_POLICY)
        elif set_to.constants in ((False,), (0,)):
            yield Match(setting.node, f"`{setting.name}` is off: {_MESSAGE}")
    for function in context.walk(ast.FunctionDef, ast.AsyncFunctionDef) if context.mentions(_EXEMPT) else ():
        assert isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        for decorator in function.decorator_list:
            if (context.qualified_name(decorator) or "").endswith("xframe_options_exempt"):
                yield Match(decorator, _OF_FRAMES)
    for call in context.calls(*_TALISMAN):
        for keyword in call.keywords:
            if _switches_off(keyword, context):
                yield Match(keyword.value, _MESSAGE)
    for header in headers_set(context):
        yield from _of_header(header, context)


_OF_FRAMES: Final = "Other sites may show this in a frame, where a visitor clicks on what they don't see."
_OF_POLICY: Final = (
    "This policy lets scripts through that got into a page; use nonces in place of 'unsafe-inline', and name your sources."
)


def _switches_off(keyword: ast.keyword, context: CheckContext) -> bool:
    value = context.value(keyword.value).constants
    if keyword.arg in ("content_security_policy", "frame_options"):
        return value in ((None,), (False,))
    return keyword.arg in ("force_https", "strict_transport_security", "x_content_type_options") and value == (False,)


def _of_header(header: HeaderSet, context: CheckContext) -> Iterator[Match]:
    text = context.value(header.value).constant
    if not isinstance(text, str):
        return
    node = header.node
    match header.name:
        case "x-frame-options" if text.upper() not in ("DENY", "SAMEORIGIN"):
            yield Match(node, _OF_FRAMES)
        case "content-security-policy" if _LAX_POLICY.search(text):
            yield Match(node, _OF_POLICY)
        case "strict-transport-security" if re.search(r"max-age=0(?:\D|$)", text):
            yield Match(node, _MESSAGE)


def fix(site: FixSite) -> Iterator[Fix]:
    node = site.node
    value = value_in(node)
    if value is None:
        return
    if site.finding.message == _OF_FRAMES:
        if isinstance(node, ast.Name | ast.Attribute) and (edit := remove_decorator(site, node)) is not None:
            yield Fix("Take the exemption out", (edit,), Applicability.REVIEW, _UNFRAMED)
            return
        header = node.args[1] if isinstance(node, ast.Call) and len(node.args) > 1 else value
        yield Fix("Forbid frames", (site.replace(header, '"DENY"'),), Applicability.REVIEW, _UNFRAMED)
    elif site.finding.message == _OF_POLICY:
        header = node.args[1] if isinstance(node, ast.Call) and len(node.args) > 1 else value
        text = re.sub(r" ?\\?'unsafe-(?:inline|eval)\\?'", "", site.text_of(header))
        if isinstance(header, ast.List | ast.Tuple):
            kept = ", ".join(site.text_of(one) for one in header.elts if "'unsafe-" not in site.text_of(one))
            text = f"[{kept}]"
        note = "Scripts that stand in the pages no longer run: give them a nonce, or files of their own."
        yield Fix("Refuse scripts in pages", (site.replace(header, text),), Applicability.REVIEW, note)
    elif isinstance(keyword := site.parent_of(node), ast.keyword) and isinstance(call := site.parent_of(keyword), ast.Call):
        note = "The default of the library is in force: see whether your pages load all that they need."
        yield Fix("Leave the protection on", (site.remove_argument(call, keyword),), Applicability.REVIEW, note)
    elif isinstance(value, ast.Constant):
        name = site.finding.message
        if "NOSNIFF" in name or "XSS" in name:
            yield Fix("Switch it on", (site.replace(value, "True"),), Applicability.SAFE)
        elif "HSTS_SECONDS" in name:
            note = "Browsers that were here use HTTPS only for an hour; raise it to a year once that works."
            yield Fix("Switch it on", (site.replace(value, "3600"),), Applicability.REVIEW, note)
        else:
            note = "The site has to be reached over HTTPS."
            yield Fix("Switch it on", (site.replace(value, "True"),), Applicability.REVIEW, note)


_UNFRAMED: Final = "No site can show this in a frame any more, not even your own; that takes SAMEORIGIN."


RULE = Rule(
    id="VET708",
    name="security-headers-off",
    cwe=Cwe(693),
    severity=Severity.LOW,
    confidence=Confidence.HIGH,
    message=_MESSAGE,
    bad=(
        Example("X_FRAME_OPTIONS = 'ALLOWALL'\n", 'X_FRAME_OPTIONS = "DENY"\n'),
        Example("SECURE_CONTENT_TYPE_NOSNIFF = False\n", "SECURE_CONTENT_TYPE_NOSNIFF = True\n"),
        Example(
            "from django.http import HttpResponse\nfrom django.views.decorators.clickjacking import xframe_options_exempt\n\n\n"
            "@xframe_options_exempt\ndef pay(request):\n    return HttpResponse('pay')\n",
            (
                "from django.http import HttpResponse\n"
                "from django.views.decorators.clickjacking import xframe_options_exempt\n\n\n"
                "def pay(request):\n    return HttpResponse('pay')\n"
            ),
        ),
        Example(
            "from flask import Flask\n\napp = Flask(__name__)\n\n\n@app.after_request\ndef secure(response):\n"
            "    response.headers['Content-Security-Policy'] = \"default-src 'self'; script-src 'self' 'unsafe-inline'\"\n"
            "    return response\n",
            (
                "from flask import Flask\n\napp = Flask(__name__)\n\n\n@app.after_request\n"
                "def secure(response):\n"
                "    response.headers['Content-Security-Policy'] = \"default-src 'self'; script-src 'self'\"\n"
                "    return response\n"
            ),
        ),
        Example(
            "from flask import Flask\nfrom flask_talisman import Talisman\n\napp = Flask(__name__)\n"
            "Talisman(app, content_security_policy=None)\n",
            ("from flask import Flask\nfrom flask_talisman import Talisman\n\napp = Flask(__name__)\nTalisman(app)\n"),
        ),
        Example(
            "SECURE_HSTS_SECONDS = 0\nSECURE_SSL_REDIRECT = False\n",
            "SECURE_HSTS_SECONDS = 3600\nSECURE_SSL_REDIRECT = False\n",
        ),
    ),
    good=(
        "X_FRAME_OPTIONS = 'DENY'\nSECURE_CONTENT_TYPE_NOSNIFF = True\nSECURE_HSTS_SECONDS = 31536000\n",
        (
            "from flask import Flask\n\napp = Flask(__name__)\n\n\n@app.after_request\ndef secure(response):\n"
            "    response.headers['Content-Security-Policy'] = \"default-src 'self'\"\n"
            "    response.headers['X-Frame-Options'] = 'SAMEORIGIN'\n    return response\n"
        ),
        "from flask import Flask\nfrom flask_talisman import Talisman\n\napp = Flask(__name__)\nTalisman(app)\n",
        "class DevConfig:\n    SECURE_SSL_REDIRECT = False\n",
        "import os\n\nSECURE_SSL_REDIRECT = os.environ.get('HTTPS') == '1'\n",
        "CSP_SCRIPT_SRC = (\"'self'\", 'https://cdn.example.com')\n",
    ),
    check=check,
    fix=fix,
)
