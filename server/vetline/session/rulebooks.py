"""Which configuration a buffer is vetted by, and the problems that its files have."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from vetline.config import Files, Loaded, Problem, load
from vetline.core.config import BanditConfig
from vetline.engine.document import Engine
from vetline.engine.policy import Policy
from vetline.session.buffer import Rulebook


@dataclass(frozen=True, slots=True)
class _Known:
    loaded: Loaded
    rulebook: Rulebook


class Rulebooks:
    """Loads configuration by folder, and keeps it until something changes.

    ``workspaces`` are the editor's folders; ``editor`` holds its settings.
    """

    def __init__(self) -> None:
        self.workspaces: tuple[Path, ...] = ()
        self.editor: Mapping[str, object] = {}
        self._files = Files()
        self._by_folder: dict[Path | None, _Known] = {}
        self._engines: list[tuple[BanditConfig, Engine]] = []

    def of(self, path: Path | None) -> Rulebook:
        """Return the rulebook for the file ``path``; None is a buffer without a file."""
        folder = path.parent if path else None
        known = self._by_folder.get(folder)
        if known is None:
            loaded = load(path, workspace=self._workspace_of(path), editor=self.editor, files=self._files)
            known = _Known(loaded, Rulebook(self._engine(loaded), Policy(loaded.config, loaded.root)))
            self._by_folder[folder] = known
        return known.rulebook

    def forget(self) -> None:
        """Read everything anew when it is asked for next; what hasn't changed on disk costs nothing."""
        self._by_folder.clear()

    def expire(self, path: Path) -> bool:
        """Take note that ``path`` changed on disk; tell whether a configuration in use may depend on it."""
        self._files.expire(path)
        return any(path in known.loaded.depends_on for known in self._by_folder.values())

    def problems(self) -> dict[Path | None, list[Problem]]:
        """Return the problems of the configurations in use, by file; None holds those of the editor's settings."""
        by_file: defaultdict[Path | None, set[Problem]] = defaultdict(set)
        for known in self._by_folder.values():
            for problem in known.loaded.problems:
                by_file[problem.path].add(problem)
        return {path: sorted(found, key=lambda p: p.order) for path, found in by_file.items()}

    def _workspace_of(self, path: Path | None) -> Path | None:
        if path is None:
            return self.workspaces[0] if self.workspaces else None
        around = [folder for folder in self.workspaces if path.is_relative_to(folder)]
        return max(around, key=lambda folder: len(folder.parts), default=None)

    def _engine(self, loaded: Loaded) -> Engine:
        """Return the engine for a configuration; buffers that agree on Bandit's share one, so that they keep their trees."""
        for config, engine in self._engines:
            if config == loaded.config.bandit:
                return engine
        engine = Engine.of(loaded.config)
        self._engines.append((loaded.config.bandit, engine))
        return engine
