"""A check that is written as an `assert` is gone when Python runs optimised.

It reports an `assert` that decides on permission, or that looks at input from outside.

## Why it matters
`python -O` and `PYTHONOPTIMIZE` leave every `assert` out.  An assistant that writes `assert user.is_admin` has written an
authorisation check that one environment variable switches off, and so has whoever builds a container with it.

## How to fix it
Raise an exception yourself:

    if not user.is_admin:
        raise PermissionError("administrators only")

Keep `assert` for what can't happen unless the program itself is wrong.

## When it is fine
In tests, and for invariants of your own code that no input can break.

## References
- [Python: the assert statement](https://docs.python.org/3/reference/simple_stmts.html#the-assert-statement)
- [CWE-617: Reachable Assertion](https://cwe.mitre.org/data/definitions/617.html)
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from vetline.core.cwe import Cwe
from vetline.core.edit import Fix
from vetline.core.severity import Confidence, Severity
from vetline.rules.assertions import checks_input, checks_permission, raise_instead
from vetline.rules.base import CheckContext, Example, FixSite, Match, Rule


def check(context: CheckContext) -> Iterator[Match]:
    for node in context.walk(ast.Assert):
        assert isinstance(node, ast.Assert)
        if checks_permission(node, context):
            yield Match(node)
        elif (source := checks_input(node, context)) is not None:
            message = f"This assert looks at {source}, and disappears under `python -O`: raise an exception instead."
            yield Match(node, message, Severity.LOW)


def fix(site: FixSite) -> Iterator[Fix]:
    error = "PermissionError" if checks_permission(site.node, site) else "ValueError"
    yield from raise_instead(site, error, "Whoever caught AssertionError has to catch another.")


RULE = Rule(
    id="VET820",
    name="assert-as-check",
    cwe=Cwe(703),
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    message="This check of a permission disappears under `python -O`: raise an exception instead.",
    bad=(
        Example(
            """\
def delete_user(current, user_id):
    assert current.is_admin, 'administrators only'
    users.remove(user_id)
""",
            (
                """\
def delete_user(current, user_id):
    if not current.is_admin:
        raise PermissionError('administrators only')
    users.remove(user_id)
"""
            ),
        ),
        Example(
            """\
from django.contrib.auth.decorators import login_required


@login_required
def close_account(request, pk):
    account = Account.objects.get(pk=pk)
    assert account.owner == request.user
    account.delete()
""",
            """\
from django.contrib.auth.decorators import login_required


@login_required
def close_account(request, pk):
    account = Account.objects.get(pk=pk)
    if account.owner != request.user:
        raise PermissionError
    account.delete()
""",
        ),
        Example(
            """\
from flask import Flask, request

app = Flask(__name__)


@app.post("/transfer")
def transfer():
    amount = int(request.form["amount"])
    assert amount > 0
    move(amount)
    return "ok"
""",
            """\
from flask import Flask, request

app = Flask(__name__)


@app.post("/transfer")
def transfer():
    amount = int(request.form["amount"])
    if not (amount > 0):
        raise ValueError
    move(amount)
    return "ok"
""",
        ),
        Example(
            """\
import hmac


def webhook(body, signature, key):
    assert hmac.compare_digest(hmac.new(key, body, "sha256").hexdigest(), signature), "bad signature"
    handle(body)
""",
            """\
import hmac


def webhook(body, signature, key):
    if not hmac.compare_digest(hmac.new(key, body, "sha256").hexdigest(), signature):
        raise PermissionError("bad signature")
    handle(body)
""",
        ),
        Example(
            """\
class Api:
    async def drop(self, ctx):
        assert "admin" in ctx.user.roles and ctx.user.active
        await self.db.drop()
""",
            """\
class Api:
    async def drop(self, ctx):
        if not ("admin" in ctx.user.roles and ctx.user.active):
            raise PermissionError
        await self.db.drop()
""",
        ),
    ),
    good=(
        """\
if not user.is_admin:
    raise PermissionError('administrators only')
""",
        """\
def area(shape):
    assert shape.width >= 0
    return shape.width * shape.height
""",
        """\
class Client:
    def send(self, data):
        assert self._auth is not None
        self._auth.send(data)
""",
        (
            """\
from flask import request


def transfer():
    amount = int(request.form['amount'])
    if amount <= 0:
        raise ValueError('amount')
    assert isinstance(amount, int)
    move(amount)
"""
        ),
        """\
def test_admin(client):
    response = client.get('/admin')
    assert response.status_code == 403
""",
        """\
def grow(tree):
    assert tree.root is None or isinstance(tree.root, Node)
    return tree
""",
        """\
import unittest


class UserTest(unittest.TestCase):
    def test_it(self):
        assert self.user.is_admin
""",
    ),
    check=check,
    fix=fix,
    supersedes=frozenset({"B101"}),
)
