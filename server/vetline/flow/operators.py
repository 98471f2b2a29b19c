"""Operators: arithmetic and that of strings and lists, comparisons, and those that choose."""

from __future__ import annotations

import ast
import operator
import sys
from collections.abc import Callable
from types import MappingProxyType
from typing import Any, Final

from vetline.flow.conditions import SIZE, assume, checked, is_limit, proofs_in, truth
from vetline.flow.containers import MOST_ELEMENTS, sequence
from vetline.flow.evaluation import evaluate, evaluates
from vetline.flow.frame import Frame, SinkHit, proofs_between
from vetline.flow.taints import join_taints
from vetline.flow.texts import concatenated, interpolated
from vetline.flow.values import CLEAN, UNKNOWN, Constant, Value, constant, join, join_all

_OPERATORS: Final[dict[type[ast.AST], Callable[[Any, Any], Any]]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.FloorDiv: operator.floordiv,
    ast.Div: operator.truediv,
    ast.Mod: operator.mod,
    ast.BitOr: operator.or_,
    ast.BitAnd: operator.and_,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.In: lambda one, other: one in other,
    ast.NotIn: lambda one, other: one not in other,
    ast.Is: lambda one, other: one is other if one is None or other is None else one == other,
    ast.IsNot: lambda one, other: one is not other if one is None or other is None else one != other,
}
_LARGEST = 10_000


@evaluates(ast.BinOp)
def _binary(node: ast.BinOp, frame: Frame) -> Value:
    # A long sum is nested deeply to the left, deeper than Python can recurse.
    chain: list[ast.BinOp] = []
    left: ast.expr = node
    while isinstance(left, ast.BinOp):
        chain.append(left)
        left = left.left
    value = evaluate(left, frame)
    for outer in reversed(chain):
        right = evaluate(outer.right, frame)
        _note_size(outer, value, right, frame)
        value = operate(outer.op, value, right)
        frame.run.note(outer, value)
    return value


def _note_size(node: ast.BinOp, left: Value, right: Value, frame: Frame) -> None:
    """Note what decides how large the result of an operator gets: a count of repetitions, an exponent."""
    match node.op:
        case ast.Pow() | ast.LShift():
            sizes = [(right, node.right)]
        case ast.Mult():
            sizes = [(right, node.right)] * _is_sequence(left) + [(left, node.left)] * _is_sequence(right)
        case _:
            return
    for value, place in sizes:
        if value.all_taints():
            frame.run.hit(SinkHit(node, place, "allocation", value, f"operator.{type(node.op).__name__.lower()}", ""))


def _is_sequence(value: Value) -> bool:
    if value.constants is not None:
        return all(isinstance(one, str | bytes | tuple) for one in value.constants)
    return value.text is not None or not _SEQUENCES.isdisjoint(value.types)


_SEQUENCES: Final = frozenset(f"builtins.{name}" for name in "str bytes bytearray list tuple".split())


def operate(op: ast.operator, left: Value, right: Value) -> Value:
    """Return what an arithmetic operator, or one on strings or lists, gives."""
    if left.constants is not None and right.constants is not None and type(op) in _OPERATORS and not isinstance(op, ast.Mod):
        return fold(left.constants, right.constants, _OPERATORS[type(op)])
    match op:
        case ast.Add():
            if left.items is not None or right.items is not None:
                return _added_lists(left, right)
            if _may_be_number(left, right):
                return Value(join_taints(left.all_taints(), right.all_taints()))
            return concatenated([left, right])
        case ast.Mod() | ast.BitAnd() if is_limit(right) and "builtins.int" in left.types:
            return Value(left.all_taints(), types=left.types).cleared_of(SIZE)
        case ast.Mod():
            if left.text is not None or left.taints or "builtins.str" in left.types:
                return interpolated(left, right)
            if left.constants is not None and right.constants is not None:
                return fold(left.constants, right.constants, operator.mod)
            return Value(join_taints(left.all_taints(), right.all_taints()))
        case ast.Div():
            return _path_joined(left, right)
        case ast.Mult():
            if (
                left.items
                and left.rest is None
                and not left.taints
                and "builtins.list" in left.types
                and isinstance(right.constant, int)
            ):
                return sequence(list(left.items.values()) * min(max(right.constant, 0), MOST_ELEMENTS), left.types)
            if left.items is not None and left.rest is None:
                return Value(left.taints, types=left.types, items=MappingProxyType({}), rest=left.any_element())
            if left.is_constant and not right.all_taints():
                return Value(types=(CLEAN,))
            return Value(join_taints(left.all_taints(), right.all_taints()), types=left.types)
        case ast.BitOr():
            return join(left, right)
        case ast.Sub() | ast.FloorDiv() | ast.Pow():
            taints = join_taints(left.all_taints(), right.all_taints())
            return Value(taints) if taints else Value(types=(CLEAN,))  # a number
    return Value(join_taints(left.all_taints(), right.all_taints()))


