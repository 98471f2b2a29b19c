"""What a node tells, once Bandit's checks have been run on its block: its name, and what it is part of."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from typing import cast

from bandit.core.utils import _get_attr_qual_name

from vetline.rules.bandit.context import EnclosingClass


def qualified_name(node: ast.AST, aliases: Mapping[str, str]) -> str | None:
    """Return the dotted name that ``node`` stands for, given the import ``aliases``; None if it is no name.

    Bandit's own function, so that rules and Bandit's checks call a thing the same.
    """
    name = cast(str, _get_attr_qual_name(node, aliases))
    return name if name and not name.startswith(".") else None


def parent_of(node: ast.AST) -> ast.AST | None:
    """Return the node that ``node`` is a child of, or None for a statement that is a block, or one of several."""
    parent: ast.AST | None = getattr(node, "_bandit_parent", None)
    return None if isinstance(parent, ast.Module | EnclosingClass) else parent


def is_in_class(statement: ast.AST) -> bool:
    """Tell whether ``statement``, which has no parent, is a member of a class."""
    return isinstance(getattr(statement, "_bandit_parent", None), EnclosingClass)
