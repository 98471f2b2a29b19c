"""`xml.dom.pulldom` parses XML that may have been written to exhaust the machine.

## Why it matters
Pulling events piece by piece doesn't limit what entities expand to, and `expandNode` builds the whole of it in memory:
a few hundred bytes can become gigabytes ("billion laughs").  Before Python 3.7.1 the parser also fetched external
entities, local files among them.  Assistants choose it for files that are too large for `minidom`.

## How to fix it
`defusedxml` yields the same events and refuses entities and external references:

    from defusedxml import pulldom

    events = pulldom.parse(upload)

## When it is fine
For files of your own, and where you make sure of Expat 2.7.2 or later (`pyexpat.EXPAT_VERSION`).

## References
- [Python: XML security](https://docs.python.org/3/library/xml.html#xml-security)
- [Python: xml.dom.pulldom](https://docs.python.org/3/library/xml.dom.pulldom.html)
- [defusedxml](https://github.com/tiran/defusedxml)
- [Bandit: B319](https://bandit.readthedocs.io/en/latest/blacklists/blacklist_calls.html#b313-b319-xml)
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
    id="B319",
    name="xml-bad-pulldom",
    cwe=Cwe(20),
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    message="Hostile XML can exhaust memory while you pull its events; if others write it, use `defusedxml.pulldom`.",
    bad=(
        Example(
            "from xml.dom import pulldom\n\nevents = pulldom.parse(upload)\n"
            "for event, node in events:\n    if event == pulldom.START_ELEMENT:\n        events.expandNode(node)\n",
            (
                "from xml.dom import pulldom\n\nfrom defusedxml.pulldom import parse\n\n"
                "events = parse(upload)\nfor event, node in events:\n    if event == pulldom.START_ELEMENT:\n"
                "        events.expandNode(node)\n"
            ),
        ),
        Example(
            "import xml.dom.pulldom\n\nevents = xml.dom.pulldom.parseString(body)\n",
            "import defusedxml.pulldom\n\nevents = defusedxml.pulldom.parseString(body)\n",
        ),
    ),
    good=(
        "from defusedxml import pulldom\n\nevents = pulldom.parse(upload)\n",
        "from defusedxml.ElementTree import iterparse\n\nfor event, element in iterparse(upload):\n    store(element)\n",
    ),
    fix=fix,
    matters=left_to_vetline,
)
