"""An upload that is kept under the name its sender gave it may be of any kind: a page, a script, a program.

## Why it matters
A file called `x.html` or `x.svg` in a folder that the web server hands out is a page of your site with the sender's
scripts in it; `x.py`, `x.php` or `.htaccess` may be run or obeyed; an existing file of that name is gone.
`secure_filename` keeps the name in its folder and leaves the extension as it is. Assistants save what arrives, because
the question was how to receive a file.

## How to fix it
Give the file a name of your own, with an extension from a short list, and check its size and kind:

    extension = Path(upload.filename).suffix.lower()
    if extension not in {".png", ".jpg"}:
        abort(400)
    upload.save(FOLDER / f"{uuid4().hex}{extension}")

Keep uploads out of the folders that are served as they are.

## When it is fine
Where only administrators upload, or the files go to a store that serves them as downloads only.

## References
- [OWASP: file upload](https://cheatsheetseries.owasp.org/cheatsheets/File_Upload_Cheat_Sheet.html)
- [Flask: uploading files](https://flask.palletsprojects.com/en/stable/patterns/fileuploads/)
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import Final

from vetline.core.cwe import Cwe
from vetline.core.edit import Applicability, Fix
from vetline.core.severity import Confidence, Severity
from vetline.flow.frame import SinkHit
from vetline.flow.taints import Taint
from vetline.rules.base import CheckContext, Example, FixSite, Match, Rule
from vetline.rules.flows import evidence_of
from vetline.rules.statements import guard
from vetline.rules.surroundings import scope_around

_WRITERS = frozenset("save write_bytes write_text open save_file upload_from_file".split())
_CHECK = re.compile(
    r"ext\b|exten|split\(['\"]\.|allow|endswith|suffix|content_type|mime|valid|image|\btype|_type|magic|imghdr|permit|accept|check|format|verify",
    re.IGNORECASE,
)
_CHECKING = re.compile(r"valid|check|verify|ensure|scan|assert|require", re.IGNORECASE)


def check(context: CheckContext) -> Iterator[Match]:
    reported: set[int] = set()
    for hit in context.sinks("path"):
        if hit.inner is not None or id(hit.node) in reported or not _writes(hit, context):
            continue
        taint = next((one for one in hit.value.all_taints() if _is_name(one, context)), None)
        if taint is None or _has_fixed_end(hit) or _is_checked(hit.node, context):
            continue
        reported.add(id(hit.node))
        is_raw = taint.harms("path")
        yield Match(hit.argument, confidence=Confidence.HIGH if is_raw else Confidence.LOW, evidence=evidence_of(taint))


def _writes(hit: SinkHit, context: CheckContext) -> bool:
    last = hit.callee.rpartition(".")[2]
    if last not in _WRITERS or not isinstance(hit.node, ast.Call):
        return False
    if last != "open":
        return True
    mode = context.argument(hit.node, 1 if hit.callee != "pathlib.Path.open" else 0, "mode")
    text = context.value(mode).constant if mode is not None else "r"
    return isinstance(text, str) and any(letter in text for letter in "wax+")


def _is_name(taint: Taint, context: CheckContext) -> bool:
    """Tell whether it is the name of an upload, as its sender gave it."""
    if taint.origin.label != "upload":
        return False
    if "name" in taint.origin.what:
        return True
    return any(
        isinstance(node, ast.Attribute)
        and node.attr in ("filename", "name")
        and any(one.origin.key == taint.origin.key for one in context.value(node).taints)
        for node in context.walk(ast.Attribute)
    )


def _has_fixed_end(hit: SinkHit) -> bool:
    """Tell whether the program itself says how the file's name ends."""
    texts = hit.value.text
    return texts is not None and all(isinstance(text[-1], str) and re.search(r"\.\w+$", text[-1]) for text in texts)


