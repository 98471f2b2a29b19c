"""Where a value comes from that somebody else may choose, and which harm it can do."""

from __future__ import annotations

import operator
from collections.abc import Callable, Hashable
from itertools import count
from typing import Final, NamedTuple

from vetline.core.location import Range

ALL: Final = "all"
"""Stands for all kinds of sinks where a sanitizer clears."""

PARAMETER: Final = "parameter"
"""The label of what comes in as a function's argument, from callers that may be anybody."""

FIELD: Final = "field"
"""The label of what is in an attribute of the object that a method is called on: the method's own analysis can't know it, but
the summary tells callers what becomes of it.  It is no finding anywhere."""

NORMALISED: Final = "normalised"
"""Cleared, as if it were a kind of sink, when a path has no ``..`` left: then a prefix proves where it leads."""

RELATIVE: Final = "relative"
"""The same for a path that doesn't begin at the root, so that what it is joined to stays in front of it."""

TEXT: Final = frozenset(
    "sql nosql ldap xpath shell command argument code import library template html xml header cookie email log csv regex format"
    " path unpack url host redirect session deserialize xmlparse prompt".split()
)
"""The kinds of sinks that only text can harm; a number may still be too large, or somebody else's."""

_MOST_TAINTS = 8
_MOST_FIELDS = 4
_MOST_STEPS = 10
_MOST_PASSES = 4
"""Functions that a value is handed through before nobody believes any more that it comes through unchanged and unchecked."""
PASSED: Final = "is passed to"
"""How the message of a step into a function begins."""
_LONGEST_PATH = 2
"""Attributes of attributes that are told apart; what is below belongs to the last of them, so that recursion ends."""


class BlockId:
    """Names a block of code, by identity, wherever it moves to."""

    __slots__ = ("number",)
    _numbers = count()

    def __init__(self) -> None:
        self.number = next(self._numbers)


class Step(NamedTuple):
    """One step of the evidence: ``range`` is relative to ``block``."""

    block: BlockId
    range: Range
    message: str


class Origin(NamedTuple):
    """Where a tainted value comes from.

    ``key`` tells one origin from another: two reads of ``request.args["id"]`` are one, so that what is proved of one of them
    holds for the other.  ``is_whole`` says that the key may still become more precise, by a subscript.  ``parameter`` is the
    name of the parameter that a ``parameter`` origin stands for, within the function's own analysis, and ``path`` leads from
    there to the part of it that is meant: ``(".path",)`` to ``self.path``.
    """

    label: str
    key: str
    what: str
    step: Step
    is_whole: bool = True
    parameter: str | None = None
    path: tuple[str, ...] = ()

    def at(self, key: str) -> Origin:
        """Return the origin of the attribute ``key``, which begins with a dot, of an object from this one."""
        if len(self.path) >= _LONGEST_PATH:
            return self
        what = f"`{self.parameter}{''.join(self.path)}{key}`"
        return self._replace(key=self.key + key, what=what, path=(*self.path, key))

    @property
    def whole_key(self) -> str:
        """The key of the object that this is an attribute of; its own if it's none."""
        return self.key.rpartition("".join(self.path))[0] if self.path else self.key


class Taint(NamedTuple):
    """A value from ``origin`` that may do harm, but for the kinds of sinks in ``cleared``.

    ``steps`` is the way from the origin, not including it.  ``is_certain`` is false when it went through a function that we
    don't know.
    """

    origin: Origin
    cleared: frozenset[str] = frozenset()
    steps: tuple[Step, ...] = ()
    is_certain: bool = True

    def clear(self, kinds: frozenset[str]) -> Taint:
        return self if kinds <= self.cleared else Taint(self.origin, self.cleared | kinds, self.steps, self.is_certain)

    def harms(self, kind: str) -> bool:
        return kind not in self.cleared

    def via(self, step: Step) -> Taint:
        """Return the taint with one step more; a place that it has passed already isn't noted again, so that loops end."""
        steps = self.steps
        if len(steps) >= _MOST_STEPS:
            return self
        for known in steps:
            if known.message == step.message and known.block is step.block and known.range == step.range:
                return self
        return Taint(self.origin, self.cleared, (*steps, step), self.is_certain)


Taints = tuple[Taint, ...]


NOBODY = Origin("", "", "", Step(BlockId(), Range.of(0, 0, 0, 0), ""), is_whole=False)
"""The origin of what can do no harm: nobody has chosen it."""


def harmless(kinds: frozenset[str] = TEXT) -> Taints:
    """Return the piece of a text that is unknown, but can do no harm in sinks of ``kinds``: a number, say."""
    return (Taint(NOBODY, TEXT if ALL in kinds else kinds),)


def join_taints(one: Taints, other: Taints) -> Taints:
    """Return the taints of what is one of two values, or made of both: one for each origin."""
    if not other or one is other:
        return one
    if not one:
        return other
    found = {taint.origin.key: taint for taint in one}
    changed = False
    for taint in other:
        known = found.get(taint.origin.key)
        if known is None:
            if len(found) < (_MOST_FIELDS if is_field(taint) else _MOST_TAINTS):
                found[taint.origin.key] = taint
                changed = True
        elif known is not taint and (known.cleared - taint.cleared or (taint.is_certain and not known.is_certain)):
            cleared = known.cleared & taint.cleared
            found[taint.origin.key] = known._replace(cleared=cleared, is_certain=known.is_certain or taint.is_certain)
            changed = True
    return tuple(found.values()) if changed else one


def narrowed(taints: Taints, key: Hashable) -> Taints:
    """Return the taints of the element ``key`` of something tainted as a whole."""
    return tuple(
        taint._replace(origin=taint.origin._replace(key=f"{taint.origin.key}[{key!r}]", is_whole=False))
        if taint.origin.is_whole and isinstance(key, str | int)
        else taint
        for taint in taints
    )


def attributes_of(taints: Taints, key: str) -> Taints:
    """Return the taints of the attribute ``key`` of an object: of a parameter's, we know which it will be in a call."""
    return tuple(
        taint._replace(origin=taint.origin.at(key)) if taint.origin.parameter and taint.origin.is_whole else taint
        for taint in taints
    )


def mapped(taints: Taints, change: Callable[[Taint], Taint | None]) -> Taints:
    """Return taints changed one by one; None takes one away.  If nothing changes, it is the same object."""
    if not taints:
        return taints
    changed = [change(taint) for taint in taints]
    if all(map(operator.is_, changed, taints)):
        return taints
    return tuple(taint for taint in changed if taint is not None)


def is_far_fetched(taint: Taint) -> bool:
    """Tell whether the way of a tainted value is too long to be taken for true: each step may be one that never happens."""
    steps = taint.steps
    if len(steps) <= _MOST_PASSES:
        return False
    passes = sum(step.message.startswith(PASSED) for step in steps)
    return passes > _MOST_PASSES or (len(steps) >= _MOST_STEPS and passes > 1)


def is_field(taint: Taint) -> bool:
    """Tell whether a taint stands for an attribute of the object that a method is called on."""
    return taint.origin.label == FIELD
