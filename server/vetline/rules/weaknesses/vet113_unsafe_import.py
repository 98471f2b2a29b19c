"""Input that names what is imported, or which function is called, reaches code that was never meant to be.

## Why it matters
`importlib.import_module(name)` runs a module's code, whichever it is, and `getattr(module, name)(…)` calls any function in
it: `os` has `system`, and what a module has imported is in its `globals()`, too.  Assistants dispatch on a name from a
request this way, because it saves a table.

## How to fix it
Write the table:

    HANDLERS = {"csv": export_csv, "json": export_json}
    handler = HANDLERS[name]      # KeyError for anything else

For plug-ins, compare the name with the entry points that are installed (`importlib.metadata.entry_points`).

## When it is fine
When the name has been compared with a fixed set before, or begins with a prefix that only handlers have (`handle_…`).

## References
- [CWE-470: unsafe reflection](https://cwe.mitre.org/data/definitions/470.html)
- [Python: entry points](https://docs.python.org/3/library/importlib.metadata.html#entry-points)
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from vetline.core.cwe import Cwe
from vetline.core.severity import Confidence, Severity
from vetline.flow.frame import SinkHit
from vetline.rules.base import CheckContext, Example, Match, Rule
from vetline.rules.building import written
from vetline.rules.flows import REMOTE, flow_into, flows, of_labels

_LABELS = of_labels(Severity.HIGH, *REMOTE)
_IMPORTED = "{source} says which module is imported, and so run: choose it from a table of your own."
_CALLED = "{source} says which function is called: choose it from a table of your own."
_MODULE = re.compile(r"[a-z_][\w.]*")
_NAMESPACES = frozenset({"builtins.globals", "builtins.locals"})
_NAMED = frozenset({"globals", "locals", "modules", "__builtins__"})


def check(context: CheckContext) -> Iterator[Match]:
    for flow in flows(context, ("import",), _LABELS):
        yield flow.match(_IMPORTED)
    for call in context.calls("builtins.getattr"):
        if len(call.args) >= 2 and _has_functions(call, context):
            yield from _named(call, call.args[1], context)
    if not context.mentions(_NAMED):
        return
    for node in context.walk(ast.Subscript):
        assert isinstance(node, ast.Subscript)
        if _is_namespace(node.value, context):
            yield from _named(node, node.slice, context)
    for call in context.calls():
        match call:
            case ast.Call(func=ast.Attribute(value=owner, attr="get"), args=[name, *_]) if _is_namespace(owner, context):
                yield from _named(call, name, context)


def _named(node: ast.AST, name: ast.expr, context: CheckContext) -> Iterator[Match]:
    """Yield a match if the name of what is looked up comes from strangers, and it isn't known how it begins."""
    value = context.value(name)
    if value.text is not None and all(isinstance(text[0], str) and len(text[0]) > 1 for text in value.text):
        return
    hit = SinkHit(node, name, "import", value, "", "")
    if (flow := flow_into(hit, _LABELS)) is not None:
        yield flow.match(_CALLED)


def _has_functions(call: ast.Call, context: CheckContext) -> bool:
    """Tell whether ``getattr`` looks into a module, or gives what is called right away."""
    owner = context.value(call.args[0])
    is_module = bool(owner.names) and not owner.types and all(_MODULE.fullmatch(name) for name in owner.names)
    is_module = is_module and not any(name.startswith("builtins.") for name in owner.names)
    if is_module or "builtins.module" in owner.types:
        return True
    parent = context.parent_of(call)
    return isinstance(parent, ast.Call) and parent.func is call


def _is_namespace(node: ast.expr, context: CheckContext) -> bool:
    node = written(node, context)
    if isinstance(node, ast.Call):
        return bool(_NAMESPACES.intersection(context.callees(node)))
    return "sys.modules" in context.names_of(node) or (isinstance(node, ast.Name) and node.id == "__builtins__")


RULE = Rule(
    id="VET113",
    name="unsafe-import",
    cwe=Cwe(470),
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    message="Input says which module is imported, or which function is called: choose it from a table of your own.",
    bad=(
        Example(
            "import importlib\nfrom flask import request\n\n\ndef export():\n"
            "    exporter = importlib.import_module(f\"{request.args['format']}.exporter\")\n"
            "    return exporter.run()\n"
        ),
        Example(
            'import operator\nfrom fastapi import FastAPI\n\napp = FastAPI()\n\n\n@app.get("/calculate")\n'
            "def calculate(name: str, left: int, right: int):\n    function = getattr(operator, name)\n"
            "    return function(left, right)\n"
        ),
        Example(
            "from django.http import JsonResponse\n\n\ndef dispatch(request):\n"
            '    handler = globals()[request.POST["action"]]\n'
            '    return JsonResponse({"result": handler(request)})\n'
        ),
        Example(
            "from aiohttp import web\n\n\nclass Service:\n    def call(self, method, *arguments):\n"
            "        return getattr(self, method)(*arguments)\n\n\nasync def rpc(request):\n"
            '    body = await request.json()\n    method = body["method"]\n'
            '    return web.json_response(getattr(Service(), method)(*body["params"]))\n'
        ),
        Example(
            'import tornado.web\n\n\ndef load(name):\n    module, _, attribute = name.rpartition(".")\n'
            "    return getattr(__import__(module), attribute)\n\n\nclass Plugin(tornado.web.RequestHandler):\n"
            '    def get(self):\n        self.write(str(load(self.get_argument("plugin"))))\n'
        ),
    ),
    good=(
        (
            'import importlib\nfrom flask import abort, request\n\nFORMATS = ("csv", "json")\n\n\n'
            'def export():\n    if request.args["format"] not in FORMATS:\n        abort(404)\n'
            "    return importlib.import_module(f\"exporters.{request.args['format']}\").run()\n"
        ),
        (
            "import operator\nfrom fastapi import FastAPI\n\napp = FastAPI()\n"
            'OPERATIONS = {"add": operator.add, "sub": operator.sub}\n\n\n@app.get("/calculate")\n'
            "def calculate(name: str, left: int, right: int):\n    return OPERATIONS[name](left, right)\n"
        ),
        (
            "from django.http import JsonResponse\n\n\nclass View:\n    def dispatch(self, request):\n"
            '        handler = getattr(self, "handle_" + request.POST["action"], self.refuse)\n'
            '        return JsonResponse({"result": handler(request)})\n'
        ),
        ('import importlib\n\n\ndef load_settings(name="settings"):\n    return importlib.import_module(name)\n'),
        (
            'from aiohttp import web\n\n\nasync def column(request):\n    rows = request.app["rows"]\n'
            '    return web.json_response([getattr(row, request.query["column"], None) for row in rows])\n'
        ),
    ),
    check=check,
    why_no_fix="Which names are meant to be allowed, only the author knows.",
)
