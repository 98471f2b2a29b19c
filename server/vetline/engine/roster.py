"""Which rules a block is of any interest to: learnt from what they ask.

A check is a function of the answers that it gets.  If it has asked for calls, nodes, sinks or words only, got nothing each
time, and found nothing, then it finds nothing in any block that has none of these.  So what a check has asked in such a case is
kept, and it is left alone until a block has some of it; nearly all checks are, at nearly all blocks.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from typing import Any, NamedTuple, TypeVar

from vetline.engine.site import BlockSource, call_trait, sink_trait
from vetline.flow.frame import SinkHit
from vetline.rules.base import CheckContext, Rule

T = TypeVar("T")


class Call(NamedTuple):
    """A function of a rule that looks at blocks: its check, or what notes what is to be compared."""

    rule: Rule
    ask: Callable[[CheckContext], Iterable[Any]]
    is_note: bool = False


class Roster:
    """The rules that are run on blocks, in their order, and what each of them needs to see in one to find anything."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        self._rules = tuple(rules)
        checks = [Call(rule, rule.check) for rule in self._rules if rule.check is not None]
        notes = [Call(rule, rule.comparison.note, is_note=True) for rule in self._rules if rule.comparison is not None]
        self._calls = (*checks, *notes)
        self._unknown = dict.fromkeys(range(len(self._calls)))
        """The functions of which it isn't known."""
        self._woken_by: dict[object, list[int]] = {}

    def __iter__(self) -> Iterator[Rule]:
        return iter(self._rules)

    def __len__(self) -> int:
        return len(self._rules)

    def awake(self, source: BlockSource) -> Iterator[tuple[Call, Callable[[], Sequence[Any]]]]:
        """Yield the functions that may find something in a block, each with what runs it there."""
        woken = set(self._unknown)
        for trait in source.traits():
            if (indices := self._woken_by.get(trait)) is not None:
                woken.update(indices)
        for index in sorted(woken):
            yield self._calls[index], partial(self._found, index, source)

    def _found(self, index: int, source: BlockSource) -> Sequence[Any]:
        ask = self._calls[index].ask
        if index not in self._unknown:
            return tuple(ask(source))
        witness = _Witness(source)
        found = tuple(ask(witness))
        if not found and not witness.saw_something:
            del self._unknown[index]
            for trait in witness.missed:
                self._woken_by.setdefault(trait, []).append(index)
        return found


class _Witness:
    """A block as a check sees it, that notes what the check asks for."""

    def __init__(self, source: BlockSource) -> None:
        self._source = source
        self.missed: set[object] = set()
        """What was asked for and isn't there."""
        self.saw_something = False
        """Whether the check has learnt anything else."""

    def __getattr__(self, name: str) -> Any:
        self.saw_something = True
        return getattr(self._source, name)

    def _note(self, traits: Iterable[object], *, is_there: bool) -> None:
        if is_there:
            self.saw_something = True
        else:
            self.missed.update(traits)

    def walk(self, *types: type[ast.AST]) -> Sequence[ast.AST]:
        found = self._source.walk(*types)
        self._note((kind for type_ in types for kind in _kinds_of(type_)), is_there=bool(found))
        return found

    def calls(self, *names: str) -> Sequence[ast.Call]:
        found = self._source.calls(*names)
        self._note(map(call_trait, names) if names else (ast.Call,), is_there=bool(found))
        return found

    def sinks(self, *kinds: str) -> Sequence[SinkHit]:
        found = self._source.sinks(*kinds)
        self._note(map(sink_trait, kinds or ("",)), is_there=bool(found))
        return found

    def mentions(self, words: frozenset[str]) -> bool:
        found = self._source.mentions(words)
        self._note(words, is_there=found)
        return found

    def once(self, find: Callable[[CheckContext], T]) -> T:
        return find(self)  # not what others were told, who may have been the first to ask


def _kinds_of(type_: type[ast.AST]) -> tuple[type[ast.AST], ...]:
    """Return a type of nodes, and those that are of this type, too."""
    return (type_, *(kind for one in type_.__subclasses__() for kind in _kinds_of(one)))
