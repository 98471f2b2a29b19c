"""Functions of Python itself whose result is more than a model file can say."""

from __future__ import annotations

import ast
import base64
import binascii
import hashlib
from collections.abc import Callable
from types import MappingProxyType
from typing import Any, Final

from vetline.flow.application import apply_closure
from vetline.flow.arguments import Arguments
from vetline.flow.attributes import bases_of, member
from vetline.flow.bindings import change, frame_owner
from vetline.flow.conditions import FLAGS, PATTERN, SIZE, is_limit
from vetline.flow.expressions import elements, sequence
from vetline.flow.frame import Frame, SinkHit
from vetline.flow.paths import DISTANCE, SHARED, marked
from vetline.flow.substitutions import cleared_by_removal
from vetline.flow.texts import concatenated, exchanged, formatted, interpolated, joined, substituted_names
from vetline.flow.values import CLEAN, NO_ITEMS, NORMALISED, RELATIVE, TEXT, UNKNOWN, Value, constant, join, join_all

KnownCall = Callable[[Arguments, Frame], Value]
_PATH = ("pathlib.Path",)
_NORMAL = frozenset({NORMALISED})


def _text(arguments: Arguments, frame: Frame) -> Value:
    value = arguments.get(0) or constant("")
    return concatenated([value])


def _number(arguments: Arguments, frame: Frame) -> Value:
    value = arguments.get(0) or constant(0)
    if value.constants is not None and isinstance(value.constant, str | int | float):
        try:
            return constant(int(value.constant))
        except (ValueError, OverflowError):
            return UNKNOWN
    return Value(value.cleared_of(TEXT).all_taints(), types=("builtins.int",))


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


def _clean(arguments: Arguments, frame: Frame) -> Value:
    return UNKNOWN


def _length(arguments: Arguments, frame: Frame) -> Value:
    value = arguments.get(0) or UNKNOWN
    if value.constants is not None and isinstance(value.constant, str | bytes):
        return constant(len(value.constant))
    if value.items is not None and value.rest is None and not value.taints and value.types:
        return constant(len(value.items))
    return Value(types=("builtins.int",))


def _character(arguments: Arguments, frame: Frame) -> Value:
    value = arguments.get(0) or UNKNOWN
    if value.constants is not None and isinstance(value.constant, int) and 0 <= value.constant < 0x110000:
        return constant(chr(value.constant))
    return UNKNOWN


def _list(arguments: Arguments, frame: Frame) -> Value:
    kind = arguments.node.func.id if isinstance(arguments.node.func, ast.Name) else "list"
    types = (f"builtins.{kind if kind in ('list', 'tuple', 'set', 'frozenset') else 'list'}",)
    value = arguments.get(0)
    if value is None:
        return Value(types=types, items=NO_ITEMS)
    if value.items is not None and value.rest is None and not value.taints and "builtins.dict" not in value.types:
        return sequence([item for key, item in value.items.items() if isinstance(key, int)], types)
    return Value(types=types, items=NO_ITEMS, rest=elements(value))


def _dict(arguments: Arguments, frame: Frame) -> Value:
    found = Value(types=("builtins.dict",), items=MappingProxyType(dict(arguments.named)))
    for value, _ in arguments.positional:
        if value.items is not None and "builtins.dict" in value.types:
            found = found._replace(items=MappingProxyType({**value.items, **(found.items or {})}), rest=value.rest)
        else:
            found = found._replace(taints=value.all_taints())
    if arguments.rest is not None:
        found = found.with_any_element(arguments.rest[0])
    return found


def _same(arguments: Arguments, frame: Frame) -> Value:
    return arguments.get(0) or UNKNOWN


def _pairs(arguments: Arguments, frame: Frame) -> Value:
    pair = {0: Value(types=("builtins.int",)), 1: elements(arguments.get(0) or UNKNOWN)}
    return Value(types=("builtins.list",), items=NO_ITEMS, rest=Value(types=("builtins.tuple",), items=MappingProxyType(pair)))


