"""``vetline rules``, ``config`` and ``serve``."""

from __future__ import annotations

import json
import socket
from pathlib import Path

import pytest

from tests.cli.conftest import Project
from vetline.cli.commands import serve
from vetline.rules.catalogue import rule_ids


def test_rules_lists_them_all(project: Project) -> None:
    out = project.run("rules").out
    for rule_id in rule_ids():
        assert f"{rule_id} " in out
    assert "hardcoded-sql-expressions" in out


def test_rules_explains_one(project: Project) -> None:
    outcome = project.run("rules", "b608")
    assert outcome.code == 0
    assert outcome.out.startswith("B608 hardcoded-sql-expressions\nCWE-89 SQL Injection, https://cwe.mitre.org/")
    assert "How to fix it" in outcome.out
    assert "##" not in outcome.out
    assert project.run("rules", "hardcoded-sql-expressions").out == outcome.out


def test_rules_as_json(project: Project) -> None:
    documents = json.loads(project.run("rules", "--format", "json").out)
    assert [document["id"] for document in documents] == list(rule_ids())
    (rule,) = (document for document in documents if document["id"] == "B608")
    assert json.loads(project.run("rules", "B608", "--format", "json").out) == rule
    assert (rule["cwe"]["id"], rule["severity"]) == (89, "medium")


def test_an_unknown_rule_is_an_error(project: Project) -> None:
    outcome = project.run("rules", "hardcoded-sql-expression")
    assert outcome.code == 2
    assert "did you mean hardcoded-sql-expressions?" in outcome.err


def test_config_says_where_a_value_comes_from(project: Project) -> None:
    project.write({"pyproject.toml": '[tool.vetline]\nignore = ["B101"]\n', "src/app.py": ""})
    outcome = project.run("config", "src/app.py")
    assert outcome.code == 0
    lines = dict(line.split(" = ", 1) for line in outcome.out.splitlines() if " = " in line)
    assert lines["ignore"].split("  # ")[0].strip() == '["B101"]'
    assert lines["ignore"].endswith(f"# {project.root / 'pyproject.toml'}:2")
    assert lines["profile"].endswith("# default")


def test_config_as_json(project: Project) -> None:
    project.write({"vetline.toml": 'min-severity = "low"\n[severity]\nB404 = "off"\n'})
    document = json.loads(project.run("config", "--format", "json").out)
    assert document["root"] == str(project.root)
    assert document["settings"]["min-severity"] == {
        "value": "low",
        "layer": "project",
        "path": str(project.root / "vetline.toml"),
        "line": 1,
    }
    assert document["settings"]["severity.B404"]["value"] == "off"
    assert document["settings"]["select"] == {"value": [], "layer": "default", "path": None, "line": None}
    assert document["settings"]["respect-gitignore"]["value"] is True
    assert document["settings"]["typing-delay-ms"]["value"] == 150


def test_config_shows_what_is_wrong(project: Project) -> None:
    outcome = project.write({"vetline.toml": "ignor = 1\n"}).run("config")
    assert outcome.code == 0
    assert 'did you mean "ignore"?' in outcome.err
    outcome = project.write({"vetline.toml": "ignore = [\n"}).run("config")
    assert outcome.code == 2
    assert "not valid TOML" in outcome.err


def test_config_knows_a_named_file_and_none_at_all(project: Project) -> None:
    project.write({"vetline.toml": 'profile = "bandit"\n', "other.toml": 'select = ["B1"]\n'})
    assert 'profile = "default"' in project.run("config", "--isolated").out
    out = project.run("config", "--config", "other.toml").out
    assert 'profile = "default"' in out
    assert 'select = ["B1"]' in out


@pytest.mark.parametrize(
    "written, address",
    [
        ("8713", ("127.0.0.1", 8713)),
        ("0.0.0.0:8713", ("0.0.0.0", 8713)),
        ("localhost:0", ("localhost", 0)),
        ("[::1]:8713", ("::1", 8713)),
    ],
)
def test_serve_listens_on_loopback_unless_told_otherwise(
    project: Project, monkeypatch: pytest.MonkeyPatch, written: str, address: tuple[str, int]
) -> None:
    import vetline.lsp.server

    called: list[tuple[str, int]] = []

    def serve_tcp(host: str, port: int) -> int:
        called.append((host, port))
        return 7

    monkeypatch.setattr(vetline.lsp.server, "serve_tcp", serve_tcp)
    monkeypatch.setattr(serve, "_set_up_log", lambda *_: None)
    assert project.run("serve", "--tcp", written).code == 7
    assert called == [address]


@pytest.mark.parametrize("written", ["x", "80000000", "65536", "::1:80", "host:", ":80", "[::1]", "-1"])
def test_serve_refuses_what_is_no_address(project: Project, written: str) -> None:
    assert project.run("serve", f"--tcp={written}").code == 2


def test_serve_says_that_a_port_is_taken(project: Project) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        outcome = project.spawn("serve", "--tcp", str(port), "--log-level", "error")
    assert outcome.code == 2
    assert f"can't listen on 127.0.0.1:{port}" in outcome.err


def test_serve_speaks_the_protocol_over_standard_streams_and_logs_to_a_file(project: Project, tmp_path: Path) -> None:
    log = tmp_path / "server.log"

    def message(**content: object) -> bytes:
        body = json.dumps({"jsonrpc": "2.0", **content}).encode()
        return b"Content-Length: %d\r\n\r\n%s" % (len(body), body)

    session = (
        message(id=1, method="initialize", params={"capabilities": {}, "processId": None, "rootUri": None})
        + message(method="initialized", params={})
        + message(id=2, method="shutdown")
        + message(method="exit")
    )
    outcome = project.spawn("serve", "--log-file", log, "--log-level", "debug", stdin=session)
    assert outcome.code == 0
    assert outcome.err == ""
    assert '"textDocumentSync"' in outcome.out
    assert "vetline" in log.read_text() or "pygls" in log.read_text()


def test_a_log_file_that_cannot_be_written_ends_with_2(project: Project) -> None:
    outcome = project.run("serve", "--log-file", "no/such/folder.log")
    assert outcome.code == 2
    assert "can't be written" in outcome.err