def _is_checked(node: ast.AST, context: CheckContext) -> bool:
    """Tell whether the function looks at the kind of the file, in a condition or by calling a check."""
    for inner in ast.walk(scope_around(node, context)):
        match inner:
            case ast.If(test=test) | ast.IfExp(test=test) | ast.Assert(test=test) | ast.While(test=test):
                if _CHECK.search(ast.unparse(test)):
                    return True
            case ast.Expr(value=ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name))) if _CHECKING.search(name):
                return True
            case ast.Match(subject=subject) if _CHECK.search(ast.unparse(subject)):
                return True
    return False


_KINDS: Final = "Put the extensions that are wanted in place of the examples."


def fix(site: FixSite) -> Iterator[Fix]:
    names = [
        node
        for statement in site.scope_of(site.node)
        for node in ast.walk(statement)
        if isinstance(node, ast.Attribute) and node.attr in ("filename", "name") and _is_upload(node, site)
    ]
    if not names:
        return
    path = site.use("pathlib", "Path")
    test = f'{path}({site.text_of(names[0])}).suffix.lower() not in {{".jpg", ".pdf", ".png"}}'
    edit = guard(site, site.node, test, "a file of this kind is not accepted")
    if edit is not None:
        yield Fix("Refuse kinds of files that aren't in a list", (edit,), Applicability.REVIEW, _KINDS)


def _is_upload(node: ast.Attribute, site: FixSite) -> bool:
    return site.block is not None and any(taint.origin.label == "upload" for taint in site.block.value(node).taints)


