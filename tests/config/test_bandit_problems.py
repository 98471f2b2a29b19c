"""What Bandit passes over in silence, Vetline reports.  (:mod:`annotated` tells how to read the examples.)"""
# ruff: noqa: E501 - a message stands on one line, as it is shown

from __future__ import annotations

from pathlib import Path

import pytest

from tests.config.annotated import annotate, expected_of, source_of
from vetline.config import FileKind, ProblemKind, check_text, load
from vetline.core.config import BanditConfig
from vetline.core.location import Range

IN_PYPROJECT = {
    "the wrong keys that people write": """
        | [tool.bandit]
        | skip = ["B101"]
        > ^^^^ Bandit ignores "skip"; did you mean "skips"?
        | test = ["B102"]
        > ^^^^ Bandit ignores "test"; did you mean "tests"?
        | exclude = ["tests"]
        > ^^^^^^^ Bandit ignores "exclude"; did you mean "exclude_dirs"?
        | exclude-dirs = ["tests"]
        > ^^^^^^^^^^^^ Bandit ignores "exclude-dirs"; did you mean "exclude_dirs"?
        | level = "high"
        > ^^^^^ Bandit reads "level" in a .bandit file only; here it has no effect
        | recursive = true
        > ^^^^^^^^^ Bandit reads "recursive" in a .bandit file only; here it has no effect
        | include = ["*.py"]
        | targets = ["src"]
    """,
    "a key that resembles none": """
        | [tool.bandit]
        | zzz = 1
        > ^^^ Bandit ignores "zzz"; it knows assert_used, exclude_dirs, hardcoded_tmp_directory, markupsafe_xss, profiles, shell_injection, skips, ssl_with_bad_version, tests, try_except_continue, try_except_pass, weak_cryptographic_key
    """,
    "checks": """
        | [tool.bandit]
        | tests = ["B101", "B1010", "B001", 3]
        >                  ^^^^^^^ "B1010" names no check of Bandit; did you mean "B101"?
        >                                   ^ "tests" must hold strings only, such as ["B101", "B602"]; this is a number
        | skips = ["assert_used", "B6", "B414", "hashlib", "B404"]
        >          ^^^^^^^^^^^^^ "assert_used" is a check's name, and Bandit wants its id here; write "B101"
        >                         ^^^^ "B6" only begins some ids, and Bandit wants whole ones; write them out
        >                               ^^^^^^ "B414" was removed from Bandit; take it out
        >                                       ^^^^^^^^^ "hashlib" names no check of Bandit; `vetline rules` lists them
    """,
    "a list that is none": """
        | [tool.bandit]
        | skips = "B101,B602"
        >         ^^^^^^^^^^^ "skips" must be an array of strings, such as ["B101", "B602"]; this is a string
        | exclude_dirs = "tests"
        >                ^^^^^^^ "exclude_dirs" must be an array of strings, such as ["tests", "*/venv/*"]; this is a string
    """,
    "options under wrong names": """
        | [tool.bandit.assert_used]
        | exclude = ["*_test.py"]
        > ^^^^^^^ Bandit ignores "assert_used.exclude"; assert_used has "skips"
        | [tool.bandit.hardcoded_tmp_directory]
        | tmp_dir = ["/scratch"]
        > ^^^^^^^ Bandit ignores "hardcoded_tmp_directory.tmp_dir"; did you mean "tmp_dirs"?
        | [tool.bandit.any_other_function_with_shell_equals_true]
        >              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ Bandit ignores "any_other_function_with_shell_equals_true"; the options of that check are read from "shell_injection"
        | no_shell = []
        | [tool.bandit.yaml_load]
        >              ^^^^^^^^^ Bandit ignores "yaml_load"; that check has no options
        | [tool.bandit.asert_used]
        >              ^^^^^^^^^^ Bandit ignores "asert_used"; did you mean "assert_used"?
    """,
    "options of the wrong type": """
        | [tool.bandit]
        | assert_used = ["tests/*"]
        >               ^^^^^^^^^^^ "assert_used" must be a table of options; this is an array
        | try_except_pass = { check_typed_exception = "no" }
        >                                             ^^^^ "try_except_pass.check_typed_exception" must be a boolean, such as false; this is a string
        | [tool.bandit.hardcoded_tmp_directory]
        | tmp_dirs = "/tmp"
        >            ^^^^^^ "hardcoded_tmp_directory.tmp_dirs" must be an array of strings, such as ["one", "two"]; this is a string
    """,
    "a table that Bandit needs as a whole": """
        | [tool.bandit.shell_injection]
        >              ^^^^^^^^^^^^^^^ "shell_injection" lacks "no_shell", "subprocess"; Bandit takes nothing from its defaults then, and B602, B603, B604, B605, B606, B607, B609 may find nothing: add the rest
        | shell = ["os.system"]
    """,
    "profiles": """
        | [tool.bandit.profiles.strict]
        | include = ["assert_used", "B602", "B60"]
        >                                   ^^^^^ "B60" only begins some ids, and Bandit wants whole ones; write them out
        | excluded = ["B101"]
        > ^^^^^^^^ Bandit ignores "profiles.strict.excluded"; did you mean "exclude"?
        | [tool.bandit.profiles]
        | none = true
        >        ^^^^ "profiles.none" must be a table with "include" and "exclude"; this is a boolean
    """,
}


