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
from vetline.rules.statements import add_before, remove

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
    for node in context.walk(ast.Attribute, ast.Name) if context.mentions(_LAST_NAMES) else ():
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


def _with_context(call: ast.Call, site: FixSite) -> Iterator[Fix]:
    """Yield the fix that wraps a socket by a context, in the place of ``ssl.wrap_socket``."""
    ssl = site.text_of(call.func.value) if isinstance(call.func, ast.Attribute) else site.use("ssl")
    given = {keyword.arg: keyword.value for keyword in call.keywords}
    edits = [site.remove_argument(call, keyword) for keyword in call.keywords if keyword.arg not in _KEPT]
    authorities = f"cafile={site.text_of(given['ca_certs'])}" if "ca_certs" in given else ""
    purpose = f"{ssl}.Purpose.CLIENT_AUTH" if "server_side" in given else ""
    context = f"{ssl}.create_default_context({', '.join(filter(None, (purpose, authorities)))})"
    if "certfile" in given:
        files = ", ".join(site.text_of(given[name]) for name in ("certfile", "keyfile") if name in given)
        before = add_before(site, call, f"context = {context}", f"context.load_cert_chain({files})")
        if before is not None:
            edits = [before, site.replace(call.func, "context.wrap_socket"), *edits]
            yield Fix("Wrap it with a context", tuple(edits), Applicability.REVIEW, _CHECKED)
    elif "server_side" not in given and (host := _host_of(call, site)):
        edits.insert(0, site.replace(call.func, f"{context}.wrap_socket"))
        edits.append(site.append_argument(call, f"server_hostname={host}"))
        yield Fix("Wrap it with a context", tuple(edits), Applicability.REVIEW, _CHECKED)


_KEPT = ("server_side", "do_handshake_on_connect", "suppress_ragged_eofs")
_CHECKED = "Certificates and host names are checked, and outdated versions refused."


def _host_of(call: ast.Call, site: FixSite) -> str:
    """Return the host that a socket is connected to, before it is wrapped or behind; empty if that can't be seen."""
    function = site.enclosing_function(call)
    for statement in function.body if function is not None else site.statements:
        for node in ast.walk(statement):
            match node:
                case ast.Call(
                    func=ast.Attribute(attr="connect" | "create_connection" | "connect_ex") | ast.Name(id="create_connection"),
                    args=[ast.Tuple(elts=[host, _]), *_],
                ):
                    return site.text_of(host)
    return ""


def _versions_in(node: ast.AST, site: FixSite) -> Iterator[ast.Attribute | ast.Name]:
    """Yield the outdated version in what is reported."""
    for inner in ast.walk(node):
        match inner:
            case ast.Attribute(attr=name) if name in _LAST_NAMES:
                yield inner
                return
            case ast.Name(id=name) if (site.qualified_name(inner) or "").rpartition(".")[2] in _LAST_NAMES:
                yield inner
                return


def _current(version: ast.Attribute | ast.Name, site: FixSite) -> str:
    """Return what stands for the current versions, in the place of an outdated one."""
    name = (site.qualified_name(version) or "").rpartition(".")[2]
    new = "TLS_METHOD" if name.endswith("_METHOD") else "TLS1_2_VERSION" if name.endswith("_VERSION") else ""
    new = new or ("PROTOCOL_TLS_CLIENT" if name.startswith("PROTOCOL_") else "TLSv1_2")
    if isinstance(version, ast.Attribute):
        return f"{site.text_of(version.value)}.{new}"
    return site.use((site.qualified_name(version) or "").rpartition(".")[0], new)


def newer_version(node: ast.AST, site: FixSite) -> Iterator[Fix]:
    """Yield the fix for an outdated version that is named somewhere in ``node``."""
    for version in _versions_in(node, site):
        edit = site.replace(version, _current(version, site))
        yield Fix("Negotiate the version", (edit,), Applicability.REVIEW, _OLDER)


_OLDER = "Who speaks only an older version is refused."


def fix(site: FixSite) -> Iterator[Fix]:
    node = site.node
    match node:
        case ast.Assign(targets=[ast.Attribute(attr="minimum_version")], value=ast.Attribute(value=owner)):
            edit = site.replace(node.value, f"{site.text_of(owner)}.TLSv1_2")
            yield Fix("Ask for TLS 1.2 at least", (edit,), Applicability.REVIEW, _OLDER)
        case ast.Call(func=callee, args=[ast.Attribute() as version]) if site.qualified_name(callee) == "ssl.SSLContext":
            edit = site.replace(version, f"{site.text_of(version.value)}.PROTOCOL_TLS_CLIENT")
            note = "It's a client's context, which checks certificates and names; a server takes PROTOCOL_TLS_SERVER."
            yield Fix("Negotiate the version", (edit,), Applicability.REVIEW, note)
        case ast.Call(func=callee) if site.qualified_name(callee) == "ssl.wrap_socket":
            yield from _with_context(node, site)
        case ast.Call(func=ast.Attribute(attr="set_ciphers")) if isinstance(statement := site.parent_of(node), ast.Expr):
            yield Fix("Keep the default ciphers", (remove(site, statement),), Applicability.REVIEW, _OLDER)
        case _:
            yield from newer_version(node, site)


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
""",
            """\
import socket
import ssl


def connect(host):
    return ssl.create_default_context().wrap_socket(socket.create_connection((host, 443)), server_hostname=host)
""",
        ),
        Example(
            """\
from OpenSSL import SSL


class Server:
    def __init__(self):
        self.context = SSL.Context(method=SSL.SSLv3_METHOD)
        self.context.use_certificate_file("server.crt")
""",
            """\
from OpenSSL import SSL


class Server:
    def __init__(self):
        self.context = SSL.Context(method=SSL.TLS_METHOD)
        self.context.use_certificate_file("server.crt")
""",
        ),
        Example(
            """\
from ssl import PROTOCOL_TLSv1_1

from urllib3 import PoolManager

pool = PoolManager(ssl_version=PROTOCOL_TLSv1_1)
""",
            """\
from ssl import PROTOCOL_TLS_CLIENT, PROTOCOL_TLSv1_1

from urllib3 import PoolManager

pool = PoolManager(ssl_version=PROTOCOL_TLS_CLIENT)
""",
        ),
        Example(
            """\
import ssl


def connect(host, version=ssl.PROTOCOL_SSLv3):
    return open_tls(host, version)
""",
            """\
import ssl


def connect(host, version=ssl.PROTOCOL_TLS_CLIENT):
    return open_tls(host, version)
""",
        ),
        Example(
            """\
import ssl

context = ssl.create_default_context()
context.set_ciphers("ALL:@SECLEVEL=0")
""",
            """\
import ssl

context = ssl.create_default_context()
""",
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
