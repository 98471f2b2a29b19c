"""A local socket, pipe or shared memory that every user of the machine can write to.

## Why it matters
A Unix socket is a door to the program behind it.  With mode 0777, or in a folder that all may write to, any account of the
machine, that of a broken web server too, sends it commands or takes its place.  Assistants write `chmod(path, 0o777)` when a
client "doesn't have the permission".

## How to fix it
Let only its owner, or a group made for it, connect, and create it that way from the start:

    old = os.umask(0o177)
    try:
        server.bind("/run/app/app.sock")
    finally:
        os.umask(old)

Ask who is at the other end with `SO_PEERCRED`.

## When it is fine
When every message is authenticated, as in a system's own message bus.

## References
- [Linux: unix(7)](https://man7.org/linux/man-pages/man7/unix.7.html)
- [CWE-732: Incorrect Permission Assignment for Critical Resource](https://cwe.mitre.org/data/definitions/732.html)
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
from vetline.rules.locals import origin_of
from vetline.rules.purpose import names_in
from vetline.rules.surroundings import name_of

_SHARED: Final = frozenset({"sock", "socket", "sockets", "pipe", "fifo", "ipc"})
_MAKING: Final = (
    "os.mkfifo",
    "posix_ipc.MessageQueue",
    "posix_ipc.SharedMemory",
    "posix_ipc.Semaphore",
    "sysv_ipc.SharedMemory",
)


def check(context: CheckContext) -> Iterator[Match]:
    for call in context.calls("os.chmod", "os.fchmod", "pathlib.Path.chmod", "os.lchmod"):
        is_method = "pathlib.Path.chmod" in context.callees(call)
        mode = context.argument(call, 0 if is_method else 1)
        place = call.func if is_method else context.argument(call, 0) or call.func
        if mode is not None and _is_open(mode, context) and _is_socket(place, context):
            yield Match(mode)
    for call in context.calls(*_MAKING):
        mode = context.argument(call, 1, "mode")
        if mode is not None and _is_open(mode, context):
            yield Match(mode)
    for call in context.calls("os.umask"):
        mask = context.argument(call, 0)
        if mask is not None and context.value(mask).constants == (0,) and _binds(context):
            yield Match(
                call, "The socket that is made next may be written to by every user of this machine: use `os.umask(0o177)`."
            )


def _is_open(mode: ast.expr, context: CheckContext) -> bool:
    constants = context.value(mode).constants
    return constants is not None and any(isinstance(one, int) and one & 0o002 for one in constants)


def _is_socket(node: ast.AST, context: CheckContext) -> bool:
    if words(*names_in(node)) & _SHARED:
        return True
    value = context.value(node)
    texts = value.text or ()
    return any(isinstance(piece, str) and (".sock" in piece or "pipe" in piece) for text in texts for piece in text)


def _binds(context: CheckContext) -> bool:
    return bool(context.calls("socket.socket.bind", "asyncio.start_unix_server", "os.mkfifo"))


def fix(site: FixSite) -> Iterator[Fix]:
    node = site.node
    note = "Other users' programs, and those of other groups, can no longer connect."
    if isinstance(node, ast.Call) and len(node.args) == 1 and name_of(node.func) == "umask":
        yield Fix("Let only its owner in", (site.replace(node.args[0], "0o177"),), Applicability.REVIEW, note)
    elif isinstance(node, ast.expr) and isinstance(origin := origin_of(node, site), ast.Constant):
        yield Fix("Let only its owner in", (site.replace(origin, "0o600"),), Applicability.REVIEW, note)


RULE = Rule(
    id="VET807",
    name="unsafe-socket-permissions",
    cwe=Cwe(732),
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    message="Every user of this machine may write to this: let only its owner, or a group of its own, in (0o600, 0o660).",
    bad=(
        Example(
            """\
import os

os.chmod('/run/app.sock', 0o777)
""",
            """\
import os

os.chmod('/run/app.sock', 0o600)
""",
        ),
        Example(
            """\
import os
import socket


def serve(socket_path):
    server = socket.socket(socket.AF_UNIX)
    server.bind(socket_path)
    os.chmod(socket_path, 0o666)
""",
            """\
import os
import socket


def serve(socket_path):
    server = socket.socket(socket.AF_UNIX)
    server.bind(socket_path)
    os.chmod(socket_path, 0o600)
""",
        ),
        Example(
            """\
import os

MODE = 0o622
os.mkfifo('/var/run/commands', MODE)
""",
            """\
import os

MODE = 0o600
os.mkfifo('/var/run/commands', MODE)
""",
        ),
        Example(
            """\
from pathlib import Path

SOCKET = Path('/run/worker/control.sock')


class Worker:
    def open(self):
        SOCKET.chmod(0o777)
""",
            """\
from pathlib import Path

SOCKET = Path('/run/worker/control.sock')


class Worker:
    def open(self):
        SOCKET.chmod(0o600)
""",
        ),
        Example(
            """\
import asyncio
import os


async def main():
    os.umask(0)
    server = await asyncio.start_unix_server(handle, '/run/app/app')
    await server.serve_forever()
""",
            """\
import asyncio
import os


async def main():
    os.umask(0o177)
    server = await asyncio.start_unix_server(handle, '/run/app/app')
    await server.serve_forever()
""",
        ),
    ),
    good=(
        """\
import os

os.chmod('/run/app.sock', 0o660)
""",
        """\
import os

os.mkfifo('/var/run/commands', 0o600)
""",
        """\
import os
import socket


def listen(path):
    server = socket.socket(socket.AF_UNIX)
    server.bind(path)
    os.chmod(path, 0o600)
    server.listen()
    return server
""",
        """\
import os

os.chmod('/usr/bin/tool', 0o755)
""",
        """\
import os


def serve(server, path):
    old = os.umask(0o177)
    try:
        server.bind(path)
    finally:
        os.umask(old)
""",
        """\
from pathlib import Path

Path('/run/worker/control.sock').chmod(0o600)
""",
    ),
    check=check,
    fix=fix,
    supersedes=frozenset({"B103"}),
)
