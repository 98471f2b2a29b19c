"""The text format: the right place underlined, and nothing in it that a terminal obeys or nobody should read."""

from __future__ import annotations

import unicodedata
from textwrap import dedent

import pytest

from tests.cli.conftest import Project
from vetline.cli.terminal import lay_out

pytestmark = pytest.mark.usefixtures("bandits_profile")


def test_a_finding_shows_where_what_and_why(project: Project) -> None:
    project.write({"app.py": "import yaml\n\n\ndef read(stream):\n    return yaml.load(stream, Loader=yaml.Loader)\n"})
    assert project.run("check", "--select", "B506").out == dedent(
        """\
        app.py:5:12: warning: B506 yaml-load: This YAML may build any Python object, and so run code: use `yaml.safe_load`.
          |
        5 |     return yaml.load(stream, Loader=yaml.Loader)
          |            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
          = CWE-20: Improper Input Validation
          = help: `vetline fix --diff` may fix this; add --unsafe for fixes to review

        Found 1 finding in 1 of 1 checked file: 1 warning.
        `vetline fix --diff` shows what can be fixed; `vetline rules ID` explains a rule.
        """
    )


def test_a_finding_over_several_lines_says_where_it_ends(project: Project) -> None:
    out = project.write({"app.py": "x = eval(\n    y\n)\n"}).run("check", "--select", "B307").out
    assert "\n1 | x = eval(\n  |     ^^^^^ to line 3\n" in out


def marked(out: str) -> str:
    """Return the part of the first excerpt that is underlined, by the columns that a terminal would give it."""
    lines = out.splitlines()
    row = next(index for index, line in enumerate(lines) if line.lstrip(" |").startswith("^"))
    code, marks = lines[row - 1], lines[row]
    column, found = 0, ""
    for character in code:
        if marks[column : column + 1] == "^":
            found += character
        column += 2 if unicodedata.east_asian_width(character) in "WF" else not unicodedata.combining(character)
    return found


@pytest.mark.parametrize(
    "code",
    [
        "eval(x)",
        "\tif y: eval(x)",
        "y = '\t'; eval(x)",
        "y = '日本語', eval(x)",
        "y = '👩🏽‍🚀', eval(x)",
        "y = 'e\N{COMBINING ACUTE ACCENT}', eval(x)",
        "y = '\N{RIGHT-TO-LEFT OVERRIDE}', eval(x)",
        "\f  y = eval(x)",
        f"y = [{'1, ' * 200}eval(x), {'2, ' * 200}]",
    ],
    ids=["plain", "tab", "tab inside", "wide", "emoji", "combining", "bidirectional", "form feed", "long"],
)
def test_the_place_is_underlined(project: Project, code: str) -> None:
    source = f"if x:\n{code}\n" if code[0] in "\t\f" else f"{code}\n"
    out = project.write({"app.py": source}).run("check", "--select", "B307").out
    assert marked(out) == "eval(x)"


def test_a_long_line_is_cut_around_the_place() -> None:
    shown = lay_out("a" * 500 + "eval(x)" + "b" * 500, 500, 507, 80)
    assert len(shown.text) <= 80
    assert shown.text[shown.start : shown.end] == "eval(x)"
    assert (shown.text[0], shown.text[-1]) == ("…", "…")


def test_a_place_longer_than_the_line_is_cut_too() -> None:
    shown = lay_out("x" * 10 + "y" * 500, 10, 510, 80)
    assert shown.text == "x" * 10 + "y" * 68 + "…"
    assert shown.text[shown.start : shown.end] == "y" * 68


def test_an_empty_place_is_marked() -> None:
    assert lay_out("abc", 3, 3, 80) == lay_out("abc", 3, 4, 80)
    assert lay_out("", 0, 0, 80).end == 1


def test_control_characters_are_written_out(project: Project) -> None:
    project.write({"app.py": "y = '\x1b[31m\u202e\x7f', eval(x)\n"})
    out = project.run("check", "--select", "B307").out
    assert "y = '\\x1b[31m\\u202e\\x7f', eval(x)" in out


def test_file_names_are_written_out(project: Project) -> None:
    project.write({"a\x1b[2Jb\n.py": "eval(x)\n"})
    assert project.run("check", "--select", "B307").out.startswith("a\\x1b[2Jb\\x0a.py:1:1: ")


def test_there_is_no_colour_without_a_terminal(project: Project) -> None:
    assert "\x1b" not in project.write({"app.py": "eval(x)\n"}).spawn("check").out


def test_output_survives_a_terminal_that_does_not_know_all_characters(project: Project) -> None:
    project.write({"app.py": "y = '\xe4日', eval(x)\n"})
    outcome = project.spawn("check", env={"PYTHONIOENCODING": "latin-1"})
    assert (outcome.code, outcome.err) == (1, "")
    assert b"y = '\xe4\\u65e5', eval(x)" in outcome.out_bytes
