"""Functions and classes: how a body is followed, and what those who use it need to know."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable
from types import MappingProxyType
from typing import Final

from vetline.flow.annotations import annotated_call, types_of
from vetline.flow.attributes import CLEAN_TYPES, bases_of, note_subclass
from vetline.flow.conditions import SIZE
from vetline.flow.evaluation import evaluate, execute
from vetline.flow.frame import Frame, Returned, State, join_states
from vetline.flow.functions import ClassInfo, Closure, Parameters, Summary
from vetline.flow.models import HandlerModel
from vetline.flow.outside import LOCAL
from vetline.flow.records import declare_fields
from vetline.flow.registrations import registered
from vetline.flow.summaries import ensured, mutated, parameter_sinks, returns, validated
from vetline.flow.taints import FIELD, PARAMETER, TEXT, Origin
from vetline.flow.values import SELF, UNKNOWN, Value, constant
from vetline.semantics.scopes import Function, parameters

_STATIC: Final = "builtins.staticmethod"
_PROPERTIES: Final = frozenset({"builtins.property", "functools.cached_property", "werkzeug.utils.cached_property"})


def define_function(node: Function, frame: Frame) -> None:
    """Follow a ``def``: at the top of a module or class, summarise it; below a function, remember where it stands."""
    decorators = _decorators(node, frame)
    for default in (*node.args.defaults, *node.args.kw_defaults):
        if default is not None:
            evaluate(default, frame)
    if frame.is_class or frame.is_module:
        key = f"{frame.owner}.{node.name}" if frame.owner else f"{frame.run.file}:{node.name}"
        if is_accessor(node):
            key += ".setter"
        else:
            frame.store(node.name, Value(names=(key,)))
        summary = summarise(node, frame, key, decorators)
        frame.run.summaries[key] = summary
        return
    closure = Closure(node, frame, frame.owner)
    frame.closures.append(closure)
    frame.store(node.name, Value(closures=(closure,)))


def is_accessor(node: Function) -> bool:
    """Tell whether a method is what assigning to the property of its name calls, or deleting it."""
    return any(
        isinstance(one, ast.Attribute)
        and one.attr in ("setter", "deleter")
        and isinstance(one.value, ast.Name)
        and one.value.id == node.name
        for one in node.decorator_list
    )


def _decorators(node: Function | ast.ClassDef, frame: Frame) -> tuple[str, ...]:
    names: list[str] = []
    for decorator in node.decorator_list:
        value = evaluate(decorator, frame)
        if isinstance(decorator, ast.Call):
            value = frame.run.values.get(id(decorator.func), UNKNOWN)
        names += value.names
    return tuple(names)


def define_class(node: ast.ClassDef, frame: Frame) -> None:
    """Follow a class that isn't split into blocks: one in a function, in another class, below an ``if``."""
    decorators = _decorators(node, frame)
    bases = tuple(name for base in node.bases for name in evaluate(base, frame).names)
    for keyword in node.keywords:
        evaluate(keyword.value, frame)
    owner = f"{frame.owner}.{node.name}" if frame.owner else f"{frame.run.file}:{_within(frame)}{node.name}"
    frame.run.classes[owner] = ClassInfo(bases, decorators)
    note_subclass(owner, bases, frame)
    frame.store(node.name, Value(names=(owner,)))
    if not node.body:
        return
    body = Frame(frame.run, None if frame.is_module else frame, owner, frame.depth)
    follow_members(node.body, owner, body)
    for closure in body.closures:
        follow_uncalled(closure, body)


def _within(frame: Frame) -> str:
    """Return what stands in front of the name of a class that is defined in a function."""
    return "" if frame.is_module or frame.is_class else f"{frame.name}{LOCAL}"


def local_name(owner: str) -> str:
    """Return the name of a definition without its file."""
    return owner.rpartition(":")[2]


def follow_members(body: Iterable[ast.stmt], owner: str, frame: Frame) -> None:
    """Follow some of the members of the class ``owner``."""
    frame.is_class = True
    frame.owner = owner
    execute(body, frame)
    for name, value in (frame.state or {}).items():
        if name[0].isalpha() or name[0] == "_":
            frame.run.exports[f"{local_name(owner)}.{name}"] = value
    declare_fields(body, owner, frame)


