"""Walks a block as Bandit's visitor walks a file, and runs the checks on its nodes."""

from __future__ import annotations

import ast
import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from bandit.core import utils as bandit_utils

from vetline.core.finding import BanditCoordinates
from vetline.core.severity import Confidence, Severity
from vetline.rules.bandit.calls import CallContext
from vetline.rules.bandit.checks import BanditCheck, BanditChecks
from vetline.rules.bandit.context import BlockContext, EnclosingClass, EnclosingModule, MethodContext, Names
from vetline.rules.bandit.nosec import NosecLines, is_silenced
from vetline.semantics.facts import Facts
from vetline.semantics.renames import NO_RENAMES, Renames

log = logging.getLogger(__name__)

_LARGE_DICT = 64


@dataclass(frozen=True, slots=True)
class BanditHit:
    """What a check reported: an issue in Bandit's terms, and the node that the check was run on.

    Lines are those of the tree that was visited.
    """

    test_id: str
    node: ast.AST
    text: str
    severity: Severity
    confidence: Confidence
    cwe: int
    place: BanditCoordinates


class _Keys(list[Any]):
    """The keys of a large dictionary display, in which a check can look for a node without comparing with each."""

    def __init__(self, keys: Iterable[Any]) -> None:
        super().__init__(keys)
        self._places = {id(key): place for place, key in enumerate(self)}

    def __contains__(self, node: object) -> bool:
        return id(node) in self._places

    def index(self, node: Any, *borders: Any) -> int:
        place = self._places.get(id(node))
        return super().index(node, *borders) if place is None or borders else place


class BlockVisitor:
    """One visit of one block.

    ``path`` and ``namespace`` are what Bandit would have for the file: its name, and its dotted module name.  ``renames`` are
    in force beyond what the file's imports say.
    """

    def __init__(
        self,
        checks: BanditChecks,
        facts: Facts,
        nosec: NosecLines,
        path: str,
        namespace: str,
        renames: Renames = NO_RENAMES,
    ) -> None:
        self._checks = checks
        self._facts = facts
        self._nosec = nosec
        self._path = path
        self._namespace = namespace
        self.names = Names(facts, renames)
        self._owner: EnclosingClass | None = None
        self.hits: list[BanditHit] = []

    def visit_block(self, body: tuple[ast.stmt, ...], *, in_class: bool) -> None:
        """Visit the statements of a block, top-level ones or (``in_class``) members of a class."""
        module = EnclosingModule(self._facts, () if in_class else body)
        if in_class:
            self._owner = EnclosingClass(self._facts, self._namespace)
            self._owner._bandit_parent = module  # type: ignore[attr-defined]
        self._visit_all(body, self._owner or module)

    def _visit_all(self, nodes: Sequence[ast.AST], parent: ast.AST) -> None:
        """Visit ``nodes``, which are a list field of ``parent``, and all below them.

        A stack of iterators instead of recursion: generated code nests deeper than Python recurses.
        """
        stack: list[tuple[Iterator[ast.AST], str]] = [(_linked(nodes, parent), self._namespace)]
        while stack:
            children, self._namespace = stack[-1]
            node = next(children, None)
            if node is None:
                stack.pop()
                continue
            if (visit := _VISITS.get(type(node))) is not None:
                visit(self, node)
            elif checks := self._checks.of(type(node).__name__):
                self._run(checks, self._values(node))
            if node._fields:
                stack.append((_children(node), self._namespace))

    def _visit_constant(self, node: ast.Constant) -> None:
        if isinstance(node.value, str):
            self._visit_text(node, "Str", "str", node.value)
        elif isinstance(node.value, bytes):
            self._visit_text(node, "Bytes", "bytes", node.value)

    def _visit_class(self, node: ast.ClassDef) -> None:
        self._namespace = bandit_utils.namespace_path_join(self._namespace, node.name)

    def _visit_text(self, node: ast.Constant, kind: str, key: str, value: object) -> None:
        parent = node._bandit_parent  # type: ignore[attr-defined]
        checks = self._checks.of(kind)
        if checks and not isinstance(parent, ast.Expr):  # a docstring
            self._run(checks, {**self._values(node), key: value, "linerange": _line_range(parent)})

    def _visit_call(self, node: ast.Call) -> None:
        try:
            qualname = bandit_utils.get_call_name(node, self.names.aliases)
        except RecursionError:
            return  # Bandit gives up on the file
        values = {**self._values(node), "call": node, "qualname": qualname, "name": qualname.split(".")[-1]}
        known = self._checks.calls.get(node, qualname)
        if known is None:
            self._learn(qualname, values)
        elif known:
            self._run(known, values)

    def _learn(self, qualname: str, values: dict[str, Any]) -> None:
        """Run the checks of calls at the first call of ``qualname``."""
        context = CallContext(values, self.names, self._facts)
        left = []
        for check in self._checks.of("Call"):
            is_news = self._run_one(check, context, values)
            if not context.looked_only_at_the_name(check) or is_news:
                left.append(check)
        self._checks.calls.learn(qualname, left)

    def _visit_function(self, node: ast.FunctionDef) -> None:
        qualname = f"{self._namespace}.{node.name}"
        values = {**self._values(node), "function": node, "qualname": qualname, "name": node.name}
        self._namespace = bandit_utils.namespace_path_join(self._namespace, node.name)
        self._run(self._checks.of("FunctionDef"), values, self._owner)

    def _visit_import(self, node: ast.Import | ast.ImportFrom) -> None:
        values = self._values(node)
        for alias in node.names:
            if alias.asname:
                self.names.aliases[alias.asname] = alias.name
            self.names.imports.add(alias.name)
            values["module"] = alias.name
        self._run(self._checks.of("Import"), values)

    def _visit_import_from(self, node: ast.ImportFrom) -> None:
        if node.module is None:
            self._visit_import(node)
            return
        values = self._values(node)
        for alias in node.names:
            self.names.aliases[alias.asname or alias.name] = f"{node.module}.{alias.name}"
            self.names.imports.add(f"{node.module}.{alias.name}")
            values["module"], values["name"] = node.module, alias.name
        self._run(self._checks.of("ImportFrom"), values)

    def _values(self, node: ast.AST) -> dict[str, Any]:
        """Return the part of Bandit's context that every node has."""
        values: dict[str, Any] = {
            "imports": self.names.imports,
            "import_aliases": self.names.aliases,
            "node": node,
            "linerange": _line_range(node),
            "filename": self._path,
        }
        for name in ("lineno", "col_offset", "end_col_offset"):
            if hasattr(node, name):
                values[name] = getattr(node, name)
        return values

    def _run(self, checks: Sequence[BanditCheck], values: dict[str, Any], owner: EnclosingClass | None = None) -> None:
        facts = self._facts
        context = MethodContext(values, self.names, facts, owner) if owner else BlockContext(values, self.names, facts)
        for check in checks:
            self._run_one(check, context, values)

    def _run_one(self, check: BanditCheck, context: BlockContext, values: dict[str, Any]) -> bool:
        """Run one check, and tell whether it has found something, or failed."""
        try:
            issue = check.run(context)
            if issue is None:
                return False
            if hit := to_hit(check, issue, values, self._nosec):
                self.hits.append(hit)
        except Exception:  # Bandit goes on after a check that fails, and so do we
            log.debug("Bandit's check %s failed", check.test_id, exc_info=True)
        return True


