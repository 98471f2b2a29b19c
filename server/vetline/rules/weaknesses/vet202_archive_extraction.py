"""The names in an archive decide where its members are written.

## Why it matters
A member of an archive may be called `../../home/app/.ssh/authorized_keys` or `/etc/cron.d/job`, or be a link that leads
out of the folder, with another member behind it. Whoever made the archive then writes files anywhere that the program
may write, and soon runs code of their own. `tarfile` keeps such names unless it is given a filter; Python 3.14 is the
first to have one by default. `zipfile` makes names harmless when it extracts, but not when a program joins them to a
folder by itself. Assistants write `archive.extractall(path)` as all older examples do.

## How to fix it
Give `tarfile` and `shutil.unpack_archive` the filter that refuses what leads out:

    archive.extractall(target, filter="data")

For ZIP archives, use `ZipFile.extract` or `extractall`. To write members yourself, check where each one leads:

    path = (target / member.filename).resolve()
    if not path.is_relative_to(target.resolve()):
        raise ValueError(f"{member.filename} leads out of the archive")

## When it is fine
With an archive that your own program has written and nobody else could change.

## References
- [Python: tarfile extraction filters](https://docs.python.org/3/library/tarfile.html#extraction-filters)
- [PEP 706: Filter for tarfile.extractall](https://peps.python.org/pep-0706/)
- [Snyk: Zip Slip](https://security.snyk.io/research/zip-slip-vulnerability)
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from vetline.core.cwe import Cwe
from vetline.core.edit import Applicability, Fix
from vetline.core.severity import Confidence, Severity
from vetline.flow.frame import SinkHit
from vetline.rules.base import CheckContext, Example, FixSite, Match, Rule
from vetline.rules.building import written
from vetline.rules.flows import evidence_of, flow_into, flows, of_labels
from vetline.rules.surroundings import conditions_on, scope_around
from vetline.syntax.calls import has_unpacking

_STRANGERS = ("remote", "upload", "model", "response")
_SAFE_FILTERS = frozenset({"data", "tar"})
_PROOF = re.compile(
    r"safe|within|inside|valid|check|allow|escape|travers|is_relative_to|commonp|startswith|isabs|sanit|secure", re.IGNORECASE
)


def check(context: CheckContext) -> Iterator[Match]:
    reported: set[int] = set()
    for hit in context.sinks("unpack"):
        if hit.inner is None and id(hit.node) not in reported:
            reported.add(id(hit.node))
            yield from _extracted(hit, context)
    if "tarfile" in context.imports():
        for call in context.calls("?.extractall"):
            if id(call) not in reported and not _is_guarded(call, context):
                yield Match(call, severity=Severity.MEDIUM, confidence=Confidence.MEDIUM)
    for flow in flows(context, ("path",), of_labels(Severity.MEDIUM, "archive")):
        strangers = flow_into(flow.hit, of_labels(Severity.HIGH, *_STRANGERS))
        yield flow.match(
            "This path is made of {source}, and `../` leads out of the folder: resolve it, and check that it is inside.",
            severity=Severity.HIGH if strangers else Severity.MEDIUM,
        )


def _extracted(hit: SinkHit, context: CheckContext) -> Iterator[Match]:
    call = hit.node
    if not isinstance(call, ast.Call) or _is_guarded(call, context):
        return
    taints = hit.taints
    worst = next((taint for taint in taints if taint.origin.label in _STRANGERS), None)
    if worst is not None:
        yield Match(call, evidence=evidence_of(worst), severity=Severity.HIGH, confidence=Confidence.HIGH)
    elif hit.callee.startswith("shutil."):
        if taints:  # only some kinds of archives are affected
            yield Match(call, severity=Severity.MEDIUM, confidence=Confidence.MEDIUM)
    else:
        yield Match(call, severity=Severity.MEDIUM, confidence=Confidence.HIGH)


def _is_guarded(call: ast.Call, context: CheckContext) -> bool:
    """Tell whether the members are chosen, filtered or looked at before they are extracted."""
    for keyword in call.keywords:
        if keyword.arg == "filter":
            names = {name.rpartition(".")[2] for name in context.names_of(keyword.value)}
            constant = context.value(keyword.value).constant
            return constant in _SAFE_FILTERS or (constant is None and "fully_trusted_filter" not in names)
        if keyword.arg is None:
            return True
        if keyword.arg == "members" and _is_choice(written(keyword.value, context)):
            return True
    if (
        len(call.args) > 1
        and isinstance(call.func, ast.Attribute)
        and call.func.attr == "extractall"
        and _is_choice(written(call.args[1], context))
    ):
        return True
    conditions = conditions_on(call, context)
    return any(_looks_at_names(condition) for condition in conditions) or _is_checked_by_call(call, context)


def _is_choice(members: ast.expr) -> bool:
    """Tell whether ``members`` are some of an archive's, and not just all of them again."""
    match members:
        case ast.Constant(value=None) | ast.Name(id="members"):
            return False
        case ast.Call(func=ast.Attribute(attr="getmembers" | "getnames")):
            return False
        case ast.Call() | ast.ListComp() | ast.GeneratorExp():
            return True
    return isinstance(members, ast.Name)


