"""An initialisation vector or nonce is always the same, or can be predicted.

## Why it matters
With CBC, equal beginnings of messages show. With CTR, GCM and ChaCha20 it is far worse: two messages under one nonce
give away what both say, and with GCM the key that authenticates, so that messages can be forged. Assistants write
`b"\\x00" * 16` because the parameter is required.

## How to fix it
Make a new one for each message, and send it along; it is no secret:

    iv = os.urandom(16)
    cipher = Cipher(algorithms.AES(key), modes.CBC(iv))

Leave it out where the library makes one: `AES.new(key, AES.MODE_GCM)` has it in `cipher.nonce`. Fernet does all of
it.

## When it is fine
Where each key encrypts one message only, and in tests against published vectors.

## References
- [CWE-329: Generation of Predictable IV with CBC Mode](https://cwe.mitre.org/data/definitions/329.html)
- [CWE-323: Reusing a Nonce, Key Pair in Encryption](https://cwe.mitre.org/data/definitions/323.html)
- [cryptography: symmetric encryption](https://cryptography.io/en/latest/hazmat/primitives/symmetric-encryption/)
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from vetline.core.cwe import Cwe
from vetline.core.edit import Applicability, Fix
from vetline.core.severity import Confidence, Severity
from vetline.flow.frame import SinkHit
from vetline.rules.base import CheckContext, Example, FixSite, Match, Rule
from vetline.rules.constants import fixed
from vetline.rules.locals import origin_of
from vetline.semantics.bindings import chain_of

_WAY_OUT = "Make one with `os.urandom` for each message."
_COUNTERS = ("Crypto.Util.Counter.new", "Cryptodome.Util.Counter.new")


def check(context: CheckContext) -> Iterator[Match]:
    nonces = context.sinks("nonce")
    keys = [root for hit in context.sinks("key") if nonces and (root := _root(hit.argument))]
    for hit in nonces:
        known = fixed(hit.argument, context, hit.value)
        if known is not None and known.texts:
            yield Match(hit.argument, f"This initialisation vector or nonce is always the same. {_WAY_OUT}")
        elif any(taint.origin.label == "random" for taint in hit.taints):
            yield Match(hit.argument, f"This nonce comes from `random`, which can be predicted. {_WAY_OUT}")
        elif ((root := _root(hit.argument)) is not None and root in keys) or _is_same_taint(hit, context):
            yield Match(
                hit.argument,
                f"The key is its own initialisation vector: it is the same each time, and no secret any more. {_WAY_OUT}",
            )
    for call in context.calls(*_COUNTERS):
        if not any(one.arg in ("prefix", "initial_value", None) for one in call.keywords) and len(call.args) < 2:
            message = "A counter that begins at 1 encrypts each message with the same bytes. Give it a random `prefix`."
            yield Match(call, message, Severity.MEDIUM, Confidence.MEDIUM)


def _root(node: ast.AST) -> tuple[str, ...] | None:
    """Return the variable that an expression is, or is a slice of."""
    while isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Slice):
        node = node.value
    return chain_of(node)


def _is_same_taint(hit: SinkHit, context: CheckContext) -> bool:
    """Tell whether a nonce is, as a whole, what comes in as the key of the same call."""
    match hit.value.taints:
        case (taint,) if taint.origin.parameter and taint.is_certain and hit.inner is None:
            for other in context.sinks("key"):
                if other.node is hit.node and other.inner is None:
                    return any(one.origin.key == taint.origin.key for one in other.value.taints)
    return False


def fix(site: FixSite) -> Iterator[Fix]:
    node = site.node
    if isinstance(node, ast.Call) and (site.qualified_name(node.func) or "").endswith(".Counter.new"):
        prefix = f"prefix={site.use('os')}.urandom(8)"
        edits = [site.append_argument(node, prefix)]
        match node.args:
            case [ast.Constant(value=128) as bits]:
                edits.insert(0, site.replace(bits, "64"))
                yield Fix("Begin with a random prefix", tuple(edits), Applicability.REVIEW, _NOTE)
        return
    if not isinstance(node, ast.expr):
        return
    origin = origin_of(node, site)
    is_here = site.enclosing_function(origin) is site.enclosing_function(node)
    place = origin if is_here and not isinstance(site.parent_of(origin), ast.arguments) else node
    size = _size_of(origin, site) or _size_for(node, site)
    random = f"{site.use('os')}.urandom({size})"
    yield Fix("Use os.urandom", (site.replace(place, random),), Applicability.REVIEW, _NOTE)


_NOTE = "What decrypts needs the same value: keep it in a variable, and send it in front of the message."


def _size_of(node: ast.expr, site: FixSite) -> int:
    """Return how long a written value is; 0 if that isn't known."""
    match node:
        case ast.Constant(value=bytes() as data):
            return len(data)
        case ast.Constant(value=str() as text):
            return len(text.encode())
        case ast.BinOp(left=left, op=ast.Mult(), right=ast.Constant(value=int() as times)):
            return _size_of(left, site) * times
        case ast.Call(func=ast.Name(id="bytes"), args=[ast.Constant(value=int() as times)], keywords=[]):
            return times
        case ast.Call(func=ast.Attribute(value=inner, attr="encode")):
            return _size_of(origin_of(inner, site), site)
    return 0


def _size_for(node: ast.expr, site: FixSite) -> int:
    """Return how long a nonce is where it is handed over: a block, or what counters take."""
    parent = site.parent_of(node)
    call = site.parent_of(parent) if isinstance(parent, ast.keyword) else parent
    return 12 if isinstance(call, ast.Call) and _COUNTING.search(site.text_of(call)) else 16


_COUNTING = re.compile(r"GCM|CCM|EAX|ChaCha|MODE_CTR|\.encrypt\(|\.decrypt\(")


