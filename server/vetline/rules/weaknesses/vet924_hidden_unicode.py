"""Characters that nobody sees, or that look like others, make code read otherwise than it runs.

It looks at the whole text, comments and strings included, for controls of the direction of text, for characters without
width, for Unicode's tag characters, for terminal control codes, and for names with letters of another script that look like
Latin ones.

## Why it matters
An editor or a review page shows text in the order that bidirectional controls ask for; Python reads it in the order of the
file.  So a check can look present and be part of a comment ("Trojan Source", CVE-2021-42574).  Two names that look the same can
be two functions, one of which checks nothing.  Invisible characters also carry messages that only a language model reads:
whoever plants them in a file gives orders to the next assistant that opens it.  Assistants repeat such characters from their
sources, or from a prompt that someone prepared.

## How to fix it
Delete the character, and look again at what the line says.  Where a text needs one, write it as an escape, which everyone sees:

    RIGHT_TO_LEFT_MARK = "\\u200f"
    label = f"{RIGHT_TO_LEFT_MARK}{text}"

Spell names in one script.

## When it is fine
In Arabic or Hebrew texts that need the marks for display.  Such texts are better kept in translation files.

## References
- [Trojan Source](https://trojansource.codes/)
- [Unicode: source code handling, UTS #55](https://www.unicode.org/reports/tr55/)
- [PEP 672: Unicode-related security considerations for Python](https://peps.python.org/pep-0672/)
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from vetline.core.cwe import Cwe
from vetline.core.edit import Applicability, Fix, TextEdit
from vetline.core.location import Position, Range
from vetline.core.severity import Confidence, Severity
from vetline.rules.base import Example, FixSite, Rule, TextCheck
from vetline.rules.hidden_text import concerns, find


def _string_around(place: Range, site: FixSite) -> str | None:
    """Return the prefix of the string literal that a place is in; None if it's in none."""
    for statement in site.statements:
        for node in ast.walk(statement):
            match node:
                case ast.Constant(value=str() | bytes()) | ast.JoinedStr():
                    whole = site.range_of(node)
                    if whole.start <= place.start and place.end <= whole.end:
                        source = site.text_of(node)
                        return source[: len(source) - len(source.lstrip("rRbBuUfF"))]
    return None


def _escape(character: str) -> str:
    code = ord(character)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def fix(site: FixSite) -> Iterator[Fix]:
    places = _places(site)
    texts = [_string_around(place, site) for place in places]
    if not places or any(text is not None and {"r", "b"} & set(text.lower()) for text in texts):
        return
    deleted = tuple(TextEdit(place, "") for place in places)
    if any(text is not None for text in texts):
        edits = [
            TextEdit(place, "" if text is None else "".join(map(_escape, site.text_in(place))))
            for place, text in zip(places, texts, strict=True)
        ]
        yield Fix("Write it as an escape", tuple(edits), Applicability.SAFE)
        note = "The text is another one then, that reads as it is."
        yield Fix("Delete it", deleted, Applicability.REVIEW, note)
    else:
        yield Fix("Delete it", deleted, Applicability.SAFE)


_BIDIRECTIONAL = re.compile("[\u202a-\u202e\u2066-\u2069]+")


def _places(site: FixSite) -> list[Range]:
    """Return where the characters stand: those that turn text around work together, so all of a line."""
    place = site.finding.range
    start = Position(place.start.line, 0)
    row = site.rest_of_line(start)
    found = [Range(Position(start.line, m.start()), Position(start.line, m.end())) for m in _BIDIRECTIONAL.finditer(row)]
    run = site.text_in(place)
    if found and (_BIDIRECTIONAL.search(run) or not run.strip()):
        return found
    return [] if run.isidentifier() or (run.isascii() and run.isprintable()) else [place]


RULE = Rule(
    id="VET924",
    name="hidden-unicode",
    cwe=Cwe(838),
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    message="A character that can't be seen makes this line read otherwise than it runs: delete it, or write it as an escape.",
    bad=(
        Example(
            'if level != "user\u202e \u2066# admins only\u2069 \u2066":\n    grant()\n',
            'if level != "user\\u202e \\u2066# admins only\\u2069 \\u2066":\n    grant()\n',
        ),
        Example("# \u202eyreuq eht skcehc siht\nrun(query)\n", "# yreuq eht skcehc siht\nrun(query)\n"),
        Example('ROLES = {"admin", "ad\u200bmin"}\n', 'ROLES = {"admin", "ad\\u200bmin"}\n'),
        Example(
            "def is_admin(user):\n    return user.role == 'admin'\n\n\ndef is_\u0430dmin(user):\n    return True\n\n\n"
            "def drop(user):\n    if is_\u0430dmin(user):\n        erase()\n"
        ),
        Example(
            "# Formats dates.\U000e0044\U000e0065\U000e006c\U000e0065\U000e0074\U000e0065\nimport datetime\n",
            "# Formats dates.\nimport datetime\n",
        ),
        Example("def check(user, \u3164=None):\n    return \u3164 or user.is_admin\n"),
        Example(
            'TOKEN = "\u2062\u2064\u2062\u2062\u2064\u2063\u2062\u2062\u2064"\n',
            'TOKEN = "\\u2062\\u2064\\u2062\\u2062\\u2064\\u2063\\u2062\\u2062\\u2064"\n',
        ),
        Example("# safe\x1b[1A\x1b[2K\nimport os\n", "# safe[1A\x1b[2K\nimport os\n"),
        Example("from flask import Flask, request\n\n\u0440ass\u0430word = request.args['p']\n"),
    ),
    good=(
        'if level != "user":  # admins only\n    grant()\n',
        'label = "\\u200f" + text\n',
        'GREETING = "Gr\u00fc\u00dfe, caf\u00e9, \u4f60\u597d, \u041f\u0440\u0438\u0432\u0435\u0442"\n# \u041a\u043e\u0434\n',
        'HEART = "\u2764\ufe0f"\nFAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467"\n',
        'FLAG = "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f"\nKEY = "1\ufe0f\u20e3"\n',
        "def speed(\u0394x, \u0394t, \u03bc):\n    \u03b1 = \u0394x / \u0394t\n    return \u03b1 * \u03bc\n",
        'PERSIAN = "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645"\nHINDI = "\u0915\u094d\u200d\u0937"\n',
        "\u0446\u0435\u043d\u0430 = 3\n\u0438\u043c\u044f = '\u0410\u043d\u043d\u0430'\n",
        "import os\n\x0c\nprint(os.name)\n",
    ),
    text=TextCheck(concerns, find),
    fix=fix,
    supersedes=frozenset({"B613"}),
)
