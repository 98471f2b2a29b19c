"""Does what ``vetline check`` is asked for."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

import click

from vetline.cli.configuration import Configurations
from vetline.cli.files.source import Unreadable, decode_source
from vetline.cli.files.writing import write_whole
from vetline.cli.formats import text
from vetline.cli.group import EXIT_ERROR, EXIT_FINDINGS, Failure
from vetline.cli.options import Effort, Selection
from vetline.cli.report import Fault, FileReport, Report
from vetline.cli.running import Plan, is_stdin, run_plan, stdin_job
from vetline.cli.terminal import Style, terminal_width, use_color
from vetline.cli.vetting import CheckTask, Vetter
from vetline.cli.workers import keep_logs_off_terminal


@dataclass(frozen=True, slots=True)
class CheckRequest:
    """The options of ``vetline check``; ``docs/cli.md`` explains them."""

    paths: tuple[str, ...]
    selection: Selection
    effort: Effort
    format: str
    output: Path | None
    fixes: bool | None
    exit_zero: bool
    stdin_filename: str | None
    quiet: bool
    no_color: bool


def run_check(request: CheckRequest) -> int:
    """Check, write the report, and return the exit code.

    Raises:
        click.ClickException: there is no report to write, or it can't be written.
    """
    keep_logs_off_terminal()
    configurations = Configurations(request.selection)
    with_fixes = request.format == "sarif" and request.fixes is not False
    if is_stdin(request.paths):
        files = [_check_stdin(request.stdin_filename, configurations, with_fixes=with_fixes)]
    else:
        plan = Plan.of(request.paths or (".",), configurations)
        files = [
            FileReport(target.path, target.name, fault=outcome) if isinstance(outcome, Fault) else outcome
            for target, outcome in run_plan(CheckTask(plan.configs, with_fixes), plan, request.effort)
        ]
    report = Report(files, [str(problem) for problem in configurations.problems()])
    _tell(report, request)
    return exit_code(report, exit_zero=request.exit_zero)


def _tell(report: Report, request: CheckRequest) -> None:
    """Write the report where it was asked for; what it leaves out for a person goes to standard error."""
    output = request.output
    for_errors = Style(use_color(sys.stderr, no_color=request.no_color))
    for problem in report.problems:
        click.echo(f"{for_errors('warning', 'yellow', bold=True)}: {problem}", err=True, color=for_errors.color)
    for_output = Style(output is None and use_color(sys.stdout, no_color=request.no_color))
    _write(_rendered(report, request.format, for_output), request, color=for_output.color)
    is_on_screen = request.format == "text" and output is None
    if not is_on_screen:
        for file, fault in report.faults():
            click.echo(text.fault_line(file.name, fault, for_errors), err=True, color=for_errors.color)
    if not request.quiet:
        style = for_output if is_on_screen else for_errors
        click.echo(text.summary(report, style), err=not is_on_screen, color=style.color)


def exit_code(report: Report, *, exit_zero: bool) -> int:
    """Return 2 for what could not be checked, else 1 for findings, else 0.

    ``exit_zero`` is about what is in the files: a wrong path and a fault of Vetline's own are still 2.
    """
    faults = [fault for _, fault in report.faults() if not (exit_zero and fault.is_in_file)]
    if faults:
        return EXIT_ERROR
    return EXIT_FINDINGS if any(report.findings()) and not exit_zero else 0


def _check_stdin(filename: str | None, configurations: Configurations, *, with_fixes: bool) -> FileReport:
    job, configs = stdin_job(filename, configurations)
    try:
        source = decode_source(sys.stdin.buffer.read())
    except Unreadable as unreadable:
        return FileReport(job.path, job.name, fault=unreadable.fault)
    return CheckTask(configs, with_fixes).vet(source, Vetter.of(*configs[0]), job)


def _rendered(report: Report, format_: str, style: Style) -> str:
    if format_ == "text":
        return text.render(report, style, terminal_width())
    if format_ == "json":
        from vetline.cli.formats import json

        return json.render(report)
    if format_ == "sarif":
        from vetline.cli.formats import sarif

        return sarif.render(report)
    if format_ == "github":
        from vetline.cli.formats import github

        return github.render(report)
    from vetline.cli.formats import junit

    return junit.render(report)


def _write(document: str, request: CheckRequest, *, color: bool) -> None:
    """Write a report: for people in the terminal's encoding, for programs and in files in UTF-8."""
    data = document.encode("utf-8", "backslashreplace")
    if request.output is None:
        click.echo(document if request.format == "text" else data, nl=False, color=color)
        return
    try:
        write_whole(request.output, data)
    except OSError as error:
        raise Failure(f"{request.output} can't be written: {error.strerror or error}") from None
