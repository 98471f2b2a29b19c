"""Vets one file and says all that a report may need of it, so that the text itself needn't be kept."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b
from itertools import accumulate
from pathlib import Path

from vetline.cli.files.paths import absolute, display_name
from vetline.cli.files.source import Source, Unreadable, read_source
from vetline.cli.masking import Secrets, find_secrets
from vetline.cli.report import Excerpt, Fault, FaultKind, FileReport, Reported, Step, line_spans
from vetline.core.config import Config, Profile
from vetline.core.edit import Fix, TextEdit
from vetline.core.finding import Finding, RelatedLocation
from vetline.core.location import Position, Range
from vetline.engine.document import Document, Engine
from vetline.engine.policy import Policy, Shown
from vetline.engine.project import Project
from vetline.syntax.encoding import PositionEncoding, to_units
from vetline.syntax.lines import Lines, line_body

_LONGEST_EXCERPT = 10
"""Lines of code that a report repeats at most."""


@dataclass(frozen=True, slots=True)
class Job:
    """One file to work on; ``config`` is an index into the task's configurations."""

    path: Path
    name: str
    config: int


@dataclass(frozen=True, slots=True)
class Vetter:
    """A prepared engine with the policy for what it finds."""

    engine: Engine
    policy: Policy
    project: Project | None = None
    """The other files below the configuration's root, if they are to be looked into."""

    @classmethod
    def of(cls, config: Config, root: Path | None) -> Vetter:
        """Prepare the analysis by one configuration; imports Bandit."""
        engine = Engine.of(config)
        wanted = config.deep and config.profile is not Profile.BANDIT and root is not None
        project = Project(root, engine.checks.models) if wanted and root is not None and engine.checks.models else None
        return cls(engine, Policy(config, root), project)

    def document(self, text: str, path: Path, name: str) -> Document:
        """Return a document to vet; ``name`` is what checks see of the file ``path``, which isn't read."""
        return Document(text, self.engine, name, project=None if self.project is None else self.project.seen_from(path))


class Vetters:
    """A :class:`Vetter` for each of several configurations, made when it is needed."""

    def __init__(self, configs: Sequence[tuple[Config, Path | None]]) -> None:
        self._configs = configs
        self._vetters: dict[int, Vetter] = {}

    def __getitem__(self, index: int) -> Vetter:
        if index not in self._vetters:
            self._vetters[index] = Vetter.of(*self._configs[index])
        return self._vetters[index]


@dataclass(frozen=True, slots=True)
class CheckTask:
    """Vetting files, as a task for :mod:`vetline.cli.workers`."""

    configs: tuple[tuple[Config, Path | None], ...]
    with_fixes: bool = False

    def prepare(self) -> Callable[[Job], FileReport]:
        """Return what vets one file, and never raises."""
        vetters = Vetters(self.configs)

        def work(job: Job) -> FileReport:
            try:
                source = read_source(job.path)
            except Unreadable as unreadable:
                return FileReport(job.path, job.name, fault=unreadable.fault)
            return self.vet(source, vetters[job.config], job)

        return work

    def vet(self, source: Source, vetter: Vetter, job: Job) -> FileReport:
        """Vet a source that was read; never raises."""
        started = time.perf_counter()
        try:
            report = vet_source(source, vetter, job.path, job.name, with_fixes=self.with_fixes)
        except Exception as error:  # noqa: BLE001 - one file that breaks the analysis must not end the run
            report = FileReport(job.path, job.name, fault=internal_fault(error))
        return replace(report, seconds=time.perf_counter() - started)


def vet_source(source: Source, vetter: Vetter, path: Path, name: str, *, with_fixes: bool) -> FileReport:
    """Vet a source under the name ``name``."""
    document = vetter.document(source.text, path, name)
    findings = document.vet()
    set_aside = tuple(document.set_aside())
    shown = vetter.policy.report(findings, path)
    reported = _Reporter(document, findings, name).report(shown, with_fixes=with_fixes)
    return FileReport(path, name, reported, set_aside, broken_fault(document.lines, set_aside))


