"""SAX parsers follow the entities of the XML that they read.

The import alone is no weakness, so Vetline shows it as a hint: parsing XML that somebody else wrote is.

## Why it matters
With an old Expat library, nested entities grow a short document to gigabytes.  And where external entities are switched
on (`feature_external_ges`; off since Python 3.7.1), the document's author reads files of the server and sends requests
in its name.  Assistants switch the feature on when the text of an entity is missing from the result.

## How to fix it
Parse with defusedxml, which refuses both; the functions have the same names:

    from defusedxml.sax import parse

    parse(upload, handler)

Import `ContentHandler` from `xml.sax.handler` as before.

## When it is fine
To parse files of your own, to define a handler, or for `xml.sax.saxutils.escape`: Bandit reports the whole package, and
these parse nothing.

## References
- [Python: xml.sax](https://docs.python.org/3/library/xml.sax.html)
- [Python: XML security](https://docs.python.org/3/library/xml.html#xml-security)
- [defusedxml](https://github.com/tiran/defusedxml)
- [Bandit: B406](https://bandit.readthedocs.io/en/latest/blacklists/blacklist_imports.html#b406-import-xml-sax)
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
    id="B406",
    name="import-xml-sax",
    cwe=Cwe(20),
    severity=Severity.LOW,
    confidence=Confidence.HIGH,
    message="Importing xml.sax is harmless, but parse XML from outside with defusedxml.sax.",
    bad=(
        Example("import xml.sax\n", "import defusedxml.sax\n"),
        Example("from xml.sax import make_parser\n", "from defusedxml.sax import make_parser\n"),
        Example("from xml import sax\n", "from defusedxml import sax\n"),
    ),
    good=(
        "import defusedxml.sax\n",
        "from defusedxml.sax import parse\n",
    ),
    fix=fix,
    matters=left_to_vetline,
)
