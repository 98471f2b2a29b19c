"""Making placeholders and parameters of the values that a statement is put together with."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from vetline.core.edit import Applicability, Fix, TextEdit
from vetline.rules.base import FixSite
from vetline.rules.guards import unused_name
from vetline.rules.locals import holds_until
from vetline.rules.sql.drivers import SQLALCHEMY, Driver, Style
from vetline.rules.sql.execution import Execution, Item, NoPlace, execution_of, parameter_display, parameter_edits
from vetline.rules.sql.parameters import NoParameter, bind_names, marks_of, parameter, placeholders_for
from vetline.rules.sql.rewriting import NAME, CannotRewrite, Replacement, rewritten, with_names_kept
from vetline.rules.sql.statement import Statement, read_statement
from vetline.rules.statements import add_before
from vetline.syntax.template_reader import read_template
from vetline.syntax.templates import Template

_UNKNOWN = "The placeholder is that of {}; others write it differently."
_HELPER = "`{}` has to take the parameters, and hand them on to the database."
_KEPT = "What else is put into the statement must have no `{}` in it now."
_COUNT = "LIMIT and OFFSET take numbers only: convert a text with int()."
_COMPARED = "Text and numbers compare differently here: pass the value in the type that is meant."
_STRICT = "asyncpg takes each value in the type of its column: convert a text where that is another."


def parameterised(expression: ast.expr, site: FixSite) -> Iterator[Fix]:
    """Propose to pass the values that ``expression`` puts into a statement as parameters, where its execution is in sight."""
    template = read_template(expression, site)
    if template is None:
        return
    if not template.holes:
        edits = _edits(template, (), site)
        if isinstance(template.node, ast.JoinedStr):
            yield Fix("Make it a plain string: no value is put in", edits, Applicability.SAFE)
        return
    execution = execution_of(template.node, site)
    if execution is None:
        return
    drivers = execution.drivers(site)
    for driver in drivers:
        try:
            yield _fix_for(template, execution, driver, site, is_known=len(drivers) == 1)
        except (NoParameter, NoPlace, CannotRewrite):
            continue


def _edits(
    template: Template, replacements: Sequence[Replacement], site: FixSite, *, double_percent: bool = False
) -> tuple[TextEdit, ...]:
    changes = rewritten(template, replacements, double_percent=double_percent)
    return tuple(TextEdit(site.part_of(template.node, *span), text) for span, text in changes)


def _fix_for(template: Template, execution: Execution, driver: Driver, site: FixSite, *, is_known: bool) -> Fix:
    """Return the fix for one driver.

    Raises:
        NoParameter: something that is put in may be no value.
        NoPlace: the call can't take the parameters.
        CannotRewrite: the source of the statement can't be changed.
    """
    statement = read_statement(template.text, double_quotes_are_strings=driver.double_quotes_are_strings)
    if statement is None:
        template = with_names_kept(template)
        statement = read_statement(template.text, double_quotes_are_strings=driver.double_quotes_are_strings)
    if statement is None:
        raise NoParameter
    marks = marks_of(driver.style, statement, template.text)
    sources = [parameter(place, template, driver, site) for place in statement.places]
    held = ""
    if execution.definition is not None:
        values = [value for hole in template.holes if (value := hole.expression()) is not None]
        if not holds_until(execution.definition, execution.argument, values, site):
            held = unused_name("parameters", execution.argument, site)
    names = bind_names(sources, statement.places, marks) if driver.style is Style.NAMED else [""] * len(sources)
    placeholders = placeholders_for(driver.style, names, marks)
    replacements = [
        Replacement(place.start, place.end, text) for place, text in zip(statement.places, placeholders, strict=True)
    ]
    double_percent = driver.style is Style.FORMAT and driver.doubles_percent and not marks
    edits = [*_edits(template, replacements, site, double_percent=double_percent)]
    if driver is SQLALCHEMY and execution.wrapper is None:
        place, text = site.range_of(execution.argument), site.use("sqlalchemy", "text")
        edits += [site.insert(place.start, f"{text}("), site.insert(place.end, ")")]
    items = [Item(*each) for each in zip(statement.places, sources, names, strict=True)]
    edits += parameter_edits(execution, driver, items, marks, site, held)
    if held and execution.definition is not None:
        kept = add_before(site, execution.definition, f"{held} = {parameter_display(driver, items)}")
        if kept is None:
            raise NoParameter
        edits.insert(0, kept)
    kept_names = NAME in template.text
    return fix_of(edits, statement, execution, driver, site, is_known=is_known, has_names=kept_names)


def fix_of(
    edits: Sequence[TextEdit],
    statement: Statement,
    execution: Execution,
    driver: Driver,
    site: FixSite,
    *,
    is_known: bool,
    has_names: bool = False,
) -> Fix:
    """Return the fix that makes ``edits``: safe if the driver is known, and takes all values as the statement had them.

    ``has_names`` tells that other things are still put into the statement.
    """
    notes = [] if is_known else [_UNKNOWN.format(driver.examples)]
    notes += [_HELPER.format(helper)] if (helper := execution.helper(site)) else []
    is_marked = driver.style in (Style.FORMAT, Style.NAMED) and has_names
    notes += [_KEPT.format(driver.style.value[0])] if is_marked else []
    notes += [_COUNT] if any(place.is_count for place in statement.places) else []
    notes += [_STRICT] if driver.is_strict else []
    notes += [_COMPARED] if not all(place.is_certain or place.is_count for place in statement.places) else []
    title = "Pass the values as query parameters" + ("" if is_known else f" ({driver.style.value})")
    return Fix(title, tuple(edits), Applicability.REVIEW if notes else Applicability.SAFE, " ".join(notes))
