"""The token itself, or nobody, says by which algorithm it is checked.

## Why it matters
A JSON Web Token names its algorithm in its header, which the sender writes. If that is believed, or if algorithms
with a public key and with a shared one are both allowed, an attacker signs with the public key as if it were a shared
secret, and the check passes. Assistants leave `algorithms` out, or list all that come to mind.

## How to fix it
Allow exactly the algorithm that you sign with, as a constant:

    claims = jwt.decode(token, public_key, algorithms=["RS256"])

## When it is fine
Where the key is an object that knows its own algorithm, as those of a JWK set do.

## References
- [CWE-347: Improper Verification of Cryptographic Signature](https://cwe.mitre.org/data/definitions/347.html)
- [RFC 8725: JSON Web Token best current practices](https://www.rfc-editor.org/rfc/rfc8725#section-3.1)
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from vetline.core.cwe import Cwe
from vetline.core.edit import Applicability, Fix
from vetline.core.severity import Confidence, Severity
from vetline.rules.base import CheckContext, Example, FixSite, Match, Rule
from vetline.rules.crypto.tokens import algorithms_of, decodes, is_unverified, names_in, signed_with
from vetline.rules.locals import origin_of
from vetline.syntax.calls import keyword_of

_MISSING = "No `algorithms` are given: the token may choose how it is checked. Allow the one that you sign with."
_MIXED = "Algorithms with a public key and with a shared one are both allowed: a public key can serve as the secret."
_ASKED = "The token says itself how it is checked. Allow the algorithm that you sign with, as a constant."


def check(context: CheckContext) -> Iterator[Match]:
    for call in decodes(context):
        if is_unverified(call, context) or any(one.arg is None for one in call.keywords):
            continue
        algorithms = algorithms_of(call, context)
        if algorithms is None:
            if _has_key(call, context):
                yield Match(call, _MISSING)
            continue
        names = names_in(algorithms)
        if any(n.startswith("HS") for n in names) and any(n.startswith(("RS", "ES", "PS", "Ed")) for n in names):
            yield Match(call, _MIXED)
        elif any(taint.origin.label == "remote" for taint in algorithms.all_taints()):
            yield Match(call, _ASKED)


def _has_key(call: ast.Call, context: CheckContext) -> bool:
    return context.argument(call, 1, "key") is not None and not any(isinstance(one, ast.Starred) for one in call.args)


def fix(site: FixSite) -> Iterator[Fix]:
    call = site.node
    if not isinstance(call, ast.Call):
        return
    given = keyword_of(call, "algorithms") or (call.args[2] if len(call.args) > 2 else None)
    value = given.value if isinstance(given, ast.keyword) else given
    for allowed in _possible(value, site):
        text = f'["{allowed}"]'
        edit = site.append_argument(call, f"algorithms={text}") if value is None else site.replace(value, text)
        note = f"Tokens that are signed in another way than with {allowed} are refused."
        yield Fix(f"Allow {allowed} only", (edit,), Applicability.REVIEW, note)


def _possible(given: ast.expr | None, site: FixSite) -> list[str]:
    """Return the algorithms that may be the right one, those with a public key first."""
    match None if given is None else origin_of(given, site):
        case ast.List(elts=elts) | ast.Tuple(elts=elts):
            names = [one.value for one in elts if isinstance(one, ast.Constant) and isinstance(one.value, str)]
            return sorted(names, key=lambda name: name.startswith("HS")) or [signed_with(site)]
    return [signed_with(site)]


RULE = Rule(
    id="VET511",
    name="jwt-algorithm",
    cwe=Cwe(347),
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    message=_MISSING,
    bad=(
        Example(
            "import jwt\n\n\ndef read(token, key):\n    return jwt.decode(token, key)\n",
            ('import jwt\n\n\ndef read(token, key):\n    return jwt.decode(token, key, algorithms=["HS256"])\n'),
        ),
        Example(
            'from jose import jwt\n\n\ndef read(token, key):\n    return jwt.decode(token, key, audience="api")\n',
            (
                "from jose import jwt\n\n\ndef read(token, key):\n"
                '    return jwt.decode(token, key, audience="api", algorithms=["HS256"])\n'
            ),
        ),
        Example(
            'import jwt\n\nALLOWED = ["RS256", "HS256"]\n\n\nclass Reader:\n    def read(self, token):\n'
            "        return jwt.decode(token, self.key, algorithms=ALLOWED)\n",
            (
                'import jwt\n\nALLOWED = ["RS256", "HS256"]\n\n\nclass Reader:\n    def read(self, token):\n'
                '        return jwt.decode(token, self.key, algorithms=["RS256"])\n'
            ),
        ),
        Example(
            "import jwt\n\n\ndef read(token, key):\n    header = jwt.get_unverified_header(token)\n"
            '    return jwt.decode(token, key, algorithms=[header["alg"]])\n',
            (
                "import jwt\n\n\ndef read(token, key):\n    header = jwt.get_unverified_header(token)\n"
                '    return jwt.decode(token, key, algorithms=["HS256"])\n'
            ),
        ),
        Example(
            'from jose import jws\n\n\ndef read(token, key):\n    alg = jws.get_unverified_header(token)["alg"]\n'
            "    return jws.verify(token, key, algorithms=alg)\n",
            (
                "from jose import jws\n\n\ndef read(token, key):\n"
                '    alg = jws.get_unverified_header(token)["alg"]\n'
                '    return jws.verify(token, key, algorithms=["HS256"])\n'
            ),
        ),
    ),
    good=(
        "import jwt\n\n\ndef read(token, key):\n    return jwt.decode(token, key, algorithms=['HS256'])\n",
        "import jwt\n\n\ndef read(token, key):\n    return jwt.decode(token, key, algorithms=['RS256', 'ES256'])\n",
        "from jose import jwt\n\n\ndef read(token, key):\n    return jwt.decode(token, key, 'RS256')\n",
        "import jwt\n\n\ndef read(token, key, **options):\n    return jwt.decode(token, key, **options)\n",
        (
            "import jwt\nfrom flask import current_app\n\n\ndef read(token):\n"
            '    return jwt.decode(token, current_app.config["JWT_KEY"], '
            'algorithms=[current_app.config["JWT_ALGORITHM"]])\n'
        ),
    ),
    check=check,
    fix=fix,
)
