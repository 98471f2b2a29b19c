"""A file name that comes from outside can lead anywhere on the machine.

## Why it matters
`../../etc/passwd` climbs out of the folder that it is joined to, and `os.path.join("/srv/files", "/etc/passwd")` is
`/etc/passwd`: an absolute path takes the place of all that stands before it.  Whoever chooses the name so reads keys
and settings, overwrites code, or deletes what the program may delete.  Assistants write `open(os.path.join(FOLDER,
name))`, which looks as if it stayed inside of the folder, and compare with `startswith` before the `..` are resolved,
which proves nothing.

## How to fix it
Resolve the path first, then see whether it is still inside:

    path = (FOLDER / name).resolve()
    if not path.is_relative_to(FOLDER.resolve()):
        abort(404)

Flask's `send_from_directory(FOLDER, name)` and Werkzeug's `safe_join` do that for you.  Where only a plain file name is
wanted, take `secure_filename(upload.filename)` or `os.path.basename(name)`; better still, give files names of your own
and look them up.

## When it is fine
Where the name was looked up in a table of allowed names, has been made a number, or is chosen by somebody who may read
all files anyway, such as the user of a command line.

## References
- [OWASP: path traversal](https://owasp.org/www-community/attacks/Path_Traversal)
- [Flask: send_from_directory](https://flask.palletsprojects.com/en/stable/api/#flask.send_from_directory)
- [Python: PurePath.is_relative_to](https://docs.python.org/3/library/pathlib.html#pathlib.PurePath.is_relative_to)
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from vetline.core.cwe import Cwe
from vetline.core.edit import Applicability, Fix
from vetline.core.severity import Confidence, Severity
from vetline.flow.frame import SinkHit
from vetline.flow.taints import NORMALISED, PARAMETER, RELATIVE, Taint
from vetline.flow.values import Piece
from vetline.rules.base import CheckContext, Example, FixSite, Match, Rule
from vetline.rules.flows import STRANGERS, Flow, evidence_of, flow_into
from vetline.rules.path_guards import contained
from vetline.rules.surroundings import function_around, resolves_paths, scope_around

_LABELS = {**STRANGERS, "response": Severity.MEDIUM, PARAMETER: Severity.MEDIUM}
_JOINS = ("os.path.join", "pathlib.Path", "pathlib.PurePath", "pathlib.Path.joinpath", "posixpath.join", "ntpath.join")
_HANDS_OUT = frozenset("send_file static_file FileResponse sendfile".split())
"""Functions that send a file to a client: what names it there, even a function's argument, hardly comes from anybody else."""
_STREAMS = frozenset(
    "BytesIO StringIO BufferedReader FileStorage UploadFile UploadedFile SpooledTemporaryFile ZipFile TarFile".split()
)
"""Types of what is read from, where a path may stand as well."""
_OPENERS = ("xml.", "lxml.", "zipfile.", "tarfile.", "PIL.", "pandas.", "numpy.", "torch.", "joblib.", "openpyxl.")
"""Modules whose functions take a file object as well as its name."""
_URL_NAMES = frozenset("url uri url_path uri_path path_info pathinfo request_path request_uri href".split())
"""What parameters are called that hold (a part of) the URL of a request."""
_FILE_NAMES = frozenset("filename raw_filename name path data file".split())


def check(context: CheckContext) -> Iterator[Match]:
    reported: set[int] = set()
    for hit in context.sinks("path"):
        if id(hit.node) in reported or (flow := flow_into(hit, _LABELS)) is None:
            continue
        harmful = tuple(taint for taint in flow.taints if _is_harmful(taint, flow, context))
        if not harmful:
            continue
        reported.add(id(hit.node))
        harmful = tuple(sorted(harmful, key=lambda taint: "name" not in taint.origin.what and taint.origin.label == "upload"))
        found = Flow(hit, harmful, _LABELS[harmful[0].origin.label])
        confidence = Confidence.LOW if found.worst.origin.label == PARAMETER else None
        yield found.match(_message(found), confidence=confidence)
    yield from _mapped_urls(context)


