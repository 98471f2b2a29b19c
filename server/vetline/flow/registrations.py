"""Functions that a framework gets to know by a call rather than by a decorator: ``app.add_url_rule("/", view_func=show)``."""

from __future__ import annotations

import ast
from typing import Final

from vetline.flow.application import apply_closure
from vetline.flow.arguments import Arguments
from vetline.flow.frame import Frame
from vetline.flow.functions import Closure
from vetline.flow.models import Argument, Effect, HandlerModel
from vetline.flow.values import Value, join

_REGISTERED: Final = "@"
"""What stands for the calls that a function was given to among its attributes; it can't be the name of one."""
_DECORATED: Final = (0, "callback")
"""The arguments that are the function, where a decorator is called like any other function."""


def register(name: str, effect: Effect, arguments: Arguments, frame: Frame) -> None:
    """Note the functions that a call of ``name`` makes a framework call, if it does."""
    handler = effect.registers or effect.decorates
    if handler is not None and (effect.registers or not name.startswith("?")):  # ``?.get`` may be of a dictionary
        _register(name, handler, handler.arguments if effect.registers else _DECORATED, arguments, frame)


def register_decorated(arguments: Arguments, frame: Frame) -> None:
    """Note the function that a decorator gets, in a call of what its own call has given: ``app.route("/")(show)``."""
    if not isinstance(maker := arguments.node.func, ast.Call):
        return
    for name in frame.run.callees.get(id(maker), ()):
        if not name.startswith("?") and (handler := frame.run.models.effect(name).decorates) is not None:
            _register(name, handler, (0,), arguments, frame)


def registered(function: str, frame: Frame) -> HandlerModel | None:
    """Return how a framework calls a function, given by its dotted name, that was handed to it somewhere in the file."""
    calls = frame.run.outside.attribute(f"{function}.{_REGISTERED}")
    for name in calls.names if calls is not None else ():
        effect = frame.run.models.effect(name)
        if (handler := effect.registers or effect.decorates) is not None:
            return handler
    return None


def _register(name: str, handler: HandlerModel, wanted: tuple[Argument, ...], arguments: Arguments, frame: Frame) -> None:
    for value, _ in arguments.select(wanted):
        for function in value.names:
            file, colon, local = function.rpartition(":")
            if colon and file == frame.run.file:
                exports, key = frame.run.exports, f"{local}.{_REGISTERED}"
                exports[key] = join(exports.get(key, Value()), Value(names=(name,)))
        for closure in value.closures:
            _register_closure(closure, handler, arguments, frame)


def _register_closure(closure: Closure, handler: HandlerModel, arguments: Arguments, frame: Frame) -> None:
    if not isinstance(closure.node, ast.Lambda):
        closure.handler = handler  # it's followed at the end of the function around it
        return
    parameters = closure.node.args.args
    given = Arguments(arguments.node)
    for place, parameter in enumerate(parameters):
        kind = handler.types.get(parameter.arg) or handler.types.get(str(place))
        value = Value(types=(kind,)) if kind else Value()
        if not kind and handler.parameters:
            value = Value((frame.run.taint(parameter, handler.parameters, f"the parameter `{parameter.arg}`"),))
        given.positional.append((value, parameter))
    apply_closure(closure, given, frame)
