"""`xml.etree.ElementTree` parses XML that may have been written to exhaust memory.

## Why it matters
A document of a few hundred bytes can declare entities that expand to gigabytes ("billion laughs"), and one upload then
stops the service.  Whether that works depends on the Expat library that Python was built with: versions before 2.7.2
have known weaknesses of this kind, and many systems bring their own Expat.  Assistants use this module for every XML
task, since it is in the standard library.

## How to fix it
`defusedxml` offers the same functions and raises an exception for entities:

    import defusedxml.ElementTree as ET

    root = ET.fromstring(body)

To *build* XML, go on using `xml.etree.ElementTree`.

## When it is fine
For files of your own, and where you make sure of a recent Expat (`pyexpat.EXPAT_VERSION`) and limit the input's size.

## References
- [Python: XML security](https://docs.python.org/3/library/xml.html#xml-security)
- [defusedxml](https://github.com/tiran/defusedxml)
- [Bandit: B314](https://bandit.readthedocs.io/en/latest/blacklists/blacklist_calls.html#b313-b319-xml)
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
    id="B314",
    name="xml-bad-elementtree",
    cwe=Cwe(20),
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    message="Hostile XML can exhaust memory in this parser; if others write it, use `defusedxml.ElementTree`.",
    bad=(
        Example(
            "import xml.etree.ElementTree as ET\n\nroot = ET.fromstring(request.data)\n",
            "import defusedxml.ElementTree as ET\n\nroot = ET.fromstring(request.data)\n",
        ),
        Example(
            "from xml.etree.ElementTree import parse\n\ntree = parse(upload)\n",
            "from defusedxml.ElementTree import parse\n\ntree = parse(upload)\n",
        ),
    ),
    good=(
        "import defusedxml.ElementTree as ET\n\nroot = ET.fromstring(request.data)\n",
        "import xml.etree.ElementTree as ET\n\nroot = ET.Element('feed')\ntext = ET.tostring(root, encoding='unicode')\n",
    ),
    fix=fix,
    matters=left_to_vetline,
)