def _mapped_urls(context: CheckContext) -> Iterator[Match]:
    """Yield the places where a URL's path, as a parameter is called, is joined to a folder, and nothing looks where it
    leads."""
    for call in context.calls("os.path.join"):
        for argument in call.args[1:]:
            taint = next((one for one in context.value(argument).taints if one.origin.parameter in _URL_NAMES), None)
            if taint is None or not taint.is_certain or {"path", NORMALISED} & taint.cleared or resolves_paths(call, context):
                continue
            message = (
                f"`{taint.origin.parameter}` may hold `../`, and so lead out of this folder: resolve the path, and compare."
            )
            yield Match(call, message, Severity.MEDIUM, Confidence.LOW, evidence_of(taint))
            break


def _message(flow: Flow) -> str:
    if flow.worst.origin.label == PARAMETER:
        return (
            "{source} decides which file is sent: see that it can't lead out of its folder, with `../` or as an absolute path."
        )
    return "The file is named by {source}, and `../` leads out of any folder: resolve the path, and check where it leads."


def _is_harmful(taint: Taint, flow: Flow, context: CheckContext) -> bool:
    origin, hit = taint.origin, flow.hit
    if origin.label == PARAMETER and not _hands_out(hit, context):
        return False
    if not taint.is_certain and hit.callee.startswith(_OPENERS):
        return False
    if (origin.label == "upload" and _is_content(taint, context)) or _is_stream(flow):
        return False
    if not taint.is_certain and _is_of_object(hit, context):
        return False  # what an object makes of the name that it gets is its own affair
    if NORMALISED in taint.cleared:
        return not (RELATIVE in taint.cleared or (_is_behind_text(flow) and not _is_joined(taint, context)))
    return True


def _hands_out(hit: SinkHit, context: CheckContext) -> bool:
    """Tell whether a file is sent to a client, by someone else than the one that sends files for others."""
    if hit.callee.rpartition(".")[2] not in _HANDS_OUT:
        return False
    function = function_around(hit.node, context)
    return function is None or function.name.strip("_") not in _HANDS_OUT


def _is_content(taint: Taint, context: CheckContext) -> bool:
    """Tell whether it is what stands in an uploaded file, not its name."""
    if "name" in taint.origin.what:
        return False
    return not any(
        isinstance(node, ast.Attribute)
        and node.attr in ("filename", "name", "raw_filename")
        and any(one.origin.key == taint.origin.key for one in context.value(node).taints)
        for node in context.walk(ast.Attribute)
    )


def _is_of_object(hit: SinkHit, context: CheckContext) -> bool:
    """Tell whether the path is an attribute of some object, at once or through a variable."""
    path = hit.argument
    if isinstance(path, ast.Name):
        values = [
            node.value
            for node in ast.walk(scope_around(hit.node, context))
            if isinstance(node, ast.Assign) and any(isinstance(one, ast.Name) and one.id == path.id for one in node.targets)
        ]
        return bool(values) and all(isinstance(one, ast.Attribute) and one.attr not in _FILE_NAMES for one in values)
    return isinstance(path, ast.Attribute) and path.attr not in _FILE_NAMES


def _is_stream(flow: Flow) -> bool:
    return any(name.rpartition(".")[2] in _STREAMS for name in flow.hit.value.types)


def _is_behind_text(flow: Flow) -> bool:
    """Tell whether something else, known or not, stands in front of all that comes from outside."""
    texts = flow.hit.value.text
    return texts is not None and all(len(text) > 1 and not _is_harmed(text[0]) for text in texts)


def _is_harmed(piece: Piece) -> bool:
    return not isinstance(piece, str) and any(taint.origin.label in STRANGERS for taint in piece)


def _is_joined(taint: Taint, context: CheckContext) -> bool:
    """Tell whether what comes from there is joined to a folder, which an absolute path takes the place of."""
    parts = [argument for call in context.calls(*_JOINS) for argument in call.args[1:] or call.args]
    parts += [node.right for node in context.walk(ast.BinOp) if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div)]
    return any(one.origin.key == taint.origin.key for part in parts for one in context.value(part).all_taints())


