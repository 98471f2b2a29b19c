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

import ast
import re
from collections.abc import Iterator

from vetline.core.cwe import Cwe
from vetline.core.edit import Applicability, Fix
from vetline.core.severity import Confidence, Severity
from vetline.rules.base import Example, FixSite, Rule
from vetline.rules.superseded import left_to_vetline


def fix(site: FixSite) -> Iterator[Fix]:
    node = site.node
    if not isinstance(node, ast.Constant) or not isinstance(node.value, str):
        return
    match = _SHARED.fullmatch(node.value)
    if match is None or isinstance(site.parent_of(node), ast.JoinedStr):
        return
    folder = f"{site.use('tempfile')}.mkdtemp()"
    quote = site.text_of(node)[-1]
    new = f"{site.use('os')}.path.join({folder}, {quote}{match[1]}{quote})" if match[1] else folder
    note = "The path is another one at each run: hand it to those who need it, and remove the folder in the end."
    yield Fix("Use a private folder", (site.replace(node, new),), Applicability.REVIEW, note)


_SHARED = re.compile(r"/(?:tmp|var/tmp|dev/shm)/?([^'\"\\]*)")


RULE = Rule(
    id="B108",
    name="hardcoded-tmp-directory",
    cwe=Cwe(377),
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    message="Another user can predict this path and plant a link or a file there first; use `tempfile`.",
    bad=(
        Example(
            "with open('/tmp/report.csv', 'w') as report:\n    report.write(rows)\n",
            (
                "import os\nimport tempfile\n\n"
                "with open(os.path.join(tempfile.mkdtemp(), 'report.csv'), 'w') as report:\n"
                "    report.write(rows)\n"
            ),
        ),
        Example(
            "UPLOADS = '/var/tmp/uploads'\n",
            "import os\nimport tempfile\n\nUPLOADS = os.path.join(tempfile.mkdtemp(), 'uploads')\n",
        ),
    ),
    good=(
        "import tempfile\n\nwith tempfile.NamedTemporaryFile('w', suffix='.csv') as report:\n    report.write(rows)\n",
        "import tempfile\n\nwith tempfile.TemporaryDirectory() as uploads:\n    receive(uploads)\n",
    ),
    fix=fix,
    matters=left_to_vetline,
)
