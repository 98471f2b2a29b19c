"""A regular expression that can match one text in very many ways may take for ever on a text that doesn't match.

## Why it matters
Python's `re` tries one way after the other, and gives up only when it has tried all.  Where a repetition is repeated, as in
`(\\w+\\s?)*$`, each further character doubles their number: thirty letters and an exclamation mark keep a processor busy
for minutes, and no other thread of the program runs meanwhile.  Where two repetitions meet that take the same characters,
the time grows with the square of the length, or worse.  Assistants build patterns by putting `+` and `*` around what
already has one.

## How to fix it
Let there be one way to match.  Make each repetition begin with a character that nothing before it takes:

    re.fullmatch(r"\\w+(?:\\s\\w+)*", text)      # instead of (\\w+\\s?)*

Since Python 3.11 a possessive quantifier gives nothing back: `(?:\\w+\\s?)*+`.  Or limit the length of the text before it
is matched, or use an engine whose running time is bounded (`google-re2`).

## When it is fine
When the text is your own, or so short that it doesn't matter.

## References
- [OWASP: regular expression denial of service](https://owasp.org/www-community/attacks/Regular_expression_Denial_of_Service_-_ReDoS)
- [Weber and Seidl: On the degree of ambiguity of finite automata](https://doi.org/10.1016/0304-3975(91)90381-B)
- [Python: possessive quantifiers](https://docs.python.org/3/library/re.html#regular-expression-syntax)
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import Final

from vetline.core.cwe import Cwe
from vetline.core.severity import Confidence, Severity
from vetline.flow.conditions import FLAGS, PATTERN
from vetline.flow.taints import Taint
from vetline.flow.values import UNKNOWN, Value
from vetline.rules.access import words
from vetline.rules.base import CheckContext, Example, Match, Rule
from vetline.rules.flows import REMOTE, evidence_of
from vetline.rules.regex.ambiguity import Growth, slowness_of
from vetline.rules.surroundings import function_around

_SUBJECTS: Final = {
    "match": 1, "search": 1, "fullmatch": 1, "split": 1, "findall": 1, "finditer": 1, "sub": 2, "subn": 2,
}  # fmt: skip
"""At which position functions of ``re`` take the text; methods of patterns take it one before."""
_FUNCTIONS: Final = {f"re.{name}": position for name, position in _SUBJECTS.items()}
_METHODS: Final = {f"re.Pattern.{name}": position - 1 for name, position in _SUBJECTS.items()}
_VALIDATORS: Final = frozenset(
    {
        "django.core.validators.RegexValidator",
        "wtforms.validators.Regexp",
        "wtforms.validators.regexp",
        "marshmallow.validate.Regexp",
        "django.urls.re_path",
    }
)
"""What matches a pattern with texts that a framework takes from requests."""
_VALIDATING: Final = frozenset(
    "allowed check clean correct filter is ok parse safe sanitize valid validate validator verify".split()
)
"""Words in the names of functions that look at what others have written."""
_EXPONENTIAL: Final = (
    "This pattern takes twice as long for each {pump} more in a text that doesn't match: let there be one way to match."
)
_POLYNOMIAL: Final = (
    "The time that this pattern takes grows with the square of the number of {pump} in a text that doesn't match."
)


def check(context: CheckContext) -> Iterator[Match]:
    for call in context.calls(*_FUNCTIONS, *_METHODS):
        yield from _applied(call, context)
    for call in context.calls(*_VALIDATORS):
        argument = context.argument(call, 0, "regex")
        if argument is not None:
            yield from _judged(argument, context.value(argument), UNKNOWN, (), True, False)


def _applied(call: ast.Call, context: CheckContext) -> Iterator[Match]:
    """Yield a match if a call applies a slow pattern to a text that isn't the program's own."""
    names = context.callees(call)
    name = next(name for name in names if name in _FUNCTIONS or name in _METHODS)
    is_whole = name.endswith(".fullmatch")
    if name in _FUNCTIONS:
        subject = context.argument(call, _FUNCTIONS[name], "string")
        argument = context.argument(call, 0, "pattern")
        pattern = UNKNOWN if argument is None else context.value(argument)
        given = (
            context.argument(call, _FUNCTIONS[name] + 1, "flags") if name in ("re.match", "re.search", "re.fullmatch") else None
        )
        flags = UNKNOWN if given is None else context.value(given)
        if "re.Pattern" in pattern.types:
            pattern, flags = pattern.element(PATTERN), pattern.element(FLAGS)
        place: ast.AST = argument or call
    else:
        if not isinstance(call.func, ast.Attribute):  # the method was given a name of its own
            return
        owner = context.value(call.func.value)
        subject = context.argument(call, _METHODS[name], "string")
        pattern, flags, place = owner.element(PATTERN), owner.element(FLAGS), call
    if subject is None or not pattern.is_constant or _is_short(subject):
        return
    text = context.value(subject)
    if text.is_constant or any(kind in ("builtins.int", "builtins.bool") for kind in text.types):
        return
    taints = tuple(taint for taint in text.all_taints() if taint.harms("regex"))
    is_remote = any(taint.origin.label in REMOTE for taint in taints)
    is_worth_it = is_remote or (_is_parameter(subject, context) and _validates(call, context))
    yield from _judged(place, pattern, flags, taints, is_remote, is_whole, is_worth_it=is_worth_it)


def _judged(
    place: ast.AST,
    pattern: Value,
    flags: Value,
    taints: tuple[Taint, ...],
    is_remote: bool,
    is_whole: bool,
    *,
    is_worth_it: bool = True,
) -> Iterator[Match]:
    """Yield a match if the pattern is slow.  ``is_worth_it`` says whether one that is slow for long texts only is, too."""
    for one in pattern.constants or ():
        slowness = slowness_of(one, _bits(flags), is_whole=is_whole) if isinstance(one, str) else None
        if slowness is None:
            continue
        is_exponential = slowness.growth is Growth.EXPONENTIAL
        if not is_exponential and not is_worth_it:
            return
        severity = {2: Severity.HIGH, 1: Severity.MEDIUM, 0: Severity.LOW}[is_exponential + is_remote]
        confidence = {2: Confidence.HIGH, 1: Confidence.MEDIUM, 0: Confidence.LOW}[is_exponential + is_remote]
        message = (_EXPONENTIAL if is_exponential else _POLYNOMIAL).format(pump=repr(slowness.pump))
        worst = min(taints, key=lambda taint: (taint.origin.label not in REMOTE, not taint.is_certain), default=None)
        yield Match(place, message, severity, confidence, () if worst is None else evidence_of(worst))
        return


def _is_parameter(node: ast.expr, context: CheckContext) -> bool:
    function = function_around(node, context)
    return isinstance(node, ast.Name) and function is not None and node.id in {one.arg for one in function.args.args}


def _validates(call: ast.Call, context: CheckContext) -> bool:
    """Tell whether it is only asked whether the text matches, as one does with texts that others have written.

    Whoever searches in a text, and doesn't speak of what is valid, wants to know what kind of text it is.
    """
    function = function_around(call, context)
    if any(name.endswith(".search") for name in context.callees(call)) and (
        function is None or not words(function.name) & _VALIDATING
    ):
        return False
    match context.parent_of(call):
        case ast.If() | ast.UnaryOp(op=ast.Not()) | ast.BoolOp() | ast.Return():
            return True
        case ast.Compare(comparators=[ast.Constant(value=None)]) | ast.Call(func=ast.Name(id="bool")):
            return True
    return False


def _bits(flags: Value) -> int:
    found = flags.constant if isinstance(flags.constant, int) else 0
    for name in flags.names:
        flag = getattr(re, name.removeprefix("re."), None) if name.startswith("re.") else None
        found |= int(flag) if isinstance(flag, re.RegexFlag) else 0
    return found & (re.IGNORECASE | re.DOTALL | re.VERBOSE | re.ASCII | re.MULTILINE)


def _is_short(subject: ast.expr) -> bool:
    """Tell whether the text is cut to a length that can do no harm."""
    match subject:
        case ast.Subscript(slice=ast.Slice(upper=ast.Constant(value=int() as most))):
            return 0 <= most <= 64
    return False


RULE = Rule(
    id="VET112",
    name="catastrophic-backtracking",
    cwe=Cwe(1333),
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    message="This pattern may take for ever on a text that doesn't match: let there be one way to match.",
    bad=(
        Example(
            "import re\nfrom flask import request\n\n\ndef is_title():\n"
            '    return str(re.match(r"^(\\w+\\s?)*$", request.args["title"]) is not None)\n'
        ),
        Example(
            'import re\n\nEMAIL = re.compile(r"^([a-zA-Z0-9_.-])+@(([a-zA-Z0-9-])+\\.)+([a-zA-Z0-9]{2,4})+$")\n'
            "\n\ndef is_email(address):\n    return bool(EMAIL.match(address))\n"
        ),
        # A number may end anywhere in the digits.
        Example(
            "import re\nfrom fastapi import FastAPI, HTTPException\n\napp = FastAPI()\n\n\n"
            '@app.get("/numbers/{number}")\ndef parse(number: str):\n'
            '    if not re.match(r"^0\\.\\d+E?\\d+$", number):\n        raise HTTPException(422)\n'
            "    return float(number)\n"
        ),
        Example(
            "import re\nfrom flask import request\n\n\nclass Settings:\n"
            '    LINE = re.compile(r"^\\s*(\\w+)\\s*=\\s*(.*?)\\s*$")\n\n'
            "    def read(self):\n"
            "        return dict(self.LINE.match(line).groups() for line in request.form['settings'].splitlines())\n"
        ),
        Example(
            "from django.core.validators import RegexValidator\nfrom django.db import models\n\n\n"
            "class Profile(models.Model):\n"
            '    tags = models.TextField(validators=[RegexValidator(r"^(#?\\w+,?)+$")])\n'
        ),
        Example(
            'import re\nfrom aiohttp import web\n\nCOMMENT = r"(?:/\\*(?:[^*]|[*]|\\s)*\\*/)"\n\n\n'
            "async def strip(request):\n    source = await request.text()\n"
            '    return web.Response(text=re.sub(COMMENT, "", source))\n'
        ),
    ),
    good=(
        """\
