"""What a client sends is read into memory without a limit.

## Why it matters
A client that sends ten gigabytes where a few kilobytes are expected fills the memory, and the server stops for all.
Starlette and FastAPI have no limit of their own for what `UploadFile.read()` gives, and `http.server` reads as much as
the client's `Content-Length` says. Assistants write `data = await file.read()`, which is right for small files from
friends.

## How to fix it
Read no more than you are ready to hold:

    data = await file.read(LIMIT + 1)
    if len(data) > LIMIT:
        raise HTTPException(413)

Let the server in front, or the framework (`MAX_CONTENT_LENGTH`, `client_max_size`), refuse larger requests.

## When it is fine
Behind a proxy that limits the size of requests.

## References
- [Flask: MAX_CONTENT_LENGTH](https://flask.palletsprojects.com/en/stable/config/#MAX_CONTENT_LENGTH)
- [Django: DATA_UPLOAD_MAX_MEMORY_SIZE](https://docs.djangoproject.com/en/stable/ref/settings/#data-upload-max-memory-size)
- [MITRE: CWE-770](https://cwe.mitre.org/data/definitions/770.html)
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from vetline.core.cwe import Cwe
from vetline.core.edit import Applicability, Fix
from vetline.core.severity import Confidence, Severity
from vetline.rules.base import CheckContext, Example, FixSite, Match, Rule
from vetline.rules.statements import add_after, compound, guard, refusal
from vetline.rules.surroundings import conditions_on

_READERS = frozenset(
    {
        "starlette.datastructures.UploadFile.read",
        "fastapi.UploadFile.read",
        "starlette.datastructures.UploadFile.file.read",
        "fastapi.UploadFile.file.read",
        "aiohttp.StreamReader.read",
    }
)
_HANDLERS = frozenset({"http.server.BaseHTTPRequestHandler.rfile.read", "socketserver.StreamRequestHandler.rfile.read"})
_SETTINGS = frozenset(
    {"DATA_UPLOAD_MAX_MEMORY_SIZE", "MAX_CONTENT_LENGTH", "MAX_FORM_MEMORY_SIZE", "client_max_size", "max_body_size"}
)
_LIMITED = re.compile(r"size|limit|\bmax|max_|length|\blen\b", re.IGNORECASE)
_OFF = "Without this limit, one request may fill the memory: set one that fits."


def check(context: CheckContext) -> Iterator[Match]:
    for call in context.calls(*_READERS):
        if not call.args and not call.keywords and not _is_limited(call, context):
            yield Match(call)
    for call in context.calls(*_HANDLERS):
        is_theirs = call.args and _is_content_length(call.args[0], context)
        if (not call.args or is_theirs) and not _is_limited(call, context):
            yield Match(call, "The client says how much is read here, and may fill the memory: set a limit.")
    for node in context.walk(ast.Assign, ast.keyword):
        match node:
            case (
                ast.Assign(
                    targets=[
                        ast.Name(id=name) | ast.Attribute(attr=name) | ast.Subscript(slice=ast.Constant(value=str() as name))
                    ],
                    value=value,
                )
                | ast.keyword(arg=str() as name, value=value)
            ) if name in _SETTINGS:
                constants = context.value(value).constants
                if constants == (None,) or (constants == (0,) and name == "client_max_size"):
                    yield Match(node if isinstance(node, ast.Assign) else value, _OFF)


def _is_content_length(size: ast.expr, context: CheckContext) -> bool:
    if any(taint.origin.label == "remote" for taint in context.value(size).all_taints()):
        return True
    return "content-length" in ast.unparse(size).lower() or "content_length" in ast.unparse(size).lower()


def _is_limited(call: ast.Call, context: CheckContext) -> bool:
    conditions = conditions_on(call, context)
    return any(_LIMITED.search(ast.unparse(condition)) for condition in conditions)


def fix(site: FixSite) -> Iterator[Fix]:
    node = site.node
    match node:
        case ast.Call(args=[ast.Name() as size]):
            edit = guard(site, node, f"{site.text_of(size)} > {_MOST}", "too large")
            if edit is not None:
                yield Fix("Refuse more than 10 MiB", (edit,), Applicability.REVIEW, _REFUSED)
        case ast.Call(args=[]):
            yield from _limited(node, site)
        case ast.Assign(value=value) | ast.AnnAssign(value=ast.expr() as value):
            yield Fix("Set a limit of 10 MiB", (site.replace(value, _MOST),), Applicability.REVIEW, _REFUSED)
        case ast.Constant():
            yield Fix("Set a limit of 10 MiB", (site.replace(node, _MOST),), Applicability.REVIEW, _REFUSED)


_MOST = "10 * 1024 * 1024"
_REFUSED = "What is larger than 10 MiB is refused: choose the limit that fits."


def _limited(call: ast.Call, site: FixSite) -> Iterator[Fix]:
    """Yield the fix that reads a little more than is allowed, and refuses what has that much."""
    statement = site.enclosing_statement(call)
    edit = site.append_argument(call, f"{_MOST} + 1")
    match statement:
        case ast.Assign(targets=[ast.Name(id=name)], value=ast.Await() | ast.Call()):
            text = compound(site, statement, f"if len({name}) > {_MOST}:", refusal(site, "too large"))
            behind = None if text is None else add_after(site, statement, text)
            if behind is not None:
                yield Fix("Refuse more than 10 MiB", (edit, behind), Applicability.REVIEW, _REFUSED)
                return
    note = "What is beyond 10 MiB is cut off: choose the limit that fits, and refuse what is larger."
    yield Fix("Read 10 MiB at most", (site.append_argument(call, _MOST),), Applicability.REVIEW, note)


RULE = Rule(
    id="VET406",
    name="unbounded-read",
    cwe=Cwe(770),
    severity=Severity.LOW,
    confidence=Confidence.MEDIUM,
    message="A large upload fills the memory here: read up to a limit, and refuse what is more.",
    bad=(
        Example(
            """\
