"""A connection whose other end nobody has checked can be read and changed on its way.

## Why it matters
Without a check of the certificate (or of the host key, for SSH) the traffic is encrypted, but for whoever answers: a
rogue access point, a changed DNS record or a proxy is enough to read the passwords and tokens in it and to answer in
the server's name. Assistants switch the check off because that makes a `CERTIFICATE_VERIFY_FAILED` go away, and it
stays when the code goes live.

## How to fix it
Leave the checks as they are by default. For a server with a certificate of your own authority, name its root:

    requests.get(url, timeout=10, verify="/etc/ssl/certs/internal-ca.pem")
    context = ssl.create_default_context(cafile="internal-ca.pem")

For SSH, load the keys that are known, and let the default policy refuse the rest:

    client = paramiko.SSHClient()
    client.load_system_host_keys()

## When it is fine
Against a server on your own machine, in a test that sends nothing secret.

## References
- [Python: ssl, security considerations](https://docs.python.org/3/library/ssl.html#security-considerations)
- [Requests: SSL certificate verification](https://requests.readthedocs.io/en/latest/user/advanced/#ssl-cert-verification)
- [Paramiko: host key policies](https://docs.paramiko.org/en/stable/api/client.html)
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import replace

from vetline.core.cwe import Cwe
from vetline.core.edit import Applicability, Fix
from vetline.core.severity import Confidence, Severity
from vetline.rules.base import CheckContext, Example, FixSite, Match, Rule
from vetline.rules.statements import add_after, add_before, remove
from vetline.rules.surroundings import conditions_on, function_around, name_of, scope_around
from vetline.rules.weaknesses import b501_request_with_no_cert_validation
from vetline.syntax.calls import has_unpacking, keyword_of

_CERTIFICATE = "This accepts any certificate, so anyone on the path can pose as the server: leave the check on."
_HOST_NAME = "This accepts a certificate of any other host, so anyone who has one can pose as the server: check the name."
_HOST_KEY = "This trusts whatever server answers: load known host keys, and refuse the others."
_NO_OPENSSL_DEFAULT = "This context checks no certificate unless told to: call `set_verify` with `SSL.VERIFY_PEER`."
_NO_DEFAULT = "This context checks no certificate unless told to: use `ssl.create_default_context()`."
_MAIL = "Without `context=ssl.create_default_context()`, the mail server's certificate isn't checked."

_CLIENTS = frozenset("requests httpx aiohttp urllib3 boto3 botocore hvac niquests curl_cffi cloudscraper requests_html".split())
_SWITCHES = frozenset(
    "verify_ssl ssl_verify verify_certs verify_cert validate_cert validate_certs cert_check tls_verify".split()
)
"""Keywords and attributes that switch the check off when false, whatever they belong to."""
_INVERSE = frozenset(
    "tlsAllowInvalidCertificates tlsAllowInvalidHostnames tlsInsecure insecure_skip_verify skip_tls_verify ssl_insecure".split()
)
"""Those that do so when true."""
_REQUIREMENTS = frozenset("cert_reqs ssl_cert_reqs verify_mode tls_cert_reqs validate".split())
_NONE = frozenset({"ssl.CERT_NONE", "ssl.VerifyMode.CERT_NONE", "OpenSSL.SSL.VERIFY_NONE"})
_NONE_TEXTS = frozenset({"CERT_NONE", "NONE", "none", "cert_none"})
_POLICIES = frozenset(
    {"paramiko.AutoAddPolicy", "paramiko.WarningPolicy", "paramiko.client.AutoAddPolicy", "paramiko.client.WarningPolicy"}
)
_LOCAL = re.compile(r"https?://(?:localhost|127\.0\.0\.1|\[::1\])(?:[:/]|$)")
_ENVIRONMENT = {"PYTHONHTTPSVERIFY": "0", "CURL_CA_BUNDLE": "", "REQUESTS_CA_BUNDLE": "", "GIT_SSL_NO_VERIFY": "true"}


def check(context: CheckContext) -> Iterator[Match]:
    for match in _found(context):
        yield replace(match, severity=Severity.LOW) if _is_an_option(match.node, context) else match


def _is_an_option(node: ast.AST, context: CheckContext) -> bool:
    """Tell whether this happens only if someone asks for it: the condition speaks of it."""
    conditions = conditions_on(node, context)
    return any(_OPTION.search(ast.unparse(condition)) for condition in conditions)


_OPTION = re.compile(r"verif|insecure|validat|hostname|cert|ssl|tls|secure|trust|self_?signed", re.IGNORECASE)


def _found(context: CheckContext) -> Iterator[Match]:
    for node in context.walk(ast.Call):
        if isinstance(node, ast.Call):
            yield from _of_keywords(node, context)
            yield from _of_callee(node, context)
    for node in context.walk(ast.Assign):
        match node:
            case ast.Assign(targets=[ast.Attribute() as target], value=value):
                yield from _of_attribute(node, target, value, context)
            case ast.Assign(targets=[ast.Subscript(value=owner, slice=ast.Constant(value=str() as key))], value=value):
                wanted = _ENVIRONMENT.get(key)
                if wanted is not None and context.value(value).constant == wanted and "os.environ" in context.names_of(owner):
                    yield Match(node, _CERTIFICATE)
    for node in context.walk(ast.Dict):
        if isinstance(node, ast.Dict):
            for name, value in zip(node.keys, node.values, strict=True):
                if isinstance(name, ast.Constant) and name.value in ("cert_reqs", "ssl_cert_reqs") and _is_none(value, context):
                    yield Match(value, _CERTIFICATE)


def _of_keywords(call: ast.Call, context: CheckContext) -> Iterator[Match]:
    for keyword in call.keywords:
        name, value = keyword.arg, keyword.value
        if name in ("verify", "ssl"):
            if _is(value, False, context) and _is_of_client(call, name, context):
                yield _weakened(call, context)
                return
        elif name in _SWITCHES:
            if _is(value, False, context):
                yield _weakened(call, context)
                return
        elif name in _INVERSE:
            if _is(value, True, context):
                yield Match(call, _CERTIFICATE)
                return
        elif name in _REQUIREMENTS:
            if _is_none(value, context) or (name == "ssl_cert_reqs" and context.value(value).constants == (None,)):
                yield Match(call, _CERTIFICATE)
                return
        elif name in ("check_hostname", "assert_hostname", "ssl_check_hostname") and _is(value, False, context):
            yield Match(call, _HOST_NAME)
            return
        elif name == "known_hosts" and context.value(value).constants == (None,) and _is_asyncssh(call, context):
            yield Match(call, _HOST_KEY)


def _is_asyncssh(call: ast.Call, context: CheckContext) -> bool:
    return any(callee.startswith("asyncssh.") for callee in context.callees(call))


def _weakened(call: ast.Call, context: CheckContext) -> Match:
    """Return the finding for a request without a check; one to the own machine is harmless."""
    url = context.argument(call, 0, "url")
    texts = context.value(url).text if url is not None else None
    is_local = bool(texts) and all(isinstance(text[0], str) and _LOCAL.match(text[0]) for text in texts or ())
    return Match(call, _CERTIFICATE, Severity.LOW if is_local else None)


def _is_of_client(call: ast.Call, keyword: str, context: CheckContext) -> bool:
    """Tell whether the call is one of an HTTP client, of which ``verify`` (or aiohttp's ``ssl``) is an option."""
    callees = context.callees(call)
    if keyword == "ssl":
        is_aiohttp = any(name.startswith("aiohttp.") for name in callees)
        return is_aiohttp or (_is_unknown(callees) and "aiohttp" in context.imports() and _is_request(call))
    if any(name.partition(".")[0] in _CLIENTS for name in callees):
        return True
    if not _is_unknown(callees) or not (_is_request(call) or _is_made(call)):
        return False
    return any(name.partition(".")[0] in _CLIENTS for name in context.imports()) or _is_request(call)


def _is_unknown(callees: tuple[str, ...]) -> bool:
    return not callees or all(name.startswith(("?", ":")) or ":" in name for name in callees)


def _is_request(call: ast.Call) -> bool:
    match call.func:
        case ast.Attribute(
            attr="get" | "post" | "put" | "patch" | "delete" | "head" | "options" | "request" | "send" | "ws_connect"
        ):
            return True
    return False


def _is_made(call: ast.Call) -> bool:
    """Tell whether a client or session is made, by the name of its class."""
    match call.func:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name.endswith(("Client", "Session"))
    return False


def _of_callee(call: ast.Call, context: CheckContext) -> Iterator[Match]:
    callees = context.callees(call)
    for name in callees:
        last = name.rpartition(".")[2]
        if name in ("ssl._create_unverified_context", "ssl._create_stdlib_context"):
            yield Match(call, _CERTIFICATE)
        elif last == "set_missing_host_key_policy" and call.args:
            given = context.value(call.args[0])
            if _POLICIES & {*given.names, *given.types}:
                yield Match(call, _HOST_KEY)
        elif last == "set_verify" and call.args and _is_none(call.args[0], context):
            yield Match(call, _CERTIFICATE)
        elif last == "set_option" and name.startswith(("ldap.", "?")) and len(call.args) > 1:
            if {"ldap.OPT_X_TLS_NEVER", "ldap.OPT_X_TLS_ALLOW"} & set(context.names_of(call.args[1])):
                yield Match(call, _CERTIFICATE)
        elif last == "tls_insecure_set" and call.args and context.value(call.args[0]).constant is True:
            yield Match(call, _HOST_NAME)
        elif name == "OpenSSL.SSL.Context" and _is_left_so(call, context, _OPENSSL_CHECKS):
            yield Match(call, _NO_OPENSSL_DEFAULT, Severity.MEDIUM, Confidence.MEDIUM)
        elif name == "ssl.SSLContext" and not _is_of_one_side(call, context) and _is_left_so(call, context, _CHECKS):
            yield Match(call, _NO_DEFAULT, Severity.MEDIUM, Confidence.MEDIUM)
        elif name in _MAILERS and not _has_context(call):
            yield Match(call, _MAIL, Severity.LOW, Confidence.HIGH)


_MAILERS = frozenset(
    "smtplib.SMTP_SSL smtplib.SMTP.starttls imaplib.IMAP4_SSL imaplib.IMAP4.starttls poplib.POP3_SSL poplib.POP3.stls".split()
)


def _has_context(call: ast.Call) -> bool:
    return any(keyword.arg in ("context", "ssl_context", None) for keyword in call.keywords) or len(call.args) > 2


def _is_of_one_side(call: ast.Call, context: CheckContext) -> bool:
    """Tell whether the context is made for one side only: a client's checks by default, and a server has nothing to check."""
    protocol = context.argument(call, 0, "protocol")
    names = context.names_of(protocol) if protocol is not None else ()
    return any(name.endswith(("PROTOCOL_TLS_CLIENT", "PROTOCOL_TLS_SERVER")) for name in names)


_OPENSSL_CHECKS = frozenset({"set_verify", "use_certificate_file", "use_privatekey_file", "use_certificate_chain_file"})
_CHECKS = frozenset({"verify_mode", "load_cert_chain", "load_verify_locations", "load_default_certs", "server_side"})
"""What sets up the check of a context that has none by default, or tells that it is a server's."""


def _is_left_so(call: ast.Call, context: CheckContext, checks: frozenset[str]) -> bool:
    """Tell whether the function that makes a context doesn't set up its check; outside of functions that isn't certain."""
    function = function_around(call, context)
    match context.parent_of(call):
        case ast.Assign(targets=[ast.Attribute(value=ast.Name(id="self"))]):
            return False  # other methods may go on
    if function is None:
        return False
    for node in ast.walk(function):
        match node:
            case ast.Attribute(attr=name) | ast.keyword(arg=str() as name) if name in checks:
                return False
    return True


def _of_attribute(node: ast.Assign, target: ast.Attribute, value: ast.expr, context: CheckContext) -> Iterator[Match]:
    name = target.attr
    if isinstance(target.value, ast.Name) and target.value.id == "self":
        return  # a class that makes contexts of its own
    if name == "verify" and _is(value, False, context):
        owners = context.value(target.value).types
        if any(one.partition(".")[0] in _CLIENTS for one in owners) or (not owners and _imports_client(context)):
            yield Match(node, _CERTIFICATE)
    elif (name in _SWITCHES and _is(value, False, context)) or (
        name in ("verify_mode", "cert_reqs") and _is_none(value, context) and not _is_server(target.value, context)
    ):
        yield Match(node, _CERTIFICATE)
    elif name in ("check_hostname", "assert_hostname") and _is(value, False, context):
        if not _is_server(target.value, context) and not _drops_certificate(target.value, context):
            yield Match(node, _HOST_NAME)
    elif name == "_create_default_https_context" and _points_at_unverified(value, context):
        yield Match(node, "From here on, no HTTPS request of this process checks a certificate: leave the check on.")
    elif name == "hostkeys" and isinstance(value, ast.Constant) and value.value is None:
        yield Match(node, _HOST_KEY)


def _imports_client(context: CheckContext) -> bool:
    return any(name.partition(".")[0] in ("requests", "httpx") for name in context.imports())


def _points_at_unverified(value: ast.expr, context: CheckContext) -> bool:
    return any(name.endswith("_create_unverified_context") for name in context.names_of(value)) or (
        isinstance(value, ast.Lambda) and "unverified" in ast.dump(value.body)
    )


def _is_server(owner: ast.expr, context: CheckContext) -> bool:
    """Tell whether a context is a server's, which has no certificate to check unless it asks its clients for one."""
    return "ssl.ServerContext" in context.value(owner).types


def _drops_certificate(owner: ast.expr, context: CheckContext) -> bool:
    """Tell whether the same context is told not to check the certificate at all, which is reported there."""
    wanted = ast.dump(owner)
    for node in ast.walk(scope_around(owner, context)):
        match node:
            case ast.Assign(targets=[ast.Attribute(value=other, attr="verify_mode")], value=value):
                if ast.dump(other) == wanted and _is_none(value, context):
                    return True
    return False


def _is(node: ast.expr, wanted: bool, context: CheckContext) -> bool:
    constants = context.value(node).constants
    return constants is not None and len(constants) == 1 and constants[0] is wanted


def _is_none(node: ast.expr, context: CheckContext) -> bool:
    value = context.value(node)
    return (bool(value.names) and set(value.names) <= _NONE) or (
        isinstance(value.constant, str) and value.constant in _NONE_TEXTS
    )


def _unchecked_names(owner: ast.expr, site: FixSite) -> Iterator[ast.expr]:
    """Yield the values of ``check_hostname = False`` for the same context."""
    for statement in site.scope_of(site.node):
        for node in ast.walk(statement):
            match node:
                case ast.Assign(
                    targets=[ast.Attribute(value=other, attr="check_hostname")], value=ast.Constant(value=False)
                ) if ast.dump(other) == ast.dump(owner):
                    yield node.value


def fix(site: FixSite) -> Iterator[Fix]:
    node = site.node
    match node:
        case ast.Call():
            yield from _of_call_fixed(node, site)
        case ast.Assign(targets=[ast.Attribute(value=owner, attr="verify_mode")], value=ast.Attribute(value=module)):
            edits = [site.replace(node.value, f"{site.text_of(module)}.CERT_REQUIRED")]
            edits += [site.replace(value, "True") for value in _unchecked_names(owner, site)]
            yield Fix("Check certificates", tuple(edits), Applicability.REVIEW, _NOTE)
        case ast.Assign(targets=[ast.Attribute(attr="_create_default_https_context")], value=value):
            edit = site.replace(value, f"{site.use('ssl')}.create_default_context")
            yield Fix("Check certificates", (edit,), Applicability.REVIEW, _NOTE)
        case ast.Assign(targets=[ast.Subscript()]):
            yield Fix("Leave the check on", (remove(site, node),), Applicability.REVIEW, _NOTE)
        case ast.Assign(targets=[ast.Attribute(attr=name)], value=ast.Constant(value=False)) if name != "hostkeys":
            yield Fix("Check certificates", (site.replace(node.value, "True"),), Applicability.REVIEW, _NOTE)
        case ast.expr():
            yield Fix("Check certificates", (site.replace(node, _required(node, site)),), Applicability.REVIEW, _NOTE)


_KEPT = frozenset({"purpose", "cafile", "capath", "cadata"})
_NOTE = "A server whose certificate no known authority has signed is refused: name its root certificate."
_OF_HOST = "A host whose key isn't among the known ones is refused: add it with ssh-keyscan, once it is checked."


def _of_call_fixed(call: ast.Call, site: FixSite) -> Iterator[Fix]:
    name = site.qualified_name(call.func) or ""
    last = name_of(call.func)
    if name in ("ssl._create_unverified_context", "ssl._create_stdlib_context"):
        if call.args or any(keyword.arg not in _KEPT for keyword in call.keywords):
            return  # these take what the other doesn't
        edit = site.call_instead(call.func, "ssl", "create_default_context")
        yield Fix("Check certificates", (edit,), Applicability.REVIEW, _NOTE)
    elif keyword_of(call, "verify") is not None:
        yield from b501_request_with_no_cert_validation.fix(site)
    elif (name in _MAILERS or last in ("starttls", "stls")) and not _has_context(call) and not has_unpacking(call):
        context = f"context={site.use('ssl')}.create_default_context()"
        yield Fix("Check the mail server's certificate", (site.append_argument(call, context),), Applicability.REVIEW, _NOTE)
    elif name == "ssl.SSLContext":
        edit = site.replace(call, f"{_owner_text(call, 'ssl', site)}create_default_context()")
        yield Fix("Check certificates", (edit,), Applicability.REVIEW, _NOTE)
    elif name == "OpenSSL.SSL.Context":
        yield from _verified_by_openssl(call, site)
    elif last == "set_missing_host_key_policy" and call.args:
        yield from _known_hosts(call, site)
    elif last in ("set_option", "set_verify", "tls_insecure_set") and call.args:
        argument = call.args[-1 if last == "set_option" else 0]
        yield Fix("Check certificates", (site.replace(argument, _required(argument, site)),), Applicability.REVIEW, _NOTE)
    else:
        yield from _switched_on(call, site)


def _switched_on(call: ast.Call, site: FixSite) -> Iterator[Fix]:
    """Yield the fix for keywords that say what is checked."""
    edits = []
    for keyword in call.keywords:
        if keyword.arg == "known_hosts":
            yield Fix("Accept known hosts only", (site.remove_argument(call, keyword),), Applicability.REVIEW, _OF_HOST)
            return
        if keyword.arg in _SWITCHES | {"ssl", "check_hostname", "assert_hostname", "ssl_check_hostname"}:
            edits.append(site.replace(keyword.value, "True"))
        elif keyword.arg in _INVERSE:
            edits.append(site.replace(keyword.value, "False"))
        elif keyword.arg in _REQUIREMENTS:
            edits.append(site.replace(keyword.value, _required(keyword.value, site)))
    if edits:
        yield Fix("Check certificates", tuple(edits), Applicability.REVIEW, _NOTE)


def _required(value: ast.expr, site: FixSite) -> str:
    """Return how to say that a certificate is required, in the place of what says that it isn't."""
    match value:
        case ast.Constant(value=bool() as on):
            return str(not on)
        case ast.Constant(value=str()):
            return '"CERT_REQUIRED"' if "CERT" in str(value.value) else '"required"'
        case ast.Attribute(value=owner, attr=name):
            names = {"VERIFY_NONE": "VERIFY_PEER", "OPT_X_TLS_NEVER": "OPT_X_TLS_DEMAND", "OPT_X_TLS_ALLOW": "OPT_X_TLS_DEMAND"}
            return f"{site.text_of(owner)}.{names.get(name, 'CERT_REQUIRED')}"
    return f"{site.use('ssl')}.CERT_REQUIRED"


def _owner_text(call: ast.Call, module: str, site: FixSite) -> str:
    """Return how to write what stands before a name of the module that is called, with its dot."""
    return f"{site.text_of(call.func.value) if isinstance(call.func, ast.Attribute) else site.use(module)}."


def _verified_by_openssl(call: ast.Call, site: FixSite) -> Iterator[Fix]:
    module = _owner_text(call, "OpenSSL.SSL", site)
    check = f"set_verify({module}VERIFY_PEER, lambda connection, certificate, error, depth, ok: ok == 1)"
    statement = site.parent_of(call)
    match statement:
        case ast.Assign(targets=[ast.Name(id=name)]):
            edit = add_after(site, statement, f"{name}.set_default_verify_paths()", f"{name}.{check}")
            if edit is not None:
                yield Fix("Check certificates", (edit,), Applicability.REVIEW, _NOTE)
        case ast.Return():
            made = f"context = {site.text_of(call)}"
            before = add_before(site, call, made, "context.set_default_verify_paths()", f"context.{check}")
            if before is not None:
                edits = (before, site.replace(call, "context"))
                yield Fix("Check certificates", edits, Applicability.REVIEW, _NOTE)


def _known_hosts(call: ast.Call, site: FixSite) -> Iterator[Fix]:
    policy = call.args[0]
    callee = policy.func if isinstance(policy, ast.Call) else policy
    module = f"{site.text_of(callee.value)}." if isinstance(callee, ast.Attribute) else ""
    reject = f"{module or site.use('paramiko') + '.'}RejectPolicy()"
    edits = [site.replace(policy, reject)]
    if isinstance(call.func, ast.Attribute) and not site.mentions(r"\bload_(?:system_)?host_keys\("):
        before = add_before(site, call, f"{site.text_of(call.func.value)}.load_system_host_keys()")
        if before is not None:
            edits.insert(0, before)
    yield Fix("Accept known hosts only", tuple(edits), Applicability.REVIEW, _OF_HOST)


RULE = Rule(
    id="VET401",
    name="tls-verification-off",
    cwe=Cwe(295),
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    message=_CERTIFICATE,
    bad=(
        Example(
            """\
import requests

requests.get(url, timeout=10, verify=False)
""",
            """\
import requests

requests.get(url, timeout=10)
""",
        ),
        Example(
            """\
import requests

CHECK = False


class Api:
    def __init__(self):
        self.session = requests.Session()

    def load(self, url):
        return self.session.get(url, timeout=10, verify=CHECK)
""",
            """\
import requests

CHECK = False


class Api:
    def __init__(self):
        self.session = requests.Session()

    def load(self, url):
        return self.session.get(url, timeout=10)
""",
        ),
        Example(
            """\
import requests

session = requests.Session()
session.verify = False
""",
            """\
import requests

session = requests.Session()
session.verify = True
""",
        ),
        Example(
            """\
import ssl


def make_context():
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context
""",
            """\
import ssl


def make_context():
    context = ssl.create_default_context()
    context.check_hostname = True
    context.verify_mode = ssl.CERT_REQUIRED
    return context
""",
        ),
        Example(
            """\
import ssl

context = ssl.create_default_context()
context.check_hostname = False
""",
            """\
import ssl

context = ssl.create_default_context()
context.check_hostname = True
""",
        ),
        Example(
            """\
import ssl

ssl._create_default_https_context = ssl._create_unverified_context
""",
            """\
import ssl

ssl._create_default_https_context = ssl.create_default_context
""",
        ),
        Example(
            """\
import ssl
from http.client import HTTPSConnection

connection = HTTPSConnection(host, timeout=10, context=ssl._create_unverified_context())
""",
            """\
import ssl
from http.client import HTTPSConnection

connection = HTTPSConnection(host, timeout=10, context=ssl.create_default_context())
""",
        ),
        Example(
            """\
import paramiko


def connect(host, user):
    client = paramiko.SSHClient()
    client.set_missing_host_key_policy(paramiko.AutoAddPolicy())
    client.connect(host, username=user)
    return client
""",
            """\
import paramiko


def connect(host, user):
    client = paramiko.SSHClient()
    client.load_system_host_keys()
    client.set_missing_host_key_policy(paramiko.RejectPolicy())
    client.connect(host, username=user)
    return client
""",
        ),
        Example(
            """\
import aiohttp


async def load(url):
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(ssl=False)) as session:
        async with session.get(url) as answer:
            return await answer.text()
""",
            """\
import aiohttp


async def load(url):
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(ssl=True)) as session:
        async with session.get(url) as answer:
            return await answer.text()
""",
        ),
        Example(
            """\
import ssl

import urllib3

pool = urllib3.PoolManager(cert_reqs=ssl.CERT_NONE)
""",
            """\
import ssl

import urllib3

pool = urllib3.PoolManager(cert_reqs=ssl.CERT_REQUIRED)
""",
        ),
        Example(
            """\
from elasticsearch import Elasticsearch

search = Elasticsearch(hosts, basic_auth=(user, password), verify_certs=False)
""",
            """\
from elasticsearch import Elasticsearch

search = Elasticsearch(hosts, basic_auth=(user, password), verify_certs=True)
""",
        ),
        Example(
            """\
import ldap

ldap.set_option(ldap.OPT_X_TLS_REQUIRE_CERT, ldap.OPT_X_TLS_NEVER)
""",
            """\
import ldap

ldap.set_option(ldap.OPT_X_TLS_REQUIRE_CERT, ldap.OPT_X_TLS_DEMAND)
""",
        ),
        Example(
            """\
from OpenSSL import SSL


def make_context():
    return SSL.Context(SSL.TLS_METHOD)
""",
            """\
from OpenSSL import SSL


def make_context():
    context = SSL.Context(SSL.TLS_METHOD)
    context.set_default_verify_paths()
    context.set_verify(SSL.VERIFY_PEER, lambda connection, certificate, error, depth, ok: ok == 1)
    return context
""",
        ),
        Example(
            """\
import httpx

client = httpx.Client(verify=False)
""",
            """\
import httpx

client = httpx.Client()
""",
        ),
    ),
    good=(
        """\
import requests

requests.get(url, timeout=10)
""",
        """\
import ssl

import httpx

client = httpx.Client(verify=ssl.create_default_context(cafile="internal-ca.pem"))
""",
        """\
import requests


def load(url, authority=True):
    return requests.get(url, timeout=10, verify=authority)
""",
        """\
import ssl

context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
context.load_cert_chain("server.crt", "server.key")
context.verify_mode = ssl.CERT_NONE
""",
        """\
import jwt

claims = jwt.decode(token, key, algorithms=["HS256"], verify=True)
""",
        """\
from paramiko import RejectPolicy, SSHClient

with SSHClient() as client:
    client.load_host_keys("known_hosts")
    client.set_missing_host_key_policy(RejectPolicy())
""",
        """\
import smtplib
import ssl

with smtplib.SMTP(host, 587, timeout=10) as server:
    server.starttls(context=ssl.create_default_context())
""",
        """\
from django.contrib.auth import authenticate

user = authenticate(request, username=name, password=word, verify=False)
""",
        """\
from OpenSSL import SSL


def make_context(check):
    context = SSL.Context(SSL.TLS_METHOD)
    context.set_verify(SSL.VERIFY_PEER, check)
    return context
""",
    ),
    check=check,
    fix=fix,
    supersedes=frozenset({"B501", "B507", "B323"}),
)
