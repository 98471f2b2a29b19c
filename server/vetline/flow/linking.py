"""How blocks depend on each other: what each has asked, and who has answered.

Blocks are followed one by one, and what each defines is noted.  A question about a definition is answered with what is known
by then; when the answer changes, the block that asked is followed again, until nothing changes any more.

Invariant: that ends where following all blocks from the start would end.  Where no block depends on itself, the answers
decide.  Blocks that depend on each other in a circle may have more than one way to agree; so they always begin with nothing,
in text order, once all that they use of others is settled, and do that again when one of them, or an answer from outside, is
new.
"""

from __future__ import annotations

import ast
import logging
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from vetline.flow.block import BlockFlow, follow_block
from vetline.flow.frame import Positions
from vetline.flow.functions import ClassInfo, Summary
from vetline.flow.models import Models
from vetline.flow.records import declares_field, fields_of
from vetline.flow.taints import BlockId
from vetline.flow.values import Value, join
from vetline.syntax.blocks import BlockKind
from vetline.syntax.tree import Tree

log = logging.getLogger(__name__)

_MOST_VISITS: Final = 6
"""How often a block in a circle is followed at most before the others' answers are taken as they are."""
_MOST_PASSES: Final = 16
"""How often the blocks are gone through at most, because following them has shown new dependencies."""
_DEEPEST: Final = 4
"""How many blocks are followed in the midst of each other, because one asks for what the next one defines."""


class Question(NamedTuple):
    """What a block has asked: ``subject`` is one of the names below, ``name`` a dotted name."""

    subject: str
    name: str


VALUE, ABOVE, ATTRIBUTE, SUMMARY, CLASS, IMPORTED = "value", "above", "attribute", "summary", "class", "imported"
Answer = Value | Summary | ClassInfo | None

_OF_BODIES: Final = frozenset({SUMMARY, CLASS})
"""The questions about what a function or class does; what its name stands for is known without following it."""
_DEFINING: Final = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)

Imported = Callable[[str], Answer]
"""Answers questions about the project's other files; takes a dotted name, or one with a file before its colon."""


class Visit(NamedTuple):
    """What following a block has asked, in that order, with the answers, and what has come of it."""

    asked: Mapping[Question, Answer]
    flow: BlockFlow


@dataclass(slots=True)
class Unit:
    """A block, and what is known of it.  ``owner`` is the class that it is a member of, with a colon in front."""

    id: BlockId
    body: Sequence[ast.stmt]
    positions: Positions
    owner: str = ""
    names: tuple[str, ...] = ()
    """What it surely defines, as told from its syntax alone."""
    flow: BlockFlow | None = None
    asked: dict[Question, Answer] = field(default_factory=dict)
    is_being_followed: bool = False
    visits: list[Visit] = field(default_factory=list)
    """What came of following it lately, newest first: with the same answers the same comes of it again."""

    @classmethod
    def of(cls, block: BlockId, body: Sequence[ast.stmt], positions: Positions, owner: str) -> Unit:
        """Return a block that hasn't been followed yet."""
        class_ = owner.rpartition(":")[2]
        prefix = f"{class_}." if owner else ""
        names = [f"{prefix}{name}" for statement in body for name in _bound_at_once(statement)]
        if owner and any(map(declares_field, body)):
            names.append(fields_of(class_))
        return cls(block, body, positions, owner, tuple(names))

    @property
    def definition(self) -> str:
        """The name of the function or class that it is the definition of, whatever that does; empty if it's something else."""
        return self.names[0] if len(self.body) == 1 and isinstance(self.body[0], _DEFINING) else ""

    @property
    def runs_at_import(self) -> bool:
        """Whether its own statements run in text order, so that names are what they are above it."""
        return not self.owner and not self.definition


@dataclass(slots=True)
class Nesting:
    """How many blocks are being followed in the midst of each other, in all files of a project."""

    depth: int = 0


def unit_of(block: BlockId, kind: BlockKind, tree: Tree, owner: str, file: str = "") -> tuple[Unit, str]:
    """Return the unit of a block, and the class that the next one is in if it is a member: ``owner`` is what this was for the
    last."""
    if kind is BlockKind.CLASS:
        header = tree.body[-1] if tree.body else None
        owner = f"{file}:{header.name}" if isinstance(header, ast.ClassDef) else ""
    elif kind is not BlockKind.MEMBER:
        owner = ""
    return Unit.of(block, tree.body, tree, owner if kind is BlockKind.MEMBER else ""), owner


