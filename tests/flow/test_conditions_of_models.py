"""What a model says holds only under its conditions: the key that is assigned to, what a decorator is given."""

from __future__ import annotations

import pytest

from tests.fixes.snippets import findings

HEADER = "from flask import Response, request\n\nresponse = Response()\nresponse.headers[{key}] = request.args['to']\n"
ROUTE = """\
from fastapi import FastAPI
from fastapi.responses import HTMLResponse, JSONResponse

app = FastAPI()


@app.get('/greet'{arguments})
def greet(name: str):
    return f'<b>{{name}}</b>'
"""


@pytest.mark.parametrize("key, leads_elsewhere", [("'Location'", True), ("'X-Asked-For'", False), ("request.args['k']", False)])
def test_an_assignment_is_a_redirect_only_where_the_key_says_so(key: str, leads_elsewhere: bool) -> None:
    code = HEADER.format(key=key)

    assert bool(findings(code, "VET125")) is leads_elsewhere


@pytest.mark.parametrize(
    "arguments, is_page", [("", False), (", response_class=HTMLResponse", True), (", response_class=JSONResponse", False)]
)
def test_a_handler_sends_html_only_where_its_decorator_says_so(arguments: str, is_page: bool) -> None:
    found = findings(ROUTE.format(arguments=arguments), "VET120")

    assert any(finding.confidence.name == "HIGH" for finding in found) is is_page
