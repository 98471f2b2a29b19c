"""Text that is run as code."""

from __future__ import annotations

import ast

from vetline.flow.taints import PARAMETER
from vetline.flow.texts import pieces_of
from vetline.rules.base import CheckContext
from vetline.rules.building import built_from, written


def is_generated(program: ast.AST, context: CheckContext) -> bool:
    """Tell whether ``program`` is code that the program itself has written: a function, a class, definitions.

    Such code is compiled as a module, or begins with a definition.
    """
    for expression in built_from(program, context):
        for node in ast.walk(expression):
            match node:
                case ast.Call(args=[_, _, ast.Constant(value="exec"), *_]):
                    return True
                case ast.Constant(value=str() as text) if text.lstrip().startswith(("def ", "class ", "async def ", "@")):
                    return True
    return False


def matters_as_code(context: CheckContext, node: ast.AST) -> bool:
    """Tell whether Bandit's finding of ``eval`` or ``exec`` says anything: not of code that stands in the program itself.

    Nor where code from a caller, or from nobody knows where, gets names of its own to run with, as in a debugger: running
    code is the purpose. Names that are written on the spot, ``{"__builtins__": {}}``, are meant for a protection, which
    they aren't.
    """
    if not isinstance(node, ast.Call) or not node.args:
        return True
    program = node.args[0]
    if _has_names_of_its_own(node, context) and all(
        taint.origin.label == PARAMETER for taint in context.value(program).all_taints()
    ):
        return False
    pieces = [piece for text in pieces_of(context.value(program)) for piece in text if not isinstance(piece, str)]
    if all(piece and not any(taint.harms("code") for taint in piece) for piece in pieces):
        return False
    return not is_generated(program, context) or _is_from_outside(program, context)


def _has_names_of_its_own(call: ast.Call, context: CheckContext) -> bool:
    """Tell whether code runs among names that were gathered elsewhere for it; those of the function itself are no others."""
    if len(call.args) < 2:
        return any(keyword.arg not in ("globals", "locals") for keyword in call.keywords)  # a function of the same name
    match written(call.args[1], context):
        case ast.Dict(keys=keys):
            return any(key is None for key in keys)
        case ast.Call(func=ast.Name(id="dict"), args=[]) | ast.Call(func=ast.Name(id="globals" | "locals")):
            return False
    return True


def _is_from_outside(program: ast.AST, context: CheckContext) -> bool:
    return any(taint.origin.label != PARAMETER for taint in context.value(program).taints)
