"""A text is escaped or checked first, and normalised afterwards.

## Why it matters
Unicode has many characters that normalisation turns into others: a full-width less-than sign (U+FF1C) becomes `<`, a
full-width full stop (U+FF0E) a dot, and so on.  What was escaped or checked before holds dangerous characters again
afterwards, and nobody looks any more.

## How to fix it
Normalise first, then check or escape what came out:

    text = unicodedata.normalize("NFKC", text)
    text = escape(text)

## When it is fine
With `NFC` and `NFD`, which leave such characters as they are.

## References
- [CWE-180: Incorrect behavior order: validate before canonicalize](https://cwe.mitre.org/data/definitions/180.html)
- [Unicode: normalization forms](https://unicode.org/reports/tr15/)
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Final

from vetline.core.cwe import Cwe
from vetline.core.edit import Applicability, Fix
from vetline.core.severity import Confidence, Severity
from vetline.flow.values import Value
from vetline.rules.base import CheckContext, Example, FixSite, Match, Rule
from vetline.rules.locals import origin_of
from vetline.rules.surroundings import function_around

_DANGEROUS: Final = ("NFKC", "NFKD")
_ESCAPES: Final = frozenset(
    "html.escape cgi.escape markupsafe.escape markupsafe.Markup.escape django.utils.html.escape xml.sax.saxutils.escape"
    " bleach.clean nh3.clean werkzeug.utils.secure_filename flask.escape shlex.quote".split()
)


def check(context: CheckContext) -> Iterator[Match]:
    for call in context.calls("unicodedata.normalize"):
        form = context.value(call.args[0]).constants if call.args else None
        if form is not None and not any(one in _DANGEROUS for one in form):
            continue
        if len(call.args) > 1 and _was_escaped(call.args[1], context.value(call.args[1]), context):
            yield Match(call)


def _was_escaped(node: ast.expr, value: Value, context: CheckContext) -> bool:
    """Tell whether ``node`` holds what an escaping function gave, by what is cleared of it or by where it comes from."""
    if any("html" in taint.cleared for taint in value.all_taints()):
        return True
    match node:
        case ast.Call():
            if not _ESCAPES.isdisjoint(context.callees(node)):
                return True
            return any(_was_escaped(inner, context.value(inner), context) for inner in node.args[:1])
        case ast.Name(id=name) if (function := function_around(node, context)) is not None:
            last: ast.expr | None = None
            for statement in ast.walk(function):
                match statement:
                    case ast.Assign(targets=[ast.Name(id=target)], value=assigned) if target == name:
                        if context.range_of(statement).start < context.range_of(node).start and not _holds(assigned, node):
                            last = assigned
            return last is not None and isinstance(last, ast.Call) and not _ESCAPES.isdisjoint(context.callees(last))
    return False


def _holds(outer: ast.AST, inner: ast.AST) -> bool:
    return any(node is inner for node in ast.walk(outer))


def fix(site: FixSite) -> Iterator[Fix]:
    call = site.node
    if not isinstance(call, ast.Call) or len(call.args) != 2:
        return
    form, given = (site.text_of(argument) for argument in call.args)
    escaped = origin_of(call.args[1], site)
    if not isinstance(escaped, ast.Call) or len(escaped.args) != 1:
        return
    normalised = f"{site.text_of(call.func)}({form}, {site.text_of(escaped.args[0])})"
    edits = [site.replace(escaped.args[0], normalised), site.replace(call, given)]
    if escaped is call.args[1]:
        edits = [site.replace(call, f"{site.text_of(escaped.func)}({normalised})")]
    yield Fix("Normalise first", tuple(edits), Applicability.SAFE)


RULE = Rule(
    id="VET714",
    name="checked-before-normalised",
    cwe=Cwe(180),
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    message="Normalising makes `<` of other characters again, after the text was escaped; normalise first, escape afterwards.",
    bad=(
        Example(
            "import html\nimport unicodedata\n\n\ndef show(name):\n    safe = html.escape(name)\n"
            "    return unicodedata.normalize('NFKC', safe)\n",
            (
                "import html\nimport unicodedata\n\n\ndef show(name):\n"
                "    safe = html.escape(unicodedata.normalize('NFKC', name))\n    return safe\n"
            ),
        ),
        Example(
            "import unicodedata\n\nfrom flask import Flask, request\nfrom markupsafe import escape\n\n"
            "app = Flask(__name__)\n\n\n"
            "@app.route('/')\ndef index():\n    name = escape(request.args['name'])\n"
            "    return '<p>' + unicodedata.normalize('NFKD', name) + '</p>'\n",
            (
                "import unicodedata\n\nfrom flask import Flask, request\nfrom markupsafe import escape\n\n"
                "app = Flask(__name__)\n\n\n@app.route('/')\ndef index():\n"
                "    name = escape(unicodedata.normalize('NFKD', request.args['name']))\n"
                "    return '<p>' + name + '</p>'\n"
            ),
        ),
        Example(
            "import unicodedata\n\nimport bleach\n\n\ndef clean(text):\n"
            "    return unicodedata.normalize('NFKC', bleach.clean(text))\n",
            (
                "import unicodedata\n\nimport bleach\n\n\ndef clean(text):\n"
                "    return bleach.clean(unicodedata.normalize('NFKC', text))\n"
            ),
        ),
        Example(
            "import unicodedata\n\nfrom werkzeug.utils import secure_filename\n\n\n"
            "def store_name(upload):\n    name = secure_filename(upload.filename)\n"
            "    return unicodedata.normalize('NFKC', name)\n",
            (
                "import unicodedata\n\nfrom werkzeug.utils import secure_filename\n\n\n"
                "def store_name(upload):\n"
                "    name = secure_filename(unicodedata.normalize('NFKC', upload.filename))\n    return name\n"
            ),
        ),
        Example(
            "import unicodedata\nfrom django.utils.html import escape\n\nFORM = 'NFKC'\n\n\n"
            "def show(request):\n    text = escape(request.GET['q'])\n    return unicodedata.normalize(FORM, text)\n",
            (
                "import unicodedata\nfrom django.utils.html import escape\n\nFORM = 'NFKC'\n\n\n"
                "def show(request):\n    text = escape(unicodedata.normalize(FORM, request.GET['q']))\n"
                "    return text\n"
            ),
        ),
    ),
    good=(
        (
            "import html\nimport unicodedata\n\n\ndef show(name):\n    name = unicodedata.normalize('NFKC', name)\n"
            "    return html.escape(name)\n"
        ),
        "import html\nimport unicodedata\n\n\ndef show(name):\n    return unicodedata.normalize('NFC', html.escape(name))\n",
        "import unicodedata\n\n\ndef fold(text):\n    return unicodedata.normalize('NFKD', text).casefold()\n",
        (
            "import unicodedata\n\nfrom flask import Flask, request\nfrom markupsafe import escape\n\n"
            "app = Flask(__name__)\n\n\n"
            "@app.route('/')\ndef index():\n"
            "    return '<p>' + escape(unicodedata.normalize('NFKC', request.args['name'])) + '</p>'\n"
        ),
        "import unicodedata\n\n\ndef names(rows):\n    return [unicodedata.normalize('NFKC', row.strip()) for row in rows]\n",
    ),
    check=check,
    fix=fix,
)
