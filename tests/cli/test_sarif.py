"""The SARIF format: valid by the schema, and what code-scanning services make use of."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from tests.cli.conftest import Project
from tests.cli.test_json import VARIED
from vetline.cli.formats import json as json_format
from vetline.cli.formats import sarif, text
from vetline.cli.report import Excerpt, FileReport, Report, Reported, Step
from vetline.cli.terminal import Style
from vetline.core.cwe import Cwe
from vetline.core.finding import Finding
from vetline.core.location import Range
from vetline.core.severity import Confidence, Level, Severity

pytestmark = pytest.mark.usefixtures("bandits_profile")

SCHEMA = json.loads((Path(__file__).parent / "schemas" / "sarif-2.1.0-rtm.5.json").read_text())


def valid(text: str) -> Any:
    """Return the run of a log, after validating that."""
    log = json.loads(text)
    jsonschema.Draft4Validator(SCHEMA, format_checker=jsonschema.FormatChecker()).validate(log)
    (run,) = log["runs"]
    return run


def check_sarif(project: Project, *options: str | Path) -> Any:
    return valid(project.run("check", "--format", "sarif", *options).out)


def test_a_varied_project_gives_a_valid_log(project: Project) -> None:
    run = check_sarif(project.write({**VARIED, "bad.py": b"\xff\n", "broken.py": "x = = 1\ny = 1\nz = 1\n"}))
    assert len(run["results"]) > 10
    assert run["columnKind"] == "utf16CodeUnits"
    assert run["automationDetails"]["id"].endswith("/")


def test_a_clean_project_gives_a_valid_log(project: Project) -> None:
    run = check_sarif(project)
    assert run["results"] == []
    assert run["invocations"][0]["executionSuccessful"] is True


def test_a_rule_is_described(project: Project) -> None:
    run = check_sarif(project.write({"app.py": "query = 'SELECT * FROM users WHERE name = ' + name\n"}))
    (rule,) = run["tool"]["driver"]["rules"]
    assert (rule["id"], rule["name"]) == ("B608", "hardcoded-sql-expressions")
    assert rule["properties"] == {
        "tags": ["security", "external/cwe/cwe-089", "external/owasp/a03-2021", "external/owasp/a05-2025"],
        "security-severity": "5.5",
        "precision": "medium",
    }
    assert rule["helpUri"] == "https://cwe.mitre.org/data/definitions/89.html"
    assert "## How to fix it" in rule["help"]["markdown"]
    assert rule["defaultConfiguration"]["level"] == "warning"


def test_results_refer_to_their_rules(project: Project) -> None:
    run = check_sarif(project.write(VARIED))
    rules = run["tool"]["driver"]["rules"]
    assert [rules[result["ruleIndex"]]["id"] for result in run["results"]] == [r["ruleId"] for r in run["results"]]
    assert len({rule["id"] for rule in rules}) == len(rules)


def test_columns_are_utf16_code_units(project: Project) -> None:
    run = check_sarif(project.write({"app.py": "y = '日👩', eval(x)\n"}))
    region = run["results"][0]["locations"][0]["physicalLocation"]["region"]
    assert (region["startColumn"], region["endColumn"]) == (12, 19)
    assert region["snippet"]["text"] == "eval(x)"


def test_paths_are_relative_uris(project: Project, tmp_path: Path) -> None:
    (tmp_path / "other.py").write_text("eval(x)\n")
    run = check_sarif(project.write({"src/ä b#.py": "eval(x)\n"}), ".", "../other.py")
    inside, outside = (r["locations"][0]["physicalLocation"]["artifactLocation"] for r in run["results"])
    assert inside == {"uri": "src/%C3%A4%20b%23.py", "uriBaseId": "SRCROOT"}
    assert outside == {"uri": (tmp_path / "other.py").as_uri()}
    assert inside["uriBaseId"] in run["originalUriBaseIds"]


def test_fixes_are_offered_unless_they_are_not_wanted(project: Project) -> None:
    project.write({"app.py": "import yaml\n\nx = '👩', yaml.load(stream, Loader=yaml.Loader)\n"})
    (result,) = check_sarif(project)["results"]
    changes = [change for fix in result["fixes"] for change in fix["artifactChanges"]]
    assert changes[0]["artifactLocation"] == {"uri": "app.py", "uriBaseId": "SRCROOT"}
    assert "SafeLoader" in json.dumps(changes) or "safe_load" in json.dumps(changes)
    assert "fixes" not in check_sarif(project, "--no-fixes")["results"][0]


def test_applying_a_fix_by_its_regions_removes_the_finding(project: Project) -> None:
    text = "import yaml\r\n\r\nx = '👩日', yaml.load(stream, Loader=yaml.Loader)  # é\r\n"
    (result,) = check_sarif(project.write({"app.py": text}))["results"]
    lines = [line.encode("utf-16-le") for line in text.split("\r\n")]
    for replacement in reversed(result["fixes"][0]["artifactChanges"][0]["replacements"]):
        region, new = replacement["deletedRegion"], replacement["insertedContent"]["text"].encode("utf-16-le")
        assert region["startLine"] == region["endLine"]
        line = lines[region["startLine"] - 1]
        lines[region["startLine"] - 1] = line[: 2 * (region["startColumn"] - 1)] + new + line[2 * (region["endColumn"] - 1) :]
    project.write({"app.py": "\r\n".join(line.decode("utf-16-le") for line in lines)})
    assert check_sarif(project)["results"] == []


def test_a_fix_that_would_repeat_a_secret_is_left_out(project: Project) -> None:
    code = "import yaml\n\npassword = 'correct-horse'\ny = yaml.load('correct-horse', Loader=yaml.Loader)\n"
    run = check_sarif(project.write({"app.py": code}), "--profile", "bandit")
    assert [r["ruleId"] for r in run["results"]] == ["B105", "B506"]
    assert "correct-horse" not in json.dumps(run)


def test_what_could_not_be_checked_is_a_notification(project: Project) -> None:
    project.write({"bad.py": b"x = 1\n\xff\n", "app.py": "x = = 1\ny = 1\nz = 1\n", "vetline.toml": "x = 1\n"})
    run = check_sarif(project, ".", "none.py")
    (invocation,) = run["invocations"]
    assert [(n["level"], n["descriptor"]["id"]) for n in invocation["toolExecutionNotifications"]] == [
        ("note", "not-parsed"),
        ("error", "encoding"),
        ("error", "missing"),
    ]
    assert len(invocation["toolConfigurationNotifications"]) == 1
    assert invocation["executionSuccessful"] is False
    described = {notification["id"] for notification in run["tool"]["driver"]["notifications"]}
    assert {n["descriptor"]["id"] for n in invocation["toolExecutionNotifications"]} <= described


FLOW = FileReport(
    Path("app.py"),
    "app.py",
    (
        Reported(
            Finding("VET089", Range.of(4, 2, 4, 9), "Tainted.", Severity.HIGH, Confidence.HIGH, Cwe(89), "key"),
            Level.ERROR,
            "print",
            Excerpt(("  execute(q)",), Range.of(4, 2, 4, 9)),
            steps=(
                Step("web/views.py", Range.of(1, 0, 1, 3), Range.of(1, 0, 1, 4), "It comes from here."),
                Step("app.py", Range.of(2, 0, 2, 3), Range.of(2, 0, 2, 3), "It goes on here."),
            ),
        ),
    ),
)


def test_evidence_becomes_a_flow() -> None:
    (result,) = valid(sarif.render(Report([FLOW])))["results"]
    first, second = result["relatedLocations"]
    assert first["message"]["text"] == "It comes from here."
    assert first["physicalLocation"]["artifactLocation"]["uri"] == "web/views.py"
    assert first["physicalLocation"]["region"]["endColumn"] == 5
    assert second["id"] != first["id"]
    (flow,) = result["codeFlows"][0]["threadFlows"]
    lines = [step["location"]["physicalLocation"]["region"]["startLine"] for step in flow["locations"]]
    assert lines == [2, 3, 5]


def test_evidence_is_in_the_other_formats_too() -> None:
    assert "= note: web/views.py:2:1: It comes from here.\n" in text.render(Report([FLOW]), Style(color=False), 100)
    (finding,) = json.loads(json_format.render(Report([FLOW])))["findings"]
    assert [(step["path"], step["range"]["end"]["column"]) for step in finding["related"]] == [
        ("web/views.py", 4),
        ("app.py", 4),
    ]
