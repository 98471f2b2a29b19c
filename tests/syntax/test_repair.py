"""Broken code: only what is wrong is set aside, and calls in all other lines survive."""

from __future__ import annotations

import ast
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.corpus.blocks import blocks_of, calls
from tests.corpus.edits import examples, texts
from tests.syntax.margins import expected_of, marked, source_of
from vetline.syntax.lines import split_lines

BROKEN = {
    "an open call in a function": """
        | def f(a):
        |     keep1()
        >     x = foo(a,
        |     keep2()
        |     return keep3(a)
        | keep4()
    """,
    "an open call with arguments on lines of their own": """
        | def f(a):
        >     x = foo(
        >         a,
        >         b=
        |     keep1()
        |     if keep2():
        |         keep3()
    """,
    "an open bracket at module level": """
        | keep1()
        > ROWS = [
        | keep2()
        | OTHER = {"a": keep3()}
        | def f():
        |     return keep4()
    """,
    "an open bracket before a decorated class": """
        > x = {
        >     "a": 1,
        |
        | @keep1()
        | class A(keep2()):
        |     y = keep3()
    """,
    "an open call in a class": """
        | class A:
        >     x = field(
        |     y = keep1()
        |
        |     @keep2
        |     def m(self):
        |         return keep3(self)
    """,
    "open parameters": """
        > def f(a, b
        |     x = keep1(a)
        |     return keep2(b)
        | keep3()
    """,
    "no parameters": """
        > def f(
        |     x = keep1(1)
        |     if x:
        |         keep2()
    """,
    "a bracket too many": """
        | def f(a):
        |     keep1()
        >     foo(a))
        |     keep2()
    """,
    "an open quote": """
        | def f():
        >     x = "abc
        |     keep1()
        >     return 'def
        | keep2()
    """,
    "an open triple quote in a function": """
        | def f():
        >     \"""Doc.
        |     keep1()
        |     return keep2()
        |
        | def g():
        |     \"""Doc.\"""
        |     keep3()
    """,
    "an open triple quote at module level": """
        | keep1()
        > TEXT = \"""
        | def g():
        |     \"""Doc.\"""
        |     keep2()
        |
        | class A:
        |     \"""Doc.\"""
        |     def m(self):
        |         keep3()
    """,
    "an open triple quote in a method": """
        | class A:
        |     def m(self):
        >         '''Doc
        |         keep0(1)
        |
        |     def n(self):
        |         return keep1()
    """,
    "missing colons": """
        | def f(a)
        |     if a
        |         keep1()
        |     else
        |         keep2()
        |     for x in a  # why
        |         keep3()
        | class A(B)
        |     def m(self)
        |         return keep4()
    """,
    "missing suites": """
        | def f():
        |     if keep1():
        |     keep2()
        |     while keep3():
        >     try:
        |     keep4()
        | def g():
        | class A:
        | keep5()
    """,
    "clauses without a statement, in a function": """
        | def f():
        |     keep1()
        |     else:
        |         keep2()
        |     except ValueError:
        |         keep3()
        |     except* (KeyError, keep0()) as e: keep3()
        |     elif keep4():
        |         keep5()
        |     finally: keep6()
        |     else: keep7()
        |     elif keep8(): keep9()
    """,
    "clauses without a statement, at module level": """
        | keep1()
        | else:
        |     keep2()
        > except:
        |     keep3()
        | keep4()
    """,
    "a try without handlers": """
        | def f():
        >     try:
        |         keep1()
        |     keep2()
        > try:
        |     keep3()
        | keep4()
    """,
    "a broken handler keeps the others": """
        | try:
        |     keep1()
        > except (A, :
        |     keep2()
        | except B:
        |     keep3()
        | else:
        |     keep4()
        | finally:
        |     keep5()
    """,
    "a broken condition keeps the others": """
        > if a ==:
        |     keep1()
        > elif b b:
        |     keep2()
        | elif keep3():
        |     keep4()
        | else:
        |     keep5()
    """,
    "decorators of nothing": """
        > @keep0(1)
        | x = keep1()
        | class A:
        >     @property
        |     y = keep2()
        >     @
        |     def m(self): keep3()
        > @app.route(
        | @keep4()
        | def f():
        |     keep5()
        > @last
    """,
    "dedents to nowhere": """
        | def f():
        |     if a:
        |         keep1()
        |       keep2()
        |     keep3()
        |    keep4()
        | keep5()
    """,
    "unexpected indents": """
        | def f():
        |     keep1()
        |         keep2()
        |         if keep3():
        |             keep4()
        |     keep5()
        |   keep6()
    """,
    "a snippet that begins indented": """
        |         keep1()
        |         return keep2()
        |     else:
        |         keep3()
        |
        |     def m(self):
        |         keep4()
        | keep5()
    """,
    "tabs and spaces": """
        | def f():
        |     if a:
        | \tkeep1()
        |         keep2()
        | \tif b:
        |             keep3()
    """,
    "incomplete statements": """
        | def f():
        >     x =
        |     keep1()
        >     import
        >     from a import
        |     keep2()
        >     return keep0() +
        >     keep3(
        >     del
        >     a.
        |     keep4()
    """,
    "backslashes": """
        | def f():
        >     x = 1 + \\
        |
        |     keep1()
        >     y = a.b \\
        |     keep2()
        >     return \\
    """,
    "match and case": """
        | match keep1():
        >     case [a, b:
        |         keep2()
        |     case {"k": v} if keep3():
        |         keep4()
        >     foo(
        |     case _:
        |         keep5()
        | match x
        |     case 1:
        |         keep6()
        > match y:
        |     keep7()
        > case 2:
        |     keep8()
        | match
        | keep9()
    """,
    "match and case on one line": """
        | match x:
        |     case 1: keep1()
        >     case keep0(: pass
        |     case 2 if keep2(): keep3(
        |         case)
        | case = keep4(); match = keep5()
        | match(keep6())
        > case 3: keep7()
    """,
    "a broken header": """
        | async def f():
        >     (async with open(p) as q:
        |         async for x in keep1(q):
        |             keep2(
        |                 x)
        >     return (class B:
        |         y = keep3()
        |         z: int = 2
    """,
    "a broken case": """
        | match keep1():
        |     case A() if keep2(): pass
        >     x y case {"a": 1}:
        |         keep3(
        |         )
        >     @case 2: pass
        >     case 3
    """,
    "a broken clause on one line": """
        > if if a: keep0()
        | elif keep1(): keep2()
        | else: keep3()
        > try: x y
        | except keep4(): keep5()
        > else x y
        | finally: keep6()
    """,
    "classes being typed": """
        > class A(Base, metaclass=
        |     \"""Doc.\"""
        |     x = keep1()
        |
        |     def m(self):
        |         return keep2()
        > class
        | keep3()
        > class B
        | class C:
        >     def m(self, a
        |     def n(self):
        |         keep4()
    """,
    "conflict markers": """
        | def f():
        > <<<<<<< HEAD
        |     keep1()
        > =======
        |     keep2()
        > >>>>>>> other
        |     keep3()
    """,
    "an assistant's prose": """
        > ```python
        | def f():
        |     keep1()
        > ```
        > Here is the function, isn't it (see below:
        | keep2()
    """,
    "async": """
        | async def f():
        >     async with open(a as b:
        |         await keep1()
        >     async for x in
        |         keep2()
        |     keep3()
        > async
        | keep4()
    """,
    "characters that are none": """
        | def f():
        >     x\0 = keep0()
        |     keep1()  # \0
        |     "\0"
        |     # \ud800
        >     keep2(
    """,
    "open comprehensions": """
        > x = [keep0(a) for a in
        | y = {k: v for k, v in keep1()}
        > z = lambda a:
        | keep2()
        > w = (yield
        | keep3()
    """,
    "open f-strings": """
        | def f(a):
        >     x = f"{a
        |     keep1()
        >     y = f"{a!}"
        |     keep2()
        >     z = f\"""
        >     {a
        >     \"""
        |     keep3()
    """,
    "several byte order marks": """
        > \ufeff\ufeff    return keep1(
        | keep2()
        | \ufeffif a:
        | \ufeff    keep3()
        >     \ufeffkeep4()
    """,
    "a comma too few": """
        | class A:
        >     x = {
        >         "a": keep1(),
        >         "b" "c": 2,
        >         "d" 3,
        >     }
        |     y = keep2()
    """,
}


