"""A network call without a timeout can wait for ever.

## Why it matters
A server that accepts the connection and then says nothing holds the caller, with its worker, its connection and its
memory. A few such calls bring a whole service to a stop, whether the other side is broken or means harm. `requests` has
no timeout of its own, nor have `urllib`, `smtplib`, `ftplib` and plain sockets. Assistants leave it out because most
examples on the web do.

## How to fix it
Say how many seconds your caller can wait:

    requests.get(url, timeout=10)

It limits the time to connect and each pause between bytes, not the whole transfer.

## When it is fine
In a one-off script that a person watches and can interrupt.

## References
- [Requests: timeouts](https://requests.readthedocs.io/en/latest/user/quickstart/#timeouts)
- [Python: urllib.request.urlopen](https://docs.python.org/3/library/urllib.request.html#urllib.request.urlopen)
- [AIOHTTP: timeouts](https://docs.aiohttp.org/en/stable/client_quickstart.html#timeouts)
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from vetline.core.cwe import Cwe
from vetline.core.edit import Applicability, Fix
from vetline.core.severity import Confidence, Severity
from vetline.rules.base import CheckContext, Example, FixSite, Match, Rule
from vetline.rules.surroundings import function_around, is_main_only
from vetline.rules.weaknesses import b113_request_without_timeout
from vetline.syntax.calls import keyword_of

_VERBS = "get post put patch delete head options request".split()
_ENDLESS = {
    **{f"requests.{verb}": 99 for verb in _VERBS},
    **{f"requests.Session.{verb}": 99 for verb in _VERBS},
    "urllib.request.urlopen": 2,
    "smtplib.SMTP": 3,
    "smtplib.SMTP_SSL": 5,
    "ftplib.FTP": 4,
    "ftplib.FTP_TLS": 6,
    "telnetlib.Telnet": 2,
    "poplib.POP3": 2,
    "imaplib.IMAP4": 2,
    "http.client.HTTPConnection": 2,
    "http.client.HTTPSConnection": 4,
    "socket.create_connection": 1,
}
"""What waits without end unless told otherwise, and the position of its argument ``timeout`` (99: only a keyword)."""
_PATIENT = frozenset({"httpx", "aiohttp", "urllib3", "requests", "niquests"})
"""Libraries of which only ``timeout=None`` waits without end; ``requests`` is one of the others, too."""
_OPTIONS = frozenset({"timeout", "total", "connect", "sock_read"})


def check(context: CheckContext) -> Iterator[Match]:
    if any(context.calls("socket.setdefaulttimeout")):
        return
    seen: set[tuple[int, tuple[str, ...]]] = set()
    for match in _endless(context):
        around = function_around(match.node, context)
        same = (id(around), context.callees(match.node))
        if same not in seen and not is_main_only(match.node, context):
            yield match
        if around is not None:
            seen.add(same)


def _endless(context: CheckContext) -> Iterator[Match]:
    for call in context.calls():
        callees = context.callees(call)
        if not callees or any(keyword.arg is None for keyword in call.keywords):
            yield from _hidden(call, callees, context)
            continue
        position = next((_ENDLESS[name] for name in callees if name in _ENDLESS), None)
        given = context.argument(call, position if position is not None else 99, "timeout")
        if given is not None:
            is_endless = context.value(given).constants == (None,) and _is_client(callees)
        else:
            # Without a host, it connects later, and is told then how long to wait.
            is_endless = (
                position is not None
                and bool(call.args or call.keywords)
                and not any(isinstance(argument, ast.Starred) for argument in call.args)
            )
        if is_endless:
            yield Match(call)
        elif "aiohttp.ClientTimeout" in callees:
            total = context.argument(call, 0, "total")
            limits = [keyword for keyword in call.keywords if keyword.arg in _OPTIONS - {"total"}]
            if total is not None and context.value(total).constants == (None,) and not limits:
                yield Match(call)


def _hidden(call: ast.Call, callees: tuple[str, ...], context: CheckContext) -> Iterator[Match]:
    """Look into the options that come in through ``**``, if all of them are known."""
    if not any(name.startswith("requests.") and name in _ENDLESS for name in callees):
        return
    for keyword in call.keywords:
        if keyword.arg == "timeout":
            return
        if keyword.arg is None:
            value = context.value(keyword.value)
            if value.items is None or value.rest is not None or value.taints or "timeout" in value.items:
                return
    yield Match(call)


def _is_client(callees: tuple[str, ...]) -> bool:
    return any(name.partition(".")[0] in _PATIENT or name in _ENDLESS for name in callees)


def fix(site: FixSite) -> Iterator[Fix]:
    call = site.node
    if not isinstance(call, ast.Call):
        return
    if any(keyword.arg is None for keyword in call.keywords) and keyword_of(call, "timeout") is None:
        # The options that come through `**` are known, and have none.
        note = "Where the options get a timeout later on, this fails: give it there instead."
        edit = site.append_argument(call, "timeout=10")
        yield Fix("Add a timeout of 10 seconds", (edit,), Applicability.REVIEW, note)
    elif not (site.qualified_name(call.func) or "").endswith("ClientTimeout"):
        yield from b113_request_without_timeout.fix(site)
    elif keyword_of(call, "total") is not None:
        edit = site.set_keyword(call, "total", "300")
        yield Fix("Wait five minutes at most", (edit,), Applicability.REVIEW, "What takes longer is given up.")


RULE = Rule(
    id="VET404",
    name="missing-timeout",
    cwe=Cwe(400),
    severity=Severity.LOW,
    confidence=Confidence.HIGH,
    message="This has no timeout: a server that never answers blocks it for ever.",
    bad=(
        Example(
            """\
