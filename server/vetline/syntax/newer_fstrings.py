"""f-strings as PEP 701 allows them (Python 3.12), rewritten in place for Python 3.11.

There, the whole literal is one string token: a field can't hold the quotes that the literal is in, a line break that these
quotes don't allow, a backslash or a comment.  Two rewrites keep every name of a field in its place:

- Kept: the f-string stays one; inside its fields, quotes are exchanged, and what no string can hold becomes spaces.
- Loosened, where that isn't possible (a line break between single quotes; no kind of quotes is left): it becomes a
  tuple of its literals and fields, or a ``%`` format, which shows the literal before the first field as what it is.

Values of constants change in both: where an escape or a quote stood there is a space, and a loosened literal lacks the
characters whose room a quote or comma took.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from vetline.syntax.newer_tokens import STRINGS, TRIVIA, Field, Kind, Token, content_end, is_close, is_open

_ESCAPE = re.compile(r"""\\(?:N\{[^{}]*+\}|\r\n|[^{}])?""", re.DOTALL)
_LINE_END = re.compile(r"[\r\n]")
_BLANKABLE = re.compile(r"[^\s\\]|\\(?![\r\n])")
_SPACED_CONVERSION = re.compile(r"(=?[ \t\f]*+)(!\w)([ \t\f]++)$")
_T_TO_F = str.maketrans("tT", "fF")
_NEWER_HEAD = re.compile(r"!\w\s|[#\\]")
"""What Python 3.11 doesn't allow between a field's expression and its specification."""
_NO_OPERAND = frozenset({"not", "lambda", "yield", "*"})
"""What an expression can begin with that can't stand behind an operator."""
_WORK = 32
"""How often, on average, a character may be looked at before the rest is left as it is: keeps the time linear."""


class CannotRewrite(Exception):
    """No text of the same shape says it."""


class Patch:
    """Exchanges of single ASCII characters in a text; of two at one place, the later counts."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._edits: list[tuple[int, str]] = []

    def put(self, position: int, characters: str) -> None:
        """Put ``characters`` in the place of as many from ``position`` on.

        Raises:
            CannotRewrite: one of those isn't ASCII, or a line end.
        """
        old = self.text[position : position + len(characters)]
        if len(old) < len(characters) or not old.isascii() or _LINE_END.search(old):
            raise CannotRewrite
        self._edits += enumerate(characters, position)

    def blank(self, start: int, end: int) -> None:
        """Put spaces in the place of all but white space, line ends and continuation backslashes.

        Raises:
            CannotRewrite: a character isn't ASCII.
        """
        if not self.text.isascii() and not self.text[start:end].isascii():
            raise CannotRewrite
        self._edits += ((match.start(), " ") for match in _BLANKABLE.finditer(self.text, start, end))

    def mark(self) -> int:
        """Return a mark to :meth:`undo` to."""
        return len(self._edits)

    def undo(self, mark: int) -> None:
        """Take back all exchanges since ``mark``."""
        del self._edits[mark:]

    def result(self) -> str | None:
        """Return the text with the exchanges made, or None if that changes nothing."""
        characters = list(self.text)
        for position, character in self._edits:
            characters[position] = character
        changed = "".join(characters)
        return None if changed == self.text else changed


def rewrite_fstrings(patch: Patch, tokens: Sequence[Token]) -> None:
    """Rewrite the f-strings among ``tokens`` that Python 3.11 can't read; those that no rewrite fits are left as they are."""
    rewriter = _Rewriter(patch, _WORK * len(patch.text))
    depth = 0
    index = 0
    while index < len(tokens):
        token = tokens[index]
        if token.kind in STRINGS:
            group, index = _group(tokens, index, across_lines=depth > 0)
            mark = patch.mark()
            try:
                rewriter.group(group, ())
            except CannotRewrite:
                patch.undo(mark)
            continue
        depth = depth + 1 if is_open(token) else max(depth - is_close(token), 0)
        index += 1


def _group(tokens: Sequence[Token], index: int, across_lines: bool = True) -> tuple[list[Token], int]:
    """Return the strings from ``index`` on that make up one literal, and the index behind them."""
    group = [tokens[index]]
    end = index = index + 1
    while index < len(tokens):
        token = tokens[index]
        index += 1
        if token.kind in STRINGS:
            group.append(token)
            end = index
        elif token.kind not in TRIVIA or (token.kind is Kind.NEWLINE and not across_lines):
            break
    return group, end


