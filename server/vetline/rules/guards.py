"""Refusing a value before it is used."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator

from vetline.core.edit import Applicability, Fix, TextEdit
from vetline.rules.base import FixSite
from vetline.rules.routes import session_key
from vetline.rules.statements import add_before, add_compound_before, guard
from vetline.semantics.scopes import parameters
from vetline.syntax.nodes import walk


def unused_name(wanted: str, at: ast.AST, site: FixSite) -> str:
    """Return a name for a new variable that has no meaning yet where ``at`` is."""
    function = site.enclosing_function(at)
    taken = {argument.arg for argument in parameters(function)} if function is not None else set()
    for statement in site.scope_of(at):
        taken.update(node.id for node in walk(statement) if isinstance(node, ast.Name))
    name, count = wanted, 2
    while name in taken:
        name, count = f"{wanted}_{count}", count + 1
    return name


def guarded(
    node: ast.expr, name: str, test: Callable[[str], str], why: str, site: FixSite, status: int = 400
) -> tuple[TextEdit, ...]:
    """Return the edits that refuse a value before it is used; none where that can't be done.

    ``test`` gets the source of the value, and returns the condition under which it is refused.  What isn't a variable becomes
    one, called ``name``.
    """
    source = site.text_of(node)
    edits: list[TextEdit | None] = []
    if not isinstance(node, ast.Name):
        variable = unused_name(name, node, site)
        edits = [
            add_before(site, node, f"{variable} = {source}" if "\n" not in source else f"{variable} = ({source})"),
            site.replace(node, variable),
        ]
        source = variable
    edits.insert(1, guard(site, node, test(source), why, status))
    return () if None in edits else tuple(edit for edit in edits if edit is not None)


def other_hosts_refused(node: ast.expr, who: str, site: FixSite) -> Iterator[Fix]:
    """Yield the fix that refuses a URL, the value of ``node``, whose host isn't in a list; ``who`` may reach those that are."""

    def is_unknown(url: str) -> str:
        return f'{site.use("urllib.parse", "urlsplit")}({url}).hostname not in ("example.com",)'

    edits = guarded(node, "url", is_unknown, "unknown host", site)
    if edits:
        note = f"Write the hosts that the {who} may reach in the place of example.com."
        yield Fix("Refuse hosts that aren't in a list", edits, Applicability.REVIEW, note)


def strangers_refused(node: ast.AST, site: FixSite, note: str) -> Iterator[Fix]:
    """Yield the fix that has a handler of Flask's refuse, in front of ``node``, who isn't logged in.

    ``{key}`` in ``note`` becomes what the file keeps in the session of people who are.
    """
    key = session_key(site)
    test = f'if "{key}" not in {site.use("flask", "session")}:'
    edit = add_compound_before(site, node, test, f"{site.use('flask', 'abort')}(401)")
    if edit is not None:
        yield Fix("Refuse who isn't logged in", (edit,), Applicability.REVIEW, note.format(key=key))
