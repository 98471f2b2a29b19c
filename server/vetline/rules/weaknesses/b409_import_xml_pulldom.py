"""pulldom follows the entities of the XML that it reads.

The import alone is no weakness, so Vetline shows it as a hint: parsing XML that somebody else wrote is.

## Why it matters
`pulldom` reads through a SAX parser.  With an old Expat library, nested entities grow a short document to gigabytes; and
before Python 3.7.1, or with `feature_external_ges` switched on, the document's author reads files of the server.
Assistants suggest `pulldom` for large files, which are just the ones that come from elsewhere.

## How to fix it
Parse with defusedxml, which refuses both; the functions have the same names:

    from defusedxml.pulldom import parse

    for event, node in parse(upload):
        ...

The event names (`START_ELEMENT` and so on) stay in `xml.dom.pulldom`.

## When it is fine
To parse files of your own, or for the event names alone.

## References
- [Python: xml.dom.pulldom](https://docs.python.org/3/library/xml.dom.pulldom.html)
- [Python: XML security](https://docs.python.org/3/library/xml.html#xml-security)
- [defusedxml](https://github.com/tiran/defusedxml)
- [Bandit: B409](https://bandit.readthedocs.io/en/latest/blacklists/blacklist_imports.html#b409-import-xml-pulldom)
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
    id="B409",
    name="import-xml-pulldom",
    cwe=Cwe(20),
    severity=Severity.LOW,
    confidence=Confidence.HIGH,
    message="Importing pulldom is harmless, but parse XML from outside with defusedxml.pulldom.",
    bad=(
        Example("import xml.dom.pulldom\n", "import defusedxml.pulldom\n"),
        Example("from xml.dom import pulldom\n", "from defusedxml import pulldom\n"),
        Example("from xml.dom.pulldom import parse\n", "from defusedxml.pulldom import parse\n"),
    ),
    good=(
        "import defusedxml.pulldom\n",
        "from defusedxml.pulldom import parse\n",
    ),
    fix=fix,
    matters=left_to_vetline,
)
