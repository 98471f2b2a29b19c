"""The other files of a project, as far as the data-flow of one of them leads there.

A module is read when something that it defines is asked for, and of its blocks only those are followed that the answer
depends on. Nothing is imported: which file a name leads to is told from the names of files alone.

What a module defines is followed anew for each distance from the file that is looked at, which is bounded. So an answer
depends on the question and the distance alone, in circles of modules too, and never on what was asked before.
"""

from __future__ import annotations

import logging
import tokenize
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from vetline.core.finding import RelatedLocation
from vetline.core.location import Range
from vetline.flow.linking import Links, Stretch
from vetline.flow.models import Models
from vetline.flow.taints import BlockId, Step
from vetline.flow.units import VALUE, Answer, Question, Unit, unit_of
from vetline.flow.values import Value
from vetline.semantics.modules import has_package, module_file
from vetline.syntax.module import parse_text

log = logging.getLogger(__name__)

_LARGEST: Final = 1 << 20
"""Bytes of a file that is still looked into."""
_FARTHEST: Final = 4
"""How many modules away from a file a definition may be that is still followed."""
_DEEPEST: Final = 2
"""How many blocks of one module are followed in the midst of each other: few, since those of several modules may be."""


@dataclass(slots=True)
class _Module:
    """One file: its blocks, and where they begin; ``stamp`` changes with the file."""

    path: Path
    units: dict[BlockId, Unit]
    lines: dict[BlockId, int]
    stamp: tuple[int, int]
    uses: set[Path]
    """The other modules that it was asked about."""
    links: dict[int, Links] = field(default_factory=dict)
    """What it defines, by the distance from which it is asked."""


class Project:
    """The modules below ``root``, read as they are needed, and kept until their files change."""

    def __init__(self, root: Path, models: Models) -> None:
        self._root = root
        self._models = models
        self._modules: dict[Path, _Module | None] = {}
        self._files: dict[tuple[Path, str], Path | None] = {}
        self._foreign: dict[tuple[Path, str], bool] = {}

    def refresh(self) -> None:
        """Forget the modules whose files have changed, and those that depend on them."""
        changed = {path for path, module in self._modules.items() if module is None or _stamp(path) != module.stamp}
        while changed:
            for path in changed:
                self._modules.pop(path, None)
            changed = {path for path, module in self._modules.items() if module is not None and module.uses & changed}
        self._files.clear()
        self._foreign.clear()

    def seen_from(self, path: Path | None) -> View:
        """Return the project as the file ``path`` sees it; None is a text in the root folder."""
        return View(self, path or self._root / "_.py", set())

    def name_of(self, path: Path) -> str:
        """Return a file's name within the project."""
        return path.relative_to(self._root).as_posix() if path.is_relative_to(self._root) else path.as_posix()

    def answer(self, name: str, importer: Path, uses: set[Path], distance: int) -> Answer:
        """Answer a question of :class:`Links` about other files; ``uses`` takes down which.

        ``distance`` is that of the file which asks.
        """
        if distance == _FARTHEST:
            return None
        subject, is_definition, qualified = name.partition(" ")
        if is_definition:
            module = self._module(self._root / qualified.partition(":")[0])
            if module is None:
                return None
            uses.add(module.path)
            return self._links(module, distance + 1).demand(Question(subject, qualified))
        place = self._place(name, importer)
        if place is None or place[0] == importer:
            return None
        module = self._module(place[0])
        if module is None:
            return None
        uses.add(module.path)
        links = self._links(module, distance + 1)
        found = links.demand(Question(VALUE, place[1]))
        if found is None:
            star = links.demand(Question(VALUE, "*"))
            for home in star.names if isinstance(star, Value) else ():
                if (found := self.answer(f"{home}.{place[1]}", module.path, uses, distance + 1)) is not None:
                    break
        return found

    def located(self, step: Step) -> RelatedLocation | None:
        """Return where a step of the evidence is, if it is in one of the modules."""
        for module in self._modules.values():
            if module is not None and (line := module.lines.get(step.block)) is not None:
                row = line + step.range.start.line
                return RelatedLocation(Range.of(row, 0, row + 1, 0), step.message, module.path)
        return None

    def _place(self, name: str, importer: Path) -> tuple[Path, str] | None:
        """Return the file that defines the dotted name of an import, and what it is called there."""
        module, dot, attribute = name.rpartition(".")
        if not dot or not attribute:
            return None
        if not module.strip("."):  # "from . import name": the package itself
            module = f"{module}."
        file = self._file(module, importer)
        return None if file is None else (file, attribute)

    def _file(self, module: str, importer: Path) -> Path | None:
        """Return the file of a module; that there is none of its package is told only once."""
        key = (importer.parent, module)
        if key not in self._files:
            package = module.partition(".")[0]
            if package and package != module and self._is_foreign(package, importer):
                self._files[key] = None
            else:
                self._files[key] = module_file(module, importer, self._root)
        return self._files[key]

    def _is_foreign(self, package: str, importer: Path) -> bool:
        """Tell whether a package isn't one of the project's."""
        key = (importer.parent, package)
        if key not in self._foreign:
            self._foreign[key] = not has_package(package, importer, self._root)
        return self._foreign[key]

    def _module(self, path: Path) -> _Module | None:
        if path not in self._modules:
            self._modules[path] = self._read(path)
        return self._modules[path]

    def _links(self, module: _Module, distance: int) -> Links:
        """Return what a module defines, as seen from a ``distance``."""
        links = module.links.get(distance)
        if links is None:
            view = View(self, module.path, module.uses, distance)
            links = module.links[distance] = Links(self._models, view.name, view.answer, _DEEPEST)
            links.take(Stretch(list(module.units)), {block: unit.unfollowed() for block, unit in module.units.items()})
        return links

    def _read(self, path: Path) -> _Module | None:
        text = _text(path)
        stamp = _stamp(path)
        if text is None or stamp is None:
            return None
        lines: dict[BlockId, int] = {}
        units = {}
        owner = ""
        for line, kind, tree in parse_text(text):
            block = BlockId()
            unit, owner = unit_of(block, kind, tree, owner, self.name_of(path))
            lines[block], units[block] = line, unit
        return _Module(path, units, lines, stamp, set())


@dataclass(frozen=True, slots=True)
class View:
    """A project as one of its files sees it."""

    project: Project
    path: Path
    uses: set[Path]
    distance: int = 0

    @property
    def name(self) -> str:
        """What stands in front of the colon in the names of the file's definitions."""
        return self.project.name_of(self.path)

    def answer(self, name: str) -> Answer:
        """Answer a question about other files."""
        return self.project.answer(name, self.path, self.uses, self.distance)

    def located(self, step: Step) -> RelatedLocation | None:
        return self.project.located(step)


def _stamp(path: Path) -> tuple[int, int] | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size


def _text(path: Path) -> str | None:
    """Return the text of a file as Python reads it; None if it can't be read, or is too long to be code that a person wrote."""
    try:
        if path.stat().st_size > _LARGEST:
            return None
        with tokenize.open(path) as file:
            return file.read()
    except (OSError, SyntaxError, UnicodeError, LookupError, ValueError):
        return None
