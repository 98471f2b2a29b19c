"""Random numbers for a secret begin with a seed that others know.

## Why it matters
A generator with the same seed gives the same numbers, to everybody. One that is seeded with the time has as many
seeds as the attacker has guesses for the second. What is made of them, a password, a key, a code, can be computed.
Assistants add `random.seed(...)` because it is in so many notebooks.

## How to fix it
Use `secrets`, which has no seed:

    code = secrets.randbelow(10**6)

## When it is fine
In tests, simulations and machine learning, where the same numbers again are what is wanted: Vetline reports a seed
only in code that makes a secret of the numbers.

## References
- [CWE-336: Same Seed in Pseudo-Random Number Generator](https://cwe.mitre.org/data/definitions/336.html)
- [Python: secrets](https://docs.python.org/3/library/secrets.html)
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from vetline.core.cwe import Cwe
from vetline.core.edit import Applicability, Fix
from vetline.core.severity import Confidence, Severity
from vetline.rules.base import CheckContext, Example, FixSite, Match, Rule
from vetline.rules.building import written_parts
from vetline.rules.constants import function_around
from vetline.rules.crypto.randomness import GENERATORS, predictions

_SEEDS = ("random.seed", "random.Random.seed", "random.Random", "numpy.random.seed")
_TIMES = ("time.time", "time.time_ns", "datetime.datetime.now", "os.getpid")


def check(context: CheckContext) -> Iterator[Match]:
    seeds = list(context.calls(*_SEEDS))
    if not seeds:
        return
    secret = {id(function_around(found.node, context)) for found in predictions(context) if _is_random(found.node, context)}
    for call in seeds:
        seed = next((one for name in ("a", "x", "seed") if (one := context.argument(call, 0, name)) is not None), None)
        if seed is None or id(function_around(call, context)) not in secret:
            continue
        if context.value(seed).constants:
            yield Match(
                call, "With a constant seed the same numbers come each time, and a secret is made of them. Use `secrets`."
            )
        elif _is_time(seed, context):
            yield Match(call, "A seed that is the time can be guessed, and a secret is made of the numbers. Use `secrets`.")


def _is_random(node: ast.AST, context: CheckContext) -> bool:
    return not isinstance(node, ast.Call) or any(name in GENERATORS for name in context.callees(node))


def _is_time(node: ast.expr, context: CheckContext) -> bool:
    return any(
        name in _TIMES
        for inner in written_parts(node, context)
        if isinstance(inner, ast.Call)
        for name in context.callees(inner)
    )


def fix(site: FixSite) -> Iterator[Fix]:
    call = site.node
    if not isinstance(call, ast.Call):
        return
    name = site.qualified_name(call.func) or ""
    note = "The numbers are others each time; a secret still has to be made with `secrets`."
    statement = site.parent_of(call)
    if name == "random.Random":
        edit = site.replace(call, f"{site.use('secrets')}.SystemRandom()")
        yield Fix("Use the system's random numbers", (edit,), Applicability.REVIEW, "The numbers are others each time.")
    elif isinstance(statement, ast.Expr) and (call.args or call.keywords):
        argument = call.args[0] if call.args else call.keywords[0]
        yield Fix("Let the system choose the seed", (site.remove_argument(call, argument),), Applicability.REVIEW, note)


RULE = Rule(
    id="VET509",
    name="fixed-seed",
    cwe=Cwe(336),
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    message="This seed can be known, and a secret is made of the numbers. Use `secrets`.",
    bad=(
        Example(
            "import random\n\n\ndef make_password(alphabet):\n    random.seed(42)\n"
            '    return "".join(random.choice(alphabet) for _ in range(12))\n',
            (
                "import random\n\n\ndef make_password(alphabet):\n    random.seed()\n"
                '    return "".join(random.choice(alphabet) for _ in range(12))\n'
            ),
        ),
        Example(
            "import random\nimport time\n\n\ndef reset_code(user):\n    random.seed(time.time())\n"
            "    user.reset_code = random.randint(100000, 999999)\n",
            (
                "import random\nimport time\n\n\ndef reset_code(user):\n    random.seed()\n"
                "    user.reset_code = random.randint(100000, 999999)\n"
            ),
        ),
        Example(
            "import random\n\nSEED = 1234\n\n\nclass Sessions:\n    def new(self):\n"
            "        rng = random.Random(SEED)\n        session_id = rng.getrandbits(128)\n"
            "        return session_id\n",
            (
                "import random\nimport secrets\n\nSEED = 1234\n\n\nclass Sessions:\n    def new(self):\n"
                "        rng = secrets.SystemRandom()\n        session_id = rng.getrandbits(128)\n"
                "        return session_id\n"
            ),
        ),
        Example(
            "import random as r\nfrom datetime import datetime\n\n\ndef api_key():\n"
            '    r.seed(int(datetime.now().timestamp()))\n    return "%032x" % r.getrandbits(128)\n',
            (
                "import random as r\nfrom datetime import datetime\n\n\ndef api_key():\n    r.seed()\n"
                '    return "%032x" % r.getrandbits(128)\n'
            ),
        ),
        Example(
            "import numpy as np\nfrom Crypto.Cipher import AES\n\n\ndef cipher():\n    np.random.seed(0)\n"
            "    return AES.new(np.random.bytes(16), AES.MODE_GCM)\n",
            (
                "import numpy as np\nfrom Crypto.Cipher import AES\n\n\ndef cipher():\n    np.random.seed()\n"
                "    return AES.new(np.random.bytes(16), AES.MODE_GCM)\n"
            ),
        ),
    ),
    good=(
        ("import random\n\n\ndef shuffle_cards(cards):\n    random.seed(42)\n    random.shuffle(cards)\n    return cards\n"),
        ('import secrets\n\n\ndef make_password(alphabet):\n    return "".join(secrets.choice(alphabet) for _ in range(12))\n'),
        "import numpy as np\n\n\ndef split(rows):\n    np.random.seed(0)\n    return np.random.permutation(rows)\n",
        "import random\n\n\ndef sample(rows, seed):\n    random.seed(seed)\n    return random.sample(rows, 10)\n",
        ("import random\n\n\ndef test_password_strength():\n    random.seed(1)\n    assert is_strong(random.choice(STRONG))\n"),
    ),
    check=check,
    fix=fix,
)
