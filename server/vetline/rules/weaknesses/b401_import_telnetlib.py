"""Telnet sends everything in clear text, the password included.

The import alone is no weakness, so Vetline shows it as a hint: the connection that follows is what matters.

## Why it matters
Anyone on the path reads the login and every command, and can change them unnoticed.  The module is at its end as well:
deprecated in Python 3.11, removed in 3.13.  Assistants still offer it, because years of examples for routers and
switches use it.

## How to fix it
Speak SSH.  For network devices, Netmiko has much the same shape as `telnetlib`:

    from netmiko import ConnectHandler

    with ConnectHandler(
        device_type="cisco_ios",
        host=host,
        username=user,
        password=password,
        ssh_strict=True,
        system_host_keys=True,
    ) as device:
        version = device.send_command("show version")

Without `ssh_strict=True` Netmiko accepts any host key.

## When it is fine
For a device that knows nothing else, on a network that nobody else reaches.  Bandit compares the start of the name, so
`import telnetlib3` is reported too.

## References
- [PEP 594: telnetlib](https://peps.python.org/pep-0594/#telnetlib)
- [Bandit: B401](https://bandit.readthedocs.io/en/latest/blacklists/blacklist_imports.html#b401-import-telnetlib)
"""

from __future__ import annotations

from collections.abc import Iterator

from vetline.core.cwe import Cwe
from vetline.core.edit import Fix
from vetline.core.severity import Confidence, Severity
from vetline.rules.base import Example, FixSite, Rule
from vetline.rules.import_swaps import remove_unused
from vetline.rules.superseded import left_to_vetline


def fix(site: FixSite) -> Iterator[Fix]:
    yield from remove_unused(site)


RULE = Rule(
    id="B401",
    name="import-telnetlib",
    cwe=Cwe(319),
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    message="Importing telnetlib is harmless, but Telnet sends passwords in clear text: connect by SSH.",
    bad=(
        Example('import telnetlib\n\nprint("hello")\n', '\nprint("hello")\n'),
        Example("import telnetlib\n", ""),
        Example("from telnetlib import Telnet\n", ""),
    ),
    good=(
        "import paramiko\n",
        "from netmiko import ConnectHandler\n",
    ),
    fix=fix,
    matters=left_to_vetline,
)
