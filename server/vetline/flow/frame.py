"""Where an analysis stands: the values of variables along one path, in one function, in one block."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from vetline.flow.taints import ALL, BlockId, Origin, Step, Taint, join_taints
from vetline.flow.values import Value, join

if TYPE_CHECKING:
    from vetline.core.location import Range
    from vetline.flow.functions import ClassInfo, Closure, Summary
    from vetline.flow.models import Models
    from vetline.flow.outside import Outside

State = dict[str, Value]
"""The values of variables, and of attributes of them (``self.path``), at one point; no state (None) means: never reached."""

_PROOF = "?"
"""What the name of a proof in a state begins with: the rest is the key of an origin, the value the kinds of harm that it
can't do."""

_DEEPEST = 90
"""Levels of nested code that are followed; deeper ones (generated code) are taken for unknown, before Python's own stack
ends."""
_MOST_WORK = 400_000
"""Nodes that are evaluated for one block; a limit against code made to take forever."""


def join_states(one: State | None, other: State | None) -> State | None:
    """Return the state where two paths meet; ``one`` itself if ``other`` adds nothing."""
    if other is None or one is other:
        return one
    if one is None:
        return other
    changed: State = {}
    lapsed = [name for name in one if name[0] == _PROOF and name not in other]
    for name, value in other.items():
        mine = one.get(name)
        if name[0] == _PROOF:
            if mine is not None and mine.constants != value.constants:
                changed[name] = _weaker(mine, value)
        elif mine is None:
            changed[name] = value
        elif mine is not value and (joined := join(mine, value)) is not mine:
            changed[name] = joined
    if not changed and not lapsed:
        return one
    together = {**one, **changed}
    for name in lapsed:
        del together[name]
    return together


def _weaker(one: Value, other: Value) -> Value:
    """Return what two proofs about the same origin have in common."""
    first, second = proof_kinds(one), proof_kinds(other)
    return Value(constants=(second if ALL in first else first if ALL in second else first & second,))


def proof_kinds(proof: Value) -> frozenset[str]:
    """Return the kinds of sinks for which a proof holds."""
    kinds = proof.constant
    return kinds if isinstance(kinds, frozenset) else frozenset()


@dataclass(slots=True)
class Loop:
    """The states in which a loop's body is left early."""

    broken: State | None = None
    continued: State | None = None


@dataclass(frozen=True, slots=True)
class SinkHit:
    """A value that reaches a sink, tainted or not.

    ``node`` is the call or the assignment, ``argument`` the expression that stands in it; ``callee`` is the dotted name of
    what is called.
    """

    node: ast.AST
    argument: ast.AST
    kind: str
    value: Value
    callee: str
    what: str
    inner: tuple[Taint, ...] | None = None
    """For a sink inside of a function that is called here: the taints that reach it."""

    @property
    def taints(self) -> tuple[Taint, ...]:
        """What reaches the sink and can do harm there."""
        taints = self.value.all_taints() if self.inner is None else self.inner
        return tuple(taint for taint in taints if taint.harms(self.kind))

    def without(self, unwanted: Callable[[Taint], bool]) -> SinkHit | None:
        """Return this with some of the taints taken away; None if nothing is left of a sink in a function that is called."""
        value = self.value.without(unwanted)
        inner = self.inner
        if inner and any(map(unwanted, inner)):
            inner = tuple(taint for taint in inner if not unwanted(taint))
            if not inner:
                return None
        if value is self.value and inner is self.inner:
            return self
        return SinkHit(self.node, self.argument, self.kind, value, self.callee, self.what, inner)


class Positions(Protocol):
    """Tells where nodes are; a :class:`vetline.syntax.tree.Tree` does."""

    def range_of(self, node: ast.AST) -> Range: ...


@dataclass(slots=True)
class Run:
    """The analysis of one block: what it knows of the surroundings, and what it has found so far."""

    block: BlockId
    positions: Positions
    models: Models
    outside: Outside
    file: str = ""
    """What stands in front of the colon in the names of the block's definitions: its file, where there are several."""
    values: dict[int, Value] = field(default_factory=dict)
    """By the identity of expressions: what they may be."""
    callees: dict[int, tuple[str, ...]] = field(default_factory=dict)
    """By the identity of calls: the dotted names of what they may call."""
    sinks: dict[tuple[int, int, str, str], SinkHit] = field(default_factory=dict)
    exports: dict[str, Value] = field(default_factory=dict)
    """What the block's definitions are to others, by their dotted names (no colon)."""
    summaries: dict[str, Summary] = field(default_factory=dict)
    """By dotted name, with a colon in front: what the block's functions do."""
    classes: dict[str, ClassInfo] = field(default_factory=dict)
    work: int = 0
    depth: int = 0

    def step(self, node: ast.AST, message: str) -> Step:
        return Step(self.block, self.positions.range_of(node), message)

    def taint(self, node: ast.AST, label: str, what: str, key: str = "", parameter: str | None = None) -> Taint:
        """Return the taint of what comes in at ``node``."""
        step = self.step(node, what)
        if not key:
            key = f"{label}@{self.block.number}:{step.range.start.line}:{step.range.start.column}"
        return Taint(Origin(label, key, what, step, parameter=parameter))

    def may_go_on(self) -> bool:
        """Tell whether there is a budget left for one node more."""
        self.work += 1
        return self.work < _MOST_WORK and self.depth < _DEEPEST

    def note(self, node: ast.AST, value: Value) -> None:
        """Note what an expression may be; in a loop, and in a function that is called from several places, that adds up."""
        known = self.values.get(id(node))
        self.values[id(node)] = value if known is None else join(known, value)

    def note_callees(self, call: ast.AST, names: tuple[str, ...]) -> None:
        known = self.callees.get(id(call), ())
        self.callees[id(call)] = names if not known else tuple(dict.fromkeys((*known, *names)))

    def hit(self, hit: SinkHit) -> None:
        """Note that a value reaches a sink."""
        place = (id(hit.node), id(hit.argument), hit.kind, hit.callee)
        if (known := self.sinks.get(place)) is not None:
            inner = hit.inner if known.inner is None else join_taints(known.inner, hit.inner or ())
            hit = SinkHit(hit.node, hit.argument, hit.kind, join(known.value, hit.value), hit.callee, hit.what, inner)
        self.sinks[place] = hit


