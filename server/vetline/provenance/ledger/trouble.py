"""What can be wrong with the ledger's file, and what to tell the user."""

from __future__ import annotations

import sqlite3
from enum import Enum
from pathlib import Path

from vetline.provenance.ledger.schema import NewerSchema, NotOurs


class Trouble(Enum):
    """A reason why the file can't be used; its value says so, and what to do.  ``{file}`` is the file's path."""

    DAMAGED = (
        "The ledger of accepted code, {file}, is damaged and can't be set aside. Move it to another folder. Until then what is "
        "accepted is remembered in this session only."
    )
    LOCKED = (
        "The ledger of accepted code, {file}, is locked by another program. What is accepted is remembered in this session, "
        "and written as soon as that program lets go; end it if it hangs."
    )
    FULL = (
        "The ledger of accepted code, {file}, can't be written: the disk is full. Free some space; until then what is accepted "
        "is remembered in this session only."
    )
    NOT_WRITABLE = (
        "The ledger of accepted code, {file}, can't be written. Make the file and its folder writable for you, or set "
        "`ledger = false`; until then what is accepted is remembered in this session only."
    )
    NEWER = (
        "The ledger of accepted code, {file}, was made by a newer version of Vetline. Update this one; until then what is "
        "accepted is remembered in this session only."
    )
    SLOW = (
        "The ledger of accepted code, {file}, can't be written as fast as code is accepted; part of it isn't remembered. See "
        "whether its disk hangs, or set `ledger = false`."
    )

    def about(self, path: Path) -> str:
        """Return what to tell the user."""
        return self.value.format(file=path)

    @property
    def may_pass(self) -> bool:
        """Tell whether it is worth it to try again later."""
        return self in {Trouble.LOCKED, Trouble.FULL, Trouble.NOT_WRITABLE}


def trouble_of(error: Exception) -> Trouble:
    """Return which kind of trouble an error means that came up while the file was opened, read or written."""
    if isinstance(error, NewerSchema):
        return Trouble.NEWER
    if isinstance(error, NotOurs):
        return Trouble.DAMAGED
    if isinstance(error, sqlite3.DatabaseError):
        code = getattr(error, "sqlite_errorcode", None)
        primary = code & 0xFF if isinstance(code, int) else None
        if primary in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_PROTOCOL}:
            return Trouble.LOCKED
        if primary == sqlite3.SQLITE_FULL:
            return Trouble.FULL
        if primary in {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_FORMAT}:
            return Trouble.DAMAGED
        # A table that should be there is not: something other than us has been at the file.
        if primary == sqlite3.SQLITE_ERROR and isinstance(error, sqlite3.OperationalError):
            return Trouble.DAMAGED
    if isinstance(error, OSError) and error.errno == 28:  # ENOSPC
        return Trouble.FULL
    if isinstance(error, BlockingIOError):
        return Trouble.LOCKED
    return Trouble.NOT_WRITABLE
