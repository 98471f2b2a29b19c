"""What Vetline says about mistakes in its own settings, and where.  (:mod:`annotated` tells how to read the examples.)"""

# ruff: noqa: E501 - a message stands on one line, as it is shown

from __future__ import annotations

from pathlib import Path

import pytest

from tests.config.annotated import annotate, expected_of, source_of
from vetline.config import ProblemKind, check_text, load
from vetline.core.config import Config
from vetline.core.location import Range
from vetline.core.severity import Level, Severity

LEVELS = '"error", "warning", "information", "hint" or "off"'

EXAMPLES = {
    "unknown keys": """
        | profil = "bandit"
        > ^^^^^^ "profil" is no setting of Vetline; did you mean "profile"?
        | min_severity = "high"
        > ^^^^^^^^^^^^ "min_severity" is no setting of Vetline; did you mean "min-severity"?
        | typingDelayMs = 10
        > ^^^^^^^^^^^^^ "typingDelayMs" is no setting of Vetline; did you mean "typing-delay-ms"?
        | paths = ["t/"]
        > ^^^^^ "paths" is no setting of Vetline; did you mean "tests.paths"?
        | [severities]
        >  ^^^^^^^^^^ "severities" is no setting of Vetline; did you mean "severity"?
        | B101 = "off"
    """,
    "a key that resembles none": """
        | zzz = 1
        > ^^^ "zzz" is no setting of Vetline; it knows bandit, deep, deep-delay-ms, deep-timeout-ms, exclude, foreign, ignore, ledger, ledger-days, min-confidence, min-severity, models, old-code, profile, respect-gitignore, select, severity, tests, typing-delay-ms
    """,
    "keys as other tools call them": """
        | skips = ["B101"]
        > ^^^^^ "skips" is no setting of Vetline; did you mean "ignore"?
        | exclude_dirs = ["venv"]
        > ^^^^^^^^^^^^ "exclude_dirs" is no setting of Vetline; did you mean "exclude"?
        | ignore-nosec = true
        > ^^^^^^^^^^^^ "ignore-nosec" is no setting of Vetline; did you mean "bandit.ignore-nosec"?
    """,
    "unknown keys in tables": """
        | [tests]
        | path = ["t/"]
        > ^^^^ "tests.path" is no setting of Vetline; did you mean "tests.paths"?
        | [bandit]
        | ignore_nosec = true
        > ^^^^^^^^^^^^ "bandit.ignore_nosec" is no setting of Vetline; did you mean "bandit.ignore-nosec"?
        | skips = ["B101"]
        > ^^^^^ "bandit.skips" is no setting of Vetline; it knows config, ignore-nosec
    """,
    "the header of pyproject.toml in a file that doesn't need one": """
        | [tool.vetline]
        >  ^^^^ "tool" is no setting of Vetline; in this file its settings stand at the top, without "[tool.vetline]"
        | select = ["B602"]
    """,
    "wrong types": """
        | profile = true
        >           ^^^^ "profile" must be "default" or "bandit"; this is a boolean
        | select = "B602"
        >          ^^^^^^ "select" must be an array of strings, such as ["B602", "B3"]; this is a string
        | ignore = ["B101", 102]
        >                   ^^^ "ignore" must hold strings only, such as ["B602", "B3"]; this is a number
        | exclude = { build = true }
        >           ^^^^^^^^^^^^^^^^ "exclude" must be an array of strings, such as ["build/", "*_pb2.py"]; this is a table
        | min-severity = 3
        >                ^ "min-severity" must be "all", "low", "medium" or "high"; this is a number
        | respect-gitignore = "yes"
        >                     ^^^^^ "respect-gitignore" must be true or false; this is a string
        | typing-delay-ms = true
        >                   ^^^^ "typing-delay-ms" must be a whole number from 0 to 10000; this is a boolean
        | tests = ["tests/"]
        >         ^^^^^^^^^^ "tests" must be a table with "paths" and "ignore"; this is an array
        | severity = "off"
        >            ^^^^^ "severity" must be a table of rules and levels, such as {B404 = "off"}; this is a string
        | bandit.config = 2026-11-23
        >                 ^^^^^^^^^^ "bandit.config" must be a path, such as "bandit.yaml"; this is a date or time
    """,
    "a number, but": """
        | typing-delay-ms = 1.5
        >                   ^^^ "typing-delay-ms" must be a whole number from 0 to 10000; this is a number
    """,
    "out of range": """
        | typing-delay-ms = -1
        >                   ^^ "typing-delay-ms" must be from 0 to 10000
    """,
    "the deep tier": """
        | deep = "no"
        >        ^^^^ "deep" must be true or false; this is a string
        | deep-delay-ms = 60001
        >                 ^^^^^ "deep-delay-ms" must be from 0 to 60000
        | deep-timeout-ms = 5
        >                   ^ "deep-timeout-ms" must be from 100 to 60000
    """,
    "unknown words": """
        | profile = "Bandit"
        >           ^^^^^^^^ "profile" can't be "Bandit"; did you mean "bandit"? It must be "default" or "bandit"
        | min-severity = "critical"
        >                ^^^^^^^^^^ "min-severity" can't be "critical"; it must be "all", "low", "medium" or "high"
        | min-confidence = "hgih"
        >                  ^^^^^^ "min-confidence" can't be "hgih"; did you mean "high"? It must be "all", "low", "medium" or "high"
    """,
    "unknown rules": """
        | select = ["B6022", "B206", "B6"]
        >           ^^^^^^^ "B6022" names no rule; did you mean "B602"?
        >                    ^^^^^^ "B206" names no rule; did you mean "B602"?
        | ignore = [
        |     "assert_used",
        >     ^^^^^^^^^^^^^ "assert_used" is a rule's name; write its id "B101"
        |     "assert-used",
        >     ^^^^^^^^^^^^^ "assert-used" is a rule's name; write its id "B101"
        |     "b101",
        >     ^^^^^^ "b101" names no rule; did you mean "B101"?
        |     "",
        >     ^^ an empty name stands for every rule; write the letters that they begin with, such as "B"
        |     "B322",
        >     ^^^^^^ "B322" was removed from Bandit; take it out
        |     "S101",
        >     ^^^^^^ "S101" names no rule; `vetline rules` lists them
        |     "B404",
        | ]
    """,
    "levels": f"""
        | [severity]
        | B404 = "info"
        >        ^^^^^^ "severity.B404" can't be "info"; did you mean "information"? It must be {LEVELS}
        | B1 = "Off"
        >      ^^^^^ "severity.B1" can't be "Off"; did you mean "off"? It must be {LEVELS}
        | B602 = false
        >        ^^^^^ "severity.B602" must be {LEVELS}; this is a boolean
        | B6022 = "error"
        > ^^^^^ "B6022" names no rule; did you mean "B602"?
        | B311 = "hint"
    """,
    "patterns": r"""
        | exclude = ["src\\generated", "[ab", "!", "", "#notes", "[z-a]", "fine/*.py"]
        >            ^^^^^^^^^^^^^^^^ "src\generated" has a backslash, which is no separator in a pattern; write "/"
        >                              ^^^^^ "[ab" matches nothing; a bracket isn't closed
        >                                     ^^^ "!" is no valid pattern in the syntax of .gitignore; correct it or take it out
        >                                          ^^ "" matches nothing; take it out
        >                                              ^^^^^^^^ "#notes" is a comment in the syntax of .gitignore; write "\#" for a name that begins with "#"
        >                                                        ^^^^^^^ "[z-a]" is no valid pattern in the syntax of .gitignore; correct it or take it out
    """,
    "paths": """
        | [bandit]
        | config = ""
        >          ^^ "bandit.config" must be the path of a file
    """,
    "a value over several lines": '''
        | min-severity = """high
        >                ^^^^^^^... "min-severity" can't be "high\\nlow"; it must be "all", "low", "medium" or "high"
        | low"""
    ''',
    "a key that is no word": r"""
        | "a\nb" = 1
        > ^^^^^^ "a\nb" is no setting of Vetline; it knows bandit, deep, deep-delay-ms, deep-timeout-ms, exclude, foreign, ignore, ledger, ledger-days, min-confidence, min-severity, models, old-code, profile, respect-gitignore, select, severity, tests, typing-delay-ms
    """,
}


