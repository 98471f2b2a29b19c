"""Names are followed through the modules of a workspace to what they finally are, and no code of it is run."""

from __future__ import annotations

import io
import os
import pickle
import sys
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from tests.semantics.workspace import write
from vetline.semantics.resolution import public_name, resolve

Files = Mapping[str, str]

YAML = {"compat.py": "from yaml import load\n"}


def resolved(root: Path, text: str, files: Files, path: str = "app.py") -> dict[str, str]:
    """Return what the names in ``text`` are, and the place that passes each on, as ``yaml.load at compat.py:1``."""
    write(root, files)
    ends = resolve(text, root / path, root)
    return {name: f"{end.name} at {end.path.relative_to(root).as_posix()}:{end.line + 1}" for name, end in ends.items()}


@pytest.mark.parametrize(
    "text, spelling",
    [
        pytest.param("from compat import load\n", "compat.load", id="from"),
        pytest.param("from compat import load as l\n", "compat.load", id="under another name"),
        pytest.param("import compat\ncompat.load(x)\n", "compat.load", id="as an attribute"),
        pytest.param("import compat as c\nc.load(x)\n", "compat.load", id="as an attribute of an alias"),
        pytest.param("from compat import *\nload(x)\n", "load", id="by a star"),
        pytest.param("def f():\n    from compat import load\n    load(x)\n", "compat.load", id="inside a function"),
        pytest.param("class A:\n    import compat\n    x = compat.load(1)\n", "compat.load", id="inside a class"),
        pytest.param("import compat\n\ndef f(:\n    return compat.load(x)\n", "compat.load", id="in broken code"),
        pytest.param("\ufefffrom compat import load\r\nload(x)\r\n", "compat.load", id="behind a byte order mark"),
    ],
)
def test_a_name_is_followed_however_it_is_used(tmp_path: Path, text: str, spelling: str) -> None:
    assert resolved(tmp_path, text, YAML) == {spelling: "yaml.load at compat.py:1"}


@pytest.mark.parametrize(
    "compat, end",
    [
        pytest.param("from yaml import load\n", "yaml.load at compat.py:1", id="import"),
        pytest.param("from yaml import unsafe_load as load\n", "yaml.unsafe_load at compat.py:1", id="import under a name"),
        pytest.param("import yaml\n\nload = yaml.load\n", "yaml.load at compat.py:3", id="assignment"),
        pytest.param("import yaml as y\nload: object = y.load\n", "yaml.load at compat.py:2", id="annotated assignment"),
        pytest.param("import yaml\n_load = yaml.load\nload = _load\n", "yaml.load at compat.py:3", id="two assignments"),
        pytest.param("import os.path\nload = os.system\n", "os.system at compat.py:2", id="attribute of a package"),
        pytest.param("from yaml import *\n", "yaml.load at compat.py:1", id="star from what isn't known"),
        pytest.param("from marshal import *\n", "marshal.load at compat.py:1", id="star from the standard library"),
        pytest.param("from _pickle import load\n", "pickle.load at compat.py:1", id="from inside the standard library"),
        pytest.param(
            "try:\n    from yaml import load\nexcept ImportError:\n    load = None\n",
            "yaml.load at compat.py:2",
            id="or nothing",
        ),
        pytest.param(
            "try:\n    from cPickle import load\nexcept ImportError:\n    from pickle import load\n",
            "pickle.load at compat.py:4",
            id="the last of two",
        ),
        pytest.param(
            "import sys\nif sys.version_info > (3,):\n    from pickle import load\nelse:\n    from cPickle import load\n",
            "pickle.load at compat.py:3",
            id="in the branch for this Python",
        ),
        pytest.param("def f(:\n    pass\n\nfrom yaml import load\n", "yaml.load at compat.py:4", id="in broken code"),
        pytest.param("# coding: latin-1\n# \xe9\nfrom yaml import load\n", "yaml.load at compat.py:3", id="not ASCII"),
    ],
)
def test_a_module_passes_a_name_on(tmp_path: Path, compat: str, end: str) -> None:
    assert resolved(tmp_path, "from compat import load\n", {"compat.py": compat}) == {"compat.load": end}
    assert resolved(tmp_path, "import compat\ncompat.load(x)\n", {}) == {"compat.load": end}


