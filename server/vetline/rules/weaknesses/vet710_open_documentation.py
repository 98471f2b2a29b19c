"""The application explains its whole interface to anybody who asks.

## Why it matters
GraphQL's introspection and its page for trying out queries list every type and mutation, the internal ones, too, and a
directory listing shows every file.  That isn't a hole, but it saves an attacker the search for one.

## How to fix it
Switch it off where strangers come in, and leave it on for yourself:

    GraphQLView.as_view("graphql", schema=schema, graphiql=settings.DEBUG)

## When it is fine
For an interface that is documented for the public, and inside the company.

## References
- [OWASP: GraphQL](https://cheatsheetseries.owasp.org/cheatsheets/GraphQL_Cheat_Sheet.html)
- [Graphene: GraphiQL](https://docs.graphene-python.org/projects/django/en/latest/installation/)
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Final

from vetline.core.cwe import Cwe
from vetline.core.edit import Applicability, Fix
from vetline.core.severity import Confidence, Severity
from vetline.rules.base import CheckContext, Example, FixSite, Match, Rule
from vetline.rules.locals import origin_of
from vetline.rules.settings import is_for_development

_SWITCHES: Final = {
    "graphiql": "The page for trying out queries is open to anybody: it lists every type and mutation.",
    "introspection": "Anybody may ask for every type and mutation of the interface.",
    "playground": "The page for trying out queries is open to anybody: it lists every type and mutation.",
    "show_index": "Anybody sees the list of files in this folder.",
    "show_indexes": "Anybody sees the list of files in this folder.",
    "directory_view": "Anybody sees the list of files in this folder.",
}
_GRAPHQL: Final = (
    "graphene",
    "strawberry",
    "ariadne",
    "flask_graphql",
    "graphql",
    "tartiflette",
    "aiohttp",
    "django",
    "sanic",
    "starlette_graphene3",
)


def check(context: CheckContext) -> Iterator[Match]:
    for call in context.walk(ast.Call):
        assert isinstance(call, ast.Call)
        for keyword in call.keywords:
            message = _SWITCHES.get(keyword.arg or "")
            if message is None or context.value(keyword.value).constants != (True,):
                continue
            if _is_served(call, context) and not is_for_development(call, context):
                yield Match(keyword.value, message)


def _is_served(call: ast.Call, context: CheckContext) -> bool:
    """Tell whether the call is about something that a server shows."""
    name = (context.qualified_name(call.func) or "").lower()
    is_known = "graphql" in name or "static" in name or "as_view" in name or "graphiql" in name
    return is_known or any(module.startswith(_GRAPHQL) for module in context.imports())


def fix(site: FixSite) -> Iterator[Fix]:
    origin = origin_of(site.node, site) if isinstance(site.node, ast.expr) else None
    if isinstance(origin, ast.Constant):
        yield Fix("Switch it off", (site.replace(origin, "False"),), Applicability.REVIEW, "It is off for yourself as well.")


RULE = Rule(
    id="VET710",
    name="open-documentation",
    cwe=Cwe(200),
    severity=Severity.LOW,
    confidence=Confidence.MEDIUM,
    message="The application explains its whole interface to anybody.",
    bad=(
        Example(
            "from django.urls import path\nfrom graphene_django.views import GraphQLView\n\n"
            "urlpatterns = [path('graphql', GraphQLView.as_view(graphiql=True))]\n",
            "from django.urls import path\nfrom graphene_django.views import GraphQLView\n\n"
            "urlpatterns = [path('graphql', GraphQLView.as_view(graphiql=False))]\n",
        ),
        Example(
            "from ariadne.asgi import GraphQL\n\napp = GraphQL(schema, introspection=True)\n",
            "from ariadne.asgi import GraphQL\n\napp = GraphQL(schema, introspection=False)\n",
        ),
        Example(
            "from flask import Flask\nfrom flask_graphql import GraphQLView\n\napp = Flask(__name__)\n"
            "app.add_url_rule('/graphql', view_func=GraphQLView.as_view('graphql', schema=schema, graphiql=True))\n",
            "from flask import Flask\nfrom flask_graphql import GraphQLView\n\napp = Flask(__name__)\n"
            "app.add_url_rule('/graphql', view_func=GraphQLView.as_view('graphql', schema=schema, graphiql=False))\n",
        ),
        Example(
            "from aiohttp import web\n\napp = web.Application()\napp.router.add_static('/files', 'files', show_index=True)\n",
            "from aiohttp import web\n\napp = web.Application()\napp.router.add_static('/files', 'files', show_index=False)\n",
        ),
        Example(
            "import strawberry\nfrom strawberry.fastapi import GraphQLRouter\n\nSHOW = True\n"
            "router = GraphQLRouter(schema, graphiql=SHOW)\n",
            (
                "import strawberry\nfrom strawberry.fastapi import GraphQLRouter\n\nSHOW = False\n"
                "router = GraphQLRouter(schema, graphiql=SHOW)\n"
            ),
        ),
    ),
    good=(
        (
            "from django.conf import settings\nfrom django.urls import path\nfrom graphene_django.views import GraphQLView\n\n"
            "urlpatterns = [path('graphql', GraphQLView.as_view(graphiql=settings.DEBUG))]\n"
        ),
        "from ariadne.asgi import GraphQL\n\napp = GraphQL(schema, introspection=False)\n",
        "from aiohttp import web\n\napp = web.Application()\napp.router.add_static('/files', 'files')\n",
        "from strawberry.fastapi import GraphQLRouter\n\nrouter = GraphQLRouter(schema, graphql_ide=None)\n",
        "import pandas\n\n\ndef show(frame):\n    return frame.to_html(show_index=True)\n",
    ),
    check=check,
    fix=fix,
)
