"""What rules see of a block: its text, its nodes, and what data-flow analysis knows of them."""

from __future__ import annotations

import ast
import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from functools import cache, cached_property
from itertools import chain
from typing import TypeVar, cast

from vetline.core.location import Range
from vetline.flow.block import BlockFlow
from vetline.flow.frame import SinkHit
from vetline.flow.signatures import parameters_of
from vetline.flow.taints import is_field
from vetline.flow.values import UNKNOWN, Value, constant
from vetline.rules.bandit import nodes
from vetline.rules.base import CheckContext
from vetline.rules.web import own_sinks
from vetline.semantics.bindings import chain_of
from vetline.syntax.lines import Lines
from vetline.syntax.nodes import walk
from vetline.syntax.tree import Tree

T = TypeVar("T")

_BUILTINS = "builtins."
_WORD = re.compile(r"\w+")


@cache
def _set_of(names: tuple[str, ...]) -> frozenset[str]:
    """Return ``names``, which a rule writes down once and for all, as a set."""
    return frozenset(names)


def call_trait(name: str) -> str:
    """Return what tells a block that calls ``name`` from others; no word is like that."""
    return f"{name}()"


def sink_trait(kind: str) -> str:
    """The same of a block with a sink of a kind, or any if that is empty."""
    return f"->{kind}"


class BlockSource:
    """A block as :class:`vetline.rules.base.CheckContext` describes it; ranges are relative to the block."""

    def __init__(self, tree: Tree, text: str, flow: BlockFlow, imports: Callable[[], frozenset[str]]) -> None:
        self._tree = tree
        self._lines = Lines(text)
        self._flow = flow
        self._imports = imports
        self._found: dict[object, object] = {}
        self._by_types: dict[tuple[type[ast.AST], ...], list[ast.AST]] = {}

    def range_of(self, node: ast.AST) -> Range:
        return self._tree.range_of(node)

    def text_of(self, node: ast.AST) -> str:
        return self.text_in(self.range_of(node))

    def text_in(self, range_: Range) -> str:
        return self._lines.slice(range_)

    def qualified_name(self, node: ast.AST) -> str | None:
        names = self.names_of(node)
        if names:
            return names[0].removeprefix(_BUILTINS)
        chain = chain_of(node)
        return ".".join(chain) if chain else None

    def parent_of(self, node: ast.AST) -> ast.AST | None:
        return nodes.parent_of(node)

    def imports(self) -> frozenset[str]:
        return self._imports()

    def value(self, node: ast.AST) -> Value:
        if isinstance(node, ast.Constant):
            return constant(node.value)
        return self._flow.values.get(id(node), UNKNOWN).without(is_field)

    def names_of(self, node: ast.AST) -> tuple[str, ...]:
        value = self._flow.values.get(id(node))
        return () if value is None else value.names

    def callees(self, call: ast.AST) -> tuple[str, ...]:
        return self._flow.callees.get(id(call), ())

    @property
    def class_name(self) -> str:
        return self._flow.owner.rpartition(":")[2]

    def sinks(self, *kinds: str) -> Sequence[SinkHit]:
        sinks = self._sinks
        return [hit for hit in sinks if hit.kind in kinds] if kinds and sinks else sinks

    @cached_property
    def _sinks(self) -> Sequence[SinkHit]:
        return own_sinks(self._flow.sinks, self) if self._flow.sinks else ()

    def mentions(self, words: frozenset[str]) -> bool:
        return not self._words.isdisjoint(words)

    @cached_property
    def _words(self) -> frozenset[str]:
        text = self._lines.text
        written = text if text.isascii() else unicodedata.normalize("NFKC", text)  # as Python reads names
        names = {name for node in self.walk(ast.Name) for name in self.names_of(node)}
        return frozenset(_WORD.findall(".".join((written, *names, *self._calls))))

    def traits(self) -> Iterable[object]:
        """Return what the block has of all that checks may ask for: types of nodes, words, and names of calls and kinds of
        sinks as the functions below give them."""
        sinks = {sink_trait(hit.kind) for hit in self._flow.sinks}
        return chain(self._nodes, self._words, map(call_trait, self._calls), sinks, (sink_trait(""),) if sinks else ())

    def calls(self, *names: str) -> Sequence[ast.Call]:
        if not names:
            return cast(Sequence[ast.Call], self.walk(ast.Call))
        calls = self._calls
        if _set_of(names).isdisjoint(calls):  # nearly always: a block calls few of all that rules know
            return ()
        found = [name for name in names if name in calls]
        if len(found) == 1:
            return calls[found[0]]
        return list(dict.fromkeys(call for name in found for call in calls[name]))

    @cached_property
    def _calls(self) -> dict[str, list[ast.Call]]:
        """Return the block's calls by the names of what they may call."""
        found: dict[str, list[ast.Call]] = {}
        for call in self.calls():
            for name in self._flow.callees.get(id(call), ()):
                found.setdefault(name, []).append(call)
        return found

    def walk(self, *types: type[ast.AST]) -> Sequence[ast.AST]:
        if len(types) == 1:
            return self._nodes.get(types[0], ())
        found = self._by_types.get(types)  # many rules ask for the same
        if found is None:
            found = [node for kind, some in self._nodes.items() if issubclass(kind, types) for node in some]
            self._by_types[types] = found
        return found

    @cached_property
    def _nodes(self) -> dict[type[ast.AST], list[ast.AST]]:
        """The block's nodes by their types."""
        found: dict[type[ast.AST], list[ast.AST]] = {}
        for statement in self._tree.body:
            for node in walk(statement):
                found.setdefault(type(node), []).append(node)
        return found

    def once(self, find: Callable[[CheckContext], T]) -> T:
        if find not in self._found:
            self._found[find] = find(self)
        return cast(T, self._found[find])

    def given_back(self, call: ast.Call) -> ast.expr | None:
        return self._flow.given_back.get(id(call))

    def argument(self, call: ast.Call, position: int, keyword: str = "") -> ast.expr | None:
        if 0 <= position < len(call.args) and not any(isinstance(a, ast.Starred) for a in call.args[: position + 1]):
            return call.args[position]
        if not call.keywords:
            return None
        wanted = {keyword}
        for callee in self.callees(call):
            wanted.update(parameters_of(callee)[position : position + 1] if position >= 0 else ())
        return next((one.value for one in call.keywords if one.arg in wanted), None)
