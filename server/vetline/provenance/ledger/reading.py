"""The ledger for commands, which do one thing with it and say at once if they can't."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from vetline.provenance.ledger.schema import NewerSchema, NotOurs
from vetline.provenance.ledger.store import Store
from vetline.provenance.ledger.trouble import Trouble, trouble_of

_PATIENCE = 10.0

_TO_COMMANDS = {
    Trouble.DAMAGED: ("is damaged", "The next session in an editor sets it aside, and begins a new one."),
    Trouble.LOCKED: ("is locked by another program", "Try again, or end that program if it hangs."),
}
"""What to say to those who want to see it now, where that isn't what a session says."""


class Unusable(Exception):
    """The ledger can't be read or written; the text says why, and what to do."""


@contextlib.contextmanager
def opened(path: Path) -> Iterator[Store | None]:
    """Open the ledger at ``path``; None if there is none.

    Raises:
        Unusable: it can't be opened, or what is done with it fails.
    """
    try:
        if not path.exists():
            yield None
            return
        store = Store.open(path, _PATIENCE)
        try:
            yield store
        finally:
            store.close()
    except (sqlite3.Error, OSError, NewerSchema, NotOurs) as error:
        trouble = trouble_of(error)
        what, advice = _TO_COMMANDS.get(trouble, trouble.value)
        raise Unusable(f"The ledger, {path}, {what}. {advice}") from error
