"""What the ledger's thread is asked to do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Protocol

from vetline.provenance.acceptances import Acceptance
from vetline.provenance.anchoring import Excerpt, anchor
from vetline.provenance.ledger.records import Happening, Place, Remembered
from vetline.provenance.ledger.store import Store


class Write(Protocol):
    """Something to write."""

    def apply(self, store: Store) -> None:
        """Write it."""


@dataclass(frozen=True, slots=True)
class Record:
    """An acceptance."""

    acceptance: Acceptance
    place: Place
    excerpts: Sequence[Excerpt]
    replaced: bool

    def apply(self, store: Store) -> None:
        """Write it, as hashes."""
        anchors = [anchor(excerpt, store.key) for excerpt in self.excerpts]
        store.record(self.acceptance, self.place, anchors, replaced=self.replaced)


@dataclass(frozen=True, slots=True)
class Happened:
    """Events of an acceptance."""

    acceptance: str
    happenings: Sequence[Happening]

    def apply(self, store: Store) -> None:
        """Write them."""
        for happening in self.happenings:
            store.happened(self.acceptance, happening)


@dataclass(frozen=True, slots=True)
class Moved:
    """Where the acceptances of a file are now."""

    place: Place
    excerpts: Mapping[str, Sequence[Excerpt]]

    def apply(self, store: Store) -> None:
        """Write it, as hashes."""
        for acceptance, pieces in self.excerpts.items():
            store.moved(acceptance, self.place, [anchor(piece, store.key) for piece in pieces])


@dataclass(frozen=True, slots=True)
class OfFile:
    """A question for the acceptances of a file."""

    place: Place
    lines: Sequence[str]
    answer: Future[list[Remembered]]


@dataclass(frozen=True, slots=True)
class Flush:
    """A wish to know when everything before is written."""

    done: Future[None]


@dataclass(frozen=True, slots=True)
class Close:
    """The last one."""


Job = Write | OfFile | Flush | Close


def worth_writing(jobs: Iterable[Job]) -> list[Write]:
    """Return what is to be written; of an acceptance that moved several times, only the last counts."""
    writes: list[Write] = []
    later: set[str] = set()
    for job in reversed(list(jobs)):
        match job:
            case OfFile() | Flush() | Close():
                continue
            case Moved():
                fresh = {name: pieces for name, pieces in job.excerpts.items() if name not in later}
                later |= fresh.keys()
                writes.append(Moved(job.place, fresh))
            case _:
                writes.append(job)
    return writes[::-1]
