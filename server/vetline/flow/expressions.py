"""What expressions may be."""

from __future__ import annotations

import ast
import builtins
import operator
from collections.abc import Iterable
from types import MappingProxyType

from vetline.flow.attributes import attribute_of
from vetline.flow.bindings import assign
from vetline.flow.changes import frame_owner
from vetline.flow.conditions import assume
from vetline.flow.containers import MOST_ELEMENTS, sequence
from vetline.flow.evaluation import evaluate, evaluates
from vetline.flow.frame import Frame
from vetline.flow.functions import Closure
from vetline.flow.operators import fold
from vetline.flow.taints import join_taints
from vetline.flow.texts import as_formatted, concatenated
from vetline.flow.values import CLEAN, UNKNOWN, Constant, Value, constant, join, join_all

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
    if (found := frame.found(name)) is not None:
        return found
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
            return fold(owner.constants, key.constants, operator.getitem)
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
            return fold(owner.constants, (cut,), operator.getitem)  # type: ignore[arg-type]  # a slice as a key
        if owner.items and owner.rest is None and not owner.taints and all(isinstance(key, int) for key in owner.items):
            try:
                return sequence(list(owner.items.values())[cut], owner.types)
            except (TypeError, ValueError):
                return UNKNOWN
    return Value(owner.taints, types=owner.types, rest=owner.any_element() if owner.items or owner.rest else None)


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
        if name.constants is not None and len(name.constants) == 1 and len(items) < MOST_ELEMENTS:
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
        if all(isinstance(one, str) and len(one) <= MOST_ELEMENTS for one in iterable.constants):
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
