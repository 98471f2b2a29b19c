"""Bandit's findings and Vetline's, in one form."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from tests.corpus.sources import decode
from vetline.core.config import BanditConfig, Config, Profile
from vetline.core.finding import Finding, Origin
from vetline.engine.document import Document, Engine
from vetline.rules.catalogue import find_rule


class Found(NamedTuple):
    """What two findings have to agree in."""

    line: int
    column: int
    end_column: int
    first_line: int
    last_line: int
    test_id: str
    severity: str
    confidence: str
    text: str = ""
    """Bandit's own words; only of checks for which Vetline has none."""


def of_command(folder: Path, *arguments: str, **variables: str) -> dict[str, list[Found]]:
    """Run the ``bandit`` command on a folder; return the findings of each file that it could read, by relative path."""
    command = [sys.executable, "-m", "bandit", "--quiet", "-r", "-f", "json", *arguments, "."]
    run = subprocess.run(
        command, cwd=folder, env={**os.environ, **variables}, capture_output=True, encoding="utf-8", check=False
    )
    assert run.returncode in (0, 1), run.stderr
    report = json.loads(run.stdout)
    found: dict[str, list[Found]] = {str(Path(name)): [] for name in report["metrics"] if name != "_totals"}
    for error in report["errors"]:
        del found[str(Path(error["filename"]))]
    for issue in report["results"]:
        found[str(Path(issue["filename"]))].append(
            Found(
                issue["line_number"],
                issue["col_offset"],
                issue["end_col_offset"],
                issue["line_range"][0],
                issue["line_range"][-1],
                issue["test_id"],
                issue["issue_severity"],
                issue["issue_confidence"],
                "" if find_rule(issue["test_id"]) else issue["issue_text"],
            )
        )
    return {name: sorted(issues) for name, issues in found.items()}


def of_manager(data: bytes, path: str = "./a.py") -> list[Found] | None:
    """Run Bandit in this process on one file's content; None if it can't read it."""
    from bandit.core.config import BanditConfig as BanditsConfig
    from bandit.core.manager import BanditManager

    manager: Any = BanditManager(BanditsConfig(), "file")
    manager._parse_file(path, io.BytesIO(data), [path])
    if manager.skipped:
        return None
    return sorted(
        Found(
            issue.lineno,
            issue.col_offset,
            issue.end_col_offset,
            issue.linerange[0],
            issue.linerange[-1],
            issue.test_id,
            issue.severity,
            issue.confidence,
        )
        for issue in manager.results
    )


def of_document(findings: Iterable[Finding]) -> list[Found]:
    """Return what a document found through Bandit's checks."""
    return sorted(
        Found(
            finding.bandit.line,
            finding.bandit.column,
            finding.bandit.end_column,
            *finding.bandit.line_range,
            finding.rule_id,
            finding.severity.name,
            finding.confidence.name,
            "" if find_rule(finding.rule_id) else finding.message,
        )
        for finding in findings
        if finding.origin is Origin.BANDIT and finding.bandit is not None
    )


def of_folder(folder: Path, names: Iterable[str], config: BanditConfig | None = None) -> Mapping[str, list[Found]]:
    """Vet the files of that relative name in ``folder``, each called as Bandit calls it."""
    engine = Engine.of(Config(bandit=config or BanditConfig(), profile=Profile.BANDIT))
    return {
        name: of_document(Document(decode((folder / name).read_bytes()), engine, str(folder / name)).vet()) for name in names
    }


def differences(ours: Mapping[str, list[Found]], theirs: Mapping[str, list[Found]]) -> list[str]:
    """Return what differs between two results for the same files, one line for each finding."""
    lines = []
    for name, expected in theirs.items():
        found = ours[name]
        lines += [f"{name}: Bandit alone has {issue}" for issue in expected if found.count(issue) < expected.count(issue)]
        lines += [f"{name}: Vetline alone has {issue}" for issue in found if found.count(issue) > expected.count(issue)]
    return lines
