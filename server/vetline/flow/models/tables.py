"""The tables of a model file, and the keys that each may have."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from vetline.core.wording import alternatives
from vetline.flow.models import cells
from vetline.flow.models.cells import Cell, Reader, not_one_of

_CALLS = cells.name_array('["Cursor.execute"]', of_functions=True)
_NAMES = cells.name_array('["request.args", "request.get_json()"]')
_TARGETS = cells.name_array('["Response.headers[]"]', of_functions=True)

TESTS = "tests"
"""The array of tables that says nothing of names: it holds tests of what the others say."""

Row = Mapping[str, Any]
"""The keys of one table in an array of tables, and what their values mean."""


@dataclass(frozen=True, slots=True)
class Table:
    """What the tables ``[[name]]`` may hold: ``keys``, of which those in ``required`` must be there, and one of ``one_of``."""

    name: str
    keys: Mapping[str, Reader]
    one_of: tuple[str, ...]
    required: tuple[str, ...] = ()
    together: Mapping[str, str] = field(default_factory=dict)
    """Keys that need another one."""


_TABLES = (
    Table("sources", {"names": _NAMES, "label": cells.label, "what": cells.text}, ("names",), ("label",)),
    Table(
        "sinks",
        {
            "calls": _CALLS,
            "assignments": _TARGETS,
            "arguments": cells.arguments,
            "kind": cells.kind,
            "where": cells.conditions,
            "unless": cells.conditions,
            "what": cells.text,
        },
        ("calls", "assignments"),
        ("kind",),
        {"calls": "arguments", "arguments": "calls"},
    ),
    Table(
        "sanitizers",
        {"calls": _CALLS, "names": _NAMES, "clears": cells.clears, "but": cells.kinds},
        ("calls", "names"),
        ("clears",),
    ),
    Table(
        "guards",
        {"calls": _CALLS, "arguments": cells.arguments, "clears": cells.clears, "but": cells.kinds},
        ("calls",),
        ("clears",),
    ),
    Table(
        "passes",
        {"calls": _CALLS, "arguments": cells.arguments, "to": cells.word_of(("result", "self"), "a place to pass to")},
        ("calls",),
    ),
    Table(
        "handlers",
        {
            "decorators": cells.name_array('["Flask.route"]', of_functions=True),
            "bases": cells.name_array('["views.MethodView"]', of_functions=True),
            "methods": cells.word_array('["get", "post"]'),
            "calls": cells.name_array('["Flask.add_url_rule"]', of_functions=True),
            "arguments": cells.arguments,
            "parameters": cells.label,
            "types": cells.types_of_parameters,
            "returns": cells.kind,
            "where": cells.conditions,
        },
        ("decorators", "bases", "calls"),
        (),
        {"bases": "methods", "methods": "bases", "calls": "arguments", "arguments": "calls", "where": "returns"},
    ),
    Table(
        "instances",
        {"calls": _CALLS, "type": cells.absolute_name, "where": cells.conditions},
        ("calls",),
        ("type", "where"),
    ),
    Table("exits", {"calls": _CALLS}, ("calls",)),
    Table(TESTS, {"name": cells.text, "code": cells.text}, ("code",), ("name",)),
)

ARRAYS: Mapping[str, Table] = MappingProxyType({table.name: table for table in _TABLES})
"""The arrays of tables, ``[[name]]``."""

NAMES: Mapping[str, Reader] = MappingProxyType(
    {"aliases": cells.absolute_name, "types": cells.absolute_name, "inherits": cells.absolute_names}
)
"""The tables that map names of the file's modules to full names."""

CONVENTIONS = ("parameters", "unbound")
"""The tables that map plain names to full names; only in a file for the module :data:`~vetline.flow.models.cells.UNKNOWN`."""

MODULES = "modules"
TOP_LEVEL = (MODULES, *NAMES, *ARRAYS, *CONVENTIONS)
"""The keys at the top of a file."""


def rows(cell: Cell, table: Table) -> list[Row]:
    """Read the tables ``[[name]]``; one that lacks a key it needs is left out."""
    return [row for _, row in numbered_rows(cell, table)]


def numbered_rows(cell: Cell, table: Table) -> list[tuple[int, Row]]:
    """Read the tables ``[[name]]`` as :func:`rows` does, each with its index in the file."""
    if not isinstance(cell.value, list) or not all(isinstance(item, Mapping) for item in cell.value):
        cell.complain(f"must be tables with the header [[{table.name}]]", of_key=True)
        return []
    return [(index, row) for index, element in enumerate(cell.elements()) if (row := _row(element, table)) is not None]


def _row(cell: Cell, table: Table) -> Row | None:
    row = {}
    for key in cell.value:
        if key not in table.keys:
            cell.child(key).complain(not_one_of(key, table.keys, f"a key of [[{table.name}]]"), of_key=True)
        elif (value := table.keys[key](cell.child(key))) is not None:
            row[key] = value
    return row if _is_complete(cell, table) and all(key in row for key in _needed(cell, table)) else None


def _is_complete(cell: Cell, table: Table) -> bool:
    given = set(cell.value)
    chosen = given.intersection(table.one_of)
    if len(chosen) != 1:
        words = alternatives(f'"{key}"' for key in table.one_of)
        cell.complain(f"needs {words}" if not chosen else f"must have only one of {words}", of_key=True)
        return False
    missing = [key for key in _needed(cell, table) if key not in given]
    for key in missing:
        why = next((f', because it has "{other}"' for other, needs in table.together.items() if needs == key), "")
        cell.complain(f'needs "{key}"{why}', of_key=True)
    return not missing


def _needed(cell: Cell, table: Table) -> list[str]:
    """Return the keys that a table can't be without, given those that it has."""
    chosen = [key for key in table.one_of if key in cell.value]
    return [*table.required, *chosen, *(needs for key, needs in table.together.items() if key in cell.value)]
