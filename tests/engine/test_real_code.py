"""Code that people have written, in all its shapes: nothing in it makes a rule or the data-flow fail."""

from __future__ import annotations

import logging
import sysconfig
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.corpus.python_files import SAMPLES
from vetline.core.config import Config
from vetline.engine.document import Document, Engine

FOLDER = Path(sysconfig.get_path("stdlib"))


def library() -> Iterator[Path]:
    """Yield every seventh module of the standard library."""
    yield from sorted(FOLDER.glob("*.py"))[::7]
    yield from sorted(FOLDER.glob("test/test_*.py"))[::40]


def complaints(texts: Iterator[tuple[str, str]], caplog: pytest.LogCaptureFixture) -> list[str]:
    engine = Engine.of(Config())
    with caplog.at_level(logging.WARNING, "vetline"):
        for name, text in texts:
            Document(text, engine, name).vet()
    return [record.getMessage() for record in caplog.records if record.name.startswith("vetline")]


def test_the_samples(caplog: pytest.LogCaptureFixture) -> None:
    texts = ((path.name, path.read_text(encoding="utf-8")) for path in sorted(SAMPLES.glob("*.py")))

    assert complaints(texts, caplog) == []


@pytest.mark.slow
def test_the_standard_library(caplog: pytest.LogCaptureFixture) -> None:
    texts = ((path.name, path.read_text(encoding="utf-8", errors="replace")) for path in library())

    assert complaints(texts, caplog) == []
