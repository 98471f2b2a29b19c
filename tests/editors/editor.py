"""What a test does with an editor, whichever it is: the moves of a person at the keyboard, and what that person sees."""

from __future__ import annotations

import os
import subprocess
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

LEVELS = {1: "error", 2: "warning", 3: "information", 4: "hint"}
"""The protocol's numbers for severities."""

PATIENCE = 20.0
"""Seconds until an editor is taken to be stuck; a busy machine is slow, not wrong."""

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True, order=True)
class Seen:
    """A finding as the editor shows it: the line, counted from 1, and the text that is marked, which may span lines."""

    line: int
    marked: str
    code: str
    level: str

    def at_level(self, level: str) -> Seen:
        """Return the same finding, shown at another level."""
        return replace(self, level=level)

    def at_line(self, line: int) -> Seen:
        """Return the same finding in another line."""
        return replace(self, line=line)


class EditorFailed(Exception):
    """The editor didn't do what it was told; the text says what it said."""


class Editor(ABC):
    """A running editor with one Python file open, and the server attached to it.

    Lines are counted from 1.  ``home`` is the editor's home folder, which holds nothing of the person who runs the tests.
    """

    def __init__(self, home: Path, path: Path) -> None:
        self.home = home
        self.path = path

    @abstractmethod
    def start(self) -> None:
        """Wait until the editor answers, open the file, and have the server started."""

    @abstractmethod
    def findings(self) -> list[Seen]:
        """Return the findings that are shown, in text order."""

    @abstractmethod
    def go_to(self, text: str) -> None:
        """Put the cursor on the first occurrence of ``text``."""

    @abstractmethod
    def actions(self) -> list[str]:
        """Return the titles of the code actions that are offered at the cursor."""

    @abstractmethod
    def apply(self, title: str) -> None:
        """Choose the code action ``title`` at the cursor."""

    @abstractmethod
    def fix_all(self) -> None:
        """Run the source action that fixes all."""

    @abstractmethod
    def hover(self) -> str:
        """Return what is shown about the place under the cursor."""

    @abstractmethod
    def add_line(self, text: str) -> None:
        """Open a line at the end of the buffer and type ``text`` there, key by key."""

    @abstractmethod
    def undo(self) -> None:
        """Undo the last change."""

    @abstractmethod
    def save(self) -> bytes:
        """Write the buffer to its file, and return what is there now."""

    @abstractmethod
    def complaints(self) -> list[str]:
        """Return what a person would notice as trouble: error messages, warnings, what the server wrote to its log."""

    @abstractmethod
    def stop_server(self) -> None:
        """Have the editor end the server in the orderly way, and go on without it."""

    @abstractmethod
    def quit(self) -> None:
        """Leave the editor without saving, and return when it has ended."""

    @abstractmethod
    def kill(self) -> None:
        """End the editor's process the hard way."""

    def await_findings(self, *expected: Seen) -> None:
        """Wait until exactly the ``expected`` findings are shown."""
        eventually(self.findings, sorted(expected))


def eventually(look: Callable[[], _T], expected: _T, patience: float = PATIENCE) -> None:
    """Wait until ``look`` gives what is ``expected``; fail with the difference if it doesn't."""
    deadline = time.monotonic() + patience
    while (seen := look()) != expected and time.monotonic() < deadline:
        time.sleep(0.05)
    assert seen == expected, f"after {patience:g} s there is still{_listed(seen)}\nand not{_listed(expected)}"


def _listed(value: object) -> str:
    return "".join(f"\n    {item!r}" for item in (value if isinstance(value, list) else [value])) or "\n    nothing"


def awaited(look: Callable[[], _T | None], what: str, patience: float = PATIENCE) -> _T:
    """Wait until ``look`` gives something else than None, and return that.

    Raises:
        EditorFailed: it doesn't within ``patience`` seconds.
    """
    deadline = time.monotonic() + patience
    while (seen := look()) is None:
        if time.monotonic() > deadline:
            raise EditorFailed(f"no {what} within {patience:g} s")
        time.sleep(0.05)
    return seen


def environment(home: Path, commands: Path) -> Mapping[str, str]:
    """Return an environment in which nothing of the person's own set-up counts, and ``commands`` come first on the PATH."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("XDG_", "NVIM", "EMACS", "LC_"))}
    return {
        **kept,
        "HOME": str(home),
        "XDG_CONFIG_HOME": str(home / ".config"),
        "XDG_DATA_HOME": str(home / ".local/share"),
        "XDG_STATE_HOME": str(home / ".local/state"),
        "XDG_CACHE_HOME": str(home / ".cache"),
        "XDG_RUNTIME_DIR": str(home),
        "NVIM_LOG_FILE": str(home / "nvim.log"),
        "LANG": "C.UTF-8",
        "TERM": "dumb",
        "PATH": f"{commands}{os.pathsep}{os.environ['PATH']}",
    }


def asked(command: list[str], env: Mapping[str, str]) -> str:
    """Run a command that talks to an editor, and return its output, standard error included: some editors answer there.

    Raises:
        EditorFailed: it doesn't succeed.
    """
    try:
        done = subprocess.run(
            command, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=PATIENCE, check=False
        )
    except subprocess.TimeoutExpired:
        raise EditorFailed(f"no answer within {PATIENCE:g} s to {command}") from None
    if done.returncode != 0:
        raise EditorFailed(f"{command} failed: {done.stdout}")
    return done.stdout


def as_seen(wires: list[Any]) -> list[Seen]:
    """Return findings that an editor reports as objects with ``line``, ``marked``, ``code``, and ``severity`` by number."""
    return sorted(Seen(wire["line"], wire["marked"], wire["code"], LEVELS[wire["severity"]]) for wire in wires)
