"""Quoting the values that are put into a command line for a shell."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from typing import Final

from vetline.core.edit import Applicability, Fix, TextEdit
from vetline.rules.base import FixSite
from vetline.rules.splicing import Splice, Syntax, is_reachable, may_harm, wrapped

SEVERAL_WORDS: Final = re.compile(
    r"(?:args|arguments|argv|cmd|command|flags?|options?|opts?|params|parts|credentials)\W*$", re.IGNORECASE
)
"""Names of values that hold several words, which the shell is there to split."""
_SPLIT: Final = "A value with several words in it is one argument now."


def quoted(node: ast.AST, site: FixSite) -> Iterator[Fix]:
    """Propose to quote the values in the command that ``node`` is, or that the call ``node`` is handed."""
    notes: set[str] = set()

    def wrap(splice: Splice) -> Sequence[TextEdit] | None:
        if splice.is_number or not may_harm(splice.value(site), "shell", if_unknown=True):
            return ()
        if not is_reachable(splice, site) or splice.is_whole or (splice.hole is not None and not splice.hole.is_plain):
            return None
        if _is_program(splice):
            return None
        if SEVERAL_WORDS.search(splice.source(site)):
            notes.add(_SPLIT)
        quote = site.use("shlex", "quote") if _has_quote_imported(site) else f"{site.use('shlex')}.quote"
        if splice.is_iterable:
            return (splice.replaced(f"map({quote}, {splice.source(site)})", site),)
        edit = splice.replaced(f"{quote}({splice.as_text(site)})", site)
        mark = _open_quote(splice)
        if mark is None:
            return (edit,)
        if mark < 0 or splice.template is None:
            return None
        return (*_outside(splice, mark, site), edit)

    edits = wrapped(node, _COMMAND, wrap, site)
    if edits:
        applicability = Applicability.REVIEW if notes else Applicability.SAFE
        yield Fix("Quote the values with shlex.quote", edits, applicability, " ".join(sorted(notes)))


def _has_quote_imported(site: FixSite) -> bool:
    return site.mentions(r"(?m)^\s*from shlex import .*\bquote\b")


def _is_program(splice: Splice) -> bool:
    """Tell whether the value is the first word of the command, or may be all the first words."""
    return (
        splice.template is not None
        and not splice.is_further
        and not splice.before.strip()
        and splice.behind[:1] in ("", " ", "\t")
    )


def _open_quote(splice: Splice) -> int | None:
    """Return where the quotes begin that the value stands in; None if it stands in none, -1 if that isn't certain."""
    if splice.template is None:
        return None
    opened = _scan(splice.before)
    return -1 if opened is None and _scan(splice.template.text) is not None else opened


def _scan(text: str) -> int | None:
    """Return where the quotes begin that are open at the end of ``text``."""
    opened: int | None = None
    escaped = False
    for index, character in enumerate(text):
        if escaped:
            escaped = False
        elif character == "\\" and (opened is None or text[opened] == '"'):
            escaped = True
        elif opened is not None:
            opened = None if character == text[opened] else opened
        elif character in "'\"":
            opened = index
    return opened


def _outside(splice: Splice, mark: int, site: FixSite) -> Iterator[TextEdit]:
    """Yield the edits by which the value stands outside the quotes that begin at ``mark``: they end before it, and go on
    behind it."""
    template, index = splice.template, splice.index
    assert template is not None
    character = template.text[mark]
    written = template.source[slice(*template.spans[mark])]
    is_first, is_last = mark == index - 1, template.text[index + 1 : index + 2] == character
    if is_first:
        yield TextEdit(site.part_of(template.node, *template.spans[mark]), "")
    else:
        yield splice.inserted(written, index, site)
    if is_last:
        yield TextEdit(site.part_of(template.node, *template.spans[index + 1]), "")
    else:
        yield splice.inserted(written, index + 1, site)


_COMMAND: Final = Syntax(re.compile(r"\s"), lambda before: _scan(before) is not None)
