"""Markup is cleaned by a pattern, which lets through what its author didn't think of.

## Why it matters
HTML has many ways to run a script: `<script >`, `<scr<script>ipt>`, `<img src=x onerror=...>`, `<svg onload=...>`,
`javascript:` in a link, and browsers repair what is broken.  A pattern that removes `<script>...</script>` stops none
of these, and feels safe.  Assistants write `re.sub(r"<script.*?>.*?</script>", "", html)`, for that is what the task
says.

## How to fix it
If the value is no markup, escape it: `html.escape(text)`.  If users may write markup, use a library that parses it, and
keeps what is on a list:

    import nh3

    clean = nh3.clean(text, tags={"b", "i", "p", "a"})

## When it is fine
To take the text out of pages that are shown nowhere as HTML again.

## References
- [OWASP: Cross-site scripting filter evasion](https://cheatsheetseries.owasp.org/cheatsheets/XSS_Filter_Evasion_Cheat_Sheet.html)
- [nh3](https://nh3.readthedocs.io/)
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import Final

from vetline.core.cwe import Cwe
from vetline.core.edit import Applicability, Fix
from vetline.core.severity import Confidence, Severity
from vetline.flow.conditions import PATTERN
from vetline.flow.values import Value
from vetline.rules.base import CheckContext, Example, FixSite, Match, Rule
from vetline.rules.surroundings import ancestors

_SUBSTITUTE: Final = frozenset({"re.sub", "re.subn", "re.Pattern.sub", "re.Pattern.subn", "regex.sub"})
_TAG_NAMES: Final = re.compile(
    r"<[\s\\(/?|:s*]*(?:script|iframe|object|embed|svg|img|style)\b|javascript\s*(?:\\s\*)?:|\bon(?:click|error|load|\\w\+)",
    re.IGNORECASE,
)
_ANY_TAG: Final = re.compile(r"^\(?<[/\\?]*\(?\[\^(?:<)?>\]\s*[*+]\??\)?>\)?$|^\(?<\.[*+]\??>\)?$")
_REMOVED_TEXTS: Final = re.compile(r"^<\s*/?\s*script\s*/?>?$|^javascript:$|^onerror=?$|^<iframe>?$", re.IGNORECASE)
_MESSAGE: Final = "A pattern doesn't clean HTML: other spellings and other tags get through; escape the text, or use nh3."
_ANY_MESSAGE: Final = (
    "Removing tags by a pattern doesn't make HTML safe: an open tag at the end gets through; escape what is left."
)


def check(context: CheckContext) -> Iterator[Match]:
    for call in context.walk(ast.Call):
        assert isinstance(call, ast.Call)
        if not _SUBSTITUTE.isdisjoint(context.callees(call)):
            pattern, replacement = _parts(call, context)
            texts = [one for one in pattern.constants or () if isinstance(one, str)]
            if not texts or not _removes(replacement, context):
                continue
            if any(_TAG_NAMES.search(one) for one in texts):
                yield Match(call)
            elif any(_ANY_TAG.match(one) for one in texts):
                yield Match(call, _ANY_MESSAGE, Severity.LOW, Confidence.LOW)
        else:
            match call:
                case ast.Call(func=ast.Attribute(attr="replace"), args=[old, new]):
                    removed = context.value(old).constant
                    if isinstance(removed, str) and _REMOVED_TEXTS.match(removed) and _removes(context.value(new), context):
                        yield Match(call)


def _parts(call: ast.Call, context: CheckContext) -> tuple[Value, Value]:
    """Return the pattern, and what is put in the place of what it matches."""
    is_method = any(name.startswith("re.Pattern.") for name in context.callees(call))
    if is_method and isinstance(call.func, ast.Attribute):
        pattern = context.value(call.func.value).element(PATTERN)
        replacement = context.argument(call, 0, "repl")
    else:
        first = context.argument(call, 0, "pattern")
        pattern = context.value(first) if first is not None else Value()
        replacement = context.argument(call, 1, "repl")
    return pattern, context.value(replacement) if replacement is not None else Value()


def _removes(replacement: Value, context: CheckContext) -> bool:  # noqa: ARG001  # the replacement alone says it
    return replacement.constants is not None and all(
        isinstance(one, str) and not one.strip(" *\n") for one in replacement.constants
    )


def fix(site: FixSite) -> Iterator[Fix]:
    call = site.node
    if not isinstance(call, ast.Call):
        return
    while isinstance(outer := site.parent_of(call), ast.Attribute) and outer.attr == "replace":
        whole = site.parent_of(outer)
        if not isinstance(whole, ast.Call):
            break
        call = whole
    cleaned = _cleaned(call, site)
    if cleaned is None:
        return
    text = site.text_of(cleaned)
    in_loop = any(isinstance(outer, ast.While | ast.For) for outer in ancestors(call, site))
    if not in_loop:  # escaped again and again, it would grow
        edit = site.replace(call, f"{site.use('html')}.escape({text})")
        note = "All markup is shown as text: where it is escaped once more for the page, take that out."
        yield Fix("Escape the text", (edit,), Applicability.REVIEW, note)
    edit = site.replace(call, f"{site.use('nh3')}.clean({text})")
    note = "It takes the package nh3; harmless markup stays, and what can run is taken out."
    yield Fix("Clean it with nh3", (edit,), Applicability.REVIEW, note)


def _cleaned(call: ast.Call, site: FixSite) -> ast.expr | None:
    """Return the text that a call, or a row of them, takes something out of."""
    match call:
        case ast.Call(func=ast.Attribute(attr="sub" | "subn"), args=args) if args:
            is_function = site.qualified_name(call.func) in ("re.sub", "re.subn", "regex.sub")
            index = 2 if is_function else 1
            return args[index] if len(args) > index else None
        case ast.Call(func=ast.Name(), args=[_, _, text, *_]):
            return text
        case ast.Call(func=ast.Attribute(attr="replace", value=inner)):
            return (_cleaned(inner, site) if isinstance(inner, ast.Call) else None) or inner
    return None


RULE = Rule(
    id="VET712",
    name="html-cleaned-by-pattern",
    cwe=Cwe(116),
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    message=_MESSAGE,
    bad=(
        Example(
            "import re\n\n\ndef clean(text):\n"
            "    return re.sub(r'<script.*?>.*?</script>', '', text, flags=re.DOTALL | re.IGNORECASE)\n",
            "import html\nimport re\n\n\ndef clean(text):\n    return html.escape(text)\n",
        ),
        Example(
            "def clean(comment):\n    return comment.replace('<script>', '').replace('</script>', '')\n",
            "import html\n\n\ndef clean(comment):\n    return html.escape(comment)\n",
        ),
        Example(
            "import re\n\nSCRIPT = re.compile(r'<\\s*script[^>]*>(.*?)<\\s*/\\s*script>', re.S)\n\n\n"
            "def clean(text):\n    return SCRIPT.sub('', text)\n",
            (
                "import html\nimport re\n\n"
                "SCRIPT = re.compile(r'<\\s*script[^>]*>(.*?)<\\s*/\\s*script>', re.S)\n\n\ndef clean(text):\n"
                "    return html.escape(text)\n"
            ),
        ),
        Example(
            "import re\n\n\ndef plain(page):\n    pattern = '<[^>]+>'\n    return re.sub(pattern, '', page)\n",
            ("import html\nimport re\n\n\ndef plain(page):\n    pattern = '<[^>]+>'\n    return html.escape(page)\n"),
        ),
        Example(
            "import re\n\nfrom django.http import HttpResponse\n\n\ndef show(request):\n"
            "    text = re.sub('javascript:', '', request.GET['text'])\n    return HttpResponse(text)\n",
            (
                "import html\nimport re\n\nfrom django.http import HttpResponse\n\n\ndef show(request):\n"
                "    text = html.escape(request.GET['text'])\n    return HttpResponse(text)\n"
            ),
        ),
    ),
    good=(
        "import html\n\n\ndef clean(text):\n    return html.escape(text)\n",
        "import nh3\n\n\ndef clean(text):\n    return nh3.clean(text, tags={'b', 'i'})\n",
        "import re\n\n\ndef squeeze(text):\n    return re.sub(r'\\s+', ' ', text)\n",
        "import re\n\n\ndef add_nonce(page, nonce):\n    return re.sub(r'<script', f'<script nonce=\"{nonce}\"', page)\n",
        "def escape(text):\n    return text.replace('&', '&amp;').replace('<', '&lt;').replace('>', '&gt;')\n",
    ),
    check=check,
    fix=fix,
)
