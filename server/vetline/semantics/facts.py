"""Facts: what a block's findings depend on, besides its own text.

While a block is analysed, every question about its surroundings is noted with its answer.  As long as all answers stay
the same, so do the block's findings; that is what makes them worth keeping (see "The central idea" in
``docs/architecture.md``).
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from enum import Enum, auto

from vetline.semantics.imports import ImportState


class Subject(Enum):
    """What can be asked about a block's surroundings."""

    ALIAS = auto()
    """What a local name stands for through imports; the answer is a dotted name, or None."""
    IMPORTED = auto()
    """Whether exactly this dotted name was imported above."""
    IMPORTED_LIKE = auto()
    """Whether some name imported above contains this text."""
    ALL_IMPORTS = auto()
    ALL_ALIASES = auto()
    CLASS_HEADER = auto()
    """The text of the header of the class that the block is a member of."""
    CODE_ABOVE = auto()
    """The code of all blocks above."""
    WHOLE_TEXT = auto()

    __hash__ = object.__hash__
    """Instead of one in Python: subjects are looked up all the time."""


Question = tuple[Subject, str]

IMPORT_SUBJECTS = frozenset({Subject.ALIAS, Subject.IMPORTED, Subject.IMPORTED_LIKE, Subject.ALL_IMPORTS, Subject.ALL_ALIASES})


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What is around one block.  Costly parts are functions, called only if asked for."""

    imports: ImportState
    class_header: Callable[[], tuple[str, ast.ClassDef | None]]
    """The header's text and its node; ``("", None)`` outside a class."""
    digest_above: Callable[[], int]
    """A number that changes with the code of the blocks above."""
    statements_above: Callable[[], Sequence[ast.stmt]]
    """The statements of all blocks above, with line numbers in order, all of them smaller than the block's own."""
    whole_text: Callable[[], str]

    def answer(self, question: Question) -> Hashable:
        """Answer one question."""
        subject, name = question
        match subject:
            case Subject.ALIAS:
                return self.imports.aliases.get(name)
            case Subject.IMPORTED:
                return name in self.imports.modules
            case Subject.IMPORTED_LIKE:
                return any(name in module for module in self.imports.modules)
            case Subject.ALL_IMPORTS:
                return self.imports.modules
            case Subject.ALL_ALIASES:
                return frozenset(self.imports.aliases.items())
            case Subject.CLASS_HEADER:
                return self.class_header()[0]
            case Subject.CODE_ABOVE:
                return self.digest_above()
            case Subject.WHOLE_TEXT:
                return hash(self.whole_text())


class Facts:
    """A notebook of questions and answers."""

    __slots__ = ("_around", "_noted", "wide")

    def __init__(self, around: Surroundings) -> None:
        self._around: Surroundings | None = around
        self._noted: dict[Question, Hashable] = {}
        self.wide = False
        """Whether the block asked for more than imports, so that edits elsewhere may concern it."""

    @property
    def around(self) -> Surroundings:
        """The surroundings; only while the block is being analysed."""
        assert self._around is not None, "the analysis of this block has ended"
        return self._around

    def ask(self, subject: Subject, name: str = "") -> Hashable:
        """Answer a question, and note it."""
        question = (subject, name)
        if question not in self._noted:
            self.wide |= subject not in IMPORT_SUBJECTS
            self._noted[question] = self.around.answer(question)
        return self._noted[question]

    def seal(self) -> None:
        """End the analysis: let go of the surroundings, keep the answers."""
        self._around = None

    def still_hold(self, around: Surroundings) -> bool:
        """Tell whether every answer is the same in ``around``."""
        return all(around.answer(question) == answer for question, answer in self._noted.items())
