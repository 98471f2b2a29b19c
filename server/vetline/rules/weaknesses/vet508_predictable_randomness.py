"""A secret is made of random numbers that can be predicted.

## Why it matters
Python's `random` is made for simulations: who has seen a few hundred of its numbers knows all that follow, and who
knows the second in which it was seeded needs none. A session id, a reset code or a password made with it belongs to
whoever asks for some of their own first. `uuid1` and the time of day can simply be guessed. Assistants write
`random.choice` because most examples on the web do.

## How to fix it
Use `secrets`, which asks the operating system:

    token = secrets.token_urlsafe(32)
    code = f"{secrets.randbelow(10**6):06}"
    password = "".join(secrets.choice(alphabet) for _ in range(16))

`secrets.SystemRandom()` has all the methods of `random`, and `uuid.uuid4()` is random.

## When it is fine
In simulations, games, samples, jitter and test data: Vetline reports it only where names, or where the value goes,
say that nobody may guess it, and as information where a text is put together of random letters.

## References
- [CWE-338: Use of Cryptographically Weak Pseudo-Random Number Generator](https://cwe.mitre.org/data/definitions/338.html)
- [Python: secrets](https://docs.python.org/3/library/secrets.html)
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import replace

from vetline.core.cwe import Cwe
from vetline.core.edit import Applicability, Fix
from vetline.core.severity import Confidence, Severity
from vetline.rules.base import CheckContext, Example, FixSite, Match, Rule
from vetline.rules.crypto.randomness import predictions
from vetline.rules.surroundings import ancestors
from vetline.rules.weaknesses.b311_random import fix as fix_random


def check(context: CheckContext) -> Iterator[Match]:
    for found in predictions(context):
        message = f"This can be predicted, and so can {found.purpose} that is made of it. Use the module `secrets`."
        yield Match(found.node, message, found.severity, found.confidence)


def fix(site: FixSite) -> Iterator[Fix]:
    call = site.node
    if not isinstance(call, ast.Call):
        return
    name = site.qualified_name(call.func) or ""
    if name.startswith("random."):
        is_seeded = site.mentions(r"\bseed\(")
        for proposal in fix_random(site):  # that the numbers become a secret is known here
            yield proposal if is_seeded else replace(proposal, applicability=Applicability.SAFE, note="")
    elif name == "uuid.uuid1" and not call.args and not call.keywords:
        edit = site.call_instead(call.func, "uuid", "uuid4")
        yield Fix("Use uuid.uuid4", (edit,), Applicability.SAFE)
    elif name == "numpy.random.bytes" and len(call.args) == 1:
        edit = site.replace(call.func, f"{site.use('secrets')}.token_bytes")
        yield Fix("Use secrets.token_bytes", (edit,), Applicability.SAFE)
    elif name.startswith(("time.", "datetime.")) and (digest := _digest_around(call, site)) is not None:
        edit = site.replace(digest, f"{site.use('secrets')}.token_hex(32)")
        yield Fix(
            "Use secrets.token_hex", (edit,), Applicability.REVIEW, "It has 64 characters, and nothing of the time in it."
        )


def _digest_around(node: ast.AST, site: FixSite) -> ast.Call | None:
    """Return the whole of ``sha256(… time() …).hexdigest()``."""
    for outer in ancestors(node, site):
        match outer:
            case ast.Call(func=ast.Attribute(attr="hexdigest"), args=[]):
                return outer
            case ast.stmt():
                return None
    return None


RULE = Rule(
    id="VET508",
    name="predictable-randomness",
    cwe=Cwe(338),
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    message="This can be predicted, and so can a secret that is made of it. Use the module `secrets`.",
    bad=(
        Example(
            (
                "import random\n\n\ndef make_password(alphabet):\n"
                '    return "".join(random.choice(alphabet) for _ in range(12))\n'
            ),
            (
                "import random\nimport secrets\n\n\ndef make_password(alphabet):\n"
                '    return "".join(secrets.choice(alphabet) for _ in range(12))\n'
            ),
        ),
        Example(
            (
                "import random\nfrom flask import Flask, session\n\napp = Flask(__name__)\n\n\n"
                '@app.route("/login", methods=["POST"])\ndef login():\n    value = str(random.random())[2:]\n'
                '    session["remember"] = value\n    return "welcome"\n'
            ),
            (
                "import random\nimport secrets\nfrom flask import Flask, session\n\napp = Flask(__name__)\n\n\n"
                '@app.route("/login", methods=["POST"])\ndef login():\n'
                '    value = str(secrets.SystemRandom().random())[2:]\n    session["remember"] = value\n'
                '    return "welcome"\n'
            ),
        ),
        Example(
            (
                "import random\n\n\nclass Reset:\n    def begin(self, user):\n"
                "        number = random.randint(100000, 999999)\n        user.reset_code = str(number)\n"
                "        user.save()\n"
            ),
            (
                "import random\nimport secrets\n\n\nclass Reset:\n    def begin(self, user):\n"
                "        number = secrets.SystemRandom().randint(100000, 999999)\n        user.reset_code = str(number)\n"
                "        user.save()\n"
            ),
        ),
        Example(
            (
                "import random as r\nimport string\n\n\ndef new_id(length):\n"
                '    return "".join(r.choices(string.ascii_letters + string.digits, k=length))\n'
            ),
            (
                "import random as r\nimport secrets\nimport string\n\n\ndef new_id(length):\n"
                '    return "".join(secrets.SystemRandom().choices(string.ascii_letters + string.digits, k=length))\n'
            ),
        ),
        Example(
            ("import uuid\n\n\ndef create_session(user):\n    session_id = str(uuid.uuid1())\n    store(session_id, user)\n"),
            ("import uuid\n\n\ndef create_session(user):\n    session_id = str(uuid.uuid4())\n    store(session_id, user)\n"),
        ),
        Example(
            "import hashlib\nimport time\n\n\ndef reset_token(user):\n"
            "    return hashlib.sha256(str(time.time()).encode()).hexdigest()\n",
            ("import hashlib\nimport secrets\nimport time\n\n\ndef reset_token(user):\n    return secrets.token_hex(32)\n"),
        ),
        Example(
            "import numpy as np\nfrom Crypto.Cipher import AES\n\n\ndef cipher():\n"
            "    return AES.new(np.random.bytes(16), AES.MODE_GCM)\n",
            (
                "import secrets\n\nimport numpy as np\nfrom Crypto.Cipher import AES\n\n\ndef cipher():\n"
                "    return AES.new(secrets.token_bytes(16), AES.MODE_GCM)\n"
            ),
        ),
        Example(
            (
                "import random\n\n\ndef pick():\n    return random.getrandbits(64)\n\n\ndef invite(mail):\n"
                "    url_token = pick()\n    send(mail, invite_token=url_token)\n"
            ),
        ),
    ),
    good=(
        ('import secrets\n\n\ndef make_password(alphabet):\n    return "".join(secrets.choice(alphabet) for _ in range(12))\n'),
        "import random\nimport time\n\n\ndef retry(attempt):\n    time.sleep(2**attempt + random.random())\n",
        ("import random\n\nrng = random.SystemRandom()\n\n\ndef reset_code():\n    return rng.randint(100000, 999999)\n"),
        (
            "import random\n\n\ndef augment(tokens):\n    token = random.choice(tokens)\n"
            "    return [t for t in tokens if t != token]\n"
        ),
        (
            "import time\n\n\ndef is_expired(token_issued_at, ttl):\n    token_age = time.time() - token_issued_at\n"
            "    return token_age > ttl\n"
        ),
        "import uuid\n\n\ndef create_session(user):\n    session_id = uuid.uuid4().hex\n    store(session_id, user)\n",
        (
            "import random\nfrom django.test import TestCase\n\n\nclass TestLogin(TestCase):\n"
            "    def test_sample_words(self):\n"
            '        word = "".join(random.choice("abcdefghijklmnop") for _ in range(8))\n'
            "        self.assertTrue(lookup(word))\n"
        ),
    ),
    check=check,
    fix=fix,
    supersedes=frozenset({"B311"}),
)
