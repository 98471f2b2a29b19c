"""Values that are written into the code: directly, through variables, or as the default of a parameter."""

from __future__ import annotations

import ast
from typing import NamedTuple

from vetline.flow.taints import PARAMETER
from vetline.flow.values import Constant, Value
from vetline.rules.base import CheckContext
from vetline.semantics.scopes import Function, default_in


class Fixed(NamedTuple):
    """What an expression is whenever the code runs: one of ``constants``; ``is_default`` if only where a caller doesn't say."""

    constants: tuple[Constant, ...]
    is_default: bool = False

    @property
    def texts(self) -> tuple[str | bytes, ...]:
        return tuple(one for one in self.constants if isinstance(one, str | bytes))

    @property
    def numbers(self) -> tuple[int, ...]:
        return tuple(one for one in self.constants if isinstance(one, int) and not isinstance(one, bool))


def fixed(node: ast.AST, context: CheckContext, value: Value | None = None) -> Fixed | None:
    """Return the constants that ``node`` may be, if it can be nothing else; ``value`` is what it may be, if known already."""
    value = context.value(node) if value is None else value
    if value.constants is not None:
        return Fixed(value.constants) if value.constants and value.constants != (None,) else None
    match value.taints:
        case (taint,) if (
            taint.origin.label == PARAMETER and taint.origin.parameter and value.texts is None and taint.is_certain
        ):
            default = default_of(taint.origin.parameter, node, context)
            if default is not None:
                given = context.value(default).constants
                if given and given != (None,):
                    return Fixed(given, is_default=True)
    return None


def default_of(parameter: str, node: ast.AST, context: CheckContext) -> ast.expr | None:
    """Return the default of a parameter of a function around ``node``."""
    function = function_around(node, context)
    while function is not None:
        if (default := default_in(parameter, function)) is not None:
            return default
        function = function_around(function, context)
    return None


def function_around(node: ast.AST, context: CheckContext) -> Function | None:
    """Return the innermost function around ``node``."""
    parent = context.parent_of(node)
    while parent is not None and not isinstance(parent, ast.FunctionDef | ast.AsyncFunctionDef):
        parent = context.parent_of(parent)
    return parent
