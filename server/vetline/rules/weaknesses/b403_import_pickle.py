"""Loading a pickle runs code that its author chose.

The import alone is no weakness, so Vetline shows it as a hint.  `dill` and `shelve` are built on pickle and share this.

## Why it matters
A pickle is a small program that the loader runs: whoever can write the file, the cache entry or the cookie runs commands
as your service.  Assistants reach for it because it stores any object in one line, and seldom ask where the bytes will
come from.

## How to fix it
Store data in a format that can only hold data:

    import json

    with open("state.json", "w") as file:
        json.dump(state, file)

For classes, write their fields (`dataclasses.asdict`) and build them anew; for arrays use `numpy.save`, and
`numpy.load` with `allow_pickle=False`.

## When it is fine
If only your own program writes what it loads, and nobody else can change it on the way.  Bandit compares the start of the
name, so `import pickletools` is reported too.

## References
- [Python: pickle](https://docs.python.org/3/library/pickle.html)
- [Bandit: B403](https://bandit.readthedocs.io/en/latest/blacklists/blacklist_imports.html#b403-import-pickle)
"""

from __future__ import annotations

from collections.abc import Iterator

from vetline.core.cwe import Cwe
from vetline.core.edit import Fix
from vetline.core.severity import Confidence, Severity
from vetline.rules.base import Example, FixSite, Rule
from vetline.rules.plain_data import import_json
from vetline.rules.superseded import left_to_vetline


def fix(site: FixSite) -> Iterator[Fix]:
    yield from import_json(site)


RULE = Rule(
    id="B403",
    name="import-pickle",
    cwe=Cwe(502),
    severity=Severity.LOW,
    confidence=Confidence.HIGH,
    message="Importing this is harmless, but loading a pickle runs the code in it: store data as JSON.",
    bad=(
        Example('import pickle\n\nprint("hello")\n', '\nprint("hello")\n'),
        Example("import pickle\n", ""),
        Example("from pickle import loads\n", ""),
        Example("import json\nimport shelve\n", "import json\n"),
    ),
    good=(
        "import json\n",
        "from dataclasses import asdict\n",
    ),
    fix=fix,
    matters=left_to_vetline,
)
