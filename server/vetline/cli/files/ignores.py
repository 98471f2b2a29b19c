"""What git leaves out: ``.gitignore`` files, nested ones included, and ``.git/info/exclude`` (see ``man gitignore``).

The user's global excludes (``core.excludesFile``) are not read: what is checked should depend on the repository alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from pathspec import GitIgnoreSpec

from vetline.cli.files.paths import exists, is_folder

GITIGNORE = ".gitignore"


@dataclass(frozen=True, slots=True)
class Patterns:
    """Patterns in the syntax of ``.gitignore``, relative to ``folder``."""

    folder: Path
    spec: GitIgnoreSpec

    def verdict(self, path: Path, *, is_folder: bool) -> bool | None:
        """Tell whether ``path`` is ignored; None if no pattern speaks of it.  ``path`` must lie in ``folder``."""
        name = path.relative_to(self.folder).as_posix()
        return self.spec.check_file(f"{name}/" if is_folder else name).include


@dataclass(frozen=True, slots=True)
class Ignores:
    """All patterns in force in one folder, the weakest first."""

    layers: tuple[Patterns, ...] = ()

    def ignores(self, path: Path, *, is_folder: bool) -> bool:
        """Tell whether ``path``, in a folder that isn't ignored itself, is.  The last pattern that matches decides."""
        for patterns in reversed(self.layers):
            verdict = patterns.verdict(path, is_folder=is_folder)
            if verdict is not None:
                return verdict
        return False

    def below(self, folder: Path) -> Ignores:
        """Return what is in force in ``folder``, which lies in this one.  A nested repository starts anew."""
        if exists(folder / ".git"):
            return Ignores(tuple(_of_repository(folder)))
        own = read_patterns(folder / GITIGNORE, folder)
        return Ignores((*self.layers, own)) if own else self

    @classmethod
    def at(cls, folder: Path) -> Ignores:
        """Return what is in force in ``folder``, an absolute path, by the repository that it lies in.

        Nothing is, but for its own file, if it lies in none, or in an ignored folder: whoever names that wants it.
        """
        repository = next((top for top in (folder, *folder.parents) if exists(top / ".git")), None)
        if repository is None:
            return cls().below(folder)
        found = cls(tuple(_of_repository(repository)))
        here = repository
        for part in folder.relative_to(repository).parts:
            here /= part
            if found.ignores(here, is_folder=True):
                return cls().below(folder)
            found = found.below(here)
        return found


def read_patterns(path: Path, folder: Path) -> Patterns | None:
    """Read a file of patterns; None if there is none, or nothing in it."""
    try:
        text = path.read_bytes().decode("utf-8-sig", "surrogateescape")
    except OSError:
        return None
    return patterns_of(text.split("\n"), folder)


def patterns_of(lines: Iterable[str], folder: Path) -> Patterns | None:
    """Compile patterns; like git, leave out those that are none.  None if nothing is left."""
    valid = [line for line in (line.removesuffix("\r") for line in lines) if _is_pattern(line)]
    return Patterns(folder, GitIgnoreSpec.from_lines(valid)) if valid else None


def _is_pattern(line: str) -> bool:
    if not line.strip() or line.startswith("#"):
        return False
    try:
        return any(pattern.include is not None for pattern in GitIgnoreSpec.from_lines([line]).patterns)
    except ValueError:  # such as a lone "!"
        return False


def _of_repository(top: Path) -> Iterator[Patterns]:
    for path in (_common_folder(top / ".git") / "info" / "exclude", top / GITIGNORE):
        if found := read_patterns(path, top):
            yield found


def _common_folder(git: Path) -> Path:
    """Return where a repository keeps what its worktrees share; in a worktree or submodule ``.git`` is a file."""
    try:
        if is_folder(git):
            return git
        named = git.read_text("utf-8").removeprefix("gitdir:").strip()
        folder = git.parent / named
        common = folder / "commondir"
        return folder / common.read_text("utf-8").strip() if exists(common) else folder
    except (OSError, ValueError):
        return git