@pytest.mark.parametrize("annotated", IN_PYPROJECT.values(), ids=IN_PYPROJECT.keys())
def test_in_pyproject(annotated: str) -> None:
    text = source_of(annotated)
    assert annotate(text, check_text(Path("pyproject.toml"), text)) == expected_of(annotated)


IN_YAML = {
    "wrong keys": """
        | # what to leave out
        | skip: [B101]
        > ^^^^ Bandit ignores "skip"; did you mean "skips"?
        | tests:
        |   - B602
        |   - 'B1010'
        >     ^^^^^^^ "B1010" names no check of Bandit; did you mean "B101"?
        |   - 101
        >     ^^^ "tests" must hold strings only, such as ["B101", "B602"]; this is a number
        | skips:
        | exclude_dirs: tests
        >               ^^^^^ "exclude_dirs" must be an array of strings, such as ["tests", "*/venv/*"]; this is a string
        | assert_used:
        |   skip: ['*_test.py']
        >   ^^^^ Bandit ignores "assert_used.skip"; did you mean "skips"?
    """,
    "a block of the wrong type": """
        | skips:
        |   B101: yes
        >   ^^^^^^^^^ "skips" must be an array of strings, such as ["B101", "B602"]; this is a table
        |
        | tests: [B102]
    """,
    "a key twice, of which the second counts": """
        | skips: [B9999]
        | skips: [B101, B9999]
        >               ^^^^^ "B9999" names no check of Bandit; `vetline rules` lists them
    """,
    "legacy profiles and blacklists": """
        | profiles:
        |   web:
        |     include:
        |       - hardcoded_sql_expressions
        |       - blacklist_calls
        >         ^^^^^^^^^^^^^^^ Vetline takes "blacklist_calls" for all of Bandit's blacklists; name those that you mean by id (B3xx, B4xx)
        |     exclude: null
        |   nothing:
        >   ^^^^^^^ "profiles.nothing" must be a table with "include" and "exclude"; this is empty
        | blacklist_calls:
        > ^^^^^^^^^^^^^^^ Vetline doesn't read "blacklist_calls"; choose Bandit's own blacklists by id (B3xx, B4xx) instead
        |   bad_name_sets: []
    """,
    "no YAML": """
        | skips: [B101
        | tests: [B102]
        >      ^ not valid YAML: expected ',' or ']', but got ':'
    """,
    "no mapping": """
        | - B101
        > ^ Bandit needs a mapping here, with lines such as skips: ["B101"]
    """,
    "no date": """
        | tests: 2026-99-99
        > ^ not readable as YAML: month must be in 1..12
    """,
    "no text": """
        | skips: ["\x07"]
        >          ^ not valid YAML: special characters are not allowed
    """,
}


@pytest.mark.parametrize("annotated", IN_YAML.values(), ids=IN_YAML.keys())
def test_in_yaml(annotated: str) -> None:
    text = source_of(annotated)
    assert annotate(text, check_text(Path("b.yaml"), text, FileKind.BANDIT_FILE)) == expected_of(annotated)


