"""`exec` runs text as Python code, with everything that your program may do.

## Why it matters
Whoever can shape the text runs code in your process: reads its files and secrets, starts commands, opens connections.
Taking `__builtins__` away doesn't help; there are many ways back.  Assistants write `exec` to load a configuration
file, to choose a function by its name, or to run code that a model has just produced.

## How to fix it
Choose from what you know:

    ACTIONS = {"start": start, "stop": stop}
    ACTIONS[name]()

Read configuration as data (`tomllib`, `json`).  Run code that isn't yours in a separate process or container that can
reach nothing of value.

## When it is fine
Where the text is made only from names and constants of your own, as the standard library does for `dataclasses`, and in
tools whose purpose is to run their own user's code, such as a notebook.

## References
- [Python: exec](https://docs.python.org/3/library/functions.html#exec)
- [Bandit: B102](https://bandit.readthedocs.io/en/latest/plugins/b102_exec_used.html)
"""

from __future__ import annotations

from vetline.core.cwe import Cwe
from vetline.core.severity import Confidence, Severity
from vetline.rules.base import Example, Rule
from vetline.rules.code import matters_as_code

RULE = Rule(
    id="B102",
    name="exec-used",
    cwe=Cwe(78),
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    message="`exec` runs whatever this text says, with your program's rights; dispatch to known functions instead.",
    bad=(
        Example("exec(request.form['code'])\n"),
        Example("settings = {}\nwith open(path) as file:\n    exec(compile(file.read(), path, 'exec'), settings)\n"),
    ),
    good=(
        """\
def run(code, names):
    exec(code, names)
""",
        "ACTIONS = {'start': start, 'stop': stop}\nACTIONS[name]()\n",
        "import tomllib\n\nwith open(path, 'rb') as file:\n    settings = tomllib.load(file)\n",
    ),
    why_no_fix="What the executed text is for decides what replaces it: a table of functions, a parser or a sandbox.",
    matters=matters_as_code,
)