@pytest.mark.parametrize("annotated", EXAMPLES.values(), ids=EXAMPLES.keys())
def test_says_what_is_wrong_and_where(annotated: str) -> None:
    text = source_of(annotated)
    assert annotate(text, check_text(Path("vetline.toml"), text)) == expected_of(annotated)


SYNTAX_ERRORS = {
    "an open array": ("ignore = [\n", "not valid TOML: Invalid value", Range.of(1, 0, 1, 0)),
    "no value": ('select = ["B6"]\nignore =\n', "not valid TOML: Invalid value", Range.of(1, 8, 1, 8)),
    "no equals sign": ("select\n", "not valid TOML: Expected '=' after a key in a key/value pair", Range.of(0, 6, 0, 6)),
    "a word that is none": ("a = [1]\r\nb = yes\r\n", "not valid TOML: Invalid value", Range.of(1, 4, 1, 7)),
    "a bare carriage return": (
        'a = 1\n# b\rc = "d"\n',
        "not valid TOML: Found invalid character '\\r'",
        Range.of(1, 3, 1, 3),
    ),
    "far too deep": ("a = " + "[" * 9999, "not readable as TOML: nested too deeply", Range.of(0, 0, 0, 0)),
    "far too many digits": (
        f"a = {'1' * 9999}",
        "not readable as TOML: Exceeds the limit (4300 digits) for integer string conversion",
        Range.of(0, 0, 0, 0),
    ),
}


