"""Checks of calls that are left alone would have found nothing."""

from __future__ import annotations

from dataclasses import replace

from tests.corpus.sources import decode, library_files, sample
from vetline.core.config import Config, Profile
from vetline.engine.document import Document, Engine
from vetline.rules.bandit.checks import BanditChecks

LEARNING = Engine.of(Config(profile=Profile.BANDIT))


def fresh() -> Engine:
    """Return an engine that has seen no call yet."""
    checks = LEARNING.checks
    return replace(LEARNING, checks=replace(checks, bandit=BanditChecks(checks.bandit.by_node_type)))


def test_calls_of_names_that_were_seen_before_have_the_same_findings() -> None:
    for path in sample(library_files(), 20):
        try:
            text = decode(path.read_bytes())
        except (SyntaxError, UnicodeDecodeError, LookupError):
            continue
        Document(text, LEARNING).vet()

        assert Document(text, LEARNING).vet() == Document(text, fresh()).vet(), path


def test_a_name_is_judged_by_what_is_imported_and_given_each_time() -> None:
    harmless = "import subprocess\n\nsubprocess.run(['/bin/ls'])\nyaml.load(x)\n"
    harmful = "import subprocess\nimport yaml\n\nsubprocess.run(x, shell=True)\nyaml.load(x)\nload(y, password='hunter22')\n"
    engine = fresh()
    Document(harmless, engine).vet()

    found = [finding.rule_id for finding in Document(harmful, engine).vet()]

    assert found == [finding.rule_id for finding in Document(harmful, fresh()).vet()]
    assert {"B602", "B506", "B106"} <= set(found)


def test_an_import_by_its_name_is_not_taken_for_another() -> None:
    engine = fresh()
    Document("__import__('json')\n", engine).vet()

    assert [finding.rule_id for finding in Document("__import__('pickle')\n", engine).vet()] == ["B403"]