RULE = Rule(
    id="VET203",
    name="unrestricted-upload",
    cwe=Cwe(434),
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    message="This keeps an upload of any kind under its sender's name: allow a few extensions, and choose the name yourself.",
    bad=(
        Example(
            """\
from flask import Flask, request

app = Flask(__name__)


@app.post("/pdf")
def upload():
    document = request.files["pdf"]
    document.save("uploads/" + document.filename)
    return "saved"
""",
            (
                "from pathlib import Path\n\nfrom flask import Flask, abort, request\n"
                '\napp = Flask(__name__)\n\n\n@app.post("/pdf")\ndef upload():\n'
                '    document = request.files["pdf"]\n'
                '    if Path(document.filename).suffix.lower() not in {".jpg", ".pdf", ".png"}:\n'
                '        abort(400)\n    document.save("uploads/" + document.filename)\n'
                '    return "saved"\n'
            ),
        ),
        Example(
            """\
import os

from flask import request
from werkzeug.utils import secure_filename


def upload(folder):
    picture = request.files["picture"]
    if picture.filename == "":
        return "no file", 400
    picture.save(os.path.join(folder, secure_filename(picture.filename)))
    return "saved"
""",
            (
                "import os\nfrom pathlib import Path\n\nfrom flask import abort, request\n"
                "from werkzeug.utils import secure_filename\n\n\ndef upload(folder):\n"
                '    picture = request.files["picture"]\n    if picture.filename == "":\n'
                '        return "no file", 400\n'
                '    if Path(picture.filename).suffix.lower() not in {".jpg", ".pdf", ".png"}:\n'
                "        abort(400)\n"
                "    picture.save(os.path.join(folder, secure_filename(picture.filename)))\n"
                '    return "saved"\n'
            ),
        ),
        Example(
            """\
from django.http import HttpResponse


def upload(request):
    report = request.FILES["report"]
    with open(f"media/{report.name}", "wb") as file:
        for chunk in report.chunks():
            file.write(chunk)
    return HttpResponse("saved")
""",
            (
                "from pathlib import Path\n\nfrom django.core.exceptions import SuspiciousOperation\n"
                "\nfrom django.http import HttpResponse\n\n\ndef upload(request):\n"
                '    report = request.FILES["report"]\n'
                '    if Path(report.name).suffix.lower() not in {".jpg", ".pdf", ".png"}:\n'
                '        raise SuspiciousOperation("a file of this kind is not accepted")\n'
                '    with open(f"media/{report.name}", "wb") as file:\n'
                "        for chunk in report.chunks():\n            file.write(chunk)\n"
                '    return HttpResponse("saved")\n'
            ),
        ),
        Example(
            """\
import shutil
from pathlib import Path

from fastapi import FastAPI, UploadFile

app = FastAPI()


@app.post("/files")
async def upload(file: UploadFile):
    target = Path("files") / Path(file.filename).name
    with target.open("wb") as out:
        shutil.copyfileobj(file.file, out)
    return {"name": file.filename}
""",
            (
                "import shutil\nfrom pathlib import Path\n\n"
                "from fastapi import FastAPI, HTTPException, UploadFile\n\napp = FastAPI()\n"
                '\n\n@app.post("/files")\nasync def upload(file: UploadFile):\n'
                '    target = Path("files") / Path(file.filename).name\n'
                '    if Path(Path(file.filename).name).suffix.lower() not in {".jpg", ".pdf", ".png"}:\n'
                '        raise HTTPException(400, "a file of this kind is not accepted")\n'
                '    with target.open("wb") as out:\n        shutil.copyfileobj(file.file, out)\n'
                '    return {"name": file.filename}\n'
            ),
        ),
        Example(
            """\
import os

from flask import request


class Gallery:
    folder = "static/gallery"

    def add(self):
        for picture in request.files.getlist("pictures"):
            picture.save(os.path.join(self.folder, picture.filename))
""",
            (
                "import os\nfrom pathlib import Path\n\nfrom flask import abort, request\n"
                '\n\nclass Gallery:\n    folder = "static/gallery"\n\n    def add(self):\n'
                '        for picture in request.files.getlist("pictures"):\n'
                '            if Path(picture.filename).suffix.lower() not in {".jpg", ".pdf", ".png"}:\n'
                "                abort(400)\n"
                "            picture.save(os.path.join(self.folder, picture.filename))\n"
            ),
        ),
    ),
    good=(
        (
            "import os\nimport uuid\n\nfrom flask import Flask, abort, request\n\napp = Flask(__name__)\n\n\n"
            "@app.post('/photos')\ndef upload():\n"
            "    file = request.files['file']\n    name = os.path.basename(file.filename)\n"
            "    if '.' not in name or name.rsplit('.', 1)[1].lower() not in {'png', 'jpg'}:\n        abort(400)\n"
            "    file.save(f'/srv/photos/{uuid.uuid4().hex}_{name}')\n    return 'ok'\n"
        ),
        """\
import os

from flask import abort, request
from werkzeug.utils import secure_filename

EXTENSIONS = {"png", "jpg"}


def upload(folder):
    picture = request.files["picture"]
    if picture.filename.rsplit(".", 1)[-1].lower() not in EXTENSIONS:
        abort(400)
    picture.save(os.path.join(folder, secure_filename(picture.filename)))
    return "saved"
""",
        """\
from uuid import uuid4

from flask import request


def upload(folder):
    request.files["pdf"].save(f"{folder}/{uuid4().hex}.pdf")
    return "saved"
""",
        """\
import os

from flask import request
from werkzeug.utils import secure_filename

from shop.files import allowed_file


def upload(folder):
    picture = request.files["picture"]
    if picture and allowed_file(picture.filename):
        picture.save(os.path.join(folder, secure_filename(picture.filename)))
    return "saved"
""",
        """\
from fastapi import FastAPI, HTTPException, UploadFile

app = FastAPI()


@app.post("/photo")
async def upload(file: UploadFile):
    if file.content_type not in ("image/png", "image/jpeg"):
        raise HTTPException(415)
    with open("photos/new.bin", "wb") as out:
        out.write(await file.read())
    return {"size": file.size}
""",
        """\
from django.shortcuts import redirect

from shop.forms import PhotoForm


def upload(request):
    form = PhotoForm(request.POST, request.FILES)
    if form.is_valid():
        with open("media/" + request.FILES["photo"].name, "wb") as file:
            file.write(request.FILES["photo"].read())
    return redirect("/")
""",
    ),
    check=check,
    fix=fix,
)
