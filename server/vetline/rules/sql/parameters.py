"""The parameters that take the place of values in a statement, and their placeholders."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence

from vetline.rules.base import FixSite
from vetline.rules.locals import definition_of
from vetline.rules.sql.drivers import Driver, Style
from vetline.rules.sql.statement import Mark, Place, Statement
from vetline.rules.values import type_name
from vetline.syntax.templates import Hole, Template, fstring_source

_FRAGMENT = re.compile(
    r"(?:^|_)(?:clauses?|cols?|columns?|conditions?|conds?|expr|fields?|filters?|fragments?|joins?|literals?|order|placeholders?"
    r"|queries|query|quoted|escaped|schema|sql|stmt|subquery|tables?|where)$",
    re.IGNORECASE,
)
"""Names of pieces of SQL."""
_ESCAPING = re.compile(r"^esc$|escape|quote|literal|mogrify|sanitiz|sql", re.IGNORECASE)
_UNMOVABLE = (ast.Tuple, ast.Starred, ast.Yield, ast.YieldFrom, ast.NamedExpr, ast.Lambda)
_TAKEN_AS_IT_IS = frozenset({"", "str", "bytes", "date", "datetime"})
_DEPTH = 4


class NoParameter(Exception):
    """What is put into the statement is no value, or not the value itself."""


def parameter(place: Place, template: Template, driver: Driver, site: FixSite) -> str:
    """Return the source of the parameter for ``place``.

    Raises:
        NoParameter: the value may be a piece of SQL, or be escaped by hand, or can't be moved.
    """
    holes = [template.holes[piece] for piece in place.pieces if isinstance(piece, int)]
    values = [_value_of(hole) for hole in holes]
    for value in values:
        if _is_escaped(value, site) or (not place.is_quoted and _is_fragment(value, site)):
            raise NoParameter
    if not place.is_quoted:
        return _bare(holes[0], values[0])
    if len(place.pieces) == 1 and holes[0].is_plain:
        hole, kind = holes[0], type_name(values[0], site)
        # What stood in quotes was text, and stays text.
        return hole.source if hole.is_text or driver.is_strict or kind in _TAKEN_AS_IT_IS else f"str({hole.source})"
    if any(hole.conversion == "r" for hole in holes):
        raise NoParameter
    pieces = [template.holes[piece] if isinstance(piece, int) else piece for piece in place.pieces]
    made = fstring_source(pieces, template.literals[0].quote[0])
    if made is None:
        raise NoParameter
    return made


_MARKS = {
    Style.QMARK: re.compile(r"\?"),
    Style.FORMAT: re.compile(r"%s"),
    Style.DOLLAR: re.compile(r"\$\d+"),
    Style.COLON: re.compile(r":\d+"),
    Style.NAMED: re.compile(r":\w+"),
}
_SQLALCHEMY_MARK = re.compile(r"(?<![:\w\\]):(\w+)(?!:)")
"""What SQLAlchemy takes for a bind parameter, strings and comments included (``sqlalchemy.text``)."""


def marks_of(style: Style, statement: Statement, text: str) -> tuple[Mark, ...]:
    """Return the placeholders of ``style`` that the statement has already.

    Raises:
        NoParameter: it has some that can't be told from other text, or that go with other parameters.
    """
    marks = tuple(mark for mark in statement.marks if _MARKS[style].fullmatch(mark.text))
    if style is Style.NAMED and len(marks) != len(_SQLALCHEMY_MARK.findall(text)):
        raise NoParameter
    if style in (Style.FORMAT, Style.COLON) and len(marks) != len([m for m in statement.marks if m.text[0] in "%:"]):
        raise NoParameter
    return marks


def placeholders_for(style: Style, names: Sequence[str], marks: Sequence[Mark]) -> list[str]:
    """Return a placeholder for each parameter, in text order; ``names`` is what they are bound to where they have names."""
    match style:
        case Style.QMARK | Style.FORMAT:
            return [style.value] * len(names)
        case Style.NAMED:
            return [f":{name}" for name in names]
    first = max((int(mark.text[1:]) for mark in marks), default=0) + 1
    return [f"{style.value[0]}{number}" for number in range(first, first + len(names))]


def bind_names(sources: Sequence[str], places: Sequence[Place], marks: Sequence[Mark]) -> list[str]:
    """Return the names of bind parameters: those of the values, else of their columns; equal sources share one."""
    names: dict[str, str] = {}
    for source, place in zip(sources, places, strict=True):
        if source in names:
            continue
        key = re.fullmatch(r"[\w.]*?(\w+)(?:\[(['\"])(\w+)\2\]|\.get\((['\"])(\w+)\4\))?", source)
        wanted = (key[3] or key[5] or key[1] if key else "") or place.column
        if not wanted.isidentifier():
            wanted = place.column or "value"
        taken = {*names.values(), *(mark.text[1:] for mark in marks)}
        name, count = wanted, 2
        while name in taken:
            name, count = f"{wanted}_{count}", count + 1
        names[source] = name
    return [names[source] for source in sources]


def _value_of(hole: Hole) -> ast.expr:
    value = hole.expression()
    if value is None or isinstance(value, _UNMOVABLE) or any(isinstance(n, ast.NamedExpr) for n in ast.walk(value)):
        raise NoParameter
    return value


def _bare(hole: Hole, value: ast.expr) -> str:
    if hole.conversion == "r" and not hole.spec:  # quotes by repr
        return hole.source
    if not hole.is_plain and hole.spec not in ("d", "i", "u"):
        raise NoParameter
    match value:
        case ast.Call(func=ast.Name(id="str" | "repr"), args=[inner], keywords=[]) if not isinstance(inner, ast.Starred):
            return hole.text_of(inner)
    return hole.source


def _is_escaped(value: ast.expr, site: FixSite, depth: int = _DEPTH) -> bool:
    """Tell whether the value was made safe by hand; a parameter must not be."""
    for node in ast.walk(value):
        match node:
            case ast.Call(func=ast.Attribute(attr="replace"), args=[ast.Constant(value=str() as old), *_]) if set(old) <= set(
                "'\"\\"
            ):
                return True
            case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)) if _ESCAPING.search(name):
                return True
            case ast.Name(id=name) if depth and (made := _definition(name, site)) is not None:
                if _is_escaped(made, site, depth - 1):
                    return True
    return False


def _is_fragment(value: ast.expr, site: FixSite, depth: int = _DEPTH) -> bool:
    """Tell whether the value, which stands bare in the statement, may be text: then it is a piece of SQL."""
    match value:
        case ast.Constant(value=constant):
            return isinstance(constant, str)
        case ast.JoinedStr() | ast.List() | ast.ListComp() | ast.GeneratorExp():
            return True
        case ast.IfExp(body=first, orelse=second):
            return _is_fragment(first, site, depth) or _is_fragment(second, site, depth)
        case ast.BoolOp(values=values):
            return any(_is_fragment(each, site, depth) for each in values)
        case ast.BinOp(left=left, right=right):
            return _is_fragment(left, site, depth) or _is_fragment(right, site, depth)
        case ast.Call(func=ast.Attribute(attr="join" | "format" | "replace")):
            return True
        case ast.Attribute(attr=name):
            return bool(_FRAGMENT.search(name))
        case ast.Name(id=name):
            made = _definition(name, site) if depth else None
            return bool(_FRAGMENT.search(name)) or (made is not None and _is_fragment(made, site, depth - 1))
    return False


def _definition(name: str, site: FixSite) -> ast.expr | None:
    definition = definition_of(name, site.node, site)
    return None if definition is None else definition.value
