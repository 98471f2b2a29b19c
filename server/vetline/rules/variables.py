"""Passing the values that are put into a text as variables of the language that it is in, by keyword."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable

from vetline.core.edit import TextEdit
from vetline.rules.base import FixSite
from vetline.rules.locals import definition_of, holds_until
from vetline.rules.sql.execution import execution_of
from vetline.rules.sql.rewriting import CannotRewrite, Replacement, rewritten
from vetline.syntax.template_reader import read_template
from vetline.syntax.templates import HOLE, Hole


def as_variables(
    place: re.Pattern[str], written: str, takes: Callable[[ast.Call], ast.Call | None], site: FixSite
) -> tuple[TextEdit, ...]:
    """Return the edits that put variables in the place of all values in the text that the finding is about.

    ``place`` matches what a variable stands for in the text, with :data:`HOLE` for the value; ``written`` is a variable, with
    ``{}`` for its name.  ``takes`` returns the call that takes the variables, given the one that gets the text, or None.  There
    are no edits where that isn't certain.
    """
    expression = site.node
    if isinstance(expression, ast.Name) and (definition := definition_of(expression.id, expression, site)) is not None:
        expression = definition.value or expression
    template = read_template(expression, site) if isinstance(expression, ast.expr) else None
    execution = execution_of(template.node, site) if template is not None else None
    call = takes(execution.call) if execution is not None else None
    if template is None or execution is None or call is None:
        return ()
    values = [value for hole in template.holes if (value := hole.expression()) is not None]
    if execution.definition is not None and not holds_until(execution.definition, execution.argument, values, site):
        return ()
    found = [*place.finditer(template.text)]
    names = _names(template.holes)
    if not found or len(found) != template.text.count(HOLE) or {keyword.arg for keyword in call.keywords} & {*names, None}:
        return ()
    replacements = [Replacement(*match.span(), written.format(name)) for match, name in zip(found, names, strict=True)]
    try:
        changes = rewritten(template, replacements, double_percent=False)
    except CannotRewrite:
        return ()
    passed = dict(zip(names, (hole.source for hole in template.holes), strict=True))
    edits = [TextEdit(site.part_of(template.node, *span), text) for span, text in changes]
    return (*edits, site.append_argument(call, ", ".join(f"{name}={source}" for name, source in passed.items())))


def _names(holes: tuple[Hole, ...]) -> list[str]:
    """Return a name for each value: its own, if it has one; equal values share one."""
    found: dict[str, str] = {}
    for hole in holes:
        match = re.search(r"(?:^|\.)([a-z]\w*)$|\[['\"]([a-z]\w*)['\"]\]\)?$|\(['\"]([a-z]\w*)['\"]\)$", hole.source)
        wanted = next((name for name in match.groups() if name), "value") if match else "value"
        name, count = wanted, 2
        while name in found.values() and found.get(hole.source) != name:
            name, count = f"{wanted}_{count}", count + 1
        found.setdefault(hole.source, name)
    return [found[hole.source] for hole in holes]
