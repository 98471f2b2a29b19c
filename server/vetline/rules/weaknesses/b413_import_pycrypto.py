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

from vetline.core.cwe import Cwe
from vetline.core.severity import Confidence, Severity
from vetline.rules.base import Example, Rule
from vetline.rules.weaknesses.vet515_abandoned_crypto import is_abandoned

RULE = Rule(
    id="B413",
    name="import-pycrypto",
    cwe=Cwe(327),
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    message="Make sure that this `Crypto` is PyCryptodome, not the abandoned PyCrypto; or use `cryptography`.",
    bad=(
        Example("from Crypto.Cipher import AES\n"),
        Example("import Crypto.Random\n"),
        Example("from Crypto import Hash\n"),
    ),
    good=(
        "from cryptography.fernet import Fernet\n",
        "from Cryptodome.Cipher import AES\n",
    ),
    why_no_fix="Which package is installed isn't visible here, and another library reads the stored data differently.",
    matters=is_abandoned,
)
