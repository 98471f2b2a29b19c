"""Places of a text that are taken."""

from __future__ import annotations

from vetline.core.location import Range


class Claims:
    """Ranges that share no character.  Asking for one costs its lines."""

    def __init__(self) -> None:
        self._by_line: dict[int, list[Range]] = {}

    def take(self, wanted: Range) -> bool:
        """Take a range; returns False, and takes nothing, if some of it is taken already, or if it is empty."""
        lines = range(wanted.start.line, wanted.end.line + 1)
        others = {other for line in lines for other in self._by_line.get(line, ())}
        if wanted.is_empty or any(other.start < wanted.end and wanted.start < other.end for other in others):
            return False
        for line in lines:
            self._by_line.setdefault(line, []).append(wanted)
        return True