def _zipped(arguments: Arguments, frame: Frame) -> Value:
    pair = {index: elements(value) for index, value in enumerate(arguments.values)}
    return Value(types=("builtins.list",), items=NO_ITEMS, rest=Value(types=("builtins.tuple",), items=MappingProxyType(pair)))


def _mapped(arguments: Arguments, frame: Frame) -> Value:
    function, *rest = arguments.positional or [(UNKNOWN, arguments.node)]
    items = [(elements(value), node) for value, node in rest]
    call = Arguments(arguments.node, items)
    results = [apply_closure(closure, call, frame) for closure in function[0].closures]
    for name in function[0].names:
        known = KNOWN_CALLS.get(name)
        summary = frame.run.outside.summary(name) if ":" in name else None
        if summary is not None:
            from vetline.flow.application import apply_summary

            results.append(apply_summary(name, summary, None, call, frame))
        elif known is not None:
            results.append(known(call, frame))
        else:
            cleared = frame.run.models.effect(name).clears
            results.append(Value(call.taints()).cleared_of(cleared))
    return Value(types=("builtins.list",), items=NO_ITEMS, rest=join_all(results))


def _filtered(arguments: Arguments, frame: Frame) -> Value:
    return Value(types=("builtins.list",), items=NO_ITEMS, rest=elements(arguments.get(1) or UNKNOWN))


def _next(arguments: Arguments, frame: Frame) -> Value:
    found = elements(arguments.get(0) or UNKNOWN)
    default = arguments.get(1)
    return found if default is None else join(found, default)


def _one_of(arguments: Arguments, frame: Frame) -> Value:
    return elements(arguments.values[0]) if len(arguments.positional) == 1 else join_all(arguments.values)


def _least(arguments: Arguments, frame: Frame) -> Value:
    found = _one_of(arguments, frame)
    is_limited = len(arguments.positional) > 1 and any(is_limit(value) for value in arguments.values)
    return found.cleared_of(SIZE) if is_limited else found


def _getattr(arguments: Arguments, frame: Frame) -> Value:
    owner, name = arguments.get(0) or UNKNOWN, arguments.get(1) or UNKNOWN
    if isinstance(name.constant, str) and name.constant.isidentifier():
        found = member(owner, name.constant, arguments.node, frame)
    else:
        found = Value(owner.all_taints())
    default = arguments.get(2)
    return found if default is None else join(found, default)


def _setattr(arguments: Arguments, frame: Frame) -> Value:
    if len(arguments.positional) == 3:
        (owner, node), (name, _), (value, _) = arguments.positional
        if isinstance(name.constant, str) and isinstance(node, ast.expr):
            change(node, owner.with_element(f".{name.constant}", value), frame, owner)
    return UNKNOWN


def _super(arguments: Arguments, frame: Frame) -> Value:
    owner = frame_owner(frame)
    return Value(types=bases_of(owner, frame)) if owner else UNKNOWN


def _partial(arguments: Arguments, frame: Frame) -> Value:
    if not arguments.positional:
        return UNKNOWN
    function = arguments.positional[0][0]
    items: dict[Any, Value] = dict(enumerate(value for value, _ in arguments.positional[1:]))
    items |= arguments.named
    return Value(names=function.names, types=("functools.partial",), items=MappingProxyType(items), closures=function.closures)


def _imported(arguments: Arguments, frame: Frame) -> Value:
    from vetline.flow.bindings import named

    name = (arguments.get(0, "name") or UNKNOWN).constant
    return named(name, frame) if isinstance(name, str) and name.replace(".", "").isidentifier() else UNKNOWN


def _compiled(arguments: Arguments, frame: Frame) -> Value:
    pattern = arguments.get(0, "pattern") or UNKNOWN
    items = {PATTERN: pattern, FLAGS: arguments.get(1, "flags") or constant(0)}
    return Value(pattern.all_taints(), types=("re.Pattern",), items=MappingProxyType(items))


