"""What ``check`` and ``fix`` have in common: find the files, spread the work, keep the order."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import click

from vetline.cli import workers
from vetline.cli.configuration import Configurations
from vetline.cli.files.discovery import Target, find_targets
from vetline.cli.files.paths import absolute, display_name
from vetline.cli.group import Failure
from vetline.cli.options import Effort
from vetline.cli.report import Fault, FaultKind
from vetline.cli.vetting import Job
from vetline.config import Loaded
from vetline.core.config import Config

Result = TypeVar("Result")

STDIN = "-"
_WORTH_PROCESSES = 32
"""From so many files on, other processes save more time than they take to start."""

Configs = tuple[tuple[Config, Path | None], ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """Files to work on, in the order of the report, and their configurations."""

    targets: Sequence[Target]
    jobs: Sequence[Job]
    configs: Configs

    @classmethod
    def of(cls, paths: Sequence[str], configurations: Configurations) -> Plan:
        """Find what ``paths`` stand for."""
        targets = find_targets(paths, configurations.of_folder)
        loaded: dict[int, Loaded] = {id(target.loaded): target.loaded for target in targets}
        index = {key: number for number, key in enumerate(loaded)}
        jobs = [Job(target.path, target.name, index[id(target.loaded)]) for target in targets if target.fault is None]
        return cls(targets, jobs, tuple((each.config, each.root) for each in loaded.values()))


def is_stdin(paths: Sequence[str]) -> bool:
    """Tell whether standard input is to be read.

    Raises:
        click.UsageError: it is named together with other paths.
    """
    if STDIN not in paths:
        return False
    if len(paths) > 1:
        raise click.UsageError("- (standard input) can't be combined with other paths.")
    return True


def stdin_job(filename: str | None, configurations: Configurations) -> tuple[Job, Configs]:
    """Return what to do with standard input; ``filename`` is the file that it is taken for."""
    path = absolute(filename) if filename else None
    loaded = configurations.of_folder(path.parent if path else Path.cwd())
    job = Job(path or Path.cwd() / "stdin.py", display_name(path) if path else "<stdin>", 0)
    return job, ((loaded.config, loaded.root),)


def run_plan(task: workers.Task[Job, Result], plan: Plan, effort: Effort) -> Iterator[tuple[Target, Result | Fault]]:
    """Yield each target with its result, or why there is none, in the order of the plan.

    Raises:
        Failure: the work can't even begin.
    """
    results: dict[int, Result | Fault] = {}
    with _progress(len(plan.jobs), effort) as advance, contextlib.closing(_outcomes(task, plan.jobs, effort)) as outcomes:
        for index, outcome in outcomes:
            results[index] = _fault(outcome) if isinstance(outcome, workers.Lost) else outcome
            advance()
    in_order = (results[index] for index in range(len(plan.jobs)))
    for target in plan.targets:
        yield target, next(in_order) if target.fault is None else target.fault


def _outcomes(
    task: workers.Task[Job, Result], jobs: Sequence[Job], effort: Effort
) -> Generator[tuple[int, Result | workers.Lost], None, None]:
    if len(jobs) < _WORTH_PROCESSES:
        yield from workers.run_here(task, jobs)
        return
    try:
        yield from workers.run(task, jobs, effort.jobs or _cores(), effort.time_limit)
    except workers.StartFailed as failure:
        raise Failure(f"the analysis can't start:\n{failure}") from None


def _fault(lost: workers.Lost) -> Fault:
    return Fault(FaultKind.TIMEOUT if lost.is_late else FaultKind.INTERNAL, lost.reason)


def _cores() -> int:
    """Return the number of cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@contextlib.contextmanager
def _progress(total: int, effort: Effort) -> Iterator[Callable[[], object]]:
    """Show a progress bar on standard error if that is a terminal; yields what to call after each file."""
    if not effort.show_progress or total < _WORTH_PROCESSES or not sys.stderr.isatty():
        yield lambda: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    columns = (TextColumn("Vetting"), BarColumn(), MofNCompleteColumn(), TextColumn("files"))
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        bar = progress.add_task("vetting", total=total)
        yield lambda: progress.advance(bar)