@pytest.mark.parametrize("broken", BROKEN.values(), ids=BROKEN)
def test_only_what_is_wrong_is_set_aside(broken: str) -> None:
    source = source_of(broken)
    assert marked(source) == expected_of(broken)
    kept = {call.partition("(")[0] for call in calls(source)}
    assert kept >= {name for row in broken.split("\n") if "| " in row for name in re.findall(r"\bkeep\d(?=\()", row)}


def test_a_broken_handler_catches_nothing() -> None:
    """While its types are being typed, it must not look like one that catches everything."""
    (block,) = [block for block in blocks_of("try:\n    f()\nexcept Val(:\n    pass\n") if block.span.code_lines]
    (handler,) = [node for node in block.nodes() if isinstance(node, ast.ExceptHandler)]
    assert handler.type is not None
    assert ast.unparse(handler.type) == "()"


@pytest.mark.parametrize("handled", ["x y", "return (", ""])
def test_a_handler_that_is_being_written_isnt_an_empty_one(handled: str) -> None:
    """Bandit reports handlers of everything that only pass (B110) or continue (B112)."""
    (block,) = [block for block in blocks_of(f"try:\n    f()\nexcept Exception:\n    {handled}\n") if block.span.code_lines]
    (handler,) = [node for node in block.nodes() if isinstance(node, ast.ExceptHandler)]
    assert not isinstance(handler.body[0], ast.Pass | ast.Continue)


