"""The way into expressions and statements: each kind of node is followed by the function that has registered for it."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable
from typing import TypeVar

from vetline.flow.frame import Frame
from vetline.flow.values import UNKNOWN, Value, constant, join_all

_Evaluator = TypeVar("_Evaluator", bound=Callable[..., Value])
_Executor = TypeVar("_Executor", bound=Callable[..., None])

_EVALUATORS: dict[type[ast.AST], Callable[..., Value]] = {}
_EXECUTORS: dict[type[ast.AST], Callable[..., None]] = {}


def evaluates(*kinds: type[ast.expr]) -> Callable[[_Evaluator], _Evaluator]:
    """Register a function of an expression and a frame, which returns the expression's value."""

    def register(function: _Evaluator) -> _Evaluator:
        _EVALUATORS.update(dict.fromkeys(kinds, function))
        return function

    return register


def executes(*kinds: type[ast.stmt]) -> Callable[[_Executor], _Executor]:
    """Register a function of a statement and a frame, which takes the frame behind the statement."""

    def register(function: _Executor) -> _Executor:
        _EXECUTORS.update(dict.fromkeys(kinds, function))
        return function

    return register


def evaluate(node: ast.expr, frame: Frame) -> Value:
    """Return what an expression may be, and note it."""
    if isinstance(node, ast.Constant):
        return constant(node.value)
    run = frame.run
    if not run.may_go_on():
        return UNKNOWN
    run.depth += 1
    try:
        evaluator = _EVALUATORS.get(type(node))
        value = evaluator(node, frame) if evaluator is not None else _of_children(node, frame)
    finally:
        run.depth -= 1
    run.note(node, value)
    return value


def execute(statements: Iterable[ast.stmt], frame: Frame) -> None:
    """Follow statements, one behind the other, as far as the end can be reached."""
    run = frame.run
    for statement in statements:
        if frame.state is None or not run.may_go_on():
            return
        frame.may_fail()
        run.depth += 1
        try:
            if (executor := _EXECUTORS.get(type(statement))) is not None:
                executor(statement, frame)
        finally:
            run.depth -= 1
        frame.may_fail()


def _of_children(node: ast.expr, frame: Frame) -> Value:
    """Return a value made of all below: tainted if any of it is."""
    values = [evaluate(child, frame) for child in ast.iter_child_nodes(node) if isinstance(child, ast.expr)]
    return Value(join_all(values).all_taints())
