"""`xml.sax.expatreader.create_parser` makes a SAX parser without a limit on what it expands.

## Why it matters
The handler is called for every character that entities expand to, so a small document can keep it busy for hours
("billion laughs").  Before Python 3.7.1 such a parser also fetched external entities: local files and addresses
inside your network.  The function is an inner part of `xml.sax`, which assistants reach for when they want to set
options that `make_parser` doesn't take.

## How to fix it
`defusedxml` has a reader of the same kind that refuses entities and external references:

    from defusedxml.expatreader import create_parser

    parser = create_parser()

## When it is fine
For documents of your own.

## References
- [Python: XML security](https://docs.python.org/3/library/xml.html#xml-security)
- [defusedxml](https://github.com/tiran/defusedxml)
- [Bandit: B315](https://bandit.readthedocs.io/en/latest/blacklists/blacklist_calls.html#b313-b319-xml)
"""

from __future__ import annotations

from collections.abc import Iterator

from vetline.core.cwe import Cwe
from vetline.core.edit import Fix
from vetline.core.severity import Confidence, Severity
from vetline.rules.base import Example, FixSite, Rule
from vetline.rules.defused import parse_defused
from vetline.rules.superseded import left_to_vetline


def fix(site: FixSite) -> Iterator[Fix]:
    yield from parse_defused(site)


RULE = Rule(
    id="B315",
    name="xml-bad-expatreader",
    cwe=Cwe(20),
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    message="Hostile XML can keep this SAX reader busy for hours; use `defusedxml.expatreader`.",
    bad=(
        Example(
            "from xml.sax import expatreader\n\nparser = expatreader.create_parser()\nparser.parse(upload)\n",
            ("from defusedxml import expatreader\n\nparser = expatreader.create_parser()\nparser.parse(upload)\n"),
        ),
        Example(
            "import xml.sax.expatreader\n\nparser = xml.sax.expatreader.create_parser(namespaceHandling=1)\n",
            ("import defusedxml.expatreader\n\nparser = defusedxml.expatreader.create_parser(namespaceHandling=1)\n"),
        ),
    ),
    good=(
        "from defusedxml.expatreader import create_parser\n\nparser = create_parser()\nparser.parse(upload)\n",
        "import defusedxml.sax\n\nparser = defusedxml.sax.make_parser()\n",
    ),
    fix=fix,
    matters=left_to_vetline,
)