def summarise(node: Function, around: Frame, key: str, decorators: tuple[str, ...]) -> Summary:
    """Follow a function's body, for any arguments, and return what a call of it does."""
    run = around.run
    frame = Frame(run, around if around.is_class and around.parent is not None else None, around.owner, around.depth)
    frame.is_function = True
    frame.name = local_name(key)
    handler = _handler(node, around, decorators) or registered(key, around)
    is_static = _STATIC in decorators
    frame.state = _parameters(node, frame, around, key, handler, is_static=is_static, decorators=decorators)
    before = dict(frame.state)
    if handler is not None:
        frame.returns_kind = _sent_as(handler, node, frame)
        frame.handler = handler.parameters or "remote"
    execute(node.body, frame)
    finish(frame)
    changed = mutated(frame, frame.state or {}, before)
    is_stub = _is_stub(node)
    return Summary(
        Parameters.of(node.args),
        UNKNOWN if is_stub else returns(frame),
        tuple(parameter_sinks(run, f"{run.block.number}{key}(")),
        ensured(frame, before),
        validated(frame, before),
        changed,
        never_returns=not frame.returned and frame.yielded is None and not is_stub,
        is_static=is_static,
        is_property=bool(_PROPERTIES & set(decorators)),
        is_async=isinstance(node, ast.AsyncFunctionDef),
        handler=handler.parameters if handler is not None else "",
    )


def _is_stub(node: Function) -> bool:
    """Tell whether a body is still to be written, or is another class's to write: what such a function gives isn't None."""
    return all(
        isinstance(statement, ast.Pass)
        or (isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant))
        or (isinstance(statement, ast.Raise) and "NotImplemented" in ast.dump(statement))
        for statement in node.body
    )


def finish(frame: Frame) -> None:
    """End a function's body: note that its end may be reached, and follow the local functions that nobody has called."""
    if frame.state is not None:
        frame.returned.append(Returned(constant(None), frame.state, None))
    joined: State | None = None
    for returned in frame.returned:
        joined = join_states(joined, returned.state)
    frame.state = {} if joined is None else dict(joined)
    for closure in frame.closures:
        follow_uncalled(closure, frame)


def follow_uncalled(closure: Closure, frame: Frame) -> None:
    """Follow a local function that isn't called where it is defined: a route in an application factory, a callback."""
    if closure.is_called or isinstance(closure.node, ast.Lambda):
        return
    closure.is_called = True
    inner = Frame(frame.run, frame, closure.owner, frame.depth + 1)
    inner.closure = closure
    node = closure.node
    inner.name = f"{frame.name}.{node.name}"
    decorators = tuple(
        name
        for decorator in node.decorator_list
        for name in frame.run.values.get(id(decorator.func if isinstance(decorator, ast.Call) else decorator), UNKNOWN).names
    )
    handler = _handler(node, frame, decorators) or closure.handler
    inner.state = _parameters(node, inner, frame, f"<local>.{node.name}", handler, is_static=True, decorators=decorators)
    if handler is not None:
        inner.returns_kind = _sent_as(handler, node, frame)
    execute(node.body, inner)
    finish(inner)


def _handler(node: Function, frame: Frame, decorators: tuple[str, ...]) -> HandlerModel | None:
    """Return how a framework calls the function, if one does."""
    models = frame.run.models
    for name in decorators:
        if (found := models.handlers(name)) is not None:
            return found
    if frame.owner:
        for base in bases_of(frame.owner, frame):
            if ":" not in base and (found := models.handler_method(base, node.name)) is not None:
                return found
    return None


def _sent_as(handler: HandlerModel, node: Function, frame: Frame) -> str:
    """Return the kind of sink that a handler's result is, which may depend on what its decorator says:
    ``response_class=HTMLResponse``."""
    constants: dict[str, object] = {}
    for decorator in node.decorator_list:
        for keyword in decorator.keywords if isinstance(decorator, ast.Call) else ():
            value = frame.run.values.get(id(keyword.value), UNKNOWN)
            if keyword.arg is not None and (value.constant is not None or value.names):
                constants[keyword.arg] = value.names[0] if value.names else value.constant
    return handler.result_kind(constants)


def _parameters(
    node: Function,
    frame: Frame,
    around: Frame,
    key: str,
    handler: HandlerModel | None,
    *,
    is_static: bool,
    decorators: tuple[str, ...],
) -> State:
    """Return what a function's parameters may be at its beginning."""
    state: State = {}
    arguments = node.args
    everything = parameters(node)
    defaults = _defaults(arguments)
    position = 0
    converted = _converters(node) if handler is not None and handler.parameters else {}
    for index, parameter in enumerate(everything):
        name = parameter.arg
        if index == 0 and around.owner and not is_static and around.is_class:
            is_class = name == "cls" or "builtins.classmethod" in decorators
            state[name] = Value(names=(around.owner,)) if is_class else _object(parameter, key, around, frame)
            continue
        state[name] = _parameter(parameter, position, defaults.get(name), key, handler, frame, around)
        if name in converted:
            state[name] = _by_type(state[name], (converted[name],))
        position += 1
    if arguments.vararg is not None:
        state[arguments.vararg.arg] = _gathered(state[arguments.vararg.arg], "builtins.tuple")
    if arguments.kwarg is not None:
        state[arguments.kwarg.arg] = _gathered(state[arguments.kwarg.arg], "builtins.dict")
    return state


