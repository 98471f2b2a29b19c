"""The set-up snippets of our documentation, taken from the very files that people copy them from."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]

_SECTION = re.compile(r"^## ", re.MULTILINE)
_FENCE = re.compile(r"^```(?P<language>\w+)\n(?P<code>.*?)^```$", re.MULTILINE | re.DOTALL)


def snippet(document: str, marker: str, language: str, number: int = 1) -> str:
    """Return a ``language`` block of ``document``, a path from the root of the repository.

    It is the block with that ``number`` behind ``marker``, counted from 1, and before the next section.

    Raises:
        LookupError: there is no such marker, or no such block behind it.
    """
    _, found, behind = (ROOT / document).read_text(encoding="utf-8").partition(marker)
    if not found:
        raise LookupError(f"{document} doesn't say {marker!r}")
    section = _SECTION.split(behind, maxsplit=1)[0]
    blocks = [block["code"] for block in _FENCE.finditer(section) if block["language"] == language]
    if len(blocks) < number:
        raise LookupError(f"{document} has no {language} block {number} behind {marker!r}")
    return blocks[number - 1]


def snippets(document: str) -> list[tuple[str, str]]:
    """Return all blocks of ``document``, each with its language."""
    text = (ROOT / document).read_text(encoding="utf-8")
    return [(block["language"], block["code"]) for block in _FENCE.finditer(text)]
