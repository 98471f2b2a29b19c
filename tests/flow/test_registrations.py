"""Functions that are handed to somebody who calls them: to a framework, with input; to a thread or a pool, with arguments."""

from __future__ import annotations

from textwrap import dedent

import pytest

from tests.fixes.snippets import engine
from tests.flow.test_models_in_use import reached
from vetline.core.location import Range
from vetline.engine.document import Document

REGISTRATIONS = {
    "flask": (
        "from flask import Flask\napp = Flask(__name__)",
        "def show(name):\n    os.system(name)",
        'app.add_url_rule("/<name>", view_func=show)',
    ),
    "flask, below a function": (
        "from flask import Flask",
        "def show(name):\n    os.system(name)",
        'def set_up(app):\n    app.add_url_rule("/<name>", "show", show)',
    ),
    "flask, a decorator that is called": (
        "from flask import Flask\napp = Flask(__name__)",
        "def show(name):\n    os.system(name)",
        'app.route("/<name>")(show)',
    ),
    "bottle": (
        "from bottle import Bottle\napp = Bottle()",
        "def show(name):\n    os.system(name)",
        'app.route("/<name>", callback=show)',
    ),
    "django": (
        "from django.urls import path, re_path",
        "def show(message, name):\n    os.system(name)",
        'urlpatterns = [path("<str:name>", show)]',
    ),
    "django, the request": (
        "from django.urls import re_path",
        "def show(message):\n    os.system(message.GET['name'])",
        'urlpatterns = [re_path("x", view=show)]',
    ),
    "aiohttp": (
        "from aiohttp import web\napp = web.Application()",
        "async def show(message):\n    os.system(message.query['name'])",
        'app.router.add_get("/", show)',
    ),
    "starlette": (
        "from starlette.routing import Route",
        "async def show(message):\n    os.system(message.query_params['name'])",
        'routes = [Route("/", endpoint=show)]',
    ),
    "gradio": (
        "import gradio as gr",
        "def show(text):\n    os.system(text)",
        'gr.Interface(fn=show, inputs="text", outputs="text").launch()',
    ),
    "gradio, an event": (
        "import gradio as gr",
        "def show(text):\n    os.system(text)",
        "with gr.Blocks():\n    gr.Button('Go').click(show, inputs=[])",
    ),
    "gradio, through a lambda": (
        "import gradio as gr",
        "def show(text):\n    os.system(text)",
        'gr.Interface(lambda text: show(text), "text", "text")',
    ),
    "mcp": (
        "from mcp.server.fastmcp import FastMCP\nserver = FastMCP('x')",
        "def show(text: str) -> str:\n    os.system(text)",
        "server.add_tool(show)",
    ),
    "a method": (
        "from flask import Flask\napp = Flask(__name__)",
        "class Pages:\n    def show(self, name):\n        os.system(name)",
        'app.add_url_rule("/<name>", view_func=Pages().show)',
    ),
}


@pytest.mark.parametrize("head, function, call", REGISTRATIONS.values(), ids=REGISTRATIONS)
def test_a_function_that_a_framework_gets_by_a_call(head: str, function: str, call: str) -> None:
    strangers = {"shell < remote", "shell < model"}
    assert reached(f"import os\n{head}\n{function}\n{call}\n") & strangers
    assert not reached(f"import os\n{head}\n{function}\n") & strangers


def test_a_local_function() -> None:
    code = """
        import os

        def create(app):
            def show(name):
                os.system(name)
            app.add_url_rule("/<name>", view_func=show)
    """
    assert reached(code) == {"shell < remote"}


def test_the_command_that_a_parser_chooses() -> None:
    code = """
        import argparse, os

        def run(options):
            os.system(options.command)

        def main():
            parser = argparse.ArgumentParser()
            sub = parser.add_subparsers().add_parser("run")
            sub.set_defaults(function=run)
    """
    assert reached(code) == {"shell < local"}


def test_a_registration_that_comes_and_goes() -> None:
    head, function, call = REGISTRATIONS["flask"]
    document = Document(f"import os\n{head}\n{function}\n\n", engine(), "project/module.py")
    end = document.lines.end
    before = document.vet()
    document.edit(Range(end, end), f"{call}\n")
    assert document.vet() != before
    document.edit(Range(end, document.lines.end), "")
    assert document.vet() == before


WORK = """
    import asyncio, functools, multiprocessing, os, threading
    from concurrent.futures import ThreadPoolExecutor
    from fastapi import BackgroundTasks
    from flask import request
    import streamlit as st

    pool = ThreadPoolExecutor()

    def work(command, times=1):
        os.system(command)

    def full(command):
        return "nice " + command

    class Worker:
        def __init__(self, name):
            self.name = name
        def work(self, command):
            os.system(command)
        def greet(self):
            os.system(self.name)

    @app.task
    def task(command):
        os.system(command)

    async def view(tasks: BackgroundTasks):
        loop = asyncio.get_running_loop()
        given = request.args["x"]
        all_given = request.args.getlist("x")
"""


@pytest.mark.parametrize(
    "call, expected",
    [
        ("threading.Thread(target=work, args=(given,)).start()", True),
        ("threading.Thread(target=work, args=('ls', given)).start()", False),
        ("threading.Thread(target=work, kwargs={'command': given}).start()", True),
        ("threading.Thread(target=os.system, args=(given,)).start()", True),
        ("threading.Thread(target=lambda: work(given)).start()", True),
        ("threading.Timer(3, work, [given]).start()", True),
        ("multiprocessing.Process(target=work, args=[given]).start()", True),
        ("pool.submit(work, given)", True),
        ("pool.submit(work, 'ls', given)", False),
        ("pool.submit(work, command=given)", True),
        ("pool.submit(Worker('x').work, given)", True),
        ("pool.submit(Worker(given).greet)", True),
        ("pool.submit(Worker(given).work, 'ls')", False),
        ("os.system(pool.submit(full, given).result())", True),
        ("list(pool.map(work, all_given))", True),
        ("list(map(work, all_given))", True),
        ("multiprocessing.Pool().apply_async(work, (given,))", True),
        ("await loop.run_in_executor(None, work, given)", True),
        ("await loop.run_in_executor(None, functools.partial(work, given, times=3))", True),
        ("await loop.run_in_executor(None, functools.partial(work, 'ls', times=given))", False),
        ("os.system(await loop.run_in_executor(None, full, given))", True),
        ("await asyncio.to_thread(work, given)", True),
        ("await asyncio.to_thread(os.system, given)", True),
        ("loop.call_later(3, work, given)", True),
        ("tasks.add_task(work, given)", True),
        ("tasks.add_task(work, 'ls', given)", False),
        ("task.delay(given)", True),
        ("task.apply_async(args=[given])", True),
        ("st.button('Go', on_click=work, args=(given,))", True),
        ("functools.partial(work, given)()", True),
    ],
)
def test_a_function_that_is_called_elsewhere(call: str, expected: bool) -> None:
    code = f"{dedent(WORK)}    {call}\n"
    assert ("shell < remote" in reached(code)) is expected
