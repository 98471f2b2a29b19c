"""Calls: of the project's own functions, by their summaries, and of libraries, by their models."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable
from typing import Final

from vetline.flow.application import apply_closure, apply_summary, initialised
from vetline.flow.arguments import Arguments, Place
from vetline.flow.attributes import CLEAN_TYPES, method_of
from vetline.flow.conditions import checked, origins, proved_by_call
from vetline.flow.containers import call_of_container, mutated
from vetline.flow.deferred import call_deferred
from vetline.flow.evaluation import evaluate, evaluates
from vetline.flow.expressions import with_effects
from vetline.flow.frame import Frame, SinkHit
from vetline.flow.functions import Summary
from vetline.flow.known_calls import KNOWN_CALLS
from vetline.flow.models import NO_EFFECT, Effect
from vetline.flow.paths import proved_by_return
from vetline.flow.records import new_record, of_class
from vetline.flow.registrations import register, register_decorated
from vetline.flow.taints import ALL, TEXT, Taint, Taints, join_taints
from vetline.flow.text_calls import call_of_text
from vetline.flow.values import CLEAN, NO_ITEMS, UNKNOWN, Value, join, join_all

_CLEANING: Final = re.compile(
    r"(?:^|_)(?:sanit|escap|clean|quot|purif|bleach|neutrali|strip_?tags|slugif|secure|safe|whitelist|mask|redact|hash|encrypt|digest)",
    re.IGNORECASE,
)
_ASKING: Final = re.compile(
    r"^(?:is|has|can|should|exists|contains|count|len|startswith|endswith|verify|check|compare)(?:_|$|[A-Z])"
)
_CAMEL: Final = re.compile(r"(?<=[a-z])(?=[A-Z])")


@evaluates(ast.Call)
def _call(node: ast.Call, frame: Frame) -> Value:
    callee = evaluate(node.func, frame)
    arguments = Arguments.of(node, frame)
    names = callee.names or _called_instance(callee, frame)
    if node.keywords and len(names) == 1:
        arguments.name_positions(names[0])
    frame.run.note_callees(node, names)
    _note_fields(node, names, frame)
    result = call_deferred(callee, arguments, frame, _called)
    if result is None:
        result = _called(callee, arguments, frame)
    register_decorated(arguments, frame)
    if frame.state is not None:
        _check(names, arguments, frame)
    return frame.settled(_with_check(node, names, result, arguments, frame))


def _called(callee: Value, arguments: Arguments, frame: Frame) -> Value:
    """Return what a call of a value gives."""
    names = callee.names or _called_instance(callee, frame)
    if callee.items and "functools.partial" in callee.types:
        function = arguments.node.func
        arguments.positional[:0] = [(item, function) for key, item in callee.items.items() if isinstance(key, int)]
        for key, item in callee.items.items():
            if isinstance(key, str):
                arguments.keywords.setdefault(key, (item, function))
    results = [apply_closure(closure, arguments, frame) for closure in callee.closures]
    for name in names:
        if ":" in name:
            results.append(_call_own(name, callee, arguments, frame))
        else:
            results.append(_call_library(name, callee, arguments, frame))
    if not results:
        results.append(_call_unknown(callee, "", arguments, frame))
    result = join_all(results)
    return _converted(result, arguments) if "type" in arguments.keywords else result


def _converted(result: Value, arguments: Arguments) -> Value:
    """Return what ``request.args.get("page", type=int)`` gives: what can't be converted is left out."""
    match arguments.node.func:
        case ast.Attribute(attr="get" | "getlist" | "pop"):
            kinds = arguments.keywords["type"][0].names
            if kinds and all(kind in CLEAN_TYPES for kind in kinds):
                return result.cleared_of(TEXT)
    return result


def _note_fields(node: ast.Call, names: tuple[str, ...], frame: Frame) -> None:
    """Note where a mapping decides which attributes an object gets: ``Model(**data)``, ``table.update(**data)``."""
    for keyword in node.keywords:
        if keyword.arg is None:
            name = names[0] if names else _spelling(node.func)
            last = name.rpartition(".")[2]
            value = frame.run.values.get(id(keyword.value), UNKNOWN)
            if value.taints and (last[:1].isupper() or last in _MAKING):
                frame.run.hit(SinkHit(node, keyword.value, "fields", Value(value.taints), name, ""))


_MAKING: Final = frozenset("create update values update_or_create get_or_create".split())


def _called_instance(callee: Value, frame: Frame) -> tuple[str, ...]:
    """Return what calling an object calls, where its class or a model says that: ``pipeline(text)``."""
    names = (name for one in callee.types if ":" not in one for name in (f"{one}.__call__", f"{one}()"))
    modelled = tuple(name for name in names if frame.run.models.effect(f"{name}()") is not NO_EFFECT)
    found = (method_of(one, "__call__", frame) for one in callee.types if ":" in one)
    return (*modelled, *(method[0] for method in found if method is not None))


