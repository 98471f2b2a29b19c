"""A key that is too short can be broken by computing, without any mistake of yours.

Bandit reports RSA and DSA keys below 2048 bits, and those below 1024 bits as severe.

## Why it matters
Whoever finds the private key reads what was encrypted and signs in your name, also for traffic recorded today.  In 2015,
researchers factored 512-bit RSA keys in under four hours, for 75 dollars of cloud time; NIST has disallowed 1024 bits
since 2014.  Assistants copy short keys from old tutorials, where they were chosen for speed.

## How to fix it
For new signatures use Ed25519, whose keys have one safe length:

    from cryptography.hazmat.primitives.asymmetric import ed25519

    key = ed25519.Ed25519PrivateKey.generate()

Where it has to be RSA, 3072 bits are a sound choice:

    key = rsa.generate_private_key(public_exponent=65537, key_size=3072)

## When it is fine
For throw-away keys in tests, where a short one is made faster.

## References
- [cryptography: RSA](https://cryptography.io/en/latest/hazmat/primitives/asymmetric/rsa/)
- [NIST SP 800-57: Recommendation for Key Management](https://csrc.nist.gov/pubs/sp/800/57/pt1/r5/final)
- [Factoring as a Service](https://eprint.iacr.org/2015/1000)
- [Bandit: B505](https://bandit.readthedocs.io/en/latest/plugins/b505_weak_cryptographic_key.html)
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from vetline.core.cwe import Cwe
from vetline.core.edit import Applicability, Fix
from vetline.core.severity import Confidence, Severity
from vetline.rules.base import Example, FixSite, Rule


def fix(site: FixSite) -> Iterator[Fix]:
    if not isinstance(site.node, ast.Call):
        return
    for argument in (*site.node.args, *(keyword.value for keyword in site.node.keywords)):
        if isinstance(argument, ast.Constant) and isinstance(argument.value, int) and argument.value < _ENOUGH:
            note = "Larger keys take longer to make and to use; those that exist have to be replaced."
            yield Fix("Use 3072 bits", (site.replace(argument, "3072"),), Applicability.REVIEW, note)


_ENOUGH = 2048


RULE = Rule(
    id="B505",
    name="weak-cryptographic-key",
    cwe=Cwe(326),
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    message="This key is too short to last: use Ed25519, or RSA with 3072 bits.",
    bad=(
        Example(
            "from cryptography.hazmat.primitives.asymmetric import rsa\n\n"
            "key = rsa.generate_private_key(public_exponent=65537, key_size=1024)\n",
            (
                "from cryptography.hazmat.primitives.asymmetric import rsa\n\n"
                "key = rsa.generate_private_key(public_exponent=65537, key_size=3072)\n"
            ),
        ),
        Example(
            ("from cryptography.hazmat.primitives.asymmetric import dsa\n\nkey = dsa.generate_private_key(1024)\n"),
            ("from cryptography.hazmat.primitives.asymmetric import dsa\n\nkey = dsa.generate_private_key(3072)\n"),
        ),
        Example(
            "from Cryptodome.PublicKey import RSA\n\nkey = RSA.generate(512)\n",
            "from Cryptodome.PublicKey import RSA\n\nkey = RSA.generate(3072)\n",
        ),
    ),
    good=(
        (
            "from cryptography.hazmat.primitives.asymmetric import rsa\n\n"
            "key = rsa.generate_private_key(public_exponent=65537, key_size=3072)\n"
        ),
        "from cryptography.hazmat.primitives.asymmetric import ed25519\n\nkey = ed25519.Ed25519PrivateKey.generate()\n",
        "from Cryptodome.PublicKey import RSA\n\nkey = RSA.generate(3072)\n",
    ),
    fix=fix,
)
