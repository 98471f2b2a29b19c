"""Follows names through the modules of a workspace to what they finally are.

They are followed as far as the workspace goes, and what its last module imports is taken by its written name.  So the answer
doesn't depend on which packages are installed, and where.
"""

from __future__ import annotations

import sys
import tokenize
from collections.abc import Iterator, Sequence
from pathlib import Path

from vetline.semantics.bindings import Bindings, Bound, Imported
from vetline.semantics.definitions import Definition, Definitions
from vetline.semantics.renames import NO_RENAMES, Chain, ReExport, Renames
from vetline.semantics.usage import Usage, usage_of

_FARTHEST = 16
"""How often a name may be passed on before we give up: it may go in a circle."""
_PUBLIC_NAMES = {
    "_elementtree": "xml.etree.ElementTree",
    "_hashlib.new": "hashlib.new",
    "_hashlib.openssl_md5": "hashlib.md5",
    "_hashlib.openssl_sha1": "hashlib.sha1",
    "_md5": "hashlib",
    "_pickle": "pickle",
    "_random": "random",
    "_sha1": "hashlib",
    "_ssl": "ssl",
    "nt": "os",
    "posix": "os",
    "pyexpat": "xml.parsers.expat",
}
"""What names from inside CPython's standard library are known as; modules stand for all their names."""

Place = tuple[Path, int]
"""A file, and a line in it."""


def resolve(text: str, path: Path | None, root: Path) -> Renames:
    """Return what the names that ``text`` imports from modules below ``root`` finally are.

    ``path`` is the text's own (None: it has none, and counts as one in ``root``); nothing is read from there.  Only names
    that end outside of the workspace are in the answer.  Of several definitions the last one counts, as for Bandit.

    Raises:
        MemoryError: there is not enough for the modules concerned.
    """
    usage = usage_of(text)
    return _Workspace(root).renames(usage, path.parent if path else root) if usage else NO_RENAMES


def public_name(name: str) -> str:
    """Return the documented name of what the standard library calls ``name`` inside.

    ``posix.system`` is ``os.system``, for instance; other names stay as they are.
    """
    for inside, public in _PUBLIC_NAMES.items():
        if name == inside or name.startswith(f"{inside}."):
            return public + name[len(inside) :]
    return name


