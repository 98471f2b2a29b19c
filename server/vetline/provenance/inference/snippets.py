"""Snippets of the editor's: what stands in for code that is still to be typed."""

from __future__ import annotations

import keyword

from vetline.provenance.inference.pieces import Piece
from vetline.provenance.inference.rewording import words_of

_PLACEHOLDERS = frozenset(
    "name names arg args kwargs self cls param params parameter parameters parameter_list value values item items iterable "
    "expr expression condition cond body code block func function funcname func_name function_name method methodname "
    "method_name class_name classname ClassName base Base bases object docstring Docstring target list element elem key x i "
    "doc e n f exception Exception ExceptionType error err file filename path mode alias module variable var result main "
    "__main__ __name__ __init__ description summary return_type type returns TODO todo test_name".split()
)
"""What snippets say where something is to be filled in."""

_LONGEST = 1_000  # characters


def is_snippet(piece: Piece) -> bool:
    """Tell whether ``piece`` is keywords and what is to be filled in, but no code yet.

    It is a statement of its own, in place of the word that it was asked for with.
    """
    if ":" not in piece.inserted or len(piece.inserted) > _LONGEST or len(piece.before.split()) > 1:
        return False
    old, new = piece.words
    known = _PLACEHOLDERS.union(words_of(old))
    return all(keyword.iskeyword(word) or word in known for word in words_of(new))
