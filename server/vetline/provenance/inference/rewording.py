"""The same code in other words: formatted, renamed, moved, commented out."""

from __future__ import annotations

import keyword
import re
from collections import Counter
from collections.abc import Sequence

from vetline.provenance.inference.pieces import Piece

_TOKEN = re.compile(r"\w+|[^\w\s]")
_LAYOUT = frozenset(",()'\"\\;#`")
"""What formatters add and take away."""

_FEW = 4
_NOVEL_AT_MOST = 4  # characters: a formatter's "None", a letter that differs
_PLACEHOLDERS = frozenset(
    "name names arg args kwargs self cls param params parameter parameters parameter_list value values item items iterable "
    "expr expression condition cond body code block func function funcname func_name function_name method methodname method_name "
    "class_name classname ClassName base Base bases object docstring Docstring doc target list element elem key x i e n f "
    "exception Exception ExceptionType error err file filename path mode alias module variable var result main __main__ "
    "__name__ __init__ description summary return_type type returns TODO todo test_name".split()
)
"""What snippets say where something is to be filled in."""


def tokens(text: str) -> list[str]:
    """Return the words and signs of ``text`` that mean something, in order."""
    return [token for token in _TOKEN.findall(text) if token not in _LAYOUT]


def likeness(removed: str, inserted: str) -> float:
    """Return which part of ``inserted`` (0 to 1, by words) is made of words of ``removed``."""
    new = [token for token in tokens(inserted) if len(token) > 1]
    if not new:
        return 0.0
    old = set(tokens(removed))
    return sum(token in old for token in new) / len(new)


def is_wrapped(pieces: Sequence[Piece]) -> bool:
    """Tell whether lines got or lost an indentation or a comment sign, or a selection brackets: a key does that."""
    for piece in pieces:
        old, new = (
            [re.sub(r"^[\s#]+|\s+$", "", line) for line in text.split("\n")] for text in (piece.removed, piece.inserted)
        )
        if not piece.removed or len(old) != len(new):
            return False
        if old != new and (len(old) > 1 or not _is_surrounded(piece.removed, piece.inserted)):
            return False
    return True


def _is_surrounded(old: str, new: str) -> bool:
    inner, outer = sorted((old, new), key=len)
    at = outer.find(inner)
    return at >= 0 and _LAYOUT.union("[]{} ").issuperset(outer[:at] + outer[at + len(inner) :])


def is_renaming(pieces: Sequence[Piece]) -> bool:
    """Tell whether every piece puts the same name in place of the same other name."""
    pairs = {piece.words for piece in pieces}
    if len(pairs) != 1:
        return False
    old, new = pairs.pop()
    return old.isidentifier() and new.isidentifier() and not keyword.iskeyword(new)


def is_rewording(pieces: Sequence[Piece]) -> bool:
    """Tell whether the pieces together bring no word that they don't take away somewhere.

    A name that is new in all places of an old one is no new code, either.
    """
    if not any(piece.removed.strip() for piece in pieces):
        return not any(tokens(piece.inserted) for piece in pieces)
    old, new, inserted = _words_of(pieces)
    novel = {token: count for token, count in new.items() if token not in old}
    if new.total() > 1.6 * old.total() + _FEW:
        return False
    if sum(map(len, novel)) <= min(_NOVEL_AT_MOST, inserted / 10):
        return True
    lost = old - new
    renamed = [name for name, count in novel.items() if name.isidentifier() and 1 < count in lost.values()]
    return len(novel) == len(renamed) == 1


def _words_of(pieces: Sequence[Piece]) -> tuple[Counter[str], Counter[str], int]:
    """Return the words that the pieces took away, those that they brought, and how many characters these came with."""
    words = [piece.words for piece in pieces]
    inserted = "\n".join(new for _, new in words)
    return Counter(tokens("\n".join(old for old, _ in words))), Counter(tokens(inserted)), len(inserted)


def is_extraction(pieces: Sequence[Piece]) -> bool:
    """Tell whether old code moved into a variable or a function of its own.

    Then the only new name is the one that it got, which stands where it is made and where it is used.
    """
    old, new, _ = _words_of(pieces)
    names = [token for token in new if token not in old and _is_name(token)]
    literal = any(token not in old and not token.isidentifier() and token[0].isalnum() for token in new)
    if len(old) < _FEW or len(names) != 1 or literal or new[names[0]] < 2:
        return False
    kept, there = [token for token in new if token in old and _is_name(token)], [token for token in old if _is_name(token)]
    return len(kept) >= _FEW // 2 and len(kept) >= 0.7 * len(there)


def _is_name(token: str) -> bool:
    return token.isidentifier() and not keyword.iskeyword(token) and token not in {"self", "cls"}


def is_skeleton(piece: Piece) -> bool:
    """Tell whether ``piece`` is a snippet of the editor's: keywords, and what is to be filled in, but no code yet.

    It is a statement of its own, in place of the word that it was asked for with.
    """
    if ":" not in piece.inserted or len(piece.before.split()) > 1:
        return False
    old = set(tokens(piece.words[0]))
    return all(
        not (token[0].isalnum() or token[0] == "_") or keyword.iskeyword(token) or token in _PLACEHOLDERS or token in old
        for token in tokens(piece.words[1])
    )
