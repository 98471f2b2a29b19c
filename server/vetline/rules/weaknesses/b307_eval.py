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

from vetline.core.cwe import Cwe
from vetline.core.severity import Confidence, Severity
from vetline.rules.base import Example, Rule

RULE = Rule(
    id="B307",
    name="eval",
    cwe=Cwe(78),
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    message="`eval` runs whatever code this text holds; parse it with `ast.literal_eval` or `json.loads`.",
    bad=(
        Example("point = eval(text)\n"),
        Example("def area(request):\n    return eval(request.args['width'] + '*' + request.args['height'])  # cm\n"),
    ),
    good=(
        "import ast\n\npoint = ast.literal_eval(text)\n",
        "def area(request):\n    return float(request.args['width']) * float(request.args['height'])\n",
        "model.eval()\n",
    ),
)
