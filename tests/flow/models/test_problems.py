"""What is said about mistakes in model files."""

# ruff: noqa: E501 - a message stands on one line, as it is shown

from __future__ import annotations

from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vetline.flow.models import KINDS, LABELS, ModelError, load_models
from vetline.flow.models.library import read_library

EXAMPLES = {
    "no modules": (
        """
        [[exits]]
        calls = ["die"]
        """,
        ['needs "modules", the names of the modules that it describes, such as modules = ["sqlite3"]'],
    ),
    "modules of a wrong type": (
        'modules = "sqlite3"',
        ['modules: must be an array of modules, such as ["sqlite3"]; this is a string'],
    ),
    "no module": (
        'modules = ["our lib"]',
        ['modules: "our lib" is not the name of a module; one looks like "flask" or "os.path"'],
    ),
    "a misspelt table": (
        """
        modules = ["ours"]
        [[sink]]
        """,
        ['sink: "sink" is not a key of model files; did you mean "sinks"?'],
    ),
    "a misspelt key": (
        """
        modules = ["ours"]
        [[sinks]]
        call = ["run"]
        kind = "sql"
        """,
        [
            '[[sinks]] 1, call: "call" is not a key of [[sinks]]; did you mean "calls"?',
            '[[sinks]] 1: needs "calls" or "assignments"',
        ],
    ),
    "a key that resembles none": (
        """
        modules = ["ours"]
        [[exits]]
        calls = ["die"]
        because = "it does"
        """,
        ['[[exits]] 1, because: "because" is not a key of [[exits]]; it must be calls'],
    ),
    "a misspelt kind, and a label for a kind": (
        """
        modules = ["ours"]
        [[sinks]]
        calls = ["run"]
        arguments = [0]
        kind = "sqll"
        [[sinks]]
        calls = ["walk"]
        arguments = [0]
        kind = "remote"
        """,
        [
            '[[sinks]] 1, kind: "sqll" is not a kind; did you mean "sql"?',
            f'[[sinks]] 2, kind: "remote" is not a kind; it must be {", ".join(list(KINDS)[:-1])} or {list(KINDS)[-1]}',
        ],
    ),
    "a misspelt label": (
        """
        modules = ["ours"]
        [[sources]]
        names = ["request.body"]
        label = "remot"
        [[sources]]
        names = ["request.user"]
        label = "xyz"
        """,
        [
            '[[sources]] 1, label: "remot" is not a label; did you mean "remote"?',
            f'[[sources]] 2, label: "xyz" is not a label; it must be {", ".join(list(LABELS)[:-1])} or {list(LABELS)[-1]}',
        ],
    ),
    "what is missing": (
        """
        modules = ["ours"]
        [[sinks]]
        calls = ["run"]
        [[sources]]
        names = ["x"]
        [[handlers]]
        bases = ["Base"]
        [[handlers]]
        decorators = ["route"]
        calls = ["add"]
        arguments = [0]
        """,
        [
            '[[sources]] 1: needs "label"',
            '[[sinks]] 1: needs "kind"',
            '[[sinks]] 1: needs "arguments", because it has "calls"',
            '[[handlers]] 1: needs "methods", because it has "bases"',
            '[[handlers]] 2: must have only one of "decorators", "bases" or "calls"',
        ],
    ),
    "wrong types": (
        """
        modules = ["ours"]
        aliases = 1
        [[sources]]
        names = "request.args"
        label = 5
        [[sinks]]
        calls = ["run", 7]
        arguments = 0
        kind = "sql"
        where = ["shell"]
        [[sanitizers]]
        calls = ["clean"]
        clears = "html"
        """,
        [
            "aliases: must be a table with the header [aliases]; this is a number",
            '[[sources]] 1, names: must be an array of names, such as ["request.args", "request.get_json()"]; this is a string',
            "[[sources]] 1, label: must be a string; this is a number",
            '[[sinks]] 1, calls: must be a string, as in ["Cursor.execute"]; this is a number',
            '[[sinks]] 1, arguments: must be an array of positions and keywords, such as [0, "sql"]; this is a number',
            "[[sinks]] 1, where: must be a table of keywords and values, such as { shell = true }; this is an array",
            '[[sanitizers]] 1, clears: must be "all" or an array of kinds, such as ["html", "xml"]; this is a string',
        ],
    ),
    "a table that should be an array of tables": (
        """
        modules = ["ours"]
        [sinks]
        calls = ["run"]
        """,
        ["sinks: must be tables with the header [[sinks]]"],
    ),
    "names that are none": (
        """
        modules = ["ours"]
        [types]
        "connect(" = "ours.Connection"
        "open()" = "ours.Connection()x"
        [[sinks]]
        calls = ["run()", "a b"]
        arguments = [-1, "x y", true]
        kind = "sql"
        """,
        [
            '[types] "connect(": "connect(" is not a name; one looks like "Class.method", "call()" or "request.files[]"',
            '[types] "open()": "ours.Connection()x" is not a full name; one looks like "flask.Request" or "{module}.Cursor"',
            '[[sinks]] 1, calls: "run()" must be the function\'s name, without the "()" at its end',
            '[[sinks]] 1, calls: "a b" is not a name; one looks like "Class.method", "call()" or "request.files[]"',
            '[[sinks]] 1, arguments: "-1" is not an argument; one is a position from 0, a keyword, "self", "1*" for all positions from 1 on, or "**" for all keywords',
            '[[sinks]] 1, arguments: "x y" is not an argument; one is a position from 0, a keyword, "self", "1*" for all positions from 1 on, or "**" for all keywords',
            '[[sinks]] 1, arguments: "True" is not an argument; one is a position from 0, a keyword, "self", "1*" for all positions from 1 on, or "**" for all keywords',
        ],
    ),
    "names of unknown things in a library's file, and the other way round": (
        """
        modules = ["ours"]
        [parameters]
        request = "ours.Request"
        [[exits]]
        calls = ["?.die"]
        """,
        [
            'parameters: [parameters] may stand only in a file with modules = ["?"]',
            '[[exits]] 1, calls: "?.die" begins with "?", which only names in a file with modules = ["?"] do',
        ],
    ),
    "a library's names in a file about unknown things": (
        """
        modules = ["?"]
        [[exits]]
        calls = ["die"]
        """,
        ['[[exits]] 1, calls: "die" must begin with "?", as all names in a file with modules = ["?"] do'],
    ),
    "values of conditions": (
        """
        modules = ["ours"]
        [[sinks]]
        calls = ["run"]
        arguments = [0]
        kind = "shell"
        where = { shell = { x = 1 }, "a b" = true }
        unless = { mode = [] }
        """,
        [
            "[[sinks]] 1, where, shell: must be a string, a number, true or false, or an array of those; this is a table",
            '[[sinks]] 1, where, a b: "a b" is not a keyword, nor a position from 0',
            "[[sinks]] 1, unless, mode: must be a string, a number, true or false, or an array of those; this is an array",
        ],
    ),
    "no TOML": ('modules = ["ours"', ["not valid TOML: Unclosed array (at end of document)"]),
}


