"""A TLS context that accepts any certificate, from anyone.

## Why it matters
The traffic is encrypted, but to whoever answers: a rogue access point or a changed DNS record is enough to read and
alter it, passwords and updates included.  Assigned to `ssl._create_default_https_context`, the function switches
checking off for every HTTPS request of the process made through the standard library.  It is the first answer that
assistants and forums give to `CERTIFICATE_VERIFY_FAILED`.

## How to fix it
Keep the checks:

    context = ssl.create_default_context()

If your server's certificate comes from an authority of your own, name that authority:

    context = ssl.create_default_context(cafile="internal-ca.pem")

If the system's certificates are missing or stale, update them, or use the `certifi` package's file as `cafile`.

## When it is fine
To look at the certificate of a server that is known to be misconfigured, sending and believing nothing.

## References
- [Python: ssl security considerations](https://docs.python.org/3/library/ssl.html#security-considerations)
- [PEP 476: Enabling certificate verification by default](https://peps.python.org/pep-0476/)
- [Bandit: B323](https://bandit.readthedocs.io/en/latest/blacklists/blacklist_calls.html#b323-unverified-context)
"""

from __future__ import annotations

from collections.abc import Iterator

from vetline.core.cwe import Cwe
from vetline.core.edit import Fix
from vetline.core.severity import Confidence, Severity
from vetline.rules.base import Example, FixSite, Rule
from vetline.rules.superseded import left_to_vetline
from vetline.rules.weaknesses import vet401_tls_verification_off


def fix(site: FixSite) -> Iterator[Fix]:
    yield from vet401_tls_verification_off.fix(site)


RULE = Rule(
    id="B323",
    name="unverified-context",
    cwe=Cwe(295),
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    message="This context accepts any certificate, so traffic can be intercepted; use `ssl.create_default_context()`.",
    bad=(
        Example(
            "import ssl\n\ncontext = ssl._create_unverified_context()\n",
            "import ssl\n\ncontext = ssl.create_default_context()\n",
        ),
        Example(
            "import ssl\nfrom http.client import HTTPSConnection\n\n"
            "connection = HTTPSConnection(host, timeout=10, context=ssl._create_unverified_context())\n",
            (
                "import ssl\nfrom http.client import HTTPSConnection\n\n"
                "connection = HTTPSConnection(host, timeout=10, context=ssl.create_default_context())\n"
            ),
        ),
    ),
    good=(
        "import ssl\n\ncontext = ssl.create_default_context()\n",
        "import ssl\n\ncontext = ssl.create_default_context(cafile='internal-ca.pem')\n",
    ),
    fix=fix,
    matters=left_to_vetline,
)
