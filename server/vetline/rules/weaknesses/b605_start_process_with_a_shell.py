"""`os.system`, `os.popen` and `subprocess.getoutput` hand their string to a shell.

## Why it matters
A `;`, `|` or `$(...)` in a host name, file name or form field starts another command, with the rights of your process.
These functions have no form that avoids the shell.  Assistants like `os.system` because it is the shortest way to run
something.

## How to fix it
Use `subprocess.run` with a list; each item reaches the program as it is:

    subprocess.run(["ping", "-c", "1", "--", host], check=True)

To read the output:

    result = subprocess.run(["git", "rev-parse", "HEAD"], capture_output=True, text=True, check=True)
    commit = result.stdout.strip()

Often Python does it itself: `shutil.rmtree`, `Path.mkdir`, `Path.read_text`.

## When it is fine
For a constant command, such as `os.system("clear")` in a terminal program.  Bandit rates those low.

## References
- [Python: replacing older functions](https://docs.python.org/3/library/subprocess.html#subprocess-replacements)
- [Bandit: B605](https://bandit.readthedocs.io/en/latest/plugins/b605_start_process_with_a_shell.html)
"""

from __future__ import annotations

from vetline.core.cwe import Cwe
from vetline.core.severity import Confidence, Severity
from vetline.rules.base import Example, Rule
from vetline.rules.commands import matters_for_shell

RULE = Rule(
    id="B605",
    name="start-process-with-a-shell",
    cwe=Cwe(78),
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    message="A shell interprets this command: use `subprocess.run` with a list of arguments.",
    bad=(
        Example('import os\n\nos.system(f"ping -c 1 {host}")\n'),
        Example('import os\n\ntext = os.popen("cat " + name).read()\n'),
        Example("from subprocess import getoutput\n\nlog = getoutput(command)\n"),
    ),
    good=(
        'import subprocess\n\nsubprocess.run(["ping", "-c", "1", "--", host], check=True)\n',
        "from pathlib import Path\n\ntext = Path(name).read_text()\n",
    ),
    why_no_fix="`subprocess.run` gives the exit status and the output in another form, and the shell may be meant.",
    matters=matters_for_shell,
)
