"""The model files that come with Vetline: each can be read, and what it says leads somewhere."""

from __future__ import annotations

import importlib
import inspect
import re
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest

from vetline.flow.models import builtin
from vetline.flow.models.effects import Effect, SinkModel
from vetline.flow.models.library import read_library

FILES = builtin.files()
LIBRARIES = {path.stem: read_library(path, path.read_text("utf-8"))[0] for path in FILES}
MODULES = {module for library in LIBRARIES.values() for module in library.modules}
EFFECTS = [pair for library in LIBRARIES.values() for module in library.modules for pair in library.effects(module).items()]
LAST_STEP = re.compile(r"(\.[\w*]+|\(\)|\[\])$")
LONGEST_LINE = 128

PLAIN_CLASSES = """
    argparse.Namespace builtins.float builtins.tuple fastapi.params.Depends gradio.Interface http.client.HTTPMessage
    importlib.machinery.ModuleSpec ipaddress.IPv4Address ipaddress.IPv4Interface ipaddress.IPv4Network
    jinja2.select_autoescape lxml.etree.StrictParser mcp.Context optparse.Values os._Environ os._wrap_close
    psycopg2.sql.Composed pydantic_ai.RunContext pyramid.response.HeadersOnly sqlite3.Row strawberry.Info strawberry.Root
    sys._Output telegram.Interaction uuid.UUID web.Storage
""".split()
"""Classes that are named so that their instances count as nothing worse, or whose attributes are all the same."""

NOT_IN_EVERY_PYTHON = """
    email.MIMEText.MIMEText email.MIMEMultipart.MIMEMultipart email.MIMEBase.MIMEBase cgi.escape cgi.parse_qs cgi.parse_qsl
    os.startfile os.lchmod io.open_code sqlite3.Connection.load_extension
    pathlib.Path.walk pathlib.Path.copy pathlib.Path.move pathlib.Path.copy_into pathlib.Path.move_into pathlib.Path.from_uri
    pathlib.PurePath.with_segments pathlib.Path.link_to hashlib.file_digest
""".split()

NOT_IN_PYTHON_ITSELF = re.compile(r"hashlib\.HASH\.|csv\._writer\.|subprocess\.Popen\.wait|\.wfile\.")
"""Classes of the C library, whose names are made up, and attributes that only instances have."""


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_nothing_is_wrong(path: Path) -> None:
    library, problems = read_library(path, path.read_text("utf-8"))
    assert problems == []
    assert library.modules


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_its_modules_are_found_without_parsing_it(path: Path) -> None:
    assert all(path in builtin.files_by_module()[module] for module in LIBRARIES[path.stem].modules)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_it_can_be_read_without_scrolling(path: Path) -> None:
    assert [line for line in path.read_text("utf-8").splitlines() if len(line) > LONGEST_LINE] == []


def is_described(name: str) -> bool:
    """Tell whether a name is of a module that some file describes."""
    return any(name == module or name.startswith(f"{module}.") for module in MODULES)


def test_aliases_lead_to_something_known() -> None:
    known = set()
    for name, _ in EFFECTS:
        part = name
        while part not in known:
            known.add(part)
            part = LAST_STEP.sub("", part)
    aliases = {(name, effect.alias) for name, effect in EFFECTS if effect.alias and is_described(effect.alias)}
    assert {(name, alias) for name, alias in aliases if alias not in known} == set()


def test_classes_have_attributes_that_are_known() -> None:
    """So that a misspelt class isn't taken for one of its own."""
    owners = {owner for name, _ in EFFECTS for owner in all_owners(name)}
    known = owners | {name for name, effect in EFFECTS if effect.bases or effect.alias or effect.sinks} | set(PLAIN_CLASSES)
    named = {
        owner
        for library in LIBRARIES.values()
        for _, effect in library.effects(library.modules[0]).items()
        for owner in effect.classes()
        if is_described(owner)
    }
    assert named - known == set()


def all_owners(name: str) -> Iterator[str]:
    """Yield what ``name`` is an attribute or element of, and what that is one of, and so on."""
    while match := LAST_STEP.search(name):
        name = name[: match.start()]
        if match.group() != "()":
            yield name


def test_the_standard_library_has_what_is_said_of_it() -> None:
    missing = []
    for library in LIBRARIES.values():
        modules = [module for name in library.modules if (module := standard_module(name)) is not None]
        if len(modules) == len(library.modules):
            missing += [f"{library.path.stem}: {name}" for name, effect in library.names if lacks(modules, name, effect)]
    assert missing == []


def lacks(modules: list[object], name: str, effect: Effect) -> bool:
    """Tell whether a function of which something is said isn't there."""
    if not (effect.sinks or effect.clears or effect.passes or effect.guard) or any(step in name for step in ("()", "[]", "*")):
        return False
    full = [f"{getattr(module, '__name__', '')}.{name}" for module in modules]
    is_excused = any(one in NOT_IN_EVERY_PYTHON or NOT_IN_PYTHON_ITSELF.search(one) for one in full)
    return not is_excused and all(attribute(module, name) is None for module in modules)


def test_the_standard_librarys_functions_take_the_arguments_that_are_named() -> None:
    wrong = []
    for library in LIBRARIES.values():
        modules = [module for name in library.modules if (module := standard_module(name)) is not None]
        for name, effect in library.names:
            functions = [found for module in modules if (found := attribute(module, name)) is not None]
            wrong += [f"{library.path.stem}: {name}" for sink in effect.sinks if not fits(sink, functions)]
    assert wrong == []


def fits(sink: SinkModel, functions: list[object]) -> bool:
    """Tell whether one of ``functions`` has the keywords and positions of a sink; what C says nothing of has all."""
    wanted = {argument for argument in sink.arguments if isinstance(argument, str) and argument.isidentifier()} - {"self"}
    positions = max((argument for argument in sink.arguments if isinstance(argument, int)), default=-1)
    named: set[str] = set()
    most = -1
    for function in functions:
        try:
            parameters = list(inspect.signature(function).parameters.values())  # type: ignore[arg-type]  # whatever it is
        except (TypeError, ValueError):
            return True
        if parameters and parameters[0].name in ("self", "cls") and not inspect.isclass(function):
            del parameters[0]
        named |= {parameter.name for parameter in parameters}
        kinds = [parameter.kind for parameter in parameters]
        if inspect.Parameter.VAR_KEYWORD in kinds or inspect.Parameter.VAR_POSITIONAL in kinds:
            return True
        positional = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
        most = max(most, sum(kind in positional for kind in kinds) - 1)
    return not functions or ((not wanted or not wanted.isdisjoint(named)) and positions <= most)


def standard_module(name: str) -> object | None:
    """Import a module of the standard library; None if the running Python hasn't got it, or it's somebody else's."""
    if name.partition(".")[0] not in sys.stdlib_module_names:
        return None
    try:
        with warnings.catch_warnings(action="ignore"):
            return importlib.import_module(name)
    except ImportError:
        return None


def attribute(owner: object, name: str) -> object | None:
    """Follow a dotted name; a part of it may be a module that nobody has imported yet."""
    for part in name.split("."):
        found = getattr(owner, part, None)
        if found is None and inspect.ismodule(owner):
            found = standard_module(f"{owner.__name__}.{part}")
        if found is None:
            return None
        owner = found
    return owner
