"""What is remembered of a buffer: which states it was in, which lines it has, what was taken out of it.

Lines are remembered by their hashes, which differ from process to process and never leave it.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable

from vetline.provenance.changes import Replacement
from vetline.provenance.inference.pieces import Piece, with_plain_line_ends

_STATES = 4000  # how far back an undo is known for one
_LEFT = 1000
_FORGET_AT_ONCE = 100
_OFF = 2  # lines: the same edit may be told from the line above or below
_REMOVALS = 16
_REMOVED_AT_MOST = 100_000  # characters of one removal
_SUBSTANTIAL = 12  # characters that make a line worth recognising; "return None" is anybody's


class Timeline:
    """The states that the text went through, for undo and redo.

    A state is the sum of the hashes of its lines, so a change moves it by what it does to the lines that it touches, whatever
    the size of the file.  Undo and redo lead to a state that was there before, in one step or many, by one replacement or many.
    """

    def __init__(self) -> None:
        self._state = 0
        self._states = [0]
        self._places = [(0, 0)]  # for each state, the line where it came about, and how many lines came or went
        self._first = 0  # the serial number of self._states[0]
        self._here = 0  # the serial number of the present state: undo goes back along the line
        self._serials = {0: 0}
        self._left: dict[int, None] = {}  # states off the line: undone, and then something else was done
        self._came_back = False

    def follow(self, replacements: Iterable[Replacement]) -> bool:
        """Note a change, and tell whether it leads back to where the text was, or forth again."""
        steps = [step for step in map(_step, replacements) if step[0]]
        target = self._state + sum(delta for delta, _ in steps)
        moves = target != self._state
        if moves and target in self._serials and self._is_there(self._serials[target], [row for _, (row, _) in steps]):
            self._here, self._state = self._serials[target], target
            self._came_back = True
            return True
        if moves and self._came_back and target in self._left:
            self._go(target, steps[-1][1])
            return True
        for delta, place in steps:
            self._go(self._state + delta, place)
        self._came_back = False
        return False

    def _is_there(self, serial: int, rows: Iterable[int]) -> bool:
        """Tell whether ``rows`` are where the changes between here and a state were made.

        Lines that were cut and put elsewhere give the same sum.
        """
        first, last = sorted((serial, self._here))
        between = self._places[first + 1 - self._first : last + 1 - self._first]
        off = _OFF + sum(abs(count) for _, count in between)
        top, bottom = min(between, default=(0, 0))[0] - off, max(between, default=(0, 0))[0] + off
        return not between or all(top <= row <= bottom for row in rows)

    def _go(self, state: int, place: tuple[int, int]) -> None:
        ahead = self._here + 1 - self._first
        for lost in self._states[ahead:]:
            if self._serials.get(lost, -1) > self._here:
                del self._serials[lost]
                self._left[lost] = None
        del self._states[ahead:], self._places[ahead:]
        while len(self._left) > _LEFT:
            del self._left[next(iter(self._left))]
        self._here += 1
        self._state = state
        self._states.append(state)
        self._places.append(place)
        self._serials[state] = self._here
        if len(self._states) > _STATES:
            for serial, old in enumerate(self._states[:_FORGET_AT_ONCE], self._first):
                if self._serials.get(old) == serial:
                    del self._serials[old]
            del self._states[:_FORGET_AT_ONCE], self._places[:_FORGET_AT_ONCE]
            self._first += _FORGET_AT_ONCE


class OwnCode:
    """The lines that the buffer has, and what was lately taken out of it: what comes from here isn't foreign."""

    def __init__(self, lines: Iterable[str] = ()) -> None:
        self._lines = Counter(hash(stripped) for line in lines if (stripped := line.strip()))
        self._removed: deque[tuple[str, frozenset[int]]] = deque(maxlen=_REMOVALS)

    def follow(self, replacements: Iterable[Replacement], pieces: Iterable[Piece]) -> None:
        """Note a change."""
        for old, new in map(_rows, replacements):
            for line in old:
                if stripped := line.strip():
                    key = hash(stripped)
                    if self._lines[key] <= 1:
                        del self._lines[key]
                    else:
                        self._lines[key] -= 1
            self._lines.update(hash(stripped) for line in new if (stripped := line.strip()))
        for piece in pieces:
            if len(text := piece.removed.strip()) > 2 and len(text) <= _REMOVED_AT_MOST:
                self._removed.append((text, frozenset(hash(line.strip()) for line in text.split("\n"))))

    def has(self, piece: Piece) -> bool:
        """Tell whether what ``piece`` inserts was here: cut before, or whole lines that are there already.

        A single line counts only if it came as a line; what goes on at the cursor may well say again what another line says.
        """
        text = piece.inserted.strip()
        if any(text == removed for removed, _ in self._removed):
            return True
        lines = [line for row in text.split("\n") if (line := row.strip())]
        if not any(len(line) >= _SUBSTANTIAL for line in lines):
            return False
        if piece.before.strip() and not piece.inserted.startswith("\n"):  # a line may be joined to the one above it
            return len(lines) == 1 and hash(text) in self._lines
        if len(lines) == 1 and (piece.before.strip() or not piece.is_linewise):
            return text == piece.before.strip()
        keys = [hash(line) for line in lines]
        if all(key in self._lines for key in keys) or any(removed.issuperset(keys) for _, removed in self._removed):
            return True
        return lines == [piece.after.strip()]


def _rows(replacement: Replacement) -> tuple[list[str], list[str]]:
    """Return the lines that a replacement touches, as they were and as they are."""
    before, after = replacement.before, replacement.after
    return (
        with_plain_line_ends(before + replacement.removed + after).split("\n"),
        with_plain_line_ends(before + replacement.inserted + after).split("\n"),
    )


def _step(replacement: Replacement) -> tuple[int, tuple[int, int]]:
    """Return by how much a replacement moves the sum, and its place: its line, and how many lines came or went."""
    old, new = _rows(replacement)
    count = len(new) - len(old)
    return sum(map(hash, new)) - sum(map(hash, old)) + count, (replacement.start.line, count)