def _is_old(text: str, token: Token) -> bool:
    """Tell whether Python 3.11 reads a string as it is meant."""
    if token.kind is Kind.STRING:
        return True
    return content_end(text, token.body, token.quote) == token.tail and all(_is_old_field(text, f, 1) for f in token.fields)


def _is_old_field(text: str, field: Field, depth: int) -> bool:
    """Tell whether Python 3.11 reads a field that stands in ``depth - 1`` format specifications."""
    return (
        "\\" not in text[field.start : field.stop]
        and not any(token.kind is Kind.COMMENT for token in field.tokens)
        and all(_is_old(text, token) for token in field.tokens if token.kind is Kind.FSTRING)
        and not (field.spec and depth > 1)
        and _lone_star(field) is None
        and not _NEWER_HEAD.search(text, field.stop, _head_end(field))
        and all(_is_old_field(text, inner, depth + 1) for inner in field.spec)
    )


def _head_end(field: Field) -> int:
    """Return the index of the colon or brace that ends a field's expression and conversion."""
    return field.colon if field.colon >= 0 else field.end - 1


def _first(field: Field) -> Token:
    """Return the first token of a field that counts."""
    return next(token for token in field.tokens if token.kind not in TRIVIA)


def _lone_star(field: Field) -> Token | None:
    """Return the star of a field that unpacks a single value, as in ``{*names}``."""
    star = _first(field)
    if star.text != "*":
        return None
    depth = 0
    for token in field.tokens:
        depth += is_open(token) - is_close(token)
        if not depth and token.text == ",":
            return None
    return star


