"""Newer syntax is rewritten in place: the text keeps its shape, and names and calls stay where they were."""

from __future__ import annotations

import ast
import os
import sys
import sysconfig
import time
import warnings
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vetline.syntax.lines import line_body, split_lines
from vetline.syntax.newer import rewrite_newer

VERSIONS = [(3, 11), (3, 12), (3, 13), (3, 14), (3, 15)]

# The last Python without the syntax, the text, and what stands for it there.
REWRITES = [
    # PEP 701: quotes are exchanged …
    ((3, 11), 'f"{d["k"]}"', "f\"{d['k']}\""),
    ((3, 11), "f'{d['k']}'", "f'{d[\"k\"]}'"),
    ((3, 11), 'f"""{d["""k"""]}"""', "f\"\"\"{d['''k''']}\"\"\""),
    ((3, 11), 'rf"\\d{", ".join(x)}"', "rf\"\\d{', '.join(x)}\""),
    ((3, 11), 'f"{x:{w["a"]}.{w["b"]}}"', "f\"{x:{w['a']}.{w['b']}}\""),
    ((3, 11), 'f"{x["a"]!r:>{n}} {y=}"', "f\"{x['a']!r:>{n}} {y=}\""),
    ((3, 11), 'f"{", ".join(f"{k}={v!r}" for k, v in d)}"', "f\"{', '.join(f'{k}={v!r}' for k, v in d)}\""),
    # … also those inside a string, with a backslash and what it escapes …
    ((3, 11), "f\"{'\\n'.join(x)}\"", "f\"{'  '.join(x)}\""),
    ((3, 11), "f\"{f('it\\'s', \"it's\")}\"", "f\"{f('it  s', 'it s')}\""),
    ((3, 11), "f\"{f'\\N{EM DASH}{x}'}\"", "f\"{f'           {x}'}\""),
    # … and where no kind of quotes is left, a tuple takes the string's place.
    ((3, 11), 'f"{f"{d["k"]}"}"', "f\"{f'{d[( )]}'}\""),
    ((3, 11), 'f"{f"{"".join(x)}"}"', "f\"{f'{().join(x)}'}\""),
    ((3, 11), 'f"{f"{f"{run(x)}: {y!r:>{w}}"}"}"', "f\"{f'{(  run(x),   y,    w, )}'}\""),
    ((3, 11), 'f"""{f\'\'\'{f"""{x}"""}\'\'\'}"""', 'f"""{f\'\'\'{  f"{x}"  }\'\'\'}"""'),
    # Comments and line breaks in fields.
    ((3, 11), 'f"""{x  # why\n}"""', 'f"""{x       \n}"""'),
    ((3, 11), 'f"""{x = # why\n!r}"""', 'f"""{x        \n  }"""'),
    ((3, 11), 'f"""{x # für\n}"""', "(    x # für\n,  )"),
    ((3, 11), 'f"""{\\\nx}"""', 'f"""{ \nx}"""'),
    ((3, 11), 'f"SELECT * FROM {\n    table\n} WHERE a"', '("SELECT * FROM"%\n    table\n,"WHERE ")'),
    ((3, 11), 'f"all {\n  not x\n}"', '("all",\n  not x\n,)'),
    ((3, 11), 'f"{\n  d["k"]  # "why"\n}"', '(  \n  d["k"]  # "why"\n,)'),
    ((3, 11), 'f"{\n  f"{d["k"]}"\n}"', "(  \n  f\"{d['k']}\"\n,)"),
    ((3, 11), 'x = ("a " "b" f" c {\n  x\n}"\n  f"d{y}" "ef")', 'x = ("a " "b" %("c",\n  x\n, \n      y,  "e"))'),
    # Smaller things that PEP 701 allows.
    ((3, 11), 'f"{x!r :>5}"', 'f"{x !r:>5}"'),
    ((3, 11), 'f"{x:{y:{z}}}"', 'f"{x:{y, z,}}"'),
    ((3, 11), 'f"{*x}"', 'f"{ x}"'),
    # PEP 695
    ((3, 11), "def f[T: (int, str), *Ts, **P](x: T): ...", "def f                         (x: T): ..."),
    ((3, 11), "class A[T](B[T]): ...", "class A   (B[T]): ..."),
    ((3, 11), "class A[T]: ...", "class A   : ..."),
    ((3, 11), "async def f[\n  T,  # größer\n](x): ...", "async def f(\n      # größer\n  x): ..."),
    ((3, 11), "class A[\n  T: 'B'\n]: ...", "class A(\n        \n): ..."),
    ((3, 11), "type X = int", "(    X)= int"),
    ((3, 11), "type X=int", "____,X=int"),
    ((3, 11), "if a: type X[T: int] = list[T]; b", "if a: (    X       ) = list[T]; b"),
    (
        (3, 11),
        "class A:\n    type type[\n        T,  # für\n    ] = T",
        "class A:\n    (    type \n            # für\n    ) = T",
    ),
    ((3, 11), "type Größe = int", "(    Größe)= int"),
    ((3, 11), "type X\\\n = int", "____,X\\\n = int"),
    ((3, 11), "type X[É] = int", "____,X[É] = int"),
    # PEP 696
    ((3, 12), "def f[T: int = bool, U](x): ...", "def f[T: int       , U](x): ..."),
    ((3, 12), "class A[*Ts = *tuple[int, str]]: ...", "class A[*Ts                   ]: ..."),
    ((3, 12), "type X[T = dict[int, str], U = T] = T", "type X[T                 , U    ] = T"),
    # PEP 750
    ((3, 13), 't\'{x}\' T"""{y}"""', 'f\'{x}\' F"""{y}"""'),
    ((3, 13), 'rt"{t"{x}"}" + Tr"{y:{t"z"}}"', 'rf"{f"{x}"}" + Fr"{y:{f"z"}}"'),
    # PEP 758
    ((3, 13), "try: x\nexcept A, B: # why\n  y", "try: x\nexcept(A, B):# why\n  y"),
    ((3, 13), "try: x\nexcept A, B :\n  y", "try: x\nexcept(A, B):\n  y"),
    ((3, 13), "try: x\nexcept A, f(a, b),:\n  y", "try: x\nexcept(A, f(a, b)):\n  y"),
    ((3, 13), "try: x\nexcept A, B, m.C:\n  y", "try: x\nexcept A| B| m.C:\n  y"),
    ((3, 13), "try: x\nexcept* A, B: y", "try: x\nexcept*(A, B):y"),
    ((3, 13), "try: x\nexcept*A, B: y", "try: x\nexcept*A| B: y"),
    # PEP 810
    ((3, 14), "lazy import x.y as z, w", "import      x.y as z, w"),
    ((3, 14), "if a:\n\tlazy  from .x import (y,\n z); lazy import b", "if a:\n\tfrom       .x import (y,\n z); import      b"),
    ((3, 14), "lazy \\\n  from x import y", "from \\\n       x import y"),
    # PEP 798
    ((3, 14), "[*x for x in y]", "[ x for x in y]"),
    ((3, 14), "f(*g(a, b) async for x in y)", "f( g(a, b) async for x in y)"),
    ((3, 14), "{ *x for x in y}, {**d for d in e}", "{  x for x in y}, {0:d for d in e}"),
    ((3, 14), "f'{[*x for x in [*y, *z]]}'", "f'{[ x for x in [*y, *z]]}'"),
    ((3, 14), "(  # why\n  *x\n  for x in y)", "(  # why\n   x\n  for x in y)"),
    # Unary plus in literal patterns.
    ((3, 14), "match x:\n  case +1 | -2 | +1 + 2j: y", "match x:\n  case  1 | -2 |  1 + 2j: y"),
    ((3, 14), "match x:\n  case [+1, A(b=+.5)] if +y:\n    z", "match x:\n  case [ 1, A(b= .5)] if +y:\n    z"),
    ((3, 14), "match x:\n  case {True: +1}:\n    y", "match x:\n  case {True:  1}:\n    y"),
]

