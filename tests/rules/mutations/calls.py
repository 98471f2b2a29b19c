"""Other ways to write a call: by another name of the function, in several statements, with arguments that take a detour."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Callable, Iterator

from tests.rules.mutations.mutation import mutation
from tests.rules.mutations.trees import (
    FreshNames,
    Names,
    Suites,
    after_imports,
    assignment,
    chain_root,
    load,
    statements,
)
from vetline.semantics.bindings import chain_of

_Rewrite = Callable[[ast.stmt], list[ast.stmt]]

_AT_ONCE = (ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp, ast.IfExp, ast.BoolOp)
"""Expressions whose parts aren't evaluated each exactly once, in order: they stay in one piece."""
_BUILTINS = frozenset(dir(builtins))
_BINDING = (ast.NamedExpr, ast.Yield, ast.YieldFrom)
_SPECIAL = frozenset({"super", "locals", "globals", "vars", "eval", "exec", "dir"})
"""Functions that do something else under another name, or from another place."""


@mutation
def alias_callees(module: ast.Module) -> ast.Module:
    """``run = subprocess.run; run(…)``: a library's function that is called gets a name of its own, right before.

    A method would take its object along, which nobody writes down that way but to save time in a loop.
    """
    fresh = FreshNames(module)
    functions = _library_functions(module)

    def rewrite(statement: ast.stmt) -> list[ast.stmt]:
        before: list[ast.stmt] = []
        for holder in _evaluated_once(statement):
            for call in _calls_in(holder):
                if isinstance(call.func, ast.Name | ast.Attribute) and tuple(chain_of(call.func) or ()) in functions:
                    name = fresh.numbered("call")
                    before.append(assignment(name, call.func))
                    call.func = load(name)
        return [*before, statement]

    return _everywhere(module, rewrite)


def _library_functions(module: ast.Module) -> set[tuple[str, ...]]:
    """Return the dotted names of what is called that is surely a module's: ``module.function``, or imported by its name."""
    names = Names.of(module)
    own = names.variables | names.parameters | names.functions | names.classes
    found: set[tuple[str, ...]] = set()
    modules: set[tuple[str, ...]] = set()
    for node in ast.walk(module):
        match node:
            case ast.Import(names=aliases):
                modules |= {(alias.asname,) if alias.asname else tuple(alias.name.split(".")) for alias in aliases}
            case ast.ImportFrom(names=aliases):
                found |= {(alias.asname or alias.name,) for alias in aliases}
    chains = (tuple(chain_of(node) or ()) for node in ast.walk(module) if isinstance(node, ast.Attribute))
    found |= {chain for chain in chains if chain[:-1] in modules}
    return {chain for chain in found if chain[0] not in own}


@mutation
def split_statements(module: ast.Module) -> ast.Module:
    """Each argument of a call, and each call in another expression, goes into a variable before."""
    fresh = FreshNames(module)

    def rewrite(statement: ast.stmt) -> list[ast.stmt]:
        splitting = _Splitting(fresh)
        match statement:
            case ast.Return(value=ast.expr() as value):
                statement.value = splitting.atom(value)
            case ast.Expr() | ast.Assign() | ast.AugAssign(target=ast.Name()):
                statement.value = splitting.flat(statement.value)
            case ast.AnnAssign(value=ast.expr() as value):
                statement.value = splitting.flat(value)
            case ast.If():
                statement.test = splitting.flat(statement.test)
            case ast.For():
                statement.iter = splitting.flat(statement.iter)
            case ast.With(items=[first, *_]):
                first.context_expr = splitting.flat(first.context_expr)
            case ast.Raise(exc=ast.expr() as error):
                statement.exc = splitting.flat(error)
        return [*splitting.before, statement]

    return _everywhere(module, rewrite)


@mutation
def pass_through_helper(module: ast.Module) -> ast.Module | None:
    """Each argument of a call goes through a function that gives back what it gets."""
    return _passed_through(module, "def {name}(value):\n    return value\n")


@mutation
def pass_through_static_method(module: ast.Module) -> ast.Module | None:
    """The same, where the function is in a class."""
    code = "class {name}:\n    @staticmethod\n    def same(value):\n        result = value\n        return result\n"
    return _passed_through(module, code, "same")


@mutation
def name_constants(module: ast.Module) -> ast.Module:
    """A constant that is an argument of a call gets a name at the top of the module."""
    fresh = FreshNames(module)
    constants: list[ast.stmt] = []

    def named(node: ast.expr) -> ast.expr:
        if not isinstance(node, ast.Constant):
            return node
        name = fresh.numbered("CONSTANT")
        constants.append(assignment(name, node))
        return load(name)

    def rewrite(statement: ast.stmt) -> list[ast.stmt]:
        for holder in _evaluated_once(statement):
            for call in _calls_in(holder):
                call.args = [named(one) for one in call.args]
                for keyword in call.keywords:
                    keyword.value = named(keyword.value)
        return [statement]

    _everywhere(module, rewrite)
    start = after_imports(module)
    module.body[start:start] = constants
    return module


