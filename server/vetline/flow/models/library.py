"""One model file: what it says of the names in its modules."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType

from vetline.flow.models import cells, tables
from vetline.flow.models.cells import UNKNOWN, Cell
from vetline.flow.models.effects import (
    NO_EFFECT,
    Effect,
    GuardModel,
    HandlerModel,
    InstanceModel,
    PassModel,
    SinkModel,
    SourceModel,
)
from vetline.flow.models.kinds import ALL, KINDS
from vetline.flow.models.problems import KeyPath, ModelProblem
from vetline.flow.models.tables import MODULES, TESTS, Row

_CLASS = re.compile(r"(?:[^\W\d]\w*\.)*_?[A-Z]\w*(?=\.|\[\])")
"""The beginning of a name that is a class's, by its capital."""


@dataclass(frozen=True, slots=True)
class ModelTest:
    """Code that shows what the models of a file bring about: where findings are expected, its comments say so."""

    name: str
    code: str
    at: KeyPath


@dataclass(frozen=True, slots=True)
class Library:
    """What a model file says.

    ``names`` are as they stand in the file, relative to each of ``modules``; a name may come up several times.
    ``parameters`` and ``unbound`` are for code whose types are unknown.  ``tests`` have no part in any analysis.
    """

    path: Path
    modules: tuple[str, ...] = ()
    names: tuple[tuple[str, Effect], ...] = ()
    parameters: Mapping[str, str] = field(default_factory=dict)
    unbound: Mapping[str, str] = field(default_factory=dict)
    tests: tuple[ModelTest, ...] = ()

    def effects(self, module: str) -> Mapping[str, Effect]:
        """Return what the file alone knows of the names in one of its modules, by their full names.

        What calls a class gets an instance, unless the file says otherwise.  A class is what the file names as one, and what
        begins with a capital and has attributes.
        """
        found: dict[str, Effect] = {}
        classes: set[str] = set()
        for relative, general in self.names:
            name = relative if module == UNKNOWN else f"{module}.{relative}"
            effect = _in_module(general, module)
            known = found.get(name)
            found[name] = known.joined(effect) if known else effect
            if begins := _CLASS.match(name):
                classes.add(begins.group())
            classes.update(owner for owner in effect.classes() if owner.startswith(f"{module}."))
        for owner in classes:
            call = f"{owner}()"
            found[call] = found.get(call, NO_EFFECT).joined(Effect(type=owner))
        return found


def read_library(path: Path, text: str) -> tuple[Library, list[ModelProblem]]:
    """Read a model file that has ``text`` in it; what is wrong in it is left out.  Never raises."""
    problems: list[ModelProblem] = []
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        return Library(path), [ModelProblem(path, (), f"not valid TOML: {error}")]
    except (ValueError, RecursionError):  # a number with too many digits for Python; nested too deeply
        return Library(path), [ModelProblem(path, (), "not readable as TOML")]
    top = Cell(data, (), path, problems, of_unknown=data.get(MODULES) == [UNKNOWN])
    for key in data:
        if key not in tables.TOP_LEVEL:
            top.child(key).complain(cells.not_one_of(key, tables.TOP_LEVEL, "a key of model files"), of_key=True)
    if MODULES not in data:
        top.complain('needs "modules", the names of the modules that it describes, such as modules = ["sqlite3"]')
        return Library(path), problems
    modules = cells.module_array(top.child(MODULES)) or ()
    parameters, unbound = (_conventions(top, table) for table in tables.CONVENTIONS)
    return Library(path, modules, tuple(_names(top)), parameters, unbound, tuple(_tests(top))), problems


def _names(top: Cell) -> list[tuple[str, Effect]]:
    """Return the names as they stand in the tables, and what each says of them."""
    found: list[tuple[str, Effect]] = []
    for table, reader in tables.NAMES.items():
        named = (cell for cell in _entries(top, table) if cells.is_relative_name(cell, of_key=True))
        found += [(str(cell.at[-1]), _NAMED[table](value)) for cell in named if (value := reader(cell))]
    for name, read in _ROWS.items():
        if name in top.value:
            found += [pair for row in tables.rows(top.child(name), tables.ARRAYS[name]) for pair in read(row)]
    return found


def _tests(top: Cell) -> Iterator[ModelTest]:
    if TESTS in top.value:
        for index, row in tables.numbered_rows(top.child(TESTS), tables.ARRAYS[TESTS]):
            yield ModelTest(row["name"], row["code"], (TESTS, index))


