"""Between the check of a file and its use, somebody may put another one in its place.

## Why it matters
`if os.access(path, os.W_OK): open(path, "w")` asks about one file and opens what is there a moment later. Whoever can
write to the folder swaps the file for a link in between, and has a program with more rights than theirs overwrite, read
or delete what the link leads to. Without an attacker, the same gap makes programs fail that run twice at a time.
Assistants check first, because it reads like careful code.

## How to fix it
Do it, and handle the failure:

    try:
        with open(path) as file:
            return file.read()
    except FileNotFoundError:
        return None

To create a file only if there is none, open it with mode `x`; to look at what you have opened, use
`os.fstat(file.fileno())`.

## When it is fine
In a folder that only your own account can write to, where nothing else removes the files.

## References
- [Python: os.access, and why not to use it](https://docs.python.org/3/library/os.html#os.access)
- [MITRE: CWE-367](https://cwe.mitre.org/data/definitions/367.html)
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from typing import Final

from vetline.core.cwe import Cwe
from vetline.core.edit import Applicability, Fix, TextEdit
from vetline.core.location import Position, Range
from vetline.core.severity import Confidence, Severity
from vetline.flow.taints import PARAMETER
from vetline.rules.base import CheckContext, Example, FixSite, Match, Rule
from vetline.rules.building import written
from vetline.rules.flows import STRANGERS
from vetline.rules.statements import indentation, step
from vetline.rules.surroundings import ancestors, function_around, is_private, leaves, name_of, parents
from vetline.syntax.nodes import walk

_CHECKS = frozenset(f"os.path.{name}" for name in "exists isfile lexists islink".split()) | {"os.access"}
_METHOD_CHECKS = frozenset({"exists", "is_file", "is_symlink"})
_CHECKING = _METHOD_CHECKS | {name.rpartition(".")[2] for name in _CHECKS}
_USES = frozenset(
    "builtins.open io.open os.open os.remove os.unlink os.rename os.replace os.chmod os.chown shutil.copy shutil.copyfile"
    " shutil.move shutil.rmtree".split()
)
_RISKY = frozenset("open read_text read_bytes write_text write_bytes chmod chown rmtree".split())
"""What follows a link: others only move it or take it away."""
_SHARED = re.compile(r"/(?:var/)?tmp/")
_METHOD_USES = frozenset("open unlink read_text read_bytes write_text write_bytes rename replace chmod".split())


def check(context: CheckContext) -> Iterator[Match]:
    if not _may_concern(context):
        return
    seen: set[int] = set()
    for suite in _suites(context):
        for index, statement in enumerate(suite):
            if not isinstance(statement, ast.If):
                continue
            for path, outcome in _checked(statement.test, context):
                if outcome:
                    after: Iterable[ast.stmt] = statement.body
                elif leaves(statement.body):
                    after = suite[index + 1 :]
                else:
                    continue
                use = _use_of(path, after, context)
                if use is not None and id(use) not in seen and _is_worth_it(use, statement.test, context):
                    seen.add(id(use))
                    yield Match(use)


def _may_concern(context: CheckContext) -> bool:
    return context.mentions(_CHECKING) and any(
        isinstance(call.func, ast.Attribute | ast.Name) and (_CHECKS & set(context.callees(call)) or _asked_path(call, context))
        for call in context.calls()
    )


def _suites(context: CheckContext) -> Iterator[list[ast.stmt]]:
    for node in context.walk(
        ast.FunctionDef, ast.AsyncFunctionDef, ast.If, ast.For, ast.While, ast.With, ast.AsyncWith, ast.Try, ast.ClassDef
    ):
        for name in ("body", "orelse", "finalbody"):
            suite = getattr(node, name, None)
            if isinstance(suite, list) and suite:
                yield suite
    for node in context.walk(ast.If):
        if context.parent_of(node) is None and isinstance(node, ast.If):
            yield [node]


def _checked(test: ast.expr, context: CheckContext) -> Iterator[tuple[str, bool]]:
    """Yield the paths, as dumped, that a condition asks about, and whether they are there where it is true."""
    match test := written(test, context):
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            for path, outcome in _checked(operand, context):
                yield path, not outcome
        case ast.BoolOp(op=ast.And(), values=values):
            for value in values:
                yield from ((path, outcome) for path, outcome in _checked(value, context) if outcome)
        case ast.Call() if _CHECKS & set(context.callees(test)) and (argument := _path_of(test, context)) is not None:
            yield ast.dump(written(argument, context)), True
        case ast.Call() if (owner := _asked_path(test, context)) is not None:
            yield ast.dump(written(owner, context)), True


def _path_of(call: ast.Call, context: CheckContext) -> ast.expr | None:
    """Return the path that a function of the operating system is given."""
    found = (context.argument(call, 0, name) for name in ("path", "file", "src", "s"))
    return next((one for one in found if one is not None), None)


def _asked_path(call: ast.Call, context: CheckContext) -> ast.expr | None:
    """Return the path object that a call asks about."""
    match call:
        case ast.Call(func=ast.Attribute(value=owner, attr=name), args=[]) if name in _METHOD_CHECKS:
            return owner if any("Path" in one for one in context.value(owner).types) else None
    return None


def _is_worth_it(use: ast.Call, test: ast.expr, context: CheckContext) -> bool:
    """Tell whether somebody else may have a hand in it: who says which file it is, or in a folder that all write to.

    Nobody swaps a file whose name the program has made up in a folder of its own.  Who asks for permission has others in mind.
    """
    if any("os.access" in context.callees(call) for call in ast.walk(test) if isinstance(call, ast.Call)):
        return True
    if is_private(use, context) or any(_handles_errors(parent) for parent in parents(use, context)):
        return False
    is_method = isinstance(use.func, ast.Attribute) and not _USES & set(context.callees(use))
    path = use.func.value if is_method and isinstance(use.func, ast.Attribute) else _path_of(use, context) or use
    path = written(path, context)
    value = context.value(path)
    if any(_SHARED.match(one) for one in value.constants or () if isinstance(one, str)):
        return True
    function = function_around(use, context) if _RISKY & {name.rpartition(".")[2] for name in context.callees(use)} else None
    is_given = function is not None and isinstance(path, ast.Name) and path.id in {one.arg for one in function.args.args}
    return any(
        taint.is_certain and (is_given if taint.origin.label == PARAMETER else taint.origin.label in STRANGERS)
        for taint in value.taints
    )


def _handles_errors(node: ast.AST) -> bool:
    """Tell whether what goes wrong in a statement is handled there, so that the question before only saves time."""
    if not isinstance(node, ast.Try | ast.TryStar):
        return False
    types = [part for handler in node.handlers if handler.type is not None for part in walk(handler.type)]
    caught = {name_of(one) for one in types if isinstance(one, ast.expr)}
    return any(handler.type is None for handler in node.handlers) or bool(caught & _FAILURES)


_FAILURES = frozenset("Exception BaseException OSError IOError EnvironmentError FileNotFoundError".split())


def _use_of(path: str, statements: Iterable[ast.stmt], context: CheckContext) -> ast.Call | None:
    """Return the first use of the same path in some statements."""
    for statement in statements:
        for node in ast.walk(statement):
            match node:
                case ast.Call() if _USES & set(context.callees(node)):
                    argument = _path_of(node, context)
                    if argument is not None and ast.dump(written(argument, context)) == path:
                        return node
                case ast.Call(func=ast.Attribute(value=owner, attr=name)) if name in _METHOD_USES:
                    if ast.dump(written(owner, context)) == path:
                        return node
    return None


_MISSING: Final = "What is missing is passed over wherever the statements below find so, not only where it was asked."


def fix(site: FixSite) -> Iterator[Fix]:
    """Try, and pass over a missing file, in place of asking."""
    if not _needs_the_file(site.node):
        return
    statement = next(
        (one for one in ancestors(site.node, site) if isinstance(one, ast.If) and _only_asks(one.test, site)), None
    )
    if statement is None or statement.orelse or site.text_of(statement).startswith("elif"):
        return
    indent = indentation(statement, site)
    last = statement.body[-1]
    first = site.range_of(statement.body[0]).start
    if indent is None or first.line == site.range_of(statement).start.line:
        return
    start, end = site.range_of(statement).start, site.range_of(last).end
    colon = Range(start, Position(first.line, 0))
    head = re.match(r"if\b[^#]*?:", site.text_in(colon), re.DOTALL)
    if head is None or "\n" in head.group():
        return
    behind = Position(end.line, end.column + len(site.rest_of_line(end)))
    passing = f"{site.newline}{indent}except FileNotFoundError:{site.newline}{indent}{step(last, site)}pass"
    edits = (
        TextEdit(Range(start, Position(start.line, start.column + len(head.group()))), "try:"),
        site.insert(behind, passing),
    )
    yield Fix("Try, and pass over a missing file", edits, Applicability.REVIEW, _MISSING)


def _needs_the_file(use: ast.AST) -> bool:
    """Tell whether ``use`` fails where the file is missing, rather than making it."""
    match use:
        case ast.Call(func=ast.Name(id="open") | ast.Attribute(attr="open"), args=arguments, keywords=keywords):
            given = [*arguments, *(keyword.value for keyword in keywords if keyword.arg == "mode")]
            modes = [each.value for each in given[-2:] if isinstance(each, ast.Constant) and isinstance(each.value, str)]
            return not any(re.fullmatch(r"[rwaxbt+]+", mode) and re.search("[wax]", mode) for mode in modes)
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)):
            return name in _FAILING
    return False


_FAILING: Final = frozenset("chmod chown read_bytes read_text remove rename replace rmtree unlink".split())


def _only_asks(test: ast.expr, site: FixSite) -> bool:
    """Tell whether all that a condition asks is whether a file is there."""
    match test:
        case ast.Call(func=ast.Attribute(attr=name), args=[]):
            return name in ("exists", "is_file")
        case ast.Call(func=callee, args=[ast.Name() | ast.Attribute() | ast.Constant()]):
            return site.qualified_name(callee) in ("os.path.exists", "os.path.isfile")
    return False


RULE = Rule(
    id="VET206",
    name="check-then-use",
    cwe=Cwe(367),
    severity=Severity.LOW,
    confidence=Confidence.MEDIUM,
    message="Another file may be here by now: do it without asking first, and handle the error.",
    bad=(
        Example(
            """\
