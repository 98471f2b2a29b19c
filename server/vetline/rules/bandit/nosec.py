"""``# nosec`` comments, with Bandit's meaning."""

from __future__ import annotations

import io
import tokenize
from collections.abc import Mapping

NosecLines = Mapping[int, frozenset[str]]
"""Line number → ids that are silenced there; an empty set silences all."""

NOTHING: NosecLines = {}


def nosec_lines(text: str) -> NosecLines:
    """Return the lines of ``text``, counted from 1, that carry a ``# nosec`` comment.

    A lone carriage return ends a line, as it does for Python; Bandit takes such a file for one line here.
    """
    if "nosec" not in text:
        return NOTHING
    from bandit.core.manager import _parse_nosec_comment

    found: dict[int, frozenset[str]] = {}
    try:
        for token in tokenize.generate_tokens(io.StringIO(text, newline=None).readline):
            if token.type == tokenize.COMMENT:
                silenced = _parse_nosec_comment(token.string)
                if silenced is not None:
                    found[token.start[0]] = frozenset(silenced)
    except (tokenize.TokenError, SyntaxError):
        pass  # as Bandit does: what was seen up to there counts
    return found


def is_silenced(test_id: str, line: int | None, line_range: range, nosec: NosecLines) -> bool:
    """Tell whether a comment silences ``test_id`` reported by a check that looked at ``line_range``.

    ``line`` is the line that the check itself names; None if it leaves that to Bandit, as most checks do.

    Bandit heeds the comment on the reported line and the first one in the range; either may name ids, and the silence is
    total only if none does.
    """
    if not nosec:
        return False
    at_line = None if line is None else nosec.get(line)
    in_range = next((nosec[row] for row in sorted(nosec) if row in line_range), None)
    if at_line is None and in_range is None:
        return False
    silenced = (at_line or frozenset()) | (in_range or frozenset())
    return not silenced or test_id in silenced
