"""What is sent without TLS is read by everyone on its way, passwords included.

## Why it matters
HTTP, FTP, Telnet, and SMTP, IMAP, POP3 and LDAP without TLS carry names, passwords and content as they are. Whoever
shares the Wi-Fi or runs a router on the way reads them, and changes what comes back. Assistants take `ftplib.FTP` and
`http://` from old manuals, and forget the one line, `starttls()`, that turns a mail login into a safe one.

## How to fix it
Use the protocol's encrypted form: `https://`, SFTP or `ftplib.FTP_TLS` with `prot_p()`, SSH, `smtplib.SMTP_SSL`,
`imaplib.IMAP4_SSL`, `ldaps://`. Or switch to TLS before you log in:

    with smtplib.SMTP(host, 587, timeout=10) as server:
        server.starttls(context=ssl.create_default_context())
        server.login(user, password)

## When it is fine
Within one machine, or for public files whose signature is checked afterwards.

## References
- [OWASP: transport layer security](https://cheatsheetseries.owasp.org/cheatsheets/Transport_Layer_Security_Cheat_Sheet.html)
- [Python: smtplib.SMTP.starttls](https://docs.python.org/3/library/smtplib.html#smtplib.SMTP.starttls)
- [Python: ftplib.FTP_TLS](https://docs.python.org/3/library/ftplib.html#ftplib.FTP_TLS)
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from vetline.core.cwe import Cwe
from vetline.core.edit import Applicability, Fix
from vetline.core.severity import Confidence, Severity
from vetline.flow.values import Value
from vetline.rules.base import CheckContext, Example, FixSite, Match, Rule
from vetline.rules.locals import loads_of, origin_of
from vetline.rules.statements import add_after, add_before
from vetline.rules.surroundings import function_around, scope_around

_PLAIN = re.compile(r"(?:http|ws|ftp)://", re.IGNORECASE)
_NEAR = re.compile(
    r"\w+://(?:[^/@]*@)?(?:localhost|127\.|0\.0\.0\.0|\[::1\]|10\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.|[\w-]+(?::\d+)?(?:/|$))",
    re.IGNORECASE,
)
"""URLs of the own machine and network: a name without a dot, an address of a private range."""
_WITH_PASSWORD = re.compile(r"\w+://[^/?#@]+:[^/?#@]*@")
_SECRET = re.compile(
    r"passw|passphrase|\bpwd\b|secret|token|api_?key|credential|authorization|x-api-key|session_?id|cvv|card_?number|ssn\b",
    re.IGNORECASE,
)
_LOGINS = {
    "smtplib.SMTP.login": ("starttls", "SMTP_SSL"),
    "imaplib.IMAP4.login": ("starttls", "IMAP4_SSL"),
    "poplib.POP3.pass_": ("stls", "POP3_SSL"),
}
"""Methods that send a password, what must be called before, and the class for which it needn't."""
_MAIL = "This sends the password as clear text: call `{method}` first, or use `{safe}`."
_HTTP = "This sends {what} as clear text, which everyone on the way can read: use `https://`."


def check(context: CheckContext) -> Iterator[Match]:
    for call in context.calls("telnetlib.Telnet"):
        yield Match(call, "Telnet sends everything, passwords included, as clear text: use SSH.")
    for call in context.calls("ftplib.FTP"):
        yield Match(
            call, "FTP sends the password and the files as clear text: use SFTP, or `FTP_TLS` with `prot_p()`.", Severity.MEDIUM
        )
    for name, (method, safe) in _LOGINS.items():
        for call in context.calls(name):
            if _is_plain(call, method, safe, context):
                yield Match(call, _MAIL.format(method=method, safe=safe), Severity.MEDIUM)
    for call in context.calls("ldap.initialize"):
        if call.args and _begins(context.value(call.args[0]), "ldap://") and _binds(call, context):
            yield Match(
                call, "This sends the password as clear text: use `ldaps://`, or call `start_tls_s` first.", Severity.MEDIUM
            )
    reported: set[int] = set()
    for hit in context.sinks("url", "host"):
        if hit.inner is None and isinstance(hit.node, ast.Call) and id(hit.node) not in reported:
            what = _sent(hit.node, hit.value, context)
            if what:
                reported.add(id(hit.node))
                yield Match(hit.node, _HTTP.format(what=what), confidence=Confidence.HIGH)


def _is_plain(call: ast.Call, method: str, safe: str, context: CheckContext) -> bool:
    """Tell whether a login goes over a connection that wasn't switched to TLS, as far as one function shows."""
    owner = call.func.value if isinstance(call.func, ast.Attribute) else None
    if owner is None or any(name.endswith(safe) for name in context.value(owner).types):
        return False
    scope = scope_around(call, context)
    if function_around(call, context) is None and not isinstance(scope, ast.With):
        return False
    for node in ast.walk(scope):
        match node:
            case ast.Attribute(attr=name) if name == method:
                return False
            case ast.Attribute(attr=name) | ast.Name(id=name) if name == safe:
                return False
    return not _is_local(owner, scope)


