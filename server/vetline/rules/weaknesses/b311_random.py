"""The `random` module's numbers can be predicted.

## Why it matters
Its generator, the Mersenne Twister, is made for simulations: who has seen 624 of its 32-bit outputs knows all that
follow.  Session ids, password-reset links, one-time codes and vouchers made with it can be computed by an attacker who
asks for a few of their own.  Assistants write `random.choice` for a password because most examples on the web do.

## How to fix it
Use `secrets`, which asks the operating system:

    token = secrets.token_urlsafe(32)
    code = f"{secrets.randbelow(10**6):06}"
    letter = secrets.choice(alphabet)

For other methods, `secrets.SystemRandom()` has all those of `random`.

## When it is fine
In simulations, games, samples, jitter of retries and test data: wherever nobody gains by guessing.

## References
- [Python: secrets](https://docs.python.org/3/library/secrets.html)
- [Bandit: B311](https://bandit.readthedocs.io/en/latest/blacklists/blacklist_calls.html#b311-random)
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from vetline.core.cwe import Cwe
from vetline.core.edit import Applicability, Fix
from vetline.core.severity import Confidence, Severity
from vetline.rules.base import CheckContext, Example, FixSite, Rule
from vetline.rules.crypto.randomness import predictions
from vetline.rules.purpose import is_secret, words_for
from vetline.syntax.calls import has_unpacking

_SAME = {"choice": "choice", "randrange": "randbelow", "getrandbits": "randbits", "randbytes": "token_bytes"}
"""Functions of ``random`` that ``secrets`` has too, for one argument, with their names there."""

NOTE = "Slower by far, and no seed repeats the sequence: leave simulations and reproducible tests as they are."


def fix(site: FixSite) -> Iterator[Fix]:
    call = site.node
    if not isinstance(call, ast.Call) or not any(name.partition(".")[0] == "random" for name in site.imports()):
        return
    function = (site.qualified_name(call.func) or "").rpartition(".")[2]
    if function == "Random":
        if not call.args and not call.keywords:  # a seed asks for a sequence that repeats
            edit = site.call_instead(call.func, "secrets", "SystemRandom")
            yield Fix("Use secrets.SystemRandom", (edit,), Applicability.REVIEW, NOTE)
        return
    has_one = len(call.args) == 1 and not call.keywords and not has_unpacking(call)
    other = _SAME[function] if has_one and function in _SAME else f"SystemRandom().{function}"
    edit = site.call_instead(call.func, "secrets", other)
    # Where the names say that nobody may guess the value, unpredictable numbers are what was meant.
    if is_secret(words_for(call, site)) and not site.mentions(r"\bseed\s*\("):
        yield Fix(f"Use secrets.{other}", (edit,), Applicability.SAFE)
    else:
        yield Fix(f"Use secrets.{other}", (edit,), Applicability.REVIEW, NOTE)


def matters(context: CheckContext, node: ast.AST) -> bool:
    """Tell whether somebody may gain by predicting the number."""
    return any(found.node is node for found in predictions(context))


RULE = Rule(
    id="B311",
    name="random",
    cwe=Cwe(330),
    severity=Severity.LOW,
    confidence=Confidence.HIGH,
    message="`random` can be predicted; if nobody may guess this value, use `secrets`.",
    bad=(
        Example(
            "import random\n\npassword = ''.join(random.choice(alphabet) for _ in range(12))\n",
            "import random\nimport secrets\n\npassword = ''.join(secrets.choice(alphabet) for _ in range(12))\n",
        ),
        Example(
            "from random import randint\n\ncode = randint(100000, 999999)  # sent by mail\n",
            "import secrets\nfrom random import randint\n\n"
            "code = secrets.SystemRandom().randint(100000, 999999)  # sent by mail\n",
        ),
        Example(
            "import random\nimport secrets as s\n\nreset_code = '%06d' % random.randrange(10**6)\n",
            "import random\nimport secrets as s\n\nreset_code = '%06d' % s.randbelow(10**6)\n",
        ),
        # A seed asks for numbers that repeat.
        Example("import random\n\nrng = random.Random(42)\n"),
    ),
    good=(
        "import secrets\n\npassword = ''.join(secrets.choice(alphabet) for _ in range(12))\n",
        "import secrets\n\ncode = secrets.randbelow(900000) + 100000\n",
        "import random\n\nvoucher = random.SystemRandom().randint(1, 10**9)\n",
    ),
    fix=fix,
    matters=matters,
)
