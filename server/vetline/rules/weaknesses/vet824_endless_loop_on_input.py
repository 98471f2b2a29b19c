"""A loop that never ends, or that goes on as long as whoever is at the other end likes.

It reports loops whose condition nothing in them changes, loops that a number from a request bounds, and loops that gather what
comes from the network without a limit.

## Why it matters
A loop that doesn't end takes a whole processor, and one request is enough to start it.  A peer that never stops sending fills
the memory.  Assistants forget the line that counts, and copy `while True: data += recv(...)` from tutorials in which the peer
is friendly.

## How to fix it
Change in the loop what its condition looks at.  Say how much is enough:

    received = bytearray()
    while chunk := connection.recv(4096):
        received += chunk
        if len(received) > LIMIT:
            raise ValueError("too long")

## When it is fine
When a signal handler or another thread changes the variable; then it should be an `Event`.

## References
- [CWE-835: Loop with Unreachable Exit Condition](https://cwe.mitre.org/data/definitions/835.html)
- [CWE-606: Unchecked Input for Loop Condition](https://cwe.mitre.org/data/definitions/606.html)
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from vetline.core.cwe import Cwe
from vetline.core.edit import Applicability, Fix
from vetline.core.severity import Confidence, Severity
from vetline.rules.base import CheckContext, Example, FixSite, Match, Rule
from vetline.rules.loops import can_leave, changes, variables_of
from vetline.rules.statements import add_after, add_compound_after, guard, refusal
from vetline.rules.surroundings import function_around
from vetline.semantics.scopes import own_nodes

_RECEIVING = frozenset({"recv", "recvfrom", "recv_into", "receive", "receive_bytes", "readexactly"})


def check(context: CheckContext) -> Iterator[Match]:
    for loop in context.walk(ast.While):
        assert isinstance(loop, ast.While)
        if _never_ends(loop, context):
            yield Match(loop)
        elif isinstance(loop.test, ast.Constant) and loop.test.value and all(_is_nothing(one) for one in loop.body):
            yield Match(loop, "This loop does nothing, for ever, and takes a whole processor for it.", Severity.LOW)
        elif (source := _bounded_by(loop, context)) is not None:
            message = f"{source[:1].upper() + source[1:]} decides how often this loop runs: set a limit."
            yield Match(loop, message, Severity.MEDIUM, Confidence.MEDIUM)
        elif (place := _gathers_without_limit(loop)) is not None:
            message = "What comes in is gathered as long as the other end sends: stop when it is more than you expect."
            yield Match(place, message, Severity.LOW, Confidence.MEDIUM)


def _is_nothing(statement: ast.stmt) -> bool:
    match statement:
        case ast.Pass() | ast.Continue() | ast.Expr(value=ast.Constant()):
            return True
    return False


def _never_ends(loop: ast.While, context: CheckContext) -> bool:
    names = variables_of(loop.test)
    if not names or function_around(loop, context) is None or can_leave(loop.body) or changes(loop.body, names):
        return False
    function = function_around(loop, context)
    shared = (node for node in own_nodes(function.body) if isinstance(node, ast.Global | ast.Nonlocal)) if function else ()
    if any(names & set(node.names) for node in shared):
        return False
    if function is not None and any(_is_handed_on(node, names, context) for node in own_nodes(function.body)):
        return False
    inner = (node for node in own_nodes(function.body) if isinstance(node, ast.FunctionDef | ast.Lambda)) if function else ()
    if any(isinstance(node, ast.Nonlocal) and names & set(node.names) for one in inner for node in ast.walk(one)):
        return False
    # A variable of the module may be changed by another thread.
    return any(name in _locals(function) for name in names)


def _is_handed_on(node: ast.AST, names: frozenset[str], context: CheckContext) -> bool:
    """Tell whether one of the variables goes by another name, too: ``pop = stack.pop``."""
    match node:
        case ast.Attribute(value=ast.Name(id=name)) if name in names:
            parent = context.parent_of(node)
            return not (isinstance(parent, ast.Call) and parent.func is node)
        case ast.Assign(value=ast.Name(id=name)) | ast.NamedExpr(value=ast.Name(id=name)) if name in names:
            return True
    return False


def _locals(function: ast.FunctionDef | ast.AsyncFunctionDef | None) -> frozenset[str]:
    from vetline.semantics.scopes import bound_in

    return bound_in(function) if function is not None else frozenset()


def _bounded_by(loop: ast.While, context: CheckContext) -> str | None:
    """Return what input decides how long a loop runs; None if none does, or if it takes as much input as it says."""
    if any(_takes_in(node) for node in own_nodes(loop.body)):
        return None
    match loop.test:
        case ast.Compare(left=left, ops=[ast.Lt() | ast.LtE() | ast.Gt() | ast.GtE() | ast.NotEq()], comparators=[right]):
            for side in (left, right):
                if isinstance(side, ast.Call):
                    continue
                for taint in context.value(side).taints:
                    if taint.origin.label in ("remote", "upload") and taint.harms("allocation") and taint.is_certain:
                        return taint.origin.what or "input"
        case ast.Name():
            value = context.value(loop.test)
            for taint in value.taints if "builtins.int" in value.types else ():
                if taint.origin.label == "remote" and taint.harms("allocation"):
                    return taint.origin.what or "input"
    return None


def _takes_in(node: ast.AST) -> bool:
    match node:
        case ast.Call(func=ast.Attribute(attr=name)):
            return name in _RECEIVING or name.startswith("read")
    return False


def _gathers_without_limit(loop: ast.While) -> ast.AST | None:
    """Return where a loop adds to what it has received, if it doesn't look at how much that is."""
    names = {inner.id for inner in ast.walk(loop.test) if isinstance(inner, ast.Name)}
    receives = any(
        isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _RECEIVING
        for node in own_nodes([loop])
    )
    if not receives or any(_measures(node) for node in own_nodes([loop])):
        return None
    for node in own_nodes(loop.body):
        match node:
            case ast.AugAssign(target=ast.Name(id=name), op=ast.Add()) if name not in names and _is_data(node.value):
                return node
            case ast.Call(func=ast.Attribute(value=ast.Name(), attr="append" | "extend"), args=[one]) if _is_data(one):
                return node
    return None