# Syntax that Python 3.11 knows, however much it looks like something newer.
OLD = [
    "type = type(X); type[X] = 1; type (X); type.X",
    "print(type, X); type in X; type if X else y",
    "lazy = lazy; lazy.x; import lazy; from lazy import x",
    "case = {a: case +1, b: 2}; case[+1:2] = case +1",
    "case[+1]: int",
    "{\n case +1: 2\n}",
    "match case:\n  case 1+2j | -1: pass\n  case a if a == +1: pass",
    "try: x\nexcept (A, B): pass\nexcept f(a, b): pass",
    "try: x\nexcept* (A, B) as e: pass",
    "f(*a, **b); [*a, *b]; {**a, 'b': c}; print(*[x for x in y]); lambda *a, **b: a",
    "def f(*a, b=[c], **d): pass",
    "class A(B[c]): pass",
    "f'{d[\"k\"]} {x!r:>{w}} {{}} {y = } \\n' rf'\\{x}'",
    'f"""{d["k"]} {\n  x\n} {\'\'\'a\n\'\'\'}"""',
    "f\"{x:%H:%M}{y:{'}'}>{3}}\" f'{x != y}'",
    "b'{' rb'}\\''; u'{'",
]

# What is broken stays so; what is newer around it is rewritten none the less.
BROKEN = [
    ('def f[T](x:\n  return f"{d["k"]}"', "def f   (x:\n  return f\"{d['k']}\""),
    ('x = f"{a\nreturn f"{d["k"]}"', 'x = f"{a\nreturn f"{d[\'k\']}"'),
    ('x = f"""{a(\ndef f[T](x): pass', None),  # all of it is in the string
    ("  type X = (\n  type Y = int", "  (    X)= (\n  (    Y)= int"),
    ("foo(\nlazy import x", "foo(\nimport      x"),
    ("try\nexcept A, B", None),
    ("except A, B:", "except A| B:"),
    ("def f[T(x): pass", None),
    ("def f[Größe](x): pass", None),  # no ASCII can take the ö's place
]


