"""Starting programs is safe only while outsiders can't choose what runs.

The import alone is no weakness, so Vetline shows it as a hint: each call is looked at by itself (B602, B603, B607).

## Why it matters
A command that is built from a request, a file name or a branch name lets its sender run commands of their own on your
machine.  Assistants often start a program for what Python does itself, such as copying, unpacking or listing files.

## How to fix it
See whether the standard library does the work:

    import shutil

    shutil.copytree(source, target)
    shutil.make_archive("backup", "gztar", source)

Where a program is needed, pass its arguments as a list and leave `shell` alone:

    subprocess.run(["/usr/bin/ffmpeg", "-i", source, target], check=True)

## When it is fine
Nearly always: `subprocess` is the right module for starting programs.

## References
- [Python: subprocess, security considerations](https://docs.python.org/3/library/subprocess.html#security-considerations)
- [Bandit: B404](https://bandit.readthedocs.io/en/latest/blacklists/blacklist_imports.html#b404-import-subprocess)
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
    id="B404",
    name="import-subprocess",
    cwe=Cwe(78),
    severity=Severity.LOW,
    confidence=Confidence.HIGH,
    message="Importing subprocess is harmless; pass commands as lists, without a shell.",
    bad=(
        Example('import subprocess\n\nprint("hello")\n', '\nprint("hello")\n'),
        Example("import subprocess\n", ""),
        Example("from subprocess import check_output, run\n", ""),
    ),
    good=(
        "import shutil\n",
        "from pathlib import Path\n",
    ),
    fix=fix,
)
