"""Fixes one file: what its fixed text is, and what is left to do by hand."""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from vetline.cli.files.source import Source, Unreadable, read_source
from vetline.cli.report import Fault
from vetline.cli.terminal import visible
from vetline.cli.vetting import Job, Vetter, Vetters, broken_fault, internal_fault
from vetline.core.config import Config
from vetline.core.severity import Level


@dataclass(frozen=True, slots=True)
class FixReport:
    """What fixing a file comes to.

    ``before`` and ``after`` are its bytes; they are the same if nothing could be fixed.  ``fixed`` counts the findings that
    are gone by rule, ``left`` those that remain by level.
    """

    path: Path
    name: str
    before: bytes = b""
    after: bytes = b""
    encoding: str = "utf-8"
    fixed: Mapping[str, int] = field(default_factory=dict)
    left: Mapping[Level, int] = field(default_factory=dict)
    fault: Fault | None = None

    @property
    def is_changed(self) -> bool:
        return self.before != self.after


@dataclass(frozen=True, slots=True)
class FixTask:
    """Fixing files, as a task for :mod:`vetline.cli.workers`.  Nothing is written."""

    configs: tuple[tuple[Config, Path | None], ...]
    unsafe: bool

    def prepare(self) -> Callable[[Job], FixReport]:
        """Return what fixes one file, and never raises."""
        vetters = Vetters(self.configs)

        def work(job: Job) -> FixReport:
            try:
                source = read_source(job.path)
            except Unreadable as unreadable:
                return FixReport(job.path, job.name, fault=unreadable.fault)
            return self.fix(source, vetters[job.config], job)

        return work

    def fix(self, source: Source, vetter: Vetter, job: Job) -> FixReport:
        """Fix a source that was read; never raises."""
        try:
            return fix_source(source, vetter, job.path, job.name, unsafe=self.unsafe)
        except Unreadable as unwritable:
            fault = unwritable.fault
        except Exception as error:  # noqa: BLE001 - one file that breaks the analysis must not end the run
            fault = internal_fault(error)
        return FixReport(job.path, job.name, source.data, source.data, source.encoding, fault=fault)


def fix_source(source: Source, vetter: Vetter, path: Path, name: str, *, unsafe: bool) -> FixReport:
    """Fix what is shown of a source.

    Raises:
        Unreadable: the result can't be written in the file's encoding.
    """
    from vetline.fixes.everything import fix_all

    document = vetter.document(source.text, path, name)
    findings = document.vet()
    fault = broken_fault(document.lines, document.set_aside())
    if fault is not None:
        return FixReport(path, name, source.data, source.data, source.encoding, fault=fault)
    shown = {one.finding.key for one in vetter.policy.show(findings, path)}  # of what says the same, one
    result = fix_all(document, lambda finding: bool(vetter.policy.show([finding], path)), unsafe=unsafe)
    after = source.data
    if result.text != source.text:
        after = source.encode(result.text)
        findings = vetter.document(result.text, path, name).vet()
    left = Counter(shown.level for shown in vetter.policy.report(findings, path))
    fixed = Counter(finding.rule_id for finding in result.fixed if finding.key in shown)
    return FixReport(path, name, source.data, after, source.encoding, dict(sorted(fixed.items())), dict(left))


def unified_diff(report: FixReport) -> list[bytes]:
    """Return the lines of a diff that ``git apply`` and ``patch -p1`` take, in the file's own encoding."""
    is_absolute = report.path.as_posix() == report.name
    old, new = (visible(name) for name in ((report.name,) * 2 if is_absolute else (f"a/{report.name}", f"b/{report.name}")))
    from_file, to_file = (name.encode() + (b"\t" if " " in name else b"") for name in (old, new))
    lines: list[bytes] = []
    for line in difflib.diff_bytes(difflib.unified_diff, _lines(report.before), _lines(report.after), from_file, to_file):
        lines.append(line if line.endswith(b"\n") else line + b"\n")
        if not line.endswith(b"\n"):
            lines.append(b"\\ No newline at end of file\n")
    return lines


def _lines(data: bytes) -> list[bytes]:
    """Split at line feeds, which alone end a line for ``patch``."""
    return [line + b"\n" for line in data.split(b"\n")[:-1]] + [rest for rest in data.split(b"\n")[-1:] if rest]
