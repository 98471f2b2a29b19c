"""The files of the ledger: where they are, who may read them, and what becomes of a damaged one."""

from __future__ import annotations

import contextlib
import os
import secrets
import stat
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

_PRIVATE_FOLDER: Final = 0o700
_PRIVATE_FILE: Final = 0o600
_KEY_SIZE: Final = 32
SIDE_FILES: Final = ("-wal", "-shm")
"""What SQLite puts beside a database while it is in use."""


def ledger_file() -> Path:
    """Return where the user's ledger is, or would be."""
    from platformdirs import user_state_path

    return user_state_path("vetline", appauthor=False) / "ledger.sqlite3"


def make_private(path: Path) -> None:
    """Create a database file, and the folder that it is in, for the user alone; or see to it that they are.

    A file that exists isn't opened for that: to close it would take away the locks that this process may hold on it.

    Raises:
        OSError: that isn't possible.
    """
    path.parent.mkdir(_PRIVATE_FOLDER, parents=True, exist_ok=True)
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, _PRIVATE_FILE))
    except FileExistsError:
        if stat.S_IMODE(path.stat().st_mode) & 0o077:
            with contextlib.suppress(OSError):  # somebody else's, or a file system without permissions
                path.chmod(_PRIVATE_FILE)


def installation_key(folder: Path) -> bytes:
    """Return the random key of this installation, which is made at the first call; several processes get the same.

    It is no part of the database, so that a copy of that tells nothing about what was hashed.

    Raises:
        OSError: it can't be read or written.
    """
    path = folder / "ledger.key"
    if (key := _read_key(path)) is None:
        draft = folder / f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}"
        handle = os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, _PRIVATE_FILE)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(secrets.token_bytes(_KEY_SIZE))
            with _only_one(folder):
                if (key := _read_key(path)) is None:
                    draft.replace(path)
                    key = _read_key(path)
        finally:
            draft.unlink(missing_ok=True)
    if key is None:
        raise OSError("the key of the ledger can't be read back")
    return key


def _read_key(path: Path) -> bytes | None:
    try:
        key = path.read_bytes()
    except FileNotFoundError:
        return None
    return key if len(key) == _KEY_SIZE else None


def identity(path: Path) -> tuple[int, int] | None:
    """Return what tells a file from another one that took its name; None if there is none."""
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino


def set_aside(path: Path, damaged: tuple[int, int] | None) -> Path | None:
    """Rename a damaged database together with what belongs to it, and return its new path.

    None if ``path`` isn't the file any more that was found to be damaged: another process was faster.

    Raises:
        OSError: that isn't possible, as on Windows while another process has the file open.
    """
    with _only_one(path.parent):
        if identity(path) != damaged:
            return None
        moment = datetime.now(UTC).strftime("%Y%m%d-%H%M%S")
        aside = path.with_name(f"{path.stem}.damaged-{moment}-{secrets.token_hex(2)}{path.suffix}")
        path.rename(aside)
        for side in SIDE_FILES:
            with contextlib.suppress(FileNotFoundError):
                path.with_name(path.name + side).rename(aside.with_name(aside.name + side))
    return aside


if sys.platform == "win32":

    @contextlib.contextmanager
    def _only_one(folder: Path) -> Iterator[None]:  # noqa: ARG001
        """Do nothing: a file that another process has open can't be replaced there."""
        yield

else:
    import fcntl

    @contextlib.contextmanager
    def _only_one(folder: Path, patience: float = 5.0) -> Iterator[None]:
        """Let only one process at a time do what follows; the lock is on the folder, and ends with the process."""
        handle = os.open(folder, os.O_RDONLY)
        try:
            deadline = time.monotonic() + patience
            while True:
                try:
                    fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                except BlockingIOError:
                    if time.monotonic() > deadline:
                        raise
                    time.sleep(0.01)
            yield
        finally:
            os.close(handle)
