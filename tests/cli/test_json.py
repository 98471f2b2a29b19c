"""The JSON format keeps to its schema, and says of Bandit's findings what Bandit says."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from tests.cli.conftest import Project

SCHEMA = json.loads((Path(__file__).parents[2] / "docs" / "check.schema.json").read_text())

VARIED: Mapping[str, str | bytes] = {
    "app.py": """\
import subprocess
import yaml

TOKEN = "abcdefgh"


def run(name, password="letmein"):
    subprocess.run(
        f"ls {name}",
        shell=True,
    )
    ü = "日本"; yaml.load(ü); exec(ü)
    cursor.execute("SELECT * FROM t WHERE a = '%s'"
                   % name)


class Door:
    def open(self):
        try:
            return eval(self.key)
        except Exception:
            pass
""",
    "pkg/__init__.py": "",
    "pkg/web.py": "import flask\n\napp = flask.Flask('')\r\nwith x:\r\n\tapp.run(debug=True, host='0.0.0.0')  # nosec B104\r\n",
    "tests/test_web.py": "\ufeffimport requests\n\nassert requests.get(url, verify=False)\n",
    "old.py": b"# coding: latin-1\nx = '\xe4'; y = hashlib.md5(x)\nimport hashlib\nz = hashlib.md5('\xe4')\n",
}


def check_json(project: Project, *options: str) -> Any:
    document = json.loads(project.run("check", "--format", "json", *options).out)
    jsonschema.validate(document, SCHEMA)
    return document


def test_the_schema_is_one() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


def test_a_finding_has_all_its_parts(project: Project) -> None:
    document = check_json(project.write({"app.py": "y = '日👩', eval(x)\n"}), "--select", "B307")
    (finding,) = document["findings"]
    assert {key: value for key, value in finding.items() if key not in {"message", "fingerprint"}} == {
        "rule_id": "B307",
        "name": "eval",
        "level": "warning",
        "severity": "medium",
        "confidence": "high",
        "cwe": {"id": 78, "url": "https://cwe.mitre.org/data/definitions/78.html"},
        "path": "app.py",
        "range": {"start": {"line": 1, "column": 11}, "end": {"line": 1, "column": 18}},
        "also": [],
        "related": [],
        "bandit": {
            "test_id": "B307",
            "line_number": 1,
            "col_offset": 15,
            "end_col_offset": 22,
            "line_range": [1],
            "issue_severity": "MEDIUM",
            "issue_confidence": "HIGH",
        },
    }


def test_errors_and_notes_have_their_places(project: Project) -> None:
    document = check_json(
        project.write({"bad.py": b"x = 1\ny = '\xff'\n", "app.py": "x = = 1\n\ny = 2\nz = 3\n"}), "none.py", "."
    )
    assert [(error["kind"], error["path"], error["line"]) for error in document["errors"]] == [
        ("missing", "none.py", None),
        ("encoding", "bad.py", 2),
    ]
    (note,) = document["notes"]
    assert (note["kind"], note["path"], note["range"]["start"]["line"]) == ("not-parsed", "app.py", 1)
    assert document["files"] == ["none.py", "app.py", "bad.py"]


def test_bandits_findings_are_those_of_bandit(project: Project) -> None:
    project.write(VARIED)
    found = check_json(project, "--profile", "bandit")
    command = [sys.executable, "-m", "bandit", "-q", "-r", ".", "-f", "json"]
    expected = json.loads(subprocess.run(command, capture_output=True, check=False, cwd=project.root).stdout)
    keys = list(found["findings"][0]["bandit"])
    assert len(found["findings"]) > 10
    assert sorted((f["path"], *(str(f["bandit"][key]) for key in keys)) for f in found["findings"]) == sorted(
        (Path(f["filename"]).as_posix(), *(str(f[key]) for key in keys)) for f in expected["results"]
    )


@pytest.mark.parametrize(
    "after",
    [
        "import os\n\n\ndef unrelated():\n    pass\n\n\ndef f(x):\n    return eval(x)\n",
        "def f(x):\n    log(x)\n    return eval(x)\n",
        "class A:\n    def f(self, x):\n        return  eval( x )\n",
    ],
    ids=["moved", "a line above", "indented"],
)
def test_a_fingerprint_stays_when_the_code_moves(project: Project, after: str) -> None:
    before = check_json(project.write({"app.py": "def f(x):\n    return eval(x)\n"}))
    later = check_json(project.write({"app.py": after}))
    assert [f["fingerprint"] for f in later["findings"]] == [f["fingerprint"] for f in before["findings"]]


def test_equal_code_has_different_fingerprints(project: Project) -> None:
    document = check_json(project.write({"app.py": "eval(x)\neval(x)\neval(y)\n"}))
    assert len({f["fingerprint"] for f in document["findings"]}) == 3


def test_a_file_name_that_is_no_text_comes_out_as_json(project: Project) -> None:
    name = b"caf\xe9.py"
    try:
        Path(project.root / name.decode(errors="surrogateescape")).write_text("eval(x)\n")
    except OSError:
        pytest.skip("this file system has only names that are text")
    outcome = project.spawn("check", "--format", "json")
    assert json.loads(outcome.out_bytes)["findings"][0]["path"] == "caf\udce9.py"
