"""How a client sends what is typed: key by key, or by lumps."""

from __future__ import annotations

from collections import deque

from vetline.provenance.inference.pieces import Piece

_REMEMBERED = 24
_KNOWN_FROM = 3
_FASTEST = 18.0  # characters per second, of somebody who types very fast
_AHEAD = 4  # characters, for messages that wait for each other
_LUMP = 3
_LINES_AT_MOST = 3


class Rhythm:
    """Learns the size of the pieces that a client sends while somebody types.

    Most send each key.  Those that send the whole text each time wait for a pause, so that ten or thirty characters arrive as
    one change, cut where the pause was: in the middle of a word, as no proposal is.
    """

    def __init__(self) -> None:
        self._sizes: deque[int] = deque(maxlen=_REMEMBERED)
        self._lump: Piece | None = None

    def learn(self, piece: Piece) -> None:
        """Take note of a piece that was typed."""
        if piece.inserted and (weight := piece.weight):
            self._sizes.append(weight)

    def is_lump(self, piece: Piece, pause: float) -> bool:
        """Tell whether ``piece``, ``pause`` seconds after the change before, is what somebody has typed meanwhile."""
        last, self._lump = self._lump, piece
        size = piece.weight
        if size > _AHEAD + _FASTEST * pause or piece.inserted.count("\n") > _LINES_AT_MOST:
            return False
        if last is not None and _is_cut_in_word(last, piece):
            self._sizes.extend([last.weight, size, size])
            return True
        return size <= 2.5 * self._usual

    def interrupt(self) -> None:
        """Take note that something else happened."""
        self._lump = None

    @property
    def _usual(self) -> float:
        """The size that nine of ten pieces don't exceed, or 0 if it is that of single keys."""
        if len(self._sizes) < _KNOWN_FROM:
            return 0
        usual = sorted(self._sizes)[int(len(self._sizes) * 0.9) - 1]
        return usual if usual >= 2 else 0


def _is_cut_in_word(last: Piece, piece: Piece) -> bool:
    """Tell whether ``piece`` goes on in the middle of the word that ``last`` ended with; proposals end where words do."""
    return (
        last.weight >= _LUMP
        and last.end == piece.start
        and (last.inserted[-1:].isalnum() or last.inserted[-1:] == "_")
        and (piece.inserted[:1].isalnum() or piece.inserted[:1] == "_")
    )
