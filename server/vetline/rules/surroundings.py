"""What stands around a node: the function that it is in, what is checked before it."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator

from vetline.rules.base import CheckContext, Source
from vetline.rules.building import written
from vetline.syntax.nodes import walk

_BOUNDARIES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)
_LEAVING = (ast.Raise, ast.Return, ast.Continue, ast.Break)


def ancestors(node: ast.AST, source: Source) -> Iterator[ast.AST]:
    """Yield what ``node`` is part of, from the inside out."""
    parent = source.parent_of(node)
    while parent is not None:
        yield parent
        parent = source.parent_of(parent)


def function_around(node: ast.AST, source: Source) -> ast.FunctionDef | ast.AsyncFunctionDef | None:
    """Return the innermost function that ``node`` is in."""
    return next((one for one in ancestors(node, source) if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef)), None)


def scope_around(node: ast.AST, source: Source) -> ast.AST:
    """Return the innermost function around ``node``, or else the outermost statement of the block."""
    function = function_around(node, source)
    if function is not None:
        return function
    outermost = node
    for outermost in ancestors(node, source):  # noqa: B007  # the last one is wanted
        pass
    return outermost


def tests_around(node: ast.AST, source: Source) -> Iterator[ast.expr]:
    """Yield the conditions under which ``node`` is reached, by the statements and expressions around it."""
    child: ast.AST = node
    for parent in ancestors(node, source):
        match parent:
            case ast.If(test=test) | ast.While(test=test) | ast.IfExp(test=test) if child is not test:
                yield test
            case ast.comprehension(ifs=tests):
                yield from tests
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.Lambda():
                return
        child = parent


def is_main_only(node: ast.AST, source: Source) -> bool:
    """Tell whether ``node`` is reached only where its file is run by hand: it stands under ``if __name__ == "__main__":``."""
    for parent in ancestors(node, source):
        match parent:
            case ast.If(test=ast.Compare(left=ast.Name(id="__name__"), comparators=[ast.Constant(value="__main__")])):
                return True
    return False


def leaves(body: list[ast.stmt]) -> bool:
    """Tell whether a suite of statements ends what it is in: a function, a turn of a loop."""
    return bool(body) and isinstance(body[-1], _LEAVING)


def refusals(scope: ast.AST, context: CheckContext) -> Iterator[ast.expr]:
    """Yield the conditions in ``scope`` under which it goes no further: ``if not …: raise``."""
    for node in walk(scope):
        match node:
            case ast.If(test=test, body=body) if leaves(body) or _ends_by_call(body, context):
                yield test
            case ast.If(test=test, orelse=[*_, last]) if isinstance(last, _LEAVING):
                yield test
            case ast.Assert(test=test):
                yield test


def conditions_on(node: ast.AST, context: CheckContext) -> Iterator[ast.expr]:
    """Yield the conditions under which ``node`` is reached: around it, and those that end its function before it.

    Where a condition is made of variables, what these were given follows.
    """
    for condition in (*tests_around(node, context), *refusals(scope_around(node, context), context)):
        yield condition
        for part in walk(condition):
            if isinstance(part, ast.Name) and (other := written(part, context)) is not part:
                yield other


def _ends_by_call(body: list[ast.stmt], context: CheckContext) -> bool:
    match body:
        case [*_, ast.Expr(value=ast.Call() as call)]:
            return called_name(call, context) in ("abort", "exit", "fail", "error", "_exit")
    return False


def parents(node: ast.AST, source: Source) -> Iterator[ast.AST]:
    """Yield what ``node`` is in, innermost first, up to the function or class around, which is the last."""
    parent = source.parent_of(node)
    while parent is not None:
        yield parent
        if isinstance(parent, _BOUNDARIES):
            return
        parent = source.parent_of(parent)


def is_private(node: ast.AST, source: Source) -> bool:
    """Tell whether the function around ``node`` is one that only its own module calls, by its name."""
    function = function_around(node, source)
    return function is not None and function.name.startswith("_") and not function.name.startswith("__")


def name_of(callee: ast.expr) -> str:
    """Return the last part of the name of what is called: ``check`` of ``self.auth.check``."""
    match callee:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return ""


def called_name(call: ast.Call, context: CheckContext) -> str:
    """The same of what ``call`` calls, where the code has another name for it: ``run = subprocess.run``."""
    if isinstance(call.func, ast.Name):
        for callee in context.callees(call):
            if ":" not in callee:
                return callee.rpartition(".")[2]
    return name_of(call.func)


def calls_named(context: CheckContext, names: Collection[str]) -> Iterator[ast.Call]:
    """Yield the calls of functions and methods by the last part of their names, as :func:`called_name` tells it."""
    if not context.mentions(frozenset(names)):
        return
    found = context.once(_by_called_name)
    for name in found.keys() & names:
        yield from found[name]


def _by_called_name(context: CheckContext) -> dict[str, list[ast.Call]]:
    found: dict[str, list[ast.Call]] = {}
    for call in context.calls():
        found.setdefault(called_name(call, context), []).append(call)
    return found


def text_of_constant(node: ast.AST | None) -> str:
    """Return the text that a literal is; empty if it is none."""
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


_RESOLVING = frozenset(
    "realpath abspath normpath resolve commonpath commonprefix is_relative_to relative_to isabs is_absolute safe_join".split()
)


def resolves_paths(node: ast.AST, source: Source) -> bool:
    """Tell whether the function around ``node`` resolves a path somewhere, or looks at where one leads."""
    for inner in walk(scope_around(node, source)):
        match inner:
            case ast.Name(id=name) | ast.Attribute(attr=name) if name in _RESOLVING:
                return True
    return False
