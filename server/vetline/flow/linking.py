"""How blocks depend on each other: what each has asked, and who has answered.

Blocks are followed one by one, and what each defines is noted.  A question about a definition is answered with what is known
by then; when the answer changes, the block that asked is followed again, until nothing changes any more.

Invariant: that ends where following all blocks from the start would end.  Where no block depends on itself, the answers
decide.  Blocks that depend on each other in a circle may have more than one way to agree; so they always begin with nothing,
in text order, once all that they use of others is settled, and do that again when one of them, or an answer from outside, is
new.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Final, NamedTuple

from vetline.flow.asking import Asking
from vetline.flow.block import BlockFlow, follow_block, nothing_known
from vetline.flow.circles import circles
from vetline.flow.models import Models
from vetline.flow.order import TextOrder
from vetline.flow.taints import BlockId
from vetline.flow.units import (
    ABOVE,
    ATTRIBUTE,
    CLASS,
    IMPORTED,
    OF_BODIES,
    SUMMARY,
    VALUE,
    Answer,
    Question,
    Unit,
    Visit,
    defined_by,
    definition_of,
)
from vetline.flow.values import Value, join

log = logging.getLogger(__name__)

_MOST_VISITS: Final = 6
"""How often a block in a circle is followed at most before the others' answers are taken as they are."""
_MOST_PASSES: Final = 16
"""How often the blocks are gone through at most, because following them has shown new dependencies."""
_DEEPEST: Final = 4
"""How many blocks are followed in the midst of each other, because one asks for what the next one defines."""


Imported = Callable[[str], Answer]
"""Answers questions about the project's other files; takes a dotted name, or one with a file before its colon."""


class Stretch(NamedTuple):
    """A part of a text that differs: ``blocks`` stand there now, in text order, between ``after`` and ``before`` (None: the
    head or the end of the text); ``gone`` were there, and are nowhere now."""

    blocks: Sequence[BlockId]
    after: BlockId | None = None
    before: BlockId | None = None
    gone: Collection[BlockId] = ()


