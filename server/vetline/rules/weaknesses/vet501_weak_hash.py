"""A broken hash, MD5 or SHA-1, is used where somebody may gain by forging it.

What counts is what the digest is for.  For a signature or a token it is a weakness, for a cache key or an ETag it is
not, and Vetline says nothing there.  Passwords have a rule of their own, VET502, because no fast hash is right for
them.

## Why it matters
Two inputs with the same MD5 or SHA-1 digest can be made at will.  A digest that signs, proves who sent something, or
stands for what a user sent, then proves nothing: the attacker hands in the harmless document, and uses the digest for
the other one.  Assistants write `hashlib.md5(...)` because it is the shortest example there is.

## How to fix it
Use SHA-256 or BLAKE2:

    digest = hashlib.sha256(data).hexdigest()

To prove where something comes from, use a key: `hmac.new(key, data, "sha256")`.  Where the digest has nothing to do
with security, say so: `hashlib.md5(data, usedforsecurity=False)`.

## When it is fine
For cache keys, ETags, and checksums against accidents, and where a format or a protocol that you can't change
prescribes it.

## References
- [CWE-328: Use of Weak Hash](https://cwe.mitre.org/data/definitions/328.html)
- [Python: hashlib](https://docs.python.org/3/library/hashlib.html)
- [SHAttered: the first SHA-1 collision](https://shattered.io/)
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from vetline.core.cwe import Cwe
from vetline.core.edit import Applicability, Fix
from vetline.core.severity import Confidence, Severity
from vetline.rules.base import CheckContext, Example, FixSite, Match, Rule
from vetline.rules.crypto.hashes import HashUse, hash_uses, is_cut
from vetline.rules.crypto.passwords import hashes_password
from vetline.rules.flows import REMOTE
from vetline.rules.locals import origin_of
from vetline.rules.purpose import is_evidence
from vetline.rules.weaknesses.b324_hashlib_insecure_functions import STRONGER

_STRANGERS = frozenset(REMOTE)


def check(context: CheckContext) -> Iterator[Match]:
    for use in hash_uses(context):
        if use.is_broken and not hashes_password(use, context) and (match := _match(use, context)) is not None:
            yield match


def _match(use: HashUse, context: CheckContext) -> Match | None:
    name = _NAMES.get(use.algorithm, use.algorithm.upper())
    if use.is_harmless:
        return None
    if is_evidence(use.words) or "token" in use.words_out:
        message = (
            f"{name} is broken: a signature or a secret that is made with it can be forged. Use SHA-256, or HMAC with a key."
        )
        return Match(use.call, message, Severity.MEDIUM, Confidence.HIGH)
    if any(taint.origin.label in _STRANGERS for taint in use.taints):
        message = f"{name} of what a stranger sends: other input with the same digest can be made. Use SHA-256."
        return Match(use.call, message, Severity.MEDIUM, Confidence.MEDIUM)
    if is_cut(use.call, context):
        return None
    message = f"{name} is broken: different data can be given the same digest. Use SHA-256, or say `usedforsecurity=False`."
    return Match(use.call, message, Severity.LOW, Confidence.MEDIUM)


_NAMES = {"sha": "SHA-1", "sha1": "SHA-1", "sha0": "SHA-0"}


def fix(site: FixSite) -> Iterator[Fix]:
    call = site.node
    if not isinstance(call, ast.Call):
        return
    name = site.qualified_name(call.func) or ""
    edit = None
    if name in ("hashlib.md5", "hashlib.sha1"):
        edit = site.call_instead(call.func, "hashlib", "sha256")
    elif name == "hashlib.new" and call.args:
        origin = origin_of(call.args[0], site)
        edit = site.replace(origin if isinstance(origin, ast.Constant) else call.args[0], '"sha256"')
    elif name.startswith(_HAZMAT):
        edit = site.call_instead(call.func, _HAZMAT, "SHA256")
    elif name.startswith(("Crypto.Hash.", "Cryptodome.Hash.")) and name.endswith(".new"):
        package = ".".join(name.split(".")[:2])
        edit = site.replace(call.func, f"{site.use(package, 'SHA256')}.new")
    if edit is not None:
        yield Fix("Use SHA-256", (edit,), Applicability.REVIEW, STRONGER)


_HAZMAT = "cryptography.hazmat.primitives.hashes"


RULE = Rule(
    id="VET501",
    name="weak-hash",
    cwe=Cwe(328),
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    message="This hash is broken: different data can be given the same digest. Use SHA-256.",
    bad=(
        Example(
            (
                "import hashlib\n\n\ndef sign(payload, secret_key):\n"
                "    return hashlib.md5((payload + secret_key).encode()).hexdigest()\n"
            ),
            (
                "import hashlib\n\n\ndef sign(payload, secret_key):\n"
                "    return hashlib.sha256((payload + secret_key).encode()).hexdigest()\n"
            ),
        ),
        Example(
            (
                "import hashlib\nfrom flask import Flask, request\n\napp = Flask(__name__)\n\n\n"
                "@app.route('/hash', methods=['POST'])\ndef store():\n"
                "    value = request.form.get('value', '').encode()\n    digest = hashlib.new('sha1')\n"
                "    digest.update(value)\n    save(digest.hexdigest())\n    return 'stored'\n"
            ),
            (
                "import hashlib\nfrom flask import Flask, request\n\napp = Flask(__name__)\n\n\n"
                "@app.route('/hash', methods=['POST'])\ndef store():\n"
                "    value = request.form.get('value', '').encode()\n    digest = hashlib.new(\"sha256\")\n"
                "    digest.update(value)\n    save(digest.hexdigest())\n    return 'stored'\n"
            ),
        ),
        Example(
            "from Crypto.Hash import MD5\n\n\nclass Signer:\n    def signature(self, message):\n"
            "        h = MD5.new()\n        h.update(message)\n        return h.digest()\n",
            (
                "from Crypto.Hash import MD5, SHA256\n\n\nclass Signer:\n    def signature(self, message):\n"
                "        h = SHA256.new()\n        h.update(message)\n        return h.digest()\n"
            ),
        ),
        Example(
            "from cryptography.hazmat.primitives import hashes\n\n\ndef session_token(user):\n"
            "    digest = hashes.Hash(hashes.SHA1())\n    digest.update(user.name.encode())\n"
            "    return digest.finalize().hex()\n",
            (
                "from cryptography.hazmat.primitives import hashes\n\n\ndef session_token(user):\n"
                "    digest = hashes.Hash(hashes.SHA256())\n    digest.update(user.name.encode())\n"
                "    return digest.finalize().hex()\n"
            ),
        ),
        Example(
            "import hashlib\n\nALGORITHM = 'md5'\n\n\ndef api_key(user):\n"
            "    return hashlib.new(ALGORITHM, user.email.encode()).hexdigest()\n",
            (
                'import hashlib\n\nALGORITHM = "sha256"\n\n\ndef api_key(user):\n'
                "    return hashlib.new(ALGORITHM, user.email.encode()).hexdigest()\n"
            ),
        ),
        Example(
            (
                "from hashlib import sha1 as digest\n\n\ndef make_reset_code(email):\n"
                "    return digest(email.encode()).hexdigest()[:8]\n"
            ),
            (
                "import hashlib\nfrom hashlib import sha1 as digest\n\n\ndef make_reset_code(email):\n"
                "    return hashlib.sha256(email.encode()).hexdigest()[:8]\n"
            ),
        ),
    ),
    good=(
        """\
