"""The file in view: a window of its lines, with marks for what is new and what was found."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from rich.style import Style
from rich.syntax import Syntax
from rich.text import Text

from vetline.cli.demo.board import Card
from vetline.cli.demo.look import BLUE, BOLD, GREY, ITALIC_GREY, LEVELS, CodeTheme, Signs
from vetline.cli.demo.stage import Scene
from vetline.core.location import Position
from vetline.core.severity import Level

_ORDER = (Level.ERROR, Level.WARNING, Level.INFORMATION, Level.HINT)
_UNDERLINE = Style.parse("underline")
_CURSOR = Style.parse("reverse")


@dataclass(slots=True)
class CodeView:
    """Draws the code of a scene; remembers how far it has scrolled, so that the text moves only when it has to."""

    signs: Signs
    _syntax: Syntax = field(default_factory=lambda: Syntax("", "python", theme=CodeTheme(), background_color="default"))
    _file: str = ""
    _top: int = 0

    def lines(self, scene: Scene, width: int, height: int) -> list[Text]:
        """Return exactly ``height`` lines, none wider than ``width`` cells."""
        if not scene.file:
            return [Text()] * height
        at = scene.cursor or Position(0, 0)
        shown, ghost = _with_ghost(scene.text, at, scene.ghost)
        code = self._syntax.highlight(shown)
        code.stylize(ITALIC_GREY, *ghost)
        rows = list(code.split("\n", allow_blank=True))
        if rows and not rows[-1].plain:
            rows.pop()
        added = scene.ghost.count("\n")
        self._scroll(scene, at.line, added, height, len(rows))
        findings = self._mark_findings(rows, scene.record.board.open(scene.file), at.line, added)
        if scene.cursor is not None and at.line < len(rows) and not scene.ghost:
            _mark_cursor(rows[at.line], at.column)
        window = range(self._top, min(self._top + height, len(rows)))
        fresh = scene.fresh if not scene.ghost else frozenset(range(at.line + 1, at.line + added + 1))
        drawn = [self._line(rows[row], row, findings.get(row), fresh=row in fresh, width=width) for row in window]
        return drawn + [Text()] * (height - len(drawn))

    def _scroll(self, scene: Scene, cursor_line: int, added: int, height: int, total: int) -> None:
        """Bring what is new into view, with a line of context below, and above if there is room."""
        last = cursor_line + added if scene.ghost else scene.focus
        first = cursor_line if scene.ghost else last
        while first - 1 in scene.fresh and not scene.ghost:
            first -= 1
        if self._file != scene.file:
            self._file, self._top = scene.file, max(0, last - height // 2)
        self._top = max(self._top, last + 2 - height)
        self._top = min(self._top, max(first - 1, 0) if last - first + 2 < height else max(last + 1 - height, 0))
        self._top = max(0, min(self._top, total - height))

    def _mark_findings(self, rows: list[Text], cards: Iterable[Card], cursor_line: int, added: int) -> dict[int, Level]:
        """Underline the first line of each finding, and return the worst level of each line that has one."""
        levels: dict[int, Level] = {}
        for card in cards:
            level, range_ = card.diagnostic.level, card.diagnostic.range
            row = range_.start.line + (added if range_.start.line > cursor_line else 0)
            if row < len(rows):
                end = range_.end.column if range_.end.line == range_.start.line else len(rows[row])
                rows[row].stylize(LEVELS[level] + _UNDERLINE, range_.start.column, end)
                levels[row] = min(level, levels.get(row, level), key=_ORDER.index)
        return levels

    def _line(self, text: Text, row: int, level: Level | None, *, fresh: bool, width: int) -> Text:
        number = (f"{row + 1:4} ", LEVELS[level] + BOLD if level else GREY)
        sign = (f"{self.signs.finding} ", LEVELS[level]) if level else (f"{self.signs.bar} " if fresh else "  ", BLUE)
        line = Text.assemble(number, sign, text, no_wrap=True)
        line.truncate(width, overflow=self.signs.overflow)
        return line


def _with_ghost(text: str, at: Position, ghost: str) -> tuple[str, tuple[int, int]]:
    """Return ``text`` with ``ghost`` inserted at a position, and the offsets of it."""
    if not ghost:
        return text, (0, 0)
    offset = 0
    for _ in range(at.line):
        offset = text.index("\n", offset) + 1
    offset += at.column
    return text[:offset] + ghost + text[offset:], (offset, offset + len(ghost))


def _mark_cursor(text: Text, column: int) -> None:
    if column >= len(text):
        text.append(" " * (column - len(text) + 1))
    text.stylize(_CURSOR, column, column + 1)