def _with_check(node: ast.Call, names: tuple[str, ...], result: Value, arguments: Arguments, frame: Frame) -> Value:
    """Add to a call's result what its being true proves."""
    receiver = UNKNOWN if arguments.receiver is None else arguments.receiver[0]
    if not receiver.all_taints() and not arguments.taints():
        return result
    if any(frame.run.models.effect(f"{name}()").source for name in names):
        return result  # such as ``check_output``, which checks nothing
    proved = proved_by_call(node, names, receiver, arguments.values)
    for name in names:
        if ":" not in name and (guard := frame.run.models.effect(name).guard) is not None:
            clears = TEXT if ALL in guard.clears else guard.clears
            for value, _ in arguments.select(guard.arguments):
                proved |= {key: proved.get(key, clears) | clears for key in origins(value)}
    return join(result, checked(proved))._replace(items=checked(proved).items) if proved else result


def _check(names: Iterable[str], arguments: Arguments, frame: Frame) -> None:
    """Note what is proved by the mere fact that a call has returned: ``int(x)`` fails for anything but a number."""
    if arguments.receiver is not None and arguments.receiver[0].taints:
        frame.prove(proved_by_return(names, arguments.receiver[0]))
    for name in names:
        if name in ("builtins.int", "builtins.float", "uuid.UUID") and arguments.positional:
            value = arguments.positional[0][0]
            frame.prove({taint.origin.key: TEXT for taint in value.taints if not taint.origin.is_whole or not value.items})


def _call_own(name: str, callee: Value, arguments: Arguments, frame: Frame) -> Value:
    """Call a function or a class of the project."""
    outside = frame.run.outside
    summary = outside.summary(name)
    if summary is not None:
        return _apply(name, summary, callee, arguments, frame)
    if outside.class_info(name) is not None:
        if (found := method_of(name, "__init__", frame)) is not None:
            return initialised(*found, Value(types=(name,)), arguments, frame)
        return new_record(name, arguments, frame)
    return _call_unknown(callee, name, arguments, frame)


def _apply(name: str, summary: Summary, callee: Value, arguments: Arguments, frame: Frame) -> Value:
    receiver: Place | None = None
    first = summary.parameters.positional[:1]
    if not callee.names:  # an object is called
        receiver = (callee, arguments.node.func)
    elif not summary.is_static and first and arguments.receiver is not None and "." in name.rpartition(":")[2]:
        owner = name.rpartition(".")[0]
        is_unbound = first == ("self",) and owner in arguments.receiver[0].names and not arguments.receiver[0].types
        if not is_unbound:
            receiver = arguments.receiver
    return apply_summary(name, summary, receiver, arguments, frame)


def _call_library(name: str, callee: Value, arguments: Arguments, frame: Frame) -> Value:
    """Call a function of a library (or of nobody knows where: ``?.execute``)."""
    models = frame.run.models
    effect = models.effect(name)
    gives = models.effect(f"{name}()")
    if effect.alias:
        name = effect.alias
        effect, gives = models.effect(name), models.effect(f"{name}()")
    for sink in effect.sinks:
        for value, node in arguments.reach(sink):
            frame.run.hit(SinkHit(arguments.node, node, sink.kind, value, name, sink.what))
    if effect.registers is not None or effect.decorates is not None:
        register(name, effect, arguments, frame)
    if effect.never_returns:
        frame.state = None
        return UNKNOWN
    known = KNOWN_CALLS.get(name)
    if known is not None:
        result = known(arguments, frame)
        if result.is_constant:
            return result
    elif (found := _call_of_builtin(name, arguments, frame)) is not None:
        result = found
    elif effect.passes is not None and effect.passes.to == "self":
        mutated(arguments, _passed_on(effect.passes.arguments, arguments), frame)
        result = UNKNOWN if effect.clears else _receiver(arguments)
    elif effect.clears:
        result = Value(arguments.taints() if arguments.positional or arguments.keywords else _receiver(arguments).taints)
        result = result.cleared_of(effect.clears)
        if gives.source is not None:
            result = result._replace(types=())  # what comes in now is another thing than what was cleared
        elif not result.taints and gives.type in (None, "builtins.str"):
            result = Value(types=(CLEAN if ALL in effect.clears else " ".join((CLEAN, *sorted(effect.clears))),))
    elif effect.passes is not None:
        result = _passed_on(effect.passes.arguments, arguments)
    elif (found := call_of_container(arguments, frame)) is not None or (found := call_of_text(arguments, frame)) is not None:
        result = found
    elif effect is NO_EFFECT and gives is NO_EFFECT:
        result = _call_unknown(callee, name, arguments, frame)
        result = _instance(name, result)
        mutated_by_name(arguments, frame)
    else:
        result = Value(_receiver(arguments).taints)
    return _as_modelled(result, name, gives, arguments, frame)