IN_INI = {
    "wrong keys": """
        | [bandit]
        | skip = B101
        > ^^^^ Bandit ignores "skip"; did you mean "skips"?
        | exclude_dirs: tests
        > ^^^^^^^^^^^^ Bandit ignores "exclude_dirs"; did you mean "exclude"?
        | severity = 2
        > ^^^^^^^^ Bandit ignores "severity"; did you mean "level"?
        | zzz = 1
        > ^^^ Bandit ignores "zzz" here; it knows confidence, configfile, exclude, ignore-nosec, level, profile, skips, tests
        | recursive = true
        | format = json
    """,
    "lists": """
        | [bandit]
        | tests = B101, B102,assert_used,
        >               ^^^^ Bandit doesn't find "B102" because of the blanks around it; write commas without blanks
        >                    ^^^^^^^^^^^ "assert_used" is a check's name, and Bandit wants its id here; write "B101"
        >                                ^ there is nothing between two commas; take one out
        | skips = B602,
        |     B603,B9999  # both
        >     ^^^^ Bandit doesn't find "B603" because of the blanks around it; write commas without blanks
        >          ^^^^^^^^^^^^^ Bandit takes "B9999  # both" for one name; give a comment a line of its own
        | exclude = tests, docs
        >                  ^^^^ Bandit doesn't find "docs" because of the blanks around it; write commas without blanks
    """,
    "values": """
        | [bandit]
        | level = HIGH
        >         ^^^^ "level" must be 1 (all), 2 (low), 3 (medium) or 4 (high); this is "HIGH"
        | confidence = 0
        >              ^ "confidence" must be 1 (all), 2 (low), 3 (medium) or 4 (high); this is "0"
        | ignore-nosec = false
        >                ^^^^^ Bandit takes any text here for true, "false" as well; take the key out
        | quiet =
    """,
    "sections": """
        | [DEFAULT]
        | tsets = B101
        > ^^^^^ Bandit ignores "tsets"; did you mean "tests"?
        | [bandit]
        | [Bandit]
        >  ^^^^^^ Bandit reads no section [Bandit]; [bandit] is the one that counts
        | skips = B101
        | [flake8]
        >  ^^^^^^ Bandit reads no section [flake8]; take it out
    """,
    "a section by another name": """
        | [bandits]
        >  ^^^^^^^ Bandit ignores this file, because it has a section [bandits] and no [bandit]; rename it
        | skips = B101
    """,
    "no section": """
        | [tool.bandit]
        > ^ Bandit ignores this file, because it has no section [bandit]; begin it with that line
        | skips = ["B101"]
    """,
    "YAML": """
        | skips: [B101]
        > ^^^^^^^^^^^^^ not an INI file that begins with [bandit], and so ignored by Bandit; a YAML file has another name, and is named by "bandit.config"
    """,
    "no key": """
        | [bandit]
        | skips = B101
        | B102
        > ^^^^ not valid INI, and so Bandit ignores the whole file; write this line as key = value
    """,
    "a key twice": """
        | [bandit]
        | skips = B101
        | SKIPS = B102
        > ^^^^^^^^^^^^ "skips" stands here a second time, and so Bandit ignores the whole file; take one out
    """,
    "a section twice": """
        | [bandit]
        | [bandit]
        > ^^^^^^^^ [bandit] stands here a second time, and so Bandit ignores the whole file; join the two
    """,
    "a per cent sign": """
        | [bandit]
        | skips = B101
        | exclude = 100%
        >           ^^^^ Bandit ignores this whole file because of the "%" in "exclude"; write "%%"
    """,
}


@pytest.mark.parametrize("annotated", IN_INI.values(), ids=IN_INI.keys())
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_in_ini(annotated: str, newline: str) -> None:
    text = source_of(annotated).replace("\n", newline)
    assert annotate(text, check_text(Path(".bandit"), text)) == expected_of(annotated)


def write(folder: Path, **files: str) -> Path:
    """Write ``pyproject``, ``ini`` (``.bandit``), ``vetline`` (``vetline.toml``) and ``yaml`` (``b.yaml``)."""
    names = {"pyproject": "pyproject.toml", "ini": ".bandit", "vetline": "vetline.toml", "yaml": "b.yaml"}
    for kind, text in files.items():
        (folder / names[kind]).write_text(text)
    return folder


