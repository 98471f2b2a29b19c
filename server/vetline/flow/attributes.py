"""Attributes: of modules, of objects of known classes, of what the file itself defines."""

from __future__ import annotations

import ast
from types import MappingProxyType

from vetline.flow.application import call_without_arguments
from vetline.flow.changes import is_super
from vetline.flow.conditions import PART
from vetline.flow.frame import Frame
from vetline.flow.functions import Summary
from vetline.flow.taints import NORMALISED, Origin, Taint, attributes_of, join_taints
from vetline.flow.values import CLEAN, UNKNOWN, Value, join

_FARTHEST_BASE = 8
_LONGEST_NAME = 10
"""Parts of a dotted name that may mean something to a model; what goes on is some long chain of calls."""
_HOST_PARTS = frozenset("netloc hostname".split())
_FILE_PARTS = frozenset("suffix stem".split())


def attribute_of(owner: Value, node: ast.Attribute, frame: Frame) -> Value:
    """Return what the attribute that ``node`` reads of ``owner`` may be."""
    return member(owner, node.attr, node, frame)


def member(owner: Value, name: str, node: ast.AST, frame: Frame) -> Value:
    """Return what ``owner.name`` may be; ``node`` is the place to point at."""
    if owner.items and (item := owner.items.get(f".{name}")) is not None:
        return frame.settled(item)
    if name == "value" and owner.is_constant and not owner.names:
        return owner  # no text has that attribute: it is the member of an enumeration
    found, names = _looked_up(owner, name, node, frame)
    origin = owner.self_origin
    modelled = Value(attributes_of(owner.taints, f".{name}") if owner.is_own else owner.taints)
    for dotted in names:
        if (value := frame.run.outside.imported(dotted)) is not None:
            found.append(value)
        else:
            modelled = _with_model(modelled, dotted, node, frame)
    if not names and not found and not owner.closures:
        modelled = modelled._replace(names=(f"?.{name}",))
    result = modelled
    for value in found:
        known = value._replace(taints=join_taints(value.taints, modelled.taints))
        result = join(known, result) if result != UNKNOWN else value
    if found and owner.taints and _is_clean(found):
        result = result._replace(taints=())
    if origin is not None and _may_be_given(result, found):
        result = _of_caller(result, origin.at(f".{name}"))
    return frame.settled(_as_part(result, owner, name))


def _may_be_given(value: Value, found: list[Value]) -> bool:
    """Tell whether an attribute may be what the caller of the method has put into the object: no method, no constant."""
    if found:
        return value.constants is None and not value.names and not value.closures
    return not value.types and all(name.startswith("?.") for name in value.names)


def _of_caller(value: Value, origin: Origin) -> Value:
    """Add to what an attribute may be that it may be what the caller of the method has put in."""
    if value.types and all(one in CLEAN_TYPES for one in value.types):
        return value
    items = value.items  # what an object in the attribute has of its own isn't known here
    if items and any(item == UNKNOWN for item in items.values()):
        items = MappingProxyType({key: item for key, item in items.items() if item != UNKNOWN})
    return value._replace(taints=join_taints(value.taints, (Taint(origin),)), items=items)


def _looked_up(owner: Value, name: str, node: ast.AST, frame: Frame) -> tuple[list[Value], list[str]]:
    """Return what classes of the project say of an attribute, and the dotted names that it may have elsewhere."""
    models = frame.run.models
    found: list[Value] = []
    names: list[str] = []
    is_open = _may_be_derived(owner, name, node)
    for base in (*(one for one in owner.names if one.endswith("()") or not models.effect(one).type), *owner.types):
        if base.startswith(CLEAN):
            continue
        if ":" in base:
            value, dotted = _of_own_class(base, name, frame)
            if value is not None:
                found.append(_read(value, owner, node, frame))
            if (value is None and not dotted) or (is_open and (value is None or _is_method(value))):
                found += [_read(other, owner, node, frame) for other in _overridden(base, name, frame)]
            names += dotted
        elif base.count(".") < _LONGEST_NAME:
            names.append(f"{base}.{name}")
            if base.startswith("?.") or (
                base.endswith("()") and not owner.types
            ):  # what the attribute of something unknown is, isn't known either
                names.append(f"?.{name}")
    return found, names


def _may_be_derived(owner: Value, name: str, node: ast.AST) -> bool:
    """Tell whether an object may be of a class derived from those that we know it to be of, and has that one's methods."""
    if name == "__init__" or (isinstance(node, ast.Attribute) and is_super(node.value)):
        return False
    return owner.self_origin is not None or any(taint.origin.parameter for taint in owner.taints)


def _is_method(value: Value) -> bool:
    return len(value.names) == 1 and ":" in value.names[0]