def _everywhere(module: ast.Module, rewrite: _Rewrite) -> ast.Module:
    """Rewrite the statements of functions and the module, but for those whose order of evaluation is a matter of its own."""

    def guarded(statement: ast.stmt) -> list[ast.stmt]:
        holders = _evaluated_once(statement)
        is_special = any(isinstance(node, _BINDING) for holder in holders for node in ast.walk(holder))
        return [statement] if is_special else rewrite(statement)

    Suites(guarded).visit(module)
    return module


def _evaluated_once(statement: ast.stmt) -> list[ast.expr]:
    """Return the expressions that a statement evaluates first, and once each."""
    match statement:
        case ast.Expr() | ast.Assign():
            return [statement.value]
        case ast.Return(value=ast.expr() as value) | ast.AnnAssign(value=ast.expr() as value):
            return [value]
        case ast.AugAssign(target=ast.Name(), value=value):
            return [value]
        case ast.If(test=test):
            return [test]
        case ast.For(iter=iterable):
            return [iterable]
        case ast.With(items=[first, *_]):
            return [first.context_expr]
        case ast.Raise(exc=ast.expr() as error):
            return [error]
    return []


def _calls_in(expression: ast.expr) -> Iterator[ast.Call]:
    """Yield the calls in an expression that are sure to be made, once."""
    waiting: list[ast.AST] = [expression]
    while waiting:
        node = waiting.pop()
        if isinstance(node, _AT_ONCE):
            continue
        if isinstance(node, ast.Call):
            yield node
        waiting += ast.iter_child_nodes(node)


class _Splitting:
    """Takes an expression apart; ``before`` are the assignments that make up its parts, in the order of evaluation."""

    def __init__(self, fresh: FreshNames) -> None:
        self.before: list[ast.stmt] = []
        self._fresh = fresh

    def atom(self, node: ast.expr) -> ast.expr:
        """Return a variable that holds ``node``; a name needs none."""
        if isinstance(node, ast.Name):
            return node
        value = self.flat(node)
        name = self._fresh.numbered("part")
        self.before.append(assignment(name, value))
        return load(name)

    def flat(self, node: ast.expr) -> ast.expr:
        """Return ``node`` with nothing nested in it."""
        match node:
            case ast.Call(func=callee):
                if isinstance(callee, ast.Attribute) and chain_root(callee) is None:
                    callee.value = self.part(callee.value)
                if not (isinstance(callee, ast.Name) and callee.id in _SPECIAL):
                    node.args = [self._argument(one) for one in node.args]
                    for keyword in node.keywords:
                        keyword.value = self.atom(keyword.value)
            case ast.Await(value=value):
                node.value = self.flat(value)
            case ast.BinOp():
                node.left, node.right = self.part(node.left), self.part(node.right)
            case ast.UnaryOp():
                node.operand = self.part(node.operand)
            case ast.Compare(comparators=[right]):
                node.left = self.part(node.left)
                node.comparators = [self.part(right)]
            case ast.Attribute(value=value) if chain_root(node) is None:
                node.value = self.part(value)
            case ast.Subscript():
                node.value = self.part(node.value)
                if not isinstance(node.slice, ast.Slice):
                    node.slice = self.part(node.slice)
            case ast.JoinedStr(values=pieces):
                for piece in pieces:
                    if isinstance(piece, ast.FormattedValue):
                        piece.value = self.part(piece.value)
            case ast.List() | ast.Tuple() | ast.Set():
                node.elts = [self._argument(one) if isinstance(one, ast.Starred) else self.part(one) for one in node.elts]
            case ast.Dict():
                for index, (key, value) in enumerate(zip(node.keys, node.values, strict=True)):
                    node.keys[index] = None if key is None else self.part(key)
                    node.values[index] = self.part(value)
        return node

    def part(self, node: ast.expr) -> ast.expr:
        """Return what may stand in the place of ``node``: itself if it is as simple as a variable."""
        return node if isinstance(node, ast.Constant) or chain_root(node) is not None else self.atom(node)

    def _argument(self, node: ast.expr) -> ast.expr:
        if isinstance(node, ast.Starred):
            node.value = self.atom(node.value)
            return node
        return self.atom(node)


def _passed_through(module: ast.Module, definition: str, *member: str) -> ast.Module | None:
    name = FreshNames(module).take("Same" if member else "same")
    names = Names.of(module)
    no_data = names.imported | names.functions | names.classes | _BUILTINS

    def passed(node: ast.expr) -> ast.expr:
        if isinstance(node, ast.Starred) or (isinstance(node, ast.Name) and node.id in no_data):
            return node
        return ast.Call(load(name, *member), [node], [])

    def rewrite(statement: ast.stmt) -> list[ast.stmt]:
        for holder in _evaluated_once(statement):
            for call in list(_calls_in(holder)):
                if not (isinstance(call.func, ast.Name) and call.func.id in _SPECIAL):
                    call.args = [passed(one) for one in call.args]
                    for keyword in call.keywords:
                        keyword.value = passed(keyword.value)
        return [statement]

    before = ast.dump(module)
    _everywhere(module, rewrite)
    if ast.dump(module) == before:
        return None
    start = after_imports(module)
    module.body[start:start] = statements(definition.format(name=name))
    return module
