"""PyCrypto has been abandoned since 2013 and has known holes.

The import alone is no weakness: PyCryptodome, which is maintained, also installs itself as `Crypto`, and the name doesn't
tell which of the two you have.  So Vetline shows it only for modules that PyCryptodome doesn't have, and else in Bandit's
profile.

## Why it matters
PyCrypto's last release, 2.6.1, has a buffer overflow by which a crafted initialisation vector can run code
(CVE-2013-7459), and nobody repairs it.  Assistants write `from Crypto.Cipher import AES` because most examples do, and
name either package in the `requirements.txt` beside it.

## How to fix it
Use `cryptography`, whose Fernet encrypts and authenticates in one step:

    from cryptography.fernet import Fernet

    token = Fernet(key).encrypt(data)

To stay with PyCryptodome, require `pycryptodomex` and import it under its own name:

    from Cryptodome.Cipher import AES

## When it is fine
If `pycryptodome` is what your requirements name.

## References
- [cryptography: Fernet](https://cryptography.io/en/latest/fernet/)
- [PyCryptodome: installation](https://www.pycryptodome.org/src/installation)
- [NVD: CVE-2013-7459](https://nvd.nist.gov/vuln/detail/CVE-2013-7459)
- [Bandit: B413](https://bandit.readthedocs.io/en/latest/blacklists/blacklist_imports.html#b413-import-pycrypto)
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from vetline.core.cwe import Cwe
from vetline.core.edit import Applicability, Fix
from vetline.core.severity import Confidence, Severity
from vetline.rules.base import Example, FixSite, Rule
from vetline.rules.import_swaps import remove_unused
from vetline.rules.weaknesses.vet515_abandoned_crypto import complaint, is_abandoned


def fix(site: FixSite) -> Iterator[Fix]:
    unused = list(remove_unused(site))
    yield from unused
    match site.node:
        case ast.ImportFrom(module=str() as module) if not unused and not complaint(site.node):
            text = site.text_of(site.node).replace(module, f"Cryptodome{module.removeprefix('Crypto')}", 1)
            note = "It takes the package pycryptodomex, which has all that PyCrypto had."
            yield Fix("Import it from pycryptodomex", (site.replace(site.node, text),), Applicability.REVIEW, note)


RULE = Rule(
    id="B413",
    name="import-pycrypto",
    cwe=Cwe(327),
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    message="Make sure that this `Crypto` is PyCryptodome, not the abandoned PyCrypto; or use `cryptography`.",
    bad=(
        Example('from Crypto.Cipher import AES\n\nprint("hello")\n', '\nprint("hello")\n'),
        Example("from Crypto.Cipher import AES\n", ""),
        Example("import Crypto.Random\n", ""),
        Example("from Crypto import Hash\n", ""),
    ),
    good=(
        "from cryptography.fernet import Fernet\n",
        "from Cryptodome.Cipher import AES\n",
    ),
    fix=fix,
    matters=is_abandoned,
)
