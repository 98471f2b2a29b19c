"""A small compressed file may hold more than the memory or the disk.

## Why it matters
A megabyte of deflated zeros is a gigabyte when it is unpacked, and formats that nest go further: 42 kilobytes are known
to hold petabytes. An upload of that kind stops a server that unpacks it at once. Image files do the same by their width
and height; Pillow refuses those, unless it is told not to. Assistants write `gzip.decompress(request.data)`, as its
documentation does.

## How to fix it
Limit what may come out:

    decompressor = zlib.decompressobj()
    data = decompressor.decompress(body, LIMIT)
    if decompressor.unconsumed_tail:
        abort(413)

For ZIP archives, add up `file_size` of all members before you extract any, and refuse what is too much.

## When it is fine
For files that come with your own program.

## References
- [Python: zlib.Decompress.decompress](https://docs.python.org/3/library/zlib.html#zlib.Decompress.decompress)
- [Pillow: decompression bombs](https://pillow.readthedocs.io/en/stable/reference/Image.html#PIL.Image.open)
- [MITRE: CWE-409](https://cwe.mitre.org/data/definitions/409.html)
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from vetline.core.cwe import Cwe
from vetline.core.severity import Confidence, Severity
from vetline.rules.base import CheckContext, Example, Match, Rule
from vetline.rules.flows import flow_into, of_labels
from vetline.rules.surroundings import conditions_on

_LABELS = of_labels(Severity.MEDIUM, "remote", "upload", "model", response=Severity.LOW)
_LIMITED = re.compile(r"size|limit|\bmax|max_|length|ratio|\blen\b", re.IGNORECASE)


def check(context: CheckContext) -> Iterator[Match]:
    reported: set[int] = set()
    for hit in context.sinks("decompress"):
        if id(hit.node) in reported:
            continue
        flow = flow_into(hit, _LABELS)
        if flow is None or _is_limited(hit.node, context):
            continue
        reported.add(id(hit.node))
        found = flow.match("This unpacks {source} without a limit: a little of it may hold more than the memory.")
        yield Match(hit.node, found.message, found.severity, found.confidence, found.evidence)
    for node in context.walk(ast.Assign):
        match node:
            case ast.Assign(targets=[ast.Attribute(attr="MAX_IMAGE_PIXELS") as target], value=ast.Constant(value=None)):
                if any(name.startswith("PIL.") for name in context.names_of(target.value)):
                    yield Match(node, "Without this limit, a small image file may fill the memory: set one that fits.")


def _is_limited(node: ast.AST, context: CheckContext) -> bool:
    if isinstance(node, ast.Call) and any(keyword.arg in ("max_length", "max_output_size") for keyword in node.keywords):
        return True
    conditions = conditions_on(node, context)
    return any(_LIMITED.search(ast.unparse(condition)) for condition in conditions)


RULE = Rule(
    id="VET207",
    name="decompression-bomb",
    cwe=Cwe(409),
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    message="This unpacks data from outside without a limit: a small file may hold more than the memory.",
    bad=(
        Example(
            """\
import gzip

from flask import request


def metrics():
    lines = gzip.decompress(request.data).splitlines()
    return {"count": len(lines)}
"""
        ),
        Example(
            """\
import zlib

from django.http import JsonResponse


def report(request):
    text = zlib.decompress(request.body).decode()
    return JsonResponse({"lines": text.count("\\n")})
"""
        ),
        Example(
            """\
import zipfile

from flask import request


def unpack():
    with zipfile.ZipFile(request.files["theme"].stream) as archive:
        archive.extractall("themes")
    return "done"
"""
        ),
        Example(
            """\
import bz2

import requests


def load(url):
    answer = requests.get(url, timeout=10)
    return bz2.decompress(answer.content)
"""
        ),
        Example(
            """\
from PIL import Image

Image.MAX_IMAGE_PIXELS = None
"""
        ),
        Example(
            """\
import lzma

from fastapi import FastAPI, Request

app = FastAPI()


def opened(data):
    return lzma.decompress(data)


@app.post("/dump")
async def dump(request: Request):
    return {"size": len(opened(await request.body()))}
"""
        ),
    ),
    good=(
        """\
import zlib

from flask import abort, request

LIMIT = 1_000_000


def metrics():
    decompressor = zlib.decompressobj()
    data = decompressor.decompress(request.data, LIMIT)
    if decompressor.unconsumed_tail:
        abort(413)
    return {"count": data.count(b"\\n")}
""",
        """\
import zipfile

from flask import abort, request


def unpack():
    with zipfile.ZipFile(request.files["theme"].stream) as archive:
        if sum(member.file_size for member in archive.infolist()) > 10_000_000:
            abort(413)
        archive.extractall("themes")
    return "done"
""",
        """\
import gzip

with open("assets/words.gz", "rb") as file:
    WORDS = gzip.decompress(file.read()).split()
""",
        """\
from PIL import Image

Image.MAX_IMAGE_PIXELS = 20_000_000
""",
        """\
import gzip

from flask import request


def packed():
    return gzip.compress(request.data)
""",
    ),
    check=check,
    why_no_fix="How much is too much, only the program's author knows.",
)
