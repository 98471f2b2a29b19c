"""Colours and signs, for light and dark terminals alike."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from rich.console import Console
from rich.style import Style
from rich.syntax import SyntaxTheme
from rich.text import Text

from vetline.cli.demo.board import Card, Fate
from vetline.core.severity import Level

# Medium tones: each has a contrast of about 4 to 1 or more against both black and white.
RED = Style.parse("#d70000")
ORANGE = Style.parse("#c75a00")
GREEN = Style.parse("#00875f")
TEAL = Style.parse("#008787")
BLUE = Style.parse("#0082d0")
PURPLE = Style.parse("#af5faf")
GREY = Style.parse("#808080")
BOLD = Style.parse("bold")
ITALIC_GREY = Style.parse("italic #808080")

LEVELS = {Level.ERROR: RED, Level.WARNING: ORANGE, Level.INFORMATION: BLUE, Level.HINT: GREY}
FATES = {
    Fate.OPEN: BOLD,
    Fate.FIXED: GREEN,
    Fate.SUPPRESSED: GREY,
    Fate.TAKEN_BACK: GREEN,
    Fate.GONE: RED,
}


@dataclass(frozen=True, slots=True)
class Signs:
    """The signs that a terminal can show."""

    finding: str
    good: str
    bad: str
    bar: str
    dot: str
    arrow: str
    overflow: Literal["ellipsis", "crop"]
    """How a line that is too long is cut."""


def signs_for(console: Console) -> Signs:
    """Return the signs for a terminal; plain ASCII if it doesn't speak UTF-8."""
    if console.encoding.lower().replace("-", "").startswith("utf"):
        return Signs("●", "✓", "✗", "▎", "·", "→", "ellipsis")
    return Signs("*", "+", "x", "|", "-", ">", "crop")


def milliseconds(seconds: float) -> str:
    """Return a latency, as in ``4 ms``; with a decimal below 10 ms."""
    value = seconds * 1000
    return f"{value:.1f} ms" if value < 10 else f"{value:.0f} ms"


def sentence(text: str, console: Console) -> Text:
    """Return a message with its ``code`` set apart: in bold on a terminal, in its backticks elsewhere."""
    if not console.is_terminal:
        return Text(text)
    parts = text.split("`")
    return Text.assemble(*((part, BOLD if index % 2 else "") for index, part in enumerate(parts)))


def fate(card: Card, signs: Signs) -> Text:
    """Return what became of a finding, with a sign."""
    done = card.fate in {Fate.FIXED, Fate.TAKEN_BACK}
    return Text(f"{signs.good} {card.fate}" if done else str(card.fate), FATES[card.fate])


class CodeTheme(SyntaxTheme):
    """Colours for code; what it doesn't name keeps the terminal's own colour."""

    @classmethod
    def get_style_for_token(cls, token_type: Any) -> Style:
        """Return the style of a token type of Pygments, or of the nearest one above it."""
        name = str(token_type)
        while name not in _TOKENS:
            name = name.rpartition(".")[0]
        return _TOKENS[name]

    @classmethod
    def get_background_style(cls) -> Style:
        """Return no colour at all."""
        return Style.null()


_TOKENS = {
    "Token": Style.null(),
    "Token.Comment": ITALIC_GREY,
    "Token.Keyword": PURPLE,
    "Token.Operator.Word": PURPLE,
    "Token.Name.Function": BLUE,
    "Token.Name.Class": BLUE,
    "Token.Name.Decorator": TEAL,
    "Token.Name.Builtin": TEAL,
    "Token.Literal.Number": TEAL,
    "Token.Literal.String": GREEN,
    "Token.Literal.String.Doc": ITALIC_GREY,
}
