"""What Bandit's checks find block by block is what the ``bandit`` command finds."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.corpus.python_files import VARIANTS, write_corpus
from tests.engine.bandit.findings import differences, of_command, of_folder
from vetline.rules.catalogue import rule_ids


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("corpus")
    write_corpus(folder)
    return folder


def test_the_corpus(corpus: Path) -> None:
    theirs = of_command(corpus)
    assert len(theirs) > len(VARIANTS) * len(rule_ids()), "Bandit has read all files"
    assert {issue.test_id for issues in theirs.values() for issue in issues} >= {
        rule_id for rule_id in rule_ids() if rule_id.startswith("B")
    }, "each rule is represented"
    assert differences(of_folder(corpus, theirs), theirs) == []