import requests

requests.get(url)
""",
            """\
import requests

requests.get(url, timeout=10)
""",
        ),
        Example(
            """\
import requests


class Api:
    def __init__(self):
        self.session = requests.Session()

    def send(self, url, body):
        return self.session.post(url, json=body)
""",
            """\
import requests


class Api:
    def __init__(self):
        self.session = requests.Session()

    def send(self, url, body):
        return self.session.post(url, json=body, timeout=10)
""",
        ),
        Example(
            """\
import httpx

client = httpx.Client(timeout=None)
""",
            """\
import httpx

client = httpx.Client(timeout=10)
""",
        ),
        Example(
            """\
from urllib.request import urlopen


def load(url):
    with urlopen(url) as answer:
        return answer.read()
""",
            """\
from urllib.request import urlopen


def load(url):
    with urlopen(url, timeout=10) as answer:
        return answer.read()
""",
        ),
        Example(
            """\
import smtplib

server = smtplib.SMTP("mail.example.com", 587)
""",
            """\
import smtplib

server = smtplib.SMTP("mail.example.com", 587, timeout=10)
""",
        ),
        Example(
            """\
import aiohttp

LIMITS = aiohttp.ClientTimeout(total=None)
""",
            """\
import aiohttp

LIMITS = aiohttp.ClientTimeout(total=300)
""",
        ),
        Example(
            """\
import requests

OPTIONS = {"headers": {"Accept": "text/plain"}}


def load(url):
    return requests.get(url, **OPTIONS)
""",
            """\
import requests

OPTIONS = {"headers": {"Accept": "text/plain"}}


def load(url):
    return requests.get(url, **OPTIONS, timeout=10)
""",
        ),
    ),
    good=(
        """\
import urllib.request

if __name__ == "__main__":

    def update():
        return urllib.request.urlopen("https://example.org/names").read()

    update()
""",
        """\
import ftplib

ftp = ftplib.FTP()
ftp.connect(host, timeout=10)
""",
        """\
import socket
from urllib.request import urlopen


def changes(url):
    socket.setdefaulttimeout(5)
    return urlopen(url).read()
""",
        """\
import requests

requests.get(url, timeout=5)
""",
        """\
import httpx

httpx.get(url)
""",
        """\
import requests


def load(url, **options):
    return requests.get(url, **options)
""",
        """\
import aiohttp


async def load(url):
    async with aiohttp.ClientSession() as session, session.get(url) as answer:
        return await answer.text()
""",
        """\
from urllib.request import urlopen

page = urlopen(url, None, 10).read()
""",
        """\
import socket

connection = socket.create_connection((host, port), 10)
""",
        """\
import requests

SETTINGS = {"timeout": 10}


def load(url):
    return requests.get(url, **SETTINGS)
""",
    ),
    check=check,
    fix=fix,
    supersedes=frozenset({"B113"}),
)
