"""Reads the text of a configuration file, whatever kind of file it is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum, auto
from pathlib import Path

from vetline.config.bandit_file import BanditFile, read_bandit
from vetline.config.bandit_ini import BanditIni, read_ini
from vetline.config.discovery import BANDIT_INI, PROJECT_FILES, PYPROJECT
from vetline.config.documents import Document, SyntaxFault, parse_toml, table_at, without_bom
from vetline.config.problems import START, Layer, Problem, ProblemKind
from vetline.config.settings import Setting, Settings, read_settings
from vetline.config.toml_places import KeyPath, Places
from vetline.core.config import ModelFile
from vetline.core.location import Range
from vetline.core.wording import nearest

_IN_PYPROJECT: KeyPath = ("tool", "vetline")
_BANDIT_TABLE: KeyPath = ("tool", "bandit")
_SIMILAR_TOOL = 0.8


class FileKind(Enum):
    """What a file is read as."""

    USER = auto()
    """``vetline.toml`` among the user's own configuration."""
    VETLINE = auto()
    """``vetline.toml`` of a project."""
    PYPROJECT = auto()
    BANDIT_INI = auto()
    BANDIT_FILE = auto()
    """What Bandit's ``-c`` names: YAML, or TOML if the name ends so."""
    MODELS = auto()
    """What ``models`` names: the description of a library."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a file says.  A part is None where the file has no such table.

    ``range`` is where the file's Vetline table is named.  ``is_whole`` is false if the file couldn't be parsed; the
    rest is then what it last said, or nothing.
    """

    settings: Settings | None = None
    bandit: BanditFile | None = None
    ini: BanditIni | None = None
    models: ModelFile | None = None
    range: Range = START
    problems: tuple[Problem, ...] = ()
    is_whole: bool = True


def kind_by_name(path: Path) -> FileKind | None:
    """Return what a file of this name is read as; None if the name isn't that of a configuration file."""
    kinds = dict.fromkeys(PROJECT_FILES, FileKind.VETLINE)
    return (kinds | {PYPROJECT: FileKind.PYPROJECT, BANDIT_INI: FileKind.BANDIT_INI}).get(path.name)


def check_text(path: Path, text: str, kind: FileKind | None = None) -> tuple[Problem, ...]:
    """Return what is wrong in a configuration file that has ``text`` in it, such as one that is being edited.

    ``kind`` need be given only for a file that ``bandit.config`` or ``models`` names; by another name, nothing is wrong.
    """
    kind = kind or kind_by_name(path)
    return read_text(path, text, kind).problems if kind else ()


def read_text(path: Path, text: str, kind: FileKind) -> Reading:
    """Read a configuration file's text; never raises, whatever is in it."""
    return _READERS[kind](path, text)


def broken(path: Path, kind: FileKind, fault: SyntaxFault) -> Reading:
    """Return the reading of a file that can't be parsed at all."""
    layers = {FileKind.USER: Layer.USER, FileKind.BANDIT_INI: Layer.BANDIT, FileKind.BANDIT_FILE: Layer.BANDIT}
    layer = layers.get(kind, Layer.PROJECT)
    problem = Problem(layer, path, fault.range, ProblemKind.SYNTAX, "", fault.message)
    return Reading(problems=(problem,), is_whole=False)


def _read_vetline(layer: Layer) -> Callable[[Path, str], Reading]:
    kind = FileKind.USER if layer is Layer.USER else FileKind.VETLINE

    def read(path: Path, text: str) -> Reading:
        parsed = parse_toml(text)
        if isinstance(parsed, SyntaxFault):
            return broken(path, kind, parsed)
        data, places = parsed
        problems: list[Problem] = []
        document = Document(layer, data, path, path.parent, places=places)
        return Reading(settings=read_settings(document.entry(problems)), problems=tuple(problems))

    return read


def _read_pyproject(path: Path, text: str) -> Reading:
    parsed = parse_toml(text)
    if isinstance(parsed, SyntaxFault):
        # Whoever has no table of ours there needn't hear of it from us.
        is_ours = "vetline" in text or "bandit" in text
        return broken(path, FileKind.PYPROJECT, parsed) if is_ours else Reading(is_whole=False)
    data, places = parsed
    problems: list[Problem] = []
    settings: dict[str, Setting] | None = None
    bandit = None
    if (table := table_at(data, _IN_PYPROJECT)) is not None:
        document = Document(Layer.PROJECT, table, path, path.parent, _IN_PYPROJECT, places)
        settings = read_settings(document.entry(problems))
    if (table := table_at(data, _BANDIT_TABLE)) is not None:
        document = Document(Layer.BANDIT, table, path, path.parent, _BANDIT_TABLE, places)
        bandit = read_bandit(document.entry(problems))
    problems += _misplaced_tables(data, places, path)
    return Reading(settings, bandit, range=places.key(_IN_PYPROJECT), problems=tuple(problems))


