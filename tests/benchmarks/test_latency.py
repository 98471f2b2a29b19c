"""How long a finding takes, next to a server that does nothing, in the same run.

Run with ``make benchmark``.  The limits are generous: they are there to notice a change of kind, such as work that grows with
the file, not one of degree.  For the latter, read the table.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.benchmarks.latency import NOOP, OURS, Figures, measure, table

pytestmark = pytest.mark.benchmark

SIZES = (100, 1_000, 5_000, 20_000)
ROUNDS = 30
ATTEMPTS = 3
"""How often a limit may be missed in a row: noise of the machine comes and goes, a slow server stays slow."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("benchmark")


@pytest.fixture(scope="module")
def figures(folder: Path, pytestconfig: pytest.Config) -> Mapping[int, Mapping[str, Figures]]:
    results = {lines: measure(lines, ROUNDS, folder) for lines in SIZES}
    capture = pytestconfig.pluginmanager.getplugin("capturemanager")
    assert capture is not None
    with capture.global_and_fixture_disabled():
        print(f"\n\nMedians, Vetline / no-op pygls server = ratio\n\n{table(results)}\n")
    return results


def test_a_finding_in_a_file_of_5000_lines_takes_a_few_no_op_round_trips(
    figures: Mapping[int, Mapping[str, Figures]], folder: Path
) -> None:
    """The aim is three; on a quiet machine it takes 2.9 to 3.2."""
    attempts = [figures[5_000]]
    while _ratio(attempts[-1]) > 4 and len(attempts) < ATTEMPTS:
        attempts.append(measure(5_000, ROUNDS, folder))

    assert min(map(_ratio, attempts)) <= 4


def test_our_part_of_the_time_does_not_grow_with_the_file(figures: Mapping[int, Mapping[str, Figures]], folder: Path) -> None:
    def growth(small: Mapping[str, Figures], large: Mapping[str, Figures]) -> float:
        ours = {name: large[name].insertion - small[name].insertion for name in (OURS, NOOP)}
        return ours[OURS] - ours[NOOP]

    attempts = [growth(figures[1_000], figures[20_000])]
    while attempts[-1] > 10 and len(attempts) < ATTEMPTS:
        attempts.append(growth(measure(1_000, ROUNDS, folder), measure(20_000, ROUNDS, folder)))

    assert min(attempts) <= 10, "milliseconds more, for the same completion in 20 times as many lines"


def test_the_server_starts_in_little_more_time_and_memory_than_pygls_itself(
    figures: Mapping[int, Mapping[str, Figures]],
) -> None:
    ours, noop = figures[1_000][OURS], figures[1_000][NOOP]

    assert ours.initialized <= 4 * noop.initialized
    assert ours.memory <= 3 * noop.memory


def _ratio(figures: Mapping[str, Figures]) -> float:
    return figures[OURS].insertion / figures[NOOP].insertion
