"""How editors tell a server what was changed: the same edits, as different clients send them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from vetline.core.location import Position
from vetline.provenance.changes import Change, Replacement
from vetline.provenance.kinds import FOREIGN, Kind
from vetline.session.changes import narrowed
from vetline.syntax.lines import Lines


@dataclass(frozen=True, slots=True)
class Edit:
    """``text`` takes the place of what is between two offsets."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Event:
    """What an editor does at once, at ``at``: ``edits`` count in the text before it.  ``kind`` is what it really is."""

    at: float
    kind: Kind
    edits: tuple[Edit, ...]
    name: str
    joins: bool = False


@dataclass(frozen=True, slots=True)
class Message:
    """A message of a client, and what is really in it."""

    change: Change
    kinds: tuple[Kind, ...]
    name: str
    joins: bool = False

    @property
    def kind(self) -> Kind:
        """What a message with several things in it counts as: what is foreign in it comes first."""
        return next((kind for kind in self.kinds if kind in FOREIGN), self.kinds[0])


@dataclass
class Mirror:
    """A text that follows edits, and says for each what a server would make of it."""

    text: str
    line_end: str = "\n"
    _ends: list[int] = field(default_factory=list)

    def replace(self, edit: Edit) -> Replacement:
        """Make an edit."""
        text = self.text
        start, end = edit.start, edit.end
        line = text.count("\n", 0, start)
        head = text.rfind("\n", 0, start) + 1
        tail = text.find("\n", end)
        after = text[end : tail if tail >= 0 else len(text)]
        self.text = text[:start] + edit.text + text[end:]
        return Replacement(
            Position(line, start - head),
            self._sent(text[start:end]),
            self._sent(edit.text),
            text[head:start],
            after,
        )

    def _sent(self, text: str) -> str:
        return text.replace("\n", self.line_end)


Client = Callable[[str, Sequence[Event]], Iterator[Message]]


def bottom_up(start: str, events: Sequence[Event]) -> Iterator[Message]:
    """VS Code: each event at once, its edits from the bottom to the top, so that none moves another."""
    yield from _each(start, events, lambda edits: sorted(edits, key=lambda edit: -edit.start))


def bottom_up_crlf(start: str, events: Sequence[Event]) -> Iterator[Message]:
    """The same on Windows."""
    yield from _each(start, events, lambda edits: sorted(edits, key=lambda edit: -edit.start), "\r\n")


def top_down(start: str, events: Sequence[Event]) -> Iterator[Message]:
    """Helix, Kate and others: each event at once, its edits from the top to the bottom, each in what the last one left."""
    yield from _each(start, events, _moved)


def _each(
    start: str, events: Sequence[Event], order: Callable[[Sequence[Edit]], Sequence[Edit]], line_end: str = "\n"
) -> Iterator[Message]:
    mirror = Mirror(start, line_end)
    for event in events:
        replacements = tuple(mirror.replace(edit) for edit in order(event.edits))
        yield Message(Change(event.at, replacements), (event.kind,), event.name, event.joins)


def _moved(edits: Sequence[Edit]) -> list[Edit]:
    """Return simultaneous edits one after the other, top down."""
    moved, shift = [], 0
    for edit in sorted(edits, key=lambda edit: edit.start):
        moved.append(Edit(edit.start + shift, edit.end + shift, edit.text))
        shift += len(edit.text) - (edit.end - edit.start)
    return moved


def debounced_by_lines(start: str, events: Sequence[Event]) -> Iterator[Message]:
    """Neovim: an event at once, what follows within 150 ms in one message; whole lines where lines came or went."""
    yield from _batched(start, events, _flushes_after(0.15), _by_lines)


def idle_batches(start: str, events: Sequence[Event]) -> Iterator[Message]:
    """Emacs with eglot: all edits since the last pause of half a second in one message, each by itself."""
    yield from _batched(start, events, _idle_for(0.5), lambda _text, edit: edit)


def idle_batches_by_lines(start: str, events: Sequence[Event]) -> Iterator[Message]:
    """Neovim 0.7 under load: the timer starts anew with each key, so that messages grow."""
    yield from _batched(start, events, _idle_for(0.15), _by_lines)


