"""What a change of a buffer may be."""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class Kind(StrEnum):
    """How text got into a buffer, or out of it."""

    TYPED = "typed"
    """Key by key, what the editor does to help included: closing brackets, indentation, snippets' placeholders."""
    COMPLETION = "completion"
    """An assistant's or the editor's proposal that was taken: ghost text, an item of a list, a suggested next edit."""
    PASTE = "paste"
    """From the clipboard."""
    AGENT = "agent"
    """By a program: in many places at once, in many files, or on disk behind the editor."""
    UNDO = "undo"
    """Back to what was there before, or forth again."""
    REFACTORING = "refactoring"
    """The same code in other words: formatted, renamed, moved."""
    FIX = "fix"
    """A fix of Vetline's."""


FOREIGN: Final = frozenset({Kind.COMPLETION, Kind.PASTE, Kind.AGENT})
"""What brings in code that nobody has written here, and so has to be vetted as such."""
