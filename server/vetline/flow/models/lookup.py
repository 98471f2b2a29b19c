"""Looks names up in the model files."""

from __future__ import annotations

import builtins
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from vetline.core.config import ModelFile
from vetline.flow.models import builtin
from vetline.flow.models.cells import UNKNOWN
from vetline.flow.models.effects import NO_EFFECT, Effect, HandlerModel
from vetline.flow.models.library import Library, read_library
from vetline.flow.models.problems import ModelError, ModelProblem

_LAST_STEP = re.compile(r"(?:\.\w+|\(\)|\[\])\Z")
_RESULT_IN_USE = re.compile(r"\)(?=[.(])")
"""In a name: the end of a call, of which the result is used."""
_MODULE = re.compile(r"[\w.]+")
_ANY_ATTRIBUTE = ".*"
_BUILTINS = "builtins"
_BUILTIN_NAMES = frozenset(dir(builtins))
_LONGEST_MEMORY = 100_000
"""How many names are remembered; a session that has met more begins anew."""
_LONGEST_NAME = 300
"""A longer one, such as a chain of a hundred calls, is looked up as it stands."""
_MOST_SPELLINGS = 16
"""How many names one thing is looked up under: aliases may go in a circle."""


def load_models(extra: Sequence[Path] = ()) -> Models:
    """Return the models that come with Vetline, and those of the ``extra`` files, which count first.

    Raises:
        ModelError: something is wrong in the ``extra`` files; it has all of it.
    """
    libraries = []
    problems: list[ModelProblem] = []
    for path in extra:
        try:
            text = path.read_text(encoding="utf-8-sig")
        except OSError as error:
            problems.append(ModelProblem(path, (), f"can't be read: {error.strerror or error}"))
        except UnicodeDecodeError:
            problems.append(ModelProblem(path, (), "not UTF-8 text; save the file in that encoding"))
        else:
            found, wrong = read_library(path, text)
            libraries.append(found)
            problems += wrong
    if problems:
        raise ModelError(problems)
    return Models(libraries)


def models_of(files: Iterable[ModelFile]) -> Models:
    """Return the models that come with Vetline, and those of ``files``, which count first.

    What is wrong in the files is left out.
    """
    return Models(read_library(file.path, file.text)[0] for file in files)


