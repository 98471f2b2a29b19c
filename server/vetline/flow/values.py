"""What an expression may be, as far as data-flow analysis can tell.

A :class:`Value` is an abstract value: a set of possibilities, joined where paths meet.  It is immutable, and small: every list
of alternatives is bounded, and what is over the bound is forgotten, which only ever makes the analysis say less.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from os.path import commonprefix
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeVar

from vetline.flow.taints import (
    ALL,
    NOBODY,
    Origin,
    Step,
    Taint,
    Taints,
    attributes_of,
    harmless,
    join_taints,
    mapped,
    narrowed,
)

if TYPE_CHECKING:
    from vetline.flow.functions import Closure

_T = TypeVar("_T", bound=Hashable)

CLEAN: Final = "?clean"
"""Stands among the types of something unknown that can do no harm: a constant, what a function has cleaned.

What follows, behind a space each, are the kinds of sinks that it can't harm; nothing: none at all.
"""

SELF: Final = "?self"
"""The key under which the object that a method is called on carries the origin that its unknown attributes have."""

_MOST_NAMES = 6
_MOST_CONSTANTS = 6
_MOST_TEXTS = 4
_MOST_ITEMS = 48
_DEEPEST = 4
_LONGEST_TEXT = 8_000


Piece = str | Taints
"""A part of a text: known, or only known to be tainted so (not at all, for an empty tuple)."""
Text = tuple[Piece, ...]
Constant = Hashable
Items = Mapping[Any, "Value"]
"""Elements by constant key; attributes by their name behind a dot."""
NO_ITEMS: Final[Items] = MappingProxyType({})


class Value(NamedTuple):
    """What an expression may be.

    ``names`` are dotted names of what it may be (``subprocess.run``), ``types`` those of classes that it may be an instance
    of.  ``constants`` lists all that it can be, or is None.  ``texts`` does the same for strings of which parts are known.
    ``items`` are elements of a container by key (attributes of an object by ``.name``), ``rest`` is what the other elements may
    be.  ``closures`` are functions defined in the same block that it may be.
    """

    taints: Taints = ()
    names: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    constants: tuple[Constant, ...] | None = None
    texts: tuple[Text, ...] | None = None
    items: Items | None = None
    rest: Value | None = None
    closures: tuple[Closure, ...] = ()

    @property
    def constant(self) -> Any:
        """The only constant that this can be; None if unknown (or None itself)."""
        return self.constants[0] if self.constants is not None and len(self.constants) == 1 else None

    @property
    def is_constant(self) -> bool:
        """Whether all that this can be is known."""
        return self.constants is not None

    @property
    def is_fixed(self) -> bool:
        """Whether this is made of nothing but the code's own constants, known or not."""
        return (self.is_constant or CLEAN in self.types) and not self.taints

    @property
    def text(self) -> tuple[Text, ...] | None:
        """The texts that this can be, with their unknown parts; None if it may be something else."""
        if self.texts is not None:
            return self.texts
        if self.constants is None or not all(isinstance(c, str) for c in self.constants):
            return None
        return tuple((c,) for c in self.constants if isinstance(c, str))

    @property
    def self_origin(self) -> Origin | None:
        """The origin of unknown attributes, if this is the object that the method under analysis is called on."""
        return self.items[SELF].constant if self.items and SELF in self.items else None

    @property
    def is_own(self) -> bool:
        """Whether this is an instance of a class of the project."""
        return any(":" in kind for kind in self.types)

    def attribute(self, key: str) -> Value | None:
        """Return what is known of the attribute ``key``, which begins with a dot; None if nothing is."""
        if self.items is not None and (found := self.items.get(key)) is not None:
            return found
        if (origin := self.self_origin) is not None:
            return Value((Taint(origin.at(key)),))
        if not self.taints:
            return None
        return Value(attributes_of(self.taints, key) if self.is_own else self.taints)

    def all_taints(self, depth: int = _DEEPEST) -> Taints:
        """Return the taints of this and of everything in it."""
        if self.items is None and self.rest is None:
            return self.taints
        found = self.taints
        if depth:
            for item in self.items.values() if self.items else ():
                found = join_taints(found, item.all_taints(depth - 1))
            if self.rest is not None:
                found = join_taints(found, self.rest.all_taints(depth - 1))
        return found

    def flattened(self, depth: int) -> Value:
        """Return this with the elements of ``depth`` levels told apart, and of those only what is tainted; all of it, if it's
        not."""
        if self.items is None and self.rest is None:
            return self
        if not (taints := self.all_taints()):
            return self._replace(items=None, rest=None)
        if not depth:
            return Value(taints, self.names, self.types)
        items = self.items and MappingProxyType({key: item.flattened(depth - 1) for key, item in self.items.items()})
        return self._replace(items=items, rest=None if self.rest is None else self.rest.flattened(depth - 1))

    def map_taints(self, change: Callable[[Taint], Taint | None], depth: int = _DEEPEST) -> Value:
        """Return this with every taint in it changed; None takes a taint away."""
        taints = mapped(self.taints, change)
        texts, items, rest = self.texts, self.items, self.rest
        if texts is not None:
            texts = _mapped_texts(texts, change)
        if depth:
            if items:
                items = _mapped_items(items, change, depth - 1)
            if rest is not None:
                rest = rest.map_taints(change, depth - 1)
        if taints is self.taints and texts is self.texts and items is self.items and rest is self.rest:
            return self
        types = self.types if taints or not self.taints or CLEAN in self.types else (*self.types, CLEAN)
        return Value(taints, self.names, types, self.constants, texts, items, rest, self.closures)

    def without(self, unwanted: Callable[[Taint], bool], depth: int = _DEEPEST) -> Value:
        """Return this with nothing said of where some of it comes from: it may still be anything."""
        if not any(map(unwanted, self.all_taints())):
            return self
        taints = _wanted(self.taints, unwanted)
        texts = self.texts and tuple(
            tuple(piece if isinstance(piece, str) else _wanted(piece, unwanted) for piece in text) for text in self.texts
        )
        items, rest = self.items, self.rest
        if depth and items:
            items = MappingProxyType({key: item.without(unwanted, depth - 1) for key, item in items.items()})
        if depth and rest is not None:
            rest = rest.without(unwanted, depth - 1)
        return Value(taints, self.names, self.types, self.constants, texts, items, rest, self.closures)

    def cleared_of(self, kinds: frozenset[str]) -> Value:
        """Return this with ``kinds`` cleared from every taint; :data:`ALL` takes the taints away."""
        if not self.all_taints():
            return self
        if ALL in kinds:
            return self.map_taints(lambda _: None)
        return self.map_taints(lambda taint: taint.clear(kinds))

    def via(self, step: Step) -> Value:
        """Return this with a step noted in every taint; what is in an object doesn't move when the object does."""
        if not self.may_be_tainted or (self.is_own and not self.taints):
            return self
        return self.map_taints(lambda taint: taint.via(step))

    @property
    def may_be_tainted(self) -> bool:
        """Whether there are taints in this, or elements that may have some."""
        return bool(self.taints) or self.rest is not None or bool(self.items)

    def element(self, key: Constant) -> Value:
        """Return what the element of that key may be."""
        if self.items is not None and key in self.items:
            return self.items[key]
        if self.rest is not None:
            return self.rest if not self.taints else join(self.rest, Value(self.taints))
        return Value(narrowed(self.taints, key)) if self.taints else UNKNOWN

    def any_element(self) -> Value:
        """Return what some element may be."""
        found = Value(self.taints) if self.taints else None
        for item in (*(self.items or {}).values(), *(() if self.rest is None else (self.rest,))):
            found = item if found is None else join(found, item)
        return UNKNOWN if found is None else found

    def with_element(self, key: Constant, item: Value) -> Value:
        """Return this after ``item`` was put in at ``key``."""
        items = self.items or {}
        if key not in items and len(items) >= _MOST_ITEMS:
            return self.with_any_element(item)
        return self._replace(items=MappingProxyType({**items, key: item}), constants=None, texts=None)

    def with_any_element(self, item: Value) -> Value:
        """Return this after ``item`` was put in at some key that we don't know."""
        rest = item if self.rest is None else join(self.rest, item)
        return self._replace(rest=rest, constants=None, texts=None)


