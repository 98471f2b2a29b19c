"""Questions about paths that are always answered.

In Python 3.11 the methods of :class:`pathlib.Path` raise where a folder on the way may not be searched; these say no.
"""

from __future__ import annotations

import os.path
from pathlib import Path

StrPath = str | os.PathLike[str]


def exists(path: StrPath) -> bool:
    """Tell whether there is something, behind a link, too."""
    return os.path.exists(path)  # noqa: PTH110


def is_there(path: StrPath) -> bool:
    """Tell whether there is something, if only a link to nowhere."""
    return os.path.lexists(path)


def is_folder(path: StrPath) -> bool:
    """Tell whether there is a folder, behind a link, too."""
    return os.path.isdir(path)  # noqa: PTH112


def is_file(path: StrPath) -> bool:
    """Tell whether there is a regular file, behind a link, too."""
    return os.path.isfile(path)  # noqa: PTH113


def absolute(path: StrPath) -> Path:
    """Return a path from the root on, without dots; links stay as they are."""
    return Path(os.path.abspath(path))  # noqa: PTH100


def display_name(path: Path) -> str:
    """Return what an absolute path is shown as: relative to the current folder if it lies in it, with forward slashes."""
    here = Path.cwd()
    return (path.relative_to(here) if path.is_relative_to(here) else path).as_posix()
