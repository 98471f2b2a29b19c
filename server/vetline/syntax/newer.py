"""Source for a newer Python, rewritten in place for the Python that runs.

Vetline's trees are made by the interpreter's own :mod:`ast`, for which newer syntax is an error.  Here it gives way to the
nearest older syntax of the same shape: only ASCII characters are exchanged, for other ASCII characters, and no line end is
touched, so every other token keeps its line and its column, in characters as in bytes.  Names, calls and arguments survive.

============  =========================================  =====================================================
Since         Newer                                      Older
============  =========================================  =====================================================
3.12 PEP 701  ``f"{d["k"]}"``                            ``f"{d['k']}"`` and more: see
                                                         :mod:`vetline.syntax.newer_fstrings`
3.12 PEP 695  ``def f[T: int](x): ...``                  ``def f        (x): ...``
3.12 PEP 695  ``type X[T] = list[T]``                    ``(    X  ) = list[T]``, or ``____,X=int`` without room
3.13 PEP 696  ``def f[T = int](x): ...``                 ``def f[T      ](x): ...``
3.14 PEP 750  ``t"{x}"``                                 ``f"{x}"``
3.14 PEP 758  ``except A, B: # why``                     ``except(A, B):# why``, or ``except A| B:`` without room
3.15 PEP 810  ``lazy from m import x``                   ``from      m import x``
3.15 PEP 798  ``[*x for x in y]``, ``{**d for d in e}``  ``[ x for x in y]``, ``{0:d for d in e}``
3.15 [1]_     ``case +1:``                               ``case  1:``
============  =========================================  =====================================================

What the older text means may differ in constants and types, not in what is named or called.  Not rewritten, because no
ASCII can take its place: type parameters of functions and classes whose names or strings aren't ASCII.

.. [1] Unary plus in literal patterns, https://github.com/python/cpython/issues/145239
"""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from keyword import iskeyword

from vetline.syntax.newer_fstrings import CannotRewrite, Patch, rewrite_fstrings
from vetline.syntax.newer_tokens import TRIVIA, Kind, Token, is_close, is_open, match_brackets, tokenize

Version = tuple[int, int]

_NEWEST = (3, 15)
"""The newest Python whose syntax is known here."""

_HINT = re.compile(
    r"""[fFtT][rR]?["']|\b(?:case|except|lazy|type)\b|\b(?:def|class)\b[\s\\]++\w++[\s\\]*+\[|[(\[{]\s*+\*|[\r\n][ \t\f]*+\*"""
)
"""What no newer syntax can do without."""

_SPACE = frozenset(" \t\f")
_BEFORE_PATTERN = frozenset({"case", "(", "[", "{", ",", "|", "=", ":"})


def rewrite_newer(text: str, running: Version = sys.version_info[:2]) -> str | None:
    """Rewrite what in ``text`` is newer than the Python version ``running``, or return None if there is nothing.

    ``text`` is any number of whole statements, possibly indented, possibly broken.  The result has the same shape: as many
    lines, each of the same length in characters and in UTF-8 bytes.  Takes linear time, and raises nothing.
    """
    if running >= _NEWEST or not _HINT.search(text):
        return None
    tokens = tokenize(text)
    patch = Patch(text)
    _rewrite_expressions(patch, tokens, running)
    if running < (3, 12):
        rewrite_fstrings(patch, tokens)
    _rewrite_statements(patch, tokens, running)
    return patch.result()


def _rewrite_expressions(patch: Patch, tokens: Sequence[Token], running: Version) -> None:
    """Rewrite t-strings and unpacking in comprehensions, also inside replacement fields."""
    pairs = match_brackets(tokens)
    for index, token in enumerate(tokens):
        if token.kind is Kind.FSTRING:
            if running < (3, 14):
                _rewrite_prefix(patch, token)
            waiting = list(token.fields)
            while waiting:
                field = waiting.pop()
                waiting += field.spec
                _rewrite_expressions(patch, field.tokens, running)
        elif index in pairs:
            _rewrite_unpacking(patch, tokens, index, pairs)


def _rewrite_prefix(patch: Patch, token: Token) -> None:
    """Make an f-string of a t-string."""
    for position, character in enumerate(patch.text[token.start : token.body - len(token.quote)], token.start):
        if character in "tT":
            patch.put(position, "f" if character == "t" else "F")


