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
from vetline.rules.surroundings import ancestors
from vetline.syntax.calls import has_unpacking, keyword_of

_TEXT = frozenset({"sqlalchemy.text", "sqlalchemy.sql.text", "sqlalchemy.sql.expression.text", "sqlmodel.text"})
_READERS = frozenset({"read_sql", "read_sql_query"})
_SCRIPTS = frozenset({"executescript", "executemany", "callproc", "copy_expert"})
"""Methods of drivers that take no parameters, or many."""
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

    @property
    def name(self) -> str:
        """The name of the function or method that is called."""
        match self.call.func:
            case ast.Attribute(attr=name) | ast.Name(id=name):
                return name
        return ""

    def helper(self, site: FixSite) -> str:
        """Return the name of the function that is handed the statement if it is none of a driver's, but somebody's own."""
        if self.wrapper is not None or self.name in _READERS or self.name in _SCRIPTS:
            return ""
        return "" if any(self.name in METHODS[driver.style] for driver in self._all_drivers(site)) else self.name

    def drivers(self, site: FixSite) -> tuple[Driver, ...]:
        """Return the drivers that it may be for."""
        if self.wrapper is not None:
            return (SQLALCHEMY,)
        found = self._all_drivers(site)
        if self.name in _READERS or self.helper(site):
            return found
        return tuple(driver for driver in found if self.name in METHODS[driver.style])

    def _all_drivers(self, site: FixSite) -> tuple[Driver, ...]:
        receiver = _connection_read_by(self.call, site) or self.call.func
        return drivers_for(
            receiver.value if receiver is self.call.func and isinstance(receiver, ast.Attribute) else receiver, site
        )


def execution_at(load: ast.expr, site: FixSite) -> Execution | None:
    """Return how the statement in a variable is executed where it is read by ``load``; None if that isn't seen."""
    return _direct(load, None, site)


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
    uses = loads_of(definition, name, site, ignoring=lambda load: is_shown(load, site))
    return _direct(uses[0], definition, site, wrapper) if uses is not None and len(uses) == 1 else None


def _direct(
    statement: ast.expr, definition: ast.stmt | None, site: FixSite, wrapper: ast.Call | None = None
) -> Execution | None:
    """Return the call that ``statement`` is an argument of, or a ``text`` around it is; what executes it has it first."""
    wrapper_here = _text_call(statement, site)
    argument = wrapper_here or statement
    match site.parent_of(argument):
        case ast.Call(args=[*_, _]) as call if argument in call.args:
            execution = Execution(call, argument, wrapper or wrapper_here, definition)
            if execution.helper(site):
                return execution if argument is call.args[-1] and not is_shown(argument, site) else None
            return execution if isinstance(call.func, ast.Attribute) and argument is call.args[0] else None
    return None


def _text_call(statement: ast.expr, site: FixSite) -> ast.Call | None:
    match site.parent_of(statement):
        case ast.Call(func=callee, args=[only], keywords=[]) as call if only is statement:
            return call if site.qualified_name(callee) in _TEXT else None
    return None


def is_shown(load: ast.expr, site: FixSite) -> bool:
    """Tell whether a statement, perhaps as part of a text, is only shown to a person."""
    for parent in ancestors(load, site):
        match parent:
            case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)):
                if name not in ("str", "repr", "format"):
                    return name in _SHOWING
            case ast.FormattedValue() | ast.JoinedStr() | ast.BinOp() | ast.Tuple() | ast.Attribute():
                pass
            case _:
                return False
    return False


def parameter_edits(
    execution: Execution, driver: Driver, items: Sequence[Item], marks: Sequence[Mark], site: FixSite, held: str = ""
) -> Iterator[TextEdit]:
    """Yield the edits that pass the parameters.

    ``items`` are in text order; ``marks`` are the placeholders that the statement has already.  ``held`` names the variable
    that holds all parameters, if one does.

    Raises:
        NoPlace: the call passes parameters in a way that these can't be added to.
    """
    call = execution.call
    if has_unpacking(call) or any(keyword.arg in _PARAMETER_KEYWORDS for keyword in call.keywords):
        raise NoPlace
    if _connection_read_by(call, site) is not None:
        if marks:
            raise NoPlace
        yield site.append_argument(call, f"params={held or parameter_display(driver, items)}")
        return
    present = call.args[call.args.index(execution.argument) + 1 :]
    if bool(present) != bool(marks):  # parameters for placeholders that we don't see, or the other way round
        raise NoPlace
    if held:
        if present:
            raise NoPlace
        yield site.add_positional(call, f"*{held}" if driver.style is Style.DOLLAR else held)
    elif driver.style is Style.DOLLAR:
        yield site.add_positional(call, ", ".join(item.source for item in items))
    elif len(present) > 1:
        raise NoPlace
    elif driver.style is Style.NAMED:
        yield _named_edit(call, present, items, site)
    elif present:
        yield from _merge(present[0], items, marks, driver, site)
    else:
        yield site.add_positional(call, parameter_display(driver, items))


def _connection_read_by(call: ast.Call, site: FixSite) -> ast.expr | None:
    """Return the connection that pandas is asked to read from, if that is what ``call`` does."""
    name = call.func.attr if isinstance(call.func, ast.Attribute) else (site.qualified_name(call.func) or "").rpartition(".")[2]
    if name not in _READERS:
        return None
    keyword = keyword_of(call, "con")
    return call.args[1] if len(call.args) == 2 else keyword.value if keyword is not None else None


def parameter_display(driver: Driver, items: Sequence[Item]) -> str:
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
