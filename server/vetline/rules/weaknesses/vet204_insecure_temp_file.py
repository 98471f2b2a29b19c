"""A temporary file under a name that others can foresee may be theirs before it is yours.

## Why it matters
Every account of the machine may write to `/tmp`. Whoever knows the name that a program will use puts a link there
first, and the program then overwrites a file of the attacker's choice, or reads what the attacker wrote.
`tempfile.mktemp` only returns a name, and leaves the same moment open between the name and the file. Assistants write
to `/tmp/output.txt` because that path exists everywhere.

## How to fix it
Let the file be made together with a name that nobody can foresee:

    with tempfile.NamedTemporaryFile("w", suffix=".csv", delete=False) as report:
        report.write(text)

`tempfile.TemporaryDirectory()` gives a folder of your own, in which any name is safe.

## When it is fine
In a container that runs nothing else, or for a file that is opened with mode `x`, which fails if something is there.

## References
- [Python: tempfile](https://docs.python.org/3/library/tempfile.html)
- [OWASP: insecure temporary file](https://owasp.org/www-community/vulnerabilities/Insecure_Temporary_File)
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from vetline.core.cwe import Cwe
from vetline.core.edit import Fix
from vetline.core.severity import Confidence, Severity
from vetline.flow.frame import SinkHit
from vetline.rules.base import CheckContext, Example, FixSite, Match, Rule
from vetline.rules.weaknesses import b306_mktemp_q

_SHARED = re.compile(r"/(?:tmp|var/tmp|dev/shm)/.+", re.DOTALL)
_NAMERS = ("tempfile.mktemp", "os.tempnam", "os.tmpnam")
_CREATORS = frozenset(
    "io.open codecs.open os.mkfifo os.mknod pathlib.Path.write_text pathlib.Path.write_bytes pathlib.Path.touch"
    " werkzeug.datastructures.FileStorage.save ?Upload.save zipfile.ZipFile.extractall tarfile.TarFile.extractall".split()
)
_COPIERS = frozenset(
    "shutil.copy shutil.copy2 shutil.copyfile shutil.move os.rename os.replace urllib.request.urlretrieve".split()
)


def check(context: CheckContext) -> Iterator[Match]:
    for call in context.calls(*_NAMERS):
        yield Match(call, "Someone else can create this file before you do; use `NamedTemporaryFile` or `mkstemp`.")
    reported: set[int] = set()
    for hit in context.sinks("path"):
        if id(hit.node) not in reported and hit.inner is None and _is_foreseeable(hit, context):
            reported.add(id(hit.node))
            yield Match(hit.argument)


def _is_foreseeable(hit: SinkHit, context: CheckContext) -> bool:
    call = hit.node
    if not isinstance(call, ast.Call) or not _creates(call, hit, context):
        return False
    texts = hit.value.text
    return texts is not None and all(len(one) == 1 and isinstance(one[0], str) and _SHARED.fullmatch(one[0]) for one in texts)


def _creates(call: ast.Call, hit: SinkHit, context: CheckContext) -> bool:
    if hit.callee in ("builtins.open", "io.open", "codecs.open", "pathlib.Path.open"):
        mode = context.argument(call, 0 if hit.callee == "pathlib.Path.open" else 1, "mode")
        text = context.value(mode).constant if mode is not None else "r"
        return isinstance(text, str) and text[:1] in ("w", "a")
    if hit.callee in _COPIERS:
        return hit.argument is context.argument(call, 1)
    return hit.callee in _CREATORS


def fix(site: FixSite) -> Iterator[Fix]:
    if isinstance(site.node, ast.Call) and site.qualified_name(site.node.func) == "tempfile.mktemp":
        yield from b306_mktemp_q.fix(site)


RULE = Rule(
    id="VET204",
    name="insecure-temp-file",
    cwe=Cwe(377),
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    message="Another user can foresee this path and put a link there first: make the file with `tempfile`.",
    bad=(
        Example(
            """\
import tempfile

path = tempfile.mktemp()
""",
            """\
import tempfile

path = tempfile.NamedTemporaryFile(delete=False).name
""",
        ),
        Example(
            """\
def export(rows):
    with open("/tmp/report.csv", "w") as report:
        report.writelines(rows)
""",
            """\
import os
import tempfile


def export(rows):
    with open(os.path.join(tempfile.mkdtemp(), "report.csv"), "w") as report:
        report.writelines(rows)
""",
        ),
        Example(
            """\
import os
import tempfile


def cache(text):
    with open(os.path.join(tempfile.gettempdir(), "app-cache.json"), "w") as file:
        file.write(text)
"""
        ),
        Example(
            """\
from pathlib import Path

LOCK = Path("/var/tmp/app.lock")


class Job:
    def start(self):
        LOCK.write_text("running")
"""
        ),
        Example(
            """\
import shutil

FOLDER = "/tmp/"


def keep(source):
    target = FOLDER + "last-upload.bin"
    shutil.copyfile(source, target)
"""
        ),
        Example(
            """\
from flask import request


def receive():
    request.files["data"].save("/tmp/upload.dat")
""",
            """\
import os
import tempfile

from flask import request


def receive():
    request.files["data"].save(os.path.join(tempfile.mkdtemp(), "upload.dat"))
""",
        ),
    ),
    good=(
        """\
import tempfile

with tempfile.NamedTemporaryFile("w", suffix=".csv") as report:
    report.write(text)
""",
        """\
import os
import tempfile

with tempfile.TemporaryDirectory() as folder:
    with open(os.path.join(folder, "report.csv"), "w") as report:
        report.write(text)
""",
        """\
with open("/tmp/report.csv") as report:
    print(report.read())
""",
        """\
with open("/tmp/app.lock", "x") as lock:
    lock.write("running")
""",
        """\
import uuid


def export(rows):
    with open(f"/tmp/{uuid.uuid4()}.csv", "w") as report:
        report.writelines(rows)
""",
        """\
TEMPORARY = "/tmp/"


def is_temporary(path):
    return path.startswith(TEMPORARY)
""",
    ),
    check=check,
    fix=fix,
    supersedes=frozenset({"B306", "B108"}),
)