def _rewrite_unpacking(patch: Patch, tokens: Sequence[Token], opened: int, pairs: dict[int, int]) -> None:
    """Take the star from the element of the comprehension in the brackets that open at index ``opened``, if it is one."""
    end = pairs[opened]
    index = opened + 1
    while index < end and tokens[index].kind in TRIVIA:
        index += 1
    star = tokens[index]
    if star.text not in ("*", "**"):
        return
    while index < end:
        token = tokens[index]
        if token.kind is Kind.OPERATOR and token.text in (",", ":"):
            return
        if token.kind is Kind.NAME and token.text == "for":
            patch.put(star.start, " " if star.text == "*" else "0:" if tokens[opened].text == "{" else "  ")
            return
        index = pairs.get(index, index) + 1


def _rewrite_statements(patch: Patch, all_tokens: Sequence[Token], running: Version) -> None:
    """Rewrite what is told by the word that a statement begins with."""
    tokens = [token for token in all_tokens if token.kind not in (Kind.COMMENT, Kind.CONTINUATION)]
    pairs = match_brackets(tokens)
    index = inside = 0  # before the index "inside", everything is in brackets
    while index < len(tokens):
        token = tokens[index]
        inside = max(inside, pairs.get(index, 0))
        begins = index == 0 or tokens[index - 1].kind is Kind.NEWLINE or tokens[index - 1].text in (";", ":")
        end = index + 1
        if token.kind is not Kind.NAME:
            pass
        elif token.text in ("def", "class"):
            end = _rewrite_definition(patch, tokens, index, pairs, running)
        elif not begins:
            pass
        elif token.text == "type":
            end = _rewrite_alias(patch, tokens, index, pairs, running)
        elif token.text == "except" and running < (3, 14):
            _rewrite_except(patch, tokens, index, pairs)
        elif token.text == "lazy":
            _rewrite_lazy(patch, tokens, index)
        elif token.text == "case" and index >= inside:
            end = _rewrite_case(patch, tokens, index, pairs)
        index = end


def _text_at(tokens: Sequence[Token], index: int) -> str:
    """Return the text of a token, or ``""`` behind the last."""
    return tokens[index].text if index < len(tokens) else ""


def _rewrite_definition(patch: Patch, tokens: Sequence[Token], index: int, pairs: dict[int, int], running: Version) -> int:
    """Blank the type parameters of a function or class; return the index to go on from."""
    first = index + 2
    last = pairs.get(first, -1)
    if last < 0 or tokens[first].text != "[" or tokens[index + 1].kind is not Kind.NAME:
        return index + 1
    if running >= (3, 12):
        return _blank_defaults(patch, tokens, first, pairs, running)
    mark = patch.mark()
    try:
        _blank(patch, tokens[first : last + 1])
        if any(token.kind is Kind.NEWLINE for token in tokens[first:last]):
            # Lines have to stay inside brackets: those of the parameters or bases, if there are some.
            has_list = _text_at(tokens, last + 1) == "("
            patch.put(tokens[first].start, "(")
            patch.put(tokens[last + has_list].start, " " if has_list else ")")
    except CannotRewrite:
        patch.undo(mark)
    return last + 1


def _rewrite_alias(patch: Patch, tokens: Sequence[Token], index: int, pairs: dict[int, int], running: Version) -> int:
    """Make an assignment of a ``type`` statement; return the index to go on from."""
    name = index + 1
    last = pairs.get(index + 2, index + 1)  # the name, or the bracket behind its type parameters
    is_alias = (
        _text_at(tokens, last + 1) == "="
        and tokens[name].kind is Kind.NAME
        and not iskeyword(tokens[name].text)
        and (last == name or tokens[index + 2].text == "[")
    )
    if not is_alias:
        return index + 1
    if running >= (3, 12):
        return index + 1 if last == name else _blank_defaults(patch, tokens, index + 2, pairs, running)
    keyword = tokens[index]
    mark = patch.mark()
    try:
        patch.put(keyword.start, "(   ")
        if last > name:
            _blank(patch, tokens[name + 1 : last])
            patch.put(tokens[last].start, ")")
        elif patch.text[tokens[name].end] in _SPACE:
            patch.put(tokens[name].end, ")")
        else:
            raise CannotRewrite
    except CannotRewrite:
        patch.undo(mark)
        if patch.text[keyword.end] in _SPACE:  # another target, to separate from the name by a comma alone
            patch.put(keyword.start, "____,")
    return last + 2


