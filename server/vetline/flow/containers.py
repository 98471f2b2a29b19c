"""Methods of lists, dictionaries and sets: what goes in, what comes out."""

from __future__ import annotations

import ast
from collections.abc import Callable
from types import MappingProxyType
from typing import Final

from vetline.flow.arguments import Arguments
from vetline.flow.changes import change
from vetline.flow.frame import Frame
from vetline.flow.taints import narrowed
from vetline.flow.values import NO_ITEMS, UNKNOWN, Constant, Value, constant, join, join_all

MOST_ELEMENTS: Final = 64
"""How many elements of a list are told apart."""


def sequence(values: list[Value], types: tuple[str, ...]) -> Value:
    """Return the value of a list or tuple of known elements."""
    if len(values) > MOST_ELEMENTS:
        return Value(types=types, items=MappingProxyType({}), rest=join_all(values[:MOST_ELEMENTS]))
    return Value(types=types, items=MappingProxyType(dict(enumerate(values))))


def mutated(arguments: Arguments, item: Value, frame: Frame) -> None:
    """Let the receiver of a method take up ``item``, somewhere in it."""
    if arguments.receiver is not None and isinstance(node := arguments.receiver[1], ast.expr):
        before = arguments.receiver[0]
        change(node, before.with_any_element(item), frame, before)


def call_of_container(arguments: Arguments, frame: Frame) -> Value | None:
    """Return what a method of a container gives, and change the container; None if the receiver is none."""
    if arguments.receiver is None or not isinstance(arguments.node.func, ast.Attribute):
        return None
    owner, node = arguments.receiver
    method = _METHODS.get(arguments.node.func.attr)
    if method is None or not _is_container(owner) or not isinstance(node, ast.expr):
        return None
    result, changed = method(owner, arguments)
    if changed is not owner:
        change(node, changed, frame, owner)
    return result


def _is_container(value: Value) -> bool:
    if value.rest is not None or (value.items is not None and value.self_origin is None):
        return True
    # What is tainted as a whole, such as a form, has elements like a dictionary.
    return bool(value.taints) or any(name in _CONTAINERS for name in value.types)


_CONTAINERS: Final = frozenset(f"builtins.{name}" for name in "list tuple set frozenset dict".split()) | frozenset(
    {"collections.OrderedDict", "collections.defaultdict", "collections.deque"}
)

_Result = tuple[Value, Value]
"""What a method gives, and what the container is then."""


def _sequence(owner: Value) -> list[Value] | None:
    """Return the elements of a list, if all are known."""
    items = owner.items
    if items is None or owner.rest is not None or owner.taints or not all(isinstance(key, int) for key in items):
        return None
    return list(items.values())


def _relisted(owner: Value, values: list[Value]) -> Value:
    return owner._replace(items=MappingProxyType(dict(enumerate(values))), constants=None, texts=None)


def _append(owner: Value, arguments: Arguments) -> _Result:
    item = arguments.get(0) or UNKNOWN
    values = _sequence(owner)
    if values is not None and len(values) < 40:
        return UNKNOWN, _relisted(owner, [*values, item])
    return UNKNOWN, owner.with_any_element(item)


def _insert(owner: Value, arguments: Arguments) -> _Result:
    item, place = arguments.get(1) or UNKNOWN, arguments.get(0) or UNKNOWN
    values = _sequence(owner)
    if values is not None and len(values) < 40 and isinstance(place.constant, int):
        values.insert(place.constant, item)
        return UNKNOWN, _relisted(owner, values)
    return UNKNOWN, owner.with_any_element(item)


def _extend(owner: Value, arguments: Arguments) -> _Result:
    other = arguments.get(0) or UNKNOWN
    mine, theirs = _sequence(owner), _sequence(other)
    if mine is not None and theirs is not None and len(mine) + len(theirs) < 40:
        return UNKNOWN, _relisted(owner, [*mine, *theirs])
    return UNKNOWN, owner.with_any_element(other.any_element())


def _pop(owner: Value, arguments: Arguments) -> _Result:
    key = arguments.get(0)
    values = _sequence(owner)
    if values is not None and (key is None or isinstance(key.constant, int)):
        try:
            item = values.pop(-1 if key is None else key.constant)
        except IndexError:
            return UNKNOWN, owner
        return item, _relisted(owner, values)
    if key is not None and key.is_constant:
        return _get(owner, arguments)
    return owner.any_element(), owner


