"""Files that describe libraries, as part of the configuration."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

from tests.config.annotated import annotate, expected_of, source_of
from vetline.config import FileKind, Files, ProblemKind, check_text, load
from vetline.core.config import ModelFile

RIGHT = 'modules = ["ours"]\n\n[[exits]]\ncalls = ["die"]\n'


def test_paths_are_relative_to_the_file_that_says_so(tmp_path: Path) -> None:
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "ours.toml").write_text(RIGHT)
    (tmp_path / "pyproject.toml").write_text('[tool.vetline]\nmodels = ["models/ours.toml"]\n')
    loaded = load(tmp_path / "app" / "main.py", user=None)
    path = tmp_path / "models" / "ours.toml"
    assert loaded.config.models == (ModelFile(path, RIGHT),)
    assert loaded.settings["models"].value == (path,)
    assert path in loaded.depends_on
    assert loaded.problems == ()


def test_there_are_none_by_default() -> None:
    loaded = load(user=None)
    assert loaded.config.models == ()
    assert loaded.settings["models"].value == ()


EXAMPLE = """
    | modules = ["ours"]
    |
    | [[sinks]]
    | calls = ["run()", "walk"]
    >          ^^^^^^^ "run()" must be the function's name, without the "()" at its end
    | arguments = [0]
    | kind = "sqll"
    >        ^^^^^^ "sqll" is not a kind; did you mean "sql"?
    | wher = { shell = true }
    > ^^^^ "wher" is not a key of [[sinks]]; did you mean "where"?
    |
    | [[sources]]
    >   ^^^^^^^ needs "label"
    | names = ["job"]
    |
    | [types]
    | "connect(" = "ours.Connection"
    > ^^^^^^^^^^ "connect(" is not a name; one looks like "Class.method", "call()" or "request.files[]"
    |
    | [paramters]
    >  ^^^^^^^^^ "paramters" is not a key of model files; did you mean "parameters"?
"""


def test_what_is_wrong_is_said_at_its_place() -> None:
    text = source_of(EXAMPLE)
    assert annotate(text, check_text(Path("ours.toml"), text, FileKind.MODELS)) == expected_of(EXAMPLE)


def test_what_is_wrong_is_a_problem_of_the_configuration(tmp_path: Path) -> None:
    (tmp_path / "ours.toml").write_text(RIGHT + "because = 1\n")
    (tmp_path / "vetline.toml").write_text('models = ["ours.toml", "none.toml", 5]\n')
    loaded = load(tmp_path, user=None)
    assert [(problem.path and problem.path.name, problem.kind) for problem in loaded.problems] == [
        ("ours.toml", ProblemKind.UNKNOWN_KEY),
        ("vetline.toml", ProblemKind.BAD_VALUE),
        ("vetline.toml", ProblemKind.WRONG_TYPE),
    ]
    assert str(loaded.problems[0]).startswith(f"{tmp_path / 'ours.toml'}:5:1: ")
    assert loaded.problems[1].message == f'"models" names a file that doesn\'t exist: {tmp_path / "none.toml"}'
    assert [file.path.name for file in loaded.config.models] == ["ours.toml"]


def test_a_file_that_is_broken_for_a_moment_counts_as_it_was(tmp_path: Path) -> None:
    (tmp_path / "vetline.toml").write_text('models = ["ours.toml"]\n')
    (tmp_path / "ours.toml").write_text(RIGHT)
    files = Files()
    before = load(tmp_path, user=None, files=files)
    (tmp_path / "ours.toml").write_text(RIGHT + "[[")
    after = load(tmp_path, user=None, files=files)
    assert after.config.models == before.config.models
    (problem,) = after.problems
    assert problem.kind is ProblemKind.SYNTAX
    assert "stays in force" in problem.message
    (tmp_path / "ours.toml").write_text(RIGHT + "\n[[exits]]\ncalls = ['quit']\n")
    assert load(tmp_path, user=None, files=files).config != before.config


def test_it_is_read_as_utf_8_with_or_without_a_byte_order_mark() -> None:
    text = dedent("""
        modules = ["ours"]
        [[sources]]
        names = ["größe"]
        label = "remote"
    """)
    assert check_text(Path("ours.toml"), "\ufeff" + text, FileKind.MODELS) == ()
