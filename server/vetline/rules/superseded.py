"""Checks of Bandit's whose findings a rule of Vetline's reports as well, wherever they are worth a look."""

from __future__ import annotations

import ast

from vetline.rules.base import CheckContext


def left_to_vetline(context: CheckContext, node: ast.AST) -> bool:  # noqa: ARG001  # as every `matters` has them
    """Tell that a finding of Bandit's is idle by itself: a rule that knows more of the code has looked at the same place."""
    return False
