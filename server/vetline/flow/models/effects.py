"""What is known of a name: the entries of model files, as frozen data."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

Argument = int | str
"""An argument of a call.

A position from 0 (the receiver isn't counted), the name of a keyword, ``"self"`` for the receiver, ``"1*"`` for all
positions from 1 on, or ``"**"`` for all keywords.
"""

Constant = str | int | float | bool
Conditions = Mapping[str, tuple[Constant, ...]]
"""For a keyword (or a position, as text; or ``"[]"``, the key that is assigned to): the values that it may have."""

_ANY: Conditions = MappingProxyType({})
_NO_TYPES: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class SourceModel:
    """A value from outside.  ``label`` is one of :data:`~vetline.flow.models.kinds.LABELS`, ``what`` is for evidence."""

    label: str
    what: str = ""


@dataclass(frozen=True, slots=True)
class SinkModel:
    """Arguments of a call that do harm when someone else controls them; no arguments for an assignment."""

    kind: str
    arguments: tuple[Argument, ...] = ()
    where: Conditions = field(default_factory=lambda: _ANY, hash=False)
    unless: Conditions = field(default_factory=lambda: _ANY, hash=False)
    what: str = ""

    def applies(self, constants: Mapping[str, object]) -> bool:
        """Tell whether a call with these constant arguments is such a sink.

        ``constants`` maps keywords, and positions as text (``"1"``), to constant values; in place of a value that is a
        module's attribute, such as ``yaml.SafeLoader``, stands its full name, with ``()`` for the result of a call.
        Arguments with no known value are left out.  For an assignment to an element, ``"[]"`` is the key.
        """
        return _are_met(self.where, constants) and not any(
            _is_one_of(constants, key, values) for key, values in self.unless.items()
        )


@dataclass(frozen=True, slots=True)
class InstanceModel:
    """What class the result of a call is an instance of, if its arguments are such."""

    type: str
    where: Conditions = field(default_factory=lambda: _ANY, hash=False)


@dataclass(frozen=True, slots=True)
class GuardModel:
    """A call that, where it is true, shows that ``arguments`` can't do the harm of ``clears`` (kinds, or "all")."""

    arguments: tuple[Argument, ...]
    clears: frozenset[str]


@dataclass(frozen=True, slots=True)
class PassModel:
    """A call that hands ``arguments`` on: ``to`` its "result", or to "self", the receiver."""

    arguments: tuple[Argument, ...]
    to: str = "result"


@dataclass(frozen=True, slots=True)
class HandlerModel:
    """A function that a framework calls with input from outside.

    ``parameters`` is the label of the parameters that ``types`` doesn't name (empty: they come from nowhere); ``types`` has
    classes by the parameter's name, or by its position as text (``"0"`` is the first one besides ``self``).
    ``returns`` is the kind of sink that the returned value is (empty: none); if there is a ``where``, only where the
    decorator has such arguments.  ``arguments`` says which arguments of a call are such functions, if that is how the
    framework gets to know them.
    """

    parameters: str = ""
    types: Mapping[str, str] = field(default_factory=lambda: _NO_TYPES, hash=False)
    returns: str = ""
    where: Conditions = field(default_factory=lambda: _ANY, hash=False)
    arguments: tuple[Argument, ...] = ()

    def result_kind(self, constants: Mapping[str, object]) -> str:
        """Return the kind of sink that the returned value is, given the decorator's constant arguments.

        ``constants`` is what :meth:`SinkModel.applies` takes.
        """
        return self.returns if _are_met(self.where, constants) else ""


@dataclass(frozen=True, slots=True)
class Effect:
    """All that is known of one name.

    ``alias`` is another name for the same thing, ``type`` the class that the value is an instance of, unless one of the
    ``instances`` says otherwise; ``source`` says where the value comes from.  Of a name that ends in ``()`` these are
    about what the call gives.  Everything else is about the function, under its name without ``()``; or about the attribute
    or element that is assigned to (``sinks``), or read (``clears``).

    ``decorates`` is for a decorator: how the function below it is called.  ``overridden`` is for a method of a class: how the
    methods are called that take its place in derived classes.  ``registers`` is for a function that is given others: how
    those are called.
    """

    alias: str | None = None
    type: str | None = None
    source: SourceModel | None = None
    sinks: tuple[SinkModel, ...] = ()
    clears: frozenset[str] = frozenset()
    guard: GuardModel | None = None
    passes: PassModel | None = None
    never_returns: bool = False
    bases: tuple[str, ...] = field(default=(), repr=False)
    decorates: HandlerModel | None = None
    overridden: HandlerModel | None = None
    registers: HandlerModel | None = None
    instances: tuple[InstanceModel, ...] = ()

    def type_of(self, constants: Mapping[str, object]) -> str | None:
        """Return the class of a call's result, given the call's constant arguments, as :meth:`SinkModel.applies` takes them."""
        fitting = (instance.type for instance in self.instances if _are_met(instance.where, constants))
        return next(fitting, self.type)

    def classes(self) -> Iterator[str]:
        """Yield the full names of classes that are named here."""
        yield from self.bases
        yield from (instance.type for instance in self.instances)
        if self.type is not None:
            yield self.type
        for handler in (self.decorates, self.overridden, self.registers):
            yield from handler.types.values() if handler is not None else ()

    def joined(self, other: Effect) -> Effect:
        """Return both in one; of what there can be only one of, that of ``self`` counts."""
        return Effect(
            self.alias or other.alias,
            self.type or other.type,
            self.source or other.source,
            (*self.sinks, *(sink for sink in other.sinks if sink not in self.sinks)),
            self.clears | other.clears,
            self.guard or other.guard,
            self.passes or other.passes,
            self.never_returns or other.never_returns,
            (*self.bases, *(base for base in other.bases if base not in self.bases)),
            self.decorates or other.decorates,
            self.overridden or other.overridden,
            self.registers or other.registers,
            (*self.instances, *(instance for instance in other.instances if instance not in self.instances)),
        )


NO_EFFECT = Effect()
"""Nothing is known."""


def _are_met(conditions: Conditions, constants: Mapping[str, object]) -> bool:
    return all(_is_one_of(constants, key, values) for key, values in conditions.items())


def _is_one_of(constants: Mapping[str, object], key: str, values: tuple[Constant, ...]) -> bool:
    return key in constants and any(_is_same(constants[key], value) for value in values)


def _is_same(actual: object, wanted: Constant) -> bool:
    """Compare constants; ``True`` is not 1, and ``"text/*"`` is every text that begins with ``text/``."""
    if isinstance(wanted, str) and wanted.endswith("*"):
        return isinstance(actual, str) and actual.startswith(wanted[:-1])
    return type(actual) is type(wanted) and actual == wanted
