"""Command lines as a shell splits them (POSIX.1-2017, Shell Command Language, §2.2 and §2.3)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from vetline.syntax.templates import HOLE

BUILTINS = frozenset(
    """
    . : ! [[ alias bg builtin call case cd command declare eval exec exit export fc fg for function getopts hash history if
    jobs let local logout popd pushd read readonly return select set shift shopt source suspend time times trap type typeset
    ulimit umask unalias unset until wait while { assoc cls color copy del dir erase ftype md mklink move path pause prompt rd
    rem ren rename start title ver verify vol
    """.split()
)
"""Commands that only a shell knows: those of POSIX shells and bash, then those of Windows' ``cmd``."""

WINDOWS_BUILTINS = frozenset("date echo mkdir rmdir".split())
"""Programs everywhere else, but built into the shell on Windows."""

WINDOWS_SCRIPTS = frozenset(
    "az bower code composer firebase gcloud gradle grunt gsutil gulp heroku mvn ng npm npx pnpm tsc vue yarn".split()
)
"""Programs that are batch files on Windows, which only a shell finds there by their bare names."""

_SPECIAL = frozenset("|&;<>()$`\\*?[]{}\r\n")
_SPECIAL_IN_DOUBLE_QUOTES = frozenset("$`\\!")
_WINDOWS_VARIABLE = re.compile(r"%\w+%")


@dataclass(slots=True)
class Word:
    """One word of a command: literal text and values, a value being the number of its hole in the template.

    ``start`` is where it begins in the command's text.  ``is_open`` tells that a value stands outside quotes, so that the
    shell would have split and expanded it.
    """

    start: int
    pieces: list[str | int] = field(default_factory=list)
    is_open: bool = False

    @property
    def literal(self) -> str | None:
        """The word itself, if it holds no values."""
        return None if any(isinstance(piece, int) for piece in self.pieces) else "".join(str(piece) for piece in self.pieces)

    def add(self, text: str) -> None:
        if self.pieces and isinstance(self.pieces[-1], str):
            self.pieces[-1] += text
        else:
            self.pieces.append(text)


def split_command(text: str) -> list[Word] | None:
    """Split one simple command, in which :data:`~vetline.syntax.templates.HOLE` stands for a value.

    None if the shell does more with it than splitting it: a pipe, a redirection, a wildcard, a variable, a second command,
    an assignment; or if Windows' shell would.
    """
    if _WINDOWS_VARIABLE.search(text):
        return None
    words: list[Word] = []
    word: Word | None = None
    quote = ""
    holes = 0
    for index, character in enumerate(text.rstrip("\n")):
        if not quote and character in " \t":
            word = None
            continue
        if word is None:
            word = Word(index)
            words.append(word)
        if character == quote:
            quote = ""
        elif character == HOLE:
            word.pieces.append(holes)
            word.is_open |= not quote
            holes += 1
        elif quote:
            if quote == '"' and character in _SPECIAL_IN_DOUBLE_QUOTES:
                return None
            word.add(character)
        elif character in "'\"":
            quote = character
        elif character in _SPECIAL or _is_special_here(character, word, words):
            return None
        else:
            word.add(character)
    return None if quote or not words else words


def _is_special_here(character: str, word: Word, words: list[Word]) -> bool:
    before = word.pieces[-1][-1:] if word.pieces and isinstance(word.pieces[-1], str) else ""
    at_start = not word.pieces
    return (
        (character == "=" and word is words[0])  # a variable for the command
        or (character == "#" and at_start)
        or (character == "~" and (at_start or before in "=:"))
    )
