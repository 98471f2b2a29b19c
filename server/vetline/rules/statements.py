"""Statements that a fix adds, with the indentation and the line ends of the text around them."""

from __future__ import annotations

import ast

from vetline.core.edit import TextEdit
from vetline.core.location import Position, Range
from vetline.rules.base import FixSite
from vetline.rules.routes import is_flask

_DEFERRED = (ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
_SUITES = ("body", "orelse", "finalbody")
_STEP = "    "


def indentation(statement: ast.stmt, site: FixSite) -> str | None:
    """Return the white space before ``statement``; None where it doesn't begin its line."""
    start = _start_of(statement, site)
    before = site.text_in(Range(Position(start.line, 0), start)).lstrip("\ufeff")
    return None if before.strip() else before


def step(statement: ast.stmt, site: FixSite) -> str:
    """Return what the code around ``statement`` indents a suite by."""
    own = indentation(statement, site) or ""
    if "\t" in own:
        return "\t"
    parent = site.parent_of(statement)
    outer = indentation(parent, site) if isinstance(parent, ast.stmt) else None
    return own[len(outer) :] if outer is not None and own.startswith(outer) and own != outer else _STEP


def lines_of(site: FixSite, indent: str, *lines: str) -> str:
    """Return ``lines`` as text of which all but the first are indented, as they stand at the place of a statement."""
    return f"{site.newline}{indent}".join(lines)


def compound(site: FixSite, at: ast.stmt, head: str, *body: str) -> str | None:
    """Return the text of a compound statement, such as an ``if``, in the place of ``at``; None where that can't have one."""
    indent = indentation(at, site)
    if indent is None:
        return None
    inner = step(at, site)
    return lines_of(site, indent, head, *(f"{inner}{line}" for line in body))


def add_before(site: FixSite, node: ast.AST, *lines: str) -> TextEdit | None:
    """Insert simple statements before the statement that ``node`` is part of, so that each run of ``node`` has them before.

    None where there is no such place: in a lambda or a comprehension, in what a loop or an ``elif`` asks.
    """
    statement = _reached_with(node, site)
    if statement is None:
        return None
    start = _start_of(statement, site)
    indent = indentation(statement, site)
    if indent is not None:
        return site.insert(start, lines_of(site, indent, *lines, ""))
    return site.insert(start, "".join(f"{line}; " for line in lines)) if _is_simple(statement) else None


def add_compound_before(site: FixSite, node: ast.AST, head: str, *body: str) -> TextEdit | None:
    """Insert a compound statement before the statement that ``node`` is part of; None as for :func:`add_before`."""
    statement = _reached_with(node, site)
    text = None if statement is None else compound(site, statement, head, *body)
    if statement is None or text is None:
        return None
    return site.insert(_start_of(statement, site), lines_of(site, indentation(statement, site) or "", text, ""))


def add_after(site: FixSite, statement: ast.stmt, *lines: str) -> TextEdit | None:
    """Insert simple statements behind a simple statement; None where others follow on its line."""
    indent = indentation(statement, site)
    end = site.range_of(statement).end
    if not _is_simple(statement) or indent is None:
        return None
    rest = site.rest_of_line(end)
    if rest.strip() and not rest.lstrip().startswith("#"):
        return None
    behind = Position(end.line, end.column + len(rest))
    return site.insert(behind, "".join(f"{site.newline}{indent}{line}" for line in lines))


def add_compound_after(site: FixSite, statement: ast.stmt, head: str, *body: str) -> TextEdit | None:
    """Insert a compound statement behind a simple statement; None as for :func:`add_after`."""
    text = compound(site, statement, head, *body)
    return None if text is None else add_after(site, statement, text)


def finally_around(site: FixSite, first: ast.stmt, last: ast.stmt, end: ast.stmt) -> list[TextEdit] | None:
    """Move the statements from ``first`` to ``last`` into a ``try``, and ``end``, which follows, into its ``finally``.

    None where the statements share lines, or a text in them goes over several.
    """
    indent = indentation(first, site)
    place = site.range_of(end)
    if indent is None or indentation(end, site) is None or not _is_simple(end) or site.rest_of_line(place.end).strip():
        return None
    rows = range(site.range_of(first).start.line, place.start.line)
    for node in ast.walk(ast.Module([first, last], [])):
        if isinstance(node, ast.Constant | ast.JoinedStr) and site.range_of(node).start.line < site.range_of(node).end.line:
            return None
    inner = step(first, site)
    edits = [site.insert(Position(rows[0], 0), f"{indent}try:{site.newline}")]
    starts = (Position(row, 0) for row in rows)
    edits += [site.insert(start, inner) for start in starts if site.rest_of_line(start).strip()]
    edits.append(site.replace(end, lines_of(site, indent, "finally:", f"{inner}{site.text_of(end)}")))
    return edits


def remove(site: FixSite, statement: ast.stmt) -> TextEdit:
    """Take a simple statement out, with its line where it has one to itself; a suite that would be empty gets ``pass``."""
    place = site.range_of(statement)
    indent = indentation(statement, site)
    is_alone = indent is not None and not site.rest_of_line(place.end).strip()
    if is_alone and not _is_only_one(statement, site):
        end = Position(place.end.line + 1, 0)
        is_last = not site.has_line(end.line)
        rest = Position(place.end.line, place.end.column + len(site.rest_of_line(place.end)))
        return TextEdit(Range(Position(place.start.line, 0), rest if is_last else end), "")
    return site.replace(statement, "pass")


def remove_decorator(site: FixSite, decorator: ast.expr) -> TextEdit | None:
    """Take a decorator out, with its line; None where others follow on that."""
    place = site.range_of(decorator)
    before = site.text_in(Range(Position(place.start.line, 0), place.start))
    parent = site.parent_of(decorator)
    if decorator not in getattr(parent, "decorator_list", ()) or before.strip() != "@" or site.rest_of_line(place.end).strip():
        return None
    return TextEdit(Range(Position(place.start.line, 0), Position(place.end.line + 1, 0)), "")


def _is_only_one(statement: ast.stmt, site: FixSite) -> bool:
    parent = site.parent_of(statement)
    suites = [getattr(parent, name, []) for name in (*_SUITES, "handlers")]
    return any(isinstance(suite, list) and len(suite) == 1 and suite[0] is statement for suite in suites)


def guard(site: FixSite, node: ast.AST, test: str, why: str, status: int = 400) -> TextEdit | None:
    """Refuse to go on to ``node`` if ``test`` holds, as the code refuses elsewhere; None where that can't be inserted."""
    return add_compound_before(site, node, f"if {test}:", refusal(site, why, status))


def refusal(site: FixSite, why: str, status: int = 400) -> str:
    """Return the statement that refuses what came in: a framework's answer 400, or 404, or else ``ValueError``."""
    imported = {name.partition(".")[0] for name in site.imports()}
    if site.enclosing_function(site.node) is not None:
        for framework in ("flask", "quart", "bottle"):
            if framework in imported:
                return f"{site.use(framework, 'abort')}({status})"
        if is_flask(site):
            return f"{site.use('flask', 'abort')}({status})"
        if "fastapi" in imported:
            return f'raise {site.use("fastapi", "HTTPException")}({status}, "{why}")'
        if "django" in imported and status == 404:
            return f'raise {site.use("django.http", "Http404")}("{why}")'
        if "django" in imported:
            return f'raise {site.use("django.core.exceptions", "SuspiciousOperation")}("{why}")'
        if "aiohttp" in imported and "aiohttp.web" in site.imports():
            name = "HTTPNotFound" if status == 404 else "HTTPBadRequest"
            return f'raise {site.use("aiohttp", "web")}.{name}(reason="{why}")'
        if "tornado" in imported:
            return f'raise {site.use("tornado.web", "HTTPError")}({status}, "{why}")'
    return f'raise ValueError("{why}")'


def _reached_with(node: ast.AST, site: FixSite) -> ast.stmt | None:
    """Return the statement whose start is passed each time before ``node`` is run."""
    child = node
    parent = site.parent_of(node)
    while not isinstance(child, ast.stmt):
        if parent is None or isinstance(parent, _DEFERRED) or (isinstance(parent, ast.While) and child is parent.test):
            return None
        child, parent = parent, site.parent_of(parent)
    if isinstance(child, ast.If) and site.text_of(child).startswith("elif"):
        return None
    return child


def _is_simple(statement: ast.stmt) -> bool:
    return not any(hasattr(statement, suite) for suite in (*_SUITES, "cases"))


def _start_of(statement: ast.stmt, site: FixSite) -> Position:
    """Return where a statement begins, with its decorators."""
    decorators = getattr(statement, "decorator_list", [])
    if not decorators:
        return site.range_of(statement).start
    first = site.range_of(decorators[0]).start
    at = site.text_in(Range(Position(first.line, 0), first)).rfind("@")
    return Position(first.line, max(at, 0))
