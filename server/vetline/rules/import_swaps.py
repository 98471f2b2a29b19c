"""Using another module in the place of an imported one: in all of a file at once, or in one call."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import NamedTuple

from vetline.core.edit import Applicability, Fix, TextEdit
from vetline.rules.base import FixSite
from vetline.rules.statements import remove
from vetline.semantics.scopes import names_bound_by
from vetline.syntax.nodes import walk

Import = ast.Import | ast.ImportFrom


class Imported(NamedTuple):
    """An import of a module, or of names of it: the statement, one of its names, and how the code refers to that."""

    statement: Import
    alias: ast.alias
    reference: str
    """The dotted name that stands for the module, or for the name of it that is imported."""
    is_module: bool


def imports_of(module: str, site: FixSite) -> Iterator[Imported]:
    """Yield where the file imports ``module`` or something of it, at its top level or elsewhere."""
    for statement in _index(site).imports:
        for alias in statement.names:
            match statement:
                case ast.Import() if alias.name == module:
                    yield Imported(statement, alias, alias.asname or module, is_module=True)
                case ast.ImportFrom(module=str() as origin, level=0):
                    reference = alias.asname or alias.name
                    if f"{origin}.{alias.name}" == module:
                        yield Imported(statement, alias, reference, is_module=True)
                    elif origin == module:
                        yield Imported(statement, alias, reference, is_module=False)


class _Index(NamedTuple):
    """The imports of a file, where its names are read, and which it binds."""

    imports: list[Import]
    loads: dict[str, list[ast.Name]]
    bound: dict[str, list[ast.AST]]


def _index(site: FixSite) -> _Index:
    return site.known(_Index, lambda: _indexed(site))


def _indexed(site: FixSite) -> _Index:
    index = _Index([], {}, {})
    for statement in site.statements:
        for node in walk(statement):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
                index.loads.setdefault(node.id, []).append(node)
                continue
            if isinstance(node, Import):
                index.imports.append(node)
            for name in names_bound_by(node):
                index.bound.setdefault(name, []).append(node)
    return index


def is_bound(name: str, site: FixSite) -> bool:
    """Tell whether the file gives ``name`` a meaning anywhere."""
    return name in _index(site).bound


def references_to(imported: Imported, site: FixSite) -> list[ast.expr]:
    """Return the expressions that stand for what is imported, as long as they are."""
    first, *rest = imported.reference.split(".")
    return [_longest(node, rest, site) for node in _index(site).loads.get(first, ())]


def _longest(node: ast.expr, names: list[str], site: FixSite) -> ast.expr:
    for name in names:
        parent = site.parent_of(node)
        if not isinstance(parent, ast.Attribute) or parent.attr != name:
            return node
        node = parent
    return node


def remove_unused(site: FixSite) -> Iterator[Fix]:
    """Yield the fix that takes an import out which nothing in the file uses (yet)."""
    statement = site.node
    if not isinstance(statement, Import) or site.mentions(r"\b__all__\b"):
        return
    for alias in statement.names:
        reference = alias.asname or alias.name.partition(".")[0]
        imported = Imported(statement, alias, reference, is_module=isinstance(statement, ast.Import))
        stores = _index(site).bound.get(reference, [])
        # A name may stand in a string, too, as in an annotation.
        again = rf"(?s)\b{reference}\b.*\b{reference}\b"
        if reference == "*" or stores != [statement] or references_to(imported, site) or site.mentions(again):
            return
    # To review: the next lines to be written may be what it is for, and fixing all as a file is saved would take it away.
    yield Fix(
        "Take out the unused import", (remove(site, statement),), Applicability.REVIEW, "Other files can't take it from here."
    )


def swap(site: FixSite, module: str, other: str, names: frozenset[str]) -> list[TextEdit] | None:
    """Return the edits that import ``other`` for ``module`` everywhere; None where the file needs more of it than ``names``."""
    edits: list[TextEdit] = []
    found = list(imports_of(module, site))
    for imported in found:
        if not imported.is_module and imported.alias.name not in names:
            return None
        references = references_to(imported, site)
        if imported.is_module and not all(_takes(reference, imported, names, site) for reference in references):
            return None
        renames = imported.is_module and "." in imported.reference
        edits += [site.replace(reference, other) for reference in references if renames]
    for statement in dict.fromkeys(imported.statement for imported in found):
        edit = _imported_instead(statement, module, other, site)
        if edit is None:
            return None
        edits.append(edit)
    return sorted(edits, key=lambda edit: edit.range) if edits else None


def _takes(reference: ast.expr, imported: Imported, names: frozenset[str], site: FixSite) -> bool:
    """Tell whether only one of ``names`` is taken of the module that ``reference`` stands for."""
    parent = site.parent_of(reference)
    is_whole = len(site.text_of(reference).split(".")) == len(imported.reference.split("."))
    return is_whole and isinstance(parent, ast.Attribute) and parent.attr in names


def _imported_instead(statement: Import, module: str, other: str, site: FixSite) -> TextEdit | None:
    text = site.text_of(statement)
    package, _, last = module.rpartition(".")
    other_package, _, other_last = other.rpartition(".")
    match statement:
        case ast.Import(names=[alias]):
            return site.replace(statement, text.replace(alias.name, other, 1))
        case ast.ImportFrom(module=origin) if origin == module:
            return site.replace(statement, text.replace(module, other, 1))
        case ast.ImportFrom(module=origin, names=[ast.alias(name=name)]) if origin == package and name == last:
            if other_last == last and other_package:
                return site.replace(statement, text.replace(package, other_package, 1))
    return None
