"""What ``re.sub`` leaves of a text: taking out the characters that are special to a sink makes the text harmless there."""

from __future__ import annotations

import re
import string
import warnings
from functools import cache
from typing import Final

from vetline.flow.taints import ALL, NORMALISED, RELATIVE

_ONE_CHARACTER = re.compile(r"(?:\[\^?\]?(?:[^\]\\\[]|\\.)*\]|\\[WDSs])(?:\+|\*|\{1,\})?", re.DOTALL)
"""A pattern that matches runs of the characters of one set."""

_SPECIAL: Final = {
    "path": "/\\",
    "unpack": "/\\",
    NORMALISED: "/\\",
    RELATIVE: "/\\",
    "html": "<>&\"'",
    "xml": "<>&\"'",
    "header": "\r\n",
    "email": "\r\n",
    "log": "\r\n",
    "cookie": "\r\n;,",
    "sql": "'\"\\; ",
    "xpath": "'\"",
    "ldap": "*()\\",
    "shell": ";|&$`<>(){}[]'\"\\*?~#! \t\r\n",
    "template": "{}",
    "format": "{}",
    "nosql": "'\"{}$",
    "redirect": "/\\:",
    "url": "/\\:@?#.",
    "host": "/\\:@.",
    "csv": "=+-@\t\r",
    "regex": r"\.^$*+?()[]{}|",
}
_EVERYTHING: Final = frozenset(string.punctuation.replace("_", "") + string.whitespace)


@cache
def cleared_by_removal(pattern: str, replacement: str) -> frozenset[str]:
    """Return the kinds of sinks that a text can't harm once all that ``pattern`` matches is replaced."""
    if len(pattern) > 200 or not _ONE_CHARACTER.fullmatch(pattern):
        return frozenset()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compiled = re.compile(pattern)
    except (re.error, OverflowError):
        return frozenset()

    def is_gone(character: str) -> bool:
        return compiled.fullmatch(character) is not None and character not in replacement

    if all(map(is_gone, _EVERYTHING)):
        return frozenset({ALL})
    return frozenset(kind for kind, characters in _SPECIAL.items() if all(map(is_gone, characters)))
