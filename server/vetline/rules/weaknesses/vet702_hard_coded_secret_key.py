"""The key that signs sessions and tokens is written in the code.

## Why it matters
Whoever knows the key signs a session of their own and is logged in as anybody; in Django and Flask that may lead to
running code.  Code is read by many: colleagues, build servers, a repository that becomes public one day.  The key of
every tutorial is known anyway: `changeme`, `dev`, `your-secret-key` are the first that an attacker tries.

## How to fix it
Take it from the environment or a secret store, and fail without one:

    app.secret_key = os.environ["SECRET_KEY"]

Make it with `python -c "import secrets; print(secrets.token_hex(32))"`.  A key that was in the code must be replaced.

## When it is fine
In tests, and in settings that are used for development only.

## References
- [Flask: SECRET_KEY](https://flask.palletsprojects.com/en/stable/config/#SECRET_KEY)
- [Django: SECRET_KEY](https://docs.djangoproject.com/en/stable/ref/settings/#secret-key)
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
from vetline.rules.constants import fixed
from vetline.rules.locals import origin_of
from vetline.rules.secrets.texts import names_a_setting
from vetline.rules.settings import fallback, is_for_development, settings
from vetline.rules.web import is_web
from vetline.syntax.calls import keyword_of

_SETTINGS: Final = frozenset(
    "SECRET_KEY WTF_CSRF_SECRET_KEY JWT_SECRET_KEY JWT_SECRET SECURITY_PASSWORD_SALT SESSION_SECRET SESSION_SECRET_KEY"
    " COOKIE_SECRET CSRF_SECRET APP_SECRET APP_SECRET_KEY FLASK_SECRET_KEY DJANGO_SECRET_KEY JWT_SIGNING_KEY".split()
)
_ATTRIBUTES: Final = frozenset({"secret_key"})
_KEYWORDS: Final = {
    "SessionMiddleware": ("secret_key", 1),
    "add_middleware": ("secret_key", -1),
    "Middleware": ("secret_key", -1),
    "CSRFMiddleware": ("secret", 1),
    "CSRFProtectMiddleware": ("csrf_secret", -1),
    "SignedCookieSessionFactory": ("secret", 0),
    "AuthTktAuthenticationPolicy": ("secret", 0),
    "EncryptedCookieStorage": ("secret_key", 0),
    "SessionCookieProfile": ("secret_key", 0),
    "Application": ("cookie_secret", -1),
}
_PLACEHOLDER: Final = re.compile(
    r"change|your|example|secret|dev|test|default|placeholder|todo|xxx|insecure|replace|dummy|super|key|^\w{1,7}$|<.*>|\.\.\.",
    re.IGNORECASE,
)
_MESSAGE: Final = "The key that signs sessions is written here: who knows it, is anybody; take it from the environment."
_WEAK: Final = "The key that signs sessions is one that everybody guesses; take one made at random from the environment."
_FALLBACK: Final = "Without the setting, sessions are signed with a key that is written here; fail instead."


def check(context: CheckContext) -> Iterator[Match]:
    for setting in settings(context, _SETTINGS):
        yield from _judged(setting.value, setting.node, context)
    for node in context.walk(ast.Assign):
        match node:
            case ast.Assign(targets=[ast.Attribute(attr=name)], value=value) if name in _ATTRIBUTES:
                if not is_for_development(node, context) and (is_web(context) or _is_application(node.targets[0])):
                    yield from _judged(value, node, context)
    for call in context.walk(ast.Call):
        match call:
            case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)) if name in _KEYWORDS or call.keywords:
                if (found := _KEYWORDS.get(_called(call))) is not None:
                    keyword, position = found
                    argument = context.argument(call, position, keyword)
                    if argument is not None:
                        yield from _judged(argument, argument, context)
                elif (given := keyword_of(call, "cookie_secret")) is not None:
                    yield from _judged(given.value, given.value, context)


def _called(call: ast.Call) -> str:
    match call.func:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return ""


def _is_application(target: ast.expr) -> bool:
    match target:
        case ast.Attribute(value=ast.Name(id=name) | ast.Attribute(attr=name)):
            return "app" in name.lower()
    return False


def _judged(value: ast.expr, node: ast.AST, context: CheckContext) -> Iterator[Match]:
    known = fixed(value, context)
    if known is not None and not known.is_default:
        texts = [_as_text(one) for one in known.texts if one]
        if any(map(names_a_setting, texts)):
            return
        if texts and len(texts) == len(known.constants):
            if any(_PLACEHOLDER.search(one) for one in texts):
                yield Match(node, _WEAK, Severity.MEDIUM)
            else:
                yield Match(node, _MESSAGE)
        return
    default = fallback(value, context)
    known = None if default is None else context.value(default).constant
    if isinstance(known, str | bytes) and known:
        yield Match(node, _FALLBACK, Severity.MEDIUM, Confidence.MEDIUM)


def _as_text(constant: str | bytes) -> str:
    return constant if isinstance(constant, str) else constant.decode("latin-1")


def _variable_for(target: ast.expr) -> str:
    match target:
        case ast.Name(id=name):
            return name
        case ast.Subscript(slice=ast.Constant(value=str() as name)) if name.isidentifier():
            return name
    return "SECRET_KEY"


def fix(site: FixSite) -> Iterator[Fix]:
    node = site.node
    match node:
        case ast.Assign(targets=[target], value=value) | ast.AnnAssign(target=target, value=ast.expr() as value):
            name = _variable_for(target)
        case ast.expr():
            value, name = origin_of(node, site), "SECRET_KEY"
        case _:
            return
    environment = f'{site.use("os")}.environ["{name}"]'
    note = "The application doesn't start without the variable. Don't use the old key any more; its sessions end."
    if any(isinstance(inner, ast.Constant) and isinstance(inner.value, bytes) for inner in ast.walk(value)):
        environment += ".encode()"
    yield Fix("Take the key from the environment", (site.replace(value, environment),), Applicability.REVIEW, note)


RULE = Rule(
    id="VET702",
    name="hard-coded-secret-key",
    cwe=Cwe(321),
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    message=_MESSAGE,
    bad=(
        Example(
            "from flask import Flask\n\napp = Flask(__name__)\napp.secret_key = 'k3Yf0rS1gn1ngC00k13s'\n",
            'import os\n\nfrom flask import Flask\n\napp = Flask(__name__)\napp.secret_key = os.environ["SECRET_KEY"]\n',
        ),
        Example(
            "import os\n\nfrom flask import Flask\n\napp = Flask(__name__)\napp.config['SECRET_KEY'] = 'changeme'\n",
            "import os\n\nfrom flask import Flask\n\napp = Flask(__name__)\n"
            "app.config['SECRET_KEY'] = os.environ[\"SECRET_KEY\"]\n",
        ),
        Example(
            "SECRET_KEY = 'django-insecure-8y!2h@1q'\nALLOWED_HOSTS = []\n",
            'import os\n\nSECRET_KEY = os.environ["SECRET_KEY"]\nALLOWED_HOSTS = []\n',
        ),
        Example(
            "from fastapi import FastAPI\nfrom starlette.middleware.sessions import SessionMiddleware\n\napp = FastAPI()\n"
            "app.add_middleware(SessionMiddleware, secret_key='nZr4u7x!A%D*G-KaPdSgVkYp')\n",
            "import os\n\nfrom fastapi import FastAPI\nfrom starlette.middleware.sessions import SessionMiddleware\n\n"
            "app = FastAPI()\n"
            'app.add_middleware(SessionMiddleware, secret_key=os.environ["SECRET_KEY"])\n',
        ),
        Example(
            "import os\n\nfrom flask import Flask\n\napp = Flask(__name__)\n"
            "app.config['SECRET_KEY'] = os.environ.get('SECRET_KEY', 'dev')\n",
            (
                "import os\n\nfrom flask import Flask\n\napp = Flask(__name__)\n"
                "app.config['SECRET_KEY'] = os.environ[\"SECRET_KEY\"]\n"
            ),
        ),
        Example(
            "import tornado.web\n\nKEY = 'L7vQp0sXw2'\n\n\ndef make_app(handlers):\n"
            "    return tornado.web.Application(handlers, cookie_secret=KEY)\n",
            (
                'import os\n\nimport tornado.web\n\nKEY = os.environ["SECRET_KEY"]\n\n\n'
                "def make_app(handlers):\n    return tornado.web.Application(handlers, cookie_secret=KEY)\n"
            ),
        ),
    ),
    good=(
        (
            "import os\n\n\nclass Environment:\n"
            "    ACCESS_KEY = 'AWS_ACCESS_KEY_ID'\n    SECRET_KEY = 'AWS_SECRET_ACCESS_KEY'\n\n"
            "    def load(self):\n        return os.environ[self.ACCESS_KEY], os.environ[self.SECRET_KEY]\n"
        ),
        "import os\n\nfrom flask import Flask\n\napp = Flask(__name__)\napp.secret_key = os.environ['SECRET_KEY']\n",
        "import os\n\nSECRET_KEY = os.environ.get('SECRET_KEY')\n",
        "import secrets\n\nfrom flask import Flask\n\napp = Flask(__name__)\napp.secret_key = secrets.token_bytes(32)\n",
        "class TestConfig:\n    SECRET_KEY = 'for tests'\n",
        "from decouple import config\n\nSECRET_KEY = config('SECRET_KEY')\nSECRET_KEY_FALLBACKS = []\n",
        (
            "import boto3\n\n\ndef load(app):\n"
            "    app.secret_key = boto3.client('secretsmanager').get_secret_value(SecretId='key')['SecretString']\n"
        ),
    ),
    check=check,
    fix=fix,
    supersedes=frozenset({"B105", "B106", "VET601", "VET608"}),
)