def _blank(patch: Patch, tokens: Sequence[Token]) -> None:
    for token in tokens:
        if token.kind is not Kind.NEWLINE:
            patch.blank(token.start, token.end)


def _blank_defaults(patch: Patch, tokens: Sequence[Token], first: int, pairs: dict[int, int], running: Version) -> int:
    """Blank the defaults of the type parameters in brackets from index ``first`` on; return the index behind them."""
    last = pairs[first]
    if running >= (3, 13):
        return last + 1
    mark = patch.mark()
    try:
        index, in_default = first + 1, False
        while index < last:
            end = pairs.get(index, index) + 1
            in_default = (in_default or tokens[index].text == "=") and tokens[index].text != ","
            if in_default:
                _blank(patch, tokens[index:end])
            index = end
    except CannotRewrite:
        patch.undo(mark)
    return last + 1


def _rewrite_except(patch: Patch, tokens: Sequence[Token], index: int, pairs: dict[int, int]) -> None:
    """Put the exception types of an ``except`` clause in parentheses or, without room for them, join them by ``|``."""
    star = _text_at(tokens, index + 1) == "*"
    before = tokens[index + star]
    commas: list[Token] = []
    index += star + 1
    while index < len(tokens) and tokens[index].text != ":":
        token = tokens[index]
        if token.kind is Kind.NEWLINE or token.text in ("as", "lambda") or (is_open(token) and index not in pairs):
            return
        if token.text == ",":
            commas.append(token)
        index = pairs.get(index, index) + 1
    if not commas or index == len(tokens):
        return
    last, colon = tokens[index - 1], tokens[index]
    can_open = patch.text[before.end] in _SPACE
    if can_open and last is commas[-1]:
        patch.put(last.start, ")")
    elif can_open and patch.text[last.end] in _SPACE:
        patch.put(last.end, ")")
    elif can_open and patch.text[colon.end : colon.end + 1] in _SPACE:
        patch.put(colon.start, "):")
    else:
        for comma in commas:
            patch.put(comma.start, " " if comma is last else "|")
        return
    patch.put(before.end, "(")


def _rewrite_lazy(patch: Patch, tokens: Sequence[Token], index: int) -> None:
    """Make an ordinary import of a lazy one."""
    word = _text_at(tokens, index + 1)
    if word not in ("import", "from"):
        return
    start, end = tokens[index].start, tokens[index + 1].end
    gap = patch.text[tokens[index].end : tokens[index + 1].start]
    if not gap.strip(" \t\f"):
        patch.put(start, word.ljust(end - start))
    elif word == "from":  # a continuation lies between
        patch.put(start, word)
        patch.blank(tokens[index + 1].start, end)


def _rewrite_case(patch: Patch, tokens: Sequence[Token], index: int, pairs: dict[int, int]) -> int:
    """Blank unary plus in the pattern of a ``case`` clause; return the index to go on from."""
    signs: list[Token] = []
    is_pattern, depth = True, 0
    current = index + 1
    while current < len(tokens):
        token = tokens[current]
        depth += is_open(token) - is_close(token)
        if depth == 0:
            if token.text == ":":
                break
            is_pattern = is_pattern and token.text != "if"
            if token.kind is Kind.NEWLINE or token.text in ("=", "lambda"):
                return current
        if depth < 0 or (is_open(token) and current not in pairs):
            return current
        if token.text == "+" and is_pattern and tokens[current - 1].text in _BEFORE_PATTERN:
            signs.append(token)
        current += 1
    # case[+1]: int  annotates an element of something that is called "case".
    is_annotation = _text_at(tokens, index + 1) == "[" and _text_at(tokens, current + 1).strip("\r\n")
    if current < len(tokens) and not is_annotation:
        for sign in signs:
            patch.put(sign.start, " ")
    return current
