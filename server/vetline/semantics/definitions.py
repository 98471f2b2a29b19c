"""Where names are defined.  The one door to jedi.

Code is read, never imported or run, and no interpreter is started for it.  What that rests on, in jedi 0.20:

- ``InterpreterEnvironment`` works in this process; every other environment starts the Python that it is for.
- A module without source is imported to be looked at (``compiled.load_module``), from the environment's own path only unless
  a project has ``load_unsafe_extensions``.  Our environment's path is the standard library, and nothing else.
- While jedi looks for a module, ``sys.path`` is the project's, and all finders in ``sys.meta_path`` are asked.  One that
  imports something then would find it in the workspace (that of setuptools does), so only Python's own are left in place.
- Modules of ``settings.auto_import_modules`` are imported; we empty it.

``settings.fast_parser`` has to stay on: without it jedi fails on names of the text itself (jedi issue 1888).
"""

from __future__ import annotations

import logging
import shutil
import sys
import sysconfig
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from importlib.machinery import BuiltinImporter, FrozenImporter, PathFinder
from pathlib import Path
from pickle import UnpicklingError
from typing import Any

from vetline.core.location import Position

log = logging.getLogger(__name__)

_PROBE = "__vetline_probe__.py"
"""The name of the module that asks; relative imports start from it, and no file is called so."""
_INSTALLED = frozenset({"site-packages", "dist-packages"})
_STANDARD_FINDERS = (BuiltinImporter, FrozenImporter, PathFinder)


class Definition:
    """A place where a name is defined: in the file ``path`` (None: in none), at ``place``."""

    def __init__(self, name: Any) -> None:
        self._name = name
        self.path: Path | None = name.module_path
        self.place = Position((name.line or 1) - 1, name.column or 0)

    @property
    def is_module(self) -> bool:
        """Whether it is a module itself, which stands where its text begins."""
        # The type costs jedi an inference, so it is asked for last.
        return self.place == Position(0, 0) and self._name.type == "module"

    @property
    def dotted_name(self) -> str | None:
        """The name with that of its module, where there is one."""
        name = self._name.full_name
        return name if isinstance(name, str) else None


class Definitions:
    """Finds definitions in the modules below ``root``, and in the standard library."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._project = load_jedi().Project(
            root, added_sys_path=[root / "src"], smart_sys_path=True, load_unsafe_extensions=False
        )
        self._known: dict[tuple[Path, str], Sequence[Definition]] = {}

    def find(self, folder: Path, lines: Sequence[str]) -> Sequence[Definition]:
        """Return the definitions of the name that ``lines`` end with, if they were a module in ``folder``.

        Raises:
            MemoryError: there is not enough for the modules concerned.
        """
        text = "\n".join(lines)
        if (folder, text) not in self._known:
            self._known[folder, text] = self._goto(folder, text, (len(lines), len(lines[-1])))
        return self._known[folder, text]

    def owns(self, path: Path | None) -> bool:
        """Tell whether a file is code of the workspace, rather than a package or a Python that is installed in it."""
        if path is None or not path.is_relative_to(self._root):
            return False
        installed = _INSTALLED.intersection(path.relative_to(self._root).parts)
        return not installed and not any(path.is_relative_to(folder) for folder in _standard_folders())

    def _goto(self, folder: Path, text: str, place: tuple[int, int]) -> Sequence[Definition]:
        for _ in range(2):
            try:
                return self._goto_once(folder, text, place)
            except (EOFError, UnpicklingError):
                # A process that was ended while it wrote to jedi's cache leaves half a file, which would fail for ever.
                shutil.rmtree(load_jedi().settings.cache_directory, ignore_errors=True)
            except MemoryError:
                raise
            except Exception:  # jedi stumbles over some code; then we know nothing of that name
                log.debug("jedi failed", exc_info=True)
                break
        return ()

    def _goto_once(self, folder: Path, text: str, place: tuple[int, int]) -> Sequence[Definition]:
        with _standard_finders_only():
            script = load_jedi().Script(text, path=folder / _PROBE, project=self._project, environment=_environment())
            return [Definition(name) for name in script.goto(*place)]


@contextmanager
def _standard_finders_only() -> Iterator[None]:
    before = sys.meta_path[:]
    sys.meta_path[:] = _STANDARD_FINDERS
    try:
        yield
    finally:
        sys.meta_path[:] = before


@cache
def _standard_folders() -> tuple[str, ...]:
    folders = [sysconfig.get_path("stdlib"), sysconfig.get_path("platstdlib"), sysconfig.get_config_var("DESTSHARED")]
    return tuple(dict.fromkeys(folder for folder in folders if folder))


@cache
def load_jedi() -> Any:
    """Load jedi, which takes a while, and return it set up for us."""
    import jedi
    from platformdirs import user_cache_path

    jedi.settings.auto_import_modules = []
    jedi.settings.dynamic_params = False  # we ask for names, and no types of arguments
    jedi.settings.cache_directory = str(user_cache_path("vetline", appauthor=False) / "jedi")
    return jedi


@cache
def _environment() -> Any:
    """Return an environment in this process that has the standard library alone."""

    class StandardLibrary(load_jedi().InterpreterEnvironment):  # type: ignore[misc]  # jedi has no types
        def get_sys_path(self) -> list[str]:
            return list(_standard_folders())

    return StandardLibrary()
