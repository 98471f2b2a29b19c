"""Which files hold the configuration of what is analysed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

PROJECT_FILES = ("vetline.toml", ".vetline.toml")
"""Vetline's own files, the first of which wins in a folder; ``pyproject.toml`` comes after both."""

PYPROJECT = "pyproject.toml"
BANDIT_INI = ".bandit"

WATCH_GLOBS = tuple(f"**/{name}" for name in (*PROJECT_FILES, PYPROJECT, BANDIT_INI))
"""What to watch below a workspace root, in the Language Server Protocol's glob syntax."""


@cache
def user_file() -> Path:
    """Return where the user's own configuration is, or would be."""
    from platformdirs import user_config_path

    return user_config_path("vetline", appauthor=False) / PROJECT_FILES[0]


def absolute(path: Path) -> Path:
    """Return ``path`` from the root on, without ``..``; links stay as they are."""
    import os.path

    return Path(os.path.abspath(path))  # noqa: PTH100 - resolve() would follow links, and absolute() keep the dots


def folders_up(path: Path, workspace: Path | None = None) -> Iterator[Path]:
    """Yield the folder of ``path`` (itself, if it is one) and those above it, nearest first.

    The last one is the workspace root if ``path`` lies in it, else the root of the file system.
    """
    path = absolute(path)
    nearest = path if path.is_dir() else path.parent
    top = absolute(workspace) if workspace else None
    for folder in (nearest, *nearest.parents):
        yield folder
        if folder == top:  # never met if the path lies outside
            return


@dataclass(frozen=True, slots=True)
class Watch:
    """The files whose change matters: ``globs`` below the root, and single ``files`` elsewhere."""

    globs: tuple[str, ...]
    files: tuple[Path, ...]


def watch(root: Path | None, depends_on: Iterable[Path] = ()) -> Watch:
    """Say what an editor's file watcher has to watch for the workspace at ``root``.

    ``depends_on`` are files that loaded configurations depend on (``Loaded.depends_on``): those that the globs
    don't reach are named one by one, as is the user's file, whether or not they exist yet.
    """
    names = {*PROJECT_FILES, PYPROJECT, BANDIT_INI}
    files = {user_file(), *depends_on}
    if root is not None:
        root = absolute(root)
        files = {path for path in files if not (path.name in names and path.is_relative_to(root))}
    return Watch(WATCH_GLOBS if root is not None else (), tuple(sorted(files)))