@pytest.mark.parametrize(
    "broken, kept",
    [
        ("@one\n@two(x)\ndef f(a, b:\n    return a\n", "@one\n@two(x)\ndef _():\n    return a"),
        ("@one\ndef f(\n", "@one\ndef _():\n    pass"),
        ("@one\nasync def f(a\n    await a\n", "@one\nasync def _():\n    await a"),
        ("@one\nclass A(B:\n", "@one\nclass _:\n    pass"),
        ("@one\nx y class A:\n    b = 1\n", "@one\ndef _():\n    b = 1"),
        ("@one\n@def f(): return 1\n", "@one\ndef _():\n    pass"),
        ("@one\n@class A:\n    b = 1\n", "@one\ndef _():\n    b = 1"),
    ],
)
def test_a_broken_definition_keeps_its_decorators_and_its_body(broken: str, kept: str) -> None:
    blocks = [block for block in blocks_of(broken) if block.span.code_lines]
    assert "\n".join(ast.unparse(statement) for block in blocks for statement in block.tree.body) == kept


def test_a_broken_decorator_keeps_the_others() -> None:
    (block,) = [block for block in blocks_of("@one\n@app.route(\n@three(x)\ndef f(): pass\n") if block.span.code_lines]
    assert isinstance(block.tree.body[0], ast.FunctionDef)
    assert [ast.unparse(decorator) for decorator in block.tree.body[0].decorator_list] == ["one", "three(x)"]


@examples(300)
@given(texts)
def test_repair_never_fails(text: str) -> None:
    for block in blocks_of(text):
        assert bool(block.tree.body) >= bool(block.tree.set_aside), "something stands in for what is set aside"
        assert all(0 <= part.start.line <= part.end.line < block.span.code_lines for part in block.tree.set_aside)


@given(st.text(alphabet="()[]{}'\"\\\n\t :#@=,.x\x0c\0\ufeff", max_size=40))
def test_garbage_is_no_problem(text: str) -> None:
    assert sum(block.span.lines for block in blocks_of(text)) == len(split_lines(text))
