"""Taking the line breaks out of values, where each line has a meaning: headers, entries of a log."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import Final

from vetline.core.edit import Applicability, Fix
from vetline.rules.base import FixSite
from vetline.rules.splicing import Splice, Syntax, around_values

_TEXT: Final = Syntax(re.compile(r"[\r\n]"))
_BODY: Final = re.compile(r"\r?\n\r?\n")
_SIMPLE: Final = (ast.Name, ast.Attribute, ast.Subscript, ast.Call, ast.Constant)


def on_one_line(node: ast.AST, kind: str, site: FixSite) -> Iterator[Fix]:
    """Propose to take the line breaks out of the values in a text."""

    def stripped(splice: Splice) -> str | None:
        if _BODY.search(splice.before):
            return splice.source(site)  # behind the headers
        if splice.is_in_field:
            return None
        source = splice.as_text(site) if splice.is_text(site) else f"str({splice.source(site)})"
        whole = source if isinstance(splice.node, _SIMPLE) or source.startswith("str(") else f"({source})"
        return f'{whole}.replace("\\r", "").replace("\\n", "")'

    edits = around_values(node, kind, _TEXT, stripped, site)
    if edits:
        yield Fix("Take the line breaks out of the values", edits, Applicability.SAFE)