def _misplaced_tables(data: Mapping[str, object], places: Places, path: Path) -> list[Problem]:
    """Find tables that are meant for Vetline or Bandit and not called as they are."""
    tools = table_at(data, ("tool",))
    tools = tools if isinstance(tools, Mapping) else {}
    ours = ("vetline", "bandit")
    found: list[tuple[tuple[str, ...], str]] = [((name,), name) for name in ours if name in data]
    similar = {name: nearest(name, ours, _SIMILAR_TOOL) for name in tools if name not in ours}
    found += [(("tool", name), meant) for name, meant in similar.items() if meant]
    layers = {"vetline": Layer.PROJECT, "bandit": Layer.BANDIT}
    return [
        Problem(
            layers[meant],
            path,
            places.key(at),
            ProblemKind.UNKNOWN_KEY,
            ".".join(at),
            f"nobody reads [{'.'.join(at)}]; did you mean [tool.{meant}]?",
        )
        for at, meant in found
    ]


def _read_bandit_file(path: Path, text: str) -> Reading:
    problems: list[Problem] = []
    if path.name.endswith(".toml"):
        toml = parse_toml(text)
        if isinstance(toml, SyntaxFault):
            return broken(path, FileKind.BANDIT_FILE, toml)
        data, places = table_at(toml[0], _BANDIT_TABLE), toml[1]
        if data is None:
            message = "Bandit finds nothing here, because there is no [tool.bandit]; put its settings below that header"
            problem = Problem(Layer.BANDIT, path, START, ProblemKind.NO_EFFECT, "tool.bandit", message)
            return Reading(bandit=BanditFile(path), problems=(problem,))
        document = Document(Layer.BANDIT, data, path, path.parent, _BANDIT_TABLE, places)
    else:
        from vetline.config.yaml_places import parse_yaml

        yaml = parse_yaml(text)
        if isinstance(yaml, SyntaxFault):
            return broken(path, FileKind.BANDIT_FILE, yaml)
        if not isinstance(yaml[0], Mapping):
            fault = SyntaxFault(START, 'Bandit needs a mapping here, with lines such as skips: ["B101"]')
            return broken(path, FileKind.BANDIT_FILE, fault)
        document = Document(Layer.BANDIT, yaml[0], path, path.parent, places=yaml[1])
    return Reading(bandit=read_bandit(document.entry(problems)), problems=tuple(problems))


def _read_ini_file(path: Path, text: str) -> Reading:
    parsed = read_ini(text, path)
    if isinstance(parsed, SyntaxFault):
        return broken(path, FileKind.BANDIT_INI, parsed)
    ini, problems = parsed
    return Reading(ini=ini, problems=tuple(problems))


def _read_models(path: Path, text: str) -> Reading:
    from vetline.flow.models.library import read_library

    text = without_bom(text)
    parsed = parse_toml(text)
    if isinstance(parsed, SyntaxFault):
        return broken(path, FileKind.MODELS, parsed)
    places = parsed[1]
    problems = tuple(
        Problem(
            Layer.PROJECT,
            path,
            places.key(problem.at) if problem.of_key else places.value(problem.at),
            ProblemKind.UNKNOWN_KEY if problem.of_key else ProblemKind.BAD_VALUE,
            ".".join(step for step in problem.at if isinstance(step, str)),
            problem.message,
        )
        for problem in read_library(path, text)[1]
    )
    return Reading(models=ModelFile(path, text), problems=problems)


_READERS: Mapping[FileKind, Callable[[Path, str], Reading]] = {
    FileKind.USER: _read_vetline(Layer.USER),
    FileKind.VETLINE: _read_vetline(Layer.PROJECT),
    FileKind.PYPROJECT: _read_pyproject,
    FileKind.BANDIT_INI: _read_ini_file,
    FileKind.BANDIT_FILE: _read_bandit_file,
    FileKind.MODELS: _read_models,
}