class Links:
    """The blocks of one file in text order, and what they know of each other."""

    def __init__(
        self, models: Models, file: str = "", imported: Imported | None = None, nesting: Nesting | None = None
    ) -> None:
        self._models = models
        self.file = file
        """What stands in front of the colon in the names of its definitions."""
        self._imported = imported
        self._nesting = nesting or Nesting()
        self._units: dict[BlockId, Unit] = {}
        self._order: dict[BlockId, int] = {}
        self._definers: dict[str, set[BlockId]] = {}
        self._readers: dict[Question, set[BlockId]] = {}
        self._waiting: set[BlockId] = set()
        """The blocks that have to be looked at: new ones, and those that use what may have changed."""
        self._news: dict[BlockId, None] = {}
        """The blocks that were followed, and of which nobody has been told yet."""
        self._circle: set[BlockId] = set()
        """The blocks of the circle that is being followed, and of those ..."""
        self._pending: set[BlockId] = set()
        """... the ones that have to be followed (again)."""

    def copy(self) -> Links:
        """Return an independent copy, for trying a change out."""
        clone = Links(self._models, self.file, self._imported, self._nesting)
        clone._units = {
            key: Unit(u.id, u.body, u.positions, u.owner, u.names, u.flow, dict(u.asked), visits=list(u.visits))
            for key, u in self._units.items()
        }
        clone._order = dict(self._order)
        clone._definers = {name: set(units) for name, units in self._definers.items()}
        clone._readers = {question: set(units) for question, units in self._readers.items()}
        clone._waiting = set(self._waiting)
        clone._news = dict(self._news)
        return clone

    def flow_of(self, block: BlockId) -> BlockFlow | None:
        """Return what is known of a block."""
        unit = self._units.get(block)
        return None if unit is None else unit.flow

    def demand(self, question: Question) -> Answer:
        """Return what the file's definitions say; of its blocks, only those are followed that matter for that."""
        self._follow_first(question)
        if not self._nesting.depth:
            for _ in self._settle(of_followed=True):
                pass
        return self._answer(question, None)

    def update(self, blocks: Sequence[BlockId], fresh: Mapping[BlockId, Unit]) -> Iterator[BlockId]:
        """Go over to ``blocks``, in text order, of which those in ``fresh`` are new; yield each that was followed."""
        self.take(blocks, fresh)
        yield from self._settle()

    def take(self, blocks: Sequence[BlockId], fresh: Mapping[BlockId, Unit]) -> None:
        """Go over to ``blocks``, without following any yet."""
        before, self._order = self._order, {block: place for place, block in enumerate(blocks)}
        gone = [self._units.pop(block) for block in tuple(self._units) if block not in self._order or block in fresh]
        for unit in gone:
            self._forget(unit)
        places = [before[block] for block in blocks if block in self._units and block in before]
        if places != sorted(places):
            self._waiting.update(self._units)  # what stands above what has changed without any change of a text
        for block, unit in fresh.items():
            self._units[block] = unit
            for name in unit.names:
                self._definers.setdefault(name, set()).add(block)
            for question in self._questions(unit):
                self._waiting |= self._readers.get(question, set())
            self._waiting.add(block)
        self._waiting &= self._units.keys()
        self._news = {block: None for block in self._news if block in self._units}

    def _forget(self, unit: Unit) -> None:
        """Take a block out, and have those that used what it defines look again."""
        for question in unit.asked:
            self._readers.get(question, set()).discard(unit.id)
        for name in {*unit.names, *_defined(unit.flow)}:
            self._definers.get(name, set()).discard(unit.id)
        for question in self._questions(unit):
            self._waiting |= self._readers.get(question, set())

    def _settle(self, *, of_followed: bool = False) -> Iterator[BlockId]:
        """Look at what is waiting until nothing is: at all of it, or only at what was followed because somebody asked."""
        self._circle, self._pending = set(), set()
        for _ in range(_MOST_PASSES):
            for block in () if of_followed else self._in_text_order(self._waiting):
                if self._units[block].flow is None:
                    self._follow(self._units[block])
                    yield from self._told()
            for circle in self._circles([block for block in self._waiting if self._units[block].flow is not None]):
                if self._waiting.isdisjoint(circle):
                    continue
                for _ in self._follow_circle(circle):
                    yield from self._told()
                for block in circle:  # where something else is used by now that isn't settled yet, that comes first
                    if not self._waiting.isdisjoint(self._used(self._units[block]) - circle):
                        self._waiting.add(block)
            if all(self._units[block].flow is None for block in self._waiting):
                return
        self._waiting = {block for block in self._waiting if self._units[block].flow is None}

    def _told(self) -> Iterator[BlockId]:
        """Yield the blocks that were followed, each once; whoever stops early is told of the others next time."""
        while self._news:
            block = next(iter(self._news))
            del self._news[block]
            yield block

    def _follow_circle(self, circle: set[BlockId]) -> Iterator[None]:
        """Follow blocks that depend on each other, pausing after each; or one alone, if an answer has changed."""
        units = [self._units[block] for block in self._in_text_order(circle)]
        if len(units) == 1 and units[0].id not in self._used(units[0]):
            self._waiting -= circle
            if self._is_stale(units[0]):
                self._follow(units[0])
                yield
            return
        for unit in units:
            self._empty(unit)
        self._waiting |= circle  # until it's done: who stops early has to begin anew
        self._circle, self._pending = circle, set(circle)
        visits = dict.fromkeys(circle, 0)
        while self._pending:
            for block in self._in_text_order(self._pending):
                if block not in self._pending:
                    continue
                visits[block] += 1
                if visits[block] > _MOST_VISITS:
                    self._pending.discard(block)
                else:
                    self._follow(self._units[block])
                    yield
        self._circle = set()
        self._waiting -= circle

    def _empty(self, unit: Unit) -> None:
        """Forget what a block defines, as if it hadn't been followed yet."""
        for question in self._questions(unit):
            self._waiting |= self._readers.get(question, set())
        for name in set(_defined(unit.flow)).difference(unit.names):
            self._definers.get(name, set()).discard(unit.id)
        unit.flow = None

    def _is_stale(self, unit: Unit) -> bool:
        """Tell whether a block has to be followed because it never was, or because an answer is another one now."""
        return unit.flow is None or any(
            self._is_own(question) and self._answer(question, unit) != answer for question, answer in unit.asked.items()
        )

    def _follow(self, unit: Unit) -> None:
        self._pending.discard(unit.id)
        for question in unit.asked:
            self._readers.get(question, set()).discard(unit.id)
        for name in _defined(unit.flow):
            self._definers.get(name, set()).discard(unit.id)
        before = self._definitions(unit)
        unit.asked = {}
        unit.is_being_followed = True
        self._nesting.depth += 1
        try:
            flow = self._followed_before(unit) or self._followed_now(unit)
        except RecursionError:
            flow = BlockFlow({}, {}, (), {}, {}, {})
        finally:
            self._nesting.depth -= 1
            unit.is_being_followed = False
        unit.flow = flow
        self._news[unit.id] = None
        for question in unit.asked:
            self._readers.setdefault(question, set()).add(unit.id)
        for name in (*unit.names, *_defined(flow)):
            self._definers.setdefault(name, set()).add(unit.id)
        now = self._definitions(unit)
        self._reconsider(q for q in before.keys() | now.keys() if before.get(q) != now.get(q))

    def _followed_now(self, unit: Unit) -> BlockFlow:
        asking = _Asking(self, unit)
        flow = follow_block(unit.body, unit.positions, unit.id, unit.owner, self._models, asking, self.file)
        unit.visits.insert(0, Visit(unit.asked, flow))
        del unit.visits[_MOST_VISITS:]
        return flow

    def _followed_before(self, unit: Unit) -> BlockFlow | None:
        """Return what came of following a block when it got the same answers as it gets now; None if it never has.

        Blocks ask for the same until an answer differs, so the questions are asked again, one by one, as following it would.
        """
        likely = list(unit.visits)
        index = 0
        sequences = [list(visit.asked.items()) for visit in likely]
        while likely:
            for visit, sequence in zip(likely, sequences, strict=True):
                if len(sequence) == index:
                    return visit.flow
            question = sequences[0][index][0]
            answer = self.ask(question, unit)
            kept = [i for i, sequence in enumerate(sequences) if _is_same(sequence[index], question, answer)]
            likely, sequences = [likely[i] for i in kept], [sequences[i] for i in kept]
            index += 1
        return None

    def _reconsider(self, questions: Iterable[Question]) -> None:
        """Have the blocks looked at again that have asked ``questions``, to which a part of the answer has changed.

        In a circle only those for which the whole of it has; but circles that could use another part of it begin anew.
        """
        for question in questions:
            for reader in self._readers.get(question, ()):
                unit = self._units.get(reader)
                if unit is None:
                    continue
                if reader not in self._circle:
                    self._waiting.add(reader)
                elif reader not in self._pending and self._answer(question, unit) != unit.asked.get(question):
                    self._pending.add(reader)

    def _circles(self, blocks: Sequence[BlockId]) -> list[set[BlockId]]:
        """Return ``blocks`` and all that depend on them, grouped into circles (of one, mostly), each behind those that it uses.

        That is Tarjan's algorithm for strongly connected components, with a stack of its own in place of recursion.
        """
        within = self._closure(blocks)
        found: list[set[BlockId]] = []
        numbers: dict[BlockId, int] = {}
        lowest: dict[BlockId, int] = {}
        open_: dict[BlockId, None] = {}
        for root in self._in_text_order(within):
            stack: list[tuple[BlockId, Iterator[BlockId]]] = [(root, iter(()))] if root not in numbers else []
            while stack:
                block, used = stack.pop()
                if block not in numbers:
                    numbers[block] = lowest[block] = len(numbers)
                    open_[block] = None
                    used = iter(self._in_text_order(self._used(self._units[block]) & within))
                for other in used:
                    if other not in numbers:
                        stack += [(block, used), (other, iter(()))]
                        break
                    if other in open_:
                        lowest[block] = min(lowest[block], lowest[other])
                else:
                    if lowest[block] == numbers[block]:
                        circle: set[BlockId] = set()
                        while block not in circle:
                            circle.add(open_.popitem()[0])
                        found.append(circle)
                    elif stack:
                        below = stack[-1][0]
                        lowest[below] = min(lowest[below], lowest[block])
        return found

    def _closure(self, blocks: Iterable[BlockId]) -> set[BlockId]:
        """Return ``blocks`` and all that use something of theirs, be it through others."""
        found = set(blocks)
        waiting = list(found)
        while waiting:
            for question in self._questions(self._units[waiting.pop()]):
                for reader in self._readers.get(question, ()):
                    if reader not in found and reader in self._units:
                        found.add(reader)
                        waiting.append(reader)
        return found

    def _used(self, unit: Unit) -> set[BlockId]:
        """Return the blocks that a block asks for what they define."""
        return {
            definer.id
            for question in unit.asked
            if self._is_own(question)
            for definer in self._definers_for(question, unit)
            if question.subject in _OF_BODIES or definer.definition != _definition(question)
        }

    def _definitions(self, unit: Unit) -> dict[Question, Answer]:
        """Return a block's part of the answers to questions, as far as it has one."""
        found: dict[Question, Answer] = {}
        if unit.flow is not None:
            for name, value in unit.flow.exports.items():
                found[Question(VALUE, name)] = found[Question(ABOVE, name)] = value
                found[Question(ATTRIBUTE, f"{self.file}:{name}")] = value
            for name, summary in unit.flow.summaries.items():
                found[Question(SUMMARY, name)] = summary
            for name, info in unit.flow.classes.items():
                found[Question(CLASS, name)] = info
        return found

    def _questions(self, unit: Unit) -> Iterator[Question]:
        """Yield the questions that a block's definitions may be part of the answer to."""
        for name in dict.fromkeys((*unit.names, *_defined(unit.flow))):
            qualified = f"{self.file}:{name}"
            yield Question(VALUE, name)
            yield Question(ABOVE, name)
            yield Question(ATTRIBUTE, qualified)
            yield Question(SUMMARY, qualified)
            yield Question(CLASS, qualified)

    def ask(self, question: Question, unit: Unit) -> Answer:
        """Answer a question of ``unit``, and note it."""
        if question not in unit.asked:
            self._follow_first(question)
            unit.asked[question] = self._answer(question, unit)
        return unit.asked[question]

    def _follow_first(self, question: Question) -> None:
        """Follow the blocks that define what is asked for, if they haven't been yet."""
        if self._nesting.depth >= _DEEPEST or question.subject == ABOVE:
            return
        for block in self._in_text_order(self._definers.get(_definition(question), ())):
            unit = self._units[block]
            if question.subject not in _OF_BODIES and unit.definition == _definition(question):
                continue
            if unit.flow is None and not unit.is_being_followed:
                self._follow(unit)

    def _is_own(self, question: Question) -> bool:
        """Tell whether a question is about this file."""
        subject, name = question
        return subject in (VALUE, ABOVE) or (subject != IMPORTED and name.rpartition(":")[0] == self.file)

    def _definers_for(self, question: Question, asking: Unit | None) -> list[Unit]:
        """Return the blocks that the answer to a question about this file may come from, in text order."""
        definers = [self._units[block] for block in self._in_text_order(self._definers.get(_definition(question), ()))]
        if question.subject == ABOVE and asking is not None:
            place = self._order.get(asking.id, 0)
            above = [unit for unit in definers if self._order[unit.id] < place]
            return above[-1:] or [unit for unit in definers if unit is not asking]
        return definers

    def _answer(self, question: Question, asking: Unit | None) -> Answer:
        subject, name = question
        if not self._is_own(question):
            return None if self._imported is None else self._imported(name if subject == IMPORTED else f"{subject} {name}")
        definers = self._definers_for(question, asking)
        if subject == SUMMARY:
            found = [s for unit in definers if unit.flow and (s := unit.flow.summaries.get(name)) is not None]
            return found[-1] if found else None
        if subject == CLASS:
            classes = [c for unit in definers if unit.flow and (c := unit.flow.classes.get(name)) is not None]
            return classes[-1] if classes else None
        value: Value | None = None
        for unit in definers:
            one: Value | None = None
            if unit.definition == (wanted := _definition(question)):
                one = Value(names=(f"{self.file}:{wanted}",))  # that is known before it's followed
            elif unit.flow:
                one = unit.flow.exports.get(wanted)
            if one is not None:
                value = one if value is None else join(value, one)
        return value

    def _in_text_order(self, blocks: Collection[BlockId]) -> Sequence[BlockId]:
        """Return those of ``blocks`` that are there, in text order."""
        there = [block for block in blocks if block in self._units]
        return there if len(there) < 2 else sorted(there, key=self._order.__getitem__)