@pytest.mark.parametrize(
    "compat",
    [
        pytest.param("def load(text):\n    return text\n", id="function"),
        pytest.param(
            "import yaml\n\ndef load(text):\n    return yaml.load(text)\n", id="wrapper, which has a finding of its own"
        ),
        pytest.param("import yaml\n\nclass load(yaml.Loader):\n    pass\n", id="class"),
        pytest.param("load = lambda text: text\n", id="lambda"),
        pytest.param("load = {}\n", id="value"),
        pytest.param("import yaml\nload = yaml.load if 1 else None\n", id="expression"),
        pytest.param("load = other\n", id="of a name that isn't there"),
        pytest.param("load = load\n", id="of itself"),
        pytest.param("from compat import load\n", id="in a circle"),
        pytest.param("from helpers import *\nfrom yaml import *\n", id="one of two stars"),
        pytest.param("from .helpers import load\n", id="relative and not there"),
        pytest.param("", id="nothing"),
        pytest.param("\0\1\2", id="no Python"),
    ],
)
def test_a_name_that_ends_in_the_workspace_or_nowhere_is_left_alone(tmp_path: Path, compat: str) -> None:
    assert resolved(tmp_path, "from compat import load\nload(x)\n", {"compat.py": compat}) == {}
    assert resolved(tmp_path, "import compat\ncompat.load(x)\n", {}) == {}


def test_names_that_the_text_imports_itself_are_no_news(tmp_path: Path) -> None:
    text = "import yaml, os\nfrom pickle import loads\nfrom requests import *\nyaml.load(x)\nos.system(y)\nget(z)\n"

    assert resolved(tmp_path, text, {}) == {}


def test_several_hops_are_followed_and_the_last_one_is_the_evidence(tmp_path: Path) -> None:
    files = {
        "pkg/__init__.py": "from .first import load\nfrom . import first\n",
        "pkg/first.py": "from pkg.sub.second import read as load, quiet\n",
        "pkg/sub/__init__.py": "",
        "pkg/sub/second.py": "from ..third import *\nquiet = print\n",
        "pkg/third.py": "import yaml\n\nread = yaml.load\n",
    }
    text = "import pkg\nfrom pkg import load\nimport pkg.first as f\npkg.load(x)\npkg.first.load(x)\nf.load(x)\nf.quiet(x)\n"

    assert resolved(tmp_path, text, files) == dict.fromkeys(["pkg.load", "pkg.first.load"], "yaml.load at pkg/third.py:3")


def test_a_module_that_is_passed_on_takes_its_attributes_with_it(tmp_path: Path) -> None:
    files = {"compat.py": "import yaml\nimport pickle as p\n"}

    found = resolved(tmp_path, "import compat\nfrom compat import p\ncompat.yaml.load(x)\np.loads(x)\n", files)

    assert found == {"compat.yaml": "yaml at compat.py:1", "compat.p": "pickle at compat.py:2"}


@pytest.mark.parametrize(
    "path, text, spelling",
    [
        ("pkg/app.py", "from .compat import load\n", "compat.load"),
        ("pkg/app.py", "from . import compat\ncompat.load(x)\n", "compat.load"),
        ("pkg/__init__.py", "from .compat import load\n", "compat.load"),
        ("pkg/deep/app.py", "from ..compat import load\n", "compat.load"),
        ("pkg/deep/app.py", "from pkg.compat import load\n", "pkg.compat.load"),
        ("scripts/app.py", "from pkg.compat import load\n", "pkg.compat.load"),
        ("untitled.py", "import pkg.compat\npkg.compat.load(x)\n", "pkg.compat.load"),
    ],
)
def test_modules_are_found_from_where_the_text_is(tmp_path: Path, path: str, text: str, spelling: str) -> None:
    files = {"pkg/__init__.py": "", "pkg/deep/__init__.py": "", "pkg/compat.py": "from yaml import load\n"}

    assert resolved(tmp_path, text, files, path) == {spelling: "yaml.load at pkg/compat.py:1"}


