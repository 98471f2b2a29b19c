"""Leaving a value out of a text: a password out of a log's entry or an error's message."""

from __future__ import annotations

import ast

from vetline.core.edit import TextEdit
from vetline.core.location import Range
from vetline.rules.base import FixSite
from vetline.rules.surroundings import ancestors
from vetline.syntax.template_reader import read_template
from vetline.syntax.templates import HOLE

STARS = "***"


def hide(node: ast.expr, site: FixSite, field: str = STARS, value: str = f'"{STARS}"') -> list[TextEdit]:
    """Return the edits that write stars in the place of ``node``, wherever it is put into a text; none where it isn't clear.

    ``field`` stands in the place of a field of an f-string, ``value`` elsewhere.  Out of a dictionary, it is left out.
    """
    inner: ast.AST = node
    for outer in ancestors(node, site):
        if isinstance(outer, ast.JoinedStr):
            fields = [one for one in outer.values if isinstance(one, ast.FormattedValue)]
            return _hide_fields(outer, [fields.index(inner)], field, site) if inner in fields else []
        if isinstance(outer, ast.stmt):
            break
        inner = outer
    parent = site.parent_of(node)
    if isinstance(parent, ast.Dict) and (edit := without(parent, node, site)) is not None:
        return [edit]
    return [site.replace(node, value)]


def hide_all(joined: ast.JoinedStr, site: FixSite) -> list[TextEdit]:
    """Return the edits that write stars in the place of all values of an f-string."""
    fields = [value for value in joined.values if isinstance(value, ast.FormattedValue)]
    return _hide_fields(joined, list(range(len(fields))), STARS, site)


def _hide_fields(joined: ast.JoinedStr, wanted: list[int], field: str, site: FixSite) -> list[TextEdit]:
    template = read_template(joined, site)
    if template is None or not wanted or len(template.holes) <= max(wanted):
        return []
    places = [span for character, span in zip(template.text, template.spans, strict=True) if character == HOLE]
    edits = [TextEdit(site.part_of(joined, *places[index]), field) for index in wanted]
    is_plain = (
        field == STARS
        and len(template.literals) == 1
        and template.literals[0].prefix.lower() == "f"
        and "{{" not in template.source
    )
    if is_plain and len(wanted) == len(places) and "}}" not in template.source:
        edits.insert(0, TextEdit(site.part_of(joined, 0, 1), ""))
    return edits


def without(display: ast.Dict, value: ast.expr, site: FixSite) -> TextEdit | None:
    """Return the edit that takes an entry out of a dictionary."""
    if "#" in site.text_of(display):
        return None
    index = display.values.index(value)
    key = display.keys[index]
    if key is None:
        return None
    start, end = site.range_of(key).start, site.range_of(value).end
    following = display.keys[index + 1] if index + 1 < len(display.keys) else None
    if following is not None:
        end = site.range_of(following).start
    elif index:
        start = site.range_of(display.values[index - 1]).end
    return TextEdit(Range(start, end), "")