def _substituted(arguments: Arguments, frame: Frame) -> Value:
    return _without(
        arguments.get(0, "pattern") or UNKNOWN, arguments.get(1, "repl") or UNKNOWN, arguments.get(2, "string") or UNKNOWN
    )


def _substituted_by_pattern(arguments: Arguments, frame: Frame) -> Value:
    pattern = arguments.receiver[0].element(PATTERN) if arguments.receiver else UNKNOWN
    return _without(pattern, arguments.get(0, "repl") or UNKNOWN, arguments.get(1, "string") or UNKNOWN)


def _without(pattern: Value, replacement: Value, text: Value) -> Value:
    """Return ``text`` with all that ``pattern`` matches replaced."""
    left = Value(join(Value(text.all_taints()), Value(replacement.all_taints())).taints, types=("builtins.str",))
    if isinstance(pattern.constant, str) and isinstance(replacement.constant, str):
        return left.cleared_of(cleared_by_removal(pattern.constant, replacement.constant))
    return left


def _template(arguments: Arguments, frame: Frame) -> Value:
    text = arguments.get(0, "template") or UNKNOWN
    return Value(text.all_taints(), types=("string.Template",), items=MappingProxyType({".template": text}))


def _template_filled(arguments: Arguments, frame: Frame) -> Value:
    owner = arguments.receiver[0] if arguments.receiver else UNKNOWN
    values = arguments.get(0) or UNKNOWN
    named = {**{str(key): item for key, item in (values.items or {}).items()}, **arguments.named}
    rest = values.rest if values.items is not None else values if arguments.positional else None
    return substituted_names(owner.element(".template"), named, rest)


def _joined_path(arguments: Arguments, frame: Frame) -> Value:
    parts: list[Value] = []
    for index, value in enumerate(arguments.values):
        parts += [constant("/"), value] if index else [value]
    if arguments.rest is not None:
        parts += [constant("/"), arguments.rest[0]]
    return concatenated(parts)


def _normal_path(arguments: Arguments, frame: Frame) -> Value:
    return _of_same_origin(arguments.get(0, "path") or UNKNOWN).cleared_of(_NORMAL)


def _of_same_origin(value: Value) -> Value:
    """Return a text that is made of ``value``, and is harmless where that is."""
    types = ("builtins.str", CLEAN) if CLEAN in value.types or (value.is_constant and not value.taints) else ("builtins.str",)
    return Value(value.all_taints(), types=types)


def _shared_path(arguments: Arguments, frame: Frame) -> Value:
    return marked(Value(arguments.taints(), types=("builtins.str",)), SHARED)


def _distance(arguments: Arguments, frame: Frame) -> Value:
    return marked(Value((arguments.get(0, "path") or UNKNOWN).all_taints(), types=("builtins.str",)), DISTANCE)


def _temporary_folder(arguments: Arguments, frame: Frame) -> Value:
    return constant("/tmp")  # noqa: S108  # what it is nearly everywhere


def _base_name(arguments: Arguments, frame: Frame) -> Value:
    return _of_same_origin(arguments.get(0, "p") or UNKNOWN).cleared_of(frozenset({"path", NORMALISED}))


def _path_object(arguments: Arguments, frame: Frame) -> Value:
    joined_path = _joined_path(arguments, frame)
    return joined_path._replace(types=_PATH, constants=None, texts=joined_path.text)


def _below(arguments: Arguments, frame: Frame) -> Value:
    owner = arguments.receiver[0] if arguments.receiver else UNKNOWN
    joined_path = concatenated([owner, *(part for value in arguments.values for part in (constant("/"), value))])
    return joined_path._replace(types=_PATH, constants=None, texts=joined_path.text)


def _resolved(arguments: Arguments, frame: Frame) -> Value:
    owner = arguments.receiver[0] if arguments.receiver else UNKNOWN
    return Value(owner.all_taints(), types=_PATH).cleared_of(_NORMAL)


