"""``vetline models``"""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.cli.conftest import Project
from vetline.cli.model_tests import expectations
from vetline.flow.models import builtin

OURS = 'modules = ["shopkit"]\n\n[[sinks]]\ncalls = ["Till.run"]\narguments = [0]\nkind = "shell"\n'
CONFIGURED = {"vetline.toml": 'models = ["shopkit.toml"]\n', "shopkit.toml": OURS}


def test_list_shows_all_files(project: Project) -> None:
    outcome = project.run("models", "list")
    assert outcome.code == 0
    for path in builtin.files():
        assert f"\n{path.name}: " in f"\n{outcome.out}"


def test_list_shows_ours_first(project: Project) -> None:
    out = project.write(CONFIGURED).run("models", "list").out
    assert out.startswith("shopkit.toml: shopkit\n    1 sink\n")


def test_list_shows_what_is_known_of_a_module(project: Project) -> None:
    project.write(CONFIGURED)
    assert "shopkit.Till.run: shell sink\n" in project.run("models", "list", "shopkit").out
    out = project.run("models", "list", "flask").out
    assert "flask.Flask.route: handler\n" in out
    assert "flask.escape: is markupsafe.escape\n" in out
    outcome = project.run("models", "list", "flaks")
    assert outcome.code == 2
    assert "No file describes 'flaks'" in outcome.err


def test_list_as_json(project: Project) -> None:
    project.write(CONFIGURED)
    documents = json.loads(project.run("models", "list", "--format", "json").out)
    assert len(documents) == len(builtin.files()) + 1
    assert documents[0] == {"path": str(project.root / "shopkit.toml"), "modules": ["shopkit"], "known": {"sink": 1}}
    (document,) = json.loads(project.run("models", "list", "shopkit", "--format", "json").out)
    assert document["names"] == {"shopkit.Till.run": "shell sink"}


def test_check_says_what_is_wrong(project: Project) -> None:
    project.write({"good.toml": OURS, "bad.toml": OURS.replace("shell", "shel")})
    outcome = project.run("models", "check", "good.toml", "bad.toml")
    assert outcome.code == 1
    assert outcome.out == 'bad.toml:6:8: "shel" is not a kind; did you mean "shell"?\n'
    outcome = project.run("models", "check", "good.toml")
    assert (outcome.code, outcome.out) == (0, "1 file, nothing wrong.\n")


def test_check_looks_at_the_configured_files(project: Project) -> None:
    outcome = project.run("models", "check")
    assert outcome.code == 2
    assert "nothing to check" in outcome.err
    outcome = project.write(CONFIGURED).run("models", "check")
    assert (outcome.code, outcome.out) == (0, "1 file, nothing wrong.\n")


def test_check_needs_files_that_can_be_read(project: Project) -> None:
    outcome = project.write({"good.toml": OURS}).run("models", "check", "good.toml", "none.toml")
    assert outcome.code == 2
    assert outcome.err == "none.toml: can't be read: No such file or directory\n"


def test_models_are_used_and_their_mistakes_are_shown(project: Project) -> None:
    code = "import shopkit\nfrom flask import request\n\nshopkit.Till().run('reboot ' + request.args['when'])\n"
    project.write({**CONFIGURED, "app.py": code})
    outcome = project.run("check", "app.py")
    assert outcome.code == 1
    assert "VET102" in outcome.out
    project.write({"shopkit.toml": OURS.replace("shell", "shel")})
    outcome = project.run("check", "app.py")
    assert outcome.code == 0
    assert 'did you mean "shell"?' in outcome.err


HARMFUL = """
[[tests]]
name = "the query string reaches a till"
code = '''
import shopkit
from flask import request

shopkit.Till().run("reboot " + request.args["when"])  # expect: VET102
'''
"""
HARMLESS = """
[[tests]]
name = "a number is harmless"
code = '''
import shopkit
from flask import request

shopkit.Till().run(f"reboot {int(request.args['when'])}")
'''
"""


