"""ElementTree expands the entities of whatever XML it parses.

The import alone is no weakness, so Vetline shows it as a hint: parsing XML that somebody else wrote is.

## Why it matters
Entities that refer to entities turn a few hundred bytes into gigabytes of memory (the "billion laughs" attack), and one
request stops the service.  Recent versions of the Expat library limit the expansion, but a Python that uses the
system's library may have an older one.  Assistants write `import xml.etree.ElementTree as ET` by habit, wherever XML
comes up.

## How to fix it
Parse with defusedxml, which refuses entities; the functions have the same names:

    from defusedxml.ElementTree import fromstring

    order = fromstring(request.data)

It offers parsing only.  Go on building XML with `xml.etree.ElementTree`.

## When it is fine
To build XML, to parse files of your own, or with an Expat (`pyexpat.EXPAT_VERSION`) that is up to date.

## References
- [Python: XML security](https://docs.python.org/3/library/xml.html#xml-security)
- [defusedxml](https://github.com/tiran/defusedxml)
- [Bandit: B405](https://bandit.readthedocs.io/en/latest/blacklists/blacklist_imports.html#b405-import-xml-etree)
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
    id="B405",
    name="import-xml-etree",
    cwe=Cwe(20),
    severity=Severity.LOW,
    confidence=Confidence.HIGH,
    message="Importing ElementTree is harmless, but parse XML from outside with defusedxml.ElementTree.",
    bad=(
        Example("import xml.etree.ElementTree as ET\n", "import defusedxml.ElementTree as ET\n"),
        Example("from xml.etree.ElementTree import fromstring\n", "from defusedxml.ElementTree import fromstring\n"),
        Example("from xml.etree import ElementTree\n", "from defusedxml import ElementTree\n"),
    ),
    good=(
        "import defusedxml.ElementTree as ET\n",
        "from defusedxml.ElementTree import fromstring\n",
    ),
    fix=fix,
    matters=left_to_vetline,
)
