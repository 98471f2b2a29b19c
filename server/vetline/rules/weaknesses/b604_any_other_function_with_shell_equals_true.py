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

import ast
from typing import Final

from vetline.core.cwe import Cwe
from vetline.core.severity import Confidence, Severity
from vetline.rules.access import words
from vetline.rules.base import CheckContext, Example, Rule
from vetline.rules.commands import matters_for_shell
from vetline.rules.surroundings import name_of
from vetline.syntax.calls import keyword_of

_QUOTING: Final = frozenset("escape format join parse quote quoted split".split())
"""Words in the names of functions that only make or take apart what a shell would run."""


def matters(context: CheckContext, node: ast.AST) -> bool:
    """Tell whether a shell is asked for, rather than a shell handed over, and there is a command that isn't the code's own."""
    if not isinstance(node, ast.Call) or words(name_of(node.func)) & _QUOTING:
        return False
    shell = keyword_of(node, "shell")
    is_asked_for = shell is not None and any(one is True or one == 1 for one in context.value(shell.value).constants or ())
    return is_asked_for and matters_for_shell(context, node)


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
        # The shell is an object here, and a way of quoting there.
        "class Console:\n    def __init__(self):\n        self.history = History(shell=self, limit=100)\n",
        'def line_of(arguments):\n    return " ".join(quote(argument, shell=True) for argument in arguments)\n',
    ),
    why_no_fix="What the function does with a list instead, only its author knows.",
    matters=matters,
)
