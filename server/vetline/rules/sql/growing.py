"""Making parameters of the values in a statement that is put together over several statements of code, with ``+=``."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from vetline.core.edit import Fix, TextEdit
from vetline.rules.base import FixSite
from vetline.rules.guards import unused_name
from vetline.rules.locals import is_set_anew, leads_to
from vetline.rules.sql.drivers import SQLALCHEMY, Driver, Style
from vetline.rules.sql.execution import Execution, NoPlace, execution_at, is_shown, parameter_edits
from vetline.rules.sql.parameterising import fix_of
from vetline.rules.sql.parameters import NoParameter, bind_names, marks_of, parameter, placeholders_for
from vetline.rules.sql.rewriting import CannotRewrite, Replacement, rewritten
from vetline.rules.sql.statement import Place, read_statement
from vetline.rules.statements import add_after, add_before
from vetline.rules.surroundings import ancestors
from vetline.semantics.scopes import Uses, uses_of
from vetline.syntax.template_reader import read_template
from vetline.syntax.templates import Template

_STYLES = frozenset({Style.QMARK, Style.FORMAT, Style.NAMED})
"""Those whose placeholders have no numbers, which would differ with the way that the code takes."""


@dataclass(frozen=True, slots=True)
class _Piece:
    """What one statement of code gives, or adds: the text from ``start`` of the whole."""

    statement: ast.stmt
    template: Template
    start: int

    @property
    def end(self) -> int:
        return self.start + len(self.template.text)


def grown(load: ast.Name, site: FixSite) -> Iterator[Fix]:
    """Propose to collect the values in a list beside the statement in ``load``, a variable that is executed there."""
    pieces = _pieces(load, site)
    execution = execution_at(load, site)
    if len(pieces) < 2 or execution is None:
        return
    drivers = execution.drivers(site)
    for driver in drivers:
        try:
            yield _fix_for(pieces, execution, driver, site, is_known=len(drivers) == 1)
        except (NoParameter, NoPlace, CannotRewrite):
            continue


def _pieces(load: ast.Name, site: FixSite) -> list[_Piece]:
    """Return what the variable is given and what is added to it, in order; none if it may be something else as well."""
    uses = uses_of(load.id, site.scope_of(load))
    end = site.range_of(load).start
    stores = sorted((s for s in uses.stores if site.range_of(s).start < end), key=lambda store: site.range_of(store).start)
    base = next((index for index in range(len(stores) - 1, -1, -1) if _is_given(stores[index], load, site)), None)
    if base is None or uses.is_shared:
        return []
    pieces: list[_Piece] = []
    for index, store in enumerate(stores[base:]):
        match site.parent_of(store):
            case ast.Assign(value=value) as statement if not index:
                first = statement
            case ast.AugAssign(op=ast.Add(), value=value) as statement if index:
                pass
            case _:
                return []
        template = read_template(value, site)
        if template is None:
            return []
        pieces.append(_Piece(statement, template, pieces[-1].end if pieces else 0))
    others = [each for each in uses.loads if each is not load and not is_shown(each, site)]
    return [] if any(not _is_of_another(each, first, uses, site) for each in others) else pieces


def _is_given(store: ast.AST, load: ast.Name, site: FixSite) -> bool:
    """Tell whether every way to ``load`` leads through an assignment, which ``store`` is the target of."""
    statement = site.parent_of(store)
    return isinstance(statement, ast.Assign) and statement.targets == [store] and leads_to(statement, load, site)


def _is_of_another(load: ast.Name, first: ast.Assign, uses: Uses, site: FixSite) -> bool:
    """Tell whether ``load`` reads another statement than the one that begins with ``first``."""
    if site.range_of(load).start < site.range_of(first).start:
        return any(_is_given(store, load, site) and site.range_of(store) < site.range_of(load) for store in uses.stores)
    return is_set_anew(uses, first, load, site)


def _fix_for(pieces: Sequence[_Piece], execution: Execution, driver: Driver, site: FixSite, *, is_known: bool) -> Fix:
    """Return the fix for one driver.

    Raises:
        NoParameter: something that is put in may be no value.
        NoPlace: the call can't take the parameters, or there is no place to collect them.
        CannotRewrite: the source of the statement can't be changed.
    """
    text = "".join(piece.template.text for piece in pieces)
    statement = read_statement(text, double_quotes_are_strings=driver.double_quotes_are_strings)
    if driver.style not in _STYLES or statement is None or statement.marks or marks_of(driver.style, statement, text):
        raise NoParameter
    if driver.style is Style.NAMED and any(_loops_around(piece, site) != _loops_around(pieces[0], site) for piece in pieces):
        raise NoParameter  # each turn's value would have the same name
    held = unused_name("parameters", execution.call, site)
    edits: list[TextEdit | None] = []
    taken: list[str] = []
    seen = 0
    for index, piece in enumerate(pieces):
        places = [place for place in statement.places if piece.start <= place.start < piece.end]
        if any(place.end > piece.end for place in places):
            raise CannotRewrite  # a value's quotes end in another piece
        own = [_within(place, piece, seen) for place in places]
        seen += len(piece.template.holes)
        sources = [parameter(place, piece.template, driver, site) for place in own]
        names = bind_names(sources, own, ()) if driver.style is Style.NAMED else [""] * len(sources)
        if set(names) & set(taken) - {""}:
            raise NoParameter  # one name for two values
        taken += names
        marks = placeholders_for(driver.style, names, ())
        replacements = [Replacement(place.start, place.end, mark) for place, mark in zip(own, marks, strict=True)]
        double_percent = driver.style is Style.FORMAT and driver.doubles_percent
        for span, new_text in rewritten(piece.template, replacements, double_percent=double_percent):
            edits.append(TextEdit(site.part_of(piece.template.node, *span), new_text))
        if not index:
            edits.insert(0, add_before(site, piece.statement, f"{held} = {_started(sources, names)}"))
        elif sources:
            edits.append(add_after(site, piece.statement, *_added(held, sources, names)))
    if None in edits:
        raise NoPlace
    done = [edit for edit in edits if edit is not None]
    if driver is SQLALCHEMY and execution.wrapper is None:
        place, wrapper = site.range_of(execution.argument), site.use("sqlalchemy", "text")
        done += [site.insert(place.start, f"{wrapper}("), site.insert(place.end, ")")]
    done += parameter_edits(execution, driver, (), (), site, held)
    return fix_of(done, statement, execution, driver, site, is_known=is_known)


def _loops_around(piece: _Piece, site: FixSite) -> list[ast.AST]:
    return [parent for parent in ancestors(piece.statement, site) if isinstance(parent, ast.For | ast.AsyncFor | ast.While)]


def _within(place: Place, piece: _Piece, holes_before: int) -> Place:
    """Return ``place`` as it is in the text of ``piece``."""
    pieces = tuple(each - holes_before if isinstance(each, int) else each for each in place.pieces)
    return Place(
        place.start - piece.start,
        place.end - piece.start,
        pieces,
        place.is_quoted,
        place.is_certain,
        place.is_count,
        place.column,
    )


def _started(sources: Sequence[str], names: Sequence[str]) -> str:
    if any(names):
        return "{" + ", ".join(f'"{name}": {source}' for name, source in zip(names, sources, strict=True)) + "}"
    return f"[{', '.join(sources)}]"


def _added(held: str, sources: Sequence[str], names: Sequence[str]) -> list[str]:
    """Return the statements that add to the parameters."""
    if any(names):
        return [f'{held}["{name}"] = {source}' for name, source in zip(names, sources, strict=True)]
    return [f"{held}.append({sources[0]})" if len(sources) == 1 else f"{held} += [{', '.join(sources)}]"]
