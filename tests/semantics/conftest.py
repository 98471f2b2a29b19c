"""A home of its own for jedi's cache, so that a test neither finds nor leaves anything there."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from vetline.semantics.definitions import load_jedi


@pytest.fixture(scope="session", autouse=True)
def cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The folder of jedi's cache."""
    settings = load_jedi().settings
    before = settings.cache_directory
    folder = tmp_path_factory.mktemp("cache") / "jedi"
    settings.cache_directory = str(folder)
    yield folder
    settings.cache_directory = before