def _is_data(node: ast.expr) -> bool:
    return isinstance(node, ast.Name | ast.Call | ast.NamedExpr)


def _measures(node: ast.AST) -> bool:
    match node:
        case ast.Call(func=ast.Name(id="len")):
            return True
        case ast.Compare(ops=[ast.Lt() | ast.LtE() | ast.Gt() | ast.GtE()]):
            return True
    return False


def fix(site: FixSite) -> Iterator[Fix]:
    node = site.node
    if isinstance(node, ast.While) and site.finding.message.startswith("Nothing in this loop"):
        yield from _counted(node, site)
    elif isinstance(node, ast.While):
        for compared in _measured_names(node.test):
            if _is_limit(compared, node, site):
                edit = guard(site, node, f"{compared.id} > {_MANY}", "too much")
                if edit is not None:
                    note = "What is more than ten thousand is refused: choose the limit that fits."
                    yield Fix("Refuse more than 10,000", (edit,), Applicability.REVIEW, note)
                return
    else:
        yield from _measured(site)


_MANY = "10_000"


def _measured_names(test: ast.expr) -> Iterator[ast.Name]:
    """Yield the names that a condition compares by size."""
    for node in ast.walk(test):
        match node:
            case ast.Compare(left=left, ops=[ast.Lt() | ast.LtE() | ast.Gt() | ast.GtE()], comparators=[right]):
                yield from (side for side in (left, right) if isinstance(side, ast.Name))


def _is_limit(name: ast.Name, loop: ast.While, site: FixSite) -> bool:
    """Tell whether a name in a loop's condition is what came in, rather than what is counted up to it from zero."""
    stores = [node for node in ast.walk(ast.Module(loop.body, [])) if isinstance(node, ast.Name) and node.id == name.id]
    counts_up = any(isinstance(site.parent_of(store), ast.AugAssign) for store in stores)
    is_down = any(isinstance(one.op, ast.Sub) for one in ast.walk(ast.Module(loop.body, [])) if isinstance(one, ast.AugAssign))
    return not counts_up or is_down


def _counted(loop: ast.While, site: FixSite) -> Iterator[Fix]:
    """Yield the fix that counts the variable of a loop's condition on."""
    match loop.test:
        case ast.Compare(left=ast.Name(id=name), ops=[ast.Lt() | ast.LtE()]):
            change = f"{name} += 1"
        case ast.Compare(left=ast.Name(id=name), ops=[ast.Gt() | ast.GtE()]):
            change = f"{name} -= 1"
        case _:
            return
    last = loop.body[-1]
    edit = site.replace(last, change) if isinstance(last, ast.Pass) else add_after(site, last, change)
    if edit is None:
        return
    if any(isinstance(node, _LEAVING) for statement in loop.body for node in ast.walk(statement)):
        note = "The loop ends now also where nothing breaks it off; see that it is the right variable, and the right step."
        yield Fix(f"Count `{name}` on", (edit,), Applicability.REVIEW, note)
    else:  # once begun, it never ended: what it gave before, it gives still
        yield Fix(f"Count `{name}` on", (edit,), Applicability.SAFE)


_LEAVING = (ast.Break, ast.Return, ast.Raise, ast.Yield, ast.YieldFrom, ast.Await, ast.Call)