def fix(site: FixSite) -> Iterator[Fix]:
    yield from _sent_from_folder(site)
    if isinstance(site.node, ast.expr):
        yield from contained(site.node, site)
        yield from _with_secure_filename(site.node, site)


def _sent_from_folder(site: FixSite) -> Iterator[Fix]:
    call = site.parent_of(site.node)
    match call, site.node:
        case ast.Call(func=callee), ast.Call(args=[folder, name], keywords=[]) if (
            site.qualified_name(callee) == "flask.send_file" and site.qualified_name(site.node.func) == "os.path.join"
        ):
            edits = [site.call_instead(callee, "flask", "send_from_directory")]
            edits.append(site.replace(site.node, f"{site.text_of(folder)}, {site.text_of(name)}"))
            yield Fix(
                "Send it with send_from_directory",
                tuple(edits),
                Applicability.REVIEW,
                "A folder that isn't absolute is taken from the app's.",
            )


def _with_secure_filename(path: ast.expr, site: FixSite) -> Iterator[Fix]:
    if not any(name.partition(".")[0] in ("flask", "werkzeug") for name in site.imports()):
        return
    names = [node for node in ast.walk(path) if isinstance(node, ast.Attribute) and node.attr == "filename"]
    if len(names) == 1:
        cleaned = f"{site.use('werkzeug.utils', 'secure_filename')}({site.text_of(names[0])})"
        note = "Letters beyond ASCII are taken out of the names, and one may come out empty."
        yield Fix("Make the name harmless with secure_filename", (site.replace(names[0], cleaned),), Applicability.REVIEW, note)


