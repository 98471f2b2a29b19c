"""What expressions may be."""

from __future__ import annotations

import ast
import builtins
import operator
import sys
from collections.abc import Callable, Iterable
from types import MappingProxyType
from typing import Any, Final

from vetline.flow.attributes import attribute_of
from vetline.flow.bindings import assign, frame_owner
from vetline.flow.conditions import SIZE, assume, checked, is_limit, proofs_in, truth
from vetline.flow.evaluation import evaluate, evaluates
from vetline.flow.frame import Frame, SinkHit, proofs_between
from vetline.flow.functions import Closure
from vetline.flow.texts import as_formatted, concatenated, interpolated
from vetline.flow.values import CLEAN, UNKNOWN, Constant, Value, constant, join, join_all, join_taints

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
_MOST_ELEMENTS = 64
_LARGEST = 10_000
_BUILTIN_NAMES = frozenset(dir(builtins))


@evaluates(ast.Name)
def _name(node: ast.Name, frame: Frame) -> Value:
    if isinstance(node.ctx, ast.Store):
        return UNKNOWN
    value = variable(node.id, frame)
    if (node.id.isupper() or node.id in ("__file__", "__name__")) and value == UNKNOWN:
        return Value(types=(CLEAN,))  # by its spelling, a constant
    return frame.settled(value)


def variable(name: str, frame: Frame) -> Value:
    """Return what a name stands for: a variable, something global, something built in."""
    holder: Frame | None = frame
    while holder is not None:
        if holder.state is not None and name in holder.state and (holder is frame or not holder.is_class):
            return holder.state[name]
        holder = holder.parent
    outside = frame.run.outside.value(name)
    if outside is not None:
        return outside
    if name in _BUILTIN_NAMES:
        return Value(names=(f"builtins.{name}",))
    models = frame.run.models
    if known := models.unbound(name):
        effect = models.effect(known)
        return Value(names=(effect.alias or known,), types=(effect.type,) if effect.type else ())
    if kind := models.parameter_type(name):
        return Value(types=(kind,))
    return UNKNOWN


@evaluates(ast.Attribute)
def _attribute(node: ast.Attribute, frame: Frame) -> Value:
    return attribute_of(evaluate(node.value, frame), node, frame)


@evaluates(ast.Subscript)
def _subscript(node: ast.Subscript, frame: Frame) -> Value:
    owner = evaluate(node.value, frame)
    if isinstance(node.slice, ast.Slice):
        return _sliced(owner, node.slice, frame)
    key = evaluate(node.slice, frame)
    return element_of(owner, key, node, frame)


def element_of(owner: Value, key: Value, node: ast.AST, frame: Frame) -> Value:
    """Return the element of ``owner`` at ``key``, which may be unknown."""
    if key.constants is not None:
        if owner.constants is not None and not owner.taints:
            return _fold(owner.constants, key.constants, operator.getitem)
        found = join_all(_element(owner, one) for one in key.constants)
    else:
        found = owner.any_element()
    names = tuple(f"{name}[]" for name in (*owner.names, *owner.types))
    return with_effects(found, names, node, frame)


def _element(owner: Value, key: Constant) -> Value:
    if isinstance(key, int) and key < 0 and owner.items and owner.rest is None:
        key += len(owner.items)
    return owner.element(key)


def with_effects(value: Value, names: Iterable[str], node: ast.AST, frame: Frame) -> Value:
    """Add to ``value`` what the models say of ``names``: where it comes from, of which class it is."""
    models = frame.run.models
    types: tuple[str, ...] = ()
    taints = value.taints
    for name in names:
        effect = models.effect(name)
        if effect.type and effect.type not in types:
            types = (*types, effect.type)
        if effect.source is not None:
            what = effect.source.what or f"`{ast.unparse(node)}`"
            taint = frame.run.taint(node, effect.source.label, what, name)
            taints = join_taints(taints, (taint,))
    if not types and taints is value.taints:
        return frame.settled(value)
    return frame.settled(value._replace(types=tuple(dict.fromkeys((*value.types, *types))), taints=taints))


