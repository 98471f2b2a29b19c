"""Reads configuration files, each again only when it has changed, and remembers what a now broken one last said."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass, field, replace
from pathlib import Path

from vetline.config.documents import SyntaxFault
from vetline.config.problems import START
from vetline.config.readings import FileKind, Reading, broken, read_text
from vetline.config.toml_places import Offsets
from vetline.core.location import Range


@dataclass(slots=True)
class _Memory:
    signature: tuple[int, ...]
    reading: Reading
    whole: Reading | None


@dataclass(slots=True)
class Files:
    """The configuration files of a session, as last read.  Not for use from several threads at once."""

    _memory: dict[tuple[Path, FileKind], _Memory] = field(default_factory=dict)

    def read(self, path: Path, kind: FileKind) -> Reading | None:
        """Return what the file says, or None if there is no such file; costs one ``stat`` if it hasn't changed.

        A file that can't be parsed any more keeps the settings that it had, and the problem says so.
        """
        key = (path, kind)
        signature = _signature(path)
        if signature is None:
            self._memory.pop(key, None)
            return None
        known = self._memory.get(key)
        if known is None or known.signature != signature:
            last = known.whole if known else None
            reading = _read(path, kind)
            if not reading.is_whole:
                reading = _with_last(reading, last)
            known = _Memory(signature, reading, reading if reading.is_whole else last)
            self._memory[key] = known
        return known.reading

    def expire(self, path: Path) -> None:
        """Read the file anew when it is next asked for, even if it looks unchanged, as after a watcher's report."""
        for (known_path, _), memory in self._memory.items():
            if known_path == path:
                memory.signature = ()


def _read(path: Path, kind: FileKind) -> Reading:
    try:
        data = path.read_bytes()
    except OSError as error:
        return broken(path, kind, SyntaxFault(START, f"can't be read: {error.strerror or error}"))
    try:
        return read_text(path, data.decode(), kind)
    except UnicodeDecodeError as error:
        readable = data[: error.start].decode()
        at = Offsets(readable).position(len(readable))
        return broken(path, kind, SyntaxFault(Range(at, at), "not UTF-8 text; save the file in that encoding"))


def _signature(path: Path) -> tuple[int, ...] | None:
    """Return what changes when a file is written or replaced; None if there is no regular file."""
    try:
        status = os.stat(path)  # noqa: PTH116 - Path.stat costs more, and this is asked for each folder
    except (OSError, ValueError):
        return None
    return (status.st_mtime_ns, status.st_size, status.st_ino) if stat.S_ISREG(status.st_mode) else None


def _with_last(faulty: Reading, last: Reading | None) -> Reading:
    state = "until then, what it said before stays in force" if last else "until then, it is left out"
    problems = tuple(replace(problem, message=f"{problem.message} ({state})") for problem in faulty.problems)
    return replace(last or faulty, problems=problems, is_whole=False)
