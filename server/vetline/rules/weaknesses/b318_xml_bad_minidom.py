"""`xml.dom.minidom` builds a whole DOM tree of XML that may have been written to exhaust memory.

## Why it matters
The tree takes many times the memory of the text, and entities can make the text of a small document very large
("billion laughs"): one upload stops the service.  Whether that works depends on the Expat library in use; versions
before 2.7.2 have known weaknesses of this kind.  Assistants use `minidom` above all to indent XML.

## How to fix it
Parse with `defusedxml`, which returns the same kind of document and refuses entities:

    from defusedxml import minidom

    document = minidom.parseString(body)

To indent a tree that you have built, no parser is needed: `xml.etree.ElementTree.indent(root)`.

## When it is fine
For XML that your own program has just produced.

## References
- [Python: XML security](https://docs.python.org/3/library/xml.html#xml-security)
- [Python: ElementTree.indent](https://docs.python.org/3/library/xml.etree.elementtree.html#xml.etree.ElementTree.indent)
- [defusedxml](https://github.com/tiran/defusedxml)
- [Bandit: B318](https://bandit.readthedocs.io/en/latest/blacklists/blacklist_calls.html#b313-b319-xml)
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
    id="B318",
    name="xml-bad-minidom",
    cwe=Cwe(20),
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    message="Hostile XML can exhaust memory in this DOM parser; if others write it, use `defusedxml.minidom`.",
    bad=(
        Example(
            "from xml.dom import minidom\n\nprint(minidom.parseString(body).toprettyxml())\n",
            "from defusedxml import minidom\n\nprint(minidom.parseString(body).toprettyxml())\n",
        ),
        Example(
            "from xml.dom.minidom import parse\n\ndocument = parse(upload)\n",
            "from defusedxml.minidom import parse\n\ndocument = parse(upload)\n",
        ),
    ),
    good=(
        "from defusedxml import minidom\n\nprint(minidom.parseString(body).toprettyxml())\n",
        "import xml.etree.ElementTree as ET\n\nET.indent(root)\nprint(ET.tostring(root, encoding='unicode'))\n",
    ),
    fix=fix,
    matters=left_to_vetline,
)
