"""The same arguments, given by position or by keyword."""

from __future__ import annotations

import ast
import builtins
import importlib
import inspect
import sys
from collections.abc import Iterator, Sequence
from typing import Final

from tests.rules.mutations.mutation import mutation
from tests.rules.mutations.trees import functions_of, is_plain, own_bindings
from vetline.semantics.bindings import chain_of

_SIGNATURES: Final = {
    "django.shortcuts.redirect": "to",
    "django.utils.safestring.mark_safe": "s",
    "flask.make_response": "*args",
    "flask.redirect": "location code",
    "flask.render_template_string": "source",
    "httpx.get": "url",
    "httpx.post": "url",
    "jinja2.Template": "source",
    "jwt.decode": "jwt key algorithms",
    "jwt.encode": "payload key algorithm",
    "requests.delete": "url",
    "requests.get": "url params",
    "requests.post": "url data json",
    "requests.put": "url data",
    "yaml.load": "stream Loader",
}
"""The parameters of some functions of libraries that need not be installed here."""


@mutation
def give_by_keyword(module: ast.Module) -> ast.Module:
    for call, names in _known_calls(module):
        first = next((i for i, name in enumerate(names) if name), None)
        if first is None or any(isinstance(one, ast.Starred) for one in call.args) or len(call.args) > len(names):
            continue
        given = call.args[first:]
        call.keywords[:0] = [ast.keyword(name, value) for name, value in zip(names[first:], given, strict=False)]
        del call.args[first:]
    return module


@mutation
def give_by_position(module: ast.Module) -> ast.Module:
    for call, names in _known_calls(module):
        if any(isinstance(one, ast.Starred) for one in call.args):
            continue
        # The order of evaluation stays: only the first keyword can become the next argument.
        while call.keywords and len(call.args) < len(names) and call.keywords[0].arg == (names[len(call.args)] or None):
            if call.keywords[0].arg is None:
                break
            call.args.append(call.keywords.pop(0).value)
    return module


def _known_calls(module: ast.Module) -> Iterator[tuple[ast.Call, Sequence[str]]]:
    """Yield calls of which the parameters are known: their names in order, empty for one that has none to call it by."""
    own = {one.name: _parameters_of(one) for one in functions_of(module) if is_plain(one)}
    imported = dict(_imported_names(module))
    bound = [name for node in ast.walk(module) if isinstance(node, ast.stmt) for name in own_bindings([node])]
    for node in ast.walk(module):
        chain = chain_of(node.func) if isinstance(node, ast.Call) else None
        if not isinstance(node, ast.Call) or not chain:
            continue
        if len(chain) == 1 and chain[0] in own:
            yield node, own[chain[0]]
        elif chain[0] in imported:
            yield node, _parameters_of_library(".".join([imported[chain[0]], *chain[1:]]))
        elif len(chain) == 1 and hasattr(builtins, chain[0]) and chain[0] not in bound:
            yield node, _parameters_of_library(f"builtins.{chain[0]}")


def _imported_names(module: ast.Module) -> Iterator[tuple[str, str]]:
    for node in ast.walk(module):
        match node:
            case ast.Import(names=aliases):
                yield from (
                    (one.asname or one.name.partition(".")[0], one.name if one.asname else one.name.partition(".")[0])
                    for one in aliases
                )
            case ast.ImportFrom(module=str() as name, names=aliases, level=0):
                yield from ((one.asname or one.name, f"{name}.{one.name}") for one in aliases)


def _parameters_of(function: ast.FunctionDef | ast.AsyncFunctionDef) -> Sequence[str]:
    return [*("" for _ in function.args.posonlyargs), *(one.arg for one in function.args.args)]


def _parameters_of_library(name: str) -> Sequence[str]:
    if name in _SIGNATURES:
        return [one for one in _SIGNATURES[name].split() if not one.startswith("*")]
    if name.partition(".")[0] not in sys.stdlib_module_names or name.partition(".")[0] in ("antigravity", "this", "idlelib"):
        return ()
    try:
        module, _, attribute = name.rpartition(".")
        function = getattr(importlib.import_module(module), attribute)
        parameters = inspect.signature(function).parameters.values()
    except (ImportError, AttributeError, ValueError, TypeError):
        return ()
    names: list[str] = []
    for parameter in parameters:
        if parameter.kind not in (parameter.POSITIONAL_ONLY, parameter.POSITIONAL_OR_KEYWORD):
            break
        names.append("" if parameter.kind is parameter.POSITIONAL_ONLY else parameter.name)
    return names
