"""What assignments do: to variables, attributes, elements, and whatever is unpacked."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from vetline.flow.application import set_property
from vetline.flow.arguments import Place
from vetline.flow.attributes import bases_of
from vetline.flow.changes import change, keep_attribute
from vetline.flow.evaluation import evaluate
from vetline.flow.frame import Frame, SinkHit
from vetline.flow.values import UNKNOWN, Value, join

_NOTHING: Final[Mapping[str, object]] = MappingProxyType({})


def assign(target: ast.expr, value: Value, frame: Frame) -> None:
    """Give the target of an assignment a value."""
    match target:
        case ast.Name(id=name):
            passed_on = value.via(frame.run.step(target, f"goes into `{name}`")) if value.may_be_tainted else value
            frame.run.note(target, passed_on)
            frame.store(name, passed_on)
        case ast.Tuple(elts=targets) | ast.List(elts=targets):
            _unpack(targets, value, frame)
        case ast.Starred(value=inner):
            assign(inner, value, frame)
        case ast.Attribute():
            _assign_attribute(target, value, frame)
        case ast.Subscript():
            _assign_element(target, value, frame)


def _unpack(targets: list[ast.expr], value: Value, frame: Frame) -> None:
    star = next((i for i, target in enumerate(targets) if isinstance(target, ast.Starred)), None)
    for index, target in enumerate(targets):
        if star is None or index < star:
            assign(target, value.element(index), frame)
        else:
            part = value.any_element()
            assign(target, Value(types=("builtins.list",), items={}, rest=part) if index == star else part, frame)


def _assign_attribute(target: ast.Attribute, value: Value, frame: Frame) -> None:
    owner = evaluate(target.value, frame)
    _reaches_sinks(target, [f"{name}.{target.attr}" for name in (*owner.names, *owner.types)], value, frame)
    frame.run.note(target, value)
    stored = value.via(frame.run.step(target, f"goes into `{ast.unparse(target)}`")) if value.taints else value
    if owner.is_own and _set_property(target, owner, (stored, target), frame):
        return
    change(target.value, owner.with_element(f".{target.attr}", stored), frame, owner)
    if owner.self_origin is not None:
        keep_attribute(target.attr, stored, frame)


def _set_property(target: ast.Attribute, owner: Value, value: Place, frame: Frame) -> bool:
    """Assign to an attribute that has a setter; False if it has none."""
    for kind in owner.types:
        for base in (kind, *(bases_of(kind, frame) if ":" in kind else ())):
            setter = f"{base}.{target.attr}.setter"
            if ":" in base and (summary := frame.run.outside.summary(setter)) is not None:
                set_property(setter, summary, (owner, target.value), value, frame)
                return True
    return False


def _assign_element(target: ast.Subscript, value: Value, frame: Frame) -> None:
    owner = evaluate(target.value, frame)
    key = evaluate(target.slice, frame) if not isinstance(target.slice, ast.Slice) else UNKNOWN
    constants = {"[]": key.constant} if key.constants is not None and len(key.constants) == 1 else {}
    _reaches_sinks(target, [f"{name}[]" for name in (*owner.names, *owner.types)], value, frame, constants)
    for name in (*owner.names, *owner.types):
        for sink in frame.run.models.effect(f"{name}[]").sinks:
            if sink.kind == "header":
                frame.run.hit(SinkHit(target, target.slice, sink.kind, key, f"{name}[]", sink.what))
    frame.run.note(target, value)
    single = key.constant
    if key.constants is not None and len(key.constants) == 1:
        changed = owner.with_element(single, value)
    else:
        changed = owner.with_any_element(value)
        if key.taints:
            changed = changed._replace(rest=join(changed.rest or UNKNOWN, Value(key.taints)))
    change(target.value, changed, frame, owner)


def _reaches_sinks(
    target: ast.expr, names: list[str], value: Value, frame: Frame, constants: Mapping[str, object] = _NOTHING
) -> None:
    """Note the sinks that an assignment to something of one of ``names`` is; ``constants`` has the key, for an element."""
    for name in names:
        for sink in frame.run.models.effect(name).sinks:
            if not sink.applies(constants):
                continue
            frame.run.hit(SinkHit(target, target, sink.kind, value, name, sink.what))


def import_names(node: ast.Import | ast.ImportFrom, frame: Frame) -> None:
    """Bind what an import statement brings."""
    for alias in node.names:
        if isinstance(node, ast.Import):
            local = alias.asname or alias.name.partition(".")[0]
            frame.store(local, named(alias.name if alias.asname else local, frame))
        elif alias.name == "*":
            module = "." * node.level + (node.module or "")
            known = frame.run.exports.get("*")
            star = Value(names=(module,))
            frame.run.exports["*"] = star if known is None else join(known, star)
        else:
            prefix = "." * node.level + (node.module or "")
            dot = "" if prefix.endswith(".") or not prefix else "."
            frame.store(alias.asname or alias.name, named(f"{prefix}{dot}{alias.name}", frame))


def named(name: str, frame: Frame) -> Value:
    """Return the value of something imported, by its dotted name."""
    if (found := frame.run.outside.imported(name)) is not None:
        return found
    effect = frame.run.models.effect(name)
    name = effect.alias or name
    taints = ()
    return Value(taints, names=(name,), types=(effect.type,) if effect.type else ())
