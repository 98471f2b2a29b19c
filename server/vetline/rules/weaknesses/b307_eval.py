"""`eval` runs a text as Python code, with everything that your program may do.

## Why it matters
One expression is enough: `__import__("os").system("...")`.  If any part of the text comes from a request, a file or a
model, its author runs commands on your machine.  Emptying `__builtins__` doesn't prevent it.  Assistants write `eval`
to turn text into a number, a list or a formula's value.

## How to fix it
For literals (numbers, strings, lists, dicts):

    value = ast.literal_eval(text)

For data from elsewhere, `json.loads`; for a number, `float`; for formulas, a parser that knows only the operators that
you allow.  Limit the length of the text too: very deep nesting can crash `literal_eval`.

## When it is fine
Where the text is made only of your own constants, and in tools that run their own user's expressions, such as a
debugger.

## References
- [Python: ast.literal_eval](https://docs.python.org/3/library/ast.html#ast.literal_eval)
- [Bandit: B307](https://bandit.readthedocs.io/en/latest/blacklists/blacklist_calls.html#b307-eval)
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from vetline.core.cwe import Cwe
from vetline.core.edit import Applicability, Fix
from vetline.core.severity import Confidence, Severity
from vetline.rules.base import Example, FixSite, Rule
from vetline.rules.code import matters_as_code
from vetline.syntax.template_reader import read_template

_PARTS = re.compile(r"\b(?:True|False|None)\b|'[^']*'|\"[^\"]*\"")
_NO_LITERAL = re.compile(r"[^\W\d]|[*/%@&|^~=<>]|[\w.)\]\0]\s*[-+(.\[]|\*|[-+]\s*$")
"""Names, operators, calls and subscripts, which no literal has outside its strings."""


def fix(site: FixSite) -> Iterator[Fix]:
    yield from literal_instead(site.node, site)


def literal_instead(call: ast.AST, site: FixSite) -> Iterator[Fix]:
    """Propose to read the text that ``call`` evaluates as a literal, where that is all it can be meant to be."""
    match call:
        case ast.Call(args=[text], keywords=[]) if not isinstance(text, ast.Starred):
            if _may_be_literal(text, site) and not _is_used_as_object(call, site):
                yield Fix(
                    "Read the text with ast.literal_eval",
                    (site.call_instead(call.func, "ast", "literal_eval"),),
                    Applicability.REVIEW,
                    "It takes literals only (numbers, strings, lists, dicts): names, calls and formulas raise ValueError.",
                )


def _may_be_literal(text: ast.expr, site: FixSite) -> bool:
    """Tell whether what is known of ``text`` can be part of a literal; a formula or a call never is."""
    template = read_template(text, site)
    return template is None or not _NO_LITERAL.search(_PARTS.sub("", template.text))


def _is_used_as_object(call: ast.Call, site: FixSite) -> bool:
    """Tell whether the value is called or has attributes, and so can't be plain data."""
    match site.parent_of(call):
        case ast.Attribute():
            return True
        case ast.Call(func=callee):
            return callee is call
    return False


RULE = Rule(
    id="B307",
    name="eval",
    cwe=Cwe(78),
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    message="`eval` runs whatever code this text holds; parse it with `ast.literal_eval` or `json.loads`.",
    bad=(
        Example("point = eval(text)\n", "import ast\n\npoint = ast.literal_eval(text)\n"),
        Example(
            '"""Reads points."""\n\nimport os\n\n\ndef read(line):\n    return eval(line.strip())  # (x, y)\n',
            '"""Reads points."""\n\nimport ast\nimport os\n\n\n'
            "def read(line):\n    return ast.literal_eval(line.strip())  # (x, y)\n",
        ),
        # A formula: literal_eval would reject every one.
        Example("def area(request):\n    return eval(request.args['width'] + '*' + request.args['height'])  # cm\n"),
    ),
    good=(
        """\
class Shell:
    def evaluate(self, expression):
        return eval(expression, self.names)
""",
        (
            "class Job:\n    def __init__(self, names):\n        self.code = None\n        self.names = names\n\n"
            "    def call(self):\n        return eval(self.code, self.names)\n"
        ),
        "import ast\n\npoint = ast.literal_eval(text)\n",
        "def area(request):\n    return float(request.args['width']) * float(request.args['height'])\n",
        "model.eval()\n",
    ),
    fix=fix,
    matters=matters_as_code,
)
