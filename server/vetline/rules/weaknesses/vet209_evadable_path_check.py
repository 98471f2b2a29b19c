"""A check of a path that looks at its text, before `..` is resolved, can be got round.

## Why it matters
`path.startswith(FOLDER)` is true of `/srv/files/../../etc/passwd`. `"/../" in path` misses `../etc/passwd` and
`/etc/passwd`. Taking `../` out once turns `....//` into `../`. The code looks protected, so that nobody looks again.
Assistants write such checks because they say in words what is wanted.

## How to fix it
Resolve the path, then compare:

    path = os.path.realpath(os.path.join(FOLDER, name))
    if os.path.commonpath([FOLDER, path]) != FOLDER:
        raise PermissionError(name)

With `pathlib`, `path.resolve().is_relative_to(FOLDER)`.

## When it is fine
Where the names come from your own program, and the check is there for mistakes.

## References
- [OWASP: path traversal](https://owasp.org/www-community/attacks/Path_Traversal)
- [Python: os.path.realpath](https://docs.python.org/3/library/os.path.html#os.path.realpath)
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import Final

from vetline.core.cwe import Cwe
from vetline.core.edit import Applicability, Fix
from vetline.core.severity import Confidence, Severity
from vetline.flow.taints import NORMALISED, RELATIVE
from vetline.rules.base import CheckContext, Example, FixSite, Match, Rule
from vetline.rules.surroundings import resolves_paths

_FOLDER = re.compile(
    r"(?:^|_)(?:dir|folder|root|base|path|directory|home|prefix|upload|media|static|storage)s?(?:_|$)", re.IGNORECASE
)
_STRANGERS = frozenset({"remote", "upload", "model", "parameter", "archive"})


def check(context: CheckContext) -> Iterator[Match]:
    for call in context.walk(ast.Call):
        match call:
            case ast.Call(func=ast.Attribute(value=path, attr="replace"), args=[old, new, *_]):
                is_taken_out = context.value(old).constant in ("../", "..\\") and context.value(new).constant == ""
                if is_taken_out and not _is_looped(call, context) and not resolves_paths(call, context):
                    yield Match(call, "Taking `../` out once turns `....//` into `../`: resolve the path, and compare.")
            case ast.Call(func=ast.Attribute(value=path, attr="startswith"), args=[folder]):
                if _is_joined_path(path, context) and _is_folder(folder, context) and not resolves_paths(call, context):
                    yield Match(call, "There may be `..` behind this prefix: resolve the path first.", Severity.MEDIUM)
    for node in context.walk(ast.Compare):
        match node:
            case ast.Compare(left=left, ops=[ast.In() | ast.NotIn()]):
                if context.value(left).constant == "/../" and not resolves_paths(node, context):
                    yield Match(node, "This misses `../` at the beginning, and absolute paths: resolve the path, and compare.")


def _is_joined_path(node: ast.expr, context: CheckContext) -> bool:
    """Tell whether ``node`` is a folder with something from outside behind it, in which ``..`` may be left."""
    value = context.value(node)
    texts = value.text
    if not texts or not any(taint.origin.label in _STRANGERS and _is_open(taint.cleared) for taint in value.all_taints()):
        return False
    return all(
        len(text) > 1 and any(isinstance(piece, str) and "/" in piece for piece in text[:-1]) for text in texts
    ) and not any(isinstance(text[0], str) and "://" in text[0] for text in texts)


def _is_open(cleared: frozenset[str]) -> bool:
    return not cleared & {NORMALISED, RELATIVE, "path"}


def _is_folder(node: ast.expr, context: CheckContext) -> bool:
    constant = context.value(node).constant
    if isinstance(constant, str):
        return constant.startswith("/") and len(constant) > 1
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return _FOLDER.search(name) is not None
    return False


def _is_looped(call: ast.Call, context: CheckContext) -> bool:
    parent = context.parent_of(call)
    while parent is not None and not isinstance(parent, ast.FunctionDef | ast.AsyncFunctionDef):
        if isinstance(parent, ast.While):
            return True
        parent = context.parent_of(parent)
    return False


_NORMAL: Final = "Doubled slashes, and one at the end, go as well."
_STRICT: Final = "Absolute paths are refused, too."


def fix(site: FixSite) -> Iterator[Fix]:
    match site.node:
        case ast.Call(func=ast.Attribute(value=path, attr="replace")):
            normal = f'{site.use("os")}.path.normpath("/" + {site.text_of(path)}).lstrip("/")'
            yield Fix("Take out all that leads up", (site.replace(site.node, normal),), Applicability.REVIEW, _NORMAL)
        case ast.Call(func=ast.Attribute(value=path, attr="startswith"), args=[folder]):
            resolve = f"{site.use('os')}.path.realpath"
            edits = (
                site.replace(path, f"{resolve}({site.text_of(path)})"),
                site.replace(folder, f'{site.use("os")}.path.join({resolve}({site.text_of(folder)}), "")'),
            )
            yield Fix("Resolve the path before comparing", edits, Applicability.SAFE)
        case ast.Compare(left=_, ops=[operator], comparators=[path]):
            asked = site.text_of(path)
            test = f'".." in {asked}.split("/") or {asked}.startswith("/")'
            is_alone = isinstance(site.parent_of(site.node), ast.If) and isinstance(operator, ast.In)
            whole = test if is_alone else f"({test})" if isinstance(operator, ast.In) else f"not ({test})"
            yield Fix(
                "Refuse all that leads up or to the root", (site.replace(site.node, whole),), Applicability.REVIEW, _STRICT
            )


RULE = Rule(
    id="VET209",
    name="evadable-path-check",
    cwe=Cwe(22),
    severity=Severity.LOW,
    confidence=Confidence.MEDIUM,
    message="This check can be got round: resolve the path, and compare.",
    bad=(
        Example(
            """\