def test_a_check_that_is_selected_and_skipped(tmp_path: Path) -> None:
    write(tmp_path, pyproject='[tool.bandit]\ntests = ["B101", "B102"]\n', ini="[bandit]\nskips = B102\n")
    loaded = load(tmp_path, user=None)
    (problem,) = loaded.problems
    assert problem.message == '"B102" is selected and skipped at once, which Bandit refuses; Vetline skips it. Take one out'
    assert (problem.path, problem.range) == (tmp_path / ".bandit", Range.of(1, 8, 1, 12))
    assert loaded.config.bandit == BanditConfig(tests=frozenset({"B101", "B102"}), skips=frozenset({"B102"}))


@pytest.mark.parametrize(
    "files, message",
    [
        (
            {
                "yaml": "profiles: {web: {include: [B602]}, batch: {}}\n",
                "ini": "[bandit]\nconfigfile=b.yaml\nprofile = nightly\n",
            },
            'Bandit stops, because "nightly" is no profile in b.yaml; its profiles are: batch, web',
        ),
        (
            {"yaml": "profiles: {web: {include: [B602]}}\n", "ini": "[bandit]\nconfigfile=b.yaml\nprofile = webs\n"},
            'Bandit stops, because "webs" is no profile in b.yaml; did you mean "web"?',
        ),
        (
            {"ini": "[bandit]\n\nprofile = web\n"},
            'Bandit stops, because "web" is no profile in a configuration file; there is none; name one with configfile',
        ),
    ],
)
def test_a_profile_that_there_is_not(tmp_path: Path, files: dict[str, str], message: str) -> None:
    (problem,) = load(write(tmp_path, **files), user=None).problems
    assert (problem.message, problem.path, problem.range.start.line) == (message, tmp_path / ".bandit", 2)


def test_a_named_file_that_does_not_exist_is_as_good_as_not_named(tmp_path: Path) -> None:
    write(tmp_path, vetline='bandit.config = "no.yaml"\n', pyproject='[tool.bandit]\nskips = ["B101"]\n')
    loaded = load(tmp_path, user=None)
    (problem,) = loaded.problems
    assert problem.message == f'"bandit.config" names a file that doesn\'t exist: {tmp_path / "no.yaml"}'
    assert (problem.path, problem.range) == (tmp_path / "vetline.toml", Range.of(0, 16, 0, 25))
    assert loaded.config.bandit.skips == {"B101"}
    assert loaded.settings["bandit.config"].value == tmp_path / "pyproject.toml"


def test_a_named_toml_file_without_bandits_table(tmp_path: Path) -> None:
    write(tmp_path, ini="[bandit]\nconfigfile = bandit.toml\n")
    (tmp_path / "bandit.toml").write_text('skips = ["B101"]\n')
    (problem,) = load(tmp_path, user=None).problems
    assert (problem.kind, problem.path) == (ProblemKind.NO_EFFECT, tmp_path / "bandit.toml")
    assert problem.message == (
        "Bandit finds nothing here, because there is no [tool.bandit]; put its settings below that header"
    )


def test_a_bad_option_is_replaced_by_bandits_default(tmp_path: Path) -> None:
    write(
        tmp_path,
        pyproject="""
            [tool.bandit]
            try_except_pass = { check_typed_exception = 1 }
            assert_used = { skips = ["a", 1] }
            hardcoded_tmp_directory = { tmp_dirs = 1 }
            [tool.bandit.weak_cryptographic_key]
            weak_key_size_rsa_high = "2048"
        """,
    )
    loaded = load(tmp_path, user=None)
    assert len(loaded.problems) == 5
    assert loaded.config.bandit.options == {
        "try_except_pass": {"check_typed_exception": False},
        "assert_used": {"skips": ["a"]},
        "hardcoded_tmp_directory": {"tmp_dirs": ["/tmp", "/var/tmp", "/dev/shm"]},
        "weak_cryptographic_key": {"weak_key_size_rsa_high": 1024},
    }