def is_harmless(piece: Piece) -> bool:
    """Tell whether ``piece`` was made by :func:`harmless`."""
    return not isinstance(piece, str) and any(taint.origin is NOBODY for taint in piece)


UNKNOWN: Final = Value()
"""Anything, of which nothing is known; harmless as far as we can tell."""


def constant(value: Constant) -> Value:
    """Return the abstract value of one constant."""
    if isinstance(value, str) and len(value) > _LONGEST_TEXT:
        return Value(types=("builtins.str",))
    return Value(constants=(value,))


def of_texts(texts: Iterable[Text] | None, taints: Taints = ()) -> Value:
    """Return the abstract value of a string that is one of ``texts``, merged and bounded."""
    if texts is None:
        return Value(taints, types=("builtins.str",))
    merged = _distinct([_merged(text) for text in texts])
    size = sum(len(piece) for text in merged for piece in text if isinstance(piece, str))
    if len(merged) > _MOST_TEXTS:
        merged = (blended(merged),)
    if size > _LONGEST_TEXT or any(len(text) > 64 for text in merged):
        return Value(taints, types=("builtins.str",))
    if all(len(text) == 1 and isinstance(text[0], str) for text in merged):
        return Value(taints, constants=tuple(text[0] for text in merged))
    return Value(taints, types=("builtins.str",), texts=merged)


