"""`is` asks whether two names stand for one object, not whether they are equal.

## Why it matters
Two equal texts, numbers or accounts can be different objects, and whether they are is a matter of chance: of Python's version,
of where a value comes from.  `if token is expected` works in the test, where both are the same literal, and refuses everybody,
or lets somebody pass by the other branch, in production.  Assistants write it because it reads like English.

## How to fix it
Compare values with `==`, secrets with `hmac.compare_digest`:

    if role == "admin":

Keep `is` for `None`, `True`, `False`, enums, and where identity is meant.

## When it is fine
For sentinels, types and singletons.

## References
- [CWE-595: Comparison of Object References Instead of Object Contents](https://cwe.mitre.org/data/definitions/595.html)
- [Python: identity comparisons](https://docs.python.org/3/reference/expressions.html#is-not)
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Final

from vetline.core.cwe import Cwe
from vetline.core.edit import Applicability, Fix
from vetline.core.severity import Confidence, Severity
from vetline.rules.access import words
from vetline.rules.base import CheckContext, Example, FixSite, Match, Rule
from vetline.rules.building import written
from vetline.rules.purpose import names_in
from vetline.rules.surroundings import function_around

_VALUES: Final = frozenset(
    """
    account accounts amount code digest email hash id ids key name number owner password pin pk role signature token uid
    user username
    """.split()
)
"""Words for things whose contents matter."""
_EQUALITY: Final = frozenset("compare eq equal equals identical match matches same".split())


def check(context: CheckContext) -> Iterator[Match]:
    for node in context.walk(ast.Compare):
        assert isinstance(node, ast.Compare)
        sides = (node.left, *node.comparators)
        for op, left, right in zip(node.ops, sides, sides[1:], strict=False):
            if isinstance(op, ast.Is | ast.IsNot):
                if any(_is_literal(side) for side in (left, right)) and not any(_is_singleton(side) for side in (left, right)):
                    yield Match(node)
                elif _are_values(left, right, node, context):
                    message = "This is true only for one and the same object, not for two that are equal: compare with `==`."
                    yield Match(node, message, confidence=Confidence.LOW)


def _is_literal(node: ast.expr) -> bool:
    match node:
        case ast.Constant(value=value):
            return isinstance(value, str | bytes | int | float) and not isinstance(value, bool)
        case ast.JoinedStr() | ast.List() | ast.Dict() | ast.Set():
            return True
        case ast.Tuple(elts=elements):
            return bool(elements)
    return False


def _is_singleton(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and (node.value is None or node.value is ... or isinstance(node.value, bool))


def _are_values(left: ast.expr, right: ast.expr, node: ast.AST, context: CheckContext) -> bool:
    """Tell whether two things are compared whose contents matter, by their names or by what the function is called."""
    if not all(isinstance(side, ast.Name | ast.Attribute | ast.Subscript) for side in (left, right)):
        return False
    if any(isinstance(side, ast.Name) and _is_object(side, context) for side in (left, right)) or any(
        _is_constant_name(side) for side in (left, right)
    ):
        return False
    if any(_is_sentinel(side) for side in (left, right)):
        return False
    function = function_around(node, context)
    if function is None or function.name.startswith("__"):
        return False
    if any(_is_class_member(side) for side in (left, right)) or _goes_on(left, right, node, function):
        return False
    both = [words(*names_in(side)) for side in (left, right)]
    if words(function.name) & _EQUALITY:
        match left, right:
            case ast.Name(id=one), ast.Name(id=other):
                given = {parameter.arg for parameter in function.args.args} - {"self", "cls", "other"}
                return {one, other} <= given and not words(one, other) & {"type", "class", "kind"}
    return all(one & _VALUES - {"name", "key", "code"} for one in both)


def _is_object(node: ast.Name, context: CheckContext) -> bool:
    """Tell whether a variable holds a function or a class, of which there is one."""
    match written(node, context):
        case ast.Call(func=ast.Name(id="type")):
            return True
    return bool(context.names_of(node))


def _is_sentinel(node: ast.expr) -> bool:
    """Tell whether something is a value of which there is only one, by its name."""
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name.startswith("_") or bool(words(name) & _SENTINELS)
    return False


_SENTINELS: Final = frozenset("default empty marker missing none nothing notset null sentinel undefined unset".split())


def _is_class_member(node: ast.expr) -> bool:
    """Tell whether something is a member of a class, such as an enum's: ``Token.Name``."""
    while isinstance(node, ast.Attribute | ast.Subscript):
        node = node.value
    return isinstance(node, ast.Name) and node.id[:1].isupper()


