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

from vetline.core.cwe import Cwe
from vetline.core.severity import Confidence, Severity
from vetline.rules.base import Example, Rule

RULE = Rule(
    id="B311",
    name="random",
    cwe=Cwe(330),
    severity=Severity.LOW,
    confidence=Confidence.HIGH,
    message="`random` can be predicted; if nobody may guess this value, use `secrets`.",
    bad=(
        Example("import random\n\npassword = ''.join(random.choice(alphabet) for _ in range(12))\n"),
        Example("from random import randint\n\ncode = randint(100000, 999999)  # sent by mail\n"),
    ),
    good=(
        "import secrets\n\npassword = ''.join(secrets.choice(alphabet) for _ in range(12))\n",
        "import secrets\n\ncode = secrets.randbelow(900000) + 100000\n",
        "import random\n\nvoucher = random.SystemRandom().randint(1, 10**9)\n",
    ),
)
