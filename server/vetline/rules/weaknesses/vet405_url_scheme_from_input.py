"""`urllib` opens `file:` and `ftp:` URLs as well as web pages.

## Why it matters
`urlopen(url)` looks like a request to a web server. With `file:///etc/passwd` it reads a file of the machine that the
program runs on, and hands its content to whoever chose the URL. Assistants take `urllib` to save a dependency, and
nothing in its name says that it reads files.

## How to fix it
Look at the scheme first:

    if urlsplit(url).scheme not in ("http", "https"):
        raise ValueError(url)

Or use a client that speaks only HTTP, such as `requests` or `httpx`. If strangers choose the URL, the host has to be
checked, too.

## When it is fine
For URLs of your own that begin with `https://`.

## References
- [Python: urllib.request.urlopen](https://docs.python.org/3/library/urllib.request.html#urllib.request.urlopen)
- [Bandit: B310](https://bandit.readthedocs.io/en/latest/blacklists/blacklist_calls.html#b310-urllib-urlopen)
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from vetline.core.cwe import Cwe
from vetline.core.edit import Applicability, Fix
from vetline.core.severity import Confidence, Severity
from vetline.flow.frame import SinkHit
from vetline.flow.taints import PARAMETER
from vetline.rules.base import CheckContext, Example, FixSite, Match, Rule
from vetline.rules.flows import flow_into, of_labels
from vetline.rules.statements import guard
from vetline.rules.surroundings import conditions_on, is_private

_OPENERS = frozenset(
    f"urllib.request.{name}" for name in "urlopen urlretrieve OpenerDirector.open URLopener.open FancyURLopener.open".split()
)
_LABELS = of_labels(Severity.LOW, "stored", "response", PARAMETER)
"""What strangers send themselves is reported as a forged request, which is worse."""
_SCHEME = re.compile(r"[a-z][a-z0-9+.\-]*:", re.IGNORECASE)
_LOOKED_AT = re.compile(r"scheme|https?://|netloc|hostname|urlsplit|urlparse|valid|allow|safe", re.IGNORECASE)


def check(context: CheckContext) -> Iterator[Match]:
    for hit in context.sinks("url"):
        if hit.callee not in _OPENERS or _is_fixed(hit) or _is_looked_at(hit.node, context):
            continue
        flow = flow_into(hit, _LABELS)
        if flow is None or hit.inner is not None or not flow.worst.is_certain:
            continue
        if flow.worst.origin.label == PARAMETER and (is_private(hit.node, context) or _passes_all_on(hit.node)):
            continue
        yield flow.match("This opens {source} also if it is a `file:` URL: check the scheme, or use an HTTP client.")


def _is_fixed(hit: SinkHit) -> bool:
    """Tell whether the scheme is known."""
    texts = hit.value.text
    return texts is not None and all(isinstance(text[0], str) and _SCHEME.match(text[0]) for text in texts)


def _passes_all_on(node: ast.AST) -> bool:
    """Tell whether a call only has another name for what it calls: ``urlopen(*args, **kwargs)``."""
    return isinstance(node, ast.Call) and any(isinstance(argument, ast.Starred) for argument in node.args)


def _is_looked_at(node: ast.AST, context: CheckContext) -> bool:
    conditions = conditions_on(node, context)
    return any(_LOOKED_AT.search(ast.unparse(condition)) for condition in conditions)


def fix(site: FixSite) -> Iterator[Fix]:
    url = site.node
    if isinstance(url, ast.Name | ast.Attribute | ast.Subscript) and not _is_request(url, site):
        test = f'not {site.text_of(url)}.startswith(("http://", "https://"))'
        edit = guard(site, url, test, "not a URL of the web")
        if edit is not None:
            note = "URLs of other kinds, such as `file:` and `ftp:`, are refused."
            yield Fix("Refuse URLs of other kinds", (edit,), Applicability.REVIEW, note)


def _is_request(url: ast.expr, site: FixSite) -> bool:
    """Tell whether it is, or may be, a whole request, which has its URL inside."""
    kinds = site.block.value(url).types if site.block is not None else ()
    return any(kind.endswith("Request") for kind in kinds) or "request" in site.text_of(url).lower().rpartition(".")[2]


RULE = Rule(
    id="VET405",
    name="url-scheme-from-input",
    cwe=Cwe(73),
    severity=Severity.LOW,
    confidence=Confidence.MEDIUM,
    message="This opens `file:` URLs as well: check the scheme, or use an HTTP client.",
    bad=(
        Example(
            """\
from urllib.request import urlopen


def preview(link, size=4096):
    with urlopen(link, timeout=10) as page:
        return page.read(size)
""",
            """\
from urllib.request import urlopen


def preview(link, size=4096):
    if not link.startswith(("http://", "https://")):
        raise ValueError("not a URL of the web")
    with urlopen(link, timeout=10) as page:
        return page.read(size)
""",
        ),
        Example(
            """\
import urllib.request


def fetch(url):
    with urllib.request.urlopen(url, timeout=10) as answer:
        return answer.read()
""",
            """\
import urllib.request


def fetch(url):
    if not url.startswith(("http://", "https://")):
        raise ValueError("not a URL of the web")
    with urllib.request.urlopen(url, timeout=10) as answer:
        return answer.read()
""",
        ),
        Example(
            """\
from urllib.request import urlretrieve


class Avatars:
    def keep(self, address):
        urlretrieve(address, "avatar.png")
""",
            """\
from urllib.request import urlretrieve


class Avatars:
    def keep(self, address):
        if not address.startswith(("http://", "https://")):
            raise ValueError("not a URL of the web")
        urlretrieve(address, "avatar.png")
""",
        ),
        Example(
            """\
import urllib.request


def fetch(address):
    target = address.strip()
    opener = urllib.request.build_opener()
    return opener.open(target, timeout=10).read()
""",
            """\
import urllib.request


def fetch(address):
    target = address.strip()
    opener = urllib.request.build_opener()
    if not target.startswith(("http://", "https://")):
        raise ValueError("not a URL of the web")
    return opener.open(target, timeout=10).read()
""",
        ),
        Example(
            """\
from urllib import request as web

import requests


def newest(index):
    entries = requests.get(index, timeout=10).json()
    return web.urlopen(entries["newest"], timeout=5).read(1000)
""",
            """\
from urllib import request as web

import requests


def newest(index):
    entries = requests.get(index, timeout=10).json()
    if not entries["newest"].startswith(("http://", "https://")):
        raise ValueError("not a URL of the web")
    return web.urlopen(entries["newest"], timeout=5).read(1000)
""",
        ),
    ),
    good=(
        """\
from urllib.request import urlopen

page = urlopen("https://example.com/status", timeout=10).read()
""",
        """\
from urllib.request import urlopen

BASE = "https://api.example.com/users/"


def load(name):
    return urlopen(f"{BASE}{name}", timeout=10).read()
""",
        """\
from urllib.parse import urlsplit
from urllib.request import urlopen


def fetch(url):
    if urlsplit(url).scheme not in ("http", "https"):
        raise ValueError(url)
    return urlopen(url, timeout=10).read()
""",
        """\
import requests


def fetch(url):
    return requests.get(url, timeout=10).content
""",
        """\
import sys
from urllib.request import urlopen

print(urlopen(sys.argv[1], timeout=10).read())
""",
        """\
from urllib.request import urlopen


def fetch(url):
    if not url.startswith(("http://", "https://")):
        return None
    return urlopen(url, timeout=10).read()
""",
    ),
    check=check,
    fix=fix,
    supersedes=frozenset({"B310"}),
)