from fastapi import FastAPI, UploadFile

app = FastAPI()


@app.post("/photo")
async def photo(file: UploadFile):
    data = await file.read()
    return {"size": len(data)}
""",
            """\
from fastapi import FastAPI, HTTPException, UploadFile

app = FastAPI()


@app.post("/photo")
async def photo(file: UploadFile):
    data = await file.read(10 * 1024 * 1024 + 1)
    if len(data) > 10 * 1024 * 1024:
        raise HTTPException(400, "too large")
    return {"size": len(data)}
""",
        ),
        Example(
            """\
from http.server import BaseHTTPRequestHandler


class Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        size = int(self.headers["Content-Length"])
        body = self.rfile.read(size)
        self.handle_body(body)
""",
            """\
from http.server import BaseHTTPRequestHandler


class Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        size = int(self.headers["Content-Length"])
        if size > 10 * 1024 * 1024:
            raise ValueError("too large")
        body = self.rfile.read(size)
        self.handle_body(body)
""",
        ),
        Example(
            """\
DATA_UPLOAD_MAX_MEMORY_SIZE = None
""",
            """\
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024
""",
        ),
        Example(
            """\
from aiohttp import web

app = web.Application(client_max_size=0)
""",
            """\
from aiohttp import web

app = web.Application(client_max_size=10 * 1024 * 1024)
""",
        ),
        Example(
            """\
from starlette.datastructures import UploadFile


class Importer:
    async def load(self, upload: UploadFile):
        return (await upload.read()).decode()
""",
            """\
from starlette.datastructures import UploadFile


class Importer:
    async def load(self, upload: UploadFile):
        return (await upload.read(10 * 1024 * 1024)).decode()
""",
        ),
    ),
    good=(
        """\
from fastapi import FastAPI, HTTPException, UploadFile

app = FastAPI()
LIMIT = 5_000_000


@app.post("/photo")
async def photo(file: UploadFile):
    data = await file.read(LIMIT + 1)
    if len(data) > LIMIT:
        raise HTTPException(413)
    return {"size": len(data)}
""",
        """\
from fastapi import FastAPI, HTTPException, UploadFile

app = FastAPI()


@app.post("/photo")
async def photo(file: UploadFile):
    if file.size > 5_000_000:
        raise HTTPException(413)
    return {"size": len(await file.read())}
""",
        """\
from http.server import BaseHTTPRequestHandler


class Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        size = int(self.headers["Content-Length"])
        if size > 100_000:
            self.send_error(413)
            return
        self.handle_body(self.rfile.read(size))
""",
        """\
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
""",
        """\
with open("words.txt") as file:
    WORDS = file.read().split()
""",
    ),
    check=check,
    fix=fix,
)
