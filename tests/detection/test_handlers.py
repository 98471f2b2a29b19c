"""Handlers as assistants write them, harmful ones and the harmless ones next to them, in several frameworks.

Comments in ``samples`` say where warnings and errors are expected; nowhere else may there be any.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from vetline.cli.model_tests import expectations
from vetline.core.config import Config
from vetline.core.severity import Level
from vetline.engine.document import Document, Engine
from vetline.engine.policy import Policy

SAMPLES = sorted((Path(__file__).parent / "samples").glob("*.py"))
CONFIG = Config(ignore=("VET8",))
"""Without the rules that hold the handlers of a file against each other: here, they have nothing to do with each other."""


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_handlers(path: Path) -> None:
    code = path.read_text(encoding="utf-8")
    document = Document(code, Engine.of(CONFIG))
    shown = Policy(CONFIG).show(document.vet(), None)
    loud = {
        (one.finding.range.start.line + 1, one.finding.rule_id) for one in shown if one.level in (Level.ERROR, Level.WARNING)
    }
    assert loud == {(one.line + 1, one.rule_id) for one in expectations(code)}
    assert not list(document.set_aside())
