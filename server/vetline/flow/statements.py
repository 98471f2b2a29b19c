"""What statements do to the values of variables, path by path."""

from __future__ import annotations

import ast
from collections.abc import Callable

from vetline.flow.application import call_without_arguments
from vetline.flow.attributes import method_of
from vetline.flow.bindings import assign, import_names
from vetline.flow.conditions import assume, assume_validated, truth
from vetline.flow.definitions import define_class, define_function
from vetline.flow.evaluation import evaluate, execute, executes
from vetline.flow.expressions import iterated
from vetline.flow.frame import Frame, Loop, Returned, SinkHit, State, join_states
from vetline.flow.operators import operate
from vetline.flow.patterns import follow_match
from vetline.flow.values import UNKNOWN, Value, constant

_MOST_ROUNDS = 4
"""How often a loop's body is followed at most; taints have settled by then."""


@executes(ast.Expr)
def _expression(node: ast.Expr, frame: Frame) -> None:
    evaluate(node.value, frame)
    call = node.value.value if isinstance(node.value, ast.Await) else node.value
    if isinstance(call, ast.Call) and frame.state is not None:
        assume_validated(call, frame)


@executes(ast.Assign)
def _assignment(node: ast.Assign, frame: Frame) -> None:
    value = evaluate(node.value, frame)
    for target in node.targets:
        assign(target, value, frame)


@executes(ast.AnnAssign)
def _annotated(node: ast.AnnAssign, frame: Frame) -> None:
    from vetline.flow.annotations import types_of

    types = types_of(node.annotation, frame)
    if node.value is not None:
        value = evaluate(node.value, frame)
        known = tuple(dict.fromkeys((*value.types, *types))) if not value.is_constant else ()
        assign(node.target, value._replace(types=known) if known != value.types else value, frame)
    elif frame.is_class or frame.is_module:
        assign(node.target, Value(types=types), frame)


@executes(ast.AugAssign)
def _augmented(node: ast.AugAssign, frame: Frame) -> None:
    target = node.target
    before = evaluate(_as_read(target), frame)
    value = evaluate(node.value, frame)
    if isinstance(node.op, ast.Add) and before.items is not None and value.items is None and before.rest is not None:
        result = before.with_any_element(value.any_element())
    else:
        result = operate(node.op, before, value)
    frame.run.note(node, result)
    assign(target, result, frame)


def _as_read(target: ast.Name | ast.Attribute | ast.Subscript) -> ast.expr:
    """Return the same expression, for its value; the target itself is only written to."""
    match target:
        case ast.Name(id=name):
            read: ast.expr = ast.Name(name, ast.Load())
        case ast.Attribute(value=value, attr=name):
            read = ast.Attribute(value, name, ast.Load())
        case ast.Subscript(value=value, slice=key):
            read = ast.Subscript(value, key, ast.Load())
    return ast.copy_location(read, target)


@executes(ast.Return)
def _return(node: ast.Return, frame: Frame) -> None:
    value = constant(None) if node.value is None else evaluate(node.value, frame)
    if frame.state is None:
        return
    if frame.returns_kind and node.value is not None:
        frame.run.hit(SinkHit(node, node.value, frame.returns_kind, _page(value), "return", ""))
    frame.returned.append(Returned(value, frame.state, node.value))
    frame.state = None


def _page(value: Value) -> Value:
    """Return what is sent of what a handler returns: of a tuple the first element, of a dictionary nothing that a browser
    runs."""
    if "builtins.dict" in value.types or "builtins.list" in value.types:
        return UNKNOWN
    if "builtins.tuple" in value.types:
        return _page(value.element(0))
    return value if not value.types or any(one in ("builtins.str", "markupsafe.Markup") for one in value.types) else UNKNOWN


@executes(ast.Raise)
def _raise(node: ast.Raise, frame: Frame) -> None:
    for part in (node.exc, node.cause):
        if part is not None:
            evaluate(part, frame)
    frame.may_fail()
    frame.state = None


@executes(ast.Assert)
def _assert(node: ast.Assert, frame: Frame) -> None:
    evaluate(node.test, frame)
    if frame.state is not None:
        assume(node.test, True, frame)
    if node.msg is not None:
        evaluate(node.msg, frame)


@executes(ast.Delete)
def _delete(node: ast.Delete, frame: Frame) -> None:
    for target in node.targets:
        match target:
            case ast.Name(id=name):
                if frame.state is not None:
                    frame.state.pop(name, None)
            case ast.Subscript(value=owner, slice=key):
                evaluate(owner, frame)
                evaluate(key, frame)


@executes(ast.Import, ast.ImportFrom)
def _import(node: ast.Import | ast.ImportFrom, frame: Frame) -> None:
    import_names(node, frame)


@executes(ast.Global, ast.Nonlocal)
def _global(node: ast.Global | ast.Nonlocal, frame: Frame) -> None:
    if isinstance(node, ast.Global):
        frame.globals.update(node.names)


@executes(ast.FunctionDef, ast.AsyncFunctionDef)
def _function(node: ast.FunctionDef | ast.AsyncFunctionDef, frame: Frame) -> None:
    define_function(node, frame)


@executes(ast.ClassDef)
def _class(node: ast.ClassDef, frame: Frame) -> None:
    define_class(node, frame)


