"""A check of an address looks at a part of it that an attacker writes.

## Why it matters
`"example.com" in url` is true of `https://evil.example/?example.com`, `host.endswith("example.com")` of
`evilexample.com`, `url.startswith("https://example.com")` of `https://example.com.evil.example`, and the pattern
`example.com` matches `exampleXcom`.  Each lets a redirect, a request of the server's, or another site's page through
that it was meant to stop.

## How to fix it
Take the address apart, and compare the whole host:

    host = urlsplit(url).hostname or ""
    if host == "example.com" or host.endswith(".example.com"):
        ...

In a pattern write `\\.`, and say where it ends: `re.fullmatch(r"https://example\\.com/.*", url)`.

## When it is fine
Where nothing depends on the answer: to choose an icon, to count visits.

## References
- [CWE-20: Improper input validation](https://cwe.mitre.org/data/definitions/20.html)
- [OWASP: Server-side request forgery prevention](https://cheatsheetseries.owasp.org/cheatsheets/Server_Side_Request_Forgery_Prevention_Cheat_Sheet.html)
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from typing import Final

from vetline.core.cwe import Cwe
from vetline.core.edit import Applicability, Fix
from vetline.core.severity import Confidence, Severity
from vetline.flow.conditions import PATTERN
from vetline.flow.values import Constant, Value
from vetline.rules.base import CheckContext, Example, FixSite, Match, Rule
from vetline.rules.purpose import words_of
from vetline.rules.surroundings import called_name

_TLD: Final = (
    "com|net|org|io|edu|gov|mil|int|dev|app|co|ai|me|info|biz|cloud|internal|local|corp|example|test"
    "|uk|de|eu|fr|nl|ch|at|us|ca|au|in|jp|cn|ru|br"
)
_HOST: Final = re.compile(rf"^(?:https?://)?(?:www\.)?[a-z0-9][a-z0-9-]*(?:\.[a-z0-9-]+)*\.(?:{_TLD})$", re.IGNORECASE)
_LEADING_DOT: Final = re.compile(r"^[.@]")
_ADDRESS: Final = frozenset(
    "url uri urls host hostname domain netloc referer referrer origin link href redirect target next destination dest location"
    " callback endpoint address website site webhook feed".split()
)
_NOT_ADDRESS: Final = frozenset(
    "email mail text body html content message msg user agent line name path file filename title".split()
)
_UNESCAPED: Final = re.compile(rf"[a-z0-9](?<!\\)\.(?=(?:{_TLD})(?:[/:?#$)|\\]|$))", re.IGNORECASE)
_OPEN_END: Final = re.compile(rf"\\\.(?:{_TLD})$", re.IGNORECASE)
_MATCHING: Final = "re.match re.search re.fullmatch re.Pattern.match re.Pattern.search re.Pattern.fullmatch".split()
_SEARCHING: Final = frozenset("startswith endswith find index count __contains__".split())


def check(context: CheckContext) -> Iterator[Match]:
    for node in context.walk(ast.Compare):
        match node:
            case ast.Compare(left=left, ops=[ast.In() | ast.NotIn()], comparators=[right]):
                if _is_host(context.value(left)) and _is_one_text(right, context) and _is_address(right, context):
                    yield Match(node, "This is true of any address that holds the text anywhere; compare the whole host.")
    for call in context.calls(*_MATCHING):
        if message := _of_pattern(call, context):
            yield Match(call, message)
    for node in context.walk(ast.Call) if context.mentions(_SEARCHING) else ():
        match node:
            case ast.Call(func=ast.Attribute(value=owner, attr="startswith" | "endswith" as method), args=[given, *_]):
                for one in _flat(context.value(given)):
                    if _is_weak_affix(one, method) and _is_address(owner, context, strictly=method == "endswith"):
                        yield Match(node, _AFFIX[method])
                        break
            case ast.Call(func=ast.Attribute(value=owner, attr="find" | "index" | "count" | "__contains__"), args=[given]):
                if _is_host(context.value(given)) and _is_address(owner, context):
                    yield Match(node, "This finds the text anywhere in the address; compare the whole host.")


_AFFIX: Final = {
    "startswith": "What begins so may go on with somebody else's host (`https://example.com.evil`); compare the whole host.",
    "endswith": "Other hosts end so, too (`evilexample.com`); compare the whole host, or put a dot in front.",
}


def _is_host(value: Value) -> bool:
    constants = value.constants
    return bool(constants) and all(isinstance(one, str) and _HOST.match(one) for one in constants or ())


def _flat(value: Value) -> Iterable[Constant]:
    if value.items is not None:
        return [constant for item in value.items.values() for constant in item.constants or ()]
    return value.constants or ()


def _is_weak_affix(constant: Constant, method: str) -> bool:
    if not isinstance(constant, str) or not _HOST.match(constant.lstrip(".")):
        return False
    if method == "startswith":
        return "://" in constant or constant.startswith("www.")
    return "://" not in constant and not _LEADING_DOT.match(constant)


def _is_one_text(node: ast.expr, context: CheckContext) -> bool:
    """Tell whether ``node`` isn't a list of hosts, as far as is known."""
    value = context.value(node)
    if value.items is not None or any(
        one.startswith("builtins.") and not one.endswith((".str", ".bytes")) for one in value.types
    ):
        return False
    return not isinstance(node, ast.List | ast.Tuple | ast.Set | ast.Dict)