import base64
import hashlib

GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"


def accept_key(key):
    return base64.b64encode(hashlib.sha1(key + GUID).digest())
""",
        """\
import hashlib
import secrets


def salt_for(signature):
    return secrets.token_bytes(hashlib.sha1().digest_size)
""",
        # So few characters tell things apart, and prove nothing.
        (
            "import hashlib\n\n\ndef save(patch, folder):\n    mark = hashlib.sha1(patch.encode()).hexdigest()[:8]\n"
            "    (folder / f'{mark}.patch').write_text(patch)\n"
        ),
        "import hashlib\n\n\ndef cache_key(url):\n    return hashlib.md5(url.encode()).hexdigest()\n",
        (
            "import hashlib\n\n\ndef file_checksum(path):\n    md5 = hashlib.md5()\n    with open(path, 'rb') as f:\n"
            "        for chunk in iter(lambda: f.read(8192), b''):\n            md5.update(chunk)\n"
            "    return md5.hexdigest()\n"
        ),
        (
            "import hashlib\n\n\ndef sign(payload, secret_key):\n"
            "    return hashlib.sha256((payload + secret_key).encode()).hexdigest()\n"
        ),
        "import hashlib\n\nshort_name = hashlib.sha1(name.encode(), usedforsecurity=False).hexdigest()\n",
        (
            "from flask import request, make_response\nimport hashlib\n\n\ndef page(body):\n"
            "    response = make_response(body)\n"
            "    response.headers['ETag'] = hashlib.md5(body.encode()).hexdigest()\n    return response\n"
        ),
        (
            "from cryptography.hazmat.primitives import hashes, hmac\n\n\ndef totp(key, counter):\n"
            "    mac = hmac.HMAC(key, hashes.SHA1())\n    mac.update(counter)\n    return mac.finalize()\n"
        ),
        (
            "import hashlib\nfrom flask import request\n\nNAMES = {'old': 'md5', 'new': 'sha512'}\n\n\ndef store():\n"
            "    digest = hashlib.new(NAMES['new'])\n    digest.update(request.form['value'].encode())\n"
            "    return digest.hexdigest()\n"
        ),
    ),
    check=check,
    fix=fix,
    supersedes=frozenset({"B303", "B324"}),
)
