"""How messages to users name what they are about."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping

_LONGEST_WORD = 60


def nearest(word: str, candidates: Iterable[str], cutoff: float = 0.7) -> str | None:
    """Return the candidate that ``word`` was probably meant to be, or None.

    ``cutoff`` is the least similarity, from 0 to 1, as :func:`difflib.get_close_matches` measures it; letters in another
    order count as similar in any case.
    """
    from difflib import get_close_matches

    known = sorted(candidates)
    folded = {candidate.casefold(): candidate for candidate in reversed(known)}
    letters = sorted(word.casefold())
    swapped = [candidate for candidate in folded if sorted(candidate) == letters]
    found = swapped if len(swapped) == 1 else get_close_matches(word.casefold(), list(folded), n=1, cutoff=cutoff)
    return folded[found[0]] if found else None


def quoted(word: str) -> str:
    """Return ``word`` in quotes, on one line and not too long, whatever is in it."""
    short = word if len(word) <= _LONGEST_WORD else f"{word[:_LONGEST_WORD]}…"
    return '"' + "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in short) + '"'


def alternatives(words: Iterable[str]) -> str:
    """Return ``a, b or c``."""
    *most, last = words
    return f"{', '.join(most)} or {last}" if most else last


def kind_of(value: object) -> str:
    """Return what ``value`` is, in words."""
    kinds: tuple[tuple[type | tuple[type, ...], str], ...] = (
        (bool, "a boolean"),
        (str, "a string"),
        ((int, float), "a number"),
        ((list, tuple, set), "an array"),
        (Mapping, "a table"),
        ((datetime.date, datetime.time), "a date or time"),
        (type(None), "empty"),
    )
    return next((words for types, words in kinds if isinstance(value, types)), "something else")
