"""Bandit's configuration has the effect that it has on the ``bandit`` command."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.corpus.python_files import write_samples
from tests.engine.bandit.findings import Found, differences, of_command, of_document, of_folder
from vetline.config import load
from vetline.core.config import BanditConfig, Config, Profile
from vetline.core.severity import Confidence, Severity
from vetline.engine.document import Document, Engine
from vetline.engine.policy import Policy


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("samples")
    write_samples(folder)
    return folder


@pytest.fixture(scope="module")
def without_configuration(samples: Path) -> dict[str, list[Found]]:
    return of_command(samples)


OPTIONS: dict[str, Any] = {
    "assert_used": {"skips": ["*structure.py"]},
    "hardcoded_tmp_directory": {"tmp_dirs": ["/var/tmp", "a/"]},
    "try_except_pass": {"check_typed_exception": True},
    "try_except_continue": {"check_typed_exception": True},
    "shell_injection": {"subprocess": ["subprocess.Popen"], "shell": ["os.popen"], "no_shell": ["os.execl"]},
    "ssl_with_bad_version": {"bad_protocol_versions": ["PROTOCOL_TLS"]},
    "weak_cryptographic_key": {
        "weak_key_size_dsa_high": 512,
        "weak_key_size_dsa_medium": 1024,
        "weak_key_size_rsa_high": 512,
        "weak_key_size_rsa_medium": 1024,
        "weak_key_size_ec_high": 100,
        "weak_key_size_ec_medium": 120,
    },
    "markupsafe_xss": {"allowed_calls": ["markupsafe.escape"], "extend_markup_names": ["django_safe.Markup"]},
}


@pytest.mark.parametrize(
    "written, config",
    [
        ({"tests": ["B102", "B307", "B613"]}, BanditConfig(tests=frozenset({"B102", "B307", "B613"}))),
        ({"tests": ["B301", "B404", "B608"]}, BanditConfig(tests=frozenset({"B301", "B404", "B608"}))),
        ({"skips": ["B101", "B105", "B301", "B401"]}, BanditConfig(skips=frozenset({"B101", "B105", "B301", "B401"}))),
        ({"tests": ["B001"], "skips": ["B303"]}, BanditConfig(tests=frozenset({"B001"}), skips=frozenset({"B303"}))),
        (OPTIONS, BanditConfig(options=OPTIONS)),
        (
            {"skips": ["B602"], "assert_used": {"skips": ["*"]}},
            BanditConfig(skips=frozenset({"B602"}), options={"assert_used": {"skips": ["*"]}}),
        ),
    ],
    ids=["tests", "blacklisted calls and imports", "skips", "all blacklists but one", "options", "skips and options"],
)
def test_tests_skips_and_options(
    samples: Path,
    tmp_path: Path,
    without_configuration: dict[str, list[Found]],
    written: dict[str, Any],
    config: BanditConfig,
) -> None:
    (tmp_path / "bandit.yaml").write_text(yaml.safe_dump(written))
    theirs = of_command(samples, "-c", str(tmp_path / "bandit.yaml"))
    assert theirs != without_configuration, "the configuration has an effect"
    assert differences(of_folder(samples, theirs, config), theirs) == []


def test_nosec_comments_can_be_ignored(samples: Path, without_configuration: dict[str, list[Found]]) -> None:
    theirs = of_command(samples, "--ignore-nosec")
    assert theirs != without_configuration
    assert differences(of_folder(samples, theirs, BanditConfig(ignore_nosec=True)), theirs) == []


def test_a_profile(samples: Path, tmp_path: Path) -> None:
    written = {"profiles": {"web": {"include": ["any_other_function_with_shell_equals_true", "B201"], "exclude": ["B101"]}}}
    (tmp_path / "bandit.yaml").write_text(yaml.safe_dump(written))
    (tmp_path / ".bandit").write_text("[bandit]\nconfigfile = bandit.yaml\nprofile = web\n")
    theirs = of_command(samples, "-c", str(tmp_path / "bandit.yaml"), "-p", "web")
    assert {issue.test_id for issues in theirs.values() for issue in issues} == {"B201", "B604"}
    assert differences(of_folder(samples, theirs, load(tmp_path, user=None).config.bandit), theirs) == []


def test_least_severity_and_confidence(samples: Path) -> None:
    """Applied by the policy, as everything that decides what is shown."""
    theirs = of_command(samples, "-ll", "-iii")
    config = Config(profile=Profile.BANDIT, bandit=BanditConfig(min_severity=Severity.MEDIUM, min_confidence=Confidence.HIGH))
    engine, policy = Engine.of(config), Policy(config)
    for name, issues in theirs.items():
        document = Document((samples / name).read_text(encoding="utf-8"), engine, str(samples / name))
        shown = policy.show(document.vet(), samples / name)
        assert of_document(one.finding for one in shown) == issues, name


def test_configurations_side_by_side() -> None:
    """Bandit keeps a check's options on the check itself; two folders of a workspace may have different ones."""
    text = "assert x\nopen('/tmp/a'), open('/srv/b')\n"
    engines = [
        Engine.of(Config(bandit=BanditConfig(options={"hardcoded_tmp_directory": {"tmp_dirs": ["/srv"]}}))),
        Engine.of(Config(bandit=BanditConfig(options={"assert_used": {"skips": ["*"]}}))),
        Engine.of(Config(bandit=BanditConfig(skips=frozenset({"B101"})))),
        Engine.of(Config()),
    ]
    found = [
        [(finding.rule_id, finding.range.start.line, finding.range.start.column) for finding in Document(text, engine).vet()]
        for engine in engines
    ]
    assert found == [
        [("B101", 0, 0), ("B108", 1, 21)],
        [("B108", 1, 5)],
        [("B108", 1, 5)],
        [("B101", 0, 0), ("B108", 1, 5)],
    ]
