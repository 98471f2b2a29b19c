"""``# vetline: ignore[ID]`` comments, which silence Vetline's own rules on their line."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

_IGNORE = re.compile(r"#\s*vetline:\s*ignore\[([^\]]*)\]")


def ignored_ids(lines: Sequence[str]) -> Mapping[int, frozenset[str]]:
    """Return, by line counted from 0, the rule ids that a comment there silences."""
    return {
        row: frozenset(part.strip().upper() for part in match.group(1).split(","))
        for row, line in enumerate(lines)
        if (match := _IGNORE.search(line))
    }