import os

ROOT = "/srv/files"


def read(name):
    path = os.path.join(ROOT, name)
    if not path.startswith(ROOT):
        raise PermissionError(name)
    with open(path) as file:
        return file.read()
""",
            (
                'import os\n\nROOT = "/srv/files"\n\n\ndef read(name):\n    path = os.path.join(ROOT, name)\n'
                '    if not os.path.realpath(path).startswith(os.path.join(os.path.realpath(ROOT), "")):\n'
                "        raise PermissionError(name)\n    with open(path) as file:\n"
                "        return file.read()\n"
            ),
        ),
        Example(
            """\
def clean(name):
    return name.replace("../", "")
""",
            ('import os\n\n\ndef clean(name):\n    return os.path.normpath("/" + name).lstrip("/")\n'),
        ),
        Example(
            """\
def check_files(names):
    for name in names:
        if "/../" in name:
            return "invalid"
    return "ok"
""",
            (
                "def check_files(names):\n    for name in names:\n"
                '        if ".." in name.split("/") or name.startswith("/"):\n'
                '            return "invalid"\n    return "ok"\n'
            ),
        ),
        Example(
            """\
class Media:
    def __init__(self, media_root):
        self.media_root = media_root

    def locate(self, name):
        path = f"/srv/media/{name}"
        return path if path.startswith("/srv/media/") else None
""",
            (
                "import os\n\n\nclass Media:\n    def __init__(self, media_root):\n"
                "        self.media_root = media_root\n\n    def locate(self, name):\n"
                '        path = f"/srv/media/{name}"\n'
                '        return path if os.path.realpath(path).startswith(os.path.join(os.path.realpath("'
                '/srv/media/"), "")) else None\n'
            ),
        ),
        Example(
            """\
from flask import request


def theme():
    name = request.args.get("theme", "light")
    return open("themes/" + name.replace("../", "") + ".css").read()
""",
            (
                "import os\n\nfrom flask import request\n\n\ndef theme():\n"
                '    name = request.args.get("theme", "light")\n'
                '    return open("themes/" + os.path.normpath("/" + name).lstrip("/") + ".css").read()\n'
            ),
        ),
    ),
    good=(
        """\
import os

ROOT = "/srv/files"


def read(name):
    path = os.path.realpath(os.path.join(ROOT, name))
    if not path.startswith(ROOT + os.sep):
        raise PermissionError(name)
    with open(path) as file:
        return file.read()
""",
        """\
def is_api(path):
    return path.startswith("/api/")
""",
        """\
def clean(name):
    while "../" in name:
        name = name.replace("../", "")
    return name
""",
        """\
from pathlib import Path

ROOT = Path("/srv/files")


def read(name):
    path = (ROOT / name).resolve()
    if not path.is_relative_to(ROOT):
        raise PermissionError(name)
    return path.read_text()
""",
        """\
def shorten(text):
    return text.replace("...", "")
""",
    ),
    check=check,
    fix=fix,
)
