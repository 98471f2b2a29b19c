"""`os.exec*`, `os.spawn*` and `os.startfile` start a program; see that nobody else chooses it.

No shell is involved.  Bandit reports every such call, at low severity, as a place to look at.

## Why it matters
Whoever chooses the program or its options has your process's rights.  `os.startfile` opens a file as a double click would:
an upload that is really a `.bat` or `.lnk` is run.  Assistants write it as the way to "open" a file on Windows, and
`os.spawn*` from old examples.

## How to fix it
Start programs with `subprocess`, by a constant name, and check the arguments that come from outside:

    subprocess.run(["/usr/bin/less", "--", path], check=True)

Before `os.startfile`, compare the file's type with a list of those that you expect:

    if Path(path).suffix.lower() in {".pdf", ".png"}:
        os.startfile(path)

## When it is fine
When the program is constant and its arguments are your own: `os.execv(sys.executable, ...)` is a common way to restart.

## References
- [Python: os.startfile](https://docs.python.org/3/library/os.html#os.startfile)
- [Python: replacing older functions](https://docs.python.org/3/library/subprocess.html#subprocess-replacements)
- [Bandit: B606](https://bandit.readthedocs.io/en/latest/plugins/b606_start_process_with_no_shell.html)
"""

from __future__ import annotations

from vetline.core.cwe import Cwe
from vetline.core.severity import Confidence, Severity
from vetline.rules.base import Example, Rule
from vetline.rules.commands import matters_for_program

RULE = Rule(
    id="B606",
    name="start-process-with-no-shell",
    cwe=Cwe(78),
    severity=Severity.LOW,
    confidence=Confidence.MEDIUM,
    message="This starts a program: check that no outsider chooses it or its arguments.",
    bad=(
        Example("import os\n\nos.startfile(upload)\n"),
        Example("import os\n\nos.execvp(program, [program, *arguments])\n"),
        Example('from os import P_WAIT, spawnlp\n\nstatus = spawnlp(P_WAIT, editor, editor, "notes.txt")\n'),
    ),
    good=(
        'import subprocess\n\nsubprocess.run(["/usr/bin/less", "--", path], check=True)\n',
        'import webbrowser\n\nwebbrowser.open("https://example.org/report")\n',
    ),
    why_no_fix="`os.exec*` replaces the process, and the others return at once or a bare status: no other call does the same.",
    matters=matters_for_program,
)