def assert_same_shape(before: str, after: str) -> None:
    old, new = split_lines(before), split_lines(after)
    assert [len(line) for line in new] == [len(line) for line in old]
    assert [len(line.encode("utf-8", "surrogatepass")) for line in new] == [
        len(line.encode("utf-8", "surrogatepass")) for line in old
    ]
    assert [line[len(line_body(line)) :] for line in new] == [line[len(line_body(line)) :] for line in old]


def parse(text: str) -> ast.Module:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about calls of tuples and the like
        return ast.parse(text)


def names(node: ast.AST, in_string: bool = False) -> Iterator[tuple[object, ...]]:
    """Yield what is named and called, with its place if that is certain: inside f-strings, Python 3.11 errs about it."""
    in_string = in_string or (isinstance(node, ast.JoinedStr) and sys.version_info < (3, 12))
    match node:
        case ast.Name(name) | ast.Attribute(attr=name) | ast.arg(name) | ast.alias(name):
            found: tuple[object, ...] = (name,)
        case ast.FunctionDef(name) | ast.AsyncFunctionDef(name) | ast.ClassDef(name):
            found = (name, len(node.body))
        case ast.Call():
            found = ("call", len(node.args), *(keyword.arg for keyword in node.keywords))
        case _:
            found = ()
    if found:
        assert isinstance(node, ast.expr | ast.stmt | ast.arg | ast.alias)
        yield found if in_string else (*found, node.lineno, node.col_offset, node.end_lineno, node.end_col_offset)
    for field, value in ast.iter_fields(node):
        if field != "type_params":
            for child in value if isinstance(value, list) else [value]:
                if isinstance(child, ast.AST):
                    yield from names(child, in_string)


@pytest.mark.parametrize("running,newer,older", REWRITES)
def test_newer_syntax_becomes_older_in_place(running: tuple[int, int], newer: str, older: str) -> None:
    assert rewrite_newer(newer, running) == older
    assert_same_shape(newer, older)
    assert rewrite_newer(older, running) is None, "there is nothing left to do"
    since = (running[0], running[1] + 1)
    assert rewrite_newer(newer, since) is None, "from then on it is no news"
    if sys.version_info >= running:
        there = Counter(names(parse(older)))
        if sys.version_info >= since:
            expected = Counter(names(parse(newer)))
            assert not expected - there, "nothing is lost"
            assert "call" not in {name for name, *_ in there - expected}, "nothing new is called"


@pytest.mark.parametrize("running,newer,older", REWRITES)
def test_syntax_of_every_later_python_is_rewritten_for_the_oldest(running: tuple[int, int], newer: str, older: str) -> None:
    rewritten = rewrite_newer(newer, (3, 11))
    assert rewritten is not None
    assert_same_shape(newer, rewritten)
    parse(rewritten)


@pytest.mark.parametrize("text", OLD)
@pytest.mark.parametrize("running", VERSIONS)
def test_old_syntax_is_left_alone(running: tuple[int, int], text: str) -> None:
    parse(text)
    assert rewrite_newer(text, running) is None


