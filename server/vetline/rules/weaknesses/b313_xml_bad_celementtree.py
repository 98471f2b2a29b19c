"""`xml.etree.cElementTree` is the removed name of a parser that hostile XML can exhaust.

## Why it matters
A document of a few hundred bytes can declare entities that expand to gigabytes ("billion laughs"); Expat resists this
only in recent versions.  The module itself is gone: it was deprecated in Python 3.3 and removed in 3.9, so the import
fails on any Python in support today.  Assistants write it because it was the fast variant for many years.

## How to fix it
`defusedxml` refuses entities.  Its own `cElementTree` is deprecated as well, so take `ElementTree`:

    import defusedxml.ElementTree as ET

    root = ET.fromstring(body)

## When it is fine
In code for old Pythons that reads only documents of your own.

## References
- [Python: XML security](https://docs.python.org/3/library/xml.html#xml-security)
- [defusedxml](https://github.com/tiran/defusedxml)
- [Bandit: B313](https://bandit.readthedocs.io/en/latest/blacklists/blacklist_calls.html#b313-b319-xml)
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
    id="B313",
    name="xml-bad-celementtree",
    cwe=Cwe(20),
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    message="`cElementTree` left Python in 3.9, and hostile XML can exhaust memory; use `defusedxml.ElementTree`.",
    bad=(
        Example(
            "import xml.etree.cElementTree as ET\n\nroot = ET.fromstring(body)\n",
            "import defusedxml.ElementTree as ET\n\nroot = ET.fromstring(body)\n",
        ),
        Example(
            ("from xml.etree.cElementTree import iterparse\n\nfor event, element in iterparse(path):\n    store(element)\n"),
            ("from defusedxml.ElementTree import iterparse\n\nfor event, element in iterparse(path):\n    store(element)\n"),
        ),
    ),
    good=(
        "import defusedxml.ElementTree as ET\n\nroot = ET.fromstring(body)\n",
        "from defusedxml.ElementTree import iterparse\n\nfor event, element in iterparse(path):\n    store(element)\n",
    ),
    fix=fix,
    matters=left_to_vetline,
)
