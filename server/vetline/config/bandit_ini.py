"""Reads a ``.bandit`` file: command-line arguments for Bandit, in INI form.

The keys are those that ``bandit.cli.main`` (1.9) looks up; it is silent about all others, and about a file that it
can't parse.
"""

from __future__ import annotations

import configparser
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from vetline.config.bandit_file import CheckChoice, Checks, is_check
from vetline.config.documents import SyntaxFault, without_bom
from vetline.config.problems import START, Layer, Origin, Problem, ProblemKind
from vetline.config.rule_names import why_no_check
from vetline.config.toml_places import Offsets
from vetline.core.location import Range
from vetline.core.severity import Confidence, Severity
from vetline.core.wording import nearest, quoted
from vetline.syntax.lines import split_lines

SECTION = "bandit"
NOT_OURS = frozenset(
    {
        "targets", "recursive", "aggregate", "number", "format", "msg-template", "output", "verbose", "debug", "quiet",
        "baseline",
    }
)  # fmt: skip
"""Keys that are right, and mean nothing to Vetline."""

KEYS = frozenset({"tests", "skips", "exclude", "profile", "level", "confidence", "ignore-nosec", "configfile"})
_MEANT = {
    "skip": "skips",
    "test": "tests",
    "exclude_dirs": "exclude",
    "excluded_paths": "exclude",
    "config": "configfile",
    "config_file": "configfile",
    "severity": "level",
    "ignore_nosec": "ignore-nosec",
    "msg_template": "msg-template",
}
_RANKS = {"1": 0, "2": 1, "3": 2, "4": 3}
"""How often ``-l`` or ``-i`` is given, and one: to what the severity or confidence must be at least."""

_HEADER = re.compile(r"\[(?P<name>.+)\]")
_OPTION = re.compile(r"(?P<key>[^\s:=#;][^:=\r\n]*?)\s*[:=][ \t]*")


@dataclass(frozen=True, slots=True)
class BanditIni:
    """What a ``.bandit`` file says; None is what it doesn't."""

    path: Path | None
    choice: CheckChoice = field(default_factory=CheckChoice)
    exclude: tuple[str, ...] | None = None
    profile: str | None = None
    min_severity: Severity | None = None
    min_confidence: Confidence | None = None
    ignore_nosec: bool | None = None
    configfile: str | None = None
    origins: dict[str, Origin] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Place:
    """Where an option stands; offsets in code points.  ``end`` is behind the last line of the value."""

    key: tuple[int, int]
    value: tuple[int, int]


def read_ini(text: str, path: Path | None) -> tuple[BanditIni, list[Problem]] | SyntaxFault:
    """Read a ``.bandit`` file; never raises."""
    text = without_bom(text)
    places = dict(_options(text))
    parser = configparser.ConfigParser()
    try:
        parser.read_file(io.StringIO(text, newline=None))
    except configparser.Error as error:
        return _ini_fault(text, error)
    offsets = Offsets(text)
    if SECTION not in parser:
        return SyntaxFault(*_missing_section(text, offsets, parser.sections()))
    try:
        values = dict(parser.items(SECTION))
    except configparser.InterpolationError as error:
        place = places.get((error.section, error.option)) or places.get((parser.default_section, error.option))
        at = offsets.range(*place.value) if place else START
        return SyntaxFault(at, f'Bandit ignores this whole file because of the "%" in "{error.option}"; write "%%"')
    reader = _IniReader(text, path, offsets, places, parser.default_section)
    for name in parser.sections():
        if name != SECTION:
            reader.complain_of_section(name)
    return reader.read(values), reader.problems