@pytest.mark.parametrize("text,expected", BROKEN)
def test_broken_text_is_rewritten_as_far_as_it_is_clear(text: str, expected: str | None) -> None:
    assert rewrite_newer(text, (3, 11)) == expected
    assert_same_shape(text, expected or text)


def test_calls_and_arguments_stay_where_they_are() -> None:
    text = 'run(f"ls {d["dir"]}", shell=True); execute(t"DELETE {x}", [*y for y in z])'
    same = 'run(f"ls {d[\'dir\']}", shell=True); execute(f"DELETE {x}", [ y for y in z])'
    rewritten = rewrite_newer(text, (3, 11))
    assert rewritten == same
    run, execute = (node for node in ast.walk(parse(rewritten)) if isinstance(node, ast.Call))
    assert [ast.get_source_segment(text, part) for part in (run, *run.args, run.keywords[0])] == [
        'run(f"ls {d["dir"]}", shell=True)',
        'f"ls {d["dir"]}"',
        "shell=True",
    ]
    assert [ast.get_source_segment(text, part) for part in (execute, *execute.args)] == [
        'execute(t"DELETE {x}", [*y for y in z])',
        't"DELETE {x}"',
        "[*y for y in z]",
    ]


def test_sql_in_a_string_that_has_to_give_way_can_still_be_told() -> None:
    rewritten = rewrite_newer('execute(f"SELECT * FROM {\n  table\n} LIMIT 1")', (3, 11))
    assert rewritten is not None
    (format_,) = (node for node in ast.walk(parse(rewritten)) if isinstance(node, ast.BinOp))
    assert ast.unparse(format_) == "'SELECT * FROM' % table"


# Texts that hypothesis makes.

FRAGMENTS = [
    *"()[]{}:;,.=!*+@#\\ \t\f\n\r\"'fFtTrRbxé𝔘\ud800\x00€",
    *['"""', "'''", "f'", 'f"', 'rt"', "{{", "}}", "\\N{", "\r\n", "\\\n", "**", ":=", "!=", "!r", " # c\n", "\n    "],
    *[
        "def ",
        "class ",
        "type ",
        "lazy ",
        "import ",
        "from ",
        "except ",
        "case ",
        "for ",
        "async ",
        "in ",
        "as ",
        "return ",
        "if ",
    ],
    *[
        "type X[",
        "] = ",
        "def f[",
        "](x):",
        "except A, B:",
        "lazy import x",
        "[*x for x in y]",
        "case +1:",
        'f"{d["k"]}"',
        'f"{\n',
    ],
]


@given(st.lists(st.sampled_from(FRAGMENTS), max_size=60).map("".join), st.sampled_from(VERSIONS))
def test_any_text_keeps_its_shape(text: str, running: tuple[int, int]) -> None:
    rewritten = rewrite_newer(text, running)
    if rewritten is not None:
        assert_same_shape(text, rewritten)


@given(st.text(max_size=100), st.sampled_from(VERSIONS))
def test_any_characters_keep_their_places(text: str, running: tuple[int, int]) -> None:
    rewritten = rewrite_newer(text, running)
    if rewritten is not None:
        assert_same_shape(text, rewritten)
        assert all(a == b or (a.isascii() and b.isascii()) for a, b in zip(text, rewritten, strict=True))


@st.composite
def fstrings(draw: st.DrawFn, depth: int = 3, breaks: bool = True) -> tuple[str, list[str]]:
    """Make an f-string of Python 3.12, with the names in it; in fields of fields, the names count up."""
    quote = draw(st.sampled_from(['"', "'", '"""', "'''"]))
    parts, found = [], []
    literals = ["", "SELECT * FROM ", "a", "{{", "\\n", "\\'", "\\N{EM DASH}", "%s", "#"]
    for _ in range(draw(st.integers(1, 3))):
        parts.append(draw(st.sampled_from(literals)))
        expression, inner = draw(expressions(depth - 1, breaks))
        spec, spec_names = draw(st.sampled_from([("", []), ("!r", []), ("!r ", []), ("=", []), (":>{width}", ["width"])]))
        parts.append("{" + expression + spec + "}")
        found += [*inner, *spec_names]
    parts.append(draw(st.sampled_from(literals)))
    return "f" + quote + "".join(parts) + quote, found


