"""Functions of Python itself on bytes, digests and encodings: of constants they give constants."""

from __future__ import annotations

import ast
import base64
import binascii
import hashlib
from types import MappingProxyType
from typing import Final

from vetline.flow.arguments import Arguments, KnownCall
from vetline.flow.changes import change
from vetline.flow.frame import Frame
from vetline.flow.values import CLEAN, UNKNOWN, Value, constant

_LONGEST: Final = 2_000


def _bytes(arguments: Arguments, frame: Frame) -> Value:
    """Return what ``bytes(16)``, ``bytes([1, 2])`` and ``bytes("text", "ascii")`` give."""
    value = arguments.get(0, "source")
    kind = arguments.node.func.id if isinstance(arguments.node.func, ast.Name) else "bytes"
    unknown = Value(
        () if value is None else value.all_taints(), types=(f"builtins.{kind if kind == 'bytearray' else 'bytes'}",)
    )
    if value is None:
        return constant(b"")
    if value.taints or value.rest is not None:
        return unknown
    if value.items is not None and all(isinstance(item.constant, int) for item in value.items.values()):
        made: object = [item.constant for item in value.items.values()]
    else:
        made = value.constant
    if isinstance(made, str):
        made = made.encode("utf-8", "replace")
    if not isinstance(made, bytes | list | int) or (isinstance(made, int) and not 0 <= made <= _LONGEST):
        return unknown
    try:
        return constant(bytes(made))
    except (TypeError, ValueError, OverflowError):
        return unknown


def _decoded(arguments: Arguments, frame: Frame) -> Value:
    """Return what something gives that is written in hexadecimal or Base64 digits."""
    value = arguments.get(0, "s") or UNKNOWN
    harmful = value.map_taints(lambda taint: taint._replace(cleared=frozenset()))  # as it was before it was encoded
    types = ("builtins.bytes", CLEAN) if value.is_fixed else ("builtins.bytes",)
    unknown = Value(harmful.all_taints(), types=types)
    text = value.constant
    if value.taints or not isinstance(text, str | bytes) or len(text) > _LONGEST:
        return unknown
    name = frame.run.callees.get(id(arguments.node), ("",))[0].rpartition(".")[2]
    try:
        if name in ("unhexlify", "a2b_hex", "fromhex"):
            return constant(binascii.unhexlify(text if isinstance(text, bytes) else text.replace(" ", "")))
        return constant(base64.urlsafe_b64decode(text) if name.startswith("urlsafe") else base64.b64decode(text))
    except ValueError:
        return unknown


_DIGESTED: Final = "?digest"
"""Under this key, what a hash object of a constant will give, as bytes."""
_ALGORITHMS: Final = "md5 sha1 sha224 sha256 sha384 sha512 sha3_256 sha3_512".split()


def _hashed(arguments: Arguments, frame: Frame) -> Value:
    """Return the hash object of what is given; of a constant, the digest is known, too."""
    data = (arguments.get(0, "data") or constant(b"")).constant
    callees = frame.run.callees.get(id(arguments.node), ())
    name = next((name.rpartition(".")[2] for name in callees if name.startswith("hashlib.")), "")
    if not isinstance(data, bytes) or not data or len(data) > _LONGEST or name not in _ALGORITHMS:
        return UNKNOWN
    digest = hashlib.new(name, data, usedforsecurity=False).digest()
    return Value(types=("hashlib.HASH",), items=MappingProxyType({_DIGESTED: constant(digest)}))


def _hashed_more(arguments: Arguments, frame: Frame) -> Value:
    if arguments.receiver is not None and isinstance(node := arguments.receiver[1], ast.expr):
        owner = arguments.receiver[0]
        change(node, owner._replace(items=None), frame, owner)
    return UNKNOWN


def _digest(arguments: Arguments, frame: Frame) -> Value:
    owner = arguments.receiver[0] if arguments.receiver else UNKNOWN
    known = owner.items.get(_DIGESTED) if owner.items else None
    if known is None or not isinstance(known.constant, bytes):
        return UNKNOWN
    is_text = isinstance(arguments.node.func, ast.Attribute) and arguments.node.func.attr == "hexdigest"
    return constant(known.constant.hex() if is_text else known.constant)


def _encoded(arguments: Arguments, frame: Frame) -> Value:
    """Return what is written in Base64 digits: a constant, or something that its model says what it is harmless for."""
    value = arguments.get(0, "s") or UNKNOWN
    name = frame.run.callees.get(id(arguments.node), ("",))[0]
    data = value.constant
    if value.taints or not isinstance(data, bytes) or len(data) > _LONGEST:
        effect = frame.run.models.effect(name)
        return Value(value.all_taints(), types=("builtins.bytes",)).cleared_of(effect.clears)
    return constant(base64.urlsafe_b64encode(data) if "urlsafe" in name else base64.b64encode(data))


BYTE_CALLS: Final[dict[str, KnownCall]] = {
    **dict.fromkeys(("builtins.bytes", "builtins.bytearray"), _bytes),
    **dict.fromkeys(
        "builtins.bytes.fromhex builtins.bytearray.fromhex binascii.unhexlify binascii.a2b_hex base64.b64decode"
        " base64.standard_b64decode base64.urlsafe_b64decode base64.decodebytes base64.b32decode base64.b85decode".split(),
        _decoded,
    ),
    **dict.fromkeys((f"hashlib.{name}" for name in _ALGORITHMS), _hashed),
    **dict.fromkeys(("hashlib.HASH.digest", "hashlib.HASH.hexdigest"), _digest),
    "hashlib.HASH.update": _hashed_more,
    **dict.fromkeys(("base64.b64encode", "base64.standard_b64encode", "base64.urlsafe_b64encode"), _encoded),
}
"""By dotted name."""
