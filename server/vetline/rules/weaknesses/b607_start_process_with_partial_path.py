"""A program without its full path is whichever one is found first.

## Why it matters
Whoever can write to a directory that is searched first, or set `PATH`, has their program run in place of yours.  On
Windows the current directory may come before `PATH`, so a `git.exe` inside a downloaded repository is enough:
GitPython had this hole (CVE-2023-40590).  Assistants write `["git", ...]` as one types it at a prompt.

## How to fix it
Name the full path where it is known:

    subprocess.run(["/usr/bin/git", "status"], check=True)

For Python itself use the interpreter that runs:

    subprocess.run([sys.executable, "-m", "pip", "check"], check=True)

A service that runs as root should also give the programs that it starts a `PATH` of its own (`env=`).

## When it is fine
In developers' tools, whose users choose their own `PATH`, and in containers with nothing else in it.

## References
- [Python: subprocess.Popen](https://docs.python.org/3/library/subprocess.html#subprocess.Popen)
- [NVD: CVE-2023-40590](https://nvd.nist.gov/vuln/detail/CVE-2023-40590)
- [Bandit: B607](https://bandit.readthedocs.io/en/latest/plugins/b607_start_process_with_partial_path.html)
"""

from __future__ import annotations

from vetline.core.cwe import Cwe
from vetline.core.severity import Confidence, Severity
from vetline.rules.base import Example, Rule
from vetline.rules.commands import matters_for_program

RULE = Rule(
    id="B607",
    name="start-process-with-partial-path",
    cwe=Cwe(78),
    severity=Severity.LOW,
    confidence=Confidence.HIGH,
    message="Which program this starts depends on PATH: give its full path.",
    bad=(
        Example('import subprocess\n\nsubprocess.run(["git", "status"], check=True)\n'),
        Example('import subprocess\n\nsubprocess.check_call("make")\n'),
        Example('import os\n\nos.execlp("python3", "python3", script)\n'),
    ),
    good=(
        'import subprocess\n\nsubprocess.run(["/usr/bin/git", "status"], check=True)\n',
        'import subprocess\nimport sys\n\nsubprocess.run([sys.executable, "-m", "pip", "check"], check=True)\n',
    ),
    why_no_fix="Where the program is installed differs from machine to machine.",
    matters=matters_for_program,
)