_VISITS: Final[Mapping[type[ast.AST], Callable[[BlockVisitor, Any], None]]] = {
    ast.Constant: BlockVisitor._visit_constant,
    ast.Call: BlockVisitor._visit_call,
    ast.Import: BlockVisitor._visit_import,
    ast.ImportFrom: BlockVisitor._visit_import_from,
    ast.FunctionDef: BlockVisitor._visit_function,
    ast.ClassDef: BlockVisitor._visit_class,
}
"""What is done with nodes for which checks are given more than the node."""


def to_hit(check: BanditCheck, issue: Any, values: dict[str, Any], nosec: NosecLines) -> BanditHit | None:
    """Complete an issue from the context ``values``, as Bandit's tester does; None if a comment silences it."""
    line = values["lineno"] if issue.lineno is None else issue.lineno
    line_range = issue.linerange if issue.linerange != [] else values["linerange"]
    test_id = issue.test_id or check.test_id
    if is_silenced(test_id, issue.lineno, values["linerange"], nosec):
        return None
    return BanditHit(
        test_id,
        values["node"],
        issue.text,
        Severity[issue.severity],
        Confidence[issue.confidence],
        int(issue.cwe.id),
        BanditCoordinates(
            line,
            values["col_offset"] if issue.col_offset == -1 else issue.col_offset,
            values.get("end_col_offset", 0),
            (line_range[0], line_range[-1]),
        ),
    )


def _line_range(node: ast.AST) -> range:
    """Return the lines of ``node``; Bandit's function of that name makes a list of them for every node."""
    if hasattr(node, "lineno"):
        return range(node.lineno, node.end_lineno + 1)  # type: ignore[attr-defined]
    lines = bandit_utils.linerange(node)
    return range(lines[0], lines[-1] + 1)


def _linked(nodes: Sequence[ast.AST], parent: ast.AST) -> Iterator[ast.AST]:
    """Yield ``nodes``, linked as Bandit links them while it visits."""
    last = len(nodes) - 1
    for index, node in enumerate(nodes):
        if isinstance(node, ast.AST):
            node._bandit_sibling = nodes[index + 1] if index < last else None  # type: ignore[attr-defined]
            node._bandit_parent = parent  # type: ignore[attr-defined]
            yield node


def _children(parent: ast.AST) -> Iterator[ast.AST]:
    """Yield the nodes right below ``parent`` in Bandit's order."""
    if isinstance(parent, ast.Dict) and len(parent.keys) > _LARGE_DICT and not isinstance(parent.keys, _Keys):
        parent.keys = _Keys(parent.keys)
    for name in parent._fields:
        value = getattr(parent, name, None)
        if isinstance(value, list):
            yield from _linked(value, parent)
        elif isinstance(value, ast.AST):
            value._bandit_sibling = None  # type: ignore[attr-defined]
            value._bandit_parent = parent  # type: ignore[attr-defined]
            yield value
