"""Outdated versions of SSL and TLS can be broken into by whoever sees the traffic.

## Why it matters
SSL 2 and 3, TLS 1.0 and 1.1 have flaws that attackers use (POODLE, BEAST, Sweet32), and RFC 8996 forbids them. A
program that asks for such a version, or lets it through, can be talked down to it by anyone on the path.
`ssl.wrap_socket`, gone since Python 3.12, checks neither the certificate's name nor, by default, the certificate.
Assistants copy both from examples of ten years ago.

## How to fix it
Let a context of today's defaults negotiate the version:

    context = ssl.create_default_context()
    connection = context.wrap_socket(sock, server_hostname=host)

To be explicit, set `context.minimum_version = ssl.TLSVersion.TLSv1_2`.

## When it is fine
To reach one old device that can't be updated, on a network of its own.

## References
- [RFC 8996: deprecating TLS 1.0 and 1.1](https://www.rfc-editor.org/rfc/rfc8996)
- [Python: ssl, security considerations](https://docs.python.org/3/library/ssl.html#security-considerations)
- [OWASP: transport layer security](https://cheatsheetseries.owasp.org/cheatsheets/Transport_Layer_Security_Cheat_Sheet.html)
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from vetline.core.cwe import Cwe
from vetline.core.edit import Applicability, Fix
from vetline.core.severity import Confidence, Severity
from vetline.rules.base import CheckContext, Example, FixSite, Match, Rule

_OLD = re.compile(
    r"(?:ssl\.(?:PROTOCOL_(?:SSLv2|SSLv3|TLSv1|TLSv1_1)|_?SSLMethod\.PROTOCOL_(?:SSLv[23]|TLSv1(?:_1)?)"
    r"|TLSVersion\.(?:SSLv3|TLSv1|TLSv1_1|MINIMUM_SUPPORTED))"
    r"|(?:OpenSSL\.SSL|pyOpenSSL)\.(?:(?:SSLv2|SSLv3|TLSv1|TLSv1_1)_METHOD|(?:SSL3|TLS1|TLS1_1)_VERSION))"
)
_LAST_NAMES = frozenset(
    "PROTOCOL_SSLv2 PROTOCOL_SSLv3 PROTOCOL_TLSv1 PROTOCOL_TLSv1_1 SSLv3 TLSv1 TLSv1_1 MINIMUM_SUPPORTED SSLv2_METHOD"
    " SSLv3_METHOD TLSv1_METHOD TLSv1_1_METHOD SSL3_VERSION TLS1_VERSION TLS1_1_VERSION".split()
)
_WEAK_CIPHERS = re.compile(
    r"(?<![!\-A-Za-z0-9])(?:ALL|COMPLEMENTOFALL|aNULL|eNULL|NULL|EXPORT|EXP|LOW|RC4|DES|3DES|MD5|ADH)(?![A-Za-z0-9])"
)
_MESSAGE = "This allows an outdated SSL or TLS version: let `ssl.create_default_context()` negotiate a current one."


def check(context: CheckContext) -> Iterator[Match]:
    for node in context.walk(ast.Attribute, ast.Name):
        match node:
            case ast.Attribute(attr=name, ctx=ast.Load()) | ast.Name(id=name, ctx=ast.Load()) if name in _LAST_NAMES:
                if any(_OLD.fullmatch(one) for one in context.names_of(node)) and (place := _use_of(node, context)) is not None:
                    yield Match(place)
    for call in context.calls("ssl.wrap_socket"):
        if not any(keyword.arg == "ssl_version" for keyword in call.keywords):
            yield Match(
                call,
                "This allows outdated TLS and checks no host name: use `ssl.create_default_context().wrap_socket(...)`.",
                Severity.MEDIUM,
                Confidence.HIGH,
            )
    for call in context.calls("ssl.SSLContext.set_ciphers", "?.set_ciphers"):
        ciphers = context.value(call.args[0]).constant if call.args else None
        if isinstance(ciphers, str) and _WEAK_CIPHERS.search(ciphers):
            yield Match(call, "This allows ciphers that are broken or check nobody: keep the default ones.", Severity.MEDIUM)


def _use_of(node: ast.AST, context: CheckContext) -> ast.AST | None:
    """Return where the version is asked for: a call, a default of a function, an assignment to a context; None elsewhere."""
    child, parent = node, context.parent_of(node)
    while isinstance(parent, ast.keyword | ast.IfExp | ast.BoolOp | ast.Starred):
        child, parent = parent, context.parent_of(parent)
    match parent:
        case ast.Call(func=function) if function is not child and not _asks_only(parent, context):
            return None if isinstance(node, ast.Attribute) and node.attr == "MINIMUM_SUPPORTED" else parent
        case ast.arguments():
            return node
        case ast.Assign(targets=[ast.Attribute(attr="minimum_version" | "ssl_version" | "_ssl_version")]):
            return parent
        case ast.Assign(targets=[ast.Name(id=name)]) if "version" in name.lower() or "protocol" in name.lower():
            return parent
    return None


def _asks_only(call: ast.Call, context: CheckContext) -> bool:
    return bool({"builtins.hasattr", "builtins.getattr", "builtins.isinstance", "builtins.print"} & set(context.callees(call)))


def fix(site: FixSite) -> Iterator[Fix]:
    match site.node:
        case ast.Assign(targets=[ast.Attribute(attr="minimum_version")], value=ast.Attribute(value=owner)):
            edit = site.replace(site.node.value, f"{site.text_of(owner)}.TLSv1_2")
            yield Fix("Ask for TLS 1.2 at least", (edit,), Applicability.REVIEW, "Who speaks only an older version is refused.")
        case ast.Call(func=callee, args=[ast.Attribute() as version]) if site.qualified_name(callee) == "ssl.SSLContext":
            edit = site.replace(version, f"{site.text_of(version.value)}.PROTOCOL_TLS_CLIENT")
            note = "It's a client's context, which checks certificates and names; a server takes PROTOCOL_TLS_SERVER."
            yield Fix("Negotiate the version", (edit,), Applicability.REVIEW, note)


RULE = Rule(
    id="VET402",
    name="outdated-tls",
    cwe=Cwe(327),
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    message=_MESSAGE,
    bad=(
        Example(
            """\
