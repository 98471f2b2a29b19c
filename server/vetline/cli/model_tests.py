"""Runs the tests that model files carry: each is code, whose comments say where findings are expected."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from vetline.cli.files.paths import absolute, display_name
from vetline.cli.files.source import Source
from vetline.cli.report import FileReport, Reported
from vetline.cli.vetting import Vetter, vet_source
from vetline.config import FileKind, Problem, check_text
from vetline.config.documents import SyntaxFault, parse_toml
from vetline.config.rule_names import rule_ids
from vetline.core.config import Config
from vetline.core.location import Position
from vetline.core.severity import Level
from vetline.engine.document import Engine
from vetline.engine.policy import Policy
from vetline.flow.models import Effect, Models
from vetline.flow.models.library import Library, ModelTest, read_library
from vetline.syntax.comments import comment_columns
from vetline.syntax.lines import Lines

SNIPPET = "code"
"""What reports call the code of a test."""

_EXPECT = re.compile(r"#\s*expect:\s*(?P<rules>\w+(?:\s*,\s*\w+)*)")
_TABLES = {
    "aliases": "alias",
    "types": "type",
    "inherits": "bases",
    "sources": "source",
    "sinks": "sinks",
    "sanitizers": "clears",
    "guards": "guard",
    "passes": "passes",
    "instances": "instances",
    "exits": "never_returns",
}
"""The tables of a model file, and what an entry of each sets in an effect; handlers set one of several."""


@dataclass(frozen=True, slots=True)
class Expected:
    """A finding that the code of a test expects; ``line`` counts from 0."""

    line: int
    rule_id: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a test.

    ``found`` is all that is reported of its code, ``unexpected`` the part of that which no comment expects, ``missing`` what
    comments expect in vain, ``unknown`` the rules that they name and that don't exist.
    """

    test: ModelTest
    found: FileReport
    missing: tuple[Expected, ...]
    unexpected: tuple[Reported, ...]
    unknown: tuple[str, ...]

    @property
    def has_passed(self) -> bool:
        """Tell whether all is as expected; code that can't be parsed shows nothing."""
        return not (self.missing or self.unexpected or self.unknown or self.found.set_aside)


@dataclass(frozen=True, slots=True)
class Entry:
    """One name in a table of a model file."""

    table: str
    name: str


@dataclass(frozen=True, slots=True)
class FileOutcome:
    """What came of one file: what is ``wrong`` in it, and its tests with the places of their headers.

    ``unnoticed`` are its entries that no test depends on; None where that wasn't looked into.
    """

    name: str
    wrong: Sequence[Problem]
    tests: Sequence[tuple[Position, Outcome]]
    unnoticed: Sequence[Entry] | None

    @property
    def failed(self) -> int:
        """Return how many tests failed."""
        return sum(not outcome.has_passed for _, outcome in self.tests)


def run_files(texts: Mapping[Path, str], configured: Sequence[Library]) -> list[FileOutcome]:
    """Run the tests in the files of these ``texts``, with what they say in force, and with the ``configured`` libraries."""
    tested = {path: read_library(path, text)[0] for path, text in texts.items()}
    here = {absolute(path) for path in tested}
    others = [library for library in configured if absolute(library.path) not in here]
    runner = Runner([*tested.values(), *others])
    outcomes = {path: [runner.run(test) for test in library.tests] for path, library in tested.items()}
    everything = [outcome for of_file in outcomes.values() for outcome in of_file]
    # Where a test fails, what it finds is no measure of what the entries do.
    is_sound = all(outcome.has_passed for outcome in everything)
    return [
        FileOutcome(
            display_name(path),
            check_text(Path(display_name(path)), text, FileKind.MODELS),
            list(zip(_places(text, tested[path].tests), outcomes[path], strict=True)),
            tuple(runner.unnoticed(tested[path], everything)) if is_sound and outcomes[path] else None,
        )
        for path, text in texts.items()
    ]


