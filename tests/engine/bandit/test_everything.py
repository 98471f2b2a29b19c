"""Equality with Bandit on all Python code that is at hand."""

from __future__ import annotations

import warnings

import pytest

from tests.corpus.sources import decode, library_files, package_files
from tests.engine.bandit.findings import of_document, of_manager
from vetline.core.config import Config, Profile
from vetline.engine.document import Document, Engine

SHARDS = 48
MAX_SIZE = 25_000_000
"""In bytes, of all files together; a sample is taken of more; it takes a minute or two on two cores."""


@pytest.mark.slow
@pytest.mark.parametrize("shard", range(SHARDS))
def test_all_installed_code(shard: int) -> None:
    """Files that Bandit can't parse, as the standard library has some to test Python with, are left out."""
    files = library_files() + package_files()
    step = max(1, sum(path.stat().st_size for path in files) // MAX_SIZE + 1)
    engine = Engine.of(Config(profile=Profile.BANDIT))
    compared = 0
    for path in files[: len(files) : step][shard::SHARDS]:
        data = path.read_bytes()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            theirs = of_manager(data, str(path))
        if theirs is None:
            continue
        document = Document(decode(data), engine, str(path))
        assert of_document(document.vet()) == theirs, path
        assert document.set_aside() == [], path
        compared += 1
    assert compared > 0