def _measured(site: FixSite) -> Iterator[Fix]:
    """Yield the fix that stops when more has been gathered than is to be expected."""
    statement = site.enclosing_statement(site.node)
    match statement:
        case ast.AugAssign(target=ast.Name(id=name)):
            test = f"len({name}) > 10 * 1024 * 1024"
        case ast.Expr(value=ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr="append" | "extend"))):
            test = f"len({name}) > {_MANY}"
        case _:
            return
    edit = add_compound_after(site, statement, f"if {test}:", refusal(site, "too much"))
    if edit is not None:
        note = "What is more is refused: choose the limit that fits."
        yield Fix("Stop when it is too much", (edit,), Applicability.REVIEW, note)


RULE = Rule(
    id="VET824",
    name="endless-loop-on-input",
    cwe=Cwe(835),
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    message="Nothing in this loop changes what its condition looks at: once begun, it never ends.",
    bad=(
        Example(
            """\
def fibonacci(n):
    a, b = 1, 1
    i = 2
    while i < n:
        a, b = b, a + b
    return b
""",
            """\
def fibonacci(n):
    a, b = 1, 1
    i = 2
    while i < n:
        a, b = b, a + b
        i += 1
    return b
""",
        ),
        Example(
            """\
class Poller:
    def run(self, limit):
        tries = 0
        while tries <= limit and not self.stopped(limit):
            pass
        while tries <= limit:
            self.poll()
""",
            """\
class Poller:
    def run(self, limit):
        tries = 0
        while tries <= limit and not self.stopped(limit):
            pass
        while tries <= limit:
            self.poll()
            tries += 1
""",
        ),
        Example(
            """\
from flask import request


def collect():
    wanted = int(request.args['count'])
    found, number = [], 0
    while number < wanted:
        found.append(number * number)
        number += 1
    return str(found)
""",
            """\
from flask import abort, request


def collect():
    wanted = int(request.args['count'])
    found, number = [], 0
    if wanted > 10_000:
        abort(400)
    while number < wanted:
        found.append(number * number)
        number += 1
    return str(found)
""",
        ),
        Example(
            """\
import socket


def receive(connection: socket.socket):
    data = b''
    while True:
        chunk = connection.recv(4096)
        if not chunk:
            break
        data += chunk
    return data
""",
            """\
import socket


def receive(connection: socket.socket):
    data = b''
    while True:
        chunk = connection.recv(4096)
        if not chunk:
            break
        data += chunk
        if len(data) > 10 * 1024 * 1024:
            raise ValueError("too much")
    return data
""",
        ),
        Example(
            """\
def read(stream):
    parts = []
    while chunk := stream.recv(1024):
        parts.append(chunk)
    return b''.join(parts)
""",
            """\
def read(stream):
    parts = []
    while chunk := stream.recv(1024):
        parts.append(chunk)
        if len(parts) > 10_000:
            raise ValueError("too much")
    return b''.join(parts)
""",
        ),
        Example(
            """\
from django.http import JsonResponse


def series(request):
    n = int(request.GET['n'])
    values = []
    while n > 0:
        values.append(n)
        n -= 1
    return JsonResponse({'values': values})
""",
            """\
from django.core.exceptions import SuspiciousOperation
from django.http import JsonResponse


def series(request):
    n = int(request.GET['n'])
    values = []
    if n > 10_000:
        raise SuspiciousOperation("too much")
    while n > 0:
        values.append(n)
        n -= 1
    return JsonResponse({'values': values})
""",
        ),
    ),
    good=(
        """\
def body(request):
    left = int(request.headers["Content-Length"])
    parts = []
    while left > 0:
        part = request.stream.read(min(left, 4096))
        parts.append(part)
        left -= len(part)
    return parts
""",
        """\
def walk(root):
    stack = [root]
    pop = stack.pop
    while stack:
        visit(pop())
""",
        """\
def fibonacci(n):
    a, b = 1, 1
    i = 2
    while i < n:
        a, b = b, a + b
        i += 1
    return b
""",
        """\
def search(items, wanted):
    low, high = 0, len(items)
    while low < high:
        middle = (low + high) // 2
        if items[middle] < wanted:
            low = middle + 1
        else:
            high = middle
    return low
""",
        """\
from flask import abort, request


def collect():
    wanted = int(request.args['count'])
    if wanted > 100:
        abort(400)
    found, number = [], 0
    while number < wanted:
        found.append(number)
        number += 1
    return str(found)
""",
        """\
def receive(connection):
    data = b''
    while chunk := connection.recv(4096):
        data += chunk
        if len(data) > LIMIT:
            raise ValueError('too long')
    return data
""",
        """\
def serve(server):
    while True:
        connection, _ = server.accept()
        handle(connection)
""",
        """\
def drain(queue):
    while queue:
        handle(queue.pop())
""",
        """\
def wait(event, done):
    while not done:
        if event.wait(1):
            return
""",
    ),
    check=check,
    fix=fix,
)
