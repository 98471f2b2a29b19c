"""What a press of a key does to the text."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from vetline.provenance.inference.pieces import Piece

_AT_ONCE = 2  # a character and the one that the editor adds; two keys that were fast
_CLOSERS = frozenset("()[]{}'\"`")
_QUOTES_AT_MOST = 8
_NEAR = 12  # columns; Backspace goes over an indentation at once
_WORD_FROM_INPUT_METHOD = 12
_PHRASE_FROM_INPUT_METHOD = 24


def is_key(piece: Piece, sends_keys: bool = False) -> bool:
    """Tell whether one press of a key can do that, with what editors add: brackets, quotes, indentation.

    A client that certainly ``sends_keys`` one by one never sends two letters at once, nor a sign and a line end.
    """
    if not piece.inserted:
        return len(piece.removed) <= _AT_ONCE or piece.removed.isspace()
    text = "".join(piece.inserted.split())
    if sends_keys and text.isascii() and (sum(map(str.isalnum, text)) > 1 or "\n" in piece.inserted.lstrip()):
        return not text
    return (
        len(text) <= _AT_ONCE
        or (len(text) <= _QUOTES_AT_MOST and _CLOSERS.issuperset(text))
        or _is_one_character(text)
        or _is_from_input_method(piece)
    )


def are_one_key(pieces: Sequence[Piece]) -> bool:
    """Tell whether pieces that look like keys were pressed one after the other, or one key with many cursors.

    Formatters change single characters, too: of many lines at once, here this and there that.
    """
    if len(pieces) <= 2 or len({(piece.inserted, piece.removed) for piece in pieces}) == 1:
        return True
    return all(_is_near(first, then) for first, then in pairwise(pieces))


def _is_near(first: Piece, then: Piece) -> bool:
    """Tell whether ``then`` is where the cursor was left by ``first``, or a key such as Enter or Backspace away."""
    if abs(then.start.line - first.end.line) > 1:
        return False
    return then.start.column == 0 or abs(then.start.column - first.end.column) <= _NEAR


def _is_one_character(text: str) -> bool:
    """Tell whether ``text`` is one character to its reader, such as an emoji made of several code points."""
    return len(text) <= _QUOTES_AT_MOST and not text.isascii() and not any(map(str.isalnum, text))


def _is_from_input_method(piece: Piece) -> bool:
    """Tell whether an input method put a word or a phrase there, in one piece or in place of what was spelled."""
    text = piece.inserted
    if text.isascii() or "\n" in text or any(character.isascii() and character.isalnum() for character in text):
        return False
    return len(text) <= (_PHRASE_FROM_INPUT_METHOD if piece.removed else _WORD_FROM_INPUT_METHOD)
