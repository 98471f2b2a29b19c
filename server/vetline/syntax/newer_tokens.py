"""Tokens of source written for any Python up to 3.15, however broken; the ground that :mod:`vetline.syntax.newer` works on.

The running Python's tokenizer can't serve: it rejects the very syntax that is looked for.  This one follows the language
reference, §2 (lexical analysis), with replacement fields of f-strings and t-strings read as PEP 701 defines them.  A string
that doesn't work out as an f-string counts as a plain one; a string in single quotes that nothing ends, ends with its line.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple

_MAX_NESTING = 20
"""Replacement fields inside one another; CPython allows 150, people write two."""
_PATIENCE = 16
"""How often, on average, a character may be read in vain for a broken f-string: keeps the time linear."""


class Kind(StrEnum):
    """What a token is.  White space inside a line makes no token."""

    NAME = "name"
    """A name or a keyword."""
    NUMBER = "number"
    STRING = "string"
    FSTRING = "fstring"
    """An f-string or t-string whose fields are known."""
    OPERATOR = "operator"
    """Also brackets, and any character that Python has no use for."""
    NEWLINE = "newline"
    """The end of a physical line."""
    CONTINUATION = "continuation"
    """A backslash with the line end that it hides."""
    COMMENT = "comment"


TRIVIA = frozenset({Kind.NEWLINE, Kind.CONTINUATION, Kind.COMMENT})
STRINGS = frozenset({Kind.STRING, Kind.FSTRING})
CLOSERS = {"(": ")", "[": "]", "{": "}"}

STATEMENT_WORDS = frozenset(
    {"assert", "break", "class", "continue", "def", "del", "elif", "except", "finally", "global", "import"}
    | {"nonlocal", "pass", "raise", "return", "try", "while", "with"}
)
"""Keywords that no expression holds: met inside brackets or a field, these were left open."""


class Field(NamedTuple):
    """A replacement field, from its brace at ``start`` to ``end`` (exclusive).

    ``tokens`` is its expression, which ``stop`` follows: the index of the ``=``, ``!``, ``:`` or ``}`` behind it.  ``colon`` is
    the index of the format specification's colon, or -1; ``spec`` holds the fields in that.
    """

    start: int
    tokens: tuple[Token, ...]
    stop: int
    colon: int
    spec: tuple[Field, ...]
    end: int


class Token(NamedTuple):
    """One token, ``text[start:end]``.  For a string, ``body`` and ``tail`` are where its content begins and ends."""

    kind: Kind
    start: int
    end: int
    text: str
    quote: str = ""
    body: int = 0
    tail: int = 0
    fields: tuple[Field, ...] = ()


class _Broken(Exception):
    """What looked like an f-string is none."""


_TOKEN = re.compile(
    r"""[ \t\f]*+(?:
      (?P<newline>\r\n?|\n)
    | (?P<continuation>\\(?:\r\n?|\n))
    | (?P<comment>\#[^\r\n]*+)
    | (?P<string>(?P<prefix>[A-Za-z]{0,2})(?P<quote>\"{3}|'{3}|["']))
    | (?P<name>[^\W\d]\w*+)
    | (?P<number>\d\w*+)
    | (?P<operator>\*\*=?|//=?|>>=?|<<=?|->|[-+*/%@&|^=!<>:]=|.)
    )""",
    re.VERBOSE | re.DOTALL,
)
_PREFIXES = frozenset({"", "r", "u", "b", "br", "rb", "f", "fr", "rf", "t", "tr", "rt"})
_BODY = {quote: re.compile(rf"(?:[^{quote}\\\r\n]++|\\(?:\r\n|.))*+", re.DOTALL) for quote in "\"'"}
_TRIPLE_BODY = {quote: re.compile(rf"(?:[^{quote}\\]++|\\.|{quote}(?!{quote}{quote}))*+", re.DOTALL) for quote in "\"'"}
_LITERAL = re.compile(r"""[^{}\\\r\n"']*+""")
_ESCAPE = re.compile(r"""\\(?:N\{[^{}"'\\\r\n]*+\}|\r\n|[^{}])?""", re.DOTALL)
_RAW_ESCAPE = re.compile(r"\\(?:\r\n|[^{}])?", re.DOTALL)
_CONVERSION = re.compile(r"!\w++(?:\s|#[^\r\n]*+|\\(?=[\r\n]))*+")


def content_end(text: str, body: int, quote: str) -> int:
    """Return where a string's content ends that begins at ``body``, as Python up to 3.11 sees it for strings of any kind.

    The closing quote stands there, unless the string has none.
    """
    pattern = _BODY[quote] if len(quote) == 1 else _TRIPLE_BODY[quote[0]]
    match = pattern.match(text, body)
    assert match is not None  # the pattern matches the empty string
    return match.end()


def tokenize(text: str) -> list[Token]:
    """Return the tokens of ``text``.  Takes linear time, and any text."""
    return _Scanner(text).tokens()


def is_open(token: Token) -> bool:
    """Tell whether ``token`` is an opening bracket."""
    return token.kind is Kind.OPERATOR and token.text in CLOSERS


def is_close(token: Token) -> bool:
    """Tell whether ``token`` is a closing bracket."""
    return token.kind is Kind.OPERATOR and token.text in (")", "]", "}")


def match_brackets(tokens: Sequence[Token]) -> dict[int, int]:
    """Map the index of each opening bracket in ``tokens`` to that of its closing one; a bracket without is left out."""
    pairs: dict[int, int] = {}
    waiting: list[int] = []
    count = dict.fromkeys(CLOSERS.values(), 0)
    for index, token in enumerate(tokens):
        if is_open(token):
            waiting.append(index)
            count[CLOSERS[token.text]] += 1
        elif is_close(token) and count[token.text]:
            while CLOSERS[tokens[opened := waiting.pop()].text] != token.text:
                count[CLOSERS[tokens[opened].text]] -= 1
            count[token.text] -= 1
            pairs[opened] = index
        elif waiting and token.kind is Kind.NAME and token.text in STATEMENT_WORDS:
            waiting.clear()
            count = dict.fromkeys(count, 0)
    return pairs


class _Scanner:
    """Reads one text."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._reached = 0
        self._patience = _PATIENCE * len(text)

    def tokens(self) -> list[Token]:
        tokens: list[Token] = []
        position = 0
        while (token := self._token(position, 0)) is not None:
            tokens.append(token)
            position = token.end
        return tokens

    def _token(self, position: int, level: int) -> Token | None:
        """Return the first token from ``position`` on, in fields nested ``level`` deep, or None at the text's end."""
        match = _TOKEN.match(self._text, position)
        if match is None:
            return None
        if match["quote"] is None:
            kind = Kind(match.lastgroup or "")
            return Token(kind, match.start(kind), match.end(), match[kind])
        prefix = match["prefix"].lower()
        if prefix not in _PREFIXES:
            return Token(Kind.NAME, match.start("prefix"), match.end("prefix"), match["prefix"])
        start, body, quote = match.start("prefix"), match.end(), match["quote"]
        if "f" in prefix or "t" in prefix:
            found = self._fields(body, quote, "r" in prefix, level)
            if found is not None:
                fields, tail = found
                end = tail + len(quote)
                return Token(Kind.FSTRING, start, end, self._text[start:end], quote, body, tail, fields)
        tail = content_end(self._text, body, quote)
        if self._text.startswith(quote, tail):
            end = tail + len(quote)
        elif level:
            raise _Broken
        else:
            end = tail
        return Token(Kind.STRING, start, end, self._text[start:end], quote, body, tail)

    def _fields(self, body: int, quote: str, raw: bool, level: int) -> tuple[tuple[Field, ...], int] | None:
        """Read an f-string's content; return its fields and where it ends, or at the top level None if it is broken."""
        if level:
            return self._pieces(body, quote, raw, level)
        if self._patience < 0:
            return None
        try:
            return self._pieces(body, quote, raw, level)
        except _Broken:
            self._patience -= self._reached - body
            return None

    def _pieces(self, position: int, quote: str, raw: bool, level: int) -> tuple[tuple[Field, ...], int]:
        """Read an f-string's content from ``position`` to its closing quote.

        Raises:
            _Broken: it has none, or a field is broken.
        """
        text = self._text
        fields: list[Field] = []
        while True:
            position, char = self._literal(position, quote, raw)
            if not char:
                return tuple(fields), position
            if text.startswith("{{", position):
                position += 2
            elif char == "{":
                fields.append(self._field(position, quote, raw, level + 1))
                position = fields[-1].end
            else:
                position += 1  # "}}", or a lone one, which no Python accepts

    def _spec(self, position: int, quote: str, raw: bool, level: int) -> tuple[tuple[Field, ...], int]:
        """Read a format specification from behind its colon to the brace that ends it; braces can't be doubled in it."""
        fields: list[Field] = []
        while True:
            position, char = self._literal(position, quote, raw, spec=True)
            if char == "}":
                return tuple(fields), position
            if not char:
                raise _Broken
            fields.append(self._field(position, quote, raw, level + 1))
            position = fields[-1].end

    def _literal(self, position: int, quote: str, raw: bool, spec: bool = False) -> tuple[int, str]:
        """Skip literal text; return where it ends, and the brace there or ``""`` for the closing quote."""
        text = self._text
        escape = _RAW_ESCAPE if raw else _ESCAPE
        while True:
            self._reached = position = _end(_LITERAL, text, position)
            char = text[position : position + 1]
            if not char:
                raise _Broken
            if char in "{}":
                return position, char
            if text.startswith(quote, position):
                return position, ""
            if char == "\\":
                position = _end(escape, text, position)
            elif char in "\r\n" and len(quote) == 1 and not spec:
                raise _Broken
            else:
                position += 1

    def _field(self, start: int, quote: str, raw: bool, level: int) -> Field:
        """Read the replacement field that opens at ``start``."""
        text = self._text
        tokens, position = self._expression(start + 1, level)
        stop = position
        last = next((index for index in reversed(range(len(tokens))) if tokens[index].kind not in TRIVIA), -1)
        if last > 0 and tokens[last].text == "=":
            stop = tokens[last].start
            del tokens[last:]
        if last < 0:
            raise _Broken
        if text[position] == "!":
            position = _end(_CONVERSION, text, position)
        colon = -1
        spec: tuple[Field, ...] = ()
        if text.startswith(":", position):
            colon = position
            spec, position = self._spec(position + 1, quote, raw, level)
        if not text.startswith("}", position):
            raise _Broken
        return Field(start, tuple(tokens), stop, colon, spec, position + 1)

    def _expression(self, position: int, level: int) -> tuple[list[Token], int]:
        """Read a field's expression, up to the conversion, specification or brace that follows it."""
        if level > _MAX_NESTING:
            raise _Broken
        tokens: list[Token] = []
        open_brackets: list[str] = []
        while (token := self._token(position, level)) is not None:
            self._reached = token.end
            if token.text == ";":
                break
            if not open_brackets and token.kind is Kind.OPERATOR and token.text[0] in "!:}" and token.text != "!=":
                return tokens, token.start
            if is_open(token):
                open_brackets.append(CLOSERS[token.text])
            elif is_close(token):
                if not open_brackets or open_brackets.pop() != token.text:
                    break
            elif token.kind is Kind.NAME and token.text in STATEMENT_WORDS:
                break
            tokens.append(token)
            position = token.end
        raise _Broken


def _end(pattern: re.Pattern[str], text: str, position: int) -> int:
    """Return where ``pattern`` ends that matches at ``position``, or ``position`` if it doesn't."""
    match = pattern.match(text, position)
    return match.end() if match else position
