"""Values in the path of an address."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import Final

from vetline.core.edit import Applicability, Fix
from vetline.rules.base import FixSite
from vetline.rules.splicing import Splice, Syntax, around_values

_ADDRESS: Final = Syntax(re.compile(r"[/:]"))
_HOST: Final = re.compile(r"^(?:\w+:)?//[^/]+/|^/(?!/)")
"""How an address begins whose host is settled."""


def quoted_in_path(node: ast.expr, kind: str, site: FixSite) -> Iterator[Fix]:
    """Propose to quote the values in the path of an address, behind its host, so that each stays one part of it."""

    def quoted(splice: Splice) -> str | None:
        if splice.is_whole or splice.is_in_field or not _HOST.match(splice.before):
            return None
        return f'{site.use("urllib.parse", "quote")}({splice.as_text(site)}, safe="")'

    edits = around_values(node, kind, _ADDRESS, quoted, site)
    if edits:
        yield Fix("Quote the values", edits, Applicability.SAFE)
