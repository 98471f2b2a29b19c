"""The classing of the changes of one buffer."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from vetline.core.location import Position
from vetline.provenance.changes import Change
from vetline.provenance.inference.guess import Guess
from vetline.provenance.inference.keys import are_one_key, is_key
from vetline.provenance.inference.memory import OwnCode, Timeline
from vetline.provenance.inference.origin import Scene, is_import, is_program, origin_of
from vetline.provenance.inference.pieces import Piece, pieces_of
from vetline.provenance.inference.rewording import Wording, words_of
from vetline.provenance.inference.rhythm import Rhythm
from vetline.provenance.inference.snippets import is_snippet
from vetline.provenance.kinds import Kind

_GOES_ON_WITHIN = 10.0  # seconds from one part of a proposal to the next
_COMES_ALONG_WITHIN = 2.0  # seconds from a proposal to its import, or from a paste to its new indentation
_NO_KEY_WITHIN = 0.3  # seconds from an acceptance to the next key, at least
_NO_PERSON_WITHIN = 0.5  # seconds in which nobody gets to another place and has code put there

_PAIRS = {"()", "[]", "{}", '""', "''", "``"}
_SHORT = 3  # characters
_WORD = 24
_LOOKED_AT = 10_000  # characters
_NEAR = 2  # columns: brackets that the editor closes
_NEXT_WORD_WITHIN = 1.5  # seconds, for who takes words quickly

_IMPORT = -1  # stands for the text of an import, which may come before what it is for

_KEYS = Guess(Kind.TYPED, 0.98)
_NOTHING = Guess(Kind.TYPED, 1.0)


@dataclass(frozen=True, slots=True)
class _Arrival:
    """Foreign code as it came in last: when, what, where, and the places that the next part of it may follow."""

    at: float
    kind: Kind
    first_line: int
    last_line: int
    ends: tuple[Position, ...]
    text: int
    words: frozenset[str]
    is_short: bool

    def holds(self, pieces: Iterable[Piece]) -> bool:
        """Tell whether all ``pieces`` lie in it."""
        return all(self.first_line <= piece.start.line <= self.last_line for piece in pieces)


class Inference:
    """Tells what the changes of one open buffer are.

    It wants every change, in order, and remembers some recent ones in memory; the hashes of the lines that the buffer has
    are the only thing whose size depends on the file.  ``lines`` are those at the start: with them, what is copied within
    the buffer is known for what it is.
    """

    def __init__(self, lines: Iterable[str] = ()) -> None:
        self._timeline = Timeline()
        self._own = OwnCode(lines)
        self._rhythm = Rhythm()
        self._cursors: tuple[Position, ...] = ()
        self._at = -math.inf
        self._key_at = -math.inf
        self._arrival: _Arrival | None = None
        self._just_arrived = False  # whether the last change was foreign

    def classify(self, change: Change) -> Guess:
        """Tell what ``change`` is."""
        pieces = pieces_of(change.replacements)
        came_back = self._timeline.follow(change.replacements)
        guess = self._guess(change.at, pieces, came_back)
        self._own.follow(change.replacements, pieces)
        self._remember(change.at, pieces, guess)
        return guess

    def _guess(self, at: float, pieces: Sequence[Piece], came_back: bool) -> Guess:
        if not pieces:
            return _NOTHING
        if came_back and self._just_arrived:
            return Guess(Kind.UNDO, 0.95)
        if self._arrival is not None and self._goes_on(at, pieces, self._arrival):
            return Guess(self._arrival.kind, 0.75, True, pieces[0].indices)
        if all(map(self._is_key, pieces)):
            if not are_one_key(pieces):
                return Guess(Kind.REFACTORING, 0.8, self._comes_along(at, pieces))
            if any(piece.weight for piece in pieces):
                return _KEYS
            return Guess(Kind.TYPED, 0.9, self._comes_along(at, pieces, _NO_KEY_WITHIN))
        if came_back:
            return Guess(Kind.UNDO, 0.95)
        if not any(piece.weight for piece in pieces):
            return self._removal(at, pieces)
        return self._reworded(at, pieces) or self._foreign(at, pieces)

    def _removal(self, at: float, pieces: Sequence[Piece]) -> Guess:
        """Tell what takes text away and brings none: a person, unless a program is at work."""
        if self._arrival is not None and self._arrival.kind is Kind.AGENT and at - self._arrival.at <= _NO_KEY_WITHIN:
            return Guess(Kind.AGENT, 0.6, True, tuple(index for piece in pieces for index in piece.indices))
        return Guess(Kind.TYPED if len(pieces) <= 2 else Kind.REFACTORING, 0.8)

    def _is_key(self, piece: Piece) -> bool:
        return is_key(piece, self._rhythm.sends_keys)

    def _goes_on(self, at: float, pieces: Sequence[Piece], last: _Arrival) -> bool:
        """Tell whether a few characters are the next part of a proposal that is taken word by word: too many for one key."""
        piece = pieces[0]
        return (
            len(pieces) == 1
            and self._rhythm.sends_keys
            and not piece.removed
            and piece.start in last.ends
            and self._cursors == last.ends
            and at - last.at <= _GOES_ON_WITHIN
            and len(piece.inserted) > 1
            and 0 < piece.weight <= _SHORT
            and piece.inserted not in _PAIRS
            and not piece.inserted.startswith("\n")
        )

    def _reworded(self, at: float, pieces: Sequence[Piece]) -> Guess | None:
        """Tell whether a change as a whole says in other words what was there."""
        wording = Wording(pieces)
        if wording.is_wrapped:
            return Guess(Kind.TYPED, 0.85, self._comes_along(at, pieces))
        if wording.is_kept:
            return Guess(Kind.REFACTORING, 0.9, self._comes_along(at, pieces))
        if (wording.is_renaming or wording.is_substitution) and not self._is_finished_word(pieces):
            return Guess(Kind.REFACTORING, 0.9 if len(pieces) > 1 else 0.6)
        if wording.is_extraction:
            return Guess(Kind.REFACTORING, 0.7)
        return None

    def _is_finished_word(self, pieces: Sequence[Piece]) -> bool:
        """Tell whether one word that is being typed gave way to another: an item of a list was chosen."""
        piece = pieces[0]
        if len(words_of(piece.removed)) > 1:
            return False
        typed = Position(piece.start.line, piece.start.column + len(piece.removed))
        return len(pieces) == 1 and (not piece.removed or typed in self._cursors)

    def _foreign(self, at: float, pieces: Sequence[Piece]) -> Guess:
        """Tell which of ``pieces`` nobody has typed here, and where they come from."""
        kinds = [self._kind_of_own(piece) for piece in pieces]
        if kinds == [None] and self._rhythm.is_lump(pieces[0], at - self._at):
            return Guess(Kind.TYPED, 0.7)
        foreign = [piece for piece, kind in zip(pieces, kinds, strict=True) if kind is None]
        if not foreign:
            moved = Kind.REFACTORING in kinds
            return Guess(Kind.REFACTORING if moved else Kind.TYPED, 0.75)
        indices = tuple(sorted(index for piece in foreign for index in piece.indices))
        kind, confidence = self._origin(at, pieces, foreign)
        if self._is_too_fast(at, foreign):
            kind = Kind.AGENT
        joined = self._joined(at, foreign, kind)
        return Guess(joined or kind, confidence, joined is not None, indices)

    def _kind_of_own(self, piece: Piece) -> Kind | None:
        """Return what a piece is that isn't foreign by itself; None if it may be."""
        if self._is_key(piece) or not piece.weight or is_snippet(piece):
            return Kind.TYPED
        return Kind.REFACTORING if self._own.has(piece) or Wording([piece]).is_kept else None

    def _origin(self, at: float, pieces: Sequence[Piece], foreign: Sequence[Piece]) -> tuple[Kind, float]:
        if is_program(foreign):
            return Kind.AGENT, 0.85
        main = next((piece for piece in foreign if not is_import(piece)), foreign[0])
        before = pieces[: pieces.index(main)]
        typed = [piece for piece in before if self._is_key(piece)]
        if typed and before[-1] is typed[-1]:
            return origin_of(Scene(main, before[-1].cursors, 0))
        return origin_of(Scene(main, self._cursors, at - self._key_at))

    def _joined(self, at: float, foreign: Sequence[Piece], kind: Kind) -> Kind | None:
        """Return the kind of the acceptance that foreign code belongs to, None if it is one of its own."""
        last = self._arrival
        if last is None:
            return None
        pause, first = at - last.at, foreign[0]
        if first.start in last.ends and self._cursors == last.ends and hash(first.inserted) != last.text:
            return last.kind if pause <= _GOES_ON_WITHIN else None
        is_pair = all(map(is_import, foreign)) or (last.text == _IMPORT and kind is Kind.COMPLETION)
        if is_pair and pause <= _COMES_ALONG_WITHIN and not last.words.isdisjoint(_words_of(foreign)):
            return kind if last.text == _IMPORT else last.kind
        if pause <= _NO_PERSON_WITHIN and self._key_at <= last.at:
            is_near = any(first.start.line == end.line and abs(first.start.column - end.column) <= _NEAR for end in last.ends)
            return last.kind if is_near or kind is last.kind is Kind.AGENT else None
        return None

    def _is_too_fast(self, at: float, foreign: Sequence[Piece]) -> bool:
        """Tell whether foreign code came so soon after other, elsewhere and with no key between, that no hand did it."""
        last = self._arrival
        if last is None or at - last.at > _NO_PERSON_WITHIN or self._key_at > last.at or last.text == _IMPORT:
            return False
        return not all(map(is_import, foreign)) and not any(last.holds([piece]) for piece in foreign)

    def _comes_along(self, at: float, pieces: Sequence[Piece], within: float = _COMES_ALONG_WITHIN) -> bool:
        """Tell whether a change of the layout follows foreign code so closely, and lies in it, that it belongs to it."""
        return self._arrival is not None and at - self._arrival.at <= within and self._arrival.holds(pieces)

    def _remember(self, at: float, pieces: Sequence[Piece], guess: Guess) -> None:
        pause, self._at = at - self._at, at
        if not pieces:
            return
        self._just_arrived = guess.is_foreign
        if guess.is_foreign:
            self._arrive(at, [piece for piece in pieces if piece.indices[0] in guess.foreign], guess.kind)
            return
        self._cursors = pieces[-1].cursors
        if guess.kind is Kind.UNDO:
            self._arrival = None
        if guess.kind is not Kind.TYPED:
            self._rhythm.interrupt()
            return
        if self._arrival is not None and self._bridges(at, pieces, self._arrival):
            self._arrival = replace(self._arrival, ends=self._cursors)
        else:
            self._rhythm.learn(pieces, pause)
        self._key_at = at

    @staticmethod
    def _bridges(at: float, pieces: Sequence[Piece], last: _Arrival) -> bool:
        """Tell whether a key may be part of a proposal that is taken word by word: a bracket or a dot between two words."""
        piece = pieces[0]
        is_next = len(pieces) == 1 and not piece.removed and piece.start in last.ends and at - last.at <= _NEXT_WORD_WITHIN
        return is_next and last.is_short and 0 < len(piece.inserted) <= _SHORT and "\n" not in piece.inserted

    def _arrive(self, at: float, foreign: Sequence[Piece], kind: Kind) -> None:
        main = max(foreign, key=lambda piece: piece.weight)
        ends = main.cursors if main is foreign[-1] else main.cursors + foreign[-1].cursors
        if all(map(is_import, foreign)):
            text = _IMPORT
            # The cursor stays where the name is typed that the import is for, above which lines came in.
            self._cursors = tuple(Position(place.line + main.inserted.count("\n"), place.column) for place in self._cursors)
        else:
            text = hash(main.inserted)
            self._cursors = ends
        self._arrival = _Arrival(at, kind, main.start.line, main.end.line, ends, text, _words_of(foreign), main.weight <= _WORD)


def _words_of(pieces: Sequence[Piece]) -> frozenset[str]:
    """Return the words of pieces: an import belongs to the code that uses what it brings."""
    return frozenset(word for piece in pieces for word in words_of(piece.words[1][:_LOOKED_AT])) - {"import", "from", "as"}