def _may_be_number(left: Value, right: Value) -> bool:
    """Tell whether a sum is one of numbers, or of something that we know nothing of."""
    known = [value for value in (left, right) if value.text is not None or "builtins.str" in value.types or value.all_taints()]
    return not known


def _added_lists(left: Value, right: Value) -> Value:
    if left.items is not None and right.items is not None and left.rest is None and right.rest is None and not left.taints:
        return sequence([*left.items.values(), *right.items.values()], left.types)
    rest = join(left.any_element(), right.any_element())
    return Value(types=left.types or right.types, items=MappingProxyType({}), rest=rest)


def _path_joined(left: Value, right: Value) -> Value:
    """Return what ``/`` gives: a path below another, or a quotient."""
    is_path = any("Path" in name for name in (*left.types, *right.types))
    if not is_path and not left.taints and not right.taints:
        return UNKNOWN
    separator = constant("/")
    joined = concatenated([left, separator, right])
    return joined._replace(types=left.types or right.types, constants=None, texts=joined.text)


def fold(left: tuple[Constant, ...], right: tuple[Constant, ...], operate: Callable[[Any, Any], Any]) -> Value:
    """Return all that an operator can give for some constants."""
    found = []
    for one in left:
        for other in right:
            try:
                if operate is operator.mul and max(_size(one), _size(other)) > _largest(one, other):
                    return UNKNOWN
                found.append(constant(operate(one, other)))
            except Exception:  # noqa: BLE001  # whatever the operators of constants raise
                return UNKNOWN
    return join_all(found)


def _largest(one: object, other: object) -> int:
    """Return the largest number that a product is worked out of: of two numbers it's no larger than they are."""
    return _LARGEST if isinstance(one, str | bytes) or isinstance(other, str | bytes) else sys.maxsize


def _size(value: object) -> int:
    return abs(value) if isinstance(value, int) else len(value) if isinstance(value, str | bytes) else 0


@evaluates(ast.UnaryOp)
def _unary(node: ast.UnaryOp, frame: Frame) -> Value:
    value = evaluate(node.operand, frame)
    if isinstance(node.op, ast.Not):
        outcome = truth(value)
        return Value(types=("builtins.bool",)) if outcome is None else constant(not outcome)
    if isinstance(node.op, ast.USub) and value.constants is not None:
        return fold(value.constants, (-1,), operator.mul)
    return Value(value.taints)


@evaluates(ast.Compare)
def _comparison(node: ast.Compare, frame: Frame) -> Value:
    values = [evaluate(one, frame) for one in (node.left, *node.comparators)]
    if len(node.ops) == 1 and values[0].is_constant and type(node.ops[0]) in _OPERATORS:
        other = values[1]
        if other.constants is not None:
            return fold(values[0].constants or (), other.constants, _OPERATORS[type(node.ops[0])])
        if (
            isinstance(node.ops[0], ast.In | ast.NotIn)
            and other.items
            and other.rest is None
            and "builtins.dict" not in other.types
        ):
            known = [item.constant for item in other.items.values() if item.is_constant]
            if len(known) == len(other.items):
                return fold(values[0].constants or (), (tuple(known),), _OPERATORS[type(node.ops[0])])
    before = frame.state
    if before is not None and len(node.ops) == 1 and any(value.all_taints() for value in values):
        frame.state = dict(before)
        assume(node, True, frame)
        proved = proofs_between(before, frame.state)
        frame.state = before
        return checked(proved)
    return Value(types=("builtins.bool",))


@evaluates(ast.BoolOp)
def _boolean(node: ast.BoolOp, frame: Frame) -> Value:
    is_and = isinstance(node.op, ast.And)
    found: Value | None = None
    before = frame.state
    proofs: dict[str, frozenset[str]] = {}
    for operand in node.values:
        value = evaluate(operand, frame)
        outcome = truth(value)
        proofs.update(proofs_in(value))
        if outcome is (not is_and):
            found = value if found is None else join(found, value)
            break
        if outcome is None or operand is node.values[-1]:
            # In "a or b", a is passed on only if it's true, in "a and b" only if it's not.
            passed_on = value if not is_and or operand is node.values[-1] else Value(types=("builtins.bool",))
            found = passed_on if found is None else join(found, passed_on)
        if frame.state is not None:
            frame.state = dict(frame.state)
            assume(operand, is_and, frame)
    frame.state = before
    if is_and and proofs:
        return join(checked(proofs), found or UNKNOWN)._replace(items=checked(proofs).items)
    return found or UNKNOWN


@evaluates(ast.IfExp)
def _conditional(node: ast.IfExp, frame: Frame) -> Value:
    outcome = truth(evaluate(node.test, frame))
    before = frame.state
    found = []
    for branch, expected in ((node.body, True), (node.orelse, False)):
        if outcome in (None, expected) and before is not None:
            frame.state = dict(before)
            if outcome is None:
                assume(node.test, expected, frame)
            found.append(evaluate(branch, frame))
    frame.state = before
    return join_all(found)