def _sliced(owner: Value, part: ast.Slice, frame: Frame) -> Value:
    bounds = [UNKNOWN if bound is None else evaluate(bound, frame) for bound in (part.lower, part.upper, part.step)]
    if all(
        b.is_constant or ast_bound is None for b, ast_bound in zip(bounds, (part.lower, part.upper, part.step), strict=True)
    ):
        cut = slice(*(bound.constant for bound in bounds))
        if owner.constants is not None and not owner.taints:
            return _fold(owner.constants, (cut,), operator.getitem)  # type: ignore[arg-type]  # a slice as a key
        if owner.items and owner.rest is None and not owner.taints and all(isinstance(key, int) for key in owner.items):
            try:
                return sequence(list(owner.items.values())[cut], owner.types)
            except (TypeError, ValueError):
                return UNKNOWN
    return Value(owner.taints, types=owner.types, rest=owner.any_element() if owner.items or owner.rest else None)


def sequence(values: list[Value], types: tuple[str, ...]) -> Value:
    """Return the value of a list or tuple of known elements."""
    if len(values) > _MOST_ELEMENTS:
        return Value(types=types, items=MappingProxyType({}), rest=join_all(values[:_MOST_ELEMENTS]))
    return Value(types=types, items=MappingProxyType(dict(enumerate(values))))


@evaluates(ast.List, ast.Tuple, ast.Set)
def _display(node: ast.List | ast.Tuple | ast.Set, frame: Frame) -> Value:
    if isinstance(getattr(node, "ctx", None), ast.Store):
        return UNKNOWN
    types = (f"builtins.{type(node).__name__.lower()}",)
    values: list[Value] = []
    rest: Value | None = None
    for element in node.elts:
        if isinstance(element, ast.Starred):
            inner = evaluate(element.value, frame)
            if inner.items is not None and inner.rest is None and rest is None and not inner.taints:
                values += inner.items.values()
            else:
                part = inner.any_element()
                rest = part if rest is None else join(rest, part)
        elif rest is not None:
            rest = join(rest, evaluate(element, frame))
        else:
            values.append(evaluate(element, frame))
    found = sequence(values, types)
    if rest is not None:
        found = found._replace(rest=rest if found.rest is None else join(found.rest, rest))
    return found


@evaluates(ast.Dict)
def _dict(node: ast.Dict, frame: Frame) -> Value:
    found = Value(types=("builtins.dict",), items=MappingProxyType({}))
    items: dict[Constant, Value] = {}
    for key, value in zip(node.keys, node.values, strict=True):
        item = evaluate(value, frame)
        if key is None:
            items.update(item.items or {})
            rest = item.rest if not item.taints else join(Value(item.taints), item.rest or UNKNOWN)
            if rest is not None or item.items is None:
                found = found.with_any_element(rest or UNKNOWN)
            continue
        name = evaluate(key, frame)
        if name.constants is not None and len(name.constants) == 1 and len(items) < _MOST_ELEMENTS:
            items[name.constant] = item
        else:
            found = found.with_any_element(item)
    return found._replace(items=MappingProxyType(items))


@evaluates(ast.JoinedStr)
def _f_string(node: ast.JoinedStr, frame: Frame) -> Value:
    parts = []
    for piece in node.values:
        if isinstance(piece, ast.FormattedValue):
            value = evaluate(piece.value, frame)
            format_ = ""
            if piece.format_spec is not None:
                spec = evaluate(piece.format_spec, frame)
                format_ = spec.constant if isinstance(spec.constant, str) else ""
            frame.run.note(piece, value)
            parts.append(as_formatted(value, format_, chr(piece.conversion) if piece.conversion > 0 else ""))
        else:
            parts.append(evaluate(piece, frame))
    return concatenated(parts)


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
        return _fold(left.constants, right.constants, _OPERATORS[type(op)])
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
                return _fold(left.constants, right.constants, operator.mod)
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
                return sequence(list(left.items.values()) * min(max(right.constant, 0), _MOST_ELEMENTS), left.types)
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


def _fold(left: tuple[Constant, ...], right: tuple[Constant, ...], operate: Callable[[Any, Any], Any]) -> Value:
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
        return _fold(value.constants, (-1,), operator.mul)
    return Value(value.taints)