def blended(texts: Sequence[Text]) -> Text:
    """Return what is known of all of ``texts``: how they begin, and what may come behind that."""
    start = commonprefix([text[0] if isinstance(text[0], str) else "" for text in texts])  # noqa: RUF071  # as is meant
    unknown = [piece for text in texts for piece in text if not isinstance(piece, str) and not is_harmless(piece)]
    rest: Taints = () if unknown else harmless()
    for piece in unknown:
        rest = join_taints(rest, piece)
    return (start, rest) if start else (rest,)


def join(one: Value, other: Value, depth: int = _DEEPEST) -> Value:
    """Return what is one of two values; ``one`` itself if ``other`` adds nothing, by which fixpoints are told."""
    if one is other or one == other or (other is UNKNOWN and one.constants is None and one.texts is None):
        return one
    constants = _join_constants(one.constants, other.constants)
    joined = Value(
        join_taints(one.taints, other.taints),
        _join_names(one.names, other.names),
        _join_names(one.types, other.types),
        constants,
        None if constants is not None else _join_texts(one.text, other.text),
        *_join_items(one, other, depth),
        _join_names(one.closures, other.closures),
    )
    return one if joined == one else joined


def join_all(values: Iterable[Value]) -> Value:
    """Return what is one of ``values``."""
    found: Value | None = None
    for value in values:
        found = value if found is None else join(found, value)
    return UNKNOWN if found is None else found


# What nothing has changed in stays the same object, by which callers tell.


def _wanted(taints: Taints, unwanted: Callable[[Taint], bool]) -> Taints:
    return tuple(taint for taint in taints if not unwanted(taint))


def _mapped_texts(texts: tuple[Text, ...], change: Callable[[Taint], Taint | None]) -> tuple[Text, ...]:
    changed = tuple(
        tuple(piece if isinstance(piece, str) else _mapped_piece(piece, change) for piece in text) for text in texts
    )
    same = all(all(map(operator.is_, new, old)) for new, old in zip(changed, texts, strict=True))
    return texts if same else changed


