"""Which file of a project a module's name leads to, told from the names of files alone."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path


def module_file(name: str, importer: Path, root: Path) -> Path | None:
    """Return the file of the module ``name``, as imported by the file ``importer``, if it is below ``root``.

    A name that begins with dots is relative to the importer's package.  The standard library's modules are never a project's
    own.
    """
    bare = name.lstrip(".")
    level = len(name) - len(bare)
    parts = bare.split(".") if bare else []
    if not all(part.isidentifier() for part in parts) or (not parts and not level):
        return None
    if level:
        folder = importer.parent
        for _ in range(level - 1):
            folder = folder.parent
        folders: Iterator[Path] = iter((folder,))
    else:
        if parts[0] in sys.stdlib_module_names:
            return None
        folders = _search_path(importer, root)
    for folder in folders:
        if folder.is_relative_to(root) and (found := _file(folder.joinpath(*parts), is_package=not parts)) is not None:
            return found
    return None


def has_package(name: str, importer: Path, root: Path) -> bool:
    """Tell whether a top-level module or package of that name is below ``root``, where ``importer`` would find it."""
    if name in sys.stdlib_module_names or not name.isidentifier():
        return False
    return any((folder / name).is_dir() or (folder / f"{name}.py").is_file() for folder in _search_path(importer, root))


def _search_path(importer: Path, root: Path) -> Iterator[Path]:
    """Yield the folders from which the importer may have been started, the nearest first."""
    if importer.is_relative_to(root):
        yield from (folder for folder in importer.parents if folder == root or folder.is_relative_to(root))
    else:
        yield root
    yield root / "src"


def _file(module: Path, *, is_package: bool) -> Path | None:
    candidates = [module / "__init__.py"] if is_package else [module.with_name(f"{module.name}.py"), module / "__init__.py"]
    return next((candidate for candidate in candidates if candidate.is_file()), None)