import re


def rate(text):
    if re.search(r"import.+?<[^>]+>", text):
        return 0.4
    return 0
""",
        (
            "import re\nfrom flask import request\n\n\ndef is_title():\n"
            '    return str(re.match(r"^\\w+(?:\\s\\w+)*$", request.args["title"]) is not None)\n'
        ),
        (
            'import re\n\nEMAIL = re.compile(r"^[\\w.+-]+@[a-zA-Z0-9-]+(?:\\.[a-zA-Z0-9-]+)+$")\n\n\n'
            "def is_email(address):\n    return bool(EMAIL.match(address))\n"
        ),
        # It takes long for a long text only, and the program's own settings are short.
        (
            'import re\n\n\nclass Settings:\n    LINE = re.compile(r"^\\s*(\\w+)\\s*=\\s*(.*?)\\s*$")\n\n'
            "    def read(self, lines):\n"
            "        return dict(self.LINE.match(line).groups() for line in lines)\n"
        ),
        # It matches in any case.
        (
            "import re\nfrom django.http import HttpResponse\n\n\ndef first_words(request):\n"
            '    return HttpResponse(re.match(r"(\\w+\\s?)*", request.GET["text"]).group(), content_type="text/plain")\n'
        ),
        (
            'import re\nfrom fastapi import FastAPI\n\napp = FastAPI()\n\n\n@app.get("/words")\n'
            'def words(text: str):\n    return re.fullmatch(r"(?>\\w+\\s?)*", text) is not None\n'
        ),
        ('import re\n\nVERSION = "1.2.3"\n\n\ndef version():\n    return re.match(r"^(\\d+\\.?)+$", VERSION)\n'),
        (
            'import re\nfrom aiohttp import web\n\nQUOTED = re.compile(r\'"(?:[^"\\\\]|\\\\.)*"\')\n\n\n'
            "async def quoted(request):\n    return web.json_response(QUOTED.findall(await request.text()))\n"
        ),
    ),
    check=check,
    why_no_fix="Which texts a pattern is meant to match, only its author knows.",
)
