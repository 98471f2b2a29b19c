"""XML-RPC parses XML straight from the network, and unpacks it before.

The import alone is no weakness, so Vetline shows it as a hint.

## Why it matters
Whoever answers your call, or calls your server, sends the XML.  Nested entities exhaust the memory where the Expat
library is old, and a small gzip body unpacks to a huge one.  `SimpleXMLRPCServer` also asks nobody for a password.
Assistants use it as the shortest way to call a function on another machine.

## How to fix it
For something new, take JSON over HTTPS.  To talk to a service that speaks only XML-RPC, patch the module before the first
call; the parser then refuses entities, and unpacking stops at 30 MiB:

    from defusedxml.xmlrpc import monkey_patch

    monkey_patch()

## When it is fine
After `monkey_patch()`, or when both ends are yours and nobody else reaches them.

## References
- [Python: xmlrpc.client](https://docs.python.org/3/library/xmlrpc.client.html)
- [Python: XML security](https://docs.python.org/3/library/xml.html#xml-security)
- [defusedxml](https://github.com/tiran/defusedxml)
- [Bandit: B411](https://bandit.readthedocs.io/en/latest/blacklists/blacklist_imports.html#b411-import-xmlrpclib)
"""

from __future__ import annotations

from collections.abc import Iterator

from vetline.core.cwe import Cwe
from vetline.core.edit import Fix
from vetline.core.severity import Confidence, Severity
from vetline.rules.base import Example, FixSite, Rule
from vetline.rules.import_swaps import remove_unused


def fix(site: FixSite) -> Iterator[Fix]:
    yield from remove_unused(site)


RULE = Rule(
    id="B411",
    name="import-xmlrpclib",
    cwe=Cwe(20),
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    message="Importing xmlrpc is harmless; before it parses others' XML, call defusedxml.xmlrpc.monkey_patch().",
    bad=(
        Example('import xmlrpc.client\n\nprint("hello")\n', '\nprint("hello")\n'),
        Example("import xmlrpc.client\n", ""),
        Example("from xmlrpc.server import SimpleXMLRPCServer\n", ""),
    ),
    good=(
        "from defusedxml.xmlrpc import monkey_patch\n\nmonkey_patch()\n",
        "import requests\n\nanswer = requests.post(url, json=call, timeout=10).json()\n",
    ),
    fix=fix,
)
