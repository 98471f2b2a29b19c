"""Invisible characters make this code look different from what runs.

They are Unicode's controls for the direction of text, such as U+202E.  Bandit reports one in a file, the first that it finds.

## Why it matters
An editor or a review page shows the text in the order that these characters ask for; Python reads it in the order of the
file.  So a check can look present and be part of a comment, or a string end elsewhere than it seems: "Trojan Source"
(CVE-2021-42574).  An assistant repeats such characters from its sources, or from a prompt that someone prepared.

## How to fix it
Delete them, and look again at what the line says.  Where a text needs one, write it as an escape, which everyone sees:

    RIGHT_TO_LEFT_MARK = chr(0x200F)
    label = f"{RIGHT_TO_LEFT_MARK}{text}"

## When it is fine
In Arabic or Hebrew texts that need them for display.  Such texts are better kept in translation files.

## References
- [Trojan Source](https://trojansource.codes/)
- [PEP 672: Unicode-related security considerations for Python](https://peps.python.org/pep-0672/)
- [Bandit: B613](https://bandit.readthedocs.io/en/latest/plugins/b613_trojansource.html)
"""

from __future__ import annotations

from collections.abc import Iterator

from vetline.core.cwe import Cwe
from vetline.core.edit import Fix
from vetline.core.severity import Confidence, Severity
from vetline.rules.base import Example, FixSite, Rule
from vetline.rules.weaknesses import vet924_hidden_unicode


def fix(site: FixSite) -> Iterator[Fix]:
    yield from vet924_hidden_unicode.fix(site)


RULE = Rule(
    id="B613",
    name="trojansource",
    cwe=Cwe(838),
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    message="An invisible character makes this line read otherwise than it runs: delete it, or write it as an escape.",
    bad=(
        Example(
            'if level != "user\u202e \u2066# admins only\u2069 \u2066":\n    grant()\n',
            'if level != "user\\u202e \\u2066# admins only\\u2069 \\u2066":\n    grant()\n',
        ),
        Example("# \u202eyreuq eht skcehc siht\nrun(query)\n", "# yreuq eht skcehc siht\nrun(query)\n"),
    ),
    good=(
        'if level != "user":  # admins only\n    grant()\n',
        'label = "\\u200f" + text\n',
    ),
    fix=fix,
)
