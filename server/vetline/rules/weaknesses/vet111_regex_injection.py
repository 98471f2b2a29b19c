"""A regular expression that input writes can take for ever, or match what it should not.

## Why it matters
Python's `re` tries every way to match.  `(a+)+$` against thirty letters keeps a processor busy for minutes, and while it
does, no other thread of the program runs.  Whoever may write the pattern may write such a one.  In a check, `.*` is let in
where a name was meant.  Assistants search with `re.search(request.args["q"], text)` where a plain text is looked for.

## How to fix it
Look for a text as a text, or escape it:

    if word in text: ...
    re.search(rf"\\b{re.escape(word)}\\b", text)

Where users are to write patterns, use an engine whose running time is bounded (`google-re2`), or give the search a time
limit in a process of its own.

## When it is fine
When the pattern is chosen from a set of your own, or comes from the person at whose machine the program runs.

## References
- [Python: re.escape](https://docs.python.org/3/library/re.html#re.escape)
- [OWASP: regular expression denial of service](https://owasp.org/www-community/attacks/Regular_expression_Denial_of_Service_-_ReDoS)
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from vetline.core.cwe import Cwe
from vetline.core.edit import Applicability, Fix
from vetline.core.severity import Confidence, Severity
from vetline.rules.base import Example, FixSite, Rule
from vetline.rules.flows import REMOTE, check_flows, of_labels
from vetline.rules.splicing import Splice, Syntax, around_values


def fix(site: FixSite) -> Iterator[Fix]:
    def escaped(splice: Splice) -> str | None:
        return f"{site.use('re')}.escape({splice.as_text(site)})"

    edits = around_values(site.node, "regex", _PATTERN, escaped, site)
    if edits:
        note = "What is given is looked for as it is: it's no pattern any more."
        yield Fix("Escape the values with re.escape", edits, Applicability.REVIEW, note)


_PATTERN = Syntax(re.compile(r"[\\^$.|?*+()\[\]{}]"))


RULE = Rule(
    id="VET111",
    name="regex-injection",
    cwe=Cwe(1333),
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    message="Input is part of a regular expression: it can take for ever, or match anything; use `re.escape`.",
    bad=(
        Example(
            "import re\nfrom flask import request\n\n\ndef search():\n"
            '    return {"found": bool(re.search(request.args["q"], open("notes.txt").read()))}\n',
            (
                "import re\nfrom flask import request\n\n\ndef search():\n"
                '    return {"found": bool(re.search(re.escape(request.args["q"]), open("notes.txt").read()))}\n'
            ),
        ),
        Example(
            "import re\nfrom django.http import JsonResponse\n\n\ndef grep(request):\n"
            '    pattern = re.compile("^" + request.GET.get("prefix", "") + r"\\d+$", re.MULTILINE)\n'
            '    return JsonResponse({"lines": pattern.findall(LOG)})\n',
            (
                "import re\nfrom django.http import JsonResponse\n\n\ndef grep(request):\n"
                '    pattern = re.compile("^" + re.escape(request.GET.get("prefix", "")) + r"\\d+$", re.MULTILINE)\n'
                '    return JsonResponse({"lines": pattern.findall(LOG)})\n'
            ),
        ),
        Example(
            "import re\nfrom fastapi import FastAPI\n\napp = FastAPI()\n\n\nclass Highlighter:\n"
            "    def __init__(self, word):\n"
            '        self.pattern = re.compile(rf"\\b({word})\\b", re.IGNORECASE)\n\n'
            '    def mark(self, text):\n        return self.pattern.sub(r"*\\1*", text)\n\n\n'
            '@app.get("/mark")\ndef mark(word: str):\n    return Highlighter(word).mark("A long text")\n',
            (
                "import re\nfrom fastapi import FastAPI\n\napp = FastAPI()\n\n\nclass Highlighter:\n"
                "    def __init__(self, word):\n"
                '        self.pattern = re.compile(rf"\\b({word})\\b", re.IGNORECASE)\n'
                '\n    def mark(self, text):\n        return self.pattern.sub(r"*\\1*", text)\n'
                '\n\n@app.get("/mark")\ndef mark(word: str):\n'
                '    return Highlighter(re.escape(word)).mark("A long text")\n'
            ),
        ),
        Example(
            "import re\nfrom aiohttp import web\n\n\ndef matches(pattern, names):\n"
            "    return [name for name in names if re.match(pattern, name)]\n\n\nasync def users(request):\n"
            '    return web.json_response(matches(request.query["name"], ["ann", "bob"]))\n',
            (
                "import re\nfrom aiohttp import web\n\n\ndef matches(pattern, names):\n"
                "    return [name for name in names if re.match(pattern, name)]\n"
                "\n\nasync def users(request):\n"
                '    return web.json_response(matches(re.escape(request.query["name"]), ["ann", "bob"]))\n'
            ),
        ),
        Example(
            "import re\nimport tornado.web\n\n\nclass Replace(tornado.web.RequestHandler):\n"
            "    def post(self):\n"
            '        rules = {"old": self.get_argument("old"), "new": self.get_argument("new")}\n'
            '        self.write({"text": re.sub(rules["old"], "", "text")})\n',
            (
                "import re\nimport tornado.web\n\n\nclass Replace(tornado.web.RequestHandler):\n"
                "    def post(self):\n"
                '        rules = {"old": self.get_argument("old"), "new": self.get_argument("new")}\n'
                '        self.write({"text": re.sub(re.escape(rules["old"]), "", "text")})\n'
            ),
        ),
    ),
    good=(
        (
            "import re\nfrom flask import request\n\n\ndef search():\n"
            '    return {"found": bool(re.search(re.escape(request.args["q"]), open("notes.txt").read()))}\n'
        ),
        (
            "import re\nfrom django.http import JsonResponse\n\n"
            'LINE = re.compile(r"^\\w+ (\\d+)$", re.MULTILINE)\n\n\ndef grep(request):\n'
            '    return JsonResponse({"numbers": LINE.findall(request.body.decode())})\n'
        ),
        (
            'import re\nfrom fastapi import FastAPI\n\napp = FastAPI()\n\n\n@app.get("/runs/{length}")\n'
            'def runs(length: int, text: str):\n    return re.findall(rf"a{{{length}}}", text)\n'
        ),
        (
            'import re\nfrom aiohttp import web\n\nPATTERNS = {"mail": r"[^@]+@[^@]+", "zip": r"\\d{5}"}\n\n\n'
            'async def check(request):\n    pattern = PATTERNS[request.query["kind"]]\n'
            '    return web.json_response(bool(re.fullmatch(pattern, request.query["value"])))\n'
        ),
        (
            "import re\nimport sys\n\n\ndef main():\n    pattern = re.compile(sys.argv[1])\n"
            "    return [line for line in sys.stdin if pattern.search(line)]\n"
        ),
    ),
    check=check_flows(
        "{source} is part of a regular expression: its sender can make it take for ever, or match anything. Use `re.escape`.",
        "regex",
        labels=of_labels(Severity.MEDIUM, *REMOTE),
    ),
    fix=fix,
)
