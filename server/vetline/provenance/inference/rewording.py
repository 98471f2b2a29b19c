"""The same code in other words: formatted, renamed, moved, commented out."""

from __future__ import annotations

import keyword
import re
import string
from collections import Counter
from collections.abc import Sequence
from functools import cached_property
from itertools import chain

from vetline.provenance.inference.pieces import Piece
from vetline.syntax.agreement import shared_ends

_TOKEN = re.compile(r"\w+|[^\w\s]")
_LAYOUT = frozenset(",()'\"\\;#`")
"""What formatters add and take away."""

_NO_SIGNS = {ord(sign): " " for sign in string.punctuation.replace("_", "")}
_EDGES = re.compile(r"^[\s#]+|\s+$", re.MULTILINE)
_FEW = 4
_NOVEL_AT_MOST = 4  # characters: a formatter's "None", a letter that differs
_GROWS_AT_MOST = 1.6
_KEPT_AT_LEAST = 0.7
_SUBSTITUTED_AT_MOST = 50_000  # words


def words_of(text: str) -> list[str]:
    """Return the words of ``text`` in order: names, keywords, numbers, and what strings and comments say."""
    return text.translate(_NO_SIGNS).split()


class Wording:
    """The words that the pieces of a change took away, and those that they brought; half words completed."""

    def __init__(self, pieces: Sequence[Piece]) -> None:
        self._pieces = pieces
        self._removes = any(piece.removed.strip() for piece in pieces)

    @cached_property
    def _words(self) -> list[tuple[str, str]]:
        return [piece.words for piece in self._pieces]

    @cached_property
    def _old(self) -> Counter[str]:
        return Counter(chain.from_iterable(words_of(old) for old, _ in self._words))

    @cached_property
    def _new(self) -> Counter[str]:
        return Counter(chain.from_iterable(words_of(new) for _, new in self._words))

    @property
    def is_wrapped(self) -> bool:
        """Whether lines got or lost an indentation or a comment sign, or a selection brackets: a key does that."""
        return self._removes and all(map(_is_wrapped, self._pieces))

    @property
    def is_kept(self) -> bool:
        """Whether the pieces together bring no word that they don't take away somewhere: formatted, sorted, moved."""
        if not self._removes:
            return all(_LAYOUT.issuperset("".join(piece.inserted.split())) for piece in self._pieces)
        if self._new.total() > _GROWS_AT_MOST * self._old.total() + _FEW:
            return False
        novel = sum(len(token) for token in self._new if token not in self._old)
        return novel <= min(_NOVEL_AT_MOST, sum(len(new) for _, new in self._words) / 10)

    @property
    def is_renaming(self) -> bool:
        """Whether every piece puts the same name in place of the same other name."""
        pairs = set(self._words)
        old, new = next(iter(pairs))
        return len(pairs) == 1 and old.isidentifier() and new.isidentifier() and not keyword.iskeyword(new)

    @property
    def is_substitution(self) -> bool:
        """Whether one text took the place of another in one or more words, and nothing else changed: search and replace."""
        if not self._removes or self._new.total() != self._old.total() or self._old.total() > _SUBSTITUTED_AT_MOST:
            return False
        tokens = [(_TOKEN.findall(old), _TOKEN.findall(new)) for old, new in self._words]
        if any(len(old) != len(new) for old, new in tokens):
            return False
        swaps = {_swap(a, b) for old, new in tokens for a, b in zip(old, new, strict=True) if a != b}
        return len(swaps) == 1 and all(a and (a + b).isidentifier() for a, b in swaps)

    @property
    def is_extraction(self) -> bool:
        """Whether old code moved into a variable or a function of its own.

        Then the only new name is the one that it got, which stands where it is made and where it is used.
        """
        if not self._removes or len(self._old) < _FEW:
            return False
        novel = [token for token in self._new if token not in self._old]
        names = [token for token in novel if _is_name(token)]
        if len(names) != 1 or self._new[names[0]] < 2 or any(token[0].isdigit() for token in novel):
            return False
        kept = [token for token in self._new if token in self._old and _is_name(token)]
        return len(kept) >= 2 and len(kept) >= _KEPT_AT_LEAST * len([token for token in self._old if _is_name(token)])


def likeness(piece: Piece) -> float:
    """Return which part of the words that ``piece`` inserts (0 to 1) is among those that it removes."""
    removed, inserted = piece.words
    new, old = [word for word in words_of(inserted) if len(word) > 1], set(words_of(removed))
    return sum(word in old for word in new) / max(1, len(new))


def _is_wrapped(piece: Piece) -> bool:
    if piece.removed.count("\n") != piece.inserted.count("\n"):
        return False
    if _EDGES.sub("", piece.removed) == _EDGES.sub("", piece.inserted):
        return True
    inner, outer = sorted((piece.removed, piece.inserted), key=len)
    at = outer.find(inner)
    return bool(inner) and at >= 0 and _LAYOUT.union("[]{} ").issuperset(outer[:at] + outer[at + len(inner) :])


def _swap(old: str, new: str) -> tuple[str, str]:
    """Return what differs between two words."""
    head, tail = shared_ends(old, new)
    return old[head : len(old) - tail], new[head : len(new) - tail]


def _is_name(token: str) -> bool:
    return token.isidentifier() and not keyword.iskeyword(token) and token not in {"self", "cls"}
