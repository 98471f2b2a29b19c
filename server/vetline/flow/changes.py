"""What becomes of objects and containers that are changed in a part: of what holds them, and of their classes' attributes."""

from __future__ import annotations

import ast

from vetline.flow.frame import Frame
from vetline.flow.values import UNKNOWN, Value, join


def change(holder: ast.expr, changed: Value, frame: Frame, before: Value) -> None:
    """Note that what stands in ``holder``, a variable or an attribute, has changed in a part."""
    if changed is before:
        return
    match holder:
        case ast.Name(id=name):
            frame.update(name, changed)
        case ast.Attribute(value=outer, attr=attribute):
            owner = _now(outer, frame)
            change(outer, owner.with_element(f".{attribute}", changed), frame, owner)
            if owner.self_origin is not None:
                keep_attribute(attribute, changed, frame)
        case _ if is_super(holder):
            _change_self(changed, frame)


def is_super(node: ast.AST) -> bool:
    """Tell whether an expression is a call of ``super``."""
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "super"


def _change_self(changed: Value, frame: Frame) -> None:
    """Note what a base's method, called by ``super()``, has done to the object."""
    method = frame.method
    if method is not None and (mine := frame.found(method.receiver)) is not None:
        frame.update(method.receiver, mine._replace(items=changed.items, rest=changed.rest))


def _now(holder: ast.expr, frame: Frame) -> Value:
    """Return what a variable or an attribute is at this point, without following it once more."""
    match holder:
        case ast.Name(id=name):
            return frame.found(name) or frame.run.values.get(id(holder), UNKNOWN)
        case ast.Attribute(value=outer, attr=attribute):
            return _now(outer, frame).attribute(f".{attribute}") or frame.run.values.get(id(holder), UNKNOWN)
    return frame.run.values.get(id(holder), UNKNOWN)


def keep_attribute(name: str, value: Value, frame: Frame) -> None:
    """Note what an attribute of the class's instances may be, for its other methods.

    An argument of one method says nothing of the others, which may be called without it; an instance that is made in sight
    has its own attributes.
    """
    if owner := frame_owner(frame):
        key = f"{owner.rpartition(':')[2]}.{name}"
        kept = value.without(lambda taint: taint.origin.parameter is not None)
        known = frame.run.exports.get(key)
        frame.run.exports[key] = kept if known is None else join(known, kept)


def frame_owner(frame: Frame | None) -> str:
    """Return the dotted name, with its colon, of the class that the code of ``frame`` is in; empty outside of classes."""
    while frame is not None:
        if frame.owner:
            return frame.owner
        frame = frame.parent
    return ""
