"""How a client sends what is typed: key by key, or by lumps."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Sequence

from vetline.provenance.inference.pieces import Piece

_REMEMBERED = 24
_KNOWN_FROM = 3
_FASTEST = 15.0  # characters per second, of somebody who types very fast
_AHEAD = 4  # characters, for messages that wait for each other
_LUMP = 3
_LINES_AT_MOST = 3
_BETWEEN_KEYS = 0.2  # seconds; who sends lumps waits longer
_WAITS_AT_MOST = 0.5  # seconds of the pause in which nothing was typed
_SURE_AFTER = 3
_MANY = 12
_ANYBODY = 6  # characters, as long as nothing is known of the client
_OFTEN = 40  # characters: what a client of lumps sends now and then, though mostly less


class Rhythm:
    """Learns the size of the pieces that a client sends while somebody types.

    Most send each key.  Those that send the whole text each time wait for a pause, so that ten or thirty characters arrive as
    one change, cut where the pause was: in the middle of a word, as no proposal is.
    """

    def __init__(self) -> None:
        self._sizes: deque[int] = deque(maxlen=_REMEMBERED)
        self._lump: Piece | None = None
        self._pause = math.inf  # the shortest seen
        self._quick_keys = 0

    @property
    def sends_keys(self) -> bool:
        """Whether it is certain that the client sends each key by itself."""
        return self._quick_keys >= _SURE_AFTER or (len(self._sizes) >= _MANY and self._sends_ones)

    def learn(self, pieces: Sequence[Piece], pause: float) -> None:
        """Take note of what was typed, ``pause`` seconds after the change before."""
        self._pause = min(self._pause, pause)
        self._lump = next((piece for piece in reversed(pieces) if piece.inserted), self._lump)
        sizes = [_size(piece) for piece in pieces if piece.weight and piece.inserted.isascii()]
        self._sizes.extend(sizes[-_REMEMBERED:])
        if max(sizes, default=0) == 1:
            self._quick_keys += len(sizes) - 1 + (pause < _BETWEEN_KEYS)

    def is_lump(self, piece: Piece, pause: float) -> bool:
        """Tell whether ``piece``, ``pause`` seconds after the change before, is what somebody has typed meanwhile."""
        last, self._lump = self._lump, piece
        size = _size(piece)
        typing = pause - min(self._pause, _WAITS_AT_MOST, pause)
        if self.sends_keys or size > _AHEAD + _FASTEST * typing or piece.inserted.count("\n") > _LINES_AT_MOST:
            return False
        if last is not None and piece.start in last.cursors and (not self._sends_ones or _is_cut_in_word(last, piece)):
            self._sizes.extend([_size(last), size, size])
            return True
        if not self._usual:
            return size <= _ANYBODY and not self._sends_ones
        return size <= max(2.5 * self._usual, _OFTEN if self._usual >= _LUMP else 0)

    def interrupt(self) -> None:
        """Take note that something else happened."""
        self._lump = None

    @property
    def _sends_ones(self) -> bool:
        """Whether single characters are what came so far."""
        return len(self._sizes) >= _KNOWN_FROM and not self._usual

    @property
    def _usual(self) -> float:
        """The size that all recent pieces but one don't exceed, or 0 if it is that of single keys."""
        if len(self._sizes) < _KNOWN_FROM:
            return 0
        usual = sorted(self._sizes)[-2]
        return usual if usual > 1 else 0


def _is_cut_in_word(last: Piece, piece: Piece) -> bool:
    """Tell whether ``piece`` goes on in the middle of the word that ``last`` ended with; proposals end where words do."""
    return _size(last) >= _LUMP and last.inserted[-1:].isalnum() and piece.inserted[:1].isalnum()


def _size(piece: Piece) -> int:
    """Return how many keys a piece takes at least; brackets and quotes may be closed by the editor."""
    return max(1, len("".join(piece.inserted.split()).rstrip(")]}'\"")))