def _entries(top: Cell, table: str) -> Iterator[Cell]:
    """Yield the values of a table, if there is one."""
    if table in top.value:
        cell = top.child(table)
        if isinstance(cell.value, Mapping):
            yield from map(cell.child, cell.value)
        else:
            cell.wrong_type(f"a table with the header [{table}]")


_NAMED = {
    "aliases": lambda value: Effect(alias=value),
    "types": lambda value: Effect(type=value),
    "inherits": lambda value: Effect(bases=value),
}


def _sources(row: Row) -> Iterator[tuple[str, Effect]]:
    effect = Effect(source=SourceModel(row["label"], row.get("what", "")))
    return ((name, effect) for name in row["names"])


def _sinks(row: Row) -> Iterator[tuple[str, Effect]]:
    given = {key: row[key] for key in ("arguments", "where", "unless", "what") if key in row}
    effect = Effect(sinks=(SinkModel(row["kind"], **given),))
    return ((name, effect) for name in row.get("calls", row.get("assignments", ())))


def _sanitizers(row: Row) -> Iterator[tuple[str, Effect]]:
    effect = Effect(clears=_cleared(row))
    return ((name, effect) for name in row.get("calls", row.get("names", ())))


def _guards(row: Row) -> Iterator[tuple[str, Effect]]:
    effect = Effect(guard=GuardModel(row.get("arguments", (0,)), _cleared(row)))
    return ((name, effect) for name in row["calls"])


def _cleared(row: Row) -> frozenset[str]:
    clears: frozenset[str] = row["clears"]
    but: frozenset[str] | None = row.get("but")
    return (frozenset(KINDS) if ALL in clears else clears) - but if but else clears


def _passes(row: Row) -> Iterator[tuple[str, Effect]]:
    effect = Effect(passes=PassModel(row.get("arguments", (0,)), row.get("to", "result")))
    return ((name, effect) for name in row["calls"])


def _handlers(row: Row) -> Iterator[tuple[str, Effect]]:
    handler = HandlerModel(**{key: row[key] for key in ("parameters", "types", "returns", "where", "arguments") if key in row})
    yield from ((name, Effect(decorates=handler)) for name in row.get("decorators", ()))
    yield from ((name, Effect(registers=handler)) for name in row.get("calls", ()))
    for base in row.get("bases", ()):
        yield from ((f"{base}.{method}", Effect(overridden=handler)) for method in row["methods"])


def _instances(row: Row) -> Iterator[tuple[str, Effect]]:
    effect = Effect(instances=(InstanceModel(row["type"], row["where"]),))
    return ((f"{name}()", effect) for name in row["calls"])


def _exits(row: Row) -> Iterator[tuple[str, Effect]]:
    return ((name, Effect(never_returns=True)) for name in row["calls"])


_ROWS = {
    "sources": _sources,
    "sinks": _sinks,
    "sanitizers": _sanitizers,
    "guards": _guards,
    "passes": _passes,
    "handlers": _handlers,
    "instances": _instances,
    "exits": _exits,
}


def _in_module(effect: Effect, module: str) -> Effect:
    """Put the module where the names say ``{module}``."""

    def full(name: str) -> str:
        return name.replace("{module}", module)

    if effect.alias or effect.type or effect.bases:
        return replace(
            effect,
            alias=effect.alias and full(effect.alias),
            type=effect.type and full(effect.type),
            bases=tuple(map(full, effect.bases)),
        )
    if effect.instances:
        return replace(effect, instances=tuple(replace(one, type=full(one.type)) for one in effect.instances))
    for role in ("decorates", "overridden", "registers"):
        handler = getattr(effect, role)
        if handler is not None and handler.types:
            types = MappingProxyType({key: full(name) for key, name in handler.types.items()})
            return replace(effect, **{role: replace(handler, types=types)})
    return effect


def _conventions(top: Cell, table: str) -> Mapping[str, str]:
    if table in top.value and not top.of_unknown:
        top.child(table).complain(f'[{table}] may stand only in a file with modules = ["{UNKNOWN}"]', of_key=True)
        return MappingProxyType({})
    return MappingProxyType({str(cell.at[-1]): name for cell in _entries(top, table) if (name := cells.absolute_name(cell))})
