"""`xml.sax` parses XML that may have been written to exhaust the machine.

## Why it matters
SAX keeps no tree, but your handler still receives every character that entities expand to: a few hundred bytes can mean
gigabytes of calls ("billion laughs").  Before Python 3.7.1, or with `feature_external_ges` switched on, the parser
also reads the local files and internal addresses that a document names.  Assistants choose SAX for large files, which
are often just the ones that come from others.

## How to fix it
`defusedxml` takes the same handlers and refuses entities and external references:

    import defusedxml.sax

    defusedxml.sax.parse(upload, handler)

## When it is fine
For files of your own, and where you make sure of Expat 2.7.2 or later (`pyexpat.EXPAT_VERSION`).

## References
- [Python: XML security](https://docs.python.org/3/library/xml.html#xml-security)
- [Python: xml.sax](https://docs.python.org/3/library/xml.sax.html)
- [defusedxml](https://github.com/tiran/defusedxml)
- [Bandit: B317](https://bandit.readthedocs.io/en/latest/blacklists/blacklist_calls.html#b313-b319-xml)
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
    id="B317",
    name="xml-bad-sax",
    cwe=Cwe(20),
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    message="Hostile XML can flood this SAX parser with expanded entities; if others write it, use `defusedxml.sax`.",
    bad=(
        Example(
            "import xml.sax\n\nxml.sax.parse(upload, handler)\n",
            "import defusedxml.sax\n\ndefusedxml.sax.parse(upload, handler)\n",
        ),
        Example(
            "from xml.sax import make_parser\n\nparser = make_parser()\nparser.setContentHandler(handler)\n",
            ("from defusedxml.sax import make_parser\n\nparser = make_parser()\nparser.setContentHandler(handler)\n"),
        ),
    ),
    good=(
        "import defusedxml.sax\n\ndefusedxml.sax.parse(upload, handler)\n",
        "from xml.sax.saxutils import escape\n\ncell = f'<td>{escape(name)}</td>'\n",
    ),
    fix=fix,
    matters=left_to_vetline,
)