def _is_local(owner: ast.expr, scope: ast.AST) -> bool:
    """Tell whether the connection that is opened in ``scope`` leads to the own machine."""
    del owner
    return any(isinstance(node, ast.Constant) and node.value in ("localhost", "127.0.0.1", "::1") for node in ast.walk(scope))


def _binds(call: ast.Call, context: CheckContext) -> bool:
    names = {node.attr for node in ast.walk(scope_around(call, context)) if isinstance(node, ast.Attribute)}
    return bool(names & {"simple_bind_s", "simple_bind", "bind_s", "bind"}) and "start_tls_s" not in names


def _begins(value: Value, prefix: str) -> bool:
    texts = value.text
    return bool(texts) and all(isinstance(text[0], str) and text[0].lower().startswith(prefix) for text in texts or ())


def _sent(call: ast.Call, url: Value, context: CheckContext) -> str:
    """Return what is secret in a request to a plain URL; nothing if it's the own network, or nothing is."""
    texts = url.text
    if not texts:
        return ""
    for text in texts:
        if not isinstance(text[0], str) or not _PLAIN.match(text[0]) or _NEAR.match(text[0]) or len(text[0]) < 9:
            return ""
    known = "".join(piece for text in texts for piece in text if isinstance(piece, str))
    if _WITH_PASSWORD.match(known):
        return "the password in the URL"
    if re.search(r"[?&][^=]*(?:passw|token|secret|api_?key)[^=]*=", known, re.IGNORECASE):
        return "the secret in the URL"
    for keyword in call.keywords:
        if keyword.arg == "auth" and context.value(keyword.value).constants != (None,):
            return "the password"
        if keyword.arg in ("data", "json", "params", "headers", "content", "fields", "body"):
            value = context.value(keyword.value)
            for key in value.items or {}:
                if isinstance(key, str) and _SECRET.search(key):
                    return f"`{key}`"
    for argument in call.args[1:]:
        for key in context.value(argument).items or {}:
            if isinstance(key, str) and _SECRET.search(key):
                return f"`{key}`"
    return ""


def fix(site: FixSite) -> Iterator[Fix]:
    call = site.node
    if not isinstance(call, ast.Call):
        return
    name = site.qualified_name(call.func) or ""
    if name == "ftplib.FTP":
        yield from _ftp_over_tls(call, site)
    elif name == "ldap.initialize" and call.args and "ldap://" in site.text_of(call.args[0]):
        text = site.text_of(call.args[0]).replace("ldap://", "ldaps://", 1)
        note = "The server must have a certificate, and listen on port 636."
        yield Fix("Send it over TLS", (site.replace(call.args[0], text),), Applicability.REVIEW, note)
    elif isinstance(call.func, ast.Attribute) and (method := _SWITCHING.get(call.func.attr)) is not None:
        owner = site.text_of(call.func.value)
        name = "stls" if call.func.attr == "pass_" else "starttls"
        before = add_before(site, call, f"{owner}.{name}(context={site.use('ssl')}.create_default_context())")
        if before is not None:
            yield Fix("Switch to TLS first", (before,), Applicability.REVIEW, f"The server must know {method}.")
    else:
        yield from _over_https(call, site)


_SWITCHING = {"login": "STARTTLS", "pass_": "STLS"}


def _over_https(call: ast.Call, site: FixSite) -> Iterator[Fix]:
    """Yield the fix for a URL, where it is written in the call, or in a variable that it begins with."""
    for argument in (*call.args[:2], *(keyword.value for keyword in call.keywords if keyword.arg == "url")):
        for part in ast.walk(argument):
            origin = origin_of(part, site) if isinstance(part, ast.expr) else None
            if origin is None or not isinstance(origin, ast.Constant | ast.JoinedStr):
                continue
            text = site.text_of(origin)
            plain = _SCHEMES.search(text)
            if plain is not None and not isinstance(site.parent_of(origin), ast.JoinedStr):
                new = text[: plain.start(1)] + _SECURE[plain[1].lower()] + text[plain.end(1) :]
                edit = site.replace(origin, new)
                yield Fix("Send it over HTTPS", (edit,), Applicability.REVIEW, "The server must speak HTTPS, too.")
                return


_SCHEMES = re.compile(r"^\w*[\"']+(http|ws|ftp)(?=://)", re.IGNORECASE)
_SECURE = {"http": "https", "ws": "wss", "ftp": "ftps"}


