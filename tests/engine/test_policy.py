"""What is shown, and how loudly: the defaults that docs/configuration.md states, and everything that changes them."""

from __future__ import annotations

from pathlib import Path, PurePath
from typing import Any

import pytest

from vetline.core.config import BanditConfig, Config, Profile
from vetline.core.finding import Finding, Origin
from vetline.core.location import Range
from vetline.core.severity import Confidence, Level, Severity
from vetline.engine.document import Document, Engine
from vetline.engine.policy import Policy

ROOT = Path("/project")
CODE = ROOT / "src" / "module.py"
TEST = ROOT / "tests" / "module.py"
LOW, MEDIUM, HIGH, UNDEFINED = Severity.LOW, Severity.MEDIUM, Severity.HIGH, Severity.UNDEFINED
OFF = None


def finding(
    rule: str = "B602",
    severity: Severity = HIGH,
    confidence: Confidence = Confidence.HIGH,
    origin: Origin = Origin.BANDIT,
    basis: str = "",
) -> Finding:
    return Finding(rule, Range.of(0, 0, 0, 1), "message", severity, confidence, None, "key", origin, basis=basis)


def level_of(found: Finding, path: PurePath | None = CODE, **settings: Any) -> Level | None:
    """Return the level that a finding is shown at, or None if it isn't."""
    shown = Policy(Config(**settings), ROOT).show([found], path)
    return shown[0].level if shown else None


@pytest.mark.parametrize(
    "found, level",
    [
        (finding(severity=HIGH), Level.ERROR),
        (finding(severity=MEDIUM), Level.WARNING),
        (finding(severity=LOW), Level.INFORMATION),
        (finding(severity=UNDEFINED), Level.INFORMATION),
        (finding(severity=HIGH, confidence=Confidence.MEDIUM), Level.ERROR),
        (finding(severity=HIGH, confidence=Confidence.LOW), Level.INFORMATION),
        (finding("B404", LOW), Level.HINT),
        (finding("B413", HIGH), Level.HINT),
        (finding("B403", LOW, Confidence.LOW), Level.HINT),
        (finding("VET001", HIGH, origin=Origin.VETLINE), Level.ERROR),
    ],
)
def test_defaults(found: Finding, level: Level) -> None:
    assert level_of(found) is level


def test_a_report_leaves_out_hints_that_nobody_has_asked_for() -> None:
    findings = [finding("B404", LOW), finding("B602")]

    def reported(**settings: Any) -> list[str]:
        return [one.finding.rule_id for one in Policy(Config(**settings), ROOT).report(findings, CODE)]

    assert reported() == ["B602"]
    assert reported(levels={"B4": Level.HINT}) == ["B404", "B602"]
    assert reported(levels={"B602": Level.HINT}) == ["B602"]
    assert reported(select=("B404",)) == ["B404"]
    assert reported(profile=Profile.BANDIT) == ["B404", "B602"]


@pytest.mark.parametrize(
    "found, level",
    [
        (finding("B404", LOW), Level.INFORMATION),
        (finding("B413", HIGH), Level.ERROR),
        (finding(severity=HIGH, confidence=Confidence.LOW), Level.ERROR),
        (finding("B101", LOW), Level.INFORMATION),
        (finding("VET001", HIGH, origin=Origin.VETLINE), OFF),
    ],
)
@pytest.mark.parametrize("path", [CODE, TEST])
def test_bandits_own_view(found: Finding, level: Level | None, path: Path) -> None:
    assert level_of(found, path, profile=Profile.BANDIT) is level


@pytest.mark.parametrize(
    "path, is_test",
    [
        ("tests/a.py", True),
        ("src/tests/deep/a.py", True),
        ("test/a.py", True),
        ("src/test_a.py", True),
        ("a_test.py", True),
        ("src/conftest.py", True),
        ("src/testing.py", False),
        ("latest/a.py", False),
        ("src/attest_a.py", False),
    ],
)
def test_asserts_in_test_code_are_not_shown(path: str, is_test: bool) -> None:
    found = finding("B101", LOW)
    assert (level_of(found, ROOT / path) is OFF) == is_test
    assert level_of(finding("B102", LOW), ROOT / path) is Level.INFORMATION, "nothing else is tamed there"


@pytest.mark.parametrize(
    "path, settings, level",
    [
        (None, {}, Level.INFORMATION),
        (PurePath("tests/a.py"), {}, OFF),
        (Path("/elsewhere/tests/a.py"), {}, Level.INFORMATION),
        (Path("/elsewhere/test_a.py"), {}, OFF),
        (TEST, {"test_ignore": ()}, Level.INFORMATION),
        (TEST, {"test_paths": ()}, Level.INFORMATION),
        (TEST, {"test_paths": ("/src/",)}, Level.INFORMATION),
        (CODE, {"test_paths": ("/src/",)}, OFF),
        (TEST, {"test_paths": ("tests/", "!tests/module.py")}, Level.INFORMATION),
    ],
    ids=["no file", "relative", "outside", "outside, by name", "nothing ignored", "none", "others", "these", "but this"],
)
def test_which_code_is_test_code(path: PurePath | None, settings: dict[str, Any], level: Level | None) -> None:
    assert level_of(finding("B101", LOW), path, **settings) is level


