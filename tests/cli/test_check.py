"""``vetline check``: what is reported, and how the command ends."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from tests.cli.conftest import Project

pytestmark = pytest.mark.usefixtures("bandits_profile")

SHELL = "import subprocess\n\nsubprocess.run(command, shell=True)\n"
CLEAN = "print('hello')\n"


def rule_ids(output: str) -> list[str]:
    return [finding["rule_id"] for finding in json.loads(output)["findings"]]


def test_findings_end_with_1(project: Project) -> None:
    outcome = project.write({"app.py": SHELL}).run("check", "--profile", "default", "--select", "B4,B60")
    assert outcome.code == 1
    assert "app.py:3:1: error: B602 subprocess-popen-with-shell-equals-true: " in outcome.out
    assert "Found 2 findings in 1 of 1 checked file: 1 error, 1 hint." in outcome.out


def test_a_clean_project_ends_with_0(project: Project) -> None:
    outcome = project.write({"app.py": CLEAN, "lib/other.py": CLEAN}).run("check")
    assert (outcome.code, outcome.out) == (0, "No findings in 2 checked files.\n")


def test_an_empty_file_is_clean(project: Project) -> None:
    assert project.write({"empty.py": ""}).run("check").code == 0


def test_nothing_to_check_is_said(project: Project) -> None:
    outcome = project.run("check")
    assert (outcome.code, outcome.out) == (0, "There are no Python files to check.\n")


def test_exit_zero_is_about_findings(project: Project) -> None:
    outcome = project.write({"app.py": SHELL}).run("check", "--exit-zero")
    assert outcome.code == 0
    assert "B602" in outcome.out


@pytest.mark.parametrize(
    "options, expected",
    [
        ([], ["B404", "B602"]),
        (["--select", "B602"], ["B602"]),
        (["--select", "B1,B60"], ["B602"]),
        (["--select", "B404", "--select", "B602"], ["B404", "B602"]),
        (["--ignore", "B4"], ["B602"]),
        (["--min-severity", "medium"], ["B602"]),
        (["--min-severity", "high", "--ignore", "B6"], []),
    ],
)
def test_options_choose_what_is_reported(project: Project, options: list[str], expected: list[str]) -> None:
    outcome = project.write({"app.py": SHELL}).run("check", "--format", "json", *options)
    assert rule_ids(outcome.out) == expected
    assert outcome.code == bool(expected)


def test_min_confidence_leaves_out_what_is_unsure(project: Project) -> None:
    project.write({"app.py": "query = 'SELECT * FROM users WHERE name = ' + name\n"})
    assert rule_ids(project.run("check", "--format", "json").out) == ["B608"]
    assert rule_ids(project.run("check", "--format", "json", "--min-confidence", "high").out) == []


def test_bandits_profile_reports_asserts_in_tests(project: Project) -> None:
    project.write({"tests/test_app.py": "def test_it():\n    assert user.is_admin\n"})
    assert project.run("check", "--profile", "default", "--select", "B101").code == 0
    assert rule_ids(project.run("check", "--format", "json", "--profile", "bandit").out) == ["B101"]


def test_a_level_is_configured_in_the_project(project: Project) -> None:
    project.write({"app.py": SHELL, "pyproject.toml": '[tool.vetline.severity]\nB404 = "off"\nB602 = "hint"\n'})
    assert "app.py:3:1: hint: B602" in project.run("check").out


def test_the_nearest_project_file_counts(project: Project) -> None:
    project.write({"app.py": SHELL, "part/app.py": SHELL, "part/vetline.toml": 'ignore = ["B602", "B404"]\n'})
    outcome = project.run("check", "--format", "json")
    assert {finding["path"] for finding in json.loads(outcome.out)["findings"]} == {"app.py"}


def test_config_takes_the_place_of_the_projects_file(project: Project) -> None:
    project.write(
        {"app.py": SHELL, "vetline.toml": 'ignore = ["B4"]\n', "ci/strict.toml": 'ignore = ["B6"]\nseverity.B404 = "hint"\n'}
    )
    assert rule_ids(project.run("check", "--format", "json", "--config", "ci/strict.toml").out) == ["B404"]
    assert rule_ids(project.run("check", "--format", "json").out) == ["B602"]
    assert rule_ids(project.run("check", "--format", "json", "--isolated").out) == ["B602"]


def test_patterns_of_a_named_config_are_relative_to_the_current_folder(project: Project) -> None:
    project.write({"old/app.py": SHELL, "ci/old/app.py": SHELL, "ci/strict.toml": 'exclude = ["/old"]\n'})
    outcome = project.run("check", "--format", "json", "--config", "ci/strict.toml")
    assert json.loads(outcome.out)["files"] == ["ci/old/app.py"]


def test_config_and_isolated_contradict_each_other(project: Project) -> None:
    outcome = project.write({"vetline.toml": ""}).run("check", "--isolated", "--config", "vetline.toml")
    assert outcome.code == 2
    assert "use one of them" in outcome.err


def test_an_unknown_rule_on_the_command_line_is_wrong_usage(project: Project) -> None:
    outcome = project.write({"app.py": SHELL}).run("check", "--select", "B999")
    assert (outcome.code, outcome.out) == (2, "")
    assert '--select: "B999" names no rule' in outcome.err


def test_an_unreadable_configuration_stops_the_run(project: Project) -> None:
    outcome = project.write({"app.py": SHELL, "vetline.toml": "ignore = [\n"}).run("check", "--exit-zero")
    assert (outcome.code, outcome.out) == (2, "")
    assert "vetline.toml:2:1: not valid TOML" in outcome.err


def test_a_mistake_in_the_configuration_is_said_and_the_run_goes_on(project: Project) -> None:
    project.write({"app.py": SHELL, "vetline.toml": 'ignor = ["B404"]\n'})
    outcome = project.run("check", "--format", "json")
    assert outcome.code == 1
    assert 'did you mean "ignore"?' in outcome.err
    assert [note["kind"] for note in json.loads(outcome.out)["notes"]] == ["configuration"]


def test_standard_input_is_checked_under_the_name_given(project: Project) -> None:
    project.write({"src/vetline.toml": 'ignore = ["B404"]\n'})
    outcome = project.run("check", "-", "--stdin-filename", "src/app.py", stdin=SHELL)
    assert outcome.code == 1
    assert outcome.out.startswith("src/app.py:3:1: error: B602")
    assert "B404" not in outcome.out


def test_standard_input_needs_no_name(project: Project) -> None:
    assert project.run("check", "-", stdin=SHELL).out.startswith("<stdin>:1:1: info: B404")
    assert project.run("check", "-", stdin=b"\xff = 1\n").code == 2


def test_standard_input_stands_alone(project: Project) -> None:
    assert project.run("check", "-", "app.py", stdin="").code == 2


def test_output_goes_to_a_file_and_a_summary_to_standard_error(project: Project) -> None:
    outcome = project.write({"app.py": SHELL}).run("check", "--output", "report.txt")
    assert (outcome.code, outcome.out) == (1, "")
    assert outcome.err.startswith("Found 2 findings")
    assert b"app.py:3:1: error: B602" in project.read("report.txt")


def test_output_that_cannot_be_written_ends_with_2(project: Project) -> None:
    outcome = project.write({"app.py": CLEAN}).run("check", "--output", "no/such/folder.txt")
    assert outcome.code == 2
    assert "can't be written" in outcome.err


def test_output_does_not_replace_a_device(project: Project) -> None:
    outcome = project.write({"app.py": SHELL}).spawn("check", "-o", "/dev/stdout", "--format", "github")
    assert outcome.out.startswith("::notice file=app.py")


def test_quiet_leaves_out_the_summary(project: Project) -> None:
    project.write({"app.py": SHELL})
    outcome = project.run("check", "--quiet", "--format", "json")
    assert outcome.err == ""
    assert "Found" not in project.run("check", "--quiet").out


def test_a_path_that_does_not_exist_is_reported_and_the_rest_checked(project: Project) -> None:
    outcome = project.write({"app.py": SHELL}).run("check", "nowhere.py", "app.py", "--exit-zero")
    assert outcome.code == 2
    assert outcome.out.startswith("nowhere.py: error: not checked: no such file or folder\n")
    assert "app.py:3:1: error: B602" in outcome.out


def test_paths_that_overlap_are_checked_once(project: Project) -> None:
    project.write({"src/app.py": SHELL})
    outcome = project.run("check", "--format", "json", "src/app.py", ".", "src/../src", project.root / "src")
    assert json.loads(outcome.out)["files"] == ["src/app.py"]


def test_paths_outside_the_current_folder_are_shown_in_full(project: Project, tmp_path: Path) -> None:
    (tmp_path / "other.py").write_text(SHELL)
    outcome = project.run("check", "../other.py")
    assert outcome.out.startswith(f"{(tmp_path / 'other.py').as_posix()}:1:1: ")


def test_a_file_is_checked_whatever_it_is_called(project: Project) -> None:
    project.write({"script": SHELL, "notes.txt": SHELL})
    assert project.run("check", "script").code == 1
    assert project.run("check").code == 0


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="nothing is unreadable for root")
def test_what_may_not_be_read_is_reported(project: Project) -> None:
    project.write({"secret.py": SHELL, "folder/app.py": SHELL, "app.py": CLEAN})
    (project.root / "secret.py").chmod(0)
    (project.root / "folder").chmod(0)
    try:
        outcome = project.run("check", ".", "folder/app.py", "folder/deeper/app.py")
    finally:
        (project.root / "folder").chmod(0o700)
    assert outcome.code == 2
    assert "folder/app.py: error: not checked: " in outcome.out
    assert "folder/deeper/app.py: error: not checked: " in outcome.out
    assert "secret.py: error: not checked: it can't be read: Permission denied" in outcome.out
    assert "folder: error: not checked: the folder can't be read: Permission denied" in outcome.out


def test_a_dangling_link_is_reported_but_for_an_editors_lock(project: Project) -> None:
    (project.root / "gone.py").symlink_to("nowhere.py")
    (project.root / ".#app.py").symlink_to("user@host.1234")
    (project.root / "loop.py").symlink_to("loop.py")
    outcome = project.run("check")
    assert outcome.code == 2
    assert "gone.py: error: not checked: no such file" in outcome.out
    assert "loop.py: error: not checked: it can't be read: Too many levels of symbolic links" in outcome.out
    assert ".#app.py" not in outcome.out


def test_a_fault_in_a_file_is_forgiven_by_exit_zero(project: Project) -> None:
    project.write({"data.py": b"x = '\xff'\n", "app.py": SHELL})
    assert project.run("check").code == 2
    assert project.run("check", "--exit-zero").code == 0


def test_a_broken_statement_is_noted_and_the_rest_is_checked(project: Project) -> None:
    project.write({"app.py": f"{SHELL}\nx = = 1\n\neval(data)\n"})
    outcome = project.run("check")
    assert outcome.code == 1
    assert "app.py:5:1: note: could not be parsed and was left out: line 5; everything else was checked\n" in outcome.out
    assert "B602" in outcome.out
    assert "B307" in outcome.out


def test_a_hopelessly_broken_file_is_an_error(project: Project) -> None:
    perl = "use strict;\nmy $x = shift @ARGV;\nprint \"$x\\n\" unless $x eq 'a';\nforeach my $y (@z) { push @w, $y }\n"
    outcome = project.write({"script.py": perl}).run("check")
    assert outcome.code == 2
    assert "script.py:1:1: error: not wholly checked: most of it could not be parsed: " in outcome.out


def test_help_is_there_for_every_command(project: Project) -> None:
    listed = project.run("--help").out
    for command in ("check", "fix", "rules", "config", "serve", "demo"):
        help_text = project.run(command, "--help")
        assert help_text.code == 0
        assert command in listed


def test_an_unknown_command_or_option_is_wrong_usage(project: Project) -> None:
    assert project.run("chekc").code == 2
    assert project.run("check", "--no-such-option").code == 2
    assert project.run("check", "--format", "yaml").code == 2
