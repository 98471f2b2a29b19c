"""Input that may begin with a dash is an option to the program that gets it.

## Why it matters
Without a shell nobody can add a second command, but many programs run one if they are told to: `git clone` takes
`--upload-pack=…`, `tar` takes `--checkpoint-action=exec=…`, `ssh` takes `-oProxyCommand=…`, and `curl -o` writes any file.
A repository's address or a file name from a form becomes such an option by beginning with `-`.  A command line that is
split at its spaces is worse: each space in a value makes a further argument.

## How to fix it
Say where the options end, and write the command as a list from the start:

    subprocess.run(["git", "clone", "--", url, target], check=True)

For programs that don't know `--`, refuse what begins with a dash, or put something in front (`./` before a file's name).

## When it is fine
When the value is a number, one of a fixed set, or has been checked to begin with something else, such as `https://`.

## References
- [POSIX: utility syntax guidelines, guideline 10](https://pubs.opengroup.org/onlinepubs/9699919799/basedefs/V1_chap12.html#tag_12_02)
- [Sonar: argument injection vectors](https://sonarsource.github.io/argument-injection-vectors/)
- [CVE-2017-1000117: git and ssh](https://nvd.nist.gov/vuln/detail/CVE-2017-1000117)
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from typing import Final

from vetline.core.cwe import Cwe
from vetline.core.edit import Applicability, Fix
from vetline.core.severity import Confidence, Severity
from vetline.flow.frame import SinkHit
from vetline.flow.values import UNKNOWN, Value
from vetline.rules.base import CheckContext, Example, FixSite, Match, Rule
from vetline.rules.commands import harmful_hole, is_split
from vetline.rules.flows import REMOTE, evidence_of, flow_into, of_labels
from vetline.rules.guards import guarded
from vetline.rules.splicing import may_harm

_LABELS = of_labels(Severity.MEDIUM, *REMOTE)
_INPUT = "{source} is an option to this program if it begins with a dash: put `--` in front, or check how it begins."
_SPLIT = "{source} becomes several arguments here, options included, if there are spaces in it: write the command as a list."
_VALUE = "A value with spaces in it becomes several arguments here, options included: write the command as a list."

_PROGRAMS: Final = frozenset(
    """
    7z apt apt-get awk bash bzr cargo chmod chown chromium convert cp curl dig docker dpkg exiftool ffmpeg find gawk gcc
    gem ghostscript git go google-chrome gpg grep gs hg java journalctl kubectl latex less ln magick mail mailx make man mount
    mv mysql mysqldump nmap node npm npx openssl pandoc pdflatex perl pg_dump php pip pip3 podman psql python python3 rm rsync
    ruby scp sed sendmail sftp sort sqlite3 ssh strace svn systemctl tar tcpdump unrar unzip vim wget whois wkhtmltopdf xargs
    xelatex yarn youtube-dl yt-dlp zip
    """.split()
)
"""Programs with options that write files or run other programs."""
_FLAGS: Final = frozenset(
    "-L -R -a -k -l -la -q -r -rf -s -v --bare --quiet --recursive --silent --verbose --no-checkout --mirror".split()
)
"""Options that take no value: what follows is an argument of the program's."""


def check(context: CheckContext) -> Iterator[Match]:
    for hit in context.sinks("command", "argument"):
        if hit.inner is not None:
            continue
        if hit.kind == "argument":
            yield from _single(hit, context)
        elif (text := is_split(hit.argument, context)) is not None:
            yield from _in_pieces(hit, text, context)
        else:
            yield from _vector(hit)


def _vector(hit: SinkHit) -> Iterator[Match]:
    items = hit.value.items or {}
    words = [items[key] for key in sorted(key for key in items if isinstance(key, int))]
    if not words or not _takes_options(words[0]):
        return
    for index in range(1, len(words)):
        if _is_option(words, index) and (flow := flow_into(_with(hit, words[index]), _LABELS)) is not None:
            yield flow.match(_INPUT)
            return
    rest = hit.value.rest
    if rest is None or any(word.constant == "--" for word in words) or not _may_begin(rest):
        return
    if (flow := flow_into(_with(hit, rest), _LABELS)) is not None:
        yield flow.match(_INPUT, confidence=Confidence.MEDIUM)