def broken_fault(lines: Lines, set_aside: Sequence[Range]) -> Fault | None:
    """Return a fault if at least half of the lines that hold anything could not be parsed."""
    lost = {line for range_ in set_aside for line in range(range_.start.line, range_.end.line + 1)}
    rows = [row for row, line in enumerate(lines) if (text := line.strip()) and not text.startswith("#")]
    missing = sum(row in lost for row in rows)
    if not missing or 2 * missing < len(rows):
        return None
    return Fault(FaultKind.BROKEN, f"most of it could not be parsed: {line_spans(set_aside)}", set_aside[0].start.line)


def internal_fault(error: Exception) -> Fault:
    """Describe an exception by its type and place alone: its message may quote the code."""
    trace = error.__traceback__
    place = ""
    while trace is not None:
        place = f" in {trace.tb_frame.f_globals.get('__name__')}, line {trace.tb_lineno}"
        trace = trace.tb_next
    return Fault(FaultKind.INTERNAL, f"the analysis failed ({type(error).__name__}{place}); please report that")


class _Reporter:
    """Turns the findings of one document into what is reported of them."""

    def __init__(self, document: Document, findings: Sequence[Finding], name: str) -> None:
        self._document = document
        self._name = name
        self._lines = document.lines
        self._starts = [0, *accumulate(len(line) for line in document.lines)]
        self._secrets: Secrets = find_secrets(findings, document.text, self._starts)
        self._seen: Counter[str] = Counter()

    def report(self, shown: Sequence[Shown], *, with_fixes: bool) -> tuple[Reported, ...]:
        return tuple(self._reported(finding, with_fixes=with_fixes) for finding in shown)

    def _reported(self, shown: Shown, *, with_fixes: bool) -> Reported:
        finding = shown.finding
        excerpt = self._excerpt(finding.range)
        return Reported(
            self._discreet(finding),
            shown.level,
            self._fingerprint(finding, excerpt),
            excerpt,
            self._fixes(finding) if with_fixes else (),
            tuple(self._step(related) for related in finding.related),
        )

    def _discreet(self, finding: Finding) -> Finding:
        """Return a finding whose message repeats no secret."""
        return replace(finding, message=self._secrets.masked_remark(finding.message))

    def _step(self, related: RelatedLocation) -> Step:
        lines: Sequence[str] = self._lines
        name = self._name
        if related.path is not None:
            lines, name = _lines_of(related.path), display_name(absolute(related.path))
        message = self._secrets.masked_remark(related.message)
        return Step(name, related.range, in_utf16(related.range, lines), message)

    def _excerpt(self, range_: Range) -> Excerpt:
        first, last = range_.start.line, min(range_.end.line, range_.start.line + _LONGEST_EXCERPT - 1)
        rows = range(first, min(last + 1, len(self._lines)))
        lines = tuple(self._secrets.masked(line_body(self._lines[row]), self._starts[row]) for row in rows)
        return Excerpt(lines, in_utf16(range_, self._lines))

    def _fingerprint(self, finding: Finding, excerpt: Excerpt) -> str:
        """Return a name for a finding that only a change of the rule or of the code itself changes.

        It is made of the rule and the code without its blanks; equal ones in a file are told apart by their order.
        """
        code = "".join("".join(excerpt.lines).split())
        digest = blake2b(f"{finding.rule_id}\0{code}".encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
        self._seen[digest] += 1
        return f"{digest}:{self._seen[digest]}"

    def _fixes(self, finding: Finding) -> tuple[Fix, ...]:
        """Return the fixes of a finding, with columns in UTF-16 code units, but for those that would repeat a secret."""
        from vetline.fixes.offer import offer

        return tuple(
            replace(fix, edits=tuple(TextEdit(in_utf16(edit.range, self._lines), edit.new_text) for edit in fix.edits))
            for fix in offer(self._document, finding)
            if not any(map(self._secrets.occur_in, (fix.title, fix.note, *(edit.new_text for edit in fix.edits))))
        )


def in_utf16(range_: Range, lines: Sequence[str]) -> Range:
    """Return a range of ``lines`` with columns in UTF-16 code units; lines that aren't there count as ASCII."""

    def converted(position: Position) -> Position:
        line = lines[position.line] if position.line < len(lines) else ""
        return Position(position.line, to_units(line, position.column, PositionEncoding.UTF16))

    return Range(converted(range_.start), converted(range_.end))


def _lines_of(path: Path) -> Sequence[str]:
    """Return the lines of another file that evidence points to; none if it can't be read any more."""
    try:
        return Lines(read_source(path).text)
    except Unreadable:
        return ()
