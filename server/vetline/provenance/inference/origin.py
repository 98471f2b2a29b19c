"""Where foreign code comes from: a proposal, the clipboard, or a program.

Each feature looks at one thing, and says how much it speaks for a proposal (positive) or for the clipboard (negative).  The sum
decides, and its size is how sure we are.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from vetline.core.location import Position
from vetline.provenance.inference.pieces import Piece
from vetline.provenance.inference.rewording import likeness
from vetline.provenance.kinds import Kind


@dataclass(frozen=True, slots=True)
class Scene:
    """A piece of foreign code, and what happened before it came.

    ``cursors`` are the places where the cursor may have been, none if nothing was changed before; ``since_key`` the seconds
    since a key was pressed.
    """

    piece: Piece
    cursors: tuple[Position, ...]
    since_key: float


Feature = Callable[[Scene], float]


def at_cursor(scene: Scene) -> float:
    """A proposal comes where the last key was pressed; to paste, people mostly go elsewhere first."""
    piece = scene.piece
    if not scene.cursors:
        return -1.0
    if {piece.start, Position(piece.start.line, piece.start.column + len(piece.removed))}.intersection(scene.cursors):
        return 1.5
    if _is_below(piece) and piece.told in scene.cursors:
        return 0.3
    return -1.0 if abs(scene.cursors[0].line - piece.start.line) > 3 else -0.3


def soon_after_key(scene: Scene) -> float:
    """A proposal is taken within seconds of the key that brought it up; what is pasted has to be fetched first."""
    if scene.since_key < 2.5:
        return 1.0
    return 0.2 if scene.since_key < 8 else -1.0


def goes_on_with_line(scene: Scene) -> float:
    """A proposal goes on with the line that was begun, to its end."""
    piece = scene.piece
    if not piece.before.strip() or piece.removed:
        return 0.0
    return 1.0 if not piece.after.strip(")]}'\":, ") else -0.6


def cuts_word(scene: Scene) -> float:
    """Only a proposal goes on in the middle of a word."""
    piece = scene.piece
    cuts = piece.before[-1:].isalnum() and piece.inserted[:1].isalnum() and piece.start in scene.cursors
    return 2.0 if cuts else 0.0


def ends_with_line_end(scene: Scene) -> float:
    """What is copied by lines brings the last line's end along; a proposal does so only if it is taken line by line."""
    text = scene.piece.inserted
    if not text.endswith("\n"):
        return 0.0
    if _is_below(scene.piece):
        return -0.5
    return -0.7 if "\n" not in text.strip() and scene.piece.before.strip() else -2.5


def _is_below(piece: Piece) -> bool:
    """Tell whether lines were inserted below one, so that it can't be told if the line end came in front of them or behind."""
    return piece.told.line < piece.start.line and piece.is_linewise


def has_own_indentation(scene: Scene) -> float:
    """What was copied elsewhere is indented as it was there; a proposal fits the line of the cursor."""
    piece = scene.piece
    if "\n" not in piece.inserted or piece.before.strip():
        return 0.0
    lines = piece.inserted.split("\n")
    later = [len(line) - len(line.lstrip()) for line in lines[1:] if line.strip()]
    here = len(piece.before) + len(lines[0]) - len(lines[0].lstrip())
    if piece.before and lines[0][:1].isspace():
        return -1.5
    if later and here and min(later) < here:
        return -1.0
    return 0.3 if here else 0.0


def takes_other_text_away(scene: Scene) -> float:
    """What takes the place of a selection has little to do with it; a suggested edit keeps most words."""
    piece = scene.piece
    if not piece.removed.strip():
        return 0.0
    return 1.5 if likeness(piece) > 0.3 else -0.7


def is_long(scene: Scene) -> float:
    """Proposals are seldom longer than a screen."""
    return -0.7 if scene.piece.inserted.count("\n") > 25 else 0.0


FEATURES: Final[tuple[Feature, ...]] = (
    at_cursor,
    soon_after_key,
    goes_on_with_line,
    cuts_word,
    ends_with_line_end,
    has_own_indentation,
    takes_other_text_away,
    is_long,
)

_SPREAD = 12  # lines between the places of one suggested edit, at most
_REWRITTEN = 8  # lines that give way at once


def origin_of(scene: Scene) -> tuple[Kind, float]:
    """Tell whether one piece was proposed or pasted, and how sure that is (0.5 to 1)."""
    score = sum(feature(scene) for feature in FEATURES)
    return (Kind.COMPLETION if score > 0 else Kind.PASTE), 1 / (1 + math.exp(-abs(score)))


def is_program(pieces: Sequence[Piece]) -> bool:
    """Tell whether the foreign pieces of one message are the work of a program: many and far apart, or a large part rewritten.

    An import at the head of the file may come with a proposal; the same text in many places comes from many cursors.
    """
    if any(piece.removed.count("\n") >= _REWRITTEN and piece.inserted.count("\n") >= _REWRITTEN // 2 for piece in pieces):
        return True
    places = [piece for piece in pieces if not is_import(piece)]
    if len(places) < 2 or len({piece.inserted for piece in places}) == 1:
        return False
    rows = [piece.start.line for piece in places]
    return max(rows) - min(rows) > _SPREAD


def is_import(piece: Piece) -> bool:
    """Tell whether nothing but imports was inserted, or names into one."""
    lines = [line.strip() for line in piece.inserted.split("\n") if line.strip()]
    if piece.before.lstrip().startswith(("import ", "from ")):
        return len(lines) <= 1
    return all(line.startswith(("import ", "from ")) for line in lines)
