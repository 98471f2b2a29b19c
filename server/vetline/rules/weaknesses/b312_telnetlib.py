"""Telnet sends everything, passwords included, as clear text.

## Why it matters
Anyone on the path between the two machines reads the login and can type commands of their own into the session.
Where it is still used, it often leads to switches, meters and controllers, whose configuration is worth the trouble.
`telnetlib` was deprecated in Python 3.11 and removed in 3.13.  Assistants write it because vendors' manuals show Telnet.

## How to fix it
Use SSH, and know the host's key beforehand:

    client = paramiko.SSHClient()
    client.load_system_host_keys()
    client.connect(host, username="admin")

For network devices, Netmiko and Scrapli wrap their dialects over SSH.

## When it is fine
For a device that knows nothing else, on a network that holds only it and you, or through an encrypted tunnel.

## References
- [Python 3.12: telnetlib](https://docs.python.org/3.12/library/telnetlib.html)
- [Paramiko: client](https://docs.paramiko.org/en/stable/api/client.html)
- [Bandit: B312](https://bandit.readthedocs.io/en/latest/blacklists/blacklist_calls.html#b312-telnetlib)
"""

from __future__ import annotations

from vetline.core.cwe import Cwe
from vetline.core.severity import Confidence, Severity
from vetline.rules.base import Example, Rule
from vetline.rules.superseded import left_to_vetline

RULE = Rule(
    id="B312",
    name="telnetlib",
    cwe=Cwe(319),
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    message="Telnet sends everything, passwords included, as clear text; use SSH.",
    bad=(
        Example("import telnetlib\n\nswitch = telnetlib.Telnet('switch.example.org', 23, timeout=10)\n"),
        Example("from telnetlib import Telnet\n\nwith Telnet(host) as session:\n    session.write(b'show version\\n')\n"),
    ),
    good=(
        (
            "import paramiko\n\nclient = paramiko.SSHClient()\nclient.load_system_host_keys()\n"
            "client.connect('switch.example.org', username='admin')\n"
        ),
        (
            "import asyncssh\n\n\nasync def version(host):\n    async with asyncssh.connect(host) as connection:\n"
            "        return await connection.run('show version', check=True)\n"
        ),
    ),
    why_no_fix="SSH needs a server, keys and a library that this code can't bring along.",
    matters=left_to_vetline,
)