@evaluates(ast.Compare)
def _comparison(node: ast.Compare, frame: Frame) -> Value:
    values = [evaluate(one, frame) for one in (node.left, *node.comparators)]
    if len(node.ops) == 1 and values[0].is_constant and type(node.ops[0]) in _OPERATORS:
        other = values[1]
        if other.constants is not None:
            return _fold(values[0].constants or (), other.constants, _OPERATORS[type(node.ops[0])])
        if (
            isinstance(node.ops[0], ast.In | ast.NotIn)
            and other.items
            and other.rest is None
            and "builtins.dict" not in other.types
        ):
            known = [item.constant for item in other.items.values() if item.is_constant]
            if len(known) == len(other.items):
                return _fold(values[0].constants or (), (tuple(known),), _OPERATORS[type(node.ops[0])])
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


@evaluates(ast.Lambda)
def _lambda(node: ast.Lambda, frame: Frame) -> Value:
    closure = Closure(node, frame, frame_owner(frame))
    frame.closures.append(closure)
    return Value(closures=(closure,))


@evaluates(ast.ListComp, ast.SetComp, ast.GeneratorExp, ast.DictComp)
def _comprehension(node: ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp, frame: Frame) -> Value:
    before = frame.state
    if before is None:
        return UNKNOWN
    frame.state = dict(before)
    is_module = frame.is_module
    saved = dict(frame.run.exports) if is_module else None
    for generator in node.generators:
        assign(generator.target, iterated(evaluate(generator.iter, frame), generator.iter, frame), frame)
        for condition in generator.ifs:
            evaluate(condition, frame)
            assume(condition, True, frame)
    if isinstance(node, ast.DictComp):
        evaluate(node.key, frame)
        found = Value(types=("builtins.dict",), items=MappingProxyType({}), rest=evaluate(node.value, frame))
    else:
        kind = "set" if isinstance(node, ast.SetComp) else "list"
        found = Value(types=(f"builtins.{kind}",), items=MappingProxyType({}), rest=evaluate(node.elt, frame))
    after = frame.state
    frame.state = before
    if saved is not None:
        frame.run.exports.clear()
        frame.run.exports.update(saved)
    for inner in ast.walk(node):
        if isinstance(inner, ast.NamedExpr) and after and inner.target.id in after:
            frame.store(inner.target.id, after[inner.target.id])
    return found


def iterated(iterable: Value, node: ast.expr, frame: Frame) -> Value:
    """Return what iterating gives, with all that the models say of it."""
    return with_effects(elements(iterable), [f"{name}[]" for name in (*iterable.names, *iterable.types)], node, frame)


def elements(iterable: Value) -> Value:
    """Return what iterating gives."""
    if iterable.constants is not None:
        if all(isinstance(one, str) and len(one) <= _MOST_ELEMENTS for one in iterable.constants):
            return join_all(constant(character) for one in iterable.constants for character in str(one))
        return UNKNOWN
    if "builtins.dict" in iterable.types and not iterable.taints:
        return join_all(constant(key) for key in iterable.items or {})
    return iterable.any_element()


@evaluates(ast.NamedExpr)
def _named(node: ast.NamedExpr, frame: Frame) -> Value:
    value = evaluate(node.value, frame)
    assign(node.target, value, frame)
    return value


@evaluates(ast.Await)
def _await(node: ast.Await, frame: Frame) -> Value:
    return evaluate(node.value, frame)


@evaluates(ast.Starred)
def _starred(node: ast.Starred, frame: Frame) -> Value:
    return evaluate(node.value, frame)


@evaluates(ast.Yield)
def _yield(node: ast.Yield, frame: Frame) -> Value:
    value = UNKNOWN if node.value is None else evaluate(node.value, frame)
    frame.yielded = value if frame.yielded is None else join(frame.yielded, value)
    return UNKNOWN


@evaluates(ast.YieldFrom)
def _yield_from(node: ast.YieldFrom, frame: Frame) -> Value:
    value = evaluate(node.value, frame).any_element()
    frame.yielded = value if frame.yielded is None else join(frame.yielded, value)
    return UNKNOWN
