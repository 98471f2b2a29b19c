"""The place of one finding, as a rule's fix sees it."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from typing import Any, TypeVar

from vetline.core.edit import TextEdit
from vetline.core.finding import Finding
from vetline.core.location import Position, Range
from vetline.engine.document import Document
from vetline.engine.entries import Spot
from vetline.fixes.imports import FileImports, expression_for
from vetline.rules.bandit import nodes
from vetline.rules.base import CheckContext
from vetline.semantics.scopes import bound_in, names_in, uses_of
from vetline.syntax import calls
from vetline.syntax.blocks import BlockKind
from vetline.syntax.lines import advance, line_body
from vetline.syntax.tree import Tree

T = TypeVar("T")

_MISSING: Any = object()
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)


class Site:
    """Implements :class:`vetline.rules.base.FixSite` on a document that has been vetted."""

    def __init__(self, document: Document, spot: Spot, imports: FileImports) -> None:
        self._document = document
        self._spot = spot
        self._imports = imports
        self._aliases = document.names_at(spot)
        self._planned: dict[str, TextEdit] = {}

    @property
    def finding(self) -> Finding:
        return self._spot.finding

    @property
    def node(self) -> ast.AST:
        return self._spot.node

    def range_of(self, node: ast.AST) -> Range:
        line, tree = self._block_of(node)
        return tree.range_of(node).shifted(line)

    def text_of(self, node: ast.AST) -> str:
        return self.text_in(self.range_of(node))

    def text_in(self, range_: Range) -> str:
        return self._document.lines.slice(range_)

    def qualified_name(self, node: ast.AST) -> str | None:
        return nodes.qualified_name(node, self._aliases)

    def parent_of(self, node: ast.AST) -> ast.AST | None:
        return nodes.parent_of(node)

    def imports(self) -> frozenset[str]:
        return self._document.imported()

    @cached_property
    def block(self) -> CheckContext | None:
        return self._document.source_at(self._spot)

    def mentions(self, pattern: str) -> bool:
        return re.search(pattern, self._document.text) is not None

    @property
    def newline(self) -> str:
        return self._document.lines.newline

    @property
    def top_level(self) -> Sequence[ast.stmt]:
        return [
            statement for _, kind, tree in self._document.trees() if kind is not BlockKind.MEMBER for statement in tree.body
        ]

    @property
    def statements(self) -> Sequence[ast.stmt]:
        return [statement for _, _, tree in self._document.trees() for statement in tree.body]

    def known(self, key: object, find: Callable[[], T]) -> T:
        found: T = self._imports.known.setdefault(key, _MISSING)
        if found is _MISSING:
            found = self._imports.known[key] = find()
        return found

    def has_line(self, line: int) -> bool:
        return line < len(self._document.lines)

    def rest_of_line(self, position: Position) -> str:
        return line_body(self._document.lines[position.line])[position.column :]

    def enclosing_statement(self, node: ast.AST) -> ast.stmt:
        return next(found for found in (node, *self._ancestors(node)) if isinstance(found, ast.stmt))

    def enclosing_function(self, node: ast.AST) -> ast.FunctionDef | ast.AsyncFunctionDef | None:
        return next((n for n in self._ancestors(node) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)), None)

    def scope_of(self, node: ast.AST) -> Sequence[ast.stmt]:
        for parent in self._ancestors(node):
            if isinstance(parent, ast.FunctionDef | ast.AsyncFunctionDef):
                return parent.body
            if isinstance(parent, ast.ClassDef | ast.Lambda):
                return ()
        if self._is_in_class(node):
            return ()
        return self.statements

    def use(self, module: str, name: str | None = None) -> str:
        expression, edit = self._plan(module, name)
        if edit is not None:
            self._planned[expression] = edit
        return expression

    def planned_imports(self) -> dict[str, TextEdit]:
        """Return what :meth:`use` has to insert, by the expression that needs it."""
        return self._planned

    def replace(self, node: ast.AST, new_text: str) -> TextEdit:
        return TextEdit(self.range_of(node), new_text)

    def insert(self, at: Position, new_text: str) -> TextEdit:
        return TextEdit.insert(at, new_text)

    def part_of(self, node: ast.AST, start: int, end: int) -> Range:
        begin, text = self.range_of(node).start, self.text_of(node)
        return Range(advance(begin, text[:start]), advance(begin, text[:end]))

    def call_instead(self, callee: ast.expr, module: str, name: str) -> TextEdit:
        if isinstance(callee, ast.Attribute) and self.qualified_name(callee.value) == module:
            length = len(self.text_of(callee))
            place = self.part_of(callee, length - len(callee.attr), length)
            if self.text_in(place) == callee.attr:
                return TextEdit(place, name)
        known, needs_import = self._plan(module, name)
        if needs_import is None:
            return self.replace(callee, known)
        was_from_module = self.qualified_name(callee) == f"{module}.{self.text_of(callee)}"
        return self.replace(callee, self.use(module, name) if was_from_module else f"{self.use(module)}.{name}")

    def set_keyword(self, call: ast.Call, name: str, value: str) -> TextEdit:
        return calls.set_keyword(call, name, value, self._document.lines, self.range_of)

    def append_argument(self, call: ast.Call, text: str) -> TextEdit:
        return calls.append_argument(call, text, self._document.lines, self.range_of)

    def add_positional(self, call: ast.Call, text: str) -> TextEdit:
        return calls.add_positional(call, text, self._document.lines, self.range_of)

    def remove_argument(self, call: ast.Call, argument: ast.expr | ast.keyword) -> TextEdit:
        return calls.remove_argument(call, argument, self._document.lines, self.range_of)

    def _plan(self, module: str, name: str | None) -> tuple[str, TextEdit | None]:
        """Return how to write ``module.name``, and the edit that imports it if that is needed."""
        hidden: frozenset[str] = frozenset()
        functions = [parent for parent in self._ancestors(self.node) if isinstance(parent, _FUNCTIONS)]
        for function in functions:
            if (local := self._local_import(function, module, name)) and local.partition(".")[0] not in hidden:
                return local, None
            hidden |= bound_in(function)
        if not functions and self._is_in_class(self.node):
            hidden |= names_in(tree.body for _, kind, tree in self._document.trees() if kind is BlockKind.MEMBER)
        line = self.finding.range.start.line
        plan = self._imports.plan(module, name, line, hidden=hidden, is_deferred=bool(functions))
        return plan.expression, plan.edit

    def _ancestors(self, node: ast.AST) -> Iterator[ast.AST]:
        """Yield what ``node`` is part of, from the inside out."""
        parent = self.parent_of(node)
        while parent is not None:
            yield parent
            parent = self.parent_of(parent)

    def _root_of(self, node: ast.AST) -> ast.AST:
        """Return the statement that ``node``'s block consists of, or is one of."""
        root = node
        for root in self._ancestors(node):  # noqa: B007  # the last one counts
            pass
        return root

    def _is_in_class(self, node: ast.AST) -> bool:
        return nodes.is_in_class(self._root_of(node))

    def _block_of(self, node: ast.AST) -> tuple[int, Tree]:
        """Return the block that ``node`` belongs to: its first line, and its tree."""
        own = (self._spot.line, self._spot.tree)
        root = self._root_of(node)
        if any(root is statement for statement in self._spot.tree.body):
            return own
        return self._blocks.get(id(root), own)

    @cached_property
    def _blocks(self) -> dict[int, tuple[int, Tree]]:
        """All blocks, by the identity of the statements in them."""
        return {id(statement): (line, tree) for line, _, tree in self._document.trees() for statement in tree.body}

    def _local_import(self, function: ast.AST, module: str, name: str | None) -> str | None:
        """Return how to write ``module.name`` after an import that ``function`` makes above the finding; None without."""
        body = function.body if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef) else ()
        for statement in body:
            if isinstance(statement, ast.Import | ast.ImportFrom) and self.range_of(statement) < self.finding.range:
                expression = expression_for(statement, module, name)
                if expression and uses_of(expression.partition(".")[0], body).stores == [statement]:
                    return expression
        return None