class _Asking:
    """What one block sees of the code around it; implements :class:`vetline.flow.outside.Outside`."""

    __slots__ = ("_links", "_unit", "_values")

    def __init__(self, links: Links, unit: Unit) -> None:
        self._links = links
        self._unit = unit
        self._values = ABOVE if unit.runs_at_import else VALUE

    def value(self, name: str) -> Value | None:
        answer = self._links.ask(Question(self._values, name), self._unit)
        if answer is None:
            answer = self._links.ask(Question(VALUE, "*"), self._unit)
            return self._from_star(name, answer) if isinstance(answer, Value) else None
        return answer if isinstance(answer, Value) else None

    def _from_star(self, name: str, stars: Value) -> Value | None:
        """Return what a name is that may come in by ``from module import *``."""
        from vetline.flow.models import NO_EFFECT

        for module in stars.names:
            dotted = f"{module}.{name}"
            if (found := self.imported(dotted)) is not None:
                return found
            models = self._links._models
            if models.effect(dotted) is not NO_EFFECT or models.effect(f"{dotted}()") is not NO_EFFECT:
                effect = models.effect(dotted)
                return Value(names=(effect.alias or dotted,), types=(effect.type,) if effect.type else ())
        return None

    def summary(self, name: str) -> Summary | None:
        answer = self._links.ask(Question(SUMMARY, name), self._unit)
        return answer if isinstance(answer, Summary) else None

    def class_info(self, name: str) -> ClassInfo | None:
        answer = self._links.ask(Question(CLASS, name), self._unit)
        return answer if isinstance(answer, ClassInfo) else None

    def attribute(self, name: str) -> Value | None:
        answer = self._links.ask(Question(ATTRIBUTE, name), self._unit)
        return answer if isinstance(answer, Value) else None

    def imported(self, name: str) -> Value | None:
        if self._links._imported is None:
            return None
        answer = self._links.ask(Question(IMPORTED, name), self._unit)
        return answer if isinstance(answer, Value) else None


def _is_same(known: tuple[Question, Answer], question: Question, answer: Answer) -> bool:
    return known[0] == question and (known[1] is answer or known[1] == answer)


def _bound_at_once(statement: ast.stmt) -> Iterator[str]:
    """Yield the names that a statement binds, as far as a glance tells."""
    match statement:
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            yield name
        case ast.Assign(targets=targets):
            yield from (target.id for target in targets if isinstance(target, ast.Name))
        case ast.AnnAssign(target=ast.Name(id=name)):
            yield name
        case ast.Import(names=aliases) | ast.ImportFrom(names=aliases):
            yield from (alias.asname or alias.name.partition(".")[0] for alias in aliases)


def _definition(question: Question) -> str:
    """Return the name of the definition that a question is about."""
    return question.name.rpartition(":")[2]


def _defined(flow: BlockFlow | None) -> Iterable[str]:
    """Yield the names that a block defines."""
    if flow is not None:
        yield from flow.exports
        yield from (name.rpartition(":")[2] for name in flow.summaries)
        yield from (name.rpartition(":")[2] for name in flow.classes)
