"""Which names a scope binds, and where they are used, is what Python's own symbol tables say."""

from __future__ import annotations

import ast
import symtable
from collections.abc import Iterator
from textwrap import dedent

import pytest

from tests.corpus.sources import library_files, parsable, sample
from vetline.semantics.scopes import bound_in, names_in, own_nodes, parameters, uses_of

Function = ast.FunctionDef | ast.AsyncFunctionDef


def function_in(code: str) -> Function:
    (function,) = (node for node in ast.parse(dedent(code)).body if isinstance(node, Function))
    return function


@pytest.mark.parametrize(
    "code, names",
    [
        ("def f(a, /, b, *c, d=e, **g): h", {"a", "b", "c", "d", "g"}),
        ("def f():\n x = y = 1; z: int; w += 1; del v", {"x", "y", "z", "w", "v"}),
        ("def f():\n (a, [b, *c]), d.e, g[h] = i", {"a", "b", "c"}),
        ("def f():\n import a.b, c.d as e; from g import h, i as j", {"a", "e", "h", "j"}),
        ("def f():\n def g(x): y = 1\n class H: z = 1\n async def i(): pass", {"g", "H", "i"}),
        ("def f():\n try: pass\n except E as e: pass", {"e"}),
        ("def f():\n for a in b: pass\n with c as d, e as (g, h): pass", {"a", "d", "g", "h"}),
        ("def f():\n match x:\n  case [a, *b] | {'k': c, **d} | E(e) as g: pass", {"a", "b", "c", "d", "e", "g"}),
        ("def f():\n if (a := b): pass\n lambda c: (d := c)", {"a"}),
        ("def f():\n global a; a = 1; b = 1", {"b"}),
        ("def f():\n nonlocal_ = a.b\n return lambda x: x", {"nonlocal_"}),
    ],
)
def test_names_that_a_function_binds(code: str, names: set[str]) -> None:
    assert bound_in(function_in(code)) == names


def test_names_that_a_lambda_binds() -> None:
    (node,) = (node for node in ast.walk(ast.parse("lambda a, *b, c=1, **d: e")) if isinstance(node, ast.Lambda))
    assert bound_in(node) == {"a", "b", "c", "d"}
    assert [parameter.arg for parameter in parameters(node)] == ["a", "c", "b", "d"]


def tables(table: symtable.SymbolTable) -> Iterator[symtable.SymbolTable]:
    yield table
    for child in table.get_children():
        yield from tables(child)


def has_comprehension(node: ast.AST) -> bool:
    return any(isinstance(below, ast.comprehension) for below in ast.walk(node))


def test_functions_of_the_standard_library_bind_what_the_compiler_says() -> None:
    """Comprehensions are left out: their variables count to the function here, which is as cautious and simpler."""
    compared = 0
    for path, text, tree in parsable(sample(library_files(), 40), max_size=60_000):
        functions = {(node.name, _first_line(node)): node for node in ast.walk(tree) if isinstance(node, Function)}
        for table in tables(symtable.symtable(text.removeprefix("\ufeff"), str(path), "exec")):
            node = functions.get((table.get_name(), table.get_lineno()))
            if not isinstance(table, symtable.Function) or node is None or has_comprehension(node):
                continue
            bound = {symbol.get_name() for symbol in table.get_symbols() if symbol.is_local()}
            if not any("__" in name for name in bound):  # a class may have mangled it
                assert bound_in(node) == bound, f"{path}:{node.lineno} {node.name}"
                compared += 1
    assert compared > 200


def _first_line(function: Function) -> int:
    return min([function.lineno, *(decorator.lineno for decorator in function.decorator_list)])


@pytest.mark.parametrize(
    "code, stores, loads, is_shared",
    [
        ("x = 1\nprint(x)\nx += 2\ndel x", 3, 1, False),
        ("x = 1\ndef f():\n return x", 1, 1, False),
        ("x = 1\ndef f(x):\n return x", 1, 0, False),
        ("x = 1\ndef f(y=x):\n x = y", 1, 1, False),
        ("x = 1\n@x\nclass A(x):\n y = x\n def m(self): return x", 1, 4, False),
        ("x = 1\nclass A:\n x = 2\n def m(self): return x", 2, 1, False),
        ("x = 1\ndef f():\n global x\n x = 2", 2, 0, True),
        ("x = 1\nf = lambda: x\ng = lambda x: x\nh = lambda y=x: y", 1, 2, False),
        ("import x.y\nfrom z import x\n[x for a in x]", 2, 2, False),
    ],
)
def test_uses(code: str, stores: int, loads: int, is_shared: bool) -> None:
    uses = uses_of("x", ast.parse(code).body)
    assert (len(uses.stores), len(uses.loads), uses.is_shared) == (stores, loads, is_shared)


def test_own_nodes_stay_in_the_scope() -> None:
    body = ast.parse("a\ndef f(b=c): d\nclass E(f): g\nlambda h=i: j\n[k for l in m]\n").body
    assert {node.id for node in own_nodes(body) if isinstance(node, ast.Name)} == {"a", "c", "f", "i", "k", "l", "m"}
    assert names_in([body]) == {"f", "E", "l"}