@pytest.mark.parametrize(
    "settings, shown",
    [
        ({}, {"B101", "B602", "B603", "B701", "VET001"}),
        ({"select": ("B6",)}, {"B602", "B603"}),
        ({"select": ("B602", "VET")}, {"B602", "VET001"}),
        ({"select": ("B",)}, {"B101", "B602", "B603", "B701"}),
        ({"ignore": ("B6", "B101")}, {"B701", "VET001"}),
        ({"select": ("B6",), "ignore": ("B602",)}, {"B603"}),
        ({"select": ("B602",), "ignore": ("B6",)}, set()),
        ({"ignore": ("B",)}, {"VET001"}),
        ({"levels": {"B6": Level.OFF, "B602": Level.HINT}}, {"B101", "B602", "B701", "VET001"}),
        ({"min_severity": MEDIUM}, {"B602", "B701", "VET001"}),
        ({"min_severity": HIGH}, {"B602"}),
        ({"min_confidence": Confidence.HIGH}, {"B101", "B602", "B603"}),
        ({"bandit": BanditConfig(min_severity=MEDIUM)}, {"B602", "B701", "VET001"}),
        ({"bandit": BanditConfig(min_severity=HIGH)}, {"B602", "VET001"}),
        ({"bandit": BanditConfig(min_confidence=Confidence.HIGH)}, {"B101", "B602", "B603", "VET001"}),
        ({"profile": Profile.BANDIT, "select": ("VET", "B1")}, {"B101"}),
    ],
)
def test_what_is_shown(settings: dict[str, Any], shown: set[str]) -> None:
    found = [
        finding("B101", LOW),
        finding("B602", HIGH),
        finding("B603", LOW),
        finding("B701", MEDIUM, Confidence.MEDIUM),
        finding("VET001", MEDIUM, Confidence.MEDIUM, Origin.VETLINE),
    ]
    policy = Policy(Config(**settings), ROOT)
    assert {one.finding.rule_id for one in policy.show(found, CODE)} == shown
    assert [one.finding for one in policy.show(found, CODE)] == [one for one in found if one.rule_id in shown], "in order"


@pytest.mark.parametrize(
    "levels, expected",
    [
        ({"B602": Level.HINT}, Level.HINT),
        ({"B6": Level.WARNING}, Level.WARNING),
        ({"B": Level.WARNING, "B602": Level.HINT, "B60": Level.INFORMATION}, Level.HINT),
        ({"B": Level.WARNING, "B60": Level.INFORMATION, "B603": Level.HINT}, Level.INFORMATION),
        ({"B7": Level.HINT}, Level.ERROR),
        ({"B60": Level.OFF, "B602": Level.ERROR}, Level.ERROR),
        ({"B60": Level.ERROR, "B602": Level.OFF}, OFF),
    ],
)
@pytest.mark.parametrize("profile", Profile)
def test_the_longest_prefix_has_the_say(levels: dict[str, Level], expected: Level | None, profile: Profile) -> None:
    assert level_of(finding("B602", HIGH), levels=levels, profile=profile) is expected


def test_a_level_that_is_set_wins_over_taming() -> None:
    assert level_of(finding("B404", LOW), levels={"B4": Level.ERROR}) is Level.ERROR
    assert level_of(finding("B608", HIGH, Confidence.LOW), levels={"B6": Level.WARNING}) is Level.WARNING
    assert level_of(finding("B101", LOW), TEST, levels={"B101": Level.ERROR}) is OFF, "but what is ignored stays so"


def test_a_finding_that_another_rule_is_the_basis_of() -> None:
    """A finding of Vetline's own that says what a Bandit check would, had it seen more, is under that check's settings, too."""
    found = finding("VET001", HIGH, origin=Origin.VETLINE, basis="B602")
    assert level_of(found) is Level.ERROR
    assert level_of(found, ignore=("B602",)) is OFF
    assert level_of(found, levels={"B602": Level.HINT}) is Level.HINT
    assert level_of(found, levels={"B602": Level.HINT, "VET": Level.WARNING}) is Level.WARNING
    assert level_of(found, select=("VET",)) is Level.ERROR
    assert level_of(found, bandit=BanditConfig(min_severity=HIGH)) is Level.ERROR
    assert level_of(found, profile=Profile.BANDIT) is OFF


@pytest.mark.parametrize(
    "path, excluded",
    [
        ("src/module.py", False),
        ("build/a.py", True),
        ("src/build/a.py", False),
        ("src/a_pb2.py", True),
        ("vendor/a.py", True),
        ("src/vendored/a.py", True),
        ("src/migrations/a.py", True),
        ("migrations/a.py", False),
    ],
)
def test_excluded_files(path: str, excluded: bool) -> None:
    """By gitignore's patterns, and by Bandit's own, which are something else: globs, or any part of the path."""
    config = Config(exclude=("/build/", "*_pb2.py"), bandit=BanditConfig(exclude_dirs=("vendor", "*/src/migrations/*")))
    assert Policy(config, ROOT).is_excluded(ROOT / path) == excluded


def test_a_finding_of_ours_that_is_too_mild_hides_bandits_of_the_same() -> None:
    found = Document("import requests\n\nrequests.get(url)\n", Engine.of(Config())).vet()
    assert {finding.rule_id for finding in found} == {"B113", "VET404"}

    assert Policy(Config(min_severity=Severity.MEDIUM)).show(found, None) == []
    assert [shown.finding.rule_id for shown in Policy(Config(ignore=("VET404",))).show(found, None)] == ["B113"]
