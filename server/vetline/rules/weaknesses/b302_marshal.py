"""`marshal` isn't made to survive data that someone has tampered with.

## Why it matters
The module exists for Python's own `.pyc` files and checks little: crafted data can crash the interpreter,
and what it yields may be code objects that the program then runs.  Its format may also change with any Python version.
Assistants offer it as a faster pickle, or to unpack bytecode.

## How to fix it
Use a format that is only data:

    message = json.loads(body)

For binary data there are MessagePack and Protocol Buffers.

## When it is fine
In tools that read `.pyc` files which the same machine has compiled.

## References
- [Python: marshal](https://docs.python.org/3/library/marshal.html)
- [Bandit: B302](https://bandit.readthedocs.io/en/latest/blacklists/blacklist_calls.html#b302-marshal)
"""

from __future__ import annotations

from collections.abc import Iterator

from vetline.core.cwe import Cwe
from vetline.core.edit import Fix
from vetline.core.severity import Confidence, Severity
from vetline.rules.base import Example, FixSite, Rule
from vetline.rules.plain_data import store_as_json
from vetline.rules.superseded import left_to_vetline


def fix(site: FixSite) -> Iterator[Fix]:
    yield from store_as_json(site)


RULE = Rule(
    id="B302",
    name="marshal",
    cwe=Cwe(502),
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    message="Crafted data can crash the interpreter here or smuggle in code objects; exchange data as JSON.",
    bad=(
        Example("import marshal\n\nmessage = marshal.loads(body)\n", "import json\n\nmessage = json.loads(body)\n"),
        Example(
            "from marshal import load\n\nwith open(path, 'rb') as file:\n    cache = load(file)\n",
            ("import json\n\nwith open(path, 'rb') as file:\n    cache = json.load(file)\n"),
        ),
    ),
    good=(
        "import json\n\nmessage = json.loads(body)\n",
        "import json\n\nwith open(path, encoding='utf-8') as file:\n    cache = json.load(file)\n",
    ),
    fix=fix,
    matters=left_to_vetline,
)
