"""Classes that declare their fields, from which their ``__init__`` is made: data classes, named tuples, models."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from types import MappingProxyType
from typing import Final

from vetline.flow.annotations import types_of
from vetline.flow.application import initialised
from vetline.flow.arguments import Arguments
from vetline.flow.attributes import CLEAN_TYPES, bases_of, method_of
from vetline.flow.frame import Frame
from vetline.flow.taints import TEXT
from vetline.flow.values import Value

_FIELDS: Final = "="
"""What stands for a class's declared fields among its attributes; it can't be the name of one."""
_DECLARING: Final = frozenset("attrib field ib".split())
"""What functions are called that declare a field: of attrs, where it has no annotation."""
_MAKERS: Final = frozenset("attrs dataclass define frozen mutable s".split())
"""What decorators are called that make an ``__init__`` of the fields; they check no types."""
_CONSTRUCTORS: Final = frozenset(
    "_make construct from_dict from_json from_orm model_construct model_validate model_validate_json parse_obj"
    " parse_raw".split()
)
"""What class methods of libraries are called that make an instance of the class."""
_TUPLES: Final = ("typing.NamedTuple", "typing_extensions.NamedTuple")


def declare_fields(body: Iterable[ast.stmt], owner: str, frame: Frame) -> None:
    """Note the fields that statements of the class ``owner`` declare, in order, for those who make instances of it."""
    fields = {name: Value(types=types_of(annotation, frame)) for name, annotation in map(_declared, body) if name}
    if not fields or frame.state is None:
        return
    exports, prefix = frame.run.exports, owner.rpartition(":")[2]
    exports[f"{prefix}.{_FIELDS}"] = Value(items=MappingProxyType(fields))
    for name, field in fields.items():
        value = exports.get(f"{prefix}.{name}")
        if value is not None and value.is_constant and not name.isupper() and _is_record(owner, frame):
            exports[f"{prefix}.{name}"] = Value(types=field.types)  # the constant is a default only


def declares_field(statement: ast.stmt) -> bool:
    """Tell whether a statement in the body of a class may declare a field."""
    return bool(_declared(statement)[0])


def fields_of(owner: str) -> str:
    """Return the name under which a class's fields are known."""
    return f"{owner}.{_FIELDS}"


def _declared(statement: ast.stmt) -> tuple[str, ast.expr | None]:
    """Return the name and the annotation of the field that a statement declares; no name if it declares none."""
    match statement:
        case ast.AnnAssign(target=ast.Name(id=name), annotation=annotation, value=value):
            is_left_out = isinstance(value, ast.Call) and any(
                word.arg == "init" and isinstance(word.value, ast.Constant) and word.value.value is False
                for word in value.keywords
            )
            return ("", None) if is_left_out or "ClassVar" in ast.dump(annotation) else (name, annotation)
        case ast.Assign(targets=[ast.Name(id=name)], value=ast.Call(func=ast.Attribute(attr=maker) | ast.Name(id=maker))) if (
            maker in _DECLARING
        ):
            return name, None
    return "", None


def _is_record(owner: str, frame: Frame) -> bool:
    """Tell whether instances of a class get their fields from arguments: a decorator, or a base of a library sees to it."""
    for one in (owner, *bases_of(owner, frame)):
        if ":" not in one:
            return True
        info = frame.run.outside.class_info(one)
        if info is not None and any(name.rpartition(".")[2] in _MAKERS for name in info.decorators):
            return True
    return False


def new_record(owner: str, arguments: Arguments, frame: Frame) -> Value:
    """Return the instance that a call of a class without an ``__init__`` of its own creates."""
    outside = frame.run.outside
    family = [one for one in (owner, *bases_of(owner, frame)) if ":" in one]
    fields: dict[str, Value] = {}
    for one in reversed(family):
        if (declared := outside.attribute(fields_of(one))) is not None:
            fields |= {str(name): value for name, value in (declared.items or {}).items()}
    info = outside.class_info(owner)
    is_checked = info is not None and not any(name.rpartition(".")[2] in _MAKERS for name in info.decorators)
    items: dict[str | int, Value] = {f".{name}": value for name, value in arguments.named.items()}
    for place, (name, field) in enumerate(fields.items()):
        value = arguments.get(place, name)
        if value is not None:
            items[f".{name}"] = _as_declared(value, field.types, is_checked=is_checked)
    if any(base in _TUPLES for base in bases_of(owner, frame)):
        items |= {place: items[f".{name}"] for place, name in enumerate(fields) if f".{name}" in items}
    rest = None if fields or arguments.rest is None else arguments.rest[0]
    instance = Value(types=(owner,), items=MappingProxyType(items), rest=rest)
    finish = method_of(owner, "__post_init__", frame)
    return instance if finish is None else initialised(*finish, instance, Arguments(arguments.node), frame)


def _as_declared(value: Value, types: tuple[str, ...], *, is_checked: bool) -> Value:
    if types and is_checked and all(one in CLEAN_TYPES for one in types):
        value = value.cleared_of(TEXT)
    return value if value.types or value.is_constant or not types else value._replace(types=types)


def of_class(result: Value, name: str, arguments: Arguments) -> Value:
    """Return the result of a library's method, as an instance of the project's class on which that was called to make one."""
    if arguments.receiver is None or name.rpartition(".")[2] not in _CONSTRUCTORS:
        return result
    classes = tuple(one for one in arguments.receiver[0].names if ":" in one)
    return result._replace(types=classes) if classes else result


def replaced(arguments: Arguments, _frame: Frame) -> Value:
    """Return a copy of a record in which some fields are others: ``dataclasses.replace(record, path=path)``."""
    record = arguments.get(0) if arguments.positional else arguments.receiver[0] if arguments.receiver else None
    if record is None:
        return Value()
    items = {**(record.items or {}), **{f".{name}": value for name, value in arguments.named.items()}}
    return record._replace(items=MappingProxyType(items))


def as_dictionary(arguments: Arguments, _frame: Frame) -> Value:
    """Return the fields of a record by name: ``dataclasses.asdict(record)``."""
    record = arguments.get(0) if arguments.positional else arguments.receiver[0] if arguments.receiver else None
    if record is None:
        return Value()
    items = {key[1:]: value for key, value in (record.items or {}).items() if isinstance(key, str) and key[:1] == "."}
    return Value(record.taints, types=("builtins.dict",), items=MappingProxyType(items))