@executes(ast.If)
def _if(node: ast.If, frame: Frame) -> None:
    ends: State | None = None
    current: ast.If | None = node
    while current is not None:  # a chain of elif is nested as deeply as it is long
        outcome = truth(evaluate(current.test, frame))
        before = frame.state
        if before is None:
            break
        if outcome is not False:
            frame.state = dict(before)
            if outcome is None:
                assume(current.test, True, frame)
            execute(current.body, frame)
            ends = join_states(ends, frame.state)
        if outcome is True:
            frame.state = None
            break
        frame.state = dict(before)
        if outcome is None:
            assume(current.test, False, frame)
        match current.orelse:
            case [ast.If() as following]:
                current = following
            case orelse:
                execute(orelse, frame)
                current = None
    frame.state = join_states(ends, frame.state)


@executes(ast.For, ast.AsyncFor)
def _for(node: ast.For | ast.AsyncFor, frame: Frame) -> None:
    iterable = evaluate(node.iter, frame)
    item = iterated(iterable, node.iter, frame)

    def begin() -> None:
        assign(node.target, item, frame)

    has_elements = isinstance(node.iter, ast.Tuple | ast.List) and bool(iterable.items)
    _loop(node, begin, frame, may_end=True, at_least_once=has_elements)


@executes(ast.While)
def _while(node: ast.While, frame: Frame) -> None:
    outcome: bool | None = None

    def begin() -> None:
        nonlocal outcome
        outcome = truth(evaluate(node.test, frame))
        if outcome is None and frame.state is not None:
            assume(node.test, True, frame)
        elif outcome is False:
            frame.state = None

    endless = isinstance(node.test, ast.Constant) and bool(node.test.value)
    _loop(node, begin, frame, may_end=not endless)
    if not endless and frame.state is not None:
        evaluate(node.test, frame)
        assume(node.test, False, frame)


def _loop(
    node: ast.For | ast.AsyncFor | ast.While,
    begin: Callable[[], None],
    frame: Frame,
    *,
    may_end: bool,
    at_least_once: bool = False,
) -> None:
    """Follow a loop's body until nothing new comes about."""
    entry = frame.state
    after: State | None = None
    loop = Loop()
    frame.loops.append(loop)
    for _ in range(_MOST_ROUNDS):
        if entry is None:
            break
        frame.state = dict(entry)
        loop.continued = None
        begin()
        execute(node.body, frame)
        after = join_states(frame.state, loop.continued)
        joined = join_states(entry, after)
        if joined is entry:
            break
        entry = joined
    frame.loops.pop()
    end = after if at_least_once else entry
    frame.state = dict(end) if end is not None and may_end else None
    if node.orelse and frame.state is not None:
        execute(node.orelse, frame)
    frame.state = join_states(frame.state, loop.broken)


@executes(ast.Break)
def _break(node: ast.Break, frame: Frame) -> None:
    if frame.loops:
        frame.loops[-1].broken = join_states(frame.loops[-1].broken, frame.state)
    frame.state = None


@executes(ast.Continue)
def _continue(node: ast.Continue, frame: Frame) -> None:
    if frame.loops:
        frame.loops[-1].continued = join_states(frame.loops[-1].continued, frame.state)
    frame.state = None


@executes(ast.With, ast.AsyncWith)
def _with(node: ast.With | ast.AsyncWith, frame: Frame) -> None:
    suppresses = False
    for item in node.items:
        value = evaluate(item.context_expr, frame)
        suppresses |= "contextlib.suppress" in value.names or "contextlib.suppress" in value.types
        types = [
            effect.type
            for name in (*value.types, *value.names)
            for enter in ("__enter__", "__aenter__")
            if (effect := frame.run.models.effect(f"{name}.{enter}()")).type
        ]
        for kind in value.types:
            if ":" in kind and (method := method_of(kind, "__enter__", frame)) is not None:
                value = call_without_arguments(*method, (value, item.context_expr), item.context_expr, frame)
                break
        if types:
            value = value._replace(types=tuple(dict.fromkeys(types)))
        if item.optional_vars is not None:
            assign(item.optional_vars, value, frame)
    if not suppresses:
        execute(node.body, frame)
        return
    frame.attempts.append(None)
    execute(node.body, frame)
    frame.state = join_states(frame.state, frame.attempts.pop())


@executes(ast.Try, ast.TryStar)
def _try(node: ast.Try | ast.TryStar, frame: Frame) -> None:
    before = frame.state
    assert before is not None
    frame.attempts.append(dict(before))
    state: State | None = dict(before)
    frame.state = state
    execute(node.body, frame)
    failed = frame.attempts.pop()
    if frame.state is not None:
        execute(node.orelse, frame)
    end = frame.state
    for handler in node.handlers:
        frame.state = None if failed is None else dict(failed)
        _handle(handler, frame)
        end = join_states(end, frame.state)
    if not node.finalbody:
        frame.state = end
        return
    # What is cleaned up runs in every case; what follows is only reached where nothing else is going on.
    frame.state = join_states(None if failed is None else dict(failed), end)
    execute(node.finalbody, frame)
    if frame.state is not None:
        frame.state = None if end is None else dict(end)
        if end is not None:
            execute(node.finalbody, frame)


def _handle(handler: ast.ExceptHandler, frame: Frame) -> None:
    if frame.state is None:
        return
    types = _exceptions(handler.type, frame)
    if handler.name:
        place = handler.type or handler
        taint = frame.run.taint(place, "error", "what went wrong")
        frame.store(handler.name, Value((taint,), types=types))
    execute(handler.body, frame)


def _exceptions(node: ast.expr | None, frame: Frame) -> tuple[str, ...]:
    if node is None:
        return ()
    value = evaluate(node, frame)
    names = value.names
    for item in (value.items or {}).values():
        names = (*names, *item.names)
    return names


@executes(ast.Match)
def _match(node: ast.Match, frame: Frame) -> None:
    follow_match(node, frame)