def _is_address(node: ast.expr, context: CheckContext, *, strictly: bool = False) -> bool:
    """Tell whether ``node`` is an address or its host: by name, or because it comes from a request."""
    words = words_of(node)
    if words & _NOT_ADDRESS and not words & {"url", "uri", "host", "hostname", "netloc", "domain", "referer", "origin"}:
        return False
    if words & _ADDRESS:
        return not any(word.endswith("s") and word[:-1] in _ADDRESS for word in words) or bool(words & {"hostname"})
    return not strictly and any(taint.origin.label == "remote" for taint in context.value(node).taints)


def _of_pattern(call: ast.Call, context: CheckContext) -> str:
    """Return what is wrong with a pattern that an address is matched with; empty if nothing is, or it is for something else."""
    method = called_name(call, context)
    is_method = any(name.startswith("re.Pattern.") for name in context.callees(call))
    if is_method and isinstance(call.func, ast.Attribute):
        pattern, given = context.value(call.func.value).element(PATTERN), context.argument(call, 0)
    else:
        first, given = context.argument(call, 0), context.argument(call, 1)
        pattern = Value() if first is None else context.value(first)
    text = pattern.constant
    if not isinstance(text, str) or given is None or not _is_address(given, context):
        return ""
    if _UNESCAPED.search(text):
        return "A dot in a pattern matches any character: `exampleXcom` passes, too; write `\\.`."
    if method == "match" and _OPEN_END.search(text):
        return (
            "The pattern doesn't say where the host ends: `example.com.evil` passes, too; use `fullmatch`, or go on with `/`."
        )
    return ""


def fix(site: FixSite) -> Iterator[Fix]:
    match site.node:
        case ast.Compare(left=left, ops=[operator], comparators=[right]):
            yield from _compared(site.node, left, isinstance(operator, ast.In), right, site)
        case ast.Call(func=ast.Attribute(value=owner, attr="endswith"), args=[ast.Constant(value=str()) as text]):
            if words_of(owner) & _HOST_NAMES:
                asked = site.text_of(owner)
                whole = f"({asked} == {site.text_of(text)} or {asked}.endswith({_with_dot(site.text_of(text))}))"
                yield Fix("Compare the whole host", (site.replace(site.node, whole),), Applicability.SAFE)
        case ast.Call(func=ast.Attribute(attr="startswith"), args=[ast.Constant(value=str() as start) as text]) if (
            "://" in start
        ):
            written = site.text_of(text)
            edit = site.insert(site.part_of(text, len(written) - 1, len(written) - 1).start, "/")
            note = "The bare address, without a slash behind the host, isn't let in any more."
            yield Fix("Let the host end with a slash", (edit,), Applicability.REVIEW, note)
        case ast.Call(args=[ast.Constant(value=str()) as pattern, *_]):
            yield from _escaped_dots(pattern, site)


_HOST_NAMES: Final = frozenset({"host", "hostname", "netloc", "domain"})
_WHOLE: Final = "Other hosts that hold the text, such as subdomains, aren't let in any more."


def _compared(node: ast.expr, left: ast.expr, is_in: bool, right: ast.expr, site: FixSite) -> Iterator[Fix]:
    """Compare the host with the text, in place of looking for it."""
    host = site.block.value(left).constant if site.block is not None else None
    if not isinstance(host, str):
        return
    text = site.text_of(left)
    if "://" in host:
        if not isinstance(left, ast.Constant):
            return
        text = repr(host.partition("://")[2])
    asked = site.text_of(right)
    if not words_of(right) & _HOST_NAMES or words_of(right) & {"url", "uri"}:
        asked = f"{site.use('urllib.parse', 'urlsplit')}({asked}).hostname"
    edit = site.replace(node, f"{asked} {'==' if is_in else '!='} {text}")
    yield Fix("Compare the whole host", (edit,), Applicability.REVIEW, _WHOLE)