import ssl

context = ssl.SSLContext(ssl.PROTOCOL_TLSv1)
""",
            """\
import ssl

context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
""",
        ),
        Example(
            """\
import ssl


def make_context():
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1
    return context
""",
            """\
import ssl


def make_context():
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context
""",
        ),
        Example(
            """\
import socket
import ssl


def connect(host):
    return ssl.wrap_socket(socket.create_connection((host, 443)))
"""
        ),
        Example(
            """\
from OpenSSL import SSL


class Server:
    def __init__(self):
        self.context = SSL.Context(method=SSL.SSLv3_METHOD)
        self.context.use_certificate_file("server.crt")
"""
        ),
        Example(
            """\
from ssl import PROTOCOL_TLSv1_1

from urllib3 import PoolManager

pool = PoolManager(ssl_version=PROTOCOL_TLSv1_1)
"""
        ),
        Example(
            """\
import ssl


def connect(host, version=ssl.PROTOCOL_SSLv3):
    return open_tls(host, version)
"""
        ),
        Example(
            """\
import ssl

context = ssl.create_default_context()
context.set_ciphers("ALL:@SECLEVEL=0")
"""
        ),
    ),
    good=(
        """\
import ssl

context = ssl.create_default_context()
connection = context.wrap_socket(sock, server_hostname=host)
""",
        """\
import ssl

context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.minimum_version = ssl.TLSVersion.TLSv1_2
context.load_cert_chain("server.crt", "server.key")
""",
        """\
from OpenSSL import SSL

context = SSL.Context(SSL.TLS_METHOD)
context.set_min_proto_version(SSL.TLS1_2_VERSION)
""",
        """\
import ssl

NAMES = {ssl.TLSVersion.TLSv1: "TLS 1.0", ssl.TLSVersion.TLSv1_2: "TLS 1.2"}


def describe(connection):
    return "old" if connection.version() == ssl.TLSVersion.TLSv1 else "current"
""",
        """\
import ssl

from urllib3 import PoolManager

pool = PoolManager(ssl_minimum_version=ssl.TLSVersion.TLSv1_2)
""",
        """\
import ssl

context = ssl.create_default_context()
context.set_ciphers("ECDHE+AESGCM:!aNULL:!MD5")
context.maximum_version = ssl.TLSVersion.TLSv1_3
""",
    ),
    check=check,
    fix=fix,
    supersedes=frozenset({"B502", "B503", "B504"}),
)
