"""What a call of a function of the project does, known from its summary, or by following its body."""

from __future__ import annotations

import ast
import operator
from types import MappingProxyType
from typing import Final

from vetline.flow.arguments import Arguments, Place
from vetline.flow.bindings import change
from vetline.flow.conditions import checked
from vetline.flow.evaluation import evaluate, execute
from vetline.flow.frame import Frame, SinkHit
from vetline.flow.functions import Closure, Parameters, Summary
from vetline.flow.models.kinds import FIXED
from vetline.flow.taints import Step, Taint, Taints, join_taints
from vetline.flow.values import UNKNOWN, Piece, Text, Value, join, join_all, of_texts
from vetline.semantics.bindings import chain_of

_DEEPEST: Final = 3
"""How many calls of local functions are followed into each other."""


def apply_summary(name: str, summary: Summary, receiver: Place | None, arguments: Arguments, frame: Frame) -> Value:
    """Return what a call gives, and note what else it does."""
    places = ([receiver] if receiver is not None else []) + arguments.positional
    rest = None if arguments.rest is None else arguments.rest[0]
    bound = summary.parameters.bind(tuple(value for value, _ in places), arguments.named, rest)
    nodes = dict(zip(summary.parameters.positional, (node for _, node in places), strict=False))
    nodes |= {key: node for key, (_, node) in arguments.keywords.items()}
    callee = name.rpartition(":")[2]
    step = frame.run.step(arguments.node, f"is passed to `{callee}`")
    for sink in summary.sinks:
        value = bound.get(sink.parameter)
        if value is None:
            continue
        taints = handed_over((sink.taint,), bound, step)
        if taints:
            node = nodes.get(sink.parameter, arguments.node)
            frame.run.hit(SinkHit(arguments.node, node, sink.kind, value, sink.callee, sink.what, taints))
        elif sink.kind in FIXED and value.is_constant and sink.taint.is_certain:
            node = nodes.get(sink.parameter, arguments.node)
            frame.run.hit(SinkHit(arguments.node, node, sink.kind, value, sink.callee, sink.what, ()))
    for parameter, changed in summary.mutates.items():
        _mutate(parameter, substituted(changed, bound, step), nodes, frame)
    for parameter, kinds in summary.ensures.items():
        if (value := bound.get(parameter)) is not None:
            frame.prove({taint.origin.key: kinds for taint in value.taints})
    if summary.never_returns:
        frame.state = None
        return UNKNOWN
    result = substituted(summary.returns, bound, step)
    proofs = {
        taint.origin.key: kinds
        for parameter, kinds in summary.validates.items()
        if (value := bound.get(parameter)) is not None
        for taint in value.taints
    }
    return result._replace(items={**(result.items or {}), **(checked(proofs).items or {})}) if proofs else result


def handed_over(taints: Taints, bound: dict[str, Value], step: Step) -> Taints:
    """Return ``taints`` of a function's own with those of the arguments in the place of its parameters."""
    found: Taints = ()
    for taint in taints:
        if taint.origin.parameter is None:
            found = join_taints(found, (taint,))
            continue
        value = bound.get(taint.origin.parameter)
        for outer in value.all_taints() if value is not None else ():
            passed = outer.via(step)
            for inner in taint.steps:
                passed = passed.via(inner)
            is_certain = outer.is_certain and taint.is_certain
            found = join_taints(found, (passed._replace(cleared=outer.cleared | taint.cleared, is_certain=is_certain),))
    return found


def substituted(value: Value, bound: dict[str, Value], step: Step) -> Value:
    """Return what ``value``, of a function's own, is for the caller; ``value`` itself if no parameter is in it."""
    parameter = _whole_parameter(value)
    if parameter is not None and parameter in bound:
        return bound[parameter].via(step)
    items = value.items
    if items:
        handed = {key: substituted(item, bound, step) for key, item in items.items()}
        if not all(map(operator.is_, handed.values(), items.values())):
            items = MappingProxyType(handed)
    rest = None if value.rest is None else substituted(value.rest, bound, step)
    if items is value.items and rest is value.rest and not _has_parameters(value):
        return value
    taints = handed_over(value.taints, bound, step)
    texts = value.texts and tuple(_substituted_text(text, bound, step) for text in value.texts)
    changed = value._replace(taints=taints, texts=None, items=items, rest=rest)
    if texts is None:
        return changed
    text = of_texts(texts, taints)
    return text if text.constants is not None else changed._replace(texts=text.texts)


def _whole_parameter(value: Value) -> str | None:
    """Return the parameter that is handed back as it came in, if ``value`` is that."""
    match value.taints:
        case (Taint(origin=origin, cleared=cleared),) if origin.parameter and origin.is_whole and not cleared:
            if value._replace(taints=(), types=(), names=()) == UNKNOWN:
                return origin.parameter
    return None


def _has_parameters(value: Value) -> bool:
    """Tell whether a parameter is in a value, or in the unknown parts of its texts, whatever is in its elements."""
    pieces = (piece for text in value.texts or () for piece in text if not isinstance(piece, str))
    return any(taint.origin.parameter is not None for taints in (value.taints, *pieces) for taint in taints)


def _substituted_text(text: Text, bound: dict[str, Value], step: Step) -> Text:
    pieces: list[Piece] = []
    for piece in text:
        if isinstance(piece, str):
            pieces.append(piece)
            continue
        match piece:
            case (Taint(origin=origin),) if origin.parameter and (value := bound.get(origin.parameter)) is not None:
                known = value.text
                if known is not None and len(known) == 1:
                    pieces += known[0]
                    continue
        pieces.append(handed_over(piece, bound, step))
    return tuple(pieces)


def _mutate(parameter: str, changed: Value, nodes: dict[str, ast.AST], frame: Frame) -> None:
    """Note that a call has changed an argument, or an attribute of it."""
    name, _, attribute = parameter.partition(".")
    node = nodes.get(name)
    if not isinstance(node, ast.expr):
        return
    before = frame.run.values.get(id(node), UNKNOWN)
    if not attribute:
        change(node, join(before, changed), frame, before)
    elif chain := chain_of(node):
        frame.update(".".join((*chain, attribute)), changed)
        change(node, before.with_element(f".{attribute}", changed), frame, before)


def instance_of(name: str, initial: Summary, result: Value, arguments: Arguments, frame: Frame) -> Value:
    """Return the instance of a class that a call creates, with the attributes that its ``__init__`` gives it."""
    del result
    rest = None if arguments.rest is None else arguments.rest[0]
    bound = initial.parameters.bind((UNKNOWN, *arguments.values), arguments.named, rest)
    step = frame.run.step(arguments.node, f"is passed to `{name.rpartition(':')[2]}`")
    items = {
        f".{key.partition('.')[2]}": substituted(value, bound, step)
        for key, value in initial.mutates.items()
        if key.startswith(f"{initial.parameters.positional[0] if initial.parameters.positional else 'self'}.")
    }
    return Value(types=(name,), items=MappingProxyType(items))


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
