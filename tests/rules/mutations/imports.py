"""Other ways to import the same."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tests.rules.mutations.mutation import mutation
from tests.rules.mutations.trees import FreshNames, Names, body_start, copied, load, loads_in, own_bindings
from vetline.semantics.scopes import names_bound_by


@mutation
def alias_modules(module: ast.Module) -> ast.Module:
    """``import x.y`` becomes ``import x.y as x_y_``, if it is the only import that binds ``x``."""
    for statement in _imports(module):
        for alias in statement.names:
            chain = alias.name.split(".")
            if alias.asname is None and _is_bound_once(module, chain[0]):
                new = FreshNames(module).take(f"{'_'.join(chain)}_")
                if len(_members_read(module, chain)) == len(_members_read(module, chain[:1])) or len(chain) == 1:
                    alias.asname = new if _replaced(module, chain, load(new)) else None
    return module


@mutation
def alias_imported_names(module: ast.Module) -> ast.Module:
    """``from x import y`` becomes ``from x import y as the_y``."""
    for statement in _imports_from(module):
        for alias in statement.names:
            if alias.name != "*" and alias.asname is None and _is_bound_once(module, alias.name):
                new = FreshNames(module).like(alias.name)
                alias.asname = new if _replaced(module, [alias.name], load(new)) else None
    return module


@mutation
def import_modules(module: ast.Module) -> ast.Module:
    """``from x.y import z`` becomes ``import x.y``, and ``z`` becomes ``x.y.z``."""
    bound = Names.of(module).bound
    for statement in _imports_from(module):
        if statement.level or statement.module is None or any(alias.name == "*" for alias in statement.names):
            continue
        chain = statement.module.split(".")
        locals_ = [alias.asname or alias.name for alias in statement.names]
        if chain[0] in bound or not all(_is_bound_once(module, name) for name in locals_):
            continue
        for alias, local in zip(statement.names, locals_, strict=True):
            _replaced(module, [local], load(*chain, alias.name))
        _put_instead(module, statement, ast.Import([ast.alias(statement.module)]))
    return module


@mutation
def import_names(module: ast.Module) -> ast.Module:
    """``import x.y`` becomes ``from x.y import z`` for each ``x.y.z`` in the code, if there's nothing but these."""
    for statement in _imports(module):
        alias = statement.names[0]
        chain = [alias.asname] if alias.asname else alias.name.split(".")
        if len(statement.names) != 1 or not _is_bound_once(module, chain[0]):
            continue
        members = _members_read(module, chain)
        uses = [node for node in ast.walk(module) if isinstance(node, ast.Name) and node.id == chain[0]]
        if not members or len(members) != len(uses):
            continue
        fresh = FreshNames(module)
        names = {name: fresh.take(name) for name in sorted(set(members))}
        for name, local in names.items():
            _replaced(module, [*chain, name], load(local))
        aliases = [ast.alias(name, local if local != name else None) for name, local in names.items()]
        _put_instead(module, statement, ast.ImportFrom(alias.name, aliases, 0))
    return module


@mutation
def import_in_functions(module: ast.Module) -> ast.Module:
    """An import at the top moves into the function that alone uses it."""
    for statement in [one for one in module.body if isinstance(one, ast.Import | ast.ImportFrom)]:
        names = set(own_bindings([statement]))
        is_special = "*" in names or (isinstance(statement, ast.ImportFrom) and statement.module == "__future__")
        if is_special or not all(_is_bound_once(module, name) for name in names):
            continue
        match [one for one in module.body if names & loads_in([one])]:
            case [ast.FunctionDef() | ast.AsyncFunctionDef() as function]:
                if not names & loads_in([function.args, *function.decorator_list, *filter(None, [function.returns])]):
                    module.body.remove(statement)
                    function.body.insert(body_start(function.body), statement)
    return module


def _imports(module: ast.Module) -> Iterator[ast.Import]:
    yield from [node for node in ast.walk(module) if isinstance(node, ast.Import)]


def _imports_from(module: ast.Module) -> Iterator[ast.ImportFrom]:
    """Yield imports of names; those of the language's own features aside."""
    found = [node for node in ast.walk(module) if isinstance(node, ast.ImportFrom)]
    yield from (node for node in found if node.module != "__future__")


def _is_bound_once(module: ast.Module, name: str) -> bool:
    """Tell whether one place alone gives a name a meaning, in whatever scope, so that all that read it mean that."""
    binders = [bound for node in ast.walk(module) for bound in names_bound_by(node) if bound == name]
    declared = {one for node in ast.walk(module) if isinstance(node, ast.Global | ast.Nonlocal) for one in node.names}
    return len(binders) == 1 and name not in declared


def _chain_of(node: ast.AST) -> list[str] | None:
    chain: list[str] = []
    while isinstance(node, ast.Attribute):
        chain.insert(0, node.attr)
        node = node.value
    return [node.id, *chain] if isinstance(node, ast.Name) else None


def _members_read(module: ast.Module, chain: list[str]) -> list[str]:
    """Return ``name`` for each place where ``chain.name`` is read."""
    return [
        node.attr
        for node in ast.walk(module)
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load) and _chain_of(node.value) == chain
    ]


class _Replacing(ast.NodeTransformer):
    """Puts something in the place of a dotted name, wherever it stands."""

    def __init__(self, chain: list[str], new: ast.expr) -> None:
        self.chain = chain
        self.new = new
        self.count = 0

    def visit(self, node: ast.AST) -> ast.AST:
        if not isinstance(node, ast.Name | ast.Attribute):
            return self.generic_visit(node)
        if _chain_of(node) == self.chain and isinstance(node.ctx, ast.Load):
            self.count += 1
            return copied(self.new)
        return self.generic_visit(node)


def _replaced(module: ast.Module, chain: list[str], new: ast.expr) -> bool:
    """Put ``new`` in the place of a dotted name; tell whether there was one."""
    replacing = _Replacing(chain, new)
    replacing.visit(module)
    return replacing.count > 0


def _put_instead(module: ast.Module, old: ast.stmt, new: ast.stmt) -> None:
    for node in ast.walk(module):
        for field in ("body", "orelse", "finalbody"):
            suite = getattr(node, field, None)
            if isinstance(suite, list) and old in suite:
                suite[suite.index(old)] = new
