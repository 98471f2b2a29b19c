"""Comments that silence findings: ``# vetline: ignore[ID]`` those of Vetline's own rules, others those of other tools."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

_IGNORE = re.compile(r"#\s*vetline:\s*ignore\[([^\]]*)\]")


_SILENCING = re.compile(r"#\s*(?:nosec\b|vetline:\s*ignore\b|noqa\s*:[^#]*\bS\d+)[^\r\n]*", re.IGNORECASE)
_MAYBE_SILENCING = re.compile(r"#\s*(?:noqa\b|type:\s*ignore\b|pylint:\s*disable\b)[^\r\n]*", re.IGNORECASE)


class Silencer(NamedTuple):
    """A comment that silences findings: the columns that it stands in; ``is_sure`` if it silences nothing else."""

    start: int
    end: int
    is_sure: bool


def silencer(line: str) -> Silencer | None:
    """Return the comment in ``line`` that silences findings of security, or may; None if there is none."""
    for pattern, is_sure in ((_SILENCING, True), (_MAYBE_SILENCING, False)):
        if match := pattern.search(line):
            return Silencer(match.start(), match.start() + len(match.group().rstrip()), is_sure)
    return None


def ignored_ids(lines: Sequence[str]) -> Mapping[int, frozenset[str]]:
    """Return, by line counted from 0, the rule ids that a comment there silences."""
    return {
        row: frozenset(part.strip().upper() for part in match.group(1).split(","))
        for row, line in enumerate(lines)
        if (match := _IGNORE.search(line))
    }