Batches = Callable[[Sequence[Event]], Iterator[tuple[float, list[Event]]]]


def _flushes_after(seconds: float) -> Batches:
    def batches(events: Sequence[Event]) -> Iterator[tuple[float, list[Event]]]:
        sent, waiting = -seconds, list[Event]()
        for event in events:
            if waiting and event.at >= sent + seconds:
                sent += seconds
                yield sent, waiting
                waiting = []
            if not waiting and event.at >= sent + seconds:
                sent = event.at
                yield sent, [event]
            else:
                waiting.append(event)
        if waiting:
            yield sent + seconds, waiting

    return batches


def _idle_for(seconds: float) -> Batches:
    def batches(events: Sequence[Event]) -> Iterator[tuple[float, list[Event]]]:
        waiting: list[Event] = []
        for event in events:
            if waiting and event.at - waiting[-1].at >= seconds:
                yield waiting[-1].at + seconds, waiting
                waiting = []
            waiting.append(event)
        if waiting:
            yield waiting[-1].at + seconds, waiting

    return batches


def _batched(
    start: str, events: Sequence[Event], batches: Batches, form: Callable[[str, Edit], Edit | None]
) -> Iterator[Message]:
    mirror = Mirror(start)
    for at, batch in batches(events):
        replacements = []
        for event in batch:
            for edit in _moved(event.edits):
                formed = form(mirror.text, edit)
                if formed is not None:
                    replacements.append(mirror.replace(formed))
        if replacements:
            yield _message(at, replacements, batch)


def _message(at: float, replacements: Sequence[Replacement], batch: Sequence[Event]) -> Message:
    chief = next((event for event in batch if event.kind in FOREIGN), batch[0])
    return Message(Change(at, tuple(replacements)), tuple(event.kind for event in batch), chief.name, chief.joins)


def _by_lines(text: str, edit: Edit) -> Edit | None:
    """Return an edit as Neovim computes it: from the first character that differs to the last, in whole lines.

    Where lines were inserted below a line, it starts with that line's end, which stays.
    """
    new = text[: edit.start] + edit.text + text[edit.end :]
    if new == text:
        return None
    head = _common(text, new)
    tail = min(_common(text[::-1], new[::-1]), min(len(text), len(new)) - head)
    first = text.rfind("\n", 0, head) + 1
    if head == first > 0 and new[head : len(new) - tail].endswith("\n"):
        return Edit(head - 1, len(text) - tail, text[head - 1] + new[head : len(new) - tail])
    return Edit(head, len(text) - tail, new[head : len(new) - tail])


def _common(first: str, second: str) -> int:
    for index, (a, b) in enumerate(zip(first, second, strict=False)):
        if a != b:
            return index
    return min(len(first), len(second))


def whole_text(seconds: float) -> Client:
    """A client that sends the whole text when nothing has happened for ``seconds``; the session finds what has changed."""

    def client(start: str, events: Sequence[Event]) -> Iterator[Message]:
        sender, receiver = Mirror(start), Mirror(start)
        for at, batch in _idle_for(seconds)(events):
            for event in batch:
                for edit in _moved(event.edits):
                    sender.replace(edit)
            if sender.text == receiver.text:
                continue
            change = narrowed(Lines(receiver.text), sender.text)
            assert change.range is not None
            start_, end = (offset(receiver.text, place) for place in (change.range.start, change.range.end))
            yield _message(at, [receiver.replace(Edit(start_, end, change.text))], batch)

    return client


def offset(text: str, position: Position) -> int:
    """Return how many characters of ``text`` are in front of ``position``."""
    at = 0
    for _ in range(position.line):
        at = text.index("\n", at) + 1
    return at + position.column


CLIENTS: dict[str, Client] = {
    "vscode": bottom_up,
    "vscode-crlf": bottom_up_crlf,
    "helix": top_down,
    "neovim": debounced_by_lines,
    "neovim-batches": idle_batches_by_lines,
    "eglot": idle_batches,
    "whole-text-slow": whole_text(0.6),
    "whole-text": whole_text(0.25),
}
