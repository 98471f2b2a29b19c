"""What can be wrong with the ledger's file, and what to tell the user."""

from __future__ import annotations

import sqlite3
from enum import Enum
from pathlib import Path

from vetline.provenance.ledger.schema import NewerSchema, NotOurs


class Trouble(Enum):
    """A reason why the file can't be used: what to say of it, and what to do."""

    DAMAGED = "is damaged and can't be set aside", "Move it to another folder."
    LOCKED = "is locked by another program", "It is written as soon as that program lets go; end it if it hangs."
    FULL = "can't be written: the disk is full", "Free some space."
    NOT_WRITABLE = (
        "can't be written",
        "Make the file and its folder readable and writable for you, or set `ledger = false`.",
    )
    NEWER = "was made by a newer version of Vetline", "Update this one."
    SLOW = "can't be written as fast as code is accepted", "See whether its disk hangs, or set `ledger = false`."

    def about(self, path: Path) -> str:
        """Return what to tell the user of a session."""
        what, advice = self.value
        is_lost = "Part of what is accepted isn't remembered."
        is_kept = "What is accepted is remembered in this session only."
        return f"The ledger of accepted code, {path}, {what}. {is_lost if self is Trouble.SLOW else is_kept} {advice}"

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
