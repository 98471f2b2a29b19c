"""What a session came to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from vetline.cli.demo.board import Board, Card, News, rules_of


@dataclass(slots=True)
class Latencies:
    """Seconds from sending a change to receiving its diagnostics, by what the change was."""

    completions: list[float] = field(default_factory=list)
    typing: list[float] = field(default_factory=list)
    fixes: list[float] = field(default_factory=list)


@dataclass(slots=True)
class Record:
    """What was done, and how it went.

    ``texts`` are the files as they were left.  ``problems`` say what was not as expected; it takes an empty list for the
    session to count as a success.
    """

    board: Board = field(default_factory=Board)
    texts: dict[str, str] = field(default_factory=dict)
    completions: int = 0
    secure: int = 0
    taken_back: int = 0
    latencies: Latencies = field(default_factory=Latencies)
    expectations: int = 0
    problems: list[str] = field(default_factory=list)
    seconds: float = 0.0

    def expect(self, news: News, brings: Iterable[str], removes: Iterable[str], what: str, file: str) -> None:
        """Compare the difference that ``what`` made in ``file`` with the rule ids that it should bring and remove."""
        self.expectations += 1
        arrived, went = rules_of(news.arrived), rules_of(news.went)
        due, leaving = Counter(brings), Counter(removes)
        self.problems += [f"{file}: {rule} did not arrive after {what}" for rule in (due - arrived).elements()]
        self.problems += [f"{file}: {rule} is still there after {what}" for rule in (leaving - went).elements()]
        self.problems += [_named(card, f"was not expected after {what}") for card in _surplus(news.arrived, due)]
        self.problems += [_named(card, f"should have stayed, but {what} removed it") for card in _surplus(news.went, leaving)]

    def expect_told(self, news: News, also: Iterable[str], steps: Iterable[str], what: str, file: str) -> None:
        """Compare what the findings that ``what`` brought say: which of Bandit's they stand for, and how they came about."""
        self.expectations += 1
        told = [rule for card in news.arrived for rule in card.diagnostic.also]
        way = [step.message for card in news.arrived for step in card.diagnostic.steps]
        if told != list(also):
            self.problems.append(f"{file}: what was found after {what} stands for {_listed(told)}, not for {_listed(also)}")
        if way != list(steps):
            self.problems.append(f"{file}: the way to what was found after {what} is {_listed(way)}, not {_listed(steps)}")

    def expect_open(self, file: str, rules: Iterable[str], remark: str) -> None:
        """Compare what is visible in ``file`` with the ids ``rules``; ``remark`` says what is special about this moment."""
        self.expectations += 1
        visible, wanted = self.board.open(file), Counter(rules)
        missing = (wanted - rules_of(visible)).elements()
        self.problems += [f"{file}: {rule} should be visible, and is not ({remark})" for rule in missing]
        self.problems += [
            f"{card.place}: {card.rule} is visible, and should not be ({remark})" for card in _surplus(visible, wanted)
        ]


def _surplus(cards: Iterable[Card], wanted: Counter[str]) -> list[Card]:
    """Return the cards that are left over when each of ``wanted`` has got one."""
    left = Counter(wanted)
    surplus = []
    for card in cards:
        if left[card.rule] > 0:
            left[card.rule] -= 1
        else:
            surplus.append(card)
    return surplus


def _named(card: Card, what: str) -> str:
    return f"{card.place}: {card.rule} {what} ({card.diagnostic.message})"


def _listed(parts: Iterable[str]) -> str:
    return " > ".join(parts) or "nothing"