def _single(hit: SinkHit, context: CheckContext) -> Iterator[Match]:
    """Yield a match if one of the arguments that stand each for itself in a call may be an option."""
    if not isinstance(hit.node, ast.Call) or hit.argument not in hit.node.args:
        return
    words = [context.value(argument) for argument in hit.node.args]
    index = hit.node.args.index(hit.argument)
    programs = [word for word in words[:index] if _takes_options(word)]
    if programs and _is_option(words, index) and (flow := flow_into(hit, _LABELS)) is not None:
        yield flow.match(_INPUT)


def _in_pieces(hit: SinkHit, text: ast.expr, context: CheckContext) -> Iterator[Match]:
    """Yield a match if a command line with a value in it is split at its spaces."""
    value = context.value(text)
    line = _with(hit, value)
    is_begun = value.text is not None and all(isinstance(one[0], str) and re.match(r"\s*\S+\s", one[0]) for one in value.text)
    if is_begun and (flow := flow_into(line, _LABELS)) is not None:
        yield flow.match(_SPLIT)
        return
    is_quoting = not (
        isinstance(hit.argument, ast.Call) and isinstance(hit.argument.func, ast.Attribute) and not hit.argument.args
    )
    taints = harmful_hole(value.text or ([] if is_quoting else [(value.taints,)]))
    if taints and not any(taint.origin.label in _LABELS for taint in taints):
        worst = max(taints, key=lambda taint: taint.is_certain)
        yield Match(hit.argument, _VALUE, Severity.MEDIUM, Confidence.LOW, evidence_of(worst))


def _with(hit: SinkHit, value: Value) -> SinkHit:
    return SinkHit(hit.node, hit.argument, "argument", value, hit.callee, hit.what)


def _takes_options(program: Value) -> bool:
    name = program.constant
    return isinstance(name, str) and name.replace("\\", "/").rpartition("/")[2].removesuffix(".exe") in _PROGRAMS


def _is_option(words: Sequence[Value], index: int) -> bool:
    """Tell whether the program takes the word at ``index`` for an option if it begins with a dash."""
    before = words[index - 1].constant
    if isinstance(before, str) and before.startswith("-") and before not in _FLAGS:
        return False
    return all(word.constant != "--" for word in words[:index]) and _may_begin(words[index])


def _may_begin(word: Value) -> bool:
    """Tell whether nothing is known of how a word begins."""
    return word.text is None or any(not isinstance(text[0], str) for text in word.text)


def fix(site: FixSite) -> Iterator[Fix]:
    """Refuse a value that begins with a dash."""
    if "begins with a dash" not in site.finding.message:
        return
    elements = site.node.elts if isinstance(site.node, ast.List | ast.Tuple) else [site.node]
    harmful = [element for element in elements if isinstance(element, ast.expr) and _is_harmful(element, site)]
    if len(harmful) != 1:
        return
    edits = guarded(
        harmful[0], "argument", lambda source: f'{source}.startswith("-")', "an option where a value is meant", site
    )
    if edits:
        yield Fix("Refuse values that begin with a dash", edits, Applicability.SAFE)


def _is_harmful(element: ast.expr, site: FixSite) -> bool:
    """Tell whether ``element`` is one value, other than a list of them, that may be an option."""
    value = UNKNOWN if site.block is None else site.block.value(element)
    is_one = value.items is None and value.rest is None and "builtins.list" not in value.types
    return is_one and not isinstance(element, ast.Starred) and may_harm(value, "argument", if_unknown=False)


