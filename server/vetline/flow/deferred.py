"""Functions that are handed over to be called elsewhere: by a thread, a pool, an event loop, a queue of tasks."""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from vetline.flow.arguments import Arguments, Place
from vetline.flow.expressions import elements
from vetline.flow.frame import Frame
from vetline.flow.values import NO_ITEMS, UNKNOWN, Value

_Parameter = tuple[int, str]
"""A parameter's position, and its name."""


@dataclass(frozen=True, slots=True)
class _Deferred:
    """How a call says which function is to be called, and how.

    What the function gets stands behind ``first`` in the call itself, or in the containers ``given`` and ``named``.
    """

    function: _Parameter = (0, "func")
    first: int | None = 1
    given: _Parameter | None = None
    named: _Parameter | None = None
    is_for_each: bool = False
    """Whether it is called for each element of what it gets."""
    is_result: bool = False
    """Whether the call, or what is awaited of it, gives what the function gives."""


_LATER: Final = _Deferred()
_THREAD: Final = _Deferred((1, "target"), None, (3, "args"), (4, "kwargs"))
_EACH: Final = _Deferred(is_for_each=True)
_APPLIED: Final = _Deferred(first=None, given=(1, "args"), named=(2, "kwds"))
_CALLBACK: Final = _Deferred((-1, "on_click"), None, (-1, "args"), (-1, "kwargs"))
_CHANGED: Final = _Deferred((-1, "on_change"), None, (-1, "args"), (-1, "kwargs"))
_TASK: Final = _Deferred((-1, ""), 0)
_TASK_APPLIED: Final = _Deferred((-1, ""), None, (0, "args"), (1, "kwargs"))

_METHODS: Final = {
    "submit": _LATER,
    "run_in_executor": _Deferred((1, "func"), 2, is_result=True),
    "call_soon": _LATER,
    "call_soon_threadsafe": _LATER,
    "call_later": _Deferred((1, "callback"), 2),
    "call_at": _Deferred((1, "callback"), 2),
    "add_task": _LATER,
    "enqueue": _LATER,
    "apply_async": _APPLIED,
    "starmap": _EACH,
    "imap": _EACH,
    "imap_unordered": _EACH,
    "map_async": _EACH,
    "map": _EACH,
    "add_done_callback": _Deferred((0, "fn"), None),
    "run_sync": _Deferred(is_result=True),
    "defer": _LATER,
}
"""Methods, by their name alone: the first argument being a function says enough of what the object is."""
_FUNCTIONS: Final = {
    **dict.fromkeys(("threading.Thread", "multiprocessing.Process", "multiprocessing.context.Process"), _THREAD),
    "threading.Timer": _Deferred((1, "function"), None, (2, "args"), (3, "kwargs")),
    "asyncio.to_thread": _Deferred(is_result=True),
    **dict.fromkeys(
        (
            "starlette.concurrency.run_in_threadpool",
            "fastapi.concurrency.run_in_threadpool",
            "anyio.to_thread.run_sync",
            "trio.to_thread.run_sync",
            "twisted.internet.threads.deferToThread",
        ),
        _Deferred(is_result=True),
    ),
    **dict.fromkeys(("_thread.start_new_thread", "atexit.register"), _LATER),
    **dict.fromkeys(("streamlit.button", "streamlit.form_submit_button", "streamlit.download_button"), _CALLBACK),
    **dict.fromkeys((f"streamlit.{name}" for name in "text_input text_area selectbox checkbox slider".split()), _CHANGED),
}
_TASKS: Final = {"delay": _TASK, "send": _TASK, "remote": _TASK, "spawn": _TASK, "apply_async": _TASK_APPLIED}
"""Methods of a function that a library for tasks has taken: they call it, in another process."""

Call = Callable[[Value, Arguments, Frame], Value]
"""Calls a value."""


def call_deferred(callee: Value, arguments: Arguments, frame: Frame, call: Call) -> Value | None:
    """Call what a call hands over to be called; return what that gives, if it is what the call itself gives."""
    how = _how(callee, arguments)
    if how is None:
        return None
    place = _function(how, arguments)
    if place is None or not (place[0].names or place[0].closures or place[0].is_own):
        return None
    result = call(place[0], _handed_on(how, place[1], arguments, frame), frame)
    if how.is_for_each:
        return Value(types=("builtins.list",), items=NO_ITEMS, rest=result)
    return result if how.is_result else None


def _how(callee: Value, arguments: Arguments) -> _Deferred | None:
    function = arguments.node.func
    if not isinstance(function, ast.Attribute):
        return next((how for name in callee.names if (how := _FUNCTIONS.get(name)) is not None), None)
    receiver = UNKNOWN if arguments.receiver is None else arguments.receiver[0]
    if function.attr in _TASKS and any(":" in name for name in receiver.names):
        return _TASKS[function.attr]
    if any(":" in name for name in callee.names):
        return None
    how = next((how for name in callee.names if (how := _FUNCTIONS.get(name)) is not None), None)
    return how or _METHODS.get(function.attr)


def _function(how: _Deferred, arguments: Arguments) -> Place | None:
    position, keyword = how.function
    if not keyword:
        return arguments.receiver
    if 0 <= position < len(arguments.positional):
        return arguments.positional[position]
    return arguments.keywords.get(keyword)


def _handed_on(how: _Deferred, node: ast.AST, arguments: Arguments, frame: Frame) -> Arguments:
    """Return the arguments that the function will get."""
    found = Arguments(arguments.node)
    if isinstance(node, ast.Attribute):
        found.take_receiver(node.value, frame)
    if how.first is not None:
        found.positional = list(arguments.positional[how.first :])
        found.keywords = {name: place for name, place in arguments.keywords.items() if name != how.function[1]}
        found.rest = arguments.rest
    for parameter in (how.given, how.named):
        if parameter is not None and (value := arguments.get(*parameter)) is not None:
            found.take_all(value, arguments.node)
    if how.is_for_each:
        found.positional = [(elements(value), at) for value, at in found.positional]
    return found
