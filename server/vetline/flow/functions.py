"""Functions, as those who call them need to know them."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from vetline.flow.taints import Taint
from vetline.flow.values import UNKNOWN, Value
from vetline.semantics.scopes import Function

if TYPE_CHECKING:
    from vetline.flow.frame import Frame
    from vetline.flow.models import HandlerModel

_NOTHING: Mapping[str, Any] = MappingProxyType({})

Callable = Function | ast.Lambda


class Closure:
    """A function that is defined in the block under analysis, below another one; compared by identity.

    Its body is analysed anew with the arguments of each call, for it sees the variables around it.
    """

    __slots__ = ("frame", "handler", "is_called", "node", "owner")

    def __init__(self, node: Callable, frame: Frame, owner: str = "") -> None:
        self.node = node
        self.frame = frame
        self.owner = owner
        """The dotted name of the class that it is a method of."""
        self.is_called = False
        self.handler: HandlerModel | None = None
        """How a framework calls it that it was handed to."""


@dataclass(frozen=True, slots=True)
class Parameters:
    """The names of a function's parameters; those of positional ones in order."""

    positional: tuple[str, ...]
    keyword_only: tuple[str, ...] = ()
    star: str | None = None
    double_star: str | None = None

    @classmethod
    def of(cls, arguments: ast.arguments) -> Parameters:
        return cls(
            tuple(one.arg for one in (*arguments.posonlyargs, *arguments.args)),
            tuple(one.arg for one in arguments.kwonlyargs),
            arguments.vararg.arg if arguments.vararg else None,
            arguments.kwarg.arg if arguments.kwarg else None,
        )

    def bind(self, positional: tuple[Value, ...], keywords: Mapping[str, Value], rest: Value | None) -> dict[str, Value]:
        """Return what each parameter gets in a call; those that get nothing are left out.

        ``rest`` is what may stand in any parameter that gets nothing else, because of ``*args`` or ``**kwargs`` in the call.
        """
        bound = dict(zip(self.positional, positional, strict=False))
        if self.star:
            items = dict(enumerate(positional[len(self.positional) :]))
            bound[self.star] = Value(types=("builtins.tuple",), items=items, rest=rest)
        others: dict[Any, Value] = {}
        for name, value in keywords.items():
            if name in self.positional or name in self.keyword_only:
                bound[name] = value
            else:
                others[name] = value
        if self.double_star:
            bound[self.double_star] = Value(types=("builtins.dict",), items=others, rest=rest)
        if rest is not None:
            for name in (*self.positional, *self.keyword_only):
                bound.setdefault(name, rest)
        return bound


@dataclass(frozen=True, slots=True)
class ParameterSink:
    """A sink that is reached from a parameter; the last step of ``taint`` is the sink itself."""

    taint: Taint
    kind: str
    what: str
    callee: str

    @property
    def parameter(self) -> str:
        return self.taint.origin.parameter or ""


@dataclass(frozen=True, slots=True)
class Summary:
    """What a call of a function does.

    In ``returns`` and ``mutates``, what comes from a parameter is tainted by an origin that names it.  ``mutates`` maps a
    parameter to what has been put into it: elements, and attributes under their name behind a dot.  ``ensures`` maps
    parameters, and attributes of the object such as ``self.path``, to the kinds of sinks that they can't harm any more once
    the function has returned, ``validates`` those once it has returned something true.
    """

    parameters: Parameters
    returns: Value = UNKNOWN
    sinks: tuple[ParameterSink, ...] = ()
    ensures: Mapping[str, frozenset[str]] = field(default_factory=lambda: _NOTHING)
    validates: Mapping[str, frozenset[str]] = field(default_factory=lambda: _NOTHING)
    mutates: Mapping[str, Value] = field(default_factory=lambda: _NOTHING)
    never_returns: bool = False
    is_static: bool = False
    is_property: bool = False
    is_async: bool = False
    handler: str = ""
    """The label of what a framework passes in, if it calls the function with input from outside."""


@dataclass(frozen=True, slots=True)
class ClassInfo:
    """A class: what its bases and decorators are called."""

    bases: tuple[str, ...] = ()
    decorators: tuple[str, ...] = ()
