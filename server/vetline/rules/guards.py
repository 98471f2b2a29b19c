"""Refusing a value before it is used."""

from __future__ import annotations

import ast
from collections.abc import Callable

from vetline.core.edit import TextEdit
from vetline.rules.base import FixSite
from vetline.rules.statements import add_before, guard
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
