"""Where a statement's values stand: an SQL lexer that knows just enough to tell a value from a name or a piece of SQL.

It errs on the side of not knowing.  A string constant is a value; what stands bare is one after a comparison or arithmetic
operator, in a list of VALUES, after BETWEEN, LIMIT and OFFSET.  Anything else may be a column, a table, a direction.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from vetline.syntax.templates import HOLE

_TOKEN = re.compile(
    r"""
    (?P<space>\s+)
    | (?P<comment>--[^\n]*|/\*.*?\*/)
    | (?P<string>'(?:[^']|'')*')
    | (?P<double>"(?:[^"]|"")*")
    | (?P<name>`[^`]*`|\[\w+\])
    | (?P<mark>\?|%s|%\(\w+\)s|\$\d+|(?<![:\w]):\w+)
    | (?P<word>(?:[^\W\d]|\ue000)[\w$\ue000]*)
    | (?P<number>\d[\w.]*)
    | (?P<hole>\0)
    | (?P<operator><>|!=|<=|>=|==|\|\||->>?|::|[=<>+*/%-])
    | (?P<other>.)
    """,
    re.VERBOSE | re.DOTALL,
)
_STATEMENTS = frozenset("SELECT INSERT UPDATE DELETE REPLACE WITH".split())
COMPARISONS = frozenset("= <> != < > <= >= ==".split())
ARITHMETIC = frozenset("+ - * / % ||".split())
PATTERNS = frozenset("LIKE ILIKE RLIKE REGEXP GLOB MATCH".split())
_BEFORE_TEXT = frozenset("THEN ELSE WHEN SELECT DISTINCT".split())
_CLAUSES = frozenset("SELECT INTO FROM WHERE SET VALUES ORDER GROUP HAVING LIMIT OFFSET RETURNING ON USING".split())
KEYWORDS = _CLAUSES | frozenset(
    "AND OR NOT BY AS ANY ALL SOME EXISTS UNION EXCEPT INTERSECT WITH RECURSIVE WHEN THEN ELSE".split()
)
_BEHIND = ARITHMETIC | frozenset(
    "AND OR ORDER GROUP HAVING WHERE LIMIT OFFSET UNION EXCEPT INTERSECT RETURNING ON FOR THEN ELSE END WHEN ) , ; ::".split()
)
"""What may follow a bare value."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A placeholder that the statement has already."""

    start: int
    text: str


@dataclass(frozen=True, slots=True)
class Place:
    """A part of the statement, from ``start`` to ``end`` (exclusive), that a placeholder can stand for.

    ``pieces`` is its content: literal text, and values by the number of their hole.  ``is_certain`` tells that only a value can
    stand there; ``is_count`` that it has to be a number.  ``column`` is the name that the value is compared with or set to.
    """

    start: int
    end: int
    pieces: tuple[str | int, ...]
    is_quoted: bool
    is_certain: bool
    is_count: bool = False
    column: str = ""


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement all of whose holes are values."""

    places: tuple[Place, ...]
    marks: tuple[Mark, ...]


def read_statement(text: str, *, double_quotes_are_strings: bool) -> Statement | None:
    """Find the values of one statement, in which :data:`~vetline.syntax.templates.HOLE` stands for each.

    None if one of them isn't surely a value, or the statement can't take parameters.
    """
    try:
        return _Reader(text, double_quotes_are_strings).statement()
    except _NoValue:
        return None


class _NoValue(Exception):
    """A hole may be something else than a value."""


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of SQL text, from ``start`` to ``end`` (exclusive)."""

    kind: str
    text: str
    start: int
    end: int

    @property
    def word(self) -> str:
        return self.text.upper() if self.kind in ("word", "operator", "other") else ""


_NOTHING = Token("", "", -1, -1)


@dataclass(slots=True)
class _Parentheses:
    """A pair of parentheses: what they are for, how many items were seen in them, and which places."""

    kind: str
    clause: str
    items: int = 0
    places: list[Place] = field(default_factory=list)


class _Reader:
    def __init__(self, text: str, double_quotes_are_strings: bool) -> None:
        self._text = text
        self._strings = ("string", "double") if double_quotes_are_strings else ("string",)
        self._open: list[_Parentheses] = []
        self._closed = ""
        """What the parentheses were for that ended last."""
        self._columns = 0
        self._clause = ""
        self._between = False
        self._after_between = -1
        """Where the ``AND`` stands that belongs to the last ``BETWEEN``."""
        self._holes = 0
        self._places: list[Place] = []
        self._marks: list[Mark] = []

    def statement(self) -> Statement:
        tokens = [token for token in tokens_of(self._text) if token.kind != "space"]
        if not tokens or tokens[0].word not in _STATEMENTS:
            raise _NoValue
        padded = [_NOTHING, _NOTHING, *tokens, _NOTHING]
        for index in range(2, len(padded) - 1):
            self._read(padded[index], padded[:index], padded[index + 1])
        if self._open:
            raise _NoValue
        return Statement(tuple(self._places), tuple(self._marks))

    def _read(self, token: Token, before: Sequence[Token], behind: Token) -> None:
        previous = before[-1]
        if token.kind == "hole":
            self._add(self._bare(token, before, behind), before)
        elif token.kind in self._strings and HOLE in token.text:
            self._add(self._quoted(token, before, behind), before)
        elif HOLE in token.text or (token.kind == "other" and token.text in "'\"`\\"):
            raise _NoValue
        elif token.kind == "mark":
            self._marks.append(Mark(token.start, token.text))
        elif token.text == ";":
            if behind is not _NOTHING:
                raise _NoValue
        elif token.text == "(":
            self._open.append(_Parentheses(self._purpose(previous), self._clause))
        elif token.text == ")":
            self._close(previous)
        elif token.text == "," and self._open:
            self._open[-1].items += 1
        elif token.word == "BETWEEN":
            self._between = True
        elif token.word in _CLAUSES:
            self._clause, self._between = token.word, False
        if token.word == "AND" and self._between and previous.word != "BETWEEN":
            self._between = False
            self._after_between = token.start

    def _purpose(self, previous: Token) -> str:
        if previous.word in ("VALUES", "IN"):
            return previous.word
        if previous.text == "," and self._closed == "VALUES" and not self._open:
            return "VALUES"
        if self._clause == "INTO":
            return "COLUMNS"
        return "CALL" if previous.kind == "word" and previous.word not in KEYWORDS else ""

    def _close(self, previous: Token) -> None:
        if not self._open:
            raise _NoValue
        ended = self._open.pop()
        items = ended.items + (previous.text != "(")
        if ended.kind == "COLUMNS":
            self._columns = items
        # A single value may well be a list of them, put together as text.
        is_single = items == 1 and bool(ended.places)
        if ended.kind == "IN" and is_single:
            raise _NoValue
        if ended.kind == "VALUES" and ended.places:
            wrong_number = items != self._columns if self._columns else is_single and not ended.places[0].is_quoted
            if wrong_number:
                raise _NoValue
        self._closed, self._clause = ended.kind, ended.clause

    def _add(self, place: Place, before: Sequence[Token]) -> None:
        self._places.append(place)
        if self._open and before[-1].text in ("(", ","):
            self._open[-1].places.append(place)

    def _in_list(self, *kinds: str) -> bool:
        return bool(self._open) and self._open[-1].kind in kinds

    def _bare(self, token: Token, before: Sequence[Token], behind: Token) -> Place:
        previous = before[-1]
        if re.search(r"[\w.$]\0|\0[\w.$]", self._text[max(token.start - 1, 0) : token.end + 1]):
            raise _NoValue
        is_count = previous.word in ("LIMIT", "OFFSET") or (previous.text == "," and self._clause == "LIMIT" and not self._open)
        is_operand = previous.text in ARITHMETIC and before[-2].kind in ("word", "number", "hole", "string", "mark")
        is_listed = previous.text in ("(", ",") and self._in_list("VALUES", "IN")
        if behind.end > 0 and behind.word not in _BEHIND | (COMPARISONS if is_operand else frozenset()):
            raise _NoValue
        if not (
            previous.text in COMPARISONS
            or previous.word == "BETWEEN"
            or (previous.word == "AND" and previous.start == self._after_between)
            or is_count
            or (is_operand and before[-2].word not in KEYWORDS)
            or is_listed
        ):
            raise _NoValue
        # Beside a bare column a number and its text are the same to most databases, but not beside a COUNT(*).
        is_beside_column = is_operand or previous.text not in COMPARISONS or before[-2].kind in ("word", "name")
        is_certain = is_beside_column and not is_count and not (is_listed and self._in_list("IN"))
        return Place(token.start, token.end, (self._next_hole(),), False, is_certain, is_count, _column(before))

    def _quoted(self, token: Token, before: Sequence[Token], behind: Token) -> Place:
        previous = before[-1]
        content = token.text[1:-1]
        if "\\" in content or token.text[0] in content or behind.kind in ("string", "double", "hole") or behind.text == ".":
            raise _NoValue
        is_apart = previous.word in PATTERNS or previous.word in KEYWORDS
        if re.match(r"[\w.$]", self._text[token.start - 1 : token.start]) and not is_apart:  # E'...', N'...'
            raise _NoValue
        is_listed = previous.text in ("(", ",") and self._in_list("VALUES", "IN")
        # Between single quotes it can't be a name either.
        is_text = token.kind == "string" and (
            previous.text == "||"
            or previous.word in _BEFORE_TEXT
            or (previous.text in ("(", ",") and (self._in_list("CALL", "") or (not self._open and self._clause == "SELECT")))
        )
        if not (
            previous.text in COMPARISONS
            or previous.word in PATTERNS | {"BETWEEN"}
            or (previous.word == "AND" and previous.start == self._after_between)
            or is_listed
            or is_text
        ):
            raise _NoValue
        parts = [part for part in re.split("(\0)", content) if part]
        pieces = tuple(self._next_hole() if part == HOLE else part for part in parts)
        return Place(token.start, token.end, pieces, True, True, column=_column(before))

    def _next_hole(self) -> int:
        self._holes += 1
        return self._holes - 1


def tokens_of(text: str) -> Iterator[Token]:
    """Yield the tokens of SQL text, white space included."""
    for match in _TOKEN.finditer(text):
        yield Token(match.lastgroup or "", match.group(), match.start(), match.end())


def _column(before: Sequence[Token]) -> str:
    """Return the last name before an operator or a word such as LIKE."""
    for token in reversed(before[-3:]):
        if token.kind == "word" and token.word not in KEYWORDS | PATTERNS | _BEFORE_TEXT | {"BETWEEN", "IN"}:
            return token.text
    return ""