class _Rewriter:
    """Rewrites the strings of one text.

    ``closers`` are the quotes, outermost first, that the strings around a place are closed by: nothing there may hold any
    of them.  Empty outside all strings, where anything goes.
    """

    def __init__(self, patch: Patch, work: int) -> None:
        self._patch = patch
        self._text = patch.text
        self._work = work

    def group(self, group: Sequence[Token], closers: tuple[str, ...]) -> None:
        """Rewrite the strings that make up one literal.

        Raises:
            CannotRewrite: there is no way.
        """
        if not closers and all(_is_old(self._text, token) for token in group):
            return
        mark = self._patch.mark()
        try:
            for token in group:
                self._keep(token, closers)
        except CannotRewrite:
            self._patch.undo(mark)
            self._loosen(group, closers)

    def _code(self, tokens: Sequence[Token], closers: tuple[str, ...]) -> None:
        """Rewrite a field's expression."""
        index = 0
        while index < len(tokens):
            token = tokens[index]
            self._work -= token.end - token.start
            if self._work < 0:
                raise CannotRewrite
            if token.kind in STRINGS:
                group, index = _group(tokens, index)
                self.group(group, closers)
                continue
            if closers and token.kind in TRIVIA:
                self._trivia(token, closers)
            index += 1

    def _trivia(self, token: Token, closers: tuple[str, ...]) -> None:
        """Remove a comment or continuation from inside a string, and see that a line break is allowed there."""
        if token.kind is Kind.COMMENT:
            self._patch.blank(token.start, token.end)
            return
        _check_breaks(token.text, closers)
        if token.kind is Kind.CONTINUATION:
            self._patch.put(token.start, " ")

    # Kept: an f-string stays an f-string.

    def _keep(self, token: Token, closers: tuple[str, ...]) -> None:
        quote = self._requote(token, closers)
        inner = (*closers, quote)
        start = token.body
        for field in token.fields:
            if closers:
                self._clean(start, field.start, inner)
            self._keep_field(field, inner, 1)
            start = field.end
        if closers:
            self._clean(start, token.tail, inner)

    def _requote(self, token: Token, closers: tuple[str, ...]) -> str:
        """Give a string quotes that ``closers`` allow, and return them."""
        old = token.quote
        if not any(closer in old for closer in closers):
            return old
        other = "'" if old[0] == '"' else '"'
        choices = [other * 3, old[0], other] if len(old) == 3 else [other]
        for quote in choices:
            if not any(closer in quote for closer in closers):
                space = " " * (len(old) - len(quote))
                prefix = self._text[token.start : token.body - len(old)].translate(_T_TO_F)
                self._patch.put(token.start, space + prefix + quote)
                self._patch.put(token.tail, quote + space)
                return quote
        raise CannotRewrite

    def _clean(self, start: int, end: int, closers: tuple[str, ...]) -> None:
        """Take out of a string's content what can't stand inside ``closers``."""
        content = self._text[start:end]
        _check_breaks(content, closers)
        for match in _ESCAPE.finditer(self._text, start, end):
            for position in range(*match.span()):
                if self._text[position].isascii() and self._text[position] not in "\r\n":
                    self._patch.put(position, " ")
        for closer in closers:
            if closer[0] not in content:
                continue
            pattern = closer if len(closer) == 1 else closer[0] + "{2,}"
            for match in re.compile(pattern).finditer(self._text, start, end):
                self._patch.blank(*match.span())

    def _keep_field(self, field: Field, closers: tuple[str, ...], depth: int) -> None:
        if depth > 1 and field.spec:
            self._loosen_field(field, closers)
            self._patch.put(field.end - 1, "}")
            return
        self._code(field.tokens, closers)
        if star := _lone_star(field):
            self._patch.put(star.start, " ")
        head_end = _head_end(field)
        _check_breaks(self._text[field.stop : head_end], closers)
        if spaced := _SPACED_CONVERSION.match(self._text, field.stop, head_end):
            debug, conversion, space = spaced.groups()
            self._patch.put(field.stop, debug + space + conversion)
        elif _NEWER_HEAD.search(self._text, field.stop, head_end):
            self._patch.blank(field.stop, head_end)
            for match in re.compile(r"\\").finditer(self._text, field.stop, head_end):
                self._patch.put(match.start(), " ")
        if field.colon < 0:
            return
        start = field.colon + 1
        for inner in field.spec:
            self._clean_spec(start, inner.start, closers)
            self._keep_field(inner, closers, depth + 1)
            start = inner.end
        self._clean_spec(start, field.end - 1, closers)

    def _clean_spec(self, start: int, end: int, closers: tuple[str, ...]) -> None:
        if len(closers) > 1:
            self._clean(start, end, closers)
        else:
            _check_breaks(_ESCAPE.sub("", self._text[start:end]), closers)

    # Loosened: a tuple, or a format by %.

    def _loosen(self, group: Sequence[Token], closers: tuple[str, ...]) -> None:
        patch = self._patch
        own = group[0].quote[0]
        quote = next((q for q in (own, "'", '"') if q not in closers), None)
        start = group[0].start
        first = next((index for index, token in enumerate(group) if token.kind is Kind.FSTRING), len(group))
        if first and quote and first < len(group):  # Plain strings lead: ("SELECT " f"{x}") becomes ("SELECT " %( x,)).
            for token in group[:first]:
                self._keep(token, closers)
            start = group[first].start
            patch.put(start, "%(")
            start += 2
        else:
            first = 0
            patch.put(start, "(")
            start += 1
        is_head = not first
        for token in group[first:]:
            self._blank(start, token.body - 1, closers)
            start = max(start, token.body - 1)
            for field in token.fields:
                made = self._element(start, field.start, quote, closers)
                operator = "%" if is_head and _first(field).text not in _NO_OPERAND else ","
                patch.put(field.start, operator if made else " ")
                is_head = False
                self._loosen_field(field, closers)
                start = field.end
            made = self._element(start, token.end - 1, quote, closers)
            is_head = False
            patch.put(token.end - 1, ")" if token is group[-1] else "," if made else " ")
            start = token.end

    def _element(self, start: int, end: int, quote: str | None, closers: tuple[str, ...]) -> bool:
        """Make a string of a literal, quotes included, or else blank it; tell which."""
        if quote is None or end - start < 3 or _LINE_END.search(self._text, start, end):
            self._blank(start, end, closers)
            return False
        self._clean(start, end, (*closers, quote))
        self._patch.put(start, quote)
        self._patch.put(end - 1, quote)
        return True

    def _loosen_field(self, field: Field, closers: tuple[str, ...]) -> None:
        """Make a field's expression an element of a tuple, followed by a comma; what stands in its place for ``{`` stays."""
        self._code(field.tokens, closers)
        self._patch.put(field.stop, ",")
        start = field.stop + 1
        for inner in field.spec:
            self._blank(start, inner.start + 1, closers)
            self._loosen_field(inner, closers)
            start = inner.end
        self._blank(start, field.end, closers)

    def _blank(self, start: int, end: int, closers: tuple[str, ...]) -> None:
        if start < end:
            _check_breaks(self._text[start:end], closers)
            self._patch.blank(start, end)


def _check_breaks(content: str, closers: tuple[str, ...]) -> None:
    """Raise :class:`CannotRewrite` if ``content`` has a line break that one of ``closers`` doesn't allow around it."""
    if _LINE_END.search(content) and any(len(closer) == 1 for closer in closers):
        raise CannotRewrite
