"""Other names for variables, functions and parameters.

A name is changed wherever it stands in the module, so only names are that mean one and the same kind of thing everywhere.  The
new name has the old one's words in it: ``the_password`` for ``password``, because to some rules, as to readers, the words
are the evidence.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable

from tests.rules.mutations.mutation import mutation
from tests.rules.mutations.trees import FreshNames, Names, functions_of, is_plain, parameter_names
from vetline.flow.models import models_of


@mutation
def rename_variables(module: ast.Module) -> ast.Module | None:
    return _renamed(module, _free_variables(module))


@mutation
def rename_functions(module: ast.Module) -> ast.Module | None:
    names = Names.of(module)
    others = names.variables | names.parameters | names.imported | names.shared | names.attributes | names.classes
    wanted = {one.name for one in functions_of(module) if is_plain(one) and one.name in names.loads}
    return None if names.sees_names else _renamed(module, wanted - others)


@mutation
def rename_parameters(module: ast.Module) -> ast.Module | None:
    """Rename parameters of functions that only the code itself calls, and not by keyword.

    Some names of parameters are how a framework passes something in, or how a model knows what is passed in (``request``).
    """
    names = Names.of(module)
    others = names.variables | names.functions | names.imported | names.shared | names.attributes | names.keywords
    framework: set[str] = set()
    wanted: set[str] = set()
    for node in ast.walk(module):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            is_own = isinstance(node, ast.FunctionDef) and node in module.body and is_plain(node)
            (wanted if is_own else framework).update(parameter_names(node))
    models = models_of(())
    known = {name for name in wanted if models.parameter_type(name) or models.unbound(name)}
    return None if names.sees_names else _renamed(module, wanted - framework - others - known)


def _free_variables(module: ast.Module) -> set[str]:
    """Return the variables whose names nobody else uses: no keyword, no member, and nobody outside (a setting is only
    written)."""
    names = Names.of(module)
    if names.sees_names:
        return set()
    others = names.parameters | names.functions | names.classes | names.imported | names.shared | names.attributes
    return {name for name in (names.variables - others) & names.loads if not name.startswith("__")}


def _renamed(module: ast.Module, wanted: Iterable[str]) -> ast.Module:
    fresh = FreshNames(module)
    new_names = {name: fresh.like(name) for name in sorted(wanted) if name.strip("_")}
    for node in ast.walk(module):
        match node:
            case ast.Name(id=name) if name in new_names:
                node.id = new_names[name]
            case ast.arg(arg=name) if name in new_names:
                node.arg = new_names[name]
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) if name in new_names:
                node.name = new_names[name]
    return module