RULE = Rule(
    id="VET506",
    name="constant-iv",
    cwe=Cwe(329),
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    message=f"This initialisation vector or nonce is always the same. {_WAY_OUT}",
    bad=(
        Example(
            (
                "from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes\n\n\n"
                'def encrypt(key, data):\n    cipher = Cipher(algorithms.AES(key), modes.CBC(b"\\x00" * 16))\n'
                "    encryptor = cipher.encryptor()\n    return encryptor.update(data) + encryptor.finalize()\n"
            ),
            (
                "import os\n\nfrom cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes\n\n\n"
                "def encrypt(key, data):\n    cipher = Cipher(algorithms.AES(key), modes.CBC(os.urandom(16)))\n"
                "    encryptor = cipher.encryptor()\n    return encryptor.update(data) + encryptor.finalize()\n"
            ),
        ),
        Example(
            'from Crypto.Cipher import AES\n\nIV = "This is an IV456"\n\n\nclass Box:\n    def encrypt(self, data):\n'
            '        return AES.new(self.key, AES.MODE_CBC, IV.encode("utf-8")).encrypt(data)\n',
            (
                'import os\n\nfrom Crypto.Cipher import AES\n\nIV = "This is an IV456"\n\n\nclass Box:\n'
                "    def encrypt(self, data):\n"
                "        return AES.new(self.key, AES.MODE_CBC, os.urandom(16)).encrypt(data)\n"
            ),
        ),
        Example(
            "from cryptography.hazmat.primitives.ciphers.aead import AESGCM\n\n\n"
            "def seal(key, data, nonce=bytes(12)):\n    box = AESGCM(key)\n"
            "    return box.encrypt(nonce, data, None)\n",
            (
                "import os\n\nfrom cryptography.hazmat.primitives.ciphers.aead import AESGCM\n\n\n"
                "def seal(key, data, nonce=bytes(12)):\n    box = AESGCM(key)\n"
                "    return box.encrypt(os.urandom(12), data, None)\n"
            ),
        ),
        Example(
            "import random\nfrom Cryptodome.Cipher import AES\n\n\ndef encrypt(key, data):\n"
            "    iv = bytes(random.getrandbits(8) for _ in range(16))\n"
            "    return AES.new(key, AES.MODE_CBC, iv=iv).encrypt(data)\n",
            (
                "import os\nimport random\nfrom Cryptodome.Cipher import AES\n\n\ndef encrypt(key, data):\n"
                "    iv = os.urandom(16)\n    return AES.new(key, AES.MODE_CBC, iv=iv).encrypt(data)\n"
            ),
        ),
        Example(
            "from Crypto.Cipher import AES\n\n\ndef encrypt(key, data):\n"
            "    return AES.new(key, AES.MODE_CBC, key[:16]).encrypt(data)\n",
            (
                "import os\n\nfrom Crypto.Cipher import AES\n\n\ndef encrypt(key, data):\n"
                "    return AES.new(key, AES.MODE_CBC, os.urandom(16)).encrypt(data)\n"
            ),
        ),
        Example(
            (
                "from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes\n\n\n"
                "def cipher_for(key, iv):\n    return Cipher(algorithms.AES(key), modes.CTR(iv))\n\n\n"
                'def encrypt(key, data):\n    return cipher_for(key, b"0123456789abcdef").encryptor().update(data)\n'
            ),
            (
                "import os\n\nfrom cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes\n\n\n"
                "def cipher_for(key, iv):\n    return Cipher(algorithms.AES(key), modes.CTR(iv))\n\n\n"
                "def encrypt(key, data):\n    return cipher_for(key, os.urandom(16)).encryptor().update(data)\n"
            ),
        ),
        Example(
            "from Crypto.Cipher import AES\nfrom Crypto.Util import Counter\n\n\ndef encrypt(key, data):\n"
            "    return AES.new(key, AES.MODE_CTR, counter=Counter.new(128)).encrypt(data)\n",
            (
                "import os\n\nfrom Crypto.Cipher import AES\nfrom Crypto.Util import Counter\n\n\n"
                "def encrypt(key, data):\n"
                "    return AES.new(key, AES.MODE_CTR, counter=Counter.new(64, prefix=os.urandom(8))).encrypt(data)\n"
            ),
        ),
    ),
    good=(
        (
            "import os\nfrom cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes\n\n\n"
            "def encrypt(key, data):\n    iv = os.urandom(16)\n"
            "    encryptor = Cipher(algorithms.AES(key), modes.CBC(iv)).encryptor()\n"
            "    return iv + encryptor.update(data) + encryptor.finalize()\n"
        ),
        (
            "from Crypto.Cipher import AES\n\n\ndef decrypt(key, sealed):\n    iv, data = sealed[:16], sealed[16:]\n"
            "    return AES.new(key, AES.MODE_CBC, iv).decrypt(data)\n"
        ),
        (
            "from Crypto.Cipher import AES\nfrom Crypto.Random import get_random_bytes\n\n\ndef encrypt(key, data):\n"
            "    iv = get_random_bytes(AES.block_size)\n"
            "    return iv + AES.new(key, AES.MODE_CBC, iv).encrypt(data)\n"
        ),
        "from Crypto.Cipher import AES\n\ncipher = AES.new(key, AES.MODE_GCM)\n",
        (
            "import secrets\nfrom cryptography.hazmat.primitives.ciphers.aead import AESGCM\n\n\n"
            "def seal(key, data, nonce=None):\n    nonce = nonce or secrets.token_bytes(12)\n"
            "    return nonce + AESGCM(key).encrypt(nonce, data, None)\n"
        ),
    ),
    check=check,
    fix=fix,
)
