"""`ssl.wrap_socket` picks the TLS version by itself and checks no certificate.

## Why it matters
With its defaults it accepts whatever version the other side and the OpenSSL build allow, any certificate and any host
name, so anyone on the path can pose as the server.  It was deprecated in Python 3.7 and removed in 3.12, where the call
fails.  Assistants still write it, because it is shorter than making a context.

## How to fix it
Make a context, which knows safe versions and checks the certificate and the name:

    context = ssl.create_default_context()
    connection = context.wrap_socket(sock, server_hostname=host)

For a server:

    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain("server.crt", "server.key")
    connection = context.wrap_socket(sock, server_side=True)

## When it is fine
Never in new code: from Python 3.12 on the function is gone.

## References
- [Python: ssl.create_default_context](https://docs.python.org/3/library/ssl.html#ssl.create_default_context)
- [Bandit: B504](https://bandit.readthedocs.io/en/latest/plugins/b504_ssl_with_no_version.html)
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
    id="B504",
    name="ssl-with-no-version",
    cwe=Cwe(327),
    severity=Severity.LOW,
    confidence=Confidence.MEDIUM,
    message="This allows outdated TLS versions: use `ssl.create_default_context().wrap_socket(...)`.",
    bad=(
        Example("import ssl\n\nconnection = ssl.wrap_socket(sock)\n"),
        Example(
            "from ssl import wrap_socket\n\n"
            'connection = wrap_socket(sock, server_side=True, certfile="server.crt", keyfile="server.key")\n',
            (
                "import ssl\nfrom ssl import wrap_socket\n\n"
                "context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)\n"
                'context.load_cert_chain("server.crt", "server.key")\n'
                "connection = context.wrap_socket(sock, server_side=True)\n"
            ),
        ),
    ),
    good=(
        "import ssl\n\ncontext = ssl.create_default_context()\nconnection = context.wrap_socket(sock, server_hostname=host)\n",
        (
            "import ssl\n\n"
            "context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)\n"
            'context.load_cert_chain("server.crt", "server.key")\n'
            "connection = context.wrap_socket(sock, server_side=True)\n"
        ),
    ),
    fix=fix,
    matters=left_to_vetline,
)
