"""What the tests of the session share."""

from __future__ import annotations

from pathlib import Path

from vetline.core.config import Config, Profile
from vetline.core.location import Position, Range
from vetline.engine.document import Engine
from vetline.engine.policy import Policy
from vetline.session.buffer import Buffer, Rulebook
from vetline.session.changes import Change

URI = "file:///workspace/app.py"


def rulebook(**settings: object) -> Rulebook:
    """Return a rulebook of these settings; with Bandit's profile if they don't say otherwise, which no new rule changes."""
    config = Config(**{"profile": Profile.BANDIT, **settings})  # type: ignore[arg-type]
    return Rulebook(Engine.of(config), Policy(config))


def buffer(text: str, **settings: object) -> Buffer:
    return Buffer(URI, Path("/workspace/app.py"), 1, text, rulebook(**settings))


def insertion(line: int, text: str) -> Change:
    """Insert ``text`` at the start of a line."""
    at = Position(line, 0)
    return Change(Range(at, at), text)


def rules(buffer: Buffer) -> list[str]:
    """Return the ids of the rules whose findings are shown."""
    return [shown.finding.rule_id for shown in buffer.shown()]


def vet(buffer: Buffer) -> Buffer:
    """Vet a buffer in one go."""
    for _ in buffer.vet_stepwise():
        pass
    return buffer
