"""Requests that other sites make in a visitor's name aren't told from the visitor's own.

## Why it matters
A browser sends the cookies of your site along with a form that stands on somebody else's page.  Without a token that
only your pages know, the form changes a password or orders goods while the visitor looks at pictures of cats.
Assistants put `@csrf_exempt` on a view, because a request by curl is refused without it.

## How to fix it
Leave the protection on, and send the token: `{% csrf_token %}` in a form, the `X-CSRFToken` header from a script.  An
interface for programs shouldn't use cookies to log in, but a token in a header.

## When it is fine
For a web hook that checks a signature, and an interface that knows its callers by a header, not by a cookie.

## References
- [OWASP: Cross-site request forgery prevention](https://cheatsheetseries.owasp.org/cheatsheets/Cross-Site_Request_Forgery_Prevention_Cheat_Sheet.html)
- [Django: CSRF protection](https://docs.djangoproject.com/en/stable/howto/csrf/)
- [Flask-WTF: CSRF protection](https://flask-wtf.readthedocs.io/en/latest/csrf/)
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
from vetline.rules.settings import is_for_development, settings
from vetline.rules.statements import remove_decorator

_SWITCHES: Final = frozenset(
    "WTF_CSRF_ENABLED WTF_CSRF_CHECK_DEFAULT CSRF_ENABLED JWT_COOKIE_CSRF_PROTECT JWT_CSRF_CHECK_FORM".split()
)
_LISTS: Final = frozenset({"MIDDLEWARE", "MIDDLEWARE_CLASSES"})
_TELLING: Final = (
    _SWITCHES | _LISTS | set("csrf_exempt exempt check_xsrf_cookie enforce_csrf xsrf_cookies csrf_enabled meta csrf".split())
)
_EXEMPT: Final = re.compile(r"(?:^|\.)csrf_exempt$|(?:^|\.)(?:csrf|csrf_protect|CSRFProtect|CsrfProtect)\.exempt$")
_FOR_PROGRAMS: Final = re.compile(
    r"hook|callback|notify|notification|ipn|api|rpc|token|oauth|saml|metrics|health|graphql", re.IGNORECASE
)
_CHECKS_SIGNATURE: Final = re.compile(
    r"signature|hmac|compare_digest|construct_event|verify|bearer|authorization", re.IGNORECASE
)
_MESSAGE: Final = "Without CSRF protection other sites may act in a visitor's name."


def check(context: CheckContext) -> Iterator[Match]:
    if not context.mentions(_TELLING):
        return
    for function in context.walk(ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef):
        assert isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        for decorator in function.decorator_list:
            if _is_exemption(decorator, context):
                yield _exempted(function, decorator)
        if (
            isinstance(function, ast.FunctionDef)
            and function.name in ("check_xsrf_cookie", "enforce_csrf")
            and _does_nothing(function)
        ):
            yield Match(
                function, "The check of the CSRF token is replaced by nothing: other sites may act in a visitor's name."
            )
    for call in context.walk(ast.Call):
        assert isinstance(call, ast.Call)
        is_function = len(call.args) == 1 and isinstance(call.func, ast.Name | ast.Attribute)
        if is_function and _is_exempting(call.func, context) and not _is_decorator(call, context):
            yield Match(call, _MESSAGE, Severity.LOW)
        for given in call.keywords:
            is_switch = given.arg in ("xsrf_cookies", "csrf_enabled")
            if is_switch and context.value(given.value).constants == (False,):
                yield Match(given.value, _MESSAGE)
            if given.arg == "meta" and _is_off(given.value, context):
                yield Match(given.value, _MESSAGE)
    for setting in settings(context, _SWITCHES | _LISTS):
        if setting.name in _LISTS:
            if _lacks_protection(setting.value, context):
                yield Match(setting.node, "`CsrfViewMiddleware` is missing: other sites may act in a visitor's name.")
        elif context.value(setting.value).constants == (False,):
            yield Match(setting.node, _MESSAGE)
    for node in context.walk(ast.Assign):
        match node:
            case ast.Assign(targets=[ast.Name(id="csrf")], value=ast.Constant(value=False)) if (
                context.parent_of(node) is not None
            ):
                if not is_for_development(node, context):
                    yield Match(node, _MESSAGE)


def _is_exemption(decorator: ast.expr, context: CheckContext) -> bool:
    if _is_exempting(decorator, context):
        return True
    match decorator:  # @method_decorator(csrf_exempt, name="dispatch")
        case ast.Call(func=wrapper, args=[exempt, *_]) if (context.qualified_name(wrapper) or "").endswith("method_decorator"):
            return _is_exempting(exempt, context)
    return False


def _is_exempting(node: ast.expr, context: CheckContext) -> bool:
    return any(_EXEMPT.search(name) for name in (*context.names_of(node), context.qualified_name(node) or ""))


def _is_decorator(call: ast.Call, context: CheckContext) -> bool:
    parent = context.parent_of(call)
    return isinstance(parent, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and call in parent.decorator_list


def _exempted(function: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef, decorator: ast.expr) -> Match:
    """Report a view without protection; quietly where it looks like one for programs."""
    is_for_programs = _FOR_PROGRAMS.search(function.name) is not None or any(
        isinstance(node, ast.Name | ast.Attribute | ast.Constant) and _CHECKS_SIGNATURE.search(_word(node))
        for node in ast.walk(function)
    )
    return Match(decorator, _MESSAGE, Severity.LOW if is_for_programs else Severity.MEDIUM, Confidence.MEDIUM)


def _word(node: ast.Name | ast.Attribute | ast.Constant) -> str:
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case ast.Constant(value=str() as text):
            return text
    return ""


def _does_nothing(function: ast.FunctionDef) -> bool:
    return all(
        isinstance(one, ast.Pass)
        or (isinstance(one, ast.Expr | ast.Return) and (one.value is None or isinstance(one.value, ast.Constant)))
        for one in function.body
    )


def _is_off(node: ast.expr, context: CheckContext) -> bool:
    value = context.value(node)
    return value.items is not None and value.element("csrf").constants == (False,)


def _lacks_protection(node: ast.expr, context: CheckContext) -> bool:
    value = context.value(node)
    if value.items is None or value.rest is not None:
        return False
    names = [item.constant for item in value.items.values()]
    if not names or not all(isinstance(name, str) for name in names):
        return False
    is_django = any("django.contrib." in str(name) or "django.middleware." in str(name) for name in names)
    return is_django and not any("csrf" in str(name).lower() for name in names)


def fix(site: FixSite) -> Iterator[Fix]:
    node = site.node
    note = "Requests without the token are refused from now on."
    match node:
        case ast.Assign(value=ast.Constant(value=False) as value):
            yield Fix("Switch CSRF protection on", (site.replace(value, "True"),), Applicability.REVIEW, note)
        case ast.Constant(value=False):
            yield Fix("Switch CSRF protection on", (site.replace(node, "True"),), Applicability.REVIEW, note)
        case ast.Assign(value=ast.List(elts=[*elements])):
            common = next(
                (one for one in elements if isinstance(one, ast.Constant) and str(one.value).endswith("CommonMiddleware")), None
            )
            if common is not None:
                quoted = '"django.middleware.csrf.CsrfViewMiddleware"'
                edit = site.replace(common, f"{site.text_of(common)}, {quoted}")
                yield Fix("Add the CSRF middleware", (edit,), Applicability.REVIEW, note)
        case ast.expr() if (removal := remove_decorator(site, node)) is not None:
            yield Fix("Take the exemption out", (removal,), Applicability.REVIEW, note)


RULE = Rule(
    id="VET705",
    name="csrf-off",
    cwe=Cwe(352),
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    message=_MESSAGE,
    bad=(
        Example(
            "from django.http import HttpResponse\nfrom django.views.decorators.csrf import csrf_exempt\n\n\n"
            "@csrf_exempt\ndef change_password(request):\n    request.user.set_password(request.POST['new'])\n"
            "    return HttpResponse('ok')\n",
            (
                "from django.http import HttpResponse\nfrom django.views.decorators.csrf import csrf_exempt\n"
                "\n\ndef change_password(request):\n    request.user.set_password(request.POST['new'])\n"
                "    return HttpResponse('ok')\n"
            ),
        ),
        Example(
            "MIDDLEWARE = [\n    'django.middleware.security.SecurityMiddleware',\n"
            "    'django.middleware.common.CommonMiddleware',\n]\n",
            "MIDDLEWARE = [\n    'django.middleware.security.SecurityMiddleware',\n"
            "    'django.middleware.common.CommonMiddleware', \"django.middleware.csrf.CsrfViewMiddleware\",\n]\n",
        ),
        Example(
            "from flask import Flask\n\napp = Flask(__name__)\napp.config['WTF_CSRF_ENABLED'] = False\n",
            "from flask import Flask\n\napp = Flask(__name__)\napp.config['WTF_CSRF_ENABLED'] = True\n",
        ),
        Example(
            "import tornado.web\n\n\ndef make_app(handlers):\n"
            "    return tornado.web.Application(handlers, xsrf_cookies=False)\n",
            "import tornado.web\n\n\ndef make_app(handlers):\n"
            "    return tornado.web.Application(handlers, xsrf_cookies=True)\n",
        ),
        Example(
            "from django.utils.decorators import method_decorator\nfrom django.views import View\n"
            "from django.views.decorators.csrf import csrf_exempt\n\n\n"
            "@method_decorator(csrf_exempt, name='dispatch')\nclass Profile(View):\n    def post(self, request):\n"
            "        save(request)\n",
            (
                "from django.utils.decorators import method_decorator\nfrom django.views import View\n"
                "from django.views.decorators.csrf import csrf_exempt\n\n\nclass Profile(View):\n"
                "    def post(self, request):\n        save(request)\n"
            ),
        ),
        Example(
            "from flask import Flask\nfrom flask_wtf import CSRFProtect\n\napp = Flask(__name__)\ncsrf = CSRFProtect(app)\n\n\n"
            "@app.post('/transfer')\n@csrf.exempt\ndef transfer():\n    return move()\n",
            (
                "from flask import Flask\nfrom flask_wtf import CSRFProtect\n\napp = Flask(__name__)\n"
                "csrf = CSRFProtect(app)\n\n\n@app.post('/transfer')\ndef transfer():\n    return move()\n"
            ),
        ),
    ),
    good=(
        (
            "from django.http import HttpResponse\n\n\ndef change_password(request):\n"
            "    request.user.set_password(request.POST['new'])\n    return HttpResponse('ok')\n"
        ),
        (
            "MIDDLEWARE = [\n    'django.middleware.security.SecurityMiddleware',\n"
            "    'django.middleware.common.CommonMiddleware',\n"
            "    'django.middleware.csrf.CsrfViewMiddleware',\n]\n"
        ),
        "class TestConfig:\n    WTF_CSRF_ENABLED = False\n",
        "MIDDLEWARE = ['shop.middleware.Timing']\n",
        "import tornado.web\n\n\ndef make_app(handlers):\n    return tornado.web.Application(handlers, xsrf_cookies=True)\n",
        "from flask import Flask\nfrom flask_wtf import CSRFProtect\n\napp = Flask(__name__)\ncsrf = CSRFProtect(app)\n",
    ),
    check=check,
    fix=fix,
)
