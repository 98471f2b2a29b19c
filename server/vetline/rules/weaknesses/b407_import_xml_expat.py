"""The Expat builder expands the entities of whatever XML it parses.

The import alone is no weakness, so Vetline shows it as a hint: parsing XML that somebody else wrote is.

## Why it matters
`xml.dom.expatbuilder` is the undocumented machinery behind `minidom`.  With an old Expat library, nested entities grow a
short document to gigabytes, and one request stops the service.  It turns up where an assistant repeats code that once
worked around something in `minidom`.

## How to fix it
Parse with defusedxml, which refuses entities:

    from defusedxml.minidom import parseString

    document = parseString(request.data)

`defusedxml.expatbuilder` has the builder's own functions, `parse` and `parseString`, should you need them.

## When it is fine
To parse files of your own, or with an Expat (`pyexpat.EXPAT_VERSION`) that is up to date.

## References
- [Python: XML security](https://docs.python.org/3/library/xml.html#xml-security)
- [defusedxml](https://github.com/tiran/defusedxml)
- [Bandit: B407](https://bandit.readthedocs.io/en/latest/blacklists/blacklist_imports.html#b407-import-xml-expat)
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
    id="B407",
    name="import-xml-expat",
    cwe=Cwe(20),
    severity=Severity.LOW,
    confidence=Confidence.HIGH,
    message="Importing expatbuilder is harmless, but parse XML from outside with defusedxml.minidom.",
    bad=(
        Example("import xml.dom.expatbuilder\n", "import defusedxml.expatbuilder\n"),
        Example("from xml.dom import expatbuilder\n", "from defusedxml import expatbuilder\n"),
        Example("from xml.dom.expatbuilder import parseString\n", "from defusedxml.expatbuilder import parseString\n"),
    ),
    good=(
        "from defusedxml import expatbuilder\n",
        "from defusedxml.minidom import parseString\n",
    ),
    fix=fix,
    matters=left_to_vetline,
)