import os


def read_file(name):
    if os.path.exists(name):
        with open(name) as file:
            return file.read()
""",
            (
                "import os\n\n\ndef read_file(name):\n    try:\n        with open(name) as file:\n"
                "            return file.read()\n    except FileNotFoundError:\n"
                "        pass\n"
            ),
        ),
        Example(
            """\
import os


def append(path, line):
    if not os.access(path, os.W_OK):
        raise PermissionError(path)
    with open(path, "a") as file:
        file.write(line)
"""
        ),
        Example(
            """\
from pathlib import Path


class Cache:
    def renew(self, path: Path):
        if path.exists():
            path.write_text("")
""",
        ),
        Example(
            """\
import os.path
from os import chmod


def open_up(path):
    if path and os.path.isfile(path):
        chmod(path, 0o644)
"""
        ),
        Example(
            """\
import os
import shutil


def empty(folder):
    if os.path.islink(folder):
        return
    if os.path.exists(folder):
        shutil.rmtree(folder)
""",
            (
                "import os\nimport shutil\n\n\ndef empty(folder):\n    if os.path.islink(folder):\n"
                "        return\n    try:\n        shutil.rmtree(folder)\n    except FileNotFoundError:\n"
                "        pass\n"
            ),
        ),
    ),
    good=(
        """\