_CONVERTER: Final = re.compile(r"<(int|float|uuid)(?:\([^()]*\))?:(\w+)>")
_CONVERTED: Final = {"int": "builtins.int", "float": "builtins.float", "uuid": "uuid.UUID"}


def _converters(node: Function) -> dict[str, str]:
    """Return the classes of parameters that a route converts parts of the path to: ``/users/<int:number>``."""
    texts = [
        argument.value
        for decorator in node.decorator_list
        if isinstance(decorator, ast.Call)
        for argument in decorator.args
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str)
    ]
    return {name: _CONVERTED[kind] for text in texts for kind, name in _CONVERTER.findall(text)}


def _object(parameter: ast.arg, key: str, around: Frame, frame: Frame) -> Value:
    """Return the object that a method is called on, of which the caller knows more."""
    name = parameter.arg
    frame.receiver = name
    origin = Origin(FIELD, f"{frame.run.block.number}{key}({name})", "", frame.run.step(parameter, ""), parameter=name)
    return Value(types=(around.owner,), items=MappingProxyType({SELF: constant(origin)}))


def _gathered(value: Value, kind: str) -> Value:
    return Value(value.taints, types=(kind,))


def _parameter(
    parameter: ast.arg,
    position: int,
    default: ast.expr | None,
    key: str,
    handler: HandlerModel | None,
    frame: Frame,
    around: Frame,
) -> Value:
    run, models, name = frame.run, frame.run.models, parameter.arg
    types = types_of(parameter.annotation, around)
    given = run.values.get(id(default), UNKNOWN) if default is not None and not isinstance(default, ast.Constant) else UNKNOWN
    marker = annotated_call(parameter.annotation)
    if marker is not None:
        given = evaluate(marker, around)
    if handler is not None and (kind := handler.types.get(name) or handler.types.get(str(position))):
        types = types or (kind,)
        return Value(types=types)
    if handler is not None and handler.parameters:
        if any("Depends" in one for one in (*given.types, *given.names)):
            return _provided(default if marker is None else marker, around)
        if types and all(models.effect(one).type or _is_modelled(one) for one in types):
            return Value(types=types)
        taint = run.taint(parameter, handler.parameters, f"the parameter `{name}`", f"{key}({name})")
        value = Value((taint,), types=types)
        if _is_bounded(default if marker is None else marker):
            value = value.cleared_of(SIZE)
        return _by_type(value, types)
    # What a framework passes in itself has no default.
    if not types and (kind := models.parameter_type(name)) and (default is None or models.effect(kind).source is None):
        types = (kind,)
    taint = run.taint(parameter, PARAMETER, f"the parameter `{name}`", f"{run.block.number}{key}({name})", name)
    return _by_type(Value((taint,), types=types), types)


def _is_bounded(marker: ast.expr | None) -> bool:
    """Tell whether a parameter is declared to be small, as ``Query(le=100)`` does."""
    return isinstance(marker, ast.Call) and any(keyword.arg in ("le", "lt") for keyword in marker.keywords)


def _is_modelled(name: str) -> bool:
    """Tell whether a class is one of a framework's own, such as its request: what is from outside in it, its model says."""
    last = name.rpartition(".")[2]
    return ":" not in name and last in _OWN_OBJECTS


_OWN_OBJECTS: Final = frozenset(
    "Request HttpRequest WebSocket Response BackgroundTasks Session AsyncSession Context HTTPConnection SecurityScopes".split()
)


def _provided(node: ast.expr | None, frame: Frame) -> Value:
    """Return what a dependency gives: the result of the function in ``Depends(function)``."""
    match node:
        case ast.Call(args=[ast.Name() | ast.Attribute() as provider, *_]):
            value = frame.run.values.get(id(provider), UNKNOWN)
            for name in value.names:
                summary = frame.run.outside.summary(name) if ":" in name else None
                if summary is not None:
                    returned = summary.returns
                    return returned.any_element() if "builtins.list" in returned.types else returned
    return UNKNOWN


def _by_type(value: Value, types: tuple[str, ...]) -> Value:
    """Clear what something of these types can't do: numbers are no text."""
    if types and all(one in CLEAN_TYPES for one in types):
        return value.cleared_of(TEXT)
    return value


def _defaults(arguments: ast.arguments) -> dict[str, ast.expr]:
    positional = [*arguments.posonlyargs, *arguments.args]
    names = [one.arg for one in positional[len(positional) - len(arguments.defaults) :]]
    found = dict(zip(names, arguments.defaults, strict=True))
    found |= {one.arg: default for one, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True) if default}
    return found
