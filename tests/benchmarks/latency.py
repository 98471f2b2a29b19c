"""Measure servers side by side: each step is done with one after the other, so that a busy machine slows them all alike."""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from tests.benchmarks.corpus import COMPLETION_LINES, completion, middle, source
from tests.benchmarks.wire import Wire

OURS, NOOP = "vetline", "no-op"

COMMANDS: Mapping[str, Sequence[str]] = {
    OURS: [sys.executable, "-m", "vetline", "serve"],
    NOOP: [sys.executable, str(Path(__file__).with_name("noop_server.py"))],
}

_OPTIONS = {"typingDelayMs": 0}
"""The pause that is waited for while someone types is a choice, not a cost."""


@dataclass(slots=True)
class Figures:
    """What was measured of one server in one file: times in milliseconds, memory in MB."""

    initialized: float = 0.0
    """From the start of the process to the answer to ``initialize``."""
    first: float = 0.0
    """From the start of the process to the first diagnostics."""
    insertions: list[float] = field(default_factory=list)
    """From the insertion of a completion to the finding in it."""
    keys: list[float] = field(default_factory=list)
    """From one typed character to the diagnostics of that version."""
    memory: float = 0.0

    @property
    def insertion(self) -> float:
        return median(self.insertions)

    @property
    def key(self) -> float:
        return median(self.keys)


def measure(lines: int, rounds: int, folder: Path) -> dict[str, Figures]:
    """Measure all servers in a file of about ``lines`` lines, in ``folder``.

    Raises:
        AssertionError: a server doesn't find what is there to be found.
    """
    text = source(lines)
    row = middle(text)
    figures = {name: Figures() for name in COMMANDS}
    wires: dict[str, Wire] = {}
    try:
        for name, command in COMMANDS.items():
            wires[name] = wire = Wire(command, folder / f"{name}_{lines}.py")
            figures[name].initialized = 1000 * wire.initialize(_OPTIONS)
            wire.open(text)
            figures[name].first = 1000 * (time.perf_counter() - wire.started)
        for number in range(rounds + 1):
            for name, wire in wires.items():
                insertion, keys = _round(name, wire, number, row)
                if number:  # the first round warms up
                    figures[name].insertions.append(insertion)
                    figures[name].keys += keys
        for name, wire in wires.items():
            figures[name].memory = wire.memory()
    finally:
        for wire in wires.values():
            wire.stop()
    return figures


def table(results: Mapping[int, Mapping[str, Figures]]) -> str:
    """Return the figures as a Markdown table, with the ratio of ours to the no-op server's."""
    rows = [
        "| lines | insertion → finding, ms | typed character, ms | start → initialized, s | start → findings, s | memory, MB |"
    ]
    rows.append("|---|---|---|---|---|---|")
    for lines, figures in results.items():
        ours, noop = figures[OURS], figures[NOOP]
        cells = [
            _cell(ours.insertion, noop.insertion),
            _cell(ours.key, noop.key),
            _cell(ours.initialized / 1000, noop.initialized / 1000),
            _cell(ours.first / 1000, noop.first / 1000),
            _cell(ours.memory, noop.memory),
        ]
        rows.append(f"| {lines:,} | {' | '.join(cells)} |")
    return "\n".join(rows)


def _cell(ours: float, noop: float) -> str:
    return f"{ours:.3g} / {noop:.3g} = {ours / noop:.2g}"


def _round(name: str, wire: Wire, number: int, row: int) -> tuple[float, list[float]]:
    """Insert a completion, type a comment behind it, and take it all out again."""
    code, rule = completion(number)
    seconds, diagnostics = wire.replace((row, 0), (row, 0), code)
    found = {item.get("code") for item in diagnostics if row <= item["range"]["start"]["line"] < row + COMPLETION_LINES}
    assert name == NOOP or rule in found, f"{rule} was not found in the completion, only {found}"
    keys = []
    last, column = row + COMPLETION_LINES - 1, len("    return result")
    for character in "  # ok":
        keys.append(wire.replace((last, column), (last, column), character)[0] * 1000)
        column += 1
    wire.replace((row, 0), (row + COMPLETION_LINES, 0), "")
    return seconds * 1000, keys
