"""Finds all sources of configuration, and makes one of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import EllipsisType, MappingProxyType
from typing import Any

from vetline.config.bandit import join
from vetline.config.bandit_file import BanditFile
from vetline.config.bandit_ini import BanditIni
from vetline.config.discovery import BANDIT_INI, PROJECT_FILES, PYPROJECT, absolute, folders_up, user_file
from vetline.config.documents import Document
from vetline.config.files import Files
from vetline.config.keys import KEYS, LEDGER, SEVERITY
from vetline.config.problems import Layer, Origin, Problem, ProblemKind
from vetline.config.readings import FileKind, Reading
from vetline.config.settings import Setting, Settings, read_settings
from vetline.core.config import Config, ModelFile, Profile

_EMPTY: Mapping[str, object] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Loaded:
    """An effective configuration, and how it came about.

    ``settings`` holds every setting by its dotted key, defaults included, each with its origin.  ``root`` is the folder
    that patterns (``exclude``, ``tests.paths``) are relative to: that of the project's file, else the workspace root;
    None if there is neither.  ``depends_on`` are the files that were looked for, found or not: if one of them changes
    or appears, the configuration may change.
    """

    config: Config
    settings: Settings
    problems: tuple[Problem, ...]
    root: Path | None
    depends_on: frozenset[Path]


@dataclass(slots=True)
class _Search:
    """Reads files, and keeps what was found and where it was looked for."""

    files: Files
    problems: list[Problem]
    looked_for: set[Path]

    def read(self, path: Path, kind: FileKind) -> Reading | None:
        self.looked_for.add(path)
        reading = self.files.read(path, kind)
        if reading:
            self.problems += reading.problems
        return reading


def load(
    path: Path | None = None,
    *,
    workspace: Path | None = None,
    editor: Mapping[str, object] | None = None,
    command_line: Mapping[str, object] | None = None,
    user: Path | EllipsisType | None = ...,
    files: Files | None = None,
) -> Loaded:
    """Return the configuration for ``path``, a file or folder; None is a document without a file.

    Later sources win: defaults, the user's file, the project's file, ``editor`` settings, the ``command_line``.  The
    project's file is the nearest one from ``path`` upwards; ``workspace`` is where the search ends if ``path`` lies
    in it, and where it begins if there is no ``path``.  The mappings hold settings as a TOML file would; their keys may
    be in camelCase or snake_case, too, and None is as good as absent.  ``user`` is the user's file, None for none of
    it; ``...`` is where it is by the platform's custom.  A session hands in the same ``files`` each time, so that only
    what has changed is read again, and a file that is broken for a moment doesn't take its settings with it.

    Never raises for what is in a file or mapping; that is in ``problems``.
    """
    search = _Search(files or Files(), [], set())
    start = path or workspace
    folders = list(folders_up(start, workspace)) if start else []
    top = absolute(workspace) if workspace else None
    root, from_project = _find_project(search, folders) or (top, Reading())
    from_user = _find_user(search, user_file() if isinstance(user, EllipsisType) else user)
    given = {
        **from_user,
        **(from_project.settings or {}),
        **_read_mapping(search, Layer.EDITOR, _without_section(editor or _EMPTY), top or root),
        **_read_mapping(search, Layer.COMMAND_LINE, command_line or _EMPTY, Path.cwd()),
    }
    if LEDGER in from_user and not from_user[LEDGER].value:  # what comes with a workspace can't say otherwise
        given[LEDGER] = from_user[LEDGER]
    ini = _find_ini(search, folders)
    bandit_file, named_by = _find_bandit_file(search, folders, given.get("bandit.config"), ini)
    bandit = join(bandit_file, ini)
    defaults = _defaults(given)
    config = _config(defaults, given)
    nosec = given.get("bandit.ignore-nosec")
    ignores = bandit.config.ignore_nosec if nosec is None else bool(nosec.value)
    models = _read_models(search, given["models"]) if "models" in given else ()
    config = replace(config, models=models, bandit=replace(bandit.config, ignore_nosec=ignores))
    problems = tuple(sorted({*search.problems, *bandit.problems}, key=lambda problem: problem.order))
    bandit_path = Setting(bandit_file.path if bandit_file else None, named_by)
    no_models = {"models": Setting((), Origin(Layer.DEFAULT))}
    settings = {**_default_settings(defaults), **no_models, **bandit.settings, **given, "bandit.config": bandit_path}
    return Loaded(config, MappingProxyType(settings), problems, root, frozenset(search.looked_for))


def _find_user(search: _Search, path: Path | None) -> Settings:
    reading = search.read(absolute(path), FileKind.USER) if path else None
    return (reading.settings if reading else None) or {}


def _find_project(search: _Search, folders: list[Path]) -> tuple[Path, Reading] | None:
    """Return the nearest project file's folder, and what it says."""
    for folder in folders:
        own = None
        for name in PROJECT_FILES:
            if own := search.read(folder / name, FileKind.VETLINE):
                break
        shared = search.read(folder / PYPROJECT, FileKind.PYPROJECT)
        if own is not None:
            if shared and shared.settings is not None:
                search.problems.append(_shadowed(folder / PYPROJECT, shared, name))
            return folder, own
        if shared and shared.settings is not None:
            return folder, shared
    return None