def _ftp_over_tls(call: ast.Call, site: FixSite) -> Iterator[Fix]:
    edits = [site.call_instead(call.func, "ftplib", "FTP_TLS")]
    note = "The server must know FTP over TLS; files go encrypted once `prot_p()` is called, behind the login."
    statement = site.parent_of(call)
    if isinstance(statement, ast.Assign) and isinstance(target := statement.targets[0], ast.Name):
        for load in loads_of(statement, target.id, site) or ():
            attribute = site.parent_of(load)
            login = site.parent_of(attribute) if attribute is not None else None
            whole = site.parent_of(login) if login is not None else None
            if isinstance(attribute, ast.Attribute) and attribute.attr == "login" and isinstance(whole, ast.Expr):
                behind = add_after(site, whole, f"{target.id}.prot_p()")
                if behind is not None:
                    edits.append(behind)
                    note = "The server must know FTP over TLS."
                break
    yield Fix("Use FTP over TLS", tuple(edits), Applicability.REVIEW, note)


RULE = Rule(
    id="VET403",
    name="clear-text-transport",
    cwe=Cwe(319),
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    message="This sends a secret as clear text, which everyone on the way can read: use TLS.",
    bad=(
        Example(
            """\
import requests


def log_in(user, password):
    return requests.post("http://api.example.com/login", data={"user": user, "password": password}, timeout=10)
""",
            """\
import requests


def log_in(user, password):
    return requests.post("https://api.example.com/login", data={"user": user, "password": password}, timeout=10)
""",
        ),
        Example(
            """\
import httpx

BASE = "http://billing.example.com"


class Billing:
    def __init__(self, token):
        self.token = token

    def invoices(self):
        headers = {"Authorization": f"Bearer {self.token}"}
        return httpx.get(BASE + "/invoices", headers=headers).json()
""",
            """\
import httpx

BASE = "https://billing.example.com"


class Billing:
    def __init__(self, token):
        self.token = token

    def invoices(self):
        headers = {"Authorization": f"Bearer {self.token}"}
        return httpx.get(BASE + "/invoices", headers=headers).json()
""",
        ),
        Example(
            """\
import smtplib


def send(message, user, password):
    server = smtplib.SMTP("mail.example.com", 587, timeout=10)
    server.login(user, password)
    server.send_message(message)
    server.quit()
""",
            """\
import smtplib
import ssl


def send(message, user, password):
    server = smtplib.SMTP("mail.example.com", 587, timeout=10)
    server.starttls(context=ssl.create_default_context())
    server.login(user, password)
    server.send_message(message)
    server.quit()
""",
        ),
        Example(
            """\
import ftplib

ftp = ftplib.FTP("ftp.example.org")
ftp.login(user, password)
""",
            """\
import ftplib

ftp = ftplib.FTP_TLS("ftp.example.org")
ftp.login(user, password)
ftp.prot_p()
""",
        ),
        Example(
            """\
from telnetlib import Telnet

with Telnet(host) as session:
    session.write(b"show version\\n")
"""
        ),
        Example(
            """\
import imaplib


def unread(host, user, password):
    with imaplib.IMAP4(host) as box:
        box.login(user, password)
        box.select()
        return box.search(None, "UNSEEN")
""",
            """\
import imaplib
import ssl


def unread(host, user, password):
    with imaplib.IMAP4(host) as box:
        box.starttls(context=ssl.create_default_context())
        box.login(user, password)
        box.select()
        return box.search(None, "UNSEEN")
""",
        ),
        Example(
            """\
import ldap


def check(user, password):
    directory = ldap.initialize("ldap://directory.example.com")
    directory.simple_bind_s(user, password)
""",
            """\
import ldap


def check(user, password):
    directory = ldap.initialize("ldaps://directory.example.com")
    directory.simple_bind_s(user, password)
""",
        ),
        Example(
            """\
import requests

requests.get("http://intranet.example.com/report", auth=(user, password), timeout=10)
""",
            """\
import requests

requests.get("https://intranet.example.com/report", auth=(user, password), timeout=10)
""",
        ),
    ),
    good=(
        """\
import requests


def log_in(user, password):
    return requests.post("https://api.example.com/login", data={"user": user, "password": password}, timeout=10)
""",
        """\
import smtplib
import ssl


def send(message, user, password):
    with smtplib.SMTP("mail.example.com", 587, timeout=10) as server:
        server.starttls(context=ssl.create_default_context())
        server.login(user, password)
        server.send_message(message)
""",
        """\
import ftplib
import ssl

ftp = ftplib.FTP_TLS("ftp.example.org", context=ssl.create_default_context())
ftp.login(user, password)
ftp.prot_p()
""",
        """\
import requests

requests.get("http://example.com/robots.txt", timeout=10)
""",
        """\
import requests

requests.post("http://localhost:8000/login", json={"password": password}, timeout=10)
""",
        """\
import imaplib


def unread(host, user, password):
    with imaplib.IMAP4_SSL(host) as box:
        box.login(user, password)
""",
        """\
import ldap


def check(user, password):
    directory = ldap.initialize("ldap://directory.example.com")
    directory.start_tls_s()
    directory.simple_bind_s(user, password)
""",
    ),
    check=check,
    fix=fix,
    supersedes=frozenset({"B312", "B321", "B401", "B402"}),
)
