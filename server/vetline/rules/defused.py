"""Parsing XML with defusedxml, which has the functions of the standard library's parsers and refuses what harms."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from vetline.core.edit import Applicability, Fix, TextEdit
from vetline.rules.base import FixSite
from vetline.rules.import_swaps import swap
from vetline.rules.locals import origin_of

_PARSING = frozenset({"parse", "parseString"})
_TREES = ("defusedxml.ElementTree", frozenset("parse iterparse fromstring XML XMLParser tostring ParseError".split()))
_MODULES = {
    "xml.etree.ElementTree": _TREES,
    "xml.etree.cElementTree": _TREES,
    "xml.sax": ("defusedxml.sax", _PARSING | {"make_parser"}),
    "xml.sax.expatreader": ("defusedxml.expatreader", frozenset({"create_parser", "DefusedExpatParser"})),
    "xml.dom.expatbuilder": ("defusedxml.expatbuilder", _PARSING),
    "xml.dom.minidom": ("defusedxml.minidom", _PARSING),
    "xml.dom.pulldom": ("defusedxml.pulldom", _PARSING),
}
"""By module: the one of defusedxml, and what that has of it."""

_NOTE = "It takes the package defusedxml, among the project's requirements; documents with entities are refused."


def parse_defused(site: FixSite) -> Iterator[Fix]:
    """Yield the fix for a call that parses XML, or makes a parser, or uses one that was made."""
    node = site.node
    if isinstance(node, ast.Call):
        yield from _of_call(node, site)
        match node.func:
            case ast.Attribute(value=ast.Name() as parser) if isinstance(maker := origin_of(parser, site), ast.Call):
                yield from _of_call(maker, site)


def import_defused(site: FixSite) -> Iterator[Fix]:
    """Yield the fix for an import of a parser, where the file uses nothing of it that defusedxml hasn't."""
    match site.node:
        case ast.Import(names=names):
            modules = [alias.name for alias in names]
        case ast.ImportFrom(module=str() as module, names=names):
            modules = [module, *(f"{module}.{alias.name}" for alias in names)]
        case _:
            return
    for module in modules:
        if module in _MODULES and (edits := swap(site, module, *_MODULES[module])) is not None:
            yield _fix(module, edits, site)


def _of_call(call: ast.Call, site: FixSite) -> Iterator[Fix]:
    module, _, name = (site.qualified_name(call.func) or "").rpartition(".")
    if module not in _MODULES:
        return
    other, names = _MODULES[module]
    if name in names:
        edits = site.known((swap, module), lambda: swap(site, module, other, names)) or [
            site.replace(call.func, site.use(other, name))
        ]
        yield _fix(module, edits, site)


def _fix(module: str, edits: list[TextEdit], site: FixSite) -> Fix:
    title = f"Parse with {_MODULES[module][0]}"
    if any(name.partition(".")[0] == "defusedxml" for name in site.imports()):
        return Fix(title, tuple(edits), Applicability.SAFE)
    return Fix(title, tuple(edits), Applicability.REVIEW, _NOTE)
