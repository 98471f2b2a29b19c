"""A file mode that lets other users of the machine write or run the file.

The check looks at `chmod` calls whose mode is a number: write permission for others is the grave case, write permission
for the group or execute permission for either the lesser one.

## Why it matters
Any account on the machine, such as that of a compromised web server, can replace the file.  If it is a script or
configuration that your program reads, that account then acts with your program's rights.  `0o777` is the usual answer
on the web to "permission denied", so assistants repeat it.

## How to fix it
Give the owner what it needs and others nothing:

    os.chmod(path, 0o600)   # a file with secrets
    os.chmod(path, 0o640)   # readable by the group

If another account needs the file, give it to a common group instead of to everybody.

## When it is fine
`0o755` on a program or a directory that everybody on the machine may use and only the owner may change.

## References
- [Python: os.chmod](https://docs.python.org/3/library/os.html#os.chmod)
- [Bandit: B103](https://bandit.readthedocs.io/en/latest/plugins/b103_set_bad_file_permissions.html)
"""

from __future__ import annotations

from collections.abc import Iterator

from vetline.core.cwe import Cwe
from vetline.core.edit import Fix
from vetline.core.severity import Confidence, Severity
from vetline.rules.base import Example, FixSite, Rule
from vetline.rules.superseded import left_to_vetline
from vetline.rules.weaknesses import vet205_loose_permissions


def fix(site: FixSite) -> Iterator[Fix]:
    yield from vet205_loose_permissions.fix(site)


RULE = Rule(
    id="B103",
    name="set-bad-file-permissions",
    cwe=Cwe(732),
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    message="This mode lets other users of the machine change or run the file; 0o600 or 0o640 is usually enough.",
    bad=(
        Example("import os\n\nos.chmod('/srv/app/deploy.sh', 0o777)\n", "import os\n\nos.chmod('/srv/app/deploy.sh', 0o700)\n"),
        Example("import os\n\nos.fchmod(handle.fileno(), 0o660)\n", "import os\n\nos.fchmod(handle.fileno(), 0o600)\n"),
    ),
    good=(
        "import os\n\nos.chmod('/srv/app/secrets.toml', 0o600)\n",
        "import os\n\nos.fchmod(handle.fileno(), 0o640)\n",
    ),
    fix=fix,
    matters=left_to_vetline,
)