class _Workspace:
    """The modules below one folder, with what is known of them."""

    def __init__(self, root: Path) -> None:
        self._definitions = Definitions(root)
        self._bindings: dict[Path, Bindings] = {}

    def renames(self, usage: Usage, folder: Path) -> Renames:
        """Return what the names of a text in ``folder`` finally are."""
        found: dict[str, ReExport] = {}
        for imported, chains in usage.imports.items():
            if end := self._follow(folder, imported):
                found[imported.spelling] = end
            elif self._is_inside(folder, imported):
                for chain in chains:  # the short ones come first, and settle those that begin with them
                    spelling = ".".join((imported.spelling, *chain))
                    if spelling.rpartition(".")[0] not in found and (end := self._follow(folder, imported, chain)):
                        found[spelling] = end
        # A star without a name of its own, as in "from . import *", may be of the workspace, too.
        stars = [star for star in usage.stars if (home := star.home()) is None or self._module(folder, home)]
        for name in usage.unbound if stars else ():
            if end := self._follow_star(folder, stars, name):
                found[name] = end
        return found

    def _follow(
        self, folder: Path, imported: Imported, attributes: Chain = (), at: Place | None = None, depth: int = 0
    ) -> ReExport | None:
        """Follow an imported name, and attributes of it, from a module in ``folder``.

        ``at`` is the place of the import, if that is in a module of the workspace; None for the text itself, whose own
        imports of what is outside are no news.  Returns None for a name that ends in the workspace.
        """
        if depth > _FARTHEST:
            return None
        written = ".".join((imported.spelling, *attributes))
        if at is not None and imported.is_standard:
            return ReExport(public_name(written), *at)
        found = self._find(folder, imported, attributes)
        if ours := self._ours(found):
            return self._end(ours, depth)
        if attributes and (end := self._follow(folder, imported, attributes[:-1], at, depth + 1)):
            return ReExport(f"{end.name}.{attributes[-1]}", end.path, end.line)
        holder, way = (imported, attributes[:-1]) if attributes else (imported.home(), ())
        if home := self._module(folder, holder, way):
            return self._through_star(home, written.rpartition(".")[2], found)
        return ReExport(written, *at) if at is not None and imported.level == 0 and not attributes else None

    def _follow_star(self, folder: Path, stars: Sequence[Imported], name: str) -> ReExport | None:
        """Follow a name that comes, if at all, from one of the modules that all names are imported from."""
        found = self._definitions.find(folder, [*(star.statement("") for star in stars), name])
        if ours := self._ours(found):
            return self._end(ours, 0)
        homes = [home for star in stars if (home := self._module(folder, star.home()))]
        ends = (self._through_star(home, name, found) for home in homes)
        return next((end for end in ends if end is not None), None)

    def _end(self, definitions: Sequence[Definition], depth: int) -> ReExport | None:
        """Return where the last of ``definitions`` that leads out of the workspace ends.

        There are several where it depends on what can be imported, or as in ``except ImportError: load = None``.
        """
        ends = (self._end_of(definition, depth) for definition in reversed(definitions))
        return next((end for end in ends if end is not None), None)

    def _end_of(self, definition: Definition, depth: int) -> ReExport | None:
        assert definition.path is not None
        bound = self._bindings_in(definition.path).at(definition.place)
        if bound is None or definition.is_module:
            return None  # a function, a class, a module: it ends here
        return self._value(definition.path, bound, (), depth)

    def _value(self, path: Path, bound: Bound, attributes: Chain, depth: int) -> ReExport | None:
        """Follow the value of a name that is bound in the module ``path``."""
        at = (path, bound.range.start.line)
        if isinstance(bound.value, Imported):
            return self._follow(path.parent, bound.value, attributes, at, depth + 1)
        root, *rest = bound.value
        source = self._bindings_in(path).of(root)
        if source is None or source is bound or depth > _FARTHEST:
            return None
        end = self._value(path, source, (*rest, *attributes), depth + 1)
        return ReExport(end.name, *at) if end is not None and end.path == path else end

    def _through_star(self, path: Path, name: str, found: Sequence[Definition]) -> ReExport | None:
        """Return what ``name`` is, which the module ``path`` has only because it imports all names of some other module.

        ``found`` is where jedi sees it defined: it can look into the standard library.  From any other package the name must
        be if it can't be from anywhere else; what jedi sees there depends on what this process has loaded.
        """
        stars = list(self._stars_outside(path, 0))
        names = (dotted for definition in found if (dotted := definition.dotted_name))
        known = [name for name in names if name.partition(".")[0] in sys.stdlib_module_names]
        if known:
            standard = [at for star, at in stars if star.is_standard]
            if not standard:
                return None
            return ReExport(public_name(known[-1]), *standard[-1])
        unknown = [(star, at) for star, at in stars if not star.is_standard]
        if len(unknown) != 1 or name.startswith("_"):
            return None
        star, at = unknown[0]
        return ReExport(f"{star.module}.{name}", *at)

    def _stars_outside(self, path: Path, depth: int) -> Iterator[tuple[Imported, Place]]:
        """Yield the imports of all names that lead out of the workspace, beginning at the module ``path``."""
        for star, line in self._bindings_in(path).stars():
            if depth > _FARTHEST:
                return
            if not star.is_standard and (home := self._module(path.parent, star.home())):
                yield from self._stars_outside(home, depth + 1)
            elif star.level == 0:
                yield star, (path, line)

    def _find(self, folder: Path, imported: Imported, attributes: Chain = ()) -> Sequence[Definition]:
        lines = [imported.statement("_")]
        if attributes:
            lines.append(".".join(("_", *attributes)))
        return self._definitions.find(folder, lines)

    def _ours(self, found: Sequence[Definition]) -> list[Definition]:
        """Return the definitions that are in the workspace, in text order."""
        ours = (definition for definition in found if self._definitions.owns(definition.path))
        return sorted(ours, key=lambda definition: definition.place)

    def _is_inside(self, folder: Path, imported: Imported) -> bool:
        """Tell whether an imported name, or the module that it is from, is in the workspace."""
        return bool(self._ours(self._find(folder, imported))) or self._module(folder, imported.home()) is not None

    def _module(self, folder: Path, imported: Imported | None, attributes: Chain = ()) -> Path | None:
        """Return the file of an imported module, or of a module that is an attribute of it, if it is in the workspace."""
        if imported is None or imported.is_standard:
            return None
        found = self._ours(self._find(folder, imported, attributes))
        return next((definition.path for definition in found if definition.is_module), None)

    def _bindings_in(self, path: Path) -> Bindings:
        if path not in self._bindings:
            self._bindings[path] = Bindings(_read(path))
        return self._bindings[path]


def _read(path: Path) -> str:
    """Return the text of a file as Python reads it, or nothing."""
    try:
        with tokenize.open(path) as file:
            return file.read()
    except (OSError, SyntaxError, UnicodeError, LookupError):
        return ""
