"""minidom reads a whole document into memory and expands its entities.

The import alone is no weakness, so Vetline shows it as a hint: parsing XML that somebody else wrote is.

## Why it matters
With an old Expat library, nested entities grow a few hundred bytes to gigabytes before your code sees a single node, and
one request stops the service.  Assistants use `minidom` for `toprettyxml`, and then parse foreign XML with it as well.

## How to fix it
Parse with defusedxml, which refuses entities.  The result is an ordinary `minidom` document:

    from defusedxml.minidom import parseString

    document = parseString(request.data)

To indent XML that you built, no parser is needed: `xml.etree.ElementTree.indent` does it in place.

## When it is fine
To build or indent XML of your own, or with an Expat (`pyexpat.EXPAT_VERSION`) that is up to date.

## References
- [Python: xml.dom.minidom](https://docs.python.org/3/library/xml.dom.minidom.html)
- [Python: XML security](https://docs.python.org/3/library/xml.html#xml-security)
- [defusedxml](https://github.com/tiran/defusedxml)
- [Bandit: B408](https://bandit.readthedocs.io/en/latest/blacklists/blacklist_imports.html#b408-import-xml-minidom)
"""

from __future__ import annotations

from collections.abc import Iterator

from vetline.core.cwe import Cwe
from vetline.core.edit import Fix
from vetline.core.severity import Confidence, Severity
from vetline.rules.base import Example, FixSite, Rule
from vetline.rules.defused import import_defused
from vetline.rules.superseded import left_to_vetline


def fix(site: FixSite) -> Iterator[Fix]:
    yield from import_defused(site)


RULE = Rule(
    id="B408",
    name="import-xml-minidom",
    cwe=Cwe(20),
    severity=Severity.LOW,
    confidence=Confidence.HIGH,
    message="Importing minidom is harmless, but parse XML from outside with defusedxml.minidom.",
    bad=(
        Example("import xml.dom.minidom\n", "import defusedxml.minidom\n"),
        Example("from xml.dom import minidom\n", "from defusedxml import minidom\n"),
        Example("from xml.dom.minidom import parseString\n", "from defusedxml.minidom import parseString\n"),
    ),
    good=(
        "import defusedxml.minidom\n",
        "from defusedxml.minidom import parseString\n",
    ),
    fix=fix,
    matters=left_to_vetline,
)
