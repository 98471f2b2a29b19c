"""Does what ``vetline fix`` is asked for."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import click

from vetline.cli.configuration import Configurations
from vetline.cli.files.source import Unreadable, decode_source
from vetline.cli.files.writing import write_whole
from vetline.cli.fixing import FixReport, FixTask, unified_diff
from vetline.cli.formats.text import LABELS, fault_line, plural
from vetline.cli.group import EXIT_ERROR, EXIT_FINDINGS
from vetline.cli.options import Effort, Selection
from vetline.cli.report import Fault, FaultKind
from vetline.cli.running import Plan, is_stdin, run_plan, stdin_job
from vetline.cli.terminal import Style, use_color, visible
from vetline.cli.vetting import Vetter
from vetline.cli.workers import keep_logs_off_terminal
from vetline.core.severity import Level

_DIFF_COLORS = {b"+": "green", b"-": "red", b"@": "cyan"}


@dataclass(frozen=True, slots=True)
class FixRequest:
    """The options of ``vetline fix``; ``docs/cli.md`` explains them."""

    paths: tuple[str, ...]
    selection: Selection
    effort: Effort
    diff: bool
    unsafe: bool
    stdin_filename: str | None
    quiet: bool
    no_color: bool


def run_fix(request: FixRequest) -> int:
    """Fix files, or show how, and return the exit code.

    Raises:
        click.ClickException: the work can't begin.
    """
    keep_logs_off_terminal()
    configurations = Configurations(request.selection)
    from_stdin = is_stdin(request.paths)
    if from_stdin:
        reports = [_fix_stdin(request.stdin_filename, configurations, unsafe=request.unsafe)]
    else:
        plan = Plan.of(request.paths or (".",), configurations)
        reports = [
            FixReport(target.path, target.name, fault=outcome) if isinstance(outcome, Fault) else outcome
            for target, outcome in run_plan(FixTask(plan.configs, request.unsafe), plan, request.effort)
        ]
        if not request.diff:
            reports = [_written(report) for report in reports]

    style = Style(use_color(sys.stdout, no_color=request.no_color))
    if request.diff:
        _write_diff(reports, style)
    elif from_stdin:
        click.echo(reports[0].after, nl=False)
    elif not request.quiet:
        for report in reports:
            if report.is_changed:
                click.echo(_fixed_line(report, style), color=style.color)
    _tell(reports, configurations, request)
    return _exit_code(reports, diff=request.diff)


def _tell(reports: Sequence[FixReport], configurations: Configurations, request: FixRequest) -> None:
    """Write to standard error what went wrong, and the summary."""
    style = Style(use_color(sys.stderr, no_color=request.no_color))
    for problem in configurations.problems():
        click.echo(f"{style('warning', 'yellow', bold=True)}: {problem}", err=True, color=style.color)
    for report in reports:
        if report.fault is not None:
            click.echo(fault_line(report.name, report.fault, style, "not fixed"), err=True, color=style.color)
    if not request.quiet:
        click.echo(_summary(reports, style, would=request.diff), err=True, color=style.color)


def _exit_code(reports: Iterable[FixReport], *, diff: bool) -> int:
    if any(report.fault is not None for report in reports):
        return EXIT_ERROR
    is_left = any(report.is_changed if diff else report.left for report in reports)
    return EXIT_FINDINGS if is_left else 0


def _fix_stdin(filename: str | None, configurations: Configurations, *, unsafe: bool) -> FixReport:
    """Fix standard input; whatever happens, what went in comes out again."""
    job, configs = stdin_job(filename, configurations)
    data = sys.stdin.buffer.read()
    try:
        source = decode_source(data)
    except Unreadable as unreadable:
        return FixReport(job.path, job.name, data, data, fault=unreadable.fault)
    return FixTask(configs, unsafe).fix(source, Vetter.of(*configs[0]), job)


def _written(report: FixReport) -> FixReport:
    """Write a fixed file; if that fails, or the file isn't what was fixed any more, the report says so."""
    if not report.is_changed:
        return report
    try:
        if report.path.read_bytes() != report.before:
            reason = "it has changed in the meantime"
        else:
            write_whole(report.path, report.after)
            return report
    except OSError as error:
        reason = f"it can't be written: {error.strerror or error}"
    return replace(report, after=report.before, fixed={}, fault=Fault(FaultKind.UNREADABLE, reason))


def _write_diff(reports: Iterable[FixReport], style: Style) -> None:
    """Write a diff as bytes, for a program to apply; in colour it is for people."""
    for report in reports:
        if report.is_changed:
            for line in unified_diff(report):
                if style.color:
                    shown = visible(line.decode(report.encoding, "replace").rstrip("\r\n"))
                    is_name = line.startswith((b"---", b"+++"))
                    click.echo(style(shown, _DIFF_COLORS.get(line[:1]), bold=is_name), color=True)
                else:
                    click.echo(line, nl=False)


def _fixed_line(report: FixReport, style: Style) -> str:
    rules = ", ".join(f"{rule} ({count})" if count > 1 else rule for rule, count in report.fixed.items())
    return f"{style(visible(report.name), bold=True)}: fixed {rules}"


def _summary(reports: Sequence[FixReport], style: Style, *, would: bool) -> str:
    fixed = sum(sum(report.fixed.values()) for report in reports)
    files = sum(1 for report in reports if report.is_changed)
    done = f"{'Would fix' if would else 'Fixed'} {plural(fixed, 'finding')} in {plural(files, 'file')}" if fixed else ""
    left = _levels(reports, style)
    if left:
        return f"{done or 'Nothing that can be fixed'}. Left: {left}."
    return f"{done or 'Nothing to fix'}."


def _levels(reports: Iterable[FixReport], style: Style) -> str:
    counts: Counter[Level] = Counter()
    for report in reports:
        counts.update(report.left)
    return ", ".join(style(plural(counts[level], label), color) for level, (label, color) in LABELS.items() if counts[level])
