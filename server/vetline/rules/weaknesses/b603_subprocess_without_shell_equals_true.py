"""A program is started here; see that nobody else chooses it or its options.

No shell is involved, which is right.  Bandit reports the call all the same, at low severity, as a place to look at.

## Why it matters
An argument from outside can still do harm: as the program's own name, or as an option where it begins with `-`.  GNU
`find`, given `-delete` as the directory to search, empties the current one.  Assistants pass user input into the list
without a check, since the list form is known as the safe one.

## How to fix it
Keep the program constant, check what comes from outside, and end the options with `--` where the program knows it:

    if not re.fullmatch(r"https://github\\.com/[\\w.-]+/[\\w.-]+", address):
        raise ValueError("not a repository address")
    subprocess.run(["/usr/bin/git", "clone", "--", address, target], check=True)

Or do without the program: `shutil`, `tarfile` and `zipfile` copy and unpack by themselves.

## When it is fine
When the program is constant and each argument is your own or checked.  That is the usual case.

## References
- [Python: subprocess, security considerations](https://docs.python.org/3/library/subprocess.html#security-considerations)
- [Bandit: B603](https://bandit.readthedocs.io/en/latest/plugins/b603_subprocess_without_shell_equals_true.html)
"""

from __future__ import annotations

from vetline.core.cwe import Cwe
from vetline.core.severity import Confidence, Severity
from vetline.rules.base import Example, Rule
from vetline.rules.commands import matters_for_program

RULE = Rule(
    id="B603",
    name="subprocess-without-shell-equals-true",
    cwe=Cwe(78),
    severity=Severity.LOW,
    confidence=Confidence.HIGH,
    message="This starts a program: check that no outsider chooses it, or passes options to it.",
    bad=(
        Example('import subprocess\n\nsubprocess.run(["git", "clone", address], check=True)\n'),
        Example("from subprocess import Popen\n\nworker = Popen([program, *arguments])\n"),
        Example('import subprocess\n\nsubprocess.check_call(["rm", "-rf", build], shell=False)\n'),
    ),
    good=(
        "import shutil\n\nshutil.rmtree(build)\n",
        "import zipfile\n\nwith zipfile.ZipFile(upload) as archive:\n    names = archive.namelist()\n",
    ),
    why_no_fix="The call has the right form; whether an argument comes from outside can't be seen here.",
    matters=matters_for_program,
)