def test_a_package_without_init_and_one_below_src_are_found(tmp_path: Path) -> None:
    files = {"space/compat.py": "from yaml import load\n", "src/lib/__init__.py": "from yaml import load\n"}

    found = resolved(tmp_path, "from space.compat import load\nimport lib\nlib.load(x)\n", files, "tests/app.py")

    assert found == {"space.compat.load": "yaml.load at space/compat.py:1", "lib.load": "yaml.load at src/lib/__init__.py:1"}


def test_a_text_without_a_file_counts_as_one_in_the_root(tmp_path: Path) -> None:
    write(tmp_path, YAML)

    assert [end.name for end in resolve("from compat import load\n", None, tmp_path).values()] == ["yaml.load"]


def test_a_star_brings_what_the_text_has_no_value_for(tmp_path: Path) -> None:
    files = {"compat.py": "from yaml import load, dump\nfrom pickle import loads\n"}
    text = "from compat import *\n\ndef dump(x):\n    return x\n\nload(dump(loads(x)))\n"

    assert resolved(tmp_path, text, files) == {"load": "yaml.load at compat.py:1", "loads": "pickle.loads at compat.py:2"}


def test_installed_packages_are_outside_even_inside_the_workspace(tmp_path: Path) -> None:
    files = {
        ".venv/lib/python3.11/site-packages/vendored.py": "from yaml import load\n",
        "compat.py": "import sys\nsys.path.append('.venv/lib/python3.11/site-packages')\nfrom vendored import *\n",
    }

    assert resolved(tmp_path, "from compat import load\n", files) == {"compat.load": "vendored.load at compat.py:3"}


@pytest.mark.parametrize("compat", ["from yaml import load\n", "from yaml import *\n", "import yaml\nload = yaml.load\n"])
def test_it_does_not_matter_what_is_installed_or_loaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, compat: str) -> None:
    import yaml

    write(tmp_path, {"compat.py": compat})
    loaded = resolve("from compat import load\n", None, tmp_path)
    for name in [name for name in sys.modules if name.partition(".")[0] == yaml.__name__]:
        monkeypatch.delitem(sys.modules, name)

    assert resolve("from compat import load\n", None, tmp_path) == loaded
    assert [end.name for end in loaded.values()] == ["yaml.load"]


def test_what_changes_on_disk_is_seen(tmp_path: Path) -> None:
    assert resolved(tmp_path, "from compat import load\n", YAML) == {"compat.load": "yaml.load at compat.py:1"}

    later = (tmp_path / "compat.py").stat().st_mtime + 2
    write(tmp_path, {"compat.py": "# from yaml\nfrom pickle import load\n"})
    os.utime(tmp_path / "compat.py", (later, later))

    assert resolved(tmp_path, "from compat import load\n", {}) == {"compat.load": "pickle.load at compat.py:2"}


def test_names_from_inside_the_standard_library_get_their_public_form() -> None:
    assert public_name("_hashlib.openssl_md5") == "hashlib.md5"
    assert public_name("_pickle") == "pickle"
    assert public_name("posix.system") == "os.system"
    assert public_name("posixpath.join") == "posixpath.join"
    assert public_name("yaml.load") == "yaml.load"


def test_a_cache_that_was_cut_short_is_made_anew(tmp_path: Path, cache: Path) -> None:
    resolved(tmp_path, "from compat import load\n", YAML)
    files = list(cache.rglob("*.pkl"))
    assert files
    # Another process would find half of what this one was writing when it was killed.
    for file in files:
        file.write_bytes(file.read_bytes()[:40])
    from parso.cache import parser_cache

    parser_cache.clear()

    assert resolved(tmp_path, "from compat import load\n", {}) == {"compat.load": "yaml.load at compat.py:1"}