def _places(text: str, tests: Iterable[ModelTest]) -> list[Position]:
    """Return where the headers of tests stand."""
    parsed = parse_toml(text)
    return [] if isinstance(parsed, SyntaxFault) else [parsed[1].key(test.at).start for test in tests]


class Runner:
    """Runs tests with models in force, under the settings that Vetline has by default."""

    def __init__(self, libraries: Sequence[Library]) -> None:
        self._libraries = tuple(libraries)
        self._engine = Engine.of(Config())
        self._policy = Policy(Config())
        self._vetter = self._with(self._libraries)

    def run(self, test: ModelTest) -> Outcome:
        """Vet the code of a test, and compare what is found with what is expected; hints don't count."""
        report = _vet(test, self._vetter)
        expected = list(expectations(test.code))
        missing = tuple(one for one in expected if not any(_meets(found, one) for found in report.findings))
        unexpected = tuple(found for found in report.findings if not any(_meets(found, one) for one in expected))
        unknown = tuple(dict.fromkeys(one.rule_id for one in missing if one.rule_id not in rule_ids()))
        return Outcome(test, report, missing, unexpected, unknown)

    def unnoticed(self, library: Library, outcomes: Sequence[Outcome]) -> Iterator[Entry]:
        """Yield the entries of a file that make no difference to any test: those that are left out without changing what is
        found.

        ``outcomes`` are those of the tests, with all entries in force.
        """
        mine = {test.at for test in library.tests}
        likely = sorted(outcomes, key=lambda outcome: outcome.test.at not in mine)
        for entry, rest in _leaving_one_out(library):
            vetter = self._with([rest if one is library else one for one in self._libraries])
            noticing = next((one for one in likely if _essence(_vet(one.test, vetter)) != _essence(one.found)), None)
            if noticing is None:
                yield entry
            else:  # what notices one entry is likely to notice the next
                likely.remove(noticing)
                likely.insert(0, noticing)

    def _with(self, libraries: Sequence[Library]) -> Vetter:
        checks = replace(self._engine.checks, models=Models(libraries))
        return Vetter(replace(self._engine, checks=checks), self._policy)


def expectations(code: str) -> Iterator[Expected]:
    """Yield what the comments of ``code`` expect: on their own line, or on the next one if they stand alone."""
    lines = Lines(code)
    for row, column in comment_columns(code).items():
        if column is not None and (found := _EXPECT.match(lines[row], column)):
            stands_alone = not lines[row][:column].strip()
            for rule in found["rules"].split(","):
                yield Expected(row + stands_alone, rule.strip().upper())


def _vet(test: ModelTest, vetter: Vetter) -> FileReport:
    source = Source(test.code, "utf-8", test.code.encode("utf-8", "surrogatepass"))
    report = vet_source(source, vetter, Path(SNIPPET), SNIPPET, with_fixes=False)
    return replace(report, findings=tuple(one for one in report.findings if one.level is not Level.HINT))


def _meets(found: Reported, expected: Expected) -> bool:
    range_ = found.finding.range
    return found.finding.rule_id == expected.rule_id and range_.start.line <= expected.line <= range_.end.line


def _essence(report: FileReport) -> object:
    """Return all that a model may change in a report."""
    return [(one.finding, one.level) for one in report.findings]


def _leaving_one_out(library: Library) -> Iterator[tuple[Entry, Library]]:
    """Yield each entry of a file with what the file is without it."""
    for index, (name, effect) in enumerate(library.names):
        yield Entry(_table_of(effect), name), replace(library, names=library.names[:index] + library.names[index + 1 :])
    for name in library.parameters:
        kept = {other: type_ for other, type_ in library.parameters.items() if other != name}
        yield Entry("parameters", name), replace(library, parameters=kept)
    for name in library.unbound:
        kept = {other: full for other, full in library.unbound.items() if other != name}
        yield Entry("unbound", name), replace(library, unbound=kept)


def _table_of(effect: Effect) -> str:
    return next((table for table, part in _TABLES.items() if getattr(effect, part)), "handlers")
