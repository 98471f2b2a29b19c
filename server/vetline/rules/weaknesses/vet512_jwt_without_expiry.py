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

import ast
from collections.abc import Iterator

from vetline.core.cwe import Cwe
from vetline.core.edit import Applicability, Fix
from vetline.core.severity import Confidence, Severity
from vetline.rules.base import CheckContext, Example, FixSite, Match, Rule
from vetline.rules.crypto.tokens import ENCODES
from vetline.rules.locals import origin_of

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


def fix(site: FixSite) -> Iterator[Fix]:
    call = site.node
    if not isinstance(call, ast.Call):
        return
    payload = call.args[0] if call.args else next((one.value for one in call.keywords if one.arg == "payload"), None)
    if payload is None:
        return
    expiry = f"int({site.use('time')}.time()) + 3600"
    note = "Who uses a token for longer than an hour has to get a new one."
    match origin_of(payload, site):
        case ast.Dict(values=[*_, last]) if "#" not in site.text_of(payload):
            edit = site.insert(site.range_of(last).end, f', "exp": {expiry}')
            yield Fix("Let the token expire after an hour", (edit,), Applicability.REVIEW, note)
        case ast.Call(func=ast.Name(id="dict")) as made:
            edit = site.append_argument(made, f"exp={expiry}")
            yield Fix("Let the token expire after an hour", (edit,), Applicability.REVIEW, note)


RULE = Rule(
    id="VET512",
    name="jwt-without-expiry",
    cwe=Cwe(613),
    severity=Severity.LOW,
    confidence=Confidence.MEDIUM,
    message="This token never expires: whoever finds it can use it for ever. Give it an `exp`.",
    bad=(
        Example(
            "import jwt\n\n\ndef issue(user, key):\n    return jwt.encode({'sub': user.id}, key, algorithm='HS256')\n",
            (
                "import time\n\nimport jwt\n\n\ndef issue(user, key):\n"
                "    return jwt.encode({'sub': user.id, \"exp\": int(time.time()) + 3600}, key, algorithm='HS256')\n"
            ),
        ),
        Example(
            'import jwt\n\n\ndef issue(user, key):\n    payload = {"sub": user.id}\n    payload["role"] = user.role\n'
            '    return jwt.encode(payload, key, algorithm="HS256")\n',
            (
                "import time\n\nimport jwt\n\n\ndef issue(user, key):\n"
                '    payload = {"sub": user.id, "exp": int(time.time()) + 3600}\n'
                '    payload["role"] = user.role\n    return jwt.encode(payload, key, algorithm="HS256")\n'
            ),
        ),
        Example(
            "from jose import jwt\n\n\nclass Tokens:\n    def issue(self, name):\n"
            '        claims = dict(sub=name, scope="read")\n        return jwt.encode(claims, self.key)\n',
            (
                "import time\n\nfrom jose import jwt\n\n\nclass Tokens:\n    def issue(self, name):\n"
                '        claims = dict(sub=name, scope="read", exp=int(time.time()) + 3600)\n'
                "        return jwt.encode(claims, self.key)\n"
            ),
        ),
        Example(
            "from jwt import encode\n\ntoken = encode(payload={'user': name}, key=key)\n",
            (
                "import time\n\nfrom jwt import encode\n\n"
                "token = encode(payload={'user': name, \"exp\": int(time.time()) + 3600}, key=key)\n"
            ),
        ),
        Example(
            "import time\nimport jwt\n\n\ndef issue(user, key):\n"
            '    return jwt.encode({"sub": user.id, "iat": int(time.time())}, key, algorithm="HS256")\n',
            (
                "import time\nimport jwt\n\n\ndef issue(user, key):\n"
                '    return jwt.encode({"sub": user.id, "iat": int(time.time()), "exp": int(time.time()) + '
                '3600}, key, algorithm="HS256")\n'
            ),
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
    fix=fix,
)