@st.composite
def expressions(draw: st.DrawFn, depth: int, breaks: bool) -> tuple[str, list[str]]:
    """Make an expression, with the names in it."""
    name = draw(st.sampled_from(["x", "table", "größe"]))
    plain = draw(st.sampled_from(['"k"', "'k'", "r'\\d'", '"\\n"', '"it\'s"', "'''k'''", '""', "'{'"]))
    white = draw(st.sampled_from(["", " ", "\n  ", " # why\n", "\\\n"])) if breaks else " "
    choice = draw(st.integers(0, 4 if depth > 0 else 2))
    if choice == 0:
        return f"{white}{name}{white}", [name]
    if choice == 1:
        return f" {name}[{white}{plain}]", [name]
    if choice == 2:
        return f"{white}{plain}.join({name})", [name]
    inner, found = draw(fstrings(depth, breaks))
    if choice == 3:
        return f"{name}({inner}{white}, {plain})", [name, *found]
    return f" {inner} {plain}", found


def names_in(tree: ast.AST) -> Counter[str]:
    return Counter(node.id for node in ast.walk(tree) if isinstance(node, ast.Name))


@settings(max_examples=300)
@given(fstrings())
def test_names_in_any_fstring_survive(made: tuple[str, list[str]]) -> None:
    text, expected = made
    text = f"call({text}, flag=True)"
    if sys.version_info >= (3, 12):
        assert names_in(parse(text)) == Counter(["call", *expected]), "the test makes what it says"
    rewritten = rewrite_newer(text, (3, 11))
    assert_same_shape(text, rewritten or text)
    assert names_in(parse(rewritten or text)) == Counter(["call", *expected])


@pytest.mark.parametrize(
    "pattern",
    [
        'f"{',
        'f"{x ',
        'f"{(\n',
        "f'{f\"{",
        'f"""{x\n',
        'f"{"',
        "[*",
        "except A, (\n",
        "case (\n",
        "def f[",
        "type X[",
        'f"{d["k"]}" ',
    ],
)
def test_time_grows_with_the_text_only(pattern: str) -> None:
    def seconds(count: int) -> float:
        start = time.process_time()
        rewrite_newer(pattern * count, (3, 11))
        return time.process_time() - start

    assert seconds(8000) < 16 * seconds(1000) + 0.5  # eight times the text; a quadratic scan takes 64 times as long


# The standard library, as code that people wrote.


def library_files(folder: Path) -> list[Path]:
    """Return the modules of a standard library, but for those that are broken on purpose or written for Python 2."""
    return sorted(
        path
        for path in folder.rglob("*.py")
        if not path.name.startswith("bad") and not {"site-packages", "lib2to3"} & set(path.relative_to(folder).parts)
    )


def newest_library() -> Path:
    """Return the newest standard library that pyenv has here, or else that of the Python that runs."""
    versions = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    found = [path for minor in (12, 13, 14, 15) for path in sorted(versions.glob(f"3.{minor}.*/lib/python3.{minor}"))]
    return found[-1] if found else Path(sysconfig.get_path("stdlib"))


def check_own_code(path: Path) -> None:
    text = path.read_text("utf-8")
    rewritten = rewrite_newer(text)
    if rewritten is not None:
        assert ast.dump(parse(rewritten)) == ast.dump(parse(text)), path


def test_code_for_the_running_python_is_left_alone() -> None:
    folder = Path(sysconfig.get_path("stdlib"))
    for name in (
        "ast",
        "contextlib",
        "dataclasses",
        "enum",
        "functools",
        "logging/__init__",
        "subprocess",
        "traceback",
        "typing",
    ):
        check_own_code(folder / f"{name}.py")


@pytest.mark.slow
def test_the_whole_standard_library_is_left_alone() -> None:
    files = library_files(Path(sysconfig.get_path("stdlib")))
    assert len(files) > 500
    for path in files:
        try:
            check_own_code(path)
        except UnicodeDecodeError:
            assert "test" in path.parts


@pytest.mark.slow
def test_a_newer_standard_library_can_be_read() -> None:
    library = newest_library()
    rewritten_files = 0
    for path in library_files(library):
        try:
            text = path.read_text("utf-8")
        except UnicodeDecodeError:
            assert "test" in path.parts
            continue
        rewritten = rewrite_newer(text, (3, 11))
        if rewritten is None:
            continue
        rewritten_files += 1
        assert_same_shape(text, rewritten)
        tree = parse(rewritten)
        if sys.version_info >= (3, 12) and library == Path(sysconfig.get_path("stdlib")):
            assert Counter(names(tree)) == Counter(names(parse(text))), path
    assert rewritten_files or sys.version_info < (3, 12)
