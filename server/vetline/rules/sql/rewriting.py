"""Putting placeholders into the source of a statement, in place of the values that it is put together with."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from vetline.rules.sql.holes import Place, holes_of
from vetline.syntax.newer_tokens import Kind, tokenize
from vetline.syntax.templates import HOLE, Literal, Span, Template

_LINE_END = re.compile(r"[\r\n]")


@dataclass(frozen=True, slots=True)
class Replacement:
    """A part of a template's text, from ``start`` to ``end`` (exclusive), and the placeholder that takes its place."""

    start: int
    end: int
    placeholder: str


class CannotRewrite(Exception):
    """The source can't be changed without losing something, such as a comment."""


NAME = "\ue000"
"""Stands in a statement's text for a name, or a piece of SQL, that is put in, and that no parameter can stand for."""


def with_names_kept(template: Template) -> Template:
    """Return a template in which what is put in as a name stays as it is, so that the other values can become parameters."""
    pieces = [piece for part in re.split(f"({HOLE})", template.text) for piece in ([part] if part != HOLE else [()])]
    places = [hole.place for hole in holes_of(tuple(pieces))]
    if len(places) != len(template.holes):
        return template
    text, holes, index = "", [], 0
    for character in template.text:
        if character == HOLE:
            is_name = places[index] is Place.OTHER
            text += NAME if is_name else character
            holes += [] if is_name else [template.holes[index]]
            index += 1
        else:
            text += character
    if len(holes) == len(template.holes) or not holes or template.rests:
        return template  # nothing to keep, nothing to pass, or values that stand in a tuple, say
    return replace(template, text=text, holes=tuple(holes))


def rewritten(template: Template, replacements: Sequence[Replacement], *, double_percent: bool) -> list[tuple[Span, str]]:
    """Return the changes, by offsets in the template's source, that make plain literals of it.

    ``double_percent`` says that each ``%`` that stays has to be doubled.  Escapes, quotes, line breaks and comments stay.

    Raises:
        CannotRewrite: a change would take a comment with it, or a value stands where none of the literals can hold it.
    """
    changes: list[tuple[Span, str]] = []
    gone: set[int] = set()
    for replacement in replacements:
        changes += _replace(template, replacement)
        gone.update(range(replacement.start, replacement.end))
    kept = [
        template.literal_at(span[0]) for character, span in zip(template.text, template.spans, strict=True) if character == NAME
    ]
    for index, (character, span) in enumerate(zip(template.text, template.spans, strict=True)):
        if index in gone:
            continue
        if character in "{}" and template.literal_at(span[0]) in kept:
            continue  # still in an f-string, where braces are doubled
        source = template.source[slice(*span)]
        wanted = "%%" if character == "%" and double_percent else character
        if source in ("{{", "}}", "%%", "%") and source != wanted:
            changes.append((span, wanted))
    for literal in template.literals:
        if "f" in literal.prefix and literal not in kept:
            prefix = template.source[literal.start : literal.body - len(literal.quote)]
            changes.append(((literal.start, literal.start + len(prefix)), re.sub("[fF]", "", prefix)))
    changes += _emptied(template, changes)
    for rest in template.rests:
        if any(token.kind is Kind.COMMENT for token in tokenize(template.source[slice(*rest)])):
            raise CannotRewrite
        changes.append((rest, ""))
    return _merged(changes)


def _emptied(template: Template, changes: Sequence[tuple[Span, str]]) -> Iterator[tuple[Span, str]]:
    """Yield the changes that take away literals of which nothing is left."""
    for previous, literal in pairwise(template.literals):
        removed = any(span == (literal.body, literal.tail) and not text for span, text in changes)
        between = template.source[previous.end : literal.start]
        if removed and not any(token.kind is Kind.COMMENT for token in tokenize(between)):
            yield (previous.end, literal.end), ""


def _replace(template: Template, replacement: Replacement) -> Iterator[tuple[Span, str]]:
    spans = template.spans[replacement.start : replacement.end]
    outside = [index for index, span in enumerate(spans) if template.literal_at(span[0]) is None]
    if outside:
        if len(outside) > 1:
            raise CannotRewrite
        yield from _replace_operand(template, replacement, outside[0])
        return
    placeholder = replacement.placeholder
    for literal in template.literals:
        within = [span for span in spans if literal.body <= span[0] < literal.tail]
        if within:
            yield (within[0][0], within[-1][1]), placeholder
            placeholder = ""


def _replace_operand(template: Template, replacement: Replacement, position: int) -> Iterator[tuple[Span, str]]:
    """Replace an operand of a sum: the placeholder goes into the literal before it, and the next one is joined to that."""
    spans = template.spans[replacement.start : replacement.end]
    operand = spans[position]
    before = next((literal for literal in reversed(template.literals) if literal.end <= operand[0]), None)
    behind = next((literal for literal in template.literals if literal.start >= operand[1]), None)
    if before is None or any(not _is_in(before, span) for span in spans[:position]):
        raise CannotRewrite
    if any(behind is None or not _is_in(behind, span) for span in spans[position + 1 :]):
        raise CannotRewrite
    start = spans[0][0] if position else before.tail
    if behind is None:
        _check(template, before.end, operand[1], pluses=1)
        yield (start, before.tail), replacement.placeholder
        yield (before.end, operand[1]), ""
        return
    stop = spans[-1][1] if position + 1 < len(spans) else behind.body
    between = template.source[operand[1] : behind.start]
    _check(template, before.end, operand[1], pluses=1)
    _check(template, operand[1], behind.start, pluses=1)
    if _can_join(before, behind) and not _LINE_END.search(template.source, before.end, behind.start):
        yield (start, stop), replacement.placeholder
        return
    plus = operand[1] + between.index("+")
    yield (start, before.tail), replacement.placeholder
    if _LINE_END.search(template.source, operand[1], plus):
        yield (before.end, operand[1]), ""
        yield (plus, behind.start), ""
    else:
        yield (before.end, plus + 1), ""
    if stop > behind.body:
        yield (behind.body, stop), ""


def _is_in(literal: Literal, span: Span) -> bool:
    return literal.body <= span[0] < literal.tail


def _can_join(first: Literal, second: Literal) -> bool:
    return (first.quote, first.prefix.replace("f", "")) == (second.quote, second.prefix.replace("f", ""))


def _check(template: Template, start: int, end: int, *, pluses: int) -> None:
    """See that nothing is lost with the source from ``start`` to ``end`` but operators and white space."""
    tokens = tokenize(template.source[start:end])
    if any(token.kind is Kind.COMMENT for token in tokens) or sum(token.text == "+" for token in tokens) < pluses:
        raise CannotRewrite


def _merged(changes: Sequence[tuple[Span, str]]) -> list[tuple[Span, str]]:
    """Sort ``changes``, and leave out those inside others.

    Raises:
        CannotRewrite: two overlap in part.
    """
    merged: list[tuple[Span, str]] = []
    for span, text in sorted(changes, key=lambda change: (change[0][0], -change[0][1])):
        if merged and span[0] < merged[-1][0][1]:
            if span[1] > merged[-1][0][1]:
                raise CannotRewrite
            continue
        merged.append((span, text))
    return merged
