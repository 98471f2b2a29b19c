"""A server listens on every network that the machine is connected to.

## Why it matters
What was meant for yourself, a development server, an admin page, a debugger, is reachable from the office network, the
café's wireless or the internet.  Databases and caches left open in this way are found by scanners within hours.
Assistants write `0.0.0.0`, for that is what makes a server in a container reachable; an empty host and `::` mean the
same.

## How to fix it
Listen on the loopback address, and let the deployment say otherwise:

    app.run(host=os.environ.get("HOST", "127.0.0.1"), port=8000)

Behind a reverse proxy on the same machine, `127.0.0.1` is all that is needed.

## When it is fine
In a container or virtual machine whose published ports or firewall decide who gets in.

## References
- [Python: socket addresses](https://docs.python.org/3/library/socket.html#socket-families)
- [CWE-1327: Binding to an unrestricted IP address](https://cwe.mitre.org/data/definitions/1327.html)
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
from vetline.rules.settings import is_for_development
from vetline.rules.surroundings import called_name
from vetline.syntax.calls import keyword_of

_ALL: Final = frozenset({"0.0.0.0", "::", "[::]", "0", "0.0.0.0:0"})
_STARTS: Final = re.compile(
    r"^(?:run|bind|listen|serve|start\w*|run_\w+|create_server|make_server|launch|serve_forever|add_insecure_port|TCPSite|run_simple"
    r"|\w*(?:HTTP|TCP|UDP|XMLRPC|WSGI)Server|Server|Config|FastMCP|create_datagram_endpoint)$"
)
_HOSTS: Final = (
    "host",
    "hostname",
    "address",
    "bind",
    "interface",
    "listen_address",
    "server_name",
    "server_address",
    "interface",
)


def check(context: CheckContext) -> Iterator[Match]:
    for call in context.walk(ast.Call):
        assert isinstance(call, ast.Call)
        name = called_name(call, context)
        if name == "add_argument":
            yield from _of_option(call, context)
        elif _STARTS.match(name):
            argument = _host_of(call, name, context)
            if (
                argument is not None
                and _is_all(argument, context, empty=name == "bind")
                and not is_for_development(call, context)
            ):
                yield Match(argument)


def _host_of(call: ast.Call, name: str, context: CheckContext) -> ast.expr | None:
    """Return the host that a server is told to listen on."""
    for keyword in _HOSTS:
        if (given := keyword_of(call, keyword)) is not None:
            return _first(given.value)
    match call.args:
        case [ast.Tuple(elts=[host, _, *_]), *_]:
            return host
        case [address, *_] if (items := context.value(address).items) and 0 in items and (name == "bind" or len(items) == 2):
            return address
        case [first, *_] if name in ("run", "listen", "make_server", "run_simple", "serve", "create_server"):
            return first
    for argument in call.args[1:3]:
        if name in ("TCPSite", "listen", "create_server", "serve", "start_server"):
            return argument
    return None


def _first(node: ast.expr) -> ast.expr:
    match node:
        case ast.Tuple(elts=[host, *_]):
            return host
    return node


def _is_all(node: ast.expr, context: CheckContext, *, empty: bool) -> bool:
    value = context.value(node)
    if value.items and 0 in value.items:
        value = value.items[0]
    known = fixed(node, context, value)
    texts = known.texts if known is not None else ()
    return any(isinstance(one, str) and (one in _ALL or one.rpartition(":")[0] in _ALL or (empty and not one)) for one in texts)


def _of_option(call: ast.Call, context: CheckContext) -> Iterator[Match]:
    """Report an option of the command line that is any address unless its user says otherwise."""
    default = keyword_of(call, "default")
    names = [context.value(argument).constant for argument in call.args]
    is_host = any(isinstance(name, str) and re.search(r"host|bind|addr|listen|ip$", name) for name in names)
    if default is not None and is_host and _is_all(default.value, context, empty=False):
        message = "Unless its user says otherwise, the server listens on every network; use 127.0.0.1."
        yield Match(default.value, message, Severity.LOW)


def fix(site: FixSite) -> Iterator[Fix]:
    if isinstance(site.node, ast.expr):
        yield from listen_locally(site, site.node)


def listen_locally(site: FixSite, address: ast.expr) -> Iterator[Fix]:
    """Yield the fix for an address to listen on, written there or in a variable."""
    match origin_of(address, site):
        case ast.Tuple(elts=[first, *_]):
            origin = first
        case found:
            origin = found
    if not isinstance(origin, ast.Constant) or not isinstance(origin.value, str):
        return
    text = origin.value
    local = text.replace("0.0.0.0", "127.0.0.1") if "0.0.0.0" in text else "::1" if text == "::" else "127.0.0.1"
    if text.startswith("[::]"):
        local = text.replace("[::]", "[::1]")
    note = "Other machines can't connect, and neither can others from outside of a container."
    quote = site.text_of(origin)[-1]
    yield Fix("Listen on this machine only", (site.replace(origin, f"{quote}{local}{quote}"),), Applicability.REVIEW, note)


RULE = Rule(
    id="VET709",
    name="bind-all-interfaces",
    cwe=Cwe(1327),
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    message="The server accepts connections from every network; listen on 127.0.0.1 unless others must reach it.",
    bad=(
        Example(
            "from flask import Flask\n\napp = Flask(__name__)\napp.run(host='0.0.0.0', port=8000)\n",
            "from flask import Flask\n\napp = Flask(__name__)\napp.run(host='127.0.0.1', port=8000)\n",
        ),
        Example(
            "import socket\n\nserver = socket.socket()\nserver.bind(('', 8000))\n",
            "import socket\n\nserver = socket.socket()\nserver.bind(('127.0.0.1', 8000))\n",
        ),
        Example(
            ("import uvicorn\n\nHOST = '0.0.0.0'\n\n\ndef main(app):\n    uvicorn.run(app, host=HOST, port=8000)\n"),
            ("import uvicorn\n\nHOST = '127.0.0.1'\n\n\ndef main(app):\n    uvicorn.run(app, host=HOST, port=8000)\n"),
        ),
        Example(
            "from http.server import HTTPServer, SimpleHTTPRequestHandler\n\n"
            "HTTPServer(('0.0.0.0', 8080), SimpleHTTPRequestHandler).serve_forever()\n",
            (
                "from http.server import HTTPServer, SimpleHTTPRequestHandler\n\n"
                "HTTPServer(('127.0.0.1', 8080), SimpleHTTPRequestHandler).serve_forever()\n"
            ),
        ),
        Example(
            ("import asyncio\n\n\nasync def main(handle):\n    await asyncio.start_server(handle, host='::', port=8888)\n"),
            ("import asyncio\n\n\nasync def main(handle):\n    await asyncio.start_server(handle, host='::1', port=8888)\n"),
        ),
        Example(
            ("import argparse\n\nparser = argparse.ArgumentParser()\nparser.add_argument('--host', default='0.0.0.0')\n"),
            ("import argparse\n\nparser = argparse.ArgumentParser()\nparser.add_argument('--host', default='127.0.0.1')\n"),
        ),
    ),
    good=(
        "from flask import Flask\n\napp = Flask(__name__)\napp.run(host='127.0.0.1', port=8000)\n",
        "import os\nimport socket\n\nserver = socket.socket()\nserver.bind((os.environ.get('HOST', '127.0.0.1'), 8000))\n",
        "def is_any(address):\n    return address == '0.0.0.0' or address in ('::', '')\n",
        "import ipaddress\n\nEVERYWHERE = ipaddress.ip_network('0.0.0.0/0')\n",
        "import subprocess\n\nsubprocess.run('')\n",
        "import uvicorn\n\n\ndef main(app):\n    uvicorn.run(app, port=8000)\n",
    ),
    check=check,
    fix=fix,
    supersedes=frozenset({"B104"}),
)