def _goes_on(left: ast.expr, right: ast.expr, node: ast.AST, function: ast.AST) -> bool:
    """Tell whether identity is only a short cut, and the contents are compared elsewhere in the function."""
    wanted = {ast.dump(left), ast.dump(right)}
    for other in ast.walk(function):
        if other is node:
            continue
        match other:
            case ast.Compare(left=one, comparators=others):
                if wanted <= {ast.dump(side) for side in (one, *others)}:
                    return True
            case ast.Call(args=[*arguments]):
                if wanted <= {ast.dump(argument) for argument in arguments}:
                    return True
            case ast.Call(func=ast.Name(id="isinstance" | "type" | "len")) if any(
                ast.dump(one) in wanted for one in other.args
            ):
                return True
    return False


def _is_constant_name(node: ast.expr) -> bool:
    return isinstance(node, ast.Name | ast.Attribute) and (node.id if isinstance(node, ast.Name) else node.attr).isupper()


def fix(site: FixSite) -> Iterator[Fix]:
    match site.node:
        case ast.Compare(left=left, ops=[ast.Is() | ast.IsNot() as op], comparators=[right]):
            sign = "==" if isinstance(op, ast.Is) else "!="
            text = f"{site.text_of(left)} {sign} {site.text_of(right)}"
            yield Fix(
                "Compare the values", (site.replace(site.node, text),), Applicability.REVIEW, "Equal things are now the same."
            )


RULE = Rule(
    id="VET828",
    name="identity-comparison",
    cwe=Cwe(595),
    severity=Severity.LOW,
    confidence=Confidence.HIGH,
    message="`is` with a literal is true by chance, if ever: compare with `==`.",
    bad=(
        Example(
            """\
def is_admin(user):
    return user.role is 'admin'
""",
            """\
def is_admin(user):
    return user.role == 'admin'
""",
        ),
        Example(
            """\
if level is not 3:
    stop()
""",
            """\
if level != 3:
    stop()
""",
        ),
        Example(
            """\
def equal(account1, account2):
    if account1 is account2:
        return True
    return False
""",
            """\
def equal(account1, account2):
    if account1 == account2:
        return True
    return False
""",
        ),
        Example(
            """\
class Session:
    def allows(self, given_token):
        return self.token is given_token
""",
            """\
class Session:
    def allows(self, given_token):
        return self.token == given_token
""",
        ),
        Example(
            """\
from flask import request


def view(owner_id):
    if request.user_id is not owner_id:
        return 'no'
    return 'yes'
""",
            """\
from flask import request


def view(owner_id):
    if request.user_id != owner_id:
        return 'no'
    return 'yes'
""",
        ),
    ),
    good=(
        """\
def all_identical(left, right):
    return all(one is other for one, other in zip(left, right))
""",
        """\
class Path:
    def is_same(self, other):
        return self.parts == other.parts and self.accessor is other.accessor
""",
        """\
def match(signature):
    return signature.result is not signature.empty
""",
        """\
def equal(one, two):
    if one is two:
        return True
    return one == two
""",
        """\
def paint(token):
    return token is Token.Name
""",
        """\
def is_admin(user):
    return user.role == 'admin'
""",
        """\
if value is None or value is True or value is ...:
    stop()
""",
        """\
MISSING = object()


def get(key, default=MISSING):
    return default is MISSING
""",
        """\
class Node:
    def __eq__(self, other):
        return self is other or self.id == other.id
""",
        """\
def same_type(a, b):
    return type(a) is type(b)
""",
        """\
def find(nodes, wanted):
    return any(node is wanted for node in nodes)
""",
    ),
    check=check,
    fix=fix,
)