@pytest.mark.parametrize("text, expected", EXAMPLES.values(), ids=EXAMPLES)
def test_what_is_said(text: str, expected: list[str]) -> None:
    _, problems = read_library(Path("ours.toml"), dedent(text))
    assert [str(problem).removeprefix("ours.toml: ") for problem in problems] == expected


def test_what_is_right_holds() -> None:
    library, problems = read_library(
        Path("ours.toml"),
        dedent("""
        modules = ["ours"]
        [[sinks]]
        calls = ["run()", "walk"]
        arguments = [0, -1]
        kind = "sql"
        [[sinks]]
        calls = ["fly"]
        arguments = [0]
        kind = "sqll"
        """),
    )
    assert len(problems) == 3
    assert [(name, effect.sinks[0].arguments) for name, effect in library.names] == [("walk", (0,))]


def test_users_files_are_refused_with_all_that_is_wrong(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text("modules = []\n")
    (tmp_path / "b.toml").write_text('modules = ["b"]\nsinks = 1\n')
    (tmp_path / "c.toml").write_bytes(b"\xff")
    with pytest.raises(ModelError) as caught:
        load_models([tmp_path / name for name in ("a.toml", "b.toml", "c.toml", "d.toml")])
    assert [problem.path.name for problem in caught.value.problems] == ["a.toml", "b.toml", "c.toml", "d.toml"]
    assert str(caught.value).count("\n") == 3


def test_users_files_may_begin_with_a_byte_order_mark(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text('\ufeffmodules = ["a"]\n[[exits]]\ncalls = ["die"]\n', encoding="utf-8")
    assert load_models([tmp_path / "a.toml"]).effect("a.die").never_returns


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.sampled_from(["?", "all", "run", "sql", "remote"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["names", "calls", "kind", "arguments", "clears", "where", "label", "x"]), inner, max_size=4
        )
    ),
    max_leaves=8,
)
TABLES = (
    "modules aliases types inherits sources sinks sanitizers guards passes handlers instances exits parameters unbound".split()
)


@settings(max_examples=150)
@given(st.dictionaries(st.sampled_from(TABLES), ANYTHING, max_size=5))
def test_never_raises(data: dict[str, object]) -> None:
    import tomlkit

    try:
        text = tomlkit.dumps(without_nothing(data))
    except (TypeError, ValueError):  # nothing that TOML has
        return
    library, problems = read_library(Path("x.toml"), text)
    assert all(map(str, problems))
    for module in library.modules:
        library.effects(module)


def without_nothing(value: Any) -> Any:
    """Take out what TOML has no form for."""
    match value:
        case dict():
            return {key: without_nothing(item) for key, item in value.items() if item is not None}
        case list():
            return [without_nothing(item) for item in value if item is not None]
    return value