def _remove(owner: Value, arguments: Arguments) -> _Result:
    item = arguments.get(0) or UNKNOWN
    values = _sequence(owner)
    if values is not None and item.is_constant:
        for index, value in enumerate(values):
            if value.constants == item.constants:
                return UNKNOWN, _relisted(owner, values[:index] + values[index + 1 :])
    return UNKNOWN, owner


def _clear(owner: Value, arguments: Arguments) -> _Result:
    return UNKNOWN, Value(types=owner.types, items=NO_ITEMS)


def _reverse(owner: Value, arguments: Arguments) -> _Result:
    values = _sequence(owner)
    return UNKNOWN, owner if values is None else _relisted(owner, values[::-1])


def _get(owner: Value, arguments: Arguments) -> _Result:
    key, default = arguments.get(0), arguments.get(1, "default")
    if key is None:
        return owner.any_element(), owner
    if key.constants is not None:
        found = join_all(owner.element(one) for one in key.constants)
        is_known = owner.items is not None and all(one in owner.items for one in key.constants)
        if is_known and not owner.taints:
            return found, owner
    else:
        found = owner.any_element()
    return (found if default is None else join(found, default)), owner


def _get_all(owner: Value, arguments: Arguments) -> _Result:
    key = arguments.get(0)
    taints = narrowed(owner.taints, key.constant) if key is not None and key.is_constant else owner.taints
    return Value(types=("builtins.list",), items=NO_ITEMS, rest=Value(taints)), owner


def _setdefault(owner: Value, arguments: Arguments) -> _Result:
    key, item = arguments.get(0) or UNKNOWN, arguments.get(1, "default") or UNKNOWN
    if key.constants is not None and len(key.constants) == 1:
        held = owner.items.get(key.constant) if owner.items else None
        held = item if held is None else join(held, item)
        return held, owner.with_element(key.constant, held)
    return join(owner.any_element(), item), owner.with_any_element(item)


def _update(owner: Value, arguments: Arguments) -> _Result:
    changed = owner
    for value, _ in arguments.positional:
        for key, item in (value.items or {}).items():
            changed = changed.with_element(key, item)
        if value.rest is not None or value.taints or value.items is None:
            changed = changed.with_any_element(Value(value.all_taints()))
    for name, (value, _) in arguments.keywords.items():
        changed = changed.with_element(name, value)
    if arguments.rest is not None:
        changed = changed.with_any_element(arguments.rest[0])
    return UNKNOWN, changed


def _values(owner: Value, arguments: Arguments) -> _Result:
    return Value(types=("builtins.list",), items=NO_ITEMS, rest=owner.any_element()), owner


def _keys(owner: Value, arguments: Arguments) -> _Result:
    keys = join_all(constant(key) for key in owner.items or {} if not _is_attribute(key))
    if owner.taints:
        keys = join(keys, Value(owner.taints))
    return Value(types=("builtins.list",), items=NO_ITEMS, rest=keys if owner.items or owner.taints else UNKNOWN), owner


def _items(owner: Value, arguments: Arguments) -> _Result:
    keys, _ = _keys(owner, arguments)
    pair = Value(types=("builtins.tuple",), items=MappingProxyType({0: keys.rest or UNKNOWN, 1: owner.any_element()}))
    return Value(types=("builtins.list",), items=NO_ITEMS, rest=pair), owner


def _copy(owner: Value, arguments: Arguments) -> _Result:
    return owner, owner


def _is_attribute(key: Constant) -> bool:
    return isinstance(key, str) and key[:1] in ("?", ".")


_METHODS: Final[dict[str, Callable[[Value, Arguments], _Result]]] = {
    "add": _append,
    "append": _append,
    "appendleft": _append,
    "clear": _clear,
    "copy": _copy,
    "extend": _extend,
    "get": _get,
    "get_all": _get_all,
    "getall": _get_all,
    "getlist": _get_all,
    "getone": _get,
    "insert": _insert,
    "items": _items,
    "keys": _keys,
    "pop": _pop,
    "popleft": _pop,
    "remove": _remove,
    "reverse": _reverse,
    "setdefault": _setdefault,
    "to_dict": _copy,
    "update": _update,
    "values": _values,
}
