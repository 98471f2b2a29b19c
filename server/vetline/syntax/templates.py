"""Strings that are put together from literals and values: f-strings, sums, ``%`` and ``str.format``, in one shape.

:mod:`vetline.syntax.template_reader` makes them.  Every character of the result is traced back to the source that stands for
it, so that a fix can change one of them and leave quotes, escapes, layout and comments as they are.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass, field

from vetline.syntax.parse import Unparsable, parse

HOLE = "\0"
"""Stands in a template's text for a value."""

Span = tuple[int, int]
"""Offsets in the source of a template's node: start, and end (exclusive)."""


@dataclass(frozen=True, slots=True)
class Hole:
    """A value that is put into a string: ``source`` is its expression, as written.

    ``conversion`` is ``s``, ``r``, ``a`` or empty, ``spec`` the format specification (of ``%05d``: ``05d``; of a plain ``%s``:
    empty).  ``is_text`` tells that the value has to be a string, as in a sum.  ``node`` is the expression in the code's tree;
    ``place`` says where it stands in the template's source, if it is in a field of an f-string, where a tree's positions
    can't be relied on before Python 3.12.
    """

    source: str
    conversion: str = ""
    spec: str = ""
    is_text: bool = False
    node: ast.expr | None = field(default=None, compare=False, repr=False)
    place: Span | None = field(default=None, compare=False)

    @property
    def is_plain(self) -> bool:
        """Whether the value goes in as ``str`` shows it."""
        return self.conversion in ("", "s") and not self.spec

    def expression(self) -> ast.expr | None:
        """Parse ``source``; positions are its own.  None if that is no expression on its own."""
        try:
            (statement,) = parse(f"(\n{self.source}\n)")
        except (Unparsable, ValueError):
            return None
        return statement.value if isinstance(statement, ast.Expr) else None

    def text_of(self, node: ast.expr) -> str:
        """Return the source of a part of :meth:`expression`."""
        return ast.get_source_segment(f"(\n{self.source}\n)", node) or ""


@dataclass(frozen=True, slots=True)
class Literal:
    """A string literal, in offsets of the source: it begins with its prefix at ``start``, its content at ``body``."""

    start: int
    body: int
    tail: int
    end: int
    quote: str
    prefix: str


@dataclass(frozen=True, slots=True)
class Template:
    """A string with values in it.

    ``text`` is what the string holds, with :data:`HOLE` for each of ``holes``; ``spans`` gives the source of each of its
    characters, which for a hole is the replacement field, or the operand of a sum.  ``rests`` are what follows literals and
    has no meaning without the holes, such as ``.format(x)``.
    """

    node: ast.expr
    source: str
    text: str
    spans: tuple[Span, ...]
    holes: tuple[Hole, ...]
    literals: tuple[Literal, ...]
    rests: tuple[Span, ...] = ()

    def literal_at(self, offset: int) -> Literal | None:
        """Return the literal whose content includes the source at ``offset``."""
        return next((literal for literal in self.literals if literal.body <= offset < literal.tail), None)


def literal_source(text: str, quote: str) -> str:
    """Return a literal in ``quote`` characters that stands for ``text``."""
    escaped = text.replace("\\", "\\\\").replace(quote, f"\\{quote}")
    for character, escape in (("\n", "\\n"), ("\r", "\\r"), ("\t", "\\t")):
        escaped = escaped.replace(character, escape)
    return f"{quote}{escaped}{quote}"


def fstring_source(pieces: Sequence[str | Hole], quote: str) -> str | None:
    """Return an f-string of ``pieces``, in ``quote`` characters if Python before 3.12 allows, else in the other ones.

    None if a value can't stand in an f-string there: with a backslash, a comment or both kinds of quotes in it.
    """
    holes = "".join(f"{piece.source}{piece.spec}" for piece in pieces if isinstance(piece, Hole))
    if quote in holes:
        quote = "'" if quote == '"' else '"'
    if quote in holes or any(character in holes for character in "\\#\r\n"):
        return None
    made = ""
    for piece in pieces:
        if isinstance(piece, Hole):
            space = " " if piece.source.startswith("{") else ""
            conversion = f"!{piece.conversion}" if piece.conversion else ""
            made += f"{{{space}{piece.source}{conversion}{f':{piece.spec}' if piece.spec else ''}}}"
        else:
            made += literal_source(piece, quote)[1:-1].replace("{", "{{").replace("}", "}}")
    return f"f{quote}{made}{quote}"
