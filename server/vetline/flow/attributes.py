"""Attributes: of modules, of objects of known classes, of what the file itself defines."""

from __future__ import annotations

import ast

from vetline.flow.conditions import PART
from vetline.flow.frame import Frame
from vetline.flow.taints import NORMALISED, join_taints
from vetline.flow.values import CLEAN, UNKNOWN, Value, join
from vetline.semantics.bindings import chain_of

_FARTHEST_BASE = 8
_LONGEST_NAME = 10
"""Parts of a dotted name that may mean something to a model; what goes on is some long chain of calls."""
_HOST_PARTS = frozenset("netloc hostname".split())
_FILE_PARTS = frozenset("suffix stem".split())


def attribute_of(owner: Value, node: ast.Attribute, frame: Frame) -> Value:
    """Return what the attribute that ``node`` reads of ``owner`` may be."""
    if (chain := chain_of(node)) and frame.state is not None:
        name = ".".join(chain)
        holder: Frame | None = frame
        while holder is not None:
            if holder.state is not None and name in holder.state:
                return frame.settled(holder.state[name])
            holder = holder.parent
    return member(owner, node.attr, node, frame)


def member(owner: Value, name: str, node: ast.AST, frame: Frame) -> Value:
    """Return what ``owner.name`` may be; ``node`` is the place to point at."""
    if owner.items and (item := owner.items.get(f".{name}")) is not None:
        return frame.settled(item)
    if name == "value" and owner.is_constant and not owner.names:
        return owner  # no text has that attribute: it is the member of an enumeration
    found, names = _looked_up(owner, name, frame)
    modelled = Value(owner.taints)
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
    return frame.settled(_as_part(result, owner, name))


def _looked_up(owner: Value, name: str, frame: Frame) -> tuple[list[Value], list[str]]:
    """Return what classes of the project say of an attribute, and the dotted names that it may have elsewhere."""
    models = frame.run.models
    found: list[Value] = []
    names: list[str] = []
    for base in (*(one for one in owner.names if not models.effect(one).type), *owner.types):
        if base.startswith(CLEAN):
            continue
        if ":" in base:
            value, dotted = _of_own_class(base, name, frame)
            if value is not None:
                found.append(value)
            names += dotted
        elif base.count(".") < _LONGEST_NAME:
            names.append(f"{base}.{name}")
            if base.startswith("?."):  # of what an attribute of something unknown is, nothing is known either
                names.append(f"?.{name}")
    return found, names


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