import os


def read(path):
    if os.path.exists(path):
        try:
            with open(path) as file:
                return file.read()
        except OSError:
            pass
    return ""
""",
        # What is removed is gone, whichever it was.
        """\
import os


def clean(path):
    if path and os.path.isfile(path):
        os.remove(path)
""",
        # Its own file, in a folder of its own.
        """\
import os


class Log:
    def __init__(self, folder):
        self.name = os.path.join(folder, "log.txt")

    def rotate(self):
        backup = self.name + "~"
        if os.path.isfile(backup):
            os.remove(backup)
        os.rename(self.name, backup)
""",
        """\
def read_file(name):
    try:
        with open(name) as file:
            return file.read()
    except FileNotFoundError:
        return None
""",
        """\
import os


def size_of(path):
    if os.path.exists(path):
        return os.path.getsize(path)
    return 0
""",
        """\
import os


def prepare(folder):
    if not os.path.exists(folder):
        os.makedirs(folder, exist_ok=True)
""",
        """\
import os


def choose(first, second):
    if os.path.exists(first):
        print("there is one already")
    with open(second) as file:
        return file.read()
""",
        """\
from pathlib import Path


def create(path: Path):
    try:
        with path.open("x") as file:
            file.write("new")
    except FileExistsError:
        return False
    return True
""",
    ),
    check=check,
    fix=fix,
)
