"""The configuration of each file that a command looks at."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import click

from vetline.cli.files.paths import absolute, exists, is_folder
from vetline.cli.group import Failure
from vetline.cli.options import Selection
from vetline.config import FileKind, Files, Layer, Loaded, Problem, ProblemKind, load
from vetline.config.readings import Reading

_NAMES = ("vetline.toml", ".vetline.toml", "pyproject.toml", ".bandit")
"""The files that make a folder's configuration differ from that of the folder above (see ``vetline.config.discovery``)."""


def load_configuration(path: Path, selection: Selection, files: Files | None = None) -> Loaded:
    """Load the configuration for a file or folder, whatever is wrong with it.

    ``files`` remembers what was read, from one call to the next.
    """
    if selection.isolated:
        return replace(load(None, command_line=selection.settings, user=None), root=Path.cwd())
    loaded = load(path, command_line=selection.settings, files=files or _files_for(selection))
    if selection.file is not None:
        return replace(loaded, root=Path.cwd())
    return loaded if loaded.root is not None else replace(loaded, root=_top_of(absolute(path)))


class Configurations:
    """Loads the configuration for folders, each once, and gathers what is wrong with them."""

    def __init__(self, selection: Selection) -> None:
        self._selection = selection
        self._files = _files_for(selection)
        self._by_folder: dict[Path, Loaded] = {}
        self._problems: dict[Problem, None] = {}

    def of_folder(self, folder: Path) -> Loaded:
        """Return the configuration for what lies in ``folder``, an absolute path.

        Raises:
            Failure: a configuration file can't be read, or the command line asks for what doesn't exist.
        """
        found = self._by_folder.get(folder)
        if found is None:
            above = self._by_folder.get(folder.parent)
            is_same = self._selection.isolated or not any(exists(folder / name) for name in _NAMES)
            found = above if above is not None and is_same else self._load(folder)
            self._by_folder[folder] = found
        return found

    def problems(self) -> list[Problem]:
        """Return what is wrong in the files that were read so far."""
        return list(self._problems)

    def _load(self, folder: Path) -> Loaded:
        reachable = next(above for above in (folder, *folder.parents) if is_folder(above))
        loaded = load_configuration(reachable, self._selection, self._files)
        wrong_call = [problem for problem in loaded.problems if problem.layer is Layer.COMMAND_LINE]
        if wrong_call:
            raise click.UsageError("\n".join(f"--{problem.key}: {problem.message}" for problem in wrong_call))
        unreadable = [problem for problem in loaded.problems if problem.kind is ProblemKind.SYNTAX]
        if unreadable:
            raise Failure("\n".join(map(str, unreadable)))
        self._problems.update(dict.fromkeys(loaded.problems))
        return loaded


def _top_of(path: Path) -> Path:
    """Return what patterns are relative to where no project says so: the repository, else the current folder."""
    repository = next((folder for folder in (path, *path.parents) if exists(folder / ".git")), None)
    here = Path.cwd()
    return repository or (here if path.is_relative_to(here) or not is_folder(path) else path)


def _files_for(selection: Selection) -> Files:
    return Files() if selection.file is None else _OneFile(selection.file)


class _OneFile(Files):
    """Reads one file in place of whatever configuration of Vetline's a project has.

    Bandit's own files stay, unless the file has a table for Bandit, too.
    """

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._path = absolute(path)
        self._kind = FileKind.PYPROJECT if path.name == "pyproject.toml" else FileKind.VETLINE

    def read(self, path: Path, kind: FileKind) -> Reading | None:
        """Return what the one file says wherever a project's is looked for."""
        if kind is FileKind.VETLINE:
            return super().read(self._path, self._kind)
        reading = super().read(path, kind)
        if kind is FileKind.PYPROJECT:
            named = super().read(self._path, kind) if self._kind is kind else None
            if named is not None and named.bandit is not None:
                return replace(named, settings=None)
            return reading and replace(reading, settings=None)
        return reading