class Models:
    """What is known of libraries.  A built-in file is parsed when a name of one of its modules is first asked for."""

    def __init__(self, extra: Iterable[Library] = ()) -> None:
        self._waiting = dict(builtin.files_by_module())
        self._roots = {module.partition(".")[0] for module in self._waiting}
        self._entries: dict[str, Effect] = {}
        self._answers: dict[str, Effect] = {}
        self._results: set[str] = set()
        """The names of calls, such as ``os.popen()``, of whose results there are methods with names of their own."""
        self._named: dict[str, bool] = {}
        self._parameters: dict[str, str] = {}
        self._unbound: dict[str, str] = {}
        for library in extra:
            self._roots.update(module.partition(".")[0] for module in library.modules)
            for module in library.modules:
                self._take(library, module)

    def effect(self, name: str) -> Effect:
        """Return all that is known of ``name``, such as ``flask.request.args``, ``sqlite3.connect()`` or ``str.isdigit``.

        A name may be written as the code has it: ``flask.request.args`` is found by the type of ``flask.request``, and
        ``sqlite3.connect().cursor().execute`` by those of the calls.
        """
        known = self._answers.get(name)
        if known is None:
            known = NO_EFFECT
            for spelling in self._spellings(name):
                entry = self._entries.get(spelling)
                if entry is not None:
                    known = entry if known is NO_EFFECT else known.joined(entry)
            if len(self._answers) >= _LONGEST_MEMORY:
                self._answers.clear()
            self._answers[name] = known
        return known

    def names_results_of(self, name: str) -> bool:
        """Tell whether something is known of what is called on the result of a function, besides what its class says."""
        known = self._named.get(name)
        if known is None:
            if len(self._named) >= _LONGEST_MEMORY:
                self._named.clear()
            known = self._named[name] = any(f"{spelling}()" in self._results for spelling in self._spellings(name))
        return known

    def handlers(self, decorator: str) -> HandlerModel | None:
        """Return how a function is called that is decorated by ``decorator``, such as ``flask.Flask.route``."""
        return self.effect(decorator.removesuffix("()")).decorates

    def handler_method(self, base: str, method: str) -> HandlerModel | None:
        """Return how ``method`` of a class derived from ``base`` is called, such as ``flask.views.MethodView``."""
        return self.effect(f"{base}.{method}").overridden

    def parameter_type(self, name: str) -> str | None:
        """Return the class that a parameter or an unbound variable of this name usually has."""
        self._load(UNKNOWN)
        return self._parameters.get(name)

    def unbound(self, name: str) -> str | None:
        """Return the full name that a snippet surely means by a name that it doesn't bind."""
        self._load(UNKNOWN)
        return self._unbound.get(name)

    def _spellings(self, name: str) -> list[str]:
        """Return ``name`` and the other names of the same thing, the most particular ones first."""
        last = _LAST_STEP.search(name) if len(name) <= _LONGEST_NAME else None
        if last is None:
            found = [f"{_BUILTINS}.{name}", name] if self._is_builtin(name) else [name]
        else:
            holders = self._holders(name[: last.start()])
            found = [holder + last.group() for holder in holders]
            if last.group()[0] == "." and not any(map(self._is_known, found)):
                found += [holder + _ANY_ATTRIBUTE for holder in holders]
                found += self._by_convention(name, UNKNOWN + last.group())
        for spelling in found:  # it grows
            self._load_modules_of(spelling)
            entry = self._entries.get(spelling)
            if entry is not None and len(found) < _MOST_SPELLINGS:
                found += [other for other in (entry.alias, *entry.bases) if other and other not in found]
        return found

    def _holders(self, name: str) -> list[str]:
        """Return the names under which the attributes of ``name`` may be found: its own, and its classes'."""
        found = self._spellings(name)
        for spelling in list(found):
            entry = self._entries.get(spelling)
            if entry is not None and entry.type:
                found += [other for other in self._spellings(entry.type) if other not in found]
        return found

    def _by_convention(self, name: str, attribute: str) -> list[str]:
        """Return the name of what an attribute usually is, such as ``?.objects``, if nobody describes the module it comes from.

        That holds for objects only: a function of somebody's module isn't the method that has its name.
        """
        root = name.lstrip(".").partition(".")[0]
        return [attribute] if root not in self._roots and self._is_known(attribute) and self._entries[attribute].type else []

    def _is_known(self, name: str) -> bool:
        self._load_modules_of(name)
        return name in self._entries

    def _is_builtin(self, name: str) -> bool:
        """Tell whether a name that stands without a module is a builtin's; a module of the name has precedence."""
        return name in _BUILTIN_NAMES and name not in self._waiting

    def _load_modules_of(self, name: str) -> None:
        if name.startswith(UNKNOWN):
            self._load(UNKNOWN)
            return
        module = _MODULE.match(name)
        dotted = module.group() if module else ""
        while dotted:
            self._load(dotted)
            dotted = dotted.rpartition(".")[0]

    def _load(self, module: str) -> None:
        for path in self._waiting.get(module, ()):
            self._take(builtin.library(path), module)
        if module in self._waiting:
            self._waiting[module] = ()

    def _take(self, library: Library, module: str) -> None:
        """Add what a library says.  Of what there can be only one of, what came first counts: users' files come first."""
        for name, effect in library.effects(module).items():
            self._results.update(name[: found.end()] for found in _RESULT_IN_USE.finditer(name))
            known = self._entries.get(name)
            self._entries[name] = known.joined(effect) if known else effect
        if module == UNKNOWN:
            self._parameters = {**library.parameters, **self._parameters}
            self._unbound = {**library.unbound, **self._unbound}
