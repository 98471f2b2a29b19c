"""Where a line can take a comment, and where one stands."""

from __future__ import annotations

import io
import tokenize
from collections.abc import Mapping

_LINE_ENDS = (tokenize.NEWLINE, tokenize.NL)


def comment_columns(text: str) -> Mapping[int, int | None]:
    """Return, for each line of ``text`` that can end in a comment, the column of the one there is, or None.

    Lines count from 0.  Missing are lines that end inside a string, or in a backslash; and all lines behind a place that
    can't be tokenized.
    """
    found: dict[int, int | None] = {}
    try:
        for token in tokenize.generate_tokens(io.StringIO(text, newline=None).readline):
            row = token.start[0] - 1
            if token.type == tokenize.COMMENT:
                found[row] = token.start[1]
            elif token.type in _LINE_ENDS:
                found.setdefault(row, None)
    except (tokenize.TokenError, SyntaxError):
        pass
    return found
