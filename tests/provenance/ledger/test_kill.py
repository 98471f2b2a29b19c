"""Nothing that was acknowledged is lost when processes are killed, whenever that is."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.provenance.ledger.conftest import Desk

WRITER = Path(__file__).with_name("writer.py")


@pytest.mark.parametrize("rounds", [8, pytest.param(100, marks=pytest.mark.slow)])
def test_two_writers_killed_at_random_moments_lose_nothing(desk: Desk, rounds: int) -> None:
    acknowledged: set[str] = set()
    chance = random.Random(rounds)
    for _ in range(rounds):
        writers = [subprocess.Popen([sys.executable, str(WRITER), str(desk.path)], stdout=subprocess.PIPE) for _ in range(2)]
        for writer in writers:
            assert writer.stdout is not None
            acknowledged.add(writer.stdout.readline().decode().strip())
        time.sleep(chance.random() * 0.1)
        for writer in chance.sample(writers, 2):
            writer.kill()
        for writer in writers:
            with writer:
                assert writer.stdout is not None
                *whole, _ = writer.stdout.read().decode().split("\n")
            acknowledged.update(whole)
        assert desk.is_sound()
    written = {entry.acceptance.id: entry for entry in desk.entries()}
    assert acknowledged <= written.keys()
    assert len(acknowledged) > rounds * 10
    assert list(desk.path.parent.glob("*damaged*")) == []
