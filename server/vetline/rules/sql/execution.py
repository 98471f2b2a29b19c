"""Where a statement is executed, and how its call takes one more parameter."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from vetline.core.edit import TextEdit
from vetline.core.location import Position, Range
from vetline.rules.base import FixSite
from vetline.rules.locals import loads_of
from vetline.rules.sql.drivers import METHODS, SQLALCHEMY, Driver, Style, drivers_for
from vetline.rules.sql.statement import Mark, Place
from vetline.syntax.calls import has_unpacking, keyword_of

_TEXT = frozenset({"sqlalchemy.text", "sqlalchemy.sql.text", "sqlalchemy.sql.expression.text", "sqlmodel.text"})
_PANDAS = frozenset({"pandas.read_sql", "pandas.read_sql_query"})
_PARAMETER_KEYWORDS = frozenset("args bindparams binds data parameters params seq_of_parameters values vars".split())
_SHOWING = frozenset("print debug info warning error log exception".split())
"""Functions that only show a statement to a person."""


@dataclass(frozen=True, slots=True)
class Item:
    """A parameter: what it stands for, its source, and the name that it is bound to (empty for a positional one)."""

    place: Place
    source: str
    name: str


class NoPlace(Exception):
    """The call has no place for these parameters."""


@dataclass(frozen=True, slots=True)
class Execution:
    """One use of a statement.

    ``call`` executes it, and its first argument is ``argument``: the expression that puts the statement together, a variable
    that was assigned it (by ``definition``), or a call of SQLAlchemy's ``text`` on one of these (``wrapper``).
    """

    call: ast.Call
    argument: ast.expr
    wrapper: ast.Call | None
    definition: ast.stmt | None

    def drivers(self, site: FixSite) -> tuple[Driver, ...]:
        """Return the drivers that it may be for."""
        assert isinstance(self.call.func, ast.Attribute)
        receiver = _connection_read_by(self.call, site)
        if receiver is None and not any(self.call.func.attr in names for names in METHODS.values()):
            return ()
        if self.wrapper is not None:
            return (SQLALCHEMY,)
        if receiver is not None:
            return drivers_for(receiver, site)
        return tuple(d for d in drivers_for(self.call.func.value, site) if self.call.func.attr in METHODS[d.style])


def execution_of(expression: ast.expr, site: FixSite) -> Execution | None:
    """Return how ``expression`` is executed: right away, or through a variable that nothing else uses; None if not seen."""
    if (direct := _direct(expression, None, site)) is not None:
        return direct
    wrapper = _text_call(expression, site)
    made = wrapper or expression
    match site.parent_of(made):
        case ast.Assign(targets=[ast.Name(id=name)], value=value) as definition if value is made:
            pass
        case ast.AnnAssign(target=ast.Name(id=name), value=value) as definition if value is made:
            pass
        case _:
            return None
    uses = [load for load in loads_of(definition, name, site) or () if not _is_shown(load, site)]
    return _direct(uses[0], definition, site, wrapper) if len(uses) == 1 else None


def _direct(
    statement: ast.expr, definition: ast.stmt | None, site: FixSite, wrapper: ast.Call | None = None
) -> Execution | None:
    """Return the call that ``statement`` is the first argument of, or a ``text`` around it is."""
    wrapper_here = _text_call(statement, site)
    argument = wrapper_here or statement
    match site.parent_of(argument):
        case ast.Call(func=ast.Attribute(), args=[first, *_]) as call if first is argument:
            return Execution(call, argument, wrapper or wrapper_here, definition)
    return None


def _text_call(statement: ast.expr, site: FixSite) -> ast.Call | None:
    match site.parent_of(statement):
        case ast.Call(func=callee, args=[only], keywords=[]) as call if only is statement:
            return call if site.qualified_name(callee) in _TEXT else None
    return None


def _is_shown(load: ast.Name, site: FixSite) -> bool:
    match site.parent_of(load):
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)):
            return name in _SHOWING
    return False


def parameter_edits(
    execution: Execution, driver: Driver, items: Sequence[Item], marks: Sequence[Mark], site: FixSite
) -> Iterator[TextEdit]:
    """Yield the edits that pass the parameters.

    ``items`` are in text order; ``marks`` are the placeholders that the statement has already.

    Raises:
        NoPlace: the call passes parameters in a way that these can't be added to.
    """
    call = execution.call
    if has_unpacking(call) or any(keyword.arg in _PARAMETER_KEYWORDS for keyword in call.keywords):
        raise NoPlace
    if _connection_read_by(call, site) is not None:
        if marks:
            raise NoPlace
        yield site.append_argument(call, f"params={_display(driver, items)}")
        return
    present = call.args[1:]
    if bool(present) != bool(marks):  # parameters for placeholders that we don't see, or the other way round
        raise NoPlace
    if driver.style is Style.DOLLAR:
        yield site.add_positional(call, ", ".join(item.source for item in items))
    elif len(present) > 1:
        raise NoPlace
    elif driver.style is Style.NAMED:
        yield _named_edit(call, present, items, site)
    elif present:
        yield from _merge(present[0], items, marks, driver, site)
    else:
        yield site.add_positional(call, _display(driver, items))


def _connection_read_by(call: ast.Call, site: FixSite) -> ast.expr | None:
    """Return the connection that pandas is asked to read from, if that is what ``call`` does."""
    if site.qualified_name(call.func) not in _PANDAS:
        return None
    keyword = keyword_of(call, "con")
    return call.args[1] if len(call.args) == 2 else keyword.value if keyword is not None else None


def _display(driver: Driver, items: Sequence[Item]) -> str:
    """Return the source of the object that holds the parameters."""
    if driver.style is Style.NAMED:
        return f"{{{_entries(items)}}}"
    comma = "," if len(items) == 1 and driver.sequence == "()" else ""
    return f"{driver.sequence[0]}{', '.join(item.source for item in items)}{comma}{driver.sequence[1]}"


def _entries(items: Sequence[Item]) -> str:
    return ", ".join(dict.fromkeys(f'"{item.name}": {item.source}' for item in items))


def _named_edit(call: ast.Call, present: Sequence[ast.expr], items: Sequence[Item], site: FixSite) -> TextEdit:
    entries = _entries(items)
    match present:
        case []:
            return site.add_positional(call, f"{{{entries}}}")
        case [ast.Dict(values=[*_, last]) as display]:
            return _behind(last, display, entries, site)
        case [ast.Name(id=name) as variable]:
            return site.replace(variable, f"{{**{name}, {entries}}}")
    raise NoPlace


def _merge(
    present: ast.expr, items: Sequence[Item], marks: Sequence[Mark], driver: Driver, site: FixSite
) -> Iterator[TextEdit]:
    """Yield the edits that put positional parameters among those that are passed already, in the order of the placeholders."""
    groups: dict[int, str] = {}
    for item in items:
        rank = sum(mark.start < item.place.start for mark in marks)
        groups[rank] = f"{groups[rank]}, {item.source}" if rank in groups else item.source
    match present:
        case ast.Tuple(elts=elements) | ast.List(elts=elements):
            if len(elements) != len(marks) or any(isinstance(element, ast.Starred) for element in elements):
                raise NoPlace
            for rank, sources in groups.items():
                if rank == len(elements):
                    yield _behind(elements[-1], present, sources, site)
                else:
                    yield _before(elements[rank], present, sources, site)
        case ast.Name(id=name) if groups.keys() <= {0, len(marks)}:
            parts = [groups.get(0, ""), f"*{name}", groups.get(len(marks), "")]
            yield site.replace(present, driver.sequence[0] + ", ".join(filter(None, parts)) + driver.sequence[1])
        case _:
            raise NoPlace


def _before(element: ast.expr, display: ast.expr, sources: str, site: FixSite) -> TextEdit:
    """Insert ``sources`` before an element of a tuple, list or dictionary display."""
    start = site.range_of(element).start
    above = site.text_in(Range(site.range_of(display).start, start)).rstrip()
    if above[1:] and not above.endswith(","):  # in parentheses of its own, or behind a comment
        raise NoPlace
    return site.insert(start, f"{sources}, ")


def _behind(element: ast.expr, display: ast.expr, sources: str, site: FixSite) -> TextEdit:
    """Insert ``sources`` behind the last element of a display; a comma that only makes a tuple of it goes."""
    end = site.range_of(element).end
    rest = site.text_in(Range(end, site.range_of(display).end))
    if rest[:-1].strip(" ,\t\r\n"):
        raise NoPlace
    if rest.startswith(",") and not rest[1:-1].strip(" "):
        return TextEdit(Range(end, Position(end.line, end.column + 1)), f", {sources}")
    return site.insert(end, f", {sources}")