RULE = Rule(
    id="VET201",
    name="path-traversal",
    cwe=Cwe(22),
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    message="A name from outside decides which file this is about: resolve it, and check where it leads.",
    bad=(
        Example(
            """\
import os

from flask import Flask, abort, request, send_file

app = Flask(__name__)
REPORTS = '/srv/reports'


@app.route('/report')
def report():
    return send_file(os.path.join(REPORTS, request.args['name']))
""",
            """\
import os

from flask import Flask, abort, request, send_file, send_from_directory

app = Flask(__name__)
REPORTS = '/srv/reports'


@app.route('/report')
def report():
    return send_from_directory(REPORTS, request.args['name'])
""",
        ),
        Example(
            """\
import os

from flask import Flask, request

app = Flask(__name__)


@app.post('/avatar')
def avatar():
    picture = request.files['picture']
    picture.save(os.path.join('avatars', picture.filename))
    return 'saved'
""",
            (
                "import os\nfrom pathlib import Path\n\nfrom flask import Flask, abort, request\n"
                "\napp = Flask(__name__)\n\n\n@app.post('/avatar')\ndef avatar():\n"
                "    picture = request.files['picture']\n    path = os.path.join('avatars', picture.filename)\n"
                "    if not Path(path).resolve().is_relative_to(Path('avatars').resolve()):\n"
                "        abort(404)\n    picture.save(path)\n    return 'saved'\n"
            ),
        ),
        # A prefix proves nothing while there may be ".." behind it.
        Example(
            """\
import os

from flask import Flask, abort, request, send_file

app = Flask(__name__)
REPORTS = '/srv/reports'


@app.route('/page/<path:name>')
def page(name):
    path = os.path.join(REPORTS, name)
    if not path.startswith(REPORTS):
        abort(403)
    with open(path) as file:
        return file.read()
""",
            (
                "import os\nfrom pathlib import Path\n\nfrom flask import Flask, abort, request, send_file\n"
                "\napp = Flask(__name__)\nREPORTS = '/srv/reports'\n\n\n@app.route('/page/<path:name>')\n"
                "def page(name):\n    path = os.path.join(REPORTS, name)\n    if not path.startswith(REPORTS):\n"
                "        abort(403)\n    if not Path(path).resolve().is_relative_to(Path(REPORTS).resolve()):\n"
                "        abort(404)\n    with open(path) as file:\n        return file.read()\n"
            ),
        ),
        # No ".." is not enough: "/etc/passwd" has none.
        Example(
            """\
import os

from flask import Flask, abort, request, send_file

app = Flask(__name__)
REPORTS = '/srv/reports'


@app.delete('/report')
def delete():
    name = request.args['name']
    if '..' in name:
        abort(400)
    os.remove(os.path.join(REPORTS, name))
    return 'gone'
""",
            (
                "import os\nfrom pathlib import Path\n\nfrom flask import Flask, abort, request, send_file\n"
                "\napp = Flask(__name__)\nREPORTS = '/srv/reports'\n\n\n@app.delete('/report')\n"
                "def delete():\n    name = request.args['name']\n    if '..' in name:\n"
                "        abort(400)\n    path = os.path.join(REPORTS, name)\n"
                "    if not Path(path).resolve().is_relative_to(Path(REPORTS).resolve()):\n"
                "        abort(404)\n    os.remove(path)\n    return 'gone'\n"
            ),
        ),
        Example(
            """\
from pathlib import Path

from django.http import HttpResponse

ROOT = Path('/srv/notes')


def note(request):
    name = request.GET.get('name', 'index')
    return HttpResponse((ROOT / f'{name}.txt').read_text())
""",
            (
                "from pathlib import Path\n\nfrom django.http import Http404, HttpResponse\n"
                "\nROOT = Path('/srv/notes')\n\n\ndef note(request):\n"
                "    name = request.GET.get('name', 'index')\n    path = ROOT / f'{name}.txt'\n"
                "    if not Path(path).resolve().is_relative_to(Path(ROOT).resolve()):\n"
                '        raise Http404("the path leads out of its folder")\n'
                "    return HttpResponse((path).read_text())\n"
            ),
        ),
        Example(
            """\
import shutil

from fastapi import FastAPI

app = FastAPI()


def path_of(project: str) -> str:
    return f'/srv/projects/{project}'


@app.delete('/projects/{project}')
def remove(project: str):
    shutil.rmtree(path_of(project))
    return {'removed': project}
""",
            (
                "import shutil\nfrom pathlib import Path\n\nfrom fastapi import FastAPI, HTTPException\n"
                "\napp = FastAPI()\n\n\ndef path_of(project: str) -> str:\n"
                "    return f'/srv/projects/{project}'\n\n\n@app.delete('/projects/{project}')\n"
                "def remove(project: str):\n    path = path_of(project)\n"
                "    if not Path(path).resolve().is_relative_to(Path.cwd().resolve()):\n"
                '        raise HTTPException(404, "the path leads out of its folder")\n'
                "    shutil.rmtree(path)\n    return {'removed': project}\n"
            ),
        ),
        Example(
            """\
import os

from flask import request


class Store:
    def __init__(self, folder):
        self.folder = folder

    def read(self, name):
        with open(os.path.join(self.folder, name), 'rb') as file:
            return file.read()


def download():
    return Store('/srv/data').read(request.args.get('file'))
"""
        ),
        Example(
            """\
import os


class StaticFiles:
    def __init__(self, folders):
        self.folders = folders

    def candidates(self, url):
        for folder, prefix in self.folders:
            if url.startswith(prefix):
                yield os.path.join(folder, url[len(prefix):])
""",
            (
                "import os\nfrom pathlib import Path\n\n\nclass StaticFiles:\n    def __init__(self, folders):\n"
                "        self.folders = folders\n\n    def candidates(self, url):\n"
                "        for folder, prefix in self.folders:\n            if url.startswith(prefix):\n"
                "                path = os.path.join(folder, url[len(prefix):])\n"
                "                if not Path(path).resolve().is_relative_to(Path(folder).resolve()):\n"
                '                    raise ValueError("the path leads out of its folder")\n'
                "                yield path\n"
            ),
        ),
        # Taking "../" out once turns "....//" into "../".
        Example(
            """\
from flask import request


def theme():
    name = request.cookies['theme'].replace('../', '')
    return open('themes/' + name).read()
""",
            (
                "from pathlib import Path\n\nfrom flask import abort, request\n\n\n"
                "def theme():\n    name = request.cookies['theme'].replace('../', '')\n"
                "    path = 'themes/' + name\n"
                "    if not Path(path).resolve().is_relative_to(Path('themes').resolve()):\n"
                "        abort(404)\n    return open(path).read()\n"
            ),
        ),
    ),
    good=(
        # What isn't a number, or no UUID, doesn't get here.
        (
            "from flask import Flask, request, send_file\n\napp = Flask(__name__)\n\n\n@app.get('/report')\ndef report():\n"
            "    year = request.args.get('year', type=int)\n    return send_file(f'/srv/reports/{year}.json')\n"
        ),
        (
            "from pathlib import Path\n\nfrom flask import Flask, Response\n\n"
            "app = Flask(__name__)\nSTORE = Path('/srv/store')\n\n\n"
            "@app.get('/files/<uuid:key>')\ndef show(key):\n"
            "    return Response((STORE / f'{key}.pdf').read_bytes(), mimetype='application/pdf')\n"
        ),
        """\
import os

from flask import Flask, abort, request, send_file

app = Flask(__name__)
REPORTS = '/srv/reports'


@app.route('/report')
def report():
    path = os.path.realpath(os.path.join(REPORTS, request.args['name']))
    if not path.startswith(REPORTS + os.sep):
        abort(404)
    return send_file(path)
""",
        """\
from pathlib import Path

from django.http import Http404, HttpResponse

ROOT = Path('/srv/notes').resolve()


def note(request):
    path = (ROOT / request.GET['name']).resolve()
    if not path.is_relative_to(ROOT):
        raise Http404
    return HttpResponse(path.read_text())
""",
        """\
from pathlib import Path

from fastapi import FastAPI, HTTPException
from fastapi.responses import FileResponse

app = FastAPI()
ROOT = Path('/srv/media').resolve()


@app.get('/media/{name:path}')
def media(name: str):
    path = (ROOT / name).resolve()
    try:
        path.relative_to(ROOT)
    except ValueError:
        raise HTTPException(404)
    return FileResponse(path)
""",
        """\
import os

from flask import request
from werkzeug.utils import secure_filename


def avatar():
    picture = request.files['picture']
    picture.save(os.path.join('avatars', secure_filename(picture.filename)))
""",
        """\
from flask import Flask, send_from_directory

app = Flask(__name__)


@app.route('/files/<path:name>')
def files(name):
    return send_from_directory('/srv/files', name)
""",
        """\
import os

from flask import Flask, abort, request, send_file

app = Flask(__name__)
REPORTS = '/srv/reports'


@app.route('/log')
def log():
    base = os.path.abspath(app.instance_path)
    path = os.path.abspath(os.path.join(base, request.args['name']))
    if os.path.commonpath([base, path]) != base:
        abort(403)
    return send_file(path)
""",
        # Whoever starts a program may name any file.
        """\
import sys

with open(sys.argv[1]) as file:
    print(len(file.read()))
""",
        """\
from flask import request

THEMES = {'light': 'themes/light.css', 'dark': 'themes/dark.css'}


def theme():
    return open(THEMES[request.cookies['theme']]).read()
""",
        """\
import os
import re

from flask import request


def save(text):
    name = re.sub(r'[^A-Za-z0-9_-]', '_', request.form['title'])
    with open(os.path.join('notes', name + '.md'), 'w') as file:
        file.write(text)
""",
        """\
import os

from flask import Flask, abort, request, send_file

app = Flask(__name__)
REPORTS = '/srv/reports'


@app.route('/day')
def day():
    name = request.args['name']
    if '..' in name or name.startswith('/'):
        abort(400)
    return send_file(os.path.join(REPORTS, name))
""",
        # A file object is no name.
        """\
import io

from flask import request, send_file


def echo():
    return send_file(io.BytesIO(request.data), mimetype='text/plain')
""",
    ),
    check=check,
    fix=fix,
)
