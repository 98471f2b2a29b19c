"""Seeing that a path stays in the folder that it is meant to be in."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import Final

from vetline.core.edit import Applicability, Fix
from vetline.flow.taints import PARAMETER
from vetline.rules.base import FixSite
from vetline.rules.flows import REMOTE
from vetline.rules.guards import guarded
from vetline.rules.locals import definition_of
from vetline.syntax.template_reader import read_template
from vetline.syntax.templates import HOLE, Hole, fstring_source

_REASON: Final = "the path leads out of its folder"
_WORKING: Final = "Files outside the working directory are refused: put the folder that is meant in its place."
_STRANGERS: Final = frozenset({*REMOTE, "response"})
_DEPTH: Final = 4
_ROOTED: Final = {"static_file": 0, "send_from_directory": 1}
"""Functions that look for a file in a folder, and the place of the file's name among their first two arguments."""


def contained(node: ast.expr, site: FixSite) -> Iterator[Fix]:
    """Propose to refuse the path ``node`` where it leads out of the folder that is put in front of what comes from outside."""
    root = _root_beside(node, site)
    folder = root or folder_of(node, site)
    path = site.use("pathlib", "Path")

    def leads_out(source: str) -> str:
        base = f"{path}({folder})" if folder else f"{path}.cwd()"
        asked = f"{root}, {source}" if root else source
        return f"not {path}({asked}).resolve().is_relative_to({base}.resolve())"

    edits = guarded(node, "path", leads_out, _REASON, site, 404)
    if edits and folder:
        yield Fix("Refuse paths that lead out of the folder", edits, Applicability.SAFE)
    elif edits:
        yield Fix("Refuse paths that lead out of the working directory", edits, Applicability.REVIEW, _WORKING)


def _root_beside(node: ast.expr, site: FixSite) -> str:
    """Return the source of the folder that a function gets beside the path that it looks for there."""
    match site.parent_of(node):
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name), args=arguments, keywords=keywords) if name in _ROOTED:
            others = [*arguments, *(keyword.value for keyword in keywords if keyword.arg in ("root", "directory"))]
            return site.text_of(others[1 - _ROOTED[name]]) if len(others) > 1 and node in others[:2] else ""
    return ""


def folder_of(node: ast.expr, site: FixSite, depth: int = _DEPTH) -> str:
    """Return the source of the folder that a path is put together with; empty if there is none in sight."""
    match node:
        case ast.Name(id=name) if depth:
            definition = definition_of(name, node, site)
            if definition is None or definition.value is None:
                return ""
            return folder_of(definition.value, site, depth - 1)
        case ast.Call(func=callee, args=[first, *_] as parts) if (site.qualified_name(callee) or "").endswith("path.join"):
            return _joined(callee, parts, site, depth) if not isinstance(first, ast.Starred) else ""
        case ast.Call(func=callee, args=[first, _, *_]) if _is_path_class(callee, site):
            return "" if _comes_from_outside(first, site) else site.text_of(first)
        case ast.Call(func=callee, args=[only]) if _is_path_class(callee, site) and depth:
            return folder_of(only, site, depth - 1)
        case ast.Call(func=ast.Attribute(attr="joinpath", value=owner)) | ast.BinOp(op=ast.Div(), left=owner):
            return (
                site.text_of(owner)
                if not _comes_from_outside(owner, site)
                else folder_of(owner, site, depth - 1)
                if depth
                else ""
            )
        case ast.Call(func=ast.Attribute(attr="resolve" | "absolute" | "expanduser" | "strip", value=owner), args=[]) if depth:
            return folder_of(owner, site, depth - 1)
        case ast.Call(func=callee, args=[only]) if depth and (site.qualified_name(callee) or "").startswith("os.path."):
            return folder_of(only, site, depth - 1)
    return _before_first(node, site)


def _joined(callee: ast.expr, parts: list[ast.expr], site: FixSite, depth: int) -> str:
    trusted = []
    for part in parts:
        if isinstance(part, ast.Starred) or _comes_from_outside(part, site):
            break
        trusted.append(site.text_of(part))
    if not trusted:
        return folder_of(parts[0], site, depth - 1) if depth else ""
    if len(trusted) == len(parts):
        return ""
    return trusted[0] if len(trusted) == 1 else f"{site.text_of(callee)}({', '.join(trusted)})"


def _before_first(node: ast.expr, site: FixSite) -> str:
    """Return what stands in a text before the first value from outside, up to the last slash."""
    template = read_template(node, site)
    if template is None:
        match node:
            case ast.BinOp(op=ast.Add(), left=left) if not _comes_from_outside(left, site):
                return site.text_of(left)
        return ""
    pieces: list[str | Hole] = []
    holes = iter(template.holes)
    for part in re.split(f"({HOLE})", template.text):
        if part != HOLE:
            pieces.append(part)
            continue
        hole = next(holes)
        if hole.node is None or _comes_from_outside(hole.node, site):
            break
        pieces.append(hole)
    else:
        return ""
    while pieces and isinstance(pieces[-1], str) and not pieces[-1]:
        pieces.pop()
    if not pieces:
        return ""
    last = pieces[-1]
    if isinstance(last, str):
        head, slash, _ = last.rpartition("/")
        if not slash:
            return "" if len(pieces) == 1 else _source([*pieces[:-1]], template.literals[0].quote[0], is_cut=True)
        pieces[-1] = head or ("/" if len(pieces) == 1 else "")
    return _source([piece for piece in pieces if piece != ""], template.literals[0].quote[0])


def _source(pieces: list[str | Hole], quote: str, *, is_cut: bool = False) -> str:
    if is_cut and not (isinstance(pieces[-1], str) and pieces[-1].endswith("/")):
        return ""
    match pieces:
        case [Hole() as only] if only.is_plain:
            return only.source
        case [str() as text]:
            return f"{quote}{text}{quote}" if quote not in text and "\\" not in text else repr(text)
    return fstring_source(pieces, quote) or ""


def _is_path_class(callee: ast.expr, site: FixSite) -> bool:
    return (site.qualified_name(callee) or "") in ("pathlib.Path", "pathlib.PurePath", "pathlib.PosixPath")


def _comes_from_outside(node: ast.expr, site: FixSite) -> bool:
    """Tell whether a part of the path is what the finding is about: a stranger's, or else the parameter that it names."""
    for taint in site.block.value(node).all_taints() if site.block is not None else ():
        origin = taint.origin
        is_meant = origin.label in _STRANGERS or (origin.label == PARAMETER and f"`{origin.parameter}`" in site.finding.message)
        if is_meant and taint.harms("path"):
            return True
    return False
