"""A session on a terminal: the editor above, the findings below."""

from __future__ import annotations

from statistics import median
from types import TracebackType
from typing import Self

from rich.box import ASCII, ROUNDED
from rich.console import Console, ConsoleOptions, Group, RenderResult
from rich.live import Live
from rich.panel import Panel
from rich.style import Style
from rich.text import Text

from vetline.cli.demo.board import Card, Fate
from vetline.cli.demo.code_view import CodeView
from vetline.cli.demo.look import (
    BLUE,
    BOLD,
    GREEN,
    GREY,
    LEVELS,
    ORANGE,
    RED,
    fate,
    milliseconds,
    sentence,
    signs_for,
)
from vetline.cli.demo.stage import Kind, Note, Scene
from vetline.core.severity import Level

SMALLEST = (60, 20)
"""Columns and lines that a terminal needs to have; on a smaller one the plain stage serves better."""
_MANY_LINES = 28
_NOTE_STYLES = {
    Kind.ACCEPTED: ORANGE,
    Kind.CLEAN: GREEN,
    Kind.STAYED: BLUE,
    Kind.FIXED: GREEN,
    Kind.SUPPRESSED: GREEN,
    Kind.TAKEN_BACK: GREEN,
    Kind.WRONG: RED,
}


class ScreenStage:
    """Draws each scene over the last one, on the terminal's second screen; a context manager."""

    def __init__(self, console: Console) -> None:
        self._picture = Picture(console)
        self._live = Live(console=console, screen=True, auto_refresh=False, redirect_stdout=False, redirect_stderr=False)

    def __enter__(self) -> Self:
        self._live.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._live.stop()

    def draw(self, scene: Scene) -> None:
        """Show ``scene``."""
        self._picture.scene = scene
        self._live.update(self._picture, refresh=True)

    def tell(self, note: Note) -> None:
        """Nothing: the scene has it all."""


class Picture:
    """What the screen shows of a scene, made to fit the terminal as it is when it is drawn."""

    def __init__(self, console: Console) -> None:
        self.scene: Scene | None = None
        self._signs = signs_for(console)
        self._box = ROUNDED if self._signs.overflow == "ellipsis" else ASCII
        self._code = CodeView(self._signs)

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        scene = self.scene
        if scene is None:
            return
        width, height = options.size
        findings_height = 9 if height >= _MANY_LINES else 7
        code_height = height - findings_height - 7
        code = self._code.lines(scene, width - 4, code_height)
        cards = self._cards(console, scene.record.board.cards, width - 4, findings_height)
        yield Group(
            self._header(scene, width),
            self._panel(code, code_height, scene.file or "shoplet", width),
            self._note(scene, width),
            self._panel(cards, findings_height, "Findings", width),
            self._footer(scene, width),
        )

    def _panel(self, lines: list[Text], height: int, title: str, width: int) -> Panel:
        title_text = Text(title, BOLD)
        return Panel(
            Group(*lines),
            box=self._box,
            title=title_text,
            title_align="left",
            border_style=GREY,
            height=height + 2,
            width=width,
        )

    def _header(self, scene: Scene, width: int) -> Text:
        left = Text.assemble((" Vetline ", BLUE + BOLD), (f" {scene.title}", BOLD))
        right = f"{scene.chapter} of {scene.chapters} " if scene.chapter else ""
        return self._justified(left, Text(right, GREY), width)

    def _note(self, scene: Scene, width: int) -> Text:
        note = scene.note
        if note is None:
            return Text()
        style = _NOTE_STYLES.get(note.kind, Style.null())
        good = note.kind in {Kind.CLEAN, Kind.FIXED, Kind.SUPPRESSED, Kind.TAKEN_BACK}
        sign = self._signs.bad if note.kind is Kind.WRONG else self._signs.good if good else self._signs.dot
        left = Text.assemble((f" {sign} ", style + BOLD), (note.text, style))
        right = Text(f"after {milliseconds(note.latency)} " if note.latency is not None else "", style)
        return self._justified(left, right, width)

    def _footer(self, scene: Scene, width: int) -> Text:
        cards, latencies = scene.record.board.cards, scene.record.latencies.completions
        parts = [
            f"{len(latencies)} accepted",
            f"{sum(card.fate is Fate.OPEN for card in cards)} open",
            f"{sum(card.fate is Fate.FIXED for card in cards)} fixed",
        ]
        if latencies:
            parts.append(f"median {milliseconds(median(latencies))}, slowest {milliseconds(max(latencies))}")
        left = Text(" ")
        if problems := len(scene.record.problems):
            left.append(f"{problems} not as expected {self._signs.dot} ", RED)
        left.append(f" {self._signs.dot} ".join(parts), GREY)
        return self._justified(left, Text(f"{scene.server} ", GREY), width)

    def _cards(self, console: Console, cards: list[Card], width: int, height: int) -> list[Text]:
        """Return the findings that there is room for, in the order of their arrival.

        What has changed last goes first, then what is open, hints last; the first two are shown in full.
        """
        latest = max((card.changed for card in cards), default=0)

        def rank(pair: tuple[int, Card]) -> tuple[bool, bool, bool, int, int]:
            index, card = pair
            is_hint = card.diagnostic.level is Level.HINT
            return card.changed == latest, card.fate is Fate.OPEN, not is_hint, card.changed, index

        ranked = sorted(enumerate(cards), key=rank, reverse=True)
        chosen: dict[int, list[Text]] = {}
        for place, (index, card) in enumerate(ranked):
            lines = self._card(console, card, width, in_full=place < 2)
            if height >= len(lines):
                height -= len(lines)
                chosen[index] = lines
        return [line for index in sorted(chosen) for line in chosen[index]]

    def _card(self, console: Console, card: Card, width: int, *, in_full: bool) -> list[Text]:
        is_open = card.fate is Fate.OPEN
        left = Text.assemble(
            (f"{self._signs.finding} ", LEVELS[card.diagnostic.level] if is_open else GREY),
            (f"{card.place:<16}", BOLD if is_open else GREY),
            (f"{card.rule}  ", BOLD if is_open else GREY),
            (card.weakness, "" if is_open else GREY),
        )
        right = Text.assemble((f"{milliseconds(card.latency)}  ", GREY), fate(card, self._signs))
        lines = [self._justified(left, right, width)]
        if in_full:
            message = sentence(card.diagnostic.message, console)
            message.style = "" if is_open else GREY
            lines += [Text.assemble("  ", line) for line in message.wrap(console, width - 2)]
            if steps := card.diagnostic.steps:
                way = Text("  ", no_wrap=True)
                for step in steps:
                    way.append(f"{self._signs.arrow} {step.line} ", GREY).append_text(sentence(step.message, console)).append(
                        " "
                    )
                lines.append(self._justified(way, Text(), width))
        return lines

    def _justified(self, left: Text, right: Text, width: int) -> Text:
        """Return one line of ``width`` cells; ``left`` is cut if there isn't room for both."""
        room = width - right.cell_len - (1 if right.cell_len else 0)
        left.truncate(room, overflow=self._signs.overflow, pad=True)
        return Text.assemble(left, " " if right.cell_len else "", right, no_wrap=True)