def _looks_at_names(condition: ast.expr) -> bool:
    for node in ast.walk(condition):
        match node:
            case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)) if _PROOF.search(name):
                return True
            case ast.Compare(left=ast.Constant(value=".." | "../"), ops=[ast.In() | ast.NotIn()]):
                return True
            case ast.Attribute(attr="parents"):
                return True
    return False


def _is_checked_by_call(call: ast.Call, context: CheckContext) -> bool:
    """Tell whether a function that is called above, on its own, checks the members."""
    for node in ast.walk(scope_around(call, context)):
        match node:
            case ast.Expr(value=ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name))) if node.lineno < call.lineno:
                if _PROOF.search(name) and "start" not in name:
                    return True
    return False


def fix(site: FixSite) -> Iterator[Fix]:
    call = site.node
    if not isinstance(call, ast.Call) or has_unpacking(call) or not isinstance(call.func, ast.Attribute):
        return
    if call.func.attr in ("extract", "extractall", "unpack_archive"):
        note = (
            "Devices and links that lead out are refused; Python below 3.12 knows the filter only in its newest patch releases."
        )
        edit = site.set_keyword(call, "filter", '"data"')
        yield Fix('Extract with filter="data"', (edit,), Applicability.REVIEW, note)


RULE = Rule(
    id="VET202",
    name="archive-extraction",
    cwe=Cwe(22),
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    message='The names in the archive decide where this writes, also out of the folder: extract with `filter="data"`.',
    bad=(
        Example(
            """\
import tarfile


def unpack(path, target):
    with tarfile.open(path) as archive:
        archive.extractall(target)
""",
            """\
import tarfile


def unpack(path, target):
    with tarfile.open(path) as archive:
        archive.extractall(target, filter="data")
""",
        ),
        Example(
            """\
import tarfile


def unpack(path, target):
    with tarfile.open(path, "r:gz") as archive:
        for member in archive:
            if member.isfile():
                archive.extract(member, target)
""",
            """\
import tarfile


def unpack(path, target):
    with tarfile.open(path, "r:gz") as archive:
        for member in archive:
            if member.isfile():
                archive.extract(member, target, filter="data")
""",
        ),
        Example(
            """\
import io
import tarfile

import requests


def install(url):
    answer = requests.get(url, timeout=30)
    archive = tarfile.open(fileobj=io.BytesIO(answer.content), mode="r:gz")
    archive.extractall(path="plugins", members=archive.getmembers())
""",
            """\
import io
import tarfile

import requests


def install(url):
    answer = requests.get(url, timeout=30)
    archive = tarfile.open(fileobj=io.BytesIO(answer.content), mode="r:gz")
    archive.extractall(path="plugins", members=archive.getmembers(), filter="data")
""",
        ),
        Example(
            """\
import os
import zipfile


def unpack(path, target):
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            with open(os.path.join(target, name), "wb") as file:
                file.write(archive.read(name))
"""
        ),
        Example(
            """\
import os
import shutil
import tarfile


class Importer:
    def __init__(self, folder):
        self.folder = folder

    def load(self, path):
        archive = tarfile.open(path)
        for member in archive.getmembers():
            source = archive.extractfile(member)
            with open(os.path.join(self.folder, member.name), "wb") as file:
                shutil.copyfileobj(source, file)
"""
        ),
        Example(
            """\
import shutil


def restore(backup, target):
    shutil.unpack_archive(backup, target)
""",
            """\
import shutil


def restore(backup, target):
    shutil.unpack_archive(backup, target, filter="data")
""",
        ),
        Example(
            """\
import tarfile


def unpack(archive: tarfile.TarFile, target):
    archive.extractall(target, filter="fully_trusted")
""",
            """\
import tarfile


def unpack(archive: tarfile.TarFile, target):
    archive.extractall(target, filter="data")
""",
        ),
    ),
    good=(
        """\
import tarfile


def unpack(path, target):
    with tarfile.open(path) as archive:
        archive.extractall(target, filter="data")
""",
        """\
import os
import tarfile


def unpack(path, target):
    root = os.path.realpath(target)
    with tarfile.open(path) as archive:
        for member in archive.getmembers():
            if not os.path.realpath(os.path.join(root, member.name)).startswith(root + os.sep):
                raise ValueError(member.name)
        archive.extractall(root)
""",
        """\
import zipfile


def unpack(path, target):
    with zipfile.ZipFile(path) as archive:
        archive.extractall(target)
""",
        """\
import zipfile
from pathlib import Path


def unpack(path, folder: Path):
    folder = folder.resolve()
    with zipfile.ZipFile(path) as archive:
        for member in archive.infolist():
            target = (folder / member.filename).resolve()
            if not target.is_relative_to(folder):
                continue
            target.write_bytes(archive.read(member))
""",
        """\
import tarfile


def safe_members(archive):
    for member in archive:
        if member.isfile() and not member.name.startswith("/") and ".." not in member.name:
            yield member


def unpack(path, target):
    with tarfile.open(path) as archive:
        archive.extractall(target, members=safe_members(archive))
""",
        """\
import os
import zipfile


def thumbnails(path, target):
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            with open(os.path.join(target, os.path.basename(name)), "wb") as file:
                file.write(archive.read(name))
""",
        """\
import shutil

shutil.unpack_archive("assets/fonts.zip", "build/fonts")
""",
    ),
    check=check,
    fix=fix,
    supersedes=frozenset({"B202"}),
)