RULE = Rule(
    id="VET103",
    name="argument-injection",
    cwe=Cwe(88),
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    message="Input is an option to this program if it begins with a dash: put `--` in front of it.",
    bad=(
        Example(
            'import subprocess\nfrom flask import request\n\n\ndef clone():\n    url = request.form["url"]\n'
            '    subprocess.run(["git", "clone", url, "/srv/checkout"], check=True)\n',
            (
                "import subprocess\nfrom flask import abort, request\n\n\ndef clone():\n"
                '    url = request.form["url"]\n    if url.startswith("-"):\n        abort(400)\n'
                '    subprocess.run(["git", "clone", url, "/srv/checkout"], check=True)\n'
            ),
        ),
        Example(
            'import asyncio\nfrom fastapi import FastAPI\n\napp = FastAPI()\n\n\n@app.post("/pack")\n'
            "async def pack(names: list[str]):\n"
            '    process = await asyncio.create_subprocess_exec("tar", "czf", "out.tgz", *names)\n'
            '    return {"status": await process.wait()}\n'
        ),
        Example(
            'import os\n\n\ndef view(request):\n    os.execlp("ssh", "ssh", request.GET["host"], "uptime")\n',
            (
                'import os\n\n\ndef view(request):\n    argument = request.GET["host"]\n'
                '    if argument.startswith("-"):\n'
                '        raise ValueError("an option where a value is meant")\n'
                '    os.execlp("ssh", "ssh", argument, "uptime")\n'
            ),
        ),
        # Each space makes an argument.
        Example(
            "import subprocess\nfrom aiohttp import web\n\n\nasync def ping(request):\n"
            "    command = f\"ping -c 1 {request.query['host']}\"\n"
            "    return web.Response(text=subprocess.check_output(command.split(), text=True))\n"
        ),
        Example(
            "import subprocess\nimport tornado.web\n\n\nclass Download(tornado.web.RequestHandler):\n"
            '    def post(self):\n        command = ["curl", "-s"]\n'
            '        command.append(self.get_argument("address"))\n'
            "        self.write(subprocess.run(command, capture_output=True).stdout)\n",
        ),
        Example(
            "import subprocess\n\n\ndef get_output(command: str) -> bytes:\n"
            "    return subprocess.check_output(command.split())\n"
        ),
    ),
    good=(
        (
            'import subprocess\nfrom flask import request\n\n\ndef clone():\n    url = request.form["url"]\n'
            '    subprocess.run(["git", "clone", "--", url, "/srv/checkout"], check=True)\n'
        ),
        (
            'import asyncio\nfrom fastapi import FastAPI\n\napp = FastAPI()\n\n\n@app.post("/commit")\n'
            "async def commit(message: str, count: int):\n"
            '    await asyncio.create_subprocess_exec("git", "commit", "-m", message)\n'
            '    await asyncio.create_subprocess_exec("git", "log", f"--max-count={count}")\n'
        ),
        (
            "import subprocess\nfrom flask import abort, request\n\n\ndef download():\n"
            '    address = request.args["address"]\n    if not address.startswith("https://mirror.example/"):\n'
            "        abort(400)\n"
            '    return subprocess.run(["curl", "--silent", address], capture_output=True).stdout\n'
        ),
        (
            "import subprocess\nfrom django.http import HttpResponse\n\n\ndef search(request):\n"
            '    found = subprocess.run(["grep", "-e", request.GET["word"], "--", "/srv/words"], capture_output=True)\n'
            '    return HttpResponse(found.stdout, content_type="text/plain")\n'
        ),
        (
            "import subprocess\n\n\ndef run(arguments: list[str]) -> bytes:\n"
            '    return subprocess.check_output(["git", *arguments]) + subprocess.check_output("git log -1".split())\n'
        ),
        (
            "import subprocess\nfrom aiohttp import web\n\n\nasync def ping(request):\n"
            '    return web.Response(text=subprocess.check_output(["ping", "-c", "1", request.query["ho'
            'st"]], text=True))\n'
        ),
    ),
    check=check,
    fix=fix,
)
