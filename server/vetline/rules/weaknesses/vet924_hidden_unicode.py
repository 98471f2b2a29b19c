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

from vetline.core.cwe import Cwe
from vetline.core.severity import Confidence, Severity
from vetline.rules.base import Example, Rule, TextCheck
from vetline.rules.hidden_text import concerns, find

RULE = Rule(
    id="VET924",
    name="hidden-unicode",
    cwe=Cwe(838),
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    message="A character that can't be seen makes this line read otherwise than it runs: delete it, or write it as an escape.",
    bad=(
        Example('if level != "user\u202e \u2066# admins only\u2069 \u2066":\n    grant()\n'),
        Example("# \u202eyreuq eht skcehc siht\nrun(query)\n"),
        Example('ROLES = {"admin", "ad\u200bmin"}\n'),
        Example(
            "def is_admin(user):\n    return user.role == 'admin'\n\n\ndef is_\u0430dmin(user):\n    return True\n\n\n"
            "def drop(user):\n    if is_\u0430dmin(user):\n        erase()\n"
        ),
        Example("# Formats dates.\U000e0044\U000e0065\U000e006c\U000e0065\U000e0074\U000e0065\nimport datetime\n"),
        Example("def check(user, \u3164=None):\n    return \u3164 or user.is_admin\n"),
        Example('TOKEN = "\u2062\u2064\u2062\u2062\u2064\u2063\u2062\u2062\u2064"\n'),
        Example("# safe\x1b[1A\x1b[2K\nimport os\n"),
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
    why_no_fix="A person has to look at what the line says without the character; deleting it unseen would hide the trick.",
    supersedes=frozenset({"B613"}),
)
