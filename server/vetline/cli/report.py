"""What a run found out, as plain data: made by :mod:`vetline.cli.vetting`, written by :mod:`vetline.cli.formats`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from vetline.core.edit import Fix
from vetline.core.finding import Finding
from vetline.core.location import Range
from vetline.core.severity import Level


class FaultKind(StrEnum):
    """Why a file was not checked, or not wholly."""

    MISSING = "missing"
    """There is no such file or folder."""
    UNREADABLE = "unreadable"
    """The operating system refuses to read it."""
    BINARY = "binary"
    """It holds null bytes, so it is no Python source."""
    ENCODING = "encoding"
    """Its bytes are not text in the encoding that it declares (PEP 263), or that isn't known."""
    BROKEN = "broken"
    """Less than half of it is Python."""
    TIMEOUT = "timeout"
    """It took too long."""
    INTERNAL = "internal"
    """The analysis failed or crashed."""


_OWN_FAULTS = frozenset({FaultKind.TIMEOUT, FaultKind.INTERNAL, FaultKind.MISSING})


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a file (or a folder) was not checked; ``line``, from 0, is where the reason stands, if at one place."""

    kind: FaultKind
    message: str
    line: int | None = None

    @property
    def is_in_file(self) -> bool:
        """Tell whether the file is to blame, rather than the call or Vetline itself."""
        return self.kind not in _OWN_FAULTS


@dataclass(frozen=True, slots=True)
class Excerpt:
    """The lines of code that a finding covers, without line ends; secrets in them are masked.

    ``units`` is the finding's range with columns in UTF-16 code units of the file's own lines.
    """

    lines: tuple[str, ...]
    units: Range


@dataclass(frozen=True, slots=True)
class Step:
    """A related location as it is reported: the file's name as it is shown, and both kinds of columns.

    Those of ``units`` are UTF-16 code units, those of ``range`` code points.
    """

    name: str
    range: Range
    units: Range
    message: str


@dataclass(frozen=True, slots=True)
class Reported:
    """A finding as it is reported.

    ``fingerprint`` stays the same when the finding moves.  ``fixes`` is empty unless fixes were asked for; their ranges
    have columns in UTF-16 code units.  ``steps`` are the finding's related locations.
    """

    finding: Finding
    level: Level
    fingerprint: str
    excerpt: Excerpt
    fixes: tuple[Fix, ...] = ()
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True)
class FileReport:
    """What is to be said of one file.

    ``name`` is what the path is shown as.  ``set_aside`` are the ranges of statements that could not be parsed.
    """

    path: Path | None
    name: str
    findings: tuple[Reported, ...] = ()
    set_aside: tuple[Range, ...] = ()
    fault: Fault | None = None
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Report:
    """What a run found out.  ``problems`` are those of the configuration, one line each."""

    files: Sequence[FileReport]
    problems: Sequence[str] = ()

    def findings(self) -> Iterator[tuple[FileReport, Reported]]:
        """Yield all findings with their files, in order."""
        for file in self.files:
            for reported in file.findings:
                yield file, reported

    def faults(self) -> Iterator[tuple[FileReport, Fault]]:
        """Yield what could not be checked."""
        for file in self.files:
            if file.fault is not None:
                yield file, file.fault

    def counts(self) -> Mapping[Level, int]:
        """Return the number of findings by level, the loudest first; levels that don't occur are left out."""
        counts = Counter(reported.level for _, reported in self.findings())
        return {level: counts[level] for level in Level if counts[level]}


def line_spans(ranges: Sequence[Range]) -> str:
    """Return the lines that ``ranges`` cover, counted from 1, such as ``lines 3 and 10-12``."""
    spans = []
    for range_ in ranges:
        first, last = range_.start.line + 1, range_.end.line + 1
        if range_.end.column == 0 and last > first:
            last -= 1
        spans.append(str(first) if first == last else f"{first}-{last}")
    *most, final = dict.fromkeys(spans)
    text = f"{', '.join(most)} and {final}" if most else final
    return f"{'lines' if most or '-' in final else 'line'} {text}"