class _IniReader:
    """Turns the values of a ``.bandit`` file into what they mean, and gathers what is wrong with them."""

    def __init__(
        self, text: str, path: Path | None, offsets: Offsets, places: dict[tuple[str, str], _Place], default: str
    ) -> None:
        self.problems: list[Problem] = []
        self._text = text
        self._path = path
        self._offsets = offsets
        self._places = places
        self._default = default

    def read(self, values: dict[str, str]) -> BanditIni:
        for key in values.keys() - KEYS - NOT_OURS:
            self._complain(key, ProblemKind.UNKNOWN_KEY, _why_unknown(key), of_key=True)
        given = {key: value for key, value in values.items() if key in KEYS and value}
        severity, confidence = self._rank("level", given), self._rank("confidence", given)
        wrong = {key for key, rank in {"level": severity, "confidence": confidence}.items() if rank is None}
        ignore_nosec = "ignore-nosec" in given
        if ignore_nosec and given["ignore-nosec"].casefold() in {"false", "no", "off", "0"}:
            message = f'Bandit takes any text here for true, "{given["ignore-nosec"]}" as well; take the key out'
            self._complain("ignore-nosec", ProblemKind.NO_EFFECT, message)
        return BanditIni(
            self._path,
            CheckChoice(self._checks("tests", given), self._checks("skips", given)),
            exclude=self._excluded(given),
            profile=given.get("profile"),
            min_severity=None if severity is None else Severity(severity),
            min_confidence=None if confidence is None else Confidence(confidence),
            ignore_nosec=ignore_nosec or None,
            configfile=given.get("configfile"),
            origins={key: self._origin(key) for key in given.keys() - wrong},
        )

    def complain_of_section(self, name: str) -> None:
        """Note a section that nobody reads."""
        meant = f"; [{SECTION}] is the one that counts" if nearest(name, [SECTION]) else "; take it out"
        at = _section_range(self._text, self._offsets, name)
        message = f"Bandit reads no section [{name}]{meant}"
        self.problems.append(Problem(Layer.BANDIT, self._path, at, ProblemKind.UNKNOWN_KEY, name, message))

    def _checks(self, key: str, given: dict[str, str]) -> Checks:
        checks: dict[str, Origin] = {}
        for name, at in self._items(key, given):
            if is_check(name):
                checks[name] = Origin(Layer.BANDIT, self._path, at)
                continue
            if not name.strip():
                message = "there is nothing between two commas; take one out"
            elif "#" in name or ";" in name:
                message = f"Bandit takes {quoted(name.strip())} for one name; give a comment a line of its own"
            else:
                message = why_no_check(name)
            self.problems.append(Problem(Layer.BANDIT, self._path, at, ProblemKind.UNKNOWN_RULE, key, message))
        return checks

    def _excluded(self, given: dict[str, str]) -> tuple[str, ...] | None:
        if "exclude" not in given:
            return None
        patterns = []
        for name, at in self._items("exclude", given):
            if name == name.strip():
                patterns.append(name)
                continue
            message = f"Bandit doesn't find {quoted(name.strip())} because of the blanks around it; write commas without blanks"
            self.problems.append(Problem(Layer.BANDIT, self._path, at, ProblemKind.NO_EFFECT, "exclude", message))
        return tuple(pattern for pattern in patterns if pattern)

    def _items(self, key: str, given: dict[str, str]) -> Iterator[tuple[str, Range]]:
        """Yield the parts of a comma-separated value, as Bandit splits it, and the range of each without blanks."""
        if key not in given:
            return
        place = self._place(key)
        at, limit = place.value if place else (0, 0)
        for name in given[key].split(","):
            stripped = name.strip()
            start = self._text.find(stripped, at, limit)
            if start < 0:  # the value was put together from another one: %(name)s
                yield name, self._range(key)
                continue
            end = start + len(stripped)
            at = self._text.find(",", end, limit) + 1 or limit
            yield name, self._offsets.range(start, end)

    def _rank(self, key: str, given: dict[str, str]) -> int | None:
        if key not in given:
            return None
        if given[key] not in _RANKS:
            message = f'"{key}" must be 1 (all), 2 (low), 3 (medium) or 4 (high); this is {quoted(given[key])}'
            self._complain(key, ProblemKind.BAD_VALUE, message)
        return _RANKS.get(given[key])

    def _place(self, key: str) -> _Place | None:
        return self._places.get((SECTION, key)) or self._places.get((self._default, key))

    def _range(self, key: str, *, of_key: bool = False) -> Range:
        place = self._place(key)
        return self._offsets.range(*(place.key if of_key else place.value)) if place else START

    def _origin(self, key: str) -> Origin:
        return Origin(Layer.BANDIT, self._path, self._range(key))

    def _complain(self, key: str, kind: ProblemKind, message: str, *, of_key: bool = False) -> None:
        at = self._range(key, of_key=of_key)
        self.problems.append(Problem(Layer.BANDIT, self._path, at, kind, key, message))


