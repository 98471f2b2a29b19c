"""Code is downloaded and run, without a look at what it is.

It reports `curl … | sh`, `exec` and `eval` of what a server answered, and files that are fetched and then run.

## Why it matters
Whoever has the server, its name, or the line to it, runs code with the program's rights: at once, on every machine, and each
time something else if he likes.  A server can even tell `curl … | sh` from a browser.  Assistants copy the install line of a
project's page.

## How to fix it
Install from a package index or a release with a checksum that stands in your code, and compare it before anything is run:

    archive = httpx.get(URL).content
    if hashlib.sha256(archive).hexdigest() != EXPECTED:
        raise SystemExit("not the release that we know")

## When it is fine
In a container that is thrown away after the build, when its result is looked at.

## References
- [CWE-494: Download of Code Without Integrity Check](https://cwe.mitre.org/data/definitions/494.html)
- [SLSA: supply-chain threats](https://slsa.dev/spec/v1.0/threats-overview)
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import Final

from vetline.core.cwe import Cwe
from vetline.core.severity import Confidence, Severity
from vetline.rules.base import CheckContext, Example, Match, Rule
from vetline.rules.building import variable_name, written, written_parts
from vetline.rules.command_lines import RUNNERS, command_text, words_of_command
from vetline.rules.flows import flows, of_labels
from vetline.rules.surroundings import function_around, parents

_SHELL: Final = r"(?:sudo\s+(?:-\S+\s+)*)?(?:/\S*/)?(?:env\s+)?(?:ba|z|da|k|a)?(?:sh|python[\d.]*|perl|ruby|node|php|pwsh)\b"
_PIPED: Final = re.compile(rf"\b(?:curl|wget|fetch)\b[^|;&]*(?:\|\s*(?:\w+\s*\|\s*)?{_SHELL})", re.IGNORECASE)
_INSIDE: Final = re.compile(r"(?:\$\(|`|<\()\s*(?:curl|wget)\b", re.IGNORECASE)
_THEN: Final = re.compile(
    r"\b(?:curl|wget)\b[^|;&]*(?:-o|-O|--output|>)\s*(\S+)?.*?(?:&&|;)\s*(?:sudo\s+)?(?:chmod\s+\S+\s+\S+\s*(?:&&|;)\s*)?"
    rf"(?:{_SHELL}\s+\S+|\./\S+)",
    re.IGNORECASE | re.DOTALL,
)
_POWERSHELL: Final = re.compile(
    r"\b(?:iex|Invoke-Expression)\b.*\b(?:iwr|Invoke-WebRequest|DownloadString)|DownloadString.*\|\s*iex", re.IGNORECASE
)


def check(context: CheckContext) -> Iterator[Match]:
    for call in context.calls(*RUNNERS):
        text = command_text(call, context)
        if (
            ("curl" in text or "wget" in text)
            and (_PIPED.search(text) or (_INSIDE.search(text) and "sh" in text) or _THEN.search(text))
        ) or _POWERSHELL.search(text):
            yield Match(call)
    yield from _fetched_then_run(context)
    labels = of_labels(Severity.HIGH, "response")
    for flow in flows(context, ("code",), labels):
        yield flow.match("What a server answers is run as code: whoever has the server, or the line to it, runs code here.")
    for flow in flows(context, ("shell", "command", "deserialize", "import"), labels):
        what = {"deserialize": "unpickled", "import": "imported"}.get(flow.hit.kind, "run as a command")
        yield flow.match(f"What a server answers is {what}: whoever has the server, or the line to it, runs code here.")


def _fetched_then_run(context: CheckContext) -> Iterator[Match]:
    """Yield where a function runs a file, or the output of a program, that it has just fetched."""
    fetched: dict[ast.AST, set[str]] = {}
    for place in _fetched(context):
        if (function := function_around(place, context)) is not None:
            fetched.setdefault(function, set()).update(_spellings(written(place, context), context))
    pipes = _fetching_processes(context)
    if not fetched and not pipes:
        return
    for call in context.calls(*RUNNERS):
        function = function_around(call, context)
        known = fetched.get(function, set()) if function is not None else set()
        given = context.argument(call, -1, "stdin")
        source = None if given is None else written(given, context)
        words = words_of_command(call, context)
        parts = (node for argument in call.args for node in written_parts(argument, context))
        if known & set(words) or any(_spellings(node, context) & known for node in parts):
            if not _FETCHES.search(" ".join(words)):
                yield Match(
                    call, "This runs a file that has just been fetched: compare its checksum with one that you know before."
                )
        elif isinstance(source, ast.Attribute) and variable_name(source.value) in pipes and _PROGRAM.search(" ".join(words)):
            yield Match(call)


_FETCHES: Final = re.compile(r"\b(?:curl|wget|chmod|sha256sum|gpg)\b")
_PROGRAM: Final = re.compile(rf"^{_SHELL}", re.IGNORECASE)
_RETRIEVING: Final = ("urllib.request.urlretrieve", "wget.download", "gdown.download", "pooch.retrieve")


def _fetched(context: CheckContext) -> Iterator[ast.expr]:
    """Yield the names of files that something is fetched into."""
    for call in context.calls(*_RETRIEVING):
        target = context.argument(call, 1, "filename") or context.argument(call, 1, "out")
        if target is not None:
            yield target
    for call in context.calls():
        match call:
            case ast.Call(func=ast.Attribute(value=writer, attr="write" | "write_bytes" | "write_text"), args=[data]):
                if any(taint.origin.label == "response" for taint in context.value(data).all_taints()):
                    yield from _file_of(writer, context)


def _file_of(writer: ast.expr, context: CheckContext) -> Iterator[ast.expr]:
    """Yield the name of the file that ``writer`` writes to."""
    yield writer
    match writer:
        case ast.Name(id=name):
            for parent in parents(writer, context):
                for item in parent.items if isinstance(parent, ast.With | ast.AsyncWith) else ():
                    match item:
                        case ast.withitem(context_expr=ast.Call() as opening, optional_vars=ast.Name(id=one)) if one == name:
                            if (path := context.argument(opening, 0, "file")) is not None:
                                yield path
        case ast.Call() if (path := context.argument(writer, 0, "file")) is not None:
            yield path


def _spellings(node: ast.AST, context: CheckContext) -> set[str]:
    """Return by what a file can be told again: the variable, its name as a text."""
    found = {f"variable {name}"} if (name := variable_name(node)) else set()
    if isinstance(node, ast.expr):
        found |= {one for one in context.value(node).constants or () if isinstance(one, str) and len(one) > 1}
    return found


def _fetching_processes(context: CheckContext) -> set[str]:
    """Return the variables that hold a process which fetches something."""
    found = set()
    for call in context.calls("subprocess.Popen"):
        words = words_of_command(call, context)
        parent = context.parent_of(call)
        if not words or words[0].rpartition("/")[2] not in ("curl", "wget"):
            continue
        match parent:
            case ast.Assign(targets=targets):
                found |= {variable_name(target) for target in targets}
            case ast.AnnAssign(target=target):
                found.add(variable_name(target))
    return found - {""}


RULE = Rule(
    id="VET922",
    name="download-and-execute",
    cwe=Cwe(494),
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    message="This runs whatever the server sends: fetch a release that you know, and compare its checksum first.",
    bad=(
        Example(
            """\
