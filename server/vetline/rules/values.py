"""What is known of a value's type, without running anything."""

from __future__ import annotations

import ast

from vetline.rules.base import FixSite
from vetline.rules.locals import definition_of
from vetline.semantics.scopes import parameters

_TEXT_CALLS = frozenset(
    "str repr ascii chr hex oct bin format input getpass.getpass os.getcwd os.getlogin shlex.quote shutil.which".split()
)
TEXT_METHODS = frozenset(
    "capitalize casefold decode format join lower lstrip removeprefix removesuffix replace rstrip strip title upper".split()
)
_PATH_CALLS = frozenset("abspath basename dirname expanduser expandvars join normpath realpath relpath".split())
_NUMBER_CALLS = {"int": "int", "len": "int", "ord": "int", "float": "float", "time.time": "float"}
_TEXT_ATTRIBUTES = frozenset({"sys.executable", "sys.platform", "os.sep", "os.name"})
_DEPTH = 4


def type_name(value: ast.expr, site: FixSite, depth: int = _DEPTH) -> str:
    """Return the name of the type of ``value`` as read at the finding, such as ``str`` or ``Path``; empty if unknown."""
    match value:
        case ast.Constant(value=constant):
            return type(constant).__name__
        case ast.JoinedStr():
            return "str"
        case ast.Call(func=callee):
            return _returned(callee, site)
        case ast.BinOp(op=ast.Add() | ast.Mod(), left=left, right=right):
            kinds = {type_name(left, site, depth), type_name(right, site, depth)}
            return "str" if "str" in kinds else kinds.pop() if len(kinds) == 1 else ""
        case ast.BinOp(op=ast.Sub() | ast.Mult(), left=left, right=right):
            return "int" if {type_name(left, site, depth), type_name(right, site, depth)} == {"int"} else ""
        case ast.Subscript(value=owner):
            return "str" if site.qualified_name(owner) in ("sys.argv", "os.environ") else ""
        case ast.Attribute():
            return "str" if site.qualified_name(value) in _TEXT_ATTRIBUTES else ""
        case ast.Name(id=name) if depth:
            return _of_variable(name, site, depth - 1)
    return ""


def _returned(callee: ast.expr, site: FixSite) -> str:
    name = site.qualified_name(callee) or ""
    module, _, last = name.rpartition(".")
    if name in _TEXT_CALLS or (module == "os.path" and last in _PATH_CALLS):
        return "str"
    if name in _NUMBER_CALLS:
        return _NUMBER_CALLS[name]
    if isinstance(callee, ast.Attribute) and callee.attr in TEXT_METHODS:
        return "str"
    return last if last[:1].isupper() else ""  # a class, by the usual spelling


def _of_variable(name: str, site: FixSite, depth: int) -> str:
    """Return the type that the variable is annotated with, or that its only value has."""
    function = site.enclosing_function(site.node)
    for argument in parameters(function) if function is not None else ():
        if argument.arg == name:
            return _annotated(argument.annotation)
    definition = definition_of(name, site.node, site)
    if definition is None or definition.value is None:
        return ""
    annotation = definition.annotation if isinstance(definition, ast.AnnAssign) else None
    return _annotated(annotation) or type_name(definition.value, site, depth)


def _annotated(annotation: ast.expr | None) -> str:
    match annotation:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case ast.BinOp(op=ast.BitOr(), left=left, right=ast.Constant(value=None)):
            return _annotated(left)
        case ast.Constant(value=str() as name) if name.isidentifier():
            return name
    return ""
