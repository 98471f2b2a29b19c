"""A fixed path in a temporary directory that every user of the machine can write to.

The check reports strings that begin with `/tmp`, `/var/tmp` or `/dev/shm`.

## Why it matters
Another account can guess the name and be there first: with a link, so that your program overwrites a file of its own
choice, or with a file that your program then believes.  Two runs at the same time also destroy each other's data.
Assistants write `/tmp/...` because it always exists and keeps an example short.

## How to fix it
Let `tempfile` make a name that nobody can predict, with access for you alone:

    with tempfile.TemporaryDirectory() as directory:
        report = Path(directory) / "report.csv"

For a single file use `tempfile.NamedTemporaryFile`; for a file that is to stay, a directory of your application.

## When it is fine
In a container where no other account exists, and where the path is only named, as in a message or a mount table.

## References
- [Python: tempfile](https://docs.python.org/3/library/tempfile.html)
- [Bandit: B108](https://bandit.readthedocs.io/en/latest/plugins/b108_hardcoded_tmp_directory.html)
"""

from __future__ import annotations

from vetline.core.cwe import Cwe
from vetline.core.severity import Confidence, Severity
from vetline.rules.base import Example, Rule
from vetline.rules.superseded import left_to_vetline

RULE = Rule(
    id="B108",
    name="hardcoded-tmp-directory",
    cwe=Cwe(377),
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    message="Another user can predict this path and plant a link or a file there first; use `tempfile`.",
    bad=(
        Example("with open('/tmp/report.csv', 'w') as report:\n    report.write(rows)\n"),
        Example("UPLOADS = '/var/tmp/uploads'\n"),
    ),
    good=(
        "import tempfile\n\nwith tempfile.NamedTemporaryFile('w', suffix='.csv') as report:\n    report.write(rows)\n",
        "import tempfile\n\nwith tempfile.TemporaryDirectory() as uploads:\n    receive(uploads)\n",
    ),
    why_no_fix="Another program may expect the file at this path, and how long it must live isn't in the code.",
    matters=left_to_vetline,
)
