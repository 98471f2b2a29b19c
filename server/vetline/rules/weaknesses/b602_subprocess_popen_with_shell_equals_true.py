"""With `shell=True`, everything in the command string is for the shell to interpret.

## Why it matters
A `;`, `|`, `$(...)` or line break in a file name, host name or form field starts another command, with the rights of
your process: that is how one upload becomes a takeover.  Assistants write the command as one would type it, and
`shell=True` is what makes such a string run.

## How to fix it
Pass a list and leave `shell` out; each item reaches the program as it is:

    subprocess.run(["convert", source, target], check=True)

Replace a pipe by passing the output on, and a wildcard by `glob`:

    log = subprocess.run(["git", "log", "--oneline"], capture_output=True, text=True, check=True).stdout
    count = len(log.splitlines())

If a shell can't be avoided, quote each variable part with `shlex.quote` (POSIX shells only).

## When it is fine
For a constant command that needs the shell.  Bandit rates constant strings low.

## References
- [Python: subprocess, security considerations](https://docs.python.org/3/library/subprocess.html#security-considerations)
- [Python: shlex.quote](https://docs.python.org/3/library/shlex.html#shlex.quote)
- [Bandit: B602](https://bandit.readthedocs.io/en/latest/plugins/b602_subprocess_popen_with_shell_equals_true.html)
"""

from __future__ import annotations

from vetline.core.cwe import Cwe
from vetline.core.severity import Confidence, Severity
from vetline.rules.base import Example, Rule

RULE = Rule(
    id="B602",
    name="subprocess-popen-with-shell-equals-true",
    cwe=Cwe(78),
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    message="A shell interprets this whole command: pass a list of arguments and drop `shell=True`.",
    bad=(
        Example('import subprocess\n\nsubprocess.run(f"convert {source} {target}", shell=True, check=True)\n'),
        Example(
            'from subprocess import check_output\n\nlog = check_output("git log " + branch, shell=True, text=True)\n',
        ),
        Example('import subprocess\n\nsubprocess.call("ls -l /srv", shell=True)\n'),
    ),
    good=(
        'import subprocess\n\nsubprocess.run(["convert", source, target], check=True)\n',
        'from subprocess import check_output\n\nlog = check_output(["git", "log", branch, "--"], text=True)\n',
    ),
)
