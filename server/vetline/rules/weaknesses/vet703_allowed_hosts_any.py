"""The application answers to any host name.

## Why it matters
The `Host` header is written by the client.  An application that builds addresses from it mails a link for a new
password to `https://evil.example/reset/...`, and a cache keeps a page with such links for everyone.  Assistants write
`ALLOWED_HOSTS = ["*"]`, because it makes an error message go away.

## How to fix it
Name the hosts that you have:

    ALLOWED_HOSTS = ["shop.example.com"]

## When it is fine
Behind a proxy that passes on requests for known hosts only.

## References
- [Django: ALLOWED_HOSTS](https://docs.djangoproject.com/en/stable/ref/settings/#allowed-hosts)
- [Starlette: TrustedHostMiddleware](https://www.starlette.io/middleware/#trustedhostmiddleware)
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Final

from vetline.core.cwe import Cwe
from vetline.core.edit import Applicability, Fix
from vetline.core.severity import Confidence, Severity
from vetline.rules.base import CheckContext, Example, FixSite, Match, Rule
from vetline.rules.building import written
from vetline.rules.settings import fallback, settings, value_in
from vetline.syntax.calls import keyword_of

_MIDDLEWARE: Final = ("TrustedHostMiddleware",)


def check(context: CheckContext) -> Iterator[Match]:
    for setting in settings(context, {"ALLOWED_HOSTS"}):
        if _holds_any(setting.value, context):
            yield Match(setting.node)
        elif (default := _default_of(setting.value, context)) is not None and _holds_any(default, context):
            yield Match(setting.node, "Unless the environment says otherwise, the application answers to any host name.")
    for call in context.walk(ast.Call):
        match call:
            case ast.Call(keywords=[_, *_]) if (hosts := keyword_of(call, "allowed_hosts")) is not None:
                names = [name for node in (call.func, *call.args[:1]) for name in context.names_of(node)]
                if any(name.endswith(_MIDDLEWARE) for name in names) and _holds_any(hosts.value, context):
                    yield Match(hosts.value)


def _default_of(node: ast.expr, context: CheckContext) -> ast.expr | None:
    match written(node, context):
        case ast.Call(func=ast.Attribute(value=inner, attr="split")):
            return fallback(inner, context)
    return fallback(node, context)


def _holds_any(node: ast.expr, context: CheckContext) -> bool:
    value = context.value(node)
    if value.constants == ("*",):
        return True
    return any(item.constants == ("*",) for item in (value.items or {}).values())


def fix(site: FixSite) -> Iterator[Fix]:
    node = site.node
    value = value_in(node)
    if value is None:
        return
    hosts = f'{site.use("os")}.environ["ALLOWED_HOSTS"].split(",")'
    note = "ALLOWED_HOSTS has to be set, to the host names with commas between them; requests for others are refused."
    yield Fix("Take the hosts from the environment", (site.replace(value, hosts),), Applicability.REVIEW, note)


RULE = Rule(
    id="VET703",
    name="allowed-hosts-any",
    cwe=Cwe(183),
    severity=Severity.LOW,
    confidence=Confidence.HIGH,
    message="The application answers to any host name: links that it builds may lead elsewhere; name the hosts that you have.",
    bad=(
        Example("ALLOWED_HOSTS = ['*']\n", 'import os\n\nALLOWED_HOSTS = os.environ["ALLOWED_HOSTS"].split(",")\n'),
        Example(
            "import os\n\nALLOWED_HOSTS = os.environ.get('HOSTS', '*').split(',')\n",
            'import os\n\nALLOWED_HOSTS = os.environ["ALLOWED_HOSTS"].split(",")\n',
        ),
        Example(
            "class Production:\n    ALLOWED_HOSTS = ['example.com', '*']\n",
            ('import os\n\n\nclass Production:\n    ALLOWED_HOSTS = os.environ["ALLOWED_HOSTS"].split(",")\n'),
        ),
        Example(
            "from django.conf import settings\n\nsettings.configure(DEBUG=False, ALLOWED_HOSTS=['*'])\n",
            (
                "import os\n\nfrom django.conf import settings\n\n"
                'settings.configure(DEBUG=False, ALLOWED_HOSTS=os.environ["ALLOWED_HOSTS"].split(","))\n'
            ),
        ),
        Example(
            "from fastapi import FastAPI\nfrom starlette.middleware.trustedhost import TrustedHostMiddleware\n\n"
            "app = FastAPI()\n"
            "app.add_middleware(TrustedHostMiddleware, allowed_hosts=['*'])\n",
            (
                "import os\n\nfrom fastapi import FastAPI\n"
                "from starlette.middleware.trustedhost import TrustedHostMiddleware\n\napp = FastAPI()\n"
                'app.add_middleware(TrustedHostMiddleware, allowed_hosts=os.environ["ALLOWED_HOSTS"].split(","))\n'
            ),
        ),
    ),
    good=(
        "ALLOWED_HOSTS = ['shop.example.com']\n",
        "ALLOWED_HOSTS = []\n",
        "import os\n\nALLOWED_HOSTS = os.environ['HOSTS'].split(',')\n",
        "ALLOWED_HOSTS = ['.example.com', 'localhost']\n",
        "class DevSettings:\n    ALLOWED_HOSTS = ['*']\n",
        (
            "from fastapi import FastAPI\nfrom starlette.middleware.trustedhost import TrustedHostMiddleware\n\n"
            "app = FastAPI()\n"
            "app.add_middleware(TrustedHostMiddleware, allowed_hosts=['*.example.com'])\n"
        ),
    ),
    check=check,
    fix=fix,
)