def _config_set(arguments: Arguments, frame: Frame) -> Value:
    if arguments.receiver is not None and len(arguments.positional) == 3:
        owner, node = arguments.receiver
        section, option, value = arguments.values
        if section.is_constant and option.is_constant and isinstance(node, ast.expr):
            change(node, owner.with_element(("set", section.constant, option.constant), value), frame, owner)
    return UNKNOWN


def _config_get(arguments: Arguments, frame: Frame) -> Value:
    owner = arguments.receiver[0] if arguments.receiver else UNKNOWN
    section, option = arguments.get(0) or UNKNOWN, arguments.get(1) or UNKNOWN
    if section.is_constant and option.is_constant:
        return owner.element(("set", section.constant, option.constant))
    return owner.any_element()


def _locals(arguments: Arguments, frame: Frame) -> Value:
    """Return the variables of the function, by name."""
    items = {name: value for name, value in (frame.state or {}).items() if name.isidentifier()}
    return Value(types=("builtins.dict",), items=MappingProxyType(items))


def _range(arguments: Arguments, frame: Frame) -> Value:
    return Value(types=("builtins.list",), items=NO_ITEMS, rest=Value(types=("builtins.int",)))


_CONFIG = tuple(f"configparser.{name}" for name in ("ConfigParser", "RawConfigParser", "SafeConfigParser"))

KNOWN_CALLS: Final[dict[str, KnownCall]] = {
    **dict.fromkeys(("builtins.str", "builtins.repr", "builtins.ascii", "builtins.format"), _text),
    **dict.fromkeys(("builtins.int", "builtins.float"), _number),
    **dict.fromkeys(
        (f"builtins.{name}" for name in "bool callable hash id isinstance issubclass ord hasattr all any print round".split()),
        _clean,
    ),
    **dict.fromkeys((f"builtins.{name}" for name in "list tuple set frozenset sorted reversed".split()), _list),
    **dict.fromkeys(("builtins.iter", "copy.copy", "copy.deepcopy", "typing.cast"), _same),
    "builtins.max": _one_of,
    "builtins.min": _least,
    **dict.fromkeys(("builtins.getattr", "operator.attrgetter"), _getattr),
    **dict.fromkeys(("importlib.import_module", "builtins.__import__"), _imported),
    **dict.fromkeys((f"os.path.{name}" for name in ("realpath", "abspath", "normpath")), _normal_path),
    **dict.fromkeys((f"{name}.set" for name in _CONFIG), _config_set),
    **dict.fromkeys((f"{name}.get" for name in _CONFIG), _config_get),
    **dict.fromkeys(
        (f"pathlib.{name}" for name in ("Path", "PurePath", "PosixPath", "PurePosixPath", "WindowsPath")), _path_object
    ),
    **dict.fromkeys(("pathlib.Path.resolve", "pathlib.Path.absolute"), _resolved),
    **dict.fromkeys(("pathlib.Path.joinpath", "pathlib.Path.with_name"), _below),
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
    "builtins.chr": _character,
    "builtins.dict": _dict,
    "builtins.enumerate": _pairs,
    "builtins.filter": _filtered,
    "builtins.len": _length,
    "builtins.locals": _locals,
    "builtins.map": _mapped,
    "builtins.next": _next,
    "builtins.range": _range,
    "builtins.setattr": _setattr,
    "builtins.super": _super,
    "builtins.zip": _zipped,
    "collections.OrderedDict": _dict,
    "functools.partial": _partial,
    "os.path.basename": _base_name,
    "os.path.commonpath": _shared_path,
    "os.path.commonprefix": _shared_path,
    "os.path.relpath": _distance,
    "os.path.join": _joined_path,
    "tempfile.gettempdir": _temporary_folder,
    "re.Pattern.sub": _substituted_by_pattern,
    "re.compile": _compiled,
    "string.Template": _template,
    "string.Template.substitute": _template_filled,
    "string.Template.safe_substitute": _template_filled,
    "re.sub": _substituted,
}
"""By dotted name."""

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


__all__ = ["KNOWN_CALLS", "call_of_text", "interpolated"]
