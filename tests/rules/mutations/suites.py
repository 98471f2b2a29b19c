"""Other surroundings for the same statements."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator

from tests.rules.mutations.mutation import mutation
from tests.rules.mutations.trees import (
    FUNCTIONS,
    FreshNames,
    Names,
    after_imports,
    body_start,
    has,
    is_plain,
    loads_in,
    own_bindings,
    statements,
)
from vetline.semantics.scopes import Function

_Wrap = Callable[[list[ast.stmt]], list[ast.stmt]]


@mutation
def wrap_in_if(module: ast.Module) -> ast.Module:
    return _wrapped(module, lambda body: [ast.If(ast.Constant(True), body, [])])


@mutation
def wrap_in_try(module: ast.Module) -> ast.Module:
    return _wrapped(module, lambda body: [ast.Try(body, [], [], [ast.Pass()])])


@mutation
def wrap_in_with(module: ast.Module) -> ast.Module | None:
    name = FreshNames(module).take("nullcontext")

    def wrap(body: list[ast.stmt]) -> list[ast.stmt]:
        return [ast.With([ast.withitem(ast.Call(ast.Name(name, ast.Load()), [], []))], body)]

    before, start = ast.dump(module), after_imports(module)
    if ast.dump(_wrapped(module, wrap)) == before:
        return None
    alias = ast.alias("nullcontext", name if name != "nullcontext" else None)
    module.body.insert(start, ast.ImportFrom("contextlib", [alias], 0))
    return module


@mutation
def put_dead_code_before(module: ast.Module) -> ast.Module:
    name = FreshNames(module).take("unused")

    def wrap(body: list[ast.stmt]) -> list[ast.stmt]:
        return [*statements(f"{name} = 0\nif {name} > 3:\n    {name} = 1\n"), *body]

    return _wrapped(module, wrap)


@mutation
def annotate_variables(module: ast.Module) -> ast.Module | None:
    """Variables of functions are annotated where they are assigned, with a type that says nothing."""
    name = FreshNames(module).take("Any")
    before = ast.dump(module)

    def annotated(statement: ast.stmt) -> ast.stmt:
        match statement:
            case ast.Assign(targets=[ast.Name() as target], value=value):
                return ast.AnnAssign(target, ast.Name(name, ast.Load()), value, 1)
        return statement

    for function in _functions(module):
        if not has(function.body, ast.Global, ast.Nonlocal):
            for suite in _own_suites(function.body):
                suite[:] = [annotated(one) for one in suite]
    if ast.dump(module) == before:
        return None
    module.body.insert(after_imports(module), ast.ImportFrom("typing", [ast.alias("Any", name if name != "Any" else None)], 0))
    return module


@mutation
def make_async(module: ast.Module) -> ast.Module | None:
    """Functions that nobody in the module calls become coroutines."""
    loads = Names.of(module).loads

    def changed(statement: ast.stmt) -> ast.stmt:
        if not isinstance(statement, ast.FunctionDef) or not is_plain(statement) or statement.name in loads:
            return statement
        if has(statement.body, ast.Yield, ast.YieldFrom):
            return statement
        return ast.AsyncFunctionDef(**dict(ast.iter_fields(statement)), lineno=0)

    module.body = [changed(one) for one in module.body]
    return module


@mutation
def move_script_into_function(module: ast.Module) -> ast.Module | None:
    """What runs at import, at the end of the module, goes into a function ``main``.

    Not what only sets names, which somebody may read from outside.
    """
    end = len(module.body)
    while end and not isinstance(
        module.body[end - 1], ast.Import | ast.ImportFrom | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
    ):
        end -= 1
    end = max(end, body_start(module.body))
    script, rest = module.body[end:], module.body[:end]
    bound = set(own_bindings(script))
    is_read_elsewhere = bool(bound & loads_in(rest)) or any(
        bound & loads_in([node]) for one in script for node in ast.walk(one) if isinstance(node, FUNCTIONS)
    )
    has_settings = bound - loads_in(script)
    if not script or is_read_elsewhere or has_settings or has(script, ast.Await, ast.FunctionDef, ast.ClassDef):
        return None
    name = FreshNames(module).take("main")
    (main,) = statements(f"def {name}():\n    pass\n")
    assert isinstance(main, ast.FunctionDef)
    main.body = script
    module.body = [*rest, main, *statements(f"{name}()\n")]
    return module


def _wrapped(module: ast.Module, wrap: _Wrap) -> ast.Module:
    """Wrap the body of each function, its docstring left in front; and the runs of plain statements of the module."""
    for function in _functions(module):
        start = body_start(function.body)
        if function.body[start:]:
            function.body[start:] = wrap(function.body[start:])
    start, body = body_start(module.body), []
    run: list[ast.stmt] = []
    for statement in [*module.body[start:], None]:
        is_plain_one = statement is not None and not isinstance(
            statement, ast.Import | ast.ImportFrom | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
        )
        if statement is not None and is_plain_one:
            run.append(statement)
            continue
        if run:
            body += wrap(run)
            run = []
        if statement is not None:
            body.append(statement)
    module.body[start:] = body
    return module


def _functions(module: ast.Module) -> Iterator[Function]:
    yield from [node for node in ast.walk(module) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]


def _own_suites(body: list[ast.stmt]) -> Iterator[list[ast.stmt]]:
    """Yield ``body`` and the suites in it, those of functions and classes not counted."""
    yield body
    for statement in body:
        if isinstance(statement, (*FUNCTIONS, ast.ClassDef)):
            continue
        for node in (statement, *getattr(statement, "handlers", []), *getattr(statement, "cases", [])):
            for name in ("body", "orelse", "finalbody"):
                if suite := getattr(node, name, None):
                    yield from _own_suites(suite)
