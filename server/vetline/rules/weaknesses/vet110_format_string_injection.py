"""A format string that input writes reads attributes of the objects it is given.

## Why it matters
`str.format` follows attributes and elements: `{user.__init__.__globals__[SECRET_KEY]}` prints a secret of the module that
the object's class comes from, and `{user.password_hash}` what the page was never to show.  `{0:>9999999999}` fills the
memory. Assistants let users write the texts of mails and notifications, and fill them in with `format`.

## How to fix it
Fill in with an engine that only knows values:

    string.Template(text).safe_substitute(name=user.name)

Or keep the format string constant, and let input be one of the values.

## When it is fine
When the format string is chosen from a set of your own, such as translations.

## References
- [Armin Ronacher: be careful with Python's new-style string format](https://lucumr.pocoo.org/2016/12/29/careful-with-str-format/)
- [Python: string.Template](https://docs.python.org/3/library/string.html#template-strings-strings)
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from vetline.core.cwe import Cwe
from vetline.core.severity import Confidence, Severity
from vetline.rules.base import CheckContext, Example, Match, Rule
from vetline.rules.flows import REMOTE, flows, of_labels

_LABELS = of_labels(Severity.MEDIUM, *REMOTE)
_MESSAGE = "{source} is the format string: its sender can read attributes of the values. Use `string.Template`."


def check(context: CheckContext) -> Iterator[Match]:
    for flow in flows(context, ("format",), _LABELS):
        call = flow.hit.node
        if flow.hit.inner is not None or (isinstance(call, ast.Call) and _holds_objects(call, context)):
            yield flow.match(_MESSAGE)


def _holds_objects(call: ast.Call, context: CheckContext) -> bool:
    """Tell whether anything is filled in that may have attributes worth reading: not just texts and numbers."""
    values = [context.value(argument) for argument in (*call.args, *(keyword.value for keyword in call.keywords))]
    return any(not value.is_constant and value.text is None and "builtins.int" not in value.types for value in values)


RULE = Rule(
    id="VET110",
    name="format-string-injection",
    cwe=Cwe(134),
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    message="Input is the format string: its sender can read attributes of the values.",
    bad=(
        Example(
            "from flask import request\nfrom flask_login import current_user\n\n\ndef greet():\n"
            '    return request.args.get("greeting", "Hello {user.name}").format(user=current_user)\n'
        ),
        Example(
            "from django.core.mail import send_mail\nfrom shop.models import Order\n\n\n"
            "def notify(request, number):\n    order = Order.objects.get(pk=number)\n"
            '    template = request.POST["template"]\n'
            '    send_mail("Your order", template.format(order=order), None, [order.email])\n'
        ),
        Example(
            "from fastapi import FastAPI\n\napp = FastAPI()\n\n\nclass Report:\n"
            "    def __init__(self, settings):\n        self.settings = settings\n\n"
            '    def line(self, layout):\n        return layout.format(report=self)\n\n\n@app.get("/line")\n'
            'def line(layout: str):\n    return Report({}).line("> " + layout)\n'
        ),
        Example(
            "from aiohttp import web\n\n\nasync def render(request):\n    form = await request.post()\n"
            '    values = {"request": request, "name": form["name"]}\n'
            '    return web.Response(text=form["text"].format_map(values))\n'
        ),
        Example(
            "import string\nimport tornado.web\n\n\nclass Preview(tornado.web.RequestHandler):\n"
            "    def post(self):\n"
            '        self.write(string.Formatter().format(self.get_argument("layout"), handler=self))\n'
        ),
    ),
    good=(
        (
            "import string\nfrom flask import request\nfrom flask_login import current_user\n\n\ndef greet():\n"
            '    return string.Template(request.args["greeting"]).safe_substitute(name=current_user.name)\n'
        ),
        (
            "from django.http import HttpResponse\n\n\ndef hello(request):\n"
            '    return HttpResponse("Hello {name}".format(name=request.GET["name"]), content_type="text/plain")\n'
        ),
        (
            "from fastapi import FastAPI\n\napp = FastAPI()\n"
            'GREETINGS = {"en": "Hello {user.name}", "de": "Hallo {user.name}"}\n\n\n@app.get("/greet")\n'
            "def greet(language: str, user=None):\n"
            '    return GREETINGS.get(language, GREETINGS["en"]).format(user=user)\n'
        ),
        'from flask import request\n\n\ndef price():\n    return request.args["layout"].format(12.5)\n',
        "def line(layout, record):\n    return layout.format(record=record)\n",
    ),
    check=check,
    why_no_fix="`string.Template` has another syntax, which those who write the texts have to learn.",
)
