"""The arguments of one call."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from vetline.flow.evaluation import evaluate
from vetline.flow.frame import Frame
from vetline.flow.models import Argument, SinkModel
from vetline.flow.signatures import parameters_of
from vetline.flow.taints import Taints, join_taints
from vetline.flow.values import UNKNOWN, Value, constant, join

Place = tuple[Value, ast.AST]
"""A value, and the expression that it stands in."""


@dataclass(slots=True)
class Arguments:
    """What a call hands over.  ``rest`` is what may stand in any further argument, because of ``*args`` or ``**kwargs``."""

    node: ast.Call
    positional: list[Place] = field(default_factory=list)
    keywords: dict[str, Place] = field(default_factory=dict)
    rest: Place | None = None
    receiver: Place | None = None

    @classmethod
    def of(cls, node: ast.Call, frame: Frame) -> Arguments:
        """Evaluate the arguments of a call whose callee has been evaluated."""
        found = cls(node)
        if isinstance(node.func, ast.Attribute):
            found.take_receiver(node.func.value, frame)
        for argument in node.args:
            if isinstance(argument, ast.Starred):
                found.take_all(evaluate(argument.value, frame), argument)
            elif found.rest is not None and not found.keywords:
                found.rest = (join(found.rest[0], evaluate(argument, frame)), found.rest[1])
            else:
                found.positional.append((evaluate(argument, frame), argument))
        for keyword in node.keywords:
            value = evaluate(keyword.value, frame)
            if keyword.arg is not None:
                found.keywords[keyword.arg] = (value, keyword.value)
            else:
                found.take_all(value, keyword.value)
        return found

    def name_positions(self, function: str) -> None:
        """Take what is given by keyword for what it is by position, as far as ``function``'s parameters are known."""
        for parameter in parameters_of(function)[len(self.positional) :]:
            if parameter not in self.keywords:
                return
            self.positional.append(self.keywords[parameter])

    def take_receiver(self, node: ast.expr, frame: Frame) -> None:
        """Take the object in ``node``, which has been evaluated, for the one that the function is a method of."""
        known = constant(node.value) if isinstance(node, ast.Constant) else frame.run.values.get(id(node), UNKNOWN)
        self.receiver = (known, node)

    def take_all(self, values: Value, node: ast.AST) -> None:
        """Take over the elements of what is behind a ``*`` or ``**``."""
        items = values.items or {}
        if values.items is not None and values.rest is None and not values.taints:
            for key, item in items.items():
                if isinstance(key, str):
                    self.keywords.setdefault(key, (item, node))
                elif self.rest is None:
                    self.positional.append((item, node))
            return
        others = {}
        for key, item in items.items():
            if isinstance(key, str):
                self.keywords.setdefault(key, (item, node))
            else:
                others[key] = item
        element = Value(values.taints, items=others, rest=values.rest).any_element()
        self.rest = (element if self.rest is None else join(self.rest[0], element), node)

    @property
    def values(self) -> tuple[Value, ...]:
        """The positional arguments."""
        return tuple(value for value, _ in self.positional)

    @property
    def named(self) -> Mapping[str, Value]:
        """The keyword arguments."""
        return {name: value for name, (value, _) in self.keywords.items()}

    def get(self, position: int, keyword: str = "") -> Value | None:
        """Return one argument, given by position or by keyword; None if it isn't there."""
        if 0 <= position < len(self.positional):
            return self.positional[position][0]
        if keyword in self.keywords:
            return self.keywords[keyword][0]
        return None if self.rest is None else self.rest[0]

    def everything(self) -> Iterator[Place]:
        """Yield all arguments, the receiver not included."""
        yield from self.positional
        yield from self.keywords.values()
        if self.rest is not None:
            yield self.rest

    def select(self, wanted: tuple[Argument, ...]) -> Iterator[Place]:
        """Yield the arguments that a model names."""
        for argument in wanted:
            match argument:
                case int() if argument < len(self.positional):
                    yield self.positional[argument]
                case "self":
                    if self.receiver is not None:
                        yield self.receiver
                case "*":
                    yield from self.positional
                    if self.rest is not None:
                        yield self.rest
                case "**":
                    yield from self.keywords.values()
                case str() if argument.endswith("*"):
                    yield from self.positional[int(argument[:-1]) :]
                    if self.rest is not None:
                        yield self.rest
                case str() if argument in self.keywords:
                    yield self.keywords[argument]
                case int() if self.rest is not None:
                    yield self.rest

    def reach(self, sink: SinkModel) -> Iterator[Place]:
        """Yield the arguments that reach a sink."""
        if sink.applies(self.constants()) if sink.where or sink.unless else True:
            yield from self.select(sink.arguments)

    def constants(self) -> dict[str, object]:
        """Return the arguments of which there is one known constant, or one known name, by keyword and by position."""
        known: dict[str, object] = {}
        for name, (value, _) in (*self.keywords.items(), *((str(i), place) for i, place in enumerate(self.positional))):
            if value.constants is not None and len(value.constants) == 1:
                known[name] = value.constant
            elif len(value.names) == 1:
                known[name] = value.names[0]
            elif len(value.types) == 1:
                known[name] = f"{value.types[0]}()"
        return known

    def taints(self) -> Taints:
        """Return the taints of all arguments."""
        found: Taints = ()
        for value, _ in self.everything():
            found = join_taints(found, value.all_taints())
        return found


KnownCall = Callable[[Arguments, Frame], Value]
"""Says what a function gives that is known better than a model can say."""
