"""A default argument names a broken SSL or TLS version, so every caller gets it unasked.

## Why it matters
Callers who don't think about the version, which is nearly all of them, open connections that an attacker on the path
can decrypt or tamper with.  Nothing at the call shows it.  Assistants produce such signatures when they wrap old `ssl`
or pyOpenSSL examples into a function.

## How to fix it
Let the caller pass a context, and make a safe one if there is none:

    def connect(host: str, context: ssl.SSLContext | None = None) -> ssl.SSLSocket:
        context = context or ssl.create_default_context()
        return context.wrap_socket(socket.create_connection((host, 443)), server_hostname=host)

## When it is fine
`SSLv23_METHOD` is only an old name for "negotiate"; it is safe if the function then sets a minimum version.

## References
- [Python: ssl.create_default_context](https://docs.python.org/3/library/ssl.html#ssl.create_default_context)
- [RFC 8996: Deprecating TLS 1.0 and TLS 1.1](https://www.rfc-editor.org/rfc/rfc8996)
- [Bandit: B503](https://bandit.readthedocs.io/en/latest/plugins/b503_ssl_with_bad_defaults.html)
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from vetline.core.cwe import Cwe
from vetline.core.edit import Fix
from vetline.core.severity import Confidence, Severity
from vetline.rules.base import Example, FixSite, Rule
from vetline.rules.superseded import left_to_vetline
from vetline.rules.weaknesses import vet402_outdated_tls


def fix(site: FixSite) -> Iterator[Fix]:
    if isinstance(site.node, ast.FunctionDef | ast.AsyncFunctionDef):
        yield from vet402_outdated_tls.newer_version(site.node.args, site)


RULE = Rule(
    id="B503",
    name="ssl-with-bad-defaults",
    cwe=Cwe(327),
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    message="This default is an outdated SSL or TLS version: take an `ssl.SSLContext` instead.",
    bad=(
        Example(
            ("import ssl\n\n\ndef connect(host, version=ssl.PROTOCOL_TLSv1):\n    return open_tls(host, version)\n"),
            ("import ssl\n\n\ndef connect(host, version=ssl.PROTOCOL_TLS_CLIENT):\n    return open_tls(host, version)\n"),
        ),
        Example(
            ("from OpenSSL import SSL\n\n\ndef make_context(method=SSL.SSLv3_METHOD):\n    return SSL.Context(method)\n"),
            ("from OpenSSL import SSL\n\n\ndef make_context(method=SSL.TLS_METHOD):\n    return SSL.Context(method)\n"),
        ),
    ),
    good=(
        (
            "import ssl\n\n\n"
            "def connect(host, context=None):\n"
            "    return open_tls(host, context or ssl.create_default_context())\n"
        ),
        "from OpenSSL import SSL\n\n\ndef make_context(method=SSL.TLS_METHOD):\n    return SSL.Context(method)\n",
    ),
    fix=fix,
    matters=left_to_vetline,
)
