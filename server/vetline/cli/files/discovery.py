"""Finds the files to check."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from pathspec import GitIgnoreSpec

from vetline.cli.files.ignores import Ignores, Patterns
from vetline.cli.files.paths import absolute, display_name, exists, is_file, is_folder, is_there
from vetline.cli.report import Fault, FaultKind
from vetline.config import Loaded
from vetline.engine.policy import Policy

SUFFIXES = (".py", ".pyi", ".pyw")

SKIPPED_FOLDERS = frozenset(
    {".bzr", ".eggs", ".git", ".hg", ".nox", ".svn", ".tox", "CVS", "__pycache__", "__pypackages__", "node_modules"}
)
"""Folders that hold no code of the project's own; so does every virtual environment, whatever its name."""

_ENVIRONMENT_MARK = "pyvenv.cfg"
_LOCK_PREFIX = ".#"
"""Emacs marks an edited file by a dangling link with this prefix."""

ConfigurationOf = Callable[[Path], Loaded]
"""Returns the configuration for what lies in a folder."""


@dataclass(frozen=True, slots=True)
class Target:
    """A file to check, or why it can't be (a folder that can't be read is one, too).

    ``name`` is what the path is shown as.
    """

    path: Path
    name: str
    loaded: Loaded
    fault: Fault | None = None


def find_targets(paths: Iterable[str], configuration_of: ConfigurationOf) -> list[Target]:
    """Return the files that ``paths`` name, and those in the folders that they name, each once.

    Files that are named are checked whatever they are called.  In a folder, the order is that of the names; what git or
    the configuration leaves out is left out, and links to folders aren't followed.
    """
    finder = _Finder(configuration_of)
    found: dict[Path, Target] = {}
    for given in paths:
        for target in finder.targets(absolute(given)):
            found.setdefault(target.path, target)
    return list(found.values())


class _Exclusion:
    """What one configuration leaves out."""

    def __init__(self, loaded: Loaded) -> None:
        config = loaded.config
        lines = (*config.exclude, *config.bandit.exclude_dirs)
        self._patterns = Patterns(loaded.root, GitIgnoreSpec.from_lines(lines)) if lines and loaded.root else None
        self.leaves_out_file = Policy(config, loaded.root).is_excluded

    def leaves_out_folder(self, folder: Path) -> bool:
        if self._patterns is None or folder == self._patterns.folder or not folder.is_relative_to(self._patterns.folder):
            return False
        return bool(self._patterns.verdict(folder, is_folder=True))


class _Finder:
    def __init__(self, configuration_of: ConfigurationOf) -> None:
        self._configuration_of = configuration_of
        self._exclusions: dict[int, _Exclusion] = {}  # by the identity of what was loaded; the finder keeps that alive
        self._loaded: list[Loaded] = []

    def targets(self, path: Path) -> Iterator[Target]:
        """Yield what one absolute path stands for."""
        if not is_folder(path):
            fault = None if is_there(path) else Fault(FaultKind.MISSING, "no such file or folder")
            yield Target(path, display_name(path), self._configuration_of(path.parent), fault)
            return
        loaded = self._configuration_of(path)
        ignores = Ignores.at(path) if loaded.config.respect_gitignore else Ignores()
        # Whoever names a folder that the configuration leaves out wants it all the same.
        yield from self._walk(path, ignores, is_wanted=self._exclusion(loaded).leaves_out_folder(path))

    def _walk(self, folder: Path, ignores: Ignores, *, is_wanted: bool) -> Iterator[Target]:
        loaded = self._configuration_of(folder)
        exclusion = self._exclusion(loaded)
        try:
            with os.scandir(folder) as scanned:
                entries = sorted(scanned, key=lambda entry: entry.name)
        except OSError as error:
            fault = Fault(FaultKind.UNREADABLE, f"the folder can't be read: {error.strerror or error}")
            yield Target(folder, display_name(folder), loaded, fault)
            return
        for entry in entries:
            path = folder / entry.name
            if entry.is_dir(follow_symlinks=False):
                if _holds_foreign_code(path) or ignores.ignores(path, is_folder=True):
                    continue
                if is_wanted or not exclusion.leaves_out_folder(path):
                    below = ignores.below(path) if loaded.config.respect_gitignore else ignores
                    yield from self._walk(path, below, is_wanted=is_wanted)
            elif (
                _is_source(entry)
                and not ignores.ignores(path, is_folder=False)
                and (is_wanted or not exclusion.leaves_out_file(path))
            ):
                yield Target(path, display_name(path), loaded)

    def _exclusion(self, loaded: Loaded) -> _Exclusion:
        if id(loaded) not in self._exclusions:
            self._loaded.append(loaded)
            self._exclusions[id(loaded)] = _Exclusion(loaded)
        return self._exclusions[id(loaded)]


def _holds_foreign_code(folder: Path) -> bool:
    return folder.name in SKIPPED_FOLDERS or exists(folder / _ENVIRONMENT_MARK)


def _is_source(entry: os.DirEntry[str]) -> bool:
    """Tell whether a folder's entry is a Python file, or a link to one.  A link to nowhere is, so that it is reported."""
    if not entry.name.endswith(SUFFIXES) or entry.name.startswith(_LOCK_PREFIX):
        return False
    return is_file(entry.path) or (entry.is_symlink() and not exists(entry.path))
