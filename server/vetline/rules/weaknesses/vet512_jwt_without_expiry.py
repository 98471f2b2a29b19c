"""A JSON Web Token is issued that never expires.

## Why it matters
A token can't be taken back: the server that reads it asks nobody. One that leaks, through a log, a proxy or a lost
laptop, opens the account for ever. Assistants leave `exp` out because the example runs without.

## How to fix it
Let it expire soon, and issue a new one when it is needed:

    now = datetime.now(UTC)
    jwt.encode({"sub": user.id, "iat": now, "exp": now + timedelta(minutes=15)}, key, algorithm="HS256")

## When it is fine
Where each use asks a list of revoked tokens, or the token is for one message only.

## References
- [CWE-613: Insufficient Session Expiration](https://cwe.mitre.org/data/definitions/613.html)
- [PyJWT: expiration time](https://pyjwt.readthedocs.io/en/stable/usage.html#expiration-time-claim-exp)
"""

from __future__ import annotations

from collections.abc import Iterator

from vetline.core.cwe import Cwe
from vetline.core.severity import Confidence, Severity
from vetline.rules.base import CheckContext, Example, Match, Rule
from vetline.rules.crypto.tokens import ENCODES

_ENDS = frozenset({"exp", "expires", "expires_at", "expiry", "jti"})


def check(context: CheckContext) -> Iterator[Match]:
    for call in context.calls(*ENCODES):
        payload = context.argument(call, 0, "payload") or context.argument(call, 0, "claims")
        if payload is None:
            continue
        value = context.value(payload)
        is_whole = value.items is not None and value.rest is None and not value.taints and "builtins.dict" in value.types
        if is_whole and value.items and not _ENDS.intersection(str(key) for key in value.items):
            yield Match(call)


RULE = Rule(
    id="VET512",
    name="jwt-without-expiry",
    cwe=Cwe(613),
    severity=Severity.LOW,
    confidence=Confidence.MEDIUM,
    message="This token never expires: whoever finds it can use it for ever. Give it an `exp`.",
    bad=(
        Example("import jwt\n\n\ndef issue(user, key):\n    return jwt.encode({'sub': user.id}, key, algorithm='HS256')\n"),
        Example(
            'import jwt\n\n\ndef issue(user, key):\n    payload = {"sub": user.id}\n    payload["role"] = user.role\n'
            '    return jwt.encode(payload, key, algorithm="HS256")\n'
        ),
        Example(
            "from jose import jwt\n\n\nclass Tokens:\n    def issue(self, name):\n"
            '        claims = dict(sub=name, scope="read")\n        return jwt.encode(claims, self.key)\n'
        ),
        Example("from jwt import encode\n\ntoken = encode(payload={'user': name}, key=key)\n"),
        Example(
            "import time\nimport jwt\n\n\ndef issue(user, key):\n"
            '    return jwt.encode({"sub": user.id, "iat": int(time.time())}, key, algorithm="HS256")\n'
        ),
    ),
    good=(
        (
            "import time\nimport jwt\n\n\ndef issue(user, key):\n"
            '    return jwt.encode({"sub": user.id, "exp": time.time() + 900}, key, algorithm="HS256")\n'
        ),
        'import jwt\n\n\ndef issue(claims, key):\n    return jwt.encode(claims, key, algorithm="HS256")\n',
        (
            "from jose import jwt\n\n\ndef issue(data, key, expires):\n    to_encode = data.copy()\n"
            '    to_encode.update({"exp": expires})\n    return jwt.encode(to_encode, key)\n'
        ),
        (
            'import jwt\n\n\ndef issue(user, key, expires):\n    payload = {"sub": user.id}\n'
            '    payload["exp"] = expires\n    return jwt.encode(payload, key, algorithm="HS256")\n'
        ),
        "import json\n\ntoken = json.dumps({'sub': user.id})\n",
    ),
    check=check,
    why_no_fix="How long a token may live is for you to say.",
)