@pytest.mark.parametrize("text, message, place", SYNTAX_ERRORS.values(), ids=SYNTAX_ERRORS.keys())
def test_says_where_a_file_is_not_toml(text: str, message: str, place: Range) -> None:
    (problem,) = check_text(Path("vetline.toml"), text)
    assert (problem.kind, problem.message, problem.range) == (ProblemKind.SYNTAX, message, place)


def test_a_byte_order_mark_is_no_mistake() -> None:
    (problem,) = check_text(Path("vetline.toml"), "\ufeffzzz = 1\n")
    assert problem.range == Range.of(0, 0, 0, 3)


PYPROJECT_EXAMPLES = {
    "our table among others": """
        | [project]
        | name = "shop"
        | [tool.vetline]
        | min-severity = "hig"
        >                ^^^^^ "min-severity" can't be "hig"; did you mean "high"? It must be "all", "low", "medium" or "high"
        | tests.ignor = []
        >       ^^^^^ "tests.ignor" is no setting of Vetline; did you mean "tests.ignore"?
        | [tool.vetline.severity]
        | B9 = "off"
        > ^^ "B9" names no rule; `vetline rules` lists them
        | [tool.ruff]
        | zzz = 1
    """,
    "tables under wrong names": """
        | [vetline]
        >  ^^^^^^^ nobody reads [vetline]; did you mean [tool.vetline]?
        | [tool.vetlin]
        >       ^^^^^^ nobody reads [tool.vetlin]; did you mean [tool.vetline]?
        | [tool.Bandit]
        >       ^^^^^^ nobody reads [tool.Bandit]; did you mean [tool.bandit]?
        | [tool.black]
    """,
    "no table at all": """
        | [tool]
        | vetline = 3
        >           ^ "tool.vetline" must be a table; this is a number
    """,
}


@pytest.mark.parametrize("annotated", PYPROJECT_EXAMPLES.values(), ids=PYPROJECT_EXAMPLES.keys())
def test_reads_only_its_own_table_of_pyproject(annotated: str) -> None:
    text = source_of(annotated)
    assert annotate(text, check_text(Path("pyproject.toml"), text)) == expected_of(annotated)


@pytest.mark.parametrize("text, count", [("[tool.ruff\n", 0), ("[tool.vetline\n", 1), ("[tool.bandit\n", 1)])
def test_speaks_of_a_broken_pyproject_only_if_it_is_ours(text: str, count: int) -> None:
    assert len(check_text(Path("pyproject.toml"), text)) == count


def test_other_files_are_not_our_business() -> None:
    assert check_text(Path("settings.toml"), "zzz = 1\n") == ()


def test_a_bad_value_spoils_no_other(tmp_path: Path) -> None:
    """Each mistake is ignored alone, down to the single item of an array."""
    (tmp_path / "vetline.toml").write_text(
        """
        profile = "nonsense"
        select = ["B6", "nonsense"]
        ignore = ["nonsense"]
        exclude = ["[", "build/"]
        min-severity = "high"
        typing-delay-ms = -5
        severity = { B1 = "hint", B3 = "nonsense", nonsense = "off" }
        tests = { paths = 3, ignore = ["B1"] }
        """
    )
    loaded = load(tmp_path, user=None)
    assert len(loaded.problems) == 8
    assert loaded.config == Config(
        select=("B6",),
        ignore=(),  # an array without one good item says nothing
        exclude=("build/",),
        min_severity=Severity.HIGH,
        levels={"B1": Level.HINT},
        test_ignore=("B1",),
    )


def test_an_array_without_one_good_item_says_nothing(tmp_path: Path) -> None:
    """An empty ``select`` means all rules, which isn't what a misspelt one says."""
    (tmp_path / "vetline.toml").write_text('select = ["B6"]\n')
    assert load(tmp_path, editor={"select": ["B6022"]}, user=None).config.select == ("B6",)
    assert load(tmp_path, editor={"select": []}, user=None).config.select == ()


def test_problems_of_editor_and_command_line_have_no_place() -> None:
    loaded = load(editor={"minSeverity": "low", "selekt": []}, command_line={"min_confidence": "lo"}, user=None)
    assert list(map(str, loaded.problems)) == [
        'command line: "min_confidence" can\'t be "lo"; did you mean "low"? It must be "all", "low", "medium" or "high"',
        'editor settings: "selekt" is no setting of Vetline; did you mean "select"?',
    ]
    assert {problem.path for problem in loaded.problems} == {None}


def test_a_problem_in_a_file_prints_as_compilers_do(tmp_path: Path) -> None:
    (tmp_path / "vetline.toml").write_text("\n zzz = 1\n")
    (problem,) = load(tmp_path, user=None).problems
    assert str(problem).startswith(f'{tmp_path / "vetline.toml"}:2:2: "zzz" is no setting')