import os

import requests


def update():
    answer = requests.get("https://example.com/update.py", timeout=10)
    with open("/opt/app/update.py", "wb") as file:
        file.write(answer.content)
    os.system("python /opt/app/update.py")
"""
        ),
        Example(
            """\
import subprocess
from urllib.request import urlretrieve


def install(target):
    urlretrieve("https://example.com/install.sh", target)
    subprocess.run(["bash", target], check=True)
"""
        ),
        Example(
            """\
import subprocess


def install():
    fetch = subprocess.Popen(["curl", "-s", "https://example.com/i.sh"], stdout=subprocess.PIPE)
    subprocess.run(["bash"], stdin=fetch.stdout)
"""
        ),
        Example("""\
import os

os.system('curl -sSL https://get.example.com/install.sh | bash')
"""),
        Example("""\
import requests

exec(requests.get('https://example.com/plugin.py').text)
"""),
        Example(
            """\
import subprocess

URL = 'https://example.com/setup.sh'


def install():
    subprocess.run(f'wget -qO- {URL} | sudo sh', shell=True, check=True)
"""
        ),
        Example(
            """\
from urllib.request import urlopen


class Updater:
    def fetch(self):
        return urlopen(self.url).read()

    def run(self):
        code = compile(urlopen('https://example.com/u.py').read(), 'u', 'exec')
        exec(code)
"""
        ),
        Example("""\
import subprocess

subprocess.check_call(['bash', '-c', 'curl -fsSL https://example.com/i.sh | sh'])
"""),
        Example("""\
import os

os.system('wget https://example.com/tool.sh -O /tmp/t.sh && chmod +x /tmp/t.sh && /bin/sh /tmp/t.sh')
"""),
        Example("""\
import httpx


def config():
    answer = httpx.get('https://example.com/config')
    return eval(answer.text)
"""),
    ),
    good=(
        """\
import subprocess
from urllib.request import urlretrieve


def unpack(target):
    urlretrieve("https://example.com/data.csv", target)
    subprocess.run(["ls", "/opt"], check=True)
""",
        """\
import requests

config = requests.get('https://example.com/config.json').json()
print(config['name'])
""",
        """\
import os

os.system('curl -sS https://example.com/health')
""",
        """\
import subprocess

subprocess.run(['curl', '-o', 'data.csv', 'https://example.com/data.csv'], check=True)
""",
        """\
import os

os.system('cat install.sh | bash')
""",
        """\
import ast

import requests

value = ast.literal_eval(requests.get('https://example.com/v').text)
""",
        "exec(open('settings.py').read())\n",
    ),
    check=check,
    why_no_fix="Which release you have looked at, and its checksum, isn't known here.",
)
