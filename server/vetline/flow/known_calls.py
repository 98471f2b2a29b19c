"""Functions of Python itself whose result is more than a model file can say."""

from __future__ import annotations

import ast
from types import MappingProxyType
from typing import Any, Final

from vetline.flow.application import apply_closure, apply_summary
from vetline.flow.arguments import Arguments, KnownCall
from vetline.flow.attributes import member
from vetline.flow.bindings import named
from vetline.flow.byte_calls import BYTE_CALLS
from vetline.flow.changes import change, frame_owner
from vetline.flow.conditions import FLAGS, PATTERN, SIZE, is_limit
from vetline.flow.containers import sequence
from vetline.flow.expressions import elements
from vetline.flow.frame import Frame
from vetline.flow.path_calls import PATH_CALLS
from vetline.flow.records import as_dictionary, replaced
from vetline.flow.substitutions import cleared_by_removal
from vetline.flow.taints import TEXT, join_taints
from vetline.flow.texts import concatenated, substituted_names
from vetline.flow.values import NO_ITEMS, UNKNOWN, Value, constant, join, join_all


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
        chosen = tuple(taint._replace(is_certain=False) for taint in name.taints)
        found = Value(join_taints(owner.all_taints(), chosen))
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
    info = frame.run.outside.class_info(owner) if owner else None
    method = frame.method
    mine = None if method is None else frame.found(method.receiver)
    return UNKNOWN if info is None else Value(types=info.bases, items=None if mine is None else mine.items)


def _partial(arguments: Arguments, frame: Frame) -> Value:
    if not arguments.positional:
        return UNKNOWN
    function = arguments.positional[0][0]
    items: dict[Any, Value] = dict(enumerate(value for value, _ in arguments.positional[1:]))
    items |= arguments.named
    return Value(names=function.names, types=("functools.partial",), items=MappingProxyType(items), closures=function.closures)


def _imported(arguments: Arguments, frame: Frame) -> Value:
    name = (arguments.get(0, "name") or UNKNOWN).constant
    return named(name, arguments.node, frame) if isinstance(name, str) and name.replace(".", "").isidentifier() else UNKNOWN


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


_TUPLE: Final = "collections.namedtuple()"


def _named_tuple(arguments: Arguments, frame: Frame) -> Value:
    """Return the class that ``namedtuple("Point", "x y")`` makes; its elements are the names of its fields."""
    names = arguments.get(1, "field_names") or UNKNOWN
    if isinstance(names.constant, str):
        return Value(names=(_TUPLE,), items=MappingProxyType(dict(enumerate(map(constant, _words(names.constant))))))
    return Value(names=(_TUPLE,), items=names.items)


def _words(text: str) -> list[str]:
    return text.replace(",", " ").split()


def _new_tuple(arguments: Arguments, frame: Frame) -> Value:
    """Return an instance of a class that ``namedtuple`` has made."""
    fields = frame.run.values.get(id(arguments.node.func), UNKNOWN).items or {}
    items: dict[Any, Value] = {}
    for place, name in fields.items():
        if not isinstance(place, int):
            continue  # something that was assigned to the class, such as ``Point.x.__doc__``
        value = arguments.get(place, str(name.constant))
        if value is not None:
            items[place] = items[f".{name.constant}"] = value
    return Value(types=(_TUPLE,), items=MappingProxyType(items))


def _locals(arguments: Arguments, frame: Frame) -> Value:
    """Return the variables of the function, by name."""
    items = {name: value for name, value in (frame.state or {}).items() if name.isidentifier()}
    return Value(types=("builtins.dict",), items=MappingProxyType(items))


def _range(arguments: Arguments, frame: Frame) -> Value:
    return Value(types=("builtins.list",), items=NO_ITEMS, rest=Value(types=("builtins.int",)))


_CONFIG = tuple(f"configparser.{name}" for name in ("ConfigParser", "RawConfigParser", "SafeConfigParser"))


def _percent_encoded(arguments: Arguments, frame: Frame) -> Value:
    """Return what ``urllib.parse.quote`` gives, which leaves slashes as they are unless it is told that none is safe."""
    value = arguments.get(0, "string") or UNKNOWN
    safe = arguments.get(1, "safe") or constant("/")
    kinds = frame.run.models.effect("urllib.parse.quote").clears
    if isinstance(safe.constant, str) and "/" not in safe.constant:
        kinds |= {"redirect"}
    return Value(value.all_taints(), types=("builtins.str",)).cleared_of(kinds)


KNOWN_CALLS: Final[dict[str, KnownCall]] = {
    **BYTE_CALLS,
    **PATH_CALLS,
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
    **dict.fromkeys((f"{name}.set" for name in _CONFIG), _config_set),
    **dict.fromkeys((f"{name}.get" for name in _CONFIG), _config_get),
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
    "collections.namedtuple": _named_tuple,
    _TUPLE: _new_tuple,
    **dict.fromkeys(("dataclasses.asdict", "attr.asdict", "attrs.asdict", "builtins.vars"), as_dictionary),
    **dict.fromkeys((f"pydantic.BaseModel.{name}" for name in ("dict", "model_dump")), as_dictionary),
    **dict.fromkeys(("dataclasses.replace", "attr.evolve", "attrs.evolve", f"{_TUPLE}._replace"), replaced),
    **dict.fromkeys(("typing.NamedTuple._replace", "copy.replace"), replaced),
    "functools.partial": _partial,
    "re.Pattern.sub": _substituted_by_pattern,
    "re.compile": _compiled,
    "string.Template": _template,
    "string.Template.substitute": _template_filled,
    "string.Template.safe_substitute": _template_filled,
    "re.sub": _substituted,
    "urllib.parse.quote": _percent_encoded,
}
"""By dotted name."""
