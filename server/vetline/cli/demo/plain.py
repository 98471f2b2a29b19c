"""A session as lines of text: for a log, a pipe, or a terminal that is too small for more."""

from __future__ import annotations

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from vetline.cli.demo.look import BOLD, GREEN, GREY, LEVELS, RED, milliseconds, sentence, signs_for
from vetline.cli.demo.stage import Kind, Note, Scene

_SILENT = {Kind.OFFERED}


class PlainStage:
    """Prints each note, and draws nothing."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._signs = signs_for(console)
        self._chapter = 0

    def draw(self, scene: Scene) -> None:
        """Nothing: the notes tell the story."""

    def tell(self, note: Note) -> None:
        """Print ``note``."""
        if note.kind in _SILENT:
            return
        if note.kind is Kind.CHAPTER:
            self._console.print()
            self._console.print(Text(note.text, BOLD))
        elif note.kind is Kind.FOUND and note.card is not None:
            self._finding(note)
        else:
            style = {Kind.WRONG: RED, Kind.FIXED: GREEN, Kind.TAKEN_BACK: GREEN, Kind.CLEAN: GREEN}.get(note.kind, "")
            sign = {Kind.WRONG: self._signs.bad}.get(note.kind, self._signs.good if style else self._signs.dot)
            line = Text.assemble((f"{sign} ", style), note.text)
            if note.latency is not None:
                line.append(f" ({milliseconds(note.latency)})", GREY)
            self._console.print(Padding(line, (0, 0, 0, 2), expand=False))

    def _finding(self, note: Note) -> None:
        card = note.card
        assert card is not None
        line = Text.assemble(
            (f"{self._signs.finding} ", LEVELS[card.diagnostic.level]),
            (card.place, BOLD),
            f"  {card.rule}  {card.weakness}",
        )
        if note.latency is not None:
            line.append(f"  {milliseconds(note.latency)}", GREY)
        self._console.print(Padding(line, (0, 0, 0, 4), expand=False))
        self._console.print(Padding(sentence(note.text, self._console), (0, 0, 0, 6), expand=False))
        for step in card.diagnostic.steps:
            line = Text.assemble((f"{self._signs.arrow} {step.place}  ", GREY), sentence(step.message, self._console))
            self._console.print(Padding(line, (0, 0, 0, 6), expand=False))
