"""Input decides where Python looks for modules.

## Why it matters
Whoever can name the folder, or write into it, has their `json.py` imported in place of the real one by the next `import`
anywhere in the program.  An environment variable of the user's, an argument and above all a request's parameter are such
input.  Assistants write `sys.path.insert(0, …)` to make an import work.

## How to fix it
Install the package, or add a folder that your own code names, relative to itself:

    sys.path.append(str(Path(__file__).resolve().parent / "vendor"))

For plug-ins use entry points, which only an installed package can declare.

## When it is fine
In tools that run a project of their user's, on the user's own machine.

## References
- [CWE-427: Uncontrolled Search Path Element](https://cwe.mitre.org/data/definitions/427.html)
- [Python: entry points](https://packaging.python.org/en/latest/specifications/entry-points/)
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Final

from vetline.core.cwe import Cwe
from vetline.core.severity import Confidence, Severity
from vetline.rules.base import CheckContext, Example, Match, Rule
from vetline.rules.building import written
from vetline.rules.flows import evidence_of, of_labels

_LABELS: Final = of_labels(
    Severity.HIGH, "remote", "upload", "model", local=Severity.LOW, file=Severity.LOW, response=Severity.MEDIUM
)
_ARGUMENTS: Final = "the command line"
"""Who starts the program says which script it runs, and Python itself looks for modules beside that."""
_PLACES: Final = frozenset({"path", "addsitedir"})
_SHARED: Final = ("/tmp", "/var/tmp", "/dev/shm", ".", "")


def check(context: CheckContext) -> Iterator[Match]:
    for place in _additions(context):
        value = context.value(place)
        is_of_script = "os.path.dirname" in context.callees(written(place, context))
        taints = sorted(
            (t for t in value.all_taints() if t.origin.label in _LABELS and not (is_of_script and t.origin.what == _ARGUMENTS)),
            key=lambda t: -_LABELS[t.origin.label].value,
        )
        if taints:
            what = taints[0].origin.what or "input"
            message = (
                f"{what[:1].upper() + what[1:]} decides where modules are looked for: whoever writes there has code imported."
            )
            confidence = Confidence.HIGH if taints[0].is_certain else Confidence.MEDIUM
            yield Match(place, message, _LABELS[taints[0].origin.label], confidence, evidence_of(taints[0]))
        elif any(isinstance(one, str) and (one in _SHARED[:3] or one.startswith("/tmp/")) for one in value.constants or ()):
            message = "Every user of this machine can put a module here that the next import takes: use a folder of your own."
            yield Match(place, message, Severity.MEDIUM, Confidence.HIGH)


def _additions(context: CheckContext) -> Iterator[ast.expr]:
    """Yield what is added to the places that modules are looked for in."""
    if not context.mentions(_PLACES):
        return
    for call in context.calls():
        match call:
            case ast.Call(func=ast.Attribute(value=owner, attr="append"), args=[folder]) if _is_path(owner, context):
                yield folder
            case ast.Call(func=ast.Attribute(value=owner, attr="insert"), args=[_, folder]) if _is_path(owner, context):
                yield folder
            case ast.Call(func=ast.Attribute(value=owner, attr="extend"), args=[folder]) if _is_path(owner, context):
                yield folder
    for call in context.calls("site.addsitedir"):
        if (added := context.argument(call, 0)) is not None:
            yield added
    for node in context.walk(ast.Assign, ast.AugAssign):
        match node:
            case ast.Assign(targets=[ast.Attribute(attr="path") as target], value=value) if _is_path(target, context):
                yield value
            case ast.AugAssign(target=ast.Attribute(attr="path") as target, value=value) if _is_path(target, context):
                yield value
            case ast.Assign(targets=[ast.Subscript(value=target)], value=value):
                if _is_path(target, context):
                    yield value


def _is_path(node: ast.expr, context: CheckContext) -> bool:
    if isinstance(node, ast.Attribute) and node.attr == "path" and isinstance(node.value, ast.Name):
        return "sys" in (node.value.id, *context.names_of(node.value))
    return "sys.path" in context.names_of(node)


RULE = Rule(
    id="VET923",
    name="import-path-from-input",
    cwe=Cwe(427),
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    message="Input decides where modules are looked for: whoever writes there has code imported.",
    bad=(
        Example("""\
import sys

from flask import request


def load():
    sys.path.insert(0, request.args['dir'])
    import plugin
"""),
        Example("""\
import os
import sys

sys.path.append(os.environ['PLUGIN_DIR'])
"""),
        Example("""\
import sys

folder = sys.argv[1]
sys.path[:0] = [folder]
"""),
        Example("""\
from sys import path

path.append('/tmp/modules')
"""),
        Example(
            """\
import sys

from django.http import HttpResponse


class Plugins:
    def add(self, request):
        name = request.POST['name']
        sys.path += ['/srv/plugins/' + name]
        return HttpResponse()
"""
        ),
        Example("""\
import site

site.addsitedir(input('Folder: '))
"""),
    ),
    good=(
        # It runs the script that it is told to run, and looks beside it as Python does.
        """\
import os
import sys


def main():
    script = sys.argv[1]
    sys.path.insert(0, os.path.dirname(script))
    with open(script) as file:
        run(compile(file.read(), script, "exec"))
""",
        """\
import sys
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parent / 'vendor'))
""",
        """\
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
""",
        """\
import sys

from flask import abort, request


def load():
    name = request.args['name']
    if name not in {'a', 'b'}:
        abort(404)
    sys.path.append('/srv/plugins/' + name)
""",
        """\
def add(tree, folder):
    tree.path.append(folder)
""",
        """\
import sys

print(sys.path)
""",
    ),
    check=check,
    why_no_fix="Where the modules are to come from, only its author knows.",
)