class TestNothingIsRun:
    """A workspace that would leave a mark if any of its code ran."""

    @pytest.fixture
    def mark(self, tmp_path: Path) -> Path:
        return tmp_path / "mark"

    @pytest.fixture(autouse=True)
    def _left_alone(self, mark: Path) -> Iterator[None]:
        modules, path, finders = set(sys.modules), list(sys.path), list(sys.meta_path)
        yield
        assert not mark.exists()
        assert (sys.path, sys.meta_path) == (path, finders)
        new = [sys.modules[name] for name in set(sys.modules) - modules]
        assert not [module for module in new if str(getattr(module, "__file__", "")).startswith(str(mark.parent))]

    @staticmethod
    def trap(mark: Path) -> str:
        return f"open({str(mark)!r}, 'w')\nfrom yaml import load\n"

    def test_modules_are_read_only(self, tmp_path: Path, mark: Path) -> None:
        names = ("compat", "sitecustomize", "conftest", "setup", "gi", "six")
        files = {f"{name}.py": self.trap(mark) for name in names} | {"pkg/__init__.py": self.trap(mark)}
        text = "".join(f"import {name}\n{name}.load(x)\n" for name in (*names, "pkg"))

        assert resolved(tmp_path, text, files)["compat.load"] == "yaml.load at compat.py:2"

    def test_finders_that_import_are_not_asked(self, tmp_path: Path, mark: Path) -> None:
        class Importer:
            """What setuptools does when somebody looks for distutils."""

            @staticmethod
            def find_spec(name: str, *_: object) -> None:
                if name == "compat2":
                    mark.touch()

        sys.meta_path.insert(0, Importer)
        try:
            resolved(tmp_path, "import compat2\ncompat2.load(x)\n", {"compat2.py": "from yaml import load\n"})
        finally:
            sys.meta_path.remove(Importer)

    def test_modules_without_source_are_not_loaded(self, tmp_path: Path, mark: Path) -> None:
        from importlib.machinery import EXTENSION_SUFFIXES
        from py_compile import compile as compile_file

        write(tmp_path, {"traps/byte.py": self.trap(mark)})
        compile_file(str(tmp_path / "traps/byte.py"), cfile=str(tmp_path / "byte.pyc"))
        for suffix in EXTENSION_SUFFIXES:
            (tmp_path / f"native{suffix}").write_bytes(b"\x7fELF")

        text = "import byte, native\nfrom byte import load\nbyte.load(x)\nnative.load(x)\n"
        assert resolved(tmp_path, text, {"compat.py": "from byte import *\nfrom native import *\n"}) == {}

    def test_an_archive_on_the_path_is_not_run_either(self, tmp_path: Path, mark: Path) -> None:
        archive = io.BytesIO()
        with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as file:
            file.writestr("packed.py", self.trap(mark))
        (tmp_path / "lib.zip").write_bytes(archive.getvalue())
        files = {
            "zlib.py": self.trap(mark),
            "compat.py": "import sys\nsys.path.insert(0, 'lib.zip')\nfrom packed import *\n",
        }

        assert resolved(tmp_path, "from compat import load\n", files) == {}

    def test_a_project_file_of_jedi_counts_for_nothing(self, tmp_path: Path, mark: Path) -> None:
        python = tmp_path / "python"
        python.write_text(f"#!/bin/sh\ntouch {mark}\n")
        python.chmod(0o755)
        files = {
            ".jedi/project.json": f'[1, {{"environment_path": "{python}", "load_unsafe_extensions": true, "path": "."}}]',
            ".venv/pyvenv.cfg": "home = /nowhere\n",
            **YAML,
        }

        assert resolved(tmp_path, "from compat import load\n", files) == {"compat.load": "yaml.load at compat.py:1"}

    def test_a_poisoned_cache_needs_the_users_own_folder(self, tmp_path: Path, cache: Path) -> None:
        """jedi's cache is pickled, so it must never be where the workspace is."""
        resolved(tmp_path, "from compat import load\n", YAML)

        assert not cache.is_relative_to(tmp_path)
        assert not [path for path in tmp_path.rglob("*") if path.suffix in {".pkl", ".pickle"}]
        assert pickle.loads(next(cache.rglob("*.pkl")).read_bytes()).node is not None
