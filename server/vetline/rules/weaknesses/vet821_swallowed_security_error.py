"""An error in a security check is caught and forgotten, and the program goes on as if the check had passed.

It reports handlers that do nothing around a call that verifies, authenticates, authorises or deciphers something, and handlers
that swallow whatever input from outside brings about.

## Why it matters
Verification speaks through exceptions: `verify()` of nearly every library returns nothing and raises when a signature is
forged. `except Exception: pass` turns that into "all is well".  Assistants write it to make code that they can't try out look
robust.

## How to fix it
Let the error end the request, and leave a trace of it:

    try:
        key.verify(signature, message)
    except InvalidSignature:
        logger.warning("forged webhook")
        abort(401)

Catch the exceptions that you expect, not all.

## When it is fine
Where what follows doesn't depend on the check, such as a second attempt with another key that is itself checked.

## References
- [OWASP: error handling](https://cheatsheetseries.owasp.org/cheatsheets/Error_Handling_Cheat_Sheet.html)
- [CWE-390: Detection of Error Condition Without Action](https://cwe.mitre.org/data/definitions/390.html)
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from vetline.core.cwe import Cwe
from vetline.core.edit import Applicability, Fix
from vetline.core.severity import Confidence, Severity
from vetline.rules.base import CheckContext, Example, FixSite, Match, Rule
from vetline.rules.handlers import catches_all, security_calls, swallows, try_around
from vetline.rules.loggers import log_error
from vetline.rules.statements import add_after, indentation
from vetline.rules.surroundings import name_of
from vetline.semantics.scopes import own_nodes

_INPUT = frozenset({"remote", "upload"})


def check(context: CheckContext) -> Iterator[Match]:
    for handler in context.walk(ast.ExceptHandler):
        assert isinstance(handler, ast.ExceptHandler)
        if not swallows(handler) or (attempt := try_around(handler, context)) is None:
            continue
        call = next(security_calls(attempt.body, context), None)
        if call is not None and not _decides_inside(attempt):
            yield Match(
                handler, f"When `{name_of(call.func)}` fails, the error vanishes here and the program goes on: stop instead."
            )
        elif catches_all(handler) and (source := _input_in(attempt.body, context)):
            message = f"Whatever {source} brings about vanishes here without a trace; catch what you expect, and log the rest."
            yield Match(handler, message, Severity.LOW, Confidence.MEDIUM)
        elif _reads_until_right(handler, attempt, context):
            message = (
                "Wrong input is asked for again without a word and without end; say what is wrong, and count the attempts."
            )
            yield Match(handler, message, Severity.LOW, Confidence.LOW)
    for block in context.walk(ast.With, ast.AsyncWith):
        assert isinstance(block, ast.With | ast.AsyncWith)
        if any(_suppresses_all(item.context_expr, context) for item in block.items):
            call = next(security_calls(block.body, context), None)
            if call is not None and not _leaves(block.body[-1]):
                yield Match(
                    block, f"When `{name_of(call.func)}` fails, `suppress` hides it and the program goes on: stop instead."
                )


def _decides_inside(attempt: ast.Try | ast.TryStar) -> bool:
    """Tell whether what depends on a check is in the ``try`` itself, so that an error does lead past it."""
    return _leaves(attempt.body[-1]) or bool(attempt.orelse)


def _leaves(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Return | ast.Raise | ast.Break | ast.Continue)


def _input_in(statements: Iterable[ast.stmt], context: CheckContext) -> str:
    """Return what input from strangers is handled in ``statements``; empty if none is."""
    for node in own_nodes(statements):
        if isinstance(node, ast.Call):
            for argument in (*node.args, *(keyword.value for keyword in node.keywords)):
                for taint in context.value(argument).all_taints():
                    if taint.origin.label in _INPUT:
                        return taint.origin.what or "input"
    return ""


def _reads_until_right(handler: ast.ExceptHandler, attempt: ast.Try | ast.TryStar, context: CheckContext) -> bool:
    """Tell whether a handler asks the user again, as often as it takes, without saying why."""
    if not all(isinstance(statement, ast.Pass | ast.Continue) for statement in handler.body):
        return False
    loop = context.parent_of(attempt)
    if not isinstance(loop, ast.While) or not isinstance(loop.test, ast.Constant):
        return False
    return any(isinstance(node, ast.Call) and "builtins.input" in context.callees(node) for node in own_nodes(attempt.body))


def _suppresses_all(expression: ast.expr, context: CheckContext) -> bool:
    match expression:
        case ast.Call(args=types) if "contextlib.suppress" in context.callees(expression):
            return any(name_of(one) in ("Exception", "BaseException") for one in types)
    return False


def fix(site: FixSite) -> Iterator[Fix]:
    handler = site.node
    if not isinstance(handler, ast.ExceptHandler):
        return
    idle = handler.body[-1]
    if site.finding.message.startswith("When "):
        edit = site.replace(idle, "raise") if isinstance(idle, ast.Pass | ast.Continue) else add_after(site, idle, "raise")
        if edit is not None:
            yield Fix("Let the error through", (edit,), Applicability.REVIEW, "Who calls this has to expect the error.")
    elif site.finding.message.startswith("Wrong input"):
        said = 'print("This is no valid input; try again.")'
        indent = indentation(idle, site)
        separator = "; " if indent is None else f"{site.newline}{indent}"
        text = said if isinstance(idle, ast.Pass) else f"{said}{separator}{site.text_of(idle)}"
        yield Fix("Say that the input is wrong", (site.replace(idle, text),), Applicability.SAFE)
    else:
        yield from log_error(site, handler)


RULE = Rule(
    id="VET821",
    name="swallowed-security-error",
    cwe=Cwe(703),
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    message="When this check fails, the error vanishes and the program goes on: stop instead.",
    bad=(
        Example(
            """\
