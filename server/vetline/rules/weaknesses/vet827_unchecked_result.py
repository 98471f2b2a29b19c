"""A call says by its result whether something may go on, and nobody looks at the result.

## Why it matters
`user.has_perm("delete")`, `is_authorized(request)` or `form.is_valid()` on a line of its own does nothing at all: it returns
False, and the program goes on.  It reads like a check, so that nobody misses one.  The same holds for `os.access`, for
`subprocess.run` of a tool that verifies something, and for a check whose coroutine isn't awaited, which is not even run.

## How to fix it
Act on the result:

    if not user.has_perm("delete"):
        raise PermissionDenied

    subprocess.run(["gpg", "--verify", signature, archive], check=True)

## When it is fine
When the function raises when it refuses; then its name should say so (`require_admin`).

## References
- [CWE-252: Unchecked Return Value](https://cwe.mitre.org/data/definitions/252.html)
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import Final

from vetline.core.cwe import Cwe
from vetline.core.edit import Applicability, Fix
from vetline.core.severity import Confidence, Severity
from vetline.rules.access import PERMISSION, is_check_name, words
from vetline.rules.base import CheckContext, Example, FixSite, Match, Rule
from vetline.rules.command_lines import words_of_command
from vetline.rules.statements import compound
from vetline.rules.surroundings import called_name, function_around, parents

_QUESTION: Final = re.compile(r"_*(?:is|has|can|may|should)(?:_|(?=[A-Z]))")
_ANSWERING: Final = frozenset(
    """
    has_perm has_perms has_permission check_password check_password_hash compare_digest checkpw
    """.split()
)
_VERIFYING: Final = frozenset(
    {"gpg", "gpg2", "openssl", "cosign", "minisign", "signify", "sha256sum", "sha512sum", "codesign", "slsa-verifier"}
)
_RAISING: Final = frozenset({"raise_exception", "raise_error", "raises"})
"""Arguments that make a function raise where it would say no."""
_RUNNERS: Final = ("subprocess.run", "subprocess.call", "os.system")


def check(context: CheckContext) -> Iterator[Match]:
    yield from _unanswered(context)
    for statement in context.walk(ast.Expr):
        match statement:
            case ast.Expr(value=ast.Call() as call):
                name = called_name(call, context)
                if any(keyword.arg in _RAISING for keyword in call.keywords):
                    continue
                if name in _ANSWERING or (_QUESTION.match(name) and _decides(name)) or "os.access" in context.callees(call):
                    yield Match(call, f"Nobody looks at what `{name}` says: the program goes on when it says no.")
                elif not set(_RUNNERS).isdisjoint(context.callees(call)) and not any(
                    one.arg == "check" for one in call.keywords
                ):
                    command = words_of_command(call, context)
                    program = command[0].rpartition("/")[2] if command else ""
                    if program in _VERIFYING and _verifies(command):
                        yield Match(call, f"Nobody looks at what `{program}` says: the program goes on when it isn't genuine.")
                elif _is_forgotten_coroutine(call, name, context):
                    yield Match(call, f"`{name}` is a coroutine: without `await` it isn't even run.")


def _unanswered(context: CheckContext) -> Iterator[Match]:
    """Yield where an answer of the name service is used as if there always were one."""
    for call in context.calls("socket.gethostbyaddr", "socket.gethostbyname", "socket.gethostbyname_ex"):
        asked = call.args[0] if call.args else None
        if asked is None or context.value(asked).is_constant or function_around(call, context) is None:
            continue
        if not any(_catches(parent) for parent in parents(call, context)):
            message = (
                "The name service may have no answer: catch the error, and don't take what it says for proof of who it is."
            )
            yield Match(call, message, Severity.LOW, Confidence.LOW)


def _catches(node: ast.AST) -> bool:
    """Tell whether errors may end at a statement: a ``try`` with handlers, a ``with`` that isn't there for cleaning up."""
    match node:
        case ast.With(items=items):
            return not all("nullcontext" in ast.unparse(item.context_expr) for item in items)
    return isinstance(node, ast.Try | ast.TryStar) and bool(node.handlers)


def _decides(name: str) -> bool:
    return bool(words(name) & (PERMISSION | {"valid", "verified", "trusted", "safe", "access"}))


def _verifies(command: list[str]) -> bool:
    return any(
        word.lstrip("-") in ("verify", "verify-blob", "c", "check", "V", "dgst", "verify-artifact") for word in command[1:]
    )


