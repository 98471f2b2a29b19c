"""`0.0.0.0` makes a server listen on every network that the machine is connected to.

## Why it matters
A development server, an admin page or a debugger meant for you alone becomes reachable from the office network, the
café's wireless or the internet.  Databases and caches left open in this way are found by scanners within hours.
Assistants write `0.0.0.0` because it is what makes a server in a container reachable, and many examples run in one.

## How to fix it
Listen on the loopback address, and let the deployment say otherwise:

    host = os.environ.get("HOST", "127.0.0.1")
    app.run(host=host, port=8000)

Behind a reverse proxy on the same machine, `127.0.0.1` is all that is needed.

## When it is fine
In a container or virtual machine whose published ports or firewall decide who gets in, and where the text isn't an
address to listen on (a comparison, a default route).

## References
- [Python: socket addresses](https://docs.python.org/3/library/socket.html#socket-families)
- [Bandit: B104](https://bandit.readthedocs.io/en/latest/plugins/b104_hardcoded_bind_all_interfaces.html)
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from vetline.core.cwe import Cwe
from vetline.core.edit import Fix
from vetline.core.severity import Confidence, Severity
from vetline.rules.base import CheckContext, Example, FixSite, Rule
from vetline.rules.purpose import words_for
from vetline.rules.surroundings import ancestors, name_of
from vetline.rules.weaknesses import vet709_bind_all_interfaces

_LISTENING = frozenset(
    "host hosts hostname bind binding listen listener addr address interface ip server serve run start".split()
)

_OF_OTHERS = frozenset("client peer remote src source".split())
"""Words for an address from which somebody comes."""
_SHOWING = ("format", "print", "str", "log", "info", "debug")

_ADDRESSES = frozenset("IPv4Address IPv4Network IPv4Interface ip_address ip_network ip_interface".split())
"""What makes an object of an address, to compare it or to calculate with it."""


def is_listened_on(context: CheckContext, node: ast.AST) -> bool:
    """Tell whether the address is one to listen on, by what it goes to; compared with another one, it isn't."""
    for outer in ancestors(node, context):
        if isinstance(outer, ast.Compare) or (isinstance(outer, ast.Call) and name_of(outer.func) in _ADDRESSES):
            return False
        if isinstance(outer, ast.stmt | ast.arguments):
            break
    if not isinstance(node, ast.expr) or not (found := words_for(node, context)) & _LISTENING:
        return False
    return not found & _OF_OTHERS and not _stands_for_nothing(node, context)


def _stands_for_nothing(node: ast.expr, context: CheckContext) -> bool:
    """Tell whether the address only says, to people, what it means that there is none: it goes into a text or an address."""
    calls = (outer for outer in ancestors(node, context) if isinstance(outer, ast.Call))
    return any(name_of(call.func).startswith(_SHOWING) for call in calls)


def fix(site: FixSite) -> Iterator[Fix]:
    if isinstance(site.node, ast.expr):
        yield from vet709_bind_all_interfaces.listen_locally(site, site.node)


RULE = Rule(
    id="B104",
    name="hardcoded-bind-all-interfaces",
    cwe=Cwe(605),
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    message="`0.0.0.0` accepts connections from every network; bind to 127.0.0.1 unless others must reach this.",
    bad=(
        Example("app.run(host='0.0.0.0', port=8000)\n", "app.run(host='127.0.0.1', port=8000)\n"),
        Example(
            "import socket\n\nserver = socket.socket()\nserver.bind(('0.0.0.0', 8000))\n",
            "import socket\n\nserver = socket.socket()\nserver.bind(('127.0.0.1', 8000))\n",
        ),
    ),
    good=(
        """\
def name_of(scheme, host, port):
    host = format_address(host or "0.0.0.0", port)
    return f"{scheme}://{host}"
""",
        "app.run(host='127.0.0.1', port=8000)\n",
        "import ipaddress\n\nunspecified_address = ipaddress.IPv4Address('0.0.0.0')\n",
        "import os\n\nserver.bind((os.environ.get('HOST', '127.0.0.1'), 8000))\n",
    ),
    fix=fix,
    matters=is_listened_on,
)
