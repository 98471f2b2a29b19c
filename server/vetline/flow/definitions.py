"""Functions and classes: how a body is followed, and what those who use it need to know."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable
from types import MappingProxyType
from typing import Final

from vetline.flow.annotations import annotated_call, types_of
from vetline.flow.attributes import CLEAN_TYPES, bases_of
from vetline.flow.conditions import SIZE, assume, proofs_in, truth
from vetline.flow.evaluation import evaluate, execute
from vetline.flow.frame import Frame, Returned, Run, State, join_states, proofs_between
from vetline.flow.functions import ClassInfo, Closure, Parameters, ParameterSink, Summary
from vetline.flow.models import HandlerModel
from vetline.flow.models.kinds import FIXED
from vetline.flow.taints import ALL, PARAMETER, TEXT, Taint
from vetline.flow.values import UNKNOWN, Value, constant, join, join_all
from vetline.semantics.scopes import Function, parameters

_STATIC: Final = "builtins.staticmethod"
_PROPERTIES: Final = frozenset({"builtins.property", "functools.cached_property", "werkzeug.utils.cached_property"})
_ALL_KINDS: Final = frozenset({ALL})


def define_function(node: Function, frame: Frame) -> None:
    """Follow a ``def``: at the top of a module or class, summarise it; below a function, remember where it stands."""
    decorators = _decorators(node, frame)
    for default in (*node.args.defaults, *node.args.kw_defaults):
        if default is not None:
            evaluate(default, frame)
    if (frame.is_class and frame.parent is None) or frame.is_module:
        key = f"{frame.owner}.{node.name}" if frame.owner else f"{frame.run.file}:{node.name}"
        frame.store(node.name, Value(names=(key,)))
        summary = summarise(node, frame, key, decorators)
        frame.run.summaries[key] = summary
        return
    closure = Closure(node, frame, frame.owner)
    frame.closures.append(closure)
    frame.store(node.name, Value(closures=(closure,)))


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
    owner = f"{frame.owner}.{node.name}" if frame.owner else f"{frame.run.file}:{node.name}"
    frame.run.classes[owner] = ClassInfo(bases, decorators)
    frame.store(node.name, Value(names=(owner,)))
    if not node.body:
        return
    body = Frame(frame.run, frame if frame.parent is not None or frame.is_class else None, owner, frame.depth)
    body.is_class = True
    execute(node.body, body)
    for name, value in (body.state or {}).items():
        if name[0].isalpha() or name[0] == "_":
            frame.run.exports[f"{local_name(owner)}.{name}"] = value
    for closure in body.closures:
        follow_uncalled(closure, body)


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


def summarise(node: Function, around: Frame, key: str, decorators: tuple[str, ...]) -> Summary:
    """Follow a function's body, for any arguments, and return what a call of it does."""
    run = around.run
    frame = Frame(run, around if around.is_class and around.parent is not None else None, around.owner, around.depth)
    frame.is_function = True
    handler = _handler(node, around, decorators)
    is_static = _STATIC in decorators
    frame.state = _parameters(node, frame, around, key, handler, is_static=is_static, decorators=decorators)
    before = dict(frame.state)
    if handler is not None:
        frame.returns_kind = _sent_as(handler, node, frame)
        frame.handler = handler.parameters or "remote"
    execute(node.body, frame)
    finish(frame)
    is_stub = _is_stub(node)
    return Summary(
        Parameters.of(node.args),
        UNKNOWN if is_stub else _returns(frame),
        tuple(_parameter_sinks(run, f"{run.block.number}{key}(")),
        _ensured(frame, before),
        _validated(frame, before),
        _mutated(frame, before),
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
    decorators = tuple(
        name
        for decorator in node.decorator_list
        for name in frame.run.values.get(id(decorator.func if isinstance(decorator, ast.Call) else decorator), UNKNOWN).names
    )
    handler = _handler(node, frame, decorators)
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
            state[name] = Value(names=(around.owner,)) if is_class else Value(types=(around.owner,))
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


def _returns(frame: Frame) -> Value:
    if frame.yielded is not None:
        return Value(types=("builtins.list",), items=MappingProxyType({}), rest=frame.yielded)
    found = join_all(returned.value for returned in frame.returned)
    return found._replace(closures=()) if found.closures else found


def _parameter_sinks(run: Run, prefix: str) -> Iterable[ParameterSink]:
    """Yield the sinks that are reached from parameters, the origins of which have keys that begin with ``prefix``."""
    for hit in run.sinks.values():
        if hit.kind in FIXED and hit.value.texts is not None:
            continue  # only a part of it comes from the parameter: with a constant, the whole is none yet
        for taint in hit.taints:
            if taint.origin.parameter is not None and taint.origin.key.startswith(prefix):
                is_here = hit.inner is None
                passed = taint.via(run.step(hit.argument, _reaching(hit.callee))) if is_here else taint
                yield ParameterSink(passed, hit.kind, hit.what, hit.callee)


def _reaching(callee: str) -> str:
    """Return what the step says that leads to a sink; what is called may be ``?.execute``, ``return``, an operator."""
    name = callee.removeprefix("?.").removesuffix("[]")
    is_named = "." in name and not name.startswith("operator.")
    return f"reaches `{name}`" if is_named or callee.startswith("?.") else "is used here"


def _keys_of_parameters(before: State) -> dict[str, Taint]:
    """Return the taint of each parameter, by its name."""
    found = {}
    for value in before.values():
        for taint in value.taints:
            if taint.origin.parameter is not None:
                found[taint.origin.parameter] = taint
    return found


def _ensured(frame: Frame, before: State) -> dict[str, frozenset[str]]:
    """Return what is proved of each parameter on every way out."""
    return _common([proofs_between(before, returned.state) for returned in frame.returned], before)


def _validated(frame: Frame, before: State) -> dict[str, frozenset[str]]:
    """Return what is proved of each parameter on every way out with something true."""
    found = []
    for returned in frame.returned:
        outcome = truth(returned.value)
        if outcome is False or returned.value.constants == (None,):
            continue
        proved = proofs_between(before, returned.state)
        if outcome is None and returned.expression is not None:
            frame.state = dict(returned.state)
            assume(returned.expression, True, frame)
            proved |= proofs_between(before, frame.state)
            for key, kinds in proofs_in(returned.value).items():
                proved[key] = proved.get(key, frozenset()) | kinds
        found.append(proved)
    return _common(found, before)


def _common(ways: list[dict[str, frozenset[str]]], before: State) -> dict[str, frozenset[str]]:
    if not ways:
        return {}
    common: dict[str, frozenset[str]] = {}
    for name, taint in _keys_of_parameters(before).items():
        kinds: frozenset[str] | None = None
        for proved in ways:
            here = proved.get(taint.origin.key, frozenset())
            kinds = here if kinds is None or ALL in kinds else kinds if ALL in here else kinds & here
        if kinds:
            common[name] = kinds
    return common


def _mutated(frame: Frame, before: State) -> dict[str, Value]:
    """Return what has become of the objects that were handed in, and of their attributes."""
    found: dict[str, Value] = {}
    names = set(before)
    for returned in frame.returned:
        for name, value in returned.state.items():
            root, _, attribute = name.partition(".")
            if root not in names or (root in frame.rebound and not attribute):
                continue
            changed = value if attribute else _additions(value, before[root])
            if changed is not None:
                found[name] = changed if name not in found else join(found[name], changed)
    return found


def _additions(value: Value, before: Value) -> Value | None:
    """Return what was put into a value since ``before``."""
    if value.items == before.items and value.rest == before.rest:
        return None
    items = {key: item for key, item in (value.items or {}).items() if (before.items or {}).get(key) != item}
    items = {key: item for key, item in items.items() if not (isinstance(key, str) and key.startswith("?"))}
    if not items and value.rest == before.rest:
        return None
    return Value(items=MappingProxyType(items), rest=value.rest)
