"""Which configuration a buffer is vetted by, and the problems that its files have."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from vetline.config import Files, Loaded, Problem, load
from vetline.core.config import Config
from vetline.engine.document import Engine
from vetline.engine.policy import Policy
from vetline.session.buffer import Rulebook


@dataclass(frozen=True, slots=True)
class EditorSettings:
    """What the editor is set to: ``common`` settings, and those of single workspace folders, which replace them."""

    common: Mapping[str, object] = field(default_factory=dict)
    by_folder: Mapping[Path, Mapping[str, object]] = field(default_factory=dict)

    def of(self, folder: Path | None) -> Mapping[str, object]:
        """Return the settings for a workspace folder; None is for what lies outside all of them."""
        return self.common if folder is None else self.by_folder.get(folder, self.common)


@dataclass(slots=True)
class _Known:
    """The configuration of one folder; the rulebook is made when the first buffer wants it, for it imports Bandit."""

    loaded: Loaded
    rulebook: Rulebook | None = None


class Rulebooks:
    """Loads configuration by folder, and keeps it until something changes."""

    def __init__(self) -> None:
        self.workspaces: tuple[Path, ...] = ()
        self.settings = EditorSettings()
        self._files = Files()
        self._by_folder: dict[Path | None, _Known] = {}
        self._before: dict[Path | None, _Known] = {}

    def of(self, path: Path | None) -> Rulebook:
        """Return the rulebook for the file ``path``; None is a buffer without a file.

        It is the same object as before if neither configuration nor files have changed.
        """
        known = self._known(path)
        if known.rulebook is None:
            loaded = known.loaded
            known.rulebook = Rulebook(self._engine(loaded), Policy(loaded.config, loaded.root))
        return known.rulebook

    def look_around(self) -> None:
        """Load what holds at the workspace roots, so that its problems are known before a file is opened."""
        for folder in self.workspaces:
            self._known(folder / "__init__.py")

    def forget(self) -> None:
        """Load everything anew when it is asked for next; what hasn't changed on disk costs next to nothing."""
        self._before |= self._by_folder
        self._by_folder = {}

    def expire(self, paths: Iterable[Path]) -> bool:
        """Take note that files changed on disk; tell whether a configuration in use may depend on one of them."""
        concerned = False
        for path in paths:
            self._files.expire(path)
            concerned |= any(path in known.loaded.depends_on for known in self._by_folder.values())
        return concerned

    def depends_on(self) -> frozenset[Path]:
        """Return the files, there or not, whose change may change a configuration in use."""
        return frozenset().union(*(known.loaded.depends_on for known in self._by_folder.values()))

    def problems(self) -> dict[Path | None, list[Problem]]:
        """Return the problems of the configurations in use, by file; None holds those of the editor's settings."""
        by_file: defaultdict[Path | None, set[Problem]] = defaultdict(set)
        for known in self._by_folder.values():
            for problem in known.loaded.problems:
                by_file[problem.path].add(problem)
        return {path: sorted(found, key=lambda p: p.order) for path, found in by_file.items()}

    def _known(self, path: Path | None) -> _Known:
        folder = path.parent if path else None
        known = self._by_folder.get(folder)
        if known is None:
            workspace = self.workspace_of(path)
            loaded = load(path, workspace=workspace, editor=self.settings.of(workspace), files=self._files)
            known = self._by_folder[folder] = _Known(loaded)
            before = self._before.get(folder)
            if before is not None and (before.loaded.config, before.loaded.root) == (loaded.config, loaded.root):
                known.rulebook = before.rulebook
        return known

    def workspace_of(self, path: Path | None) -> Path | None:
        """Return the workspace folder that a file is in, or that a buffer without one belongs to."""
        if path is None:
            return self.workspaces[0] if self.workspaces else None
        around = [folder for folder in self.workspaces if path.is_relative_to(folder)]
        return max(around, key=lambda folder: len(folder.parts), default=None)

    def _engine(self, loaded: Loaded) -> Engine:
        """Return the engine for a configuration.

        Buffers that agree on what an engine is made of share one, so that they keep their trees.
        """

        def ingredients(config: Config) -> tuple[object, ...]:
            return config.profile, config.bandit, config.models

        config = loaded.config
        for known in (*self._by_folder.values(), *self._before.values()):
            if known.rulebook is not None and ingredients(known.loaded.config) == ingredients(config):
                return known.rulebook.engine
        return Engine.of(config)
