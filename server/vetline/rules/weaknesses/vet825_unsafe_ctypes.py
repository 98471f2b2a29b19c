"""Input reaches native code: the library that is loaded, the size of a buffer, an address.

## Why it matters
`ctypes` has none of Python's protection.  A library path from input loads a stranger's code into the process; a size from
input reads or writes beyond a buffer, which gives away memory or takes over the program.  Assistants pass on the length that
came with the message.

## How to fix it
Load libraries by a name that stands in your code, and take sizes from the buffer itself:

    library = ctypes.CDLL("libcodec.so.1")
    ctypes.memmove(buffer, data, min(len(data), len(buffer)))

## When it is fine
When the size was compared with the buffer's before.

## References
- [Python: ctypes](https://docs.python.org/3/library/ctypes.html)
- [CWE-114: Process Control](https://cwe.mitre.org/data/definitions/114.html)
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Final

from vetline.core.cwe import Cwe
from vetline.core.edit import Applicability, Fix
from vetline.core.severity import Confidence, Severity
from vetline.rules.base import CheckContext, Example, FixSite, Match, Rule
from vetline.rules.building import written
from vetline.rules.flows import evidence_of, flows, of_labels
from vetline.rules.surroundings import name_of

_LABELS: Final = of_labels(Severity.HIGH, "remote", "upload", "model", response=Severity.HIGH, local=Severity.LOW)
_COPYING: Final = ("ctypes.memmove", "ctypes.memset", "ctypes.string_at", "ctypes.wstring_at")
_OUTSIDE: Final = frozenset({"remote", "upload", "response"})


def check(context: CheckContext) -> Iterator[Match]:
    for flow in flows(context, ("library",), _LABELS):
        yield flow.match("{source} decides which library is loaded: whoever sends it runs native code in this process.")
    for call in context.calls(*_COPYING):
        size = context.argument(call, 1, "size") if len(call.args) < 3 else call.args[2]
        taint = (
            next((t for t in context.value(size).taints if t.origin.label in _OUTSIDE and t.harms("allocation")), None)
            if size
            else None
        )
        if size is not None and taint is not None:
            what = taint.origin.what or "input"
            message = f"{what[:1].upper() + what[1:]} decides how much memory is copied: compare it with the buffer's size."
            yield Match(size, message, Severity.HIGH, Confidence.MEDIUM, evidence_of(taint), Cwe(120))
        elif size is not None and _is_other_length(call, written(size, context), context):
            message = "As much is copied as the source has, whatever fits into the target: compare the two."
            yield Match(size, message, Severity.LOW, Confidence.LOW, cwe=Cwe(120))
    for call in context.calls("ctypes.cast", "ctypes.c_char.from_address", "ctypes.py_object.from_address"):
        place = call.args[0] if call.args else None
        taint = (
            next((t for t in context.value(place).taints if t.origin.label in _OUTSIDE), None) if place is not None else None
        )
        if place is not None and taint is not None and "builtins.int" in context.value(place).types:
            yield Match(
                place,
                "Input is taken for an address in memory.",
                Severity.HIGH,
                Confidence.MEDIUM,
                evidence_of(taint),
                Cwe(822),
            )


def _is_other_length(call: ast.Call, size: ast.expr, context: CheckContext) -> bool:
    """Tell whether ``memmove(target, source, len(source))`` copies into a buffer of a fixed size."""
    match size, call.args:
        case ast.Call(func=ast.Name(id="len"), args=[measured]), [target, source, _]:
            same, other = (ast.dump(written(one, context)) for one in (source, target))
            of_this = ast.dump(written(measured, context))
            return of_this == same and of_this != other and bool(context.value(source).all_taints())
    return False


def fix(site: FixSite) -> Iterator[Fix]:
    size = site.node
    call = site.parent_of(size)
    if not isinstance(call, ast.Call) or not isinstance(size, ast.expr) or size not in call.args or call.args[0] is size:
        return
    ctypes = site.use("ctypes")
    texts = [site.text_of(argument) for argument in call.args]
    match name_of(call.func), texts:
        case "memmove" | "memcpy", [target, source, amount]:
            limits = [amount, *([] if "len(" in amount else [f"len({source})"])]
            if "len(" in amount:
                limits.append(f"{ctypes}.sizeof({target})")
        case "string_at" | "wstring_at", [source, amount]:
            limits = [amount, f"{ctypes}.sizeof({source})"]
        case _:
            return
    edit = site.replace(size, f"min({', '.join(limits)})")
    note = "What is more than there is room for isn't copied."
    yield Fix("Copy no more than there is", (edit,), Applicability.REVIEW, note)


RULE = Rule(
    id="VET825",
    name="unsafe-ctypes",
    cwe=Cwe(114),
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    message="Input reaches native code.",
    bad=(
        Example("""\
import ctypes

from flask import request


def load():
    return str(ctypes.CDLL(request.args['library']))
"""),
        Example("""\
from ctypes import cdll
import sys

library = cdll.LoadLibrary(sys.argv[1])
"""),
        Example(
            """\
import ctypes
import socket


def receive(connection: socket.socket, target):
    size = int(connection.recv(4))
    data = connection.recv(4096)
    ctypes.memmove(target, data, size)
""",
            """\
import ctypes
import socket


def receive(connection: socket.socket, target):
    size = int(connection.recv(4))
    data = connection.recv(4096)
    ctypes.memmove(target, data, min(size, len(data)))
""",
        ),
        Example(
            """\
import ctypes

from django.http import HttpResponse


def peek(request):
    count = int(request.GET['n'])
    return HttpResponse(ctypes.string_at(BUFFER, count))
""",
            """\
import ctypes

from django.http import HttpResponse


def peek(request):
    count = int(request.GET['n'])
    return HttpResponse(ctypes.string_at(BUFFER, min(count, ctypes.sizeof(BUFFER))))
""",
        ),
        Example(
            """\
import ctypes

buffer = ctypes.create_string_buffer(64)


def fill(data):
    ctypes.memmove(buffer, data, len(data))
""",
            """\
import ctypes

buffer = ctypes.create_string_buffer(64)


def fill(data):
    ctypes.memmove(buffer, data, min(len(data), ctypes.sizeof(buffer)))
""",
        ),
    ),
    good=(
        """\
import ctypes

library = ctypes.CDLL('libcodec.so.1')
""",
        """\
import ctypes


def fill(buffer, data):
    ctypes.memmove(buffer, data, min(len(data), len(buffer)))
""",
        """\
import ctypes

from flask import abort, request

LIBRARIES = {'a': 'liba.so', 'b': 'libb.so'}


def load():
    return str(ctypes.CDLL(LIBRARIES[request.args['library']]))
""",
        """\
import ctypes

from django.http import HttpResponse


def peek(request):
    count = int(request.GET['n'])
    if count > SIZE:
        return HttpResponse(status=400)
    return HttpResponse(ctypes.string_at(BUFFER, count))
""",
        """\
import ctypes
import ctypes.util

library = ctypes.CDLL(ctypes.util.find_library('c'))
""",
    ),
    check=check,
    fix=fix,
)
