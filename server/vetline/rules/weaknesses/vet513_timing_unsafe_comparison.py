"""A secret is compared with `==`, whose time tells how much of a guess is right.

## Why it matters
`==` stops at the first byte that differs. Who can measure how long the answer takes, a few thousand times, learns a
signature, a token or an API key byte by byte, and never has to know the key. Assistants write `==` because it gives
the right answer.

## How to fix it
Compare in constant time:

    if hmac.compare_digest(expected, given):

Both must be bytes, or both ASCII text. Passwords belong into the function of their hash: `bcrypt.checkpw`,
`check_password_hash`.

## When it is fine
Where both values are public, such as the checksums of a download.

## References
- [CWE-208: Observable Timing Discrepancy](https://cwe.mitre.org/data/definitions/208.html)
- [Python: hmac.compare_digest](https://docs.python.org/3/library/hmac.html#hmac.compare_digest)
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from vetline.core.cwe import Cwe
from vetline.core.edit import Applicability, Fix
from vetline.core.severity import Confidence, Severity
from vetline.rules.base import CheckContext, Example, FixSite, Match, Rule
from vetline.rules.building import written
from vetline.rules.constants import function_around
from vetline.rules.purpose import is_password, split_words, words_from, words_of
from vetline.syntax.nodes import walk

_STRONG = frozenset("apikey hmac mac sig signature secret csrf xsrf totp otp".split())
"""Words that speak of a secret on their own."""
_TOKENS = frozenset("token tokens".split())
_OTHER_HALF = frozenset(
    "actual calculated computed correct expected given header incoming known password provided received sent stored submitted"
    " supplied valid user request config settings".split()
)
_NOT = frozenset(
    "algorithm alg algo alphabet class count enabled error expires expiry field format id index kind label length len level"
    " lifetime method mode name names node number path pos position prefix scope size status suffix text type types uri url"
    " version".split()
)
"""Words of what is told about a secret, and is none."""
_STRANGERS = frozenset({"remote", "secret"})
_MAKING = ("hmac.HMAC.digest", "hmac.HMAC.hexdigest", "hmac.digest")


def check(context: CheckContext) -> Iterator[Match]:
    for node in context.walk(ast.Compare):
        match node:
            case ast.Compare(left=left, ops=[ast.Eq() | ast.NotEq()], comparators=[right]):
                if _is_fixed(left, context) or _is_fixed(right, context) or _tells_objects_apart(node, context):
                    continue
                if (match := _match(node, left, right, context)) is not None:
                    yield match
    for loop in context.walk(ast.For):
        if isinstance(loop, ast.For) and (match := _by_character(loop, context)) is not None:
            yield match


def _by_character(node: ast.For, context: CheckContext) -> Match | None:
    """Return a match for a loop that compares secrets character by character, and ends at the first that differs."""
    leaves = any(isinstance(inner, ast.Return | ast.Break) for statement in node.body for inner in walk(statement))
    compares = [
        inner
        for statement in node.body
        if isinstance(statement, ast.If)
        for inner in walk(statement.test)
        if isinstance(inner, ast.Compare) and isinstance(inner.ops[0], ast.NotEq)
    ]
    function = function_around(node, context)
    if not leaves or not compares or function is None:
        return None
    words = split_words([function.name]) | words_of(node.iter) | words_from(context.value(node.iter).all_taints())
    if not (is_password(words) or words & _STRONG or words & _TOKENS):
        return None
    match node.iter:
        case ast.Call(func=ast.Name(id="zip")) | ast.Call(func=ast.Name(id="range"), args=[ast.Call(func=ast.Name(id="len"))]):
            return Match(node, "The loop ends at the first character that differs, which tells how much of a guess is right.")
    return None


def _tells_objects_apart(node: ast.AST, context: CheckContext) -> bool:
    function = function_around(node, context)
    return function is not None and function.name in ("__eq__", "__ne__")


def _match(node: ast.AST, left: ast.expr, right: ast.expr, context: CheckContext) -> Match | None:
    if _is_mac(left, context) or _is_mac(right, context):
        return Match(node)
    one, other = _words_behind(left, context), _words_behind(right, context)
    if one & _NOT or other & _NOT:
        return None
    taints = (*context.value(left).all_taints(), *context.value(right).all_taints())
    is_from_outside = any(taint.origin.label in _STRANGERS for taint in taints)
    if _is_strong(one) and _is_strong(other):
        return Match(node, confidence=None if is_from_outside else Confidence.MEDIUM)
    if (_is_strong(one) or _is_strong(other)) and (is_from_outside or (one | other) & _OTHER_HALF):
        return Match(node, confidence=Confidence.MEDIUM)
    if is_from_outside and (one | other) & _TOKENS:
        return Match(node, confidence=Confidence.MEDIUM)
    if is_password(one) and is_password(other) and one != other and not _is_confirmation(one | other):
        message = "Passwords are compared with `==`: whatever is stored isn't hashed slowly. Use the check of a password hash."
        return Match(node, message, Severity.LOW, Confidence.MEDIUM)
    return None


def _is_mac(node: ast.expr, context: CheckContext) -> bool:
    """Tell whether an expression is an HMAC, or a variable that holds one."""
    node = written(node, context)
    return isinstance(node, ast.Call) and any(name in _MAKING for name in context.callees(node))


def _is_strong(words: frozenset[str]) -> bool:
    return bool(words & _STRONG or {"api", "key"} <= words or {"access", "key"} <= words or ({"password", "hash"} <= words))


def _is_confirmation(words: frozenset[str]) -> bool:
    return bool(
        words
        & {"confirm", "confirmation", "confirmed", "again", "repeat", "repeated", "retype", "verify", "1", "2", "new", "old"}
    )


def _words_behind(node: ast.expr, context: CheckContext) -> frozenset[str]:
    """Return the words of an expression, and of what a variable was given."""
    other = written(node, context)
    return _last_words(node) if other is node else _last_words(node) | _last_words(other)


def _last_words(node: ast.expr) -> frozenset[str]:
    """Return the words of what an expression itself is, rather than of what it is taken from."""
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return split_words([name])
        case ast.Subscript(slice=ast.Constant(value=str() as name)):
            return split_words([name])
        case ast.Subscript(value=owner):
            return _last_words(owner)
        case ast.Call(
            func=ast.Attribute(attr="get" | "getlist" | "get_argument"), args=[ast.Constant(value=str() as name), *_]
        ):
            return split_words([name])
        case ast.Call(
            func=ast.Attribute(value=owner, attr="encode" | "decode" | "strip" | "lower" | "upper" | "hex" as method)
        ):
            return _last_words(owner) | split_words([method])
        case ast.Call(func=ast.Attribute(attr="digest" | "hexdigest" as method)):
            return words_of(node) | {method}
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)):
            return split_words([name])
        case ast.Await(value=inner):
            return _last_words(inner)
    return frozenset()


def _is_fixed(node: ast.expr, context: CheckContext) -> bool:
    """Tell whether a side stands in the code, or is none that could be a secret."""
    value = context.value(node)
    if isinstance(node, ast.Constant) or value.constants is not None:
        return True
    return isinstance(node, ast.List | ast.Tuple | ast.Dict | ast.Set | ast.UnaryOp | ast.Compare)


def fix(site: FixSite) -> Iterator[Fix]:
    match site.node:
        case ast.Compare(left=left, ops=[op], comparators=[right]) if "Passwords" not in site.finding.message:
            call = f"{site.use('hmac')}.compare_digest({site.text_of(left)}, {site.text_of(right)})"
            text = call if isinstance(op, ast.Eq) else f"not {call}"
            note = "It raises where a value is missing (None), or where text isn't ASCII."
            yield Fix("Compare in constant time", (site.replace(site.node, text),), Applicability.REVIEW, note)


RULE = Rule(
    id="VET513",
    name="timing-unsafe-comparison",
    cwe=Cwe(208),
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    message="`==` tells by its time how much of a guess is right; use `hmac.compare_digest`.",
    bad=(
        Example(
            (
                "import hashlib\nimport hmac\nfrom flask import request\n\n\ndef webhook():\n"
                "    expected = hmac.new(key(), request.data, hashlib.sha256).hexdigest()\n"
                '    return expected == request.headers["X-Signature"]\n'
            ),
            (
                "import hashlib\nimport hmac\nfrom flask import request\n\n\ndef webhook():\n"
                "    expected = hmac.new(key(), request.data, hashlib.sha256).hexdigest()\n"
                '    return hmac.compare_digest(expected, request.headers["X-Signature"])\n'
            ),
        ),
        Example(
            (
                "from django.conf import settings\n\n\ndef api(request):\n"
                '    if request.headers.get("X-Api-Key") != settings.API_KEY:\n        raise PermissionError\n'
            ),
            (
                "import hmac\n\nfrom django.conf import settings\n\n\ndef api(request):\n"
                '    if not hmac.compare_digest(request.headers.get("X-Api-Key"), settings.API_KEY):\n'
                "        raise PermissionError\n"
            ),
        ),
        Example(
            "def is_valid(self, signature, body):\n    return self.compute_signature(body) == signature\n",
            (
                "import hmac\n\n\ndef is_valid(self, signature, body):\n"
                "    return hmac.compare_digest(self.compute_signature(body), signature)\n"
            ),
        ),
        Example(
            (
                'import hmac\nfrom fastapi import FastAPI, Header\n\napp = FastAPI()\n\n\n@app.post("/hook")\n'
                "def hook(x_token: str = Header()):\n    if x_token == config.hook_token:\n        return run()\n"
            ),
            (
                'import hmac\nfrom fastapi import FastAPI, Header\n\napp = FastAPI()\n\n\n@app.post("/hook")\n'
                "def hook(x_token: str = Header()):\n    if hmac.compare_digest(x_token, config.hook_token):\n"
                "        return run()\n"
            ),
        ),
        Example("def login(name, password):\n    user = find(name)\n    return user.password == password_of(password)\n"),
        Example(
            ('class Guard:\n    def check(self, csrf_token, session):\n        return csrf_token == session["csrf_token"]\n'),
            (
                "import hmac\n\n\nclass Guard:\n    def check(self, csrf_token, session):\n"
                '        return hmac.compare_digest(csrf_token, session["csrf_token"])\n'
            ),
        ),
        Example(
            "def is_right(password, stored):\n    if len(password) != len(stored):\n        return False\n"
            "    for one, other in zip(password, stored):\n        if one != other:\n            return False\n"
            "    return True\n"
        ),
    ),
    good=(
        (
            "import hmac\nfrom flask import request\n\n\ndef webhook(expected):\n"
            '    return hmac.compare_digest(expected, request.headers["X-Signature"])\n'
        ),
        (
            "def parse(tokens):\n    token = tokens.pop()\n    if token == closing_token:\n        return None\n"
            "    return token\n"
        ),
        ("import hashlib\n\n\ndef is_intact(data, published):\n    return hashlib.sha256(data).hexdigest() == published\n"),
        (
            'def clean(form):\n    if form["password"] != form["password_confirm"]:\n'
            '        raise ValueError("the passwords differ")\n'
        ),
        (
            "from werkzeug.security import check_password_hash\n\n\ndef login(user, password):\n"
            "    return check_password_hash(user.password_hash, password)\n"
        ),
        "def is_bearer(token):\n    return token.type == token_type and token.signature_length == 64\n",
    ),
    check=check,
    fix=fix,
)
