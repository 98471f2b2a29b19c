"""What models say, as far as it decides what is found."""

from __future__ import annotations

from textwrap import dedent

import pytest

from tests.fixes.snippets import engine
from vetline.engine.document import Document


def reached(code: str) -> set[str]:
    """Return the kinds of sinks that something from outside reaches, each with where that comes from: ``html < remote``."""
    document = Document(dedent(code), engine(), "project/module.py")
    document.vet()
    assert document._following is not None
    flows = [document._following.links.flow_of(entry.id) for entry in document._entries]
    hits = [hit for flow in flows if flow is not None for hit in flow.sinks]
    labels = {(hit.kind, taint.origin.label) for hit in hits for taint in hit.taints}
    return {f"{kind} < {label}" for kind, label in labels if label != "parameter"}


@pytest.mark.parametrize(
    "response, expected",
    [
        ("", set()),
        (", response_class=HTMLResponse", {"html < remote"}),
        (", response_class=fastapi.responses.HTMLResponse", {"html < remote"}),
        (", response_class=fastapi.responses.PlainTextResponse", set()),
    ],
)
def test_a_decorators_arguments_say_whether_its_result_is_a_page(response: str, expected: set[str]) -> None:
    code = f"""
        import fastapi
        from fastapi.responses import HTMLResponse

        app = fastapi.FastAPI()

        @app.get("/hello"{response})
        def hello(name: str):
            return "<b>" + name + "</b>"
    """
    assert reached(code) == expected


@pytest.mark.parametrize(
    "header, expected",
    [
        ('"X-Colour"', {"header < remote"}),
        ('"Location"', {"header < remote", "redirect < remote"}),
        ("name", {"header < remote"}),
    ],
)
def test_the_key_of_an_element_says_which_sink_it_is(header: str, expected: set[str]) -> None:
    code = f"""
        from flask import Response, request

        def answer(name):
            response = Response("", 302)
            response.headers[{header}] = request.args["to"]
            return response
    """
    assert reached(code) == expected


@pytest.mark.parametrize(
    "arguments, expected",
    [
        ("loader=loader", {"html < remote"}),
        ("loader=loader, autoescape=True", set()),
        ("loader=loader, autoescape=select_autoescape(['html'])", set()),
        ("loader=loader, autoescape=False", {"html < remote"}),
    ],
)
def test_an_environments_arguments_say_whether_it_escapes(arguments: str, expected: set[str]) -> None:
    code = f"""
        from flask import make_response, request
        from jinja2 import Environment, FileSystemLoader, select_autoescape

        loader = FileSystemLoader("templates")
        environment = Environment({arguments})

        def page():
            return make_response(environment.get_template("page.html").render(name=request.args["name"]))
    """
    assert reached(code) == expected


@pytest.mark.parametrize(
    "loop",
    [
        "for entry in tarfile.open('a.tar'):\n    open(entry.name)",
        "for entry in tarfile.open('a.tar').getmembers():\n    open(entry.name)",
        "open(tarfile.open('a.tar').getmembers()[0].name)",
        "[open(entry.name) for entry in tarfile.open('a.tar')]",
    ],
)
def test_elements_have_the_class_that_their_container_is_said_to_hold(loop: str) -> None:
    assert reached(f"import tarfile\n\n{loop}\n") == {"path < archive"}


@pytest.mark.parametrize(
    "condition, expected",
    [
        ("True", {"redirect < remote"}),
        ("url_has_allowed_host_and_scheme(url, allowed_hosts=None)", set()),
        ("not url_has_allowed_host_and_scheme(url, allowed_hosts=None)", {"redirect < remote"}),
    ],
)
def test_guards_prove_what_their_models_say(condition: str, expected: set[str]) -> None:
    code = f"""
        from django.shortcuts import redirect
        from django.utils.http import url_has_allowed_host_and_scheme

        def after(request):
            url = request.GET["next"]
            if {condition}:
                return redirect(url)
            return redirect("/")
    """
    assert reached(code) == expected


@pytest.mark.parametrize(
    "code, expected",
    [
        ("import os\n\nos.system(os.popen('ls').read())\n", {"shell < local"}),
        ("import os\n\npipe = os.popen('ls')\nos.system(pipe.readline())\n", {"shell < local"}),
        ("import os\nimport feedparser\n\nfeed = feedparser.parse('x')\nos.system(feed.entries)\n", {"shell < response"}),
        ("import os\nfrom db import connect\n\nconnect().execute('DELETE ' + os.environ['X'])\n", {"sql < local"}),
    ],
)
def test_what_is_called_on_a_result_is_found_by_name(code: str, expected: set[str]) -> None:
    assert expected <= reached(code)