def _as_modelled(result: Value, name: str, gives: Effect, arguments: Arguments, frame: Frame) -> Value:
    """Return the result of a call with what the models say of it, and of its elements: sources, classes, names."""
    models = frame.run.models
    if models.effect(element := f"{name}()[]") is not NO_EFFECT:
        item = with_effects(result.any_element(), (element,), arguments.node, frame)
        result = result._replace(items=result.items or NO_ITEMS, rest=item, constants=None, texts=None)
    result = with_effects(result, (f"{name}()",), arguments.node, frame)
    if gives.instances and (kind := gives.type_of(arguments.constants())) and kind not in result.types:
        result = result._replace(types=(kind, *(one for one in result.types if one != gives.type)))
    if not result.names and not name.startswith("?") and models.names_results_of(name):
        result = result._replace(names=(f"{name}()",))  # by which what is called on it is found
    return of_class(result, name, arguments)


def _call_of_builtin(name: str, arguments: Arguments, frame: Frame) -> Value | None:
    """Return what a method of a string or a container gives, if ``name`` is one's."""
    if name.startswith(_CONTAINERS):
        return call_of_container(arguments, frame)
    return call_of_text(arguments, frame) if name.startswith("builtins.str.") else None


_CONTAINERS: Final = tuple(f"builtins.{name}." for name in ("list", "dict", "set", "frozenset", "tuple"))
"""What the names of methods of containers begin with: which element they give is known better than a model can say."""


def mutated_by_name(arguments: Arguments, frame: Frame) -> None:
    """Let the receiver take up what a method whose name says so puts into it."""
    match arguments.node.func:
        case ast.Attribute(attr=method) if method in _STORING and arguments.receiver is not None:
            taints = tuple(taint._replace(is_certain=False) for taint in arguments.taints())
            if taints:
                mutated(arguments, Value(taints), frame)


_SPELLING_ANEW: Final = frozenset(
    "date decode encode format hex isoformat lower replace strftime strip time timestamp upper".split()
)
"""Methods that give the same again, or a part of it, as another type or in another spelling."""
_STORING: Final = frozenset(
    "add append appendleft extend feed insert put push send set setdefault update write writelines writestr".split()
)


def _instance(name: str, result: Value) -> Value:
    """Take what is called to be a class, and its result an instance of it, if it is spelt so."""
    last = name.rpartition(".")[2]
    if last[:1].isupper() and not last.isupper() and not name.startswith("?"):
        return result._replace(types=(*result.types, name))
    return result


def _receiver(arguments: Arguments) -> Value:
    return UNKNOWN if arguments.receiver is None else arguments.receiver[0]


def _passed_on(wanted: tuple[int | str, ...], arguments: Arguments) -> Value:
    taints: Taints = ()
    places = list(arguments.select(wanted))
    for value, _ in places:
        taints = join_taints(taints, value.all_taints())
    if places and not taints and all(value.is_constant for value, _ in places):
        return Value(types=(CLEAN,))
    if len(places) == 1:
        value = places[0][0]
        if value.constants is None:
            return value
    if places and all(value.is_fixed for value, _ in places):
        return Value(types=(CLEAN,))
    return Value(taints)


def _call_unknown(callee: Value, name: str, arguments: Arguments, frame: Frame) -> Value:
    """Return what a function may give of which we know nothing: what is handed over may come back."""
    last = name.rpartition(".")[2] or _spelling(arguments.node.func)
    receiver = _receiver(arguments).taints
    if last in _SPELLING_ANEW and CLEAN in _receiver(arguments).types and not arguments.taints():
        return Value(types=(CLEAN,))
    if _CLEANING.search(_CAMEL.sub("_", last)) or _ASKING.search(last):
        return Value(types=(CLEAN,))
    doubtful = tuple(_doubted(taint) for taint in arguments.taints())
    if _READING.search(_CAMEL.sub("_", last)) and any(_is_request(value) for value, _ in arguments.everything()):
        doubtful = join_taints(doubtful, (_doubted(frame.run.taint(arguments.node, "remote", "the request")),))
    return Value(join_taints(receiver, join_taints(callee.taints, doubtful)))


_READING: Final = re.compile(
    r"(?:^|_)(?:requests?|wrap(?:per|ped)?|params?|parameters?|args?|arguments?|query|form|headers?|cookies?|body|input|payload|fields?)(?:_|$)",
    re.IGNORECASE,
)
"""In the name of a function: that it takes something out of the request that it is given."""


def _is_request(value: Value) -> bool:
    return any(
        name.rpartition(".")[2] in ("Request", "?Request", "HttpRequest", "HTTPServerRequest", "WSGIRequest")
        for name in value.types
    )


def _doubted(taint: Taint) -> Taint:
    return taint._replace(is_certain=False) if taint.is_certain else taint


def _spelling(callee: ast.expr) -> str:
    match callee:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return ""