def _with_dot(literal: str) -> str:
    """Return the source of a text with a dot put in front."""
    at = re.search(r"['\"]+", literal)
    return literal if at is None else f"{literal[: at.end()]}.{literal[at.end() :]}"


def _escaped_dots(pattern: ast.Constant, site: FixSite) -> Iterator[Fix]:
    """Let dots in a host match dots only, and let the host end where it does."""
    written = site.text_of(pattern)
    prefix = re.match(r"[rRuU]*", written)
    is_raw = prefix is not None and "r" in prefix.group().lower()
    found = [match.start() + 1 for match in _UNESCAPED.finditer(written)]
    backslash = "\\" if is_raw else "\\\\"
    if found:
        edits = tuple(site.insert(site.part_of(pattern, at, at).start, backslash) for at in found)
        yield Fix("Match dots only", edits, Applicability.SAFE)
    elif is_raw:
        end = len(written) - 1
        edit = site.insert(site.part_of(pattern, end, end).start, "(?:[/:?#]|$)")
        yield Fix("Say where the host ends", (edit,), Applicability.SAFE)


RULE = Rule(
    id="VET127",
    name="weak-host-check",
    cwe=Cwe(20),
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    message="The check looks at a part of the address that an attacker writes.",
    bad=(
        Example(
            "from flask import Flask, redirect, request\n\napp = Flask(__name__)\n\n\n"
            "@app.route('/go')\ndef go():\n    target = request.args.get('target', '')\n    if 'example.com' in target:\n"
            "        return redirect(target)\n    return 'no'\n",
            (
                "from urllib.parse import urlsplit\n\nfrom flask import Flask, redirect, request\n"
                "\napp = Flask(__name__)\n\n\n@app.route('/go')\ndef go():\n"
                "    target = request.args.get('target', '')\n"
                "    if urlsplit(target).hostname == 'example.com':\n        return redirect(target)\n"
                "    return 'no'\n"
            ),
        ),
        Example(
            "from urllib.parse import urlparse\n\n\ndef is_ours(url):\n    host = urlparse(url).hostname\n"
            "    return host.endswith('example.com')\n",
            (
                "from urllib.parse import urlparse\n\n\ndef is_ours(url):\n"
                "    host = urlparse(url).hostname\n"
                "    return (host == 'example.com' or host.endswith('.example.com'))\n"
            ),
        ),
        Example(
            "def is_ours(url):\n    return url.startswith('https://api.example.com')\n",
            ("def is_ours(url):\n    return url.startswith('https://api.example.com/')\n"),
        ),
        Example(
            "import re\n\nOURS = re.compile(r'^https://(www|beta).example.com/')\n\n\ndef is_ours(url):\n"
            "    return bool(OURS.match(url))\n"
        ),
        Example(
            "from aiohttp import web\n\nTRUSTED = 'partner.example.org'\n\n\n"
            "async def hook(request: web.Request) -> web.Response:\n"
            "    if TRUSTED not in request.headers.get('Origin', ''):\n        raise web.HTTPForbidden()\n"
            "    return web.Response()\n",
            (
                "from urllib.parse import urlsplit\n\nfrom aiohttp import web\n\n"
                "TRUSTED = 'partner.example.org'\n\n\n"
                "async def hook(request: web.Request) -> web.Response:\n"
                "    if urlsplit(request.headers.get('Origin', '')).hostname != TRUSTED:\n"
                "        raise web.HTTPForbidden()\n    return web.Response()\n"
            ),
        ),
        Example(
            "import re\n\n\ndef is_ours(origin):\n    return re.match(r'https://example\\.com', origin) is not None\n",
            (
                "import re\n\n\ndef is_ours(origin):\n"
                "    return re.match(r'https://example\\.com(?:[/:?#]|$)', origin) is not None\n"
            ),
        ),
    ),
    good=(
        (
            "from urllib.parse import urlparse\n\n\ndef is_ours(url):\n    host = urlparse(url).hostname or ''\n"
            "    return host == 'example.com' or host.endswith('.example.com')\n"
        ),
        "def is_ours(url):\n    return url.startswith('https://api.example.com/')\n",
        "HOSTS = ['example.com', 'example.org']\n\n\ndef is_ours(host):\n    return host in HOSTS and 'example.com' in HOSTS\n",
        "import re\n\n\ndef is_ours(url):\n    return re.fullmatch(r'https://example\\.com/[a-z]*', url) is not None\n",
        "def mentions(text):\n    return 'example.com' in text or text.endswith('README.md')\n",
        "def is_staff(email):\n    return email.endswith('@example.com')\n",
    ),
    check=check,
    fix=fix,
)
