"""What proves of a path that it stays in its folder.

Two facts about a text are noted like kinds of sinks that it can't harm: :data:`~vetline.flow.values.NORMALISED` (no ``..`` in
it) and :data:`~vetline.flow.values.RELATIVE` (it doesn't begin at the root).  A comparison with a folder proves something only
of what is normalised.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable
from typing import Final

from vetline.flow.frame import Frame
from vetline.flow.taints import NORMALISED, RELATIVE
from vetline.flow.values import Value, constant

PATH_KINDS: Final = frozenset({"path", "unpack"})
_NORMAL: Final = frozenset({NORMALISED})
_RELATIVE: Final = frozenset({RELATIVE})

SHARED: Final = "?shared"
"""The key under which the result of ``commonpath`` says that it is one: if it equals a folder, all paths are in there."""
DISTANCE: Final = "?distance"
"""The same for ``relpath``: if it doesn't begin with ``..``, the path is below."""

Proofs = dict[str, frozenset[str]]


def marked(value: Value, mark: str) -> Value:
    """Return ``value`` as the result of a function that :data:`SHARED` or :data:`DISTANCE` speaks of."""
    return value._replace(items={mark: Value()}, constants=None, texts=None)


def contained(value: Value) -> Proofs:
    """Return what is proved by a comparison with a folder: only of paths that have no ``..`` left."""
    return {taint.origin.key: PATH_KINDS for taint in value.all_taints() if NORMALISED in taint.cleared}


def proved_by_equality(mine: Value, theirs: Value) -> Proofs:
    """Return what ``mine == theirs`` proves, for either side."""
    found: Proofs = {}
    for one, other in ((mine, theirs), (theirs, mine)):
        is_shared = one.items is not None and SHARED in one.items and not _is_strangers(other)
        if is_shared or ("pathlib.Path" in one.types and not other.all_taints()):
            found |= contained(one)
        found |= _as_clean(one, other)
    return found


def _as_clean(raw: Value, clean: Value) -> Proofs:
    """Return what is proved of a value that equals what a sanitizer makes of it: ``basename(x) == x``."""
    if not raw.taints or not clean.taints:
        return {}
    cleared = {taint.origin.key: taint.cleared for taint in clean.taints}
    proved = {one.origin.key: cleared[one.origin.key] - one.cleared for one in raw.taints if one.origin.key in cleared}
    return {key: kinds for key, kinds in proved.items() if kinds}


def proved_by_membership(whole: ast.AST, mine: Value, theirs: Value, outcome: bool) -> Proofs:
    """Return what is proved if ``mine in theirs``, where ``whole`` is what stands on the right, is (or isn't) true."""
    if outcome:
        is_above = isinstance(whole, ast.Attribute) and whole.attr == "parents" and not mine.all_taints()
        return contained(theirs) if is_above else {}
    keys = [taint.origin.key for taint in theirs.all_taints()]
    if (mine.names and set(mine.names) <= _SEPARATORS) or mine.constants == ("/",):
        return dict.fromkeys(keys, PATH_KINDS | _NORMAL | _RELATIVE)
    return dict.fromkeys(keys, _NORMAL) if is_parent_reference(mine) else {}


_SEPARATORS: Final = frozenset({"os.sep", "os.path.sep", "posixpath.sep"})


def is_parent_reference(value: Value) -> bool:
    """Tell whether a text without ``value`` has no ``..`` that leads up; one without ``/../`` may still begin with it."""
    return value.constants is not None and all(isinstance(c, str) and c in ("..", "../", "..\\") for c in value.constants)


def refuted_by_call(call: ast.Call, names: tuple[str, ...], receiver: Value, arguments: tuple[Value, ...]) -> Proofs:
    """Return what is proved if a call gives something false: ``isabs(x)``, ``x.startswith("/")``."""
    method = call.func.attr if isinstance(call.func, ast.Attribute) else ""
    first = arguments[0] if arguments else Value()
    if "os.path.isabs" in names:
        return _of_all(first, _RELATIVE)
    if method == "is_absolute" and not arguments:
        return _of_all(receiver, _RELATIVE)
    if method == "startswith" and first.constants is not None:
        prefixes = {prefix for one in first.constants for prefix in (one if isinstance(one, tuple) else (one,))}
    elif method == "startswith" and first.items:
        prefixes = {item.constant for item in first.items.values() if isinstance(item.constant, str)}
    else:
        return {}
    found: Proofs = {}
    if "/" in prefixes:
        found |= _of_all(receiver, _RELATIVE)
    if receiver.items and DISTANCE in receiver.items and ".." in {str(one).rstrip("/") for one in prefixes}:
        found |= _of_all(receiver, PATH_KINDS)
    return found


def refuted_for_any(call: ast.Call, frame: Frame) -> Proofs:
    """Return what is proved if ``any(part == ".." for part in parts)`` is false."""
    match call.args:
        case [ast.GeneratorExp(elt=elt, generators=[generator]) | ast.ListComp(elt=elt, generators=[generator])]:
            pass
        case _:
            return {}

    def known(node: ast.AST) -> Value:
        return constant(node.value) if isinstance(node, ast.Constant) else frame.run.values.get(id(node), Value())

    match elt:
        case ast.Compare(left=left, ops=[ast.Eq()], comparators=[right]):
            sides = [known(side) for side in (left, right)]
            if any(is_parent_reference(side) for side in sides):
                return _of_all(known(generator.iter), _NORMAL)
        case ast.Compare(left=left, ops=[ast.In()], comparators=[right]):
            candidates = known(generator.iter)
            whole = known(right)
            found: Proofs = {}
            for item in (candidates.items or {}).values():
                found |= proved_by_membership(right, item, whole, False)
            for one in candidates.constants or ():
                for character in one if isinstance(one, str) else ():
                    found |= proved_by_membership(right, Value(constants=(character,)), whole, False)
            return found
    return {}


def proved_by_return(names: Iterable[str], receiver: Value) -> Proofs:
    """Return what is proved by the mere fact that a call has returned: ``path.relative_to(base)`` fails outside."""
    return contained(receiver) if any(name.endswith(".relative_to") for name in names) else {}


def _of_all(value: Value, kinds: frozenset[str]) -> Proofs:
    return {taint.origin.key: kinds for taint in value.all_taints()}


def _is_strangers(value: Value) -> bool:
    return any(taint.origin.label in ("remote", "upload", "model", "archive") for taint in value.all_taints())