def _mapped_items(items: Items, change: Callable[[Taint], Taint | None], depth: int) -> Items:
    changed = {key: item.map_taints(change, depth) for key, item in items.items()}
    return items if all(map(operator.is_, changed.values(), items.values())) else MappingProxyType(changed)


def _mapped_piece(piece: Taints, change: Callable[[Taint], Taint | None]) -> Taints:
    return mapped(piece, change) or (harmless() if piece else piece)


def _merged(text: Text) -> Text:
    """Join neighbouring known pieces, and drop empty ones."""
    pieces: list[Piece] = []
    for piece in text:
        if isinstance(piece, str):
            if not piece:
                continue
            if pieces and isinstance(pieces[-1], str):
                pieces[-1] += piece
                continue
        pieces.append(piece)
    return tuple(pieces) or ("",)


def _join_constants(one: tuple[Constant, ...] | None, other: tuple[Constant, ...] | None) -> tuple[Constant, ...] | None:
    if one is None or other is None:
        return None
    if one is other or (one == other and [type(c) for c in one] == [type(c) for c in other]):
        return one
    found = {(type(c), c): c for c in (*one, *other)}
    return tuple(found.values()) if len(found) <= _MOST_CONSTANTS else None


def _join_texts(one: tuple[Text, ...] | None, other: tuple[Text, ...] | None) -> tuple[Text, ...] | None:
    if one is None or other is None:
        return None
    if one is other or one == other:
        return one
    found = _distinct((*one, *other))
    return found if len(found) <= _MOST_TEXTS else (blended(found),)


def _distinct(texts: Sequence[Text]) -> tuple[Text, ...]:
    """Return ``texts`` without repetitions; they are few, and to compare costs less than to hash all that is in them."""
    if len(texts) == 1:
        return tuple(texts)
    found: list[Text] = []
    for text in texts:
        if text not in found:
            found.append(text)
    return tuple(found)


def _join_names(one: tuple[_T, ...], other: tuple[_T, ...]) -> tuple[_T, ...]:
    if not other or one is other or one == other:
        return one
    if not one:
        return other
    return tuple(dict.fromkeys((*one, *other)))[:_MOST_NAMES]


def _join_items(one: Value, other: Value, depth: int) -> tuple[Items | None, Value | None]:
    if one.items is None and other.items is None and one.rest is None and other.rest is None:
        return None, None
    if not depth:
        return None, Value(join_taints(one.all_taints(0), other.all_taints(0)))
    rest = one.rest if other.rest is None else other.rest if one.rest is None else join(one.rest, other.rest, depth - 1)
    mine, theirs = one.items or {}, other.items or {}
    if mine is theirs or not theirs:
        return one.items if one.items is not None else other.items, rest
    if mine.keys() != theirs.keys() and all(isinstance(key, int) for key in (*mine, *theirs)):
        # Lists of different length: what is where isn't known any more.
        return {}, join_all((*mine.values(), *theirs.values(), *(() if rest is None else (rest,))))
    changed: dict[Constant, Value] = {}
    for key, item in theirs.items():
        known = mine.get(key)
        if known is None:
            changed[key] = _without_counterpart(key, item, one, depth)
        elif known is not item and (joined := join(known, item, depth - 1)) is not known:
            changed[key] = joined
    if len(mine) + len(changed) > len(theirs):
        for key, item in mine.items():
            if key not in theirs and (joined := _without_counterpart(key, item, other, depth)) is not item:
                changed[key] = joined
    return (MappingProxyType({**mine, **changed}) if changed else one.items), rest


def _without_counterpart(key: Constant, item: Value, other: Value, depth: int) -> Value:
    """Return what an element of one value may be that ``other`` hasn't: nothing is added to it, but for an attribute that is
    merely not known there."""
    if isinstance(key, str) and key[:1] == "." and (origin := other.self_origin) is not None:
        return join(item, Value((Taint(origin.at(key)),)), depth - 1)
    return item
