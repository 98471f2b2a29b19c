"""`tempfile.mktemp` returns a name that someone else can take before you use it.

## Why it matters
Between the call and the moment when your program opens the file, another account on the machine can put a file or a link
of that name there.  Your program then writes into a file of the attacker's choice, or reads what the attacker wrote.
The function has been deprecated since Python 2.3; assistants still find it in old code, and its name is the shortest.

## How to fix it
Let the file be made together with its name:

    with tempfile.NamedTemporaryFile("w", suffix=".csv", delete=False) as report:
        report.write(text)

`mkstemp` returns an open descriptor and the path; `TemporaryDirectory` gives a private directory in which any name is
safe.

## When it is fine
Hardly ever.  Where only a unique name is needed, as for a socket, put it into a `TemporaryDirectory`.

## References
- [Python: tempfile.mktemp](https://docs.python.org/3/library/tempfile.html#tempfile.mktemp)
- [Bandit: B306](https://bandit.readthedocs.io/en/latest/blacklists/blacklist_calls.html#b306-mktemp-q)
"""

from __future__ import annotations

from vetline.core.cwe import Cwe
from vetline.core.severity import Confidence, Severity
from vetline.rules.base import Example, Rule

RULE = Rule(
    id="B306",
    name="mktemp-q",
    cwe=Cwe(377),
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    message="Someone else can create this file before you do; use `NamedTemporaryFile` or `mkstemp`.",
    bad=(
        Example("import tempfile\n\npath = tempfile.mktemp()\n"),
        Example(
            "from tempfile import mktemp\n\nwith open(mktemp(suffix='.csv'), 'w') as report:  # scratch\n"
            "    report.write(text)\n"
        ),
    ),
    good=(
        "import tempfile\n\nwith tempfile.NamedTemporaryFile('w', suffix='.csv') as report:\n    report.write(text)\n",
        "import tempfile\n\ndescriptor, path = tempfile.mkstemp()\n",
    ),
)
