"""Data-flow through the other files of a project, as ``vetline check`` follows it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.fixes.snippets import engine
from tests.semantics.workspace import write
from vetline.engine.document import Document
from vetline.engine.project import Project

RUN = "import os\n\n\ndef run(command):\n    os.system(command)\n"
"""A helper that hands its argument to a shell."""
READ = "from flask import request\n\n\ndef wanted():\n    return request.args['name']\n"
"""A helper that gives what a stranger has sent."""


def ids(root: Path, app: str, files: Mapping[str, str], name: str = "app.py") -> set[str]:
    """Return the ids of Vetline's own findings in ``app`` beside ``files``."""
    write(root, {**files, name: app})
    models = engine().checks.models
    assert models is not None
    document = Document(app, engine(), name, project=Project(root, models).seen_from(root / name))
    document.vet()
    return {finding.rule_id for finding in document.findings() if finding.rule_id.startswith("VET")}


@pytest.mark.parametrize(
    "imports, call",
    [
        ("from shell import run", "run"),
        ("from shell import run as execute", "execute"),
        ("import shell", "shell.run"),
        ("import shell as s", "s.run"),
        ("from shell import *", "run"),
        ("import tools.shell", "tools.shell.run"),
        ("from tools import shell", "shell.run"),
        ("from tools.shell import run", "run"),
        ("from tools import run", "run"),
        ("from tools import execute", "execute"),
        ("import tools", "tools.run"),
    ],
)
def test_a_sink_is_found_however_it_is_imported(tmp_path: Path, imports: str, call: str) -> None:
    files = {
        "shell.py": RUN,
        "tools/__init__.py": "from .shell import run\nfrom tools.shell import run as execute\n",
        "tools/shell.py": RUN,
    }
    app = f"from flask import request\n{imports}\n\n\ndef view():\n    {call}('ls ' + request.args['name'])\n"

    assert "VET102" in ids(tmp_path, app, files)
    assert "VET102" not in ids(tmp_path, app.replace("'ls ' + request.args['name']", "'ls'"), files)


@pytest.mark.parametrize(
    "imports, name",
    [
        ("from .shell import run", "pkg/app.py"),
        ("from . import shell\n\nrun = shell.run", "pkg/app.py"),
        ("from ..shell import run", "pkg/web/app.py"),
        ("from .. import run", "pkg/web/app.py"),
        ("from ..shell import *", "pkg/web/app.py"),
    ],
)
def test_relative_imports_lead_to_the_package(tmp_path: Path, imports: str, name: str) -> None:
    files = {"pkg/__init__.py": "from .shell import run\n", "pkg/shell.py": RUN, "pkg/web/__init__.py": ""}
    app = f"from flask import request\n{imports}\n\n\ndef view():\n    run(request.args['command'])\n"

    assert "VET102" in ids(tmp_path, app, files, name)


def test_source_and_sink_may_each_be_in_a_file_of_their_own(tmp_path: Path) -> None:
    app = "from shell import run\nfrom web import wanted\n\n\ndef view():\n    run('ls ' + wanted())\n"

    assert "VET102" in ids(tmp_path, app, {"shell.py": RUN, "web.py": READ})


def test_a_name_may_be_handed_on_through_several_files(tmp_path: Path) -> None:
    files = {
        "one.py": "from two import run\n",
        "two.py": "from three import *\n",
        "three.py": "import shell\n\nrun = shell.run\n",
        "shell.py": RUN,
    }
    app = "from flask import request\nfrom one import run\n\n\ndef view():\n    run(request.args['command'])\n"

    assert "VET102" in ids(tmp_path, app, files)