def test_test_runs_the_tests_of_the_configured_files(project: Project) -> None:
    project.write({**CONFIGURED, "shopkit.toml": OURS + HARMFUL + HARMLESS})
    outcome = project.run("models", "test")
    assert outcome.code == 0
    assert outcome.out.startswith("shopkit.toml:8:3: passed: the query string reaches a till\n")
    assert outcome.out.endswith("\n2 tests, all passed.\n")


def test_test_shows_what_is_missing(project: Project) -> None:
    """The mistake is in the model: the command is the second argument there."""
    project.write({"shopkit.toml": OURS.replace("[0]", "[1]") + HARMFUL + HARMLESS})
    outcome = project.run("models", "test", "shopkit.toml")
    assert outcome.code == 1
    assert outcome.out == (
        "shopkit.toml:8:3: FAILED: the query string reaches a till\n"
        "    line 4: VET102 is expected, and not found; nothing is found in this code\n"
        '    4 | shopkit.Till().run("reboot " + request.args["when"])  # expect: VET102\n'
        "shopkit.toml:17:3: passed: a number is harmless\n"
        "2 tests: 1 failed, 1 passed.\n"
    )


def test_test_shows_the_evidence_of_what_was_not_expected(project: Project) -> None:
    project.write({"shopkit.toml": OURS + HARMFUL.replace("  # expect: VET102", "")})
    outcome = project.run("models", "test", "shopkit.toml")
    assert outcome.code == 1
    assert "    line 4: VET102 is found, and not expected:\n    code:4:20: error: VET102 command-injection: " in outcome.out
    assert "= note: code:4:32: The query string comes in here\n" in outcome.out


def test_test_wants_each_finding_where_it_is_expected(project: Project) -> None:
    moved = HARMFUL.replace("import shopkit\n", "import shopkit  # expect: VET102\n").replace("])  # expect: VET102", "])")
    outcome = project.write({"shopkit.toml": OURS + moved}).run("models", "test", "shopkit.toml")
    assert outcome.code == 1
    assert "line 1: VET102 is expected, and not found; it is found in line 4\n" in outcome.out
    assert "line 4: VET102 is found, and not expected:\n" in outcome.out


def test_test_knows_the_rules(project: Project) -> None:
    project.write({"shopkit.toml": OURS + HARMFUL.replace("VET102", "VET102, VET9999")})
    outcome = project.run("models", "test", "shopkit.toml")
    assert outcome.code == 1
    assert "VET9999 is expected, but there is no rule of this name\n" in outcome.out


def test_test_wants_code_that_can_be_parsed(project: Project) -> None:
    project.write({"shopkit.toml": OURS + HARMLESS.replace("import request", "import (")})
    outcome = project.run("models", "test", "shopkit.toml")
    assert outcome.code == 1
    assert "can't be parsed: line" in outcome.out


def test_test_names_the_entries_that_no_test_depends_on(project: Project) -> None:
    more = OURS.replace('["Till.run"]', '["Till.run", "Till.start"]')
    more += '[[sanitizers]]\ncalls = ["as_word"]\nclears = ["shell"]\n'
    outcome = project.write({"shopkit.toml": more + HARMFUL}).run("models", "test", "shopkit.toml")
    assert outcome.code == 0
    note = "shopkit.toml: note: no test depends on these entries:\n    [sinks] Till.start\n    [sanitizers] as_word\n"
    assert note in outcome.out
    used = HARMLESS.replace("int(request.args['when'])", "shopkit.as_word(request.args['when'])")
    assert used != HARMLESS
    outcome = project.write({"shopkit.toml": more + HARMFUL + used}).run("models", "test", "shopkit.toml")
    assert "entries:\n    [sinks] Till.start\n2 tests" in outcome.out


def test_test_says_that_there_are_no_tests(project: Project) -> None:
    outcome = project.write(CONFIGURED).run("models", "test", "shopkit.toml")
    assert (outcome.code, outcome.out) == (0, "shopkit.toml: there are no tests in it\n0 tests.\n")
    (project.root / "vetline.toml").unlink()
    outcome = project.run("models", "test")
    assert outcome.code == 2
    assert "nothing to test" in outcome.err


