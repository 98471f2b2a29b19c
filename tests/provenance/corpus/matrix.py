"""How well the inference does on a corpus."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from tests.provenance.corpus.clients import Message
from tests.provenance.corpus.scripts import Sequence
from vetline.provenance.inference import Guess, Inference
from vetline.provenance.kinds import FOREIGN, Kind

KINDS = (Kind.COMPLETION, Kind.PASTE, Kind.AGENT, Kind.TYPED, Kind.UNDO, Kind.REFACTORING)


@dataclass
class Matrix:
    """How often each kind was taken for which."""

    counts: Counter[tuple[Kind, Kind]] = field(default_factory=Counter)

    @classmethod
    def of(cls, judged: Iterable[Verdict]) -> Matrix:
        """Count verdicts."""
        matrix = cls()
        for verdict in judged:
            matrix.add(verdict.message.kind, verdict.guess.kind)
        return matrix

    def add(self, real: Kind, guessed: Kind) -> None:
        self.counts[real, guessed] += 1

    @property
    def precision(self) -> float:
        """Which part of what was taken for foreign is."""
        return self._both / max(1, sum(n for (_, guessed), n in self.counts.items() if guessed in FOREIGN))

    @property
    def recall(self) -> float:
        """Which part of what is foreign was taken for it."""
        return self._both / max(1, sum(n for (real, _), n in self.counts.items() if real in FOREIGN))

    @property
    def _both(self) -> int:
        return sum(n for (real, guessed), n in self.counts.items() if real in FOREIGN and guessed in FOREIGN)

    def accuracy(self, *kinds: Kind) -> float:
        """Which part of what is of ``kinds``, and was taken for one of them, was taken for the right one."""
        seen = {pair: n for pair, n in self.counts.items() if set(pair) <= set(kinds)}
        return sum(n for (real, guessed), n in seen.items() if real == guessed) / max(1, sum(seen.values()))

    def table(self) -> str:
        """Return the matrix as a table of Markdown; a row is what it was, a column what it was taken for."""
        head = "| | " + " | ".join(KINDS) + " |\n|---|" + "---:|" * len(KINDS) + "\n"
        rows = (f"| **{real}** | " + " | ".join(str(self.counts[real, guess]) for guess in KINDS) + " |\n" for real in KINDS)
        return head + "".join(rows)

    def summary(self, sequences: int) -> str:
        """Return what the documentation says of the matrix."""
        told = self.accuracy(Kind.COMPLETION, Kind.PASTE)
        lines = (
            self.table(),
            f"That is {self.counts.total()} messages of {sequences} sequences.\n",
            f"- Foreign or not: precision {100 * self.precision:.1f} %, recall {100 * self.recall:.1f} %.",
            f"- Completion or paste, where both are seen to be foreign: {100 * told:.1f} % right.",
        )
        return "\n".join(lines) + "\n"


@dataclass(frozen=True)
class Verdict:
    """A message and what was made of it."""

    sequence: Sequence
    message: Message
    guess: Guess


def verdicts(corpus: Iterable[Sequence]) -> Iterator[Verdict]:
    """Have the inference judge every message."""
    for sequence in corpus:
        inference = Inference(sequence.start.split("\n"))
        for message in sequence.messages:
            yield Verdict(sequence, message, inference.classify(message.change))
