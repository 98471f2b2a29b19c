"""What a call of a function of the project does, known from its summary, or by following its body."""

from __future__ import annotations

import ast
import operator
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Final

from vetline.flow.arguments import Arguments, Place
from vetline.flow.changes import change
from vetline.flow.conditions import checked
from vetline.flow.evaluation import evaluate, execute
from vetline.flow.frame import Frame, SinkHit
from vetline.flow.functions import Closure, Parameters, Summary
from vetline.flow.models.kinds import FIXED
from vetline.flow.taints import PASSED, Origin, Step, Taint, Taints, join_taints
from vetline.flow.values import SELF, UNKNOWN, Piece, Text, Value, join, join_all, of_texts

_DEEPEST: Final = 3
"""How many calls of local functions are followed into each other."""


def apply_summary(name: str, summary: Summary, receiver: Place | None, arguments: Arguments, frame: Frame) -> Value:
    """Return what a call gives, and note what else it does."""
    return Application.of(name, summary, receiver, arguments, frame).run()


def call_without_arguments(name: str, summary: Summary, receiver: Place, node: ast.AST, frame: Frame) -> Value:
    """Return what a method gives that ``node`` calls without saying so: a property, the beginning of a ``with``."""
    return Application(name, summary, node, [receiver], {}, None, frame).run()


def set_property(name: str, summary: Summary, receiver: Place, value: Place, frame: Frame) -> None:
    """Assign ``value`` to a property."""
    Application(name, summary, value[1], [receiver, value], {}, None, frame).run()


def initialised(initial: str, summary: Summary, instance: Value, arguments: Arguments, frame: Frame) -> Value:
    """Return ``instance``, with the attributes that ``initial``, the ``__init__`` of its class, gives it."""
    call = Application.of(initial, summary, (instance, arguments.node), arguments, frame)
    call.run()
    made = call.values.get(call.first, instance)
    items = {key: item for key, item in (made.items or {}).items() if item.is_constant or item.all_taints()}
    return made._replace(items=MappingProxyType(items))  # all others are what the class says that they are


class Application:
    """One call of a function of the project; ``values`` is what the arguments are, by parameter, before and behind it."""

    def __init__(
        self,
        name: str,
        summary: Summary,
        node: ast.AST,
        places: Sequence[Place],
        keywords: Mapping[str, Place],
        rest: Value | None,
        frame: Frame,
    ) -> None:
        self._summary = summary
        self._node = node
        self._frame = frame
        positional = tuple(value for value, _ in places)
        self.values = summary.parameters.bind(positional, {key: value for key, (value, _) in keywords.items()}, rest)
        self._nodes = dict(zip(summary.parameters.positional, (node for _, node in places), strict=False))
        self._nodes |= {key: node for key, (_, node) in keywords.items()}
        self._step = frame.run.step(node, f"{PASSED} `{name.rpartition(':')[2]}`")

    @classmethod
    def of(cls, name: str, summary: Summary, receiver: Place | None, arguments: Arguments, frame: Frame) -> Application:
        places = ([receiver] if receiver is not None else []) + arguments.positional
        rest = None if arguments.rest is None else arguments.rest[0]
        return cls(name, summary, arguments.node, places, arguments.keywords, rest, frame)

    @property
    def first(self) -> str:
        """The name of the first parameter, which a method's object is."""
        return next(iter(self._summary.parameters.positional), "self")

    def run(self) -> Value:
        """Note what the call does, and return what it gives."""
        summary, frame, step = self._summary, self._frame, self._step
        bound = dict(self.values)
        self._reach_sinks()
        for parameter, changed in summary.mutates.items():
            self._mutate(parameter, substituted(changed, bound, step))
        for parameter, kinds in summary.ensures.items():
            frame.prove(dict.fromkeys(_keys(parameter, bound), kinds))
        if summary.never_returns:
            frame.state = None
            return UNKNOWN
        result = substituted(summary.returns, bound, step)
        if (same := _handed_back(summary.returns)) is not None and isinstance(given := self._nodes.get(same), ast.expr):
            frame.run.given_back[id(self._node)] = given
        proofs = {key: kinds for parameter, kinds in summary.validates.items() for key in _keys(parameter, bound)}
        return result._replace(items={**(result.items or {}), **(checked(proofs).items or {})}) if proofs else result

    def _reach_sinks(self) -> None:
        for sink in self._summary.sinks:
            value = _given(sink.taint.origin, self.values)
            if value is None:
                continue
            taints = handed_over((sink.taint,), self.values, self._step)
            is_made_here = sink.kind in FIXED and value.is_constant and sink.taint.is_certain
            if taints or is_made_here:
                node = self._nodes.get(sink.parameter, self._node)
                self._frame.run.hit(SinkHit(self._node, node, sink.kind, value, sink.callee, sink.what, taints))

    def _mutate(self, parameter: str, changed: Value) -> None:
        """Note that the call has changed an argument: its elements, or its attributes."""
        before = self.values.get(parameter)
        if before is None:
            return
        attributes = {key: item for key, item in (changed.items or {}).items() if str(key)[:1] == "."}
        elements = {key: item for key, item in (changed.items or {}).items() if key not in attributes}
        behind = before
        if elements or changed.rest is not None:
            behind = join(before, Value(items=MappingProxyType(elements), rest=changed.rest))
        if attributes:
            behind = behind._replace(items=MappingProxyType({**(behind.items or {}), **attributes}))
        self.values[parameter] = behind
        node = self._nodes.get(parameter)
        if isinstance(node, ast.expr):
            change(node, behind, self._frame, before)