@dataclass(slots=True)
class Returned:
    """One way out of a function: what it gives back, and what is true then."""

    value: Value
    state: State
    expression: ast.expr | None


class Frame:
    """One function's (or the module's, or a class body's) variables while it is followed.

    ``state`` is None behind a ``return``, a ``raise`` and the like.  ``parent`` is the frame of the function around.
    ``owner`` is the dotted name, with its colon, of the class that this is a method or the body of.
    """

    def __init__(self, run: Run, parent: Frame | None = None, owner: str = "", depth: int = 0) -> None:
        self.run = run
        self.parent = parent
        self.owner = owner
        self.depth = depth
        """How many calls of closures are being followed."""
        self.state: State | None = {}
        self.is_class = False
        self.is_function = False
        self.globals: set[str] = set()
        self.rebound: set[str] = set()
        self.loops: list[Loop] = []
        self.attempts: list[State | None] = []
        """For each ``try`` that we are in the body of: the state in which a handler may begin."""
        self.returned: list[Returned] = []
        self.yielded: Value | None = None
        self.returns_kind = ""
        """The kind of sink that the function's result is, because a framework sends it out."""
        self.handler = ""
        self.name = ""
        """The name of the function, without its file, in which classes may be defined."""
        self.receiver = ""
        """The name of the parameter that is the object, in a method."""
        self.closures: list[Closure] = []
        self.closure: Closure | None = None

    @property
    def method(self) -> Frame | None:
        """The frame of the method that this is, or is in."""
        frame: Frame | None = self
        while frame is not None and not frame.receiver:
            frame = frame.parent
        return frame

    def found(self, name: str) -> Value | None:
        """Return what a variable of this frame, or of those around it, is; None if it is none of theirs."""
        holder: Frame | None = self
        while holder is not None:
            if holder.state is not None and name in holder.state and (holder is self or not holder.is_class):
                return holder.state[name]
            holder = holder.parent
        return None

    @property
    def is_module(self) -> bool:
        return self.parent is None and not self.is_class and not self.is_function

    def may_fail(self) -> None:
        """Note the state as one in which an exception handler may begin."""
        if self.attempts:
            self.attempts[-1] = join_states(self.attempts[-1], self.state)

    def store(self, name: str, value: Value) -> None:
        """Give a variable a value."""
        if self.state is None:
            return
        prefix = f"{name}."
        for stale in [key for key in self.state if key.startswith(prefix)] if "." not in name else ():
            del self.state[stale]
        self.state[name] = value
        self.rebound.add(name)
        if name in self.globals or self.is_module:
            known = self.run.exports.get(name)
            self.run.exports[name] = value if known is None or self.is_module else join(known, value)

    def update(self, name: str, value: Value) -> None:
        """Note that what a variable holds has changed: an element, an attribute, what is known of it."""
        holder: Frame | None = self
        while holder is not None and (holder.state is None or name not in holder.state):
            holder = holder.parent
        if holder is None or holder.state is None:
            if self.state is not None:
                self.state[name] = value
                if self.is_module:
                    self.run.exports[name] = value
            return
        holder.state[name] = value
        if holder.is_module and "." not in name:
            self.run.exports[name] = value

    def prove(self, proved: Mapping[str, frozenset[str]]) -> None:
        """Note that what comes from some origins, by key, can't do some kinds of harm any more, wherever it is."""
        if not proved or self.state is None:
            return
        for name, value in self.state.items():
            if value.taints or value.items or value.rest is not None:
                self.state[name] = _settled(value, proved)
        for key, kinds in proved.items():
            known = self.state.get(_PROOF + key)
            self.state[_PROOF + key] = Value(constants=(kinds if known is None else kinds | proof_kinds(known),))

    def settled(self, value: Value) -> Value:
        """Return ``value`` with all that is proved by now of the origins of its taints."""
        if not value.taints or self.state is None:
            return value
        proved = {}
        for taint in value.taints:
            origin = taint.origin
            for key in (origin.key, origin.whole_key) if origin.path else (origin.key,):
                if (proof := self.state.get(_PROOF + key)) is not None:
                    proved[key] = proof_kinds(proof)
        return _settled(value, proved) if proved else value


def _settled(value: Value, proved: Mapping[str, frozenset[str]]) -> Value:
    def clear(taint: Taint) -> Taint | None:
        kinds = proved.get(taint.origin.key)
        if kinds is None and taint.origin.path:
            kinds = proved.get(taint.origin.whole_key)
        return taint if kinds is None else None if ALL in kinds else taint.clear(kinds)

    return value.map_taints(clear)


def proofs_between(before: State | None, after: State | None) -> dict[str, frozenset[str]]:
    """Return what has been proved of origins, by key, between two states."""
    if before is None or after is None:
        return {}
    return {
        name[1:]: proof_kinds(value) for name, value in after.items() if name[0] == _PROOF and before.get(name) is not value
    }
