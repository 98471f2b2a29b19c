"""A function gets `shell=True`; if it starts programs, a shell interprets the command.

Bandit goes by the argument's name alone, since wrappers around `subprocess` usually pass it on.

## Why it matters
If the command contains anything from outside, a `;` or `$(...)` in it starts another command with the rights of your
process.  The wrapper hides it: neither B602 nor a reader sees a `subprocess` call here.  Assistants copy the argument
from `subprocess.run` to whatever helper the project has.

## How to fix it
Pass a list of arguments, and leave `shell` out, if the function allows it:

    process = psutil.Popen(["ffmpeg", "-i", source, target])

If the function is yours, take a list and don't offer `shell` at all.

## When it is fine
Where `shell` means something else, such as the hull of a shape, or the command is constant.

## References
- [Python: subprocess, security considerations](https://docs.python.org/3/library/subprocess.html#security-considerations)
- [Bandit: B604](https://bandit.readthedocs.io/en/latest/plugins/b604_any_other_function_with_shell_equals_true.html)
"""

from __future__ import annotations

from vetline.core.cwe import Cwe
from vetline.core.severity import Confidence, Severity
from vetline.rules.base import Example, Rule
from vetline.rules.commands import matters_for_shell

RULE = Rule(
    id="B604",
    name="any-other-function-with-shell-equals-true",
    cwe=Cwe(78),
    severity=Severity.MEDIUM,
    confidence=Confidence.LOW,
    message="If this runs a command, a shell interprets it: pass a list of arguments, without `shell=True`.",
    bad=(
        Example('import psutil\n\nprocess = psutil.Popen(f"ffmpeg -i {source} {target}", shell=True)\n'),
        Example('def restart(runner, service):\n    runner.execute("systemctl restart " + service, shell=True)\n'),
    ),
    good=(
        'import psutil\n\nprocess = psutil.Popen(["ffmpeg", "-i", source, target])\n',
        'def restart(runner, service):\n    runner.execute(["systemctl", "restart", service])\n',
    ),
    why_no_fix="What the function does with a list instead, only its author knows.",
    matters=matters_for_shell,
)
