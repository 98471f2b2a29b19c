"""The server as an editor finds it: a command ``vetline`` on its PATH, which keeps a diary of its processes."""

from __future__ import annotations

import json
import shlex
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import psutil

_LAUNCHER = Path(__file__).with_name("launch.py")


class Servers:
    """The processes that an editor started as ``vetline``."""

    def __init__(self, folder: Path) -> None:
        """Put the command ``vetline`` into ``folder``, which an editor is to have on its PATH."""
        self.folder = folder
        self._diary = folder / "diary.jsonl"
        self._diary.touch()
        command = folder / "vetline"
        words = shlex.join([sys.executable, "-P", str(_LAUNCHER), str(self._diary)])
        command.write_text(f'#!/bin/sh\nexec {words} "$@"\n', encoding="utf-8")
        command.chmod(0o755)

    @property
    def processes(self) -> list[int]:
        """The ids of all processes that were started, oldest first."""
        return [entry["pid"] for entry in self._entries() if entry["event"] == "began"]

    @property
    def exit_codes(self) -> list[int]:
        """The exit codes of those that ended by themselves."""
        return [entry["code"] for entry in self._entries() if entry["event"] == "ended"]

    def family(self) -> list[int]:
        """Return the ids of the processes that run now, and of those that they have started."""
        parents = [psutil.Process(pid) for pid in running(self.processes)]
        return [each.pid for parent in parents for each in (parent, *parent.children(recursive=True))]

    def kill(self) -> None:
        """End what still runs, the hard way."""
        for pid in self.family():
            psutil.Process(pid).kill()

    def _entries(self) -> list[Mapping[str, Any]]:
        return [json.loads(line) for line in self._diary.read_text(encoding="utf-8").splitlines()]


def running(processes: Sequence[int], patience: float = 0.0) -> list[int]:
    """Return which of the processes still run after ``patience`` seconds; returns sooner if none does."""
    deadline = time.monotonic() + patience
    while (left := [pid for pid in processes if _runs(pid)]) and time.monotonic() < deadline:
        time.sleep(0.02)
    return left


def _runs(pid: int) -> bool:
    try:
        return bool(psutil.Process(pid).status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False
