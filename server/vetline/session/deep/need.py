"""Whether a text imports from other modules of its workspace at all: if not, the deep process needs not look at it."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

_RELATIVE = re.compile(r"^[ \t]*from[ \t]+\.", re.MULTILINE)


def may_lead_inside(text: str, imported: Iterable[str], path: Path | None, root: Path) -> bool:
    """Tell whether ``text`` may import a module below ``root``.

    ``imported`` are the dotted names that it imports, ``path`` is its own file.  Looks for files, but reads none.
    """
    if _RELATIVE.search(text):
        return True
    names = {name.partition(".")[0] for name in imported} - sys.stdlib_module_names
    return any(_exists(folder / name) for folder in _search_path(path, root) for name in names if name.isidentifier())


def _search_path(path: Path | None, root: Path) -> Iterator[Path]:
    """Yield the folders in which :mod:`vetline.semantics.definitions` has jedi look for modules of the workspace."""
    yield root
    yield root / "src"
    if path is not None and path.is_relative_to(root):
        yield from (folder for folder in path.parents if folder != root and folder.is_relative_to(root))


def _exists(module: Path) -> bool:
    return module.is_dir() or module.with_suffix(".py").is_file()
