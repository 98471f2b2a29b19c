"""Input that is logged as it comes in lets its sender write log entries of their own.

## Why it matters
A line break in a value begins a new line of the log.  With `x\\nINFO login of admin succeeded` an attacker covers up
what was done, blames somebody else, or breaks the program that reads the log.  That is a nuisance rather than a
break-in; it matters where logs are evidence, or where something acts on them.

## How to fix it
Log the value by its `repr`, which shows a line break as `\\n`:

    logger.info("login of %r", name)

A formatter that writes JSON, as structlog and python-json-logger have them, does the same for all entries.

## When it is fine
When the log is written as JSON, or the value can't hold a line break.

## References
- [OWASP: Log injection](https://owasp.org/www-community/attacks/Log_Injection)
- [Python: logging](https://docs.python.org/3/library/logging.html)
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import Final

from vetline.core.cwe import Cwe
from vetline.core.edit import Applicability, Fix
from vetline.core.severity import Confidence, Severity
from vetline.flow.frame import SinkHit
from vetline.rules.base import CheckContext, Example, FixSite, Match, Rule
from vetline.rules.flows import flow_into, of_labels
from vetline.rules.line_breaks import on_one_line

_LABELS: Final = of_labels(Severity.LOW, "remote", "upload")
_FIELD: Final = re.compile(r"%(?:\(\w+\))?[-#0 +]*(?:\d+|\*)?(?:\.\d+)?([a-zA-Z%])")
_ONE_LINE: Final = "radiouxXeEfFgGc"
"""Conversions that give no line break."""


def check(context: CheckContext) -> Iterator[Match]:
    reported: set[int] = set()
    for hit in context.sinks("log"):
        if id(hit.node) in reported or _is_formatted_as_one_line(hit, context):
            continue
        flow = flow_into(hit, _LABELS)
        if flow is None or "name service" in flow.worst.origin.what:  # names of hosts have no line breaks
            continue
        reported.add(id(hit.node))
        is_doubtful = "header" in flow.worst.origin.what  # a header of the request can't have a line break
        yield flow.match(
            "The log gets {source} as it comes in: with line breaks its sender writes entries of their own; log it with `%r`.",
            confidence=Confidence.LOW if is_doubtful else min(flow.confidence, Confidence.MEDIUM),
        )


def _is_formatted_as_one_line(hit: SinkHit, context: CheckContext) -> bool:
    """Tell whether an argument of the call goes into a place such as ``%r`` of its message."""
    match hit.node:
        case ast.Call(args=[*arguments]) if hit.argument in arguments:
            position = arguments.index(hit.argument)
            for index, message in enumerate(arguments[:position]):
                template = context.value(message).constant
                if isinstance(template, str) and "%" in template:
                    conversions = [kind for kind in _FIELD.findall(template) if kind != "%"]
                    place = position - index - 1
                    return place < len(conversions) and conversions[place] in _ONE_LINE
    return False


def fix(site: FixSite) -> Iterator[Fix]:
    yield from _as_repr(site)
    yield from on_one_line(site.node, "log", site)


def _as_repr(site: FixSite) -> Iterator[Fix]:
    """Write ``%r`` for ``%s``, or ``{x!r}`` for ``{x}``."""
    node = site.node
    call = site.parent_of(node)
    note = "Texts are logged with quotes around them."
    match node:
        case ast.JoinedStr(values=values):
            fields = [v for v in values if isinstance(v, ast.FormattedValue) and v.conversion == -1 and v.format_spec is None]
            edits = tuple(
                site.replace(field.value, f"{site.text_of(field.value)}!r") for field in fields if _is_plain(field.value)
            )
            if edits and len(edits) == len(fields):
                yield Fix("Log the values by their repr", edits, Applicability.REVIEW, note)
            return
    if isinstance(call, ast.Call) and node in call.args:
        position = call.args.index(node)
        for index, message in enumerate(call.args[:position]):
            if isinstance(message, ast.Constant) and isinstance(message.value, str):
                written = site.text_of(message)
                fields_ = [field for field in _FIELD.finditer(written) if field.group(1) != "%"]
                place = position - index - 1
                if place < len(fields_) and fields_[place].group(1) == "s":
                    at = fields_[place].start(1)
                    edit = site.replace(message, f"{written[:at]}r{written[at + 1 :]}")
                    yield Fix("Log the value by its repr", (edit,), Applicability.REVIEW, note)
                return


def _is_plain(node: ast.expr) -> bool:
    return isinstance(node, ast.Name | ast.Attribute | ast.Subscript | ast.Call)


RULE = Rule(
    id="VET123",
    name="log-injection",
    cwe=Cwe(117),
    severity=Severity.LOW,
    confidence=Confidence.MEDIUM,
    message="A log entry contains what the request says, as it comes in.",
    bad=(
        Example(
            "import logging\n\nfrom flask import Flask, request\n\napp = Flask(__name__)\n\n\n"
            "@app.post('/login')\ndef login():\n    name = request.form['name']\n    logging.info('login of %s', name)\n"
            "    return 'ok'\n",
            "import logging\n\nfrom flask import Flask, request\n\napp = Flask(__name__)\n\n\n"
            "@app.post('/login')\ndef login():\n    name = request.form['name']\n    logging.info('login of %r', name)\n"
            "    return 'ok'\n",
        ),
        Example(
            "import logging\n\nlogger = logging.getLogger(__name__)\n\n\ndef search(request):\n"
            "    term = request.GET.get('q')\n    logger.warning(f'nothing found for {term}')\n",
            "import logging\n\nlogger = logging.getLogger(__name__)\n\n\ndef search(request):\n"
            "    term = request.GET.get('q')\n    logger.warning(f'nothing found for {term!r}')\n",
        ),
        Example(
            "from flask import Flask, current_app, request\n\napp = Flask(__name__)\n\n\n"
            "@app.route('/log')\ndef log():\n    current_app.logger.error('bad input: ' + request.args['input'])\n"
            "    return 'logged'\n",
            (
                "from flask import Flask, current_app, request\n\napp = Flask(__name__)\n"
                "\n\n@app.route('/log')\ndef log():\n"
                '    current_app.logger.error(\'bad input: \' + request.args[\'input\'].replace("\\r", "").replace("\\n", "'
                '"))\n'
                "    return 'logged'\n"
            ),
        ),
        Example(
            "from fastapi import FastAPI\nfrom loguru import logger\n\napp = FastAPI()\n\n\n"
            "@app.get('/items')\ndef items(category: str):\n    logger.info('listing {}'.format(category))\n    return []\n",
            (
                "from fastapi import FastAPI\nfrom loguru import logger\n\napp = FastAPI()\n"
                "\n\n@app.get('/items')\ndef items(category: str):\n"
                '    logger.info(\'listing {}\'.format(category.replace("\\r", "").replace("\\n", "")))\n'
                "    return []\n"
            ),
        ),
        Example(
            "import logging\n\nfrom aiohttp import web\n\nlog = logging.getLogger('shop')\n\n\n"
            "async def order(request: web.Request) -> web.Response:\n    data = await request.json()\n"
            "    log.log(logging.INFO, 'order of %s', data['customer'])\n    return web.json_response({})\n",
            "import logging\n\nfrom aiohttp import web\n\nlog = logging.getLogger('shop')\n\n\n"
            "async def order(request: web.Request) -> web.Response:\n    data = await request.json()\n"
            "    log.log(logging.INFO, 'order of %r', data['customer'])\n    return web.json_response({})\n",
        ),
    ),
    good=(
        # A client of a service, which logs where it sends its requests.
        (
            "import logging\n\nimport urllib3\n\nlogger = logging.getLogger(__name__)\n\n\nclass Signer:\n"
            "    def sign(self, request):\n        logger.debug('Signing for %s', request.url)\n"
            "        request.headers['Signature'] = self.signature(request.url)\n"
        ),
        (
            "import logging\n\nfrom flask import Flask, request\n\napp = Flask(__name__)\n\n\n"
            "@app.post('/login')\ndef login():\n    logging.info('login of %r', request.form['name'])\n    return 'ok'\n"
        ),
        (
            "import logging\n\n\ndef search(request):\n"
            "    logging.info(f\"page {int(request.GET['page'])} of {request.GET['q']!r}\")\n"
        ),
        (
            "import logging\n\nfrom flask import request\n\n\ndef search():\n"
            "    term = request.args['q'].replace('\\r', ' ').replace('\\n', ' ')\n    logging.info('search for %s', term)\n"
        ),
        (
            "import json\nimport logging\n\nfrom flask import request\n\n\ndef audit():\n"
            "    logging.info(json.dumps({'path': request.path}))\n"
        ),
        (
            "import logging\n\nfrom fastapi import FastAPI\n\napp = FastAPI()\n\n\n"
            "@app.get('/items/{number}')\ndef item(number: int):\n    logging.info('item %s', number)\n    return {}\n"
        ),
    ),
    check=check,
    fix=fix,
)