def _why_unknown(key: str) -> str:
    if meant := _MEANT.get(key) or nearest(key, KEYS | NOT_OURS):
        return f'Bandit ignores {quoted(key)}; did you mean "{meant}"?'
    return f"Bandit ignores {quoted(key)} here; it knows {', '.join(sorted(KEYS))}"


def _options(text: str) -> Iterator[tuple[tuple[str, str], _Place]]:
    """Yield section, key (in lower case) and place of each option, by the line rules of :mod:`configparser`."""
    section, indent, at = "", 0, 0
    open_option: tuple[tuple[str, str], _Place] | None = None
    for line in split_lines(text):
        body = line.strip()
        start = at + len(line) - len(line.lstrip())
        at += len(line)
        if not body or body[0] in "#;":
            continue
        depth = start - (at - len(line))
        if open_option and depth > indent:  # the value goes on
            name, place = open_option
            open_option = (name, _Place(place.key, (place.value[0], start + len(body))))
            continue
        indent = depth
        if open_option:
            yield open_option
            open_option = None
        if header := _HEADER.match(body):
            section = header["name"]
        elif option := _OPTION.match(body):
            key = (start, start + len(option["key"]))
            open_option = ((section, option["key"].lower()), _Place(key, (start + option.end(), start + len(body))))
    if open_option:
        yield open_option


def _section_range(text: str, offsets: Offsets, name: str) -> Range:
    found = re.search(rf"^\s*\[({re.escape(name)})\]", text, re.MULTILINE)
    return offsets.range(*found.span(1)) if found else START


def _missing_section(text: str, offsets: Offsets, sections: list[str]) -> tuple[Range, str]:
    if meant := next((name for name in sections if nearest(name, [SECTION], 0.75)), None):
        message = f"Bandit ignores this file, because it has a section [{meant}] and no [{SECTION}]; rename it"
        return _section_range(text, offsets, meant), message
    return START, f"Bandit ignores this file, because it has no section [{SECTION}]; begin it with that line"


def _ini_fault(text: str, error: configparser.Error) -> SyntaxFault:
    line: int | None = getattr(error, "lineno", None)
    what = "not valid INI"
    if isinstance(error, configparser.MissingSectionHeaderError):
        what = (
            f"not an INI file that begins with [{SECTION}], and so ignored by Bandit; "
            'a YAML file has another name, and is named by "bandit.config"'
        )
    elif isinstance(error, configparser.DuplicateOptionError):
        what = f'"{error.option}" stands here a second time, and so Bandit ignores the whole file; take one out'
    elif isinstance(error, configparser.DuplicateSectionError):
        what = f"[{error.section}] stands here a second time, and so Bandit ignores the whole file; join the two"
    elif isinstance(error, configparser.ParsingError):
        faults = getattr(error, "errors", ())  # not every kind of this error has them (Python 3.13)
        line = faults[0][0] if faults else line
        what = "not valid INI, and so Bandit ignores the whole file; write this line as key = value"
    lines = split_lines(text)
    if not line or line > len(lines):
        return SyntaxFault(START, what)
    start = sum(map(len, lines[: line - 1]))
    body = lines[line - 1]
    start += len(body) - len(body.lstrip())
    return SyntaxFault(Offsets(text).range(start, start + len(body.strip())), what)