def _keys(parameter: str, bound: Mapping[str, Value]) -> Iterator[str]:
    """Yield the keys of the origins of an argument, or of an attribute of one: ``self.path``."""
    name, dot, attribute = parameter.partition(".")
    value = bound.get(name)
    if value is not None and dot:
        value = value.attribute(dot + attribute)
    for taint in value.taints if value is not None else ():
        yield taint.origin.key


def _given(origin: Origin, bound: Mapping[str, Value]) -> Value | None:
    """Return what a call hands over where a function's own analysis knows only an origin; None if nothing."""
    value = bound.get(origin.parameter or "")
    for key in origin.path:
        if value is None:
            return None
        value = value.attribute(key)
    return value


def handed_over(taints: Taints, bound: Mapping[str, Value], step: Step) -> Taints:
    """Return ``taints`` of a function's own with those of the arguments in the place of its parameters."""
    found: Taints = ()
    for taint in taints:
        if taint.origin.parameter is None:
            found = join_taints(found, (taint,))
            continue
        value = _given(taint.origin, bound)
        for outer in value.all_taints() if value is not None else ():
            passed = outer.via(step)
            for inner in taint.steps:
                passed = passed.via(inner)
            is_certain = outer.is_certain and taint.is_certain
            found = join_taints(found, (passed._replace(cleared=outer.cleared | taint.cleared, is_certain=is_certain),))
    return found


def substituted(value: Value, bound: Mapping[str, Value], step: Step) -> Value:
    """Return what ``value``, of a function's own, is for the caller; ``value`` itself if no parameter is in it."""
    items, rest = value.items, value.rest
    if items is None and rest is None and not value.taints and value.texts is None:
        return value  # which most are
    whole = _whole_argument(value, bound)
    if items:
        handed = {key: substituted(item, bound, step) for key, item in items.items() if key != SELF}
        if len(handed) < len(items) or not all(map(operator.is_, handed.values(), items.values())):
            items = MappingProxyType(handed)
    if rest is not None:
        rest = substituted(rest, bound, step)
    if whole is not None:
        whole = whole.via(step)
        if items:
            whole = whole._replace(items=MappingProxyType({**(whole.items or {}), **items}))
        if rest is not None:
            whole = whole.with_any_element(rest)
        return whole if whole.types or not value.types else whole._replace(types=value.types)
    if items is value.items and rest is value.rest and not _has_parameters(value):
        return value
    taints = handed_over(value.taints, bound, step)
    texts = value.texts and tuple(_substituted_text(text, bound, step) for text in value.texts)
    changed = value._replace(taints=taints, texts=None, items=items, rest=rest)
    if texts is None:
        return changed
    text = of_texts(texts, taints)
    return text if text.constants is not None else changed._replace(texts=text.texts)


