"""Where the unknown parts of SQL text stand, as far as data-flow analysis knows the text.

Other than :mod:`vetline.rules.sql.statement`, which serves fixes, this reads any text, a mere piece of a statement included,
and tells of each hole what it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Final

from vetline.flow.taints import Taints
from vetline.flow.values import Text
from vetline.rules.sql.statement import ARITHMETIC, COMPARISONS, KEYWORDS, PATTERNS, Token, tokens_of
from vetline.syntax.templates import HOLE

_START: Final = re.compile(
    r"""
    (?:\s|\(|--[^\n]*\n|/\*.*?\*/)*
    (?:
        select\b.+?\b(?:from|limit|where)\b
        | (?:insert|replace)\s+(?:or\s+\w+\s+|ignore\s+|delayed\s+)?into\b
        | update\s+["`\[\w\0][^,;:]*?\sset\b
        | delete\s+from\b
        | with\s+(?:recursive\s+)?["`\w\0]+(?:\s*\([^)]*\))?\s+as\s+(?:(?:not\s+)?materialized\s*)?\(
        | merge\s+into\b
        | (?:create|alter|drop)\s+(?:or\s+replace\s+|temp\w*\s+|unique\s+|global\s+|external\s+|materialized\s+)*
          (?:table|view|index|user|role|database|schema|sequence|function|procedure|trigger|login|type|extension)\b
        | truncate\s+table\b
        | (?:grant|revoke)\b.+?\b(?:to|from)\b
        | (?:call|exec|execute)\s+[\w.\0]+\s*[('@]
        | show\s+(?:tables|columns|databases)\b
        | (?:union\s+(?:all\s+)?)?select\s+\*
    )
    """,
    re.VERBOSE | re.IGNORECASE | re.DOTALL,
)
_FIRST_WORD: Final = re.compile(r"[A-Za-z]+")
_NAME_AROUND: Final = re.compile(r"[\w.$\"`\]]\0|\0[\w.$\"`\[]")


class Place(Enum):
    """What stands where a hole is."""

    QUOTED = "a string constant"
    VALUE = "a value, without quotes"
    LIST = "all of a list of values"
    COUNT = "a number of rows"
    OTHER = "a name, or a piece of SQL"


VALUES: Final = frozenset({Place.QUOTED, Place.VALUE})
"""Where a parameter could stand instead."""


@dataclass(frozen=True, slots=True)
class SqlHole:
    """One unknown part of a text: what is known of it, and where it stands."""

    taints: Taints
    place: Place

    @property
    def may_harm(self) -> bool:
        """Whether it is something else than a number or a constant."""
        return not self.taints or any(taint.harms("sql") for taint in self.taints)


def is_statement(text: Text) -> bool:
    """Tell whether ``text`` is surely SQL: it begins like a statement, in upper or in lower case."""
    joined = written(text)
    found = _START.match(joined)
    if found is None:
        return False
    word = _FIRST_WORD.search(joined)
    return word is not None and (word.group().isupper() or word.group().islower())


def written(text: Text) -> str:
    """Return ``text`` with :data:`HOLE` for its unknown parts."""
    return "".join(piece.replace(HOLE, " ") if isinstance(piece, str) else HOLE for piece in text)


def holes_of(text: Text) -> list[SqlHole]:
    """Return the unknown parts of ``text``, in order."""
    pieces = [piece for piece in text if not isinstance(piece, str)]
    if not pieces:
        return []
    places = list(_places(written(text)))
    return [SqlHole(piece, place) for piece, place in zip(pieces, places, strict=False)]


@dataclass(slots=True)
class _Parentheses:
    kind: str
    clause: str


def _places(text: str) -> Iterator[Place]:
    tokens = [token for token in tokens_of(text) if token.kind != "space"]
    opened: list[_Parentheses] = []
    clause = ""
    last_closed = ""
    inside = ""
    for index, token in enumerate(tokens):
        before = tokens[:index]
        behind = tokens[index + 1] if index + 1 < len(tokens) else None
        if token.kind == "hole":
            yield Place.QUOTED if inside == "'" else _bare(token, before, behind, opened, clause, text)
        elif HOLE in token.text:
            place = _quoted(token, before, opened)
            yield from [place] * token.text.count(HOLE)
        elif token.text in ("'", '"') and token.kind == "other":
            inside = "" if inside else token.text
        elif token.text == "(":
            opened.append(_Parentheses(_purpose(before, last_closed, clause, opened), clause))
            clause = clause if opened[-1].kind else ""
        elif token.text == ")" and opened:
            closed = opened.pop()
            last_closed, clause = closed.kind, closed.clause
        elif token.word in _CLAUSE_WORDS:
            clause = token.word


_CLAUSE_WORDS: Final = frozenset("SELECT INTO FROM WHERE SET VALUES ORDER GROUP HAVING LIMIT OFFSET RETURNING ON JOIN".split())


def _purpose(before: Sequence[Token], last_closed: str, clause: str, opened: Sequence[_Parentheses]) -> str:
    previous = before[-1] if before else None
    if previous is None:
        return ""
    if previous.word in ("VALUES", "VALUE", "IN", "ANY", "ALL"):
        return "IN" if previous.word in ("ANY", "ALL") else "VALUES" if previous.word == "VALUE" else previous.word
    if previous.text == "," and last_closed == "VALUES" and not opened:
        return "VALUES"
    if clause == "INTO":
        return "COLUMNS"
    return "CALL" if previous.kind == "word" and previous.word not in KEYWORDS else ""


def _quoted(token: Token, before: Sequence[Token], opened: Sequence[_Parentheses]) -> Place:
    if token.kind == "string":
        return Place.QUOTED
    if token.kind != "double":
        return Place.OTHER
    # In double quotes there is a name, or, in MySQL and SQLite, a string.
    previous = before[-1] if before else None
    is_listed = previous is not None and previous.text in ("(", ",") and opened and opened[-1].kind in ("VALUES", "IN")
    is_compared = previous is not None and (previous.text in COMPARISONS or previous.word in PATTERNS)
    return Place.QUOTED if is_listed or is_compared else Place.OTHER


def _bare(
    token: Token, before: Sequence[Token], behind: Token | None, opened: Sequence[_Parentheses], clause: str, text: str
) -> Place:
    previous = before[-1] if before else None
    if previous is None or _NAME_AROUND.search(text[max(token.start - 1, 0) : token.end + 1]):
        return Place.OTHER
    if previous.text in COMPARISONS or previous.word in PATTERNS | {"BETWEEN"}:
        return Place.VALUE
    if previous.word == "AND" and any(one.word == "BETWEEN" for one in before[-4:-1]):
        return Place.VALUE
    if previous.word in ("LIMIT", "OFFSET", "TOP", "INTERVAL") or (previous.text == "," and clause == "LIMIT" and not opened):
        return Place.COUNT
    if previous.word in ("IN", "VALUES"):
        return Place.LIST
    kind = opened[-1].kind if opened else ""
    if previous.text in ("(", ",") and kind in ("VALUES", "IN"):
        is_alone = previous.text == "(" and behind is not None and behind.text == ")"
        return Place.LIST if is_alone else Place.VALUE
    is_operand = len(before) > 1 and before[-2].kind in ("word", "number", "string", "mark") and before[-2].word not in KEYWORDS
    if previous.text in ARITHMETIC and is_operand:
        return Place.VALUE
    return Place.OTHER


def worst_place(texts: Iterable[Text]) -> SqlHole | None:
    """Return the hole that says most clearly that a value is put into SQL; None if there is none."""
    found = [hole for text in texts for hole in holes_of(text) if hole.may_harm]
    found = [hole for hole in found if hole.place in VALUES or (hole.place in (Place.LIST, Place.COUNT) and hole.taints)]
    order = list(Place)
    return min(
        found,
        key=lambda hole: (order.index(hole.place), not hole.taints, not any(t.is_certain for t in hole.taints)),
        default=None,
    )