class Links:
    """The blocks of one file in text order, and what they know of each other."""

    def __init__(self, models: Models, file: str = "", imported: Imported | None = None, deepest: int = _DEEPEST) -> None:
        self._models = models
        self.file = file
        """What stands in front of the colon in the names of its definitions."""
        self._imported = imported
        self._deepest = deepest
        self._depth = 0
        """How many blocks are being followed in the midst of each other."""
        self._put_off: dict[Question, None] = {}
        """What was asked for when that were too many."""
        self._units: dict[BlockId, Unit] = {}
        self._order = TextOrder[BlockId]()
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
        clone = Links(self._models, self.file, self._imported, self._deepest)
        clone._units = {
            key: Unit(u.id, u.body, u.positions, u.owner, u.names, u.flow, dict(u.asked), visits=list(u.visits))
            for key, u in self._units.items()
        }
        clone._order = self._order.copy()
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
        self._put_off = {question: None}
        while self._put_off:
            while self._put_off:
                self._follow_first(self._put_off.popitem()[0])
            for _ in self._settle(of_followed=True):
                pass
        return self._answer(question, None)

    def update(self, stretch: Stretch, fresh: Mapping[BlockId, Unit]) -> Iterator[BlockId]:
        """Go over to a text that differs in ``stretch``, and whose blocks ``fresh`` are new; yield each that was followed."""
        self.take(stretch, fresh)
        yield from self._settle()

    def take(self, stretch: Stretch, fresh: Mapping[BlockId, Unit]) -> None:
        """Go over to a text that differs in ``stretch``, and whose blocks ``fresh`` are new, without following any yet."""
        self._put_off = {}
        for block in (*stretch.gone, *fresh):
            if (unit := self._units.pop(block, None)) is not None:
                self._forget(unit)
        kept = [block for block in stretch.blocks if block in self._units]
        if kept != self._order.sorted(kept):
            self._waiting.update(self._units)  # what stands above what has changed without any change of a text
        self._order.forget(stretch.gone)
        self._order.place(stretch.blocks, stretch.after, stretch.before)
        for block, unit in fresh.items():
            self._units[block] = unit
            for name in unit.names:
                self._definers.setdefault(name, set()).add(block)
            for question in self._questions(unit):
                self._waiting |= self._readers.get(question, set())
            self._waiting.add(block)
        self._waiting = {block for block in self._waiting if block in self._units}
        self._news = {block: None for block in self._news if block in self._units}

    def in_text_order(self, blocks: Collection[BlockId]) -> Sequence[BlockId]:
        """Return those of ``blocks`` that are there, in text order."""
        return self._order.sorted(blocks)

    def _forget(self, unit: Unit) -> None:
        """Take a block out, and have those that used what it defines look again."""
        for question in unit.asked:
            self._readers.get(question, set()).discard(unit.id)
        for name in {*unit.names, *defined_by(unit.flow)}:
            self._definers.get(name, set()).discard(unit.id)
        for question in self._questions(unit):
            self._waiting |= self._readers.get(question, set())

    def _settle(self, *, of_followed: bool = False) -> Iterator[BlockId]:
        """Look at what is waiting until nothing is: at all of it, or only at what was followed because somebody asked."""
        self._circle, self._pending = set(), set()
        for _ in range(_MOST_PASSES):
            for block in () if of_followed else self.in_text_order(self._waiting):
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
        units = [self._units[block] for block in self.in_text_order(circle)]
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
            for block in self.in_text_order(self._pending):
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
        for name in set(defined_by(unit.flow)).difference(unit.names):
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
        for name in defined_by(unit.flow):
            self._definers.get(name, set()).discard(unit.id)
        before = self._definitions(unit)
        unit.asked = {}
        unit.is_being_followed = True
        self._depth += 1
        try:
            flow = self._followed_before(unit) or self._followed_now(unit)
        except RecursionError:
            flow = nothing_known(unit.owner)
        except Exception:
            log.exception("The data-flow of a block can't be followed")  # the rest of the file still can
            flow = nothing_known(unit.owner)
        finally:
            self._depth -= 1
            unit.is_being_followed = False
        unit.flow = flow
        self._news[unit.id] = None
        for question in unit.asked:
            self._readers.setdefault(question, set()).add(unit.id)
        for name in (*unit.names, *defined_by(flow)):
            self._definers.setdefault(name, set()).add(unit.id)
        now = self._definitions(unit)
        self._reconsider(q for q in before.keys() | now.keys() if before.get(q) != now.get(q))

    def _followed_now(self, unit: Unit) -> BlockFlow:
        asking = Asking(partial(self._asked_by, unit), self._models, runs_at_import=unit.runs_at_import)
        flow = follow_block(unit.body, unit.positions, unit.id, unit.owner, self._models, asking, self.file)
        unit.visits.insert(0, Visit(unit.asked, flow))
        del unit.visits[_MOST_VISITS:]
        return flow

    def _asked_by(self, unit: Unit, question: Question) -> Answer:
        if question.subject == IMPORTED and self._imported is None:
            return None
        return self.ask(question, unit)

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
        """Return ``blocks`` and all that depend on them, in circles (of one, mostly), each behind those that it uses."""

        def used(block: BlockId) -> Sequence[BlockId]:
            return self.in_text_order(self._used(self._units[block]))

        return circles(self.in_text_order(self._closure(blocks)), used)

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
            if question.subject in OF_BODIES or definer.definition != definition_of(question)
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
        for name in dict.fromkeys((*unit.names, *defined_by(unit.flow))):
            qualified = f"{self.file}:{name}"
            yield Question(VALUE, name)
            yield Question(ABOVE, name)
            yield Question(ATTRIBUTE, qualified)
            yield Question(SUMMARY, qualified)
            yield Question(CLASS, qualified)

    def ask(self, question: Question, unit: Unit) -> Answer:
        """Answer a question of ``unit``, and note it."""
        if question not in unit.asked:
            self._follow_first(question, unit)
            unit.asked[question] = self._answer(question, unit)
        return unit.asked[question]

    def _follow_first(self, question: Question, asking: Unit | None = None) -> None:
        """Follow the blocks that define what is asked for, if they haven't been yet.

        Those above were, unless only an answer for another file is wanted.
        """
        if self._depth >= self._deepest:
            self._put_off[question] = None
            return
        for block in self.in_text_order(self._definers.get(definition_of(question), ())):
            unit = self._units[block]
            if question.subject not in OF_BODIES and unit.definition == definition_of(question):
                continue
            if question.subject == ABOVE and (asking is None or self._order.label(block) >= self._order.label(asking.id)):
                continue
            if unit.flow is None and not unit.is_being_followed:
                self._follow(unit)

    def _is_own(self, question: Question) -> bool:
        """Tell whether a question is about this file."""
        subject, name = question
        return subject in (VALUE, ABOVE) or (subject != IMPORTED and name.rpartition(":")[0] == self.file)

    def _definers_for(self, question: Question, asking: Unit | None) -> list[Unit]:
        """Return the blocks that the answer to a question about this file may come from, in text order."""
        definers = [self._units[block] for block in self.in_text_order(self._definers.get(definition_of(question), ()))]
        if question.subject == ABOVE and asking is not None:
            place = self._order.label(asking.id)
            above = [unit for unit in definers if self._order.label(unit.id) < place]
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
            if unit.definition == (wanted := definition_of(question)):
                one = Value(names=(f"{self.file}:{wanted}",))  # that is known before it's followed
            elif unit.flow:
                one = unit.flow.exports.get(wanted)
            if one is not None:
                value = one if value is None else join(value, one)
        return value


def _is_same(known: tuple[Question, Answer], question: Question, answer: Answer) -> bool:
    return known[0] == question and (known[1] is answer or known[1] == answer)
