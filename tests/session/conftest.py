"""What the tests of the session have in common."""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def long_turns(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make turns long enough for a small text on a busy machine; what is vetted at once shouldn't depend on who else works
    there."""
    monkeypatch.setattr("vetline.session.scheduler.TURN_SECONDS", 10.0)