def _read(value: Value, owner: Value, node: ast.AST, frame: Frame) -> Value:
    """Return what reading an attribute of a class gives: of a property, what its method gives."""
    if _is_method(value) and isinstance(node, ast.Attribute):
        summary = frame.run.outside.summary(name := value.names[0])
        if summary is not None and summary.is_property:
            return call_without_arguments(name, summary, (owner, node.value), node, frame)
    return value


def _with_model(value: Value, dotted: str, node: ast.AST, frame: Frame) -> Value:
    """Add to ``value`` that it may be what is called ``dotted``, with all that its model says."""
    models = frame.run.models
    effect = models.effect(dotted)
    if effect.alias:
        dotted = effect.alias
        effect = models.effect(dotted)
    taints = value.taints
    if effect.source is not None:
        what = effect.source.what or f"`{ast.unparse(node)}`"
        taints = join_taints(taints, (frame.run.taint(node, effect.source.label, what, dotted),))
    if effect.clears and "()" not in dotted:
        taints = Value(taints).cleared_of(effect.clears).taints
    types = (*value.types, effect.type) if effect.type and effect.type not in value.types else value.types
    names = (*value.names, dotted) if dotted not in value.names else value.names
    return value._replace(taints=taints, names=names, types=types)


def _as_part(value: Value, owner: Value, name: str) -> Value:
    """Note what is proved of a whole when this part of it, a URL's host or a file's name, is one that is allowed."""
    if owner.taints and name in _HOST_PARTS:
        return value._replace(items={PART: Value(constants=(frozenset({"url", "host", "redirect"}),))})
    if name in _FILE_PARTS:
        return value._replace(items={PART: Value(constants=(frozenset(),))})
    if name == "name" and owner.taints and any("Path" in one for one in owner.types):
        return value.cleared_of(frozenset({"path", NORMALISED}))
    return value


def _is_clean(values: list[Value]) -> bool:
    """Tell whether all of ``values`` are numbers and the like: attributes that are annotated so."""
    return all(value.types and all(one in CLEAN_TYPES for one in value.types) for value in values)


CLEAN_TYPES = frozenset(
    "builtins.int builtins.float builtins.bool uuid.UUID datetime.date datetime.datetime decimal.Decimal".split()
)


def _of_own_class(base: str, name: str, frame: Frame) -> tuple[Value | None, list[str]]:
    """Look an attribute up in a class of the project and in its bases.

    Returns its value, and, where a base is a library's, the dotted names that it may have there.
    """
    outside = frame.run.outside
    waiting = [base]
    names: list[str] = []
    seen: set[str] = set()
    while waiting and len(seen) < _FARTHEST_BASE:
        current = waiting.pop(0)
        if current in seen:
            continue
        seen.add(current)
        if ":" not in current:
            names.append(f"{current}.{name}")
            continue
        if (value := outside.attribute(f"{current}.{name}")) is not None:
            return value, []
        if (info := outside.class_info(current)) is not None:
            waiting += info.bases
    return None, names


_DERIVED = "<"
"""What stands for the classes derived from a class among its attributes; it can't be the name of one."""


def note_subclass(owner: str, bases: tuple[str, ...], frame: Frame) -> None:
    """Note that a class derives from others, for the methods of those that call its."""
    for base in bases:
        file, colon, name = base.rpartition(":")
        if colon and file == frame.run.file:
            known = frame.run.exports.get(key := f"{name}.{_DERIVED}")
            derived = Value(names=(owner,))
            frame.run.exports[key] = derived if known is None else join(known, derived)


def _overridden(owner: str, name: str, frame: Frame) -> list[Value]:
    """Return the methods that derived classes have in the place of one: an object may have them that is only known to be of
    this class."""
    outside = frame.run.outside
    waiting = [owner]
    seen: set[str] = set()
    found: list[Value] = []
    while waiting and len(seen) < _FARTHEST_BASE:
        current = waiting.pop(0)
        if current in seen:
            continue
        seen.add(current)
        derived = outside.attribute(f"{current}.{_DERIVED}")
        for one in derived.names if derived is not None else ():
            waiting.append(one)
            if outside.summary(method := f"{one}.{name}") is not None:
                found.append(Value(names=(method,)))
    return found


def method_of(owner: str, name: str, frame: Frame) -> tuple[str, Summary] | None:
    """Return the method of that name of a class of the project, its own or one that it has of its bases; None if there is
    none."""
    for one in (owner, *bases_of(owner, frame)):
        if ":" in one and (summary := frame.run.outside.summary(f"{one}.{name}")) is not None:
            return f"{one}.{name}", summary
    return None


def bases_of(owner: str, frame: Frame) -> tuple[str, ...]:
    """Return the dotted names of all bases of a class of the project, nearest first."""
    found: list[str] = []
    waiting = [owner]
    while waiting and len(found) < _FARTHEST_BASE:
        info = frame.run.outside.class_info(waiting.pop(0))
        for base in info.bases if info else ():
            if base not in found:
                found.append(base)
                if ":" in base:
                    waiting.append(base)
    return tuple(found)
