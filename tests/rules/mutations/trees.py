"""What mutations ask of a tree: which names it has and who binds them; and how statements are put into it."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from typing import TypeVar

from vetline.semantics.scopes import Function, names_bound_by, parameters

_Node = TypeVar("_Node", bound=ast.AST)

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
SCOPES = (*FUNCTIONS, ast.Lambda, ast.ClassDef)
_BUILTINS = frozenset(dir(builtins))
_LOOKING_AROUND = frozenset("locals globals vars eval exec dir".split())
"""Functions that may see a variable's name."""


@dataclass(slots=True)
class Names:
    """The names in a module, by who binds or reads them, wherever that is."""

    variables: set[str] = field(default_factory=set)
    parameters: set[str] = field(default_factory=set)
    functions: set[str] = field(default_factory=set)
    classes: set[str] = field(default_factory=set)
    imported: set[str] = field(default_factory=set)
    shared: set[str] = field(default_factory=set)
    """Declared ``global`` or ``nonlocal``, caught, or captured by a pattern."""
    attributes: set[str] = field(default_factory=set)
    """Members of classes."""
    keywords: set[str] = field(default_factory=set)
    loads: set[str] = field(default_factory=set)
    sees_names: bool = False
    """Whether a variable's name may be seen when the code is run."""

    @classmethod
    def of(cls, tree: ast.AST) -> Names:
        found = cls()
        for node in ast.walk(tree):
            match node:
                case ast.Name(id=name, ctx=ast.Load()):
                    found.loads.add(name)
                    found.sees_names |= name in _LOOKING_AROUND
                case ast.Name(id=name):
                    found.variables.add(name)
                case ast.arg(arg=name):
                    found.parameters.add(name)
                case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                    found.functions.add(name)
                case ast.ClassDef(name=name):
                    found.classes.add(name)
                    found.attributes |= set(own_bindings(node.body))
                case ast.Import() | ast.ImportFrom():
                    found.imported |= set(names_bound_by(node))
                case ast.Global(names=names) | ast.Nonlocal(names=names):
                    found.shared |= set(names)
                case ast.keyword(arg=str() as name):
                    found.keywords.add(name)
                case ast.ExceptHandler() | ast.MatchAs() | ast.MatchStar() | ast.MatchMapping():
                    found.shared |= set(names_bound_by(node))
        return found

    @property
    def bound(self) -> set[str]:
        """All names that the module gives a meaning."""
        return self.variables | self.parameters | self.functions | self.classes | self.imported | self.shared | self.attributes

    @property
    def all(self) -> set[str]:
        return self.bound | self.loads | self.keywords | _BUILTINS


class FreshNames:
    """Makes up names that a module doesn't have yet."""

    def __init__(self, module: ast.AST) -> None:
        self._taken = set(Names.of(module).all)

    def like(self, name: str) -> str:
        """Return a name that says the same as ``name``, in its style: ``the_name``, ``THE_NAME``, ``TheName``."""
        underscores, bare = name[: len(name) - len(name.lstrip("_"))], name.lstrip("_")
        prefix = "THE_" if bare.isupper() else "The" if bare[:1].isupper() else "the_"
        return self.take(f"{underscores}{prefix}{bare}")

    def numbered(self, stem: str) -> str:
        """Return the first of ``stem_1``, ``stem_2`` … that is free."""
        number = 1
        while f"{stem}_{number}" in self._taken:
            number += 1
        return self.take(f"{stem}_{number}")

    def take(self, name: str) -> str:
        """Return ``name``, with underscores behind it if it is taken; it is from now on."""
        while name in self._taken:
            name += "_"
        self._taken.add(name)
        return name


def copied(node: _Node) -> _Node:
    """Return a copy of a tree; :mod:`copy` would follow what an analysis has hung on nodes that all trees share."""

    def copied_field(value: object) -> object:
        if isinstance(value, list):
            return [copied_field(one) for one in value]
        return copied(value) if isinstance(value, ast.AST) else value

    copy = type(node)(**{name: copied_field(value) for name, value in ast.iter_fields(node)})
    return ast.copy_location(copy, node)


def own_bindings(body: Collection[ast.stmt]) -> Iterator[str]:
    """Yield the names that statements bind, those inside of functions and classes not counted."""
    waiting: list[ast.AST] = list(body)
    while waiting:
        node = waiting.pop()
        yield from names_bound_by(node)
        if not isinstance(node, SCOPES):
            waiting += ast.iter_child_nodes(node)


def loads_in(nodes: Collection[ast.AST]) -> set[str]:
    """Return the names that are read in ``nodes``, at whatever depth."""
    return {node.id for one in nodes for node in ast.walk(one) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}


def functions_of(module: ast.Module) -> Iterator[Function]:
    """Yield the functions at a module's top level."""
    yield from (one for one in module.body if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef))


def is_plain(function: Function) -> bool:
    """Tell whether a function is called by nobody but its own code: no decorator hands it to a framework."""
    return not function.decorator_list and not function.name.startswith("__")


def parameter_names(function: Function | ast.Lambda) -> set[str]:
    return {parameter.arg for parameter in parameters(function)}


def body_start(body: list[ast.stmt]) -> int:
    """Return where a body's statements begin: behind its docstring."""
    return int(bool(body) and isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant))


def after_imports(module: ast.Module) -> int:
    """Return where a definition may be put: behind the docstring and the imports at the top."""
    index = body_start(module.body)
    while index < len(module.body) and isinstance(module.body[index], ast.Import | ast.ImportFrom):
        index += 1
    return index


def has(nodes: Collection[ast.AST], *types: type[ast.AST]) -> bool:
    """Tell whether there is a node of one of ``types`` in ``nodes``, functions and classes in them not entered."""
    waiting = list(nodes)
    while waiting:
        node = waiting.pop()
        if isinstance(node, types):
            return True
        if not isinstance(node, SCOPES):
            waiting += ast.iter_child_nodes(node)
    return False


def chain_root(node: ast.AST) -> str | None:
    """Return the variable that a dotted name begins with; None if ``node`` is none."""
    while isinstance(node, ast.Attribute):
        node = node.value
    return node.id if isinstance(node, ast.Name) else None


def load(*names: str) -> ast.expr:
    """Return the dotted name made of ``names``."""
    found: ast.expr = ast.Name(names[0], ast.Load())
    for name in names[1:]:
        found = ast.Attribute(found, name, ast.Load())
    return found


def assignment(name: str, value: ast.expr) -> ast.Assign:
    return ast.Assign([ast.Name(name, ast.Store())], value, lineno=0)


def statements(code: str) -> list[ast.stmt]:
    return ast.parse(code).body


class Suites(ast.NodeTransformer):
    """Rewrites statements of functions and of the module; those of classes, whose variables are members, are left alone.

    ``visit_Lambda`` and the like aren't entered by it: they hold no statements.
    """

    def __init__(self, rewrite: Callable[[ast.stmt], list[ast.stmt]]) -> None:
        self._rewrite = rewrite

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.ClassDef:  # ast's naming
        for member in node.body:
            if isinstance(member, SCOPES):
                self.visit(member)
        return node

    def visit(self, node: ast.AST) -> ast.AST | list[ast.stmt]:
        if isinstance(node, ast.expr):
            return node
        if not isinstance(node, ast.stmt) or isinstance(node, SCOPES):
            visitor = getattr(self, f"visit_{type(node).__name__}", self.generic_visit)
            found: ast.AST = visitor(node)
            return found
        self.generic_visit(node)
        return self._rewrite(node)
