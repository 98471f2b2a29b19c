"""Input that is evaluated as code runs with all rights of the program.

## Why it matters
`eval`, `exec`, `timeit`, `pandas.DataFrame.query`, `sympy.sympify` and the like take a program for an argument.  Whoever
can put a piece of it together reads the environment, starts processes and opens connections: `__import__("os").system("…")`
is an expression, too.  Emptying `__builtins__` doesn't stop that.  Assistants reach for `eval` to read a number, a list or
a formula from a form.

## How to fix it
Read data as data:

    point = ast.literal_eval(text)      # literals only
    settings = json.loads(text)

Choose functions by name from a table of your own, and pass values beside the expression, not in it:

    frame.query("name == @name")
    operation = {"add": operator.add, "sub": operator.sub}[name]

For formulas use a parser that knows nothing but arithmetic.

## When it is fine
In a tool whose very purpose is to run its own user's code, such as a notebook, on that user's machine.

## References
- [Ned Batchelder: Eval really is dangerous](https://nedbatchelder.com/blog/201206/eval_really_is_dangerous.html)
- [Python: ast.literal_eval](https://docs.python.org/3/library/ast.html#ast.literal_eval)
- [pandas: query](https://pandas.pydata.org/docs/reference/api/pandas.DataFrame.query.html)
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from vetline.core.cwe import Cwe
from vetline.core.edit import Fix
from vetline.core.severity import Confidence, Severity
from vetline.rules.base import CheckContext, Example, FixSite, Match, Rule
from vetline.rules.code import is_generated
from vetline.rules.insertion import Language
from vetline.rules.weaknesses.b307_eval import literal_instead

_CODE = Language(
    frozenset({"code"}),
    input="{source} is evaluated as code: its sender can run anything. Parse it as data, or choose from a table of functions.",
    value="A value is put into this code as text, and can be code itself: pass it as a variable, or parse it as data.",
    shape=re.compile(r"\S[^\0]*\0|\0[^\0]*\S"),
    callees=re.compile(r"^builtins\.(?:eval|exec)$|^pandas\.|^numexpr\.|^timeit\.|runctx$"),
)
_MODELS = re.compile(r"^(?:transformers|torch|datasets|huggingface_hub|sentence_transformers)\.")
"""What is loaded there is code of somebody's, found by a name: another weakness."""


def check(context: CheckContext) -> Iterator[Match]:
    for hit in context.sinks("code"):
        if _MODELS.match(hit.callee):
            continue
        found = _CODE.judge(hit, context)
        if found is not None and (found.severity is Severity.HIGH or not is_generated(hit.argument, context)):
            yield found


def fix(site: FixSite) -> Iterator[Fix]:
    parent = site.parent_of(site.node)
    if isinstance(parent, ast.Call) and site.qualified_name(parent.func) == "eval":
        yield from literal_instead(parent, site)


RULE = Rule(
    id="VET104",
    name="code-injection",
    cwe=Cwe(94),
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    message="Input is evaluated as code: its sender can run anything.",
    bad=(
        Example(
            "from flask import Flask, request\n\napp = Flask(__name__)\n\n\n"
            '@app.route("/points", methods=["POST"])\ndef points():\n'
            '    return {"sum": sum(eval(request.form["points"]))}\n',
            "import ast\n\nfrom flask import Flask, request\n\napp = Flask(__name__)\n\n\n"
            '@app.route("/points", methods=["POST"])\ndef points():\n'
            '    return {"sum": sum(ast.literal_eval(request.form["points"]))}\n',
        ),
        Example(
            'from flask import request\n\n\ndef load():\n    module = request.args.get("module")\n'
            '    exec("import urllib%s as urllib" % module)\n    return "Module imported"\n'
        ),
        Example(
            "import pandas as pd\nfrom fastapi import FastAPI\n\napp = FastAPI()\n"
            'sales = pd.read_csv("sales.csv")\n\n\n@app.get("/sales")\ndef by_region(region: str):\n'
            '    return sales.query(f"region == \'{region}\'").to_dict("records")\n'
        ),
        # From whoever calls this; in a formula, so that it can't be a literal.
        Example('def evaluate(formula, value):\n    expression = "lambda x: " + formula\n    return eval(expression)(value)\n'),
        Example(
            "from django.http import JsonResponse\nfrom sympy import sympify\n\n\ndef differentiate(request):\n"
            '    expression = sympify(request.GET["f"])\n'
            '    return JsonResponse({"result": str(expression.diff())})\n'
        ),
        Example(
            "import tornado.web\n\n\nclass Calculator(tornado.web.RequestHandler):\n    def get(self):\n"
            '        left, right = self.get_argument("left"), self.get_argument("right")\n'
            '        program = compile(f"{left} + {right}", "<formula>", "eval")\n'
            "        self.write(str(eval(program)))\n"
        ),
    ),
    good=(
        (
            "import ast\nfrom flask import request\n\n\ndef points():\n"
            '    return {"sum": sum(ast.literal_eval(request.form["points"]))}\n'
        ),
        (
            "import pandas as pd\nfrom fastapi import FastAPI\n\napp = FastAPI()\n"
            'sales = pd.read_csv("sales.csv")\n\n\n@app.get("/sales")\ndef by_region(region: str):\n'
            '    return sales.query("region == @region").to_dict("records")\n'
        ),
        (
            "import operator\nfrom flask import request\n\n"
            'OPERATIONS = {"add": operator.add, "sub": operator.sub}\n\n\ndef calculate():\n'
            '    return str(OPERATIONS[request.args["operation"]](int(request.args["left"]), int(reques'
            't.args["right"])))\n'
        ),
        (
            "from django.http import JsonResponse\n\n\ndef area(request):\n"
            '    width, height = float(request.GET["width"]), float(request.GET["height"])\n'
            '    return JsonResponse({"area": eval(f"{width} * {height}")})\n'
        ),
        # Code that makes code, of names that are in the program.
        (
            'def make_init(names):\n    lines = ["def __init__(self, " + ", ".join(names) + "):"]\n'
            '    for name in names:\n        lines.append(f"    self.{name} = {name}")\n    namespace = {}\n'
            '    exec(compile("\\n".join(lines), "<init>", "exec"), namespace)\n'
            '    return namespace["__init__"]\n'
        ),
        (
            "import torch\n\n\ndef predict(model, batch):\n    model.eval()\n    with torch.no_grad():\n"
            "        return model(batch)\n"
        ),
    ),
    check=check,
    fix=fix,
    supersedes=frozenset({"B102", "B307"}),
)
