"""An SSH client that accepts any host key talks to whoever answers.

## Why it matters
The host key is all that tells the real server from someone between you and it.  With `AutoAddPolicy` or `WarningPolicy`,
a stranger who redirects the connection gets the password and every command and file.  Assistants add
`AutoAddPolicy` to nearly every Paramiko example, because the first connection fails without a known key.

## How to fix it
Load the keys that are known, and let the default policy reject the rest:

    client = paramiko.SSHClient()
    client.load_system_host_keys()
    client.load_host_keys("known_hosts")
    client.connect(host, username=user)

Put the server's key there once, from a source that you trust (`ssh-keyscan`, compared with what the console shows).

## When it is fine
For a machine that was just made and is reached over a private network, in a test.

## References
- [Paramiko: SSHClient and host key policies](https://docs.paramiko.org/en/stable/api/client.html)
- [Bandit: B507](https://bandit.readthedocs.io/en/latest/plugins/b507_ssh_no_host_key_verification.html)
"""

from __future__ import annotations

from collections.abc import Iterator

from vetline.core.cwe import Cwe
from vetline.core.edit import Fix
from vetline.core.severity import Confidence, Severity
from vetline.rules.base import Example, FixSite, Rule
from vetline.rules.superseded import left_to_vetline
from vetline.rules.weaknesses import vet401_tls_verification_off


def fix(site: FixSite) -> Iterator[Fix]:
    yield from vet401_tls_verification_off.fix(site)


RULE = Rule(
    id="B507",
    name="ssh-no-host-key-verification",
    cwe=Cwe(295),
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    message="This trusts whatever server answers: load known host keys and keep Paramiko's default policy.",
    bad=(
        Example(
            "import paramiko\n\n"
            "client = paramiko.SSHClient()\n"
            "client.set_missing_host_key_policy(paramiko.AutoAddPolicy())\n"
            "client.connect(host)\n",
            (
                "import paramiko\n\nclient = paramiko.SSHClient()\nclient.load_system_host_keys()\n"
                "client.set_missing_host_key_policy(paramiko.RejectPolicy())\nclient.connect(host)\n"
            ),
        ),
        Example(
            "from paramiko import SSHClient, WarningPolicy\n\n"
            "with SSHClient() as client:\n"
            "    client.set_missing_host_key_policy(WarningPolicy)\n",
            (
                "import paramiko\nfrom paramiko import SSHClient, WarningPolicy\n\n"
                "with SSHClient() as client:\n    client.load_system_host_keys()\n"
                "    client.set_missing_host_key_policy(paramiko.RejectPolicy())\n"
            ),
        ),
    ),
    good=(
        "import paramiko\n\nclient = paramiko.SSHClient()\nclient.load_system_host_keys()\nclient.connect(host)\n",
        (
            "from paramiko import RejectPolicy, SSHClient\n\n"
            "with SSHClient() as client:\n"
            '    client.load_host_keys("known_hosts")\n'
            "    client.set_missing_host_key_policy(RejectPolicy())\n"
        ),
    ),
    fix=fix,
    matters=left_to_vetline,
)
