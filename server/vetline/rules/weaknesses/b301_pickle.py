"""Loading a pickle runs code that the data chooses.

The check covers `pickle`, `dill`, `shelve`, `jsonpickle` and `pandas.read_pickle`.

## Why it matters
A pickle is a small program: it may name any importable function and have it called.  A crafted file, cookie, cache
entry or model therefore takes over the process that loads it.  Harmful pickles are found on model hubs.  Assistants
use pickle for caches, sessions and models because it takes any object without further work.

## How to fix it
Store data in a format that is only data:

    with open(path, encoding="utf-8") as file:
        state = json.load(file)

For tables use Parquet or CSV, for arrays `numpy.load(path, allow_pickle=False)`, for model weights safetensors.  If it
must be pickle, check a signature (`hmac`) over the bytes *before* loading them.

## When it is fine
For data that your own program wrote to a place that nobody else can write to.

## References
- [Python: pickle](https://docs.python.org/3/library/pickle.html)
- [Bandit: B301](https://bandit.readthedocs.io/en/latest/blacklists/blacklist_calls.html#b301-pickle)
"""

from __future__ import annotations

from collections.abc import Iterator

from vetline.core.cwe import Cwe
from vetline.core.edit import Fix
from vetline.core.severity import Confidence, Severity
from vetline.rules.base import Example, FixSite, Rule
from vetline.rules.superseded import left_to_vetline
from vetline.rules.weaknesses import vet301_unsafe_deserialization


def fix(site: FixSite) -> Iterator[Fix]:
    yield from vet301_unsafe_deserialization.fix(site)


RULE = Rule(
    id="B301",
    name="pickle",
    cwe=Cwe(502),
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    message="Loading a pickle runs code that the data chooses; use JSON, or verify a signature over it first.",
    bad=(
        Example(
            "import pickle\n\nwith open(path, 'rb') as file:\n    state = pickle.load(file)\n",
            "import json\n\nwith open(path, 'rb') as file:\n    state = json.load(file)\n",
        ),
        Example(
            "from pickle import loads\n\nsession = loads(cookie)\n",
            "import json\n\nsession = json.loads(cookie)\n",
        ),
        Example(
            "import pandas as pd\n\nframe = pd.read_pickle(path)\n", "import pandas as pd\n\nframe = pd.read_parquet(path)\n"
        ),
    ),
    good=(
        "import json\n\nwith open(path, encoding='utf-8') as file:\n    state = json.load(file)\n",
        "import pandas as pd\n\nframe = pd.read_parquet(path)\n",
    ),
    fix=fix,
    matters=left_to_vetline,
)
