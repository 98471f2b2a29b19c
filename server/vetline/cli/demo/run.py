"""One performance: the project is laid out, the server started, the scenario played, the server ended."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path

from vetline.cli.demo.player import Player
from vetline.cli.demo.record import Record
from vetline.cli.demo.stage import Pace, Stage
from vetline.cli.demo.steps import Chapter
from vetline.lsp.client import Client, ServerFailed

# With -P, no module of the folder that the demo is called in can pass for one of the server's.
SERVER = (sys.executable, "-P", "-m", "vetline", "serve")
PATIENCE = 10.0
"""Seconds that a finding may take, on however slow a machine, before the demo gives it up; it usually takes milliseconds."""


def sample_files() -> dict[str, bytes]:
    """Return the sample project: its files by name.  They are data, and never imported."""
    folder = files("vetline.cli.demo") / "samples" / "shoplet"
    return {entry.name: entry.read_bytes() for entry in folder.iterdir() if entry.is_file()}


def lay_out(project: Path) -> None:
    """Write the sample project into the folder ``project``."""
    for name, content in sample_files().items():
        (project / name).write_bytes(content)


async def run(
    project: Path,
    scenario: Sequence[Chapter],
    stage: Stage,
    pace: Pace,
    server: Sequence[str] = SERVER,
    patience: float = PATIENCE,
) -> Record:
    """Play ``scenario`` in ``project`` against a server process of its own, started as ``server``.

    ``patience`` is how long each finding may take to arrive, and the server to end, in seconds.

    Raises:
        ScenarioError: a step doesn't fit the project.
    """
    begin = time.perf_counter()
    client = Client()
    player = Player(client, project, stage, pace, patience)
    record = player.record
    try:
        await player.start(server)
        await player.play(scenario)
        code = await client.stop(patience)
        record.expectations += 1
        if code is None:
            record.problems.append(f"the server did not end within {patience:g} s after shutdown and exit")
        elif code != 0:
            record.problems.append(f"the server ended with exit code {code} after shutdown and exit")
    except ServerFailed as failure:
        record.problems.append(str(failure))
    finally:
        await client.kill()
    record.seconds = time.perf_counter() - begin
    return record
