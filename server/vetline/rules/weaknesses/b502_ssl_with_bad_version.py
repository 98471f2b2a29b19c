"""SSL 2, SSL 3, TLS 1.0 and TLS 1.1 are broken or withdrawn.

## Why it matters
An attacker on the path can decrypt parts of SSL 3 (POODLE) and of TLS 1.0 (BEAST); RFC 8996 withdrew TLS 1.0 and 1.1 in
2021.  A fixed version also keeps the connection from ever using a newer one.  Assistants copy `PROTOCOL_TLSv1` from
answers of about 2013, when it was the advice for servers that stumbled over newer versions.

## How to fix it
Let a context negotiate the best version that both sides know; since Python 3.10 it offers TLS 1.2 and later only:

    context = ssl.create_default_context()
    connection = context.wrap_socket(sock, server_hostname=host)

With pyOpenSSL:

    context = SSL.Context(SSL.TLS_METHOD)
    context.set_min_proto_version(SSL.TLS1_2_VERSION)

## When it is fine
`SSLv23_METHOD` is only an old name for "negotiate"; with a minimum version set it is safe.  A device that can't be
renewed may need TLS 1.0: give it a context of its own, so that nothing else is weakened.

## References
- [Python: ssl, security considerations](https://docs.python.org/3/library/ssl.html#ssl-security)
- [RFC 8996: Deprecating TLS 1.0 and TLS 1.1](https://www.rfc-editor.org/rfc/rfc8996)
- [Bandit: B502](https://bandit.readthedocs.io/en/latest/plugins/b502_ssl_with_bad_version.html)
"""

from __future__ import annotations

from collections.abc import Iterator

from vetline.core.cwe import Cwe
from vetline.core.edit import Fix
from vetline.core.severity import Confidence, Severity
from vetline.rules.base import Example, FixSite, Rule
from vetline.rules.superseded import left_to_vetline
from vetline.rules.weaknesses import vet402_outdated_tls


def fix(site: FixSite) -> Iterator[Fix]:
    yield from vet402_outdated_tls.fix(site)


RULE = Rule(
    id="B502",
    name="ssl-with-bad-version",
    cwe=Cwe(327),
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    message="This asks for an outdated SSL or TLS version: let `ssl.create_default_context()` negotiate a current one.",
    bad=(
        Example("import ssl\n\nconnection = ssl.wrap_socket(sock, ssl_version=ssl.PROTOCOL_TLSv1)\n"),
        Example(
            "from OpenSSL import SSL\n\ncontext = SSL.Context(method=SSL.SSLv3_METHOD)\n",
            "from OpenSSL import SSL\n\ncontext = SSL.Context(method=SSL.TLS_METHOD)\n",
        ),
        Example(
            ("import ssl\n\nfrom urllib3 import PoolManager\n\npool = PoolManager(ssl_version=ssl.PROTOCOL_TLSv1_1)\n"),
            ("import ssl\n\nfrom urllib3 import PoolManager\n\npool = PoolManager(ssl_version=ssl.PROTOCOL_TLS_CLIENT)\n"),
        ),
    ),
    good=(
        "import ssl\n\ncontext = ssl.create_default_context()\nconnection = context.wrap_socket(sock, server_hostname=host)\n",
        "from OpenSSL import SSL\n\ncontext = SSL.Context(SSL.TLS_METHOD)\ncontext.set_min_proto_version(SSL.TLS1_2_VERSION)\n",
        "import ssl\n\nfrom urllib3 import PoolManager\n\npool = PoolManager(ssl_minimum_version=ssl.TLSVersion.TLSv1_2)\n",
    ),
    fix=fix,
    matters=left_to_vetline,
)
