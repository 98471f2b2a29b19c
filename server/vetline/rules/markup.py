"""Markup that is put together with values in it: as a format whose values are escaped."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from vetline.core.edit import Applicability, Fix
from vetline.rules.base import FixSite
from vetline.syntax.template_reader import read_template
from vetline.syntax.templates import HOLE, Template, literal_source

_ESCAPED = "Markup in the values is shown as text now: leave those that are markup to `Markup` or `format_html` as well."


def formatted(site: FixSite) -> Iterator[Fix]:
    """Yield the fix for a call of ``mark_safe`` or ``Markup`` on a text with values in it, or on a value."""
    call = site.node
    if not isinstance(call, ast.Call) or len(call.args) != 1 or call.keywords:
        return
    is_django = (site.qualified_name(call.func) or "").startswith("django.")
    template = read_template(call.args[0], site)
    if template is not None and template.holes and template.text != HOLE:
        if not all(hole.is_plain for hole in template.holes):
            return
        text, values = _format(template), ", ".join(hole.source for hole in template.holes)
        if is_django:
            new = f"{site.use('django.utils.html', 'format_html')}({text}, {values})"
            title = "Build it with format_html"
        else:
            new = f"{site.text_of(call.func)}({text}).format({values})"
            title = "Escape the values with format"
        yield Fix(title, (site.replace(call, new),), Applicability.REVIEW, _ESCAPED)
    elif template is None or template.text == HOLE:
        escape = site.use("django.utils.html" if is_django else "markupsafe", "escape")
        note = "Markup is shown as text now: keep it where the whole is markup that the program itself has made."
        yield Fix("Escape it", (site.replace(call.func, escape),), Applicability.REVIEW, note)


def _format(template: Template) -> str:
    text = template.text.replace("{", "{{").replace("}", "}}").replace(HOLE, "{}")
    return literal_source(text, template.literals[0].quote[0])