def _shadowed(path: Path, shared: Reading, winner: str) -> Problem:
    message = f"[tool.vetline] has no effect, because {winner} is in the same folder; keep one of the two"
    return Problem(Layer.PROJECT, path, shared.range, ProblemKind.NO_EFFECT, "tool.vetline", message)


def _find_ini(search: _Search, folders: list[Path]) -> BanditIni | None:
    for folder in folders:
        if reading := search.read(folder / BANDIT_INI, FileKind.BANDIT_INI):
            return reading.ini
    return None


def _find_bandit_file(
    search: _Search, folders: list[Path], named: Setting | None, ini: BanditIni | None
) -> tuple[BanditFile | None, Origin]:
    """Return what Bandit's configuration file says, and who names it.

    That is the file of ``bandit.config``, else of the ``.bandit`` file's ``configfile``, else the nearest
    ``pyproject.toml`` with a table for Bandit.
    """
    kind = FileKind.BANDIT_FILE
    if named is not None and (reading := _read_named(search, named.value, kind, named.origin, "bandit.config")):
        return reading.bandit, named.origin
    if ini is not None and ini.configfile is not None:
        folder, origin = (ini.path.parent if ini.path else Path()), ini.origins["configfile"]
        if reading := _read_named(search, folder / ini.configfile, kind, origin, "configfile"):
            return reading.bandit, origin
    for folder in folders:
        reading = search.read(folder / PYPROJECT, FileKind.PYPROJECT)
        if reading and reading.bandit is not None:
            return reading.bandit, Origin(Layer.DEFAULT)
    return None, Origin(Layer.DEFAULT)


def _read_models(search: _Search, named: Setting) -> tuple[ModelFile, ...]:
    """Return the files of ``models`` that are there and can be read."""
    readings = [_read_named(search, path, FileKind.MODELS, named.origin, "models") for path in named.value]
    return tuple(reading.models for reading in readings if reading and reading.models)


def _read_named(search: _Search, path: Path, kind: FileKind, origin: Origin, key: str) -> Reading | None:
    path = absolute(path)
    reading = search.read(path, kind)
    if reading is None:
        message = f'"{key}" names a file that doesn\'t exist: {path}'
        search.problems.append(Problem(origin.layer, origin.path, origin.range, ProblemKind.BAD_VALUE, key, message))
    return reading


def _read_mapping(search: _Search, layer: Layer, data: Mapping[str, object], folder: Path | None) -> Settings:
    return read_settings(Document(layer, data, folder=folder, loose=True).entry(search.problems))


def _without_section(editor: Mapping[str, object]) -> Mapping[str, object]:
    """Take the settings out of ``{"vetline": {...}}``, the form in which some editors send them."""
    section = editor.get("vetline")
    return section if isinstance(section, Mapping) else editor


def _defaults(given: Settings) -> Config:
    """Return the defaults of the profile that is given."""
    profile = given["profile"].value if "profile" in given else Profile.DEFAULT
    if profile is Profile.BANDIT:  # which knows no test code
        return Config(profile=profile, test_ignore=())
    return Config()


def _config(defaults: Config, given: Settings) -> Config:
    fields: dict[str, Any] = {
        KEYS[name].field: setting.value
        for name, setting in given.items()
        if name in KEYS and KEYS[name].field and "." not in KEYS[name].field
    }
    levels = {
        name.removeprefix(f"{SEVERITY}."): setting.value for name, setting in given.items() if name.startswith(f"{SEVERITY}.")
    }
    return replace(defaults, **fields, levels=MappingProxyType(levels))


def _default_settings(defaults: Config) -> dict[str, Setting]:
    origin = Origin(Layer.DEFAULT)
    return {
        key.name: Setting(getattr(defaults, key.field), origin) for key in KEYS.values() if key.field and "." not in key.field
    }