@pytest.mark.parametrize(
    "cleaning, use",
    [
        ("import shlex\n\n\ndef clean(value):\n    return shlex.quote(value)\n", "os.system('ls ' + clean(name))"),
        ("def clean(value):\n    return int(value)\n", "os.system(f'kill {clean(name)}')"),
        (
            "ALLOWED = {'a', 'b'}\n\n\ndef clean(value):\n    if value not in ALLOWED:\n        raise ValueError\n",
            "clean(name)\n    os.system('ls ' + name)",
        ),
        (
            "import re\n\n\ndef clean(value):\n    return re.fullmatch('[a-z]+', value) is not None\n",
            "if clean(name):\n        os.system('ls ' + name)",
        ),
    ],
)
def test_a_sanitizer_in_another_file_refutes_a_finding(tmp_path: Path, cleaning: str, use: str) -> None:
    app = "import os\nfrom flask import request\nfrom checks import clean\n\n\ndef view():\n"
    app += f"    name = request.args['n']\n    {use}\n"
    careless = "def clean(value):\n    return value.strip()\n"

    assert "VET102" not in ids(tmp_path, app, {"checks.py": cleaning})
    assert "VET102" in ids(tmp_path, app, {"checks.py": careless})


def test_circular_imports_end(tmp_path: Path) -> None:
    files = {
        "shell.py": "import os\nfrom names import prefix\n\n\ndef run(name):\n    os.system(prefix(name))\n\n\nHOME = '/srv'\n",
        "names.py": "import shell\n\n\ndef prefix(name):\n    return shell.HOME + name\n",
    }
    app = "from flask import request\nfrom shell import run\n\n\ndef view():\n    run(request.args['name'])\n"

    assert "VET102" in ids(tmp_path, app, files)


def test_a_file_may_import_itself_through_its_package(tmp_path: Path) -> None:
    app = (
        "import os\nfrom flask import request\nfrom pkg import app\n\n\ndef run(command):\n    os.system(command)\n\n\n"
        "def view():\n    app.run(request.args['command'])\n    run(request.args['command'])\n"
    )

    assert "VET102" in ids(tmp_path, app, {"pkg/__init__.py": ""}, "pkg/app.py")


@pytest.mark.parametrize(
    "app",
    [
        "from base import Base\n\n\nclass View(Base):\n    def get(self):\n        self.run(request.args['command'])\n",
        "import base\n\n\nclass View(base.Base):\n    def get(self):\n        super().run(request.args['command'])\n",
        "from middle import Middle\n\n\nclass View(Middle):\n    def get(self):\n        self.run(request.args['command'])\n",
        "from middle import Middle\n\n\ndef view():\n    Middle().run(request.args['command'])\n",
        "from middle import make\n\n\ndef view():\n    make().run(request.args['command'])\n",
    ],
)
def test_methods_are_inherited_over_files(tmp_path: Path, app: str) -> None:
    files = {
        "base.py": "import os\n\n\nclass Base:\n    def run(self, command):\n        os.system(command)\n",
        "middle.py": "from base import Base\n\n\nclass Middle(Base):\n    pass\n\n\ndef make():\n    return Middle()\n",
    }

    assert "VET102" in ids(tmp_path, f"from flask import request\n{app}", files)


def test_a_base_in_another_file_makes_a_handler_of_a_method(tmp_path: Path) -> None:
    files = {"web.py": "from tornado.web import RequestHandler\n\n\nclass Handler(RequestHandler):\n    pass\n"}
    app = (
        "import os\nfrom web import Handler\n\n\nclass Main(Handler):\n    def get(self):\n"
        "        os.system(self.get_argument('command'))\n"
    )

    assert "VET102" in ids(tmp_path, app, files)


def test_constants_of_another_file_are_known(tmp_path: Path) -> None:
    files = {"settings.py": "KEY = b'0123456789abcdef'\nHOST = '0.0.0.0'\n"}

    assert "VET709" in ids(tmp_path, "import settings\nimport uvicorn\n\nuvicorn.run('app:app', host=settings.HOST)\n", files)
    assert "VET709" in ids(tmp_path, "from settings import HOST\nimport uvicorn\n\nuvicorn.run('a:b', host=HOST)\n", files)


def test_what_is_imported_from_a_library_by_name_is_input_too(tmp_path: Path) -> None:
    app = "from os import system\nfrom sys import argv\n\nsystem('ls ' + argv[1])\n"

    assert ids(tmp_path, app, {}) == ids(tmp_path, "import os\nimport sys\n\nos.system('ls ' + sys.argv[1])\n", {}) != set()