def test_test_says_what_is_wrong_and_runs_the_rest(project: Project) -> None:
    wrong = OURS + HARMFUL + '[[tests]]\nname = "no code"\n\n[[tests]]\nname = "x"\ncode = ""\nfinds = []\n'
    outcome = project.write({"shopkit.toml": wrong}).run("models", "test", "shopkit.toml")
    assert outcome.code == 1
    assert outcome.out.startswith('shopkit.toml:16:3: needs "code"\nshopkit.toml:22:1: "finds" is not a key of [[tests]]')
    assert "passed: the query string reaches a till\n" in outcome.out
    outcome = project.write({**CONFIGURED, "shopkit.toml": 'modules = ["x"'}).run("models", "test")
    assert outcome.code == 1
    assert "not valid TOML" in outcome.out
    assert project.run("models", "test", "none.toml").code == 2


def test_test_depends_on_no_setting_but_the_models(project: Project) -> None:
    project.write({"vetline.toml": 'models = ["shopkit.toml"]\nignore = ["VET102"]\n', "shopkit.toml": OURS})
    project.write({"tests.toml": 'modules = ["shopkit"]\n' + HARMFUL})
    assert project.run("models", "test", "tests.toml").code == 0


def test_test_as_json(project: Project) -> None:
    moved = HARMFUL.replace("  # expect: VET102", "  # expect: VET101")
    project.write({"shopkit.toml": OURS + moved + HARMLESS})
    document = json.loads(project.run("models", "test", "shopkit.toml", "--format", "json").out)
    assert (document["passed"], document["failed"]) == (1, 1)
    (file,) = document["files"]
    assert (file["path"], file["problems"], file["unnoticed"]) == ("shopkit.toml", [], None)
    failed, passed = file["tests"]
    assert (failed["line"], failed["passed"], failed["missing"]) == (8, False, [{"rule_id": "VET101", "line": 4}])
    assert [one["rule_id"] for one in failed["unexpected"]] == ["VET102"]
    assert (passed["name"], passed["passed"], passed["found"]) == ("a number is harmless", True, [])


def test_test_repeats_no_secret(project: Project) -> None:
    code = 'import shopkit\n\nshopkit.connect(password="Tr0ub4dor&3-horse")\n'
    project.write({"shopkit.toml": f"{OURS}\n[[tests]]\nname = 'x'\ncode = '''\n{code}'''\n"})
    outcome = project.run("models", "test", "shopkit.toml")
    assert outcome.code == 1
    assert "is found, and not expected" in outcome.out
    assert "Tr0ub4dor" not in outcome.out


@pytest.mark.parametrize(
    "code, lines",
    [
        ("f()  # expect: VET101\n", {(0, "VET101")}),
        ("f()  # why: because  # expect: VET101\n", set()),
        ("    # expect: VET101\n    f()\n", {(1, "VET101")}),
        ("f()  # expect: vet101 , B608\n", {(0, "VET101"), (0, "B608")}),
        ("f('# expect: VET101')\n", set()),
    ],
)
def test_a_comment_says_what_is_expected(code: str, lines: set[tuple[int, str]]) -> None:
    assert {(one.line, one.rule_id) for one in expectations(code)} == lines


def test_the_worked_example_passes_its_tests(project: Project) -> None:
    page = (Path(__file__).parents[2] / "docs" / "models.md").read_text(encoding="utf-8")
    model = next(text for text in re.findall(r"```toml\n(.*?)```", page, re.DOTALL) if "[[tests]]" in text)
    (shown,) = re.findall(r"```text\n(.*?)```", page, re.DOTALL)
    outcome = project.write({"models/shopkit.toml": model}).run("models", "test", "models/shopkit.toml")
    assert outcome.code == 0
    assert outcome.out == shown
