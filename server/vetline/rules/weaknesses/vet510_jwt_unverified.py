"""A JSON Web Token is read without a check of its signature.

## Why it matters
A token is text that the client sends. Without the check anybody can write "I am the administrator" into it, and is
believed. Assistants switch the check off to see what is in a token, or because the key wasn't at hand, and the code
works.

## How to fix it
Give the key, and say which algorithms you accept:

    claims = jwt.decode(token, key, algorithms=["HS256"])

Never accept `none`. To find the right key, read the header alone (`jwt.get_unverified_header`), and then verify.

## When it is fine
For a token that came straight from its issuer over TLS, or that your own code has verified a line above; and to show
one to a developer.

## References
- [CWE-347: Improper Verification of Cryptographic Signature](https://cwe.mitre.org/data/definitions/347.html)
- [PyJWT: usage](https://pyjwt.readthedocs.io/en/stable/usage.html)
- [OWASP: JSON Web Token for Java (the attacks are the same)](https://cheatsheetseries.owasp.org/cheatsheets/JSON_Web_Token_for_Java_Cheat_Sheet.html)
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from vetline.core.cwe import Cwe
from vetline.core.edit import Applicability, Fix, TextEdit
from vetline.core.severity import Confidence, Severity
from vetline.rules.base import CheckContext, Example, FixSite, Match, Rule
from vetline.rules.building import written, written_parts
from vetline.rules.constants import function_around
from vetline.rules.crypto.tokens import ENCODES, algorithms_of, decodes, is_unverified, names_in, option, signed_with
from vetline.rules.locals import origin_of
from vetline.rules.purpose import words_of
from vetline.syntax.calls import has_unpacking, keyword_of

_CLAIMS = (
    "jose.jwt.get_unverified_claims",
    "jose.jws.get_unverified_claims",
    "python_jwt.process_jwt",
    "jwt.api_jwt.decode_unverified",
)
_VERIFYING = ("python_jwt.verify_jwt",)
_DECODERS = ("base64.b64decode", "base64.urlsafe_b64decode", "base64.decodebytes")
_OFF = "The signature of this token isn't checked: anybody can write what they like into it."
_NONE = "With the algorithm `none` a token has no signature: anybody can write what they like into it."


def check(context: CheckContext) -> Iterator[Match]:
    reading = list(decodes(context))
    checked = {id(function_around(call, context)) for call in reading if not is_unverified(call, context)}
    checked |= {id(function_around(call, context)) for call in context.calls(*_VERIFYING)}
    for call in reading:
        if is_unverified(call, context):
            if id(function_around(call, context)) not in checked:
                yield Match(call, _OFF)
        elif _has_no_key(call, context):
            yield Match(call, "No key is given, so the signature of this token isn't checked.", Severity.MEDIUM)
        elif (algorithms := algorithms_of(call, context)) is not None and any(
            name.lower() == "none" for name in names_in(algorithms)
        ):
            yield Match(call, _NONE)
        elif (expiry := option(call, "verify_exp", context)) is not None and expiry.constants == (False,):
            yield Match(call, "This token is accepted after it has expired, too.", Severity.LOW, Confidence.MEDIUM)
    for call in context.calls(*_CLAIMS):
        if id(function_around(call, context)) not in checked:
            yield Match(call, _OFF)
    for call in context.calls(*ENCODES):
        algorithm = context.argument(call, 2, "algorithm")
        if algorithm is not None and any(str(one).lower() == "none" for one in context.value(algorithm).constants or ()):
            yield Match(call, _NONE)
    yield from _by_hand(context, checked)


def _has_no_key(call: ast.Call, context: CheckContext) -> bool:
    if any(isinstance(one, ast.Starred) for one in call.args) or any(one.arg is None for one in call.keywords):
        return False
    key = context.argument(call, 1, "key")
    if key is None:
        return (
            not any(one.arg in ("key", "options", "verify", "public_key", "secret") for one in call.keywords)
            and len(call.args) == 1
        )
    return context.value(key).constants in ((None,), ("",), (b"",))


def _by_hand(context: CheckContext, checked: set[int]) -> Iterator[Match]:
    """Yield where the middle part of a token is decoded, and nothing else is done with it."""
    for call in context.calls(*_DECODERS):
        data = context.argument(call, 0, "s")
        if data is None or id(function_around(call, context)) in checked:
            continue
        if any(_is_middle_part(inner, context) for inner in written_parts(data, context)):
            yield Match(call, _OFF, Severity.MEDIUM, Confidence.MEDIUM)


def _is_middle_part(node: ast.AST, context: CheckContext) -> bool:
    """Tell whether ``node`` is ``token.split(".")[1]``."""
    match node:
        case ast.Subscript(value=parts, slice=ast.Constant(value=1)):
            match written(parts, context):
                case ast.Call(func=ast.Attribute(value=token, attr="split"), args=[dot]):
                    is_token = words_of(token) & {"jwt", "token", "bearer", "jws"}
                    return bool(is_token) and context.value(dot).constant in (".", b".")
    return False


def fix(site: FixSite) -> Iterator[Fix]:
    call = site.node
    if not isinstance(call, ast.Call) or has_unpacking(call):
        return
    name = site.qualified_name(call.func) or ""
    module, _, last = name.rpartition(".")
    if name == "python_jwt.process_jwt":
        key = f'{site.use("jwcrypto.jwk", "JWK")}.from_json({site.use("os")}.environ["JWT_KEY"])'
        edits = [site.call_instead(call.func, "python_jwt", "verify_jwt"), site.append_argument(call, f'{key}, ["HS256"]')]
        yield Fix("Check the signature with a key from the environment", tuple(edits), Applicability.REVIEW, _KEY)
    elif last == "get_unverified_claims":
        method = "verify" if module.endswith("jws") else "decode"
        more = f'{site.use("os")}.environ["JWT_KEY"], algorithms=["{signed_with(site)}"]'
        edits = [site.call_instead(call.func, module, method), site.append_argument(call, more)]
        yield Fix("Check the signature with a key from the environment", tuple(edits), Applicability.REVIEW, _KEY)
    elif last == "encode" and (algorithm := keyword_of(call, "algorithm")) is not None and len(call.args) > 1:
        edits = [site.replace(algorithm.value, '"HS256"')]
        if isinstance(call.args[1], ast.Constant):
            edits.insert(0, site.replace(call.args[1], f'{site.use("os")}.environ["JWT_KEY"]'))
        yield Fix("Sign with a key from the environment", tuple(edits), Applicability.REVIEW, _SIGNED)
    elif last == "decode" or keyword_of(call, "verify") is not None or keyword_of(call, "options") is not None:
        yield from _verified(call, site)


_KEY = "JWT_KEY has to be set; tokens that it hasn't signed, or with another algorithm, are refused."
_SIGNED = "JWT_KEY has to be set, where tokens are read as well."
_REFUSED = "Tokens that this key hasn't signed are refused."


def _verified(call: ast.Call, site: FixSite) -> Iterator[Fix]:
    """Yield the fix that has ``jwt.decode`` check what it is told not to."""
    edits: list[TextEdit] = []
    options, algorithms = keyword_of(call, "options"), keyword_of(call, "algorithms")
    taken = keyword_of(call, "verify")
    if taken is None and options is not None:
        checks: list[tuple[ast.expr | str | None, ast.expr]]
        match origin_of(options.value, site):
            case ast.Dict(keys=keys, values=values):
                checks = list(zip(keys, values, strict=True))
            case ast.Call(func=ast.Name(id="dict"), keywords=keywords):
                checks = [(keyword.arg, keyword.value) for keyword in keywords]
            case _:
                return
        if all(_switches_off(key, value) for key, value in checks):
            taken = options
        else:
            edits += [site.replace(value, "True") for key, value in checks if _switches_off(key, value)]
    elif taken is None and algorithms is not None:
        edits += _without_none(origin_of(algorithms.value, site), site)
    more = []
    environment = f'{site.use("os")}.environ["JWT_KEY"]'
    key = keyword_of(call, "key") or (call.args[1] if len(call.args) > 1 else None)
    given = key.value if isinstance(key, ast.keyword) else key
    if given is None:
        more.append(f"key={environment}")
    elif isinstance(given, ast.Constant):
        edits.append(site.replace(given, environment))
    note = _KEY if given is None or isinstance(given, ast.Constant) else _REFUSED
    if algorithms is None and len(call.args) < 3:
        more.append(f'algorithms=["{signed_with(site)}"]')
    if taken is not None:
        edits.append(site.replace(taken, ", ".join(more)) if more else site.remove_argument(call, taken))
    elif more:
        edits.append(site.append_argument(call, ", ".join(more)))
    if edits:
        yield Fix("Check the signature", tuple(sorted(edits, key=lambda edit: edit.range)), Applicability.REVIEW, note)


def _switches_off(key: ast.expr | str | None, value: ast.expr) -> bool:
    name = key.value if isinstance(key, ast.Constant) else key
    is_check = isinstance(name, str) and name.startswith("verify_")
    return is_check and isinstance(value, ast.Constant) and value.value is False


def _without_none(algorithms: ast.expr, site: FixSite) -> Iterator[TextEdit]:
    match algorithms:
        case ast.List(elts=elts) | ast.Tuple(elts=elts):
            kept = [site.text_of(one) for one in elts if not (isinstance(one, ast.Constant) and _is_none(one.value))]
            text = ", ".join(kept or [f'"{signed_with(site)}"'])
            yield site.replace(algorithms, f"[{text}]" if isinstance(algorithms, ast.List) else f"({text},)")
        case ast.Constant():
            yield site.replace(algorithms, f'"{signed_with(site)}"')


def _is_none(value: object) -> bool:
    return isinstance(value, str) and value.lower() == "none"


RULE = Rule(
    id="VET510",
    name="jwt-unverified",
    cwe=Cwe(347),
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    message=_OFF,
    bad=(
        Example(
            "import jwt\n\n\ndef user_of(token, key):\n"
            '    return jwt.decode(token, key, options={"verify_signature": False})["sub"]\n',
            ('import jwt\n\n\ndef user_of(token, key):\n    return jwt.decode(token, key, algorithms=["HS256"])["sub"]\n'),
        ),
        Example(
            ('import jwt\n\n\ndef read(token, key):\n    return jwt.decode(token, key, verify=False, algorithms=["HS256"])\n'),
            'import jwt\n\n\ndef read(token, key):\n    return jwt.decode(token, key, algorithms=["HS256"])\n',
        ),
        Example(
            "from jose import jwt\n\n\nclass Session:\n    def claims(self, token):\n"
            "        return jwt.get_unverified_claims(token)\n",
            (
                "import os\n\nfrom jose import jwt\n\n\nclass Session:\n    def claims(self, token):\n"
                '        return jwt.decode(token, os.environ["JWT_KEY"], algorithms=["HS256"])\n'
            ),
        ),
        Example(
            'import jwt as pyjwt\n\nALGORITHMS = ["HS256", "none"]\n\n\ndef read(token, key):\n'
            "    return pyjwt.decode(token, key, algorithms=ALGORITHMS)\n",
            (
                'import jwt as pyjwt\n\nALGORITHMS = ["HS256"]\n\n\ndef read(token, key):\n'
                "    return pyjwt.decode(token, key, algorithms=ALGORITHMS)\n"
            ),
        ),
        Example(
            "import base64\nimport json\nfrom flask import request\n\n\ndef current_user():\n"
            '    token = request.headers["Authorization"].removeprefix("Bearer ")\n'
            '    payload = token.split(".")[1]\n'
            '    return json.loads(base64.urlsafe_b64decode(token.split(".")[1] + "=="))["sub"]\n'
        ),
        Example(
            "import python_jwt\n\n\ndef verify(token):\n    return python_jwt.process_jwt(token)\n",
            (
                "import os\n\nimport python_jwt\nfrom jwcrypto.jwk import JWK\n\n\ndef verify(token):\n"
                '    return python_jwt.verify_jwt(token, JWK.from_json(os.environ["JWT_KEY"]), ["HS256"])\n'
            ),
        ),
        Example(
            "from jwt import decode\n\noptions = dict(verify_signature=False)\n\n\ndef read(token):\n"
            "    claims = decode(token, options=options)\n    return claims\n",
            (
                "import os\n\nfrom jwt import decode\n\noptions = dict(verify_signature=False)\n\n\n"
                "def read(token):\n"
                '    claims = decode(token, key=os.environ["JWT_KEY"], algorithms=["HS256"])\n'
                "    return claims\n"
            ),
        ),
        Example(
            'import jwt\n\n\ndef make(user):\n    return jwt.encode({"sub": user}, None, algorithm="none")\n',
            (
                "import os\n\nimport jwt\n\n\ndef make(user):\n"
                '    return jwt.encode({"sub": user}, os.environ["JWT_KEY"], algorithm="HS256")\n'
            ),
        ),
    ),
    good=(
        'import jwt\n\n\ndef read(token, key):\n    return jwt.decode(token, key, algorithms=["HS256"])\n',
        (
            "import jwt\n\n\ndef read(token, keys):\n"
            '    issuer = jwt.decode(token, options={"verify_signature": False})["iss"]\n'
            '    return jwt.decode(token, keys[issuer], algorithms=["RS256"])\n'
        ),
        (
            'import jwt\n\n\ndef read(token, keys):\n    kid = jwt.get_unverified_header(token)["kid"]\n'
            '    return jwt.decode(token, keys[kid], algorithms=["RS256"], options={"verify_aud": False})\n'
        ),
        (
            "from jose import jwt\n\n\ndef read(token, key):\n"
            '    return jwt.decode(token, key, algorithms=["ES256"], audience="api")\n'
        ),
        'import python_jwt\n\n\ndef read(token, key):\n    return python_jwt.verify_jwt(token, key, ["RS256"])\n',
        'import jwt\n\n\ndef make(user, key):\n    return jwt.encode({"sub": user}, key, algorithm="HS256")\n',
    ),
    check=check,
    fix=fix,
)
