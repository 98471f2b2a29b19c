"""What a stage shows: the scene as it is, and notes of what has just happened."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from typing import Protocol

from vetline.cli.demo.board import Card
from vetline.cli.demo.record import Record
from vetline.core.location import Position


class Kind(Enum):
    """What a note is about."""

    STARTED = auto()
    CHAPTER = auto()
    OPENED = auto()
    TYPED = auto()
    OFFERED = auto()
    ACCEPTED = auto()
    FOUND = auto()
    CLEAN = auto()
    STAYED = auto()
    FIXED = auto()
    SUPPRESSED = auto()
    TAKEN_BACK = auto()
    WRONG = auto()


@dataclass(frozen=True, slots=True)
class Note:
    """Something that has just happened, in a sentence; ``card`` is the finding that it is about, if it is about one.

    ``latency`` is in seconds, from sending the change to receiving the diagnostics.
    """

    kind: Kind
    text: str
    card: Card | None = None
    latency: float | None = None


@dataclass(slots=True)
class Scene:
    """The editor as it is now.

    ``ghost`` is the completion that is offered behind ``cursor``; ``fresh`` are the lines (from 0) that the last step
    wrote, and ``focus`` is the line to have in view.
    """

    record: Record
    chapter: int = 0
    chapters: int = 0
    title: str = ""
    server: str = ""
    file: str = ""
    text: str = ""
    cursor: Position | None = None
    ghost: str = ""
    fresh: frozenset[int] = frozenset()
    focus: int = 0
    note: Note | None = None
    """What has happened last, other than the arrival of a finding: that shows on the board."""


class Stage(Protocol):
    """Where a session is shown."""

    def draw(self, scene: Scene) -> None:
        """Show ``scene``, which has changed; called often."""
        ...

    def tell(self, note: Note) -> None:
        """Say what has happened."""
        ...


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast a session is played: seconds between two keys, and what a pause of one second lasts."""

    key: float
    pause: float


HUMAN = Pace(key=0.04, pause=0.9)
FAST = Pace(key=0.0, pause=0.0)
