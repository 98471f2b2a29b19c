"""Methods of strings: what they make of known and unknown parts."""

from __future__ import annotations

import ast
from typing import Final

from vetline.flow.arguments import Arguments
from vetline.flow.containers import sequence
from vetline.flow.frame import Frame, SinkHit
from vetline.flow.taints import NORMALISED, RELATIVE
from vetline.flow.texts import exchanged, formatted, joined
from vetline.flow.values import NO_ITEMS, UNKNOWN, Value, constant, join, join_all

_FOLDED = frozenset(
    "lower upper strip lstrip rstrip title capitalize casefold swapcase replace startswith endswith split rsplit splitlines"
    " isdigit isalpha isalnum encode decode find index count zfill removeprefix removesuffix partition rpartition join format"
    " format_map".split()
)
_LONGEST = 2_000


def call_of_text(arguments: Arguments, frame: Frame) -> Value | None:
    """Return what a method of a string gives; None if it isn't one, as far as is known."""
    if arguments.receiver is None or not isinstance(arguments.node.func, ast.Attribute):
        return None
    owner, node = arguments.receiver
    method = arguments.node.func.attr
    if method not in _FOLDED:
        return None
    if method in ("format", "format_map") and (owner.text is not None or owner.taints):
        if owner.taints:  # whoever writes a format string says which attributes of the values are shown
            frame.run.hit(SinkHit(arguments.node, node, "format", owner, f"builtins.str.{method}", ""))
        return _formatted(owner, method, arguments)
    if method == "join" and (owner.text is not None or owner.taints) and arguments.positional:
        return joined(owner, arguments.values[0])
    if (folded := _folded(owner, method, arguments)) is not None:
        return folded
    if not (owner.taints or owner.text or "builtins.str" in owner.types):
        return None
    if method in ("split", "rsplit", "splitlines", "partition", "rpartition"):
        return Value(types=("builtins.list",), items=NO_ITEMS, rest=Value(owner.all_taints()))
    if method in ("strip", "lstrip", "rstrip", "lower", "upper", "encode", "decode", "casefold") and owner.text is not None:
        return owner._replace(names=())
    if (
        method in ("strip", "lstrip")
        and owner.taints
        and isinstance(cut := (arguments.get(0) or UNKNOWN).constant, str)
        and "/" in cut
    ):
        return Value(owner.all_taints(), types=("builtins.str",)).cleared_of(frozenset({RELATIVE}))
    if method == "replace":
        return _replaced(owner, arguments)
    if method in ("startswith", "endswith", "find", "index", "count", "isdigit", "isalpha", "isalnum"):
        return Value(types=("builtins.bool",))
    return Value(owner.all_taints(), types=("builtins.str",))


def _formatted(owner: Value, method: str, arguments: Arguments) -> Value:
    if method == "format_map":
        values = arguments.get(0) or UNKNOWN
        named = {key: item for key, item in (values.items or {}).items() if isinstance(key, str)}
        return formatted(owner, (), named, values.rest if values.items is not None else values)
    return formatted(owner, arguments.values, arguments.named, None if arguments.rest is None else arguments.rest[0])


def _folded(owner: Value, method: str, arguments: Arguments) -> Value | None:
    """Run a method of constant strings on constants."""
    if owner.constants is None or owner.taints or not all(value.is_constant for value, _ in arguments.everything()):
        return None
    if arguments.keywords or arguments.rest is not None or len(owner.constants) > 4:
        return None
    if not all(isinstance(one, str | bytes) and len(one) <= _LONGEST for one in owner.constants):
        return None
    values = [value.constant for value in arguments.values]
    if any(value.constants is not None and len(value.constants) != 1 for value in arguments.values):
        return None
    results = []
    for one in owner.constants:
        try:
            result = getattr(one, method)(*values)
        except Exception:  # noqa: BLE001  # whatever the methods of constants raise
            return UNKNOWN
        results.append(
            sequence([constant(part) for part in result], ("builtins.list",))
            if isinstance(result, list | tuple)
            else constant(result)
        )
    return join_all(results)


_REMOVED: Final = {
    "\n": frozenset({"log", "header", "email"}),
    "\r": frozenset({"log", "header", "email"}),
    "\r\n": frozenset({"log", "header", "email"}),
    "<": frozenset({"html"}),
    "..": frozenset({NORMALISED}),
    "/": frozenset({"path", "unpack", NORMALISED, RELATIVE}),
    "../": frozenset(),
}


def _replaced(owner: Value, arguments: Arguments) -> Value:
    """Return what replacing a part of a text gives; some dangerous characters are enough to make it harmless when they are
    gone."""
    old = arguments.get(0) or UNKNOWN
    new = arguments.get(1) or UNKNOWN
    kinds: frozenset[str] = frozenset()
    for one in old.constants or ():  # several in a loop: each has its turn
        kinds |= _REMOVED.get(one, frozenset()) if isinstance(one, str) else frozenset()
    if isinstance(old.constant, str) and isinstance(new.constant, str) and old.constant in new.constant:
        kinds = frozenset()
    taints = join(
        Value(owner.all_taints()).cleared_of(kinds) if kinds else Value(owner.all_taints()), Value(new.all_taints())
    ).taints
    if owner.text is not None and isinstance(old.constant, str) and old.constant:
        found = exchanged(owner.text, old.constant, new)._replace(taints=taints)
        return found.cleared_of(kinds) if kinds else found
    return Value(taints, types=("builtins.str",))
