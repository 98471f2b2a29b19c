"""A request to an address from input lets its sender look into your network through your server.

## Why it matters
The server reaches what the internet doesn't: `http://169.254.169.254/` gives away the keys of a cloud machine,
`http://localhost:6379/` is a cache without a password, and an address of the office network is an administration page.
Capital One lost the data of a hundred million people in this way.  Assistants write `requests.get(request.args["url"])`
for previews, web hooks and imports.

## How to fix it
Let the client choose from addresses that you know, not write one:

    FEEDS = {"news": "https://news.example.com/rss", "blog": "https://blog.example.com/rss"}
    answer = requests.get(FEEDS[request.args["feed"]], timeout=10)

Where any address must be possible, compare the whole host with a list, allow `https` only, refuse addresses that
resolve to private networks, and don't follow redirects.  A part of a path belongs through `quote(value, safe="")`.

## When it is fine
When the host is fixed and the rest was checked or quoted.  In a tool that fetches what its own user asks for.

## References
- [OWASP: Server-side request forgery prevention](https://cheatsheetseries.owasp.org/cheatsheets/Server_Side_Request_Forgery_Prevention_Cheat_Sheet.html)
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Final

from vetline.core.cwe import Cwe
from vetline.core.edit import Applicability, Fix
from vetline.core.severity import Confidence, Severity
from vetline.rules.addresses import quoted_in_path
from vetline.rules.base import CheckContext, Example, FixSite, Match, Rule
from vetline.rules.flows import REMOTE, flow_into, of_labels
from vetline.rules.guards import guarded

_LABELS: Final = of_labels(Severity.HIGH, *REMOTE)
_REACH: Final = "its sender reaches into your network; use a list of known hosts."


def check(context: CheckContext) -> Iterator[Match]:
    reported: set[int] = set()
    for hit in context.sinks("url", "host"):
        if id(hit.node) in reported or (flow := flow_into(hit, _LABELS)) is None:
            continue
        reported.add(id(hit.node))
        severity = flow.severity if flow.worst.is_certain else Severity.MEDIUM
        if hit.kind == "url" and all("host" in taint.cleared for taint in flow.taints):
            yield flow.match(
                "The path of this request contains {source}: with `../` or `?` its sender asks for something else; quote it.",
                severity=Severity.LOW,
                confidence=min(flow.confidence, Confidence.MEDIUM),
            )
        elif hit.kind == "url":
            yield flow.match(f"The server requests an address from {{source}}: {_REACH}", severity=severity)
        else:
            yield flow.match(f"The server connects to a host from {{source}}: {_REACH}", severity=severity)


_HOSTS: Final = "Put the hosts that the server may talk to in place of the example."


def fix(site: FixSite) -> Iterator[Fix]:
    if not isinstance(site.node, ast.expr):
        return
    if "quote it" in site.finding.message:
        yield from quoted_in_path(site.node, "url", site)
        return

    is_host = "connects" in site.finding.message
    node = site.node.elts[0] if is_host and isinstance(site.node, ast.Tuple) and site.node.elts else site.node

    def is_unknown(source: str) -> str:
        host = source if is_host else f"{site.use('urllib.parse', 'urlsplit')}({source}).hostname"
        return f'{host} not in ("example.com",)'

    edits = guarded(node, "host" if is_host else "url", is_unknown, "unknown host", site)
    if edits:
        yield Fix("Refuse hosts that aren't in a list", edits, Applicability.REVIEW, _HOSTS)


RULE = Rule(
    id="VET126",
    name="server-side-request-forgery",
    cwe=Cwe(918),
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    message="The server requests an address from input.",
    bad=(
        Example(
            "import requests\nfrom flask import Flask, request\n\napp = Flask(__name__)\n\n\n"
            "@app.route('/preview')\ndef preview():\n    url = request.args['url']\n"
            "    return {'length': len(requests.get(url, timeout=5).content)}\n",
            (
                "from urllib.parse import urlsplit\n\nimport requests\nfrom flask import Flask, abort, request\n"
                "\napp = Flask(__name__)\n\n\n@app.route('/preview')\ndef preview():\n"
                "    url = request.args['url']\n    if urlsplit(url).hostname not in (\"example.com\",):\n"
                "        abort(400)\n    return {'length': len(requests.get(url, timeout=5).content)}\n"
            ),
        ),
        Example(
            "from urllib.request import urlopen\n\n\ndef fetch(request):\n"
            "    with urlopen(request.GET['feed']) as answer:\n        answer.read()\n",
            (
                "from urllib.parse import urlsplit\nfrom urllib.request import urlopen\n"
                "\n\ndef fetch(request):\n    url = request.GET['feed']\n"
                '    if urlsplit(url).hostname not in ("example.com",):\n'
                '        raise ValueError("unknown host")\n    with urlopen(url) as answer:\n'
                "        answer.read()\n"
            ),
        ),
        Example(
            "import httpx\nfrom fastapi import FastAPI\n\napp = FastAPI()\n\n\n"
            "@app.post('/hook')\nasync def hook(target: str):\n    async with httpx.AsyncClient() as client:\n"
            "        await client.post(target, json={'done': True})\n    return {}\n",
            (
                "from urllib.parse import urlsplit\n\nimport httpx\n"
                "from fastapi import FastAPI, HTTPException\n\napp = FastAPI()\n\n"
                "\n@app.post('/hook')\nasync def hook(target: str):\n"
                "    async with httpx.AsyncClient() as client:\n"
                '        if urlsplit(target).hostname not in ("example.com",):\n'
                '            raise HTTPException(400, "unknown host")\n'
                "        await client.post(target, json={'done': True})\n    return {}\n"
            ),
        ),
        Example(
            "import requests\nfrom flask import Flask, request\n\napp = Flask(__name__)\n\n\n"
            "@app.route('/user')\ndef user():\n    name = request.args['name']\n"
            "    return requests.get('https://api.example.com/users/' + name, timeout=5).json()\n",
            (
                "from urllib.parse import quote\n\nimport requests\nfrom flask import Flask, request\n"
                "\napp = Flask(__name__)\n\n\n@app.route('/user')\ndef user():\n"
                "    name = request.args['name']\n"
                "    return requests.get('https://api.example.com/users/' + quote(name, safe=\"\"), timeout=5).json()\n"
            ),
        ),
        Example(
            "import socket\n\nfrom flask import Flask, request\n\napp = Flask(__name__)\n\n\n"
            "@app.route('/port')\ndef port():\n"
            "    connection = socket.create_connection((request.args['host'], 80), timeout=2)\n"
            "    connection.close()\n    return 'open'\n",
            (
                "import socket\n\nfrom flask import Flask, abort, request\n\napp = Flask(__name__)\n"
                "\n\n@app.route('/port')\ndef port():\n    host = request.args['host']\n"
                '    if host not in ("example.com",):\n        abort(400)\n'
                "    connection = socket.create_connection((host, 80), timeout=2)\n"
                "    connection.close()\n    return 'open'\n"
            ),
        ),
        Example(
            "import aiohttp\nfrom aiohttp import web\n\n\nasync def proxy(request: web.Request) -> web.Response:\n"
            "    async with aiohttp.ClientSession() as session:\n"
            "        async with session.get(request.query['url']) as answer:\n"
            "            return web.json_response({'status': answer.status})\n",
            (
                "from urllib.parse import urlsplit\n\nimport aiohttp\nfrom aiohttp import web\n"
                "\n\nasync def proxy(request: web.Request) -> web.Response:\n"
                "    async with aiohttp.ClientSession() as session:\n"
                "        url = request.query['url']\n"
                '        if urlsplit(url).hostname not in ("example.com",):\n'
                '            raise aiohttp.web.HTTPBadRequest(reason="unknown host")\n'
                "        async with session.get(url) as answer:\n"
                "            return web.json_response({'status': answer.status})\n"
            ),
        ),
        Example(
            "import requests\nfrom flask import request\n\n\ndef download(address):\n"
            "    return requests.get(address, timeout=5).content\n\n\n"
            "def avatar():\n    return len(download('http://' + request.form['server'] + '/avatar.png'))\n"
        ),
    ),
    good=(
        (
            "import requests\nfrom flask import Flask, request\n\napp = Flask(__name__)\n"
            "FEEDS = {'news': 'https://news.example.com/rss'}\n\n\n"
            "@app.route('/feed')\ndef feed():\n"
            "    return {'length': len(requests.get(FEEDS[request.args['feed']], timeout=5).content)}\n"
        ),
        (
            "from urllib.parse import urlparse\n\nimport requests\nfrom flask import Flask, abort, request\n\n"
            "app = Flask(__name__)\n"
            "ALLOWED = {'images.example.com'}\n\n\n"
            "@app.route('/preview')\ndef preview():\n    url = request.args['url']\n"
            "    if urlparse(url).hostname not in ALLOWED:\n        abort(400)\n"
            "    return {'length': len(requests.get(url, timeout=5).content)}\n"
        ),
        (
            "import requests\nfrom flask import Flask\n\napp = Flask(__name__)\n\n\n"
            "@app.route('/user/<int:number>')\ndef user(number: int):\n"
            "    return requests.get(f'https://api.example.com/users/{number}', timeout=5).json()\n"
        ),
        (
            "import httpx\nfrom fastapi import FastAPI\n\napp = FastAPI()\n\n\n"
            "@app.get('/search')\ndef search(term: str):\n"
            "    return httpx.get('https://api.example.com/search', params={'q': term}, timeout=5).json()\n"
        ),
        "import requests\n\n\ndef download(url):\n    return requests.get(url, timeout=5).content\n",
        ("import sys\nfrom urllib.request import urlopen\n\n\ndef main():\n    print(urlopen(sys.argv[1]).status)\n"),
    ),
    check=check,
    fix=fix,
)
