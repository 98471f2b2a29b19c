"""Where a secret is missing in the environment, one that stands in the code is taken.

## Why it matters
The program starts, and works, with a secret that everybody can read. Nobody notices that the variable isn't set:
sessions are signed, and can be forged, with `"dev"`. Assistants give a default so that the example runs without any
set-up.

## How to fix it
Fail where it is missing:

    SECRET_KEY = os.environ["SECRET_KEY"]

For development, set the variable in a file that isn't committed, or make a new secret at each start:
`os.environ.get("SECRET_KEY") or secrets.token_hex()`.

## When it is fine
Where the default opens nothing: a database on the developer's machine.

## References
- [CWE-798: Use of Hard-coded Credentials](https://cwe.mitre.org/data/definitions/798.html)
- [The Twelve-Factor App: config](https://12factor.net/config)
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from vetline.core.cwe import Cwe
from vetline.core.edit import Applicability, Fix
from vetline.core.severity import Confidence, Severity
from vetline.rules.base import CheckContext, Example, FixSite, Match, Rule
from vetline.rules.secrets.names import kind_of
from vetline.rules.secrets.texts import Verdict, judge

_READERS = {
    "os.getenv": 1,
    "os.environ.get": 1,
    "os._Environ.get": 1,
    "os.environ.setdefault": 1,
    "os._Environ.setdefault": 1,
    "decouple.config": -1,
    "environ.Env": -1,
    "environ.Env.str": 1,
    "environs.Env": 1,
    "environs.Env.str": 1,
    "starlette.config.Config": -1,
}
_MESSAGE = "Where the variable isn't set, this secret from the code is used. Fail instead."


def check(context: CheckContext) -> Iterator[Match]:
    for call in context.calls(*_READERS):
        position = next(_READERS[name] for name in context.callees(call) if name in _READERS)
        name = _variable(call, context)
        default = context.argument(call, position, "default")
        if isinstance(name, str) and default is not None and (match := _match(name, default, context)) is not None:
            yield match
    for node in context.walk(ast.BoolOp):
        match node:
            case ast.BoolOp(op=ast.Or(), values=[ast.Call() as call, default]) if _reads(call, context):
                name = _variable(call, context)
                if isinstance(name, str) and (match := _match(name, default, context)) is not None:
                    yield match


def _reads(call: ast.Call, context: CheckContext) -> bool:
    return any(name in _READERS for name in context.callees(call)) and len(call.args) + len(call.keywords) == 1


def _variable(call: ast.Call, context: CheckContext) -> object:
    """Return the name of the variable that is read, where it is known."""
    name = context.argument(call, 0)
    return None if name is None else context.value(name).constant


def _match(name: str, default: ast.expr, context: CheckContext) -> Match | None:
    kind = kind_of(name)
    text = context.value(default).constant
    if kind is None or not isinstance(text, str) or not text.strip() or text.startswith(("/", "http", "$", "{")):
        return None
    if judge(text, name, kind) is Verdict.SECRET:
        return Match(default, _MESSAGE, Severity.MEDIUM, Confidence.HIGH)
    return Match(default, _MESSAGE, Severity.LOW, Confidence.MEDIUM)


def fix(site: FixSite) -> Iterator[Fix]:
    node = site.node
    parent = site.parent_of(node)
    call = site.parent_of(parent) if isinstance(parent, ast.keyword) else parent
    note = "The program no longer starts where the variable isn't set."
    edit = None
    match call:
        case ast.BoolOp(op=ast.Or(), values=[ast.Call(args=[name]) as reader, _]) if _is_of_environment(reader, site):
            edit = site.replace(call, f"{site.use('os')}.environ[{site.text_of(name)}]")
        case ast.Call(args=[name, _], keywords=[]) if _is_of_environment(call, site):
            edit = site.replace(call, f"{site.use('os')}.environ[{site.text_of(name)}]")
        case ast.Call() if isinstance(parent, ast.keyword):
            edit = site.remove_argument(call, parent)
    if edit is not None:
        yield Fix("Fail where it is missing", (edit,), Applicability.REVIEW, note)


def _is_of_environment(call: ast.Call, site: FixSite) -> bool:
    name = site.qualified_name(call.func) or ""
    return name in ("os.getenv", "os.environ.get") or site.text_of(call.func).endswith("environ.get")


RULE = Rule(
    id="VET608",
    name="default-secret",
    cwe=Cwe(798),
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    message=_MESSAGE,
    bad=(
        Example(
            'import os\n\nSECRET_KEY = os.environ.get("SECRET_KEY", "k3y-0f-0ur-0wn")\n',
            'import os\n\nSECRET_KEY = os.environ["SECRET_KEY"]\n',
        ),
        Example(
            (
                "from flask import Flask\nimport os\n\napp = Flask(__name__)\n"
                'app.secret_key = os.getenv("FLASK_SECRET_KEY", "dev")\n'
            ),
            ('from flask import Flask\nimport os\n\napp = Flask(__name__)\napp.secret_key = os.environ["FLASK_SECRET_KEY"]\n'),
        ),
        Example(
            'from decouple import config\n\nJWT_SECRET = config("JWT_SECRET", default="change-me-please")\n',
            'from decouple import config\n\nJWT_SECRET = config("JWT_SECRET")\n',
        ),
        Example(
            (
                'from os import environ as env\n\nFALLBACK = "postgres1"\n\n\nclass Settings:\n    def password(self):\n'
                '        return env.get("DB_PASSWORD", FALLBACK)\n'
            ),
            (
                'import os\nfrom os import environ as env\n\nFALLBACK = "postgres1"\n\n\nclass Settings:\n'
                '    def password(self):\n        return os.environ["DB_PASSWORD"]\n'
            ),
        ),
        Example(
            'import os\n\ntoken = os.getenv("API_TOKEN") or "t0k3n-4-all"\n', 'import os\n\ntoken = os.environ["API_TOKEN"]\n'
        ),
    ),
    good=(
        'import os\n\nSECRET_KEY = os.environ["SECRET_KEY"]\n',
        (
            'import os\n\nregion = os.environ.get("AWS_REGION", "eu-central-1")\n'
            'token_url = os.getenv("TOKEN_URL", "/oauth/token")\n'
        ),
        (
            'import os\nimport secrets\n\nkey = os.environ.get("SECRET_KEY") or secrets.token_hex()\n'
            'password = os.getenv("DB_PASSWORD", "")\n'
        ),
        (
            'from decouple import config\n\nJWT_SECRET = config("JWT_SECRET")\n'
            'DEBUG = config("DEBUG", default=False, cast=bool)\n'
        ),
        (
            'import os\n\nlifetime = os.getenv("TOKEN_LIFETIME", "900")\n'
            'secret_file = os.getenv("SECRET_FILE", "/run/secrets/key")\n'
        ),
    ),
    check=check,
    fix=fix,
    supersedes=frozenset({"B105", "B106", "B107"}),
)
