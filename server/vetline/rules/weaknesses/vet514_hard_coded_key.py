"""A key stands in the code.

## Why it matters
Everybody who can read the code, its history, or the package built from it can decrypt what was encrypted, and forge
what was signed: tokens, cookies, links for a new password. The key can't be changed without a release. Assistants
write a key so that the example runs, and it stays.

## How to fix it
Read it when the program starts, and fail if it is missing:

    key = os.environ["SIGNING_KEY"].encode()

or keep it in a secret store. Make it at random, with `secrets.token_bytes(32)` or `Fernet.generate_key()`. A key that
was ever committed must be replaced: taking it out of the file isn't enough.

## When it is fine
In tests, and where the "key" only separates purposes of a hash and is no secret.

## References
- [CWE-321: Use of Hard-coded Cryptographic Key](https://cwe.mitre.org/data/definitions/321.html)
- [OWASP: Key management](https://cheatsheetseries.owasp.org/cheatsheets/Key_Management_Cheat_Sheet.html)
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from vetline.core.cwe import Cwe
from vetline.core.edit import Fix
from vetline.core.severity import Confidence, Severity
from vetline.rules.base import CheckContext, Example, FixSite, Match, Rule
from vetline.rules.constants import fixed
from vetline.rules.secrets.environment import read_from_environment

_PUBLIC = ("-----BEGIN PUBLIC", "-----BEGIN RSA PUBLIC", "-----BEGIN CERTIFICATE", "ssh-")
_MESSAGE = "This key stands in the code. Read it from the environment or a secret store, and replace it."
_DEFAULT = "This key is what stands in the code unless a caller gives another. Require it."


def check(context: CheckContext) -> Iterator[Match]:
    for hit in context.sinks("key"):
        known = fixed(hit.argument, context, hit.value)
        if known is None or not any(_is_key(text) for text in known.texts):
            continue
        message = _DEFAULT if known.is_default else _MESSAGE
        yield Match(hit.argument, message, confidence=Confidence.MEDIUM if known.is_default else None)


def _is_key(text: str | bytes) -> bool:
    shown = text if isinstance(text, str) else text.decode("latin-1")
    return bool(shown) and not shown.lstrip().startswith(_PUBLIC)


def fix(site: FixSite) -> Iterator[Fix]:
    match site.node:
        case ast.Attribute():
            return
        case ast.expr() as key:
            yield from read_from_environment(site, key, "SECRET_KEY")


RULE = Rule(
    id="VET514",
    name="hard-coded-key",
    cwe=Cwe(321),
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    message=_MESSAGE,
    bad=(
        Example(
            "import jwt\n\n\ndef make_token(user):\n"
            '    return jwt.encode({"sub": user.id, "exp": expiry()}, "my-signing-key", algorithm="HS256")\n',
            (
                "import os\n\nimport jwt\n\n\ndef make_token(user):\n"
                '    return jwt.encode({"sub": user.id, "exp": expiry()}, os.environ["SECRET_KEY"], '
                'algorithm="HS256")\n'
            ),
        ),
        Example(
            'from cryptography.fernet import Fernet\n\nKEY = b"pRmgMa8T0INjEAfksaq2aafzoZXEuwKI7wDe4c1F8AY="\n\n\n'
            "def seal(data):\n    return Fernet(KEY).encrypt(data)\n",
            (
                'import os\n\nfrom cryptography.fernet import Fernet\n\nKEY = os.environ["KEY"].encode()\n\n\n'
                "def seal(data):\n    return Fernet(KEY).encrypt(data)\n"
            ),
        ),
        Example(
            "from Crypto.Cipher import AES\n\n\nclass Vault:\n    def __init__(self):\n"
            '        self.key = "0123456789abcdef".encode()\n\n    def encrypt(self, data):\n'
            "        return AES.new(self.key, AES.MODE_GCM).encrypt_and_digest(data)\n"
        ),
        Example(
            'import hashlib\nimport hmac\n\n\ndef sign(body, key=b"webhook-key"):\n'
            "    return hmac.new(key, body, hashlib.sha256).hexdigest()\n",
            (
                'import hashlib\nimport hmac\nimport os\n\n\ndef sign(body, key=os.environ["KEY"].encode()):\n'
                "    return hmac.new(key, body, hashlib.sha256).hexdigest()\n"
            ),
        ),
        Example(
            "import base64\nfrom cryptography.hazmat.primitives.ciphers.aead import AESGCM\n\n\n"
            "def box_for(secret):\n    return AESGCM(base64.b64decode(secret))\n\n\n"
            'box = box_for("AAECAwQFBgcICQoLDA0ODw==")\n',
            (
                "import base64\nimport os\nfrom cryptography.hazmat.primitives.ciphers.aead import AESGCM\n\n"
                "\ndef box_for(secret):\n    return AESGCM(base64.b64decode(secret))\n\n\n"
                'box = box_for(os.environ["SECRET_KEY"])\n'
            ),
        ),
        Example(
            'from itsdangerous import URLSafeTimedSerializer\n\nserializer = URLSafeTimedSerializer("reset-password-links")\n',
            (
                "import os\n\nfrom itsdangerous import URLSafeTimedSerializer\n\n"
                'serializer = URLSafeTimedSerializer(os.environ["SECRET_KEY"])\n'
            ),
        ),
        Example(
            'from jose import jwt\n\nSETTINGS = {"jwt_key": "jose-key-of-ours"}\n\n\ndef read(token):\n'
            '    return jwt.decode(token, SETTINGS["jwt_key"], algorithms=["HS256"])\n',
            (
                'import os\n\nfrom jose import jwt\n\nSETTINGS = {"jwt_key": os.environ["JWT_KEY"]}\n\n\n'
                'def read(token):\n    return jwt.decode(token, SETTINGS["jwt_key"], algorithms=["HS256"])\n'
            ),
        ),
    ),
    good=(
        (
            "import os\nimport jwt\n\n\ndef make_token(user):\n"
            '    return jwt.encode({"sub": user.id, "exp": expiry()}, os.environ["JWT_KEY"], algorithm="HS256")\n'
        ),
        "from cryptography.fernet import Fernet\n\nkey = Fernet.generate_key()\nbox = Fernet(key)\n",
        (
            "from Crypto.Cipher import AES\n\n\ndef encrypt(key, data):\n"
            "    return AES.new(key, AES.MODE_GCM).encrypt_and_digest(data)\n"
        ),
        (
            "import jwt\n\n"
            'PUBLIC_KEY = "-----BEGIN PUBLIC KEY-----\\nMFkwEwYHKoZIzj0CAQYI\\n-----END PUBLIC KEY-----"\n\n\n'
            'def read(token):\n    return jwt.decode(token, PUBLIC_KEY, algorithms=["ES256"])\n'
        ),
        (
            "import hashlib\nimport hmac\nfrom django.conf import settings\n\n\ndef sign(body):\n"
            "    return hmac.new(settings.WEBHOOK_KEY.encode(), body, hashlib.sha256).hexdigest()\n"
        ),
    ),
    check=check,
    fix=fix,
    supersedes=frozenset({"VET601"}),
)
