"""What annotations say of values."""

from __future__ import annotations

import ast

from vetline.flow.evaluation import evaluate
from vetline.flow.frame import Frame

_WRAPPERS = frozenset("Annotated ClassVar Final Optional Required NotRequired ReadOnly Type Union Awaitable Coroutine".split())
_ANYTHING = frozenset({"builtins.object", "typing.Any"})
_MOST = 4


def types_of(annotation: ast.expr | None, frame: Frame, depth: int = _MOST) -> tuple[str, ...]:
    """Return the dotted names of the classes that something annotated so is an instance of; none if unknown."""
    match annotation:
        case None:
            return ()
        case ast.Constant(value=str() as text):
            try:
                return types_of(ast.parse(text, mode="eval").body, frame, depth - 1) if depth else ()
            except (SyntaxError, ValueError, MemoryError, RecursionError):
                return ()
        case ast.Constant(value=None):
            return ()
        case ast.BinOp(op=ast.BitOr(), left=left, right=right):
            return (*types_of(left, frame, depth), *types_of(right, frame, depth)) if depth else ()
        case ast.Subscript(value=ast.Name(id=name) | ast.Attribute(attr=name), slice=inner) if name in _WRAPPERS:
            parts = inner.elts if isinstance(inner, ast.Tuple) else [inner]
            if name == "Annotated":
                parts = parts[:1]
            return tuple(found for part in parts for found in types_of(part, frame, depth - 1)) if depth else ()
        case ast.Subscript(value=ast.Name() | ast.Attribute() as outer):
            return types_of(outer, frame, depth - 1) if depth else ()
        case ast.Name() | ast.Attribute():
            return tuple(name for name in evaluate(annotation, frame).names if name not in _ANYTHING)
    return ()


def annotated_call(annotation: ast.expr | None) -> ast.Call | None:
    """Return the call in ``Annotated[str, Query(...)]``, by which frameworks say where a parameter comes from."""
    match annotation:
        case ast.Subscript(
            value=ast.Name(id="Annotated") | ast.Attribute(attr="Annotated"), slice=ast.Tuple(elts=[_, *others])
        ):
            return next((one for one in others if isinstance(one, ast.Call)), None)
    return None