def _is_forgotten_coroutine(call: ast.Call, name: str, context: CheckContext) -> bool:
    """Tell whether a check is a coroutine of this file's that isn't awaited."""
    if not is_check_name(name) or function_around(call, context) is None:
        return False
    return any(
        isinstance(node, ast.AsyncFunctionDef) and node.name == name for node in context.walk(ast.AsyncFunctionDef)
    ) and isinstance(call.func, ast.Name)


def fix(site: FixSite) -> Iterator[Fix]:
    call = site.node
    if not isinstance(call, ast.Call):
        return
    name = site.qualified_name(call.func) or ""
    statement = site.enclosing_statement(call)
    if name == "subprocess.run":
        note = "It raises CalledProcessError when the tool refuses."
        yield Fix("Stop when the tool refuses", (site.set_keyword(call, "check", "True"),), Applicability.REVIEW, note)
    elif isinstance(site.parent_of(call), ast.Expr) and not name.startswith("subprocess."):
        refuses = f"if {site.text_of(call)} != 0:" if name == "os.system" else f"if not {site.text_of(call)}:"
        text = compound(site, statement, refuses, "raise PermissionError")
        if text is not None:
            title = "Stop when the tool refuses" if name == "os.system" else "Stop when it says no"
            yield Fix(title, (site.replace(statement, text),), Applicability.REVIEW, "It raises where it went on.")


RULE = Rule(
    id="VET827",
    name="unchecked-result",
    cwe=Cwe(252),
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    message="Nobody looks at what this says: the program goes on when it says no.",
    bad=(
        Example("""\
import socket


def name_of(address):
    return socket.gethostbyaddr(address)[0]
"""),
        Example(
            """\
def delete(user, page):
    user.has_perm('pages.delete')
    page.delete()
""",
            """\
def delete(user, page):
    if not user.has_perm('pages.delete'):
        raise PermissionError
    page.delete()
""",
        ),
        Example(
            """\
import subprocess


def install(archive):
    subprocess.run(['gpg', '--verify', archive + '.sig', archive])
    unpack(archive)
""",
            """\
import subprocess


def install(archive):
    subprocess.run(['gpg', '--verify', archive + '.sig', archive], check=True)
    unpack(archive)
""",
        ),
        Example(
            """\
import hmac


class Hook:
    def take(self, body, given):
        hmac.compare_digest(self.sign(body), given)
        self.run(body)
""",
            """\
import hmac


class Hook:
    def take(self, body, given):
        if not hmac.compare_digest(self.sign(body), given):
            raise PermissionError
        self.run(body)
""",
        ),
        Example(
            """\
from django.http import HttpResponse


def save(request):
    form = NameForm(request.POST)
    form.is_valid()
    store(form.data['name'])
    return HttpResponse()
""",
            """\
from django.http import HttpResponse


def save(request):
    form = NameForm(request.POST)
    if not form.is_valid():
        raise PermissionError
    store(form.data['name'])
    return HttpResponse()
""",
        ),
        Example(
            """\
import os


def read(path):
    os.access(path, os.R_OK)
    return load(path)
""",
            """\
import os


def read(path):
    if not os.access(path, os.R_OK):
        raise PermissionError
    return load(path)
""",
        ),
        Example(
            """\
import os


def check(file):
    os.system('sha256sum -c ' + file)
    use(file)
""",
            """\
import os


def check(file):
    if os.system('sha256sum -c ' + file) != 0:
        raise PermissionError
    use(file)
""",
        ),
    ),
    good=(
        """\
def save(serializer):
    serializer.is_valid(raise_exception=True)
    serializer.save()
""",
        # It raises by itself where there is none.
        """\
import socket


def connect(host, port):
    for family, kind, protocol, _, address in socket.getaddrinfo(host, port, 0, socket.SOCK_STREAM):
        yield socket.socket(family, kind, protocol), address
""",
        """\
import socket


def name_of(address):
    try:
        return socket.gethostbyaddr(address)[0]
    except socket.herror:
        return address
""",
        """\
def delete(user, page):
    if not user.has_perm('pages.delete'):
        raise PermissionError
    page.delete()
""",
        """\
import subprocess

subprocess.run(['gpg', '--verify', 'a.sig', 'a'], check=True)
""",
        """\
def delete(user, page):
    require_admin(user)
    page.delete()
""",
        """\
import subprocess

subprocess.run(['gpg', '--list-keys'])
""",
        """\
def show(form):
    valid = form.is_valid()
    return valid
""",
        """\
def draw(canvas):
    canvas.is_visible()
    canvas.paint()
""",
    ),
    check=check,
    fix=fix,
)
