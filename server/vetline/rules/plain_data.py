"""Storing data as JSON where a file stores objects, with whatever code comes with them."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from vetline.core.edit import Applicability, Fix, TextEdit
from vetline.rules.base import FixSite
from vetline.rules.import_swaps import imports_of, is_bound, references_to, remove_unused
from vetline.rules.statements import remove

PICKLES = frozenset("pickle cPickle _pickle dill cloudpickle marshal".split())
_FUNCTIONS = frozenset({"dump", "dumps", "load", "loads"})
_JSON_TEXT = {"jsonpickle.decode": "loads", "jsonpickle.loads": "loads"}
_NOTE = "JSON holds numbers, text, lists and dictionaries; what was stored before can no longer be read."


def store_as_json(site: FixSite) -> Iterator[Fix]:
    """Yield the fix for a call that loads objects: all of the file's calls that load and store are changed, if they can be."""
    call = site.node
    if not isinstance(call, ast.Call):
        return
    name = site.qualified_name(call.func) or ""
    module = name.rpartition(".")[0]
    if name in _JSON_TEXT and not call.keywords:
        edit = site.replace(call.func, f"{site.use('json')}.{_JSON_TEXT[name]}")
        yield Fix("Load JSON", (edit,), Applicability.REVIEW, _NOTE)
    elif module in PICKLES:
        edits = site.known((_all_as_json, module), lambda: _all_as_json(module, site)) or _as_json(call, site.use("json"), site)
        if edits:
            yield Fix("Store it as JSON", tuple(edits), Applicability.REVIEW, _NOTE)


def import_json(site: FixSite) -> Iterator[Fix]:
    """Yield the fix for an import: to take it out if nothing uses it, or to store data as JSON."""
    unused = list(remove_unused(site))
    yield from unused
    match site.node:
        case ast.Import(names=[ast.alias(name=module)]) | ast.ImportFrom(module=str() as module) if not unused:
            if module in PICKLES and (edits := _all_as_json(module, site)):
                yield Fix("Store data as JSON", tuple(edits), Applicability.REVIEW, _NOTE)


def _all_as_json(module: str, site: FixSite) -> list[TextEdit]:
    """Return the edits that do without ``module`` in the whole file; none where that isn't possible."""
    edits: list[TextEdit] = []
    known = next((one.reference for one in imports_of("json", site) if one.is_module), None)
    if known is None and is_bound("json", site):
        return []
    found = list(imports_of(module, site))
    for imported in found:
        is_alone = isinstance(imported.statement, ast.ImportFrom) or len(imported.statement.names) == 1
        if not is_alone or (not imported.is_module and imported.alias.name not in _FUNCTIONS):
            return []
        for reference in references_to(imported, site):
            function = site.parent_of(reference) if imported.is_module else reference
            call = site.parent_of(function) if function is not None else None
            is_call = isinstance(call, ast.Call) and call.func is function
            changed = _as_json(call, known or "json", site) if is_call and isinstance(call, ast.Call) else []
            if not changed:
                return []
            edits += changed
    for statement in dict.fromkeys(imported.statement for imported in found):
        edits.append(site.replace(statement, "import json") if known is None else remove(site, statement))
    return sorted(edits, key=lambda edit: edit.range)


def _as_json(call: ast.Call, json: str, site: FixSite) -> list[TextEdit]:
    """Return the edits that let one call load or store JSON; none for a call of another kind."""
    name = (site.qualified_name(call.func) or "").rpartition(".")[2]
    if any(keyword.arg != "protocol" for keyword in call.keywords) or any(isinstance(one, ast.Starred) for one in call.args):
        return []
    texts = [site.text_of(argument) for argument in call.args]
    match name, texts:
        case "load" | "loads", [given]:
            return [site.replace(call, f"{json}.{name}({given})")]
        case "dumps", [thing, *_]:
            return [site.replace(call, f"{json}.dumps({thing}).encode()")]
        case "dump", [thing, file, *_]:
            return [site.replace(call, f"{file}.write({json}.dumps({thing}).encode())")]
    return []