def _whole_argument(value: Value, bound: Mapping[str, Value]) -> Value | None:
    """Return the argument, or the attribute of one, that ``value`` is as it came in, but for what was put into it."""
    if (origin := value.self_origin) is not None:
        return bound.get(origin.parameter or "")
    match value.taints:
        case (Taint(origin=origin, cleared=cleared),) if origin.parameter and origin.is_whole and not cleared:
            is_noted = any(str(key)[:1] == "?" for key in value.items or ())  # it is what a check or a function gives
            if value.constants is None and value.texts is None and not value.closures and not is_noted:
                return _given(origin, bound)
    return None


def _handed_back(value: Value) -> str | None:
    """Return the parameter that a function hands back as it came in, if ``value`` is that."""
    match value.taints:
        case (Taint(origin=origin, cleared=cleared),) if origin.parameter and origin.is_whole and not cleared:
            is_bare = value.constants is None and value.texts is None and value.rest is None and not value.closures
            if is_bare and not origin.path and all(key == SELF for key in value.items or ()):
                return origin.parameter
    return None


def _has_parameters(value: Value) -> bool:
    """Tell whether a parameter is in a value, or in the unknown parts of its texts, whatever is in its elements."""
    pieces = (piece for text in value.texts or () for piece in text if not isinstance(piece, str))
    return any(taint.origin.parameter is not None for taints in (value.taints, *pieces) for taint in taints)


def _substituted_text(text: Text, bound: Mapping[str, Value], step: Step) -> Text:
    pieces: list[Piece] = []
    for piece in text:
        if isinstance(piece, str):
            pieces.append(piece)
            continue
        match piece:
            case (Taint(origin=origin),) if origin.parameter and (value := _given(origin, bound)) is not None:
                known = value.text
                if known is not None and len(known) == 1:
                    pieces += known[0]
                    continue
        pieces.append(handed_over(piece, bound, step))
    return tuple(pieces)


def apply_closure(closure: Closure, arguments: Arguments, frame: Frame) -> Value:
    """Return what a call of a local function gives, by following its body with these arguments."""
    if frame.depth >= _DEEPEST or _is_active(closure, frame):
        return Value(arguments.taints())
    closure.is_called = True
    inner = Frame(frame.run, closure.frame, closure.owner, frame.depth + 1)
    inner.closure = closure
    rest = None if arguments.rest is None else arguments.rest[0]
    bound = Parameters.of(closure.node.args).bind(arguments.values, arguments.named, rest)
    inner.state = bound
    for parameter, default in _defaults(closure.node.args):
        if parameter not in bound:
            inner.state[parameter] = evaluate(default, closure.frame) if closure.frame.state is not None else UNKNOWN
    return follow(closure, inner)


def follow(closure: Closure, inner: Frame) -> Value:
    """Follow the body of a local function whose frame is ready; return what it gives."""
    if isinstance(closure.node, ast.Lambda):
        return evaluate(closure.node.body, inner)
    execute(closure.node.body, inner)
    values = [returned.value for returned in inner.returned]
    if inner.yielded is not None:
        return Value(types=("builtins.list",), items=MappingProxyType({}), rest=inner.yielded)
    return join_all(values)


def _is_active(closure: Closure, frame: Frame | None) -> bool:
    while frame is not None:
        if frame.closure is closure:
            return True
        frame = frame.parent
    return False


def _defaults(arguments: ast.arguments) -> list[tuple[str, ast.expr]]:
    positional = [*arguments.posonlyargs, *arguments.args]
    found = list(
        zip([one.arg for one in positional[len(positional) - len(arguments.defaults) :]], arguments.defaults, strict=True)
    )
    found += [(one.arg, default) for one, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True) if default]
    return found
