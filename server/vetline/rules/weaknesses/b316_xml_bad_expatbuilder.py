"""`xml.dom.expatbuilder` builds a whole DOM tree of whatever the document expands to.

## Why it matters
The tree is held in memory, many times the size of the text, and entities can make a small document's text very large:
one request then takes all of a server's memory.  The module is the undocumented inside of `minidom`; assistants
seldom write it, but it comes with code copied from older projects.

## How to fix it
`defusedxml` has the same two functions and refuses entities:

    from defusedxml import expatbuilder

    document = expatbuilder.parseString(body)

New code is better off with `defusedxml.ElementTree`, which is smaller and faster.

## When it is fine
For documents of your own.

## References
- [Python: XML security](https://docs.python.org/3/library/xml.html#xml-security)
- [defusedxml](https://github.com/tiran/defusedxml)
- [Bandit: B316](https://bandit.readthedocs.io/en/latest/blacklists/blacklist_calls.html#b313-b319-xml)
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
    id="B316",
    name="xml-bad-expatbuilder",
    cwe=Cwe(20),
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    message="Hostile XML can exhaust memory in this DOM builder; use `defusedxml.expatbuilder`.",
    bad=(
        Example(
            "from xml.dom import expatbuilder\n\ndocument = expatbuilder.parseString(body)\n",
            "from defusedxml import expatbuilder\n\ndocument = expatbuilder.parseString(body)\n",
        ),
        Example(
            ("from xml.dom.expatbuilder import parse\n\nwith open(path, 'rb') as file:\n    document = parse(file)\n"),
            ("from defusedxml.expatbuilder import parse\n\nwith open(path, 'rb') as file:\n    document = parse(file)\n"),
        ),
    ),
    good=(
        "from defusedxml import expatbuilder\n\ndocument = expatbuilder.parseString(body)\n",
        "import defusedxml.ElementTree as ET\n\ntree = ET.parse(path)\n",
    ),
    fix=fix,
    matters=left_to_vetline,
)