def webhook(message, signature):
    try:
        public_key.verify(signature, message)
    except Exception:
        pass
    process(message)
""",
            """\
def webhook(message, signature):
    try:
        public_key.verify(signature, message)
    except Exception:
        raise
    process(message)
""",
        ),
        Example(
            """\
import jwt
from flask import request


def current():
    claims = {}
    try:
        claims = jwt.decode(request.headers["Authorization"], KEY, algorithms=["HS256"])
    except:
        pass
    return load(claims.get("sub", 1))
""",
            """\
import jwt
from flask import request


def current():
    claims = {}
    try:
        claims = jwt.decode(request.headers["Authorization"], KEY, algorithms=["HS256"])
    except:
        raise
    return load(claims.get("sub", 1))
""",
        ),
        Example(
            """\
class Orders:
    def cancel(self, user, order):
        try:
            self.check_permission(user, order)
        except PermissionError as error:
            print(error)
        order.cancel()
""",
            """\
class Orders:
    def cancel(self, user, order):
        try:
            self.check_permission(user, order)
        except PermissionError as error:
            print(error)
            raise
        order.cancel()
""",
        ),
        Example(
            """\
import contextlib


async def update(request, service):
    with contextlib.suppress(Exception):
        await service.authorize_user(request.user, "write")
    await service.write(request.data)
"""
        ),
        Example(
            """\
for document in documents:
    try:
        verify_signature(document)
    except InvalidSignature:
        pass
    store(document)
""",
            """\
for document in documents:
    try:
        verify_signature(document)
    except InvalidSignature:
        raise
    store(document)
""",
        ),
        Example(
            """\
from django.http import HttpResponse


def save(request):
    try:
        profile.birthday = parse(request.POST["birthday"])
    except Exception:
        pass
    return HttpResponse("saved")
""",
            """\
import logging

from django.http import HttpResponse


def save(request):
    try:
        profile.birthday = parse(request.POST["birthday"])
    except Exception:
        logging.getLogger(__name__).exception("Ignored an error in save")
    return HttpResponse("saved")
""",
        ),
        Example(
            """\
def ask():
    while True:
        try:
            return int(input("Number: "))
        except ValueError:
            continue
""",
            """\
def ask():
    while True:
        try:
            return int(input("Number: "))
        except ValueError:
            print("This is no valid input; try again.")
            continue
""",
        ),
    ),
    good=(
        """\
def webhook(message, signature):
    try:
        public_key.verify(signature, message)
    except InvalidSignature:
        raise PermissionError('forged') from None
    process(message)
""",
        """\
def is_genuine(message, signature):
    try:
        public_key.verify(signature, message)
        return True
    except InvalidSignature:
        pass
    return False
""",
        """\
import os

try:
    os.remove(path)
except FileNotFoundError:
    pass
""",
        """\
def close(connection):
    try:
        connection.close()
    except Exception:
        pass
""",
        """\
import contextlib


def stop(worker):
    with contextlib.suppress(Exception):
        worker.join()
""",
        """\
def ask():
    while True:
        try:
            return int(input('Number: '))
        except ValueError:
            print('That is no number.')
""",
        """\
import jwt
from flask import abort, request


def current():
    try:
        claims = jwt.decode(request.headers['Authorization'], KEY, algorithms=['HS256'])
    except jwt.InvalidTokenError:
        abort(401)
    return load(claims['sub'])
""",
    ),
    check=check,
    fix=fix,
    supersedes=frozenset({"B110", "B112"}),
)
